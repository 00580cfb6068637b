"""Why a quote is what it is: its fees line by line, and what it takes from other models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from sinho.report.amounts import amount_text, number_text
from sinho.report.quote.refunds import refunds
from sinho.report.quote.words import TINY
from sinho.results import Explanation

Tables = Mapping[str, pl.DataFrame]


def why_fee(facts: Mapping[str, Any], tables: Tables) -> Explanation:
    """Explain the fee at break-even by the lines of the contribution, and the fee elsewhere.

    Parameters
    ----------
    facts : mapping of str to object
        Key figures of a quote (``Quote.summary``).
    tables : mapping of str to polars.DataFrame
        Its tables.

    Returns
    -------
    Explanation
        Its facts have a row for each ``line`` that the programme changes: the ``change``, and that
        ``per_car`` of the programme shipped.
    """
    money, fee_money = facts["currency"], facts["fee_currency"]
    cars = float(tables["models"].filter("of_programme")["shipped_with"].sum())
    fees = tables["landed"].filter(step="fee")
    per_unit = float((fees["cars"] * fees["rate"]).sum())
    gain, fee, even = facts["gain"], facts["fee"], facts["fee_at_break_even"]
    lines = tables["lines"].select("line", "change").filter(pl.col("change").abs() > TINY)
    once = pl.DataFrame({"line": ["tooling and launch"], "change": [-float(facts["once"])]})
    lines = pl.concat([lines, once.filter(pl.col("change") != 0)])
    share = pl.col("change") / cars if cars else pl.lit(None, dtype=pl.Float64)
    return Explanation(
        question="Why are the fees of this quote what they are?",
        answer=_even(gain, fee, even, cars, per_unit, money, fee_money),
        reasons=(*_elsewhere(facts, tables), *refunds(tables["landed"], money)),
        relaxations=(),
        facts=lines.with_columns(share.alias("per_car")),
    )


def _even(
    gain: float,
    fee: float,
    even: float | None,
    cars: float,
    per_unit: float,
    money: str,
    fee_money: str,
) -> str:
    """Say how the fee at break-even follows from the gain."""
    less = "gains" if gain >= 0 else "loses"
    text = (
        f"At a fee of {number_text(fee)} {fee_money} the plant {less} "
        f"{amount_text(abs(gain), money)} by the programme, the lines below in sum."
    )
    if not per_unit:
        return f"{text} No car is shipped that would earn a fee."
    same = fee - gain / per_unit
    text += (
        f" {number_text(cars)} cars earn the fee, so that one {fee_money} of it is "
        f"{amount_text(per_unit, money)}: with the same plan nothing is gained at "
        f"{number_text(same)} {fee_money}."
    )
    if even is None:
        return f"{text} No fee at break-even was found."
    if abs(even - same) <= 1e-6 * max(1.0, abs(same)):
        return f"{text} At that fee the plan is the same, so that it is the fee at break-even."
    return (
        f"{text} At that fee another plan is better, and the fee at break-even is "
        f"{number_text(even)} {fee_money}."
    )


def _elsewhere(facts: Mapping[str, Any], tables: Tables) -> list[str]:
    """Say what a car costs its buyer by step, here and from the alternative, by market."""
    fee_money, money = facts["fee_currency"], facts["currency"]
    steps = {name: _steps(tables[name]) for name in ("landed", "elsewhere")}
    said = []
    for market, here in steps["landed"].items():
        there = steps["elsewhere"].get(market)
        text = f"{market}: a car costs its buyer {_sum(here, money)}"
        said.append(f"{text}." if there is None else f"{text}; elsewhere {_sum(there, money)}.")
    if tables["elsewhere"].is_empty():
        said.append("No alternative is named, so that there is no fee at which the buyer leaves.")
    elif facts["fee_elsewhere"] is not None:
        said.append(
            f"Over the cars of markets with an alternative both are alike at a fee of "
            f"{number_text(facts['fee_elsewhere'])} {fee_money}."
        )
    return said


def _steps(lines: pl.DataFrame) -> dict[str, dict[str, float]]:
    """Return the mean of what the buyer pays by market and step, over the cars shipped."""
    cars = lines.select("market", "model", "month", "cars").unique(maintain_order=True)
    total = dict(cars.group_by("market").agg(pl.col("cars").sum()).iter_rows())
    paid = lines.filter(payer="buyer").group_by("market", "step", maintain_order=True)
    found: dict[str, dict[str, float]] = {}
    for market, step, amount in paid.agg((pl.col("cars") * pl.col("amount")).sum()).iter_rows():
        if total[market] and abs(amount) > TINY:
            found.setdefault(market, {})[step] = amount / total[market]
    return found


def _sum(steps: Mapping[str, float], money: str) -> str:
    parts = ", ".join(f"{step} {number_text(amount)}" for step, amount in steps.items())
    return f"{number_text(sum(steps.values()))} {money} ({parts})"


def displaced(tables: Tables, with_: Tables, cells: pl.DataFrame) -> list[str]:
    """Say what the programme takes from other models, and which shops it fills.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        Tables of the quote, and ``without.late`` and ``without.lost``.
    with_ : mapping of str to polars.DataFrame
        Tables of the plan with the programme.
    cells : polars.DataFrame
        What is asked about: ``period``, and ``model`` and ``market`` where it is about some.
    """
    own = tables["models"].filter("of_programme")["model"]
    keys = ["period", "model", "market"]
    sides = [
        frame.select(*keys, pl.col("units").alias(f"{name}_{side}"))
        for name in ("late", "lost")
        for side, frame in (("without", tables[f"without.{name}"]), ("with", with_[name]))
    ]
    both = sides[0]
    for frame in sides[1:]:
        both = both.join(frame, on=keys, how="full", coalesce=True)
    asked = [key for key in keys if key in cells.columns]
    others = both.join(cells.select(asked).unique(), on=asked, how="semi").filter(
        ~pl.col("model").is_in(own.implode())
    )
    if "model" in asked and cells["model"].is_in(own.implode()).all():
        return []
    more = others.group_by("period", "model").agg(
        (pl.col(f"{name}_with").sum() - pl.col(f"{name}_without").sum()).alias(name)
        for name in ("late", "lost")
    )
    more = more.filter((pl.col("late") > TINY) | (pl.col("lost") > TINY)).sort("period", "model")
    if more.is_empty():
        return ["The programme takes none of these cars: as many are late or lost without it."]
    head = tables["headroom"].filter(basis="manned")
    full = head.filter((pl.col("left_with") <= TINY) & (pl.col("left_without") > TINY))
    said = []
    for row in more.to_dicts():
        filled = [
            f"shop {one['shop']}, which has room for {number_text(one['left_without'])} more "
            "without it"
            for one in full.filter(period=row["period"]).to_dicts()
        ]
        said.append(
            f"Than without the programme, {number_text(row['late'])} more cars of {row['model']} "
            f"are late at the end of {row['period']:%Y-%m} and {number_text(row['lost'])} more lost"
            + (f"; it fills {' and '.join(filled)}." if filled else ".")
        )
    return said
