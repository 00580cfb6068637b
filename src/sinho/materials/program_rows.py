"""Columns and rows of the lot-sizing program."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sinho.highs import INF
from sinho.materials.lots import LotProblem

WINDOW = 8
"""Slots over which valid rows reach; longer ones cost more time than they save nodes."""


@dataclass(frozen=True)
class Columns:
    """Where the columns of each meaning begin.

    Parameters
    ----------
    n_parts, n_slots : int
        Parts and slots of the problem.
    change, made, stock, short, thin, lot, count : int
        First columns: changes (slot, before, behind), units made, in stock, short, missing to the
        safety stock, made so far in the campaign, each (part, slot); and the number of columns.
    """

    n_parts: int
    n_slots: int
    change: int
    made: int
    stock: int
    short: int
    thin: int
    lot: int
    count: int

    def at(self, first: int, part: int, slot: int) -> int:
        """Return the column of a part in a slot, given the first one of its meaning."""
        return first + part * self.n_slots + slot

    def change_at(self, slot: int, before: int, behind: int) -> int:
        """Return the column of a change at the beginning of a slot."""
        if slot == 0:
            return self.change + behind
        return (
            self.change
            + self.n_parts
            + ((slot - 1) * self.n_parts + before) * self.n_parts
            + behind
        )


def columns_of(problem: LotProblem) -> Columns:
    """Return where the columns of a problem's program stand."""
    n_parts, n_slots = problem.shape
    changes = n_parts * n_parts * (n_slots - 1) + n_parts
    size = n_parts * n_slots
    at = [changes + k * size for k in range(5)]
    lots = size if problem.least.any() else 0
    return Columns(n_parts, n_slots, 0, at[0], at[1], at[2], at[3], at[4], at[4] + lots)


class Rows:
    """Collects rows as triples."""

    def __init__(self) -> None:
        self.row: list[int] = []
        self.column: list[int] = []
        self.value: list[float] = []
        self.lower: list[float] = []
        self.upper: list[float] = []

    def add(self, lower: float, upper: float, *entries: tuple[int, float]) -> None:
        """Add a row."""
        for column, value in entries:
            self.row.append(len(self.lower))
            self.column.append(column)
            self.value.append(value)
        self.lower.append(lower)
        self.upper.append(upper)


def rows_of(problem: LotProblem, columns: Columns) -> Rows:
    """Return the rows of a problem's program."""
    n_parts, n_slots = problem.shape
    parts = range(n_parts)
    rows = Rows()

    for slot in range(n_slots):
        befores = parts if slot else range(problem.first, problem.first + 1)
        if slot == 0:
            rows.add(1, 1, *((columns.change_at(0, problem.first, q), 1.0) for q in parts))
        for q in parts:
            into = [(columns.change_at(slot, p, q), 1.0) for p in befores]
            if slot + 1 < n_slots:
                out = [(columns.change_at(slot + 1, q, r), -1.0) for r in parts]
                rows.add(0, 0, *into, *out)
            made = [
                (columns.change_at(slot, p, q), -float(problem.made[p, q, slot])) for p in befores
            ]
            rows.add(-INF, 0, (columns.at(columns.made, q, slot), 1.0), *made)
            old: list[tuple[int, float]] = []
            start = float(problem.opening[q]) if slot == 0 else 0.0
            if slot:
                old = [
                    (columns.at(columns.stock, q, slot - 1), -1.0),
                    (columns.at(columns.short, q, slot - 1), 1.0),
                ]
            rows.add(
                start - problem.need[q, slot],
                start - problem.need[q, slot],
                (columns.at(columns.stock, q, slot), 1.0),
                (columns.at(columns.short, q, slot), -1.0),
                (columns.at(columns.made, q, slot), -1.0),
                *old,
            )
            rows.add(
                float(problem.safety[q, slot]),
                INF,
                (columns.at(columns.thin, q, slot), 1.0),
                (columns.at(columns.stock, q, slot), 1.0),
            )
    if columns.count > columns.lot:
        _least_rows(problem, columns, rows)
    if n_parts > 1:
        _valid_rows(problem, columns, rows)
    return rows


def _valid_rows(problem: LotProblem, columns: Columns, rows: Rows) -> None:
    r"""Add rows that no plan breaks, but that parts of changes would.

    With :math:`R_s` the running total asked for by interval s, :math:`X_s` made and :math:`v_s`
    missing (thin and short): without a slot for the part from t to l, :math:`X_{t-1}` must reach
    :math:`R_l - v_l` already, so

    .. math::
        X_{t-1} - R_{t-1} + v_{t-1} + v_l
        \ge (R_l - R_{t-1}) \, (1 - y_t - e_{t+1} - \dots - e_l)

    where :math:`y_t` says whether slot t is the part's and :math:`e_s` whether slot s changes to it
    (the (l, S) inequalities of Barany, Van Roy and Wolsey 1984, with shortages).
    """
    n_parts, n_slots = problem.shape
    used = np.cumsum(problem.need, axis=1) - problem.opening[:, None]
    requested = np.maximum(used + problem.safety, 0.0)

    for q in range(n_parts):
        for t in range(n_slots):
            befores = range(n_parts) if t else [problem.first]
            into = [columns.change_at(t, p, q) for p in befores]
            base = float(requested[q, t - 1]) if t else 0.0
            left: list[tuple[int, float]] = []
            constant = 0.0
            if t:
                left = [
                    (columns.at(columns.stock, q, t - 1), 1.0),
                    (columns.at(columns.thin, q, t - 1), 1.0),
                ]
                constant = float(used[q, t - 1]) - base
            for end in range(t, min(n_slots, t + WINDOW)):
                if end > t:
                    into += [columns.change_at(end, p, q) for p in range(n_parts) if p != q]
                more = float(requested[q, end]) - base
                if more <= 0:
                    continue
                missing = [
                    (columns.at(columns.thin, q, end), 1.0),
                    (columns.at(columns.short, q, end), 1.0),
                ]
                rows.add(
                    more - constant, INF, *left, *missing, *((column, more) for column in into)
                )


def _least_rows(problem: LotProblem, columns: Columns, rows: Rows) -> None:
    """Require that a campaign that ends has made its smallest lot."""
    n_parts, n_slots = problem.shape
    most = problem.made.max(axis=(0, 2)) * n_slots

    for q in range(n_parts):
        for slot in range(n_slots):
            befores = range(n_parts) if slot else [problem.first]
            into = [columns.change_at(slot, p, q) for p in befores]
            lot, made = columns.at(columns.lot, q, slot), columns.at(columns.made, q, slot)
            rows.add(-INF, 0, (lot, 1.0), *((column, -float(most[q])) for column in into))
            if slot == 0:
                # The campaign that runs at the beginning began before; its lot is large enough.
                head = float(problem.least[q]) if q == problem.first else 0.0
                rows.add(-INF, head, (lot, 1.0), (made, -1.0))
                continue
            former = columns.at(columns.lot, q, slot - 1)
            rows.add(-INF, 0, (lot, 1.0), (made, -1.0), (former, -1.0))
            leave = [
                (columns.change_at(slot, q, r), float(problem.least[q]))
                for r in range(n_parts)
                if r != q
            ]
            rows.add(-INF, 0, (former, -1.0), *leave)
