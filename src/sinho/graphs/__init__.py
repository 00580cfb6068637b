"""Ships as graphs of places: their cars, files, and plans carried out move by move.

`sinho.stow` finds such plans.
"""

from sinho.graphs.check import Checked, check
from sinho.graphs.data import GATE, DeckGraph, Demand, Move, Moves
from sinho.graphs.files import read_graph, read_moves, write_graph, write_moves
from sinho.graphs.moves import moves_of

__all__ = [
    "GATE",
    "Checked",
    "DeckGraph",
    "Demand",
    "Move",
    "Moves",
    "check",
    "moves_of",
    "read_graph",
    "read_moves",
    "write_graph",
    "write_moves",
]
