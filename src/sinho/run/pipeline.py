"""The stages of a run, each done once and kept."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar, cast

import polars as pl

from sinho.errors import Damaged, StoreError
from sinho.executors import opened
from sinho.hub import Hub
from sinho.hub.sealed import read_sealed, sealed
from sinho.results import (
    CallOffs,
    DaySlots,
    LineDay,
    MonthPlan,
    Needs,
    Orders,
    Sequence,
    Supply,
)
from sinho.results.sequence import places
from sinho.run import folders, former, stages
from sinho.run.booths import SharedShops
from sinho.run.figures import UNTOLD, StageResult, sequences_found, slots_found
from sinho.run.former import Known
from sinho.run.found import DayRun
from sinho.run.keep import WORK, check, deleted, load, record_in, save, tables_in
from sinho.run.kept import HUB, kept_plan
from sinho.run.line import by_line, of_line, with_facts
from sinho.run.sea import SHIP, sea_kept, sea_planned
from sinho.run.sequencing import Days, sequences_in
from sinho.run.simulated import SIMULATE, simulated, simulation_kept
from sinho.run.state import State
from sinho.stop import Progress, Report

T = TypeVar("T")

STAGES = ("plan", "orders", "slot", "sequence", "materials", SIMULATE, "ship", "report")
MADE_AGAIN = ("materials", SIMULATE, "ship")
"""Stages that a revision does again."""

DAYS = "days"
"""Folder within it of each day's sequences, while they are searched."""

REVISED = "revised"
"""Folder within it of the call-off and the supply of the run of which this one is a revision."""

SUM = "sha256"
"""Key of the checksum of what a stage found, in what is recorded of it."""

OnStage = Callable[[str, Progress], None]
"""Called with the name of a stage and its progress."""


def kept_facts(folder: Path) -> dict[str, Any]:
    """Return the figures that a stage kept with its result, and the checksum of both."""
    record = record_in(folder)
    return {**record["facts"], SUM: hashlib.sha256(sealed(record).encode()).hexdigest()}


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
    progress : callable or None
        Called with where each stage stands.
    """

    def __init__(
        self, hub: Hub, state: State, executor: Executor | None, progress: OnStage | None
    ) -> None:
        self.hub, self.state, self.executor, self.progress = hub, state, executor, progress
        self.params, self.folder = state.params, state.folder
        self.work = state.folder / WORK
        self.mended: list[Path] = []
        self.known: dict[str, Any] = {}
        self.makers = {
            "plan": self._do_plan,
            "orders": self._do_orders,
            "slot": self._do_slot,
            "sequence": self._do_sequence,
            "materials": self._do_materials,
        }
        if self.params.simulate:
            self.makers[SIMULATE] = self._do_simulate
        if hub["vessels"].height:
            self.makers["ship"] = self._do_ship

    def run(self) -> DayRun:
        """Do what is not done yet, and return all of it."""
        self.intact(HUB)
        save(self.work / HUB, dict(self.hub.tables))
        for stage in self.makers:
            self.once(stage)
            if stage == "slot":
                folders.dropped(self.folder)
        found = self.found()
        if self.state.record["status"] != "done" or self.missing():
            self.once_reported(found)
        return self.found()

    def missing(self) -> list[str]:
        """Return the files for people that are not there any more."""
        files = self.state.record.get("files", {}).values()
        return [name for name in files if not (self.folder / name).exists()]

    def once(self, stage: str) -> None:
        """Do a stage, unless its result is there and whole."""
        seconds, facts = 0.0, {"note": "found done; its time was not recorded"}
        whole = self.intact(stage)
        if not whole:
            self.say(stage, None)
            self.state.log(f"{stage}: begun")
            began = time.perf_counter()
            results, facts = self.makers[stage]()
            save(self.work / stage, results, facts)
            self.known.pop(stage, None)
            seconds = time.perf_counter() - began
        kept = kept_facts(self.work / stage)
        same = self.state.record["stages"].get(stage, {}).get(SUM) == kept[SUM]
        if not same:  # new, another result than before, or killed before that was recorded
            self.forget_behind(stage)
        if not (same and whole):
            self.state.finished(stage, seconds, {**facts, **kept})
        self.say(stage, 1.0)

    def intact(self, name: str) -> bool:
        """Return whether a result is there and whole; one that is damaged is taken away.

        Raises
        ------
        StoreError
            Where it is not, and belongs to a revision, which does not find it anew.
        """
        revisions = self.state.record.get("revisions")
        if revisions and name in self.makers and name not in MADE_AGAIN:
            try:
                check(self.work / name)
            except Damaged as error:
                raise StoreError(
                    f"{error.path} is damaged, and nothing finds the revised day again: revise "
                    f"{revisions[-1]['of']} anew"
                ) from error
            return True
        if not (self.work / name).exists():
            return False
        try:
            check(self.work / name)
        except Damaged as error:
            self.mend(error.path, self.work / name)
            return False
        return True

    def mend(self, damaged: Path, kept: Path) -> None:
        """Take away what has a damaged file, so that it is made again; say so."""
        self.mended.append(damaged)
        self.state.log(f"{damaged.relative_to(self.folder)} is damaged: made again")
        deleted(kept)

    def forget_behind(self, stage: str) -> None:
        """Take away what was found behind a stage whose result is another one now."""
        order = list(self.makers)
        for later in order[order.index(stage) + 1 :]:
            deleted(self.work / later)
        if order.index(stage) < order.index("sequence"):
            deleted(self.work / DAYS)
        self.state.record["status"] = "running"

    def say(self, stage: str, done: float | None, text: str = "") -> None:
        """Say where a stage stands."""
        if self.progress is not None:
            self.progress(stage, Progress(text or stage, 0.0, done=done))

    def reporter(self, stage: str) -> Report:
        """Return what passes a stage's own progress on."""
        return lambda progress: None if self.progress is None else self.progress(stage, progress)

    def _do_plan(self) -> StageResult:
        from sinho.plan import Input, solve

        # the scenario is applied already and stays in the plan's name
        given = Input(self.hub, scenario=self.params.scenario)
        plan = solve(given, seed=self.params.seed, progress=self.reporter("plan"))
        return {"plan": plan}, {
            "status": plan.status,
            "objective": plan.objective,
            "bound": plan.bound,
            "gap": plan.gap,
            "solver_seconds": round(plan.seconds_solve, 3),
        }

    def _do_orders(self) -> StageResult:
        made = stages.orders(self.hub, self.plan(), self.params)
        orders = made["orders"]
        return dict(made), {"origin": orders.origin, "orders": orders.table.height}

    def kept(self, stage: str, table: str) -> bool:
        """Return whether a stage kept a table."""
        return table in tables_in(record_in(self.work / stage))

    def before(self) -> pl.DataFrame | None:
        """Return the last cars before the run, where an earlier run has built them."""
        return self.table("orders", "before") if self.kept("orders", "before") else None

    def former(self) -> DaySlots | None:
        """Return the slots from which slotting starts, where there is an earlier run."""
        if not self.kept("orders", "former.slots"):
            return None
        return load(self.work / "orders", "former", DaySlots)

    def frozen_lines(self) -> dict[LineDay, list[str]]:
        """Return the orders of frozen days as the earlier run sequenced them."""
        if not self.kept("orders", "lines"):
            return {}
        slots = self.slots().slots.filter(pl.col("zone") == "frozen").select("date").unique()
        lines = self.table("orders", "lines").join(slots, on="date", how="semi")
        found: dict[LineDay, list[str]] = {}
        for order, date, line in lines.select("order", "date", "line").iter_rows():
            found.setdefault(LineDay(date, line), []).append(order)
        return found

    def _do_slot(self) -> StageResult:
        from sinho.slot import solve

        days, before = self.table("orders", "days"), self.former()
        params = stages.first_params(self.hub, days, before)
        given = stages.slotted(
            self.hub,
            self.plan(),
            self.table("orders", "line"),
            self.orders(),
            self.table("orders", "due"),
            before,
            params,
        )
        effort = replace(params, iterations=self.params.slot_iterations)
        slots = solve(given, effort, seed=self.params.seed, progress=self.reporter("slot"))
        results, figures = slots_found(slots)
        return results, figures | {"params": params.weights}

    def _do_sequence(self) -> StageResult:
        cars = with_facts(self.slots().slots, self.orders().table)
        each, seed = self.params.each_day, self.params.seed
        passes = 1.5 * len(cars)
        done = 0

        def sequenced(name: str, day: LineDay, found: Sequence) -> None:
            nonlocal done
            done += 1
            figures = ", ".join(f"{level} {value:g}" for level, value in found.score.levels)
            self.state.log(f"sequence: {day} {name}: {figures}")
            self.say("sequence", min(1.0, done / passes), f"sequence {day}")

        kept = self.work / DAYS
        for path in sorted(kept.glob("*/*.json")):
            try:
                read_sealed(path)
            except Damaged:
                self.mend(path, path)
        found: dict[LineDay, Sequence] = {}
        breaks: list[str] = []
        before, frozen = self.before(), self.frozen_lines()
        lines = {
            line: Days(self.hub, own, each, seed, kept, of_line(before, line), frozen)
            for line, own in by_line(cars).items()
        }

        def joined(name: str, day: LineDay, orders: Mapping[str, object]) -> None:
            self.state.log(f"sequence: {day.date} {', '.join(orders)} {name}")
            self.say("sequence", 1.0, f"sequence {day.date} together")

        with opened(self.executor, self.params.threads) as executor:
            for days in lines.values():
                found |= days.run(executor, sequenced)
            days_of_lines = self.table("orders", "days")
            shared = SharedShops(self.hub, self.plan(), days_of_lines, lines, kept, before)
            shared.run(executor, joined)
        for days in lines.values():
            if shared.shops:
                found |= days.scored_all()
            breaks += days.broken({day: found[day] for day in days.days})
        return sequences_found({day: found[day] for day in cars}, breaks, shared.figures())

    def _do_materials(self) -> StageResult:
        from sinho.materials import Input, solve

        cars = (
            self.orders()
            .table.select("order", "model", "options", "market", "vin")
            .join(places(self.sequences()), on="order", how="inner", maintain_order="left")
        )
        replaced, earlier = self.called_before()
        days = self.table("orders", "days")
        given = Input.from_run(self.hub, self.plan(), days, cars, former=replaced, earlier=earlier)
        made = solve(given, seed=self.params.seed, progress=self.reporter("materials"))
        results = {"needs": made.needs, "supply": made.supply, "calls": made.calls}
        return results if replaced is None else results | {"replaced": replaced}, {
            "cost": made.objective,
            "bound": made.bound,
            "gap": made.gap,
            "shortages": made.supply.shortages.height,
            "late_orders": made.supply.orders_hit,
        }

    def _do_simulate(self) -> StageResult:
        given = stages.simulating(
            self.hub, self.plan(), self.orders(), self.slots(), self.sequences()
        )
        return simulated(given, self.params, self.reporter("simulate"))

    def _do_ship(self) -> StageResult:
        chances = simulation_kept(self.work / SIMULATE).get("chances")
        days = self.table("orders", "days")
        off = stages.line_off(self.hub, self.plan(), days, self.sequences())
        given = stages.shipping(self.hub, self.orders(), self.slots(), off, self.params, chances)
        made = sea_planned(self.hub, given, self.params.seed, self.reporter("ship"))
        summary = made[SHIP].summary()
        return made, {key: value for key, value in summary.items() if key not in UNTOLD}

    def called_before(self) -> tuple[CallOffs | None, Supply | None]:
        """Return the call-off that this run's replaces, and the supply from whose stock it starts.

        They are those of the run of which this one is a revision, else of the earlier run.
        """
        kept = self.work / REVISED
        if not kept.exists():
            return former.calls(self.params), former.supply(self.params)
        return load(kept, "calls", CallOffs), load(kept, "supply", Supply)

    def once_reported(self, found: DayRun) -> None:
        """Write the files for people; that is short, and done again when it was interrupted."""
        from sinho.run.report import write_run_report

        self.say("report", None)
        self.state.log("report: begun")
        began = time.perf_counter()
        files = write_run_report(found, self.reporter("report"))
        self.state.record["files"] = {
            name: path.relative_to(self.folder).as_posix() for name, path in files.items()
        }
        self.state.record["status"] = "done"
        self.state.finished("report", time.perf_counter() - began, {"files": len(files)})
        self.say("report", 1.0)

    def plan(self) -> MonthPlan:
        """Return the monthly plan."""
        return self.once_read("plan", lambda: kept_plan(self.work))

    def orders(self) -> Orders:
        """Return the order bank."""
        return self.once_read("orders", lambda: load(self.work / "orders", "orders", Orders))

    def slots(self) -> DaySlots:
        """Return the slots."""
        return self.once_read("slot", lambda: load(self.work / "slot", "slots", DaySlots))

    def once_read(self, stage: str, read: Callable[[], T]) -> T:
        """Return the result of a stage, read when it is asked for first."""
        if stage not in self.known:
            self.known[stage] = read()
        return cast(T, self.known[stage])

    def table(self, stage: str, name: str) -> pl.DataFrame:
        """Return a table that a stage kept."""
        return load(self.work / stage, name, pl.DataFrame)

    def sequences(self) -> dict[LineDay, Sequence]:
        """Return the sequences of the lines' days."""
        return sequences_in(self.work / "sequence")

    def found(self) -> DayRun:
        """Read all that the stages found."""
        from sinho.run.bank import taken_out, without_fixed_day

        materials = self.work / "materials"
        files, made = self.state.record.get("files", {}), self.state.record["stages"]
        orders, known = self.orders(), load(self.work / "orders", "known", Known)
        slots, revisions = self.slots(), tuple(self.state.record.get("revisions", ()))
        out, homeless = taken_out(revisions, slots)
        rest = orders.table.filter(~pl.col("order").is_in(out))
        return DayRun(
            folder=self.folder,
            params=self.params,
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
            **simulation_kept(self.work / SIMULATE),
            **sea_kept(self.work / "ship"),
            before=self.before(),
            replaced=load(materials, "replaced", CallOffs)
            if self.kept("materials", "replaced.days")
            else None,
            former=self.former(),
            earlier=known.cars.join(orders.table, on="order", how="anti", maintain_order="left"),
            revisions=revisions,
            warnings=(
                *known.warnings,
                *without_fixed_day(rest, slots),
                *homeless,
                *made["sequence"].get("breaks", ()),
            ),
            stages=made,
            files={name: self.folder / path for name, path in files.items()},
            mended=tuple(self.mended),
        )
