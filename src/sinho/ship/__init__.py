"""From the line to the sea: which car leaves on which voyage, and the yard.

The door of the voyages is `Input`, `Params`, `solve` and `explain`, with `lifts`, which tries what
would let more cars sail; beside it stands the yard.
"""

from sinho.ship.data import Input
from sinho.ship.explain import explain
from sinho.ship.lift import lifts
from sinho.ship.params import Params
from sinho.ship.solve import solve
from sinho.ship.yard import YardInput, YardParams, plan_yards, replay, solve_yard, warm_up, yards_of

__all__ = [
    "Input",
    "Params",
    "YardInput",
    "YardParams",
    "explain",
    "lifts",
    "plan_yards",
    "replay",
    "solve",
    "solve_yard",
    "warm_up",
    "yards_of",
]
