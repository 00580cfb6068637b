"""What the report of a run of days is drawn from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from sinho.hub import Hub
from sinho.results import CallOffs, DaySlots, LineDay, MonthPlan, Needs, Orders, Sequence, Supply
from sinho.results.sequence import places
from sinho.sequence.day import Day

DAY_LABEL, LONG_LABEL = "%d %b", "%d %b %y"
"""How days are written on axes: 02 Mar, or 02 Mar 26 in runs of most of a year and more."""

LONG = 300
"""Calendar days from which on a run is that long."""

TICKS = 30
"""Most days that are labelled on an axis."""


@dataclass(frozen=True)
class RunView:
    """A run of days, as its report needs it.

    Parameters
    ----------
    hub : Hub
        The hub, with the scenario applied.
    plan : MonthPlan
        The monthly plan.
    days : polars.DataFrame
        ``date``, ``shop``, ``hours``, ``capacity``.
    orders : Orders
        The order bank.
    slots : DaySlots
        The day of every order.
    sequences : mapping of LineDay to Sequence
        The order of the cars of every day of a line.
    lines : mapping of LineDay to Day
        The days as they were sequenced, behind the true end of the day before.
    needs : Needs
        What the cars take.
    supply : Supply
        Campaigns, coverage and shortages.
    calls : CallOffs
        Call-offs to the suppliers.
    changes : polars.DataFrame
        Differences to the call-off that this one replaces; no columns where it replaces none.
    facts : mapping of str to object
        Parameters of the run, for its foot.
    compared : tuple of datetime.date or None
        First and last day on which the call-offs are compared; None where there are none.
    warnings : tuple of str
        What the planner should know of the input.
    """

    hub: Hub
    plan: MonthPlan
    days: pl.DataFrame = field(repr=False)
    orders: Orders = field(repr=False)
    slots: DaySlots = field(repr=False)
    sequences: Mapping[LineDay, Sequence] = field(repr=False)
    lines: Mapping[LineDay, Day] = field(repr=False)
    needs: Needs = field(repr=False)
    supply: Supply = field(repr=False)
    calls: CallOffs = field(repr=False)
    changes: pl.DataFrame = field(repr=False)
    facts: Mapping[str, Any] = field(default_factory=dict)
    compared: tuple[dt.date, dt.date] | None = None
    warnings: tuple[str, ...] = ()

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

    @property
    def units(self) -> pl.DataFrame:
        """``part`` and the ``unit`` in which it is counted."""
        return self.hub["parts"].select("part", "unit")

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
    def missed(self) -> pl.Expr:
        """Whether a car sails after the day wanted: it is late, and its market lies overseas."""
        markets = self.hub["markets"].filter(pl.col("lane").is_not_null())["market"]
        return (pl.col("late_days") > 0) & pl.col("market").is_in(markets.implode())

    @cached_property
    def labels(self) -> list[str]:
        """Labels of the days, in order."""
        return [day.strftime(self.label_format) for day in self.days["date"].to_list()]

    @property
    def ticks(self) -> list[str]:
        """Labels that have room on an axis."""
        return self.labels[:: -(-len(self.labels) // TICKS)]

    @property
    def label_format(self) -> str:
        """How the days of the run are written."""
        first, last = self.days["date"][0], self.days["date"][-1]
        return DAY_LABEL if (last - first).days < LONG else LONG_LABEL

    def labelled(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return a frame with the label of its ``date``."""
        return frame.with_columns(pl.col("date").dt.strftime(self.label_format).alias("label"))
