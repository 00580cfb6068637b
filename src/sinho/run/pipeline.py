"""The stages of a run, each done once and kept."""

from __future__ import annotations

import time
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import replace

import polars as pl

from sinho.errors import Damaged
from sinho.executors import opened
from sinho.hub import Hub
from sinho.hub.sealed import read_sealed
from sinho.results import (
    CallOffs,
    DaySlots,
    LineDay,
    Needs,
    Sequence,
    Supply,
)
from sinho.results.sequence import places
from sinho.run import folders, former, stages
from sinho.run.booths import SharedShops
from sinho.run.figures import UNTOLD, StageResult, sequences_found, slots_found
from sinho.run.former import Known
from sinho.run.found import DayRun
from sinho.run.keep import load, save
from sinho.run.kept import HUB
from sinho.run.kept_stages import DAYS, KeptStages, OnStage
from sinho.run.line import by_line, of_line, with_facts
from sinho.run.sea import SHIP, sea_kept, sea_planned
from sinho.run.sequencing import Days
from sinho.run.simulated import SIMULATE, simulated, simulation_kept
from sinho.run.state import State

STAGES = ("plan", "orders", "slot", "sequence", "materials", SIMULATE, "ship", "report")
REVISED = "revised"
"""Folder, within that of the work, of the call-off and the supply of the run of which this one is
a revision."""


class Pipeline(KeptStages):
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
        super().__init__(state, progress)
        self.hub, self.executor = hub, executor
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
        hub = stages.as_manned(self.hub, self.state.record.get("demonstrated", {}))
        given = stages.simulating(hub, self.plan(), self.orders(), self.slots(), self.sequences())
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
            demonstrated=self.state.record.get("demonstrated", {}),
            files={name: self.folder / path for name, path in files.items()},
            mended=tuple(self.mended),
        )
