"""Sequencing: the order in which a day's cars are built."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sinho.sequence.data import Input, Repair, Result
from sinho.sequence.explain import explain
from sinho.sequence.params import GIVEN, Params
from sinho.sequence.solve import resequence_day, sequence_day, solve

if TYPE_CHECKING:
    from sinho.sequence.bounds import Bounds

__all__ = [
    "GIVEN",
    "Bounds",
    "Input",
    "Params",
    "Repair",
    "Result",
    "explain",
    "resequence_day",
    "sequence_day",
    "solve",
    "warm_up",
]


def warm_up() -> None:
    """Compile the searches ahead of their first use, or load what is compiled."""
    from sinho.sequence.warm import warm_up

    warm_up()


def __getattr__(name: str) -> Any:
    if name != "Bounds":  # where it is defined a solver is loaded
        raise AttributeError(f"module 'sinho.sequence' has no attribute {name!r}")
    from sinho.sequence.bounds import Bounds

    return Bounds
