"""Single changes of rows: a stay is put elsewhere, parted, made whole, or dug deeper for."""

from __future__ import annotations

from typing import Any

from sinho.kernels.compile import inlined, inner
from sinho.kernels.random import below
from sinho.ship.yard.kernel.data import MOVE, OVER, STAYS, Longs, Small, State, Stays
from sinho.ship.yard.kernel.members import added, taken, tried
from sinho.ship.yard.kernel.rows import IMPOSSIBLE, before_coming, counted

DEEPEST = 4
"""Most cars that are driven out more than has to be, for one that comes or leaves."""

LOOKED = 80
"""Rows looked at for a stay, drawn from all, beside those that were opened."""


@inner
def restored(y: Stays, b: State, x: int, row: int, log: Longs) -> None:
    """Put a stay back where it was."""
    if b.row[x] >= 0:
        r = b.row[x]
        taken(b, x)
        b.price[r] = counted(y, b, r, log)
    if row >= 0:
        added(y, b, row, x)
        b.price[row] = counted(y, b, row, log)


@inner
def placed(y: Stays, b: State, x: int, near: Small, nears: int, state: Any, log: Longs) -> int:
    """Put a stay into the cheapest row found; return what that costs more than before."""
    best, chosen = int(y.cost[OVER]), -1
    rows = b.sizes.shape[0]
    looked = min(rows, LOOKED)
    begin = below(state, rows)
    for k in range(nears + looked + 1):
        if k < nears:
            r = int(near[k])
        elif k == nears:
            r = int(y.former[x])
        elif rows == looked:
            r = (begin + k - nears) % rows
        else:
            r = int(below(state, rows))
        if r < 0 or not y.admits[y.kind[x], r]:
            continue
        cost = tried(y, b, r, x, b.price[r] + best, log)
        if cost != IMPOSSIBLE and cost - b.price[r] < best:
            best, chosen = cost - b.price[r], r
            if best <= 0:
                break
    if chosen >= 0:
        added(y, b, chosen, x)
        b.price[chosen] = counted(y, b, chosen, log)
    return best


@inlined
def goes_on(y: Stays, b: State, x: int) -> bool:
    """Return whether a stay ends with a move into another row."""
    n = y.enter.shape[0] // STAYS
    return bool(x < (STAYS - 1) * n and b.row[x + n] >= 0)


@inlined
def can_part(y: Stays, b: State, x: int) -> bool:
    """Return whether a stay can end with a move into another row."""
    n = y.enter.shape[0] // STAYS
    return bool(x < (STAYS - 1) * n and b.row[x + n] < 0)


@inner
def wished(y: Stays, b: State, r: int, z: int, state: Any, log: Longs) -> int:
    """Draw where a stay goes in its row; return what the row costs more."""
    y.wish[z] = below(state, 2 * y.places[r] + 1) - 1
    former = b.price[r]
    b.price[r] = counted(y, b, r, log)
    return int(b.price[r] - former)


@inner
def dug(y: Stays, b: State, r: int, z: int, state: Any, log: Longs) -> int:
    """Draw how many cars are driven out more for one of a row; return the gain."""
    n = y.enter.shape[0] // STAYS
    of = y.under if z < n and below(state, 2) == 0 else y.beyond
    former, many = b.price[r], of[z]
    of[z] = below(state, min(DEEPEST, y.places[r] - 1) + 1)
    b.price[r] = counted(y, b, r, log)
    if b.price[r] > former:
        of[z] = many
        b.price[r] = counted(y, b, r, log)
    return int(former - b.price[r])


@inner
def moved_over(y: Stays, b: State, x: int, due: int, near: Small, state: Any, log: Longs) -> int:
    """Move a car out of its row at a key and for good into the cheapest one; return the cost."""
    n, r = y.enter.shape[0] // STAYS, b.row[x]
    former = b.price[r]
    y.leave[x] = due
    y.enter[x + n] = due + 1
    b.price[r] = counted(y, b, r, log)
    change = b.price[r] - former + y.cost[MOVE]
    near[0] = r
    return int(change + placed(y, b, x + n, near, 1, state, log))


@inner
def whole(y: Stays, b: State, x: int, log: Longs) -> None:
    """Take the stay behind one out of its row, and make this one last as long."""
    n = y.enter.shape[0] // STAYS
    r = b.row[x + n]
    if r >= 0:
        taken(b, x + n)
        b.price[r] = counted(y, b, r, log)
    y.leave[x] = y.leave[x + n]


@inner
def part(y: Stays, b: State, r: int, near: Small, state: Any, log: Longs) -> int:
    """Move a car of a row into another for good, when it is in the way; return the gain."""
    n = y.enter.shape[0] // STAYS
    counted(y, b, r, log)
    begin = below(state, b.sizes[r])
    x = -1
    for k in range(b.sizes[r]):
        z = int(b.member[r, (begin + k) % b.sizes[r]])
        if b.moved[z] > 0 and can_part(y, b, z):
            x = z
            break
    if x < 0:
        return 0
    due = b.first[x]
    if below(state, 4) == 0:  # sometimes at another time, or before another comes
        z = int(b.member[r, below(state, b.sizes[r])])
        due = y.leave[z] if below(state, 2) == 0 else before_coming(y, z)
        if due <= max(0, y.enter[x]) or due >= y.leave[x]:
            return 0
    change = moved_over(y, b, x, due, near, state, log)
    if change > 0 or b.row[x + n] < 0:
        whole(y, b, x, log)
        b.price[r] = counted(y, b, r, log)
        return 0
    return int(-change)


@inner
def split(
    y: Stays, b: State, near: Small, nears: int, out: Small, count: int, x: int, state: Any
) -> int:
    """End the first stay of a car of some rows when one taken out comes or leaves; return the car.

    -1 where the one that was drawn cannot be, or is ``x``.
    """
    n, r = y.enter.shape[0] // STAYS, int(near[below(state, nears)])
    if b.sizes[r] == 0:
        return -1
    z, other = int(b.member[r, below(state, b.sizes[r])]), out[below(state, count)]
    if z == x or not can_part(y, b, z):
        return -1
    due = y.leave[other] if below(state, 2) == 0 else before_coming(y, other)
    if due <= max(0, y.enter[z]) or due >= y.leave[z]:
        return -1
    for k in range(count):
        if out[k] == z:
            return -1
    y.leave[z], y.enter[z + n] = due, due + 1
    return z


@inner
def made_way(y: Stays, b: State, x: int, near: Small, state: Any, log: Longs) -> int:
    """Let a car that has no place come in where another is moved away or comes otherwise.

    Returns the gain.
    """
    n = y.enter.shape[0] // STAYS
    r = below(state, b.sizes.shape[0])
    if b.sizes[r] == 0 or not y.admits[y.kind[x], r]:
        return 0
    z = int(b.member[r, below(state, b.sizes[r])])
    wish, parts = y.wish[z], y.ends[r] == 1 or below(state, 2) == 0
    if below(state, 2) == 0:
        y.under[x] = 1 + below(state, DEEPEST)
        near[0] = r
        change = placed(y, b, x, near, 1, state, log) - y.cost[OVER]
        if b.row[x] < 0:
            y.under[x] = 0
        return int(-change)
    if parts:
        if not can_part(y, b, z):
            return 0
        if y.enter[z] > before_coming(y, x) or y.leave[z] < y.enter[x]:
            return 0
        y.wish[z + n] = below(state, 2 * y.places[r] + 1) - 1
        change = moved_over(y, b, z, before_coming(y, x), near, state, log)
    else:
        change = wished(y, b, r, z, state, log)
    near[0] = r
    change += placed(y, b, x, near, 1, state, log) - y.cost[OVER]
    if change <= 0 and (not parts or b.row[z + n] >= 0):
        return int(-change)
    restored(y, b, x, -1, log)
    if parts:
        whole(y, b, z, log)
    y.wish[z] = wish
    b.price[r] = counted(y, b, r, log)
    return 0
