"""From months to days: the days of a run, what the line can build on each, and the cars due."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

import polars as pl

from sinho.errors import DataError, Problem
from sinho.hub import Hub
from sinho.hub.calendar import line_days, worked_days
from sinho.hub.lines import car_loads
from sinho.results import MonthPlan
from sinho.units import next_month

BELOW, ABOVE = 0.95, 1.05
"""How far the cars of a model may lie from the plan's, as shares of them."""

SLACK = 1e-9
"""Share by which two shops may differ and still be full together."""


def run_dates(hub: Hub, first: dt.date, days: int) -> list[dt.date]:
    """Return the working days of a run.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    first : datetime.date
        Day from which on days are counted.
    days : int
        How many working days.

    Returns
    -------
    list of datetime.date
        In order.

    Raises
    ------
    DataError
        When the hub's horizon does not hold so many working days from there.
    """
    start = hub.settings.start
    end = next_month(hub.settings.end) - dt.timedelta(days=1)
    if not start <= first <= end:
        rule = f"the first day must lie in the hub's horizon, {start} to {end}"
        raise DataError([Problem("--from", rule, value=str(first))])
    found = line_days(hub, first, end)
    if len(found) < days:
        rule = f"the hub's horizon holds {len(found):,} working days from {first} on"
        hint = "Take fewer days, or a later last month in the hub's settings."
        raise DataError([Problem("--days", rule, value=str(days), hint=hint)])
    return found[:days]


def line_capacity(hub: Hub, plan: MonthPlan, dates: Sequence[dt.date]) -> pl.DataFrame:
    """Return what the line and the other shops that cars pass through can build on each day.

    Of the shops that cars pass through, the one that the plan loads most in the days' months is the
    line. Its manned capacity of the month (pattern hours and overtime, at its rate and
    availability) is shared over the month's working days; a day that is worked in part has its
    part. The others' manned capacity of the month is shared over the line's working days: what
    stands between shops evens their hours out. A shop is left out where the line, with every model,
    is full before it is.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    plan : MonthPlan
        Its monthly or weekly plan.
    dates : sequence of datetime.date
        Working days.

    Returns
    -------
    polars.DataFrame
        ``date``, ``period`` (first day of the plan's period), ``shop``, ``hours`` (of the line) and
        ``capacity`` (the shop's units, car equivalents); by shop and date, the line first.
    """
    line = _Line(hub, plan, dates)
    return pl.concat([line.of(shop) for shop in (line.shops[0], *line.others())])


class _Line:
    """The capacities of the shops that cars pass through, shared over the days of one of them."""

    def __init__(self, hub: Hub, plan: MonthPlan, dates: Sequence[dt.date]) -> None:
        self.dates = dates
        self.parts = _Parts(hub, plan)
        self.periods = [self.parts.period(day) for day in dates]
        self.loads = car_loads(hub).filter(pl.col("load") > 0)
        self.hours = plan.tables["hours"].filter(pl.col("period").is_in(self.periods))
        passed = self.hours.join(self.loads, on="shop", how="semi")
        used = pl.col("utilisation_manned").fill_nan(0.0).mean().round(9)
        ranked = (
            passed.group_by("shop")
            .agg(used)
            .sort("utilisation_manned", "shop", descending=[True, False])
        )
        self.shops: list[str] = ranked["shop"].to_list()
        self.of_shop: dict[tuple[str, dt.date], dict[str, Any]] = {
            (row["shop"], row["period"]): row for row in self.hours.iter_rows(named=True)
        }

    def of(self, shop: str) -> pl.DataFrame:
        """Return the days of a shop."""
        rows = []
        for day, period in zip(self.dates, self.periods, strict=True):
            line = self.of_shop[self.shops[0], period]
            part = self.parts.of(day, line["group"])
            own = self.of_shop[shop, period]
            rows.append(
                {
                    "date": day,
                    "period": period,
                    "shop": shop,
                    "hours": part * (line["pattern_hours"] + line["overtime_hours"]),
                    "capacity": round(part * own["manned_capacity"], 6),
                }
            )
        schema = {
            "date": pl.Date,
            "period": pl.Date,
            "shop": pl.String,
            "hours": pl.Float64,
            "capacity": pl.Float64,
        }
        return pl.DataFrame(rows, schema=schema)

    def others(self) -> list[str]:
        """Return the shops that can be full before the line is."""
        takes = {(model, shop): load for model, shop, load in self.loads.iter_rows()}
        models = self.loads["model"].unique().to_list()

        def tighter(shop: str, than: str) -> bool:
            return any(
                takes.get((model, shop), 0.0) * self.room(than, period)
                > takes.get((model, than), 0.0) * self.room(shop, period) * (1 + SLACK)
                for model in models
                for period in set(self.periods)
            )

        found: list[str] = []
        for shop in self.shops[1:]:
            if all(tighter(shop, than) for than in (self.shops[0], *found)):
                found = [one for one in found if tighter(one, shop)] + [shop]
        return found

    def room(self, shop: str, period: dt.date) -> float:
        """Return the manned capacity of a shop in a period."""
        return float(self.of_shop[shop, period]["manned_capacity"])


def shop_hours(hub: Hub, plan: MonthPlan, first: dt.date, last: dt.date) -> pl.DataFrame:
    """Return the hours that every shop works on each day, as the plan mans it.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    plan : MonthPlan
        Its plan.
    first, last : datetime.date
        First and last day, within the plan's horizon.

    Returns
    -------
    polars.DataFrame
        ``shop``, ``date`` and ``hours``: the period's pattern hours and overtime, shared over its
        working days; only days with hours.
    """
    parts = _Parts(hub, plan)
    dates = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    rows = [
        (row["shop"], day, parts.of(day, row["group"]) * hours)
        for day in dates
        for row in plan.tables["hours"]
        .filter(pl.col("period") == parts.period(day))
        .iter_rows(named=True)
        if (hours := row["pattern_hours"] + row["overtime_hours"]) > 0
    ]
    schema = {"shop": pl.String, "date": pl.Date, "hours": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").filter(pl.col("hours") > 0)


def bought_shares(plan: MonthPlan, dates: Sequence[dt.date]) -> pl.DataFrame:
    """Return which share of each part the plan buys, by day.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    dates : sequence of datetime.date
        Days within the plan's horizon.

    Returns
    -------
    polars.DataFrame
        ``part``, ``date`` and ``share``: units bought of those made and bought in the day's period.
    """
    spans = plan.tables["periods"].select("period", "start", "end").rows()
    rows = [
        (part, date, bought / (made + bought))
        for date in dates
        for period, start, end in spans
        if start <= date <= end
        for part, made, bought in plan.tables["parts"]
        .filter((pl.col("period") == period) & (pl.col("bought") > 0))
        .select("part", "made", "bought")
        .iter_rows()
    ]
    schema = {"part": pl.String, "date": pl.Date, "share": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


class _Parts:
    """Which part of a period's work falls on each of its days, by shop group."""

    def __init__(self, hub: Hub, plan: MonthPlan) -> None:
        self.hub = hub
        self.spans: list[tuple[dt.date, dt.date, dt.date]] = (
            plan.tables["periods"].select("period", "start", "end").rows()
        )
        self.known: dict[tuple[dt.date, str], dict[dt.date, float]] = {}

    def period(self, day: dt.date) -> dt.date:
        """Return the period in which a day lies."""
        return next(period for period, start, end in self.spans if start <= day <= end)

    def of(self, day: dt.date, group: str) -> float:
        """Return the day's part of its period; 0 for a day of rest."""
        start, end = next((a, b) for _, a, b in self.spans if a <= day <= b)
        key = start, group
        if key not in self.known:
            worked = worked_days(self.hub, [group], start, end)[group]
            self.known[key] = {
                start + dt.timedelta(days=n): float(share / worked.sum())
                for n, share in enumerate(worked)
                if share > 0
            }
        return self.known[key].get(day, 0.0)


def fitting(hub: Hub, plan: MonthPlan, days: pl.DataFrame, cars: pl.DataFrame) -> pl.DataFrame:
    """Take from a plan's cars what whole cars cannot fill of each day.

    A day that can build 361.0 car equivalents may hold 360.95 of whole cars. So each day keeps room
    for one car of the model that takes the most; where a month's cars are more than what is left,
    all of them are reduced in proportion, and the rest stays for the days after.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    plan : MonthPlan
        Its plan.
    days : polars.DataFrame
        The days by shop, of `line_capacity`.
    cars : polars.DataFrame
        ``period``, ``model``, ``market`` and ``units`` of whole periods, which may be parts of
        cars; other periods than those of the days are left out.

    Returns
    -------
    polars.DataFrame
        The same columns.
    """
    parts = []
    loads = car_loads(hub)
    for (period,), inside in days.group_by("period", maintain_order=True):
        asked = cars.filter(pl.col("period") == period)
        scale = 1.0
        for (shop,), own in inside.group_by("shop", maintain_order=True):
            row = plan.tables["hours"].row(
                by_predicate=(pl.col("period") == period) & (pl.col("shop") == shop), named=True
            )
            load = dict(loads.filter(pl.col("shop") == shop).select("model", "load").iter_rows())
            each = [load.get(model, 0.0) for model in asked["model"].to_list()]
            whole = sum(a * b for a, b in zip(each, asked["units"].to_list(), strict=True))
            capacity = sum(own["capacity"].to_list())
            needed = whole * capacity / max(row["manned_capacity"], SLACK)
            room = max(0.0, capacity - max(each, default=0.0) * own.height)
            scale = min(scale, room / needed if needed > 0 else 1.0)
        parts.append(asked.with_columns(pl.col("units") * scale))
    return pl.concat(parts) if parts else cars.clear()


def corridor(
    orders: pl.DataFrame, due: pl.DataFrame, wished: pl.Series | None = None
) -> pl.DataFrame:
    """Return how many cars of a model the days of each month may build.

    Parameters
    ----------
    orders : polars.DataFrame
        ``model`` of every order.
    due : polars.DataFrame
        ``month``, ``model`` and ``asked``: cars of the plan within the days.
    wished : polars.Series of datetime.date, optional
        Day on which each order would best be built (null: none), where the orders do not come from
        this plan. No month then has to build more of a model than it has such orders.

    Returns
    -------
    polars.DataFrame
        ``month``, ``model``, ``least`` and ``most``: 5 % about the cars of the plan within the
        days, and at least 1 about them, in whole cars. Where there are fewer orders for a model
        than cars of the plan, its least is less in proportion. Models without orders are left out;
        of those that the plan does not build in a month, that month builds 1 at most.
    """
    asked = due.group_by("month", "model", maintain_order=True).agg(pl.col("asked").sum())
    counted = orders.group_by("model", maintain_order=True).agg(pl.len().alias("orders"))
    months = asked.select("month").unique(maintain_order=True)
    both = (
        months.join(counted, how="cross")
        .join(asked, on=["month", "model"], how="left", maintain_order="left")
        .with_columns(pl.col("asked").fill_null(0.0))
    )
    if wished is None:
        enough = pl.col("orders") / pl.col("asked").sum().over("model")
        both = both.with_columns(pl.lit(math.inf).alias("own"), enough.fill_nan(0.0).alias("part"))
    else:
        own = orders.select("model", wished.dt.truncate("1mo").alias("month"))
        counted = own.group_by("model", "month").agg(pl.len().cast(pl.Float64).alias("own"))
        both = both.join(counted, on=["month", "model"], how="left", maintain_order="left")
        both = both.with_columns(pl.col("own").fill_null(0.0), pl.lit(1.0).alias("part"))
    cars = pl.min_horizontal("asked", "own")
    least = pl.min_horizontal(BELOW * cars, cars - 1) * pl.col("part").clip(upper_bound=1.0)
    most = pl.max_horizontal(ABOVE * pl.col("asked"), pl.col("asked") + 1)
    return both.select(
        "month",
        "model",
        least.floor().clip(lower_bound=0.0).alias("least"),
        most.ceil().alias("most"),
    )
