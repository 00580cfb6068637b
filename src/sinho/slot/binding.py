"""What keeps an order from a day, and what would lift it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sinho.slot.arrays import Arrays
from sinho.slot.days import written
from sinho.slot.kernel.columns import HIGH, LEAST, LOW, MOST, TOP, W_HARD
from sinho.slot.search import Slotting
from sinho.slot.tables import curve_costs

SMALL = 1e-9

ELSEWHERE = 8
"""Days on which an order is tried that would have to make room."""

TRIED = 4000
"""Moves of other orders that are tried, those that cost least by themselves first."""


@dataclass(frozen=True)
class Bind:
    """A rule that gets dearer when an order comes, and by how much.

    Parameters
    ----------
    cell : int
        Its cell.
    takes : float
        What the order would add to the cell's use.
    cost : float
        What that costs.
    hard : bool
        Whether it is a limit without exception.
    """

    cell: int
    takes: float
    cost: float
    hard: bool


@dataclass(frozen=True)
class Room:
    """An order that could make room for another.

    Parameters
    ----------
    order, day : int
        The order, and the day to which it would go.
    change : float
        What both moves together would change the cost by.
    """

    order: int
    day: int
    change: float


def uses(arrays: Arrays, q: int, day: int) -> dict[int, float]:
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


def own_cost(arrays: Arrays, q: int, day: int) -> float:
    """Return what an order of a class costs on a day by itself; -1: on none."""
    moved = day >= 0 and arrays.former[q] >= 0 and arrays.former[q] != day
    return float(arrays.costs[arrays.cost_class[q], day]) + (arrays.moving[q] if moved else 0.0)


def change(arrays: Arrays, slotting: Slotting, *moves: tuple[int, int, int]) -> list[Bind]:
    """Return what changes when orders move, dearest first.

    Parameters
    ----------
    arrays, slotting
        The problem and its slotting.
    *moves : tuple of int
        Class, day before (-1: none) and day after of each order.
    """
    amounts: dict[int, float] = {}
    for q, here, there in moves:
        for c, amount in uses(arrays, q, there).items():
            amounts[c] = amounts.get(c, 0.0) + amount
        for c, amount in (uses(arrays, q, here) if here >= 0 else {}).items():
            amounts[c] = amounts.get(c, 0.0) - amount
    cells = sorted(c for c, amount in amounts.items() if amount != 0.0)
    takes = np.array([amounts[c] for c in cells])
    curves, use = arrays.cells[cells], slotting.use[cells]
    costs = curve_costs(curves, use + takes) - curve_costs(curves, use)
    hard = costs >= curves[:, W_HARD] * 0.01
    found = [
        Bind(*one)
        for one in zip(cells, takes.tolist(), costs.tolist(), hard.tolist(), strict=True)
        if abs(one[2]) > SMALL
    ]
    return sorted(found, key=lambda bind: (-bind.cost, bind.cell))


def binding(changes: list[Bind]) -> list[Bind]:
    """Return what gets dearer."""
    return [bind for bind in changes if bind.cost > 0]


def total(changes: list[Bind]) -> float:
    """Return the change in all."""
    return float(sum(bind.cost for bind in changes))


def room_for(arrays: Arrays, slotting: Slotting, at: int, there: int) -> Room | None:
    """Return the order whose making room on a day costs least, so that another can be built on it.

    Parameters
    ----------
    arrays, slotting
        The problem and its slotting.
    at : int
        The order that is to come.
    there : int
        The day.

    Returns
    -------
    Room or None
        Of the orders on the day, and of those that use a limit over months or weeks that binds,
        one that can change places with it or go to one of the days that suit it best and have
        room, within all hard limits. Those that lose least by themselves are tried. None where no
        such order was found.
    """
    q, here = int(arrays.alike[at]), int(slotting.day_of[at])
    comes = own_cost(arrays, q, there) - own_cost(arrays, q, here)
    tries: list[tuple[float, int, int]] = []
    for other, leaves in _holders(arrays, slotting, q, here, there):
        p, before = int(arrays.alike[other]), int(slotting.day_of[other])
        if other == at:
            continue
        stays = own_cost(arrays, p, before)
        tries += [
            (own_cost(arrays, p, day) - stays, other, day)
            for day in _elsewhere(arrays, slotting, p, here, leaves)
            if p != q or day != here
        ]
    best: Room | None = None
    for goes, other, day in sorted(tries)[:TRIED]:
        before = int(slotting.day_of[other])
        changes = change(
            arrays, slotting, (q, here, there), (int(arrays.alike[other]), before, day)
        )
        if any(bind.hard for bind in changes):
            continue
        whole = total(changes) + comes + goes
        if best is None or whole < best.change - SMALL:
            best = Room(other, day, whole)
    return best


def _holders(
    arrays: Arrays, slotting: Slotting, q: int, here: int, there: int
) -> list[tuple[int, tuple[int, ...]]]:
    """Return orders that hold what another needs on a day, and the days that they have to leave.

    One order stands for all of its class on its day.
    """
    found: dict[tuple[int, int, tuple[int, ...]], int] = {}
    for other in np.flatnonzero(slotting.day_of == there).tolist():
        found.setdefault((int(arrays.alike[other]), there, (there,)), other)
    who = np.repeat(np.arange(len(arrays.count)), np.diff(arrays.rows_start))
    for bind in change(arrays, slotting, (q, here, there)):
        leaves, row = arrays.named[bind.cell].days, int(arrays.cell_row[bind.cell])
        if not bind.hard or len(leaves) == 1 or bind.takes < 0:
            continue
        counts = np.zeros(len(arrays.count), dtype=bool)
        counts[who[arrays.rows == row]] = True
        if row < arrays.weighed:
            counts = arrays.load[:, row] > 0
        inside = np.isin(slotting.day_of, leaves)
        for other in np.flatnonzero(inside & counts[arrays.alike]).tolist():
            key = int(arrays.alike[other]), int(slotting.day_of[other]), leaves
            found.setdefault(key, other)
    return [(other, leaves) for (_, _, leaves), other in found.items()]


def _elsewhere(
    arrays: Arrays, slotting: Slotting, p: int, here: int, leaves: tuple[int, ...]
) -> list[int]:
    """Return days for an order of a class that leaves some days: ``here``, and the cheapest."""
    days = np.arange(int(arrays.first[p]), int(arrays.last[p]) + 1)
    days = days[np.isfinite(arrays.costs[arrays.cost_class[p], days]) & ~np.isin(days, leaves)]
    lines = arrays.capacity[days]
    takes = arrays.load[p, arrays.cell_row[lines]]
    room = slotting.use[lines] + takes <= arrays.cells[lines, MOST] + SMALL
    days = days[room | (days == here)]
    moved = (arrays.former[p] >= 0) & (days != arrays.former[p])
    own = arrays.costs[arrays.cost_class[p], days] + np.where(moved, arrays.moving[p], 0.0)
    turn = np.lexsort((days, own, days != here))
    found: list[int] = days[turn][: ELSEWHERE + 1].tolist()
    return found


def capital(text: str) -> str:
    """Begin a sentence."""
    return text[:1].upper() + text[1:]


def _kind(kind: str) -> str:
    """Return what a kind of cells counts."""
    return kind.removesuffix(" limit")


def said(arrays: Arrays, slotting: Slotting, bind: Bind) -> str:
    """Say what binds in one sentence, and what would lift it."""
    cell, curve = arrays.named[bind.cell], arrays.cells[bind.cell]
    use, when, name = float(slotting.use[bind.cell]), arrays.dates[cell.first], cell.name
    days, most = arrays.calendar, float(curve[MOST])
    day, line = days.written(cell.first, cell.line or ""), days.called(cell.line)
    on = f" on {line}" if days.several and cell.line else ""
    lacks = max(0.0, use + bind.takes - most)
    if cell.kind == "capacity":
        day = written(when)
        if most <= SMALL:
            return f"{capital(line)} does not work on {day}; hours on that day would lift that."
        return (
            f"{capital(line)} is full on {day}: {use:,.2f} of {most:,.2f} car equivalents, and it "
            f"takes {bind.takes:,.2f}; {lacks:,.2f} car equivalents more (overtime), or an order "
            "less, would lift that."
        )
    if cell.kind == "part":
        if most <= SMALL:
            return (
                f"There is no part {name} on {day}, and it takes {bind.takes:,.1f}; {lacks:,.1f} "
                "on that day would lift that."
            )
        return (
            f"Part {name} is used up on {day}: {use:,.1f} of {most:,.1f}, and it takes "
            f"{bind.takes:,.1f}; {lacks:,.1f} more on that day would lift that."
        )
    if cell.kind == "shop":
        return (
            f"Shop {name} is full on {day}: {use:,.2f} of {most:,.2f} car equivalents, and it "
            f"takes {bind.takes:,.2f}; {lacks:,.2f} car equivalents more (overtime), or an order "
            "less, would lift that."
        )
    if cell.kind == "corridor":
        if bind.takes > 0:
            return (
                f"Model {name} is at the most of its corridor{on} in {when:%Y-%m}: {use:,.0f} of "
                f"{most:,.0f}; one more {name} in that month would lift that."
            )
        return (
            f"Model {name} is at the least of its corridor{on} in {when:%Y-%m}: {use:,.0f}, at "
            f"least {curve[LEAST]:,.0f}; one {name} less asked in that month would lift that."
        )
    if cell.kind == "split":
        more = bind.takes > 0
        bears = f"{curve[HIGH]:,.0f} at the most" if more else f"{curve[LOW]:,.0f} at the least"
        return (
            f"{capital(line)} has {use:,.0f} of model {name} in {when:%Y-%m}, and by the plan's "
            f"split over lines {bears}: one {'more' if more else 'less'} costs "
            f"{bind.cost:,.1f}; a lower split_cost would lift that."
        )
    if cell.kind == "entitlement":
        return (
            f"The slots left to others than {name}{on} are used up in the week of {written(when)}: "
            f"{use:,.0f} of {most:,.0f}; releasing one contracted slot would lift that."
        )
    if bind.hard and cell.sequence:
        return (
            f"Hard rules of the sequence bear no more {name} on {day}: {use:,.0f} of {most:,.0f}; "
            f"an easier rule, or an order with {name} less on that day, would lift that."
        )
    if bind.hard:
        return (
            f"{capital(_kind(cell.kind))} {name} is at its daily limit on {day}: {use:,.0f} of "
            f"{most:,.0f}; one more {name} on that day would lift that."
        )
    return _said_level(arrays, slotting, bind, day)


def _said_level(arrays: Arrays, slotting: Slotting, bind: Bind, day: str) -> str:
    """Say which level binds, what that costs and what would lift it."""
    cell, curve = arrays.named[bind.cell], arrays.cells[bind.cell]
    use, name, comes = float(slotting.use[bind.cell]), cell.name, bind.takes > 0
    if cell.kind == "colour":
        return (
            f"Colour {name} would be short of a full batch on {day} ({bind.cost:,.1f}); more cars "
            "of it there would lift that."
        )
    above = comes and use >= curve[TOP]
    date = written(arrays.dates[cell.first])
    cars = "1 car" if use == 1 else f"{use:,.0f} cars"
    what = {
        "volume": f"{capital(arrays.calendar.called(cell.line))} has {cars} on {date}",
        "work": f"Station {name} has {cars} with more work than its takt on {day}",
    }.get(cell.kind, f"{cell.kind.capitalize()} {name} has {cars} on {day}")
    bears = "its takt bears" if cell.kind == "work" else "its ratio rules bear"
    even = f"{bears} {curve[TOP]:,.0f}" if above else f"even are {cell.target:,.1f}"
    return (
        f"{what}, {even}: one {'more' if comes else 'less'} costs {bind.cost:,.1f}; one car "
        f"{'less' if comes else 'more'} there, or a lower {_weight(cell.kind, above)}, would lift "
        "that."
    )


def _weight(kind: str, above: bool) -> str:
    """Return the parameter that says what a level costs."""
    if kind == "volume":
        return "volume_cost"
    if above:
        return "limit_cost"
    return "mix_cost" if kind == "model" else "level_cost"
