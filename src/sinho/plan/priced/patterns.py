"""Choice of shift patterns on large hubs: branch and bound over a restricted program.

The linear programs of the tree (``sinho.plan.tree``) know the ways only that are nearly cheapest
at the prices of the shares. What a node costs at least is the whole program's dual function at the
node's own prices, within the node's patterns; so the bound holds whatever ways are left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sinho.highs import INF
from sinho.plan.arrays import Ints
from sinho.plan.minimise import NoSolution
from sinho.plan.paths import Paths
from sinho.plan.priced.dual import Dual
from sinho.plan.priced.polish import EXCESS, Polished, polish
from sinho.plan.priced.restricted import Restricted, near_best, prices_of, restrict, solution_of
from sinho.plan.tree import LESS_CHANGE, Best, Part, Tree
from sinho.stop import Report, StopRule
from sinho.units import Floats

ROUNDS = 3
"""Trees at most; each knows the ways that counted in what the one before could not rule out."""
PROOF = 3
"""Restricted programs at most to rule out a node."""
NODES = 100
"""Most nodes of a tree."""
SLACK = 1e-3
"""Ways that cost at most this much more than the best one, as a share of a car's value."""
REACH = 1.0
"""What exceeding a row costs above its price, as a share of ``Dual.scale``."""


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


def choose_patterns(
    dual: Dual,
    prices: Floats,
    *,
    gap: float,
    stop: StopRule,
    seed: int,
    report: Report | None = None,
) -> Choice:
    """Choose shift patterns.

    Parameters
    ----------
    dual : Dual
        The dual function.
    prices : ndarray, shape (n,)
        Prices with patterns as continuous shares.
    gap : float
        Relative gap at which patterns are good enough.
    stop : StopRule
        When to hand back the best patterns so far.
    seed : int
        Seed of the solver.
    report : callable, optional
        Called with ``Progress``.

    Returns
    -------
    Choice
        The best patterns, the plan with them and the bound.

    Raises
    ------
    NoSolution
        When the patterns' own rules contradict each other.
    """
    bound = -INF
    chosen: tuple[Dual, Polished] | None = None
    known = np.zeros(0, dtype=np.int64)
    if not stop():
        shares = polish(dual, prices, gap=gap / 4, stop=stop, seed=seed, rough=False)
        prices, bound, known = shares.prices, shares.bound, shares.ways
    for _ in range(ROUNDS):
        if stop():
            break
        learned = [known]
        ways = dual.ways(prices)
        keys = np.union1d(known, near_best(dual, ways, SLACK * dual.value))
        small = restrict(dual, keys, prices, ways.car, REACH)
        prove = _prover(dual, small, learned, gap, stop, seed)
        part = Part(small.constant, prove)
        tree = Tree(dual.data, small.program, stop, gap / 2, seed, report, part)
        tree.run(NODES)
        bound = max(bound, tree.bound)
        if tree.best is not None:
            fixed = dual.within(tree.best.worked, tree.best.worked)
            plan = _plan_of(dual, small, tree.best, keys)
            if plan is None or not stop():
                again = polish(fixed, prices, gap=gap / 4, stop=stop, seed=seed, rough=plan is None)
                plan = again if plan is None or again.objective < plan.objective else plan
            learned.append(plan.ways)
            if chosen is None or plan.objective < chosen[1].objective:
                chosen = fixed, plan
        best = INF if chosen is None else chosen[1].objective
        before, known = len(known), np.unique(np.concatenate(learned))
        if best - bound <= gap * abs(best) or len(known) == before:
            break
    if chosen is None:
        worked = _cheapest(dual, prices)
        fixed = dual.within(worked, worked)
        chosen = fixed, polish(fixed, prices, gap=gap / 4, stop=stop, seed=seed)
    return Choice(*chosen, min(bound, chosen[1].objective))


def _plan_of(dual: Dual, small: Restricted, best: Best, keys: Ints) -> Polished | None:
    """Return the best plan of a tree; None where it exceeds a row."""
    few = EXCESS * max(float(dual.arcs.requested.mean()), 1.0)
    if best.x[small.first_excess :].max(initial=0.0) > few:
        return None
    return Polished(
        x=solution_of(dual, small, best.x),
        objective=best.cost,
        bound=-INF,
        prices=prices_of(dual, small, best.row_dual),
        ways=keys,
        row_dual=small.spread(best.row_dual, len(dual.program.row_lower)),
    )


def _prover(
    dual: Dual, small: Restricted, learned: list[Ints], gap: float, stop: StopRule, seed: int
) -> Callable[[Floats, Floats, Floats, float], float]:
    """Return what proves the nodes of a tree; the ways learned on the way are added."""

    def prove(lower: Floats, upper: Floats, row_dual: Floats, enough: float) -> float:
        node = dual.within(lower, upper)
        own = prices_of(dual, small, row_dual)
        bound, _ = node.evaluate(own)
        if bound < enough and not stop():
            # with the ways that count at these prices, some of which the tree does not know
            found = polish(
                node, own, gap=gap / 4, stop=stop, seed=seed, most=enough, rounds=PROOF, rough=False
            )
            bound = max(bound, found.bound)
            if bound < enough:
                learned.append(found.ways)
        return bound

    return prove


def _cheapest(dual: Dual, prices: Floats) -> Floats:
    """Return whole patterns near those that are cheapest at prices."""
    data, program = dual.data, dual.program
    shape = len(data.patterns), len(data.spans)
    at = program.columns["pattern"].at
    dual.evaluate(prices)
    found = dual.rest.x[np.isin(dual.rest.columns, np.arange(at.start, at.stop))].reshape(shape)
    lower, upper = (v[at].reshape(shape) for v in (program.lower, program.upper))
    nearest = Paths(data, np.full(shape[0], LESS_CHANGE)).nearest(found, lower, upper)
    if nearest is None:
        raise NoSolution("the rules of the shift patterns contradict each other")
    return nearest
