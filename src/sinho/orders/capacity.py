"""Whether a day can build the orders that are fixed on it."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from sinho.hub.places import Offence
from sinho.hub.rules.common import Rule, Tables, offenders


def too_many_fixed(capacity: pl.DataFrame) -> Rule:
    """Return the rule that fixed orders must fit into their day.

    Parameters
    ----------
    capacity : polars.DataFrame
        ``date`` and ``capacity`` [cars]; days that are not listed are not judged.

    Returns
    -------
    Rule
        Names the orders beyond the day's capacity, in the order of the input.
    """
    days = capacity.select(pl.col("date").alias("fixed"), pl.col("capacity").cast(pl.Float64))

    def rule(t: Tables) -> Iterator[Offence]:
        fixed = t["orders"].drop_nulls("fixed").join(days, on="fixed", maintain_order="left")
        counted = fixed.with_columns(
            pl.int_range(1, pl.len() + 1).over("fixed").alias("place"),
            pl.len().over("fixed").alias("count"),
        )
        yield from offenders(
            "orders",
            counted.filter(pl.col("place") > pl.col("capacity")),
            "fixed",
            lambda r: (
                f"the day can build {r['capacity']:g} cars, and this is number {r['place']} of the "
                f"{r['count']} fixed on it"
            ),
            "Fix it on another day, or empty the cell.",
        )

    return rule
