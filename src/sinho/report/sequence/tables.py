"""The tables of a sequence's report: levels, rules, violations, and how it was found."""

from __future__ import annotations

import polars as pl

from sinho.days.formats.orders import order_table
from sinho.days.rules import (
    Changeover,
    Changes,
    Forbidden,
    Frozen,
    Maximum,
    Overload,
    Pinned,
    Ratio,
    Rule,
    RunLength,
    Spread,
    Windows,
)
from sinho.days.violations import violations
from sinho.report.sequence.lanes import View, limit_of
from sinho.report.sequence.legend import WEIGHTED, level_unit, plain
from sinho.report.tables import Table
from sinho.results import ENDED
from sinho.sequence import Input, Result, explain

LISTED, OF_ONE_RULE = 200, 20
"""Violations that a page lists, of all rules and of one."""

HARD = "hard"
BROKEN = "hard rules are broken"
"""What is said in place of a verdict: bounds are of orders that keep the hard rules."""

BEHIND = ", if nothing is given up above"
"""What is said behind a verdict that holds for orders no worse in the levels before."""

TINY = 1e-9


def verdict(figure: float, bound: float, behind: float | None = None) -> str:
    """Say how far a figure is from its proven limit.

    Parameters
    ----------
    figure, bound : float
        Figure reached, and the figure below which no order comes.
    behind : float, optional
        The figure below which no order comes that is no worse in the levels before.

    Returns
    -------
    str
        ``optimal``, or ``at most 3 from the limit``; where the limit of orders no worse in the
        levels before is nearer, the distance to it, and that it holds for these.
    """
    limit = bound if behind is None else max(bound, behind)
    gap = figure - limit
    said = "optimal" if gap <= TINY else f"at most {plain(round(gap, 3))} from the limit"
    return said + BEHIND if limit > bound + TINY and figure > bound + TINY else said


def levels(view: View, result: Result) -> Table:
    """Return the table of levels with figure, bound and gap.

    Parameters
    ----------
    view : View
        The order, counted.
    result : Result
        The sequence, with its proven bounds.

    Returns
    -------
    Table
        One row per level.
    """
    day, least = view.day, result.behind
    rows = []
    for at, ((name, figure), bound, behind, why) in enumerate(
        zip(view.score.levels, result.sequence.bounds, least.figures, least.reasons, strict=True)
    ):
        unit = level_unit(day, at)
        rows.append(
            {
                "level": name,
                "rules": sum(rule.level == at for rule in day.rules),
                "figure": figure,
                "bound": bound,
                "gap": max(0.0, figure - bound) if view.score.feasible else None,
                "unit": unit,
                "verdict": verdict(figure, bound, behind) if view.score.feasible else BROKEN,
                "why the bound": why,
            }
        )
    note = (
        "The most important first. No order that keeps the hard rules comes below the bound; the "
        "gap is what a better order could gain at most."
    )
    if any(str(row["verdict"]).endswith(BEHIND) for row in rows):
        note += (
            " Orders that are no worse in the levels above stay further away from the bound: the "
            "verdict says what such an order could gain at most."
        )
    if any(row["unit"] == WEIGHTED for row in rows):
        note += " Weighted: the sum of its rules' figures times their weights."
    frame = pl.DataFrame(rows, schema_overrides={"gap": pl.Float64}, infer_schema_length=None)
    return Table("Levels", frame, "The day has no soft rules.", note)


def subject(rule: Rule) -> str:
    """Return what a rule is about: an option, an attribute, cars."""
    match rule:
        case Ratio() | Maximum() | Spread():
            return f"option {rule.option}"
        case Changes() | Forbidden() | Changeover():
            return f"attribute {rule.attribute}"
        case RunLength():
            value = "" if rule.value is None else f" {rule.value}"
            return f"attribute {rule.attribute}{value}"
        case Overload():
            return "station"
        case _:
            return "cars"


KINDS: dict[type[Rule], str] = {
    Ratio: "ratio",
    Changes: "changes",
    RunLength: "run length",
    Spread: "even spread",
    Forbidden: "forbidden neighbours",
    Changeover: "changeover cost",
    Maximum: "maximum",
    Overload: "station overload",
    Windows: "position windows",
    Pinned: "pinned cars",
    Frozen: "frozen start",
}
"""What planners call the kinds of rules."""


def rules(view: View) -> Table:
    """Return the table of rules: what each is about, its limit, its figure and its least.

    Parameters
    ----------
    view : View
        The order, counted.

    Returns
    -------
    Table
        One row per rule, in the day's order.
    """
    day = view.day
    rows = [
        {
            "rule": rule.name,
            "kind": KINDS[type(rule)],
            "level": HARD if rule.level is None else day.levels[rule.level],
            "weight": None if rule.level is None else f"{rule.weight:,}",
            "about": subject(rule),
            "limit": limit_of(rule) or None,
            "figure": view.counted[rule.name].total / rule.scale,
        }
        for rule in day.rules
    ]
    schema = {"weight": pl.String, "limit": pl.String, "figure": pl.Float64}
    frame = pl.DataFrame(rows, schema_overrides=schema, infer_schema_length=None)
    if frame.height:
        frame = frame.with_columns(explain(Input(day), "rules").select("least", "unit"))
    if all(rule.weight == 1 for rule in day.rules):
        frame = frame.drop("weight", strict=False)
    note = "Least: no order comes below it, with regard to this rule by itself."
    return Table("Rules", frame, "The day has no rules.", note)


def allowed(view: View) -> Table:
    """Return what the day's cars allow of each rule: take rate, utilisation, least and why.

    Parameters
    ----------
    view : View
        The order, counted.

    Returns
    -------
    Table
        One row per rule, in the day's order.
    """
    frame = explain(Input(view.day), "rules").select(
        "rule",
        "cars",
        (100 * pl.col("take_rate")).alias("take rate [%]"),
        (100 * pl.col("utilisation")).alias("utilisation [%]"),
        pl.col("basis").alias("utilisation is"),
        pl.col("possible").alias("can be kept"),
        pl.col("reason").alias("why its least is what it is"),
    )
    note = (
        "Cars: those of the day with the option. Take rate: of all cars of the day. Can be kept: "
        "whether some order of the day's cars keeps this rule, the others left aside; a dash where "
        "that is not proven."
    )
    return Table("What the day allows of each rule", frame, "The day has no rules.", note)


def broken(view: View) -> pl.DataFrame:
    """Return every violation with its rule's unit, hard rules first, then level by level."""
    units = {rule.name: rule.unit for rule in view.day.rules}
    return violations(view.day, view.line.order).with_columns(
        pl.col("level").fill_null(HARD),
        pl.col("rule").replace_strict(units, default="", return_dtype=pl.String).alias("unit"),
    )


def listed(view: View) -> Table:
    """Return the first violations for a page; changes and even spreads are shown otherwise.

    Parameters
    ----------
    view : View
        The order, counted.

    Returns
    -------
    Table
        At most ``LISTED`` rows, ``OF_ONE_RULE`` of each rule; a note says how many more there are.
    """
    apart = [rule.name for rule in view.day.rules if isinstance(rule, Changes | Spread)]
    every = broken(view).filter(~pl.col("rule").is_in(apart))
    positions = pl.when(pl.col("first") == pl.col("last")).then(pl.col("first").cast(pl.String))
    chosen = every.filter(pl.int_range(pl.len()).over("rule") < OF_ONE_RULE).head(LISTED)
    frame = chosen.select(
        "rule",
        "level",
        positions.otherwise(pl.format("{} to {}", "first", "last")).alias("positions"),
        "cost",
        "unit",
        pl.col("text").alias("what"),
    )
    more = every.height - frame.height
    note = f"{more:,} more; the workbook of the sequence lists all of them. " if more > 0 else ""
    note += "The last car before the day has position 0, the one before it position −1."
    if apart:
        note += f" Not listed: {', '.join(apart)}."
    return Table("Violations", frame, "No rule is violated.", note)


def run(result: Result) -> Table:
    """Return how a sequence was found."""
    day, sequence = result.day, result.sequence
    rows = {
        "day": sequence.day,
        "source": day.source,
        "cars": f"{day.size:,}",
        "cars known before the day": f"{day.previous.height:,}",
        "ended": ENDED[sequence.status],
    }
    if sequence.status != "given":
        rows |= {
            "seed": str(sequence.seed),
            "threads": str(sequence.threads),
            "moves evaluated": f"{sequence.iterations:,}",
            "seconds": f"{sequence.seconds:,.2f}",
            "moves per second": f"{sequence.moves_per_second:,.0f}",
            "improvements seen": f"{sequence.history.height:,}",
        }
    rows |= dict(sequence.versions)
    frame = pl.DataFrame({"item": list(rows), "value": list(rows.values())})
    return Table("How the sequence was found", frame)


def sheets(view: View, result: Result) -> dict[str, pl.DataFrame]:
    """Return the tables of a sequence's workbook.

    Parameters
    ----------
    view : View
        The order, counted.
    result : Result
        The sequence.

    Returns
    -------
    dict of str to polars.DataFrame
        By name of the sheet; the order comes first.
    """
    columns = ("rule", "level", "first", "last", "cost", "unit", "text", "cars")
    return {
        "sequence": order_table(view.day, view.line.order),
        "summary": run(result).frame,
        "levels": levels(view, result).frame,
        "rules": rules(view).frame,
        "allowed": allowed(view).frame,
        "violations": broken(view).select(columns),
        "history": result.sequence.history,
    }
