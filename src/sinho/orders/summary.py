"""What an order bank holds: by model, market and week, and its take rates against those asked."""

from __future__ import annotations

import polars as pl

from sinho.hub import Hub
from sinho.hub.schema import LIST_SEPARATOR
from sinho.orders.rates import Choices
from sinho.results import Orders


def count_by(orders: Orders, *columns: str) -> pl.DataFrame:
    """Count orders by some of their columns, in alphabetical order."""
    return orders.table.group_by(columns).agg(pl.len().cast(pl.Int64).alias("orders")).sort(columns)


def by_week(orders: Orders) -> pl.DataFrame:
    """Count orders by the ISO week in which they are wanted, models in columns.

    Parameters
    ----------
    orders : Orders
        The orders.

    Returns
    -------
    polars.DataFrame
        ``week`` (such as 2026-W10), ``orders``, and a column for each model.
    """
    weeks = orders.table.with_columns(pl.col("wanted").dt.strftime("%G-W%V").alias("week"))
    models = orders.table["model"].unique(maintain_order=True).to_list()
    return (
        weeks.group_by("week")
        .agg(
            pl.len().cast(pl.Int64).alias("orders"),
            *((pl.col("model") == model).sum().cast(pl.Int64).alias(model) for model in models),
        )
        .sort("week")
    )


def rates_table(hub: Hub, orders: Orders) -> pl.DataFrame:
    """Set realised take rates against those asked for, by model and option.

    Parameters
    ----------
    hub : Hub
        The hub that holds the take rates.
    orders : Orders
        The orders.

    Returns
    -------
    polars.DataFrame
        ``model``, ``option``, ``cars`` (of the model), ``asked`` (cars by the take rates of
        their markets, which may be a part of a car), ``made`` (cars with the option),
        ``asked_share`` and ``share``.
    """
    choices = Choices.of(hub)
    cars = count_by(orders, "model", "market")
    requested = [
        {"model": model, "option": option, "asked": share * count}
        for model, market, count in cars.iter_rows()
        for option, share in choices.rates(model, market).items()
    ]
    kinds: dict[str, type[pl.DataType]] = {
        "model": pl.String,
        "option": pl.String,
        "asked": pl.Float64,
    }
    wanted = (
        pl.DataFrame(requested, schema=kinds).group_by("model", "option").agg(pl.col("asked").sum())
    )
    had = (
        orders.table.filter(pl.col("options") != "")
        .select("model", pl.col("options").str.split(LIST_SEPARATOR).alias("option"))
        .explode("option")
        .group_by("model", "option")
        .agg(pl.len().cast(pl.Int64).alias("made"))
    )
    totals = cars.group_by("model").agg(pl.col("orders").sum().alias("cars"))
    return (
        wanted.join(had, on=["model", "option"], how="full", coalesce=True)
        .join(totals, on="model")
        .with_columns(pl.col("asked").fill_null(0.0), pl.col("made").fill_null(0))
        .with_columns(
            (pl.col("asked") / pl.col("cars")).alias("asked_share"),
            (pl.col("made") / pl.col("cars")).alias("share"),
        )
        .select("model", "option", "cars", "asked", "made", "asked_share", "share")
        .sort("model", "option")
    )


def colours_table(hub: Hub, orders: Orders) -> pl.DataFrame:
    """Set realised shares of colours against those asked for, by model.

    Parameters
    ----------
    hub : Hub
        The hub that holds the colours.
    orders : Orders
        The orders.

    Returns
    -------
    polars.DataFrame
        ``model``, ``colour``, ``cars`` (of the model), ``asked``, ``made``, ``asked_share`` and
        ``share``.
    """
    choices = Choices.of(hub)
    totals = dict(count_by(orders, "model").iter_rows())
    had = {(m, c): n for m, c, n in count_by(orders, "model", "colour").iter_rows()}
    rows = []
    for model, cars in totals.items():
        names, shares = choices.colours[model]
        requested = dict(zip(names, (float(share) for share in shares), strict=True))
        for colour in sorted({*names, *(c for m, c in had if m == model)}):
            share, made = requested.get(colour, 0.0), had.get((model, colour), 0)
            rows.append((model, colour, cars, share * cars, made, share, made / cars))
    names_ = ("model", "colour", "cars", "asked", "made", "asked_share", "share")
    kinds = (pl.String, pl.String, pl.Int64, pl.Float64, pl.Int64, pl.Float64, pl.Float64)
    return pl.DataFrame(rows, schema=dict(zip(names_, kinds, strict=True)), orient="row")
