"""A first row for each car, in the order in which they come."""

from __future__ import annotations

import numpy as np

from sinho.kernels.compile import entry, inner
from sinho.ship.yard.kernel.data import FAR, Longs, Small, State, Stays
from sinho.ship.yard.kernel.members import added
from sinho.ship.yard.kernel.rows import IMPOSSIBLE, due_of, fetch, shut_in, way_in

CLOSED, EMPTY, OPEN, SHUT = 100, 300, 400, 1000
"""What speaks against a row: that others stand in it of which no more come, that it is empty, that
others stand in it of which more come, and that a car would shut in others. Of empty rows the one
next to the last row of the voyage and port is taken."""

EACH = 100
"""The same: each car that would be shut in."""


@inner
def shuts(y: Stays, line: Small, r: int, x: int, p: int) -> int:
    """Count who leaves before a car and would be shut in by it at a place."""
    places = y.places[r]
    if y.ends[r] == 2:
        at_front = p + 1 < places and line[p + 1] >= 0
        return int(shut_in(y, line, places, x, at_front))
    count = 0
    for q in range(p):
        if line[q] >= 0 and y.leave[line[q]] < y.leave[x]:
            count += 1
    return count


@entry
def fill(y: Stays, b: State, order: Longs, longer: int, former: int) -> int:
    """Give each stay of ``order``, sorted by entering, the row against which least speaks.

    Parameters
    ----------
    y, b : Stays, State
        Stays and state; those that stand already are in their rows.
    order : ndarray of int64
        The stays.
    longer : int
        What speaks against a row that longer cars need.
    former : int
        What speaks against a row other than that of the former plan.

    Returns
    -------
    int
        How many stay without a row.
    """
    rows = b.sizes.shape[0]
    grid = np.full((rows, b.line.shape[0]), np.int32(-1))
    # of each row: the next key of leaving, who stands where the next car comes, where that is, cars
    due, edge = np.full(rows, np.int64(FAR)), np.full(rows, np.int64(-1))
    free, sizes = np.zeros(rows, np.int64), np.zeros(rows, np.int64)
    last = np.full(y.closed.shape[0], np.int64(-1))
    log = np.zeros((1, 5), np.int64)
    for r in range(rows):
        for a in range(b.sizes[r]):
            grid[r, y.seat[b.member[r, a]]] = b.member[r, a]
        due[r] = -FAR  # to be looked at first
    without = 0
    for k in range(order.shape[0]):
        x = order[k]
        best, chosen = 1 << 40, -1
        for r in range(rows):
            if not y.admits[y.kind[x], r]:
                continue
            if due[r] < y.enter[x]:
                looked(y, b, grid[r], r, y.enter[x], due, edge, free, sizes, log)
            if sizes[r] == y.places[r]:
                continue
            p = free[r]
            if y.ends[r] == 2:
                p = way_in(y, grid[r], y.places[r], 2, x)
                edge[r] = -1
                for q in range(max(0, p - 1), min(y.places[r], p + 2)):
                    if grid[r, q] >= 0:
                        edge[r] = grid[r, q]
            if p == IMPOSSIBLE:
                continue
            value = longer * y.spare[y.kind[x], r]
            if y.former[x] >= 0 and y.former[x] != r:
                value += former
            if sizes[r] == 0:
                value += EMPTY
                if last[y.lot[x]] >= 0:
                    value += min(OPEN - EMPTY - 1, abs(r - last[y.lot[x]]))
            else:
                shut = shuts(y, grid[r], r, x, p) if due[r] < y.leave[x] else 0
                if shut > 0:
                    value += SHUT + EACH * shut
                elif y.lot[edge[r]] == y.lot[x]:
                    value += y.places[r] - sizes[r]
                elif y.closed[y.lot[edge[r]]] > y.enter[x]:
                    value += OPEN
                else:
                    value += CLOSED
            if value < best and b.sizes[r] < b.member.shape[1]:
                best, chosen = value, r
        if chosen < 0:
            without += 1
            continue
        p = way_in(y, grid[chosen], y.places[chosen], y.ends[chosen], x)
        grid[chosen, p] = x
        last[y.lot[x]] = chosen
        due[chosen] = min(due[chosen], y.leave[x])
        sizes[chosen] += 1
        edge[chosen] = x
        free[chosen] = p + 1 if p + 1 < y.places[chosen] else IMPOSSIBLE
        added(y, b, chosen, x)
    return without


@inner
def looked(
    y: Stays,
    b: State,
    line: Small,
    r: int,
    key: int,
    due: Longs,
    edge: Longs,
    free: Longs,
    sizes: Longs,
    log: Longs,
) -> None:
    """Fetch from a row who leaves before a key, and see how it stands then."""
    places = y.places[r]
    due[r] = due_of(line, places, y.leave)
    while due[r] < key:
        fetch(y, b, line, places, y.ends[r], due[r], log)
        due[r] = due_of(line, places, y.leave)
    sizes[r], free[r], edge[r] = 0, 0, -1
    for p in range(places):
        if line[p] >= 0:
            sizes[r] += 1
            edge[r] = line[p]
            free[r] = p + 1 if p + 1 < places else IMPOSSIBLE
