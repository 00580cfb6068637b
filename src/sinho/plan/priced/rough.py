"""A plan in a hurry: every cell takes its cheapest way at the prices at hand, in part."""

from __future__ import annotations

import numpy as np

from sinho.highs import by_column
from sinho.plan.arrays import Ints
from sinho.plan.minimise import Solution, minimise
from sinho.plan.priced.dual import Dual, Ways
from sinho.plan.priced.legs import LOST, SHIP, STAY, legs_of
from sinho.plan.priced.restricted import expand, own_columns
from sinho.plan.program import Program
from sinho.stop import StopRule
from sinho.units import Floats


def best_keys(dual: Dual, ways: Ways, cell: Ints) -> tuple[Ints, Ints]:
    """Return for some cells the key of the best way, and of the best without a ship.

    Parameters
    ----------
    dual : Dual
        The dual function.
    ways : Ways
        Costs at prices.
    cell : ndarray of int, shape (n,)
        Cells, counted over periods and pairs.

    Returns
    -------
    tuple of (ndarray of int, ndarray of int), shape (n,)
        Keys.
    """
    arcs = dual.arcs
    n_t, n_p = arcs.shape
    period = np.full((n_t + 1, n_p), n_t)
    for t in range(n_t - 1, -1, -1):
        period[t] = np.where(ways.cheapest[t] <= ways.go[t], t, period[t + 1])
    when = period.ravel()[cell]
    place = np.minimum(when, n_t - 1) * n_p + cell % n_p
    costs = np.stack([ship.ravel()[place] for ship in ways.ship])
    by_ship = SHIP + when * len(arcs.modes) + costs.argmin(axis=0)
    lost, stay = arcs.lost.ravel()[cell], ways.stay.ravel()[cell]
    out = np.where(lost <= stay, LOST, STAY)
    shipped = (ways.go.ravel()[cell] <= ways.best.ravel()[cell]) & (when < n_t)
    return cell * arcs.n_codes + np.where(shipped, by_ship, out), cell * arcs.n_codes + out


def rough_plan(dual: Dual, prices: Floats, *, seed: int, stop: StopRule) -> tuple[Floats, float]:
    """Plan with one share for all cars of a model that are shipped in a period.

    Each cell takes its best way at the prices; what shops and ships cannot carry is cut by model
    and period, and is lost or late. The program is small, and there is such a plan whenever the
    hard rules leave room for shipping nothing.

    Parameters
    ----------
    dual : Dual
        The dual function; whole-number rules of its program are left out.
    prices : ndarray, shape (n,)
        Prices.
    seed : int
        Seed of the solver.
    stop : StopRule
        When to hand back what the solver has by then, or nothing.

    Returns
    -------
    tuple of (ndarray of shape (columns,), float)
        Values of the plan's columns and their cost.

    Raises
    ------
    NoSolution
        When there is no such plan, or the stop rule came before the first.
    """
    arcs, program = dual.arcs, dual.program
    n_t, n_p = arcs.shape
    cell = np.flatnonzero(arcs.requested.ravel() > 0)
    best, out = best_keys(dual, dual.ways(prices), cell)
    cars = arcs.requested.ravel()[cell]
    moves = best != out
    legs = legs_of(dual, best)
    saved = legs.cost - legs_of(dual, out).cost
    group_of = np.full(len(cell), -1)
    group_of[legs.shipped] = arcs.model[legs.place % n_p] * n_t + legs.place // n_p
    groups, group = np.unique(group_of[moves], return_inverse=True)
    spread = np.full(len(cell), -1)
    spread[moves] = group
    way, row, value = legs.entries(dual)
    own = own_columns(program)
    own_column, own_row, own_value = program.entries(own)
    first = program.rows["stock"].start
    n_rows = len(program.row_lower) - first
    # entries of a group are the sums over its cells
    pairs, inverse = np.unique(spread[way] * n_rows + (row - first), return_inverse=True)
    sums = np.bincount(inverse, value * cars[way])
    column = np.concatenate([own_column, len(own) + pairs // n_rows])
    start, index, values = by_column(
        len(own) + len(groups),
        column,
        np.concatenate([own_row - first, pairs % n_rows]),
        np.concatenate([own_value, sums]),
    )
    found: Solution = minimise(
        Program(
            cost=np.append(
                dual.cost[own], np.bincount(group, (saved * cars)[moves], minlength=len(groups))
            ),
            lower=np.append(program.lower[own], np.zeros(len(groups))),
            upper=np.append(program.upper[own], np.ones(len(groups))),
            integer=np.zeros(len(start) - 1, dtype=bool),
            row_lower=program.row_lower[first:],
            row_upper=program.row_upper[first:],
            start=start,
            index=index,
            value=values,
        ),
        seed=seed,
        duals=False,
        stop=stop,
    )
    share = np.zeros(len(cell))
    share[moves] = found.x[len(own) :][group]
    x = expand(
        dual,
        own,
        found.x[: len(own)],
        np.concatenate([best[moves], out]),
        np.concatenate([(share * cars)[moves], (1 - share) * cars]),
    )
    return x, float(dual.cost @ x)
