"""Cars are taken out of some rows and put into better ones: the compiled search."""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.kernels.compile import entry, inner
from sinho.kernels.random import below
from sinho.ship.yard.kernel.chain import SEVERAL, blocker, chained
from sinho.ship.yard.kernel.changes import (
    DEEPEST,
    dug,
    goes_on,
    made_way,
    part,
    placed,
    restored,
    split,
    whole,
    wished,
)
from sinho.ship.yard.kernel.data import (
    CHANGED,
    MOVE,
    OVER,
    STAYS,
    Longs,
    Small,
    State,
    Stays,
)
from sinho.ship.yard.kernel.members import added, taken, tried
from sinho.ship.yard.kernel.rows import IMPOSSIBLE, JAMMED, counted

OUT_MOST = 48
"""Most stays taken out in a round."""

DRAWN = 20
"""Most rows that are drawn for one that is opened besides."""

CHAIN = 2
"""One in so many rounds seeks a chain of cars."""

FEW = 8
"""Rows that are few: rounds of all kinds are drawn alike, and no chains sought."""

HOPEFUL, HOPELESS = 2, 20
"""One in so many rounds is about a car without a place or in another row than it should be, where
more have no place than in any plan, or rows are few; and where not."""


@inner
def troubled(y: Stays, b: State, state: Any) -> int:
    """Return a row with moves, the first from a drawn one on; -1 where there is none."""
    rows = b.sizes.shape[0]
    begin = below(state, rows)
    for k in range(rows):
        r = int((begin + k) % rows)
        if b.price[r] >= y.cost[MOVE]:
            return r
    return -1


@inner
def opened(
    y: Stays, b: State, r: int, low: int, high: int, share: int, out: Small, many: int, state: Any
) -> int:
    """Choose stays of a row that overlap with a span of keys; return how many are chosen by now.

    Of a hundred that can be chosen about ``share`` are. Who stands already, or is moved into
    another row meanwhile, cannot.
    """
    for a in range(b.sizes[r]):
        x = b.member[r, a]
        if many == out.shape[0]:
            break
        if y.enter[x] < 0 or y.enter[x] > high or y.leave[x] < low:
            continue
        if goes_on(y, b, x):
            continue
        if share >= 100 or below(state, 100) < share:
            out[many] = x
            many += 1
    return many


@entry
def let_in(y: Stays, b: State, cars: Longs, freed: Longs) -> int:
    """Let cars without a place come in when one is free and none is moved; return how many.

    Parameters
    ----------
    y, b : Stays, State
        Stays and state; both changed.
    cars : ndarray of int64, shape (any,)
        The cars, as they came.
    freed : ndarray of int64, shape (stays, 2)
        Keys at which stays end, and their rows, by key.
    """
    log = np.zeros((1, 5), np.int64)
    found = 0
    for x in cars:
        came = y.enter[x]
        for k in range(np.searchsorted(freed[:, 0], came), freed.shape[0]):
            key, r = freed[k, 0], freed[k, 1]
            if key >= y.leave[x]:
                break
            if not y.admits[y.kind[x], r]:
                continue
            y.enter[x] = key + 1
            cost = tried(y, b, r, x, b.price[r] + y.cost[MOVE], log)
            if cost != IMPOSSIBLE and cost - b.price[r] < y.cost[MOVE]:
                added(y, b, r, x)
                b.price[r] = counted(y, b, r, log)
                found += 1
                break
        if b.row[x] < 0:
            y.enter[x] = came
    return found


@inner
def sore(y: Stays, b: State, x: int) -> bool:
    """Return whether a car has no place, is moved into another row, or not in its former one."""
    other = y.former[x] >= 0 and b.row[x] != y.former[x] and y.cost[CHANGED] > 0
    return bool(y.kind[x] >= 0 and (b.row[x] < 0 or goes_on(y, b, x) or other))


@inner
def turned(y: Stays, out: Small, along: tuple[Small, Small, Small], count: int, state: Any) -> None:
    """Put stays in the order in which they get rows: as they come, who leaves last first, or drawn.

    What is ``along`` goes with them.
    """
    turn = below(state, 3)
    for k in range(count):
        best = k
        if turn == 2:
            best = k + below(state, count - k)
        else:
            for j in range(k + 1, count):
                a, z = out[j], out[best]
                if turn == 0 and y.enter[a] < y.enter[z]:
                    best = j
                if turn == 1 and y.leave[a] > y.leave[z]:
                    best = j
        out[k], out[best] = out[best], out[k]
        for one in along:
            one[k], one[best] = one[best], one[k]


@inner
def shifted(y: Stays, b: State, r: int, state: Any, log: Longs) -> int:
    """Draw a stay of a row that is moved; any where none is."""
    counted(y, b, r, log)
    begin = below(state, b.sizes[r])
    for k in range(b.sizes[r]):
        z = int(b.member[r, (begin + k) % b.sizes[r]])
        if b.moved[z] > 0:
            return z
    return int(b.member[r, begin])


@inner
def aim(
    y: Stays, b: State, bad: int, out: Small, near: Small, x: int, state: Any, log: Longs
) -> tuple[int, int, int]:
    """Choose rows and stays of them that are taken out; return a car, and how many of both.

    Either car ``x`` needs a better place, or row ``bad`` has a car that is in the way.
    """
    count, nears = 0, 0
    if x < 0:
        if b.sizes[bad] == 0:
            return -1, 0, 0
        x = shifted(y, b, bad, state, log)
        near[0], nears = bad, 1
        chance = below(state, 3)
        if chance == 0 and y.enter[x] >= 0:
            out[0], count = x, 1
        else:
            share = 100 if chance == 1 else 50
            count = opened(y, b, bad, y.enter[x], y.leave[x], share, out, 0, state)
    rows = b.sizes.shape[0]
    for _ in range(below(state, 4)):
        r = int(below(state, rows))
        for _ in range(
            DRAWN if rows > FEW else 0
        ):  # rather one in which the car can stand instead of another
            if y.admits[y.kind[x], r] and blocker(y, b, r, x, state) != SEVERAL:
                break
            r = int(below(state, rows))
        again = False
        for k in range(nears):
            again = again or near[k] == r
        if again or not y.admits[y.kind[x], r]:
            continue
        near[nears] = r
        nears += 1
        share = 100 if below(state, 2) == 0 else 40
        count = opened(y, b, r, y.enter[x], y.leave[x], share, out, count, state)
    return x, count, nears


@entry
def improve(y: Stays, b: State, rounds: int, state: Any, heat: int, least: int) -> tuple[int, int]:
    """Search better rows; return by how much the cost fell, and how many rounds were made.

    It ends early when no car is moved, without a place, or in another row than its former one.

    Parameters
    ----------
    y, b : Stays, State
        Stays and state; both changed.
    rounds : int
        Most rounds.
    state : ndarray of uint64, shape (1,)
        Random numbers.
    heat : int
        By how much a round may make the plan dearer, drawn between this and 0.
    least : int
        Cars that have no place in any plan.
    """
    n = y.enter.shape[0] // STAYS
    out, was = np.empty(OUT_MOST, np.int32), np.empty(OUT_MOST, np.int32)
    under, beyond = np.zeros(OUT_MOST, np.int32), np.zeros(OUT_MOST, np.int32)
    near = np.empty(8, np.int32)
    sores = np.empty(n, np.int64)
    log = np.zeros((1, 5), np.int64)
    large = b.sizes.shape[0] > FEW
    gain, many, hope = 0, 0, HOPEFUL
    for made in range(rounds):
        bad = troubled(y, b, state)
        if made % 64 == 0 or (bad < 0 and many == 0):
            many, lost = 0, 0
            for x in range(n):
                if sore(y, b, x):
                    sores[many] = x
                    many += 1
                    lost += b.row[x] < 0
            hope = HOPELESS if large and lost <= least else HOPEFUL
        if bad < 0 and many == 0:
            return gain, made
        x = -1
        if many > 0 and (bad < 0 or below(state, hope) == 0):
            x = int(sores[below(state, many)])
            if not sore(y, b, x):
                many = 0 if bad < 0 else many
                continue
            if large and below(state, CHAIN) == 0:
                gain += chained(y, b, x, near, heat, state, log)
                continue
            if b.row[x] < 0 and below(state, 4) == 0:
                gain += made_way(y, b, x, near, state, log)
                continue
        elif large and below(state, CHAIN) == 0:
            gain += chained(y, b, shifted(y, b, bad, state, log), near, heat, state, log)
            continue
        elif below(state, 8) == 0:
            z = int(b.member[bad, below(state, b.sizes[bad])])
            gain += dug(y, b, bad, z, state, log)
            continue
        elif y.ends[bad] == 2 and below(state, 8) == 0:
            z = int(b.member[bad, below(state, b.sizes[bad])])
            wish, change = y.wish[z], wished(y, b, bad, z, state, log)
            if change > 0:
                y.wish[z] = wish
                b.price[bad] = counted(y, b, bad, log)
            else:
                gain -= change
            continue
        elif below(state, 4) == 0:
            gain += part(y, b, bad, near, state, log)
            continue
        # a car that is moved into another row is whole again while a better place is sought
        change, second, due = 0, -1, 0
        aimed, count, nears = aim(y, b, bad, out, near, x, state, log)
        if x >= 0:
            while goes_on(y, b, x) and goes_on(y, b, x + n):
                x += n
            if goes_on(y, b, x):
                second, due = b.row[x + n], y.leave[x]
                change -= y.cost[MOVE] + b.price[second]
                whole(y, b, x, log)
                change += b.price[second]
            chosen = False
            for k in range(count):
                chosen = chosen or out[k] == x
            if y.enter[x] >= 0 and not chosen:
                if count == out.shape[0]:
                    count -= 1
                out[count] = x
                count += 1
            if b.row[x] >= 0:
                near[nears] = b.row[x]
                nears += 1
        if aimed < 0 or (count == 0 and second < 0):
            continue
        extra = -1
        if count > 0 and nears > 0 and count < out.shape[0] and below(state, 4) == 0:
            extra = split(y, b, near, nears, out, count, x, state)
            if extra >= 0:
                change += y.cost[MOVE]
        odd = below(state, 4 * count) if count > 0 else -1
        for k in range(count):
            was[k] = b.row[out[k]]
            under[k], beyond[k] = y.under[out[k]], y.beyond[out[k]]
            y.under[out[k]] = 1 + below(state, DEEPEST) if k == odd and out[k] < n else 0
            y.beyond[out[k]] = 0
            if was[k] < 0:
                change -= y.cost[OVER]
            else:
                taken(b, out[k])
        for k in range(nears):
            price = counted(y, b, near[k], log)
            change += price - b.price[near[k]]
            b.price[near[k]] = price
        if extra >= 0:
            out[count], was[count], under[count], beyond[count] = extra + n, -1, 0, 0
            count += 1
        turned(y, out, (was, under, beyond), count, state)
        for k in range(count):
            change += placed(y, b, out[k], near, nears, state, log)
            if out[k] >= n and b.row[out[k]] < 0:  # who was driven out has to stand somewhere
                change += JAMMED
        if change <= (below(state, heat) if heat > 0 else 0):
            gain -= change
            continue
        for k in range(count):
            restored(y, b, out[k], -1, log)
            y.under[out[k]], y.beyond[out[k]] = under[k], beyond[k]
        if extra >= 0:
            y.leave[extra] = y.leave[extra + n]
        if second >= 0:
            y.leave[x] = due
        for k in range(count):
            restored(y, b, out[k], was[k], log)
        if second >= 0:
            if y.enter[x] < 0:
                b.price[b.row[x]] = counted(y, b, b.row[x], log)
            added(y, b, second, x + n)
            b.price[second] = counted(y, b, second, log)
        if extra >= 0:
            b.price[b.row[extra]] = counted(y, b, b.row[extra], log)
    return gain, rounds
