"""Whether a day can satisfy a rule at all: its share of cars against the rule's limit."""

from __future__ import annotations

from typing import Any

import polars as pl

from sinho.days.day import Day
from sinho.days.rules import Maximum, Overload, Ratio, Rule, Spread
from sinho.days.score import thousandths, work
from sinho.days.words import amount, say
from sinho.sequence.bounds.facts import Facts
from sinho.sequence.bounds.rules import rule_bound

COLUMNS: dict[str, type[pl.DataType] | pl.DataType] = {
    "rule": pl.String,
    "kind": pl.String,
    "level": pl.String,
    "hard": pl.Boolean,
    "cars": pl.Int64,
    "take_rate": pl.Float64,
    "limit": pl.String,
    "utilisation": pl.Float64,
    "basis": pl.String,
    "room": pl.Int64,
    "possible": pl.Boolean,
    "least": pl.Float64,
    "unit": pl.String,
    "exact": pl.Boolean,
    "reason": pl.String,
}
"""Columns of the outlook."""


def rule_outlook(day: Day) -> pl.DataFrame:
    """Say for each rule whether the day's cars can satisfy it at all, and its least violations.

    Parameters
    ----------
    day : Day
        A checked day.

    Returns
    -------
    DataFrame
        One row per rule, in the day's order: ``rule``; ``kind``; ``level`` (its name, null for a
        hard rule); ``hard``; ``cars`` with the option and their share of the day, ``take_rate``;
        ``limit`` in words; ``utilisation``, a share, and the ``basis`` that it is taken on;
        ``room``, the most cars with the option that a ratio takes without further violation;
        ``possible``, whether some order keeps the rule when it alone counts (null where that is
        not proven); ``least``, the least cost in ``unit``; ``exact``, whether an order reaches it;
        ``reason``. Null where a column does not apply.
    """
    facts = Facts(day)
    rows = [_row(rule, facts) for rule in day.rules]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def explain_rule(day: Day, rule: Rule) -> str:
    """Say in words whether the day's cars can satisfy a rule, and at what cost at least.

    Parameters
    ----------
    day : Day
        A checked day.
    rule : Rule
        One of its rules.

    Returns
    -------
    str
        One or two sentences with figures.
    """
    row = _row(rule, Facts(day))
    text = f"{say(rule)}."
    if row.get("take_rate") is not None:
        text += f" {row['cars']:,} of {day.size:,} cars ({row['take_rate']:.1%}) have the option."
    if row.get("utilisation") is not None:
        text += f" Utilisation {row['utilisation']:.1%} ({row['basis']})."
    least = amount(rule, float(row["least"]))
    if row["possible"]:
        verdict = "An order can keep it when it alone counts"
    elif row["possible"] is None:
        verdict = "Nothing is known that keeps an order from satisfying it"
    elif row["exact"]:
        verdict = f"No order keeps it; the best costs {least}"
    else:
        verdict = f"No order keeps it; each costs {least} or more"
    return f"{text} {verdict}: {row['reason']}."


def _row(rule: Rule, facts: Facts) -> dict[str, Any]:
    bound = rule_bound(rule, facts)
    possible = False if bound.total else (True if bound.exact else None)
    return {
        "rule": rule.name,
        "kind": type(rule).__name__,
        "level": None if rule.level is None else facts.day.levels[rule.level],
        "hard": rule.hard,
        **_load(rule, facts),
        "possible": possible,
        "least": bound.figure,
        "unit": rule.unit,
        "exact": bound.exact,
        "reason": bound.reason,
    }


def _load(rule: Rule, facts: Facts) -> dict[str, Any]:
    """Return take rate, limit and utilisation of a rule, where they apply."""
    match rule:
        case Ratio():
            cars = facts.cars(rule.option)
            return {
                **_share(cars, facts),
                "limit": f"{rule.most} in {rule.window} positions",
                "utilisation": _over(cars * rule.window, rule.most * facts.size),
                "basis": "take rate over the ratio",
                "room": max(0, facts.floor(rule).room),
            }
        case Maximum():
            cars = facts.cars(rule.option)
            per = rule.per or facts.size
            blocks = range(0, facts.size, max(1, per))
            room = sum(min(rule.most, per, facts.size - begin) for begin in blocks)
            return {
                **_share(cars, facts),
                "limit": f"{rule.most} in " + (f"{rule.per} positions" if rule.per else "the day"),
                "utilisation": _over(cars, room),
                "basis": "cars over the room of all blocks",
                "room": room,
            }
        case Spread():
            return _share(facts.cars(rule.option), facts)
        case Overload():
            minutes = int(work(rule, facts.day.cars).sum())
            return {
                "limit": f"{rule.takt:g} minutes per car",
                "utilisation": _over(minutes, thousandths(rule.takt) * facts.size),
                "basis": "work over the takt of all cars",
            }
        case _:
            return {}


def _share(cars: int, facts: Facts) -> dict[str, Any]:
    return {"cars": cars, "take_rate": _over(cars, facts.size)}


def _over(part: int, whole: int) -> float | None:
    return part / whole if whole else None
