"""The charts of a simulated line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import polars as pl

from sinho.report.charts import Chart, charts_of
from sinho.report.colors import SERIES
from sinho.report.simulate.groups import Group, flow_of
from sinho.report.simulate.picture import COLORS
from sinho.report.simulation import STATES, Case, beside, on_time, stations
from sinho.report.style import (
    COST,
    INK,
    NUMBER,
    SOFT,
    Drawing,
    below,
    layered,
    rows,
)

ROW = 15
"""Pixels of a row of bars."""

TRACES = 8
"""Most buffers whose level is drawn; stores come first, then the fullest."""

BINS = 40
"""About how many bars a histogram has."""

OFF = "off shift"


def line_charts(cases: Sequence[Case]) -> dict[str, Chart]:
    """Draw the charts of a simulated line.

    Parameters
    ----------
    cases : sequence of Case
        The plant as it is, then the what-ifs.

    Returns
    -------
    dict of str to Chart
        By name, in the order of the page.
    """
    case = cases[0]
    drawn: list[tuple[str, str, Drawing | None, str]] = [
        ("output", "Daily output", output(case), "No car leaves the line."),
        ("states", "Where the time of stations goes", states(case), "The plant has no station."),
        (
            "levels",
            "Cars in buffers and stores",
            levels(case),
            "The plant has neither buffers nor stores.",
        ),
        ("lead", "Lead time by shop", lead(case), "No car passes a shop."),
        ("on-time", "Orders in time", in_time(case), "No order has a day or a vessel."),
        (
            "what-if",
            "What-ifs beside the plant as it is",
            what_if(cases),
            "Nothing else was tried.",
        ),
    ]
    return charts_of(drawn)


def daily(case: Case) -> pl.DataFrame:
    """Return the cars of each line on each working day that counts, replication by replication.

    Parameters
    ----------
    case : Case
        The simulation.

    Returns
    -------
    polars.DataFrame
        ``replication``, ``line``, ``date`` and ``cars``, of the replications that are kept.
    """
    begin = case.setting.begin.date()
    days = {round((date - begin).days): date for date in case.setting.dates}
    table = case.result.made.filter(pl.col("day").is_in([*days]))
    dates = pl.col("day").replace_strict(days, return_dtype=pl.Date).alias("date")
    return table.select("replication", pl.col("line").fill_null("plant"), dates, "cars")


def output(case: Case) -> Drawing | None:
    """Return a histogram of the daily output of each line."""
    table = daily(case)
    panels = []
    for (line,), own in table.group_by("line", maintain_order=True):
        low, high = (int(str(value)) for value in (own["cars"].min(), own["cars"].max()))
        step = max(1, -(-(high - low + 1) // BINS))
        counts = (
            own.group_by(((pl.col("cars") - low) // step * step + low).alias("cars"))
            .agg((100 * pl.len() / own.height).alias("share"))
            .sort("cars")
            .with_columns(
                (pl.col("cars") - 0.5).alias("from"), (pl.col("cars") + step - 0.5).alias("to")
            )
        )
        average = float(own["cars"].sum()) / own.height
        axis = alt.Axis(format=NUMBER, tickMinStep=1)
        scale = alt.Scale(zero=False, nice=False, padding=8)
        bars = (
            alt.Chart(rows(counts))
            .mark_bar(color=SERIES[0])
            .encode(
                x=alt.X("from:Q", title="cars a day", axis=axis, scale=scale, bin="binned"),
                x2="to:Q",
                y=alt.Y("share:Q", title="% of days", axis=alt.Axis(tickCount=4)),
                tooltip=[
                    alt.Tooltip("cars:Q", title="cars from", format=NUMBER),
                    alt.Tooltip("share:Q", title="% of days", format=".1f"),
                ],
            )
        )
        rule = alt.Chart(alt.InlineData(values=[{"mean": average}])).mark_rule(
            color=COST, strokeWidth=2
        )
        many = int(str(own["replication"].n_unique()))
        text = f"{own.height:,} days: {len(case.setting.dates)} of each of {many:,} replications"
        other = case.result.output.filter(pl.col("line").fill_null("plant") == line)["cars"][0]
        other -= average * len(case.setting.dates)
        rest = f"; {other:,.1f} more come off on days without shifts" if other >= 0.05 else ""
        which = f" of line {line}" if case.result.output.height > 1 else ""
        title = alt.Title(
            f"Output of a day{which}", subtitle=f"{text}; mean {average:,.1f} (line){rest}"
        )
        panels.append(layered(bars, rule.encode(x=alt.X("mean:Q")), title=title, height=130))
    return below(*panels)


def states(case: Case) -> Drawing | None:
    """Return a bar for each row of stations: the shares of its time by state."""
    table = stations(case)
    if table.is_empty():
        return None
    names = table["station"].to_list()
    label = {state: OFF if state == "off" else state for state in STATES}
    long = (
        table.select("station", "shop", *STATES)
        .unpivot(STATES, index=["station", "shop"], variable_name="state", value_name="share")
        .with_columns(
            pl.col("state").replace_strict({s: n for n, s in enumerate(STATES)}).alias("place"),
            pl.col("state").replace_strict(label),
            (pl.col("share") * 100).clip(0, 100),
        )
    )
    color = alt.Color(
        "state:N",
        sort=[*label.values()],
        scale=alt.Scale(domain=[*label.values()], range=[COLORS[state] for state in STATES]),
        legend=alt.Legend(title=None, orient="top"),
    )
    bars = (
        alt.Chart(rows(long))
        .mark_bar()
        .encode(
            y=alt.Y("station:N", sort=names, title=None, scale=alt.Scale(domain=names)),
            x=alt.X("share:Q", title="% of time", scale=alt.Scale(domain=[0, 100])),
            color=color,
            order=alt.Order("place:Q", sort="ascending"),
            tooltip=[
                "station:N",
                "shop:N",
                "state:N",
                alt.Tooltip("share:Q", title="% of time", format=".1f"),
            ],
        )
    )
    title = alt.Title(
        "Where the time of stations goes",
        subtitle="mean of stations alike; of the clock, in the time that counts; adds up to 100 %",
    )
    return layered(bars, title=title, height=ROW * len(names))


def traced(case: Case) -> list[Group]:
    """Return the buffers and stores whose levels are drawn: stores, then the fullest buffers."""
    flow = flow_of(case.given)
    mean = dict(case.result.buffers.select("node", "level").iter_rows())
    own = [one for one in flow.groups if one.kind in ("buffer", "store")]
    ranked = sorted(
        own, key=lambda one: (one.kind != "store", -sum(mean.get(n, 0.0) for n in one.nodes))
    )[:TRACES]
    return [one for one in own if one in ranked]


def levels(case: Case) -> Drawing | None:
    """Return how many cars are in stores and the fullest buffers over time."""
    table = case.result.levels
    if table.is_empty():
        return None
    begin, end = (case.setting.moment(minute) for minute in case.setting.counted)
    scale = alt.Scale(domain=[case.setting.begin.isoformat(), end.isoformat()])
    axis = alt.Axis(format="%d %b", title=None, labelAngle=0, tickCount=8)
    panels = []
    for one in traced(case):
        own = (
            table.filter(
                pl.col("node").is_in([*one.nodes]), pl.col("minute") <= case.setting.counted[1]
            )
            .group_by("minute", maintain_order=True)
            .agg(pl.col("level").sum())
        )
        shown = own.with_columns(
            pl.Series("time", [case.setting.moment(m).isoformat() for m in own["minute"]])
        )
        top = max(one.room or 0, float(str(own["level"].max())), 1.0)
        area = (
            alt.Chart(rows(shown.select("time", "level")))
            .mark_area(color=SERIES[6], opacity=0.75, line={"color": SERIES[6], "strokeWidth": 1})
            .encode(
                x=alt.X("time:T", scale=scale, axis=axis),
                y=alt.Y(
                    "level:Q",
                    title="cars",
                    scale=alt.Scale(domain=[0, top], nice=False),
                    axis=alt.Axis(format=NUMBER, tickCount=3),
                ),
                tooltip=[
                    alt.Tooltip("time:T", format="%d %b %H:%M"),
                    alt.Tooltip("level:Q", title="mean cars", format=",.1f"),
                ],
            )
        )
        counts = alt.Chart(alt.InlineData(values=[{"time": begin.isoformat()}])).mark_rule(
            color=SOFT, strokeDash=[3, 3]
        )
        what = "Store" if one.kind == "store" else "Before"
        what = "Buffer" if one.name == one.nodes[0] and one.kind == "buffer" else what
        places = "endless" if one.room is None else f"{one.room:,} places"
        title = alt.Title(f"{what} {one.name} ({places})", fontSize=12, offset=6)
        drawn = layered(area, counts.encode(x=alt.X("time:T", scale=scale)), title=title, height=56)
        panels.append(drawn)
    return below(*panels)


def lead(case: Case) -> Drawing | None:
    """Return the mean time that cars take in each shop."""
    table = case.result.shops.filter(pl.col("lead") > 0)
    if table.is_empty():
        return None
    names = table["shop"].to_list()
    base = alt.Chart(rows(table.with_columns(pl.col("lead") / 60)))
    y = alt.Y("shop:N", sort=names, title=None, scale=alt.Scale(domain=names))
    bars = base.mark_bar(color=SERIES[0]).encode(
        y=y,
        x=alt.X("lead:Q", title="hours by the clock"),
        tooltip=[
            "shop:N",
            alt.Tooltip("lead:Q", title="hours", format=",.1f"),
            alt.Tooltip("wip:Q", title="mean cars", format=",.1f"),
        ],
    )
    text = base.mark_text(align="left", dx=4, color=INK, fontSize=11).encode(
        y=y, x="lead:Q", text=alt.Text("lead:Q", format=",.1f")
    )
    title = alt.Title(
        "Lead time by shop",
        subtitle="mean from entering to leaving it, its stores included; nights and breaks count",
    )
    return layered(bars, text, title=title, height=1.4 * ROW * len(names))


def in_time(case: Case) -> Drawing | None:
    """Return how many per cent of orders are in time, by the day on which they are due."""
    found = [
        on_time(case, column).select("date", (100 * pl.col("share")).alias("share"), "orders")
        .with_columns(pl.lit(text).alias("of"))
        for column, text in (("due", "for the day wanted"), ("cutoff", "for the vessel"))
    ]  # fmt: skip
    table = pl.concat(found)
    if table.is_empty():
        return None
    names = table["of"].unique(maintain_order=True).to_list()
    dots = (
        alt.Chart(rows(table.with_columns(pl.col("date").cast(pl.String))))
        .mark_line(point=alt.OverlayMarkDef(size=36))
        .encode(
            x=alt.X("date:T", title=None, axis=alt.Axis(format="%d %b", labelAngle=0)),
            y=alt.Y("share:Q", title="% in time", scale=alt.Scale(domain=[0, 100])),
            color=alt.Color(
                "of:N",
                scale=alt.Scale(domain=names, range=[*SERIES[: len(names)]]),
                legend=alt.Legend(title=None, orient="top"),
            ),
            tooltip=[
                alt.Tooltip("date:T", format="%d %b %Y"),
                "of:N",
                alt.Tooltip("share:Q", title="% in time", format=".1f"),
                alt.Tooltip("orders:Q", format=NUMBER),
            ],
        )
    )
    title = alt.Title("Orders in time", subtitle="by the last day that is in time")
    return layered(dots, title=title, height=170)


def what_if(cases: Sequence[Case]) -> Drawing | None:
    """Return what each what-if makes more than the plant as it is, with its interval."""
    if len(cases) < 2:
        return None
    table = beside(cases).slice(1)
    names = table["case"].to_list()
    said = pl.when(pl.col("significant").fill_null(value=False)).then(pl.lit("significant"))
    shown = table.with_columns(said.otherwise(pl.lit("not significant")).alias("sign"))
    base = alt.Chart(rows(shown.select("case", "more", "low", "high", "sign")))
    y = alt.Y("case:N", sort=names, title=None, scale=alt.Scale(domain=names))
    kinds = ["significant", "not significant"]
    color = alt.Color(
        "sign:N",
        scale=alt.Scale(domain=kinds, range=[SERIES[0], SERIES[1]]),
        legend=alt.Legend(title=None, orient="top"),
    )
    tips: list[Any] = [
        "case:N",
        *(alt.Tooltip(f"{name}:Q", format="+,.2f") for name in ("more", "low", "high")),
        "sign:N",
    ]
    ends = base.mark_rule(strokeWidth=2).encode(
        y=y, x=alt.X("low:Q", title="cars a working day more"), x2="high:Q", color=color
    )
    dots = base.mark_circle(size=70, opacity=1).encode(y=y, x="more:Q", color=color, tooltip=tips)
    zero = alt.Chart(alt.InlineData(values=[{"at": 0}])).mark_rule(color=SOFT).encode(x="at:Q")
    level = f"{cases[0].result.level:.0%}"
    title = alt.Title(
        "What more each change makes",
        subtitle=f"same cars and random numbers; mean and {level} interval of paired differences",
    )
    return layered(zero, ends, dots, title=title, height=2.0 * ROW * len(names) + 10)
