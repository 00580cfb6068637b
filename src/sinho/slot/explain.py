"""Why an order is built on its day, what a day is short of, and what other days would come to."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, overload

import numpy as np
import polars as pl

from sinho.errors import DataError, Problem, counted, nearest
from sinho.results import DaySlots, LineDay
from sinho.slot.arrays import Arrays
from sinho.slot.binding import SMALL, binding, change
from sinho.slot.case import case_of, moved
from sinho.slot.data import Input
from sinho.slot.dates import dates_of
from sinho.slot.reasons import NAMED, OrderReasons, called
from sinho.slot.search import Slotting
from sinho.slot.wish import wished_days


@dataclass(frozen=True)
class Question:
    """What is asked about slots.

    Parameters
    ----------
    input : Input
        What they were made of (see `Input.from_slots`).
    about : str or datetime.date
        An order, or a date.
    """

    input: Input = field(repr=False)
    about: str | dt.date


@dataclass(frozen=True)
class Moves:
    """Other days for some orders.

    Parameters
    ----------
    input : Input
        What the slots were made of (see `Input.from_slots`).
    days : mapping of str to LineDay or None
        The day of each order that is moved, one of the working days; None: no day.
    """

    input: Input = field(repr=False)
    days: Mapping[str, LineDay | None]


@overload
def explain(result: DaySlots, question: Question) -> list[str]: ...
@overload
def explain(result: DaySlots, question: Moves) -> DaySlots: ...
@overload
def explain(result: Input, question: Literal["wished days"]) -> pl.Series: ...


def explain(
    result: DaySlots | Input, question: Question | Moves | Literal["wished days"]
) -> list[str] | DaySlots | pl.Series:
    """Answer a question about slots, or about what they are to be made of.

    Parameters
    ----------
    result : DaySlots or Input
        The slots; or orders, days and rules before there are any.
    question : Question, Moves or "wished days"
        Of an order: why it is built on its day and not on the one that would suit it best. Of a
        date: what its days are short of, by line, and which orders would rather be built on them.
        ``Moves``: what the slots come to with some orders on other days, whatever limits bar them
        from these. ``wished days``: when each order of an input would best be built, were it alone.

    Returns
    -------
    list of str, DaySlots or Series
        Sentences. Of an order: the day wanted, by when the order has to be built for it and what
        comes of a day later; what its day costs; the day that suits it best and the last one that
        meets the day wanted, what binds on each, what would lift that and which order could make
        room. Of moves: slots that are counted and priced as these were; the bound is theirs. Of
        wished days: a date by order (see `sinho.slot.wish.wished_days`).

    Raises
    ------
    DataError
        When there is no such order, or the date is none of the working days.
    """
    if isinstance(result, Input):
        return wished_days(result)
    if isinstance(question, Moves):
        return moved(question.input, result, question.days)
    assert isinstance(question, Question)
    if isinstance(question.about, str):
        return _of_order(question.input, result, question.about)
    return _of_date(question.input, result, question.about)


def _of_order(input: Input, slots: DaySlots, order: str) -> list[str]:
    """Say why an order is built on its day and not on the one that would suit it best."""
    known = input.orders["order"].to_list()
    if order not in known:
        hint = nearest(order, known)
        raise DataError([Problem("order", "there is no such order", value=order, hint=hint or "")])
    arrays, slotting = case_of(input, slots)
    at = known.index(order)
    row = input.orders.row(at, named=True)
    return OrderReasons(input, arrays, slotting, at, row, dates_of(input, row)).answer()


def _of_date(input: Input, slots: DaySlots, date: dt.date) -> list[str]:
    """Say what a date's days are short of, and which orders would rather be built on them."""
    arrays, slotting = case_of(input, slots)
    days = arrays.calendar
    if date not in days.on_date:
        shown = f"The days are {days.dates[0]} to {days.dates[-1]}." if arrays.days else ""
        raise DataError([Problem("date", "is no working day here", value=str(date), hint=shown)])
    rows = slots.days.rows(named=True)
    return [one for day in days.on_date[date] for one in _of_day(arrays, slotting, day, rows[day])]


def _of_day(arrays: Arrays, slotting: Slotting, day: int, row: Mapping[str, Any]) -> list[str]:
    """Say what a day of a line is short of, and which orders would rather be built on it."""
    days = arrays.calendar
    name = f"{days.dates[day]}, line {days.lines[day]}" if days.several else str(days.dates[day])
    if row["capacity"] <= SMALL:
        lines = [f"{name}: the line does not work, so no car can be built; hours would lift that."]
    else:
        lines = [
            f"{name}: {counted(row['built'], 'car')}, {row['load']:,.1f} of {row['capacity']:,.1f} "
            f"car equivalents ({row['utilisation']:.1%} of the manned capacity)."
        ]
        lines.append(f"Short of: {row['short']}." if row["short"] else "No limit is reached.")
    q = arrays.alike
    now = np.where(slotting.day_of >= 0, slotting.day_of, arrays.days)
    open_to = (arrays.first[q] <= day) & (day <= arrays.last[q])
    gains = arrays.costs[arrays.cost_class[q], now] - arrays.costs[arrays.cost_class[q], day]
    wish = open_to & (gains > SMALL)
    if not wish.any():
        return [*lines, "No order built elsewhere would rather be built on it."]
    without = int((now[wish] == arrays.days).sum())
    lines.append(
        f"{counted(int(wish.sum()), 'order')} built elsewhere"
        + (f" or, {without:,} of them, on no day" if without else "")
        + " would cost less here, each by itself: "
        + f"{float(gains[wish].sum()):,.1f} cost units in all."
    )
    tally: Counter[str] = Counter()
    for at in np.flatnonzero(wish).tolist():
        binds = binding(change(arrays, slotting, (int(q[at]), int(slotting.day_of[at]), day)))
        if binds:
            cell = arrays.named[binds[0].cell]
            elsewhere = "" if day in cell.days else " on the days that they would leave"
            tally[called(cell, days) + elsewhere] += 1
    for what, orders_kept in sorted(tally.items(), key=lambda one: (-one[1], one[0]))[:NAMED]:
        lines.append(f"Kept away first of all by {what}: {counted(orders_kept, 'order')}.")
    return lines
