"""What slots and sequences of a run are kept as, and the figures that are told of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sinho.results import DaySlots, LineDay, Sequence
from sinho.run.booths import broken_at
from sinho.run.sequencing import record_of

UNTOLD = ("seconds", "versions", "seed", "levels", "causes")
"""What a result says of itself that is not told among the figures of its stage."""

StageResult = tuple[dict[str, Any], dict[str, Any]]
"""Results of a stage by name, and its key figures."""


def slots_found(slots: DaySlots) -> StageResult:
    """Return what slots are kept as, and their figures."""
    figures = {key: value for key, value in slots.summary().items() if key not in UNTOLD}
    return {"slots": slots}, figures


def sequences_found(
    found: Mapping[LineDay, Sequence], breaks: list[str], shared: list[dict[str, Any]]
) -> StageResult:
    """Return what the sequences of the days are kept as, and their figures.

    Parameters
    ----------
    found : mapping of LineDay to Sequence
        The sequences.
    breaks : list of str
        What is said of those that break hard rules.
    shared : list of dict
        What rules at shared shops cost, as `SharedShops.figures`.
    """
    levels: dict[str, float] = {}
    bounds: dict[str, float] = {}
    for one in found.values():
        for (level, value), bound in zip(one.score.levels, one.bounds, strict=True):
            levels[level] = levels.get(level, 0) + value
            bounds[level] = bounds.get(level, 0) + bound
    return {day.key: record_of(one) for day, one in found.items()}, {
        "days": len(found),
        "cars": sum(len(one.order) for one in found.values()),
        "hard": sum(one.score.hard for one in found.values()),
        "levels": levels,
        "bounds": bounds,
        "breaks": [*breaks, *broken_at(shared)],
        **({"booths": shared} if shared else {}),
    }
