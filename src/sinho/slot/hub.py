"""What slotting works on, from the tables of a hub."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from sinho.hub import Hub
from sinho.hub.lines import ONE_LINE, car_loads, line_loads, lines_of, routes
from sinho.hub.schema import ALL, HARD, LIST_SEPARATOR
from sinho.results import Orders

LIMITS = {
    "kind": pl.String(),
    "item": pl.String(),
    "date": pl.Date(),
    "most": pl.Float64(),
    "line": pl.String(),
}

PASSES = ("model", "shop", "load")

NO_ROUTES = pl.DataFrame(
    schema={
        "model": pl.String,
        "line": pl.String,
        "cost": pl.Float64,
        "start": pl.Date,
        "load": pl.Float64,
        "share": pl.Float64,
        "dear": pl.Boolean,
    }
)
"""Routes where every model can be built on every line."""

PAINT = "paint"
"""Kind of the shops in which batches of a colour are painted."""


def tables_of_hub(hub: Hub, orders: Orders, days: pl.DataFrame) -> dict[str, Any]:
    """Gather the tables of `Input` but the corridor.

    Parameters
    ----------
    hub : Hub
        The hub, its scenario applied.
    orders : Orders
        The order bank.
    days : DataFrame
        See `Input.from_hub`.

    Returns
    -------
    dict of str to object
        The tables by name.
    """
    by_road = pl.when(pl.col("route") == "overseas").then(pl.col("lane"))
    several = not hub["lines"].is_empty()
    passes = line_loads(hub) if several else car_loads(hub)
    own, beside = _points(days)
    limits = _limits(hub, days["date"].unique(maintain_order=True).to_list())
    points = dict(own.select("line", "shop").unique().iter_rows()) if "shop" in own.columns else {}
    rules = _by_line(hub["sequence_rules"])
    return {
        "orders": orders.table,
        "days": own.select(pl.col("date", "line", "^shop$", "capacity", "^hours$")),
        "loads": _loads(hub, passes, points),
        "routes": _routes(hub, passes, points) if several else NO_ROUTES,
        "booths": _booths(hub) if several else {},
        "lanes": dict(hub["markets"].select("market", by_road.alias("lane")).iter_rows()),
        "vessels": hub["vessels"].select("lane", "vessel", "cutoff", "etd"),
        "lives": hub["models"].select("model", "sop", "eop"),
        "limits": pl.concat([limits, beside]),
        "uses": _uses(hub),
        "passes": passes,
        "ratios": _ratios(rules),
        "stations": rules.filter(pl.col("kind") == "overload").select(
            pl.col("rule").alias("station"), pl.col("base").fill_null(0.0), "takt", "line"
        ),
        "operations": hub["operations"].select(
            pl.col("rule").alias("station"), "option", "minutes"
        ),
        "entitlements": hub["entitlements"].select(
            "brand", "start", "end", "slots_per_week", "release_days", _or_null("line")
        ),
    }


def _or_null(column: str) -> pl.Expr:
    """Return a column, null where it says ``all``."""
    return pl.when(pl.col(column) != ALL).then(pl.col(column)).alias(column)


def _points(days: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the days of the lines, and the capacities of other shops as limits.

    The shop that fills a line is said to be its point, or else comes first.
    """
    if "line" not in days.columns:
        days = days.with_columns(pl.lit(ONE_LINE).alias("line"))
    if "shop" not in days.columns:
        return days, pl.DataFrame(schema=LIMITS)
    point = pl.col("shop") == pl.col("shop").first().over("line")
    point = pl.col("point") if "point" in days.columns else point
    own = days.filter(point & pl.col("line").is_not_null()).sort("date", maintain_order=True)
    beside = days.filter(~point | pl.col("line").is_null()).select(
        pl.lit("shop").alias("kind"),
        pl.col("shop").alias("item"),
        "date",
        pl.col("capacity").cast(pl.Float64).alias("most"),
        pl.when(days["line"].n_unique() > 1).then(pl.col("line")).alias("line"),
    )
    return own, beside


def _loads(hub: Hub, passes: pl.DataFrame, points: dict[str, str]) -> dict[str, float]:
    """Return what a car takes of its line by model; the most of any shop where it is unknown."""
    if not points:
        most = passes.group_by("model", maintain_order=True).agg(pl.col("load").max())
        return dict(most.iter_rows())
    of_shop = {(shop, model): load for model, shop, load in passes.select(*PASSES).iter_rows()}
    found = {}
    for model in hub["models"]["model"].to_list():
        loads = (of_shop.get((shop, model)) for shop in points.values())
        found[model] = next((load for load in loads if load is not None), 0.0)
    return found


def _routes(hub: Hub, passes: pl.DataFrame, points: dict[str, str]) -> pl.DataFrame:
    """Return on which lines models can be built, whether that is dear, and what a car takes."""
    loads = {(model, line, shop): load for model, line, shop, load in passes.iter_rows()}
    cheapest = pl.col("extra_cost").min().over("model")
    dear = ~pl.col("preferred") | (pl.col("extra_cost") > cheapest)
    rows = routes(hub).select("model", "line", "start", dear.alias("dear")).iter_rows()
    found = [
        (model, line, 0.0, start, loads.get((model, line, points.get(line))), None, dear)
        for model, line, start, dear in rows
    ]
    return pl.DataFrame(found, schema=NO_ROUTES.schema, orient="row")


def _booths(hub: Hub) -> dict[str, str]:
    """Return the paint shop of each line that passes one."""
    painted = hub["shops"].filter(pl.col("kind") == PAINT)["shop"].to_list()
    return {line.name: shop for line in lines_of(hub) for shop in line.shops if shop in painted}


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


def _by_line(rules: pl.DataFrame) -> pl.DataFrame:
    """Return the rules of the sequence with their ``line``, a row for each that a rule names."""
    named = pl.when(pl.col("lines") != "").then(pl.col("lines"))
    return rules.with_columns(named.str.split(LIST_SEPARATOR).alias("line")).explode("line")


def _ratios(rules: pl.DataFrame) -> pl.DataFrame:
    """Return how many cars of a day the rules of the sequence bear with each option.

    Rules that are confined to some places say nothing of the whole day.
    """
    whole = rules.filter(
        pl.col("kind").is_in(["ratio", "maximum"])
        & pl.col("option").is_not_null()
        & pl.col("from_place").is_null()
        & pl.col("to_place").is_null()
    )
    places = pl.when(pl.col("kind") == "ratio").then(pl.col("window")).otherwise(pl.col("per"))
    return whole.select(
        "option",
        (pl.col("most") / places).fill_null(0.0).alias("share"),
        pl.col("most").cast(pl.Float64).alias("cars"),
        (pl.col("level") == HARD).alias("hard"),
        "line",
    )


def _limits(hub: Hub, dates: list[dt.date]) -> pl.DataFrame:
    """Return the limits of each day."""
    rows = [
        (kind, item, date, most, line)
        for kind, item, start, end, most, line in hub["slot_limits"]
        .select("kind", "item", "start", "end", "most", _or_null("line"))
        .iter_rows()
        for date in dates
        if start <= date <= (end or start)
    ]
    return pl.DataFrame(rows, schema=LIMITS, orient="row")
