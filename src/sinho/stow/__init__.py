"""Loading a ship that is a graph: which car stands where, and how it gets there and away.

Its door is `Input`, `Params`, `solve` and `explain`; `load_ship` is the way from a graph or its
file to a plan as a single function. Graphs, their files and the check of any plan are in
`sinho.graphs`.
"""

from sinho.stow.explain import explain
from sinho.stow.loading import Input, Loading
from sinho.stow.params import Params
from sinho.stow.solve import load_ship, solve, warm_up

__all__ = [
    "Input",
    "Loading",
    "Params",
    "explain",
    "load_ship",
    "solve",
    "warm_up",
]
