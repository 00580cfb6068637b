"""The chart of voyages against the stock in the yards."""

from __future__ import annotations

import datetime as dt

import altair as alt
import polars as pl

from sinho.report.colors import SERIES
from sinho.report.ship.shipped import Shipped
from sinho.report.style import (
    COST,
    NUMBER,
    SOFT,
    Drawing,
    below,
    layered,
    rows,
)

ROW = 20.0
"""Pixels of a lane or voyage."""


def heading(text: str, *parts: str) -> alt.Title:
    """Return the title of a chart, and what else is to be said below it."""
    return alt.Title(text, subtitle="; ".join(parts))


def stock(sea: Shipped) -> pl.DataFrame:
    """Return the cars that wait at the end of each ``day`` by ``site``, those overflowing too.

    Without yards: from hand-over at the port of loading to departure.
    """
    if sea.yards:
        hours = pl.concat([yard.hours for yard in sea.yards.values()])
        ends = (
            hours.sort("hour")
            .group_by("site", day=pl.col("hour").dt.date(), maintain_order=True)
            .agg((pl.col("standing") + pl.col("overflow")).last().cast(pl.Int64).alias("cars"))
        )
        sites = pl.Series("site", [*sea.yards], dtype=pl.String).to_frame()
        grid = sites.join(_days(ends), how="cross", maintain_order="left_right")
        kept = pl.col("cars").forward_fill().over("site").fill_null(0)
        whole = grid.join(ends, on=["site", "day"], how="left", maintain_order="left")
        return whole.select("day", "site", kept)
    cars = sea.plan.cars.drop_nulls("ready")
    if cars.is_empty():
        return pl.DataFrame(schema={"day": pl.Date, "site": pl.String, "cars": pl.Int64})
    happens = pl.concat(
        [
            cars.select(day="ready", cars=pl.lit(1, pl.Int64)),
            cars.drop_nulls("leaves").select(day="leaves", cars=pl.lit(-1, pl.Int64)),
        ]
    )
    summed = happens.group_by("day").sum()
    return (
        _days(summed)
        .join(summed, on="day", how="left", maintain_order="left")
        .with_columns(pl.col("cars").fill_null(0).cum_sum())
        .select("day", pl.lit(sea.home or "port of loading").alias("site"), "cars")
    )


def _days(frame: pl.DataFrame) -> pl.DataFrame:
    """Return every ``day`` from the first to the last of a frame."""
    return frame.select(pl.date_range(pl.col("day").min(), pl.col("day").max(), "1d").alias("day"))


def timeline(sea: Shipped) -> Drawing | None:
    """Return the stock in the yards by day, and below it the voyages of each lane."""
    waits, used = stock(sea), sea.used
    if used.is_empty() or waits.is_empty():
        return None
    moments = [*waits["day"].to_list(), *used["etd"].to_list(), *used["cutoff"].to_list()]
    first: dt.date = min(moments)
    last: dt.date = max(moments) + dt.timedelta(days=1)
    scale = alt.Scale(domain=[first.isoformat(), last.isoformat()])
    long = (last - first).days > 100
    axis = alt.Axis(format="%d %b %y" if long else "%d %b", labelAngle=0, title=None)
    sites = waits["site"].unique(maintain_order=True).to_list()
    area = (
        alt.Chart(rows(waits.with_columns(pl.col("day").cast(pl.String))))
        .mark_area(interpolate="step-after", opacity=0.85, line=False)
        .encode(
            x=alt.X("day:T", scale=scale, axis=axis),
            y=alt.Y("cars:Q", title="cars waiting", stack="zero", axis=alt.Axis(format=NUMBER)),
            color=alt.Color(
                "site:N",
                sort=sites,
                scale=alt.Scale(domain=sites, range=[*SERIES[: len(sites)]]),
                legend=alt.Legend(title="yard"),
            ),
            tooltip=[alt.Tooltip("day:T", format="%d %b %Y"), "site:N", "cars:Q"],
        )
    )
    leave = alt.Chart(
        rows(used.select(pl.col("etd").cast(pl.String)).unique("etd", maintain_order=True))
    ).mark_rule(color=SOFT, strokeDash=[2, 3], strokeWidth=0.8)
    basis = (
        "at the end of each day, cars without a place included"
        if sea.yards
        else "handed over at the port of loading and not yet gone: no yard is planned"
    )
    top = layered(
        area,
        leave.encode(x=alt.X("etd:T", scale=scale, axis=axis)),
        title=heading("Stock in the yards", basis, "dashed: a voyage leaves"),
        height=170,
    )
    lanes = used["lane"].unique(maintain_order=True).to_list()
    base = alt.Chart(
        rows(
            used.select("vessel", "lane", "cars", "missed", pl.col("cutoff", "etd").cast(pl.String))
        )
    )
    y = alt.Y("lane:N", sort=lanes, title=None, scale=alt.Scale(domain=lanes))
    tips = [
        alt.Tooltip("vessel:N", title="voyage"),
        alt.Tooltip("cutoff:T", title="cut-off", format="%d %b %Y"),
        alt.Tooltip("etd:T", title="departure", format="%d %b %Y"),
        alt.Tooltip("cars:Q", title="cars on it", format=NUMBER),
        alt.Tooltip("missed:Q", title="cars that miss it", format=NUMBER),
    ]
    x = alt.X("etd:T", scale=scale, axis=axis)
    red = alt.condition("datum.missed > 0", alt.value(COST), alt.value(SERIES[0]))
    lead = base.mark_rule(strokeWidth=2).encode(
        x=alt.X("cutoff:T", scale=scale, axis=axis), x2="etd:T", y=y, color=red, tooltip=tips
    )
    dots = base.mark_circle(opacity=0.9).encode(
        x=x,
        y=y,
        color=red,
        size=alt.Size(
            "cars:Q",
            scale=alt.Scale(range=[12, 420]),
            legend=alt.Legend(title="cars on it", symbolType="circle", format=NUMBER, tickCount=4),
        ),
        tooltip=tips,
    )
    bottom = layered(
        lead,
        dots,
        title=heading(
            "Voyages", "from cut-off to departure", "orange: cars miss it; size: cars on it"
        ),
        height=max(70.0, 1.5 * ROW * len(lanes)),
    )
    return below(top, bottom)
