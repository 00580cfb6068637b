"""Moving orders between days: the compiled local search."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sinho.kernels.compile import entry, inner
from sinho.kernels.random import below, uniform
from sinho.slot.kernel.changes import (
    CLASS,
    FACTS,
    FIRST,
    FORMER,
    LAST,
    LOAD,
    NEAR,
    PINNED,
    gain,
    own_change,
    swap_gain,
    trade_gain,
)
from sinho.slot.kernel.counting import put, weigh
from sinho.slot.kernel.data import ByCell, Classes, Floats, Lists, Longs, Small

WARM = 50.0
"""How much more worsening is allowed to an order without a day: in the end it saves more."""

DEAR = 0.9
"""One less the share of moves that begin with an order that costs much more than it needs to."""

FEW, STAY = 10, 16_384
"""Days among whose orders the search stays, and for how many moves."""


@inner
def moved(
    i: int, old: int, new: int, bucket: Small, start: Longs, sizes: Longs, place: Small
) -> None:
    """Move an order between the lists of days."""
    sizes[old] -= 1
    end = bucket[start[old] + sizes[old]]
    bucket[start[old] + place[i]] = end
    place[end] = place[i]
    bucket[start[new] + sizes[new]] = i
    place[i] = sizes[new]
    sizes[new] += 1


@entry
def search(
    moves: int,
    hot: float,
    cold: float,
    reach: float,
    state: NDArray[np.uint64],
    low: int,
    high: int,
    spare: int,
    dear: Longs,
    lists: Lists,
    facts: Small,
    loads: Floats,
    dated: int,
    lines: int,
    classes: Classes,
    by_cell: ByCell,
) -> float:
    """Move and swap orders between the days ``low`` to ``high``, by simulated annealing.

    An order without a day takes one, or the place of another that is then without.

    Parameters
    ----------
    moves : int
        Moves tried.
    hot, cold : float
        Mean worsening allowed at the begin and at the end.
    reach : float
        No move gains more than this besides the orders' own costs; those that need more are not
        looked at further.
    state : ndarray of uint64, shape (1,)
        Random numbers.
    low, high : int
        Days that are this search's own: no other touches their use meanwhile.
    spare : int
        The list of its orders without a day.
    dear : ndarray of int64, shape (any,)
        Orders on these days that cost much more by themselves than they need to.
    lists : Lists
        The day of each order, and the lists of the days.
    facts : ndarray of int32, shape (orders, 16)
        What moves ask of an order, and its cheapest days.
    loads : ndarray of float64, shape (kinds, weighed rows)
        What orders take of the weighed rows, by the kind in their facts.
    dated : int
        Rows below this number may have a cell over several days.
    lines : int
        The most lines that work on a date.
    classes : Classes
        The classes of the orders.
    by_cell : ByCell
        Use of each cell; changed.

    Returns
    -------
    float
        Change of the cost.
    """
    return _search(
        moves,
        hot,
        cold,
        reach,
        state,
        low,
        high,
        spare,
        dear,
        lists.day_of,
        lists.bucket,
        lists.start,
        lists.sizes,
        lists.place,
        facts,
        loads,
        dated,
        lines,
        classes.costs,
        classes.moving,
        classes.rows_start,
        classes.rows,
        classes.load,
        by_cell.cell_of,
        by_cell.cells,
        by_cell.cell_days,
        by_cell.use,
        by_cell.up,
        by_cell.down,
    )


@inner
def _search(
    moves: int,
    hot: float,
    cold: float,
    reach: float,
    state: NDArray[np.uint64],
    low: int,
    high: int,
    spare: int,
    dear: Longs,
    day_of: Small,
    bucket: Small,
    start: Longs,
    sizes: Longs,
    place: Small,
    facts: Small,
    loads: Floats,
    dated: int,
    lines: int,
    costs: Floats,
    moving: Floats,
    rows_start: Small,
    rows: Small,
    load: Floats,
    cell_of: Small,
    cells: Floats,
    cell_days: Small,
    use: Floats,
    up: Floats,
    down: Floats,
) -> float:
    """Do what `search` does; arrays out of tuples are a sixth slower in its loop."""
    days = cell_of.shape[0]
    weighed = loads.shape[1]
    total = 0.0
    width = high - low + 1
    shrink = (cold / hot) ** (1.0 / max(1, moves // 1024)) if hot > 0.0 else 1.0
    temperature = hot
    few = min(FEW, width)
    focus = low
    for step in range(moves):
        if step & 1023 == 1023:
            temperature *= shrink
        if step % STAY == 0:
            # A while among the orders of few days, which the processor then has at hand.
            focus = low + below(state, max(1, width - FEW + 1))
        old = focus + below(state, few)
        often = uniform(state)
        if sizes[spare] > 0 and often < 0.05:
            old = spare
        i = np.int64(-1)
        if dear.shape[0] > 0 and often > DEAR:
            i = dear[below(state, dear.shape[0])]
            old = np.int64(day_of[i])
        if sizes[old] == 0:
            continue
        if i < 0:
            i = np.int64(bucket[start[old] + below(state, sizes[old])])
        fact = facts[i]
        pick = uniform(state)
        if pick < 0.5:
            new = np.int64(fact[NEAR + below(state, FACTS - NEAR)])
        elif old < days and pick < 0.9:
            new = old + below(state, 10 * lines + 1) - 5 * lines
        else:
            new = low + below(state, width)
        if new == old or new < low or new > high or new < fact[FIRST] or new > fact[LAST]:
            continue
        mine = own_change(fact, old, new, days, costs, moving)
        if mine == math.inf:  # it cannot be built on the line of that day
            continue
        lost = old >= days
        allowed = 0.0
        if temperature > 0.0:
            allowed = -temperature * math.log(1.0 - uniform(state))
            if lost:
                allowed *= WARM
        if mine > allowed + reach:
            continue
        if pick < 0.25 or 0.5 <= pick < 0.6 or (lost and 0.5 <= pick < 0.75):
            value = mine
            for row in range(weighed):
                amount = loads[fact[LOAD], row]
                there = cell_of[new, row]
                if amount == 0.0 or (old < days and cell_of[old, row] == there):
                    continue
                value += weigh(cells, use, there, amount)
                if old < days:
                    value += weigh(cells, use, cell_of[old, row], -amount)
            if value > allowed + reach:
                continue
            value += gain(fact, old, new, days, dated, rows, cell_of, up, down)
            if value > allowed or sizes[new] >= start[new + 1] - start[new]:
                continue
            q = fact[CLASS]
            put(q, old, new, days, rows_start, rows, load, cell_of, cells, cell_days, use, up, down)
            moved(i, old, new, bucket, start, sizes, place)
            day_of[i] = new
            total += value
            continue
        # A swap: of two orders of the other day, the one that loses less by itself.
        if sizes[new] == 0:
            continue
        j = np.int64(-1)
        theirs = 1e300
        for _ in range(2):
            other = np.int64(bucket[start[new] + below(state, sizes[new])])
            paper = facts[other]
            if lost:
                if paper[FORMER] == PINNED:
                    continue
            elif old < paper[FIRST] or old > paper[LAST]:
                continue
            if paper[CLASS] == fact[CLASS]:
                continue
            value = own_change(paper, new, old, days, costs, moving)
            if value < theirs:
                theirs = value
                j = other
        if j < 0:
            continue
        value = mine + theirs
        if value > allowed + reach:
            continue
        paper = facts[j]
        if fact[LOAD] != paper[LOAD]:
            for row in range(weighed):
                more = loads[fact[LOAD], row] - loads[paper[LOAD], row]
                there = cell_of[new, row]
                if more == 0.0 or (not lost and cell_of[old, row] == there):
                    continue
                value += weigh(cells, use, there, more)
                if not lost:
                    value += weigh(cells, use, cell_of[old, row], -more)
        if lost:
            value += trade_gain(fact, paper, new, rows, up, down)
        else:
            value += swap_gain(fact, paper, old, new, dated, rows, cell_of, up, down)
        if value > allowed:
            continue
        q, p = fact[CLASS], paper[CLASS]
        put(q, old, new, days, rows_start, rows, load, cell_of, cells, cell_days, use, up, down)
        put(p, new, old, days, rows_start, rows, load, cell_of, cells, cell_days, use, up, down)
        x, y = place[i], place[j]
        bucket[start[old] + x] = j
        bucket[start[new] + y] = i
        place[i], place[j] = y, x
        day_of[i], day_of[j] = new, old
        total += value
    return total
