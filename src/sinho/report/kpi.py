"""Key figures: pure functions from a plan, and the names of its hub, to frames.

Ratios are always ratios of sums, never means of ratios. Volumes are cars unless a column names
another unit; shares are shares of 1.
"""

from __future__ import annotations

import math
from typing import Literal

import polars as pl

from sinho.report.names import Names
from sinho.results import MonthPlan

Per = Literal["period", "year", "total"]
BASES = ("manned", "installed")
INPUT_BASES = ("reported", "derived", "assumed", "not stated")
CARRIED = ("ceu", "area", "boxes")
TINY = 1e-6
_KEYS: dict[Per, list[str]] = {"period": ["period", "label", "year"], "year": ["year"], "total": []}
_KG_PER_T = 1000.0


def dated(plan: MonthPlan, frame: pl.DataFrame) -> pl.DataFrame:
    """Add ``label`` and ``year`` of the period; a week belongs to the year of its month."""
    periods = plan.tables["periods"].select(
        "period", "label", pl.col("month").dt.year().cast(pl.Int64).alias("year")
    )
    return frame.join(periods, on="period", how="left", maintain_order="left")


def years(plan: MonthPlan) -> list[int]:
    """Return the calendar years that the plan touches, in order."""
    return [int(year) for year in plan.tables["periods"]["month"].dt.year().unique().sort()]


def summed(
    plan: MonthPlan, frame: pl.DataFrame, per: Per, by: list[str], values: list[str]
) -> pl.DataFrame:
    """Sum a table of the plan over time and by its other columns, in order of first appearance.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    frame : polars.DataFrame
        One of its tables, with ``period``.
    per : {"period", "year", "total"}
        What is summed over; weeks fall into the year of their month.
    by : list of str
        Columns to sum by, at least one.
    values : list of str
        Columns to sum.

    Returns
    -------
    polars.DataFrame
        ``period``, ``label`` and ``year``, or ``year``, or neither; ``by``; ``values``.
    """
    keys = [*_KEYS[per], *by]
    return dated(plan, frame).group_by(keys, maintain_order=True).agg(pl.col(values).sum())


def _share(part: str, whole: str) -> pl.Expr:
    """Return part over whole; null where the whole is nothing."""
    return pl.when(pl.col(whole) > 0).then(pl.col(part) / pl.col(whole))


def cars_made(plan: MonthPlan, names: Names, by: str = "family", per: Per = "year") -> pl.DataFrame:
    """Return the cars made: time, ``by`` (model, family, brand or powertrain) and ``cars``."""
    frame = plan.tables["make"].join(names.models, on="model", how="left", maintain_order="left")
    return summed(plan, frame.rename({"units": "cars"}), per, [by], ["cars"])


def shipments(plan: MonthPlan, names: Names, by: str = "market", per: Per = "year") -> pl.DataFrame:
    """Return the cars shipped at home and abroad.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    names : Names
        Names of its hub.
    by : {"market", "market_name", "region", "lane", "model", "family"}
        What they are summed by, beside ``route``.
    per : {"period", "year", "total"}
        What they are summed over.

    Returns
    -------
    polars.DataFrame
        Time, ``route`` (domestic, overland or overseas), ``by`` and ``cars``.
    """
    lookup = names.markets.with_row_index("place")
    frame = plan.tables["ship"].join(lookup, on="market", how="left")
    frame = frame.join(names.models, on="model", how="left").sort("period", "place", "model")
    return summed(plan, frame.rename({"units": "cars"}), per, ["route", by], ["cars"])


def exports(plan: MonthPlan, names: Names, by: str = "market", per: Per = "year") -> pl.DataFrame:
    """Return the cars shipped abroad: time, ``by`` as in ``shipments`` and ``cars``."""
    abroad = shipments(plan, names, by, per).filter(pl.col("route") != "domestic").drop("route")
    keys = pl.all().exclude("cars")
    return abroad.group_by(keys, maintain_order=True).agg(pl.col("cars").sum())


def balance(plan: MonthPlan, names: Names, opening_backlog: pl.DataFrame, by: str) -> pl.DataFrame:
    """Return what became of the demand over the horizon.

    ``asked`` and ``late before`` together equal ``shipped``, ``lost`` and ``late at the end``.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    names : Names
        Names of its hub.
    opening_backlog : polars.DataFrame
        The hub's table: ``model``, ``market``, ``units``.
    by : {"model", "family", "brand", "market", "region"}
        What it is summed by.

    Returns
    -------
    polars.DataFrame
        ``by``, the five columns above and ``car-periods late`` (late cars summed over the
        periods' ends).
    """
    of_model = by in names.models.columns
    lookup, key = (names.models, "model") if of_model else (names.markets, "market")
    late = plan.tables["late"]
    sources = {
        "asked": plan.tables["demand"],
        "late before": opening_backlog,
        "shipped": plan.tables["ship"],
        "lost": plan.tables["lost"],
        "late at the end": late.filter(pl.col("period") == plan.tables["periods"]["period"].max()),
        "car-periods late": late,
    }
    result = lookup.select(by).unique(maintain_order=True)
    for name, frame in sources.items():
        part = frame.select(key, "units")
        part = part.join(lookup.select(list(dict.fromkeys((key, by)))), on=key, how="left")
        part = part.group_by(by).agg(pl.col("units").sum().alias(name))
        result = result.join(part, on=by, how="left", maintain_order="left")
    values = list(sources)
    result = result.with_columns(pl.col(values).fill_null(0.0))
    return result.filter(pl.sum_horizontal(pl.col(values).abs()) > TINY)


def utilisation(plan: MonthPlan, per: Per = "period") -> pl.DataFrame:
    """Return how full the shops are on both bases: load over capacity, each summed first.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    per : {"period", "year", "total"}
        What load and capacity are summed over.

    Returns
    -------
    polars.DataFrame
        Time, ``shop``, ``load``, ``manned_capacity``, ``installed_capacity`` (the shop's unit),
        ``binding`` (periods in which the manned hours are used up), ``manned`` and
        ``installed`` (shares; null where there is no capacity).
    """
    frame = plan.tables["hours"].with_columns(pl.col("binding").cast(pl.Int64))
    values = ["load", "manned_capacity", "installed_capacity", "binding"]
    return summed(plan, frame, per, ["shop"], values).with_columns(
        _share("load", f"{basis}_capacity").alias(basis) for basis in BASES
    )


def people(plan: MonthPlan, per: Per = "year") -> pl.DataFrame:
    """Return the people employed: mean over the calendar days, and the most in a period.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    per : {"period", "year", "total"}
        What the mean is taken over.

    Returns
    -------
    polars.DataFrame
        Time, ``group`` (``all``: the plant), ``people`` and ``most``.
    """
    groups = plan.tables["patterns"].select("group").unique(maintain_order=True)
    periods = plan.tables["periods"].select("period", "days")
    grid = periods.join(groups, how="cross").join(
        plan.tables["people"].group_by("period", "group").agg(pl.col("people").sum()),
        on=["period", "group"],
        how="left",
        maintain_order="left",
    )
    grid = grid.with_columns(pl.col("people").fill_null(0.0))
    plant = grid.group_by("period", "days", maintain_order=True).agg(
        pl.lit("all").alias("group"), pl.col("people").sum()
    )
    both = dated(plan, pl.concat([grid, plant.select(grid.columns)]))
    result = both.group_by([*_KEYS[per], "group"], maintain_order=True).agg(
        (pl.col("people") * pl.col("days")).sum() / pl.col("days").sum(),
        pl.col("people").max().alias("most"),
    )
    return result


def parts(plan: MonthPlan, names: Names, kind: str, per: Per = "year") -> pl.DataFrame:
    """Return the parts of one kind: used, made and bought. Kilograms are given in tonnes.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    names : Names
        Names of its hub.
    kind : {"engine", "battery", "casting", "other"}
        Kind of part.
    per : {"period", "year", "total"}
        What is summed over.

    Returns
    -------
    polars.DataFrame
        Time, ``part``, ``unit`` (``t`` in place of ``kg``), ``used``, ``made`` and ``bought``.
    """
    own = names.parts.filter(pl.col("kind") == kind)
    frame = plan.tables["parts"].join(own, on="part", maintain_order="left")
    values = ["used", "made", "bought"]
    sums = summed(plan, frame, per, ["part", "unit"], values)
    scale = pl.when(pl.col("unit") == "kg").then(1 / _KG_PER_T).otherwise(1.0)
    return sums.with_columns(pl.col(values) * scale, pl.col("unit").replace("kg", "t"))


def sailing_use(plan: MonthPlan, per: Per = "period") -> pl.DataFrame:
    """Return how full the sailings are, by CEU, square metres and boxes.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    per : {"period", "year", "total"}
        What use and capacity are summed over. Where a capacity is not set in a period, that
        period's use is left out of the ratio.

    Returns
    -------
    polars.DataFrame
        Time, ``lane``, ``ceu``, ``area``, ``boxes`` and their ``_capacity`` (null where none is
        set), ``vessel`` (the larger share of CEU and area), ``container`` (share of the boxes),
        ``utilisation`` (the larger of both) and ``binding`` (periods).
    """
    frame = plan.tables["sailing"].with_columns(pl.col("binding").cast(pl.Int64))
    limited = {name: pl.col(f"{name}_capacity").is_not_null() for name in CARRIED}
    sums = []
    for name, known in limited.items():
        capacity = pl.col(f"{name}_capacity")
        sums += [
            pl.col(name).sum(),
            pl.when(known.any()).then(capacity.sum()).alias(f"{name}_capacity"),
            pl.col(name).filter(known).sum().alias(f"{name}_limited"),
        ]
    result = (
        dated(plan, frame)
        .group_by([*_KEYS[per], "lane"], maintain_order=True)
        .agg(*sums, pl.col("binding").sum())
    )
    ceu, area, boxes = (_share(f"{name}_limited", f"{name}_capacity") for name in CARRIED)
    return result.with_columns(vessel=pl.max_horizontal(ceu, area), container=boxes).select(
        pl.exclude([*(f"{name}_limited" for name in CARRIED), "binding"]),
        pl.max_horizontal("vessel", "container").alias("utilisation"),
        "binding",
    )


def departure_use(plan: MonthPlan, per: Per = "period") -> pl.DataFrame:
    """Return how full trucks and trains are on lanes overland.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    per : {"period", "year", "total"}
        What use and room are summed over.

    Returns
    -------
    polars.DataFrame
        Time, ``lane``, ``mode``, ``cars``, ``capacity`` (cars; null where there is no limit),
        ``utilisation`` (null alike) and ``binding`` (periods); lane by lane.
    """
    limited = pl.col("capacity").is_not_null().cast(pl.Int64).alias("limited")
    frame = plan.tables["departures"].with_columns(limited)
    sums = summed(plan, frame, per, ["lane", "mode"], ["cars", "capacity", "limited", "binding"])
    room = pl.when(pl.col("limited") > 0).then("capacity").alias("capacity")
    time = [name for name in sums.columns if name in _KEYS[per]]
    return (
        sums.with_columns(room)
        .with_columns(_share("cars", "capacity").alias("utilisation"))
        .select(*time, "lane", "mode", "cars", "capacity", "utilisation", "binding")
        .sort(*time, "lane", maintain_order=True)
    )


def pattern_runs(plan: MonthPlan) -> pl.DataFrame:
    """Return the shift patterns as unbroken runs.

    Parameters
    ----------
    plan : MonthPlan
        The plan.

    Returns
    -------
    polars.DataFrame
        ``group``, ``pattern``, ``first`` and ``last`` (labels; dates within a period),
        ``periods``, ``shifts`` (a
        day), ``hours`` (of a shift) and ``days`` (worked).
    """
    frame = dated(plan, plan.tables["patterns"]).sort("group", "period", maintain_order=True)
    order = plan.tables["patterns"]["group"].unique(maintain_order=True).to_list()
    place = pl.col("group").replace_strict(order, range(len(order)), return_dtype=pl.Int64)
    spans = plan.tables["periods"].select("period", first="start", last="end")
    frame = frame.join(spans, on="period", maintain_order="left")
    begun, ended = (
        pl.when(pl.col(day) == pl.col(edge)).then("label").otherwise(pl.col(day).cast(pl.String))
        for day, edge in (("start", "first"), ("end", "last"))
    )
    return (
        frame.with_columns(run=pl.struct("group", "pattern").rle_id())
        .group_by("run", maintain_order=True)
        .agg(
            pl.col("group", "pattern").first(),
            begun.first().alias("first"),
            ended.last().alias("last"),
            pl.col("period").n_unique().cast(pl.Int64).alias("periods"),
            pl.col("shifts", "hours").first(),
            pl.col("days").sum(),
        )
        .drop("run")
        .sort(place, maintain_order=True)
    )


def contribution(plan: MonthPlan) -> pl.DataFrame:
    """Return ``line``, ``amount`` and ``meaning`` of the lines that are not nothing."""
    return plan.tables["lines"].filter(pl.col("amount") != 0)


def contribution_by_year(plan: MonthPlan) -> dict[int, float]:
    """Return the contribution by calendar year.

    A penalty for falling short of a contract belongs to the year in which its window ends.
    """
    lines = plan.tables["lines_by_period"].drop_nulls("period")
    amounts: dict[int, list[float]] = {year: [] for year in years(plan)}
    for (year,), part in dated(plan, lines).group_by("year", maintain_order=True):
        amounts[int(str(year))] += part["amount"].to_list()
    last = max(amounts)
    for end, penalty in plan.tables["contracts"].select("end", "penalty").iter_rows():
        amounts[min(end.year, last)].append(-penalty)
    return {year: math.fsum(values) for year, values in amounts.items() if values}


def input_basis(plan: MonthPlan) -> pl.DataFrame:
    """Return ``table`` (``all``: the hub), ``basis``, ``rows`` and their ``share`` of the table."""
    frame = plan.input_basis.select("table", "basis", "rows")
    whole = frame.group_by("basis", maintain_order=True).agg(pl.col("rows").sum())
    both = pl.concat([frame, whole.select(pl.lit("all").alias("table"), "basis", "rows")])
    return both.with_columns(share=pl.col("rows") / pl.col("rows").sum().over("table"))
