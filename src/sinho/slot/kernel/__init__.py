"""The compiled core of slotting."""

from __future__ import annotations

from sinho.slot.kernel.books import ROUNDING, begin, cost_of
from sinho.slot.kernel.changes import CARD, HELD, NEAR
from sinho.slot.kernel.moves import search
from sinho.slot.kernel.placing import fill, relieve
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
