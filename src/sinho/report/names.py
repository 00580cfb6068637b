"""What the tables of a plan do not hold: families, regions, kinds and units, taken from its hub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from sinho.errors import DataError
from sinho.hub import Hub, apply_scenario
from sinho.report.colors import column_colors, family_colors, placed_colors
from sinho.results import MonthPlan

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Names:
    """Look-up tables for everything that occurs in a plan.

    Parameters
    ----------
    models : polars.DataFrame
        ``model``, ``family``, ``brand``, ``powertrain``; a model without a family is its own.
    markets : polars.DataFrame
        ``market``, ``market_name``, ``region``, ``route`` (domestic also of those overland in the
        plant's own country), ``lane``.
    parts : polars.DataFrame
        ``part``, ``kind``, ``unit``.
    shops : polars.DataFrame
        ``shop``, ``kind``, ``unit``.
    loads : polars.DataFrame
        ``item``, ``shop``, ``load``.
    colors : mapping of str to mapping of str to str
        Colours of names, by the column in which they stand: the same in every report of the hub.
    """

    models: pl.DataFrame
    markets: pl.DataFrame
    parts: pl.DataFrame
    shops: pl.DataFrame
    loads: pl.DataFrame
    colors: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def planned_hub(plan: MonthPlan, hub: Hub) -> Hub:
    """Return the hub that was planned: with the plan's scenario applied where that is needed.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        The hub as it was read, or the one that the scenario was applied to already.

    Returns
    -------
    Hub
        The hub whose digest the plan carries, or the nearest to it: the hub as given when the
        scenario is not one of the hub's own.
    """
    if plan.input_hash == hub.digest or plan.scenario not in hub.scenarios:
        return hub
    try:
        return apply_scenario(hub, plan.scenario)
    except DataError:
        return hub


def names_of(plan: MonthPlan, hub: Hub) -> Names:
    """Collect the look-up tables of a plan.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        The hub that was planned. Names in the plan that it does not hold stand for themselves.
    """
    tables = plan.tables
    models = hub["models"].select(
        "model", pl.col("family").fill_null(pl.col("model")), "brand", "powertrain"
    )
    own_country = pl.col("country") == hub.settings.country
    overland_at_home = (pl.col("route") == "overland") & own_country
    markets = hub["markets"].select(
        "market",
        _market_names(hub).alias("market_name"),
        "region",
        pl.when(overland_at_home).then(pl.lit("domestic")).otherwise("route").alias("route"),
        "lane",
    )
    return Names(
        models=_completed(models, tables["make"]["model"], family="model", powertrain=UNKNOWN),
        markets=_completed(
            markets, tables["ship"]["market"], market_name="market", region=UNKNOWN, route=UNKNOWN
        ),
        parts=_completed(
            hub["parts"].select("part", "kind", "unit"), tables["parts"]["part"], kind="other"
        ),
        shops=_completed(
            hub["shops"].select("shop", "kind", "unit"), tables["hours"]["shop"], kind=UNKNOWN
        ),
        loads=hub["loads"].select("item", "shop", "load"),
        colors={
            "model": column_colors(hub, "models", "model"),
            "family": family_colors(hub),
            "market_name": placed_colors(
                [*_market_names(hub.before or hub), *markets["market_name"]]
            ),
            "region": column_colors(hub, "markets", "region"),
            "part": column_colors(hub, "parts", "part"),
            "group": column_colors(hub, "groups", "group"),
        },
    )


def _market_names(hub: Hub) -> pl.Series:
    """Return the names of a hub's markets; a market without one goes by its code."""
    return hub["markets"]["name"].fill_null(hub["markets"]["market"])


def _completed(known: pl.DataFrame, used: pl.Series, **missing: str) -> pl.DataFrame:
    """Add the names used that are not known; what is missing is a text, or that of a column."""
    key = known.columns[0]
    more = used.unique(maintain_order=True)
    more = more.filter(~more.is_in(known[key].implode())).alias(key)
    if more.is_empty():
        return known
    rows = more.to_frame().with_columns(
        pl.col(key).alias(name) if value == key else pl.lit(value).alias(name)
        for name, value in missing.items()
    )
    return pl.concat([known, rows], how="diagonal")
