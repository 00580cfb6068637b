"""Rougher views of a slotting problem, that a linear program can hold.

Hard limits of models over months tell far too many classes of orders apart. Added up over the
models that load the lines and the limited parts alike and that the same lines can build they tell
none, and every slotting that keeps the limits keeps their sums: what bounds the rougher problem
bounds the problem.

With several lines there are still too many classes. Those that are best built on the same day cost
alike before it, and that is where nearly all are built; so they are merged, at their mean costs.
What bounds the merged problem bounds nothing: its prices are looked at with all classes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sinho.slot.arrays import Arrays
from sinho.slot.cells import NONE, Flags, Floats, Ints, Small
from sinho.slot.kernel.columns import COLUMNS, LEAST, MOST, UPPER
from sinho.slot.prices import coarser
from sinho.units import starts_of

AFTER = 3
"""Dates after its best one on which it is seen what it costs to build an order late."""


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
        whose orders have the same loads and can be built on the same lines, and over the same days.
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
    starts = starts_of(np.bincount(who[rows >= 0], minlength=len(arrays.count)))
    return starts.astype(np.int32), rows[rows >= 0].astype(np.int32)


def _groups(arrays: Arrays, who: Ints) -> Ints:
    """Return the group of each row; -1 where it is not added up."""
    corridors = {
        int(arrays.cell_row[cell])
        for cell, named in enumerate(arrays.named)
        if named.kind == "corridor"
    }
    alike = np.column_stack([arrays.load, reached(arrays)[arrays.cost_class]])
    kinds, kind = np.unique(alike, axis=0, return_inverse=True)
    kind = kind.ravel()[who]
    found = np.full(arrays.cell_of.shape[1], -1, dtype=np.int64)
    lines: dict[tuple[int, ...], int] = {}
    for row in sorted(corridors):
        own_kind = np.unique(kind[arrays.rows == row])
        if len(own_kind) == 1:
            own = np.unique(arrays.calendar.line_of[arrays.cell_of[:, row] >= 0])
            found[row] = (
                lines.setdefault(tuple(own.tolist()), len(lines)) * len(kinds) + own_kind[0]
            )
    used = np.unique(found[found >= 0])
    found[found >= 0] = np.searchsorted(used, found[found >= 0])
    return found


def reached(arrays: Arrays) -> Flags:
    """Return on which lines orders can be built, shape (cost classes, lines)."""
    lines = [np.isfinite(arrays.costs[:, own]).any(axis=1) for own in arrays.calendar.on_line]
    return np.stack(lines, axis=1)


def merged(arrays: Arrays) -> Arrays:
    """Return the view in which classes are one that are best built on the same day.

    Only where they can be built on the same lines and are of the same half by what it costs to
    build them ``AFTER`` dates after their best; the rows that count them and their loads are alike.
    """
    costs, dates = arrays.costs[:, :-1], arrays.calendar.date_of
    best = arrays.days - 1 - np.argmin(costs[:, ::-1], axis=1)
    by_date = np.minimum.reduceat(costs, np.searchsorted(dates, np.arange(dates[-1] + 1)), axis=1)
    late = np.minimum(dates[best] + AFTER, dates[-1])
    late_costs = by_date[np.arange(len(best)), late] - costs[np.arange(len(best)), best]
    dear = late_costs > np.median(late_costs)
    alike = np.column_stack([best, reached(arrays), dear])
    _, group = np.unique(alike, axis=0, return_inverse=True)
    classes = np.arange(len(arrays.count), dtype=np.int32)
    cost_class: Small = group.ravel()[arrays.cost_class].astype(np.int32)
    by_group = replace(arrays, alike=classes, cost_class=cost_class)
    view = coarser(by_group, arrays.spans)
    costs = np.empty((len(view.count), arrays.costs.shape[1]))
    for day, own in enumerate(arrays.costs.T):
        total = np.bincount(view.alike, own[arrays.cost_class] * arrays.count)
        costs[:, day] = total / view.count
    return replace(
        view,
        alike=view.alike[arrays.alike],
        costs=costs,
        cost_class=np.arange(len(costs), dtype=np.int32),
    )
