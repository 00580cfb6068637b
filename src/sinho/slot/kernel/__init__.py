"""The compiled core of slotting."""

from __future__ import annotations

from sinho.slot.kernel.changes import FACTS, NEAR, PINNED
from sinho.slot.kernel.counting import ROUNDING, begin, cost_of
from sinho.slot.kernel.moves import search
from sinho.slot.kernel.placing import fill, relieve
from sinho.slot.kernel.prices import BLOCK, answer, cells_answer, nearest

__all__ = [
    "BLOCK",
    "FACTS",
    "NEAR",
    "PINNED",
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
