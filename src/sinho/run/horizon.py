"""From months to days: the days of a run, what the line can build on each, and the cars due."""

from __future__ import annotations

import datetime as dt
import math

import polars as pl

from sinho.errors import DataError, Problem
from sinho.hub import Hub
from sinho.hub.calendar import line_days
from sinho.hub.lines import line_loads
from sinho.results import MonthPlan
from sinho.units import next_month

BELOW, ABOVE = 0.95, 1.05
"""How far the cars of a model may lie from the plan's, as shares of them."""

SLACK = 1e-9
"""Least capacity of a month that is divided by."""


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


def fitting(hub: Hub, plan: MonthPlan, days: pl.DataFrame, cars: pl.DataFrame) -> pl.DataFrame:
    """Take from a plan's cars what whole cars cannot fill of each day.

    A day that can build 361.0 car equivalents may hold 360.95 of whole cars. So each day keeps room
    for one car of the model that takes the most; where a month's cars are more than what is left,
    all that its line builds are reduced in proportion, and the rest stays for the days after.

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
    loads = line_loads(hub)
    for (period,), inside in days.group_by("period", maintain_order=True):
        asked = cars.filter(pl.col("period") == period)
        shares = _shares(plan, period, loads.select("model", "line").unique(maintain_order=True))
        scales = dict.fromkeys(loads["line"].unique(maintain_order=True), 1.0)
        for (shop,), own in inside.group_by("shop", maintain_order=True):
            row = plan.tables["hours"].row(
                by_predicate=(pl.col("period") == period) & (pl.col("shop") == shop), named=True
            )
            passing = loads.filter(pl.col("shop") == shop)
            taken = (
                shares.join(passing, on=["model", "line"])
                .group_by("model")
                .agg((pl.col("share") * pl.col("load")).sum(), pl.col("load").max().alias("most"))
            )
            load = {model: (mean, most) for model, mean, most in taken.iter_rows()}
            each = [load.get(model, (0.0, 0.0)) for model in asked["model"].to_list()]
            whole = sum(a * b for (a, _), b in zip(each, asked["units"].to_list(), strict=True))
            capacity = sum(own["capacity"].to_list())
            needed = whole * capacity / max(row["manned_capacity"], SLACK)
            largest = max((most for _, most in each), default=0.0)
            room = max(0.0, capacity - largest * own.height)
            for line in passing["line"].unique():
                scales[line] = min(scales[line], room / needed if needed > 0 else 1.0)
        kept = pl.col("share") * pl.col("line").replace_strict(scales, return_dtype=pl.Float64)
        scale = shares.group_by("model").agg(kept.sum().alias("scale"))
        parts.append(
            asked.join(scale, on="model", how="left", maintain_order="left")
            .with_columns(pl.col("units") * pl.col("scale").fill_null(1.0))
            .drop("scale")
        )
    return pl.concat(parts) if parts else cars.clear()


def _shares(plan: MonthPlan, period: dt.date, routes: pl.DataFrame) -> pl.DataFrame:
    """Return which share of a period's cars of a model each line makes; even where none is made."""
    made = plan.tables["make_lines"].filter(pl.col("period") == period)
    units = pl.col("units").fill_null(0.0)
    share = units / units.sum().over("model")
    even = 1 / pl.len().over("model")
    return routes.join(
        made.select("model", "line", "units"),
        on=["model", "line"],
        how="left",
        maintain_order="left",
    ).select(
        "model",
        "line",
        pl.when(units.sum().over("model") > 0).then(share).otherwise(even).alias("share"),
    )


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
