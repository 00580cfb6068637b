"""What the monthly plan says of the days: the hours of every shop, and what of parts is bought."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from sinho.hub import Hub
from sinho.results import MonthPlan
from sinho.results.dayparts import DayParts


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
    parts = DayParts(hub, plan)
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
