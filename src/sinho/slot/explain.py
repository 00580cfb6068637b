"""Why an order is built on its day, and what a day is short of."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

import numpy as np
import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.hub import Hub
from sinho.results import DaySlots, Orders
from sinho.slot.arrays import Arrays, build
from sinho.slot.binding import SMALL, binding, change
from sinho.slot.data import NO_SHOP, SlotInput
from sinho.slot.dates import dates_of, number
from sinho.slot.hub import input_of
from sinho.slot.params import SlotParams
from sinho.slot.reasons import NAMED, Asked, called
from sinho.slot.search import Slotting
from sinho.slot.solve import with_former


def _case(
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
        "least",
        "most",
    )
    data = input_of(hub, orders, _line(slots), corridor, params)
    if former is not None:
        data = replace(data, orders=with_former(data.orders, former))
    arrays = build(data)
    place = {date: at for at, date in enumerate(arrays.dates)}
    days = with_former(orders.table, slots)["former"]
    day_of = np.array([place.get(date, -1) for date in days.to_list()], dtype=np.int32)
    return data, arrays, Slotting.of(arrays, day_of)


def _line(slots: DaySlots) -> pl.DataFrame:
    """Return the capacity of the days, by shop where slots were found by shop."""
    lines = slots.counters.filter(pl.col("kind").is_in(["capacity", "shop"])).select(
        pl.col("period").alias("date"),
        pl.col("name").alias("shop"),
        pl.col("most").alias("capacity"),
    )
    return slots.days if lines.is_empty() or lines["shop"][0] == NO_SHOP else lines


def explain_order(
    hub: Hub,
    orders: Orders,
    slots: DaySlots,
    order: str,
    *,
    params: SlotParams | None = None,
    former: DaySlots | None = None,
) -> list[str]:
    """Say why an order is built on its day and not on the one that would suit it best.

    Parameters
    ----------
    hub : Hub
        The hub, its scenario applied.
    orders : Orders
        The order bank.
    slots : DaySlots
        The slots.
    order : str
        The order.
    params, former
        What was given to `slot_orders` when the slots were found.

    Returns
    -------
    list of str
        Sentences: the day wanted, by when the order has to be built for it and what comes of a day
        later; what its day costs; the day that suits it best and the last one that meets the day
        wanted, what binds on each, what would lift that and which order could make room.

    Raises
    ------
    DataError
        When there is no such order.
    """
    known = orders.table["order"].to_list()
    if order not in known:
        hint = nearest(order, known)
        raise DataError([Problem("order", "there is no such order", value=order, hint=hint or "")])
    data, arrays, books = _case(hub, orders, slots, params, former)
    at = known.index(order)
    row = data.orders.row(at, named=True)
    return Asked(data, arrays, books, at, row, dates_of(data, row)).answer()


def explain_day(
    hub: Hub,
    orders: Orders,
    slots: DaySlots,
    date: dt.date,
    *,
    params: SlotParams | None = None,
    former: DaySlots | None = None,
) -> list[str]:
    """Say what a day is short of, and which orders would rather be built on it.

    Parameters
    ----------
    hub : Hub
        The hub, its scenario applied.
    orders : Orders
        The order bank.
    slots : DaySlots
        The slots.
    date : datetime.date
        The day.
    params, former
        What was given to `slot_orders` when the slots were found.

    Returns
    -------
    list of str
        Sentences.

    Raises
    ------
    DataError
        When it is none of the working days.
    """
    _, arrays, books = _case(hub, orders, slots, params, former)
    if date not in arrays.dates:
        shown = f"The days are {arrays.dates[0]} to {arrays.dates[-1]}." if arrays.days else ""
        raise DataError([Problem("date", "is no working day here", value=str(date), hint=shown)])
    day = arrays.dates.index(date)
    row = slots.days.row(day, named=True)
    if row["capacity"] <= SMALL:
        lines = [f"{date}: the line does not work, so no car can be built; hours would lift that."]
    else:
        lines = [
            f"{date}: {row['built']:,} cars, {row['load']:,.1f} of {row['capacity']:,.1f} car "
            f"equivalents ({row['utilisation']:.1%} of the manned capacity)."
        ]
        lines.append(f"Short of: {row['short']}." if row["short"] else "No limit is reached.")
    q = arrays.alike
    now = np.where(books.day_of >= 0, books.day_of, arrays.days)
    open_to = (arrays.first[q] <= day) & (day <= arrays.last[q])
    gains = arrays.costs[arrays.cost_class[q], now] - arrays.costs[arrays.cost_class[q], day]
    wish = open_to & (gains > SMALL)
    if not wish.any():
        return [*lines, "No order built elsewhere would rather be built on it."]
    without = int((now[wish] == arrays.days).sum())
    lines.append(
        f"{number(int(wish.sum()), 'order')} built elsewhere"
        + (f" or, {without:,} of them, on no day" if without else "")
        + " would cost less here, each by itself: "
        + f"{float(gains[wish].sum()):,.1f} cost units in all."
    )
    counted: Counter[int] = Counter()
    for at in np.flatnonzero(wish).tolist():
        binds = binding(change(arrays, books, (int(q[at]), int(books.day_of[at]), day)))
        if binds:
            counted[binds[0].cell] += 1
    for c, orders_kept in sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:NAMED]:
        what = called(arrays.named[c].kind, arrays.named[c].name)
        lines.append(f"Kept away first of all by {what}: {number(orders_kept, 'order')}.")
    return lines
