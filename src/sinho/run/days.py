"""The whole thread in one run: plan, orders, slots, sequences, materials, report.

Each stage's result is kept in ``stages/`` of the run's folder, whole or not at all, and each day's
sequence as soon as it is found. A run that was interrupted goes on from what is there; with the
same input, parameters and versions it ends with the same files, byte for byte. Times are in
``run.json`` and ``run.log`` alone.
"""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from sinho.errors import StoreError
from sinho.hub import Hub, apply_scenario, read_hub
from sinho.hub.files import write_folder
from sinho.results import CallOffs, DaySlots, MonthPlan, Needs, Orders, Sequence, Supply
from sinho.run import stages
from sinho.run.horizon import run_dates
from sinho.run.keep import load, save, swept
from sinho.run.line import with_facts
from sinho.run.plan import prepared, scenario_of
from sinho.run.sequencing import Days, Search, record_of, sequence_of
from sinho.run.state import RUN_FILE, RunParameters, State, input_hashes
from sinho.stop import Progress, Report

STAGES = ("plan", "orders", "slot", "sequence", "materials", "report")
WORK = "stages"
"""Folder of what the stages found."""

Tell = Callable[[str, Progress], None]
"""Hears where a stage stands: its name and its progress."""


@dataclass(frozen=True)
class DayRun:
    """A run and what it found.

    Parameters
    ----------
    folder : pathlib.Path
        Its folder.
    asked : RunParameters
        What it was asked for.
    hub : Hub
        The hub, with the scenario applied.
    plan : MonthPlan
        The monthly plan.
    days : polars.DataFrame
        Its days: ``date``, ``period``, ``shop``, ``hours``, ``capacity``.
    due : polars.DataFrame
        Cars of the plan that the days are to build: ``month``, ``model``, ``market``, ``units``.
    orders : Orders
        The order bank.
    slots : DaySlots
        The day of every order.
    sequences : mapping of datetime.date to Sequence
        The order of every day's cars.
    needs : Needs
        What the cars take.
    supply : Supply
        Campaigns, coverage and shortages.
    calls : CallOffs
        Call-offs to the suppliers.
    stages : mapping of str to mapping
        Seconds and key figures of each stage.
    files : mapping of str to pathlib.Path
        Files for people, by what they are.
    """

    folder: Path
    asked: RunParameters
    hub: Hub
    plan: MonthPlan
    days: pl.DataFrame = field(repr=False)
    due: pl.DataFrame = field(repr=False)
    orders: Orders = field(repr=False)
    slots: DaySlots = field(repr=False)
    sequences: Mapping[dt.date, Sequence] = field(repr=False)
    needs: Needs = field(repr=False)
    supply: Supply = field(repr=False)
    calls: CallOffs = field(repr=False)
    stages: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    files: Mapping[str, Path] = field(default_factory=dict, repr=False)

    def cars(self) -> Mapping[dt.date, pl.DataFrame]:
        """Return the cars of each date with what their orders say, in the order of the slots."""
        return with_facts(self.slots.slots, self.orders.table)

    def places(self) -> pl.DataFrame:
        """Return ``order``, ``date`` and ``position`` of every car that has a place."""
        return places(self.sequences)


def places(sequences: Mapping[dt.date, Sequence]) -> pl.DataFrame:
    """Return ``order``, ``date`` and ``position`` of every car of some sequences."""
    schema = {"order": pl.String, "date": pl.Date, "position": pl.Int64}
    rows = [
        (car, date, at)
        for date, sequence in sequences.items()
        for at, car in enumerate(sequence.order, start=1)
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")


def run_days(
    hub: Hub,
    asked: RunParameters,
    out: str | Path,
    *,
    force: bool = False,
    executor: Executor | None = None,
    tell: Tell | None = None,
) -> DayRun:
    """Plan, take or make orders, slot, sequence, supply and report some days.

    Parameters
    ----------
    hub : Hub
        The hub, without its scenario.
    asked : RunParameters
        Days, scenario, seed and effort.
    out : str or pathlib.Path
        Folder to write to; made where it is missing.
    force : bool
        Whether an earlier run in the folder is replaced.
    executor : concurrent.futures.Executor, optional
        Sequences the days; by default as many threads as the run is asked for.
    tell : callable, optional
        Hears where each stage stands.

    Returns
    -------
    DayRun
        Everything that was found, and the files.

    Raises
    ------
    StoreError
        When the folder holds a run already and ``force`` is false.
    DataError, Infeasible
        As the stages.
    """
    folder = prepared(out)
    whole = applied(hub, asked)
    run_dates(whole, asked.first_date, asked.days)
    if (folder / RUN_FILE).exists():
        if not force:
            raise StoreError(
                f"{folder} holds a run already. Go on with it by --resume, begin anew by --force, "
                "or name another folder."
            )
        stages.removed(folder)
    state = State.begin(folder, asked, input_hashes(whole, stages.order_file(asked)))
    return _Pipeline(whole, state, executor, tell).run()


def resume_run(
    out: str | Path,
    *,
    hub: Hub | None = None,
    executor: Executor | None = None,
    tell: Tell | None = None,
) -> DayRun:
    """Go on with a run that was interrupted; what is done is not done again.

    Parameters
    ----------
    out : str or pathlib.Path
        The run's folder.
    hub : Hub, optional
        Its hub; by default it is read from where the run found it.
    executor, tell
        As `run_days`.

    Returns
    -------
    DayRun
        Everything that was found, and the files.

    Raises
    ------
    StoreError
        When there is no run in the folder.
    DataError
        When the input, or a version that shapes the result, changed since the run began.
    """
    folder = Path(out)
    state = State.read(folder)
    whole = applied(hub or _hub_of(state), state.asked)
    state.same_input(input_hashes(whole, stages.order_file(state.asked)))
    swept(folder, (WORK, *stages.WRITES))
    state.log("resumed")
    return _Pipeline(whole, state, executor, tell).run()


def read_run(out: str | Path, hub: Hub | None = None) -> DayRun:
    """Read a finished run.

    Parameters
    ----------
    out : str or pathlib.Path
        The run's folder.
    hub : Hub, optional
        Its hub; by default it is read from where the run found it.

    Returns
    -------
    DayRun
        What it found.

    Raises
    ------
    StoreError
        When there is no run in the folder, or one that is not finished.
    DataError
        When the hub changed since.
    """
    folder = Path(out)
    state = State.read(folder)
    if state.record["status"] != "done":
        raise StoreError(f"{folder}: the run is not finished; `sinho run --resume` goes on with it")
    whole = applied(hub or _hub_of(state), state.asked)
    state.same_input(input_hashes(whole, stages.order_file(state.asked)))
    return _Pipeline(whole, state, None, None).found()


def applied(hub: Hub, asked: RunParameters) -> Hub:
    """Return the hub with the run's scenario applied."""
    scenario = scenario_of(hub, asked.scenario or None)
    return hub if scenario is None else apply_scenario(hub, scenario)


def _hub_of(state: State) -> Hub:
    path = Path(state.asked.hub)
    if not state.asked.hub or not path.exists():
        raise StoreError(
            f"{state.folder}: the hub of the run is not at {state.asked.hub or 'any path'} "
            "any more; name it: sinho run HUB --resume DIR"
        )
    return read_hub(path)


class _Pipeline:
    """The stages of a run, each done once."""

    def __init__(
        self, hub: Hub, state: State, executor: Executor | None, tell: Tell | None
    ) -> None:
        self.hub, self.state, self.executor, self.tell = hub, state, executor, tell
        self.asked, self.folder = state.asked, state.folder
        self.work = state.folder / WORK

    def run(self) -> DayRun:
        """Do what is not done yet, and return all of it."""
        for stage in ("plan", "orders", "slot", "sequence", "materials"):
            self.once(stage)
        found = self.found()
        if self.state.record["status"] != "done":
            self.once_reported(found)
        return self.found()

    def once(self, stage: str) -> None:
        """Do a stage, unless its result is there."""
        if (self.work / stage).exists():
            if stage not in self.state.record["stages"]:
                # it was killed between keeping the result and recording its time
                self.state.finished(stage, 0.0, {"note": "found done; its time was not recorded"})
            self.say(stage, 1.0)
            return
        self.say(stage, None)
        self.state.log(f"{stage}: begun")
        began = time.perf_counter()
        facts = getattr(self, f"do_{stage}")()
        self.state.finished(stage, time.perf_counter() - began, facts)
        self.say(stage, 1.0)

    def say(self, stage: str, done: float | None, text: str = "") -> None:
        """Tell where a stage stands."""
        if self.tell is not None:
            self.tell(stage, Progress(text or stage, 0.0, done=done))

    def reporter(self, stage: str) -> Report:
        """Return what passes a stage's own progress on."""
        return lambda progress: None if self.tell is None else self.tell(stage, progress)

    def do_plan(self) -> dict[str, Any]:
        plan = stages.plan(self.hub, self.asked, self.reporter("plan"))
        save(self.work / "plan", {"plan": plan})
        return {
            "status": plan.status,
            "objective": plan.objective,
            "bound": plan.bound,
            "gap": plan.gap,
            "solver_seconds": round(plan.seconds_solve, 3),
        }

    def do_orders(self) -> dict[str, Any]:
        made = stages.orders(self.hub, self.plan(), self.asked)
        save(self.work / "orders", made)
        orders = made["orders"]
        return {"origin": orders.origin, "orders": orders.table.height}

    def do_slot(self) -> dict[str, Any]:
        slots = stages.slot(
            self.hub,
            self.table("orders", "days"),
            self.orders(),
            self.table("orders", "due"),
            self.asked,
            self.reporter("slot"),
        )
        save(self.work / "slot", {"slots": slots})
        dated = slots.slots["date"]
        return {
            "orders": slots.slots.height,
            "without_day": dated.null_count(),
            "cost": slots.cost,
            "bound": slots.bound,
            "gap": slots.gap,
            "status": slots.status,
        }

    def do_sequence(self) -> dict[str, Any]:
        cars = with_facts(self.slots().slots, self.orders().table)
        search = Search(self.asked.iterations, self.asked.day_seconds, self.asked.seed)
        passes = 1.5 * len(cars)
        done = 0

        def hear(name: str, date: dt.date, found: Sequence) -> None:
            nonlocal done
            done += 1
            figures = ", ".join(f"{level} {value:g}" for level, value in found.score.levels)
            self.state.log(f"sequence: {date} {name}: {figures}")
            self.say("sequence", min(1.0, done / passes), f"sequence {date}")

        pool = self.executor or ThreadPoolExecutor(self.asked.threads)
        with nullcontext(pool) if self.executor else pool as executor:
            found = Days(self.hub, cars, search, self.work / "days").run(executor, hear)
        texts = {
            f"{date}.json": json.dumps(record_of(one), indent=1, ensure_ascii=False) + "\n"
            for date, one in found.items()
        }
        write_folder(self.work / "sequence", texts, force=False)
        levels: dict[str, float] = {}
        bounds: dict[str, float] = {}
        for one in found.values():
            for (level, value), bound in zip(one.score.levels, one.bounds, strict=True):
                levels[level] = levels.get(level, 0) + value
                bounds[level] = bounds.get(level, 0) + bound
        return {
            "days": len(found),
            "cars": sum(len(one.order) for one in found.values()),
            "hard": sum(one.score.hard for one in found.values()),
            "levels": levels,
            "bounds": bounds,
        }

    def do_materials(self) -> dict[str, Any]:
        cars = (
            self.orders()
            .table.select("order", "model", "options", "market", "vin")
            .join(places(self.sequences()), on="order", how="inner", maintain_order="left")
        )
        made = stages.materials(
            self.hub, self.table("orders", "days"), self.plan(), cars, self.asked
        )
        save(self.work / "materials", made)
        supply = made["supply"]
        return {
            "cost": supply.cost,
            "bound": supply.bound,
            "gap": supply.gap,
            "shortages": supply.shortages.height,
            "late_orders": supply.hits["order"].n_unique(),
        }

    def once_reported(self, found: DayRun) -> None:
        """Write the files for people; that is short, and done again when it was interrupted."""
        self.say("report", None)
        self.state.log("report: begun")
        began = time.perf_counter()
        files = stages.report(found, self.reporter("report"))
        self.state.record["files"] = {
            name: path.relative_to(self.folder).as_posix() for name, path in files.items()
        }
        self.state.record["status"] = "done"
        self.state.finished("report", time.perf_counter() - began, {"files": len(files)})
        self.say("report", 1.0)

    def plan(self) -> MonthPlan:
        return load(self.work / "plan", "plan", MonthPlan)

    def orders(self) -> Orders:
        return load(self.work / "orders", "orders", Orders)

    def slots(self) -> DaySlots:
        return load(self.work / "slot", "slots", DaySlots)

    def table(self, stage: str, name: str) -> pl.DataFrame:
        return load(self.work / stage, name, pl.DataFrame)

    def sequences(self) -> dict[dt.date, Sequence]:
        return {
            dt.date.fromisoformat(path.stem): sequence_of(
                json.loads(path.read_text(encoding="utf-8"))
            )
            for path in sorted((self.work / "sequence").glob("*.json"))
        }

    def found(self) -> DayRun:
        """Read all that the stages found."""
        materials = self.work / "materials"
        files = self.state.record.get("files", {})
        return DayRun(
            folder=self.folder,
            asked=self.asked,
            hub=self.hub,
            plan=self.plan(),
            days=self.table("orders", "days"),
            due=self.table("orders", "due"),
            orders=self.orders(),
            slots=self.slots(),
            sequences=self.sequences(),
            needs=load(materials, "needs", Needs),
            supply=load(materials, "supply", Supply),
            calls=load(materials, "calls", CallOffs),
            stages=self.state.record["stages"],
            files={name: self.folder / path for name, path in files.items()},
        )
