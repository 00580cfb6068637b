"""A linear program over flows, built by blocks of columns, solved by HiGHS."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from sinho.errors import SinhoError

Real = NDArray[np.float64]
Whole = NDArray[np.int64]
ONE = Lock()
"""HiGHS keeps one pool of threads per process, which is made anew for each program."""


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
        with ONE:
            return self._solved(low, high)

    def _solved(self, low: Real, high: Real) -> tuple[Real, float] | None:
        highspy.Highs.resetGlobalScheduler(True)
        highs = highspy.Highs()  # type: ignore[no-untyped-call]
        options: dict[str, Any] = {
            "output_flag": False,
            "threads": 1,
            "solver": "ipm",
            "run_crossover": "off",
        }
        for name, option in options.items():
            _checked(highs.setOptionValue(name, option))
        program = highspy.HighsLp()
        program.col_cost_ = np.concatenate(self.costs)
        number = len(program.col_cost_)
        program.num_col_, program.num_row_ = number, self.rows
        program.col_lower_, program.col_upper_ = np.zeros(number), np.full(number, np.inf)
        program.row_lower_, program.row_upper_ = low, high
        program.a_matrix_.start_ = np.concatenate(([0], np.cumsum(np.concatenate(self.widths))))
        program.a_matrix_.index_ = np.concatenate(self.places)
        program.a_matrix_.value_ = np.concatenate(self.entries)
        _checked(highs.passModel(program))
        highs.run()
        if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        return np.array(highs.getSolution().row_dual), highs.getInfo().objective_function_value


def _checked(status: highspy.HighsStatus) -> None:
    if status == highspy.HighsStatus.kError:
        raise SinhoError("the solver refused the linear program of a bound")
