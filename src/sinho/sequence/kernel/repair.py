"""Repair of a sequence: the best move of the car at a place, at a price for each car moved.

What a move changes is counted on the line and at the booths that it shares with other lines, whose
cars stay; a line that shares none is a joint search of one line.
"""

from __future__ import annotations

from typing import Any

from sinho.kernels.compile import entry
from sinho.kernels.memory import memory_at
from sinho.sequence.kernel.bits import count, test
from sinho.sequence.kernel.joint import carry, change_of, move_on, passes, places_of, still, view
from sinho.sequence.kernel.joint import take as take_all
from sinho.sequence.kernel.joint_pool import VIEWS
from sinho.sequence.kernel.pairs import pair
from sinho.sequence.kernel.pool import (
    ACTIVE,
    CARS,
    GROUP,
    HAS,
    HEAD,
    LEFT,
    LINE,
    PAIR_START,
    PINNED,
    RATIO_START,
    REFLECT,
    RIGHT,
    ROW,
    SIZE,
    SWAP,
    TOTAL,
)
from sinho.sequence.kernel.ratio import bits_of, window_of

EQUAL = 1e-6
"""Figures nearer than this are equal; totals are whole, prices may be fractions."""

LOCAL = 16
"""Longest stretch that is turned round, in positions."""


@entry
def scan(
    address: int,
    own: int,
    place: int,
    stage: int,
    prices: Any,
    moved: Any,
    best: Any,
    found: Any,
    slack: float,
    step: int,
) -> int:
    """Find the best move of the car at a place.

    Moves are swaps, a car taken out and put in elsewhere, and short stretches turned round.

    Moves are compared by what they change, level by level, hard rules first; from the level
    ``stage`` on each change is raised by the level's price for each car that the move adds to
    those moved, at most. A move has to better the order so priced, unless there is slack, and to
    break no hard rule.

    Parameters
    ----------
    address : int
        Where the array of the joint search lies.
    own : int
        Number of the line that is repaired.
    place : int
        The place.
    stage : int
        The first level at which moved cars are priced, 0 for the hard rules.
    prices : ndarray of float64, shape (levels,)
        Price of a moved car in units of each level's total.
    moved : ndarray of int64, shape (cars,)
        1 for cars that are moved already, else 0.
    best : ndarray of float64, shape (2, levels)
        Room to work in; the first row holds the priced changes of the move found.
    found : ndarray of int64, shape (3,)
        Is set to the kind and the two places of the move; the kind is -1 where there is none.
    slack : float
        What the level ``stage`` may lose, price included.
    step : int
        Of the other places only each so-manieth is looked at.

    Returns
    -------
    int
        Moves compared.
    """
    j = memory_at(address)
    m = view(j, own)
    levels, line, pinned, head = m[ACTIVE], m[LINE], m[PINNED], m[HEAD]
    size, group = m[SIZE], m[GROUP] + m[ACTIVE] * m[CARS]
    broken = j[j[TOTAL]] > 0
    still(j)
    found[0] = -1
    best[:, :] = 0.0
    best[0, stage] = slack
    tries = 0
    if m[pinned + place + 1] > m[pinned + place]:
        return 0
    x = m[line + place]
    for reach in range(1 + step, 2 * size, step):
        # The nearest places first, in front and behind in turn; of equal moves the first is taken.
        other = place + (reach // 2 if reach % 2 else -(reach // 2))
        if other < head or other >= head + size:
            continue
        y = m[line + other]
        a, b = min(place, other), max(place, other)
        if m[pinned + other + 1] > m[pinned + other]:
            continue
        for family in range(4 if b - a < LOCAL else 3):
            if family == 0:
                if m[group + x] == m[group + y]:
                    continue
                kind = SWAP
                cars = 2 - moved[x] - moved[y]
                if b == a + 1 and cars > 0:
                    cars -= 1
            elif b == a + 1 or m[pinned + b + 1] > m[pinned + a]:
                break
            elif family == 1:
                kind = LEFT if place < other else RIGHT
                cars = 1 - moved[x]
            elif family == 2:
                kind = RIGHT if place < other else LEFT
                cars = 1 - moved[y]
            else:
                kind = REFLECT
                cars = -1
                for inner in range(a, b + 1):
                    cars += 1 - moved[m[line + inner]]
                cars = max(0, cars)
            tries += 1
            move_on(j, own, kind, a, b)
            carry(j)
            verdict = 0
            for turn in range(levels):
                level = turn if broken else (turn + 1) % levels
                value = float(change_of(j, level))
                if level == 0 and not broken:
                    if value > 0.0:
                        verdict = 1
                    break
                if level >= stage:
                    value += prices[level] * cars
                best[1, level] = value
                if verdict == 0:
                    if value > best[0, level] + EQUAL:
                        verdict = 1
                        break
                    if value < best[0, level] - EQUAL:
                        verdict = -1
            if verdict < 0:
                best[0, :] = best[1, :]
                found[0], found[1], found[2] = kind, a, b
    return tries


@entry
def weigh(address: int, own: int, kind: int, a: int, b: int, change: Any) -> None:
    """Write the change of each level by a move of a line into ``change``, shape (levels,)."""
    j = memory_at(address)
    still(j)
    move_on(j, own, kind, a, b)
    carry(j)
    for level in range(j[ACTIVE]):
        change[level] = change_of(j, level)


@entry
def take(address: int, own: int, kind: int, a: int, b: int) -> None:
    """Take a move of a line and keep all counts."""
    j = memory_at(address)
    still(j)
    move_on(j, own, kind, a, b)
    carry(j)
    take_all(j)


@entry
def guilty(address: int, own: int, level: int, low: int, high: int, places: Any) -> int:
    """Find places whose cars take part in violations of a level's ratio or neighbour rules.

    Parameters
    ----------
    address : int
        Where the array of the joint search lies.
    own : int
        Number of the line that is repaired.
    level : int
        The level, 0 for the hard rules.
    low, high : int
        First and last place looked at.
    places : ndarray of int64
        Is filled with the places.

    Returns
    -------
    int
        How many were found.
    """
    j = memory_at(address)
    m = view(j, own)
    head, pinned = m[HEAD], m[PINNED]
    found = 0
    for place in range(max(low, head), min(high, head + m[SIZE] - 1) + 1):
        if m[pinned + place + 1] > m[pinned + place]:
            continue
        hit = False
        for r in range(m[m[RATIO_START] + level], m[m[RATIO_START] + level + 1]):
            over = bits_of(m, r)
            if test(m, over + HAS * m[ROW], place):
                hit = hit or count(m, over, place - window_of(m, r) + 1, place + 1) > 0
        for v in range(j[VIEWS]):
            if hit or not passes(j, v, own):
                continue
            s = view(j, v)
            here = s[LINE] + j[places_of(j, v, own) + place]
            for k in range(s[s[PAIR_START] + level], s[s[PAIR_START] + level + 1]):
                hit = hit or pair(s, k, s[here - 1], s[here]) > 0
                hit = hit or pair(s, k, s[here], s[here + 1]) > 0
        if hit:
            places[found] = place
            found += 1
    return found


@entry
def mark(address: int, rank: Any, moved: Any, room: Any) -> None:
    """Find the cars that have moved: those outside a longest part of the line that kept its order.

    By patience sorting (Schensted 1961, Canadian Journal of Mathematics 13, 179-191).

    Parameters
    ----------
    address : int
        Where the array of the line lies.
    rank : ndarray of int64, shape (cars of the day,)
        Place of each car in the old order, -1 for new ones.
    moved : ndarray of int64, shape (cars,)
        Is set to 1 for cars that moved or are new, 0 for the others.
    room : ndarray of int64, shape (2, cars of the day + 1)
        Room to work in.
    """
    m = memory_at(address)
    piles = 0
    moved[:] = 1
    for place in range(m[HEAD], m[HEAD] + m[SIZE]):
        car = m[m[LINE] + place]
        if rank[car] < 0:
            continue
        low, high = 0, piles
        while low < high:
            middle = (low + high) // 2
            if rank[room[0, middle]] < rank[car]:
                low = middle + 1
            else:
                high = middle
        room[0, low] = car
        room[1, car] = room[0, low - 1] if low > 0 else -1
        piles = max(piles, low + 1)
    if piles == 0:
        return
    last = room[0, piles - 1]
    while last >= 0:
        moved[last] = 0
        last = room[1, last]
