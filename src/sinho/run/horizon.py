"""From months to days: the days of a run, what the line can build on each, and the cars due."""

from __future__ import annotations

import datetime as dt
import math

import polars as pl

from sinho.errors import DataError, Problem
from sinho.hub import Hub
from sinho.hub.calendar import line_days
from sinho.hub.lines import lines_of, routes
from sinho.results import MonthPlan
from sinho.results.dayparts import DayParts
from sinho.units import next_month

BELOW, ABOVE = 0.95, 1.05
"""How far the cars of a model may lie from the plan's, as shares of them."""


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


def lots_of_lines(hub: Hub, plan: MonthPlan, days: pl.DataFrame) -> pl.DataFrame:
    """Return how many cars of models with least lots the days of each line and month may build.

    A least lot is of a line and month: the plan builds it or none. So where it builds none the days
    build none, and else as many as their part of the month, as `corridor` has it for all lines.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    plan : MonthPlan
        Its plan.
    days : polars.DataFrame
        The days of the lines: ``date``, ``line`` and ``point``, of `line_capacity`.

    Returns
    -------
    polars.DataFrame
        ``month``, ``model``, ``least``, ``most`` and ``line``.
    """
    lots = routes(hub).drop_nulls("least_lot")
    wanted, cars = _wanted(hub, plan, days, lots), pl.col("asked")
    most = pl.when(cars > 0).then(_most(cars)).otherwise(0.0)
    return wanted.select("month", "model", _least(cars).alias("least"), most.alias("most"), "line")


def splits_of_lines(
    hub: Hub,
    plan: MonthPlan,
    days: pl.DataFrame,
    orders: pl.DataFrame,
    due: pl.DataFrame,
    wished: pl.Series | None = None,
) -> pl.DataFrame:
    """Return how the plan splits models over lines, where they can be built on several.

    Parameters
    ----------
    hub, plan, days
        As in `lots_of_lines`.
    orders, due, wished
        As in `corridor`.

    Returns
    -------
    polars.DataFrame
        ``month``, ``model``, ``line``, ``low`` and ``high``: as near to the line's part of the
        month's cars as the days have to be to the plan's cars over all lines.
    """
    several = routes(hub).filter(pl.len().over("model") > 1)
    wanted, cars = _wanted(hub, plan, days, several), pl.col("asked")
    share = wanted.with_columns(cars / cars.sum().over("month", "model")).drop_nans("asked")
    about = _about(orders, due, wished).select("month", "model", pl.col("cars") * pl.col("part"))
    both = share.join(about, on=["month", "model"], maintain_order="left")
    both = both.with_columns(cars * pl.col("cars"))
    return both.select(
        "month", "model", "line", _least(cars).alias("low"), _most(cars).alias("high")
    )


def _wanted(hub: Hub, plan: MonthPlan, days: pl.DataFrame, which: pl.DataFrame) -> pl.DataFrame:
    """Return the cars of the plan within the days by month, of some models and lines."""
    which = which.select("model", "line")
    parts = DayParts(hub, plan)
    groups = {line.name: line.group for line in lines_of(hub)}
    own = days.filter(pl.col("point") & pl.col("line").is_in(which["line"].implode()))
    shares = [
        (date.replace(day=1), period, line, parts.of(date, groups[line]))
        for date, period, line in own.select("date", "period", "line").iter_rows()
    ]
    head = {"month": pl.Date, "period": pl.Date, "line": pl.String, "part": pl.Float64}
    built = pl.col("units").fill_null(0.0) * pl.col("part")
    return (
        pl.DataFrame(shares, schema=head, orient="row")
        .join(which, on="line", maintain_order="left")
        .join(plan.tables["make_lines"], on=["period", "model", "line"], how="left")
        .group_by("month", "model", "line", maintain_order=True)
        .agg(built.sum().alias("asked"))
    )


def _least(cars: pl.Expr, part: pl.Expr | float = 1.0) -> pl.Expr:
    """Return the fewest whole cars about those of the plan, or about a part of them."""
    about = pl.min_horizontal(BELOW * cars, cars - 1) * part
    return about.floor().clip(lower_bound=0.0)


def _most(cars: pl.Expr) -> pl.Expr:
    """Return the most whole cars about those of the plan."""
    return pl.max_horizontal(ABOVE * cars, cars + 1).ceil()


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
    about, part = _about(orders, due, wished), pl.col("part")
    return about.select(
        "month",
        "model",
        _least(pl.col("cars"), part).alias("least"),
        _most(pl.col("asked")).alias("most"),
    )


def _about(orders: pl.DataFrame, due: pl.DataFrame, wished: pl.Series | None) -> pl.DataFrame:
    """Return the cars ``asked`` of each month and model, and those that there are orders for.

    These are ``cars``, and ``part`` of them where orders are of no month.
    """
    wanted = due.group_by("month", "model", maintain_order=True).agg(pl.col("asked").sum())
    counted = orders.group_by("model", maintain_order=True).agg(pl.len().alias("orders"))
    months = wanted.select("month").unique(maintain_order=True)
    both = (
        months.join(counted, how="cross")
        .join(wanted, on=["month", "model"], how="left", maintain_order="left")
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
    cars, part = pl.min_horizontal("asked", "own"), pl.col("part").clip(upper_bound=1.0)
    return both.select("month", "model", "asked", cars.alias("cars"), part)
