"""The charts of one plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sinho.hub import Hub
from sinho.report import bars, heat, scenarios, stacked
from sinho.report.corridor import contracts
from sinho.report.names import names_of, planned_hub
from sinho.report.style import (
    Drawing,
    spec,
)
from sinho.results import Comparison, MonthPlan


@dataclass(frozen=True)
class Chart:
    """One chart of a report.

    Parameters
    ----------
    name : str
        Name of its files.
    title : str
        What it shows.
    spec : dict or None
        Its Vega-Lite specification with data; None where there is nothing to draw.
    empty : str
        Why there is nothing to draw.
    """

    name: str
    title: str
    spec: dict[str, Any] | None
    empty: str


def plan_charts(plan: MonthPlan, hub: Hub) -> dict[str, Chart]:
    """Draw all charts of a plan.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        Its hub, with or without the plan's scenario applied.

    Returns
    -------
    dict of str to Chart
        By name, in the order of the page.
    """
    whole = planned_hub(plan, hub)
    names = names_of(plan, whole)
    period = plan.period_kind
    drawn: list[tuple[str, str, Drawing | None, str]] = [
        (
            "production",
            f"Cars made by {period}",
            stacked.production(plan, names),
            "No car is made in any period.",
        ),
        (
            "unmet",
            f"Cars late and lost by {period}",
            stacked.unmet(plan, names),
            "No car is late at the end of any period, and none is lost.",
        ),
        (
            "utilisation",
            f"Utilisation by shop and {period}, manned and installed basis",
            heat.utilisation(plan),
            "No shop has any capacity.",
        ),
        (
            "people",
            f"People by shop group and {period}",
            stacked.people(plan, names),
            "The hub names no people: neither in its shift patterns nor in its crews.",
        ),
        (
            "exports",
            f"Cars exported by market and {period}",
            stacked.exports(plan, names),
            "No car is exported.",
        ),
        (
            "sailing",
            f"Sailing use by lane and {period}",
            heat.sailing(plan),
            "There is no sailing with a limit.",
        ),
        (
            "contracts",
            "Contract corridor against plan",
            contracts(plan, whole, names),
            "The plan has no contracts: the hub has none, or none falls into the horizon.",
        ),
        (
            "parts",
            f"Engines and castings pulled by {period}",
            stacked.parts(plan, names),
            "The plan pulls no engines and no castings.",
        ),
        (
            "values",
            f"Marginal values by {period}",
            heat.marginal_values(plan),
            "Nothing that is scarce is worth more: one more hour or square metre changes nothing.",
        ),
        (
            "contribution",
            "Contribution by line",
            bars.contribution(plan),
            "No money moves: the hub has no prices and no costs.",
        ),
        (
            "actuals",
            "Actual against plan by year",
            bars.actual_years(plan, whole, names),
            "The hub has no actuals of whole years inside the horizon.",
        ),
        (
            "actual-months",
            "Actual against plan by month",
            bars.actual_months(plan, whole, names),
            "The hub has no actuals of months inside the horizon.",
        ),
        ("basis", "Basis of the input", bars.input_basis(plan), "The hub has no rows."),
    ]
    return charts_of(drawn)


def comparison_charts(comparison: Comparison) -> dict[str, Chart]:
    """Draw the charts of a comparison.

    Parameters
    ----------
    comparison : Comparison
        Scenarios side by side.

    Returns
    -------
    dict of str to Chart
        By name, in the order of the page.
    """
    drawn: list[tuple[str, str, Drawing | None, str]] = [
        (
            "overview",
            "Scenarios side by side",
            scenarios.overview(comparison),
            "Every figure of every scenario is nothing.",
        ),
        (
            "years",
            "Cars by scenario and year",
            scenarios.years(comparison),
            "The plans lie within a single year: see the figures above.",
        ),
    ]
    return charts_of(drawn)


def charts_of(drawn: Iterable[tuple[str, str, Drawing | None, str]]) -> dict[str, Chart]:
    """Return charts by name.

    Parameters
    ----------
    drawn : iterable of (str, str, Drawing or None, str)
        Name, title, what is drawn, and what is said where that is None.
    """
    return {
        name: Chart(name, title, None if chart is None else spec(chart), why)
        for name, title, chart, why in drawn
    }
