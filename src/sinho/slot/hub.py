"""What slotting works on, from the tables of a hub."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields

import numpy as np
import polars as pl

from sinho.hub import Hub
from sinho.hub.lines import car_loads
from sinho.hub.schema import HARD
from sinho.results import Orders
from sinho.slot.classes import own_costs, waiting, windows
from sinho.slot.data import SlotInput
from sinho.slot.params import SlotParams
from sinho.slot.wish import best_days


def params_of(hub: Hub) -> SlotParams:
    """Return the parameters of slotting that a hub gives."""
    known = {one.name for one in fields(SlotParams)}
    given = {name: value for name, value in hub.slotting.items() if name in known}
    return SlotParams(**given)


def input_of(
    hub: Hub,
    orders: Orders,
    days: pl.DataFrame,
    corridor: pl.DataFrame | None = None,
    params: SlotParams | None = None,
) -> SlotInput:
    """Gather what slotting works on.

    Parameters
    ----------
    hub : Hub
        The hub, its scenario applied.
    orders : Orders
        The order bank.
    days : DataFrame
        Working days: ``date`` and ``capacity`` (car equivalents). With a column ``shop``, those
        of each shop; the first shop is the line, and those of the others are limits beside it.
    corridor : DataFrame, optional
        ``month``, ``model``, ``least`` and ``most`` cars built.
    params : SlotParams, optional
        Instead of the hub's own.

    Returns
    -------
    SlotInput
        The tables.
    """
    empty = SlotInput(orders.table, days)
    by_road = pl.when(pl.col("route") == "overseas").then(pl.col("lane"))
    passes = car_loads(hub)
    limits = _limits(hub, days["date"].unique(maintain_order=True).to_list())
    line = str(days["shop"][0]) if "shop" in days.columns and days.height else None
    if line is not None:
        beside = days.filter(pl.col("shop") != line).select(
            pl.lit("shop").alias("kind"),
            pl.col("shop").alias("item"),
            "date",
            pl.col("capacity").alias("most"),
        )
        limits = pl.concat([limits, beside])
        days = days.filter(pl.col("shop") == line)
    return SlotInput(
        orders=orders.table,
        days=days.select("date", "capacity"),
        loads=_loads(hub, passes, line),
        line=line or empty.line,
        lanes=dict(hub["markets"].select("market", by_road.alias("lane")).iter_rows()),
        vessels=hub["vessels"].select("lane", "vessel", "cutoff", "etd"),
        lives=hub["models"].select("model", "sop", "eop"),
        corridor=empty.corridor if corridor is None else corridor,
        limits=limits,
        uses=_uses(hub),
        passes=passes,
        ratios=_ratios(hub),
        stations=hub["sequence_rules"]
        .filter(pl.col("kind") == "overload")
        .select(
            pl.col("rule").alias("station"),
            pl.col("base").fill_null(0.0),
            "takt",
        ),
        operations=hub["operations"].select(pl.col("rule").alias("station"), "option", "minutes"),
        entitlements=hub["entitlements"].select(
            "brand", "start", "end", "slots_per_week", "release_days"
        ),
        params=params or params_of(hub),
    )


def wished_days(data: SlotInput) -> pl.Series:
    """Return the day on which each order would best be built, were it alone.

    Parameters
    ----------
    data : SlotInput
        Orders, days and rules.

    Returns
    -------
    polars.Series of datetime.date
        By order: its fixed or former day where that is one of the days, else the last of the days
        on which it costs least by itself; null where it fits none, or waits for a later run.
    """
    dates = tuple(data.days["date"].to_list())
    kinds = data.orders.with_columns(waiting(data, dates).alias("waits"))
    costs, group = own_costs(data, kinds, dates)
    first, last, former, _, _ = windows(data, kinds, dates)
    best = best_days(costs, group, first, last, former)
    found = pl.Series(dates, dtype=pl.Date).gather(np.maximum(best, 0)) if dates else None
    return pl.select(pl.when(pl.Series(best >= 0)).then(found)).to_series().cast(pl.Date)


def _loads(hub: Hub, passes: pl.DataFrame, line: str | None) -> dict[str, float]:
    """Return what a car takes of the line by model; the most of any shop where it is unknown."""
    if line is None:
        most = passes.group_by("model", maintain_order=True).agg(pl.col("load").max())
        return dict(most.iter_rows())
    own = dict(passes.filter(pl.col("shop") == line).select("model", "load").iter_rows())
    return {model: own.get(model, 0.0) for model in hub["models"]["model"].to_list()}


def _uses(hub: Hub) -> pl.DataFrame:
    """Return what a car of each model takes of each part, parts of its parts included."""
    bom = hub["bom"].select("parent", "part", "quantity")
    good = hub["parts"].select(pl.col("part").alias("parent"), pl.col("yield_share").alias("good"))
    inside = bom.join(good, on="parent", how="left").select(
        "parent",
        pl.col("part").alias("inner"),
        (pl.col("quantity") / pl.col("good").fill_null(1.0)).alias("each"),
    )
    models = hub["models"].select(pl.col("model").alias("parent"))
    level = bom.join(models, on="parent", how="semi").rename({"parent": "model"})
    found = [level]
    while level.height and len(found) <= hub["parts"].height:
        level = level.join(inside, left_on="part", right_on="parent").select(
            "model", pl.col("inner").alias("part"), pl.col("quantity") * pl.col("each")
        )
        found.append(level)
    return (
        pl.concat(found)
        .group_by("model", "part", maintain_order=True)
        .agg(pl.col("quantity").sum())
    )


def _ratios(hub: Hub) -> pl.DataFrame:
    """Return how many cars of a day the rules of the sequence bear with each option.

    Rules that are confined to some places say nothing of the whole day.
    """
    rules = hub["sequence_rules"].filter(
        pl.col("kind").is_in(["ratio", "maximum"])
        & pl.col("option").is_not_null()
        & pl.col("from_place").is_null()
        & pl.col("to_place").is_null()
    )
    places = pl.when(pl.col("kind") == "ratio").then(pl.col("window")).otherwise(pl.col("per"))
    return rules.select(
        "option",
        (pl.col("most") / places).fill_null(0.0).alias("share"),
        pl.col("most").cast(pl.Float64).alias("cars"),
        (pl.col("level") == HARD).alias("hard"),
    )


def _limits(hub: Hub, dates: list[dt.date]) -> pl.DataFrame:
    """Return the limits of each day."""
    rows = [
        {"kind": kind, "item": item, "date": date, "most": most}
        for kind, item, start, end, most in hub["slot_limits"]
        .select("kind", "item", "start", "end", "most")
        .iter_rows()
        for date in dates
        if start <= date <= (end or start)
    ]
    schema = {"kind": pl.String, "item": pl.String, "date": pl.Date, "most": pl.Float64}
    return pl.DataFrame(rows, schema=schema)
