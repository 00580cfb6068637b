"""What a run of days finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from sinho.hub import Hub
from sinho.results import CallOffs, DaySlots, LineDay, MonthPlan, Needs, Orders, Sequence, Supply
from sinho.results.sequence import places
from sinho.run.former import CARS_SCHEMA
from sinho.run.line import with_facts
from sinho.run.params import RunParams


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
    asked : RunParams
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
    files : mapping of str to pathlib.Path
        Files for people, by what they are.
    mended : tuple of pathlib.Path
        Kept files that were found damaged when the run was gone on with; they were made again.
    """

    folder: Path
    asked: RunParams
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
    before: pl.DataFrame | None = field(default=None, repr=False)
    replaced: CallOffs | None = field(default=None, repr=False)
    former: DaySlots | None = field(default=None, repr=False)
    earlier: pl.DataFrame = field(default_factory=no_cars, repr=False)
    warnings: tuple[str, ...] = ()
    revisions: tuple[Mapping[str, Any], ...] = ()
    stages: Mapping[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)
    files: Mapping[str, Path] = field(default_factory=dict, repr=False)
    mended: tuple[Path, ...] = ()

    def cars(self) -> Mapping[LineDay, pl.DataFrame]:
        """Return the cars of each line's days with what their orders say, in the slots' order."""
        return with_facts(self.slots.slots, self.orders.table)

    def day_of(self, order: str) -> LineDay | None:
        """Return the day and line of an order; None where it has none."""
        return next((day for day, one in self.sequences.items() if order in one.order), None)

    def places(self) -> pl.DataFrame:
        """Return ``order``, ``date``, ``line`` and ``position`` of every car that has a place."""
        return places(self.sequences)
