"""The charts of the way to the sea: voyages against stock, fill, dwell, missed ships."""

from __future__ import annotations

from collections.abc import Callable

import altair as alt
import polars as pl

from sinho.report.charts import Chart, charts_of
from sinho.report.colors import OTHER, SERIES
from sinho.report.ship.kpi import HUNDRED, days_between
from sinho.report.ship.shipped import PLANT, Shipped
from sinho.report.ship.timeline import ROW, heading, timeline
from sinho.report.style import (
    COST,
    HEAT,
    INK,
    NUMBER,
    WIDTH,
    Drawing,
    below,
    layered,
    rows,
)
from sinho.results.shipping import STAYS

MOST = 40
"""Most voyages of a chart of fill: those that leave first."""

DAYS = 30
"""Days of dwell from which on the chart tells no difference."""


def ship_charts(sea: Shipped) -> dict[str, Chart]:
    """Draw the charts of a plan of voyages.

    Parameters
    ----------
    sea : Shipped
        The plan, its yards and decks.

    Returns
    -------
    dict of str to Chart
        By name, in the order of the page.
    """
    drawn: list[tuple[str, str, Callable[[Shipped], Drawing | None], str]] = [
        ("voyages", "Voyages against stock in the yards", timeline, "No car leaves by sea."),
        ("fill", "Fill by deck and vessel", fill, "No voyage carries a car."),
        ("dwell", "Days of dwell", dwell, "No car waits for a vessel."),
        ("missed", "Cars that miss their ship, by cause", missed, "No car misses its ship."),
    ]
    return charts_of((name, title, draw(sea), empty) for name, title, draw, empty in drawn)


def deck_fill(sea: Shipped) -> pl.DataFrame:
    """Return by ``vessel`` and ``deck`` the ``cars``, their ``area`` and the ``area_room`` [m2]."""
    shares = sea.hub["vessels"].select("vessel", "ship", pl.col("deck_share").fill_null(1.0))
    decks = sea.hub["decks"].group_by("ship", "deck", maintain_order=True).agg(pl.col("area").max())
    room = (
        sea.used.filter(pl.col("cars") > 0)
        .select("vessel")
        .join(shares, on="vessel", maintain_order="left")
        .join(decks, on="ship", maintain_order="left")
        .select("vessel", "deck", (pl.col("area") * pl.col("deck_share")).alias("area_room"))
    )
    stands = sea.plan.decks.group_by("vessel", "deck").agg(pl.col("cars", "area").sum())
    planned = room.join(stands, on=["vessel", "deck"], how="left", maintain_order="left").select(
        "vessel", "deck", pl.col("cars", "area").fill_null(0), "area_room"
    )
    stowed = [
        deck.decks.select(pl.lit(vessel).alias("vessel"), "deck", "cars", "area", "area_room")
        for vessel, deck in sea.decks.items()
    ]
    return pl.concat(
        [planned.filter(~pl.col("vessel").is_in([*sea.decks])), *stowed], how="vertical_relaxed"
    )


def fill(sea: Shipped) -> Drawing | None:
    """Return how full each voyage is, and each deck of it."""
    used = sea.used.filter(pl.col("cars") > 0)
    if used.is_empty():
        return None
    shown = used.head(MOST)
    names = shown["vessel"].to_list()
    said = [f"the first {MOST} of {used.height}"] if used.height > MOST else []
    y = alt.Y("vessel:N", sort=names, title=None, scale=alt.Scale(domain=names))
    bases = {"area": "area", "ceu": "CEU", "booked": "booked"}
    shares = shown.select(
        "vessel",
        "cars",
        (HUNDRED * pl.col("fill")).alias("fill"),
        (HUNDRED * pl.col("area") / pl.col("area_room")).alias("area"),
        (HUNDRED * pl.col("ceu") / pl.col("ceu_room")).alias("ceu"),
        (HUNDRED * pl.col("cars") / pl.col("booked_most")).alias("booked"),
    ).with_columns(pl.col(*bases).fill_nan(None))
    base = alt.Chart(rows(shares))
    tips = [
        alt.Tooltip("vessel:N", title="voyage"),
        alt.Tooltip("cars:Q", format=NUMBER),
        *(
            alt.Tooltip(f"{name}:Q", title=f"{text}, %", format=".1f")
            for name, text in bases.items()
        ),
    ]
    high = ROW * len(names)
    bars = layered(
        base.mark_bar(color=SERIES[0]).encode(
            y=y,
            x=alt.X("fill:Q", title="% of the tightest room", scale=alt.Scale(domain=[0, 100])),
            tooltip=tips,
        ),
        base.mark_text(align="left", dx=3, fontSize=10, color=INK).encode(
            y=y, x="fill:Q", text=alt.Text("fill:Q", format=".0f")
        ),
        title=heading("Fill of voyages", "of area, CEU and slots the fullest", *said),
        height=high,
        width=0.3 * WIDTH,
    )
    decks = (
        deck_fill(sea)
        .filter(pl.col("vessel").is_in(names))
        .with_columns((HUNDRED * pl.col("area") / pl.col("area_room")).alias("fill"))
    )
    if decks.is_empty():
        return bars
    order = sorted(decks["deck"].unique(), key=lambda name: (not name.isdigit(), len(name), name))
    cells = alt.Chart(rows(decks))
    x = alt.X("deck:N", sort=order, title="deck", axis=alt.Axis(labelAngle=0))
    bare = alt.Y("vessel:N", sort=names, title=None, scale=alt.Scale(domain=names), axis=None)
    heat = layered(
        cells.mark_rect(stroke="white").encode(
            x=x,
            y=bare,
            color=alt.Color(
                "fill:Q",
                scale=alt.Scale(scheme=HEAT, domain=[0, 100]),
                legend=alt.Legend(title=["area used", "[% of room]"]),
            ),
            tooltip=[
                alt.Tooltip("vessel:N", title="voyage"),
                "deck:N",
                alt.Tooltip("cars:Q", format=NUMBER),
                alt.Tooltip("area:Q", title="stowed area, m²", format=NUMBER),
                alt.Tooltip("area_room:Q", title="room, m²", format=NUMBER),
            ],
        ),
        cells.mark_text(fontSize=10).encode(
            x=x,
            y=bare,
            text=alt.Text("fill:Q", format=".0f"),
            color=alt.condition("datum.fill > 55", alt.value("white"), alt.value(INK)),
        ),
        title=heading("Fill of decks", "stowed area of our share of the deck"),
        height=high,
        width=0.55 * WIDTH,
    )
    return alt.hconcat(bars, heat, spacing=20)


def waits(sea: Shipped) -> pl.DataFrame:
    """Return whole ``days`` that cars which leave have stood, by ``site``: ``cars``."""
    if sea.yards:
        stood = pl.concat(
            [
                sea.stays(site).select(pl.lit(site).alias("site"), pl.col("days").floor())
                for site in sea.yards
            ]
        )
    else:
        days = days_between(sea.plan.cars, "ready", "leaves").alias("days")
        stood = pl.select(pl.lit(sea.home or "port of loading").alias("site"), days)
    return (
        stood.with_columns(pl.col("days").cast(pl.Int64))
        .group_by("site", "days", maintain_order=True)
        .agg(pl.len().cast(pl.Int64).alias("cars"))
        .sort("days")
    )


def dwell(sea: Shipped) -> Drawing | None:
    """Return how many cars stand how many days at each site."""
    counted = waits(sea)
    if counted.is_empty():
        return None
    sites = [*sea.yards] or counted["site"].unique().to_list()
    top = min(DAYS, max(counted["days"].to_list()))
    shown = (
        counted.with_columns(pl.col("days").clip(upper_bound=DAYS))
        .group_by("site", "days", maintain_order=True)
        .agg(pl.col("cars").sum())
    )
    named = {n: str(n) if n < DAYS else f"{DAYS}+" for n in range(top + 1)}
    shown = shown.with_columns(pl.col("days").replace_strict(named, return_dtype=pl.String))
    x = alt.X(
        "days:O",
        sort=list(named.values()),
        title="whole days",
        scale=alt.Scale(domain=list(named.values())),
        axis=alt.Axis(labelAngle=0),
    )
    panels = []
    for site, color in zip(sites, SERIES, strict=False):
        own = shown.filter(pl.col("site") == site)
        if own.is_empty():
            continue
        count = int(own["cars"].sum())
        what = "from line-off" if site == PLANT and sea.yards else "from entering"
        bars = (
            alt.Chart(rows(own))
            .mark_bar(color=color)
            .encode(
                x=x,
                y=alt.Y("cars:Q", title="cars", axis=alt.Axis(format=NUMBER, tickCount=4)),
                tooltip=["days:N", alt.Tooltip("cars:Q", format=NUMBER)],
            )
        )
        title = heading(f"Dwell at {site}", f"{what} to leaving", f"{count:,} cars that leave it")
        panels.append(layered(bars, title=title, height=110))
    return below(*panels)


def missed(sea: Shipped) -> Drawing | None:
    """Return the cars that miss their ship by cause: those that leave later, those that stay."""
    frame = sea.plan.cars.drop_nulls("cause")
    if frame.is_empty():
        return None
    names = ["leave later", "stay"]
    stays = pl.when(pl.col("way") == STAYS).then(pl.lit(names[1])).otherwise(pl.lit(names[0]))
    counted = (
        frame.group_by("cause", stays.alias("then"))
        .agg(pl.len().cast(pl.Int64).alias("cars"), pl.col("late_days").max().alias("late"))
        .sort("cause", "then")
    )
    order = (
        counted.group_by("cause")
        .agg(pl.col("cars").sum())
        .sort("cars", "cause", descending=[True, False])["cause"]
        .to_list()
    )
    bars = (
        alt.Chart(rows(counted))
        .mark_bar()
        .encode(
            y=alt.Y("cause:N", sort=order, title=None, scale=alt.Scale(domain=order)),
            x=alt.X("cars:Q", title="cars", axis=alt.Axis(format=NUMBER, tickMinStep=1)),
            color=alt.Color(
                "then:N",
                scale=alt.Scale(domain=names, range=[COST, OTHER]),
                sort=names,
                legend=alt.Legend(title=None),
            ),
            tooltip=[
                "cause:N",
                "then:N",
                alt.Tooltip("cars:Q", format=NUMBER),
                alt.Tooltip("late:Q", title="late, most days", format=NUMBER),
            ],
        )
    )
    return layered(
        bars,
        title=heading(
            "Cars that miss their ship, by cause",
            f"{frame.height:,} of {sea.plan.cars.height:,} cars for markets overseas",
        ),
        height=1.2 * ROW * len(order) + 10,
    )
