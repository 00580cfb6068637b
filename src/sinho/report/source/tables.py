"""Plans of a network side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sinho.results import Sourcing
from sinho.source import Input


def side_by_side(plans: Mapping[str, Sourcing]) -> pl.DataFrame:
    """Return what plans come to, a row for each figure and a column for each plan.

    Parameters
    ----------
    plans : mapping of str to Sourcing
        Plans by name, of one currency.
    """
    columns = {name: figures(plan) for name, plan in plans.items()}
    rows = dict.fromkeys(line for own in columns.values() for line in own)
    order = sorted(rows, key=lambda line: line.startswith("fill of "))
    return pl.DataFrame(
        {
            "figure": order,
            **{name: [own.get(line) for line in order] for name, own in columns.items()},
        },
        schema={"figure": pl.String(), **dict.fromkeys(columns, pl.Float64())},
    )


def shown_beside(plans: Mapping[str, Sourcing]) -> pl.DataFrame:
    """Return `side_by_side` as text: two decimals below a thousand, none above.

    Parameters
    ----------
    plans : mapping of str to Sourcing
        Plans by name, of one currency.
    """

    def shown(value: float) -> str:
        return f"{value:,.{2 if abs(value) < 1000 and value != round(value) else 0}f}"

    return side_by_side(plans).with_columns(pl.col(list(plans)).map_elements(shown, pl.String))


def figures(plan: Sourcing) -> dict[str, float]:
    """Return the key figures of a plan by name."""
    costs = dict(plan.costs.group_by("line").agg(pl.col("cost").sum()).iter_rows())
    tariff = costs.get("tariff", 0.0)
    cars = max(plan.cars, 1e-9)
    fill = plan.plants.group_by("plant", maintain_order=True).agg(
        pl.col("load").sum() / pl.col("capacity").sum().clip(1e-9) * 100
    )
    return {
        "cars delivered": plan.cars,
        "cars lost": plan.lost,
        f"cost [{plan.currency}]": plan.objective,
        "cost per car delivered": plan.objective / cars,
        "tariffs paid": tariff,
        "tariffs per car": tariff / cars,
        "tooling": costs.get("tooling", 0.0),
        **{f"fill of {name} [%]": share for name, share in fill.iter_rows()},
    }


def waterfall(before: Sourcing, after: Sourcing) -> pl.DataFrame:
    """Return cost by line of two plans per car delivered, and their difference.

    Parameters
    ----------
    before, after : Sourcing
        Two plans of one currency.

    Returns
    -------
    polars.DataFrame
        ``line``, ``before``, ``after`` and ``change``, per car.
    """

    def lines(plan: Sourcing, name: str) -> pl.DataFrame:
        per = pl.col("cost").sum() / max(plan.cars, 1e-9)
        return plan.costs.group_by("line", maintain_order=True).agg(per.alias(name))

    table = lines(before, "before").join(
        lines(after, "after"), on="line", how="full", coalesce=True, maintain_order="left_right"
    )
    return table.fill_null(0.0).with_columns((pl.col("after") - pl.col("before")).alias("change"))


def landed_beside(
    given: Input, model: str, plants: tuple[str, str], moments: Sequence[tuple[str, str]]
) -> pl.DataFrame:
    """Return what a car of a model costs landed from two plants, at some markets and months.

    Parameters
    ----------
    given : Input
        The network.
    model : str
        The model.
    plants : tuple of str
        The two plants.
    moments : sequence of (str, str)
        Market and month, as in ``2025-12``.

    Returns
    -------
    polars.DataFrame
        ``market``, ``month``, and for each plant ``duty`` (in percent) and ``landed``, within its
        quota where there is one.
    """
    costs = given.landed_costs(model).with_columns(pl.col("month").dt.strftime("%Y-%m"))
    table = pl.DataFrame(moments, schema={"market": pl.String, "month": pl.String}, orient="row")
    for plant in plants:
        within = pl.col("tariff") - (pl.col("landed") - pl.col("in quota"))
        own = costs.filter(pl.col("plant") == plant).select(
            "market",
            "month",
            (pl.col("duty") * within / pl.col("tariff") * 100)
            .fill_nan(0.0)
            .round(1)
            .alias(f"duty, {plant} [%]"),
            pl.col("in quota").round(1).alias(f"landed, {plant}"),
        )
        table = table.join(own, on=["market", "month"], how="left", maintain_order="left")
    return table
