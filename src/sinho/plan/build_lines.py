"""The cars of a plan's program: made on the lines, in lots of a least size where one is set."""

from __future__ import annotations

import numpy as np

from sinho.highs import INF
from sinho.plan.arrays import Ints, PlanData
from sinho.plan.builder import Builder, finite_rows, grid_of
from sinho.units import Floats


def model_limits(b: Builder, data: PlanData) -> Ints:
    """Add the most cars of models that several lines build; return the rows, -1 where none."""
    return finite_rows(b, "full rate", np.where(data.model_max < INF, data.model_max, np.nan))


def add_make(
    b: Builder,
    data: PlanData,
    model_rows: tuple[Ints, Ints],
    shop_row: Ints,
    part_row: Ints,
    whole_cars: bool,
) -> None:
    """Add the cars made on each line: into stock, out of shop hours and parts.

    Parameters
    ----------
    b : Builder
        The program so far.
    data : PlanData
        Arrays of the plan.
    model_rows : tuple of ndarray of int, shape (I, T)
        Rows of the stock and of the most cars over all lines, -1 where there is none.
    shop_row, part_row : ndarray of int, shapes (S, T), (J, T)
        Rows of shops and parts.
    whole_cars : bool
        Whether cars made are whole numbers.
    """
    model, n_q, n_t = data.route_model, len(data.route_model), len(data.spans)
    entries: list[tuple[Ints, Floats | float]] = [
        (rows[model].ravel(), 1.0) for rows in model_rows if (rows >= 0).any()
    ]
    for s in range(len(data.shops)):
        if data.load_route[s].any():
            entries.append((np.tile(shop_row[s], n_q), np.repeat(data.load_route[s], n_t)))
    for j in range(len(data.parts)):
        if data.bom_model[j].any():
            needs = data.bom_model[j, model]
            entries.append((np.tile(part_row[j], n_q), -np.repeat(needs, n_t)))
    least, most = _lot_rows(b, data)
    entries += [(rows.ravel(), 1.0) for rows in (least, most)]
    b.add_columns(
        "make",
        data.make_max.ravel(),
        grid_of(n_q, n_t),
        entries,
        integer=np.full(n_q * n_t, whole_cars),
        postings=[
            ("material", -np.repeat(data.material[model], n_t)),
            ("line costs", -np.repeat(data.route_cost, n_t)),
        ],
    )
    _add_open(b, data, least, most)


def _lot_rows(b: Builder, data: PlanData) -> tuple[Ints, Ints]:
    """Add the rows on least lots: at least the lot in a month, and nothing where not open."""
    shape = len(data.route_model), len(data.spans)
    limited = np.flatnonzero(data.least_lot > 0)
    begins = data.month_begin
    cells = np.array([(q, t) for q in limited for t in np.unique(begins)], dtype=np.int64)
    cells = cells.reshape(-1, 2)
    zero = np.zeros(len(cells))
    first = b.add_rows("least lot", zero, np.full(len(cells), INF), cells)
    least, most = np.full(shape, -1, dtype=np.int64), np.full(shape, -1, dtype=np.int64)
    least[cells[:, 0], cells[:, 1]] = first + np.arange(len(cells))
    least[limited] = least[np.ix_(limited, begins)]
    zero = np.zeros(len(limited) * shape[1])
    first = b.add_rows(
        "closed",
        np.full(len(zero), -INF),
        zero,
        np.stack(
            [np.repeat(limited, shape[1]), np.tile(np.arange(shape[1]), len(limited))], axis=1
        ),
    )
    most[limited] = first + np.arange(len(zero)).reshape(len(limited), shape[1])
    return least, most


def _add_open(b: Builder, data: PlanData, least: Ints, most: Ints) -> None:
    """Add whether a line builds any of a model in a month, for models with a least lot."""
    block = b.rows["least lot"]
    q, begin = block.index.T
    entries: list[tuple[Ints, Floats | float]] = [(least[q, begin], -data.least_lot[q])]
    reach = data.route_max
    width = int(np.bincount(data.month_begin).max())
    for later in range(width):
        t = np.minimum(begin + later, len(data.spans) - 1)
        same = data.month_begin[t] == begin if later else np.ones(len(t), dtype=bool)
        same &= begin + later < len(data.spans)
        entries.append((np.where(same, most[q, t], -1), -reach[q, t]))
    b.add_columns(
        "open",
        np.ones(len(block)),
        block.index,
        entries,
        integer=np.ones(len(block), dtype=bool),
    )
