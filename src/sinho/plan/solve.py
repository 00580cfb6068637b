"""From the tables of a hub to its plan."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Unpack

from sinho.parameters import SEED, check_seed
from sinho.plan.build import build
from sinho.plan.data import Input
from sinho.plan.extract import clean, tables
from sinho.plan.methods import find
from sinho.plan.params import Options, Params
from sinho.plan.prefer import on_preferred_lines
from sinho.results import MonthPlan, gap_of
from sinho.results.versions import versions
from sinho.stop import NoLimit, Progress, Report, StopRule

if TYPE_CHECKING:
    from sinho.hub import Hub, Scenario
    from sinho.units import PeriodKind


def solve(
    input: Input,
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> MonthPlan:
    """Plan the months of a hub: what is made, shipped, kept, late and lost, and with which shifts.

    Parameters
    ----------
    input : Input
        The hub, and the length of the periods.
    params : Params, optional
        What is optimised, how and how closely.
    stop : StopRule, optional
        When to hand back the best plan so far.
    seed : int
        Seed of the solver.
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
        When the priced method is asked for and does not apply.
    """
    check_seed(seed)
    params, stop = params or Params(), stop or NoLimit()
    began = time.monotonic()
    if progress is not None:
        progress(Progress("building the program", 0.0))
    data = input.data
    program = build(data, whole_cars=params.whole_cars)
    seconds_build = time.monotonic() - began
    solution, method = find(data, program, params, stop, seed, progress)
    solution = on_preferred_lines(data, program, solution, stop=stop, seed=seed)
    x = clean(solution.x, program)
    found, contribution = tables(data, program, x, solution.row_dual)
    bound = max(-solution.bound, contribution)
    columns, rows, nonzeros = program.size
    settings = input.hub.settings
    return MonthPlan(
        tables=found,
        hub_name=settings.name,
        scenario=input.scenario,
        title=input.title,
        currency=settings.currency,
        period_kind=input.period,
        objective_kind=params.objective,
        objective=contribution,
        # the last level as a planner reads it
        levels=tuple(
            ("contribution", -value) if name == "cost" else (name, value)
            for name, value in solution.levels
        ),
        status=solution.status,
        bound=bound,
        gap=gap_of(contribution, bound),
        method=method,
        seconds_build=seconds_build,
        seconds_solve=solution.seconds,
        columns=columns,
        rows=rows,
        nonzeros=nonzeros,
        seed=seed,
        versions=versions("highspy", "numpy", "polars", "holidays"),
        input_hash=input.hub.digest,
        changes=input.changes,
        input_basis=input.basis,
    )


def plan_months(
    hub: Hub,
    *,
    scenario: str | Scenario | None = None,
    period: PeriodKind = "month",
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
    **options: Unpack[Options],
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
    stop : StopRule, optional
        When to hand back the best plan so far, such as ``TimeLimit(60)``.
    seed : int
        Seed of the solver.
    progress : callable, optional
        Called with ``sinho.stop.Progress`` while the plan is made.
    **options
        ``objective``, ``method``, ``whole_cars``, ``gap`` and ``threads``, as `sinho.plan.Params`
        takes them.

    Returns
    -------
    MonthPlan
        The plan, its tables, its bound and what it was made from.

    Raises
    ------
    Infeasible
        When hard rules contradict each other; carries a minimal set of them.
    DataError
        When the scenario does not fit the hub, or the priced method is asked for and does not
        apply.
    ValueError
        When an option has an unknown value.
    """
    params = Params(**options)
    given = Input.from_hub(hub, scenario, period)
    return solve(given, params, stop=stop, seed=seed, progress=progress)
