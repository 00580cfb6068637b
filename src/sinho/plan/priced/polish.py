"""From good prices to a plan and, nearly always, to the optimum: restricted programs in turn."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from sinho.highs import INF
from sinho.plan.minimise import LAST, NoSolution, minimise
from sinho.plan.priced.dual import Dual
from sinho.plan.priced.restricted import (
    near_best,
    prices_of,
    restrict,
    solution_of,
)
from sinho.plan.priced.rough import rough_plan
from sinho.plan.program import relaxed
from sinho.stop import Grace, StopRule
from sinho.units import Floats

ROUNDS = 12
SLACK = 1e-3
"""Ways that cost at most this much more than the best one, as a share of a car's value."""
FOUND = 1e-4
"""The same at the prices of the last restricted program."""
REACH = 0.02
GROWTH = 8.0
EXCESS = 1e-7
"""Excess that counts as none, as a share of the cars asked for on average."""


@dataclass(frozen=True)
class Polished:
    """What the restricted programs led to.

    Parameters
    ----------
    x : ndarray, shape (columns,) or None
        The best plan: a rough one where every restricted one exceeded a row, or the stop rule came
        before the first; None where there is not even that, or the bound is at ``most``.
    objective, bound : float
        Its cost (``inf`` where there is none), and the lower bound proven.
    prices : ndarray, shape (n,)
        Prices of the bound.
    ways : ndarray of int
        Keys of the ways that the restricted programs came to know.
    row_dual : ndarray, shape (rows,)
        Duals of the plan's rows, 0 for the rows of cells.
    """

    x: Floats | None
    objective: float
    bound: float
    prices: Floats
    ways: np.ndarray
    row_dual: Floats


def polish(
    dual: Dual,
    prices: Floats,
    *,
    gap: float,
    stop: StopRule,
    seed: int,
    most: float = INF,
    rounds: int = ROUNDS,
    rough: bool = True,
    watch: Callable[[float, float], None] | None = None,
) -> Polished:
    """Solve restricted programs until the plan is within the gap of the bound.

    Parameters
    ----------
    dual : Dual
        The dual function; whole-number rules of its program are left out.
    prices : ndarray, shape (n,)
        Prices to start from.
    gap : float
        Relative gap.
    stop : StopRule
        When to hand back the best plan so far.
    seed : int
        Seed of the solver.
    most : float
        Cost from which on no plan is asked for.
    rounds : int
        Restricted programs at most.
    rough : bool
        Whether a rough plan stands in where there is no other.
    watch : callable, optional
        Called with the cost of the best plan and the bound.

    Returns
    -------
    Polished
        The best plan, the bound and its prices.
    """
    best, objective = dual.evaluate(prices)[0], INF
    x: Floats | None = None
    row_dual = np.zeros(len(dual.program.row_lower))
    keys = np.zeros(0, dtype=np.int64)
    reach, few = REACH, EXCESS * max(float(dual.arcs.requested.mean()), 1.0)
    centre = prices
    for _ in range(rounds):
        ways = dual.ways(centre)
        keys = np.union1d(keys, near_best(dual, ways, SLACK * dual.value))
        small = restrict(dual, keys, centre, ways.car, reach)
        try:
            found = minimise(relaxed(small.program), stop=stop, seed=seed)
        except NoSolution:
            break
        if found.status == "stopped":
            break
        own = prices_of(dual, small, found.row_dual)
        bound, _ = dual.evaluate(own)
        cost = found.objective + small.constant
        gained = (bound - best) / max(cost - best, 1e-9)
        if bound > best:
            best, centre = bound, own
        exceeded = float(found.x[small.first_excess :].max(initial=0.0)) > few
        if not exceeded and cost < objective:
            objective, x = cost, solution_of(dual, small, found.x)
            row_dual = small.spread(found.row_dual, len(row_dual))
        if watch is not None:
            watch(objective, best)
        if best >= most:
            return Polished(None, INF, best, centre, keys, row_dual)
        if stop() or (x is not None and objective - best <= gap * abs(objective)):
            break
        keys = np.union1d(keys, near_best(dual, dual.ways(own), FOUND * dual.value))
        if gained < 0.2:
            reach /= 2
        elif exceeded and gained > 0.5:
            reach *= GROWTH
    if x is None and rough:
        with suppress(NoSolution):
            x, objective = rough_plan(dual, centre, seed=seed, stop=Grace(stop, LAST))
    return Polished(x, objective, best, centre, keys, row_dual)
