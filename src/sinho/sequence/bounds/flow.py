"""A linear program over flows, built by blocks of columns, solved by HiGHS."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sinho.highs import ONE, Ended, Model, SolverError

Real = NDArray[np.float64]
Whole = NDArray[np.int64]


class Flow:
    """A linear program whose columns, from 0 on, come in blocks with as many entries each.

    Parameters
    ----------
    rows : int
        Rows.
    """

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.costs: list[Real] = []
        self.widths: list[Whole] = []
        self.places: list[Whole] = []
        self.entries: list[Real] = []

    def add(self, cost: NDArray[Any], block: Sequence[tuple[Any, Any]]) -> None:
        """Add columns from 0 on: their costs; the row, or rows, and values of their entries."""
        height, width = len(cost), len(block)
        for parts, kind, at in ((self.places, np.int64, 0), (self.entries, np.float64, 1)):
            filled = [np.broadcast_to(entry[at], height) for entry in block]
            parts.append(np.stack(filled, axis=1).ravel().astype(kind))
        self.costs.append(cost.astype(np.float64))
        self.widths.append(np.full(height, width))

    def solve(self, low: Real, high: Real) -> tuple[Real, float] | None:
        """Solve by an interior point method; return the rows' duals and the value.

        None where there is no solution, or the method finds none.
        """
        cost = np.concatenate(self.costs)
        with ONE:
            model = Model(
                cost=cost,
                lower=np.zeros(len(cost)),
                upper=np.full(len(cost), np.inf),
                row_lower=low,
                row_upper=high,
                start=np.concatenate(([0], np.cumsum(np.concatenate(self.widths)))),
                index=np.concatenate(self.places),
                value=np.concatenate(self.entries),
                threads=1,
                solver="ipm",
                run_crossover="off",
            )
            try:
                ended = model.run()
            except SolverError:  # the method failed
                return None
            if ended != Ended.kOptimal:
                return None
            return model.row_dual, model.objective
