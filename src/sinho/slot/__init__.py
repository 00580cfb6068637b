"""Slotting: orders to production days.

Its door is `Input`, `Params`, `solve` and `explain`, which answers a `Question`, prices `Moves` and
tells the days that orders wish for; `slot_orders` is the way from a hub to its slots as a single
function.
"""

from sinho.slot.data import Input
from sinho.slot.explain import Moves, Question, explain
from sinho.slot.params import Params
from sinho.slot.solve import slot_orders, solve, warm_up

__all__ = [
    "Input",
    "Moves",
    "Params",
    "Question",
    "explain",
    "slot_orders",
    "solve",
    "warm_up",
]
