"""Why an order is built on its day, and what a day is short of."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from sinho.errors import DataError, Problem, nearest
from sinho.hub import Hub
from sinho.results import DaySlots, Orders
from sinho.slot.arrays import Arrays
from sinho.slot.binding import SMALL, binding, change
from sinho.slot.case import case_of
from sinho.slot.dates import dates_of, number
from sinho.slot.params import SlotParams
from sinho.slot.reasons import NAMED, Asked, called
from sinho.slot.search import Slotting


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
    data, arrays, books = case_of(hub, orders, slots, params, former)
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
    """Say what a date's days are short of, by line, and which orders would rather be built on them.

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
    _, arrays, books = case_of(hub, orders, slots, params, former)
    days = arrays.calendar
    if date not in days.on_date:
        shown = f"The days are {days.dates[0]} to {days.dates[-1]}." if arrays.days else ""
        raise DataError([Problem("date", "is no working day here", value=str(date), hint=shown)])
    rows = slots.days.rows(named=True)
    return [one for day in days.on_date[date] for one in _of_day(arrays, books, day, rows[day])]


def _of_day(arrays: Arrays, books: Slotting, day: int, row: Mapping[str, Any]) -> list[str]:
    """Say what a day of a line is short of, and which orders would rather be built on it."""
    days = arrays.calendar
    name = f"{days.dates[day]}, line {days.lines[day]}" if days.several else str(days.dates[day])
    if row["capacity"] <= SMALL:
        lines = [f"{name}: the line does not work, so no car can be built; hours would lift that."]
    else:
        lines = [
            f"{name}: {number(row['built'], 'car')}, {row['load']:,.1f} of {row['capacity']:,.1f} "
            f"car equivalents ({row['utilisation']:.1%} of the manned capacity)."
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
    counted: Counter[str] = Counter()
    for at in np.flatnonzero(wish).tolist():
        binds = binding(change(arrays, books, (int(q[at]), int(books.day_of[at]), day)))
        if binds:
            cell = arrays.named[binds[0].cell]
            elsewhere = "" if day in cell.days else " on the days that they would leave"
            counted[called(cell, days) + elsewhere] += 1
    for what, orders_kept in sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:NAMED]:
        lines.append(f"Kept away first of all by {what}: {number(orders_kept, 'order')}.")
    return lines
