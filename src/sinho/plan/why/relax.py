"""Single relaxations of a plan's rules, each tried by solving the relaxed program."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sinho.errors import Stopped
from sinho.plan.arrays import PlanData
from sinho.plan.build import build
from sinho.plan.minimise import NoSolution
from sinho.plan.why.case import Case, Limits, settle
from sinho.plan.why.figures import Flows, fate
from sinho.plan.why.linear import fixed, optimum
from sinho.plan.why.loosen import Candidate
from sinho.plan.why.loosen_rules import contracts, launches, lots, parts, stops
from sinho.plan.why.loosen_sea import containers, departures, sailings, stock
from sinho.plan.why.loosen_shops import bigger_pattern, installed_rate, overtime
from sinho.results import Relaxation
from sinho.stop import Progress, Report, StopRule

NOTICEABLE = 0.05
"""Cars below which a gain counts as none."""

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
    base = _score(case, case.data, case.settled)
    tried: list[Relaxation] = []
    left = len(found)
    for n, candidate in enumerate(found):
        if stop():
            break
        program = fixed(build(candidate.data), candidate.worked, case.built)
        try:
            linear = optimum(program, start=case.linear, seed=case.plan.seed, stop=stop)
        except NoSolution:
            left -= 1
            continue
        except Stopped:
            break
        left -= 1
        flows = settle(candidate.data, linear, case.question, case.settled)
        score = _score(case, candidate.data, flows)
        tried.append(
            Relaxation(
                name=candidate.name,
                cars=_noticed(score.cars - base.cars),
                cars_total=_noticed(score.total - base.total),
                contribution=_counted(linear.contribution - case.linear.contribution, linear.cost),
                cars_delivered=_noticed(score.delivered - base.delivered),
            )
        )
        if progress is not None:
            progress(
                Progress("trying relaxations", time.monotonic() - began, done=(n + 1) / len(found))
            )
    tried.sort(key=lambda r: (-r.cars, -r.cars_delivered, -r.contribution))
    return tuple(tried), left


def _noticed(cars: float) -> float:
    return cars if abs(cars) >= NOTICEABLE else 0.0


def _counted(amount: float, whole: float) -> float:
    """Return an amount of money, 0 where it is the solver's noise."""
    return amount if abs(amount) > 1e-9 * max(1.0, abs(whole)) else 0.0
