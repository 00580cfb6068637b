"""The cars of a plan that fit into its days as whole cars."""

from __future__ import annotations

import datetime as dt

import polars as pl

from sinho.hub import Hub
from sinho.hub.lines import line_loads
from sinho.results import MonthPlan

SLACK = 1e-9
"""Least capacity of a month that is divided by."""


def fitting(hub: Hub, plan: MonthPlan, days: pl.DataFrame, cars: pl.DataFrame) -> pl.DataFrame:
    """Take from a plan's cars what whole cars cannot fill of each day.

    A day that can build 361.0 car equivalents may hold 360.95 of whole cars. So each day keeps room
    for one car of the model that takes the most; where a month's cars are more than what is left,
    all that its line builds are reduced in proportion, and the rest stays for the days after.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    plan : MonthPlan
        Its plan.
    days : polars.DataFrame
        The days by shop, of `line_capacity`.
    cars : polars.DataFrame
        ``period``, ``model``, ``market`` and ``units`` of whole periods, which may be parts of
        cars; other periods than those of the days are left out.

    Returns
    -------
    polars.DataFrame
        The same columns.
    """
    parts = []
    loads = line_loads(hub)
    for (period,), inside in days.group_by("period", maintain_order=True):
        requested = cars.filter(pl.col("period") == period)
        shares = _shares(plan, period, loads.select("model", "line").unique(maintain_order=True))
        scales = dict.fromkeys(loads["line"].unique(maintain_order=True), 1.0)
        for (shop,), own in inside.group_by("shop", maintain_order=True):
            row = plan.tables["hours"].row(
                by_predicate=(pl.col("period") == period) & (pl.col("shop") == shop), named=True
            )
            passing = loads.filter(pl.col("shop") == shop)
            taken = (
                shares.join(passing, on=["model", "line"])
                .group_by("model")
                .agg((pl.col("share") * pl.col("load")).sum(), pl.col("load").max().alias("most"))
            )
            load = {model: (mean, most) for model, mean, most in taken.iter_rows()}
            each = [load.get(model, (0.0, 0.0)) for model in requested["model"].to_list()]
            whole = sum(a * b for (a, _), b in zip(each, requested["units"].to_list(), strict=True))
            capacity = sum(own["capacity"].to_list())
            needed = whole * capacity / max(row["manned_capacity"], SLACK)
            largest = max((most for _, most in each), default=0.0)
            room = max(0.0, capacity - largest * own.height)
            for line in passing["line"].unique():
                scales[line] = min(scales[line], room / needed if needed > 0 else 1.0)
        kept = pl.col("share") * pl.col("line").replace_strict(scales, return_dtype=pl.Float64)
        scale = shares.group_by("model").agg(kept.sum().alias("scale"))
        parts.append(
            requested.join(scale, on="model", how="left", maintain_order="left")
            .with_columns(pl.col("units") * pl.col("scale").fill_null(1.0))
            .drop("scale")
        )
    return pl.concat(parts) if parts else cars.clear()


def _shares(plan: MonthPlan, period: dt.date, routes: pl.DataFrame) -> pl.DataFrame:
    """Return which share of a period's cars of a model each line makes; even where none is made."""
    shares = plan.line_shares("period").filter(pl.col("period") == period)
    return routes.join(
        shares.select("model", "line", "share"),
        on=["model", "line"],
        how="left",
        maintain_order="left",
    ).select(
        "model",
        "line",
        pl.when(pl.col("share").is_not_null().any().over("model"))
        .then(pl.col("share").fill_null(0.0))
        .otherwise(1 / pl.len().over("model"))
        .alias("share"),
    )
