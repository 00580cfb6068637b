"""Loading a ship that is a graph: which car stands where, and how it gets there and away."""

from sinho.stow.check import Checked, check
from sinho.stow.data import GATE, DeckGraph, Demand, Loading, Move, Moves
from sinho.stow.files import read_graph, read_moves, write_graph, write_moves
from sinho.stow.moves import moves_of
from sinho.stow.params import Params
from sinho.stow.solve import load_ship, solve, warm_up

__all__ = [
    "GATE",
    "Checked",
    "DeckGraph",
    "Demand",
    "Loading",
    "Move",
    "Moves",
    "Params",
    "check",
    "load_ship",
    "moves_of",
    "read_graph",
    "read_moves",
    "solve",
    "warm_up",
    "write_graph",
    "write_moves",
]
