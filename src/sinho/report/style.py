"""How the charts look: colours, fonts, month axes; and their way from Altair to SVG and PNG."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from typing import Any, Final, cast

import altair as alt
import polars as pl
import vl_convert

from sinho.report.colors import OTHER, SERIES
from sinho.results import MonthPlan

WIDTH = 740
"""Width of a chart's plot in pixels; axes and legend come on top."""

INK, SOFT, LINE = "#1d2733", "#5b6673", "#dfe3e8"
INCOME, COST, TOTAL = "#0b5394", "#d55e00", "#1d2733"
BASIS = {"reported": "#0b5394", "derived": "#56b4e9", "assumed": "#e69f00", "not stated": OTHER}
HEAT: Final = "yellowgreenblue"
NUMBER = ",.0f"
CELL_LABELS_UP_TO = 18
"""Most periods whose cells have room for a figure."""

FONT = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"
Drawing = alt.Chart | alt.LayerChart | alt.VConcatChart | alt.HConcatChart | alt.ConcatChart
VEGA_LITE = ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])

CONFIG: dict[str, Any] = {
    "background": "white",
    "font": FONT,
    "padding": 8,
    "title": {
        "anchor": "start",
        "frame": "group",
        "color": INK,
        "fontSize": 15,
        "fontWeight": 600,
        "subtitleColor": SOFT,
        "subtitleFontSize": 12,
        "subtitlePadding": 4,
        "offset": 14,
    },
    "view": {"stroke": None},
    "axis": {
        "labelColor": SOFT,
        "titleColor": SOFT,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "gridColor": "#edf0f3",
        "domainColor": "#aab2bb",
        "tickColor": "#aab2bb",
        "labelLimit": 240,
    },
    "legend": {
        "labelColor": INK,
        "titleColor": SOFT,
        "labelFontSize": 11,
        "titleFontSize": 11,
        "titleFontWeight": "normal",
        "titlePadding": 8,
        "symbolType": "square",
        "labelLimit": 170,
    },
    "header": {"labelColor": INK, "labelFontSize": 12, "titleColor": SOFT},
    "bar": {"stroke": "white", "strokeWidth": 0.4},
}


def spec(chart: Drawing) -> dict[str, Any]:
    """Return the Vega-Lite specification of a chart in the style of the report.

    Parameters
    ----------
    chart : Drawing
        A chart of any kind, without a configuration of its own.

    Returns
    -------
    dict
        The specification, with its data.
    """
    with alt.data_transformers.enable("default", max_rows=None):
        made: dict[str, Any] = chart.to_dict(format="vega-lite")
    return {**made, "config": CONFIG}


def svg(specification: dict[str, Any], name: str) -> str:
    """Draw a specification as SVG, without a browser.

    Parameters
    ----------
    specification : dict
        A Vega-Lite specification.
    name : str
        What the ids inside the drawing begin with, so that several can stand in one page.

    Returns
    -------
    str
        The same for the same specification.
    """
    drawing = str(vl_convert.vegalite_to_svg(specification, vl_version=VEGA_LITE))
    found = dict.fromkeys(re.findall(r'\bid="([^"]+)"', drawing))
    own = {old: f"{name}-{n}" for n, old in enumerate(found)}
    return re.sub(
        r'\bid="([^"]+)"|url\(#([^)]+)\)',
        lambda hit: f'id="{own[hit[1]]}"' if hit[1] else f"url(#{own.get(hit[2], hit[2])})",
        drawing,
    )


def rows(frame: pl.DataFrame) -> alt.InlineData:
    """Return a frame as inline data."""
    return alt.InlineData(values=frame.to_dicts())


def period_axis(periods: pl.DataFrame, *, gap: float = 0.1) -> alt.X:
    """Return the axis of the plan's periods: months by name, years below January.

    Parameters
    ----------
    periods : polars.DataFrame
        ``label`` and ``month`` of the plan's periods, in order.
    gap : float
        Share of a period's width that is left blank between bars.
    """
    names = periods["label"].to_list()
    text = tick_labels(names, periods["month"].to_list())
    axis = alt.Axis(
        values=list(text),
        labelExpr=f"({json.dumps(text)})[datum.value]",
        labelAngle=0,
        labelOverlap=False,
        labelFlush=False,
        title=None,
    )
    scale = alt.Scale(domain=names, paddingInner=gap, paddingOuter=gap / 2)
    return alt.X("label:O", sort=names, axis=axis, scale=scale)


def tick_labels(names: list[str], months: list[dt.date]) -> dict[str, list[str]]:
    """Choose which periods are labelled, and how, so that labels do not overlap.

    Parameters
    ----------
    names : list of str
        Labels of the periods: ``2026-03`` or ``2026-W10``.
    months : list of datetime.date
        Their months.

    Returns
    -------
    dict of str to list of str
        Lines of text by period: the month's name, and the year where a new one begins.
    """
    weekly = any("W" in name for name in names)
    if weekly:
        step = max(1, round(len(names) / 26))
        chosen = list(range(0, len(names), step))
        first = [name.split("-")[1] for name in names]
        year_of = [name.split("-")[0] for name in names]
    else:
        step = next((n for n in (1, 2, 3, 6, 12) if len(names) / n <= 24), 12)
        chosen = [n for n, month in enumerate(months) if (month.month - 1) % step == 0]
        chosen = chosen or [0]
        first = [f"{month:%b}" for month in months]
        year_of = [f"{month:%Y}" for month in months]
    text, year = {}, ""
    for n in chosen:
        text[names[n]] = [first[n], year_of[n] if year_of[n] != year else ""]
        year = year_of[n]
    return text


def limited(
    frame: pl.DataFrame, by: str, value: str, known: list[str], limit: int = len(SERIES)
) -> tuple[pl.DataFrame, list[str]]:
    """Keep the largest series and add the others up.

    Parameters
    ----------
    frame : polars.DataFrame
        ``label``, ``by`` and ``value``.
    by, value : str
        Columns of the series' name and of its figure.
    known : list of str
        The series in the order in which they are to stand.
    limit : int
        Most series that keep their name.

    Returns
    -------
    tuple of (polars.DataFrame, list of str)
        ``label``, ``series`` and ``value`` without zeros; the names of the series that are not
        nothing, ``N others`` last.
    """
    frame = frame.filter(pl.col(value) > 0)
    totals = frame.group_by(by, maintain_order=True).agg(pl.col(value).sum())
    top = totals.sort(value, descending=True, maintain_order=True)[by].to_list()
    rest = len(top) - limit + 1 if len(top) > limit else 0
    kept = set(top[: len(top) - rest])
    order = [name for name in dict.fromkeys([*known, *top]) if name in kept]
    last = f"{rest} others"
    named = frame.with_columns(
        pl.when(pl.col(by).is_in(order)).then(by).otherwise(pl.lit(last)).alias("series")
    )
    summed = named.group_by("label", "series", maintain_order=True).agg(pl.col(value).sum())
    return summed, [*order, *([last] if rest else [])]


def series_color(names: list[str], known: Mapping[str, str]) -> alt.Color:
    """Return the colours of stacked series, the legend in the order in which they stand.

    Parameters
    ----------
    names : list of str
        The series; one of no known name, such as the sum of all others, is grey.
    known : mapping of str to str
        Colours by name.
    """
    colors = [known.get(name, OTHER) for name in names]
    return alt.Color(
        "series:N",
        scale=alt.Scale(domain=names, range=colors),
        sort=names,
        legend=alt.Legend(title=None, values=names[::-1]),
    )


def subtitle(plan: MonthPlan, *parts: str) -> str:
    """Return whose plan it is, and what else a chart has to say below its title."""
    scenario = f", scenario {plan.scenario}" if plan.scenario else ""
    return "; ".join((plan.hub_name + scenario, *parts))


def layered(*layers: alt.Chart, title: alt.Title, height: float, width: float = WIDTH) -> Drawing:
    """Put layers into one plot."""
    plot = alt.layer(*layers).properties(width=width, height=height, title=title)
    return cast("alt.LayerChart", plot)


def below(*panels: Drawing, shared: bool = False) -> Drawing | None:
    """Put charts below each other, with colours of their own or shared; None without any."""
    if not panels:
        return None
    column = alt.vconcat(*panels, spacing=28)
    return cast(
        "alt.VConcatChart", column.resolve_scale(color="shared" if shared else "independent")
    )


def axis_periods(plan: MonthPlan) -> pl.DataFrame:
    """Return the periods as their axis needs them: ``label`` and ``month``."""
    return plan.tables["periods"].select("label", "month")
