"""What a move of an order, or a swap of two, would change."""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.kernels.compile import inner

COSTS, FIRST, LAST, FORMER, BEGIN, END, LOAD, CLASS, NEAR = 0, 1, 2, 3, 4, 5, 6, 7, 8
"""What stands where in an order's facts: one line of memory instead of one for each figure."""

FACTS = 16

PINNED = -2
"""Former day in the facts of an order that is fixed or frozen: it does not give up its day."""


@inner
def own_change(fact: Any, old: int, new: int, days: int, costs: Any, moving: Any) -> float:
    """Return the change of an order's own cost when it moves between days."""
    own = costs[fact[COSTS]]
    value = own[min(new, days)] - own[min(old, days)]
    if fact[FORMER] >= 0:
        stay = moving[fact[CLASS]]
        if new < days and new != fact[FORMER]:
            value += stay
        if old < days and old != fact[FORMER]:
            value -= stay
    return value


@inner
def gain(
    fact: Any,
    old: int,
    new: int,
    days: int,
    dated: int,
    rows: Any,
    cell_of: Any,
    up: Any,
    down: Any,
) -> float:
    """Return the change of all rows that count alike when an order moves between days."""
    value = 0.0
    for at in range(fact[BEGIN], fact[END]):
        row = rows[at]
        if row < dated and old < days and new < days and cell_of[old, row] == cell_of[new, row]:
            continue
        if old < days:
            value += down[old, row]
        if new < days:
            value += up[new, row]
    return value


@inner
def swap_gain(
    mine: Any,
    theirs: Any,
    a: int,
    b: int,
    dated: int,
    rows: Any,
    cell_of: Any,
    up: Any,
    down: Any,
) -> float:
    """Return the change of all rows that count alike when orders on two days swap."""
    value = 0.0
    x, y = mine[BEGIN], theirs[BEGIN]
    xend, yend = mine[END], theirs[END]
    far = 1 << 30
    while x < xend or y < yend:
        left = np.int64(rows[x]) if x < xend else far
        right = np.int64(rows[y]) if y < yend else far
        if left == right:
            x += 1
            y += 1
        elif left < right:
            if not (left < dated and cell_of[a, left] == cell_of[b, left]):
                value += down[a, left] + up[b, left]
            x += 1
        else:
            if not (right < dated and cell_of[a, right] == cell_of[b, right]):
                value += down[b, right] + up[a, right]
            y += 1
    return value


@inner
def trade_gain(mine: Any, theirs: Any, day: int, rows: Any, up: Any, down: Any) -> float:
    """Return the change of all rows that count alike when one order takes another's place."""
    value = 0.0
    x, y = mine[BEGIN], theirs[BEGIN]
    xend, yend = mine[END], theirs[END]
    far = 1 << 30
    while x < xend or y < yend:
        left = np.int64(rows[x]) if x < xend else far
        right = np.int64(rows[y]) if y < yend else far
        if left <= right:
            x += 1
        if right <= left:
            y += 1
        if left < right:
            value += up[day, left]
        elif right < left:
            value += down[day, right]
    return value
