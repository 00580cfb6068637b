"""Repair of a day's sequence when something comes in between, with as few cars moved as pays."""

from __future__ import annotations

import time
from collections.abc import Sequence

import polars as pl

from sinho.days.check import check_day
from sinho.days.day import Day
from sinho.days.joint import JointDay, score_joint
from sinho.days.line import line_of
from sinho.days.violations import broken_rules
from sinho.errors import Infeasible
from sinho.results import JointScore
from sinho.sequence.changed import apply_changes
from sinho.sequence.contradictions import contradictions
from sinho.sequence.data import Input, Repair, Result, result_of, unsearched
from sinho.sequence.explain import explain
from sinho.sequence.params import Params
from sinho.sequence.repair import Search
from sinho.sequence.stability import moved_table
from sinho.stop import NoLimit, Report, StopRule

DEFAULT_MOVES = 1_200_000
"""Moves compared where the parameters give neither a number nor a time."""


def repaired(
    input: Input, params: Params, stop: StopRule | None, seed: int, progress: Report | None
) -> Result:
    """Repair the order that stands after changes, as `sinho.sequence.solve` describes it.

    Parameters
    ----------
    input : Input
        A checked day, the order that stands, and what comes in between; of several lines, to which
        it comes.
    params : Params
        The price of a moved car, and how many moves are compared.
    stop : StopRule or None
        When to hand back what is repaired so far.
    seed : int
        Seed of the random numbers.
    progress : callable or None
        Called with how far the repair is.

    Returns
    -------
    Result
        The changed day with the new order, and what was moved; of several lines, those that the
        changed one shares booths with, held as they are.

    Raises
    ------
    DataError
        When the order or a change cannot be meant.
    Infeasible
        When hard rules, those of the changes included, contradict each other.
    """
    started = time.perf_counter()
    day, order = input.changing, input.order
    line_of(day, order)
    changed = apply_changes(day, order, input.changes)
    check_day(changed.day)
    clashes = contradictions(changed.day)
    if clashes:
        raise Infeasible(clashes)
    iterations, keep = params.iterations, params.keep
    if iterations is None and params.seconds is None:
        iterations = DEFAULT_MOVES
    whole = input.joint or JointDay.of_line(day)
    was, others = whole.beside(day, input.orders)
    joint, others_now = whole.beside(changed.day, input.orders)

    def scored(order: Sequence[str]) -> JointScore:
        return score_joint(joint, {**others_now, day.line: order})

    before = score_joint(was, {**others, day.line: order})
    goal = before.totals if keep > 0 else tuple(-1 for _ in before.totals)
    stop = stop or NoLimit()
    repair = Search(changed, joint, others_now, order, goal, keep, seed, iterations, stop, progress)
    repair.go()
    new = repair.order
    moved = moved_table(order, new, repair.why | changed.reasons)
    unrepaired = scored(changed.order)
    alone = input.joint is None
    now = Input.from_day(
        changed.day if alone else joint, start={**others_now, day.line: new}, line=input.line
    )
    spent = time.perf_counter() - started
    how = unsearched(now.day, "repaired", seed) | {"iterations": repair.tries, "seconds": spent}
    broken = broken_rules(changed.day, new)
    counted = changed.day.counted_levels if alone else joint.whole.counted_levels
    summary = _summary(changed.day, counted, (before, unrepaired, scored(new)), moved, broken)
    what = Repair(before.lines[day.line], unrepaired.lines[day.line], moved, summary)
    return result_of(now, params, now.orders, explain(now, "bounds"), how, what)


def _rules(score: JointScore) -> list[tuple[str, float]]:
    """Return name and figure of each rule, those of lines before those of booths."""
    parts = [*score.lines.values(), *score.booths.values()]
    return [rule for part in parts for rule in part.rules]


def _cars(number: int) -> str:
    return f"{number:,} car{'' if number == 1 else 's'}"


def _summary(
    day: Day,
    counted: Sequence[int],
    scores: tuple[JointScore, JointScore, JointScore],
    moved: pl.DataFrame,
    broken: Sequence[str],
) -> tuple[str, ...]:
    """Say in sentences how many cars moved and what each level was, would be and is."""
    before, unrepaired, score = scores
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
    sentences = [", ".join(parts) + f", of {day.size:,}{shifted}."]
    levels = list(zip(before.levels, unrepaired.levels, score.levels, strict=True))
    for at in counted:
        (name, was), (_, would), (_, now) = levels[at]
        sentences.append(
            f"{name}: {was:,g} before, {would:,g} with the change alone, {now:,g} now."
        )
    old = dict(_rules(before))
    worse = [
        f"{name} {now - old.get(name, 0):+,g}"
        for name, now in _rules(score)
        if now > old.get(name, 0)
    ]
    if worse:
        sentences.append(f"What is left of it: {', '.join(worse)}.")
    return (*sentences, *(f"Hard rule broken: {sentence}" for sentence in broken))
