"""The page of plans of a network: one HTML file that needs nothing but a browser."""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import partial

import polars as pl

from sinho.report.amounts import amount_text
from sinho.report.pages import chart_figures, page, sentences
from sinho.report.pictures import draw
from sinho.report.render import html_table
from sinho.report.source.charts import charts_of
from sinho.report.source.futures import losses_chart, losses_said
from sinho.report.source.map import flow_map
from sinho.report.source.tables import (
    FILL,
    changes_of_duty,
    flows_shown,
    launches_shown,
    limits_shown,
    losses_shown,
    side_by_side,
    worth_shown,
)
from sinho.report.tables import Table
from sinho.results import ENDED, Sourcing
from sinho.source import Input

MOST_ROWS = 60
"""Rows of a table that are read on a page; the workbook has all of them."""

shown = partial(html_table, most=MOST_ROWS)


def source_page(
    plans: Mapping[str, Sourcing],
    given: Mapping[str, Input],
    stress: Mapping[str, pl.DataFrame] | None = None,
    worth: Mapping[str, pl.DataFrame] | None = None,
) -> str:
    """Return the page of one or several plans of a network.

    Parameters
    ----------
    plans : mapping of str to Sourcing
        Plans by name.
    given : mapping of str to Input
        What each was made from.
    stress : mapping of str to polars.DataFrame, optional
        Losses of each.
    worth : mapping of str to polars.DataFrame, optional
        What one thing more or less is worth to each.
    """
    charts = charts_of(plans, given)
    drawn = draw(charts.values())
    first = next(iter(plans.values()))
    unit = first.currency
    several = len(plans) > 1

    def title(text: str, name: str) -> str:
        return f"{text}, {name}" if several else text

    said = [
        f"{name}: {plan.cars:,.0f} cars delivered, {plan.lost:,.0f} lost; cost "
        f"{amount_text(plan.objective, unit)}, at most {plan.gap:.2%} from the best "
        f"({ENDED[plan.status]})."
        for name, plan in plans.items()
    ]
    parts = [("headline", "Headline", sentences(said))]
    figures = Table("Key figures", side_by_side(plans), note=f"{FILL}.".capitalize())
    parts.append(("figures", "Key figures", shown(figures)))
    maps = [
        f'<figure class="chart map" aria-label="Flows, {html.escape(name)}">'
        f"<figcaption>{html.escape(title('Flows', name))}</figcaption>"
        f"{flow_map(plan, given[name].places, f'map-{n}')}</figure>"
        for n, (name, plan) in enumerate(plans.items())
    ]
    cars = [
        shown(Table(title("Cars by plant, market and model", name), flows_shown(plan), NO_CARS))
        for name, plan in plans.items()
    ]
    parts.append(("flows", "Flows", "".join(maps + cars)))
    fills = [name for name in charts if name.startswith("fill")]
    parts.append(("plants", "Plants", chart_figures(fills, charts, drawn)))
    if "waterfall" in charts:
        parts.append(("cost", "Cost by line", chart_figures(["waterfall"], charts, drawn)))
    changes = Table("Changes of duty", changes_of_duty(given), "No duty changes.", ON_DAY)
    duties = chart_figures(["duty"], charts, drawn) + shown(changes)
    parts.append(("tariffs", "Tariffs", duties))
    launches = [
        shown(Table(title("Launches", name), launches_shown(plan), "No model is launched."))
        for name, plan in plans.items()
    ]
    parts.append(("launches", "Launches", "".join(launches)))
    limits = [
        shown(Table(title("What is used up", name), limits_shown(plan), NO_LIMIT, WORTH))
        for name, plan in plans.items()
    ]
    parts.append(("limits", "What is used up", "".join(limits)))
    if worth:
        tables = [
            shown(Table(title(MORE, name), worth_shown(one, unit), NOTHING_MORE, AGAIN))
            for name, one in worth.items()
        ]
        parts.append(("worth", MORE, "".join(tables)))
    if stress:
        text = ""
        for name, losses in stress.items():
            heading = f"<h3>{html.escape(name)}</h3>" if several else ""
            text += heading + sentences(losses_said(losses, unit))
        text += shown(Table(LOST, losses_shown(stress, unit), "Nothing is lost.", MONTHS))
        bars = [
            losses_chart(losses, unit, title("What losses cost", name), f"losses-{n}")
            for n, (name, losses) in enumerate(stress.items())
        ]
        text += chart_figures([one.name for one in bars], {b.name: b for b in bars}, draw(bars))
        parts.append(("stress", LOST, text))
    span = (
        f"{given[next(iter(plans))].months[0]:%Y-%m} to {given[next(iter(plans))].months[-1]:%Y-%m}"
    )
    return page(f"{first.name}: sourcing", f"{span}; amounts in {unit}", parts, first.versions)


NO_CARS = "No car is delivered."
NO_LIMIT = "No quota, lane, volume or share of a market is used up."
ON_DAY = (
    "By day of entry. What is published later than it holds was paid at the old rate until then, "
    "and is refunded. Kinds: base, on top of it, cap (of both together), quota, minimum (least "
    "price), closed."
)
LOST = "What is lost for a year"
MORE = "What one thing more or less is worth"
NOTHING_MORE = "Nothing may be more or less."
MONTHS = (
    "More than without the loss. To recover: months until neither is more; empty: not within "
    "the months planned. Gap: how far the plan with the loss may be from the best."
)
WORTH = "Worth of one more: what it would save, with shifts and launches as they are."
AGAIN = (
    "Near: at flows and prices as they are. Planned again: what the plan made anew costs and "
    "delivers more."
)
