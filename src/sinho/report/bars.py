"""Bars: contribution by line, basis of the input, actual against plan."""

from __future__ import annotations

import altair as alt
import polars as pl

from sinho.hub import Hub
from sinho.hub.schema import ALL
from sinho.report import actuals, kpi
from sinho.report.amounts import number_text, scale_of
from sinho.report.names import Names
from sinho.report.style import (
    BASIS,
    COST,
    INCOME,
    INK,
    NUMBER,
    SOFT,
    TOTAL,
    WIDTH,
    Drawing,
    below,
    layered,
    period_axis,
    rows,
    subtitle,
)
from sinho.results import MonthPlan

YEAR = 4


def contribution(plan: MonthPlan) -> Drawing | None:
    """Return horizontal bars from line to line down to the contribution."""
    lines = kpi.contribution(plan)
    if not lines.height:
        return None
    end = lines["amount"].cum_sum()
    frame = lines.select("line", "amount", "meaning").with_columns(
        start=pl.Series([0.0, *end.to_list()[:-1]]),
        end=end,
        kind=pl.when(pl.col("amount") > 0).then(pl.lit("income")).otherwise(pl.lit("cost")),
    )
    total = pl.DataFrame(
        {
            "line": ["contribution"],
            "amount": [plan.objective],
            "meaning": ["sum of all lines: the plan's objective"],
            "start": [0.0],
            "end": [plan.objective],
            "kind": ["contribution"],
        }
    )
    frame = pl.concat([frame, total])
    largest = max(abs(float(value)) for value in frame["start"].append(frame["end"]))
    factor, unit = scale_of(largest, plan.currency)
    frame = frame.with_columns(pl.col("start", "end") * factor).with_columns(
        right=pl.max_horizontal("start", "end"),
        text=pl.Series([number_text(value * factor) for value in frame["amount"]]),
    )
    order = frame["line"].to_list()
    base = alt.Chart(rows(frame))
    row = alt.Y("line:N", sort=order, title=None, scale=alt.Scale(domain=order))
    bars = base.mark_bar(height={"band": 0.72}, stroke=None).encode(
        y=row,
        x=alt.X("start:Q", title=unit, axis=alt.Axis(format=NUMBER, tickCount=5)),
        x2="end:Q",
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=["income", "cost", "contribution"], range=[INCOME, COST, TOTAL]),
            legend=alt.Legend(title=None, orient="top", offset=4),
        ),
        tooltip=[
            alt.Tooltip("line:N"),
            alt.Tooltip("amount:Q", title=plan.currency, format=",.2f"),
            alt.Tooltip("meaning:N"),
        ],
    )
    labels = base.mark_text(align="left", dx=5, fontSize=11, color=INK).encode(
        y=row, x="right:Q", text="text:N"
    )
    title = alt.Title("Contribution by line", subtitle=subtitle(plan, unit, "whole horizon"))
    return layered(bars, labels, title=title, height=24 * len(order))


def input_basis(plan: MonthPlan) -> Drawing | None:
    """Return the share of rows reported, derived and assumed, by table of the input."""
    frame = kpi.input_basis(plan)
    if not frame.height:
        return None
    order = ["all", *(name for name in frame["table"].unique(maintain_order=True) if name != "all")]
    known = [name for name in kpi.INPUT_BASES if name in set(frame["basis"])]
    frame = frame.with_columns(
        place=pl.col("basis").replace_strict(known, range(len(known)), return_dtype=pl.Int64)
    )
    row = alt.Y("table:N", sort=order, title=None, scale=alt.Scale(domain=order))
    bars = (
        alt.Chart(rows(frame))
        .mark_bar(height={"band": 0.78})
        .encode(
            y=row,
            x=alt.X(
                "share:Q",
                title="share of the table's rows",
                axis=alt.Axis(format=".0%", tickCount=5),
                scale=alt.Scale(domain=[0, 1], nice=False),
            ),
            color=alt.Color(
                "basis:N",
                sort=known,
                scale=alt.Scale(domain=known, range=[BASIS[name] for name in known]),
                legend=alt.Legend(title=None, orient="top", offset=4),
            ),
            order=alt.Order("place:Q"),
            tooltip=["table:N", "basis:N", "rows:Q", alt.Tooltip("share:Q", format=".1%")],
        )
    )
    counts = frame.group_by("table", maintain_order=True).agg(pl.col("rows").sum())
    labels = (
        alt.Chart(
            rows(
                counts.with_columns(
                    text=pl.col("rows").map_elements(
                        lambda n: f"{n:,} row{'s' if n != 1 else ''}", pl.String
                    )
                )
            )
        )
        .mark_text(align="left", dx=6, fontSize=11, color=SOFT)
        .encode(y=row, x=alt.value(WIDTH), text="text:N")
    )
    title = alt.Title(
        "Basis of the input: reported, derived or assumed",
        subtitle=subtitle(plan, "share of the rows of each table"),
    )
    return layered(bars, labels, title=title, height=17 * len(order))


def actual_years(plan: MonthPlan, hub: Hub, names: Names) -> Drawing | None:
    """Return paired bars of actual and plan for the years with actuals of cars or parts made."""
    frame = actuals.actual_against_plan(plan, hub["actuals"], names).filter(
        (pl.col("period").str.len_chars() == YEAR) & pl.col("plan").is_not_null()
    )
    if not frame.height:
        return None
    made = frame.filter(pl.col("measure") == "made")
    counts = (made if made.height else frame).group_by("period", maintain_order=True).len()
    year = str(counts.sort("len", descending=True, maintain_order=True)["period"][0])
    own = frame.filter(pl.col("period") == year)
    places = dict(names.markets.select("market", "market_name").iter_rows())
    own = own.with_columns(
        what=pl.col("item").replace(ALL, "all cars")
        + pl.when(pl.col("market") == ALL)
        .then(pl.lit(""))
        .otherwise(pl.lit(", ") + pl.col("market").replace(places))
    )
    groups = (
        ("Cars made", "cars", pl.col("measure") == "made"),
        ("Engines and other parts made", "pieces", pl.col("measure") == "made"),
        ("Castings made", "t", pl.col("measure") == "made"),
        ("Cars shipped", "cars", pl.col("measure") == "shipped"),
        ("Cars sold (plan: shipped to the market)", "cars", pl.col("measure") == "sold"),
    )
    panels = [
        _pairs(
            part,
            alt.Title(f"{title} in {year}: actual and plan", subtitle=subtitle(plan, unit)),
            unit,
        )
        for title, unit, chosen in groups
        if (part := own.filter(chosen & (pl.col("unit") == unit))).height
    ]
    return below(*panels)


def _pairs(frame: pl.DataFrame, title: alt.Title, unit: str) -> Drawing:
    """Return two bars for each row: actual above plan."""
    order = frame["what"].unique(maintain_order=True).to_list()
    long = frame.unpivot(
        on=["actual", "plan"], index=["what", "difference", "basis"], variable_name="which"
    ).with_columns(text=pl.col("value").map_elements(lambda v: f"{v:,.0f}", pl.String))
    base = alt.Chart(rows(long))
    row = alt.Y("what:N", sort=order, title=None, scale=alt.Scale(domain=order, paddingInner=0.25))
    pair = alt.YOffset("which:N", sort=["actual", "plan"])
    bars = base.mark_bar().encode(
        y=row,
        yOffset=pair,
        x=alt.X("value:Q", title=unit, axis=alt.Axis(format=NUMBER, tickCount=5)),
        color=alt.Color(
            "which:N",
            scale=alt.Scale(domain=["actual", "plan"], range=[BASIS["assumed"], INCOME]),
            legend=alt.Legend(title=None, orient="top", offset=2),
        ),
        tooltip=[
            alt.Tooltip("what:N"),
            alt.Tooltip("which:N"),
            alt.Tooltip("value:Q", title=unit, format=",.1f"),
            alt.Tooltip("difference:Q", title="plan less actual", format=",.1f"),
            alt.Tooltip("basis:N", title="basis of the actual"),
        ],
    )
    labels = base.mark_text(align="left", dx=4, fontSize=10, color=INK).encode(
        y=row, yOffset=pair, x="value:Q", text="text:N"
    )
    return layered(bars, labels, title=title, height=30 * len(order))


def actual_months(plan: MonthPlan, hub: Hub, names: Names) -> Drawing | None:
    """Return the plan's months as bars and the actuals as points: home and overseas, all cars."""
    frame = actuals.actual_against_plan(plan, hub["actuals"], names)
    frame = frame.filter(
        (pl.col("period").str.len_chars() > YEAR)
        & (pl.col("item") == ALL)
        & pl.col("market").is_in(["domestic", "overseas"])
    )
    months = plan.tables["periods"].select(pl.col("month").unique(maintain_order=True))
    months = months.with_columns(label=pl.col("month").dt.strftime("%Y-%m"))
    ship = plan.tables["ship"].join(names.markets, on="market", how="left")
    ship = ship.join(plan.tables["periods"].select("period", "month"), on="period")
    panels = []
    for route, text in (("domestic", "at home"), ("overseas", "overseas")):
        points = (
            frame.filter(pl.col("market") == route)
            .select(pl.col("period").alias("label"), "actual")
            .unique("label", keep="last", maintain_order=True)
        )
        if not points.height:
            continue
        sums = (
            ship.filter(pl.col("route") == route)
            .group_by("month")
            .agg(pl.col("units").sum().alias("plan"))
        )
        data = months.join(sums, on="month", how="left", maintain_order="left").with_columns(
            pl.col("plan").fill_null(0.0)
        )
        data = data.join(points, on="label", how="left", maintain_order="left").drop("month")
        base = alt.Chart(rows(data)).encode(x=period_axis(months))
        key = alt.Scale(
            domain=["plan: shipped", "actual: sold or shipped"],
            range=["#9ec3e6", BASIS["assumed"]],
        )
        legend = alt.Legend(title=None, orient="top", offset=6)
        high = max(float(str(data[name].max() or 0.0)) for name in ("plan", "actual"))
        color = alt.Color("which:N", scale=key, legend=legend)
        up = alt.Axis(format=NUMBER, tickCount=4)
        tooltip = [
            alt.Tooltip("label:N", title="month"),
            alt.Tooltip("plan:Q", format=NUMBER),
            alt.Tooltip("actual:Q", format=NUMBER),
        ]
        bars = (
            base.transform_calculate(which="'plan: shipped'")
            .mark_bar()
            .encode(
                y=alt.Y(
                    "plan:Q",
                    title="cars",
                    axis=up,
                    scale=alt.Scale(domain=[0, max(1.0, 1.06 * high)], nice=False),
                ),
                color=color,
                tooltip=tooltip,
            )
        )
        dots = (
            base.transform_filter("isValid(datum.actual)")
            .transform_calculate(which="'actual: sold or shipped'")
            .mark_point(filled=True, size=36, opacity=1, stroke="white", strokeWidth=0.6)
        )
        dots = dots.encode(
            y="actual:Q",
            color=color,
            tooltip=tooltip,
        )
        title = alt.Title(f"Cars {text} by month: actual and plan", subtitle=subtitle(plan, "cars"))
        panels.append(layered(bars, dots, title=title, height=160))
    return below(*panels)
