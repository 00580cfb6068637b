"""The way of a car from the line to a market, as dense arrays of periods by pairs.

A pair is a model in a market. A car asked for in period d is shipped in a period s >= d by some
mode, or is lost in d, or is late to the end of the horizon. Shared rows (shops, parts, sailings,
yard, contracts) are touched by the columns *make*, *ship* and *stock* only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinho.plan.arrays import MODES, Bools, Ints, PlanData
from sinho.plan.program import Block, Program
from sinho.units import Floats

Rows = NDArray[np.int32]
NEVER = 1e12
"""Cost of what cannot be done; finite, so that sums stay numbers."""
LINKS = ("shop", "full rate", "part", "ceu", "area", "box", "road", "rail", "yard", "contract")
"""Runs of rows that are shared between models, in the order of the program."""


@dataclass(frozen=True)
class Mode:
    """Shipping by one mode; modes that never meet in one cell, as road and vessel, are one.

    Parameters
    ----------
    cost : ndarray, shape (T, P)
        Cost per car without the shared rows; ``NEVER`` where there is no column.
    column : ndarray of int, shape (T, P)
        Column of the program, -1 where there is none.
    rows, coefficients : ndarray, shape (n, T, P)
        Up to n shared rows that a car takes from, counted from the first shared row (the place
        after the last one stands for none), and how much it takes.
    """

    cost: Floats
    column: Rows
    rows: Rows
    coefficients: Floats


@dataclass(frozen=True)
class Arcs:
    """Arrays of all cars: T periods, P pairs, I models.

    Parameters
    ----------
    model : ndarray of int, shape (P,)
        Model of each pair, ascending.
    asked : ndarray, shape (T, P)
        Cars asked for, with the opening backlog.
    modes : tuple of Mode
        Ways of shipping.
    late, carried, lost : ndarray, shape (T, P)
        Cost of a car late at the period's end; the same for a car that is shipped in the end, which
        carries its price along; cost of a lost car (``NEVER`` where none may be lost).
    late_column, due_column, lost_column : ndarray of int, shape (T, P)
        Columns of the program, -1 where there are none.
    route_model : ndarray of int, shape (Q,)
        Model of each route, ascending.
    make_cost, make_max : ndarray, shape (T, Q)
        Cost of a car made on a route (``NEVER`` where none can be) and most cars.
    keep_cost, keep_min, keep_max : ndarray, shape (T, I)
        Cost of a car kept; bounds of the stock.
    supply : ndarray, shape (T, I)
        Cars that come in beside production: opening stock, and changes of the smallest stock;
        negative where they are taken.
    first : int
        First shared row of the program.
    n_rows : int
        Number of shared rows.
    """

    model: Ints
    requested: Floats
    modes: tuple[Mode, ...]
    late: Floats
    carried: Floats
    lost: Floats
    late_column: Rows
    due_column: Rows
    lost_column: Rows
    route_model: Ints
    make_cost: Floats
    make_max: Floats
    keep_cost: Floats
    keep_min: Floats
    keep_max: Floats
    supply: Floats
    first: int
    n_rows: int

    @property
    def shape(self) -> tuple[int, int]:
        """Periods and pairs."""
        n_t, n_p = self.requested.shape
        return n_t, n_p

    @property
    def n_codes(self) -> int:
        """Number of ways in which a car asked for in one cell can go."""
        return 2 + self.shape[0] * len(self.modes)


def on_grid(block: Block, values: Floats, shape: tuple[int, int], missing: float) -> Floats:
    """Return values of a run of columns or rows by period and pair, model or part."""
    return np.ascontiguousarray(block.grid(values, *shape[::-1], missing=missing).T)


def _columns(block: Block, shape: tuple[int, int]) -> Rows:
    grid = np.full(shape, -1, dtype=np.int32)
    grid[block.index[:, 1], block.index[:, 0]] = np.arange(block.start, block.stop)
    return grid


def _mode(
    program: Program, block: Block, cost: Floats, shape: tuple[int, int], first: int, n_rows: int
) -> Mode:
    column, row, value = program.entries(np.arange(block.start, block.stop))
    shared: Bools = row >= first
    column, row, value = column[shared], row[shared] - first, value[shared]
    starts = np.searchsorted(column, np.arange(len(block)))
    slot = np.arange(len(column)) - starts[column]
    n_slots = int(slot.max()) + 1 if len(slot) else 0
    rows = np.full((n_slots, *shape), n_rows, dtype=np.int32)
    coefficients = np.zeros((n_slots, *shape))
    pair, t = block.index[column, 0], block.index[column, 1]
    rows[slot, t, pair] = row
    coefficients[slot, t, pair] = value
    return Mode(
        cost=on_grid(block, cost, shape, NEVER),
        column=_columns(block, shape),
        rows=rows,
        coefficients=coefficients,
    )


def _merge(modes: list[Mode], n_rows: int) -> tuple[Mode, ...]:
    """Lay modes that have no cell in common into one."""
    merged: list[Mode] = []
    for mode in modes:
        for place, other in enumerate(merged):
            own = mode.column >= 0
            if (own & (other.column >= 0)).any():
                continue
            n_slots = max(len(mode.rows), len(other.rows))
            rows = np.full((n_slots, *own.shape), n_rows, dtype=np.int32)
            coefficients = np.zeros((n_slots, *own.shape))
            rows[: len(other.rows)], coefficients[: len(other.rows)] = (
                other.rows,
                other.coefficients,
            )
            rows[: len(mode.rows), own] = mode.rows[:, own]
            coefficients[: len(mode.rows), own] = mode.coefficients[:, own]
            merged[place] = Mode(
                cost=np.where(own, mode.cost, other.cost),
                column=np.where(own, mode.column, other.column),
                rows=rows,
                coefficients=coefficients,
            )
            break
        else:
            merged.append(mode)
    return tuple(merged)


def lay_out(data: PlanData, program: Program, cost: Floats | None = None) -> Arcs:
    """Lay out the columns of cars as arrays.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    program : Program
        Its program.
    cost : ndarray, shape (columns,), optional
        Objective in place of the program's.

    Returns
    -------
    Arcs
        The arrays.
    """
    cost = program.cost if cost is None else cost
    n_t, n_p = len(data.spans), len(data.pair_model)
    shape = (n_t, n_p)
    first = program.rows[LINKS[0]].start
    n_rows = program.rows[LINKS[-1]].stop - first
    blocks = program.columns
    cells = program.rows["demand"]
    late, due, lost = blocks["late"], blocks["due"], blocks["lost"]
    late_cost = on_grid(late, cost, shape, 0.0)

    def by_period(values: Floats) -> Floats:
        return np.ascontiguousarray(values.reshape(-1, n_t).T)

    make, stock = blocks["make"].at, blocks["stock"].at
    most = by_period(program.upper[make])
    least = by_period(program.lower[stock])
    supply = -by_period(program.row_upper[program.rows["stock"].at]) - least
    supply[1:] += least[:-1]
    return Arcs(
        model=data.pair_model,
        requested=on_grid(cells, program.row_lower, shape, 0.0),
        modes=_merge(
            [
                _mode(program, blocks[f"ship {mode}"], cost, shape, first, n_rows)
                for mode in MODES
                if f"ship {mode}" in blocks
            ],
            n_rows,
        ),
        late=late_cost,
        carried=late_cost + on_grid(due, cost, shape, 0.0),
        lost=on_grid(lost, cost, shape, NEVER),
        late_column=_columns(late, shape),
        due_column=_columns(due, shape),
        lost_column=_columns(lost, shape),
        route_model=data.route_model,
        make_cost=np.where(most > 0, by_period(cost[make]), NEVER),
        make_max=most,
        keep_cost=by_period(cost[stock]),
        keep_min=least,
        keep_max=by_period(program.upper[stock]),
        supply=supply,
        first=first,
        n_rows=n_rows,
    )
