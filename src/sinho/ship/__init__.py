"""Which car leaves on which voyage.

Its door is `Input`, `Params`, `solve` and `explain`, with `lifts`, which tries what would let more
cars sail; `ship_cars` is the way from a hub to its plan as a single function. Where cars stand
meanwhile, `sinho.ship.yard` and `sinho.ship.decks` plan.
"""

from sinho.ship.data import Input
from sinho.ship.explain import explain
from sinho.ship.lift import lifts
from sinho.ship.params import Params
from sinho.ship.solve import ship_cars, solve

__all__ = [
    "Input",
    "Params",
    "explain",
    "lifts",
    "ship_cars",
    "solve",
]
