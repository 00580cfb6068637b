"""The books of a slotting: how far each cell is used, and what a unit more or less would change."""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.kernels.compile import entry, inner
from sinho.slot.kernel.columns import (
    BATCH,
    HIGH,
    LEAST,
    LOW,
    MOST,
    TOP,
    UNIT,
    W_HARD,
    W_HIGH,
    W_LEAST,
    W_LOW,
    W_TOP,
)

ROUNDING = 1e-6
"""What sums of loads may be off by."""


@inner
def curve(cells: Any, c: int, use: float) -> float:
    """Return the cost of a cell at a use."""
    value = 0.0
    if use < cells[c, LOW] and not (cells[c, BATCH] > 0 and use == 0):
        value += cells[c, W_LOW] * (cells[c, LOW] - use)
    if use > cells[c, HIGH]:
        value += cells[c, W_HIGH] * (use - cells[c, HIGH])
    if use > cells[c, TOP]:
        value += cells[c, W_TOP] * (use - cells[c, TOP])
    if use > cells[c, MOST] + ROUNDING:
        value += cells[c, W_HARD] * max(cells[c, UNIT], use - cells[c, MOST])
    if use < cells[c, LEAST] - ROUNDING:
        value += cells[c, W_LEAST] * max(cells[c, UNIT], cells[c, LEAST] - use)
    return value


@inner
def weigh(cells: Any, use: Any, c: int, amount: float) -> float:
    """Return the change of a cell's cost when its use changes by an amount; 0 without a cell."""
    if c < 0:
        return 0.0
    return curve(cells, c, use[c] + amount) - curve(cells, c, use[c])


@inner
def refresh(
    cells: Any, use: Any, c: int, row: int, cell_of: Any, cell_days: Any, up: Any, down: Any
) -> None:
    """Write what one unit more and one less of a cell would change, on each of its days."""
    now = curve(cells, c, use[c])
    more = curve(cells, c, use[c] + 1.0) - now
    less = curve(cells, c, use[c] - 1.0) - now
    for day in range(cell_days[c, 0], cell_days[c, 1] + 1):
        if cell_of[day, row] == c:  # days of other lines may lie between
            up[day, row] = more
            down[day, row] = less


@inner
def put(
    i: int,
    old: int,
    new: int,
    days: int,
    rows_start: Any,
    rows: Any,
    load: Any,
    cell_of: Any,
    cells: Any,
    cell_days: Any,
    use: Any,
    up: Any,
    down: Any,
) -> None:
    """Book an order off one day and on another."""
    for turn in range(2):
        day = old if turn == 0 else new
        step = -1.0 if turn == 0 else 1.0
        if day >= days:
            continue
        for row in range(load.shape[1]):
            c = cell_of[day, row]
            if c >= 0:
                use[c] += step * load[i, row]
        for at in range(rows_start[i], rows_start[i + 1]):
            row = rows[at]
            c = cell_of[day, row]
            if c < 0:
                continue
            use[c] += step
            refresh(cells, use, c, row, cell_of, cell_days, up, down)


@inner
def own_cost(
    i: int, day: int, costs: Any, cost_class: Any, former: Any, moving: Any, days: int
) -> float:
    """Return an order's own cost on a day, or on none."""
    if day >= days:
        return costs[cost_class[i], days]
    value = np.float64(costs[cost_class[i], day])
    if day != former[i]:
        value += moving[i]
    return value


@entry
def begin(
    day_of: Any,
    alike: Any,
    rows_start: Any,
    rows: Any,
    load: Any,
    cell_of: Any,
    cells: Any,
    cell_days: Any,
    cell_row: Any,
    use: Any,
    up: Any,
    down: Any,
) -> None:
    """Fill the books of a search for the days that orders have."""
    days = cell_of.shape[0]
    use[:] = 0.0
    for i in range(day_of.shape[0]):
        day = day_of[i]
        if 0 <= day < days:
            q = alike[i]
            for row in range(load.shape[1]):
                c = cell_of[day, row]
                if c >= 0:
                    use[c] += load[q, row]
            for at in range(rows_start[q], rows_start[q + 1]):
                c = cell_of[day, rows[at]]
                if c >= 0:
                    use[c] += 1.0
    up[:] = 0.0
    down[:] = 0.0
    for c in range(cells.shape[0]):
        refresh(cells, use, c, cell_row[c], cell_of, cell_days, up, down)


@entry
def cost_of(
    day_of: Any,
    alike: Any,
    costs: Any,
    cost_class: Any,
    former: Any,
    moving: Any,
    cells: Any,
    use: Any,
    days: int,
) -> float:
    """Return the whole cost of a state: the orders' own costs and all curves."""
    total = 0.0
    for i in range(day_of.shape[0]):
        day = day_of[i] if day_of[i] >= 0 else days
        total += own_cost(alike[i], day, costs, cost_class, former, moving, days)
    for c in range(cells.shape[0]):
        total += curve(cells, c, use[c])
    return total
