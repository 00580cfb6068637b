"""One look at all orders under prices: the day each takes, and what that proves.

Days are looked at in blocks. The least own cost of a block plus the least price of each row in it
is below every reduced cost in the block, so that most blocks need no further look.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sinho.kernels.compile import entry, merged
from sinho.slot.kernel.columns import (
    BATCH,
    HIGH,
    LEAST,
    LOW,
    MOST,
    TOP,
    UPPER,
    W_HIGH,
    W_LOW,
    W_TOP,
)
from sinho.slot.kernel.data import Classes, Floats

BLOCK = 12
"""Days in a block."""


@merged
def reduced(i: int, classes: Classes, first: int, last: int, prices: Floats, out: Floats) -> None:
    """Write the reduced cost of an order on the days ``first`` to ``last``."""
    costs, cost_class, rows_start, rows, load, former, moving, _, _ = classes
    own = costs[cost_class[i]]
    weight = load[i, 0]
    stay = moving[i]
    for day in range(first, last + 1):
        out[day] = own[day] + stay + weight * prices[0, day]
    for row in range(1, load.shape[1]):
        weight = load[i, row]
        if weight != 0.0:
            for day in range(first, last + 1):
                out[day] += weight * prices[row, day]
    for at in range(rows_start[i], rows_start[i + 1]):
        price = prices[rows[at]]
        for day in range(first, last + 1):
            out[day] += price[day]
    if first <= former[i] <= last:
        out[former[i]] -= stay


@merged
def under(
    i: int,
    classes: Classes,
    least_costs: Floats,
    first: int,
    last: int,
    least_prices: Floats,
    out: Floats,
) -> None:
    """Write a lower bound of the reduced costs in each block from ``first`` to ``last``."""
    cost_class, rows_start, rows = classes.cost_class, classes.rows_start, classes.rows
    load = classes.load
    own = least_costs[cost_class[i]]
    for block in range(first, last + 1):
        out[block] = own[block] + load[i, 0] * least_prices[0, block]
    for row in range(1, load.shape[1]):
        weight = load[i, row]
        if weight != 0.0:
            for block in range(first, last + 1):
                out[block] += weight * least_prices[row, block]
    for at in range(rows_start[i], rows_start[i + 1]):
        price = least_prices[rows[at]]
        for block in range(first, last + 1):
            out[block] += price[block]


@entry
def answer(
    begin: int,
    end: int,
    classes: Classes,
    least_costs: Floats,
    count: Floats,
    prices: Floats,
    least_prices: Floats,
    used: Floats,
) -> float:
    """Let the classes ``begin`` to ``end`` of orders take their cheapest day under prices.

    Parameters
    ----------
    begin, end : int
        Classes looked at.
    classes : Classes
        The classes.
    least_costs : ndarray of float64, shape (cost classes, blocks)
        Least cost in each block of days.
    count : ndarray of float64, shape (classes,)
        Orders in a class.
    prices : ndarray of float64, shape (rows, days)
        Price of a unit of a row on a day.
    least_prices : ndarray of float64, shape (rows, blocks)
        Least price in each block of days.
    used : ndarray of float64, shape (rows, days)
        What the chosen days use is added here.

    Returns
    -------
    float
        Sum of the least reduced costs: the orders' part of the Lagrangian function.
    """
    costs, cost_class, rows_start, rows, load, _, _, first, last = classes
    days = prices.shape[1]
    out = np.empty(days)
    bound = np.empty(least_prices.shape[1])
    total = 0.0
    for i in range(begin, end):
        number = count[i]
        if number == 0.0:
            continue
        low, high = np.int64(first[i]), np.int64(last[i])
        least = costs[cost_class[i], days]
        chosen = np.int64(-1)
        if low <= high:
            near, far = low // BLOCK, high // BLOCK
            under(i, classes, least_costs, near, far, least_prices, bound)
            best = near
            for block in range(near + 1, far + 1):
                if bound[block] < bound[best]:
                    best = block
            for turn in range(near - 1, far + 1):
                block = best if turn < near else turn
                if (turn == best) or bound[block] >= least:
                    continue
                begins = max(low, block * BLOCK)
                ends = min(high, block * BLOCK + BLOCK - 1)
                reduced(i, classes, begins, ends, prices, out)
                for day in range(begins, ends + 1):
                    if out[day] < least:
                        least = out[day]
                        chosen = day
        total += number * least
        if chosen >= 0:
            for row in range(load.shape[1]):
                used[row, chosen] += number * load[i, row]
            for at in range(rows_start[i], rows_start[i + 1]):
                used[rows[at], chosen] += number
    return total


@entry
def nearest(
    begin: int,
    end: int,
    classes: Classes,
    least_costs: Floats,
    prices: Floats,
    least_prices: Floats,
    best: NDArray[np.int16],
) -> None:
    """Write the days of least reduced cost of the classes ``begin`` to ``end``, cheapest first.

    Parameters
    ----------
    best : ndarray of int16, shape (classes, candidates)
        The days; -1 where there are fewer. The others are those of ``answer``.
    """
    days = prices.shape[1]
    out = np.empty(days)
    bound = np.empty(least_prices.shape[1])
    most = best.shape[1]
    values = np.empty(most)
    for i in range(begin, end):
        low, high = np.int64(classes.first[i]), np.int64(classes.last[i])
        kept = 0
        if low <= high:
            near, far = low // BLOCK, high // BLOCK
            under(i, classes, least_costs, near, far, least_prices, bound)
            for _ in range(near, far + 1):
                block = near
                for other in range(near + 1, far + 1):
                    if bound[other] < bound[block]:
                        block = other
                if bound[block] == np.inf or (kept == most and bound[block] >= values[kept - 1]):
                    break
                bound[block] = np.inf
                begins = max(low, block * BLOCK)
                ends = min(high, block * BLOCK + BLOCK - 1)
                reduced(i, classes, begins, ends, prices, out)
                for day in range(begins, ends + 1):
                    value = out[day]
                    if value == np.inf or (kept == most and value >= values[kept - 1]):
                        continue
                    at = kept if kept < most else most - 1
                    kept = min(kept + 1, most)
                    while at > 0 and values[at - 1] > value:
                        values[at] = values[at - 1]
                        best[i, at] = best[i, at - 1]
                        at -= 1
                    values[at] = value
                    best[i, at] = day
        for at in range(kept, most):
            best[i, at] = -1


@entry
def cells_answer(prices: Floats, cells: Floats, wanted: Floats) -> float:
    """Let each cell take the use that is cheapest under its price.

    Parameters
    ----------
    prices : ndarray of float64, shape (cells,)
        Price of a unit of each cell.
    cells : ndarray of float64, shape (cells, columns of ``Arrays.cells``)
        Cost curves.
    wanted : ndarray of float64, shape (cells,)
        The use that each cell takes is written here.

    Returns
    -------
    float
        Sum of curve less price times use: the cells' part of the Lagrangian function.
    """
    total = 0.0
    for c in range(cells.shape[0]):
        price = prices[c]
        least, low, high, top = cells[c, LEAST], cells[c, LOW], cells[c, HIGH], cells[c, TOP]
        floor = max(0.0, least)
        most = max(floor, min(cells[c, MOST], cells[c, UPPER]))
        best = 1e300
        chosen = floor
        for turn in range(6):
            if turn == 0:
                use = floor
            elif turn == 1:
                use = low
            elif turn == 2:
                use = high
            elif turn == 3:
                use = top
            elif turn == 4:
                use = most
            else:
                use = floor + 1.0
            use = min(max(use, floor), most)
            value = -price * use
            if use < low and not (cells[c, BATCH] > 0 and use == 0):
                value += cells[c, W_LOW] * (low - use)
            if use > high:
                value += cells[c, W_HIGH] * (use - high)
            if use > top:
                value += cells[c, W_TOP] * (use - top)
            if value < best:
                best = value
                chosen = use
        wanted[c] = chosen
        total += best
    return total
