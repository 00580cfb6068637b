"""Which method finds a plan, and what it finds where the time is over or there is none."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np

from sinho.errors import DataError, Infeasible, Problem, SinhoError, Stopped
from sinho.parameters import SEED
from sinho.plan.arrays import PlanData
from sinho.plan.conflict import conflicting
from sinho.plan.minimise import LAST, Level, NoSolution, Solution, minimise
from sinho.plan.params import Params
from sinho.plan.priced import applies, solve_priced
from sinho.plan.program import Program
from sinho.plan.search import search
from sinho.stop import Grace, Report, StopRule

PRICED_FROM = 60_000
"""Columns above which the priced method is taken where it applies."""
FINE, COARSE = 1e-6, 1e-4
"""Relative gaps at which a plan is good enough, where none is given."""
LEVELS = {"contract shortfall": "short", "lost units": "lost", "late units": "late"}
"""What a lexicographic plan has least of before its cost, and the columns that count it."""


def find(
    data: PlanData,
    program: Program,
    params: Params,
    stop: StopRule,
    seed: int,
    progress: Report | None,
) -> tuple[Solution, str]:
    """Find a plan by the method asked for, and say which one it was.

    Raises
    ------
    Infeasible
        When hard rules contradict each other; carries a minimal set of them.
    Stopped
        When the stop rule came before any plan was found.
    DataError
        When the priced method is asked for and does not apply.
    """
    levels = _levels(program) if params.objective == "lexicographic" else ()
    fits = not levels and applies(program)
    if params.method == "priced" and not fits:
        rule = "priced plans for contribution, and neither whole cars nor least lots of lines"
        hint = "Take method exact or auto."
        raise DataError([Problem("the plan", rule, None, "method", "priced", hint)])
    large = params.method == "auto" and fits and len(program.cost) > PRICED_FROM
    gap = params.gap
    if params.method == "priced" or large:
        close = COARSE if gap is None else gap
        try:
            found = solve_priced(data, program, stop=stop, gap=close, seed=seed, report=progress)
        except NoSolution:
            if stop():
                return first_plan(data, program, stop, seed), "priced"
            # only the whole program can tell whether there is a plan at all, and what forbids it
        else:
            return found, "priced"
    chosen = int(program.integer[program.columns["pattern"].at].sum())
    searched = chosen > 0 and not levels
    if gap is None:
        gap = FINE if searched and chosen == program.integer.sum() else COARSE
    try:
        if searched:
            found = search(data, program, stop=stop, gap=gap, seed=seed, report=progress)
        else:
            found = minimise(
                program,
                levels=levels,
                stop=stop,
                gap=gap,
                seed=seed,
                threads=params.threads,
                report=progress,
            )
    except NoSolution:
        if stop():
            return first_plan(data, program, stop, seed), "exact"
        rules = [str(rule) for rule in conflicting(data, program, stop=stop, report=progress)]
        if not rules:
            raise SinhoError(
                "the solver finds no plan although all hard rules can be kept together; please "
                "report this hub"
            ) from None
        raise Infeasible(rules) from None
    if found.status == "stopped" and not levels and program.integer.any():
        # the solver's first plans can be poor; one with the patterns kept is made in no time
        with suppress(SinhoError):
            plain = first_plan(data, program, stop, seed)
            if plain.objective < found.objective:
                found = replace(plain, bound=found.bound)
    return found, "exact"


def _levels(program: Program) -> tuple[Level, ...]:
    """Return the levels before cost."""
    costs = {name: np.zeros(len(program.cost)) for name in LEVELS}
    for name, block in LEVELS.items():
        costs[name][program.columns[block].at] = 1.0
    return tuple(Level(name, cost) for name, cost in costs.items())


def first_plan(data: PlanData, program: Program, stop: StopRule, seed: int = SEED) -> Solution:
    """Return a plan for a stop that comes early: every group keeps the pattern that it has.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    program : Program
        Its program.
    stop : StopRule
        The rule that came; the plan has a few seconds from then on.
    seed : int
        Seed of the solver.

    Returns
    -------
    Solution
        The best plan with these patterns; its bound is not known.

    Raises
    ------
    Stopped
        When there is none, or not within that time.
    """
    block = program.columns["pattern"]
    shape = (len(data.patterns), len(data.spans))
    lower, upper = (v[block.at].reshape(shape) for v in (program.lower, program.upper))
    kept = np.zeros(shape)
    for g in range(len(data.groups)):
        own = [p for p, pattern in enumerate(data.patterns) if pattern.group == g]
        now = next((p for p in own if data.patterns[p].opening), own[0])
        for t in range(len(data.spans)):
            given = [p for p in own if lower[p, t] > 0.5]
            now = given[0] if given else now
            kept[now if upper[now, t] > 0.5 else own[0], t] = 1.0
    try:
        found = minimise(
            program.fixed("pattern", kept), gap=0.05, seed=seed, stop=Grace(stop, LAST)
        )
    except NoSolution:
        raise Stopped(
            "stopped before a plan was found; plan again with more time or without a limit, to get "
            "one or to hear which hard rules contradict each other"
        ) from None
    return replace(found, status="stopped", bound=-np.inf)
