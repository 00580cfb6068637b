"""The plan restricted to ways that are nearly cheapest at given prices, as a small program.

Cars whose cheapest way is clearly better than any other take it; only the others are left to the
solver, together with everything that is not a car: production, stock, parts, patterns, overtime.
Rows that the fixed cars overfill may be exceeded at a price that is somewhat above the given one.
That holds the solver's own prices in a box around the given ones, and so makes them an improvement
of the bound as long as the ways that matter within the box are there (the boxstep method: Marsten,
Hogan and Blankenship 1975, Operations Research 23, 389-405; du Merle, Villeneuve, Desrosiers and
Hansen 1999, Discrete Mathematics 194, 229-237).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sinho.highs import by_column
from sinho.plan.arrays import Ints
from sinho.plan.priced.arcs import NEVER, Rows
from sinho.plan.priced.dual import Dual, Ways
from sinho.plan.priced.legs import LOST, SHIP, STAY, legs_of
from sinho.plan.program import Block, Program
from sinho.units import Floats


@dataclass(frozen=True)
class Restricted:
    """A restricted program and how to read its solution.

    Parameters
    ----------
    program : Program
        Columns: those of the plan that belong to no cell, then loose ways, then excesses. Rows:
        those of the plan that belong to no cell, then loose cells.
    ways : ndarray of int
        Keys of the loose ways.
    fixed : ndarray of int
        Keys of the ways of fixed cells.
    own : ndarray of int
        Columns of the plan that belong to no cell.
    first_excess : int
        First column of the excesses.
    first_row : int
        The plan's row that is the restricted program's first.
    constant : float
        Cost of the fixed cells.
    """

    program: Program
    ways: Ints
    fixed: Ints
    own: Ints
    first_excess: int
    first_row: int
    constant: float

    def spread(self, row_dual: Floats, n_rows: int) -> Floats:
        """Return duals at the rows of the whole plan, 0 at those of cells."""
        full = np.zeros(n_rows)
        full[self.first_row :] = row_dual[: n_rows - self.first_row]
        return full


def near_best(dual: Dual, ways: Ways, slack: float) -> Ints:
    """List the ways that cost at most some slack more than the best of their cell.

    Parameters
    ----------
    dual : Dual
        The dual function.
    ways : Ways
        Costs at prices.
    slack : float
        Currency per car.

    Returns
    -------
    ndarray of int
        Sorted keys: cell x number of codes + code, with cells counted over periods and pairs.
    """
    arcs = dual.arcs
    n_t, n_p = arcs.shape
    n_codes, n_modes = arcs.n_codes, len(arcs.modes)
    cell = np.flatnonzero(arcs.requested.ravel() > 0)
    best, go = ways.best.ravel()[cell], ways.go.ravel()[:-n_p]
    limit = best + slack
    found = [
        cell[arcs.lost.ravel()[cell] <= limit] * n_codes + LOST,
        cell[ways.stay.ravel()[cell] <= limit] * n_codes + STAY,
    ]
    ship = [costs.ravel() for costs in ways.ship]
    carried = arcs.carried.ravel()
    at, paid = cell, np.zeros(len(cell))
    while len(at):
        kept = paid + go[at] <= limit
        cell, at, paid, limit = cell[kept], at[kept], paid[kept], limit[kept]
        for m in range(n_modes):
            near = paid + ship[m][at] <= limit
            found.append(cell[near] * n_codes + SHIP + at[near] // n_p * n_modes + m)
        paid = paid + carried[at]
        at = at + n_p
        inside = at < n_t * n_p
        cell, at, paid, limit = cell[inside], at[inside], paid[inside], limit[inside]
    return np.sort(np.concatenate(found))


def _own_names(program: Program) -> list[str]:
    cells = "late", "due", "lost"
    return [n for n in program.columns if n not in cells and not n.startswith("ship ")]


def own_columns(program: Program) -> Ints:
    """Return the columns that belong to no cell."""
    blocks = [program.columns[name] for name in _own_names(program)]
    return np.concatenate([np.arange(block.start, block.stop) for block in blocks])


def _runs(blocks: dict[str, Block], kept: Ints) -> dict[str, Block]:
    """Return runs counted among what is kept, which ascends."""
    first = {name: int(np.searchsorted(kept, block.start)) for name, block in blocks.items()}
    return {n: replace(b, start=first[n], stop=first[n] + len(b)) for n, b in blocks.items()}


def restrict(dual: Dual, keys: Ints, prices: Floats, car: Floats, reach: float) -> Restricted:
    """Build the restricted program.

    Parameters
    ----------
    dual : Dual
        The dual function.
    keys : ndarray of int
        Sorted keys of the ways allowed, at least one for every cell that asks for cars.
    prices : ndarray, shape (n,)
        Prices of the rows and bounds, the centre of the box.
    car : ndarray, shape (T, I)
        Prices of cars in stock.
    reach : float
        Half the width of the box, as a share of ``dual.scale``.

    Returns
    -------
    Restricted
        The program.
    """
    arcs, program = dual.arcs, dual.program
    requested = arcs.requested.ravel()
    first_row = program.rows["stock"].start
    legs = legs_of(dual, keys)
    new = np.append(True, legs.cell[1:] != legs.cell[:-1])
    count = np.diff(np.append(np.flatnonzero(new), len(keys)))
    loose = np.repeat(count > 1, count)
    way, row, value = legs.entries(dual)
    cars = requested[legs.cell]
    taken = np.bincount(
        row - first_row,
        np.where(loose[way], 0.0, value * cars[way]),
        minlength=len(program.row_lower) - first_row,
    )
    # columns of the plan that belong to no cell
    own = own_columns(program)
    own_column, own_row, own_value = program.entries(own)
    free = np.flatnonzero(loose)
    place = np.cumsum(loose) - 1
    inside = loose[way]
    n_rows = len(program.row_lower) - first_row
    cells, cell_row = np.unique(legs.cell[free], return_inverse=True)
    excess_row, excess_sign, excess_cost = _excesses(dual, prices, car, reach)
    columns = np.concatenate(
        [
            own_column,
            len(own) + place[way[inside]],
            len(own) + np.arange(len(free)),
            len(own) + len(free) + np.arange(len(excess_row)),
        ]
    )
    rows = np.concatenate(
        [own_row - first_row, row[inside] - first_row, n_rows + cell_row, excess_row - first_row]
    )
    values = np.concatenate([own_value, value[inside], np.ones(len(free)), excess_sign])
    n_extra = len(free) + len(excess_row)
    start, index, value = by_column(len(own) + n_extra, columns, rows, values)
    return Restricted(
        program=Program(
            cost=np.concatenate([dual.cost[own], legs.cost[free], excess_cost]),
            lower=np.concatenate([program.lower[own], np.zeros(n_extra)]),
            upper=np.concatenate([program.upper[own], np.full(n_extra, np.inf)]),
            integer=np.append(program.integer[own], np.zeros(n_extra, dtype=bool)),
            row_lower=np.concatenate([program.row_lower[first_row:] - taken, requested[cells]]),
            row_upper=np.concatenate([program.row_upper[first_row:] - taken, requested[cells]]),
            start=start,
            index=index,
            value=value,
            columns=_runs({name: program.columns[name] for name in _own_names(program)}, own),
            rows=_runs(
                {name: block for name, block in program.rows.items() if block.start >= first_row},
                np.arange(first_row, len(program.row_lower)),
            ),
        ),
        ways=keys[free],
        fixed=keys[~loose],
        own=own,
        first_excess=len(own) + len(free),
        first_row=first_row,
        constant=float(legs.cost[~loose] @ cars[~loose]),
    )


def _excesses(dual: Dual, prices: Floats, car: Floats, reach: float) -> tuple[Ints, Floats, Floats]:
    """Return the columns by which rows may be exceeded: row, sign, cost."""
    arcs, program = dual.arcs, dual.program
    n = arcs.n_rows
    step = reach * dual.scale[:n]
    at = np.arange(arcs.first, arcs.first + n)
    shared = np.ones(n, dtype=bool)
    parts = program.rows["part"]
    shared[parts.start - arcs.first : parts.stop - arcs.first] = False
    over = shared & np.isfinite(dual.row_upper)
    under = shared & np.isfinite(dual.row_lower)
    # cars from nowhere, where a bound within the model may be in the way; and cars to nowhere
    n_t, n_i = car.shape
    bound = np.zeros(n_i, dtype=bool)
    bound[arcs.route_model[(np.isfinite(arcs.make_max) & (arcs.make_max > 0)).any(axis=0)]] = True
    tight = (bound | (arcs.supply != 0).any(axis=0)) & np.ones((n_t, 1), dtype=bool)
    tight &= car < NEVER / 2
    cage = (np.isfinite(arcs.keep_max) & np.ones((n_t, 1), dtype=bool)).any(axis=0) & tight
    grid = program.rows["stock"].start + np.arange(n_i)[None, :] * n_t + np.arange(n_t)[:, None]
    width = reach * dual.value
    found = [
        (at[over], -1.0, (prices[:n] + step)[over]),
        (at[under], 1.0, (step - prices[:n])[under]),
        (grid[tight], 1.0, car[tight] + width),
        (grid[cage], -1.0, width - car[cage]),
    ]
    rows, signs, costs = zip(
        *((r, np.full(len(r), sign), cost) for r, sign, cost in found), strict=True
    )
    return np.concatenate(rows), np.concatenate(signs), np.concatenate(costs)


def solution_of(dual: Dual, small: Restricted, x: Floats) -> Floats:
    """Return the values of the plan's columns for a solution of the restricted program."""
    fixed = dual.arcs.requested.ravel()[small.fixed // dual.arcs.n_codes]
    loose = x[len(small.own) : small.first_excess]
    keys = np.concatenate([small.fixed, small.ways])
    return expand(dual, small.own, x[: len(small.own)], keys, np.concatenate([fixed, loose]))


def expand(dual: Dual, own: Ints, values: Floats, keys: Ints, cars: Floats) -> Floats:
    """Return the values of the plan's columns for cars by way.

    Parameters
    ----------
    dual : Dual
        The dual function.
    own, values : ndarray, shape (m,)
        Columns that belong to no cell, and their values.
    keys, cars : ndarray, shape (n,)
        Ways and the cars that take them.

    Returns
    -------
    ndarray, shape (columns,)
        Values.
    """
    arcs = dual.arcs
    n_t, n_p = arcs.shape
    legs = legs_of(dual, keys)
    full = np.zeros(len(dual.cost))
    full[own] = values
    place, mode, shipped = legs.place, legs.mode, cars[legs.shipped]

    def sums(cells: Ints, amounts: Floats) -> Floats:
        total = np.bincount(cells, amounts, minlength=n_t * n_p).astype(np.float64, copy=False)
        return total.reshape(n_t, n_p)

    def put(columns: Rows, grid: Floats) -> None:
        present = columns >= 0
        full[columns[present]] = np.maximum(grid[present], 0.0)

    for m, one in enumerate(arcs.modes):
        put(one.column, sums(place[mode == m], shipped[mode == m]))
    lost, stays = legs.code == LOST, legs.code == STAY
    put(arcs.lost_column, sums(legs.cell[lost], cars[lost]))
    # late from the cell's period on, until shipped
    due = np.cumsum(sums(legs.cell[legs.shipped], shipped) - sums(place, shipped), axis=0)
    put(arcs.due_column, due)
    put(arcs.late_column, due + np.cumsum(sums(legs.cell[stays], cars[stays]), axis=0))
    return full


def prices_of(dual: Dual, small: Restricted, row_dual: Floats) -> Floats:
    """Turn the duals of the restricted program into prices of rows and bounds.

    Parameters
    ----------
    dual : Dual
        The dual function.
    small : Restricted
        The restricted program.
    row_dual : ndarray
        Duals of its rows, as HiGHS gives them.

    Returns
    -------
    ndarray, shape (n,)
        Prices, within their bounds.
    """
    arcs, data = dual.arcs, dual.data
    n_t, n_i = arcs.keep_cost.shape
    n_j = len(data.parts)
    prices = np.zeros(len(dual.low))
    shift = arcs.first - small.first_row
    row = -row_dual[shift : shift + arcs.n_rows]
    prices[: arcs.n_rows] = row
    car = row_dual[: n_t * n_i].reshape(n_i, n_t).T
    part = -row[dual.part_rows].reshape(n_j, n_t).T
    shops = row[dual.shop_rows].reshape(-1, n_t).T
    make = dual.make_prices(shops, part, row)
    keep = arcs.keep_cost.copy()
    keep[dual.yard_periods] += row[dual.yard_rows][:, None]
    after = np.vstack([car[1:], np.full((1, n_i), -np.inf)])
    part_after = np.vstack([part[1:], np.full((1, n_j), -np.inf)])
    supply = dual.supply
    for family, worth in (
        (dual.most, car[:, arcs.route_model] - make),
        (dual.room, after - car - keep),
        (dual.open, car),
        (dual.buy, part - supply.buy_cost),
        (dual.hold, part_after - part - supply.keep_cost),
        (dual.part_open, part),
    ):
        prices[family.run] = worth[family.at]
    return np.clip(prices, dual.low, dual.high)
