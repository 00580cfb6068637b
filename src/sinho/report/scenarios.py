"""Charts that put scenarios side by side."""

from __future__ import annotations

from typing import cast

import altair as alt
import polars as pl

from sinho.report.amounts import number_text, scale_of
from sinho.report.colors import SERIES
from sinho.report.style import (
    INK,
    NUMBER,
    SOFT,
    WIDTH,
    Drawing,
    below,
    layered,
    rows,
)
from sinho.results import Comparison

_COLUMNS = 3
_HEADLINES = ("cars", "cars made by line", "people", "contribution")
_BY_YEAR = (("cars", "made", "Cars made by year"), ("cars", "exported", "Cars exported by year"))


def overview(comparison: Comparison) -> Drawing | None:
    """Return small multiples: one panel per headline figure, one bar per scenario.

    Parameters
    ----------
    comparison : Comparison
        The scenarios' plans and figures.

    Returns
    -------
    altair chart or None
        Cars, people, contribution and the utilisation of the fullest shop on both bases; None
        where every figure is nothing.
    """
    names = list(comparison.plans)
    table = comparison.table.filter(
        pl.any_horizontal(pl.col(name).fill_null(0.0) != 0 for name in names)
    )
    kept = table.filter(pl.col("group").is_in(_HEADLINES))
    shops = table.filter(pl.col("group").str.contains(r"^utilisation, \w+ basis$"))
    manned = shops.filter(pl.col("group").str.contains("manned"))
    if manned.height:
        top = manned.with_columns(most=pl.max_horizontal(names)).sort("most", descending=True)
        kept = pl.concat([kept, shops.filter(pl.col("figure") == top["figure"][0])])
    panels = [_panel(row, names, first=n % _COLUMNS == 0) for n, row in enumerate(kept.to_dicts())]
    if not panels:
        return None
    lines = (panels[n : n + _COLUMNS] for n in range(0, len(panels), _COLUMNS))
    return alt.vconcat(*(alt.hconcat(*line, spacing=26) for line in lines), spacing=22)


def _panel(row: dict[str, object], names: list[str], *, first: bool) -> alt.LayerChart:
    """Return one figure's bars, with names at the left of the first panel of a line."""
    group, figure, unit = str(row["group"]), str(row["figure"]), str(row["unit"])
    values = [None if row[name] is None else float(str(row[name])) for name in names]
    if group == "contribution":
        factor, unit = scale_of(max(abs(value or 0.0) for value in values), unit)
        values = [None if value is None else value * factor for value in values]
    title = group if figure == "all lines" else f"{group} {figure}"
    if group == "cars made by line":
        title = f"cars made, line {figure}"
    if group.startswith("utilisation"):
        title = f"{figure}, {group.removeprefix('utilisation, ')}"
    decimals = 1 if unit == "%" else 0
    data = pl.DataFrame(
        {
            "scenario": names,
            "value": values,
            "text": [
                ""
                if value is None
                else number_text(value)
                if group == "contribution"
                else f"{value:,.{decimals}f}"
                for value in values
            ],
        },
        schema_overrides={"value": pl.Float64},
    )
    base = alt.Chart(rows(data))
    axis = alt.Axis(labels=first, ticks=False, domain=True)
    across = alt.Y("scenario:N", sort=names, title=None, axis=axis)
    known = [value for value in values if value is not None]
    low, high = min(0.0, *known), max(0.0, *known)
    scale = alt.Scale(domain=[low * 1.35, high * 1.35 or 1.0], nice=False)
    bars = base.mark_bar(height={"band": 0.7}).encode(
        y=across,
        x=alt.X("value:Q", title=None, scale=scale, axis=None),
        color=alt.Color("scenario:N", sort=names, scale=_colors(names), legend=None),
        tooltip=["scenario:N", alt.Tooltip("value:Q", title=f"{title} [{unit}]", format=",.1f")],
    )
    texts = base.mark_text(align="left", dx=4, fontSize=11, color=INK).encode(
        y=across, x=alt.X("value:Q", scale=scale), text="text:N"
    )
    heading = alt.Title(title, subtitle=unit, fontSize=12, subtitleFontSize=11, offset=6)
    plot = alt.layer(bars, texts).properties(width=228, height=20 * len(names), title=heading)
    return cast("alt.LayerChart", plot)


def _colors(names: list[str]) -> alt.Scale:
    return alt.Scale(domain=names, range=[SERIES[n % len(SERIES)] for n in range(len(names))])


def years(comparison: Comparison) -> Drawing | None:
    """Return cars made and cars exported by year, one bar per scenario; None for a single year.

    Parameters
    ----------
    comparison : Comparison
        The scenarios' plans and figures.
    """
    names = list(comparison.plans)
    yearly = comparison.table.with_columns(
        pl.col("group").str.extract(r" in (\d{4})$").alias("year"),
        pl.col("group").str.replace(r" in \d{4}$", "").alias("group"),
    ).filter(pl.col("year").is_not_null())
    panels = []
    for group, figure, title in _BY_YEAR:
        own = yearly.filter((pl.col("group") == group) & (pl.col("figure") == figure))
        if not own.height:
            continue
        long = own.unpivot(
            on=names, index="year", variable_name="scenario", value_name="cars"
        ).with_columns(text=pl.col("cars").map_elements(lambda v: f"{v / 1000:,.1f}", pl.String))
        base = alt.Chart(rows(long))
        x = alt.X("year:O", title=None, axis=alt.Axis(labelAngle=0))
        offset = alt.XOffset("scenario:N", sort=names)
        bars = base.mark_bar().encode(
            x=x,
            xOffset=offset,
            y=alt.Y("cars:Q", title="cars", axis=alt.Axis(format=NUMBER, tickCount=5)),
            color=alt.Color(
                "scenario:N", sort=names, scale=_colors(names), legend=alt.Legend(title=None)
            ),
            tooltip=["scenario:N", "year:O", alt.Tooltip("cars:Q", format=NUMBER)],
        )
        layers = [bars]
        if len(names) * own.height <= 16:
            layers.append(
                base.mark_text(dy=-6, fontSize=10, color=SOFT).encode(
                    x=x, xOffset=offset, y="cars:Q", text="text:N"
                )
            )
        unit = "cars; figures on the bars in thousands" if len(layers) > 1 else "cars"
        panels.append(
            layered(*layers, title=alt.Title(title, subtitle=unit), height=190, width=WIDTH)
        )
    return below(*panels)
