"""The linear program of slotting, by column generation on HiGHS.

Its columns are pairs of a class of orders and a day; its dual values are the best prices there are.
Few pairs are ever needed: the program begins with the cheapest days of each class and gets those
that its own prices find too cheap (Dantzig and Wolfe 1960, Operations Research 8, 101-111; prices
are smoothed after Wentges 1997, International Transactions in Operational Research 4, 151-162).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from sinho.highs import BASIC, INF, LOWER, Basis, Ended, Model, basis_of
from sinho.slot.arrays import Arrays
from sinho.slot.cells import NONE, Floats, Ints
from sinho.slot.kernel import cells_answer
from sinho.slot.kernel.columns import (
    BATCH,
    HIGH,
    LEAST,
    LOW,
    MOST,
    TOP,
    UPPER,
    W_HARD,
    W_HIGH,
    W_LEAST,
    W_LOW,
    W_TOP,
)
from sinho.slot.prices import CANDIDATES, TOLERANCE, Prices, candidates, look
from sinho.stop import StopRule
from sinho.units import starts_of

CLOSE = 2e-4
"""Relative distance of the program from the bound at which its prices are good enough."""

ROUNDS = 30
"""Most rounds of solving and adding columns."""

SMOOTH = 0.5
"""Share of the best prices so far in those that columns are sought with."""

DUAL, PRIMAL = 1, 4
"""Strategies of the simplex method: from nothing, and where columns were added to an optimum."""

DEVEX = 1
"""Weights of the dual simplex method that need not be found for a basis that is given."""

LARGE = 12
"""Cheapest days of a class that are added at once to a large program."""

USED = 1e-9
"""Cars from which on the program builds any of a class on a day."""


@dataclass(frozen=True)
class Shares:
    """What the linear program builds: ``cars`` (in parts too) of a class ``who`` on a day ``when``.

    Parameters
    ----------
    view : Arrays
        The problem that it was solved for.
    who, when : ndarray of int64, shape (pairs,)
        Class and day.
    cars : ndarray of float64, shape (pairs,)
        Cars, above 0.
    """

    view: Arrays
    who: Ints
    when: Ints
    cars: Floats


def _slacks(arrays: Arrays, kept: Ints) -> tuple[Floats, Floats, Floats, Floats, Ints, Floats]:
    """Return rows' lower and upper ends, and cost, width, row and sign of their slack columns."""
    cells = arrays.cells[kept]
    batch = cells[:, BATCH] > 0
    low = np.where((cells[:, W_LOW] > 0) & ~batch, cells[:, LOW], 0.0)
    low = np.maximum(low, cells[:, LEAST])
    most = np.minimum(cells[:, MOST], np.where(cells[:, UPPER] > 0, cells[:, UPPER], NONE))
    high = np.where(cells[:, W_HIGH] > 0, cells[:, HIGH], NONE)
    top = np.where(cells[:, W_TOP] > 0, cells[:, TOP], NONE)
    one, two = np.minimum(high, top), np.maximum(high, top)
    first = np.where(high <= top, cells[:, W_HIGH], cells[:, W_TOP])
    one, two = np.minimum(one, most), np.minimum(two, most)
    upper = np.maximum(one, low)
    place = np.arange(len(kept))
    costs, widths, rows, signs = [], [], [], []

    def add(cost: Floats, width: Floats, sign: float) -> None:
        used = width > 0
        costs.append(cost[used])
        widths.append(width[used])
        rows.append(place[used])
        signs.append(np.full(int(used.sum()), sign))

    add(cells[:, W_LOW], np.where(batch, 0.0, np.maximum(0.0, low - cells[:, LEAST])), 1.0)
    add(cells[:, W_LEAST], np.where(cells[:, LEAST] > 0, NONE, 0.0), 1.0)
    add(first, np.maximum(0.0, two - upper), -1.0)
    both = cells[:, W_HIGH] + cells[:, W_TOP]
    add(both, np.maximum(0.0, most - np.maximum(two, upper)), -1.0)
    add(cells[:, W_HARD], np.where(cells[:, MOST] < NONE, NONE, 0.0), -1.0)
    return (
        low,
        np.where(upper < NONE / 2, upper, INF),
        np.concatenate(costs),
        np.concatenate(widths),
        np.concatenate(rows),
        np.concatenate(signs),
    )


def _columns(
    arrays: Arrays, who: Ints, when: Ints, row_of: Ints
) -> tuple[Floats, Ints, Ints, Floats]:
    """Return cost, starts, rows and coefficients of the columns of classes on days."""
    cost = arrays.costs[arrays.cost_class[who], when].copy()
    cost += np.where(when != arrays.former[who], arrays.moving[who], 0.0)
    sizes = (arrays.rows_start[who + 1] - arrays.rows_start[who]).astype(np.int64)
    weighed = arrays.weighed
    total = sizes + 1 + weighed
    starts = starts_of(total)
    column = np.repeat(np.arange(len(who)), total)
    behind = np.arange(starts[-1]) - starts[column]
    index = np.empty(starts[-1], dtype=np.int64)
    value = np.ones(starts[-1])
    one = behind == 0
    index[one] = who
    for row in range(weighed):
        here = behind == 1 + row
        index[here] = row_of[arrays.cell_of[when, row]]
        index[here] = np.where(arrays.cell_of[when, row] >= 0, index[here], -1)
        value[here] = arrays.load[who, row]
    rest = behind > weighed
    entry = arrays.rows_start[who[column[rest]]] + behind[rest] - 1 - weighed
    cell = arrays.cell_of[when[column[rest]], arrays.rows[entry]]
    index[rest] = np.where(cell >= 0, row_of[cell], -1)
    used = (index >= 0) & (value != 0)
    kept = starts_of(np.bincount(column[used], minlength=len(who)))
    return cost, kept, index[used], value[used]


def solve_linear(
    prices: Prices,
    rows: int,
    stop: StopRule,
    pool_of: Executor,
    parts: int,
    tell: Callable[..., None],
    *,
    large: bool = False,
) -> Shares | None:
    """Improve prices by the linear program over the first rows of a problem.

    Parameters
    ----------
    prices : Prices
        Where to begin; changed. Its arrays are those of the rows (see ``coarser``).
    rows : int
        Rows that count; prices of the others stay as they are.
    stop : StopRule
        When to stop before the program is solved.
    pool_of : Executor
        Threads.
    parts : int
        Pieces looked at side by side.
    tell : callable
        Hears the bound after each round.
    large : bool
        Whether to begin with each class on its cheapest day, and to add more columns at once: that
        takes a third less time where there are thousands of classes.

    Returns
    -------
    Shares or None
        What the program builds, by its last columns; None where it found no optimum in time.

    Raises
    ------
    SolverError
        When the solver refuses a call.
    """
    arrays = prices.arrays
    classes, days = len(arrays.count), arrays.days
    kept = np.flatnonzero(arrays.cell_row < rows)
    row_of = np.full(len(arrays.cells) + 1, -1, dtype=np.int64)
    row_of[kept] = classes + np.arange(len(kept))
    low, upper, cost, width, place, sign = _slacks(arrays, kept)
    count = arrays.count.astype(np.float64)
    none = np.zeros(0)
    model = Model(
        cost=none,
        lower=none,
        upper=none,
        row_lower=np.concatenate([count, low]),
        row_upper=np.concatenate([count, upper]),
        start=np.zeros(1),
        index=none,
        value=none,
        threads=1,
        solver="simplex",
    )

    model.watch("prices by the linear program", time.monotonic(), stop, None)

    def add(costs: Floats, widths: Floats, starts: Ints, index: Ints, value: Floats) -> None:
        ends = np.where(widths < NONE / 2, widths, INF)
        model.add_columns(costs, np.zeros(len(costs)), ends, starts[:-1], index, value)

    add(cost, width, np.arange(len(cost) + 1), classes + place, sign)
    undated = arrays.costs[arrays.cost_class, days]
    ends = np.full(classes, NONE)
    add(undated, ends, np.arange(classes + 1), np.arange(classes), np.ones(classes))
    known = np.zeros(0, dtype=np.int64)
    most = LARGE if large else CANDIDATES
    shares = None
    trial = prices.now
    for turn in range(ROUNDS):
        near = candidates(arrays, trial, prices.least_costs, pool_of, parts, most).astype(np.int64)
        code = np.repeat(np.arange(classes), near.shape[1]) * days + near.ravel()
        new = np.setdiff1d(code[near.ravel() >= 0], known)
        if len(new):
            known = np.concatenate([known, new])
            columns = _columns(arrays, new // days, new % days, row_of)
            add(columns[0], np.full(len(new), NONE), *columns[1:])
        model.set(simplex_strategy=DUAL if turn == 0 else PRIMAL)
        if large and turn == 0:
            own = np.concatenate([undated, columns[0]])
            of_class = np.concatenate([np.arange(classes), new // days])
            model.basis = _cheapest(own, of_class, len(cost), len(kept))
            model.set(simplex_dual_edge_weight_strategy=DEVEX)
        if model.run() != Ended.kOptimal:
            break
        built = model.x[len(cost) + classes :]
        used = built > USED
        shares = Shares(arrays, known[used] // days, known[used] % days, built[used])
        dual = -model.row_dual[classes:]
        value = model.objective
        found = prices.now.copy()
        found[kept] = dual
        for share in (0.0, SMOOTH):
            trial = share * prices.now + (1 - share) * found
            bound, _ = look(arrays, trial, prices.least_costs, pool_of, parts)
            bound -= abs(bound) * TOLERANCE
            if bound > prices.bound:
                prices.bound, prices.now = bound, trial
        tell("prices by the linear program", prices.bound)
        rest = float(_constant(arrays, prices.now, rows))
        if value + rest - prices.bound <= CLOSE * abs(value) or stop():
            break
    return shares


def _cheapest(costs: Floats, of_class: Ints, slacks: int, cells: int) -> Basis:
    """Return the basis in which each class is on its cheapest day, given the costs of columns."""
    turn = np.lexsort((costs, of_class))
    first = turn[np.searchsorted(of_class[turn], np.arange(of_class.max() + 1))]
    columns = np.full(slacks + len(costs), LOWER, dtype=np.int8)
    columns[slacks + first] = BASIC
    rows = np.full(len(first) + cells, BASIC, dtype=np.int8)
    rows[: len(first)] = LOWER
    return basis_of(columns, rows)


def _constant(arrays: Arrays, prices: Floats, rows: int) -> float:
    """Return what the rows that the program leaves out add to the bound."""
    others = arrays.cell_row >= rows
    if not others.any():
        return 0.0
    wanted = np.empty(int(others.sum()))
    return float(cells_answer(prices[others], arrays.cells[others], wanted))
