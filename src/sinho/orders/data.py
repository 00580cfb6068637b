"""Where orders come from: a bank that is read or at hand, or the cars of a plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from sinho.banks.capacity import DayRoom
from sinho.hub import Hub
from sinho.orders.dates import Parts, parts_of
from sinho.orders.fitting import fitting
from sinho.orders.generate import cars_by_market
from sinho.results import MonthPlan, Orders

Source = str | Path | Hub | Orders


@dataclass(frozen=True)
class Input:
    """A bank, the cars of a plan that are to become orders, or both: the cars go on from the bank.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    source : str, pathlib.Path, Hub, Orders or None
        A file, a hub (its own table) or orders at hand; None: orders are made of cars.
    room : DayRoom or None
        What days can build; with it, fixed orders beyond that are refused, and so are orders at
        hand that the hub does not take.
    cars : polars.DataFrame or None
        Planned cars of whole periods: ``period``, ``model``, ``market`` and ``units``.
    parts : mapping of str to mapping of datetime.date to float, or None
        Which part of a period's cars of a model is built on each day; None: the same on each
        working day.
    after : datetime.date or None
        Day behind which cars become further orders of the bank.
    first, last : datetime.date or None
        First and last day on which the cars are to be built.
    taken : polars.DataFrame or None
        Cars of earlier banks, whose numbers and VINs are taken: ``order``, ``vin``, ``model``,
        ``market``, ``wanted`` and, where it is known, ``built``.
    """

    hub: Hub
    source: Source | None = field(default=None, repr=False)
    room: DayRoom | None = field(default=None, repr=False)
    cars: pl.DataFrame | None = field(default=None, repr=False)
    parts: Parts | None = field(default=None, repr=False)
    after: dt.date | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    taken: pl.DataFrame | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Refuse an input of which no bank can be made.

        Raises
        ------
        ValueError
            When neither a bank nor cars are given, or cars without their days.
        """
        if self.source is None and self.cars is None:
            raise ValueError("give a bank as source, or cars")
        made = ("last", "first") if self.source is None else ("last", "after", "taken")
        lacking = [name for name in made if getattr(self, name) is None]
        if self.cars is not None and lacking:
            raise ValueError(f"cars need {' and '.join(lacking)}")

    @classmethod
    def from_bank(
        cls,
        hub: Hub,
        source: Source,
        *,
        room: DayRoom | None = None,
        taken: pl.DataFrame | None = None,
    ) -> Input:
        """Take a bank: a file, the hub's own table, or orders at hand."""
        return cls(hub, source, room, taken=taken)

    @classmethod
    def from_plan(
        cls,
        hub: Hub,
        plan: MonthPlan,
        first: dt.date,
        last: dt.date,
        *,
        days: pl.DataFrame | None = None,
    ) -> Input:
        """Make orders of the cars that a plan makes for each market.

        Parameters
        ----------
        hub : Hub
            The hub, with its scenario applied.
        plan : MonthPlan
            Its plan.
        first, last : datetime.date
            First and last day on which the cars are to be built.
        days : polars.DataFrame, optional
            What each shop can build on the days: cars that whole cars cannot fill are left out.
        """
        parts = parts_of(hub, plan, first, last, days)
        return cls(hub, cars=_planned(hub, plan, days), parts=parts, first=first, last=last)

    @classmethod
    def from_earlier(
        cls,
        hub: Hub,
        bank: Orders,
        plan: MonthPlan,
        days: pl.DataFrame,
        *,
        after: dt.date,
        last: dt.date,
        taken: pl.DataFrame,
    ) -> Input:
        """Go on from an earlier bank with the plan's cars of the days behind it.

        Parameters
        ----------
        hub, plan
            As of `from_plan`.
        bank : Orders
            The earlier bank.
        days : polars.DataFrame
            What each shop can build on the days of whole periods.
        after, last : datetime.date
            Day behind which, and last day on which, the cars are to be built.
        taken : polars.DataFrame
            Cars of earlier banks.
        """
        cars = _planned(hub, plan, days)
        parts = parts_of(hub, plan, days["date"][0], last, days)
        return cls(hub, bank, cars=cars, parts=parts, after=after, last=last, taken=taken)


def _planned(hub: Hub, plan: MonthPlan, days: pl.DataFrame | None) -> pl.DataFrame:
    """Return the plan's cars by market, as far as they fit into the days."""
    cars = cars_by_market(plan.tables["make"], plan.tables["ship"])
    return cars if days is None else fitting(hub, plan, days, cars)
