"""Which stays a row has: one is tried, written in, taken out."""

from __future__ import annotations

from sinho.kernels.compile import inlined, inner
from sinho.ship.yard.kernel.data import FAR, STAYS, Longs, State, Stays
from sinho.ship.yard.kernel.rows import IMPOSSIBLE, JAMMED, ran


@inlined
def before(y: Stays, x: int, z: int) -> bool:
    """Return whether one stay begins before another; of those moved at once, who leaves last."""
    if y.enter[x] != y.enter[z]:
        return bool(y.enter[x] < y.enter[z])
    n = y.enter.shape[0] // STAYS
    late, other = y.leave[x % n - n], y.leave[z % n - n]  # of the last stays, which never changes
    return bool(late > other or (late == other and x < z))


@inlined
def inserted(y: Stays, b: State, r: int, x: int) -> int:
    """Return before how many stays of a row another begins."""
    low, at = 0, b.sizes[r]
    key = y.enter[x]
    while low < at:
        mid = (low + at) // 2
        if b.comes[r, mid] < key:
            low = mid + 1
        else:
            at = mid
    while at < b.sizes[r] and b.comes[r, at] == key and not before(y, x, b.member[r, at]):
        at += 1
    return int(at)


@inner
def tried(y: Stays, b: State, r: int, x: int, most: int, log: Longs) -> int:
    """Return the cost of a row with one stay more, as `ran` does.

    It is played while that stay is there, from when the row was empty last to when it is next.
    """
    size, key = b.sizes[r], y.enter[x]
    if size + 1 > b.member.shape[1]:
        return IMPOSSIBLE
    at = inserted(y, b, r, x)
    begin, reach = at, int(y.leave[x])
    if b.price[r] >= JAMMED:
        begin, reach = 0, FAR
    elif at > 0 and b.reach[r, at - 1] >= key:
        begin, reach = int(b.head[r, at - 1]), max(reach, b.reach[r, at - 1])
    count = 0
    for a in range(begin, at):
        b.list[a - begin] = b.member[r, a]
        count += b.goes[r, a] > key
    if count >= y.places[r]:
        return IMPOSSIBLE
    b.list[at - begin] = x
    end = at
    while end < size and b.comes[r, end] <= reach:
        reach = max(reach, b.goes[r, end])
        end += 1
        b.list[end - begin] = b.member[r, end - 1]
    first = b.spent[r, begin] if begin < size else b.price[r]
    last = b.spent[r, end] if end < size else b.price[r]
    if b.price[r] >= JAMMED:
        first, last = 0, b.price[r]
    cost = ran(y, b, r, end - begin + 1, most - b.price[r] + last - first, False, log)
    return cost if cost == IMPOSSIBLE else int(b.price[r] + cost - (last - first))


@inner
def added(y: Stays, b: State, r: int, x: int) -> None:
    """Write a stay into a row."""
    a = b.sizes[r]
    while a > 0 and before(y, x, b.member[r, a - 1]):
        b.member[r, a] = b.member[r, a - 1]
        a -= 1
    b.member[r, a] = x
    b.sizes[r] += 1
    b.row[x] = r


@inner
def taken(b: State, x: int) -> None:
    """Take a stay out of its row."""
    r = b.row[x]
    a = 0
    while b.member[r, a] != x:
        a += 1
    count = b.sizes[r] - 1
    while a < count:
        b.member[r, a] = b.member[r, a + 1]
        a += 1
    b.sizes[r] = count
    b.row[x] = -1
