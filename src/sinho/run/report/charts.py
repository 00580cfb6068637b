"""The charts of a run's report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import altair as alt
import polars as pl

from sinho.report.charts import Chart, charts_of
from sinho.report.colors import SERIES, column_colors
from sinho.report.style import (
    COST,
    INK,
    NUMBER,
    SOFT,
    WIDTH,
    Drawing,
    below,
    layered,
    limited,
    rows,
    series_color,
)
from sinho.run.found import DayRun
from sinho.run.report.axis import DAY_LABEL, label_format, labelled, labels, ticks
from sinho.run.report.supply import calloff_changes, campaigns, coverage
from sinho.run.report.tables import vessel_missed

WEEKS = 16
"""Most weeks that are labelled on an axis."""

ROOM = 1.08
"""How far an axis reaches beyond what is drawn, so that lines at its end are seen whole."""

PANEL = 3
"""Levelling charts beside each other."""


def run_charts(run: DayRun) -> dict[str, Chart]:
    """Draw all charts of a run.

    Parameters
    ----------
    run : DayRun
        The run.

    Returns
    -------
    dict of str to Chart
        By name, in the order of the page.
    """
    drawn: list[tuple[str, str, Callable[[DayRun], Drawing | None], str]] = [
        ("bank", "Order bank by week wanted", order_bank, "There are no orders."),
        ("slots", "Slots per day against capacity", slots, "No order has a day."),
        ("levels", "Options per day against their limits", levelling, "No car has an option."),
        ("late", "Late cars and vessels missed by market", late, "No car leaves late."),
        ("share", "Slots of brands by week", fair_share, "No brand has contracted slots."),
        ("coverage", "Coverage of parts", coverage, "No part is planned by the hour."),
        ("campaigns", "Campaigns of the own shops", campaigns, "There are no campaigns."),
        (
            "calloffs",
            "Changes of call-offs",
            calloff_changes,
            "This call-off replaces no earlier one, or changes none of its quantities.",
        ),
    ]
    return charts_of((name, title, draw(run), empty) for name, title, draw, empty in drawn)


def title(run: DayRun, text: str, *parts: str) -> alt.Title:
    """Return the title of a chart, with the hub and what else is to be said below it."""
    scenario = f", scenario {run.plan.scenario}" if run.plan.scenario else ""
    return alt.Title(text, subtitle="; ".join((run.plan.hub_name + scenario, *parts)))


def order_bank(run: DayRun) -> Drawing | None:
    """Return orders by the week in which they are wanted, stacked by model."""
    counted = (
        run.orders.table.with_columns(pl.col("wanted").dt.strftime("%G-W%V").alias("label"))
        .group_by("label", "model")
        .agg(pl.len().cast(pl.Float64).alias("cars"))
        .sort("label", "model")
    )
    if counted.is_empty():
        return None
    first = run.days["date"][0]
    overdue = run.orders.table.filter(pl.col("wanted") < first).height
    said = [f"{overdue:,} wanted before the run's first day, {first}"] if overdue else []
    heading = title(run, "Order bank by week wanted", "cars by model, ISO weeks", *said)
    weeks = weeks_between(run.orders.table["wanted"])
    return _stacked(run, counted, weeks, heading, ticks=weeks[:: -(-len(weeks) // WEEKS)])


def weeks_between(dates: pl.Series) -> list[str]:
    """Return the ISO weeks from the first to the last of some dates, empty ones too.

    Parameters
    ----------
    dates : polars.Series of datetime.date
        At least one date.
    """
    mondays: list[dt.date] = dates.dt.truncate("1w").unique().sort().to_list()
    number = (mondays[-1] - mondays[0]).days // 7 + 1
    return [f"{mondays[0] + dt.timedelta(weeks=at):%G-W%V}" for at in range(number)]


def slots(run: DayRun) -> Drawing | None:
    """Return the cars of each day by model, and what the day could build of its mix."""
    heads = {line: f"Slots of line {line} per day against capacity" for line in run.line_names}
    if len(heads) == 1:
        heads = dict.fromkeys(heads, "Slots per day against capacity")
    drawn = [_slots(run, line, head) for line, head in heads.items()]
    return below(*(one for one in drawn if one is not None))


def _slots(run: DayRun, line: str, head: str) -> Drawing | None:
    """Return the cars of each day of a line by model, and what the day could build of its mix."""
    own = pl.col("line") == line
    counted = (
        labelled(run, run.cars.drop_nulls("date").filter(own))
        .group_by("label", "model", maintain_order=True)
        .agg(pl.len().cast(pl.Float64).alias("cars"))
    )
    if counted.is_empty():
        return None
    limit = labelled(run, run.slots.days.filter(own)).with_columns(
        (
            pl.when(pl.col("load") > 0)
            .then(pl.col("capacity") * pl.col("built") / pl.col("load"))
            .otherwise(pl.col("capacity"))
        ).alias("limit")
    )
    marks = (
        alt.Chart(rows(limit.select("label", "limit", "capacity", "load")))
        .mark_tick(color=INK, thickness=2, width=max(2.0, 0.6 * WIDTH / len(labels(run))))
        .encode(
            x=alt.X("label:O", sort=labels(run)),
            y="limit:Q",
            tooltip=[
                alt.Tooltip("label:N", title="day"),
                alt.Tooltip(
                    "limit:Q", title="cars of this mix that the day can build", format=".1f"
                ),
                alt.Tooltip("capacity:Q", title="capacity, car equivalents", format=".1f"),
                alt.Tooltip("load:Q", title="load, car equivalents", format=".1f"),
            ],
        )
    )
    heading = title(run, head, "cars by model", "line: capacity in cars of the mix")
    built = counted.group_by("label").agg(pl.col("cars").sum())["cars"]
    top: float = pl.concat([limit["limit"], built]).to_numpy().max()
    return _stacked(run, counted, labels(run), heading, marks, ticks=ticks(run), top=top)


def _stacked(
    run: DayRun,
    counted: pl.DataFrame,
    labels: list[str],
    heading: alt.Title,
    *above: alt.Chart,
    ticks: list[str],
    top: float | None = None,
) -> Drawing:
    """Return stacked bars of cars by model; ``top``: the highest that is to be seen."""
    colors = column_colors(run.hub, "models", "model")
    shown, order = limited(counted, "model", "cars", list(colors))
    place = pl.col("series").replace_strict(order, range(len(order)), return_dtype=pl.Int64)
    bars = (
        alt.Chart(rows(shown.with_columns(place.alias("place"))))
        .mark_bar()
        .encode(
            x=alt.X(
                "label:O",
                sort=labels,
                title=None,
                axis=alt.Axis(labelAngle=-45, values=ticks),
                scale=alt.Scale(domain=labels),
            ),
            y=alt.Y(
                "cars:Q",
                title="cars",
                axis=alt.Axis(format=NUMBER, tickCount=5),
                scale=alt.Undefined if top is None else reaching(top),
            ),
            color=series_color(order, colors),
            order=alt.Order("place:Q", sort="ascending"),
            tooltip=[
                alt.Tooltip("label:N", title="when"),
                alt.Tooltip("series:N", title="model"),
                alt.Tooltip("cars:Q", title="cars", format=NUMBER),
            ],
        )
    )
    return layered(bars, *above, title=heading, height=280)


def reaching(top: float) -> alt.Scale:
    """Return an axis from nothing to a little more than the highest that is to be seen."""
    return alt.Scale(domain=[0.0, max(1.0, ROOM * top)], nice=False)


def levelling(run: DayRun) -> Drawing | None:
    """Return, for each option and station, the cars of each day, the even share and the limit."""
    stations = run.slots.counters.filter(pl.col("kind") == "work").select(
        pl.col("period").alias("date"),
        "line",
        pl.format("heavy at {}", "name").alias("option"),
        pl.col("count").cast(pl.Int64).alias("built"),
        "target",
        pl.col("top").alias("limit"),
        "cost",
    )
    frame = labelled(run, pl.concat([run.slots.options.select(stations.columns), stations]))
    if frame.is_empty():
        return None
    if len(run.line_names) > 1:
        named = pl.format("{}, {}", "line", "option")
        alone = pl.col("line").is_null()
        frame = frame.with_columns(pl.when(alone).then("option").otherwise(named).alias("option"))
    width = (WIDTH - 2 * 60) / PANEL
    most = 4 if label_format(run) == DAY_LABEL else 3
    ticks = labels(run)[:: -(-len(labels(run)) // most)]
    panels = []
    for option in frame["option"].unique().sort().to_list():
        own = frame.filter(pl.col("option") == option)
        base = alt.Chart(rows(own.select("label", "built", "target", "limit")))
        top = own.select(pl.max_horizontal("built", "target", "limit").max()).item()
        x = alt.X(
            "label:O",
            sort=labels(run),
            scale=alt.Scale(domain=labels(run)),
            title=None,
            axis=alt.Axis(values=ticks, labelAngle=0),
        )
        tips = [
            alt.Tooltip("label:N", title="day"),
            alt.Tooltip("built:Q", title="built, cars", format=NUMBER),
            alt.Tooltip("target:Q", title="even share, cars", format=".1f"),
            alt.Tooltip("limit:Q", title="limit, cars", format=".1f"),
        ]
        over = alt.condition(
            "datum.limit !== null && datum.built > datum.limit + 1e-6",
            alt.value(COST),
            alt.value(SERIES[0]),
        )
        layers = [
            base.mark_bar().encode(
                x=x,
                y=alt.Y("built:Q", title="cars", axis=alt.Axis(tickCount=4), scale=reaching(top)),
                color=over,
                tooltip=tips,
            ),
            base.mark_line(color=SOFT, strokeDash=[4, 3], strokeWidth=1.4).encode(
                x=x, y="target:Q"
            ),
        ]
        if own["limit"].is_not_null().any():
            layers.append(
                base.mark_line(color=COST, strokeWidth=1.6, interpolate="step").encode(
                    x=x, y="limit:Q"
                )
            )
        panels.append(alt.layer(*layers).properties(width=width, height=110, title=option))
    # flush: panels stand at the same height and width whatever stands at their axes
    apart = {"column": 62, "row": 74}
    return alt.concat(*panels, columns=PANEL, bounds="flush", spacing=apart).properties(
        title=title(
            run,
            "Options per day against their limits",
            "bars: cars built",
            "dashed: even share",
            "orange line: the limit of the day, or what the sequence can bear",
        )
    )


def late(run: DayRun) -> Drawing | None:
    """Return late cars by market and by how late they are."""
    names = dict(run.hub["markets"].select("market", "name").iter_rows())
    frame = run.cars.filter(pl.col("late_days") > 0)
    if frame.is_empty():
        return None
    classes = ["1 to 3 days", "4 to 7 days", "8 to 14 days", "more than 14 days"]
    cut = (
        pl.when(pl.col("late_days") <= 3)
        .then(pl.lit(classes[0]))
        .when(pl.col("late_days") <= 7)
        .then(pl.lit(classes[1]))
        .when(pl.col("late_days") <= 14)
        .then(pl.lit(classes[2]))
        .otherwise(pl.lit(classes[3]))
    )
    way = pl.when(vessel_missed(run)).then(pl.lit("vessel missed")).otherwise(pl.lit("by road"))
    counted = (
        frame.with_columns(
            pl.col("market").replace_strict(names, default=None).fill_null(pl.col("market")),
            cut.alias("class"),
            way.alias("way"),
        )
        .group_by("market", "class", "way")
        .agg(pl.len().alias("cars"))
        .sort("market", "class")
    )
    order = (
        counted.group_by("market")
        .agg(pl.col("cars").sum())
        .sort("cars", "market", descending=[True, False])["market"]
        .to_list()
    )
    shades = ["#f3cfb3", "#e6965a", "#d55e00", "#8a3d00"]
    bars = (
        alt.Chart(rows(counted))
        .mark_bar()
        .encode(
            y=alt.Y("market:N", sort=order, title=None),
            x=alt.X("cars:Q", title="late cars", axis=alt.Axis(format=NUMBER, tickMinStep=1)),
            color=alt.Color(
                "class:N",
                scale=alt.Scale(domain=classes, range=shades),
                sort=classes,
                legend=alt.Legend(title="late by"),
            ),
            tooltip=["market:N", "class:N", "way:N", alt.Tooltip("cars:Q", format=NUMBER)],
        )
    )
    return layered(
        bars,
        title=title(
            run, "Late cars by market", "overseas, a late car has missed the vessel wanted"
        ),
        height=22.0 * len(order) + 10.0,
    )


def fair_share(run: DayRun) -> Drawing | None:
    """Return slots used by brand and week against those entitled."""
    frame = run.slots.fair_share
    if frame.is_empty():
        return None
    own = pl.format("{}, line {}", "brand", "line")
    frame = frame.filter(pl.col("entitled") > 0).with_columns(
        pl.col("week").dt.strftime("%G-W%V"),
        pl.when(pl.col("line").is_null()).then("brand").otherwise(own).alias("whose"),
    )
    if frame.is_empty():
        return None
    top = frame.select(pl.max_horizontal("built", "entitled").max()).item()
    weeks = frame["week"].unique().sort().to_list()
    brand_of = dict(frame.select("whose", "brand").unique().sort("whose").iter_rows())
    colors = column_colors(run.hub, "brands", "brand")
    x = alt.X("week:O", sort=weeks, title=None, axis=alt.Axis(labelAngle=0))
    group = alt.XOffset("whose:N", sort=[*brand_of])
    base = alt.Chart(rows(frame))
    tips = [
        alt.Tooltip(f"{name}:Q", title=f"{said}, cars", format=NUMBER)
        for name, said in (
            ("entitled", "entitled"),
            ("built", "planned"),
            ("offered", "offered to all"),
        )
    ]
    bars = base.mark_bar().encode(
        x=x,
        xOffset=group,
        y=alt.Y("built:Q", title="cars", axis=alt.Axis(format=NUMBER), scale=reaching(top)),
        color=alt.Color(
            "whose:N",
            sort=[*brand_of],
            scale=alt.Scale(domain=[*brand_of], range=[colors[one] for one in brand_of.values()]),
            legend=alt.Legend(title=None),
        ),
        tooltip=["week:N", alt.Tooltip("whose:N", title="brand"), *tips],
    )
    marks = base.mark_tick(color=INK, thickness=2, width=26).encode(
        x=x, xOffset=group, y="entitled:Q"
    )
    return layered(
        bars,
        marks,
        title=title(run, "Slots of brands by week", "bars: planned; line: entitled"),
        height=200,
    )
