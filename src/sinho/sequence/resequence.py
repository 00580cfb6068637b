"""Repair of a day's sequence when something comes in between, with as few cars moved as pays."""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from sinho.days.changes import Change, Rush
from sinho.days.check import check_day
from sinho.days.day import Day
from sinho.days.line import line_of
from sinho.days.rules import Changes, Ratio
from sinho.days.score import score_order
from sinho.days.violations import broken_rules
from sinho.errors import Infeasible
from sinho.results import Score
from sinho.results import Sequence as Found
from sinho.sequence.arrays import new_search, prepare
from sinho.sequence.changed import Changed, apply_changes
from sinho.sequence.contradictions import contradictions
from sinho.sequence.kernel import begin
from sinho.sequence.kernel.repair import guilty
from sinho.sequence.repair import Repair
from sinho.sequence.stability import moved_table
from sinho.stop import NoLimit, Report, StopRule

DEFAULT_KEEP = 1.0
DEFAULT_MOVES = 1_200_000
"""Moves compared where neither a number nor a time is given."""


@dataclass(frozen=True)
class Resequenced:
    """A sequence after something came in between.

    Parameters
    ----------
    day : Day
        The day as it has become: its cars, its rules with those of the changes.
    order : tuple of str
        Idents of its cars in building order.
    before : Score
        What the old sequence cost by the old rules.
    unrepaired : Score
        What the old sequence would cost with the changes alone.
    score : Score
        What the new sequence costs.
    moved : DataFrame
        One row per car that stands elsewhere: ``car``, positions ``before`` and ``after``,
        ``shift``, ``moved`` (whether it left the order of the others), ``why``.
    summary : tuple of str
        What has become of the sequence, in sentences.
    keep : float
        The price on moved cars.
    seed : int
        Seed of the random numbers.
    iterations : int
        Moves compared.
    seconds : float
        Wall time.
    """

    day: Day
    order: tuple[str, ...]
    before: Score
    unrepaired: Score
    score: Score
    moved: pl.DataFrame = field(repr=False)
    summary: tuple[str, ...]
    keep: float
    seed: int
    iterations: int
    seconds: float

    @property
    def cars_moved(self) -> int:
        """Cars that left the order of the others; those taken out or put in count."""
        return int(self.moved["moved"].sum())


def resequence(
    day: Day,
    sequence: Found | Sequence[str],
    changes: Change | Sequence[Change],
    *,
    keep: float = DEFAULT_KEEP,
    seed: int = 1,
    iterations: int | None = None,
    stop: StopRule | None = None,
    progress: Report | None = None,
) -> Resequenced:
    """Repair a sequence after changes, moving a car only where that pays.

    A car counts as moved when it is not in a longest common subsequence of the old and the new
    order: cars that only shift because one was taken out before them have not moved. Hard rules
    are repaired at any price. Then each level in turn is brought back to what it was before the
    change: cars around the disturbance are swapped, put in elsewhere or turned round as long as
    that lowers the level by at least ``keep`` for each car moved and raises none before it. In the
    end cars are put back that need not have moved.

    Parameters
    ----------
    day : Day
        The cars and the rules.
    sequence : Sequence or sequence of str
        The sequence that stands.
    changes : change or sequence of changes
        What comes in between: ``Freeze``, ``Rush``, ``Block``, ``MissingPart``, ``HalfRate``.
    keep : float
        Price of a moved car in units of a level's figure, such as violations or colour changes.
        In the first level a unit counts a thousand. With ``math.inf`` nothing moves but what hard
        rules ask for; with 0 stability counts for nothing, and levels are lowered further than
        they were before the change.
    seed : int
        Seed of the random numbers.
    iterations : int, optional
        Moves to compare at most. With it, or without a stop rule, the same input and seed give the
        same result.
    stop : StopRule, optional
        When to stop and hand back what is repaired so far.
    progress : callable, optional
        Hears how far the repair is.

    Returns
    -------
    Resequenced
        The new order, its score beside the old, what moved and why.

    Raises
    ------
    DataError
        When the day, the sequence or a change cannot be meant.
    Infeasible
        When hard rules, those of the changes included, contradict each other.
    ValueError
        When the price or the seed is negative, or the number of iterations not positive.
    """
    if not keep >= 0 or seed < 0 or (iterations is not None and iterations < 1):
        raise ValueError("keep and the seed must be 0 or more, iterations 1 or more")
    started = time.perf_counter()
    check_day(day)
    order = sequence.order if isinstance(sequence, Found) else tuple(sequence)
    line_of(day, order)
    asked = (changes,) if isinstance(changes, Change) else tuple(changes)
    changed = apply_changes(day, order, asked)
    check_day(changed.day)
    clashes = contradictions(changed.day)
    if clashes:
        raise Infeasible(clashes)
    if iterations is None and stop is None:
        iterations = DEFAULT_MOVES
    before = score_order(day, order)
    goal = before.totals if keep > 0 else tuple(-1 for _ in before.totals)
    repair = Repair(changed, order, goal, keep, seed, iterations, stop or NoLimit(), progress)
    repair.go()
    new = repair.order
    why = repair.why | changed.reasons
    moved = moved_table(order, new, why)
    unrepaired = score_order(changed.day, changed.order)
    score = score_order(changed.day, new)
    return Resequenced(
        day=changed.day,
        order=new,
        before=before,
        unrepaired=unrepaired,
        score=score,
        moved=moved,
        summary=_summary(changed, before, unrepaired, score, moved, broken_rules(changed.day, new)),
        keep=keep,
        seed=seed,
        iterations=repair.tries,
        seconds=time.perf_counter() - started,
    )


@functools.cache
def warm_up() -> None:
    """Load the compiled kernel of repairs, or compile it, which takes some seconds once.

    A repair does it by itself; call it before a clock is started that should measure the repair
    alone.
    """
    cars = pl.DataFrame(
        {
            "car": list("abcdef"),
            "colour": ["red", "blue"] * 3,
            "option": [True, True, True, False, False, False],
        }
    )
    day = Day(
        name="warm-up",
        cars=cars,
        previous=cars.clear(),
        attributes=("colour",),
        options=("option",),
        rules=(
            Ratio(name="ratio", level=0, option="option", most=1, window=2),
            Changes(name="changes", level=1),
        ),
        levels=("ratio", "changes"),
    )
    resequence(day, day.idents, Rush("f", 1), iterations=500)
    # what only a repair that comes to no good end calls
    m = new_search(prepare(day), np.arange(day.size, dtype=np.int64), 1)
    begin(m.ctypes.data)
    guilty(m.ctypes.data, 1, 0, day.size, np.zeros(len(m), dtype=np.int64))


def _cars(number: int) -> str:
    return f"{number:,} car{'' if number == 1 else 's'}"


def _summary(
    changed: Changed,
    before: Score,
    unrepaired: Score,
    score: Score,
    moved: pl.DataFrame,
    broken: Sequence[str],
) -> tuple[str, ...]:
    """Say in sentences how many cars moved and what each level was, would be and is."""
    out = int(moved["after"].is_null().sum())
    new = int(moved["before"].is_null().sum())
    away = int(moved["moved"].sum()) - out - new
    shifts = moved.filter(~pl.col("moved"))["shift"].abs()
    most = max(shifts.to_list(), default=0)
    parts = [f"{_cars(away)} moved"]
    if out:
        parts.append(f"{out:,} taken out")
    if new:
        parts.append(f"{new:,} put in")
    shifted = f"; {_cars(shifts.len())} shift by up to {most:,}" if shifts.len() else ""
    sentences = [", ".join(parts) + f", of {changed.day.size:,}{shifted}."]
    for (name, was), (_, would), (_, now) in zip(
        before.levels, unrepaired.levels, score.levels, strict=True
    ):
        sentences.append(
            f"{name}: {was:,g} before, {would:,g} with the change alone, {now:,g} now."
        )
    old = dict(before.rules)
    worse = [
        f"{name} {now - old.get(name, 0):+,g}"
        for name, now in score.rules
        if now > old.get(name, 0)
    ]
    if worse:
        sentences.append(f"What is left of it: {', '.join(worse)}.")
    return (*sentences, *(f"Hard rule broken: {sentence}" for sentence in broken))
