"""The page of plans of a network: one HTML file that needs nothing but a browser."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from sinho.report.pages import chart_figures, page, sentences
from sinho.report.pictures import draw
from sinho.report.render import html_table
from sinho.report.source.charts import charts_of
from sinho.report.source.futures import losses_chart, losses_said
from sinho.report.source.map import flow_map
from sinho.report.source.tables import shown_beside
from sinho.report.tables import Table
from sinho.results import ENDED, Sourcing
from sinho.source import Input


def source_page(
    plans: Mapping[str, Sourcing],
    given: Input,
    stress: pl.DataFrame | None = None,
    worth: pl.DataFrame | None = None,
) -> str:
    """Return the page of one or several plans of a network.

    Parameters
    ----------
    plans : mapping of str to Sourcing
        Plans by name; the first one stands in full.
    given : Input
        What the first one was made from.
    stress : polars.DataFrame, optional
        Losses of the first one.
    worth : polars.DataFrame, optional
        What one thing more or less is worth to the first one.
    """
    charts = charts_of(plans, given)
    drawn = draw(charts.values())
    first = next(iter(plans.values()))
    said = [
        f"{name}: {plan.cars:,.0f} cars delivered, {plan.lost:,.0f} lost; cost "
        f"{plan.objective:,.0f} {plan.currency}, at most {plan.gap:.2%} from the best "
        f"({ENDED[plan.status]})."
        for name, plan in plans.items()
    ]
    parts = [("headline", "Headline", sentences(said))]
    figures = Table(f"Key figures, amounts in {first.currency}", shown_beside(plans))
    parts.append(("figures", "Key figures", html_table(figures)))
    maps = [
        f'<figure class="chart" aria-label="Flows, {name}"><figcaption>{name}</figcaption>'
        f"{flow_map(plan, given.places, f'map-{n}')}</figure>"
        for n, (name, plan) in enumerate(plans.items())
    ]
    parts.append(("flows", "Flows", "".join(maps) + html_table(_flows(first))))
    fills = [name for name in charts if name.startswith("fill")]
    parts.append(("plants", "Plants", chart_figures(fills, charts, drawn)))
    if "waterfall" in charts:
        parts.append(("cost", "Cost by line", chart_figures(["waterfall"], charts, drawn)))
    parts.append(("tariffs", "Tariffs", chart_figures(["duty"], charts, drawn)))
    tables = [
        ("launches", Table("Launches", first.launches, "No model is launched.")),
        ("limits", Table("What is limited", first.limits, "Nothing is limited.", WORTH)),
    ]
    if worth is not None:
        title = f"What one thing more or less is worth, in {first.currency}"
        tables.append(("worth", Table(title, worth, "Nothing may be more or less.", AGAIN)))
    parts += [(name, table.title, html_table(table)) for name, table in tables]
    if stress is not None:
        chart = losses_chart(stress, first.currency)
        table = Table("What is lost for a year", stress, "Nothing is lost.", MONTHS)
        text = sentences(losses_said(stress, first.currency)) + html_table(table)
        text += chart_figures(["losses"], {"losses": chart}, draw([chart]))
        parts.append(("stress", table.title, text))
    span = f"{given.months[0]:%Y-%m} to {given.months[-1]:%Y-%m}"
    return page(f"{first.name}: sourcing", span, parts, first.versions)


MONTHS = (
    "cost and cars: more than without the loss; months: until neither is more; empty: not within "
    "the months planned"
)
WORTH = "worth: what one unit more would save, with shifts and launches as they are"


AGAIN = (
    "near: at flows and prices as they are; cost and cars: what the plan made again costs and "
    "delivers more"
)


def _flows(plan: Sourcing) -> Table:
    frame = (
        plan.flows.group_by("plant", "market", "model")
        .agg(pl.col("cars", "in_quota", "tariff", "refund").sum())
        .sort("cars", descending=True)
    )
    return Table("Cars by plant, market and model", frame, "No car is delivered.")
