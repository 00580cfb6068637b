"""The charts of a run's supply: coverage, campaigns, changes of call-offs."""

from __future__ import annotations

import datetime as dt

import altair as alt
import polars as pl

from sinho.report.colors import column_colors
from sinho.report.style import (
    COST,
    INCOME,
    INK,
    NUMBER,
    SOFT,
    Drawing,
    below,
    layered,
    rows,
)
from sinho.run.found import DayRun
from sinho.run.report.axis import DAY_LABEL, TICKS, labelled, labels, ticks
from sinho.run.report.tables import part_units

CEILING = 40.0
"""Hours of coverage from which on the chart tells no difference: a working week of one shift."""

MOST = 20
"""Most parts of a chart."""

BAR = 12
"""Height of a campaign's bar in pixels."""

SECOND = "%Y-%m-%dT%H:%M:%S"


def heading(run: DayRun, text: str, *parts: str, below: tuple[str, ...] = ()) -> alt.Title:
    """Return the title of a chart; ``below``: what stands in a line of its own."""
    scenario = f", scenario {run.plan.scenario}" if run.plan.scenario else ""
    first = "; ".join((run.plan.hub_name + scenario, *parts))
    return alt.Title(text, subtitle=[first, "; ".join(below)] if below else first)


def coverage(run: DayRun) -> Drawing | None:
    """Return the least coverage of each part on each day; red where the part runs out."""
    frame = run.supply.coverage
    if frame.is_empty():
        return None
    with_car = sequenced(run)
    named = pl.format("{} (JIS)", "part")
    least = (
        labelled(run, frame)
        .with_columns(
            pl.when(pl.col("part").is_in(with_car)).then(named).otherwise("part").alias("part")
        )
        .group_by("part", "label", maintain_order=True)
        .agg(
            pl.col("hours_covered").min(),
            pl.col("stock").last(),
            pl.col("used").sum(),
            pl.col("short").max(),
        )
        .with_columns(
            pl.col("hours_covered").clip(upper_bound=CEILING).alias("shown"),
            (pl.col("short") > 0).alias("out"),
        )
    )
    parts = least["part"].unique(maintain_order=True).to_list()
    y = alt.Y("part:N", sort=parts, title=None, scale=alt.Scale(domain=parts))
    x = alt.X(
        "label:O",
        sort=labels(run),
        scale=alt.Scale(domain=labels(run)),
        title=None,
        axis=alt.Axis(labelAngle=-45, values=ticks(run)),
    )
    base = alt.Chart(rows(least))
    tips = [
        "part:N",
        alt.Tooltip("label:N", title="day"),
        alt.Tooltip("hours_covered:Q", title="least coverage, h", format=".1f"),
        alt.Tooltip("stock:Q", title="stock at the day's end, units", format=NUMBER),
        alt.Tooltip("used:Q", title="used, units", format=NUMBER),
        alt.Tooltip("short:Q", title="short, units", format=NUMBER),
    ]
    cells = base.mark_rect(stroke="white").encode(
        x=x,
        y=y,
        color=alt.Color(
            "shown:Q",
            scale=alt.Scale(scheme="yellowgreenblue", domain=[0, CEILING]),
            legend=alt.Legend(title=["least coverage", f"[h, up to {CEILING:.0f}]"]),
        ),
        tooltip=tips,
    )
    marks = (
        base.transform_filter("datum.out")
        .mark_rect(color=COST, stroke="white")
        .encode(x=x, y=y, tooltip=tips)
    )
    figures = base.mark_text(fontSize=10).encode(
        x=x,
        y=y,
        text=alt.Text("hours_covered:Q", format=".0f"),
        color=alt.condition(
            f"datum.out || datum.shown > {0.55 * CEILING}", alt.value("white"), alt.value(INK)
        ),
    )
    return layered(
        cells,
        marks,
        *([figures] if len(labels(run)) <= TICKS else []),
        title=heading(
            run,
            "Coverage of parts by day",
            "working hours for which the stock lasts, at the day's lowest;",
            below=(
                "behind the run's end at its mean need",
                "red: the part runs out",
                *(["JIS: comes with its car, not to stock"] if with_car else []),
            ),
        ),
        height=24.0 * len(parts),
    )


def sequenced(run: DayRun) -> list[str]:
    """Return the parts that come in the order of the cars, by takt, and not to stock."""
    by_takt = run.hub["suppliers"].filter(pl.col("delivery") == "takt")
    names: list[str] = by_takt["part"].unique().sort().to_list()
    return names


def campaigns(run: DayRun) -> Drawing | None:
    """Return a Gantt chart of each shop: campaigns, and when it changes over and works in them."""
    frame = run.supply.campaigns
    if frame.is_empty():
        return None
    panels: list[Drawing] = []
    begin, close = _span(run, frame)
    span = alt.Scale(domain=[f"{begin:{SECOND}}", f"{close:{SECOND}}"])
    axis = alt.Axis(format=DAY_LABEL, tickCount="day" if len(labels(run)) <= 12 else "week")
    colors = column_colors(run.hub, "parts", "part")
    frame = frame.join(part_units(run), on="part", how="left", maintain_order="left")
    for shop in frame["shop"].unique(maintain_order=True).to_list():
        own = frame.filter(pl.col("shop") == shop).with_columns(good=_good())
        parts = own["part"].unique().sort().to_list()
        x = alt.X("start:T", title=None, axis=axis, scale=span)
        y = alt.Y("part:N", sort=parts, title=None, scale=alt.Scale(domain=parts))
        part = alt.Color(
            "part:N",
            sort=parts,
            scale=alt.Scale(domain=parts, range=[colors[part] for part in parts]),
            legend=None,
        )
        whole = alt.Chart(rows(own.with_columns(_seconds("start", "end"))))
        bands = whole.mark_bar(height=BAR, opacity=0.25).encode(
            x=x, x2="end:T", y=y, color=part, tooltip=[*_tips("end"), *_made()]
        )
        units = whole.mark_text(align="left", dy=-BAR, fontSize=9, color=INK).encode(
            x=x, y=y, text="good:N"
        )
        spans = worked(run.supply.lots.filter(pl.col("shop") == shop))
        base = alt.Chart(rows(spans.with_columns(_seconds("start", "ready", "end"))))
        work = base.mark_bar(height=BAR).encode(
            x=alt.X("ready:T", title=None, axis=axis, scale=span),
            x2="end:T",
            y=y,
            color=part,
            tooltip=[*_tips("ready", "end"), alt.Tooltip("units:Q", format=NUMBER)],
        )
        setups = (
            base.transform_filter("datum.ready > datum.start")
            .mark_bar(height=BAR, color=SOFT)
            .encode(x=x, x2="ready:T", y=y, tooltip=_tips("ready"))
        )
        panels.append(
            layered(
                bands,
                work,
                setups,
                units,
                title=heading(
                    run,
                    f"Campaigns of shop {shop}",
                    "1 campaign" if own.height == 1 else f"{own.height} campaigns",
                    "figures: good units made",
                    "full colour: at work; light: set up, waiting; grey: changeover",
                ),
                height=34.0 * len(parts),
            )
        )
    return below(*panels)


def worked(lots: pl.DataFrame) -> pl.DataFrame:
    """Return when a shop changes over and works: its lots in which something is done.

    Parameters
    ----------
    lots : polars.DataFrame
        `sinho.results.Supply.lots` of the shop.

    Returns
    -------
    polars.DataFrame
        ``campaign``, ``part``, ``start``, ``ready``, ``end``, ``units``, in order of time.
    """
    columns = ("campaign", "part", "start", "ready", "end", "units")
    return lots.filter(pl.col("end") > pl.col("start")).select(columns).sort("start", "part")


def _good() -> pl.Expr:
    """Write the good units of a campaign: pieces as a number, all else with its unit."""
    number = pl.col("units").map_elements(lambda units: f"{units:,.0f}", return_dtype=pl.String)
    piece = pl.col("unit") == "piece"
    return pl.when(piece).then(number).otherwise(pl.format("{} {}", number, "unit"))


def _seconds(*names: str) -> pl.Expr:
    """Write moments as the chart reads them."""
    return pl.col(*names).dt.strftime(SECOND)


def _tips(*ends: str) -> list[alt.Tooltip]:
    """Return what is said of a bar."""
    times = [alt.Tooltip(f"{name}:T", format="%d %b %H:%M") for name in ("start", *ends)]
    return [alt.Tooltip("campaign:N"), alt.Tooltip("part:N"), *times]


def _made() -> list[alt.Tooltip]:
    """Return what is said of a campaign besides."""
    return [
        alt.Tooltip("units:Q", title="good, units", format=NUMBER),
        alt.Tooltip("setup_minutes:Q", title="changeover, min", format=NUMBER),
    ]


def _span(run: DayRun, frame: pl.DataFrame) -> tuple[dt.datetime, dt.datetime]:
    """Return from when to when campaigns are shown: the days of the run, and all campaigns."""
    starts: list[dt.datetime] = frame["start"].to_list()
    ends: list[dt.datetime] = frame["end"].to_list()
    days: list[dt.date] = run.days["date"].unique().sort().to_list()
    midnight = dt.datetime.combine(days[-1], dt.time()) + dt.timedelta(days=1)
    return min(*starts, dt.datetime.combine(days[0], dt.time())), max(*ends, midnight)


def calloff_changes(run: DayRun) -> Drawing | None:
    """Return the units by which call-offs of each part changed, more and less."""
    frame = run.changes
    if frame.is_empty() or not {"part", "change"} <= set(frame.columns):
        return None
    sums = (
        frame.filter(pl.col("change").is_not_null() & (pl.col("change") != 0))
        .with_columns(
            pl.when(pl.col("change") > 0)
            .then(pl.lit("more"))
            .otherwise(pl.lit("less"))
            .alias("way")
        )
        .group_by("part", "way")
        .agg(pl.col("change").sum(), pl.len().alias("deliveries"))
        .sort("part", "way")
    )
    if sums.is_empty():
        return None
    top = (
        sums.group_by("part")
        .agg(pl.col("change").abs().sum())
        .sort("change", "part", descending=[True, False])
        .head(MOST)["part"]
        .to_list()
    )
    bars = (
        alt.Chart(rows(sums.filter(pl.col("part").is_in(top))))
        .mark_bar()
        .encode(
            y=alt.Y("part:N", sort=top, title=None),
            x=alt.X("change:Q", title="units against the call-off before"),
            color=alt.Color(
                "way:N",
                scale=alt.Scale(domain=["more", "less"], range=[INCOME, COST]),
                legend=alt.Legend(title=None),
            ),
            tooltip=["part:N", "way:N", alt.Tooltip("change:Q", format=NUMBER), "deliveries:Q"],
        )
    )
    return layered(
        bars,
        title=heading(run, "Changes of call-offs by part", "units called more and less"),
        height=22.0 * len(top),
    )
