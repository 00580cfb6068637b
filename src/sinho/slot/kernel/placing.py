"""Giving orders their first days, and taking them off days that hold too much."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sinho.kernels.compile import entry
from sinho.slot.kernel.columns import HIGH, LEAST, MOST
from sinho.slot.kernel.counting import ROUNDING, own_cost, put, weigh
from sinho.slot.kernel.data import ByCell, Classes, Floats, Longs, Small


@entry
def fill(
    turn: Longs,
    day_of: Small,
    alike: Small,
    classes: Classes,
    near: NDArray[np.int16],
    prices: Floats,
    by_cell: ByCell,
    narrow: bool,
    needed: bool,
) -> int:
    """Give each order of ``turn`` that has no day the cheapest under prices and what binds by now.

    A day on which a hard limit is reached is not taken. Returns how many orders stay without.
    ``narrow``: only the days of ``near`` are looked at. ``needed``: only days on which a rule still
    is below its least.
    """
    costs, cost_class, rows_start, rows, load, former, moving, first, last = classes
    cell_of, cells, cell_days, use, up, down = by_cell
    days = cell_of.shape[0]
    without = 0
    weighed = load.shape[1]
    for k in range(turn.shape[0]):
        i = turn[k]
        if day_of[i] >= 0:
            continue
        q = alike[i]
        best = costs[cost_class[q], days]
        chosen = -1
        steps = near.shape[1] if narrow else last[q] - first[q] + 1
        for step in range(steps):
            day = np.int64(near[q, step]) if narrow else first[q] + step
            if day < 0:
                break
            value = costs[cost_class[q], day]
            if day != former[q]:
                value += moving[q]
            blocked = False
            for row in range(weighed):
                c = cell_of[day, row]
                if c < 0 or load[q, row] == 0.0:
                    continue
                if use[c] + load[q, row] > cells[c, MOST] + ROUNDING:
                    blocked = True
                    break
                value += load[q, row] * prices[row, day]
            if blocked:
                continue
            wanted = not needed
            for at in range(rows_start[q], rows_start[q + 1]):
                row = rows[at]
                c = cell_of[day, row]
                if c < 0:
                    continue
                if use[c] + 1.0 <= cells[c, LEAST]:
                    wanted = True
                if use[c] + 1.0 > cells[c, MOST]:
                    blocked = True
                    break
                if use[c] >= cells[c, HIGH]:
                    value += max(prices[row, day], up[day, row])
                else:
                    value += prices[row, day]
            if wanted and not blocked and value < best:
                best = value
                chosen = day
        if chosen < 0:
            without += 1
            continue
        day_of[i] = chosen
        put(q, days, chosen, days, rows_start, rows, load, cell_of, cells, cell_days, use, up, down)
    return without


@entry
def relieve(
    turn: Longs,
    day_of: Small,
    alike: Small,
    classes: Classes,
    frozen: NDArray[np.bool_],
    by_cell: ByCell,
) -> int:
    """Take orders off their days, in the order of ``turn``, where that lowers the cost.

    Frozen ones stay. Returns how many were taken off.
    """
    rows_start, rows, load = classes.rows_start, classes.rows, classes.load
    cell_of, cells, cell_days, use, up, down = by_cell
    days = cell_of.shape[0]
    taken = 0
    for k in range(turn.shape[0]):
        i = turn[k]
        day = day_of[i]
        q = alike[i]
        if day < 0 or day >= days or frozen[q]:
            continue
        value = own_cost(classes, q, days, days) - own_cost(classes, q, day, days)
        for row in range(load.shape[1]):
            if load[q, row] != 0.0:
                value += weigh(cells, use, cell_of[day, row], -load[q, row])
        for at in range(rows_start[q], rows_start[q + 1]):
            value += down[day, rows[at]]
        if value < -ROUNDING:
            day_of[i] = -1
            put(
                q, day, days, days, rows_start, rows, load, cell_of, cells, cell_days, use, up, down
            )
            taken += 1
    return taken
