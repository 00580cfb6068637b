"""From the arrays of the monthly plan to the columns and rows of its program.

The mathematics stands in ``docs/plan.md``; names here follow its symbols.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sinho.highs import INF
from sinho.plan.arrays import MODES, Ints, PlanData
from sinho.plan.build_lines import add_make, model_limits
from sinho.plan.build_parts import add_parts
from sinho.plan.build_patterns import add_patterns
from sinho.plan.builder import Builder, finite_rows, grid_of
from sinho.plan.program import Posting, Program
from sinho.units import Floats

SOLD = ("late", "due", "lost", "short")
"""Runs of columns that demand, prices and penalties price, beside those of cars shipped."""

Money = list[tuple[str, Floats] | tuple[str, Floats, int]]
"""Line of the contribution, amount per unit of each column, periods by which it is booked later."""


def build(data: PlanData, *, whole_cars: bool = False) -> Program:
    """Build the program of a plan.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    whole_cars : bool
        Whether cars made and shipped must be whole numbers.

    Returns
    -------
    Program
        The program in column order; its size grows with the pairs of model and market that have
        demand, times the periods.
    """
    b = Builder()
    n_i, n_t = len(data.models), len(data.spans)
    n_s, n_j = len(data.shops), len(data.parts)

    cells = _cells(data)
    n_c, requested = len(cells), _requested(data, cells)

    demand_row = b.add_rows("demand", requested, requested, cells) + np.arange(n_c)
    late = _late_rows(b, data, cells)
    opening = np.zeros((n_i, n_t))
    opening[:, 0] = data.stock0
    stock_grid = grid_of(n_i, n_t)
    stock_row = b.add_rows("stock", -opening.ravel(), -opening.ravel(), stock_grid)
    stock_rows = stock_row + np.arange(n_i * n_t).reshape(n_i, n_t)
    shop_row = b.add_rows(
        "shop", np.full(n_s * n_t, -INF), np.zeros(n_s * n_t), grid_of(n_s, n_t)
    ) + np.arange(n_s * n_t).reshape(n_s, n_t)
    limit_rows = model_limits(b, data)
    part_open = np.zeros((n_j, n_t))
    part_open[:, 0] = data.part_stock0
    part_row = b.add_rows(
        "part", -part_open.ravel(), -part_open.ravel(), grid_of(n_j, n_t)
    ) + np.arange(n_j * n_t).reshape(n_j, n_t)
    ceu_rows = finite_rows(b, "ceu", data.ceu_cap)
    area_rows = finite_rows(b, "area", data.area_cap)
    box_rows = finite_rows(b, "box", data.box_cap)
    land_rows = {
        mode: finite_rows(b, mode, cap)
        for mode, cap in (("road", data.road_cap), ("rail", data.rail_cap))
    }
    yard_rows = finite_rows(b, "yard", data.yard_cap)
    n_w = len(data.windows)
    window_row = b.add_rows(
        "contract",
        np.array([w.least for w in data.windows]),
        np.array([w.most for w in data.windows]),
        np.arange(n_w)[:, None],
    )

    add_make(b, data, (stock_rows, limit_rows), shop_row, part_row, whole_cars)
    after = np.full((n_i, n_t), -1, dtype=np.int64)
    after[:, :-1] = stock_rows[:, 1:]
    b.add_columns(
        "stock",
        data.stock_max.ravel(),
        stock_grid,
        [
            (stock_rows.ravel(), -1.0),
            (after.ravel(), 1.0),
            (np.tile(yard_rows, n_i), 1.0),
        ],
        lower=np.minimum(data.stock_min, data.stock_max).ravel(),
        postings=[("car stock", -(data.stock_cost[:, None] * data.fraction).ravel())],
    )
    _ship_columns(
        b,
        data,
        cells,
        (demand_row, late.due),
        stock_rows,
        (ceu_rows, area_rows, box_rows),
        land_rows,
        window_row,
        whole_cars,
    )
    _late_columns(b, data, cells, demand_row, late)
    gone = np.flatnonzero(requested > 0)
    b.add_columns(
        "lost",
        requested[gone],
        cells[gone],
        [(demand_row[gone], 1.0)],
        postings=_money(data, "lost", cells[gone]),
    )
    add_parts(b, data, shop_row, part_row)
    add_patterns(b, data, shop_row)
    windows = np.arange(n_w)[:, None]
    b.add_columns(
        "short",
        np.array([0.0 if w.hard else w.least for w in data.windows]),
        windows,
        [(window_row + np.arange(n_w), 1.0)],
        postings=_money(data, "short", windows),
    )
    return b.program()


def repriced(program: Program, data: PlanData) -> Program:
    """Return a plan's program with other demand, prices, fees, freight, duties and penalties.

    Parameters
    ----------
    program : Program
        The program of arrays that differ in nothing else. They have demand wherever these have
        any, and other prices by period for all pairs for which these do (`changing_prices`).
    data : PlanData
        Arrays of the plan.
    """
    cost, upper = program.cost.copy(), program.upper.copy()
    row_lower, row_upper = program.row_lower.copy(), program.row_upper.copy()
    priced = [name for name in program.columns if name in SOLD or name.startswith("ship ")]
    postings = [one for one in program.postings if one.block not in priced]
    for name in priced:
        block = program.columns[name]
        cost[block.at] = 0.0
        for line, coefficient, *shift in _money(data, name, block.index):
            cost[block.at] -= coefficient
            postings.append(Posting(line, name, coefficient, *shift))
    lost, asked = program.columns["lost"], program.rows["demand"]
    upper[lost.at] = _requested(data, lost.index)
    row_lower[asked.at] = row_upper[asked.at] = _requested(data, asked.index)
    return replace(
        program,
        cost=cost,
        upper=upper,
        row_lower=row_lower,
        row_upper=row_upper,
        postings=tuple(postings),
    )


def _cells(data: PlanData) -> Ints:
    """Return the pairs of model and market with their periods, from their first demand on."""
    wanted = data.demand > 0
    wanted[:, 0] |= data.backlog0 > 0
    return np.argwhere(np.logical_or.accumulate(wanted, axis=1)).astype(np.int64)


def _requested(data: PlanData, cells: Ints) -> Floats:
    """Return the cars asked for in cells, with what was late before."""
    pair, t = cells.T
    found: Floats = data.demand[pair, t] + np.where(t == 0, data.backlog0[pair], 0.0)
    return found


def _money(data: PlanData, block: str, index: Ints) -> Money:
    """Return what a run of columns on what is sold adds to the lines of the contribution."""
    if block == "short":
        return [("contract penalties", -np.array([w.penalty for w in data.windows]))]
    pair, t = index.T
    if block == "lost":
        return [("lost penalties", -data.lost_penalty[pair, t])]
    if block == "late":
        return [("late penalties", -data.late_penalty[pair, t] * data.fraction[t])]
    if block == "due":
        return [("revenue", data.price[pair, t] - data.price[pair, t + 1], 1)]
    mode = MODES.index(block.removeprefix("ship "))
    return [
        ("revenue", data.price[pair, t]),
        ("contract fees", data.fee[pair, t]),
        ("freight", -data.freight[mode, data.pair_model[pair], data.pair_market[pair], t]),
        ("tariffs", -data.duty[pair, t]),
    ]


def changing_prices(data: PlanData) -> NDArray[np.bool_]:
    """Return the pairs whose price changes after their first demand, shape (P,)."""
    pair, t = _cells(data).T
    price = data.price[pair, t]
    low, high = np.full(len(data.pair_model), INF), np.full(len(data.pair_model), -INF)
    np.minimum.at(low, pair, price)
    np.maximum.at(high, pair, price)
    found: NDArray[np.bool_] = high > low
    return found


@dataclass(frozen=True)
class _Late:
    """Rows on late cars by cell, -1 where there are none; and the cells followed by another."""

    due: Ints
    left: Ints
    same: NDArray[np.bool_]

    def after(self, rows: Ints) -> Ints:
        """Return the row of the pair's next cell, -1 after its last."""
        return np.where(self.same, np.append(rows[1:], -1), -1)


def _late_rows(b: Builder, data: PlanData, cells: Ints) -> _Late:
    """Add the rows on late cars of pairs whose price changes.

    There it matters which of the late cars are shipped in the end: only those earn their price.
    """
    pair = cells[:, 0]
    changes = changing_prices(data)[pair]
    same = np.zeros(len(cells), dtype=bool)
    same[:-1] = pair[1:] == pair[:-1]
    found = []
    for name, which in (("due", changes & np.roll(same, 1)), ("left", changes)):
        rows = np.full(len(cells), -1, dtype=np.int64)
        n = int(which.sum())
        rows[which] = b.add_rows(name, np.zeros(n), np.full(n, INF), cells[which]) + np.arange(n)
        found.append(rows)
    return _Late(found[0], found[1], same)


def _late_columns(b: Builder, data: PlanData, cells: Ints, demand_row: Ints, late: _Late) -> None:
    """Add late cars, which go on to their pair's next cell, and those that are shipped in the end.

    The latter carry the difference of prices, so that each is sold at the price of the month in
    which it was asked for; where a pair's price never changes, there is none to carry.
    """
    b.add_columns(
        "late",
        np.full(len(cells), INF),
        cells,
        [
            (demand_row, 1.0),
            (late.after(demand_row), -1.0),
            (late.left, 1.0),
            (late.after(late.left), -1.0),
        ],
        postings=_money(data, "late", cells),
    )
    at = np.flatnonzero((late.left >= 0) & late.same)
    b.add_columns(
        "due",
        np.full(len(at), INF),
        cells[at],
        [
            (late.due[at], 1.0),
            (late.after(late.due)[at], -1.0),
            (late.left[at], -1.0),
            (late.after(late.left)[at], 1.0),
        ],
        postings=_money(data, "due", cells[at]),
    )


def _contract_rows(data: PlanData, first: int) -> list[Ints]:
    """Return for each contract the row of a pair's window in each period, -1 where none."""
    found: dict[str, Ints] = {}
    for w, window in enumerate(data.windows):
        shape = (len(data.pair_model), len(data.spans))
        rows = found.setdefault(window.contract, np.full(shape, -1, dtype=np.int64))
        rows[np.ix_(window.pairs, window.inside)] = first + w
    return list(found.values())


def _ship_columns(
    b: Builder,
    data: PlanData,
    cells: Ints,
    demand: tuple[Ints, Ints],
    stock_rows: Ints,
    sea: tuple[Ints, Ints, Ints],
    land: dict[str, Ints],
    window_row: int,
    whole_cars: bool,
) -> None:
    """Add the cars shipped by each mode: out of stock, to the market, over land or sea."""
    pair, t = cells[:, 0], cells[:, 1]
    model, market = data.pair_model[pair], data.pair_market[pair]
    lane = data.market_lane[market]
    for m, mode in enumerate(MODES):
        rate = data.freight[m, model, market, t]
        kept = np.flatnonzero(~np.isnan(rate))
        if not len(kept):
            continue
        p, tt, i, r = pair[kept], t[kept], model[kept], lane[kept]
        entries: list[tuple[Ints, Floats | float]] = [
            (demand[0][kept], 1.0),
            (demand[1][kept], 1.0),
            (stock_rows[i, tt], -1.0),
        ]
        if mode == "vessel":
            entries.append((np.where(r >= 0, sea[0][r, tt], -1), data.ceu[i]))
            entries.append((np.where(r >= 0, sea[1][r, tt], -1), data.area[i]))
        elif mode == "container":
            entries.append((sea[2][r, tt], 1.0 / data.cars_per_box[market[kept], tt]))
        elif len(data.lanes):
            entries.append((np.where(r >= 0, land[mode][r, tt], -1), 1.0))
        entries += [(rows[p, tt], 1.0) for rows in _contract_rows(data, window_row)]
        b.add_columns(
            f"ship {mode}",
            np.full(len(kept), INF),
            cells[kept],
            [(rows, value) for rows, value in entries if np.any(rows >= 0)],
            integer=np.full(len(kept), whole_cars),
            postings=_money(data, f"ship {mode}", cells[kept]),
        )
