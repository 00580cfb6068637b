"""What a run of days finds."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from sinho.days.day import Day
from sinho.hub import Hub
from sinho.results import (
    CallOffs,
    DaySlots,
    DeckPlan,
    LineDay,
    LineRun,
    MonthPlan,
    Needs,
    Orders,
    Sequence,
    ShipPlan,
    Supply,
)
from sinho.results.sequence import places
from sinho.results.yard import YardPlan
from sinho.run.former import CARS_SCHEMA
from sinho.run.line import behind, by_line, of_line, windows_reach, with_facts
from sinho.run.params import RunParams
from sinho.sequence import Input


def no_cars() -> pl.DataFrame:
    """Return a table of no cars of earlier runs."""
    return pl.DataFrame(schema=CARS_SCHEMA)


@dataclass(frozen=True)
class DayRun:
    """A run and what it found.

    Parameters
    ----------
    folder : pathlib.Path
        Its folder.
    params : RunParams
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
    sequences : mapping of LineDay to Sequence
        The order of the cars of every day of a line.
    needs : Needs
        What the cars take.
    supply : Supply
        Campaigns, coverage and shortages.
    calls : CallOffs
        Call-offs to the suppliers.
    simulation : LineRun or None
        What replications of its days tell; None where it was not asked for.
    line_off : polars.DataFrame or None
        When each order leaves the line in them, and how likely it is in time.
    chances : polars.DataFrame or None
        ``order``, ``date`` and ``chance`` of being off the line by the end of it.
    ship : ShipPlan or None
        The voyages of its cars for markets overseas; None where the hub lists no vessels.
    yards : mapping of str to YardPlan
        The yards in which they wait, by site: ``plant``, then ports of loading.
    decks : mapping of str to DeckPlan
        The stowage of its voyages, by vessel.
    before : polars.DataFrame or None
        The last cars of each ``line`` before the first day, where an earlier run has built them.
    replaced : CallOffs or None
        The call-off that this one replaces.
    former : DaySlots or None
        The slots from which slotting started.
    earlier : polars.DataFrame
        Cars of the runs before it that its bank does not have: ``order``, ``vin``, ``model``,
        ``market``, ``wanted`` and ``built``, the day on which a run built it (null: none did).
    warnings : tuple of str
        What the planner should know of the input.
    revisions : tuple of mapping
        Days whose sequences were taken into the run afterwards: ``date``, ``of`` (folder of the
        run before that), ``asked`` (what was asked for, in words) and ``moves`` (the new day of
        each order that left its own; null: none), the first first.
    stages : mapping of str to mapping
        Seconds and key figures of each stage.
    demonstrated : mapping of str to object
        Where the rates are from on which months are planned and days filled (``origin``), and
        ``rates``, a row for each shop (`sinho.run.demonstrated.on_demonstrated`); empty where
        these are the manned ones.
    files : mapping of str to pathlib.Path
        Files for people, by what they are.
    mended : tuple of pathlib.Path
        Kept files that were found damaged when the run was gone on with; they were made again.
    """

    folder: Path
    params: RunParams
    hub: Hub
    plan: MonthPlan
    days: pl.DataFrame = field(repr=False)
    due: pl.DataFrame = field(repr=False)
    orders: Orders = field(repr=False)
    slots: DaySlots = field(repr=False)
    sequences: Mapping[LineDay, Sequence] = field(repr=False)
    needs: Needs = field(repr=False)
    supply: Supply = field(repr=False)
    calls: CallOffs = field(repr=False)
    simulation: LineRun | None = field(default=None, repr=False)
    line_off: pl.DataFrame | None = field(default=None, repr=False)
    chances: pl.DataFrame | None = field(default=None, repr=False)
    ship: ShipPlan | None = field(default=None, repr=False)
    yards: Mapping[str, YardPlan] = field(default_factory=dict, repr=False)
    decks: Mapping[str, DeckPlan] = field(default_factory=dict, repr=False)
    before: pl.DataFrame | None = field(default=None, repr=False)
    replaced: CallOffs | None = field(default=None, repr=False)
    former: DaySlots | None = field(default=None, repr=False)
    earlier: pl.DataFrame = field(default_factory=no_cars, repr=False)
    warnings: tuple[str, ...] = ()
    revisions: tuple[Mapping[str, Any], ...] = ()
    stages: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    demonstrated: Mapping[str, Any] = field(default_factory=dict, repr=False)
    files: Mapping[str, Path] = field(default_factory=dict, repr=False)
    mended: tuple[Path, ...] = ()

    @cached_property
    def by_day(self) -> Mapping[LineDay, pl.DataFrame]:
        """The cars of each day of a line with what their orders say, in the order of the slots."""
        return with_facts(self.slots.slots, self.orders.table)

    @cached_property
    def lines(self) -> Mapping[LineDay, Day]:
        """The days as they were sequenced, each behind the true end of the day before."""
        return {day: self.line_of(day) for day in self.by_day}

    def line_of(self, day: LineDay, own: pl.DataFrame | None = None) -> Day:
        """Return one day as it was sequenced, behind the true end of the day before.

        Parameters
        ----------
        day : LineDay
            One of its lines' days with cars.
        own : polars.DataFrame, optional
            Orders of its bank that the day is made of instead of its own.
        """
        days, reach = self._days_of_lines[day.line], windows_reach(self.hub)
        at = bisect_left(days, day)
        earlier = days[max(0, at - reach) : at]  # each has a car at least
        built = [(self.by_day[one], self.sequences[one]) for one in earlier]
        before = behind(built, reach, of_line(self.before, day.line))
        own = self.by_day[day] if own is None else own
        return Input.from_run(self.hub, own, day, before).day

    @cached_property
    def by_line(self) -> Mapping[str, Mapping[LineDay, pl.DataFrame]]:
        """The same by line."""
        return by_line(self.by_day)

    @cached_property
    def _days_of_lines(self) -> Mapping[str, list[LineDay]]:
        """The days of each line with cars."""
        return {line: list(days) for line, days in self.by_line.items()}

    @cached_property
    def cars(self) -> pl.DataFrame:
        """Every order with its slot, its place and its engine, in building order.

        ``order``, ``date``, ``line``, ``position``, ``vin``, ``brand``, ``model``, ``colour``,
        ``options``, ``market``, ``engine`` (the parts of kind engine that the car takes, else its
        battery pack), ``wanted``, ``ready``, ``vessel``, ``departs``, ``late_days``,
        ``early_days``, ``moved``, ``zone``, ``priority``, ``month``, ``source``.
        """
        placed = places(self.sequences).select("order", "line", "position")
        slots = self.slots.slots.select(
            "order",
            "date",
            "ready",
            "vessel",
            "departs",
            "late_days",
            "early_days",
            "moved",
            "zone",
        )
        cars = (
            self.orders.table.drop("line", strict=False)
            .join(slots, on="order", how="left", maintain_order="left")
            .join(placed, on="order", how="left", maintain_order="left")
            .join(self.engines, on="order", how="left", maintain_order="left")
        )
        return cars.sort("date", "line", "position", "order", nulls_last=True).select(
            "order",
            "date",
            "line",
            "position",
            "vin",
            "brand",
            "model",
            "colour",
            "options",
            "market",
            "engine",
            "wanted",
            "ready",
            "vessel",
            "departs",
            "late_days",
            "early_days",
            "moved",
            "zone",
            "priority",
            "month",
            "source",
        )

    @cached_property
    def engines(self) -> pl.DataFrame:
        """Return ``order`` and ``engine``: its engine, or its battery pack where it has none."""
        kinds = self.hub["parts"].filter(pl.col("kind").is_in(["engine", "battery"]))
        uses = self.needs.uses.join(kinds.select("part", "kind"), on="part", how="inner")
        return (
            uses.sort("order", "kind", "part", descending=[False, True, False])
            .group_by("order", maintain_order=True)
            .agg(pl.col("part").filter(pl.col("kind") == pl.col("kind").first()).unique().sort())
            .select("order", pl.col("part").list.join("+").alias("engine"))
        )

    @cached_property
    def changes(self) -> pl.DataFrame:
        """Differences to the call-off that this one replaces; no columns where it replaces none."""
        from sinho.calloffs import compare_call_offs

        return (
            pl.DataFrame()
            if self.replaced is None
            else compare_call_offs(self.replaced, self.calls)
        )

    @cached_property
    def compared(self) -> tuple[dt.date, dt.date] | None:
        """First and last day on which the call-offs are compared; None where there are none."""
        from sinho.calloffs import compared_days

        return None if self.replaced is None else compared_days(self.replaced, self.calls)

    @cached_property
    def booths(self) -> pl.DataFrame:
        """What rules counted at shared shops cost: a row for each date, shop and rule.

        ``date``, ``shop``, ``lines``, ``cars``, ``rule``, ``unit``, ``figure`` and ``bound`` (no
        order of the cars has less); no rows where no rule names a shop that lines share.
        """
        schema = {
            "date": pl.Date,
            "shop": pl.String,
            "lines": pl.String,
            "cars": pl.Int64,
            "rule": pl.String,
            "unit": pl.String,
            "figure": pl.Float64,
            "bound": pl.Float64,
        }
        rows = [
            (
                dt.date.fromisoformat(one["date"]),
                one["shop"],
                ", ".join(one["lines"]),
                one["cars"],
                rule,
                one["units"][rule],
                figure,
                one["bounds"][rule],
            )
            for one in self.stages["sequence"].get("booths", ())
            for rule, figure in one["rules"].items()
        ]
        return pl.DataFrame(rows, schema=schema, orient="row")

    @property
    def revised(self) -> list[str]:
        """Which days were given another sequence afterwards, and what was asked for."""
        return [f"{one['date']} ({one['asked']})" for one in self.revisions]

    @property
    def basis(self) -> str:
        """The basis of capacities: demonstrated or manned."""
        return "demonstrated" if self.demonstrated else "manned"

    @property
    def line_names(self) -> list[str]:
        """Names of the lines that work on the days of the run."""
        return self.days["line"].unique(maintain_order=True).sort().to_list()

    def day_of(self, order: str) -> LineDay | None:
        """Return the day and line of an order; None where it has none."""
        return next((day for day, one in self.sequences.items() if order in one.order), None)

    def places(self) -> pl.DataFrame:
        """Return ``order``, ``date``, ``line`` and ``position`` of every car that has a place."""
        return places(self.sequences)
