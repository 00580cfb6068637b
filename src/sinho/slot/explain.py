"""Why an order is built on its day, and what a day is short of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.hub import Hub
from sinho.results import DaySlots, Orders
from sinho.slot.arrays import (
    HIGH,
    LEAST,
    MOST,
    TOP,
    W_HARD,
    Arrays,
    build,
)
from sinho.slot.hub import input_of
from sinho.slot.params import SlotParams
from sinho.slot.search import Slotting
from sinho.slot.solve import with_former
from sinho.slot.tables import curve_costs

NAMED = 4
"""Reasons that are named one by one."""

SMALL = 1e-9


@dataclass(frozen=True)
class _Bind:
    """A rule that gets dearer when an order comes, and by how much."""

    cell: int
    cost: float
    hard: bool


def _uses(arrays: Arrays, q: int, day: int) -> dict[int, float]:
    """Return what an order of a class uses of which cells on a day."""
    found: dict[int, float] = {}
    for row in range(arrays.weighed):
        c = int(arrays.cell_of[day, row])
        if c >= 0 and arrays.load[q, row] != 0:
            found[c] = found.get(c, 0.0) + float(arrays.load[q, row])
    for at in range(arrays.rows_start[q], arrays.rows_start[q + 1]):
        c = int(arrays.cell_of[day, arrays.rows[at]])
        if c >= 0:
            found[c] = found.get(c, 0.0) + 1.0
    return found


def _case(
    hub: Hub,
    orders: Orders,
    slots: DaySlots,
    params: SlotParams | None,
    former: DaySlots | None,
) -> tuple[Arrays, Slotting]:
    """Return the problem and its books as they were when the slots were found."""
    known = slots.counters.filter(pl.col("kind") == "corridor")
    corridor = known.select(
        pl.col("period").dt.truncate("1mo").alias("month"),
        pl.col("name").alias("model"),
        "least",
        "most",
    )
    data = input_of(hub, orders, slots.days, corridor, params)
    if former is not None:
        data = replace(data, orders=with_former(data.orders, former))
    arrays = build(data)
    place = {date: at for at, date in enumerate(arrays.dates)}
    days = with_former(orders.table, slots)["former"]
    day_of = np.array([place.get(date, -1) for date in days.to_list()], dtype=np.int32)
    return arrays, Slotting.of(arrays, day_of)


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
        Sentences: the day and what it costs, the day that suits the order best, what binds there,
        and what would lift it.

    Raises
    ------
    DataError
        When there is no such order.
    """
    known = orders.table["order"].to_list()
    if order not in known:
        hint = nearest(order, known)
        raise DataError([Problem("order", "there is no such order", value=order, hint=hint or "")])
    arrays, books = _case(hub, orders, slots, params, former)
    at = known.index(order)
    q, here = int(arrays.alike[at]), int(books.day_of[at])
    row = orders.table.row(at, named=True)
    first, last = int(arrays.first[q]), int(arrays.last[q])
    if row["fixed"] is not None:
        return _of_fixed(arrays, books, q, here, row["fixed"])
    if first > last:
        return ["It cannot be built in these days: its model starts later or has ended."]
    own = arrays.costs[arrays.cost_class[q], first : last + 1].copy()
    if arrays.former[q] >= 0:
        away = np.arange(first, last + 1) != arrays.former[q]
        own += np.where(away, arrays.moving[q], 0.0)
    best = first + int(np.flatnonzero(own <= own.min() + SMALL)[-1])
    lines = []
    if here < 0:
        lines.append("It has no day.")
    elif arrays.frozen[q]:
        return [f"It lies in the frozen zone and stays on {arrays.dates[here]}."]
    elif first == last:
        return [f"{arrays.dates[here]} is the only one of these days on which it can be built."]
    else:
        mine = float(own[here - first])
        lines.append(f"On {arrays.dates[here]} it costs {mine:,.1f} by itself.")
        if mine <= own.min() + SMALL:
            return [*lines, "No day suits it better."]
    lines.append(f"{arrays.dates[best]} would suit it best: {own[best - first]:,.1f} by itself.")
    binds, change = _change(arrays, books, q, here, best)
    stuck = any(bind.hard for bind in binds)
    if here < 0 and stuck:
        lines[0] = "It has no day: none of its days was left within the hard limits."
    gain = float(own[best - first]) - (
        float(own[here - first]) if here >= 0 else float(arrays.costs[arrays.cost_class[q], -1])
    )
    for bind in binds[:NAMED]:
        lines.append(_said(arrays, books, bind))
    total = change + gain
    if stuck:
        lines.append("So it cannot move there by itself; another car would have to leave.")
    elif total > SMALL:
        lines.append(
            f"Moving it there would save {-gain:,.1f} by itself and cost {change:,.1f} in rules."
        )
    else:
        lines.append(
            f"{'There is room: building' if here < 0 else 'Moving'} it there would save "
            f"{-total:,.1f} in all; a longer search may find that."
        )
    return lines


def _of_fixed(arrays: Arrays, books: Slotting, q: int, here: int, fixed: dt.date) -> list[str]:
    """Say why an order with a fixed day has it or not."""
    lines = [f"It is fixed to {fixed}."]
    if here >= 0:
        return lines
    if fixed not in arrays.dates:
        return [*lines, "That is none of these working days, so it has no day."]
    binds, _ = _change(arrays, books, q, here, arrays.dates.index(fixed))
    lines.append("It has no day: other orders hold what it needs there.")
    return lines + [_said(arrays, books, bind) for bind in binds[:NAMED]]


def _change(
    arrays: Arrays, books: Slotting, q: int, here: int, there: int
) -> tuple[list[_Bind], float]:
    """Return what gets dearer when an order moves, dearest first, and the change in all."""
    leaves = _uses(arrays, q, here) if here >= 0 else {}
    comes = _uses(arrays, q, there)
    cells = [c for c in sorted({*leaves, *comes}) if comes.get(c, 0.0) != leaves.get(c, 0.0)]
    amounts = np.array([comes.get(c, 0.0) - leaves.get(c, 0.0) for c in cells])
    curves, use = arrays.cells[cells], books.use[cells]
    changes = curve_costs(curves, use + amounts) - curve_costs(curves, use)
    binds = [
        _Bind(c, change, change >= hard * 0.01)
        for c, change, hard in zip(cells, changes.tolist(), curves[:, W_HARD].tolist(), strict=True)
        if change > SMALL
    ]
    binds.sort(key=lambda bind: (-bind.cost, bind.cell))
    return binds, float(changes.sum())


def _said(arrays: Arrays, books: Slotting, bind: _Bind) -> str:
    """Say what binds in one sentence, and what would lift it."""
    cell, curve = arrays.named[bind.cell], arrays.cells[bind.cell]
    use, when = float(books.use[bind.cell]), arrays.dates[cell.first]
    if cell.kind == "capacity":
        return (
            f"The line is full on {when}: {use:,.2f} of {curve[MOST]:,.2f} car equivalents; "
            "overtime, or an order less, would lift that."
        )
    if cell.kind == "part":
        return f"Part {cell.name} is used up on {when}: {use:,.1f} of {curve[MOST]:,.1f}."
    if cell.kind == "corridor":
        if use >= curve[MOST] - 0.5:
            return (
                f"Model {cell.name} is at the most of its month from {when}: {use:,.0f} of "
                f"{curve[MOST]:,.0f}; a wider corridor would lift that."
            )
        return (
            f"Model {cell.name} is at the least of its month from {when}: {use:,.0f}, at least "
            f"{curve[LEAST]:,.0f}."
        )
    if cell.kind == "entitlement":
        return (
            f"The slots left to others than {cell.name} are used up in the week of {when}: "
            f"{use:,.0f} of {curve[MOST]:,.0f}; releasing contracted slots would lift that."
        )
    if cell.kind == "colour":
        return f"Colour {cell.name} would be short of a full batch on {when} ({bind.cost:,.1f})."
    if cell.kind == "work":
        limit = (
            f"its takt bears {curve[TOP]:,.0f}" if use >= curve[TOP] else f"even {cell.target:,.1f}"
        )
        return (
            f"Station {cell.name} has {use:,.0f} cars with more work than its takt on {when}, "
            f"{limit} ({bind.cost:,.1f})."
        )
    if bind.hard:
        return (
            f"{cell.kind.capitalize()} {cell.name} is at its daily limit on {when}: {use:,.0f} of "
            f"{curve[MOST]:,.0f}."
        )
    if use >= curve[TOP]:
        return (
            f"Option {cell.name} is above what its ratio rules bear on {when}: {use:,.0f}, up to "
            f"{curve[TOP]:,.0f} without cost ({bind.cost:,.1f})."
        )
    if cell.kind == "volume":
        side = "most" if use >= curve[HIGH] else "least"
        return (
            f"The cars of {when} are at the {side} of their even number: {use:,.0f}, even "
            f"{cell.target:,.1f} ({bind.cost:,.1f})."
        )
    side = "most" if use >= curve[HIGH] else "least"
    return (
        f"{cell.kind.capitalize()} {cell.name} is at the {side} of its even share on {when}: "
        f"{use:,.0f}, even {cell.target:,.1f} ({bind.cost:,.1f})."
    )


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
    arrays, books = _case(hub, orders, slots, params, former)
    if date not in arrays.dates:
        shown = f"The days are {arrays.dates[0]} to {arrays.dates[-1]}." if arrays.days else ""
        raise DataError([Problem("date", "is no working day here", value=str(date), hint=shown)])
    day = arrays.dates.index(date)
    row = slots.days.row(day, named=True)
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
    lines.append(
        f"{int(wish.sum()):,} orders built elsewhere would be cheaper here by themselves, by "
        f"{float(gains[wish].sum()):,.1f} in all."
    )
    counted: dict[int, int] = {}
    for at in np.flatnonzero(wish).tolist():
        binds, _ = _change(arrays, books, int(q[at]), int(books.day_of[at]), day)
        if binds:
            counted[binds[0].cell] = counted.get(binds[0].cell, 0) + 1
    for c, number in sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:NAMED]:
        cell = arrays.named[c]
        lines.append(f"{number:,} of them are kept away first of all by {cell.kind} {cell.name}.")
    return lines
