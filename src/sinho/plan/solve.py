"""Passing a program to HiGHS and reading its answer; every return code is checked."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np

from sinho.errors import SinhoError
from sinho.plan.program import Program
from sinho.results import Status
from sinho.stop import NoLimit, Progress, Report, StopRule
from sinho.units import Floats

INF = float("inf")
LEVEL_TOLERANCE = 1e-6
PROVEN = 1e-9
LAST = 3.0
"""Seconds that a first plan may take after the stop rule came."""
_COLWISE = 1
_MINIMISE = 1
_CALLBACKS = (
    highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt,
    highspy.cb.HighsCallbackType.kCallbackIpmInterrupt,
    highspy.cb.HighsCallbackType.kCallbackMipInterrupt,
)


class SolverError(SinhoError):
    """HiGHS answered with an error; the message names the call."""


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


def status_of(objective: float, bound: float, gap: float) -> Status:
    """Return what a plan is called: proven within rounding, within a relative gap, or neither.

    Parameters
    ----------
    objective, bound, gap : float
        Cost of the plan, lower bound on it, relative gap that is good enough.
    """
    if objective - bound <= PROVEN * max(1.0, abs(objective)):
        return "optimal"
    return "within gap" if objective - bound <= gap * abs(objective) else "stopped"


def check(status: highspy.HighsStatus, call: str) -> None:
    """Raise ``SolverError`` when a HiGHS call failed."""
    if status == highspy.HighsStatus.kError:
        raise SolverError(f"the solver refused {call}")


def pass_program(program: Program, **options: Any) -> highspy.Highs:
    """Hand a program to HiGHS in one call.

    Parameters
    ----------
    program : Program
        The program.
    **options
        HiGHS options by name.

    Returns
    -------
    highspy.Highs
        The solver, silent, holding the program.

    Raises
    ------
    SolverError
        When HiGHS refuses an option or the program.
    """
    # HiGHS keeps one pool of threads per process and refuses another number of them.
    highspy.Highs.resetGlobalScheduler(True)
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    for name, value in {"output_flag": False, **options}.items():
        check(highs.setOptionValue(name, value), f"option {name} = {value}")
    columns, rows, nonzeros = program.size
    kinds = program.integer.astype(np.int32)
    arrays = (
        program.cost,
        program.lower,
        program.upper,
        program.row_lower,
        program.row_upper,
        program.start,
        program.index,
        program.value,
    )
    status = highs.passModel(columns, rows, nonzeros, _COLWISE, _MINIMISE, 0.0, *arrays, kinds)
    check(status, "the program")
    return highs


def watch(
    highs: highspy.Highs, stage: str, began: float, stop: StopRule, report: Report | None
) -> None:
    """Let a stop rule interrupt the solver, and tell how far it is.

    Parameters
    ----------
    highs : highspy.Highs
        The solver.
    stage : str
        What it does, in words.
    began : float
        Monotonic time from which seconds are counted.
    stop : StopRule
        Asked at most five times a second.
    report : callable or None
        Called as often with ``Progress``.
    """
    last = [0.0]

    def on_event(kind: Any, _message: str, out: Any, into: Any, _user: Any) -> None:
        now = time.monotonic()
        if now - last[0] < 0.2:
            return
        last[0] = now
        if stop():
            into.user_interrupt = True
        if report is not None:
            mip = kind == highspy.cb.HighsCallbackType.kCallbackMipInterrupt
            best = out.mip_primal_bound if mip else out.objective_function_value
            bound = out.mip_dual_bound if mip else None
            report(
                Progress(
                    stage,
                    now - began,
                    best=-best if abs(best) < 1e29 else None,
                    bound=-bound if bound is not None and abs(bound) < 1e29 else None,
                )
            )

    check(highs.setCallback(on_event, None), "the progress callback")
    for kind in _CALLBACKS:
        check(highs.startCallback(kind), "the progress callback")


def _run(highs: highspy.Highs, stop: StopRule) -> highspy.HighsModelStatus:
    """Run HiGHS within the stop rule's time and return the model status."""
    left = stop.seconds_left
    # HiGHS counts its time over all runs of one instance.
    limit = INF if left == INF else highs.getRunTime() + max(left, 0.01)
    check(highs.setOptionValue("time_limit", limit), "the time limit")
    return run(highs)


def run(highs: highspy.Highs) -> highspy.HighsModelStatus:
    """Run HiGHS and return the model status.

    HiGHS's presolve sometimes answers "unbounded or infeasible" where a whole-number program has
    solutions; then it is run again without.
    """
    check(highs.run(), "to run")
    if highs.getModelStatus() == highspy.HighsModelStatus.kUnboundedOrInfeasible:
        check(highs.setOptionValue("presolve", "off"), "to leave out its presolve")
        check(highs.run(), "to run without its presolve")
        check(highs.setOptionValue("presolve", "choose"), "its presolve")
    return highs.getModelStatus()


def _feasible(highs: highspy.Highs) -> bool:
    return bool(
        highs.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    )


def solve(
    program: Program,
    *,
    levels: Sequence[Level] = (),
    stop: StopRule | None = None,
    gap: float = 1e-4,
    seed: int = 0,
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
    highs = pass_program(
        program,
        random_seed=seed,
        mip_rel_gap=gap,
        threads=threads,
        parallel="off" if threads == 1 else "on",
    )
    integers = np.flatnonzero(program.integer)
    columns = np.arange(len(program.cost), dtype=np.int32)
    every = [*levels, Level("cost", program.cost)]
    reached: list[tuple[str, float]] = []
    proven, stopped = True, False
    objective = bound = 0.0
    x = start
    for place, level in enumerate(every):
        if place or levels:
            check(
                highs.changeColsCost(len(columns), columns, level.cost), f"the level {level.name}"
            )
        if x is not None:
            guess = highspy.HighsSolution()
            guess.col_value = x.tolist()
            check(highs.setSolution(guess), "the starting solution")
        watch(highs, f"solving for {level.name}" if levels else "solving", began, stop, report)
        status = _run(highs, stop)
        if status in (
            highspy.HighsModelStatus.kInfeasible,
            highspy.HighsModelStatus.kUnboundedOrInfeasible,
        ):
            raise NoSolution("the program has no feasible solution")
        if not _feasible(highs):
            if x is None:
                raise NoSolution("the solver was stopped before it found a solution")
            objective, bound, proven, stopped = float(level.cost @ x), -INF, False, True
            reached.append((level.name, objective))
            break
        x = np.array(highs.getSolution().col_value)
        info = highs.getInfo()
        objective = float(level.cost @ x)
        done = status == highspy.HighsModelStatus.kOptimal
        bound = objective
        if len(integers):
            bound = min(info.mip_dual_bound, objective)
            proven &= abs(objective - bound) <= PROVEN * max(1.0, abs(objective))
        elif not done:
            bound = -INF
        stopped |= not done
        reached.append((level.name, objective))
        if place < len(every) - 1:
            if stopped:
                break
            nonzero = np.flatnonzero(level.cost).astype(np.int32)
            slack = LEVEL_TOLERANCE * max(1.0, abs(objective))
            check(
                highs.addRow(-INF, objective + slack, len(nonzero), nonzero, level.cost[nonzero]),
                f"the level {level.name}",
            )
    assert x is not None
    n_rows = len(program.row_lower)
    row_dual = np.zeros(n_rows)
    if duals and not stopped:
        if len(integers):
            fixed = _fix_integers(highs, x, integers, stop)
            if fixed is not None:
                x, row_dual = fixed[0], fixed[1][:n_rows]
                objective = float(program.cost @ x)
        else:
            row_dual = np.array(highs.getSolution().row_dual)[:n_rows]
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
    highs: highspy.Highs, x: Floats, integers: Any, stop: StopRule
) -> tuple[Floats, Floats] | None:
    """Fix the integer columns at their values and solve the linear program that is left.

    Returns columns and duals of the rows; None where the stop rule came before.
    """
    at = np.round(x[integers])
    which = integers.astype(np.int32)
    kinds = np.full(len(which), highspy.HighsVarType.kContinuous.value, dtype=np.uint8)
    check(highs.changeColsIntegrality(len(which), which, kinds), "to free the integers")
    check(highs.changeColsBounds(len(which), which, at, at), "to fix the integers")
    status = _run(highs, stop)
    if status != highspy.HighsModelStatus.kOptimal:
        if stop():
            return None
        raise SolverError("the plan with its integers fixed is not feasible any more")
    found = highs.getSolution()
    return np.array(found.col_value), np.array(found.row_dual)
