"""Solves the whole program of a network, level by level."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from sinho.errors import Stopped
from sinho.highs import Model
from sinho.results.status import gap_of
from sinho.source.params import Params
from sinho.source.program import Program
from sinho.stop import Report, StopRule
from sinho.units import Floats

SERVED, COST = "cars lost or short", "cost"
"""Levels, first comes first."""

SLACK = 1e-6
"""Share, and cars, by which the cost may miss the level before it."""


@dataclass(frozen=True)
class Level:
    """What was reached at a level: ``value``, and the proven ``bound`` below it."""

    name: str
    value: float
    bound: float

    @property
    def gap(self) -> float:
        """How far the value may be from the best one."""
        return gap_of(self.value, self.bound)


@dataclass(frozen=True)
class Optimum:
    """A solution of a program.

    Parameters
    ----------
    x, worth : ndarray
        Values of its columns, and what one unit more of each row would save.
    levels : tuple of Level
        What was reached, by level.
    stopped : bool
        Whether the stop rule ended it.
    allowed : float
        The gap that was asked for.
    """

    x: Floats = field(repr=False)
    worth: Floats = field(repr=False)
    levels: tuple[Level, ...]
    stopped: bool
    allowed: float


def minimise(
    program: Program, params: Params, *, stop: StopRule, seed: int, progress: Report | None
) -> Optimum:
    """Minimise a program: cars lost or short first, then cost; or cost alone.

    Parameters
    ----------
    program : Program
        The program.
    params : Params
        What weighs what, and how hard to try.
    stop : StopRule
        When to hand back the best solution so far.
    seed : int
        Seed of the solver.
    progress : callable or None
        Told now and then.

    Raises
    ------
    Stopped
        Where it is stopped before there is a solution.
    """
    aims = [(COST, program.cost)]
    if params.priorities == "lexicographic" and program.missing.any():
        aims.insert(0, (SERVED, program.missing))
    options = {"mip_rel_gap": params.within(), "random_seed": seed, "threads": params.threads}
    model = program.model(aims[0][1], mip_abs_gap=1e-6, **options)
    model.watch("sourcing", time.monotonic(), stop, progress)
    levels: list[Level] = []
    x: Floats | None = None
    whole = bool(program.integer.any())
    for at, (name, cost) in enumerate(aims):
        model.set_costs(cost)
        if x is not None and whole:
            model.begin_at(x)
        if stop() and x is not None:
            levels.append(Level(name, float(cost @ x), -np.inf))
            continue
        model.limit(max(stop.seconds_left, 0.0))
        model.settle()
        if model.feasible:
            x = model.x
        elif x is None:
            raise Stopped("stopped before there was a plan; allow it more time")
        value = max(float(cost @ x), 0.0) if name == SERVED else float(cost @ x)
        bound = min(model.bound, value) if whole else value
        levels.append(Level(name, value, max(bound, 0.0) if name == SERVED else bound))
        if at + 1 < len(aims):
            used = np.flatnonzero(cost)
            model.add_row(-np.inf, value + SLACK * (1 + abs(value)), used, cost[used])
    assert x is not None
    x, worth = _finished(model, program, x)
    last = levels[-1]
    value = float(program.cost @ x)
    levels[-1] = Level(last.name, value, min(last.bound, value))
    return Optimum(x, worth, tuple(levels), stop(), params.within())


def _finished(model: Model, program: Program, x: Floats) -> tuple[Floats, Floats]:
    """Return the solution with whole numbers that are whole, and what a unit of each row saves."""
    whole = np.round(x[program.integer])
    at = np.flatnonzero(program.integer)
    if len(at):
        model.free_integers(at)
        model.set_bounds(whole, whole, at)
    model.limit(np.inf)
    model.run()
    size = len(program.row_lower)
    if not model.feasible:
        return np.where(program.integer, np.round(x), np.maximum(x, 0.0)), np.zeros(size)
    return np.maximum(model.x, 0.0), -model.row_dual[:size]
