"""Minimises the program of a part, level by level.

A small program is solved with its whole numbers. Of a large one the relaxation is solved, in which
only positions of decks and charters are whole; it gives the bound, and whole cars are placed near
it (`sinho.ship.rounding`).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sinho.errors import Stopped
from sinho.highs import INF, Ended, Model
from sinho.ship.params import Params
from sinho.ship.program import Program
from sinho.stop import Report, StopRule
from sinho.units import Floats

SLACK = 1e-6
"""By how much of its size a level may be missed by the levels behind it."""


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
    model = _model(program, program.whole == 2 if large else program.whole > 0, params, seed)
    model.watch("voyages", time.monotonic(), stop, progress)
    if not large:
        return _levels(model, program, None, stop)
    begun = _levels(model, program, None, stop)
    x = round_to_cars(begun.x)
    if begun.stopped:
        return Found(x, _reached(program, x, begun), True)
    again = _model(program, program.whole == 2, params, seed)
    again.watch("voyages", time.monotonic(), stop, progress)
    proven = _levels(again, program, x, stop)
    return Found(x, _reached(program, x, proven), proven.stopped)


def _reached(program: Program, x: Floats, proven: Found) -> tuple[Level, ...]:
    """Return what a solution reaches, with the bounds that are proven."""
    return tuple(
        Level(level.name, float(cost @ x), min(level.bound, float(cost @ x)))
        for level, (_, cost) in zip(proven.levels, program.levels, strict=True)
    )


def _levels(model: Model, program: Program, given: Floats | None, stop: StopRule) -> Found:
    """Minimise level by level; with a solution given, prove how good that is at each of them."""
    x, levels, stopped = given, [], False
    whole = bool((program.whole == 2).any())
    for name, cost in program.levels:
        bound = 0.0 if (cost >= 0).all() else -INF
        stopped = stopped or stop()
        if not stopped or x is None:
            model.set_costs(cost)
            if x is not None and given is None:
                model.begin_at(x)
            ended = model.settle()
            stopped = stopped or ended == Ended.kInterrupt
            if model.feasible and given is None:
                x = np.where(program.whole == 2, np.round(model.x), model.x)
            if ended == Ended.kOptimal and not whole:
                bound = max(bound, model.objective)
            elif whole:
                bound = max(bound, model.bound)
        if x is None:
            raise Stopped("it was stopped before there was a plan of voyages")
        value = float(cost @ x)
        levels.append(Level(name, value, min(bound, value)))
        own = np.flatnonzero(cost)
        model.add_row(-INF, value + SLACK * max(1.0, abs(value)), own, cost[own])
    assert x is not None
    return Found(x, tuple(levels), stopped)


def _model(program: Program, whole: np.ndarray, params: Params, seed: int) -> Model:
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
