"""The compiled core of the yard."""

from __future__ import annotations

from sinho.ship.yard.kernel.data import (
    BEFORE,
    CHANGED,
    FAR,
    IN,
    MOVE,
    OUT,
    OVER,
    STAYS,
    State,
    Stays,
)
from sinho.ship.yard.kernel.fill import fill
from sinho.ship.yard.kernel.nests import nested, nests
from sinho.ship.yard.kernel.rows import recorded
from sinho.ship.yard.kernel.search import improve, let_in

__all__ = [
    "BEFORE",
    "CHANGED",
    "FAR",
    "IN",
    "MOVE",
    "OUT",
    "OVER",
    "STAYS",
    "State",
    "Stays",
    "fill",
    "improve",
    "let_in",
    "nested",
    "nests",
    "recorded",
]
