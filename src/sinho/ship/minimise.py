"""Minimises the program of a part, level by level.

The relaxation is solved first, in which only positions of decks and charters are whole: it gives
the bound, and whole cars are placed near it (`sinho.ship.rounding`). Where that is not the best
already, a small program is solved with all its whole numbers from there on, and one with containers
with whole boxes, near which cars are placed again. Where a level is still far from its bound, decks
are filled with whole cars voyage by voyage (`sinho.ship.filling`), and the root of branch and bound
with them proves more.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from sinho.errors import Stopped
from sinho.highs import INF, Ended, Model
from sinho.results.status import gap_of
from sinho.ship.arrays import Flags
from sinho.ship.params import Params
from sinho.ship.program import Program
from sinho.stop import Report, StopRule
from sinho.units import Floats

SLACK = 1e-6
LEAST_SLACK = 1e-4
"""By how much of its size, and how much at least, the levels behind it may miss a level."""

ROOT = 5_000
"""Whole numbers up to which the root of branch and bound with whole cars on decks proves more."""


@dataclass(frozen=True)
class Level:
    """A level and what was reached: ``value``, and the proven ``bound`` below it."""

    name: str
    value: float
    bound: float


@dataclass(frozen=True)
class Optimum:
    """A solution of a program.

    Parameters
    ----------
    x : ndarray
        Values of its columns.
    levels : tuple of Level
        What was reached, by level.
    stopped : bool
        Whether the stop rule ended it.
    """

    x: Floats
    levels: tuple[Level, ...]
    stopped: bool


def minimise(
    program: Program,
    params: Params,
    round_to_cars: Callable[[Floats], Floats],
    fill: Callable[[Floats, int, float], Floats],
    plain: Callable[[], Floats],
    *,
    stop: StopRule,
    seed: int,
    progress: Report | None,
) -> Optimum:
    """Minimise a program level by level.

    Parameters
    ----------
    program : Program
        The program.
    params : Params
        How hard to try.
    round_to_cars : callable
        Takes a solution of the relaxation and returns one with whole cars.
    fill : callable
        Takes a solution of the relaxation, the number of a level and its bound; returns a solution
        with whole cars on decks that is near that bound.
    plain : callable
        Returns a solution with whole cars where it was stopped before the relaxation had one.
    stop : StopRule
        When to hand back the best solution so far.
    seed : int
        Seed of the solver.
    progress : callable or None
        Told now and then.

    """
    choices, whole = program.whole == 2, program.whole > 0
    boxed = choices.copy()
    boxed[list(program.boxed.values())] = True
    decked = boxed.copy()
    decked[list(program.stands.values())] = True

    def solved(
        kinds: Flags,
        known: Sequence[Level],
        x: Floats | None,
        *,
        better: bool,
        gap: float = params.gap,
        nodes: int = params.nodes,
        until: int = len(program.levels),
    ) -> Optimum:
        model = _model(program, kinds, replace(params, nodes=nodes), gap, seed)
        model.watch("voyages", time.monotonic(), stop, progress)
        return _levels(model, program, kinds, gap, known, x, stop, better=better, until=until)

    try:
        begun = solved(choices, (), None, better=True)
    except Stopped:
        x = plain()
        levels = (Level(name, float(cost @ x), _floor(cost)) for name, cost in program.levels)
        return Optimum(x, tuple(levels), stopped=True)
    x = round_to_cars(begun.x)
    small = int(whole.sum()) <= params.exact
    boxes_first = 0 < len(program.boxed) <= params.boxes and not small
    at = _far(program, x, begun, params.deck_gap)
    if at is not None and program.stands and not boxes_first and not begun.stopped:
        again = round_to_cars(fill(begun.x, at, begun.levels[at].bound))
        x = min(x, again, key=partial(_values, program))
    reached, worse = _reached(program, x, begun)
    if worse and small and not begun.stopped:
        return solved(whole, (), x, better=True)
    far = _far(program, x, begun, params.box_gap) is not None
    if far and 0 < len(program.boxed) <= params.boxes and not begun.stopped:
        boxes = solved(boxed, (), x, better=True, gap=params.box_gap)
        again = round_to_cars(boxes.x)
        if _values(program, again) < reached:
            x, begun = again, boxes
            reached, worse = _reached(program, x, begun)
    at = _far(program, x, begun, params.deck_gap)
    floor: dict[int, float] = {}
    if at is not None and program.stands and int(whole.sum()) <= ROOT and not begun.stopped:
        known = _known(begun, reached)[:at]
        root = solved(decked, known, x, better=True, gap=params.box_gap, nodes=1, until=at + 1)
        floor[at] = root.levels[at].bound
        x = min(x, round_to_cars(root.x), key=partial(_values, program))
        reached, worse = _reached(program, x, begun)
    proven = begun
    if worse and worse[0] + 1 < len(reached) and not begun.stopped:
        # a level is worse than the relaxation has it, and those behind it may then be better
        proven = solved(choices, _known(begun, reached)[: worse[0] + 1], x, better=False)
    levels = (
        Level(level.name, value, min(max(level.bound, floor.get(rank, -INF)), value))
        for rank, (level, value) in enumerate(zip(proven.levels, reached, strict=True))
    )
    return Optimum(x, tuple(levels), proven.stopped)


def _known(found: Optimum, reached: Sequence[float]) -> list[Level]:
    """Return the levels with what whole cars reach."""
    return [
        Level(one.name, value, one.bound) for one, value in zip(found.levels, reached, strict=True)
    ]


def _far(program: Program, x: Floats, found: Optimum, gap: float) -> int | None:
    """Return the first level that whole cars reach with a wider gap than this; None: none."""
    both = zip(_values(program, x), found.levels, strict=True)
    wide = (at for at, (value, level) in enumerate(both) if gap_of(value, level.bound) > gap)
    return next(wide, None)


def _values(program: Program, x: Floats) -> list[float]:
    """Return what a solution reaches, by level."""
    return [float(cost @ x) for _, cost in program.levels]


def _reached(program: Program, x: Floats, found: Optimum) -> tuple[list[float], list[int]]:
    """Return what whole cars reach by level, and the levels at which they are worse than found."""
    reached = _values(program, x)
    return reached, [
        at
        for at, (value, level) in enumerate(zip(reached, found.levels, strict=True))
        if value > level.value + slack(level.value)
    ]


def _floor(cost: Floats) -> float:
    """Return what a level cannot be below, whatever is planned."""
    return 0.0 if (cost >= 0).all() else -INF


def slack(value: float) -> float:
    """Return by how much the levels behind it may miss a level."""
    return max(LEAST_SLACK, SLACK * abs(value))


def _levels(
    model: Model,
    program: Program,
    kinds: Flags,
    gap: float,
    known: Sequence[Level],
    x: Floats | None,
    stop: StopRule,
    *,
    better: bool,
    until: int,
) -> Optimum:
    """Minimise level by level, behind known ones, from a solution; or just prove how good that is.

    ``better`` says whether it may be replaced by a better one; it ends before level ``until``.
    """
    levels, stopped = list(known), False
    for level, (_, cost) in zip(known, program.levels, strict=False):
        own = np.flatnonzero(cost)
        model.add_row(-INF, level.value + slack(level.value), own, cost[own])
    for name, cost in program.levels[len(known) : until]:
        bound = _floor(cost)
        stopped = stopped or stop()
        if stopped and x is None:
            break
        if not stopped or x is None:
            model.set_costs(cost)
            if x is not None and better:
                model.begin_at(x)
            ended = model.settle()
            stopped = stopped or ended == Ended.kInterrupt
            if model.feasible and better:
                x = np.where(kinds, np.round(model.x), model.x)
            if ended == Ended.kOptimal:  # within the gap asked for, whatever bound is told
                best = model.objective
                bound = max(bound, best - gap * abs(best) if kinds.any() else best)
            if kinds.any():
                bound = max(bound, model.bound)
        if x is None:
            break
        value = float(cost @ x)
        levels.append(Level(name, value, min(bound, value)))
        own = np.flatnonzero(cost)
        model.add_row(-INF, value + slack(value), own, cost[own])
    if x is None:
        raise Stopped("it was stopped before there was a plan of voyages")
    return Optimum(x, tuple(levels), stopped)


def _model(program: Program, whole: Flags, params: Params, gap: float, seed: int) -> Model:
    return Model(
        cost=program.levels[0][1],
        lower=program.lower,
        upper=program.upper,
        row_lower=program.row_lower,
        row_upper=program.row_upper,
        start=program.start,
        index=program.index,
        value=program.value,
        integer=whole.astype(np.int64) if whole.any() else None,
        threads=1,
        random_seed=seed,
        mip_max_nodes=max(1, min(params.nodes, params.work // max(1, int(whole.sum())))),
        mip_rel_gap=gap,
    )
