"""Swaps of cars that the levels above cannot tell apart: a neighbour rule alone looks at them.

They leave the levels above as they are, so that several candidates, and two swaps in a row, cost
less to look at than one move whose ratio rules are to be evaluated.
"""

from __future__ import annotations

import math
from typing import Any

from sinho.kernels.compile import inlined, inner
from sinho.sequence.kernel.counts import better, keep
from sinho.sequence.kernel.moves import apply, level_change
from sinho.sequence.kernel.pairs import pairs_swapped
from sinho.sequence.kernel.pool import (
    BUFFER,
    CARS,
    FIT_CARS,
    FIT_START,
    GROUP,
    HEAD,
    LINE,
    PAIR_VALUE,
    PINNED,
    PLACE,
    SIZE,
    SWAP,
    TOTAL,
    VALUES,
)
from sinho.sequence.kernel.random import below, uniform

MOST = 64
"""Candidates looked at."""


@inner
def fitting(m: Any, level: int, k: int, i: int, other: int, most: int) -> int:
    """Return the place of a car that the levels above cannot tell from the one at ``i``.

    It has the value of the car at ``other`` in a neighbour rule. Of up to ``most`` such cars, from
    a random one on, it is the first that makes the rule better, else the least bad; -1 where there
    is none.
    """
    line, value = m[LINE], m[PAIR_VALUE] + k * m[CARS]
    g = m[m[GROUP] + level * m[CARS] + m[line + i]]
    start = m[FIT_START] + k * (m[SIZE] * m[VALUES] + 1) + g * m[VALUES]
    start += m[value + m[line + other]]
    low = m[start]
    size = m[start + 1] - low
    if size == 0:
        return -1
    cars, at = m[FIT_CARS] + k * m[SIZE] + low, below(m, size)
    best, least = -1, 1 << 40
    for _ in range(min(size, most)):
        j = m[m[PLACE] + m[cars + at]]
        change = pairs_swapped(m, k, min(i, j), max(i, j))
        if change < least:
            best, least = j, change
            if change < 0:
                break
        at = at + 1 if at + 1 < size else 0
    return best


@inlined
def pinned(m: Any, place: int) -> bool:
    """Say whether a place is pinned."""
    return m[m[PINNED] + place + 1] > m[m[PINNED] + place]


@inner
def beside(m: Any, level: int, k: int, i: int, j: int) -> int:
    """Find the swap that best gives a car beside ``i`` or ``j`` the value of the one it is beside.

    Returns
    -------
    int
        The change of the rule; the two places are in the buffer. Very high where there is none.
    """
    least = 1 << 40
    for way in range(4):
        other = i if way < 2 else j
        near = other - 1 + 2 * (way & 1)
        if near < m[HEAD] or near >= m[HEAD] + m[SIZE]:
            continue
        partner = fitting(m, level, k, near, other, MOST)
        if partner < 0 or partner == near:
            continue
        change = pairs_swapped(m, k, min(near, partner), max(near, partner))
        if change < least and not (pinned(m, near) or pinned(m, partner)):
            least = change
            m[m[BUFFER]] = min(near, partner)
            m[m[BUFFER] + 1] = max(near, partner)
    return least


@inner
def swap(m: Any, a: int, b: int) -> None:
    """Exchange the cars at two places; compiled once for all that do."""
    apply(m, SWAP, a, b)


@inner
def swap_twice(m: Any, level: int, k: int, i: int, j: int, temperature: float) -> None:
    """Try a swap that makes the last active level worse together with one beside it that mends it.

    Parameters
    ----------
    m : memory
        The array of the search.
    level, k : int
        The last active level and its neighbour rule.
    i, j : int
        Places of cars that the levels above cannot tell apart.
    temperature : float
        Mean of the worsening allowed by both together.
    """
    a, b = min(i, j), max(i, j)
    if m[m[TOTAL]] > 0 or pinned(m, a) or pinned(m, b) or level_change(m, 0, SWAP, a, b) > 0:
        return
    before = m[m[TOTAL] + level]
    swap(m, a, b)
    if beside(m, level, k, a, b) < 1 << 40:
        c, d = m[m[BUFFER]], m[m[BUFFER] + 1]
        change = m[m[TOTAL] + level] - before + level_change(m, level, SWAP, c, d)
        allowed = -temperature * math.log(1.0 - uniform(m)) if change > 0 else 0.0
        if change <= allowed and level_change(m, 0, SWAP, c, d) <= 0:
            swap(m, c, d)
            if better(m):
                keep(m)
            return
    swap(m, a, b)
