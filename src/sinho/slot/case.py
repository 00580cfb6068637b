"""A slotting that was found, with its problem and its slotting; and the same with orders moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl

from sinho.hub.lines import ONE_LINE
from sinho.results import PROVEN, DaySlots, LineDay, gap_of
from sinho.results.orders import with_former
from sinho.slot.arrays import Arrays, build
from sinho.slot.data import Input
from sinho.slot.search import Slotting
from sinho.slot.tables import tables_of


def case_of(input: Input, slots: DaySlots) -> tuple[Arrays, Slotting]:
    """Return the problem and its slotting as they were when the slots were found."""
    arrays = build(input)
    slotted = with_former(input.orders, slots.slots).select("former", "former_line")
    slotted = slotted.with_columns(pl.col("former_line").fill_null(ONE_LINE))
    number = arrays.calendar.number
    day_of = np.array([number.get(place, -1) for place in slotted.rows()], dtype=np.int32)
    return arrays, Slotting.of(arrays, day_of)


def moved(input: Input, slots: DaySlots, days: Mapping[str, LineDay | None]) -> DaySlots:
    """Return slots with some orders on other days, whatever limits bar them from these."""
    arrays, slotting = case_of(input, slots)
    row = {order: at for at, order in enumerate(input.orders["order"].to_list())}
    number = arrays.calendar.number
    for order, day in days.items():
        slotting.day_of[row[order]] = -1 if day is None else number[day.date, day.line]
    slotting.count()
    cost, bound = slotting.cost, min(slots.bound, slotting.cost)
    gap = gap_of(cost, bound)
    tables: dict[str, Any] = tables_of(input, arrays, slotting)
    best = slots.status != "optimal" or gap <= PROVEN
    return replace(
        slots,
        **tables,
        cost=cost,
        bound=bound,
        gap=gap,
        broken=slotting.broken,
        status=slots.status if best else "iterations",
    )
