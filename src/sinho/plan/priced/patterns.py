"""Choice of shift patterns: a small whole-number program on cuts from the priced plan.

At any prices, the cost of all that is not a pattern is at least a constant less the priced capacity
that the patterns give. Each such cut holds for all patterns, so the small program's own bound
holds for the whole plan (Benders 1962, Numerische Mathematik 4, 238-252; Geoffrion 1972, Journal of
Optimization Theory and Applications 10, 237-260).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sinho.plan.priced.arcs import LINKS
from sinho.plan.priced.ascent import Ascent, ascend
from sinho.plan.priced.dual import Dual
from sinho.plan.priced.polish import Polished, polish
from sinho.plan.priced.rest import part_of
from sinho.plan.program import INF, Program
from sinho.plan.solve import NoSolution, solve
from sinho.stop import StopRule
from sinho.units import Floats

ROUNDS = 60
PATIENCE = 8
"""Rounds without progress of plan or bound after which the choice stands."""
PROGRESS = 0.02
"""Share of the gap that must be closed to count as progress."""
STEPS = 400
LENGTH = 0.2


@dataclass(frozen=True)
class Choice:
    """Patterns chosen.

    Parameters
    ----------
    dual : Dual
        The dual function with the patterns fixed.
    plan : Polished
        The best plan with them.
    bound : float
        Lower bound on the cost of the plan with any patterns.
    """

    dual: Dual
    plan: Polished
    bound: float


@dataclass(frozen=True)
class _Cut:
    """The rest of the plan costs at least ``constant + pull @ x``."""

    constant: float
    pull: Floats


def _cut(dual: Dual, prices: Floats) -> _Cut:
    bound, _ = dual.evaluate(prices)
    price = prices[: dual.arcs.n_rows]
    value, _ = dual.rest.evaluate(price)
    return _Cut(bound - value, dual.rest.pull(price))


def _master(dual: Dual, cuts: list[_Cut]) -> Program:
    """Return the program of the rest's columns and of the cost of all else, the last column."""
    program, rest = dual.program, dual.rest
    last = program.rows[LINKS[-1]].stop
    small = part_of(program, rest.columns, last, rest.cost)
    n, n_rows = len(rest.columns), len(small.row_lower)
    dense = np.stack([-cut.pull for cut in cuts])
    cut_row, cut_column = np.nonzero(dense)
    column = np.concatenate(
        [
            np.repeat(np.arange(n), np.diff(small.start)),
            cut_column,
            np.full(len(cuts), n),
        ]
    )
    row = np.concatenate([small.index, n_rows + cut_row, n_rows + np.arange(len(cuts))])
    value = np.concatenate([small.value, dense[cut_row, cut_column], np.ones(len(cuts))])
    order = np.argsort(column, kind="stable")
    start = np.zeros(n + 2, dtype=np.int32)
    np.cumsum(np.bincount(column, minlength=n + 1), out=start[1:])
    constants = np.array([cut.constant for cut in cuts])
    return Program(
        cost=np.append(small.cost, 1.0),
        lower=np.append(small.lower, -INF),
        upper=np.append(small.upper, INF),
        integer=np.append(small.integer, False),
        row_lower=np.append(small.row_lower, constants),
        row_upper=np.append(small.row_upper, np.full(len(cuts), INF)),
        start=start,
        index=row[order].astype(np.int32),
        value=value[order],
        columns={},
        rows={},
        lines=(),
    )


def choose_patterns(
    dual: Dual,
    begun: Ascent,
    *,
    gap: float,
    stop: StopRule,
    seed: int,
    watch: Callable[[float, float], None] | None = None,
) -> Choice:
    """Choose shift patterns.

    Parameters
    ----------
    dual : Dual
        The dual function.
    begun : Ascent
        Prices with patterns as continuous shares.
    gap : float
        Relative gap at which patterns are good enough.
    stop : StopRule
        When to hand back the best patterns so far.
    seed : int
        Seed of the solver.
    watch : callable, optional
        Called with the best cost so far and the bound.

    Returns
    -------
    Choice
        The best patterns, their prices and the bound.

    Raises
    ------
    NoSolution
        When the patterns' own rules contradict each other.
    """
    # once the stop came, only what the plan that is handed back needs is worked out
    trail = () if stop() else begun.trail
    cuts = [_cut(dual, prices) for prices in (*trail, begun.prices)]
    bound, best = begun.bound, INF
    chosen: tuple[Dual, Polished] | None = None
    prices = begun.prices
    seen: set[bytes] = set()
    idle, narrow = 0, INF
    for _ in range(ROUNDS):
        try:
            found = solve(_master(dual, cuts), stop=stop, gap=gap / 4, seed=seed, duals=False)
        except NoSolution:
            if chosen is None:
                raise
            break
        bound = max(bound, found.bound)
        at = np.round(found.x[:-1][dual.program.integer[dual.rest.columns]])
        key = at.astype(np.int8).tobytes()
        if key in seen:
            break
        seen.add(key)
        fixed = dual.fixed(found.x[:-1])
        ended = ascend(fixed, prices, steps=STEPS, length=LENGTH, stop=stop)
        if not stop():
            cuts += [_cut(dual, point) for point in (*ended.trail[::4], ended.prices)]
        if ended.bound < best:
            plan = polish(fixed, ended.prices, gap=gap / 4, stop=stop, seed=seed, most=best)
            if not stop():
                cuts.append(_cut(dual, plan.prices))
            if plan.objective < best:
                best, chosen, prices = plan.objective, (fixed, plan), plan.prices
        if watch is not None:
            watch(best, bound)
        if (chosen and best - bound <= gap / 2 * abs(best)) or stop():
            break
        idle = 0 if chosen is None or best - bound < (1 - PROGRESS) * narrow else idle + 1
        narrow = min(narrow, best - bound)
        if idle == PATIENCE:
            break
    if chosen is None:
        raise NoSolution("no plan was found for any of the shift patterns tried")
    return Choice(chosen[0], chosen[1], min(bound, best))
