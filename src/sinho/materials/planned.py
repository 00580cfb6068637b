"""What the monthly plan says of the days: what of parts is bought."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from sinho.results import MonthPlan


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
