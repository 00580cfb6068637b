"""Frames of a report's tables: rows and columns as they are shown, with units in the headings."""

from __future__ import annotations

import polars as pl

from sinho.report import figures, kpi, limits
from sinho.report.names import Names
from sinho.results import MonthPlan

KEY_GROUPS = ("cars", "people", "contribution")


def months(plan: MonthPlan, frame: pl.DataFrame, by: str) -> pl.DataFrame:
    """Return cars by period, one column for each model or market."""
    labels = plan.tables["periods"].select(pl.col("label").alias(plan.period_kind))
    shown = frame.filter(pl.col("cars").sum().over(by) > kpi.TINY)
    if not shown.height:
        return pl.DataFrame()
    wide = shown.pivot(by, index="label", values="cars").rename({"label": plan.period_kind})
    joined = labels.join(wide, on=plan.period_kind, how="left", maintain_order="left")
    return joined.with_columns(pl.exclude(plan.period_kind).fill_null(0.0))


def renamed(frame: pl.DataFrame, **headings: str) -> pl.DataFrame:
    """Give columns their headings; the horizon's column is called so."""
    return frame.rename({figures.WHOLE: "all", **headings}, strict=False)


def key_figures(every: pl.DataFrame, names: Names) -> pl.DataFrame:
    """Return the few figures that open a report."""
    utilisation = [f"utilisation, {basis} basis" for basis in kpi.BASES]
    last = names.shops.filter(pl.col("kind") == "assembly")["shop"].to_list()
    assembly = pl.col("group").is_in(utilisation) & pl.col("figure").is_in(last)
    engines = (pl.col("group") == "engines") & (pl.col("figure") == "all")
    kept = every.filter(
        pl.col("group").is_in(KEY_GROUPS) | engines | assembly | (pl.col("group") == "castings")
    )
    order = ["cars", "engines", "castings", *utilisation, "people", "contribution"]
    place = pl.col("group").replace_strict(order, range(len(order)), return_dtype=pl.Int64)
    called = (
        pl.when(pl.col("group") == "cars")
        .then(pl.lit("cars ") + pl.col("figure"))
        .when(pl.col("group") == "engines")
        .then(pl.lit("engines pulled"))
        .when(pl.col("group") == "castings")
        .then(pl.lit("castings pulled: ") + pl.col("figure"))
        .when(pl.col("group").is_in(utilisation))
        .then(pl.col("figure") + pl.lit(" ") + pl.col("group"))
        .when(pl.col("group") == "people")
        .then(pl.lit("people, ") + pl.col("figure"))
        .otherwise("group")
    )
    return renamed(
        kept.sort(place, maintain_order=True).with_columns(called.alias("figure")).drop("group")
    )


def utilisation(frame: pl.DataFrame) -> pl.DataFrame:
    """Return one row per shop and basis, shop by shop."""
    order = frame["figure"].unique(maintain_order=True).to_list()
    place = pl.col("figure").replace_strict(order, range(len(order)), return_dtype=pl.Int64)
    basis = pl.col("group").str.extract(r"utilisation, (\w+) basis").alias("basis")
    return renamed(
        frame.sort(place, maintain_order=True).select(
            "figure", basis, pl.all().exclude("figure", "group", "unit")
        ),
        figure="shop [%]",
    )


def people(plan: MonthPlan) -> pl.DataFrame:
    """Return the mean number of people by group and year."""
    frames = [kpi.people(plan, "year").with_columns(pl.col("year").cast(pl.String))]
    if len(kpi.years(plan)) > 1:
        frames.append(kpi.people(plan, "total").select(pl.lit("all").alias("year"), pl.all()))
    long = pl.concat(frames)
    wide = long.pivot("year", index="group", values="people")
    return wide.filter(pl.sum_horizontal(pl.exclude("group")) > 0).rename(
        {"group": "group [people]"}
    )


def contracts(plan: MonthPlan) -> pl.DataFrame:
    """Return the contract windows with their corridor."""
    frame = limits.contract_windows(plan)
    return frame.select(
        "contract",
        "brand",
        "window",
        pl.col("least").alias("least [cars]"),
        pl.col("most").alias("most [cars]"),
        pl.col("shipped").alias("shipped [cars]"),
        pl.col("short").alias("short [cars]"),
        pl.col("fee").alias(f"fee [{plan.currency}]"),
        pl.col("penalty").alias(f"penalty [{plan.currency}]"),
        "state",
    )


def parts(plan: MonthPlan, names: Names) -> pl.DataFrame:
    """Return parts used by year, made and bought over the horizon."""
    frames = []
    for kind in ("engine", "battery", "casting", "other"):
        total = kpi.parts(plan, names, kind, "total").filter(
            pl.max_horizontal("used", "made", "bought") > kpi.TINY
        )
        if not total.height:
            continue
        yearly = kpi.parts(plan, names, kind, "year").pivot("year", index="part", values="used")
        frames.append(
            total.join(yearly, on="part", maintain_order="left").select(
                pl.lit(kind).alias("kind"),
                "part",
                pl.col("unit").replace("piece", "pieces"),
                *(pl.col(str(year)) for year in kpi.years(plan)),
                pl.col("used").alias("all used"),
                pl.col("made").alias("all made"),
                pl.col("bought").alias("all bought"),
            )
        )
    return pl.concat(frames) if frames else pl.DataFrame()


def actuals(frame: pl.DataFrame) -> pl.DataFrame:
    """Return actual against plan with the difference in per cent."""
    return frame.select(
        "period",
        "item",
        "market",
        "measure",
        "unit",
        "actual",
        "plan",
        "difference",
        (pl.col("share") * 100).alias("difference [%]"),
        pl.col("basis").fill_null("not stated").alias("basis"),
        "source",
    )


def basis(plan: MonthPlan) -> pl.DataFrame:
    """Return the share of rows by table and basis."""
    frame = kpi.input_basis(plan)
    if not frame.height:
        return frame
    rows = frame.group_by("table", maintain_order=True).agg(pl.col("rows").sum())
    wide = frame.with_columns(pl.col("share") * 100).pivot("basis", index="table", values="share")
    shares = [name for name in kpi.INPUT_BASES if name in wide.columns]
    return rows.join(wide, on="table", maintain_order="left").select(
        "table", "rows", *(pl.col(name).fill_null(0.0).alias(f"{name} [%]") for name in shares)
    )
