"""The charts of a quote: what moves it, cash by month, headroom by month, and what was drawn."""

from __future__ import annotations

import altair as alt
import polars as pl

from sinho.report.amounts import scale_of
from sinho.report.charts import Chart, charts_of
from sinho.report.style import COST, HEAT, INCOME, INK, SOFT, Drawing, layered, rows
from sinho.results import Quote

WIDE, HIGH = 330, 150
"""Size of a chart's plot in pixels: two stand beside each other."""


def quote_charts(quote: Quote) -> dict[str, Chart]:
    """Draw all charts of a quote, by name."""
    drawn: list[tuple[str, str, Drawing | None, str]] = [
        ("tornado", "What moves the gain", _tornado(quote), "Nothing moves the gain."),
        ("cash", "Cash, summed up by month", _cash(quote), "No cash moves."),
        ("headroom", "Headroom with the programme", _headroom(quote), "No shop is loaded."),
        ("draws", "Gain over all draws", _draws(quote), "Nothing was drawn."),
    ]
    return charts_of(drawn)


def _title(text: str, unit: str) -> alt.Title:
    return alt.Title(text, subtitle=unit, fontSize=13, subtitleFontSize=11, offset=6)


def _layered(*charts: alt.Chart, title: alt.Title) -> Drawing:
    return layered(*charts, title=title, height=HIGH, width=WIDE)


def _tornado(quote: Quote) -> Drawing | None:
    frame = (
        quote.tables["tornado"]
        .drop_nulls(["gain", "gain_low", "gain_high"])
        .filter(
            (pl.col("gain_high") - pl.col("gain")).abs()
            + (pl.col("gain_low") - pl.col("gain")).abs()
            > 1e-9
        )
    )
    if frame.is_empty():
        return None
    largest = max(abs(float(x)) for name in ("gain_low", "gain_high") for x in frame[name])
    factor, unit = scale_of(largest, quote.currency)
    sides = [
        frame.select(
            "lever",
            pl.lit(side).alias("side"),
            pl.col(side).alias("set to"),
            (pl.col("gain") * factor).alias("from"),
            (pl.col(f"gain_{side}") * factor).alias("to"),
        )
        for side in ("low", "high")
    ]
    both = pl.concat(sides)
    # where both sides lie on one, the label of the nearer would stand on the bar of the other
    way = pl.col("to") - pl.col("from")
    further = way.abs() >= way.abs().max().over("lever", way.sign())
    both = both.with_columns(
        pl.when(further).then("set to").otherwise(pl.lit("")).alias("label")
    ).sort(way.abs(), descending=True)
    order = frame["lever"].to_list()
    base = alt.Chart(rows(both))
    row = alt.Y("lever:N", sort=order, title=None)
    scale = alt.Scale(domain=["low", "high"], range=[SOFT, INCOME])
    bars = base.mark_bar(height={"band": 0.7}).encode(
        y=row,
        x=alt.X(
            "from:Q",
            title=None,
            scale=alt.Scale(zero=False, padding=70),
            axis=alt.Axis(tickCount=6),
        ),
        x2="to:Q",
        color=alt.Color("side:N", scale=scale, legend=None),
        tooltip=["lever:N", "set to:N", alt.Tooltip("to:Q", title=f"gain {unit}", format=",.1f")],
    )
    below = base.transform_filter("datum.to < datum.from").mark_text(align="right", dx=-4)
    above = base.transform_filter("datum.to > datum.from").mark_text(align="left", dx=4)
    texts = [one.encode(y=row, x="to:Q", text="label:N") for one in (below, above)]
    return _layered(bars, *texts, title=_title("What moves the gain", unit))


def _cash(quote: Quote) -> Drawing | None:
    cash = quote.tables["cash"]
    if cash.is_empty():
        return None
    by_month = cash.group_by("month").agg(pl.col("amount").sum()).sort("month")
    # before the first payment there are but the rests of two plans that differ in nothing
    size = pl.col("amount").abs()
    by_month = by_month.filter((size > 1e-3 * size.max()).cum_max())
    if by_month.is_empty():
        return None
    every = pl.DataFrame(
        {"month": pl.date_range(by_month["month"][0], by_month["month"][-1], "1mo", eager=True)}
    )
    summed = every.join(by_month, on="month", how="left").fill_null(0.0)
    summed = summed.with_columns(pl.col("amount").cum_sum().alias("sum"))
    factor, unit = scale_of(max(map(abs, summed["sum"].to_list())), quote.currency)
    frame = summed.select(
        pl.col("month").dt.strftime("%Y-%m-%d"),
        (pl.col("amount") * factor).alias("amount"),
        (pl.col("sum") * factor).alias("sum"),
    )
    base = alt.Chart(rows(frame))
    x = alt.X("month:T", title=None, axis=alt.Axis(format="%Y-%m", labelAngle=-45, tickCount=8))
    sign = alt.condition("datum.amount < 0", alt.value(COST), alt.value(INCOME))
    bars = base.mark_bar(size=7).encode(x=x, y=alt.Y("amount:Q", title=unit), color=sign)
    line = base.mark_line(color=INK, strokeWidth=1.6).encode(x=x, y="sum:Q")
    title = _title("Cash by month, and summed up", unit)
    return _layered(bars, line, title=title)


def _headroom(quote: Quote) -> Drawing | None:
    head = quote.tables["headroom"].filter(
        (pl.col("basis") == "manned") & (pl.col("capacity_with") > 0)
    )
    months = quote.tables["landed"]["month"].unique()
    head = head.filter(pl.col("period").is_in(months.implode()) & (pl.col("load_with") > 0))
    if head.is_empty():
        return None
    frame = head.select(
        "shop",
        pl.col("period").dt.strftime("%Y-%m").alias("month"),
        (100 * pl.col("left_with") / pl.col("capacity_with")).alias("left"),
        (100 * pl.col("left_without") / pl.col("capacity_without")).alias("before"),
    )
    chart: alt.Chart = (
        alt.Chart(rows(frame), title=_title("Hours left with the programme, manned", "% of hours"))
        .mark_rect()
        .encode(
            x=alt.X("month:O", title=None, axis=alt.Axis(labelAngle=-45, labelOverlap="greedy")),
            y=alt.Y("shop:N", title=None, sort=None),
            color=alt.Color(
                "left:Q",
                title=None,
                scale=alt.Scale(scheme=HEAT, reverse=True, domain=[0, 50], clamp=True),
                legend=alt.Legend(orient="right", gradientLength=HIGH - 20),
            ),
            tooltip=[
                "shop:N",
                "month:O",
                alt.Tooltip("before:Q", title="% left without", format=".1f"),
                alt.Tooltip("left:Q", title="% left with", format=".1f"),
            ],
        )
    )
    sized: alt.Chart = chart.properties(width=WIDE - 40, height=HIGH)
    return sized


def _draws(quote: Quote) -> Drawing | None:
    draws = quote.tables["draws"].drop_nulls("gain")
    if draws.height < 2:
        return None
    factor, unit = scale_of(max(map(abs, draws["gain"].to_list())), quote.currency)
    ordered = draws.select((pl.col("gain").sort() * factor).alias("gain"))
    ordered = ordered.with_columns(((pl.int_range(pl.len()) + 0.5) / pl.len() * 100).alias("share"))
    if ordered.height > 400:
        ordered = ordered.gather_every(ordered.height // 400)
    line = (
        alt.Chart(rows(ordered))
        .mark_line(color=INCOME, strokeWidth=2)
        .encode(
            x=alt.X("gain:Q", title=unit, scale=alt.Scale(zero=False)),
            y=alt.Y("share:Q", title="% of draws below", scale=alt.Scale(domain=[0, 100])),
        )
    )
    marks = quote.tables["quantiles"].filter(figure="gain").row(0, named=True)
    points = pl.DataFrame(
        {
            "gain": [marks[name] * factor for name in ("p10", "p50", "p90")],
            "share": [10.0, 50.0, 90.0],
            "name": ["P10", "P50", "P90"],
        }
    )
    dots = (
        alt.Chart(rows(points))
        .mark_point(filled=True, size=50, color=INK)
        .encode(x="gain:Q", y="share:Q")
    )
    names = (
        alt.Chart(rows(points))
        .mark_text(align="right", dx=-7, dy=-5, color=INK)
        .encode(x="gain:Q", y="share:Q", text="name:N")
    )
    title = _title(f"Gain over {quote.draws:,} draws", unit)
    return _layered(line, dots, names, title=title)
