"""How far a slotting uses each cell, and what a unit more or less would change."""

from __future__ import annotations

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
from sinho.slot.kernel.data import ByCell, Classes, Floats, Small

ROUNDING = 1e-6
"""What sums of loads may be off by."""


@inner
def curve(cells: Floats, c: int, use: float) -> float:
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
def weigh(cells: Floats, use: Floats, c: int, amount: float) -> float:
    """Return the change of a cell's cost when its use changes by an amount; 0 without a cell."""
    if c < 0:
        return 0.0
    return curve(cells, c, use[c] + amount) - curve(cells, c, use[c])


@inner
def refresh(
    c: int,
    row: int,
    cell_of: Small,
    cells: Floats,
    cell_days: Small,
    use: Floats,
    up: Floats,
    down: Floats,
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
    rows_start: Small,
    rows: Small,
    load: Floats,
    cell_of: Small,
    cells: Floats,
    cell_days: Small,
    use: Floats,
    up: Floats,
    down: Floats,
) -> None:
    """Book an order off one day and on another; the arrays are those of classes and cells."""
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
            refresh(c, row, cell_of, cells, cell_days, use, up, down)


@inner
def own_cost(classes: Classes, i: int, day: int, days: int) -> float:
    """Return an order's own cost on a day, or on none."""
    own = classes.costs[classes.cost_class[i]]
    if day >= days:
        return own[days]
    value = np.float64(own[day])
    if day != classes.former[i]:
        value += classes.moving[i]
    return value


@entry
def begin(day_of: Small, alike: Small, classes: Classes, by_cell: ByCell, cell_row: Small) -> None:
    """Count the use of cells for the days that orders have."""
    rows_start, rows, load = classes.rows_start, classes.rows, classes.load
    cell_of, cells, cell_days, use, up, down = by_cell
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
        refresh(c, cell_row[c], cell_of, cells, cell_days, use, up, down)


@entry
def cost_of(day_of: Small, alike: Small, classes: Classes, by_cell: ByCell) -> float:
    """Return the whole cost of a state: the orders' own costs and all curves."""
    days = by_cell.cell_of.shape[0]
    total = 0.0
    for i in range(day_of.shape[0]):
        day = day_of[i] if day_of[i] >= 0 else days
        total += own_cost(classes, alike[i], day, days)
    for c in range(by_cell.cells.shape[0]):
        total += curve(by_cell.cells, c, by_cell.use[c])
    return total
