"""The only door to HiGHS: programs from arrays, stop rules, bases; every code is checked."""

from __future__ import annotations

import time
from threading import Lock
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from sinho.errors import SinhoError
from sinho.stop import Progress, Report, StopRule
from sinho.units import Floats, starts_of

INF = float("inf")
Ended = highspy.HighsModelStatus
"""How a run of the solver ended."""

NONE = (Ended.kInfeasible, Ended.kUnboundedOrInfeasible)
"""Ends that say that there is no solution."""

LOWER = int(highspy.HighsBasisStatus.kLower)
BASIC = int(highspy.HighsBasisStatus.kBasic)
"""Status of a column or row in a basis: at its lower end, and in the basis."""

ONE = Lock()
"""HiGHS keeps one pool of threads per process, which is made anew for each program."""

LOOK = 0.2
"""Seconds between two looks at the stop rule."""

_COLWISE = 1
_MINIMISE = 1
_CALLBACKS = (
    highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt,
    highspy.cb.HighsCallbackType.kCallbackIpmInterrupt,
    highspy.cb.HighsCallbackType.kCallbackMipInterrupt,
)

Basis = highspy.HighsBasis
"""Where the simplex method stands."""


class SolverError(SinhoError):
    """HiGHS answered with an error; the message names the call."""


def _check(status: highspy.HighsStatus, call: str) -> None:
    if status == highspy.HighsStatus.kError:
        raise SolverError(f"the solver refused {call}")


def _whole(places: NDArray[Any]) -> NDArray[np.int32]:
    return places.astype(np.int32, copy=False)


class Model:
    """A program that HiGHS holds: minimise ``cost @ x`` within bounds of columns and rows.

    Parameters
    ----------
    cost, lower, upper : ndarray, shape (columns,)
        Cost and bounds of the columns.
    row_lower, row_upper : ndarray, shape (rows,)
        Bounds of the rows' activities.
    start : ndarray, shape (columns + 1,)
        Where the entries of each column begin.
    index, value : ndarray, shape (entries,)
        Row and coefficient of every entry, column by column.
    integer : ndarray of bool, shape (columns,), optional
        Columns of whole numbers; by default none.
    **options
        HiGHS options by name; it is silent without any.

    Raises
    ------
    SolverError
        When HiGHS refuses an option or the program.
    """

    def __init__(
        self,
        *,
        cost: Floats,
        lower: Floats,
        upper: Floats,
        row_lower: Floats,
        row_upper: Floats,
        start: NDArray[Any],
        index: NDArray[Any],
        value: Floats,
        integer: NDArray[Any] | None = None,
        **options: Any,
    ) -> None:
        # HiGHS keeps one pool of threads per process and refuses another number of them.
        highspy.Highs.resetGlobalScheduler(True)
        self._highs = highspy.Highs()  # type: ignore[no-untyped-call]
        self.set(output_flag=False, **options)
        kinds = np.zeros(len(cost), dtype=np.int32) if integer is None else _whole(integer)
        bounds = (cost, lower, upper, row_lower, row_upper)
        entries = (_whole(start), _whole(index), value)
        size = len(cost), len(row_lower), len(value)
        status = self._highs.passModel(*size, _COLWISE, _MINIMISE, 0.0, *bounds, *entries, kinds)
        _check(status, "the program")
        self._columns = np.arange(len(cost), dtype=np.int32)
        self._rows = np.arange(len(row_lower), dtype=np.int32)

    def set(self, **options: Any) -> None:
        """Set options by name."""
        for name, value in options.items():
            _check(self._highs.setOptionValue(name, value), f"option {name} = {value}")

    def set_costs(self, cost: Floats, columns: NDArray[Any] | None = None) -> None:
        """Give columns other costs; by default those that the program began with."""
        at = self._columns if columns is None else _whole(columns)
        _check(self._highs.changeColsCost(len(at), at, cost), "new costs")

    def set_offset(self, constant: float) -> None:
        """Add a constant to the objective."""
        _check(self._highs.changeObjectiveOffset(constant), "a constant")

    def set_bounds(self, lower: Floats, upper: Floats, columns: NDArray[Any] | None = None) -> None:
        """Give columns other bounds; by default those that the program began with."""
        at = self._columns if columns is None else _whole(columns)
        _check(self._highs.changeColsBounds(len(at), at, lower, upper), "new bounds of columns")

    def set_row_bounds(
        self, lower: Floats, upper: Floats, rows: NDArray[Any] | None = None
    ) -> None:
        """Give rows other bounds; by default those that the program began with."""
        at = self._rows if rows is None else _whole(rows)
        status = self._highs.changeRowsBounds(  # type: ignore[attr-defined]
            len(at), at, lower, upper
        )
        _check(status, "new bounds of rows")

    def free_integers(self, columns: NDArray[Any]) -> None:
        """Let columns of whole numbers take parts."""
        at = _whole(columns)
        kinds = np.full(len(at), highspy.HighsVarType.kContinuous.value, dtype=np.uint8)
        _check(self._highs.changeColsIntegrality(len(at), at, kinds), "to free the integers")

    def add_row(self, lower: float, upper: float, index: NDArray[Any], value: Floats) -> None:
        """Add a row: its bounds, columns and coefficients."""
        _check(self._highs.addRow(lower, upper, len(index), _whole(index), value), "a new row")

    def add_columns(
        self,
        cost: Floats,
        lower: Floats,
        upper: Floats,
        start: NDArray[Any],
        index: NDArray[Any],
        value: Floats,
    ) -> None:
        """Add columns: costs and bounds; where their entries begin, and these."""
        entries = (len(index), _whole(start), _whole(index), value)
        _check(self._highs.addCols(len(cost), cost, lower, upper, *entries), "new columns")

    def begin_at(self, x: Floats) -> None:
        """Begin from a solution."""
        guess = highspy.HighsSolution()
        guess.col_value = x.tolist()
        _check(self._highs.setSolution(guess), "the starting solution")

    def forget(self) -> None:
        """Leave all that is known of the program but itself."""
        _check(self._highs.clearSolver(), "to begin anew")

    def limit(self, seconds: float) -> None:
        """Give the next run so many seconds."""
        # HiGHS counts its time over all runs of one instance.
        most = INF if seconds == INF else self._highs.getRunTime() + seconds
        self.set(time_limit=most)

    def run(self) -> highspy.HighsModelStatus:
        """Solve the program; return how that ended."""
        _check(self._highs.run(), "to run")
        return self._highs.getModelStatus()

    def settle(self) -> highspy.HighsModelStatus:
        """Solve the program as `run` does, and again where its presolve could not tell.

        HiGHS's presolve sometimes answers "unbounded or infeasible" where a whole-number program
        has solutions; then it is run again without.
        """
        status = self.run()
        if status == Ended.kUnboundedOrInfeasible:
            self.set(presolve="off")
            status = self.run()
            self.set(presolve="choose")
        return status

    @property
    def x(self) -> Floats:
        """Values of the columns."""
        return np.array(self._highs.getSolution().col_value)

    @property
    def column_dual(self) -> Floats:
        """Reduced costs of the columns."""
        return np.array(self._highs.getSolution().col_dual)

    @property
    def row_dual(self) -> Floats:
        """Change of the cost per unit by which a row's activity is forced up."""
        return np.array(self._highs.getSolution().row_dual)

    @property
    def feasible(self) -> bool:
        """Whether the solution at hand keeps all bounds."""
        found = self._highs.getInfo().primal_solution_status
        return bool(found == highspy.SolutionStatus.kSolutionStatusFeasible)

    @property
    def objective(self) -> float:
        """Cost of the solution at hand."""
        return float(self._highs.getInfo().objective_function_value)

    @property
    def bound(self) -> float:
        """Proven lower bound on the cost, of a program with whole numbers."""
        return float(self._highs.getInfo().mip_dual_bound)

    @property
    def basis(self) -> Basis:
        """Where the simplex method stands; set, it begins from there."""
        return self._highs.getBasis()

    @basis.setter
    def basis(self, basis: Basis) -> None:
        _check(self._highs.setBasis(basis), "a basis")

    def watch(self, stage: str, began: float, stop: StopRule, report: Report | None) -> None:
        """Let a stop rule interrupt the solver, and tell how far it is.

        Parameters
        ----------
        stage : str
            What it does, in words.
        began : float
            Monotonic time from which seconds are counted.
        stop : StopRule
            Asked at most five times a second.
        report : callable or None
            Called as often with ``Progress``; what is minimised is the negative of what it says.
        """
        last = [0.0]

        def on_event(kind: Any, _message: str, out: Any, into: Any, _user: Any) -> None:
            now = time.monotonic()
            if now - last[0] < LOOK:
                return
            last[0] = now
            if stop():
                into.user_interrupt = True
            if report is not None:
                mip = kind == highspy.cb.HighsCallbackType.kCallbackMipInterrupt
                best = out.mip_primal_bound if mip else out.objective_function_value
                bound = out.mip_dual_bound if mip else None
                report(
                    Progress(
                        stage,
                        now - began,
                        best=-best if abs(best) < 1e29 else None,
                        bound=-bound if bound is not None and abs(bound) < 1e29 else None,
                    )
                )

        _check(self._highs.setCallback(on_event, None), "the progress callback")
        for kind in _CALLBACKS:
            _check(self._highs.startCallback(kind), "the progress callback")


def statuses(basis: Basis) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """Return the status of every column and of every row in a basis, as numbers."""
    columns, rows = (
        np.array([int(one) for one in side], dtype=np.int8)
        for side in (basis.col_status, basis.row_status)
    )
    return columns, rows


def basis_of(columns: NDArray[Any], rows: NDArray[Any], *, alien: bool = False) -> Basis:
    """Return the basis of statuses, as `statuses` gives them.

    Parameters
    ----------
    columns, rows : ndarray of int
        Statuses.
    alien : bool
        Whether it may be no basis of the program, so that HiGHS has to make one of it.
    """
    kinds = highspy.HighsBasisStatus
    basis = Basis()
    basis.col_status = [kinds(one) for one in columns.tolist()]
    basis.row_status = [kinds(one) for one in rows.tolist()]
    basis.valid = True
    basis.alien = alien
    return basis


def by_column(
    count: int, column: NDArray[Any], row: NDArray[Any], value: Floats
) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats]:
    """Order the entries of so many columns; return where each begins, rows and values."""
    order = np.argsort(column, kind="stable")
    start = starts_of(np.bincount(column, minlength=count)).astype(np.int32)
    return start, row[order].astype(np.int32), value[order]
