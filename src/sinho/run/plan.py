"""The monthly plan of a run: planned, reported and recorded, for one scenario or for several."""

from __future__ import annotations

import errno
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypedDict, Unpack

import polars as pl

from sinho.errors import Infeasible
from sinho.hub.files import write_text
from sinho.results import LINES, Comparison, MonthPlan
from sinho.stop import Both, Headed, NoLimit, Report, StopRule, TimeLimit
from sinho.units import PeriodKind

if TYPE_CHECKING:
    from sinho.hub import Hub, Scenario

BASE = "base"
"""Name of the hub as it stands, where it has no scenario of that name."""

PLAN_FILE = "plan.json"
COMPARISON_FILE = "comparison.json"
COMPARISON_WORKBOOK = "comparison.xlsx"


class PlanOptions(TypedDict, total=False):
    """Options of ``plan_months`` that ``compare`` and ``run_plan`` pass on."""

    period: PeriodKind
    objective: Literal["contribution", "lexicographic"]
    method: Literal["auto", "exact", "priced"]
    whole_cars: bool
    gap: float
    seed: int
    threads: int


@dataclass(frozen=True)
class Run:
    """A plan and what was written of it.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    folder : pathlib.Path
        Where it was written.
    files : mapping of str to pathlib.Path
        Files by what they are: ``plan`` (JSON), ``report`` (HTML), ``workbook``, and the
        pictures by their names.
    """

    plan: MonthPlan
    folder: Path
    files: Mapping[str, Path]


EXAMPLE_MARKS = ("hub.toml", "cars.csv", "vehicles.txt")
"""Files of which an example's folder has one."""


def example_path(name: str) -> Path:
    """Return the folder of an example, in a source checkout or an installed package.

    Parameters
    ----------
    name : str
        Name of the example, such as ``busan`` for a hub or ``days/busan`` for a day.

    Returns
    -------
    pathlib.Path
        The folder that ``read_hub`` or ``read_day`` reads.

    Raises
    ------
    FileNotFoundError
        When there is no such example.
    """
    here = Path(__file__).resolve()
    for folder in (here.parents[1] / "examples" / name, here.parents[3] / "examples" / name):
        if any((folder / mark).is_file() for mark in EXAMPLE_MARKS):
            return folder
    raise FileNotFoundError(f"there is no example {name!r}")


def scenario_of(hub: Hub, name: str | Scenario | None) -> str | Scenario | None:
    """Return what ``plan_months`` takes for a scenario; None for the hub as it stands.

    Parameters
    ----------
    hub : Hub
        The hub.
    name : str, Scenario or None
        ``base`` stands for the hub as it is unless the hub has a scenario of that name.
    """
    return None if name == BASE and BASE not in hub.scenarios else name


def scenario_names(hub: Hub) -> list[str]:
    """Return the names of a hub's scenarios, ``base`` first."""
    return list(dict.fromkeys((BASE, *hub.scenarios)))


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


def run_plan(
    hub: Hub,
    scenario: str | Scenario | None,
    out: str | Path,
    *,
    report: bool = True,
    stop: StopRule | None = None,
    progress: Report | None = None,
    **options: Unpack[PlanOptions],
) -> Run:
    """Plan a scenario of a hub and write the plan, its report, workbook and pictures.

    Parameters
    ----------
    hub : Hub
        The hub.
    scenario : str, Scenario or None
        The scenario; None or ``base``: the hub as it stands.
    out : str or pathlib.Path
        Folder to write to; made where it is missing. Files of an earlier run are replaced.
    report : bool
        Whether to write report, workbook and pictures beside ``plan.json``.
    stop : StopRule, optional
        When to hand back the best plan so far.
    progress : callable, optional
        Called with ``sinho.stop.Progress``.
    **options
        Options of ``plan_months``.

    Returns
    -------
    Run
        The plan and the files.

    Raises
    ------
    DataError, Infeasible
        As ``plan_months``.
    OSError
        When the folder cannot be written to; that is found before the plan is made.
    """
    from sinho.plan import plan_months

    prepared(out)
    plan = plan_months(
        hub, scenario=scenario_of(hub, scenario), stop=stop, progress=progress, **options
    )
    return write_run(plan, hub, out, report=report)


def prepared(out: str | Path) -> Path:
    """Make a folder and see that it can be written to, before a plan takes its time.

    Raises
    ------
    OSError
        When it cannot.
    """
    folder = Path(out)
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "is a file, not a folder", str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".sinho-"):
        return folder


def write_run(
    plan: MonthPlan,
    hub: Hub,
    out: str | Path,
    *,
    report: bool = True,
    comparison: Comparison | None = None,
) -> Run:
    """Write a plan: ``plan.json``, and on demand its report, workbook and pictures.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        Its hub, without the scenario.
    out : str or pathlib.Path
        Folder to write to; made where it is missing.
    report : bool
        Whether to write more than ``plan.json``.
    comparison : Comparison, optional
        Scenarios to show side by side in the report.

    Returns
    -------
    Run
        The plan and the files.
    """
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Path] = {}
    if report:
        from sinho.report import write_report

        written = write_report(plan, hub, folder, comparison)
        files |= {"report": written.html, "workbook": written.workbook}
        files |= {path.name: path for path in written.pictures}
    record = plan_record(plan, hub)
    record["files"] = {name: path.relative_to(folder).as_posix() for name, path in files.items()}
    path = folder / PLAN_FILE
    write_json(path, record)
    return Run(plan, folder, {"plan": path, **files})


def plan_record(plan: MonthPlan, hub: Hub) -> dict[str, Any]:
    """Return what is recorded of a plan, ready for JSON.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        Its hub, without the scenario.

    Returns
    -------
    dict
        ``summary`` (status, bound, gap, times, size, seed, versions, input hash), ``figures`` by
        year, ``lines`` of the contribution, ``contracts``, ``changes`` and ``input_basis``.
    """
    from sinho.report.figures import figures

    return {
        "summary": plan.summary(),
        "figures": figures(plan, hub).to_dicts(),
        "lines": plan.tables["lines"].select("line", "amount").to_dicts(),
        "contracts": plan.tables["contracts"].to_dicts(),
        "changes": plan.changes.to_dicts(),
        "input_basis": plan.input_basis.to_dicts(),
    }


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


def write_json(path: Path, value: Any) -> None:
    """Write JSON to a file that appears whole or not at all; infinities and NaN become null.

    Parameters
    ----------
    path : pathlib.Path
        The file; an existing one is replaced.
    value : object
        What to write.
    """
    text = json.dumps(plain(value), indent=1, ensure_ascii=False, allow_nan=False)
    write_text(path, text + "\n", force=True)


def plain(value: Any) -> Any:
    """Turn a value into what JSON can hold.

    Parameters
    ----------
    value : object
        Numbers, text, flags, dates, paths, frames, and lists and mappings of them.

    Returns
    -------
    object
        Dates and paths as text, frames as lists of rows, infinities and NaN as None.

    Raises
    ------
    TypeError
        For anything else.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, pl.DataFrame):
        return [plain(row) for row in value.to_dicts()]
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
