"""A slotting that was found, with its problem and its books; and the same with orders moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from sinho.hub import Hub
from sinho.hub.lines import ONE_LINE
from sinho.results import PROVEN, DaySlots, LineDay, Orders, gap_of
from sinho.results.orders import with_former
from sinho.slot.arrays import Arrays, build
from sinho.slot.data import NO_SHOP, SlotInput
from sinho.slot.hub import hours_of
from sinho.slot.params import SlotParams
from sinho.slot.search import Slotting
from sinho.slot.tables import tables_of


def case_of(
    hub: Hub,
    orders: Orders,
    slots: DaySlots,
    params: SlotParams | None,
    former: DaySlots | None,
) -> tuple[SlotInput, Arrays, Slotting]:
    """Return the problem and its books as they were when the slots were found."""
    known = slots.counters.filter(pl.col("kind") == "corridor")
    corridor = known.select(
        pl.col("period").dt.truncate("1mo").alias("month"),
        pl.col("name").alias("model"),
        "line",
        "least",
        "most",
    )
    data = SlotInput.from_hub(hub, orders, _line(slots), corridor, params)
    if former is not None:
        data = replace(data, orders=with_former(data.orders, former.slots))
    arrays = build(data)
    slotted = with_former(data.orders, slots.slots).select("former", "former_line")
    slotted = slotted.with_columns(pl.col("former_line").fill_null(ONE_LINE))
    number = arrays.calendar.number
    day_of = np.array([number.get(place, -1) for place in slotted.rows()], dtype=np.int32)
    return data, arrays, Slotting.of(arrays, day_of)


def _line(slots: DaySlots) -> pl.DataFrame:
    """Return the capacity of the days, by shop where slots were found by shop."""
    lines = slots.counters.filter(pl.col("kind").is_in(["capacity", "shop"])).select(
        pl.col("period").alias("date"),
        "line",
        pl.col("name").alias("shop"),
        pl.col("most").alias("capacity"),
        (pl.col("kind") == "capacity").alias("point"),
    )
    return slots.days if lines.is_empty() or lines["shop"][0] == NO_SHOP else lines


def move_orders(
    hub: Hub,
    orders: Orders,
    slots: DaySlots,
    days: Mapping[str, LineDay | None],
    *,
    params: SlotParams | None = None,
    former: DaySlots | None = None,
) -> DaySlots:
    """Return a slotting with some orders on other days, whatever limits bar them from these.

    Parameters
    ----------
    hub : Hub
        The hub, its scenario applied.
    orders : Orders
        The order bank.
    slots : DaySlots
        The slots that were found.
    days : mapping of str to LineDay or None
        The day of each order that is moved, one of the working days; None: no day.
    params, former
        What was given to `slot_orders` when the slots were found.

    Returns
    -------
    DaySlots
        Counted and priced as the slots were; the bound is theirs.
    """
    data, arrays, books = case_of(hub, orders, slots, params, former)
    row = {order: at for at, order in enumerate(orders.table["order"].to_list())}
    number = arrays.calendar.number
    for order, day in days.items():
        books.day_of[row[order]] = -1 if day is None else number[day.date, day.line]
    books.count()
    cost, bound = books.cost, min(slots.bound, books.cost)
    tables: dict[str, Any] = tables_of(data, arrays, books, hours_of(slots.days))
    gap = gap_of(cost, bound)
    best = slots.status != "optimal" or gap <= PROVEN
    return replace(
        slots,
        **tables,
        cost=cost,
        bound=bound,
        gap=gap,
        broken=books.broken,
        status=slots.status if best else "iterations",
    )
