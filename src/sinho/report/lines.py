"""Figures of the lines of a plant: what each makes, and how full its shops are."""

from __future__ import annotations

import polars as pl

from sinho.hub import Hub
from sinho.hub.lines import line_loads, lines_of
from sinho.report.kpi import TINY, Per, summed, utilisation
from sinho.results import MonthPlan


def cars_by_line(plan: MonthPlan, per: Per = "year") -> pl.DataFrame:
    """Return the cars made by line: time, ``line``, ``model`` and ``cars``.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    per : {"period", "year", "total"}
        What they are summed over.
    """
    frame = plan.tables["make_lines"].rename({"units": "cars"})
    return summed(plan, frame, per, ["line", "model"], ["cars"])


def line_use(plan: MonthPlan, hub: Hub, per: Per = "year") -> pl.DataFrame:
    """Return how full the lines are, on the manned basis.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        Its hub, with table ``lines``.
    per : {"period", "year", "total"}
        What load and capacity are summed over.

    Returns
    -------
    polars.DataFrame
        Time, ``line``, ``cars``, ``point`` (its shop), ``manned`` (the point's load over its
        manned capacity), ``fullest`` (of the shops that the line passes, shared ones included) and
        ``fullest_manned``; shares, null where there is no capacity.
    """
    cars = cars_by_line(plan, per)
    time = [name for name in cars.columns if name not in ("line", "model", "cars")]
    cars = cars.group_by(*time, "line", maintain_order=True).agg(pl.col("cars").sum())
    shops = utilisation(plan, per).select(*time, "shop", "manned")
    passed = line_loads(hub).select("line", "shop").unique(maintain_order=True)
    fullest = (
        passed.join(shops, on="shop", maintain_order="left")
        .drop_nulls("manned")
        .sort("manned", descending=True, maintain_order=True)
        .group_by(*time, "line", maintain_order=True)
        .agg(pl.col("shop").first().alias("fullest"), pl.col("manned").first())
        .rename({"manned": "fullest_manned"})
    )
    points = pl.DataFrame(
        {
            "line": [line.name for line in lines_of(hub)],
            "point": [line.point for line in lines_of(hub)],
        }
    )
    found = points.join(cars, on="line", maintain_order="left").join(
        shops.rename({"shop": "point"}), on=[*time, "point"], how="left", maintain_order="left"
    )
    joined = found.join(fullest, on=[*time, "line"], how="left", maintain_order="left")
    return joined.select(*time, "line", "cars", "point", "manned", "fullest", "fullest_manned")


def model_lines(plan: MonthPlan) -> pl.DataFrame:
    """Return the cars of the whole horizon by model, one column for each line."""
    cars = cars_by_line(plan, "total").filter(pl.col("cars").sum().over("model") > TINY)
    if cars.is_empty():
        return pl.DataFrame()
    return cars.pivot("line", index="model", values="cars")
