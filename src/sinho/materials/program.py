"""The lot-sizing problem as a mixed-integer program on HiGHS; every return code is checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

from sinho.errors import SinhoError
from sinho.materials.lots import LotProblem, Lots, cost_of, plan_of
from sinho.units import Floats

INF = float("inf")
WINDOW = 8
"""Slots over which valid rows reach; longer ones cost more time than they save nodes."""
BRANCH_AT_ONCE = {
    "mip_heuristic_effort": 0.0,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_rens": False,
    "mip_heuristic_run_root_reduced_cost": False,
    "mip_allow_restart": False,
    "mip_pscost_minreliable": 0,
}
"""Settings for a program that begins with a good plan: no search for plans and no trying out of
branches, which take most of the time and prove nothing."""
_COLWISE = 1
_MINIMISE = 1


class LotSolverError(SinhoError):
    """HiGHS answered with an error; the message names the call."""


@dataclass(frozen=True)
class Answer:
    """What the program proves.

    Parameters
    ----------
    lots : Lots or None
        Its best plan; None where it found none.
    bound : float
        No plan on these slots costs less.
    optimal : bool
        Whether the plan is proven best.
    """

    lots: Lots | None
    bound: float
    optimal: bool


@dataclass(frozen=True)
class _Columns:
    """Where the columns of each meaning begin.

    Parameters
    ----------
    change, made, stock, short, thin, lot, count : int
        First columns: changes (slot, before, behind), units made, in stock, short, missing to the
        safety stock, made so far in the campaign, each (part, slot); and the number of columns.
    """

    change: int
    made: int
    stock: int
    short: int
    thin: int
    lot: int
    count: int


def _check(status: highspy.HighsStatus, call: str) -> None:
    if status == highspy.HighsStatus.kError:
        raise LotSolverError(f"the solver refused {call}")


def solve(
    problem: LotProblem,
    *,
    start: Lots | None = None,
    nodes: int = 100_000,
    seed: int = 0,
    relaxed: bool = False,
) -> Answer:
    """Solve the lot-sizing problem, or prove a bound.

    Minimise changes, stock, thin and short cost; a path of changes through the slots says what the
    shop is set up for, and what a slot makes is limited by the change that it begins with.

    Parameters
    ----------
    problem : LotProblem
        The problem.
    start : Lots, optional
        A plan to start from.
    nodes : int
        Nodes of branch and bound after which it stops; so the answer does not hang on the
        machine's speed.
    seed : int
        Seed of the solver.
    relaxed : bool
        Whether changes may be made in parts: for a bound alone, where the program is large.

    Returns
    -------
    Answer
        Plan, bound, and whether the plan is proven best.

    Raises
    ------
    LotSolverError
        When HiGHS refuses a call.
    """
    columns = _columns(problem)
    highs = _pass(problem, columns, nodes, seed, relaxed=relaxed)
    if start is not None and not relaxed:
        for name, setting in BRANCH_AT_ONCE.items():
            _check(highs.setOptionValue(name, setting), f"option {name} = {setting}")
        guess = highspy.HighsSolution()
        guess.col_value = _values(problem, columns, start).tolist()
        _check(highs.setSolution(guess), "the starting plan")
    _check(highs.run(), "to run")
    info = highs.getInfo()
    optimal = highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
    if relaxed:
        return Answer(None, max(0.0, info.objective_function_value) if optimal else 0.0, False)
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    if not found:
        bound = info.mip_dual_bound if problem.shape[0] > 1 else 0.0
        return Answer(None, max(0.0, bound) if np.isfinite(bound) else 0.0, False)
    x = np.array(highs.getSolution().col_value)
    lots = _read(problem, columns, x)
    # With one part nothing is chosen in whole numbers, and the program is linear.
    linear = problem.shape[0] == 1
    proven = info.objective_function_value if linear else info.mip_dual_bound
    bound = proven if np.isfinite(proven) else 0.0
    return Answer(lots, max(0.0, min(bound, lots.cost)), optimal)


def _columns(problem: LotProblem) -> _Columns:
    n_parts, n_slots = problem.shape
    changes = n_parts * n_parts * (n_slots - 1) + n_parts
    size = n_parts * n_slots
    at = [changes + k * size for k in range(5)]
    lots = size if problem.least.any() else 0
    return _Columns(0, at[0], at[1], at[2], at[3], at[4], at[4] + lots)


def _change(columns: _Columns, n_parts: int, slot: int, before: int, behind: int) -> int:
    """Return the column of a change at the beginning of a slot."""
    if slot == 0:
        return columns.change + behind
    return columns.change + n_parts + ((slot - 1) * n_parts + before) * n_parts + behind


class _Rows:
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


def _pass(
    problem: LotProblem, columns: _Columns, nodes: int, seed: int, *, relaxed: bool
) -> highspy.Highs:
    n_parts, n_slots = problem.shape
    cost = np.zeros(columns.count)
    kinds = np.zeros(columns.count, dtype=np.int32)
    upper = np.full(columns.count, INF)
    for slot in range(n_slots):
        for before in range(n_parts) if slot else [problem.first]:
            for behind in range(n_parts):
                column = _change(columns, n_parts, slot, before, behind)
                cost[column] = problem.change[before, behind]
                upper[column], kinds[column] = 1.0, n_parts > 1 and not relaxed
    for first, costs in (
        (columns.stock, problem.hold),
        (columns.short, problem.short),
        (columns.thin, problem.thin),
    ):
        cost[first : first + costs.size] = costs.ravel()
    rows = _rows(problem, columns)
    order = np.lexsort((np.array(rows.row), np.array(rows.column)))
    index = np.array(rows.row, dtype=np.int32)[order]
    value = np.array(rows.value)[order]
    counts = np.bincount(np.array(rows.column), minlength=columns.count)
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)

    highspy.Highs.resetGlobalScheduler(True)
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    options: dict[str, Any] = {
        "output_flag": False,
        "threads": 1,
        "random_seed": seed,
        "mip_max_nodes": nodes,
        "mip_rel_gap": 1e-7,
    }
    for name, setting in options.items():
        _check(highs.setOptionValue(name, setting), f"option {name} = {setting}")
    status = highs.passModel(
        columns.count,
        len(rows.lower),
        len(value),
        _COLWISE,
        _MINIMISE,
        0.0,
        cost,
        np.zeros(columns.count),
        upper,
        np.array(rows.lower),
        np.array(rows.upper),
        start,
        index,
        value,
        kinds,
    )
    _check(status, "the program")
    return highs


def _rows(problem: LotProblem, columns: _Columns) -> _Rows:
    n_parts, n_slots = problem.shape
    parts = range(n_parts)
    rows = _Rows()

    def change(slot: int, before: int, behind: int) -> int:
        return _change(columns, n_parts, slot, before, behind)

    def at(first: int, part: int, slot: int) -> int:
        return first + part * n_slots + slot

    for slot in range(n_slots):
        befores = parts if slot else range(problem.first, problem.first + 1)
        if slot == 0:
            rows.add(1, 1, *((change(0, problem.first, q), 1.0) for q in parts))
        for q in parts:
            into = [(change(slot, p, q), 1.0) for p in befores]
            if slot + 1 < n_slots:
                out = [(change(slot + 1, q, r), -1.0) for r in parts]
                rows.add(0, 0, *into, *out)
            made = [(change(slot, p, q), -float(problem.made[p, q, slot])) for p in befores]
            rows.add(-INF, 0, (at(columns.made, q, slot), 1.0), *made)
            old: list[tuple[int, float]] = []
            start = float(problem.opening[q]) if slot == 0 else 0.0
            if slot:
                old = [
                    (at(columns.stock, q, slot - 1), -1.0),
                    (at(columns.short, q, slot - 1), 1.0),
                ]
            rows.add(
                start - problem.need[q, slot],
                start - problem.need[q, slot],
                (at(columns.stock, q, slot), 1.0),
                (at(columns.short, q, slot), -1.0),
                (at(columns.made, q, slot), -1.0),
                *old,
            )
            rows.add(
                float(problem.safety[q, slot]),
                INF,
                (at(columns.thin, q, slot), 1.0),
                (at(columns.stock, q, slot), 1.0),
            )
    if columns.count > columns.lot:
        _least_rows(problem, columns, rows)
    if n_parts > 1:
        _valid_rows(problem, columns, rows)
    return rows


def _valid_rows(problem: LotProblem, columns: _Columns, rows: _Rows) -> None:
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
    asked = np.maximum(used + problem.safety, 0.0)

    def at(first: int, part: int, slot: int) -> int:
        return first + part * n_slots + slot

    for q in range(n_parts):
        for t in range(n_slots):
            befores = range(n_parts) if t else [problem.first]
            into = [_change(columns, n_parts, t, p, q) for p in befores]
            base = float(asked[q, t - 1]) if t else 0.0
            left: list[tuple[int, float]] = []
            constant = 0.0
            if t:
                left = [
                    (at(columns.stock, q, t - 1), 1.0),
                    (at(columns.thin, q, t - 1), 1.0),
                ]
                constant = float(used[q, t - 1]) - base
            for end in range(t, min(n_slots, t + WINDOW)):
                if end > t:
                    into += [_change(columns, n_parts, end, p, q) for p in range(n_parts) if p != q]
                more = float(asked[q, end]) - base
                if more <= 0:
                    continue
                missing = [(at(columns.thin, q, end), 1.0), (at(columns.short, q, end), 1.0)]
                rows.add(
                    more - constant, INF, *left, *missing, *((column, more) for column in into)
                )


def _least_rows(problem: LotProblem, columns: _Columns, rows: _Rows) -> None:
    """Require that a campaign that ends has made its smallest lot."""
    n_parts, n_slots = problem.shape
    most = problem.made.max(axis=(0, 2)) * n_slots

    def at(first: int, part: int, slot: int) -> int:
        return first + part * n_slots + slot

    for q in range(n_parts):
        for slot in range(n_slots):
            befores = range(n_parts) if slot else [problem.first]
            into = [_change(columns, n_parts, slot, p, q) for p in befores]
            lot, made = at(columns.lot, q, slot), at(columns.made, q, slot)
            rows.add(-INF, 0, (lot, 1.0), *((column, -float(most[q])) for column in into))
            if slot == 0:
                # The campaign that runs at the beginning began before; its lot is large enough.
                head = float(problem.least[q]) if q == problem.first else 0.0
                rows.add(-INF, head, (lot, 1.0), (made, -1.0))
                continue
            former = at(columns.lot, q, slot - 1)
            rows.add(-INF, 0, (lot, 1.0), (made, -1.0), (former, -1.0))
            leave = [
                (_change(columns, n_parts, slot, q, r), float(problem.least[q]))
                for r in range(n_parts)
                if r != q
            ]
            rows.add(-INF, 0, (former, -1.0), *leave)


def _values(problem: LotProblem, columns: _Columns, lots: Lots) -> Floats:
    """Return the columns' values of a plan."""
    n_parts, n_slots = problem.shape
    x = np.zeros(columns.count)
    before = problem.first
    for slot, part in enumerate(lots.setting.tolist()):
        x[_change(columns, n_parts, slot, before, part)] = 1.0
        before = part
    stock = problem.opening[:, None] + np.cumsum(lots.made - problem.need, axis=1)
    there = np.maximum(stock, 0.0)
    blocks = (
        (columns.made, lots.made),
        (columns.stock, there),
        (columns.short, np.maximum(-stock, 0.0)),
        (columns.thin, np.maximum(problem.safety - there, 0.0)),
    )
    for first, block in blocks:
        x[first : first + block.size] = block.ravel()
    if columns.count > columns.lot:
        sofar: NDArray[np.float64] = np.zeros((n_parts, n_slots))
        for slot, part in enumerate(lots.setting.tolist()):
            same = slot > 0 and lots.setting[slot - 1] == part
            begun = problem.least[part] if slot == 0 and part == problem.first else 0.0
            old = sofar[part, slot - 1] if same else begun
            sofar[part, slot] = old + lots.made[part, slot]
        x[columns.lot : columns.lot + sofar.size] = sofar.ravel()
    return x


def _read(problem: LotProblem, columns: _Columns, x: Floats) -> Lots:
    """Read a plan from the columns' values; filled as late as possible where that is cheaper."""
    n_parts, n_slots = problem.shape
    setting = np.zeros(n_slots, dtype=np.int64)
    before = problem.first
    for slot in range(n_slots):
        chosen = [x[_change(columns, n_parts, slot, before, q)] for q in range(n_parts)]
        before = int(np.argmax(chosen))
        setting[slot] = before
    made = np.round(x[columns.made : columns.made + n_parts * n_slots], 6).reshape(n_parts, -1)
    plan = cost_of(problem, setting, np.maximum(made, 0.0))
    late = plan_of(problem, setting)
    return late if late is not None and late.cost < plan.cost - 1e-9 else plan
