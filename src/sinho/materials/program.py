"""The lot-sizing problem as a mixed-integer program on HiGHS; every return code is checked."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinho.highs import INF, Ended, Model, by_column
from sinho.materials.lots import LotProblem, Lots, cost_of, plan_of
from sinho.materials.program_rows import Columns, columns_of, rows_of
from sinho.parameters import SEED
from sinho.stop import StopRule
from sinho.units import Floats

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


def solve(
    problem: LotProblem,
    *,
    start: Lots | None = None,
    nodes: int = 100_000,
    seed: int = SEED,
    relaxed: bool = False,
    stop: StopRule | None = None,
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
    stop : StopRule, optional
        When to end before it is solved.

    Returns
    -------
    Answer
        Plan, bound, and whether the plan is proven best.

    Raises
    ------
    SolverError
        When HiGHS refuses a call.
    """
    columns = columns_of(problem)
    model = _model(problem, columns, nodes, seed, relaxed=relaxed)
    if start is not None and not relaxed:
        model.set(**BRANCH_AT_ONCE)
        model.begin_at(_values(problem, columns, start))
    if stop is not None:
        model.watch("campaigns", time.monotonic(), stop, None)
    optimal = model.run() == Ended.kOptimal
    if relaxed:
        return Answer(None, max(0.0, model.objective) if optimal else 0.0, False)
    if not model.feasible:
        bound = model.bound if problem.shape[0] > 1 else 0.0
        return Answer(None, max(0.0, bound) if np.isfinite(bound) else 0.0, False)
    lots = _read(problem, columns, model.x)
    # With one part nothing is chosen in whole numbers, and the program is linear.
    linear = problem.shape[0] == 1
    proven = (model.objective if optimal else 0.0) if linear else model.bound
    bound = proven if np.isfinite(proven) else 0.0
    return Answer(lots, max(0.0, min(bound, lots.cost)), optimal)


def _model(problem: LotProblem, columns: Columns, nodes: int, seed: int, *, relaxed: bool) -> Model:
    n_parts, n_slots = problem.shape
    cost = np.zeros(columns.count)
    kinds = np.zeros(columns.count, dtype=np.int32)
    upper = np.full(columns.count, INF)
    for slot in range(n_slots):
        for before in range(n_parts) if slot else [problem.first]:
            for behind in range(n_parts):
                column = columns.change_at(slot, before, behind)
                cost[column] = problem.change[before, behind]
                upper[column], kinds[column] = 1.0, n_parts > 1 and not relaxed
    for first, costs in (
        (columns.stock, problem.hold),
        (columns.short, problem.short),
        (columns.thin, problem.thin),
    ):
        cost[first : first + costs.size] = costs.ravel()
    rows = rows_of(problem, columns)
    start, index, value = by_column(
        columns.count, np.array(rows.column), np.array(rows.row), np.array(rows.value)
    )
    return Model(
        cost=cost,
        lower=np.zeros(columns.count),
        upper=upper,
        row_lower=np.array(rows.lower),
        row_upper=np.array(rows.upper),
        start=start,
        index=index,
        value=value,
        integer=kinds,
        threads=1,
        random_seed=seed,
        mip_max_nodes=nodes,
        mip_rel_gap=1e-7,
    )


def _values(problem: LotProblem, columns: Columns, lots: Lots) -> Floats:
    """Return the columns' values of a plan."""
    n_parts, n_slots = problem.shape
    x = np.zeros(columns.count)
    before = problem.first
    for slot, part in enumerate(lots.setting.tolist()):
        x[columns.change_at(slot, before, part)] = 1.0
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


def _read(problem: LotProblem, columns: Columns, x: Floats) -> Lots:
    """Read a plan from the columns' values; filled as late as possible where that is cheaper."""
    n_parts, n_slots = problem.shape
    setting = np.zeros(n_slots, dtype=np.int64)
    before = problem.first
    for slot in range(n_slots):
        chosen = [x[columns.change_at(slot, before, q)] for q in range(n_parts)]
        before = int(np.argmax(chosen))
        setting[slot] = before
    made = np.round(x[columns.made : columns.made + n_parts * n_slots], 6).reshape(n_parts, -1)
    plan = cost_of(problem, setting, np.maximum(made, 0.0))
    late = plan_of(problem, setting)
    return late if late is not None and late.cost < plan.cost - 1e-9 else plan
