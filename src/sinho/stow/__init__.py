"""Loading a ship that is a graph: which car stands where, and how it gets there and away.

Its door is `Input`, `Params`, `solve` and `explain`. Beside it stand the graph, its files, and
`check`, which carries out any plan.
"""

from sinho.stow.check import Checked, check
from sinho.stow.data import GATE, DeckGraph, Demand, Move, Moves
from sinho.stow.explain import explain
from sinho.stow.files import read_graph, read_moves, write_graph, write_moves
from sinho.stow.loading import Input, Loading
from sinho.stow.moves import moves_of
from sinho.stow.params import Params
from sinho.stow.solve import load_ship, solve, warm_up

__all__ = [
    "GATE",
    "Checked",
    "DeckGraph",
    "Demand",
    "Input",
    "Loading",
    "Move",
    "Moves",
    "Params",
    "check",
    "explain",
    "load_ship",
    "moves_of",
    "read_graph",
    "read_moves",
    "solve",
    "warm_up",
    "write_graph",
    "write_moves",
]
