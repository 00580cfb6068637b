"""Costs of neighbour rules: closed changes for every move."""

from __future__ import annotations

from typing import Any

from sinho.kernels.compile import inlined, inner
from sinho.sequence.kernel.pool import (
    BUFFER,
    CARS,
    LINE,
    PAIR_COST,
    PAIR_EVEN,
    PAIR_VALUE,
    VALUES,
)


@inlined
def pair(m: Any, k: int, front: int, behind: int) -> int:
    """Return the cost of a neighbour rule for one car right behind another."""
    value, values = m[PAIR_VALUE] + k * m[CARS], m[VALUES]
    return m[m[PAIR_COST] + (k * values + m[value + front]) * values + m[value + behind]]


@inner
def pairs_swapped(m: Any, k: int, i: int, j: int) -> int:
    """Return the change of a neighbour rule when the cars at ``i`` < ``j`` change places."""
    line, value = m[LINE], m[PAIR_VALUE] + k * m[CARS]
    x, y = m[line + i], m[line + j]
    if m[value + x] == m[value + y]:
        return 0
    before, after = m[line + i - 1], m[line + j + 1]
    change = (
        pair(m, k, before, y) + pair(m, k, x, after) - pair(m, k, before, x) - pair(m, k, y, after)
    )
    if j == i + 1:
        return change + pair(m, k, y, x) - pair(m, k, x, y)
    inner, outer = m[line + i + 1], m[line + j - 1]
    return (
        change
        + pair(m, k, y, inner)
        + pair(m, k, outer, x)
        - pair(m, k, x, inner)
        - pair(m, k, outer, y)
    )


@inner
def pairs_moved(m: Any, k: int, car: int, before: int, after: int, front: int, behind: int) -> int:
    """Return the change when a car leaves its neighbours and goes between two others."""
    return (
        pair(m, k, before, after)
        + pair(m, k, front, car)
        + pair(m, k, car, behind)
        - pair(m, k, before, car)
        - pair(m, k, car, after)
        - pair(m, k, front, behind)
    )


@inlined
def pairs_rotated_left(m: Any, k: int, a: int, b: int) -> int:
    """Return the change of a neighbour rule when the car at ``a`` goes to ``b``."""
    at = m[LINE] + a
    end = m[LINE] + b
    return pairs_moved(m, k, m[at], m[at - 1], m[at + 1], m[end], m[end + 1])


@inlined
def pairs_rotated_right(m: Any, k: int, a: int, b: int) -> int:
    """Return the change of a neighbour rule when the car at ``b`` goes to ``a``."""
    at = m[LINE] + a
    end = m[LINE] + b
    return pairs_moved(m, k, m[end], m[end - 1], m[end + 1], m[at - 1], m[at])


@inner
def pairs_reflected(m: Any, k: int, a: int, b: int) -> int:
    """Return the change of a neighbour rule when the cars from ``a`` to ``b`` are reversed."""
    line = m[LINE]
    before, first, last, after = m[line + a - 1], m[line + a], m[line + b], m[line + b + 1]
    change = (
        pair(m, k, before, last)
        + pair(m, k, first, after)
        - pair(m, k, before, first)
        - pair(m, k, last, after)
    )
    if not m[m[PAIR_EVEN] + k]:
        for at in range(line + a, line + b):
            change += pair(m, k, m[at + 1], m[at]) - pair(m, k, m[at], m[at + 1])
    return change


@inner
def pairs_rearranged(m: Any, k: int, a: int, b: int) -> int:
    """Return the change of a neighbour rule when the buffer replaces the cars ``a`` to ``b``."""
    line, new = m[LINE], m[BUFFER]
    change = pair(m, k, m[line + a - 1], m[new]) + pair(m, k, m[new + b - a], m[line + b + 1])
    for at in range(line + a - 1, line + b + 1):
        change -= pair(m, k, m[at], m[at + 1])
    for at in range(new, new + b - a):
        change += pair(m, k, m[at], m[at + 1])
    return change
