"""The search for the orders of lines that share booths, all of them together."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence

import polars as pl

from sinho.days.check import check_day
from sinho.days.day import Day
from sinho.days.joint import Booth, JointDay, score_joint
from sinho.days.rules import Changes, Ratio
from sinho.errors import Infeasible
from sinho.results import JointSequence
from sinho.results.versions import versions
from sinho.sequence.annealing import ROUND, clock_of, search_levels, stop_of
from sinho.sequence.bounds.joint import joint_bounds
from sinho.sequence.contradictions import claimed_twice, contradictions
from sinho.sequence.joint_arrays import joint_walkers
from sinho.sequence.search import sequence_day
from sinho.sequence.stages import Stage
from sinho.stop import Both, Report, StopRule, TimeLimit, check_effort

ALONE = 0.3
"""Share of the moves, or of the time, in which each line is sequenced alone, to begin from."""


SHORTEST = 0.05
"""Seconds in which a line is sequenced alone, at least."""


def alone(joint: JointDay, at: int) -> Day:
    """Return a line's day with the rules of its booths counted along the line.

    Parameters
    ----------
    joint : JointDay
        The day.
    at : int
        Number of the line, from 0.
    """
    line = joint.lines[at]
    names = {rule.name for rule in line.rules}
    further = [
        rule
        for booth in joint.booths
        if line.line in booth.lines
        for rule in booth.rules
        if rule.name not in names
    ]
    return line.with_rules(*further)


def sequence_joint(
    joint: JointDay,
    *,
    start: Mapping[str, Sequence[str]] | None = None,
    stop: StopRule | None = None,
    iterations: int | None = None,
    seed: int = 1,
    threads: int = 1,
    progress: Report | None = None,
    strict: bool = True,
) -> JointSequence:
    """Find the orders of lines that share booths.

    Each line is sequenced alone first, the rules of its booths counted along it; then all are
    searched together, in the same stages: moves on one line, and turns of batches over all lines of
    a booth, each counted on the lines and on the merged orders of the booths.

    Parameters
    ----------
    joint : JointDay
        The cars and the rules.
    start : mapping of str to sequence of str, optional
        Idents of each line in the order to go on from; without it, lines are sequenced alone first.
    stop : StopRule, optional
        When to stop and hand back the best so far; 20 seconds where neither this nor a number of
        iterations is given.
    iterations : int, optional
        Moves per thread, those of the lines alone included. With it, the result depends on the day,
        the start, the seed and the number of threads alone, unless the stop rule ends the search
        before.
    seed : int
        Seed of the random numbers.
    threads : int
        Searches side by side.
    progress : callable, optional
        Told the best figures about ten times a second.
    strict : bool
        Whether to refuse a day whose hard rules contradict each other.

    Returns
    -------
    JointSequence
        The orders, their score, bounds and how they were found.

    Raises
    ------
    DataError
        When a day, or an order to start from, breaks its rules.
    Infeasible
        When hard rules contradict each other.
    ValueError
        When the number of threads or of iterations is not positive, or the seed is negative.
    """
    check_effort(threads, seed, iterations)
    days = [*joint.lines, *joint.booth_days]
    for day in days:
        check_day(day)
    clashes = [text for day in days for text in (contradictions if strict else claimed_twice)(day)]
    if clashes:
        raise Infeasible(clashes)
    warm_up_joint()
    whole = joint.whole
    stop = stop_of(stop, iterations)
    if start is None:
        apart = 0 if iterations is None else max(1, int(iterations * ALONE))
        if iterations is not None:
            iterations = max(1, iterations - apart)
        start = _each_alone(joint, stop, apart, seed, progress)
    walkers, constant = joint_walkers(joint, start, seed, threads)
    found = search_levels(
        whole,
        constant,
        [*walkers],
        clock_of(whole, stop, iterations),
        lambda: joint_bounds(joint),
        None,
        warm=True,
        progress=progress,
    )
    orders: dict[str, tuple[str, ...]] = {}
    at = 0
    for line in joint.lines:
        orders[line.line] = found.order[at : at + line.size]
        at += line.size
    return JointSequence(
        day=joint.name,
        orders=orders,
        score=score_joint(joint, orders),
        bounds=found.bounds.figures,
        status=found.status,
        seed=seed,
        threads=threads,
        iterations=found.moves,
        seconds=found.seconds,
        history=found.history,
        versions=versions("numba"),
    )


def _each_alone(
    joint: JointDay, stop: StopRule, moves: int, seed: int, progress: Report | None
) -> dict[str, tuple[str, ...]]:
    """Sequence each line alone, in its share of the moves, or else of the time."""
    found = {}
    left = stop.seconds_left
    for at, line in enumerate(joint.lines):
        share = line.size / joint.whole.size
        own, rule = max(1, int(moves * share)) if moves else None, stop
        if own is None and left == float("inf"):
            own = ROUND * line.size**2
        elif own is None:
            rule = Both(stop, TimeLimit(max(SHORTEST, left * ALONE * share)))
        found[line.line] = sequence_day(
            alone(joint, at),
            iterations=own,
            stop=rule,
            seed=seed + at,
            progress=progress,
            strict=False,
        ).order
    return found


@functools.cache
def warm_up_joint() -> None:
    """Load the compiled joint search, or compile it, which takes some seconds once per machine."""
    cars = pl.DataFrame({"car": ["a", "b"], "colour": ["red", "blue"], "option": [True, False]})
    ratio = Ratio(name="ratio", level=0, option="option", most=1, window=2)
    lines = [
        Day(
            name=name,
            cars=cars.with_columns(pl.col("car") + name),
            previous=cars.clear(),
            attributes=("colour",),
            options=("option",),
            rules=(ratio,),
            levels=("ratio",),
            line=name,
        )
        for name in "12"
    ]
    booth = Booth("paint", ("1", "2"), (Changes(name="changes", level=0),), cars.clear())
    joint = JointDay("warm-up", tuple(lines), (((0.0, 1.0),),) * 2, (booth,))
    orders = {line.line: line.idents for line in lines}
    for walker in joint_walkers(joint, orders, 0, 1)[0]:
        walker.enter(Stage(1, 1.0))
        walker.push(1, 0.0)
