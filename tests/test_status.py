"""What all results share: status, objective, bound, gap, seconds, seed and versions."""

from __future__ import annotations

import math
from dataclasses import fields
from typing import Any, get_args

import polars as pl
import pytest

from sinho import materials
from sinho.results import (
    DaySlots,
    JointScore,
    JointSequence,
    MonthPlan,
    Score,
    Sequence,
    Status,
    gap_of,
    proven_as,
    status_of,
)
from sinho.results.status import ended_as
from sinho.run.report.tables import ENDED


@pytest.mark.parametrize("of", [MonthPlan, DaySlots, Sequence, JointSequence, materials.Result])
def test_results_share_what_they_say_of_themselves(of: Any) -> None:
    names = {one.name for one in fields(of)} | set(dir(of))
    assert {"status", "objective", "bound", "gap", "seconds", "seed", "versions"} <= names


@pytest.mark.parametrize(
    ("objective", "bound", "gap"),
    [
        (200.0, 150.0, 0.25),
        (150.0, 200.0, 1 / 3),  # a contribution, which is to be great
        (-200.0, -150.0, 0.25),
        (0.5, 0.25, 0.25),
        (0.0, 0.0, 0.0),
        (100.0, math.inf, math.inf),
    ],
)
def test_the_gap_is_by_the_size_of_the_objective(
    objective: float, bound: float, gap: float
) -> None:
    assert gap_of(objective, bound) == pytest.approx(gap)


@pytest.mark.parametrize(
    ("gap", "stopped", "seconds", "status"),
    [
        (0.0, True, 9.0, "optimal"),
        (1e-7, False, 1.0, "optimal"),
        (0.1, False, 9.0, "iterations"),
        (0.1, True, 8.0, "time"),
        (0.1, True, 7.0, "stopped"),
    ],
)
def test_a_status_says_why_a_search_ended(
    gap: float, stopped: bool, seconds: float, status: str
) -> None:
    assert status_of(gap, stopped=stopped, seconds=seconds, allowed=8.0) == status


def test_every_status_of_a_search_has_words() -> None:
    assert set(ENDED) <= set(get_args(Status))


HOW: dict[str, Any] = {
    "day": "day",
    "status": "time",
    "seed": 1,
    "threads": 1,
    "iterations": 10,
    "seconds": 2.0,
    "history": pl.DataFrame(),
}


def sequence(hard: int, figures: tuple[float, ...], bounds: tuple[float, ...]) -> Sequence:
    """Return a sequence with such figures."""
    levels = tuple(zip("abc", figures, strict=False))
    score = Score(levels, tuple(map(int, figures)), (), hard)
    return Sequence(order=("x",), score=score, bounds=bounds, **HOW)


@pytest.mark.parametrize(
    ("hard", "figures", "bounds", "objective", "bound", "gap"),
    [
        (0, (3, 8, 5), (3, 6, 1), 8, 6, 0.25),  # the first level is proven, the second not
        (0, (3, 8), (3, 8), 8, 8, 0),
        (2, (3, 8), (3, 8), 2, 0, 1),  # hard rules come first
        (0, (), (), 0, 0, 0),
    ],
)
def test_a_sequence_is_as_good_as_its_first_level_that_is_not_proven(
    hard: int,
    figures: tuple[float, ...],
    bounds: tuple[float, ...],
    objective: float,
    bound: float,
    gap: float,
) -> None:
    one = sequence(hard, figures, bounds)
    score = JointScore({"L": one.score}, {}, one.score.levels, one.score.totals, hard)
    joint = JointSequence(orders={"L": ("x",)}, score=score, bounds=bounds, **HOW)
    for found in (one, joint):
        assert (found.objective, found.bound) == (objective, bound)
        assert found.gap == pytest.approx(gap)


@pytest.mark.parametrize(
    ("gap", "allowed", "status"),
    [
        (0.0, 0.0, "optimal"),
        (1e-6, 0.0, "optimal"),
        (0.01, 0.02, "within gap"),  # within the gap asked for is not the best there is
        (0.02, 0.02, "within gap"),
        (0.03, 0.02, None),
        (math.inf, 0.02, None),
    ],
)
def test_only_what_is_proven_best_is_called_so(
    gap: float, allowed: float, status: Status | None
) -> None:
    assert proven_as(gap, allowed) == status


@pytest.mark.parametrize(
    ("gap", "stopped", "left", "status"),
    [
        (0.0, True, 0.0, "optimal"),
        (0.01, True, 0.0, "within gap"),
        (0.03, False, 0.0, "iterations"),
        (0.03, True, 0.0, "time"),
        (0.03, True, 5.0, "stopped"),
    ],
)
def test_what_is_not_proven_says_why_it_ended(
    gap: float, stopped: bool, left: float, status: Status
) -> None:
    assert ended_as(gap, 0.02, stopped=stopped, left=left) == status
