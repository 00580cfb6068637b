"""Chains of cars, each of which goes into the row of the next.

Where rows are full and sorted, a car can only stand still in one of them when another goes. Rows of
stays that are nested or apart are colours of a circle graph, and a chain shifts colours, as Kempe
chains do.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.kernels.compile import inner
from sinho.kernels.random import below
from sinho.ship.yard.kernel.changes import goes_on, placed, restored
from sinho.ship.yard.kernel.data import MOVE, OVER, STAYS, Longs, Small, State, Stays
from sinho.ship.yard.kernel.members import added, inserted, taken, tried
from sinho.ship.yard.kernel.rows import IMPOSSIBLE, JAMMED, counted

NOBODY, SEVERAL = -1, -2
"""Who keeps a car from standing still in a row, where it is not one car alone."""

LONGEST = 8
"""Most cars of a chain."""

SOUGHT = 250
"""Most rows looked at for each of its cars."""

FREE = 10
"""A row is free for a car where that costs less than a move's part of this."""


@inner
def blocker(y: Stays, b: State, r: int, x: int, state: Any) -> int:
    """Return the one stay that keeps another from standing still in a row open at one end.

    Who crosses it does, or where the row is full, one drawn of those beneath it; `NOBODY` or
    `SEVERAL` where it is not one alone.
    """
    key, leave = y.enter[x], y.leave[x]
    at = inserted(y, b, r, x)
    begin = at
    if at > 0 and b.reach[r, at - 1] >= key:
        begin = b.head[r, at - 1]
    found, beneath, top = NOBODY, 0, 0
    for a in range(at - 1, begin - 1, -1):  # who came last is there most likely
        if b.goes[r, a] <= key:
            continue
        top = max(top, b.depth[r, a])
        beneath += 1
        if b.goes[r, a] < leave:
            if found != NOBODY:
                return SEVERAL
            found = b.member[r, a]
    full = top == y.places[r]
    for a in range(at, b.sizes[r]):
        if b.comes[r, a] >= leave:
            break
        if b.goes[r, a] > leave:
            if found != NOBODY:
                return SEVERAL
            found = b.member[r, a]
        full = full or b.depth[r, a] == y.places[r]
    if found != NOBODY or not full:
        return int(found)
    k = below(state, beneath) if beneath > 0 else -1
    for a in range(begin, at):
        if b.goes[r, a] > key:
            if k == 0:
                return int(b.member[r, a])
            k -= 1
    return SEVERAL


@inner
def shifts(y: Stays, b: State, x: int, out: Small, count: int) -> bool:
    """Return whether a stay can go on a chain: one that is put elsewhere as a whole, and once."""
    if x >= y.enter.shape[0] // STAYS or y.enter[x] < 0 or goes_on(y, b, x):
        return False
    again = False
    for k in range(count):
        again = again or out[k] == x
    return not again


@inner
def next_row(y: Stays, b: State, x: int, home: int, state: Any, log: Longs) -> tuple[int, int]:
    """Seek a row for a stay: return one that is free for it, and else a stay that has to go."""
    rows, one, seen = b.sizes.shape[0], NOBODY, 0
    begin, most = below(state, rows), y.cost[MOVE] // FREE
    for k in range(min(rows, SOUGHT)):
        r = int((begin + k) % rows)
        if r == home or y.ends[r] == 2 or not y.admits[y.kind[x], r]:
            continue
        z = blocker(y, b, r, x, state)
        if z == NOBODY:
            cost = tried(y, b, r, x, b.price[r] + most, log)
            if cost != IMPOSSIBLE and cost - b.price[r] <= most:
                return r, NOBODY
        elif z >= 0:
            seen += 1
            if below(state, seen) == 0:
                one = z
    return -1, one


@inner
def chained(y: Stays, b: State, x: int, near: Small, heat: int, state: Any, log: Longs) -> int:
    """Put a stay into another row, and who stands in its way there elsewhere; return the gain."""
    out, was = np.empty(LONGEST, np.int32), np.empty(LONGEST, np.int32)
    under, beyond = np.empty(LONGEST, np.int32), np.empty(LONGEST, np.int32)
    count, change, waits = 0, 0, -1
    while count < LONGEST and change < JAMMED // 2 and x >= 0 and shifts(y, b, x, out, count):
        home = b.row[x]
        out[count], was[count], under[count], beyond[count] = x, home, y.under[x], y.beyond[x]
        count += 1
        y.under[x], y.beyond[x] = 0, 0
        if home < 0:
            change -= y.cost[OVER]
        else:
            taken(b, x)
            if waits >= 0:
                added(y, b, home, waits)
            change -= b.price[home]
            b.price[home] = counted(y, b, home, log)
            change += b.price[home]
        free, one = next_row(y, b, x, home, state, log)
        waits, x, near[0] = x, one, max(0, free)
    if waits < 0:
        return 0
    change += placed(y, b, waits, near, 1, state, log)
    if change <= (below(state, heat) if heat > 0 else 0):
        return int(-change)
    for k in range(count):
        restored(y, b, out[k], -1, log)
        y.under[out[k]], y.beyond[out[k]] = under[k], beyond[k]
    for k in range(count):
        restored(y, b, out[k], was[k], log)
    return 0
