"""From the arrays of the monthly plan to the columns and rows of its program.

The mathematics stands in ``docs/plan.md``; names here follow its symbols.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sinho.plan.arrays import MODES, Ints, PlanData
from sinho.plan.program import INF, Block, Line, Program
from sinho.units import Floats


@dataclass
class _Builder:
    """Collects rows, then columns with their entries."""

    rows: dict[str, Block] = field(default_factory=dict)
    columns: dict[str, Block] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    row_bounds: list[tuple[Floats, Floats]] = field(default_factory=list)
    column_bounds: list[tuple[Floats, Floats]] = field(default_factory=list)
    integer: list[NDArray[np.bool_]] = field(default_factory=list)
    counts: list[Ints] = field(default_factory=list)
    index: list[NDArray[np.int32]] = field(default_factory=list)
    value: list[Floats] = field(default_factory=list)
    n_rows: int = 0
    n_columns: int = 0

    def add_rows(self, name: str, lower: Floats, upper: Floats, index: Ints) -> int:
        """Add a run of rows and return its first row."""
        first = self.n_rows
        self.n_rows += len(lower)
        self.rows[name] = Block(first, self.n_rows, index)
        self.row_bounds.append((lower, upper))
        return first

    def add_columns(
        self,
        name: str,
        upper: Floats,
        index: Ints,
        entries: list[tuple[Ints, Floats | float]],
        *,
        lower: Floats | None = None,
        integer: NDArray[np.bool_] | None = None,
        lines: list[tuple[str, Floats] | tuple[str, Floats, int]] | None = None,
    ) -> None:
        """Add a run of columns; an entry with row -1 is absent."""
        n = len(upper)
        first = self.n_columns
        self.n_columns += n
        self.columns[name] = Block(first, self.n_columns, index)
        self.column_bounds.append((np.zeros(n) if lower is None else lower, upper))
        self.integer.append(np.zeros(n, dtype=bool) if integer is None else integer)
        for line in lines or []:
            if np.any(line[1]):
                self.lines.append(Line(line[0], name, line[1], line[2] if len(line) > 2 else 0))
        rows = np.empty((n, len(entries)), dtype=np.int32)
        values = np.empty((n, len(entries)))
        for place, (row, value) in enumerate(entries):
            rows[:, place] = row
            values[:, place] = value
        present = (rows >= 0) & (values != 0)
        if present.all():
            self.counts.append(np.full(n, len(entries), dtype=np.int64))
            self.index.append(rows.ravel())
            self.value.append(values.ravel())
        else:
            self.counts.append(present.sum(axis=1))
            self.index.append(rows[present])
            self.value.append(values[present])

    def program(self) -> Program:
        """Return the program."""
        cost = np.zeros(self.n_columns)
        for line in self.lines:
            cost[self.columns[line.block].at] -= line.coefficient
        start = np.zeros(self.n_columns + 1, dtype=np.int32)
        np.cumsum(np.concatenate(self.counts), out=start[1:])
        return Program(
            cost=cost,
            lower=np.concatenate([low for low, _ in self.column_bounds]),
            upper=np.concatenate([high for _, high in self.column_bounds]),
            integer=np.concatenate(self.integer),
            row_lower=np.concatenate([low for low, _ in self.row_bounds]),
            row_upper=np.concatenate([high for _, high in self.row_bounds]),
            start=start,
            index=np.concatenate(self.index),
            value=np.concatenate(self.value),
            columns=self.columns,
            rows=self.rows,
            lines=tuple(self.lines),
        )


def _grid(*sizes: int) -> Ints:
    """Return all index tuples of a grid in C order, shape (product, len(sizes))."""
    return np.stack(
        [axis.ravel() for axis in np.meshgrid(*map(np.arange, sizes), indexing="ij")], axis=1
    ).astype(np.int64)


def _finite_rows(b: _Builder, name: str, capacity: Floats) -> Ints:
    """Add a row for every finite capacity and return the row of each place, -1 where none."""
    place = np.argwhere(~np.isnan(capacity)).astype(np.int64)
    bound = capacity[tuple(place.T)]
    first = b.add_rows(name, np.full(len(place), -INF), bound, place)
    rows = np.full(capacity.shape, -1, dtype=np.int64)
    rows[tuple(place.T)] = first + np.arange(len(place))
    return rows


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
    b = _Builder()
    n_i, n_t = len(data.models), len(data.spans)
    n_s, n_j = len(data.shops), len(data.parts)

    # A cell is a pair of model and market in a period, from its first demand on.
    wanted = data.demand > 0
    wanted[:, 0] |= data.backlog0 > 0
    active = np.logical_or.accumulate(wanted, axis=1)
    cell_pair, cell_t = np.nonzero(active)
    n_c = len(cell_pair)
    cells = np.stack([cell_pair, cell_t], axis=1)
    asked = data.demand[cell_pair, cell_t]
    asked = asked + np.where(cell_t == 0, data.backlog0[cell_pair], 0.0)

    demand_row = b.add_rows("demand", asked, asked, cells) + np.arange(n_c)
    late = _late_rows(b, data, cells)
    opening = np.zeros((n_i, n_t))
    opening[:, 0] = data.stock0
    stock_grid = _grid(n_i, n_t)
    stock_row = b.add_rows("stock", -opening.ravel(), -opening.ravel(), stock_grid)
    stock_rows = stock_row + np.arange(n_i * n_t).reshape(n_i, n_t)
    shop_row = b.add_rows(
        "shop", np.full(n_s * n_t, -INF), np.zeros(n_s * n_t), _grid(n_s, n_t)
    ) + np.arange(n_s * n_t).reshape(n_s, n_t)
    part_open = np.zeros((n_j, n_t))
    part_open[:, 0] = data.part_stock0
    part_row = b.add_rows(
        "part", -part_open.ravel(), -part_open.ravel(), _grid(n_j, n_t)
    ) + np.arange(n_j * n_t).reshape(n_j, n_t)
    ceu_rows = _finite_rows(b, "ceu", data.ceu_cap)
    area_rows = _finite_rows(b, "area", data.area_cap)
    box_rows = _finite_rows(b, "box", data.box_cap)
    yard_rows = _finite_rows(b, "yard", data.yard_cap)
    n_w = len(data.windows)
    window_row = b.add_rows(
        "contract",
        np.array([w.least for w in data.windows]),
        np.array([w.most for w in data.windows]),
        np.arange(n_w)[:, None],
    )

    _make_columns(b, data, stock_rows, shop_row, part_row, whole_cars)
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
        lines=[("car stock", -(data.stock_cost[:, None] * data.fraction).ravel())],
    )
    _ship_columns(
        b,
        data,
        cells,
        (demand_row, late.due),
        stock_rows,
        (ceu_rows, area_rows, box_rows),
        window_row,
        whole_cars,
    )
    _late_columns(b, data, cells, demand_row, late)
    gone = np.flatnonzero(asked > 0)
    b.add_columns(
        "lost",
        asked[gone],
        cells[gone],
        [(demand_row[gone], 1.0)],
        lines=[("lost penalties", -data.lost_penalty[cell_pair[gone], cell_t[gone]])],
    )
    _part_columns(b, data, shop_row, part_row)
    _pattern_columns(b, data, shop_row)
    b.add_columns(
        "short",
        np.array([0.0 if w.hard else w.least for w in data.windows]),
        np.arange(n_w)[:, None],
        [(window_row + np.arange(n_w), 1.0)],
        lines=[("contract penalties", -np.array([w.penalty for w in data.windows]))],
    )
    return b.program()


@dataclass(frozen=True)
class _Late:
    """Rows on late cars by cell, -1 where there are none; and the cells followed by another."""

    due: Ints
    left: Ints
    same: NDArray[np.bool_]

    def after(self, rows: Ints) -> Ints:
        """Return the row of the pair's next cell, -1 after its last."""
        return np.where(self.same, np.append(rows[1:], -1), -1)


def _late_rows(b: _Builder, data: PlanData, cells: Ints) -> _Late:
    """Add the rows on late cars of pairs whose price changes.

    There it matters which of the late cars are shipped in the end: only those earn their price.
    """
    pair, t = cells[:, 0], cells[:, 1]
    price = data.price[pair, t]
    low, high = np.full(len(data.pair_model), INF), np.full(len(data.pair_model), -INF)
    np.minimum.at(low, pair, price)
    np.maximum.at(high, pair, price)
    changes = (high > low)[pair]
    same = np.zeros(len(cells), dtype=bool)
    same[:-1] = pair[1:] == pair[:-1]
    found = []
    for name, which in (("due", changes & np.roll(same, 1)), ("left", changes)):
        rows = np.full(len(cells), -1, dtype=np.int64)
        n = int(which.sum())
        rows[which] = b.add_rows(name, np.zeros(n), np.full(n, INF), cells[which]) + np.arange(n)
        found.append(rows)
    return _Late(found[0], found[1], same)


def _late_columns(b: _Builder, data: PlanData, cells: Ints, demand_row: Ints, late: _Late) -> None:
    """Add late cars, which go on to their pair's next cell, and those that are shipped in the end.

    The latter carry the difference of prices, so that each is sold at the price of the month in
    which it was asked for; where a pair's price never changes, there is none to carry.
    """
    pair, t = cells[:, 0], cells[:, 1]
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
        lines=[("late penalties", -data.late_penalty[pair, t] * data.fraction[t])],
    )
    at = np.flatnonzero((late.left >= 0) & late.same)
    p, tt = pair[at], t[at]
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
        lines=[("revenue", data.price[p, tt] - data.price[p, tt + 1], 1)],
    )


def _make_columns(
    b: _Builder,
    data: PlanData,
    stock_rows: Ints,
    shop_row: Ints,
    part_row: Ints,
    whole_cars: bool,
) -> None:
    """Add the cars made: into stock, out of shop hours and parts."""
    n_i, n_t = stock_rows.shape
    entries: list[tuple[Ints, Floats | float]] = [(stock_rows.ravel(), 1.0)]
    for s in range(len(data.shops)):
        if data.load_model[s].any():
            entries.append((np.tile(shop_row[s], n_i), np.repeat(data.load_model[s], n_t)))
    for j in range(len(data.parts)):
        if data.bom_model[j].any():
            entries.append((np.tile(part_row[j], n_i), -np.repeat(data.bom_model[j], n_t)))
    b.add_columns(
        "make",
        data.make_max.ravel(),
        _grid(n_i, n_t),
        entries,
        integer=np.full(n_i * n_t, whole_cars),
        lines=[("material", -np.repeat(data.material, n_t))],
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
    b: _Builder,
    data: PlanData,
    cells: Ints,
    demand: tuple[Ints, Ints],
    stock_rows: Ints,
    sea: tuple[Ints, Ints, Ints],
    window_row: int,
    whole_cars: bool,
) -> None:
    """Add the cars shipped by each mode: out of stock, to the market, over the sea."""
    pair, t = cells[:, 0], cells[:, 1]
    model, lane = data.pair_model[pair], data.market_lane[data.pair_market[pair]]
    for m, mode in enumerate(MODES):
        rate = data.freight[m, model, lane, t]
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
            entries.append((sea[2][r, tt], 1.0 / data.cars_per_box[r, tt]))
        entries += [(rows[p, tt], 1.0) for rows in _contract_rows(data, window_row)]
        b.add_columns(
            f"ship {mode}",
            np.full(len(kept), INF),
            cells[kept],
            [(rows, value) for rows, value in entries if np.any(rows >= 0)],
            integer=np.full(len(kept), whole_cars),
            lines=[
                ("revenue", data.price[p, tt]),
                ("contract fees", data.fee[p, tt]),
                ("freight", -rate[kept]),
                ("tariffs", -data.duty[p, tt]),
            ],
        )


def _part_columns(b: _Builder, data: PlanData, shop_row: Ints, part_row: Ints) -> None:
    """Add parts made, bought and kept; and whole lots where a lot size is set."""
    n_t = len(data.spans)
    n_j = len(data.parts)

    def index(which: Ints) -> Ints:
        return np.stack([np.repeat(which, n_t), np.tile(np.arange(n_t), len(which))], axis=1)

    made, bought = np.flatnonzero(data.can_make), np.flatnonzero(data.can_buy)
    lot_made, lot_bought = (which[data.lot[which] > 0] for which in (made, bought))
    lot_rows = {}
    for name, which in (("lot made", lot_made), ("lot bought", lot_bought)):
        zero = np.zeros(len(which) * n_t)
        rows = np.full((n_j, n_t), -1, dtype=np.int64)
        first = b.add_rows(name, zero, zero.copy(), index(which))
        rows[which] = first + np.arange(len(which) * n_t).reshape(len(which), n_t)
        lot_rows[name] = rows

    entries: list[tuple[Ints, Floats | float]] = [
        (part_row[made].ravel(), 1.0),
        (lot_rows["lot made"][made].ravel(), 1.0),
    ]
    for s in range(len(data.shops)):
        load = data.load_part[s, made] / data.part_yield[made]
        if load.any():
            entries.append((np.tile(shop_row[s], len(made)), np.repeat(load, n_t)))
    for j in range(n_j):
        needs = data.bom_part[j, made] / data.part_yield[made]
        if needs.any():
            entries.append((np.tile(part_row[j], len(made)), -np.repeat(needs, n_t)))
    b.add_columns(
        "made",
        np.full(len(made) * n_t, INF),
        index(made),
        entries,
        lines=[("parts made", -np.repeat(data.make_cost[made] / data.part_yield[made], n_t))],
    )
    b.add_columns(
        "bought",
        data.buy_max[bought].ravel(),
        index(bought),
        [
            (part_row[bought].ravel(), 1.0),
            (lot_rows["lot bought"][bought].ravel(), 1.0),
        ],
        lines=[("parts bought", -np.repeat(data.buy_cost[bought], n_t))],
    )
    after = np.full((n_j, n_t), -1, dtype=np.int64)
    after[:, :-1] = part_row[:, 1:]
    b.add_columns(
        "part stock",
        np.repeat(data.part_stock_max, n_t),
        index(np.arange(n_j)),
        [(part_row.ravel(), -1.0), (after.ravel(), 1.0)],
        lines=[("part stock", -(data.part_stock_cost[:, None] * data.fraction).ravel())],
    )
    for name, which in (("lot made", lot_made), ("lot bought", lot_bought)):
        b.add_columns(
            name,
            np.full(len(which) * n_t, INF),
            index(which),
            [(lot_rows[name][which].ravel(), -np.repeat(data.lot[which], n_t))],
            integer=np.ones(len(which) * n_t, dtype=bool),
        )


def _pattern_columns(b: _Builder, data: PlanData, shop_row: Ints) -> None:
    """Add shift patterns, changes between them and overtime."""
    n_g, n_t, n_p = len(data.groups), len(data.spans), len(data.patterns)
    group = np.array([p.group for p in data.patterns], dtype=np.int64)
    fixed = data.fixed[group]
    own = np.arange(n_p)[:, None]
    lower, upper = (fixed == own).astype(float), ((fixed == own) | (fixed < 0)).astype(float)
    single = np.bincount(group, minlength=n_g)[group] == 1
    lower[single] = 1.0
    # a period in which another pattern is given ends a stay
    ended = np.cumsum((fixed >= 0) & (fixed != own), axis=1)
    for p, pattern in enumerate(data.patterns):
        if pattern.opening and pattern.kept:
            free = (fixed[p] < 0) & (ended[p] == 0)
            lower[p, : pattern.kept][free[: pattern.kept]] = 1.0
    capacity = data.rate * data.availability[:, None]

    one = np.ones(n_g * n_t)
    choose = b.add_rows("pattern", one, one, _grid(n_g, n_t)) + np.arange(n_g * n_t).reshape(
        n_g, n_t
    )
    grid = _grid(n_p, n_t)
    opening = np.array([p.opening for p in data.patterns])
    known = np.array([any(q.opening for q in data.patterns if q.group == g) for g in group])
    # change - worked[t] + worked[t - 1] >= 0, with the opening pattern before the first period
    base = np.zeros((n_p, n_t))
    base[:, 0] = np.where(known, -opening.astype(float), 0.0)
    change = b.add_rows("change", base.ravel(), np.full(n_p * n_t, INF), grid) + np.arange(
        n_p * n_t
    ).reshape(n_p, n_t)
    # worked[t] >= changes to it within its fewest periods
    stay_place = np.array(
        [
            (p, t)
            for p, pattern in enumerate(data.patterns)
            for t in range(n_t)
            if pattern.fewest > 1 and data.fixed[pattern.group, t] < 0 and not single[p]
        ],
        dtype=np.int64,
    ).reshape(-1, 2)
    zero = np.zeros(len(stay_place))
    stay_first = b.add_rows("stay", zero, np.full(len(stay_place), INF), stay_place)
    stay = np.full((n_p, n_t), -1, dtype=np.int64)
    stay[stay_place[:, 0], stay_place[:, 1]] = stay_first + np.arange(len(stay_place))
    # overtime only on days that are worked
    rest_groups = {p.group for p in data.patterns if p.shifts == 0 or p.hours == 0}
    rests = np.isin(np.arange(n_g), list(rest_groups))
    limit = np.where(rests[:, None], 0.0, np.nan) * np.ones((n_g, n_t))
    overtime_rows = _finite_rows(b, "overtime", limit)

    entries: list[tuple[Ints, Floats | float]] = [
        (choose[group].ravel(), 1.0),
        (change.ravel(), -1.0),
        (np.concatenate([change[:, 1:], np.full((n_p, 1), -1)], axis=1).ravel(), 1.0),
        (stay.ravel(), 1.0),
    ]
    hours = np.array([p.shifts * p.hours for p in data.patterns])
    paid = data.days[group] * hours[:, None]
    for s in range(len(data.shops)):
        here = (group == data.shop_group[s])[:, None]
        rows = np.where(here, shop_row[s][None, :], -1)
        entries.append((rows.ravel(), -(paid * capacity[s][None, :]).ravel()))
    working = (hours > 0)[:, None]
    entries.append(
        (
            np.where(working, overtime_rows[group], -1).ravel(),
            -data.overtime_max[group].ravel(),
        )
    )
    day_cost = np.array([p.cost_per_day for p in data.patterns])
    b.add_columns(
        "pattern",
        upper.ravel(),
        grid,
        entries,
        lower=np.minimum(lower, 1.0).ravel(),
        integer=(lower != upper).ravel(),
        lines=[("labour", -(data.days[group] * day_cost[:, None]).ravel())],
    )
    fewest = max((p.fewest for p in data.patterns), default=1)
    spread: list[tuple[Ints, Floats | float]] = [(change.ravel(), 1.0)]
    for later in range(min(fewest, n_t)):
        rows = np.full((n_p, n_t), -1, dtype=np.int64)
        held = ended[:, later:] == ended[:, : n_t - later]
        rows[:, : n_t - later] = np.where(held, stay[:, later:], -1)
        rows[np.array([p.fewest for p in data.patterns]) <= later] = -1
        if (rows >= 0).any():
            spread.append((rows.ravel(), -1.0))
    cost = np.array([p.change_cost for p in data.patterns])[:, None] * np.ones((n_p, n_t))
    cost[:, 0] = np.where(known, cost[:, 0], 0.0)
    b.add_columns(
        "change",
        np.ones(n_p * n_t),
        grid,
        spread,
        lines=[("pattern changes", -cost.ravel())],
    )
    overtime: list[tuple[Ints, Floats | float]] = [(overtime_rows.ravel(), 1.0)]
    for s in range(len(data.shops)):
        here = (np.arange(n_g) == data.shop_group[s])[:, None]
        rows = np.where(here, shop_row[s][None, :], -1)
        overtime.append((rows.ravel(), -(np.ones((n_g, n_t)) * capacity[s]).ravel()))
    b.add_columns(
        "overtime",
        data.overtime_max.ravel(),
        _grid(n_g, n_t),
        overtime,
        lines=[("overtime", -data.overtime_cost.ravel())],
    )
