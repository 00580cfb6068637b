"""The cash of a programme by month: what the plan books, moved to when it is paid."""

from __future__ import annotations

import datetime as dt

import polars as pl

from sinho.quote.landed import DUTIES
from sinho.results import MonthPlan

RECEIPTS, DUTY, REFUND = "price and fee", "tariffs", "refunds of tariffs"
BOOKED = {"revenue": RECEIPTS, "contract fees": RECEIPTS}


def line_changes(without: MonthPlan, whole: MonthPlan) -> pl.DataFrame:
    """Return the lines of the contribution without the programme and with it, and the change."""
    sides = [
        plan.tables["lines"].select("line", pl.col("amount").alias(name))
        for plan, name in ((without, "without"), (whole, "with"))
    ]
    both = sides[1].join(sides[0], on="line", how="full", coalesce=True, maintain_order="left")
    both = both.with_columns(pl.col("with", "without").fill_null(0.0))
    return both.select(
        "line", "without", "with", (pl.col("with") - pl.col("without")).alias("change")
    )


def cash(
    without: MonthPlan,
    whole: MonthPlan,
    landed: pl.DataFrame,
    paid_once: list[tuple[str, dt.date, float]],
) -> pl.DataFrame:
    """Return the change of cash by month.

    Amounts are those of the plans' lines in the months in which they book them. The programme's
    prices and fees are moved to the month in which they are paid, the duty to that of import (what
    is paid there, and what is refunded of it in the month in which its act is published), and
    penalties of a contract to the end of its window.

    Parameters
    ----------
    without, whole : MonthPlan
        The plans.
    landed : polars.DataFrame
        Lines of the landed cost with the cars shipped.
    paid_once : list of (str, datetime.date, float)
        What is paid once: what for, month, and amount in the hub's currency.

    Returns
    -------
    polars.DataFrame
        ``month``, ``line``, ``amount`` (income positive) without zeros.
    """
    parts = []
    for plan, sign in ((whole, 1.0), (without, -1.0)):
        booked = plan.tables["lines_by_period"].drop_nulls("period")
        parts.append(booked.select("period", "line", pl.col("amount") * sign))
        short = plan.tables["contracts"].filter(pl.col("penalty") > 0)
        month = pl.col("end").dt.truncate("1mo").alias("period")
        what = pl.lit("contract penalties").alias("line")
        parts.append(short.select(month, what, (-sign * pl.col("penalty")).alias("amount")))
    amount = pl.col("cars") * pl.col("amount")
    receipts = landed.filter(pl.col("step").is_in(["price", "fee"]))
    duties = landed.filter(pl.col("step").is_in(DUTIES), payer="seller").with_columns(
        amount=-pl.col("amount")
    )
    paid = pl.when(step="refund").then(pl.lit(REFUND)).otherwise(pl.lit(DUTY)).alias("line")
    for frame, line, named in ((receipts, RECEIPTS, pl.lit(RECEIPTS)), (duties, DUTY, paid)):
        for at, sign, of in (("month", -1.0, pl.lit(line)), ("due", 1.0, named)):
            moved = (sign * amount).alias("amount")
            parts.append(frame.select(pl.col(at).alias("period"), of.alias("line"), moved))
    once = [{"period": month, "line": what, "amount": -cost} for what, month, cost in paid_once]
    schema = {"period": pl.Date, "line": pl.String, "amount": pl.Float64}
    whole_cash = pl.concat([*parts, pl.DataFrame(once, schema=schema)])
    summed = (
        whole_cash.with_columns(pl.col("line").replace(BOOKED))
        .group_by("period", "line")
        .agg(pl.col("amount").sum())
    )
    kept = summed.filter(pl.col("amount").abs() > 1e-9).sort("period", "line")
    return kept.rename({"period": "month"})
