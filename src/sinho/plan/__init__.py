"""The monthly master plan: a mixed-integer program on HiGHS."""

from __future__ import annotations

import platform
import time
from contextlib import suppress
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Literal

import numpy as np
import polars as pl

from sinho.errors import Infeasible, SinhoError, Stopped
from sinho.hub.schema import OBJECTIVES
from sinho.plan.arrays import PlanData
from sinho.plan.build import build
from sinho.plan.conflict import conflict
from sinho.plan.data import prepare
from sinho.plan.extract import clean, tables
from sinho.plan.priced import applies, solve_priced
from sinho.plan.program import Program
from sinho.plan.search import search
from sinho.plan.solve import LAST, Level, NoSolution, Solution, solve
from sinho.results import MonthPlan, gap_of
from sinho.stop import Grace, NoLimit, Progress, Report, StopRule
from sinho.units import PeriodKind

if TYPE_CHECKING:
    from sinho.hub import Hub, Scenario

__all__ = ["plan_months"]

Objective = Literal["contribution", "lexicographic"]
Method = Literal["auto", "exact", "priced"]
PRICED_FROM = 60_000
FINE, COARSE = 1e-6, 1e-4
"""Relative gaps at which a plan is good enough, where none is given."""


def versions() -> dict[str, str]:
    """Return the versions that shape a result, by name."""
    found = {"python": platform.python_version()}
    for name in ("sinho", "highspy", "numpy", "polars", "holidays"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "unknown"
    return found


def plan_months(
    hub: Hub,
    *,
    scenario: str | Scenario | None = None,
    period: PeriodKind = "month",
    objective: Objective = "contribution",
    method: Method = "auto",
    whole_cars: bool = False,
    stop: StopRule | None = None,
    gap: float | None = None,
    seed: int = 0,
    threads: int = 1,
    progress: Report | None = None,
) -> MonthPlan:
    """Plan the months of a hub: what is made, shipped, kept, late and lost, and with which shifts.

    Parameters
    ----------
    hub : Hub
        The hub, as ``read_hub`` or ``hub_from_tables`` returns it.
    scenario : str or Scenario, optional
        Changes over the hub: the name of one of its scenarios, or a scenario. None plans the
        hub as it stands.
    period : {"month", "week"}
        Length of a planning period.
    objective : {"contribution", "lexicographic"}
        Most contribution; or fewest cars short of the contracts, then fewest lost, then fewest
        late (cars x months), then most contribution.
    method : {"auto", "exact", "priced"}
        One mixed-integer program; or a decomposition by model with prices on the shared shops
        and ships, for large hubs. ``auto`` takes the second above 60,000 columns where it
        applies.
    whole_cars : bool
        Whether cars made and shipped are whole numbers. Without it volumes are continuous, as
        is usual for a master plan.
    stop : StopRule, optional
        When to hand back the best plan so far, such as ``TimeLimit(60)``.
    gap : float, optional
        Relative gap to the bound at which a plan is good enough. By default ``FINE`` where only
        shift patterns are whole numbers and the program is solved as one, else ``COARSE``.
    seed, threads : int
        Seed and threads of the solver.
    progress : callable, optional
        Called with ``sinho.stop.Progress`` while the plan is made.

    Returns
    -------
    MonthPlan
        The plan, its tables, its bound and what it was made from.

    Raises
    ------
    Infeasible
        When hard rules contradict each other; carries a minimal set of them.
    DataError
        When the scenario does not fit the hub.
    ValueError
        When an option has an unknown value.
    """
    from sinho.hub import apply_scenario, scenario_changes

    _check_options(period, objective, method, gap)
    changed = hub if scenario is None else apply_scenario(hub, scenario)
    chosen = hub.scenarios[scenario] if isinstance(scenario, str) else scenario
    began = time.monotonic()
    if progress is not None:
        progress(Progress("building the program", 0.0))
    data = prepare(changed, period)
    program = build(data, whole_cars=whole_cars)
    seconds_build = time.monotonic() - began
    levels = _levels(program) if objective == "lexicographic" else ()
    solution, used = _solve(
        data, program, method, levels, stop or NoLimit(), gap, seed, threads, progress
    )
    x = clean(solution.x, program)
    found, contribution = tables(data, program, x, solution.row_dual)
    bound = max(-solution.bound, contribution)
    return MonthPlan(
        tables=found,
        hub_name=changed.settings.name,
        scenario="" if chosen is None else chosen.name,
        title="" if chosen is None else chosen.title,
        currency=changed.settings.currency,
        period_kind=period,
        objective_kind=objective,
        objective=contribution,
        levels=_level_values(solution),
        status=solution.status,
        bound=bound,
        gap=gap_of(contribution, bound),
        method=used,
        seconds_build=seconds_build,
        seconds_solve=solution.seconds,
        columns=program.size[0],
        rows=program.size[1],
        nonzeros=program.size[2],
        seed=seed,
        versions=versions(),
        input_hash=changed.digest,
        changes=scenario_changes(hub, chosen)
        if chosen is not None
        else pl.DataFrame(
            schema=dict.fromkeys(("table", "row", "column", "before", "after"), pl.String)
        ),
        input_basis=input_basis(changed),
    )


def _check_options(period: str, objective: str, method: str, gap: float | None) -> None:
    """Refuse unknown options."""
    known = {
        "period": (period, ("month", "week")),
        "objective": (objective, OBJECTIVES),
        "method": (method, ("auto", "exact", "priced")),
    }
    for name, (value, choices) in known.items():
        if value not in choices:
            raise ValueError(f"{name} must be one of {', '.join(choices)}, not {value!r}")
    if gap is not None and not 0 <= gap < 1:
        raise ValueError(f"gap must be at least 0 and below 1, not {gap}")


def _levels(program: Program) -> tuple[Level, ...]:
    """Return the levels before cost: contract shortfall, lost units, late units."""
    levels = []
    for name, block in (
        ("contract shortfall", "short"),
        ("lost units", "lost"),
        ("late units", "late"),
    ):
        cost = np.zeros(len(program.cost))
        cost[program.columns[block].at] = 1.0
        levels.append(Level(name, cost))
    return tuple(levels)


def _level_values(solution: Solution) -> tuple[tuple[str, float], ...]:
    """Return the levels' values as a planner reads them: the last one as contribution."""
    return tuple(
        ("contribution", -value) if name == "cost" else (name, value)
        for name, value in solution.levels
    )


def _solve(
    data: PlanData,
    program: Program,
    method: Method,
    levels: tuple[Level, ...],
    stop: StopRule,
    gap: float | None,
    seed: int,
    threads: int,
    progress: Report | None,
) -> tuple[Solution, str]:
    """Solve by the method asked for, and say which one it was."""
    fits = not levels and applies(program)
    if method == "priced" and not fits:
        raise ValueError(
            "the priced method plans for contribution, and neither whole cars nor least lots of "
            "lines; take method exact or auto"
        )
    if method == "priced" or (method == "auto" and fits and len(program.cost) > PRICED_FROM):
        try:
            close = COARSE if gap is None else gap
            priced = solve_priced(data, program, stop=stop, gap=close, seed=seed, report=progress)
        except NoSolution:
            if stop():
                return first_plan(data, program, stop, seed), "priced"
            # only the whole program can tell whether there is a plan at all, and what forbids it
            method = "exact"
        else:
            return priced, "priced"
    chosen = int(program.integer[program.columns["pattern"].at].sum())
    searched = chosen > 0 and not levels
    if gap is None:
        gap = FINE if searched and chosen == program.integer.sum() else COARSE
    try:
        if searched:
            found = search(data, program, stop=stop, gap=gap, seed=seed, report=progress)
        else:
            found = solve(
                program,
                levels=levels,
                stop=stop,
                gap=gap,
                seed=seed,
                threads=threads,
                report=progress,
            )
    except NoSolution:
        if stop():
            return first_plan(data, program, stop, seed), "exact"
        rules = conflict(data, program, stop=stop, report=progress)
        if not rules:
            raise SinhoError(
                "the solver finds no plan although all hard rules can be kept together; please "
                "report this hub"
            ) from None
        raise Infeasible(rules) from None
    if found.status == "stopped" and not levels and program.integer.any():
        # the solver's first plans can be poor; one with the patterns kept is made in no time
        with suppress(SinhoError):
            plain = first_plan(data, program, stop, seed)
            if plain.objective < found.objective:
                found = replace(plain, bound=found.bound)
    return found, "exact"


def first_plan(data: PlanData, program: Program, stop: StopRule, seed: int = 0) -> Solution:
    """Return a plan for a stop that comes early: every group keeps the pattern that it has.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    program : Program
        Its program.
    stop : StopRule
        The rule that came; the plan has a few seconds from then on.
    seed : int
        Seed of the solver.

    Returns
    -------
    Solution
        The best plan with these patterns; its bound is not known.

    Raises
    ------
    Stopped
        When there is none, or not within that time.
    """
    block = program.columns["pattern"]
    shape = (len(data.patterns), len(data.spans))
    lower, upper = (v[block.at].reshape(shape) for v in (program.lower, program.upper))
    kept = np.zeros(shape)
    for g in range(len(data.groups)):
        own = [p for p, pattern in enumerate(data.patterns) if pattern.group == g]
        now = next((p for p in own if data.patterns[p].opening), own[0])
        for t in range(len(data.spans)):
            given = [p for p in own if lower[p, t] > 0.5]
            now = given[0] if given else now
            kept[now if upper[now, t] > 0.5 else own[0], t] = 1.0
    both = program.lower.copy(), program.upper.copy()
    for bound in both:
        bound[block.at] = kept.ravel()
    try:
        found = solve(
            replace(program, lower=both[0], upper=both[1]),
            gap=0.05,
            seed=seed,
            stop=Grace(stop, LAST),
        )
    except NoSolution:
        raise Stopped(
            "stopped before a plan was found; plan again with more time or without a limit, to get "
            "one or to hear which hard rules contradict each other"
        ) from None
    return replace(found, status="stopped", bound=-np.inf)


def input_basis(hub: Hub) -> pl.DataFrame:
    """Count the rows of a hub's input by table and basis.

    Parameters
    ----------
    hub : Hub
        The hub.

    Returns
    -------
    polars.DataFrame
        ``table``, ``basis`` (reported, derived, assumed or not stated) and ``rows``.
    """
    counts = [
        frame.group_by(pl.col("basis").fill_null("not stated"))
        .len("rows")
        .select(pl.lit(name).alias("table"), "basis", pl.col("rows").cast(pl.Int64))
        .sort("basis")
        for name, frame in hub.tables.items()
        if frame.height
    ]
    return (
        pl.concat(counts)
        if counts
        else pl.DataFrame(schema={"table": pl.String, "basis": pl.String, "rows": pl.Int64})
    )
