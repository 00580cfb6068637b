"""The best plan with shift patterns to choose: a tree over the patterns, then all else."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace

from sinho.parameters import SEED
from sinho.plan.arrays import PlanData
from sinho.plan.minimise import NoSolution, Solution, how_proven, minimise
from sinho.plan.program import Program
from sinho.plan.tree import Tree
from sinho.stop import Report, StopRule

MOST_NODES = 2_000
"""Nodes after which HiGHS goes on from the best plan: its cuts close what the tree leaves."""


def search(
    data: PlanData,
    program: Program,
    *,
    stop: StopRule,
    gap: float,
    seed: int = SEED,
    report: Report | None = None,
) -> Solution:
    """Minimise a program by a search over its shift patterns.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    program : Program
        Its program. Whole numbers beside the patterns are left to HiGHS, once the patterns are
        chosen without them.
    stop : StopRule
        When to hand back the best plan so far.
    gap : float
        Relative gap at which a plan is good enough.
    seed : int
        Seed of the solver.
    report : callable, optional
        Called with ``Progress`` while the search runs.

    Returns
    -------
    Solution
        The best plan found.

    Raises
    ------
    NoSolution
        When there is none, or the stop rule came before the first.
    SolverError
        When HiGHS fails.
    """
    began = time.monotonic()
    tree = Tree(data, program, stop, gap, seed, report)
    tree.run(MOST_NODES)
    block = program.columns["pattern"]
    integer = program.integer.copy()
    integer[block.at] = False
    best, bound = tree.best, tree.bound
    if best is None:
        raise NoSolution("no plan was found for any of the shift patterns tried")
    chosen = replace(program.fixed("pattern", best.worked), integer=integer)
    found = best.solution(bound)
    if integer.any():
        found = _with_the_rest(program, chosen, bound, stop, gap, seed, report)
    elif tree.unfinished and not stop():
        with suppress(NoSolution):
            anew = minimise(program, stop=stop, gap=gap, seed=seed, start=best.x, report=report)
            bound = max(bound, anew.bound)
            found = anew if anew.objective <= found.objective else found
        found = replace(found, bound=bound)
    elif not stop():
        # as after a search by HiGHS: of plans that are equally good, the one it comes to from here
        with suppress(NoSolution):
            anew = minimise(chosen, stop=stop, seed=seed, start=best.x)
            found = found if anew.status == "stopped" else replace(anew, bound=bound)
    bound = min(found.bound, found.objective)
    status = how_proven(found.objective, bound, gap)
    return replace(found, bound=bound, status=status, seconds=time.monotonic() - began)


def _with_the_rest(
    program: Program,
    chosen: Program,
    bound: float,
    stop: StopRule,
    gap: float,
    seed: int,
    report: Report | None,
) -> Solution:
    """Plan with whole numbers beside the patterns: with those chosen, then with any."""
    start = None
    with suppress(NoSolution):
        found = minimise(chosen, stop=stop, gap=gap / 2, seed=seed, report=report)
        found = replace(found, bound=bound)
        if stop() or found.objective - bound <= gap * abs(found.objective):
            return found
        start = found.x
    found = minimise(program, stop=stop, gap=gap, seed=seed, report=report, start=start)
    return replace(found, bound=max(bound, found.bound))
