"""Single relaxations of a plan's rules, each tried by solving the relaxed program."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np

from sinho.errors import Infeasible, Stopped
from sinho.plan.arrays import PlanData
from sinho.plan.build import build
from sinho.plan.methods import find
from sinho.plan.minimise import NoSolution
from sinho.plan.params import Params
from sinho.plan.program import Program, relaxed
from sinho.plan.why.case import Case, Limits, settle
from sinho.plan.why.figures import Flows, fate
from sinho.plan.why.linear import fixed, optimum
from sinho.plan.why.loosen import Candidate
from sinho.plan.why.loosen_rules import contracts, launches, lots, parts, stops
from sinho.plan.why.loosen_sea import containers, departures, sailings, stock
from sinho.plan.why.loosen_shops import bigger_pattern, installed_rate, overtime
from sinho.results import Relaxation
from sinho.stop import Progress, Report, StopRule
from sinho.units import Floats

NOTICEABLE = 0.05
"""Cars below which a gain counts as none."""
ANEW_TO = 20_000
"""Columns up to which each relaxation is a plan of its own, which chooses shift patterns anew."""

MAKERS: tuple[Callable[[Case, Limits], Iterator[Candidate]], ...] = (
    overtime,
    bigger_pattern,
    installed_rate,
    sailings,
    containers,
    departures,
    launches,
    lots,
    stops,
    stock,
    parts,
    contracts,
)


def candidates(case: Case, limits: Limits) -> list[Candidate]:
    """List the relaxations that make sense for what binds, and those plainly possible.

    Parameters
    ----------
    case : Case
        The question and its plan.
    limits : Limits
        What binds.

    Returns
    -------
    list of Candidate
        Shops first, then sailings, launches, stock, parts and contracts.
    """
    return [candidate for make in MAKERS for candidate in make(case, limits)]


@dataclass(frozen=True)
class _Score:
    """Cars of the question on time (or counted for the contract), delivered at all, and in all."""

    cars: float
    delivered: float
    total: float


def _score(case: Case, data: PlanData, flows: Flows) -> _Score:
    total = float(flows.ship.sum())
    if case.question.kind == "contract":
        counted = float(flows.ship[case.question.cells].sum())
        return _Score(counted, counted, total)
    found = fate(data, flows, case.question.cells)
    return _Score(found.on_time, found.requested - found.lost - found.waiting, total)


def try_all(
    case: Case,
    found: list[Candidate],
    *,
    stop: StopRule,
    progress: Report | None = None,
) -> tuple[tuple[Relaxation, ...], int]:
    """Solve the program of each candidate and measure what it would bring.

    Parameters
    ----------
    case : Case
        The question and its plan.
    found : list of Candidate
        What to try.
    stop : StopRule
        When to leave the rest untried.
    progress : callable, optional
        Told after each.

    Returns
    -------
    tuple of (tuple of Relaxation, int)
        The relaxations, the most cars first and those that do not help last; and how many were
        left untried.
    """
    began = time.monotonic()
    tried: list[Relaxation] = []
    left = len(found)
    solved = _anew if planned_anew(case) else _kept
    try:
        before = _Solved(case.linear.contribution, case.settled)
        if solved is _anew and found and not stop():
            before = _anew(case, case.data, case.worked, before.flows, stop)
    except (NoSolution, Infeasible, Stopped):
        return (), left
    base = _score(case, case.data, before.flows)
    for n, candidate in enumerate(found):
        if stop():
            break
        try:
            after = solved(case, candidate.data, candidate.worked, before.flows, stop)
        except (NoSolution, Infeasible):
            left -= 1
            continue
        except Stopped:
            break
        left -= 1
        score = _score(case, candidate.data, after.flows)
        gained = after.contribution - before.contribution
        tried.append(
            Relaxation(
                name=candidate.name,
                cars=_noticed(score.cars - base.cars),
                cars_total=_noticed(score.total - base.total),
                contribution=_counted(gained, before.contribution),
                cars_delivered=_noticed(score.delivered - base.delivered),
            )
        )
        if progress is not None:
            progress(
                Progress("trying relaxations", time.monotonic() - began, done=(n + 1) / len(found))
            )
    tried.sort(key=lambda r: (-r.cars, -r.cars_delivered, -r.contribution))
    return tuple(tried), left


@dataclass(frozen=True)
class _Solved:
    """What a plan contributes, and the cars that it ships, by the plan that serves the question."""

    contribution: float
    flows: Flows


def planned_anew(case: Case) -> bool:
    """Whether relaxations are plans of their own, as the plan is not too large for so many.

    Else they keep its shift patterns, and the lines that build any of a model.
    """
    return len(case.linear.program.cost) <= ANEW_TO


def _anew(case: Case, data: PlanData, _: object, before: Flows, stop: StopRule) -> _Solved:
    """Plan anew, as ``sinho plan`` would with the rule loosened."""
    program = build(data)
    at = np.flatnonzero(program.integer)
    if len(at):
        found, _method = find(data, program, Params(), stop, case.plan.seed, None)
        if found.status == "stopped":
            raise Stopped("stopped before the plan was made")
        lower, upper = program.lower.copy(), program.upper.copy()
        lower[at] = upper[at] = np.round(found.x[at])
        program = replace(relaxed(program), lower=lower, upper=upper)
    return _best(case, data, program, before, stop)


def _kept(case: Case, data: PlanData, worked: Floats, before: Flows, stop: StopRule) -> _Solved:
    """Plan with the shift patterns given, and the lines that build any of a model."""
    return _best(case, data, fixed(build(data), worked, case.built), before, stop)


def _best(case: Case, data: PlanData, program: Program, before: Flows, stop: StopRule) -> _Solved:
    """Return the optimum of a linear program that serves the question best."""
    linear = optimum(program, start=case.linear, seed=case.plan.seed, stop=stop)
    return _Solved(linear.contribution, settle(data, linear, case.question, before))


def _noticed(cars: float) -> float:
    cars = float(cars)
    return cars if abs(cars) >= NOTICEABLE else 0.0


def _counted(amount: float, whole: float) -> float:
    """Return an amount of money, 0 where it is the solver's noise."""
    return amount if abs(amount) > 1e-9 * max(1.0, abs(whole)) else 0.0
