"""The monthly plan of a run: planned, reported and recorded."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sinho.errors import StoreError
from sinho.hub.files import prepared
from sinho.report.names import planned_hub
from sinho.results import Comparison, MonthPlan
from sinho.run.jsonfile import write_json
from sinho.run.keep import WORK
from sinho.run.kept import keep_plan
from sinho.run.state import RUN_FILE
from sinho.stop import Report, StopRule

if TYPE_CHECKING:
    from sinho.hub import Hub

PLAN_FILE = "plan.json"


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


def place_for_plan(out: str | Path) -> Path:
    """See that a plan can be written to a folder, and that it is none of a run.

    Raises
    ------
    StoreError
        When the report of a run would be replaced, or a workbook stand among a hub's tables, and
        as `prepared`.
    """
    folder = Path(out)
    if (folder / "hub.toml").is_file():
        raise StoreError(
            f"{folder} holds a hub, whose tables are all that it may hold. Name another folder by "
            "--out."
        )
    if (folder / RUN_FILE).exists() or (folder / WORK).exists():
        raise StoreError(
            f"{folder} holds a run, and its report would be replaced. Name another folder by --out."
        )
    return prepared(folder)


def write_run(
    plan: MonthPlan,
    hub: Hub,
    out: str | Path,
    *,
    report: bool = True,
    comparison: Comparison | None = None,
    stop: StopRule | None = None,
    progress: Report | None = None,
) -> Run:
    """Write a plan: ``plan.json``, and on demand its report, workbook and pictures.

    The folder also keeps the plan itself, its hub and where the solver ended, so that
    `explain_kept` and `compare_kept` need not plan again.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        Its hub, with or without the scenario.
    out : str or pathlib.Path
        Folder to write to; made where it is missing.
    report : bool
        Whether to write report, workbook and pictures.
    comparison : Comparison, optional
        Scenarios to show side by side in the report.
    stop : StopRule, optional
        When to do without what makes questions quick.
    progress : callable, optional
        Called with ``sinho.stop.Progress``.

    Returns
    -------
    Run
        The plan and the files.
    """
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    files: dict[str, Path] = {}
    keep_plan(plan, planned_hub(plan, hub), folder, stop=stop, progress=progress)
    if report:
        from sinho.report import write_report

        written = write_report(plan, hub, folder, comparison)
        files |= {"report": written.html, "workbook": written.workbook}
        files |= {path.name: path for path in written.pictures}
    record = plan_record(plan, hub)
    record["files"] = {name: path.relative_to(folder).as_posix() for name, path in files.items()}
    path = folder / PLAN_FILE
    _leave_out(folder, files.values())
    write_json(path, record)
    return Run(plan, folder, {"plan": path, **files})


def _leave_out(folder: Path, files: Collection[Path]) -> None:
    """Remove what an earlier plan wrote for people and this one does not: it tells of that plan."""
    try:
        record = json.loads((folder / PLAN_FILE).read_text(encoding="utf-8"))
        before = set(record["files"].values())
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return
    for path in (folder / "report.html", folder / "plan.xlsx", *(folder / "pictures").glob("*.*")):
        if path not in files and path.relative_to(folder).as_posix() in before:
            path.unlink()


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
