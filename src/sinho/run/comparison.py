"""Plans of several scenarios, side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import polars as pl

from sinho.errors import Infeasible
from sinho.results import LINES, Comparison, MonthPlan
from sinho.run.jsonfile import write_json
from sinho.run.plan import PlanOptions, write_run
from sinho.run.scenarios import scenario_names, scenario_of
from sinho.stop import Both, Headed, NoLimit, Report, StopRule, TimeLimit

if TYPE_CHECKING:
    from sinho.hub import Hub, Scenario


COMPARISON_FILE = "comparison.json"
COMPARISON_WORKBOOK = "comparison.xlsx"


def compare(
    hub: Hub,
    scenarios: Sequence[str | Scenario] | None = None,
    *,
    seconds: float | None = None,
    stop: StopRule | None = None,
    progress: Report | None = None,
    **options: Unpack[PlanOptions],
) -> Comparison:
    """Plan several scenarios of a hub and put their key figures side by side.

    Parameters
    ----------
    hub : Hub
        The hub.
    scenarios : sequence of str or Scenario, optional
        Scenarios in the order wanted; ``base`` is the hub as it stands. By default ``base`` and
        all scenarios of the hub. One that is named twice is planned once.
    seconds : float, optional
        Time for each scenario.
    stop : StopRule, optional
        When to stop altogether: the scenario in work hands back its best plan so far, those not
        begun are left out.
    progress : callable, optional
        Called with ``sinho.stop.Progress``.
    **options
        Options of ``plan_months``: ``period``, ``objective``, ``method``, ``whole_cars``,
        ``gap``, ``seed``, ``threads``.

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
    from sinho.plan import plan_months
    from sinho.report.figures import side_by_side

    wanted = _wanted(hub, scenarios)
    stop = stop or NoLimit()
    plans: dict[str, MonthPlan] = {}
    for place, (name, scenario) in enumerate(wanted.items(), 1):
        if plans and stop():
            break
        head = f"{name} ({place} of {len(wanted)}): "
        try:
            plans[name] = plan_months(
                hub,
                scenario=scenario,
                stop=stop if seconds is None else Both(stop, TimeLimit(seconds)),
                progress=None if progress is None else Headed(progress, head),
                **options,
            )
        except Infeasible as error:
            error.add_note(f"scenario {name}")
            raise
    changes = pl.concat(
        [
            plan.changes.select(pl.lit(name).alias("scenario"), pl.all())
            for name, plan in plans.items()
        ]
    )
    table = side_by_side(plans, hub)
    of_year = pl.col("group").str.contains(r" in \d{4}$")
    table = pl.concat([table.filter(~of_year), _lines(plans), table.filter(of_year)])
    return Comparison(plans=plans, table=table, changes=changes)


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
            **{name: own[line] for name, own in amounts.items()},
        }
        for line in LINES
        if any(own[line] for own in amounts.values())
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
    """Return what is recorded of a comparison, ready for JSON: plans, figures and changes."""
    return {
        "plans": {name: plan.summary() for name, plan in comparison.plans.items()},
        "figures": comparison.table.to_dicts(),
        "changes": comparison.changes.to_dicts(),
    }


def write_comparison(
    comparison: Comparison, hub: Hub, out: str | Path, *, report: bool = True
) -> dict[str, Path]:
    """Write a comparison: page, JSON, workbook, and each scenario's run in a folder of its own.

    Parameters
    ----------
    comparison : Comparison
        The comparison.
    hub : Hub
        Its hub.
    out : str or pathlib.Path
        Folder to write to; made where it is missing. Files of an earlier run are replaced.
    report : bool
        Whether to write the page, and each scenario's report, workbook and pictures.

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
    sheets = {"figures": comparison.table, "input changes": comparison.changes, "plans": head}
    write_tables(files["workbook"], sheets, force=True)
    write_json(files["comparison"], comparison_record(comparison))
    for name, plan in comparison.plans.items():
        run = write_run(plan, hub, folder / name, report=report, comparison=comparison)
        files |= {f"{name}/{key}": path for key, path in run.files.items()}
    if report:
        from sinho.report import write_comparison_page

        written = write_comparison_page(comparison, folder)
        files |= {"page": written.html, **{path.name: path for path in written.pictures}}
    return files
