"""The parts of a plan's program: made, bought and kept, in whole lots where a lot size is set."""

from __future__ import annotations

import numpy as np

from sinho.highs import INF
from sinho.plan.arrays import Ints, PlanData
from sinho.plan.builder import Builder
from sinho.units import Floats


def add_parts(b: Builder, data: PlanData, shop_row: Ints, part_row: Ints) -> None:
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
        postings=[("parts made", -np.repeat(data.make_cost[made] / data.part_yield[made], n_t))],
    )
    b.add_columns(
        "bought",
        data.buy_max[bought].ravel(),
        index(bought),
        [
            (part_row[bought].ravel(), 1.0),
            (lot_rows["lot bought"][bought].ravel(), 1.0),
        ],
        postings=[("parts bought", -np.repeat(data.buy_cost[bought], n_t))],
    )
    after = np.full((n_j, n_t), -1, dtype=np.int64)
    after[:, :-1] = part_row[:, 1:]
    b.add_columns(
        "part stock",
        np.repeat(data.part_stock_max, n_t),
        index(np.arange(n_j)),
        [(part_row.ravel(), -1.0), (after.ravel(), 1.0)],
        postings=[("part stock", -(data.part_stock_cost[:, None] * data.fraction).ravel())],
    )
    for name, which in (("lot made", lot_made), ("lot bought", lot_bought)):
        b.add_columns(
            name,
            np.full(len(which) * n_t, INF),
            index(which),
            [(lot_rows[name][which].ravel(), -np.repeat(data.lot[which], n_t))],
            integer=np.ones(len(which) * n_t, dtype=bool),
        )
