"""Stacked bars by period: cars made, shipped, late and lost; people; parts."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import polars as pl

from sinho.report import kpi
from sinho.report.colors import SERIES
from sinho.report.names import Names
from sinho.report.style import (
    NUMBER,
    SOFT,
    Drawing,
    axis_periods,
    below,
    layered,
    limited,
    period_axis,
    rows,
    series_color,
    subtitle,
)
from sinho.results import MonthPlan


def production(plan: MonthPlan, names: Names) -> Drawing | None:
    """Return stacked bars of the cars made: by model, or by family above eight models."""
    models = kpi.cars_made(plan, names, "model", "total").filter(pl.col("cars") > kpi.TINY)
    by = "model" if models.height <= len(SERIES) else "family"
    frame = kpi.cars_made(plan, names, by, "period")
    title = alt.Title(f"Cars made by {by} and {plan.period_kind}", subtitle=subtitle(plan, "cars"))
    return _stacked(plan, frame, by, "cars", "cars", title, names.colors[by])


def exports(plan: MonthPlan, names: Names) -> Drawing | None:
    """Return stacked bars of the cars exported by market; by region where they are many."""
    markets = kpi.exports(plan, names, "market_name", "total").filter(pl.col("cars") > kpi.TINY)
    panels = []
    for by, text in (("market_name", "market"), ("region", "region")):
        if by == "region" and markets.height <= len(SERIES):
            continue
        frame = kpi.exports(plan, names, by, "period")
        title = alt.Title(
            f"Cars exported by {text} and {plan.period_kind}",
            subtitle=subtitle(plan, "cars"),
        )
        height = 280 if by == "market_name" else 180
        drawn = _stacked(plan, frame, by, "cars", "cars", title, names.colors[by], height=height)
        if drawn is not None:
            panels.append(drawn)
    return below(*panels)


def people(plan: MonthPlan, names: Names) -> Drawing | None:
    """Return stacked bars of the people employed by shop group."""
    frame = kpi.people(plan, "period").filter(pl.col("group") != "all")
    title = alt.Title(
        f"People by shop group and {plan.period_kind}", subtitle=subtitle(plan, "people")
    )
    return _stacked(
        plan,
        frame,
        "group",
        "people",
        "people",
        title,
        names.colors["group"],
        height=170,
        sums=False,
    )


def unmet(plan: MonthPlan, names: Names) -> Drawing | None:
    """Return stacked bars of the cars late at the periods' ends, and of those lost, by family."""
    panels = []
    for table, text in (("late", "late at the end of the"), ("lost", "lost in the")):
        frame = plan.tables[table].join(names.models, on="model", how="left")
        sums = kpi.summed(plan, frame, "period", ["family"], ["units"])
        title = alt.Title(
            f"Cars {text} {plan.period_kind}, by family", subtitle=subtitle(plan, "cars")
        )
        drawn = _stacked(
            plan,
            sums,
            "family",
            "units",
            "cars",
            title,
            names.colors["family"],
            height=150,
            sums=table == "lost",
        )
        if drawn is not None:
            panels.append(drawn)
    return below(*panels)


def parts(plan: MonthPlan, names: Names) -> Drawing | None:
    """Return stacked bars of the engines pulled by family, and of the castings in tonnes."""
    panels = []
    for kind, text, height in (("engine", "Engines", 230), ("casting", "Castings", 150)):
        frame = kpi.parts(plan, names, kind, "period").filter(pl.col("used") > kpi.TINY)
        for (unit,), own in frame.group_by("unit", maintain_order=True):
            shown = "pieces" if unit == "piece" else str(unit)
            title = alt.Title(
                f"{text} pulled by {plan.period_kind} [{shown}]",
                subtitle=subtitle(plan, "what the cars and parts made take"),
            )
            drawn = _stacked(
                plan, own, "part", "used", shown, title, names.colors["part"], height=height
            )
            if drawn is not None:
                panels.append(drawn)
    return below(*panels)


def _stacked(
    plan: MonthPlan,
    frame: pl.DataFrame,
    by: str,
    value: str,
    unit: str,
    title: alt.Title,
    known: Mapping[str, str],
    *,
    height: int = 280,
    sums: bool = True,
) -> Drawing | None:
    """Return stacked bars by period, with the sum of each year above them."""
    shown, order = limited(frame.filter(pl.col(value) > kpi.TINY), by, value, list(known))
    if not order:
        return None
    place = pl.col("series").replace_strict(order, range(len(order)), return_dtype=pl.Int64)
    shown = shown.with_columns(place.alias("place"))
    bars = (
        alt.Chart(rows(shown))
        .mark_bar()
        .encode(
            x=period_axis(axis_periods(plan)),
            y=alt.Y(f"{value}:Q", title=unit, axis=alt.Axis(format=NUMBER, tickCount=5)),
            color=series_color(order, known),
            order=alt.Order("place:Q", sort="ascending"),
            tooltip=[
                alt.Tooltip("label:N", title=plan.period_kind),
                alt.Tooltip("series:N", title=by.replace("_name", "")),
                alt.Tooltip(f"{value}:Q", title=unit, format=",.1f"),
            ],
        )
    )
    layers = [bars, *([_year_sums(plan, frame, value)] if sums else [])]
    return layered(*layers, title=title, height=height)


def _year_sums(plan: MonthPlan, frame: pl.DataFrame, value: str) -> alt.Chart:
    """Return each year's sum as text above the middle of the year."""
    periods = kpi.dated(plan, plan.tables["periods"].select("period"))
    middle = periods.group_by("year", maintain_order=True).agg(
        pl.col("label").get(pl.len() // 2), pl.len().alias("n")
    )
    totals = frame.group_by("year").agg(pl.col(value).sum())
    text = middle.join(totals, on="year", how="left").filter(pl.col("n") >= _year_needs(periods))
    text = text.with_columns(
        text=pl.format(
            "{}: {}",
            "year",
            pl.col(value).fill_null(0.0).map_elements(lambda v: f"{v:,.0f}", pl.String),
        )
    )
    chart = alt.Chart(rows(text.select("label", "text"))).encode(
        x=alt.X("label:O", sort=periods["label"].to_list()), y=alt.value(-4), text="text:N"
    )
    drawn: alt.Chart = chart.mark_text(baseline="bottom", fontSize=11, fontWeight=600, color=SOFT)
    return drawn


def _year_needs(periods: pl.DataFrame) -> float:
    """Return the fewest periods over which a year's sum has room to stand."""
    return 0.11 * periods.height
