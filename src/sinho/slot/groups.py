"""A rougher view of a slotting problem: limits over months shared by all that is alike in load.

Hard limits of models over months tell far more classes of orders apart than a linear program can
hold. Added up over the models that load the line and the limited parts alike they tell none, and
every slotting that keeps the limits keeps their sums: what bounds the rougher problem bounds the
problem.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sinho.slot.arrays import Arrays
from sinho.slot.cells import NONE, Floats, Ints, Small
from sinho.slot.kernel.columns import COLUMNS, LEAST, MOST, UPPER


@dataclass(frozen=True)
class Grouped:
    """The rougher view.

    Parameters
    ----------
    arrays : Arrays
        The first rows of the problem (see ``Arrays.base``), then one for each group of limits. Its
        classes are the problem's; those alike by now are not put together.
    back : ndarray of int64, shape (cells of the problem,)
        The view's cell that a cell counts in; -1: none.
    """

    arrays: Arrays
    back: Ints

    @classmethod
    def single(cls, arrays: Arrays) -> Grouped:
        """Return the view in which no limits are added up."""
        kept = np.flatnonzero(arrays.cell_row < arrays.spans)
        back = np.full(len(arrays.cells) + 1, -1, dtype=np.int64)
        back[kept] = np.arange(len(kept))
        row_of = np.arange(arrays.cell_of.shape[1])
        starts, rows = _counted(arrays, np.where(row_of < arrays.spans, row_of, -1))
        view = replace(
            arrays,
            rows_start=starts,
            rows=rows,
            cell_of=np.ascontiguousarray(back[arrays.cell_of[:, : arrays.spans]]).astype(np.int32),
            cells=arrays.cells[kept],
            cell_days=arrays.cell_days[kept],
            cell_row=arrays.cell_row[kept],
            named=tuple(arrays.named[cell] for cell in kept.tolist()),
        )
        return cls(view, back[:-1])

    def spread(self, prices: Floats) -> Floats:
        """Return the problem's prices, given the view's: the same for each limit of a sum."""
        found: Floats = np.where(self.back >= 0, prices[self.back], 0.0)
        return found


def grouped(arrays: Arrays) -> Grouped:
    """Return the view with the sums of limits over months.

    Parameters
    ----------
    arrays : Arrays
        The problem.

    Returns
    -------
    Grouped
        The view; only rows of the kind ``corridor`` are added up, each with those of the same lines
        whose orders have the same load, and over the same days.
    """
    base = arrays.base
    who = np.repeat(np.arange(len(arrays.count)), np.diff(arrays.rows_start))
    group_of = _groups(arrays, who)
    kept = np.flatnonzero(arrays.cell_row < base)
    back = np.full(len(arrays.cells), -1, dtype=np.int64)
    back[kept] = np.arange(len(kept))
    summed = np.flatnonzero(group_of[arrays.cell_row] >= 0)
    key = np.column_stack([group_of[arrays.cell_row[summed]], arrays.cell_days[summed]])
    sums, first, place = np.unique(key, axis=0, return_index=True, return_inverse=True)
    back[summed] = len(kept) + place.ravel()
    one = np.concatenate([kept, summed[first]])
    cells = arrays.cells[one].reshape(-1, COLUMNS)
    for column in (LEAST, MOST, UPPER):
        total = np.bincount(place.ravel(), arrays.cells[summed, column], minlength=len(sums))
        cells[len(kept) :, column] = np.where(total < NONE, total, NONE)
    # Orders of a group without a limit over these days count all the same: no most holds then.
    part = np.bincount(place.ravel()) < np.bincount(group_of[group_of >= 0])[sums[:, 0]]
    cells[len(kept) :, MOST][part] = NONE
    groups = int(group_of.max(initial=-1)) + 1
    cell_row = np.concatenate([arrays.cell_row[kept], base + sums[:, 0]]).astype(np.int32)
    cell_days = arrays.cell_days[one].reshape(-1, 2)
    cell_of = np.full((arrays.days, base + groups), -1, dtype=np.int32)
    for row in [*range(base), *np.flatnonzero(group_of >= 0).tolist()]:
        counts = arrays.cell_of[:, row] >= 0
        view_row = row if row < base else base + group_of[row]
        cell_of[counts, view_row] = back[arrays.cell_of[counts, row]]
    row_of = np.where(group_of >= 0, base + group_of, -1)
    row_of[:base] = np.arange(base)
    starts, rows = _counted(arrays, row_of)
    view = replace(
        arrays,
        rows_start=starts,
        rows=rows,
        cell_of=cell_of,
        cells=cells,
        cell_days=cell_days,
        cell_row=cell_row,
        spans=base + groups,
        dated=base + groups,
        named=tuple(arrays.named[cell] for cell in one.tolist()),
    )
    return Grouped(view, back)


def _counted(arrays: Arrays, row_of: Ints) -> tuple[Small, Small]:
    """Return ``rows_start`` and ``rows`` of a view, given its row of each row; -1: none."""
    rows = row_of[arrays.rows]
    who = np.repeat(np.arange(len(arrays.count)), np.diff(arrays.rows_start))
    starts = np.zeros(len(arrays.count) + 1, dtype=np.int32)
    starts[1:] = np.cumsum(np.bincount(who[rows >= 0], minlength=len(arrays.count)))
    return starts, rows[rows >= 0].astype(np.int32)


def _groups(arrays: Arrays, who: Ints) -> Ints:
    """Return the group of each row; -1 where it is not added up."""
    corridors = {
        int(arrays.cell_row[cell])
        for cell, named in enumerate(arrays.named)
        if named.kind == "corridor"
    }
    loads, kind = np.unique(arrays.load, axis=0, return_inverse=True)
    kind = kind.ravel()[who]
    found = np.full(arrays.cell_of.shape[1], -1, dtype=np.int64)
    lines: dict[tuple[int, ...], int] = {}
    for row in sorted(corridors):
        alike = np.unique(kind[arrays.rows == row])
        if len(alike) == 1:
            own = np.unique(arrays.calendar.line_of[arrays.cell_of[:, row] >= 0])
            found[row] = lines.setdefault(tuple(own.tolist()), len(lines)) * len(loads) + alike[0]
    used = np.unique(found[found >= 0])
    found[found >= 0] = np.searchsorted(used, found[found >= 0])
    return found
