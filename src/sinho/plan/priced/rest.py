"""What belongs to no single car: shift patterns, overtime, contract shortfall."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sinho.highs import Ended, Model, SolverError, by_column
from sinho.plan.arrays import Bools, Ints
from sinho.plan.minimise import model_of
from sinho.plan.priced.arcs import LINKS
from sinho.plan.program import Program, relaxed
from sinho.units import Floats

BLOCKS = ("pattern", "change", "overtime", "short")


class Rest:
    """The columns beside cars and parts, at given prices of the shared rows.

    Columns that stand in shared rows alone take their better bound; the others form a small
    linear program which HiGHS solves again from its last basis.

    Parameters
    ----------
    program : Program
        The plan's program.
    cost : ndarray, shape (columns,)
        Objective.
    """

    def __init__(self, program: Program, cost: Floats) -> None:
        self.columns: Ints = np.concatenate(
            [np.arange(program.columns[b].start, program.columns[b].stop) for b in BLOCKS]
        )
        first, last = program.rows[LINKS[0]].start, program.rows[LINKS[-1]].stop
        column, row, value = program.entries(self.columns)
        shared = (row >= first) & (row < last)
        self._column, self._row, self._value = column[shared], row[shared] - first, value[shared]
        self._n_rows = last - first
        self.cost = cost[self.columns]
        self.lower, self.upper = program.lower[self.columns], program.upper[self.columns]
        tied = np.zeros(len(self.columns), dtype=bool)
        tied[column[~shared]] = True
        self.tied = np.flatnonzero(tied)
        self._small = part_of(program, self.columns[self.tied], last, self.cost[self.tied])
        priced = np.zeros(len(self.columns), dtype=bool)
        priced[self._column] = True
        self._moves: Bools = priced & tied & (self.lower < self.upper)
        self.x = np.clip(0.0, self.lower, self.upper)
        self._model: Model | None = None

    def evaluate(self, price: Floats) -> tuple[float, Floats]:
        """Return the least cost at prices, and what is used of the shared rows.

        Parameters
        ----------
        price : ndarray, shape (shared rows,)
            Price per unit used of each shared row.

        Returns
        -------
        tuple of (float, ndarray of shape (shared rows,))
            Cost, ``-inf`` where the program has none; use.
        """
        reduced = self.cost + self.pull(price)
        x = np.where(reduced < 0, self.upper, self.lower)
        if len(self.tied):
            if self._model is None or self._moves.any():
                x[self.tied] = self._solve(reduced[self.tied])
            else:
                x[self.tied] = self.x[self.tied]
        self.x = x
        use = np.bincount(self._row, self._value * x[self._column], minlength=self._n_rows)
        return float(reduced @ x), use.astype(np.float64, copy=False)

    def pull(self, price: Floats) -> Floats:
        """Return what each column takes of the shared rows, at prices: ``price @ A``."""
        sums = np.bincount(
            self._column, self._value * price[self._row], minlength=len(self.columns)
        )
        return sums.astype(np.float64, copy=False)

    def _solve(self, reduced: Floats) -> Floats:
        if self._model is None:
            self._model = model_of(replace(relaxed(self._small), cost=reduced), threads=1)
        else:
            self._model.set_costs(reduced)
        if self._model.settle() != Ended.kOptimal:
            raise SolverError("the shift patterns' own rules have no solution")
        return self._model.x


def part_of(program: Program, columns: Ints, first_row: int, cost: Floats) -> Program:
    """Return the program of some columns and of the rows from one on."""
    place, row, value = program.entries(columns)
    kept = row >= first_row
    place, row, value = place[kept], row[kept] - first_row, value[kept]
    start, index, value = by_column(len(columns), place, row, value)
    return Program(
        cost=cost,
        lower=program.lower[columns],
        upper=program.upper[columns],
        integer=program.integer[columns],
        row_lower=program.row_lower[first_row:],
        row_upper=program.row_upper[first_row:],
        start=start,
        index=index,
        value=value,
    )
