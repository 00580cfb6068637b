"""The frozen results of the materials stage: needs, supply and call-offs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import polars as pl

UNNAMED = "unnamed"
"""Supplier of a bought part without a row in ``suppliers``."""

USES = {
    "order": pl.String(),
    "model": pl.String(),
    "date": pl.Date(),
    "line": pl.String(),
    "position": pl.Int64(),
    "hour": pl.Int64(),
    "time": pl.Datetime("us"),
    "part": pl.String(),
    "units": pl.Float64(),
}
NEEDS = {
    "date": pl.Date(),
    "hour": pl.Int64(),
    "part": pl.String(),
    "units": pl.Float64(),
    "bought": pl.Float64(),
    "started": pl.Float64(),
    "scrap": pl.Float64(),
}
ALLOTTED = {
    "date": pl.Date(),
    "model": pl.String(),
    "part": pl.String(),
    "share": pl.Float64(),
    "cars": pl.Int64(),
    "wanted": pl.Float64(),
    "units": pl.Int64(),
}
COVERAGE = {
    "part": pl.String(),
    "date": pl.Date(),
    "hour": pl.Int64(),
    "received": pl.Float64(),
    "used": pl.Float64(),
    "stock": pl.Float64(),
    "short": pl.Float64(),
    "hours_covered": pl.Float64(),
}
SHORTAGES = {
    "part": pl.String(),
    "date": pl.Date(),
    "hour": pl.Int64(),
    "units": pl.Float64(),
    "orders": pl.List(pl.String()),
}
CAMPAIGNS = {
    "campaign": pl.String(),
    "shop": pl.String(),
    "part": pl.String(),
    "start": pl.Datetime("us"),
    "end": pl.Datetime("us"),
    "units": pl.Float64(),
    "started": pl.Float64(),
    "setup_minutes": pl.Float64(),
}
LOTS = {
    "campaign": pl.String(),
    "shop": pl.String(),
    "part": pl.String(),
    "slot": pl.Int64(),
    "setup_minutes": pl.Float64(),
    "planned": pl.Float64(),
    "start": pl.Datetime("us"),
    "ready": pl.Datetime("us"),
    "end": pl.Datetime("us"),
    "available": pl.Datetime("us"),
    "units": pl.Float64(),
}
RECEIPTS = {
    "part": pl.String(),
    "source": pl.String(),
    "available": pl.Datetime("us"),
    "units": pl.Float64(),
}
DRAWS = {
    "part": pl.String(),
    "campaign": pl.String(),
    "time": pl.Datetime("us"),
    "units": pl.Float64(),
}
HITS = {
    "part": pl.String(),
    "campaign": pl.String(),
    "order": pl.String(),
    "needed": pl.Datetime("us"),
    "available": pl.Datetime("us"),
}
LATE = {
    "order": pl.String(),
    "model": pl.String(),
    "date": pl.Date(),
    "line": pl.String(),
    "part": pl.String(),
    "needed": pl.Datetime("us"),
    "available": pl.Datetime("us"),
    "hours_late": pl.Float64(),
    "campaign": pl.String(),
    "planned": pl.Datetime("us"),
}
SHOPS = {
    "shop": pl.String(),
    "parts": pl.Int64(),
    "slots": pl.Int64(),
    "setups": pl.Float64(),
    "stock": pl.Float64(),
    "thin": pl.Float64(),
    "short": pl.Float64(),
    "cost": pl.Float64(),
    "bound": pl.Float64(),
    "gap": pl.Float64(),
    "method": pl.String(),
}
DAYS = {
    "part": pl.String(),
    "supplier": pl.String(),
    "date": pl.Date(),
    "units": pl.Float64(),
    "cumulative": pl.Float64(),
    "firm": pl.Boolean(),
}
PROGRESS = {
    "part": pl.String(),
    "date": pl.Date(),
    "delivered": pl.Float64(),
    "used": pl.Float64(),
}
TAKTS = {
    "part": pl.String(),
    "supplier": pl.String(),
    "date": pl.Date(),
    "line": pl.String(),
    "position": pl.Int64(),
    "time": pl.Datetime("us"),
    "order": pl.String(),
    "units": pl.Float64(),
}


@dataclass(frozen=True)
class Needs:
    """What cars need of every part, at every level of the bill of materials.

    Parameters
    ----------
    table : polars.DataFrame
        ``date``, ``hour`` (0 is the first of the working day; null where the day's cars have no
        places yet), ``part``, ``units`` (good ones), ``bought`` of them, ``started`` (to have
        the others) and ``scrap``; lot for lot: in the hour in which the car is built, whatever its
        level. ``units`` = ``bought`` + ``started`` - ``scrap``.
    uses : polars.DataFrame
        What each car takes by itself: ``order``, ``model``, ``date``, ``line``, ``position``,
        ``hour``, ``time`` (cars without a place are spread evenly over their day), ``part`` and
        ``units``.
    allotted : polars.DataFrame
        How parts that only a share of the cars has were allotted to whole cars: ``date``,
        ``model``, ``part``, ``share``, ``cars``, ``wanted`` (share of the cars, with what earlier
        days left over) and ``units``. An empty ``part`` counts the cars without any.
    """

    table: pl.DataFrame = field(repr=False)
    uses: pl.DataFrame = field(repr=False)
    allotted: pl.DataFrame = field(repr=False)


@dataclass(frozen=True)
class Supply:
    """How the needs are met: campaigns of the own shops, deliveries, and what is left short.

    Parameters
    ----------
    needs : polars.DataFrame
        `Needs.table`.
    coverage : polars.DataFrame
        ``part``, ``date``, ``hour``, ``received``, ``used``, ``stock`` at the hour's end, ``short``
        (units that should have been used by then and were not there), and ``hours_covered``: for
        how many working hours the stock lasts without another receipt. Behind the last day, the
        mean need of the days goes on.
    shortages : polars.DataFrame
        ``part``, ``date``, ``hour``, ``units`` that the hour adds to what is short, ``orders``.
    campaigns : polars.DataFrame
        ``campaign``, ``shop``, ``part``, ``start``, ``end``, ``units`` (good), ``started``,
        ``setup_minutes``; as they come out where parts are waited for.
    receipts : polars.DataFrame
        ``part``, ``source`` (a campaign, ``opening`` or ``delivery DATE``), ``available``,
        ``units``.
    draws : polars.DataFrame
        What campaigns want of other parts: ``part``, ``campaign``, ``time``, ``units``.
    hits : polars.DataFrame
        Who waits for a part that comes too late: ``part``, ``campaign`` (the source of the units
        waited for; null: nothing in sight), ``order`` (or the campaign that waits), ``needed``,
        ``available``.
    shops : polars.DataFrame
        Per shop: ``parts``, ``slots``, cost of ``setups``, ``stock``, ``thin`` (stock below the
        safety stock) and ``short``, their sum ``cost``, the proven ``bound``, ``gap``, ``method``.
    cost, bound, gap : float
        Sums over the shops; no plan of campaigns on the same slots costs less than the bound.
        The gap is that between them (`gap_of`).
    method : str
        How campaigns were found, by shop.
    seconds : float
        Wall time of planning the campaigns.
    notes : tuple of str
        What was assumed where the hub says nothing.
    lots : polars.DataFrame
        What campaigns make in each slot of their shop: ``campaign``, ``shop``, ``part``, ``slot``
        (counted from 0), ``setup_minutes`` (planned to begin in it), ``planned`` units, ``start``
        of work, ``ready`` (changeover done), ``end`` of work, ``available`` (from when on they are
        in stock) and ``units`` made.
    """

    needs: pl.DataFrame = field(repr=False)
    coverage: pl.DataFrame = field(repr=False)
    shortages: pl.DataFrame = field(repr=False)
    campaigns: pl.DataFrame = field(repr=False)
    receipts: pl.DataFrame = field(repr=False)
    draws: pl.DataFrame = field(repr=False)
    hits: pl.DataFrame = field(repr=False)
    shops: pl.DataFrame = field(repr=False)
    cost: float
    bound: float
    gap: float
    method: str
    seconds: float
    notes: tuple[str, ...] = ()
    lots: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LOTS), repr=False)

    @property
    def order_hits(self) -> pl.DataFrame:
        """The hits of orders alone, without campaigns that wait."""
        campaigns = set(self.lots["campaign"].to_list())
        return self.hits.filter(~pl.col("order").is_in(campaigns))

    @property
    def orders_hit(self) -> int:
        """How many orders wait for a part."""
        return self.order_hits["order"].n_unique()

    @property
    def runs_out(self) -> pl.DataFrame:
        """The first hour at which each part runs out: ``part``, ``date``, ``hour``, ``units``."""
        first = self.shortages.sort("date", "hour").group_by("part", maintain_order=True).first()
        return first.select("part", "date", "hour", "units").sort("part")


@dataclass(frozen=True)
class CallOffs:
    """What suppliers are asked to deliver; a call-off replaces the one before it.

    Parameters
    ----------
    days : polars.DataFrame
        Delivery call-off: ``part``, ``supplier``, ``date`` of delivery, ``units``, ``cumulative``
        (all units called since the count began, this day's included; it never falls), ``firm``
        (else an outlook). A row with 0 units on the first day revokes what the former call-off
        asked of a part that the supplier is asked for no longer.
    takts : polars.DataFrame
        Production-synchronous call-off: ``part``, ``supplier``, ``date``, ``line``, ``position`` in
        the sequence of the line's day, ``time`` at which the car takes the part, ``order`` and
        ``units``. Rows with 0 units revoke the former call-off's cars of a day on which the
        supplier is asked for none.
    number : str
        Number of the call-off.
    date : datetime.date
        Day on which it was made.
    replaces : str or None
        Number of the call-off that it replaces.
    first, last : datetime.date or None
        First and last day of its horizon: it replaces the former call-off from the first on, and
        what it does not ask for on these days is not wanted on them. See `horizon`.
    progress : polars.DataFrame
        Where each part stands at the end of each day, for the next call-off to go on from:
        ``part``, ``date``, cumulative quantities ``delivered`` and ``used`` (counted so that the
        difference is the stock). Messages to suppliers do not say it.
    """

    days: pl.DataFrame = field(repr=False)
    takts: pl.DataFrame = field(repr=False)
    number: str
    date: dt.date
    replaces: str | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    progress: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema=PROGRESS), repr=False
    )

    @property
    def horizon(self) -> tuple[dt.date, dt.date]:
        """First and last day; where they are not known, those of the days that it names."""
        if self.first is not None and self.last is not None:
            return self.first, self.last
        tables = (self.days, self.takts, self.progress)
        named = [date for table in tables for date in table["date"].to_list()]
        first = self.first or min(named, default=self.date)
        return first, self.last or max(named, default=first)

    def same_as(self, other: CallOffs) -> bool:
        """Return whether another call-off tells suppliers the same, row by row."""
        return (
            (self.number, self.date, self.replaces) == (other.number, other.date, other.replaces)
            and (self.first, self.last) == (other.first, other.last)
            and self.days.equals(other.days)
            and self.takts.equals(other.takts)
        )
