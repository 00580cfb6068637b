"""Charts of a network's plan: fill, duties over time, what two plans cost by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import polars as pl

from sinho.report.charts import Chart
from sinho.report.source.tables import waterfall
from sinho.report.style import COST, HEAT, INCOME, WIDTH, Drawing, rows, spec
from sinho.results import Sourcing
from sinho.source import Input

MOST_CURVES = 10
"""Curves of a chart that can be told apart, and charts one below the other."""


def charts_of(plans: Mapping[str, Sourcing], given: Input) -> dict[str, Chart]:
    """Return the charts of plans by name.

    Parameters
    ----------
    plans : mapping of str to Sourcing
        Plans by name; the first two are compared by line.
    given : Input
        What the first of them was made from.
    """
    made: list[tuple[str, str, Drawing | None, str]] = [
        (f"fill {name}", f"Fill of plants by year, {name}", _fill(plan), "No plant has capacity.")
        for name, plan in plans.items()
    ]
    plan = next(iter(plans.values()))
    made.append(("duty", "Duties by month of leaving", _duties(given, plan), "No duty is paid."))
    if len(plans) > 1:
        first, second = list(plans)[:2]
        title = f"Cost per car by line, from {first} to {second}"
        made.append(("waterfall", title, _steps(plans, first, second), "Nothing differs."))
    return {
        name.replace(" ", "-"): Chart(
            name.replace(" ", "-"), title, None if drawing is None else spec(drawing), empty
        )
        for name, title, drawing, empty in made
    }


def _fill(plan: Sourcing) -> Drawing | None:
    frame = (
        plan.plants.group_by("plant", pl.col("month").dt.strftime("%Y").alias("year"))
        .agg((pl.col("load").sum() / pl.col("capacity").sum()).fill_nan(0.0).alias("fill"))
        .sort("plant", "year")
    )
    if frame.is_empty():
        return None
    base = alt.Chart(rows(frame)).encode(
        x=alt.X("year:N", title=None, axis=alt.Axis(labelAngle=0)), y=alt.Y("plant:N", title=None)
    )
    cells = base.mark_rect().encode(
        color=alt.Color(
            "fill:Q",
            scale=alt.Scale(scheme=HEAT, domain=[0, 1]),
            legend=alt.Legend(title="of the steps worked", format=".0%"),
        ),
        tooltip=["plant:N", "year:N", alt.Tooltip("fill:Q", format=".1%")],
    )
    text = base.mark_text(fontSize=11).encode(
        text=alt.Text("fill:Q", format=".0%"),
        color=alt.condition("datum.fill > 0.55", alt.value("white"), alt.value("black")),
    )
    drawing: Drawing = (cells + text).properties(width=WIDTH, height=26 * frame["plant"].n_unique())
    return drawing


def _duties(given: Input, plan: Sourcing) -> Drawing | None:
    """Draw the duties of the cars that are sold most, where they change."""
    ways = plan.flows.group_by("model", "plant", "market").agg(pl.col("cars").sum())
    markets = _most(ways, "market", given.markets)
    ways = ways.with_columns(car=pl.concat_str("model", pl.lit(" from "), "plant"))
    possible = [
        (given.models[i], given.plants[p].name)
        for i, p in zip(given.model, given.plant, strict=True)
    ]
    cars = _most(ways, "car", [f"{model} from {plant}" for model, plant in possible])
    parts = [
        given.landed_costs(model)
        .filter(pl.col("landed").is_not_null() & pl.col("market").is_in(markets))
        .select(
            pl.concat_str(pl.lit(f"{model} from "), "plant").alias("car"), "market", "month", "duty"
        )
        .filter(pl.col("car").is_in(cars))
        for model in dict.fromkeys(
            model for model, plant in possible if f"{model} from {plant}" in cars
        )
    ]
    if not parts:
        return None
    way = "car", "market"
    paid = pl.concat(parts).filter((pl.col("duty").max() > 0).over(*way))
    if paid.is_empty():
        return None
    changes = (pl.col("duty") != pl.col("duty").shift()).fill_null(True).over(*way)
    last = (pl.col("month") == pl.col("month").max()).over(*way)
    shown = paid.sort(*way, "month").filter(changes | last)
    drawing: Drawing = (
        alt.Chart(rows(shown.with_columns(pl.col("month").dt.strftime("%Y-%m-%d"))))
        .mark_line(interpolate="step-after")
        .encode(
            x=alt.X("month:T", title=None),
            y=alt.Y("duty:Q", title="duty", axis=alt.Axis(format=".0%")),
            color=alt.Color("car:N", legend=alt.Legend(title=None)),
            row=alt.Row("market:N", title=None),
            tooltip=["car:N", "market:N", "month:T", alt.Tooltip("duty:Q", format=".1%")],
        )
        .properties(width=WIDTH - 160, height=120)
    )
    return drawing


def _most(ways: pl.DataFrame, column: str, names: Sequence[str]) -> list[str]:
    """Return the names of which most cars go, no more than can be told apart."""
    cars = dict(ways.group_by(column).agg(pl.col("cars").sum()).iter_rows())
    return sorted(names, key=lambda name: -cars.get(name, 0.0))[:MOST_CURVES]


def _steps(plans: Mapping[str, Sourcing], first: str, second: str) -> Drawing | None:
    before, after = plans[first], plans[second]
    frame = waterfall(before, after).filter(pl.col("change").abs() > 1e-9)
    if frame.is_empty():
        return None
    start = before.objective / max(before.cars, 1e-9)
    ends = start + frame["change"].cum_sum()
    frame = frame.with_columns(ends.alias("to"), (ends - frame["change"]).alias("from"))
    total = pl.DataFrame(
        {
            "line": [first, second],
            "from": [0.0, 0.0],
            "to": [start, float(ends[-1])],
            "change": [start, float(ends[-1])],
        }
    )
    shown = pl.concat([total[:1], frame.select(total.columns), total[1:]])
    totals = pl.col("line").is_in([first, second])
    more = pl.when(pl.col("change") > 0).then(pl.lit("more")).otherwise(pl.lit("less"))
    kind = pl.when(totals).then(pl.lit("total")).otherwise(more)
    drawing: Drawing = (
        alt.Chart(rows(shown.with_columns(kind.alias("kind"))))
        .mark_bar()
        .encode(
            y=alt.Y("line:N", sort=shown["line"].to_list(), title=None),
            x=alt.X("from:Q", title=f"{before.currency} a car"),
            x2="to:Q",
            color=alt.Color(
                "kind:N",
                scale=alt.Scale(domain=["total", "more", "less"], range=["#5b6673", COST, INCOME]),
                legend=alt.Legend(title=None),
            ),
            tooltip=["line:N", alt.Tooltip("change:Q", format="+,.2f")],
        )
        .properties(width=WIDTH, height=22 * shown.height)
    )
    return drawing
