"""What a quote says of duties that are refunded, as their act is published late."""

from __future__ import annotations

import polars as pl

from sinho.report.amounts import amount_text

LEAST = 1e-6
"""What is refunded that counts for nothing."""


def refunds(landed: pl.DataFrame, money: str) -> list[str]:
    """Say what is paid at the border besides the duty that holds, by whom, and until when.

    Parameters
    ----------
    landed : polars.DataFrame
        Lines of a landed cost.
    money : str
        Currency of the hub.
    """
    back = landed.filter(step="refund").with_columns(sum=-pl.col("cars") * pl.col("amount"))
    months = pl.col("due").filter(pl.col("sum") != 0).dt.strftime("%Y-%m").unique().sort()
    rows = back.group_by("market", "payer", maintain_order=True).agg(pl.col("sum").sum(), months)
    said = []
    for row in rows.filter(pl.col("sum").abs() > LEAST).to_dicts():
        who = "the plant" if row["payer"] == "seller" else "the buyer"
        amount, when = amount_text(abs(row["sum"]), money), " and ".join(row["due"])
        paid = (
            f"pays {amount} of duty besides at the border, refunded in {when}"
            if row["sum"] > 0
            else f"pays {amount} of duty too little at the border, charged in {when}"
        )
        said.append(f"{row['market']}: {who} {paid}, when the act is published.")
    return said
