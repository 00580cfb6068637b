"""Solving the program of a plan, level by level."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sinho.errors import SinhoError
from sinho.highs import INF, NONE, Ended, Model, SolverError
from sinho.parameters import SEED
from sinho.plan.arrays import Ints
from sinho.plan.program import Program
from sinho.results import Status, gap_of
from sinho.stop import NoLimit, Report, StopRule
from sinho.units import Floats

LEVEL_TOLERANCE = 1e-6
PROVEN = 1e-9
LAST = 3.0
"""Seconds that a first plan may take after the stop rule came."""
INTERIOR_FROM = 10_000
"""Columns above which a program without whole numbers is solved by the interior point method.

It takes an eighth of the simplex method's time at 56,544 columns and a third at 12,624.
"""
LEAST = 0.01
"""Seconds that a run gets at least."""


class NoSolution(SinhoError):
    """The program has no feasible solution (or the solver was stopped before it found one)."""


@dataclass(frozen=True)
class Level:
    """One level of a lexicographic objective: minimise ``cost @ x``.

    Parameters
    ----------
    name : str
        What is minimised, in words.
    cost : ndarray, shape (columns,)
        Its coefficients.
    """

    name: str
    cost: Floats


@dataclass(frozen=True)
class Solution:
    """What the solver found.

    Parameters
    ----------
    x : ndarray, shape (columns,)
        Values of the columns.
    row_dual : ndarray, shape (rows,)
        Cost saved per unit by which a row's bound is loosened (sign as HiGHS gives it: change of
        the cost per unit of the row's activity), with the integers fixed.
    objective, bound : float
        Cost of ``x`` and the proven lower bound on it (of the last level).
    levels : tuple of (str, float)
        Values of the levels before the last, and of the last.
    status : str
        ``optimal``, ``within gap`` or ``stopped``.
    seconds : float
        Wall time.
    """

    x: Floats
    row_dual: Floats
    objective: float
    bound: float
    levels: tuple[tuple[str, float], ...]
    status: Status
    seconds: float


def how_proven(objective: float, bound: float, gap: float) -> Status:
    """Return how good a plan is: proven within rounding, within a relative gap, or neither.

    Parameters
    ----------
    objective, bound, gap : float
        Cost of the plan, lower bound on it, relative gap that is good enough.
    """
    reached = gap_of(objective, bound)
    if reached <= PROVEN:
        return "optimal"
    return "within gap" if reached <= gap else "stopped"


def model_of(program: Program, **options: Any) -> Model:
    """Hand a program to HiGHS.

    Parameters
    ----------
    program : Program
        The program.
    **options
        HiGHS options by name.

    Raises
    ------
    SolverError
        When HiGHS refuses an option or the program.
    """
    return Model(
        cost=program.cost,
        lower=program.lower,
        upper=program.upper,
        row_lower=program.row_lower,
        row_upper=program.row_upper,
        start=program.start,
        index=program.index,
        value=program.value,
        integer=program.integer,
        **options,
    )


def minimise(
    program: Program,
    *,
    levels: Sequence[Level] = (),
    stop: StopRule | None = None,
    gap: float = 1e-4,
    seed: int = SEED,
    threads: int = 1,
    report: Report | None = None,
    start: Floats | None = None,
    duals: bool = True,
) -> Solution:
    """Minimise a program with HiGHS.

    Parameters
    ----------
    program : Program
        The program.
    levels : sequence of Level
        Objectives that come before ``program.cost``, first first; each is kept at its optimum
        while the next is minimised.
    stop : StopRule, optional
        When to hand back the best solution so far.
    gap : float
        Relative gap at which a solution is taken as good enough.
    seed, threads : int
        Seed and threads of the solver.
    report : callable, optional
        Called with ``Progress`` while the solver runs.
    start : ndarray, shape (columns,), optional
        A solution to begin from.
    duals : bool
        Whether to solve again with the integers fixed, for the dual values.

    Returns
    -------
    Solution
        The best solution found.

    Raises
    ------
    NoSolution
        When there is none, or the stop rule came before the first.
    SolverError
        When HiGHS fails.
    """
    stop = stop or NoLimit()
    began = time.monotonic()
    model = model_of(
        program,
        random_seed=seed,
        mip_rel_gap=gap,
        threads=threads,
        parallel="off" if threads == 1 else "on",
    )
    integers = np.flatnonzero(program.integer)
    if start is None and not len(integers) and len(program.cost) > INTERIOR_FROM:
        model.set(solver="ipm")
    every = [*levels, Level("cost", program.cost)]
    reached: list[tuple[str, float]] = []
    proven, stopped = True, False
    objective = bound = 0.0
    x = start
    for place, level in enumerate(every):
        if place or levels:
            model.set_costs(level.cost)
        if x is not None:
            model.begin_at(x)
        model.watch(f"solving for {level.name}" if levels else "solving", began, stop, report)
        model.limit(max(stop.seconds_left, LEAST))
        status = model.settle()
        if status in NONE:
            raise NoSolution("the program has no feasible solution")
        if not model.feasible:
            if x is None:
                raise NoSolution("the solver was stopped before it found a solution")
            objective, bound, proven, stopped = float(level.cost @ x), -INF, False, True
            reached.append((level.name, objective))
            break
        x = model.x
        objective = float(level.cost @ x)
        done = status == Ended.kOptimal
        bound = objective
        if len(integers):
            bound = min(model.bound, objective)
            proven &= gap_of(objective, bound) <= PROVEN
        elif not done:
            bound = -INF
        stopped |= not done
        reached.append((level.name, objective))
        if place < len(every) - 1:
            if stopped:
                break
            nonzero = np.flatnonzero(level.cost)
            slack = LEVEL_TOLERANCE * max(1.0, abs(objective))
            model.add_row(-INF, objective + slack, nonzero, level.cost[nonzero])
    assert x is not None
    n_rows = len(program.row_lower)
    row_dual = np.zeros(n_rows)
    if duals and not stopped:
        if len(integers):
            fixed = _fix_integers(model, x, integers, stop)
            if fixed is not None:
                x, row_dual = fixed[0], fixed[1][:n_rows]
                objective = float(program.cost @ x)
        else:
            row_dual = model.row_dual[:n_rows]
    final: Status = "stopped" if stopped else ("optimal" if proven else "within gap")
    return Solution(
        x=x,
        row_dual=row_dual,
        objective=objective,
        bound=min(bound, objective),
        levels=tuple(reached) if levels else (),
        status=final,
        seconds=time.monotonic() - began,
    )


def _fix_integers(
    model: Model, x: Floats, integers: Ints, stop: StopRule
) -> tuple[Floats, Floats] | None:
    """Fix the integer columns at their values and solve the linear program that is left.

    Returns columns and duals of the rows; None where the stop rule came before.
    """
    at = np.round(x[integers])
    model.free_integers(integers)
    model.set_bounds(at, at, integers)
    model.limit(max(stop.seconds_left, LEAST))
    if model.settle() != Ended.kOptimal:
        if stop():
            return None
        raise SolverError("the plan with its integers fixed is not feasible any more")
    return model.x, model.row_dual
