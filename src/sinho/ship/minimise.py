"""Minimises the program of a part, level by level.

A small program is solved with its whole numbers. Of a large one the relaxation is solved, in which
only positions of decks and charters are whole; it gives the bound, and whole cars are placed near
it (`sinho.ship.rounding`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sinho.errors import Stopped
from sinho.highs import INF, Ended, Model
from sinho.ship.arrays import Flags
from sinho.ship.params import Params
from sinho.ship.program import Program
from sinho.stop import Report, StopRule
from sinho.units import Floats

SLACK = 1e-6
LEAST_SLACK = 1e-4
"""By how much of its size, and how much at least, the levels behind it may miss a level."""


@dataclass(frozen=True)
class Level:
    """A level and what was reached: ``value``, and the proven ``bound`` below it."""

    name: str
    value: float
    bound: float


@dataclass(frozen=True)
class Found:
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
    *,
    stop: StopRule,
    seed: int,
    progress: Report | None,
) -> Found:
    """Minimise a program level by level.

    Parameters
    ----------
    program : Program
        The program.
    params : Params
        How hard to try.
    round_to_cars : callable
        Takes a solution of the relaxation and returns one with whole cars.
    stop : StopRule
        When to hand back the best solution so far.
    seed : int
        Seed of the solver.
    progress : callable or None
        Told now and then.

    Raises
    ------
    Stopped
        When it was stopped before there was a solution.
    """
    large = int((program.whole > 0).sum()) > params.exact
    kinds = program.whole == 2 if large else program.whole > 0

    def solved(known: Sequence[Level], given: Floats | None) -> Found:
        model = _model(program, kinds, params, seed)
        model.watch("voyages", time.monotonic(), stop, progress)
        return _levels(model, program, kinds, params, known, given, stop)

    begun = solved((), None)
    if not large:
        return begun
    x = round_to_cars(begun.x)
    reached = [float(cost @ x) for _, cost in program.levels]
    worse = [
        at
        for at, (value, level) in enumerate(zip(reached, begun.levels, strict=True))
        if value > level.value + _slack(level.value)
    ]
    proven = begun
    if worse and worse[0] + 1 < len(reached) and not begun.stopped:
        # a level is worse than the relaxation has it, and those behind it may then be better
        known = [
            Level(one.name, value, one.bound)
            for one, value in zip(begun.levels, reached, strict=True)
        ]
        proven = solved(known[: worse[0] + 1], x)
    levels = (
        Level(level.name, value, min(level.bound, value))
        for level, value in zip(proven.levels, reached, strict=True)
    )
    return Found(x, tuple(levels), proven.stopped)


def _slack(value: float) -> float:
    return max(LEAST_SLACK, SLACK * abs(value))


def _levels(
    model: Model,
    program: Program,
    kinds: Flags,
    params: Params,
    known: Sequence[Level],
    given: Floats | None,
    stop: StopRule,
) -> Found:
    """Minimise level by level; with a solution given, prove how good it is behind known levels."""
    x, levels, stopped = given, list(known), False
    for level, (_, cost) in zip(known, program.levels, strict=False):
        own = np.flatnonzero(cost)
        model.add_row(-INF, level.value + _slack(level.value), own, cost[own])
    for name, cost in program.levels[len(known) :]:
        bound = 0.0 if (cost >= 0).all() else -INF
        stopped = stopped or stop()
        if not stopped or x is None:
            model.set_costs(cost)
            if x is not None and given is None:
                model.begin_at(x)
            ended = model.settle()
            stopped = stopped or ended == Ended.kInterrupt
            if model.feasible and given is None:
                x = np.where(kinds, np.round(model.x), model.x)
            if ended == Ended.kOptimal:  # within the gap asked for, whatever bound is told
                best = model.objective
                bound = max(bound, best - params.gap * abs(best) if kinds.any() else best)
            if kinds.any():
                bound = max(bound, model.bound)
        if x is None:
            raise Stopped("it was stopped before there was a plan of voyages")
        value = float(cost @ x)
        levels.append(Level(name, value, min(bound, value)))
        own = np.flatnonzero(cost)
        model.add_row(-INF, value + _slack(value), own, cost[own])
    assert x is not None
    return Found(x, tuple(levels), stopped)


def _model(program: Program, whole: Flags, params: Params, seed: int) -> Model:
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
        mip_max_nodes=params.nodes,
        mip_rel_gap=params.gap,
    )
