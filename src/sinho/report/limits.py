"""What holds a plan back: contract corridors, full shops, full sailings, a full yard."""

from __future__ import annotations

import datetime as dt
import math

import polars as pl

from sinho.hub.schema import LIST_SEPARATOR
from sinho.report.kpi import TINY, dated
from sinho.report.names import Names
from sinho.results import MonthPlan
from sinho.units import next_month


def contract_windows(plan: MonthPlan) -> pl.DataFrame:
    """Return the contract windows with ``state``: within the corridor, short, or at the most."""
    most = pl.col("most").fill_null(math.inf)
    state = (
        pl.when(pl.col("short") > TINY)
        .then(pl.lit("short"))
        .when(pl.col("shipped") >= most - TINY)
        .then(pl.lit("at the most"))
        .otherwise(pl.lit("within"))
    )
    return plan.tables["contracts"].with_columns(state=state)


def contract_progress(plan: MonthPlan, contracts: pl.DataFrame, names: Names) -> pl.DataFrame:
    """Return the cars shipped under each contract by period, and their running sum by window.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    contracts : polars.DataFrame
        The hub's table of contracts: which models and markets count.
    names : Names
        Names of its hub.

    Returns
    -------
    polars.DataFrame
        ``contract``, ``window``, ``period``, ``label``, ``cars``, ``so_far`` and ``elapsed`` for
        the periods inside the windows; the last ``so_far`` of a window is what its contract ships
        in it, and ``elapsed`` is the share of the window's calendar days that have gone by at the
        end of the period.
    """
    brands = names.models.select("model", "brand")
    ship = plan.tables["ship"].join(brands, on="model", how="left", maintain_order="left")
    periods = plan.tables["periods"].select("period", "label", "month", "end")
    pieces = []
    for row in contracts.to_dicts():
        models, markets = _listed(row["models"]), _listed(row["markets"])
        counts = pl.col("model").is_in(models) if models else pl.col("brand") == row["brand"]
        if markets:
            counts &= pl.col("market").is_in(markets)
        cars = ship.filter(counts).group_by("period").agg(pl.col("units").sum().alias("cars"))
        for window in (
            plan.tables["contracts"].filter(pl.col("contract") == row["contract"]).to_dicts()
        ):
            inside = periods.filter(pl.col("month").is_between(window["start"], window["end"]))
            first, last = window["start"], next_month(window["end"]) - dt.timedelta(days=1)
            pieces.append(
                inside.join(cars, on="period", how="left", maintain_order="left").select(
                    pl.lit(row["contract"]).alias("contract"),
                    pl.lit(window["window"]).alias("window"),
                    "period",
                    "label",
                    pl.col("cars").fill_null(0.0),
                    pl.col("cars").fill_null(0.0).cum_sum().alias("so_far"),
                    ((pl.col("end") - pl.lit(first)).dt.total_days() + 1)
                    .truediv((last - first).days + 1)
                    .clip(0.0, 1.0)
                    .alias("elapsed"),
                )
            )
    empty = {
        "contract": pl.String,
        "window": pl.String,
        "period": pl.Date,
        "label": pl.String,
        "cars": pl.Float64,
        "so_far": pl.Float64,
        "elapsed": pl.Float64,
    }
    return pl.concat(pieces) if pieces else pl.DataFrame(schema=empty)


def _listed(text: str | None) -> list[str]:
    """Return the names of a list field."""
    return [name for name in (text or "").split(LIST_SEPARATOR) if name]


def binding(plan: MonthPlan) -> pl.DataFrame:
    """Return the shops, lanes and the yard that bind, with what a little more would be worth.

    Parameters
    ----------
    plan : MonthPlan
        The plan.

    Returns
    -------
    polars.DataFrame
        ``what`` (shop, lane or yard), ``name``, ``periods`` (in which it binds), ``first`` and
        ``last`` (labels), ``highest value`` and ``per`` (what one more of is worth that much;
        null for the yard), ``in`` (label of the period of the highest value). The most periods
        first; values hold with shift patterns as they are.
    """
    tables = plan.tables
    hours = tables["hours"].select("period", pl.col("shop").alias("name"), "binding")
    shops = hours.join(
        tables["shop_values"].rename({"shop": "name"}), on=["period", "name"], how="left"
    ).with_columns(pl.lit("manned hour").alias("per"))
    sailing = tables["sailing"].select("period", pl.col("lane").alias("name"), "binding")
    units = {"value_area": "m2", "value_ceu": "CEU", "value_box": "40 ft box"}
    values = (
        tables["sea_values"]
        .rename({"lane": "name"})
        .unpivot(on=list(units), index=["period", "name"], variable_name="per", value_name="value")
    )
    top = values.sort("value", descending=True, maintain_order=True).group_by(
        "period", "name", maintain_order=True
    )
    lanes = sailing.join(top.first(), on=["period", "name"], how="left").with_columns(
        pl.when(pl.col("value") > 0).then(pl.col("per").replace_strict(units, default=None))
    )
    room = tables["yard"].select(
        "period",
        pl.lit("finished cars").alias("name"),
        (pl.col("cars") >= pl.col("capacity") - TINY).fill_null(False).alias("binding"),
        pl.lit(None, dtype=pl.Float64).alias("value"),
        pl.lit(None, dtype=pl.String).alias("per"),
    )
    modes = {"road": "trucks", "rail": "trains"}
    land = tables["departures"].select(
        "period",
        pl.concat_str("lane", pl.lit(", "), pl.col("mode").replace_strict(modes)).alias("name"),
        "binding",
        "value",
        pl.lit("car").alias("per"),
    )
    columns = ["period", "name", "binding", "value", "per"]
    both = pl.concat(
        frame.select(pl.lit(what).alias("what"), *columns)
        for what, frame in (("shop", shops), ("lane", lanes), ("lane", land), ("yard", room))
    )
    best = pl.col("value").arg_max()
    return (
        dated(plan, both.sort("period", maintain_order=True))
        .filter("binding")
        .group_by("what", "name", maintain_order=True)
        .agg(
            pl.len().cast(pl.Int64).alias("periods"),
            pl.col("label").first().alias("first"),
            pl.col("label").last().alias("last"),
            pl.col("value").max().alias("highest value"),
            pl.col("per").get(best.fill_null(0)).alias("per"),
            pl.col("label").get(best.fill_null(0)).alias("in"),
        )
        .sort("periods", descending=True, maintain_order=True)
    )
