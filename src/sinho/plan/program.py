"""The columns and rows of the plan: what its mixed-integer program is made of."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sinho.plan.arrays import Ints
from sinho.units import Floats


@dataclass(frozen=True)
class Block:
    """A run of columns or rows of one meaning.

    Parameters
    ----------
    start, stop : int
        The run.
    index : ndarray of int, shape (n, d)
        What each column or row stands for (such as model and period), as positions in
        ``PlanData``; the last entry is the period where there is one.
    """

    start: int
    stop: int
    index: Ints

    @property
    def at(self) -> slice:
        """The run as a slice."""
        return slice(self.start, self.stop)

    def __len__(self) -> int:
        return self.stop - self.start

    def grid(self, values: Floats, *shape: int, missing: float = 0.0) -> Floats:
        """Return the run's values on the grid of what it stands for.

        Parameters
        ----------
        values : ndarray, shape (columns,) or (rows,)
            Values of all columns, or of all rows.
        *shape : int
            Size of the grid.
        missing : float
            What stands in places for which there is no column or row.
        """
        found = np.full(shape, missing)
        found[tuple(self.index.T)] = values[self.at]
        return found


@dataclass(frozen=True)
class Posting:
    """What a run of columns adds to one line of the contribution.

    Parameters
    ----------
    name : str
        Line, a key of ``sinho.results.LINES``.
    block : str
        Columns.
    coefficient : ndarray, shape (n,)
        Contribution per unit; income is positive.
    shift : int
        Periods by which it is booked later than the column's own.
    """

    name: str
    block: str
    coefficient: Floats
    shift: int = 0


@dataclass(frozen=True)
class Program:
    """Minimise ``cost @ x`` with ``row_lower <= A x <= row_upper`` and ``lower <= x <= upper``.

    ``A`` is stored by columns: entries ``start[j]:start[j + 1]`` of ``index`` and ``value``.

    Parameters
    ----------
    cost, lower, upper : ndarray, shape (columns,)
        Objective and bounds.
    integer : ndarray of bool, shape (columns,)
        Which columns are whole numbers.
    row_lower, row_upper : ndarray, shape (rows,)
        Bounds of the rows.
    start, index, value : ndarray
        The matrix by columns.
    columns, rows : dict of str to Block
        The runs by name.
    postings : tuple of Posting
        What the columns add to the lines of the contribution.
    """

    cost: Floats
    lower: Floats
    upper: Floats
    integer: NDArray[np.bool_]
    row_lower: Floats
    row_upper: Floats
    start: NDArray[np.int32]
    index: NDArray[np.int32]
    value: Floats
    columns: dict[str, Block] = field(default_factory=dict)
    rows: dict[str, Block] = field(default_factory=dict)
    postings: tuple[Posting, ...] = ()

    @property
    def size(self) -> tuple[int, int, int]:
        """Columns, rows and non-zeros."""
        return len(self.cost), len(self.row_lower), len(self.value)

    def bounded(self, block: str, lower: Floats, upper: Floats) -> Program:
        """Return the program with other bounds of the columns of a run."""
        bounds, at = (self.lower.copy(), self.upper.copy()), self.columns[block].at
        bounds[0][at], bounds[1][at] = lower.ravel(), upper.ravel()
        return replace(self, lower=bounds[0], upper=bounds[1])

    def fixed(self, block: str, values: Floats) -> Program:
        """Return the program with the columns of a run fixed at values."""
        return self.bounded(block, values, values)

    def entries(self, columns: Ints) -> tuple[Ints, Ints, Floats]:
        """Return the entries of some columns: place among them, row, value."""
        counts = np.diff(self.start)[columns]
        place = np.repeat(np.arange(len(columns)), counts)
        within = np.arange(len(place)) - np.repeat(np.cumsum(counts) - counts, counts)
        at = self.start[columns].astype(np.int64)[place] + within
        return place, self.index[at].astype(np.int64), self.value[at]

    def activity(self, x: Floats) -> Floats:
        """Return ``A x``.

        Parameters
        ----------
        x : ndarray, shape (columns,)
            Values of the columns.

        Returns
        -------
        ndarray, shape (rows,)
            Row activities.
        """
        per_column = np.repeat(x, np.diff(self.start))
        weights = per_column * self.value
        sums = np.bincount(self.index, weights, minlength=len(self.row_lower))
        return sums.astype(np.float64, copy=False)


def relaxed(program: Program) -> Program:
    """Return the program without its whole-number rules."""
    return replace(program, integer=np.zeros_like(program.integer))
