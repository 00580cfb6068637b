"""Prices on days and rules, and the lower bound that they prove.

The rules that tie orders together are priced instead of kept (Lagrangian relaxation; Held and Karp
1971, Mathematical Programming 1, 6-25): under given prices each order takes its cheapest day by
itself, and each rule its cheapest use. The sum is a lower bound of the cost of every slotting. The
prices follow the difference between the two uses, with a step of its own for each price and some
memory of the directions before (after Barahona and Anbil 2000, The volume algorithm, Mathematical
Programming 87, 385-399; steps after Kingma and Ba 2015, Adam).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sinho.slot.arrays import Arrays
from sinho.slot.cells import NONE, Floats
from sinho.slot.kernel import BLOCK, answer, cells_answer, nearest
from sinho.slot.kernel.columns import LEAST, MOST, UPPER, W_HARD, W_HIGH, W_LEAST, W_LOW, W_TOP
from sinho.stop import StopRule
from sinho.units import starts_of

T = TypeVar("T")

MEMORY, SCALE = 0.9, 0.98
"""How much of the directions before is kept, and of their sizes."""

CANDIDATES = 8
"""Cheapest days of an order that moves are aimed at."""

FAR = 16.0
"""What the price of a hard limit is taken to range over, in typical steps of the costs."""

SETTLED = 0.7
"""How much slower prices follow that are good already."""

TOLERANCE = 1e-9
"""Relative rounding of sums that a bound is lowered by, so that it stays proven."""

FEW_CLASSES = 300
"""Classes of orders below which handing work to threads takes longer than the work."""


@dataclass
class Prices:
    """Prices while they are sought.

    Parameters
    ----------
    arrays : Arrays
        The problem.
    now : ndarray of float64, shape (cells,)
        The best prices so far.
    least_costs : ndarray of float64, shape (cost classes, blocks)
        Least costs in each block of days: the same over every view of the orders.
    bound : float
        The best bound.
    """

    arrays: Arrays
    now: Floats
    least_costs: Floats
    bound: float = -math.inf

    @classmethod
    def zero(cls, arrays: Arrays) -> Prices:
        """Return prices of nothing."""
        none = np.zeros(len(arrays.cells))
        return cls(arrays, none, least(arrays.costs[:, :-1]))

    def over(self, arrays: Arrays) -> Prices:
        """Return the same prices over another view of the orders."""
        return Prices(arrays, self.now, self.least_costs, self.bound)


def least(values: Floats) -> Floats:
    """Return the least value in each block of days, shape (…, blocks)."""
    edges = np.arange(0, values.shape[1], BLOCK)
    return np.ascontiguousarray(np.minimum.reduceat(values, edges, axis=1))


def spread(arrays: Arrays, prices: Floats) -> Floats:
    """Return prices by row and day.

    Parameters
    ----------
    arrays : Arrays
        The problem.
    prices : ndarray of float64, shape (cells,)
        Price of each cell.

    Returns
    -------
    ndarray of float64, shape (rows, days)
        The same by row and day; 0 where a row does not count.
    """
    found = np.where(arrays.cell_of >= 0, prices[arrays.cell_of], 0.0)
    return np.ascontiguousarray(found.T)


def unit_of(arrays: Arrays) -> float:
    """Return a typical step of the costs: half of them are smaller."""
    soft = np.concatenate([arrays.cells[:, W_LOW], arrays.cells[:, W_HIGH]])
    lines = [arrays.costs[:, own] for own in arrays.calendar.on_line]
    with np.errstate(invalid="ignore"):  # days on which orders cannot be built
        steps = [np.abs(np.diff(costs, axis=1)).ravel() for costs in lines]
    both = np.concatenate([soft[soft > 0], *(one[(one > 0) & np.isfinite(one)] for one in steps)])
    return float(np.median(both)) if len(both) else 1.0


def limits_of(arrays: Arrays) -> tuple[Floats, Floats]:
    """Return the least and the most price of each cell that can be worth anything.

    That of a hard limit goes no further than what breaking it costs, so that the bound holds for
    slots that break limits too, where none can keep them all.
    """
    cells = arrays.cells
    low = np.where(cells[:, LEAST] > 0, -cells[:, W_LEAST], -cells[:, W_LOW])
    high = np.where(
        cells[:, MOST] < np.minimum(NONE, cells[:, UPPER]),
        cells[:, W_HARD],
        cells[:, W_HIGH] + cells[:, W_TOP],
    )
    return low, high


def look(
    arrays: Arrays,
    prices: Floats,
    least_costs: Floats,
    pool_of: Executor,
    parts: int,
) -> tuple[float, Floats]:
    """Return the bound that prices prove and by how much each cell is used too much.

    Parameters
    ----------
    arrays : Arrays
        The problem.
    prices : ndarray of float64, shape (cells,)
        Price of each cell.
    least_costs : ndarray of float64, shape (cost classes, blocks)
        Least costs in each block of days.
    pool_of : Executor
        Threads.
    parts : int
        Pieces that are looked at side by side; the sum does not depend on who is first.

    Returns
    -------
    float
        The bound.
    ndarray of float64, shape (cells,)
        Use by the orders less the use that the cell would take.
    """
    rows = spread(arrays, prices)
    least_prices = least(rows)
    count = arrays.count.astype(np.float64)
    edges = np.linspace(0, len(count), parts + 1).astype(int).tolist()
    used = [np.zeros_like(rows) for _ in range(parts)]
    requested = (arrays.by_class, least_costs, count, rows, least_prices)
    works = [partial(answer, *(edges[k], edges[k + 1], *requested, used[k])) for k in range(parts)]
    orders = math.fsum(_side_by_side(works, len(count), pool_of))
    wanted = np.empty(len(prices))
    rules = cells_answer(prices, arrays.cells, wanted)
    by_day = sum(used[1:], start=used[0]).T
    here = arrays.cell_of >= 0
    use = np.bincount(arrays.cell_of[here], weights=by_day[here], minlength=len(prices))
    return orders + rules, use - wanted


def _side_by_side(works: Sequence[Callable[[], T]], classes: int, pool_of: Executor) -> list[T]:
    """Do pieces of work in threads; of a few classes one by one, which is sooner done."""
    if len(works) == 1 or classes < FEW_CLASSES:
        return [work() for work in works]
    return [job.result() for job in [pool_of.submit(work) for work in works]]


def candidates(
    arrays: Arrays,
    prices: Floats,
    least_costs: Floats,
    pool_of: Executor,
    parts: int,
    most: int = CANDIDATES,
) -> NDArray[np.int16]:
    """Return the days of least reduced cost of each class.

    Parameters
    ----------
    arrays : Arrays
        The problem.
    prices : ndarray of float64, shape (cells,)
        Price of each cell.
    least_costs : ndarray of float64, shape (cost classes, blocks)
        Least costs in each block of days.
    pool_of : Executor
        Threads.
    parts : int
        Pieces that are looked at side by side.
    most : int
        How many days.

    Returns
    -------
    ndarray of int16, shape (classes, ``most``)
        The cheapest first; -1 where there are fewer.
    """
    best = np.full((len(arrays.count), most), -1, dtype=np.int16)
    rows = spread(arrays, prices)
    least_prices = least(rows)
    edges = np.linspace(0, len(arrays.count), parts + 1).astype(int).tolist()
    requested = (arrays.by_class, least_costs, rows, least_prices, best)
    works = [partial(nearest, *(edges[k], edges[k + 1], *requested)) for k in range(parts)]
    _side_by_side(works, len(arrays.count), pool_of)
    return best


def coarser(arrays: Arrays, rows: int) -> Arrays:
    """Return the problem with its first rows alone, in which more orders are alike.

    Parameters
    ----------
    arrays : Arrays
        The problem.
    rows : int
        Rows that are kept; the cells of the others have no orders.

    Returns
    -------
    Arrays
        Fewer classes of orders over the same cells; a bound of it is one of the problem, for the
        other cells take their cheapest use.
    """
    kept = arrays.rows < rows
    who = np.repeat(np.arange(len(arrays.count)), np.diff(arrays.rows_start))[kept]
    what = arrays.rows[kept]
    draw = np.random.default_rng(0)
    sign = draw.integers(1, 2**62, size=rows, dtype=np.uint64)
    key = np.zeros(len(arrays.count), dtype=np.uint64)
    np.add.at(key, who, sign[what])
    table = np.column_stack(
        [
            key.view(np.int64),
            arrays.cost_class,
            arrays.first,
            arrays.last,
            arrays.former,
            arrays.moving.view(np.int64),
            np.ascontiguousarray(arrays.load).view(np.int64),
        ]
    )
    _, one, group = np.unique(table, axis=0, return_index=True, return_inverse=True)
    group = group.ravel()
    count = np.bincount(group, weights=arrays.count).astype(np.int64)
    sizes = np.bincount(who, minlength=len(arrays.count))[one]
    starts = starts_of(sizes).astype(np.int32)
    first = np.searchsorted(who, one)
    entries = np.repeat(first - starts[:-1], sizes) + np.arange(starts[-1])
    return replace(
        arrays,
        alike=group[arrays.alike].astype(np.int32),
        count=count,
        cost_class=arrays.cost_class[one],
        rows_start=starts,
        rows=np.ascontiguousarray(what[entries]),
        load=np.ascontiguousarray(arrays.load[one]),
        former=arrays.former[one],
        moving=arrays.moving[one],
        first=arrays.first[one],
        last=arrays.last[one],
        frozen=arrays.frozen[one],
        fixed=arrays.fixed[one],
    )


def improve(
    prices: Prices,
    stop: StopRule,
    iterations: int,
    step: float,
    pool_of: Executor,
    parts: int,
    *,
    rows: int,
    settled: int = 0,
) -> None:
    """Seek better prices for a number of looks at all orders.

    Parameters
    ----------
    prices : Prices
        Where to go on from; changed.
    stop : StopRule
        When to stop before.
    iterations : int
        Looks at all orders.
    step : float
        First step of a price, as a share of what it can range over; it falls to a hundredth.
    pool_of : Executor
        Threads.
    parts : int
        Pieces looked at side by side.
    rows : int
        Rows that the orders have, fewer where they are a ``coarser`` view: prices of others stay
        as they are.
    settled : int
        Rows whose prices are good already; they follow more slowly.
    """
    arrays = prices.arrays
    low, high = limits_of(arrays)
    free = (arrays.cells[:, LEAST] <= 0) & (high < arrays.cells[:, W_HARD])
    reach = np.where(free, high - low, FAR * unit_of(arrays))
    reach[arrays.cell_row < settled] *= SETTLED
    dropped = arrays.cell_row >= rows
    direction = np.zeros(len(prices.now))
    size = np.zeros(len(prices.now))
    trial, highest = prices.now, -math.inf
    for turn in range(iterations):
        if stop():
            break
        bound, over = look(arrays, trial, prices.least_costs, pool_of, parts)
        if bound > highest:
            highest, prices.now = bound, trial
        over[dropped] = 0.0
        direction = MEMORY * direction + (1 - MEMORY) * over
        size = SCALE * size + (1 - SCALE) * over**2
        plain = direction / (1 - MEMORY ** (turn + 1))
        scale = np.sqrt(size / (1 - SCALE ** (turn + 1))) + 1e-9
        now = step * 0.01 ** (turn / max(1, iterations - 1))
        trial = np.clip(trial + now * reach * plain / scale, low, high)
    if highest > -math.inf:
        prices.bound = max(prices.bound, highest - abs(highest) * TOLERANCE)
