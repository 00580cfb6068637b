"""Build to schedule: volume, mix and sequence performance, and where the lost points lie.

BTS = volume x mix x sequence, by the counting of the Ford Production System's guidebook to
effective measurables (Build to Schedule, version 2.0 of 5 March 1999). ``docs/run.md`` has the
definitions and the worked example of that system's training.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from typing import Any, Literal

import polars as pl

from sinho.hub.lines import ONE_LINE
from sinho.results import LineDay

Mix = Literal["order", "model"]
Counting = Literal["running", "longest"]

PLAN: dict[str, Any] = {
    "date": pl.Date,
    "position": pl.Int64,
    "order": pl.String,
    "model": pl.String,
    "units": pl.Int64,
}
"""Columns of a schedule: a car, or a lot of ``units``, at its place of its day.

``line`` may stand beside them: places then are those of a line's day.
"""

LOST = {
    "loss": pl.String,
    "date": pl.Date,
    "line": pl.String,
    "model": pl.String,
    "units": pl.Float64,
    "points": pl.Float64,
}


@dataclass(frozen=True)
class BuildToSchedule:
    """How a schedule was kept.

    Parameters
    ----------
    scheduled, built, mixed : int
        Units scheduled; units built, on no day more than scheduled; units built as scheduled.
    counted, in_sequence : int
        Cars or lots built as scheduled, and those of them in sequence.
    volume, mix, sequence, bts : float
        Shares, 0 to 1; ``bts`` is the product of the three.
    days : polars.DataFrame
        ``date``, ``line``, ``scheduled``, ``built`` (all cars of the day), ``mixed``,
        ``in_sequence``, ``counted``, ``volume``, ``mix``, ``sequence``, ``bts``: each line's day by
        itself.
    lost : polars.DataFrame
        ``loss`` (volume, mix or sequence), ``date``, ``line``, ``model``, ``units`` and ``points``
        (% of the whole period's schedule): the points sum to 100 % less BTS.
    """

    scheduled: int
    built: int
    mixed: int
    counted: int
    in_sequence: int
    volume: float
    mix: float
    sequence: float
    bts: float
    days: pl.DataFrame = field(repr=False)
    lost: pl.DataFrame = field(repr=False)


@dataclass(frozen=True)
class _Day:
    """The counts of one day."""

    day: LineDay
    scheduled: int
    built: int
    mixed: int
    missing: dict[str, int]
    counted: int
    kept: int
    displaced: dict[str, int]

    @property
    def volume_units(self) -> int:
        """Units built, not above the schedule."""
        return min(self.scheduled, self.built)


def build_to_schedule(
    plan: pl.DataFrame,
    actual: pl.DataFrame,
    *,
    mix: Mix = "order",
    counting: Counting = "running",
    lots: bool = False,
) -> BuildToSchedule:
    """Measure how a schedule was kept.

    Parameters
    ----------
    plan : polars.DataFrame
        The schedule: ``date``, ``position`` (place in the day), ``order``, ``model``, ``units``.
    actual : polars.DataFrame
        What was built: the same columns, ``position`` being the place in which it was built. An
        ``order`` that the day's schedule does not have, or null, was not scheduled.
    mix : {"order", "model"}
        What makes a unit one that was scheduled: its order, or only its model.
    counting : {"running", "longest"}
        Which of the cars built as scheduled are in sequence. ``running``: those whose scheduled
        place is behind that of every car built before them, as the published example counts;
        ``longest``: as many as stand in their scheduled order, whichever these are.
    lots : bool
        Whether the sequence is that of lots and not of cars: rows of one model behind each other
        in the schedule are a lot. Those of a lot that are built behind each other count as one;
        what was not scheduled does not part them.

    Returns
    -------
    BuildToSchedule
        Volume = units built / scheduled, not above 1 on any day. Mix = units built as scheduled /
        the lesser of built and scheduled. Sequence = cars in sequence / cars built as scheduled.
        Days are added up before the shares are taken. A share of nothing is 1.

    Raises
    ------
    ValueError
        When nothing is scheduled.
    """
    planned, made = _by_day(plan), _by_day(actual)
    if not planned:
        raise ValueError("no unit is scheduled")
    days = [
        _count(day, own, made.get(day, []), mix, counting, lots) for day, own in planned.items()
    ]
    scheduled = sum(day.scheduled for day in days)
    built = sum(day.volume_units for day in days)
    mixed = sum(day.mixed for day in days)
    counted = sum(day.counted for day in days)
    kept = sum(day.kept for day in days)
    shares = _share(built, scheduled), _share(mixed, built), _share(kept, counted)
    whole = shares[0] * shares[1] * shares[2]
    return BuildToSchedule(
        scheduled=scheduled,
        built=built,
        mixed=mixed,
        counted=counted,
        in_sequence=kept,
        volume=float(shares[0]),
        mix=float(shares[1]),
        sequence=float(shares[2]),
        bts=float(whole),
        days=_days(days),
        lost=_lost(days, scheduled, Fraction(mixed, scheduled), counted),
    )


def _by_day(frame: pl.DataFrame) -> dict[LineDay, list[dict[str, Any]]]:
    line = pl.col("line") if "line" in frame.columns else pl.lit(ONE_LINE)
    rows = frame.select(*PLAN, line.alias("line"))
    rows = rows.sort("date", "line", "position", maintain_order=True)
    days = groupby(rows.to_dicts(), itemgetter("date", "line"))
    return {LineDay(*day): list(group) for day, group in days}


def _share(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole else Fraction(1)


def _count(
    day: LineDay,
    plan: list[dict[str, Any]],
    made: list[dict[str, Any]],
    mix: Mix,
    counting: Counting,
    lots: bool,
) -> _Day:
    """Count one day."""
    requested, done, model_of = Counter[str](), Counter[str](), dict[str, str]()
    for row in plan:
        requested[row[mix]] += row["units"]
        model_of[row[mix]] = row["model"]
    for row in made:
        if row[mix] is not None:
            done[row[mix]] += row["units"]
    missing = Counter[str]()
    for key, units in requested.items():
        missing[model_of[key]] += max(0, units - done[key])
    scheduled = sum(requested.values())
    place = _lots(plan) if lots else {row["order"]: row["position"] for row in plan}
    own = [row for row in made if row["order"] in place]
    if lots:
        own = [next(group) for _, group in groupby(own, lambda row: place[row["order"]])]
    order = [place[row["order"]] for row in own]
    kept = _running(order) if counting == "running" else _longest(order)
    displaced = Counter(row["model"] for at, row in enumerate(own) if at not in kept)
    return _Day(
        day=day,
        scheduled=scheduled,
        built=sum(row["units"] for row in made),
        mixed=scheduled - sum(missing.values()),
        missing={model: units for model, units in missing.items() if units},
        counted=len(order),
        kept=len(kept),
        displaced=dict(displaced),
    )


def _lots(plan: list[dict[str, Any]]) -> dict[str, int]:
    """Return the number of the lot of each order: rows of one model behind each other."""
    alike = groupby(plan, itemgetter("model"))
    return {row["order"]: at for at, (_, group) in enumerate(alike, start=1) for row in group}


def _running(order: list[int]) -> set[int]:
    """Return which items are greater than all before them."""
    kept, most = set(), None
    for at, place in enumerate(order):
        if most is None or place > most:
            kept.add(at)
            most = place
    return kept


def _longest(order: list[int]) -> set[int]:
    """Return the items of one longest rising subsequence (patience sorting, O(n log n))."""
    tops: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for at, place in enumerate(order):
        pile = bisect_right(tops, place - 1)
        before.append(last[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(place)
            last.append(at)
        else:
            tops[pile], last[pile] = place, at
    kept, at = set(), last[-1] if last else -1
    while at >= 0:
        kept.add(at)
        at = before[at]
    return kept


def _days(days: list[_Day]) -> pl.DataFrame:
    """Return the measure of each day by itself."""
    rows = []
    for day in days:
        volume = _share(day.volume_units, day.scheduled)
        mix = _share(day.mixed, day.volume_units)
        sequence = _share(day.kept, day.counted)
        rows.append(
            {
                "date": day.day.date,
                "line": day.day.line,
                "scheduled": day.scheduled,
                "built": day.built,
                "mixed": day.mixed,
                "counted": day.counted,
                "in_sequence": day.kept,
                "volume": float(volume),
                "mix": float(mix),
                "sequence": float(sequence),
                "bts": float(volume * mix * sequence),
            }
        )
    return pl.DataFrame(rows)


def _lost(days: list[_Day], scheduled: int, mixed: Fraction, counted: int) -> pl.DataFrame:
    """Share out the lost points.

    1 - V M S = (1 - V) + V (1 - M) + V M (1 - S). With U units scheduled, the first two are the
    units short of the schedule and those built beside it, each over U; a day's are laid to the
    models of which units are missing, in proportion. The third is V M / counted for each car out of
    sequence, laid to its model.
    """
    rows: list[dict[str, Any]] = []
    per_car = mixed / counted if counted else Fraction(0)

    def add(loss: str, day: _Day, model: str, units: Fraction, each: Fraction) -> None:
        if units:
            points = float(100 * units * each)
            row = {"loss": loss, "date": day.day.date, "line": day.day.line, "model": model}
            rows.append(row | {"units": float(units), "points": points})

    for day in days:
        absent = sum(day.missing.values())
        for loss, units in (
            ("volume", day.scheduled - day.volume_units),
            ("mix", day.volume_units - day.mixed),
        ):
            for model, missing in sorted(day.missing.items()):
                share = Fraction(missing, absent)
                add(loss, day, model, units * share, Fraction(1, scheduled))
        for model, cars in sorted(day.displaced.items()):
            add("sequence", day, model, Fraction(cars), per_car)
    return pl.DataFrame(rows, schema=LOST)
