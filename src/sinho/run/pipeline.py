"""The stages of a run, each done once and kept."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from sinho.errors import StoreError
from sinho.hub import Hub
from sinho.hub.files import write_folder
from sinho.hub.schema import TABLES, empty
from sinho.results import CallOffs, DaySlots, MonthPlan, Needs, Orders, Sequence, Supply
from sinho.results.sequence import places
from sinho.run import stages
from sinho.run.former import Known
from sinho.run.found import DayRun
from sinho.run.keep import load, save
from sinho.run.line import with_facts
from sinho.run.sequencing import Days, Search, record_of, sequence_of
from sinho.run.state import State
from sinho.stop import Progress, Report

STAGES = ("plan", "orders", "slot", "sequence", "materials", "report")
WORK = "stages"
"""Folder of what the stages found."""

HUB = "hub"
"""Folder within it of the hub's tables, so that a run can be read whatever becomes of its hub."""

Tell = Callable[[str, Progress], None]
"""Hears where a stage stands: its name and its progress."""


def kept_hub(folder: Path) -> Hub:
    """Return the hub that a run keeps of itself, its scenario applied.

    Parameters
    ----------
    folder : pathlib.Path
        The run's folder.

    Raises
    ------
    StoreError
        When it keeps none.
    """
    kept = folder / WORK / HUB
    if not kept.exists():
        raise StoreError(
            f"{folder}: the run keeps no copy of its hub, as it was made by an older version of "
            "sinho; make it anew"
        )
    there = {path.stem for path in kept.glob("*.parquet")}
    return Hub(
        {name: load(kept, name, pl.DataFrame) if name in there else empty(name) for name in TABLES}
    )


class Pipeline:
    """The stages of a run, each done once.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    state : State
        The record of the run.
    executor : concurrent.futures.Executor or None
        Sequences the days; None: as many threads as the run is asked for.
    tell : callable or None
        Hears where each stage stands.
    """

    def __init__(
        self, hub: Hub, state: State, executor: Executor | None, tell: Tell | None
    ) -> None:
        self.hub, self.state, self.executor, self.tell = hub, state, executor, tell
        self.asked, self.folder = state.asked, state.folder
        self.work = state.folder / WORK
        self.makers = {
            "plan": self._do_plan,
            "orders": self._do_orders,
            "slot": self._do_slot,
            "sequence": self._do_sequence,
            "materials": self._do_materials,
        }

    def run(self) -> DayRun:
        """Do what is not done yet, and return all of it."""
        save(self.work / HUB, dict(self.hub.tables))
        for stage in self.makers:
            self.once(stage)
            if stage == "slot":
                stages.dropped(self.folder)
        found = self.found()
        if self.state.record["status"] != "done" or self.missing():
            self.once_reported(found)
        return self.found()

    def missing(self) -> list[str]:
        """Return the files for people that are not there any more."""
        files = self.state.record.get("files", {}).values()
        return [name for name in files if not (self.folder / name).exists()]

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
        facts = self.makers[stage]()
        self.state.finished(stage, time.perf_counter() - began, facts)
        self.say(stage, 1.0)

    def say(self, stage: str, done: float | None, text: str = "") -> None:
        """Tell where a stage stands."""
        if self.tell is not None:
            self.tell(stage, Progress(text or stage, 0.0, done=done))

    def reporter(self, stage: str) -> Report:
        """Return what passes a stage's own progress on."""
        return lambda progress: None if self.tell is None else self.tell(stage, progress)

    def _do_plan(self) -> dict[str, Any]:
        plan = stages.plan(self.hub, self.asked, self.reporter("plan"))
        save(self.work / "plan", {"plan": plan})
        return {
            "status": plan.status,
            "objective": plan.objective,
            "bound": plan.bound,
            "gap": plan.gap,
            "solver_seconds": round(plan.seconds_solve, 3),
        }

    def _do_orders(self) -> dict[str, Any]:
        made = stages.orders(self.hub, self.plan(), self.asked)
        save(self.work / "orders", made)
        orders = made["orders"]
        return {"origin": orders.origin, "orders": orders.table.height}

    def before(self) -> pl.DataFrame | None:
        """Return the last cars before the run, where an earlier run has built them."""
        kept = self.work / "orders"
        return load(kept, "before", pl.DataFrame) if (kept / "before.parquet").exists() else None

    def former(self) -> DaySlots | None:
        """Return the slots from which slotting starts, where there is an earlier run."""
        kept = self.work / "orders"
        return load(kept, "former", DaySlots) if (kept / "former.slots.parquet").exists() else None

    def frozen_lines(self) -> dict[dt.date, list[str]]:
        """Return the orders of frozen days as the earlier run sequenced them."""
        if not (self.work / "orders" / "lines.parquet").exists():
            return {}
        slots = self.slots().slots.filter(pl.col("zone") == "frozen").select("date").unique()
        lines = self.table("orders", "lines").join(slots, on="date", how="semi")
        found: dict[dt.date, list[str]] = {}
        for order, date in lines.select("order", "date").iter_rows():
            found.setdefault(date, []).append(order)
        return found

    def _do_slot(self) -> dict[str, Any]:
        days, before = self.table("orders", "days"), self.former()
        params = stages.first_params(self.hub, days, before)
        slots = stages.slot(
            self.hub,
            self.table("orders", "line"),
            self.orders(),
            self.table("orders", "due"),
            before,
            params,
            self.asked,
            self.reporter("slot"),
        )
        save(self.work / "slot", {"slots": slots})
        left_out = ("seconds", "versions", "seed")
        figures = {key: value for key, value in slots.summary().items() if key not in left_out}
        return figures | {"params": asdict(params)}

    def _do_sequence(self) -> dict[str, Any]:
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
            days = Days(
                self.hub, cars, search, self.work / "days", self.before(), self.frozen_lines()
            )
            found = days.run(executor, hear)
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
            "breaks": days.broken(found),
        }

    def _do_materials(self) -> dict[str, Any]:
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
            "late_orders": supply.orders_hit,
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
        """Return the monthly plan."""
        return load(self.work / "plan", "plan", MonthPlan)

    def orders(self) -> Orders:
        """Return the order bank."""
        return load(self.work / "orders", "orders", Orders)

    def slots(self) -> DaySlots:
        """Return the slots."""
        return load(self.work / "slot", "slots", DaySlots)

    def table(self, stage: str, name: str) -> pl.DataFrame:
        """Return a table that a stage kept."""
        return load(self.work / stage, name, pl.DataFrame)

    def sequences(self) -> dict[dt.date, Sequence]:
        """Return the sequences of the days."""
        return {
            dt.date.fromisoformat(path.stem): sequence_of(
                json.loads(path.read_text(encoding="utf-8"))
            )
            for path in sorted((self.work / "sequence").glob("*.json"))
        }

    def found(self) -> DayRun:
        """Read all that the stages found."""
        from sinho.run.bank import without_fixed_day

        materials = self.work / "materials"
        files, made = self.state.record.get("files", {}), self.state.record["stages"]
        orders, known = self.orders(), load(self.work / "orders", "known", Known)
        slots = self.slots()
        return DayRun(
            folder=self.folder,
            asked=self.asked,
            hub=self.hub,
            plan=self.plan(),
            days=self.table("orders", "days"),
            due=self.table("orders", "due"),
            orders=orders,
            slots=slots,
            sequences=self.sequences(),
            needs=load(materials, "needs", Needs),
            supply=load(materials, "supply", Supply),
            calls=load(materials, "calls", CallOffs),
            before=self.before(),
            replaced=load(materials, "replaced", CallOffs)
            if (materials / "replaced.days.parquet").exists()
            else None,
            former=self.former(),
            earlier=known.cars.join(orders.table, on="order", how="anti", maintain_order="left"),
            warnings=(
                *known.warnings,
                *without_fixed_day(orders.table, slots),
                *made["sequence"].get("breaks", ()),
            ),
            stages=made,
            files={name: self.folder / path for name, path in files.items()},
        )
