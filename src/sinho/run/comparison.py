"""Plans of several scenarios, side by side."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import polars as pl

from sinho.errors import DataError, Infeasible, Problem, Stopped
from sinho.executors import in_order
from sinho.parameters import SEED
from sinho.results import LINES, Comparison, MonthPlan
from sinho.run.jsonfile import write_json
from sinho.run.kept import KeptPlan
from sinho.run.plan import write_run
from sinho.run.scenarios import scenario_names, scenario_of
from sinho.stop import Both, Headed, NoLimit, Progress, Report, StopRule, TimeLimit

if TYPE_CHECKING:
    from sinho.hub import Hub, Scenario
    from sinho.plan import Options, Params
    from sinho.units import PeriodKind


COMPARISON_FILE = "comparison.json"
COMPARISON_WORKBOOK = "comparison.xlsx"


def compare(
    hub: Hub,
    scenarios: Sequence[str | Scenario] | None = None,
    *,
    period: PeriodKind = "month",
    seconds: float | None = None,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
    executor: Executor | None = None,
    **options: Unpack[Options],
) -> Comparison:
    """Plan several scenarios of a hub and put their key figures side by side.

    Parameters
    ----------
    hub : Hub
        The hub.
    scenarios : sequence of str or Scenario, optional
        Scenarios in the order wanted; ``base`` is the hub as it stands. By default ``base`` and
        all scenarios of the hub. One that is named twice is planned once.
    period : {"month", "week"}
        Length of a planning period.
    seconds : float, optional
        Time for each scenario.
    stop : StopRule, optional
        When to stop altogether: the scenario in work hands back its best plan so far, those not
        begun are left out.
    seed : int
        Seed of the solver.
    progress : callable, optional
        Called with ``sinho.stop.Progress``; with an executor, after each scenario.
    executor : concurrent.futures.Executor, optional
        What plans the scenarios, side by side, each to its end or its time: threads, processes or
        `distributed`'s. By default they are planned one after the other.
    **options
        ``objective``, ``method``, ``whole_cars``, ``gap`` and ``threads``, as `sinho.plan.Params`
        takes them.

    Returns
    -------
    Comparison
        The plans, a table of key figures with one column for each scenario, and what each
        scenario changed in the input.

    Raises
    ------
    DataError, Infeasible
        As ``plan_months``, with a note that names the scenario; nothing is returned for the
        others.
    ValueError
        When no scenario is given, or two different ones have the same name.
    """
    from sinho.plan import Params

    params = Params(**options)
    wanted = _wanted(hub, scenarios)
    stop = stop or NoLimit()
    plans: dict[str, MonthPlan] = {}
    if executor is not None:
        began = time.monotonic()
        jobs = ((*one, period, params, seconds, seed) for one in wanted.items())
        found = in_order(_planned, jobs, executor, shared=(hub,), stop=stop)
        for name, plan in zip(wanted, found, strict=False):
            plans[name] = plan
            if progress is not None:
                done, passed = len(plans) / len(wanted), time.monotonic() - began
                progress(Progress(f"{name} planned", passed, done=done))
        if not plans:
            raise Stopped("the comparison was stopped before a scenario was planned")
        return _side_by_side(plans, dict.fromkeys(plans, hub))
    for place, (name, scenario) in enumerate(wanted.items(), 1):
        if plans and stop():
            break
        head = f"{name} ({place} of {len(wanted)}): "
        told = None if progress is None else Headed(progress, head)
        plans[name] = _planned(hub, name, scenario, period, params, seconds, seed, stop, told)
    return _side_by_side(plans, dict.fromkeys(plans, hub))


def _planned(
    hub: Hub,
    name: str,
    scenario: str | Scenario | None,
    period: PeriodKind,
    params: Params,
    seconds: float | None,
    seed: int,
    stop: StopRule | None = None,
    progress: Report | None = None,
) -> MonthPlan:
    """Return the plan of a scenario; where there is none, say of which."""
    from sinho.plan import Input, solve

    stop = stop or NoLimit()
    try:
        return solve(
            Input.from_hub(hub, scenario, period),
            params,
            stop=stop if seconds is None else Both(stop, TimeLimit(seconds)),
            seed=seed,
            progress=progress,
        )
    except Infeasible as error:
        error.add_note(f"scenario {name}")
        raise


def _side_by_side(plans: Mapping[str, MonthPlan], hubs: Mapping[str, Hub]) -> Comparison:
    """Put the figures of plans and what they changed beside each other."""
    from sinho.report.figures import side_by_side

    changes = pl.concat(
        [
            plan.changes.select(pl.lit(name).alias("scenario"), pl.all())
            for name, plan in plans.items()
        ]
    )
    table = side_by_side(plans, hubs)
    of_year = pl.col("group").str.contains(r" in \d{4}$")
    table = pl.concat([table.filter(~of_year), _lines(plans), table.filter(of_year)])
    return Comparison(plans=plans, table=table, changes=changes)


def compare_kept(kept: Sequence[KeptPlan]) -> Comparison:
    """Put kept plans side by side without planning anew.

    Parameters
    ----------
    kept : sequence of KeptPlan
        Plans that were written to folders, in the order wanted. Each goes by its scenario's name,
        and by its folder's where two have the same.

    Returns
    -------
    Comparison
        As `compare`.

    Raises
    ------
    DataError
        When the plans have different currencies, horizons or lengths of periods, so that their
        figures cannot stand side by side, or when a folder is named twice.
    """
    names = [one.name for one in kept]
    if len(set(names)) < len(names):
        names = [one.folder.name for one in kept]
    if len(set(names)) < len(names):
        names = [str(one.folder) for one in kept]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        rule = "the same plan is named twice"
        raise DataError([Problem(twice, rule, hint="Name each folder once.")])
    plans = {name: one.plan for name, one in zip(names, kept, strict=True)}
    for what, value in (
        ("currency", lambda plan: plan.currency),
        ("horizon", _horizon),
        ("period", lambda plan: plan.period_kind),
    ):
        found = {name: value(plan) for name, plan in plans.items()}
        if len(set(found.values())) > 1:
            rule = f"the plans differ in {what} and cannot stand side by side"
            hint = f"Plan them for the same {what}."
            raise DataError(
                [
                    Problem(f"plan {name}", rule, None, what, text, hint)
                    for name, text in found.items()
                ]
            )
    return _side_by_side(plans, {name: one.hub for name, one in zip(names, kept, strict=True)})


def _horizon(plan: MonthPlan) -> str:
    labels = plan.tables["periods"]["label"]
    return f"{labels[0]} to {labels[-1]}"


def _lines(plans: Mapping[str, MonthPlan]) -> pl.DataFrame:
    """Return the contribution by line, a column for each plan; lines that are nothing left out."""
    amounts = {
        name: dict(plan.tables["lines"].select("line", "amount").iter_rows())
        for name, plan in plans.items()
    }
    currency = next(iter(plans.values())).currency
    rows = [
        {
            "group": "contribution by line",
            "figure": line,
            "unit": currency,
            **{name: own.get(line, 0.0) for name, own in amounts.items()},
        }
        for line in LINES
        if any(own.get(line) for own in amounts.values())
    ]
    text = dict.fromkeys(("group", "figure", "unit"), pl.String)
    return pl.DataFrame(rows, schema={**text, **dict.fromkeys(plans, pl.Float64)})


def _wanted(
    hub: Hub, scenarios: Sequence[str | Scenario] | None
) -> dict[str, str | Scenario | None]:
    """Return the scenarios by name, as ``plan_months`` takes them."""
    given = scenario_names(hub) if scenarios is None else scenarios
    if isinstance(given, str):
        given = [given]
    wanted: dict[str, str | Scenario | None] = {}
    for one in given:
        name = one if isinstance(one, str) else one.name
        if wanted.setdefault(name, scenario_of(hub, one)) != scenario_of(hub, one):
            raise ValueError(f"two different scenarios are named {name!r}")
    if not wanted:
        raise ValueError("give at least one scenario to compare")
    return wanted


def comparison_record(comparison: Comparison) -> dict[str, Any]:
    """Return what is recorded of a comparison, ready for JSON.

    ``plans``, ``differences`` of their contributions with what their gaps allow, ``figures`` and
    ``changes`` of the input.
    """
    return {
        "plans": {name: plan.summary() for name, plan in comparison.plans.items()},
        "differences": comparison.differences.to_dicts(),
        "figures": comparison.table.to_dicts(),
        "changes": comparison.changes.to_dicts(),
    }


def write_comparison(
    comparison: Comparison,
    hub: Hub | None,
    out: str | Path,
    *,
    report: bool = True,
    stop: StopRule | None = None,
    progress: Report | None = None,
) -> dict[str, Path]:
    """Write a comparison: page, JSON, workbook, and each scenario's run in a folder of its own.

    Parameters
    ----------
    comparison : Comparison
        The comparison.
    hub : Hub or None
        Its hub; None: the plans have folders already and are not written again.
    out : str or pathlib.Path
        Folder to write to; made where it is missing. Files of an earlier run are replaced.
    report : bool
        Whether to write the page, and each scenario's report, workbook and pictures.
    stop : StopRule, optional
        When to do without what makes questions about the plans quick.
    progress : callable, optional
        Called with ``sinho.stop.Progress``.

    Returns
    -------
    dict of str to pathlib.Path
        Files by what they are.
    """
    from sinho.hub.excel import write_tables

    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    files = {"comparison": folder / COMPARISON_FILE, "workbook": folder / COMPARISON_WORKBOOK}
    head = pl.DataFrame(
        [
            {"scenario": name, "item": key, "value": str(value)}
            for name, plan in comparison.plans.items()
            for key, value in plan.summary().items()
        ]
    )
    sheets = {
        "figures": comparison.table,
        "differences": comparison.differences,
        "input changes": comparison.changes,
        "plans": head,
    }
    write_tables(files["workbook"], sheets, force=True)
    write_json(files["comparison"], comparison_record(comparison))
    if hub is not None:
        for name, plan in comparison.plans.items():
            run = write_run(
                plan,
                hub,
                folder / name,
                report=report,
                comparison=comparison,
                stop=stop,
                progress=progress,
            )
            files |= {f"{name}/{key}": path for key, path in run.files.items()}
    if report:
        from sinho.report import write_comparison_page

        written = write_comparison_page(comparison, folder)
        files |= {"page": written.html, **{path.name: path for path in written.pictures}}
    return files
