"""Plans kept in their folders: what questions and comparisons need, so that none plans again."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from sinho.errors import DataError, StoreError
from sinho.hub import Hub, apply_scenario, read_hub
from sinho.hub.lines import ONE_LINE
from sinho.hub.schema import TABLES, empty, fields
from sinho.results import MonthPlan
from sinho.run.keep import KEPT, WORK, deleted, load, record_in, save, tables_in
from sinho.run.scenarios import scenario_of
from sinho.stop import Both, NoLimit, Progress, Report, StopRule, TimeLimit

PLAN, HUB, BASES = "plan", "hub", "bases"
"""Folders of what is kept: the plan, the hub that was planned, where the solver ended."""

DEPARTURES = {
    "period": pl.Date,
    "lane": pl.String,
    "mode": pl.String,
    "cars": pl.Float64,
    "capacity": pl.Float64,
    "utilisation": pl.Float64,
    "binding": pl.Boolean,
    "value": pl.Float64,
}
"""Columns of a plan's trucks and trains; a plan of an earlier release has none."""

PATIENCE = 10.0
"""Seconds, or as long as the plan took, that are spent on making questions quick."""


@dataclass(frozen=True)
class KeptPlan:
    """A plan as its folder keeps it.

    Parameters
    ----------
    folder : pathlib.Path
        The folder that the plan was written to: of ``sinho plan --out``, or of a run.
    hub : Hub
        The hub that was planned, with the scenario's changes.
    plan : MonthPlan
        The plan.
    origin : str
        Where its hub was read; empty where that is not known.
    """

    folder: Path
    hub: Hub
    plan: MonthPlan
    origin: str = ""

    @property
    def name(self) -> str:
        """The plan's scenario, ``base`` where it has none."""
        return self.plan.scenario or "base"


def kept_hub(work: Path) -> Hub:
    """Return the hub that a run or a plan keeps of itself, its scenario applied.

    Parameters
    ----------
    work : pathlib.Path
        Where the run or plan keeps its results.

    Raises
    ------
    Damaged
        When it is not as it was kept.
    """
    kept = work / HUB
    there = tables_in(record_in(kept))
    return Hub(
        {
            name: _with_later_fields(name, load(kept, name, pl.DataFrame))
            if name in there
            else empty(name)
            for name in TABLES
        }
    )


def _with_later_fields(name: str, table: pl.DataFrame) -> pl.DataFrame:
    """Return a kept table with the fields that came later, at their defaults."""
    return table.select(
        field.name
        if field.name in table.columns
        else pl.lit(field.default, dtype=field.dtype).alias(field.name)
        for field in fields(name).values()
    )


def kept_plan(work: Path) -> MonthPlan:
    """Return a kept plan; one of a release before lines were known has one line."""
    plan = load(work / PLAN, PLAN, MonthPlan)
    tables = dict(plan.tables)
    if "make_lines" not in tables:
        made, spans = tables["make"], tables["periods"].select("period", "start", "end")
        line = pl.lit(ONE_LINE).alias("line")
        tables["make_lines"] = made.select("period", "model", line, "units")
        tables["patterns"] = tables["patterns"].join(spans, on="period", maintain_order="left")
    tables.setdefault("departures", pl.DataFrame(schema=DEPARTURES))
    return replace(plan, tables=tables)


def keep_plan(
    plan: MonthPlan,
    hub: Hub,
    out: Path,
    *,
    stop: StopRule | None = None,
    progress: Report | None = None,
) -> None:
    """Keep a plan, its hub and where the solver ended, in the place of what was kept before.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        The hub that was planned, with the scenario's changes.
    out : pathlib.Path
        The plan's folder.
    stop : StopRule, optional
        When to do without what makes questions quick.
    progress : callable, optional
        Called with ``Progress``.
    """
    from sinho.plan import Input, bases_of

    work = out / KEPT
    if work.exists():
        deleted(work)
    if progress is not None:
        progress(Progress("keeping the plan for questions", 0.0))
    origin = str(Path(hub.origin).resolve()) if hub.origin else ""
    save(work / HUB, dict(hub.tables))
    patience = TimeLimit(max(PATIENCE, plan.seconds_solve))
    given = Input(hub, plan.period_kind)
    # who stopped the plan waits no longer for what comes behind it
    stopped = plan.status == "stopped"
    bases = None if stopped else bases_of(given, plan, Both(stop or NoLimit(), patience))
    if bases is not None:
        save(work / BASES, {BASES: bases})
    facts = {"hub": origin, "built in": plan.seconds_build, "solved in": plan.seconds_solve}
    save(work / PLAN, {PLAN: plan}, facts)


def keeps_plan(path: Path) -> bool:
    """Return whether a folder is that of a plan, a damaged one included, and not a hub."""
    return (path / KEPT).is_dir() and not (path / "hub.toml").is_file()


def read_plan(out: str | Path) -> KeptPlan:
    """Read a plan back, as it was made.

    Parameters
    ----------
    out : str or pathlib.Path
        The folder of ``sinho plan --out``, as `write_run` writes it.

    Returns
    -------
    KeptPlan
        The plan with its hub.

    Raises
    ------
    StoreError
        When the folder keeps no plan.
    Damaged
        When a file of it is not as it was written.
    """
    folder = Path(out)
    kept = folder / KEPT / PLAN
    if not keeps_plan(folder):
        raise StoreError(f"{folder}: there is no plan in this folder ({kept} is missing)")
    facts = record_in(kept)["facts"]
    plan = replace(
        kept_plan(folder / KEPT),
        seconds_build=facts["built in"],
        seconds_solve=facts["solved in"],
    )
    return KeptPlan(folder, kept_hub(folder / KEPT), plan, facts["hub"])


def plan_of_run(folder: Path) -> KeptPlan:
    """Read the plan that a run was made from.

    Raises
    ------
    StoreError
        When the run has none yet.
    Damaged
        When a file of it is not as it was written.
    """
    from sinho.run.state import State

    state, work = State.read(folder), folder / WORK
    if not (work / PLAN).is_dir():
        raise StoreError(f"{folder}: the run has no plan yet; `sinho run --resume` goes on with it")
    return KeptPlan(folder, kept_hub(work), kept_plan(work), str(state.params.hub or ""))


def read_again(path: Path, scenario: str, made: str) -> Hub | str:
    """Read a hub again, or say why it cannot be.

    Parameters
    ----------
    path : pathlib.Path
        Its folder or workbook.
    scenario : str
        Its scenario; empty: none.
    made : str
        What was made of it, such as planned.
    """
    if not path.exists():
        return f"The hub {path} is not there any more."
    try:
        hub = read_hub(path)
        own = scenario_of(hub, scenario or None)
        return hub if own is None else apply_scenario(hub, own)
    except DataError as error:
        first = str(error).splitlines()[0].rstrip(":")
        return f"The hub {path} cannot be read as it was {made} ({first})."


def hub_now(kept: KeptPlan) -> str:
    """Say what became of the hub of a kept plan since; empty where it is as it was planned.

    Parameters
    ----------
    kept : KeptPlan
        The plan.
    """
    if not kept.origin:
        return ""
    path, before = Path(kept.origin), kept.plan.input_hash[:12]
    as_made = f"This is the plan as it was made (input {before})."
    now = read_again(path, kept.plan.scenario, "planned")
    if isinstance(now, str):
        return f"{now} {as_made}"
    changed = [name for name in TABLES if not now[name].equals(kept.hub[name])]
    if not changed:
        return ""
    return (
        f"The hub {path} has changed since this plan was made: input {before} then, "
        f"{now.digest[:12]} now, with other rows in {', '.join(changed)}. {as_made}"
    )
