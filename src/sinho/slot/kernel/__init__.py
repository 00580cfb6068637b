"""The compiled core of slotting."""

from sinho.slot.kernel.moves import (
    CARD,
    HELD,
    NEAR,
    ROUNDING,
    begin,
    cost_of,
    fill,
    relieve,
    search,
)
from sinho.slot.kernel.prices import BLOCK, answer, cells_answer, nearest

__all__ = [
    "BLOCK",
    "CARD",
    "HELD",
    "NEAR",
    "ROUNDING",
    "answer",
    "begin",
    "cells_answer",
    "cost_of",
    "fill",
    "nearest",
    "relieve",
    "search",
]
