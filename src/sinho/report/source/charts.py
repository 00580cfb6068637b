"""Charts of a network's plan: fill, duties over time, what two plans cost by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import altair as alt
import polars as pl

from sinho.report.charts import Chart
from sinho.report.colors import PALETTE
from sinho.report.source.tables import waterfall
from sinho.report.style import COST, HEAT, INCOME, WIDTH, Drawing, rows, spec
from sinho.results import Sourcing
from sinho.source import Input

MOST_CURVES = 10
"""Curves of a chart that can be told apart, and charts one below the other."""


def charts_of(plans: Mapping[str, Sourcing], given: Mapping[str, Input]) -> dict[str, Chart]:
    """Return the charts of plans by name.

    Parameters
    ----------
    plans : mapping of str to Sourcing
        Plans by name; the first two are compared by line.
    given : mapping of str to Input
        What each was made from.
    """
    made: list[tuple[str, str, Drawing | None, str, str]] = [
        (
            f"fill-{n}",
            f"How full plants are by year, {name}",
            _fill(plan),
            "Load over the capacity of the shift steps that are worked, overtime aside",
            "No plant has capacity.",
        )
        for n, (name, plan) in enumerate(plans.items())
    ]
    said = "Share of the customs value by month of leaving the plant, beyond quotas; cars sold most"
    made.append(("duty", "Duties", _duties(plans, given), said, "No duty is paid."))
    if len(plans) > 1:
        first, second = list(plans)[:2]
        title = f"Cost of a car delivered by line, from {first} to {second}"
        unit = f"{plans[first].currency} a car, over all months"
        steps = _steps(plans, first, second)
        made.append(("waterfall", title, steps, unit, "Nothing differs."))
    return {
        name: Chart(
            name,
            title,
            None
            if drawing is None
            else spec(drawing.properties(title=alt.Title(title, subtitle=subtitle))),
            empty,
        )
        for name, title, drawing, subtitle, empty in made
    }


def _fill(plan: Sourcing) -> Drawing | None:
    capacity = pl.col("capacity").sum()
    frame = plan.plants.group_by(
        "plant", pl.col("month").dt.strftime("%Y").alias("year"), maintain_order=True
    ).agg(pl.when(capacity > 0).then(pl.col("load").sum() / capacity).alias("fill"))
    if frame.is_empty():
        return None
    said = (pl.col("fill") * 100).round(0).cast(pl.Int64, strict=False).cast(pl.String)
    frame = frame.with_columns(said=pl.concat_str(said, pl.lit(" %")).fill_null("closed"))
    base = alt.Chart(rows(frame)).encode(
        x=alt.X("year:N", title=None, axis=alt.Axis(labelAngle=0)),
        y=alt.Y("plant:N", title=None, sort=frame["plant"].unique(maintain_order=True).to_list()),
    )
    cells = base.mark_rect().encode(
        color=alt.Color("fill:Q", scale=alt.Scale(scheme=HEAT, domain=[0, 1]), legend=None),
        tooltip=["plant:N", "year:N", alt.Tooltip("said:N", title="fill")],
    )
    text = base.mark_text(fontSize=11).encode(
        text="said:N",
        color=alt.condition("datum.fill > 0.55", alt.value("white"), alt.value("black")),
    )
    drawing: Drawing = (cells + text).properties(width=WIDTH, height=26 * frame["plant"].n_unique())
    return drawing


def _duties(plans: Mapping[str, Sourcing], given: Mapping[str, Input]) -> Drawing | None:
    """Draw the duties of the cars that are sold most, where they change."""
    flows = pl.concat(
        [plan.flows.select("plant", "model", "market", "cars") for plan in plans.values()]
    )
    way = "model", "plant", "market"
    cars = dict(flows.group_by("market").agg(pl.col("cars").sum()).iter_rows())
    names = dict.fromkeys(market for data in given.values() for market in data.markets)
    markets = sorted(names, key=lambda name: -cars.get(name, 0.0))[:MOST_CURVES]
    possible = _most_sold(flows, given)
    parts = [
        data.landed_costs(model)
        .filter(pl.col("landed").is_not_null() & pl.col("market").is_in(markets))
        .select(pl.lit(model).alias("model"), "plant", "market", "month", "duty")
        for data in given.values()
        for model in dict.fromkeys(model for model, _ in possible)
        if model in data.models
    ]
    if not parts:
        return None
    chosen = pl.DataFrame(possible, schema=["model", "plant"], orient="row")
    # plans of one network know the same duties; where a scenario has others, the first one counts
    paid = (
        pl.concat(parts)
        .join(chosen, on=["model", "plant"], how="semi")
        .unique([*way, "month"], keep="first", maintain_order=True)
        .filter((pl.col("duty").max() > 0).over("market"))
        .sort(*way, "month")
    )
    if paid.is_empty():
        return None
    named = _alike(paid, possible)
    paid = paid.join(named, on=["model", "plant"]).unique(
        ["car", "market", "month"], keep="first", maintain_order=True
    )
    curve = "car", "market"
    changes = (pl.col("duty") != pl.col("duty").shift()).fill_null(True).over(*curve)
    last = (pl.col("month") == pl.col("month").max()).over(*curve)
    shown = paid.select(*curve, "month", "duty").sort(*curve, "month").filter(changes | last)
    count = shown["car"].n_unique()
    color = alt.Color(
        "car:N",
        sort=named["car"].unique(maintain_order=True).to_list(),
        scale=alt.Scale(range=list(PALETTE[:count])),
        legend=alt.Legend(
            title=None, orient="bottom", columns=2, symbolType="stroke", labelLimit=360
        ),
    )
    drawing: Drawing = (
        alt.Chart(rows(shown.with_columns(pl.col("month").dt.strftime("%Y-%m-%d"))))
        .mark_line(interpolate="step-after", opacity=0.85)
        .encode(
            x=alt.X("month:T", title=None, axis=alt.Axis(format="%Y-%m")),
            y=alt.Y("duty:Q", title=None, axis=alt.Axis(format=".0%", tickCount=4)),
            color=color,
            row=alt.Row(
                "market:N",
                title=None,
                sort=markets,
                header=alt.Header(labelAngle=0, labelAlign="left"),
            ),
            tooltip=["car:N", "market:N", "month:T", alt.Tooltip("duty:Q", format=".1%")],
        )
        .properties(width=WIDTH - 40, height=100)
        .resolve_scale(y="independent")
    )
    return drawing


def _most_sold(flows: pl.DataFrame, given: Mapping[str, Input]) -> list[tuple[str, str]]:
    """Return models of plants: those of the most cars, and where else these may be built."""
    sold = dict(
        flows.group_by(pl.concat_list("model", "plant").alias("of"))
        .agg(pl.col("cars").sum())
        .with_columns(pl.col("of").list.join("\0"))
        .iter_rows()
    )
    models: dict[str, float] = {}
    for key, cars in sold.items():
        model = key.split("\0")[0]
        models[model] = models.get(model, 0.0) + cars
    pairs = dict.fromkeys(
        (data.models[i], data.plants[p].name)
        for data in given.values()
        for i, p in zip(data.model, data.plant, strict=True)
    )
    order = sorted(
        pairs, key=lambda pair: (-sold.get("\0".join(pair), 0.0), -models.get(pair[0], 0.0))
    )
    return order[: 2 * MOST_CURVES]


def _alike(paid: pl.DataFrame, order: Sequence[tuple[str, str]]) -> pl.DataFrame:
    """Name curves in an order: models of a plant that pay the same everywhere are one."""
    known = dict(paid.group_by("model", "plant", maintain_order=True))
    series: dict[tuple[str, tuple[object, ...]], list[str]] = {}
    for model, plant in order:
        if (model, plant) in known:
            duties = known[model, plant].select("market", "month", "duty").rows()
            series.setdefault((plant, tuple(duties)), []).append(model)
    named = [
        (model, plant, f"{_list(models)} from {plant}")
        for (plant, _), models in list(series.items())[:MOST_CURVES]
        for model in models
    ]
    return pl.DataFrame(named, schema=["model", "plant", "car"], orient="row")


def _list(models: Sequence[str]) -> str:
    more = f" and {len(models) - 3} more" if len(models) > 3 else ""
    return ", ".join(models[:3]) + more


def _steps(plans: Mapping[str, Sourcing], first: str, second: str) -> Drawing | None:
    before, after = plans[first], plans[second]
    start = before.objective / max(before.cars, 1e-9)
    end = after.objective / max(after.cars, 1e-9)
    frame = waterfall(before, after).filter(
        pl.col("change").abs() > 1e-4 * max(abs(start), abs(end))
    )
    if frame.is_empty():
        return None
    ends = start + frame["change"].cum_sum()
    frame = frame.with_columns(ends.alias("to"), (ends - frame["change"]).alias("from"))
    total = pl.DataFrame(
        {"line": [first, second], "from": [0.0, 0.0], "to": [start, end], "change": [start, end]}
    )
    shown = pl.concat([total[:1], frame.select(total.columns), total[1:]])
    totals = pl.col("line").is_in([first, second])
    more = pl.when(pl.col("change") > 0).then(pl.lit("more")).otherwise(pl.lit("less"))
    kind = pl.when(totals).then(pl.lit("total")).otherwise(more)
    shown = shown.with_columns(kind.alias("kind"), pl.max_horizontal("from", "to").alias("end"))
    said = [
        f"{change:{',.2f' if one == 'total' else '+,.2f'}}".replace("-", "−")
        for change, one in shown["change", "kind"].rows()
    ]
    shown = shown.with_columns(pl.Series("said", said))
    base = alt.Chart(rows(shown)).encode(
        y=alt.Y("line:N", sort=shown["line"].to_list(), title=None)
    )
    bars = base.mark_bar().encode(
        x=alt.X("from:Q", title=f"{before.currency} a car"),
        x2="to:Q",
        color=alt.Color(
            "kind:N",
            scale=alt.Scale(domain=["total", "more", "less"], range=["#5b6673", COST, INCOME]),
            legend=None,
        ),
        tooltip=["line:N", alt.Tooltip("change:Q", format="+,.2f")],
    )
    text = base.mark_text(align="left", dx=4, fontSize=11).encode(x="end:Q", text="said:N")
    drawing: Drawing = (bars + text).properties(width=WIDTH, height=22 * shown.height)
    return drawing
