"""The tables of a report: frames with headings that carry their units."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from sinho.hub import Hub
from sinho.hub.schema import ALL
from sinho.report import actuals, figures, frames, kpi, limits, lines
from sinho.report.names import names_of, planned_hub
from sinho.results import Comparison, MonthPlan


@dataclass(frozen=True)
class Table:
    """One table of a report.

    Parameters
    ----------
    title : str
        Its heading.
    frame : polars.DataFrame
        What it holds; column names are the headings, with units in brackets.
    empty : str
        Why it holds nothing, shown in its place.
    note : str
        How it is to be read.
    """

    title: str
    frame: pl.DataFrame
    empty: str = "Nothing to show."
    note: str = ""


def plan_tables(plan: MonthPlan, hub: Hub) -> dict[str, Table]:
    """Return all tables of a report by name.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        Its hub, with or without the plan's scenario applied.

    Returns
    -------
    dict of str to Table
        In the order of the page.
    """
    whole = planned_hub(plan, hub)
    names = names_of(plan, whole)
    every = figures.by_year(plan, whole)

    def by_year(*groups: str) -> pl.DataFrame:
        return every.filter(pl.col("group").is_in(groups))

    period = plan.period_kind
    against = actuals.actual_against_plan(plan, whole["actuals"], names)
    return {
        "figures": Table(
            "Key figures",
            frames.key_figures(every, names),
            note="Late at the end: cars still late on the last day.",
        ),
        "production": Table(
            "Cars made by family",
            frames.renamed(by_year("cars made").drop("group", "unit"), figure="family [cars]"),
            "No car is made in any period.",
        ),
        "production months": Table(
            f"Cars made by model and {period} [cars]",
            frames.months(plan, kpi.cars_made(plan, names, "model", "period"), "model"),
        ),
        "export months": Table(
            f"Cars exported by market and {period} [cars]",
            frames.months(plan, kpi.exports(plan, names, "market_name", "period"), "market_name"),
        ),
        "balance": Table(
            "What became of the demand",
            frames.renamed(
                kpi.balance(plan, names, whole["opening_backlog"], "family"),
                family="family [cars]",
                **{"car-periods late": f"car-{period}s late"},
            ),
            "The hub asks for no cars in this horizon.",
            "Asked for and late before equal shipped, lost and late at the end.",
        ),
        "utilisation": Table(
            "Utilisation by shop and basis",
            frames.utilisation(
                by_year("utilisation, manned basis", "utilisation, installed basis")
            ),
            "The hub has no shops.",
            "Load over capacity, both summed over the year. Manned: the hours of the shift "
            "patterns and overtime at the manned rate and availability. Installed: the nominal "
            "capacity of a calendar year.",
        ),
        **_line_tables(plan, whole),
        "patterns": Table(
            "Shift patterns",
            frames.renamed(
                kpi.pattern_runs(plan),
                first="from",
                last="to",
                periods=f"{period}s",
                shifts="shifts/day",
                hours="hours [h/shift]",
                days="working days",
            ),
            "No shop group works any pattern.",
        ),
        "people": Table(
            "People by shop group",
            frames.people(plan),
            "The hub names no people: neither in its shift patterns nor in its crews.",
            "Mean over the calendar days; a number of shifts times the crews of the group's shops.",
        ),
        "exports": Table(
            "Exports by market",
            frames.renamed(
                by_year("exports by market").drop("group", "unit"), figure="market [cars]"
            ),
            "No car is exported.",
        ),
        "sailing": Table(
            "Sailing use by lane",
            frames.renamed(
                by_year("sailing use", "box use")
                .with_columns(
                    pl.col("group").replace(
                        {"sailing use": "vessels (CEU or m², the fuller)", "box use": "40 ft boxes"}
                    )
                )
                .select(pl.col("figure"), pl.all().exclude("figure", "unit"))
                .filter(~pl.all_horizontal(pl.exclude("figure", "group").is_null())),
                figure="lane [%]",
                group="of",
            ),
            "The hub has no overseas markets, or its sailings have no limits.",
        ),
        **_departure_table(plan),
        "contracts": Table(
            "Contracts",
            frames.contracts(plan),
            "The plan has no contracts: the hub has none, or none falls into the horizon.",
        ),
        "parts": Table("Parts pulled", frames.parts(plan, names), "The hub plans no parts."),
        "binding": Table(
            "What binds",
            frames.renamed(
                limits.binding(plan),
                periods=f"{period}s",
                **{
                    "highest value": f"highest value [{plan.currency}]",
                    "per": "per one more",
                    "in": f"in {period}",
                },
            ),
            f"No shop, no sailing and no yard is used up in any {period}.",
            "Highest value: what one more manned hour, square metre, CEU or box would be worth "
            "with the shift patterns as they are. Several limits may bind at once; then only "
            "one of them need carry a value.",
        ),
        "contribution": Table(
            "Contribution by line",
            pl.concat(
                [
                    kpi.contribution(plan),
                    pl.DataFrame(
                        {
                            "line": ["contribution"],
                            "amount": [plan.objective],
                            "meaning": ["sum of all lines: the plan's objective"],
                        }
                    ),
                ]
            ).rename({"amount": f"amount [{plan.currency}]"}),
            "No money moves: the hub has no prices and no costs.",
        ),
        "checks": Table(
            "Derived checks",
            actuals.derived_checks(plan, whole["actuals"], names),
            "The hub has no actuals of cars made for a whole year of the horizon.",
            "Worked out from the hub's tables; not reported by anyone.",
        ),
        "actuals": Table(
            "Actual against plan, by year",
            frames.actuals(against.filter(pl.col("period").str.len_chars() == actuals.YEAR)),
            "The hub has no actuals of whole years inside the horizon.",
            "Cars sold are compared with cars shipped to the market: the plan ends at the port of "
            "discharge.",
        ),
        "actual months": Table(
            "Actual against plan, by month",
            frames.actuals(against.filter(pl.col("period").str.len_chars() != actuals.YEAR)),
            "The hub has no actuals of months inside the horizon.",
        ),
        "basis": Table("Basis of the input", frames.basis(plan), "The hub has no rows."),
        "changes": Table(
            "What the scenario changed in the input",
            plan.changes,
            "The plan is of the hub as it stands: no scenario, or one without changes.",
        ),
    }


def _departure_table(plan: MonthPlan) -> dict[str, Table]:
    """Return the table of trucks and trains on lanes overland; none where there are none."""
    use = kpi.departure_use(plan, "year")
    if use.is_empty():
        return {}
    return {
        "departures": Table(
            "Cars by road and rail on lanes overland",
            use.select(
                pl.col("year").cast(pl.String),
                "lane",
                "mode",
                "cars",
                pl.col("capacity").alias("room [cars]"),
                (100 * pl.col("utilisation")).alias("used [%]"),
                pl.col("binding").alias(f"{plan.period_kind}s full"),
            ),
            note="Room: cars on the trucks or trains that leave; empty where it is not limited.",
        )
    }


def _line_tables(plan: MonthPlan, hub: Hub) -> dict[str, Table]:
    """Return the tables of the lines; none where the hub does not name any."""
    if hub["lines"].is_empty():
        return {}
    percent = [(pl.col(name) * 100).alias(name) for name in ("manned", "fullest_manned")]
    by_period = lines.cars_by_line(plan, "period").with_columns(
        pl.concat_str("line", "model", separator=" ").alias("line")
    )
    return {
        "model lines": Table(
            "Cars made by model and line",
            lines.model_lines(plan).rename({"model": "model [cars]"}, strict=False),
            "No car is made in any period.",
        ),
        "line use": Table(
            "Manned utilisation by line",
            lines.line_use(plan, hub)
            .with_columns(pl.col("year").cast(pl.String), *percent)
            .rename(
                {
                    "cars": "cars made",
                    "point": "sequencing point",
                    "manned": "used [%]",
                    "fullest": "fullest shop",
                    "fullest_manned": "used there [%]",
                }
            ),
            "No line builds anything.",
            "Of all shops that the line's cars pass, those that it shares included, the fullest is "
            "the one that holds it back first.",
        ),
        "line months": Table(
            f"Cars made by line, model and {plan.period_kind} [cars]",
            frames.months(plan, by_period, "line"),
        ),
    }


def summary_tables(plan: MonthPlan, hub: Hub) -> list[tuple[str, pl.DataFrame]]:
    """Return the tables that a terminal shows after planning.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        Its hub.

    Returns
    -------
    list of (str, polars.DataFrame)
        Titles and frames; tables without rows are left out.
    """
    tables = plan_tables(plan, hub)
    shown = (
        "figures", "production", "model lines", "utilisation", "line use", "patterns", "exports",
        "departures", "contracts", "binding", "contribution", "actuals", "checks",
    )  # fmt: skip
    result = []
    for name in shown:
        if name not in tables:
            continue
        table = tables[name]
        frame = table.frame.drop("meaning", "source", strict=False)
        if name == "actuals":  # what was made, and the totals; the rest is on the page
            frame = frame.filter((pl.col("measure") == "made") | (pl.col("item") == ALL))
        if frame.height:
            result.append((table.title, frame))
    return result


def comparison_tables(comparison: Comparison) -> dict[str, Table]:
    """Return the tables of a comparison, without the figures that are nothing everywhere.

    Parameters
    ----------
    comparison : Comparison
        Scenarios side by side.

    Returns
    -------
    dict of str to Table
        ``whole`` (figures of the horizon), ``years`` (figures by year) and ``changes``.
    """
    plans = list(comparison.plans)
    values = [pl.col(name).abs().fill_null(0.0) for name in plans]
    kept = comparison.table.filter(pl.any_horizontal(value > kpi.TINY for value in values))
    if len(plans) == 2:
        kept = kept.with_columns((pl.col(plans[1]) - pl.col(plans[0])).alias("difference"))
    of_year = pl.col("group").str.contains(r" in \d{4}$")
    return {
        "whole": Table(
            "Figures of the whole horizon",
            kept.filter(~of_year),
            note=" ".join(comparison.cautions()),
        ),
        "years": Table(
            "Figures by year",
            kept.filter(of_year),
            "The plans lie within a single year.",
        ),
        "changes": Table(
            "What each scenario changed in the input",
            comparison.changes,
            "No scenario changes the input.",
        ),
    }


def sheets(plan: MonthPlan, hub: Hub, tables: dict[str, Table]) -> dict[str, pl.DataFrame]:
    """Return the key figures as sheets of the plan's workbook.

    Parameters
    ----------
    plan : MonthPlan
        The plan.
    hub : Hub
        Its hub, with or without the plan's scenario applied.
    tables : dict of str to Table
        The tables of its page.

    Returns
    -------
    dict of str to polars.DataFrame
        By name of the sheet.
    """
    chosen = {
        "demand met": "balance",
        "lines": "line use",
        "shift patterns": "patterns",
        "what binds": "binding",
        "derived checks": "checks",
        "actual by year": "actuals",
        "actual by month": "actual months",
    }
    return {
        "key figures": figures.by_year(plan, hub),
        **{sheet: tables[name].frame for sheet, name in chosen.items() if name in tables},
    }
