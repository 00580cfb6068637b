"""The one-screen summary of a hub that ``sinho check`` shows."""

from __future__ import annotations

import polars as pl

from sinho.hub import Hub
from sinho.hub.schema import BASES

NOT_STATED = "not stated"


def head(hub: Hub) -> dict[str, str | int]:
    """Return what identifies a hub: name, country, currency, horizon, hash."""
    settings = hub.settings
    months = (settings.end.year - settings.start.year) * 12
    months += settings.end.month - settings.start.month + 1
    return {
        "name": settings.name,
        "country": settings.country,
        "currency": settings.currency,
        "start": f"{settings.start:%Y-%m}",
        "end": f"{settings.end:%Y-%m}",
        "months": months,
        "input_hash": hub.digest,
    }


def tables(hub: Hub) -> dict[str, tuple[str, pl.DataFrame]]:
    """Summarise a hub: what it builds, where, for whom, and how sure its input is.

    Parameters
    ----------
    hub : Hub
        The hub.

    Returns
    -------
    dict of str to (str, polars.DataFrame)
        Title and frame, with units in its headings, by name.
    """
    return {
        "brands": ("Brands and models", _brands(hub)),
        "shops": ("Shops", _shops(hub)),
        "demand": ("Demand by year [cars]", _demand(hub)),
        "contracts": ("Contracts", _contracts(hub)),
        "lanes": ("Trade lanes", _lanes(hub)),
        "scenarios": ("Scenarios", _scenarios(hub)),
        "basis": ("Basis of the input", basis(hub)),
    }


def _brands(hub: Hub) -> pl.DataFrame:
    models = (
        hub["models"]
        .group_by("brand", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("models"),
            pl.col("powertrain").unique(maintain_order=True).str.join(", ").alias("powertrains"),
            _named("model").alias("named"),
        )
    )
    return (
        hub["brands"]
        .select("brand", "owner")
        .join(models, on="brand", how="left", maintain_order="left")
        .with_columns(pl.col("models").fill_null(0))
    )


def _named(column: str, most: int = 8) -> pl.Expr:
    """Return the first names of a group, and how many more there are."""
    more = pl.len().cast(pl.Int64) - most
    text = pl.col(column).head(most).str.join(", ")
    return text + pl.when(more > 0).then(pl.format(" and {} more", more)).otherwise(pl.lit(""))


def _shops(hub: Hub) -> pl.DataFrame:
    return hub["shops"].select(
        "shop",
        "kind",
        "group",
        "unit",
        pl.col("installed_rate").alias("installed rate [unit/h]"),
        pl.col("manned_rate").alias("manned rate [unit/h]"),
        (pl.col("availability") * 100).round(6).alias("availability [%]"),
        pl.col("installed_year").alias("installed [unit/year]"),
    )


def _demand(hub: Hub) -> pl.DataFrame:
    routes = hub["markets"].select("market", "route")
    frame = hub["demand"].join(routes, on="market", how="left")
    inside = pl.col("month").is_between(hub.settings.start, hub.settings.end)

    def cars(route: str) -> pl.Expr:
        return pl.col("units").filter(pl.col("route") == route).sum().alias(route)

    return (
        frame.filter(inside)
        .group_by(pl.col("month").dt.year().cast(pl.String).alias("year"))
        .agg(
            pl.col("units").sum().alias("all"),
            cars("domestic"),
            cars("overseas"),
            pl.col("model").n_unique().cast(pl.Int64).alias("models"),
            pl.col("market").n_unique().cast(pl.Int64).alias("markets"),
        )
        .sort("year")
    )


def _contracts(hub: Hub) -> pl.DataFrame:
    return hub["contracts"].select(
        "contract",
        "brand",
        pl.col("start").dt.strftime("%Y-%m").alias("from"),
        pl.col("end").dt.strftime("%Y-%m").alias("to"),
        "per",
        pl.col("least").alias("least [cars]"),
        pl.col("most").alias("most [cars]"),
        pl.col("hard").replace_strict({True: "yes", False: "no"}, return_dtype=pl.String),
    )


def _lanes(hub: Hub) -> pl.DataFrame:
    markets = (
        hub["markets"]
        .filter(pl.col("lane").is_not_null())
        .group_by("lane", maintain_order=True)
        .agg(_named("market").alias("markets"))
    )
    inside = pl.col("month").is_between(hub.settings.start, hub.settings.end)
    sailings = (
        hub["sailings"]
        .filter(inside)
        .group_by("lane")
        .agg(
            pl.len().cast(pl.Int64).alias("months with sailings"),
            pl.col("ceu").mean().round().alias("on average [CEU/month]"),
            pl.col("area").mean().round().alias("on average [m2/month]"),
            pl.col("boxes").mean().round(1).alias("on average [boxes/month]"),
        )
    )
    return markets.join(sailings, on="lane", how="left", maintain_order="left").select(
        "lane", pl.exclude("lane", "markets"), "markets"
    )


def _scenarios(hub: Hub) -> pl.DataFrame:
    rows = [
        {
            "scenario": name,
            "extends": scenario.extends or None,
            "changes": len(scenario.changes),
            "title": scenario.title,
        }
        for name, scenario in hub.scenarios.items()
    ]
    text = pl.String
    return pl.DataFrame(
        rows, schema={"scenario": text, "extends": text, "changes": pl.Int64, "title": text}
    )


def basis(hub: Hub) -> pl.DataFrame:
    """Return how many rows of the input are reported, derived, assumed or say nothing."""
    known = [
        frame.select(pl.col("basis").fill_null(NOT_STATED))
        for frame in hub.tables.values()
        if frame.height
    ]
    counts = pl.concat(known).group_by("basis").agg(pl.len().cast(pl.Int64).alias("rows"))
    order = {name: at for at, name in enumerate((*BASES, NOT_STATED))}
    return counts.sort(pl.col("basis").replace_strict(order, return_dtype=pl.Int64)).with_columns(
        (pl.col("rows") / pl.col("rows").sum() * 100).round(1).alias("share [%]")
    )
