"""The frozen results of reading and generating orders."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import polars as pl

from sinho.hub.lines import ONE_LINE

ORDER_SCHEMA: dict[str, pl.DataType] = {
    "order": pl.String(),
    "brand": pl.String(),
    "model": pl.String(),
    "market": pl.String(),
    "colour": pl.String(),
    "options": pl.String(),
    "wanted": pl.Date(),
    "priority": pl.Int64(),
    "fixed": pl.Date(),
    "vin": pl.String(),
    "former": pl.Date(),
    "line": pl.String(),
    "former_line": pl.String(),
    "month": pl.Date(),
    "source": pl.String(),
}
"""Columns of a bank of orders."""

LOST_SCHEMA: dict[str, pl.DataType] = {
    "model": pl.String(),
    "market": pl.String(),
    "month": pl.Date(),
    "asked": pl.Float64(),
    "orders": pl.Int64(),
}
"""Columns of what was asked for and what became orders."""


@dataclass(frozen=True)
class Orders:
    """A bank of orders, each for one car.

    Parameters
    ----------
    table : polars.DataFrame
        One row for each order: ``order``, ``brand``, ``model``, ``market``, ``colour``,
        ``options`` (names in alphabetical order parted by ``;``, an empty text for none),
        ``wanted`` (day on which the car is to leave), ``priority`` (1 first), ``fixed`` (day on
        which it must be built, or null), ``vin`` (or null), ``former`` (day to which it was
        slotted before, or null), ``line`` (on which it must be built, or null), ``former_line`` (to
        which it was slotted, or null: none, or the only one), ``month`` (first day of the month
        whose demand it serves; null for orders that were read) and ``source`` (file and row, or
        ``generated``).
    origin : {"read", "generated"}
        Where the orders come from.
    seed : int or None
        Seed of generated orders.
    lost : polars.DataFrame
        ``model``, ``market``, ``month``, ``asked`` (cars of the plan within the days, which may
        be parts of a car) and ``orders`` (made of them); no rows for orders that were read.
    """

    table: pl.DataFrame = field(repr=False)
    origin: Literal["read", "generated"]
    seed: int | None = None
    lost: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LOST_SCHEMA), repr=False)

    def __len__(self) -> int:
        return self.table.height


def with_former(orders: pl.DataFrame, slots: pl.DataFrame) -> pl.DataFrame:
    """Set the days to which orders were slotted before.

    Parameters
    ----------
    orders : polars.DataFrame
        Orders: ``order``, ``former`` and other columns, ``former_line`` among them where lines
        matter.
    slots : polars.DataFrame
        ``order``, ``date`` and ``line`` of an earlier slotting; null: it gave the order no day.

    Returns
    -------
    polars.DataFrame
        The orders, ``former`` and ``former_line`` as the slots have it; those that the slots do not
        know keep theirs. The line of a plant with one is null.
    """
    places = {"former": pl.col("date")}
    if "former_line" in orders.columns and "line" in slots.columns:
        places["former_line"] = pl.when(pl.col("line") != ONE_LINE).then("line")
    known = slots.select(
        "order",
        *(now.alias(f"slotted {was}") for was, now in places.items()),
        pl.lit(True).alias("known"),
    )
    found = orders.join(known, on="order", how="left", maintain_order="left")
    former = [pl.when("known").then(f"slotted {was}").otherwise(was).alias(was) for was in places]
    return found.with_columns(former).select(orders.columns)
