"""Why a demand, a contract, a shop or a month stands as it does, and what would lift it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from sinho.errors import Stopped
from sinho.plan import plan_months
from sinho.plan.data import prepare
from sinho.results import Explanation, MonthPlan, Relaxation
from sinho.stop import NoLimit, Report, StopRule
from sinho.units import PeriodKind
from sinho.why.answer import answer, facts
from sinho.why.case import MISSING, Case, both_optima, find_limits, open_case
from sinho.why.linear import Bases
from sinho.why.question import ask
from sinho.why.reasons import reasons
from sinho.why.relax import candidates, try_all

if TYPE_CHECKING:
    from sinho.hub import Hub, Scenario

__all__ = ["Bases", "bases_of", "explain"]


def explain(
    hub: Hub,
    *,
    scenario: str | Scenario | None = None,
    model: str | None = None,
    market: str | None = None,
    month: str | dt.date | None = None,
    contract: str | None = None,
    shop: str | None = None,
    period: PeriodKind = "month",
    gap: float | None = None,
    stop: StopRule | None = None,
    seed: int = 0,
    progress: Report | None = None,
    plan: MonthPlan | None = None,
    bases: Bases | None = None,
) -> Explanation:
    """Explain why a demand, a contract, a shop or a month stands as it does in the plan.

    Reasons are read from the duals of the plan's linear program, with its shift patterns fixed,
    least lots kept where their line builds any, and lots of parts taken as divisible. Every
    relaxation is tried by solving that program again with one rule loosened; the patterns stay as
    they are unless the relaxation is about them. Nothing is ever applied.

    Parameters
    ----------
    hub : Hub
        The hub.
    scenario : str or Scenario, optional
        Changes over the hub.
    model : str, optional
        A model, or a family of models.
    market : str, optional
        A market, or a region.
    month : str or datetime.date, optional
        ``YYYY-MM``, or a date in the period meant. All months when left out.
    contract : str, optional
        A contract; goes with a month only.
    shop : str, optional
        A shop; goes with a month only.
    period : {"month", "week"}
        Length of the plan's periods.
    gap : float, optional
        Relative gap to the bound at which the plan is good enough, as for ``plan_months``.
    stop : StopRule, optional
        When to hand back what has been found so far.
    seed : int
        Seed of the solver.
    progress : callable, optional
        Told how far the work is.
    plan : MonthPlan, optional
        The plan of this hub and scenario, where it has been made already.
    bases : Bases, optional
        What `bases_of` found for this plan, to answer at once.

    Returns
    -------
    Explanation
        Question, answer, reasons, relaxations (the most cars first, those that would not help
        last) and the figures by period.

    Raises
    ------
    DataError
        When a name is unknown (with the nearest known one), the month is not planned, the parts
        of the question do not go together, or the scenario does not fit the hub.
    Infeasible
        When hard rules contradict each other; carries a minimal set of them.
    SinhoError
        When the stop rule came before the plan could be explained.
    ValueError
        When ``plan`` is not a plan of this hub, or is not one for most contribution.
    """
    from sinho.hub import apply_scenario

    stop = stop or NoLimit()
    changed = hub if scenario is None else apply_scenario(hub, scenario)
    kind: PeriodKind = period
    if plan is not None:
        _check_plan(changed, plan)
        kind = "week" if plan.period_kind == "week" else "month"
    data = prepare(changed, kind)
    question = ask(
        changed, data, model=model, market=market, month=month, contract=contract, shop=shop
    )
    if plan is None:
        plan = plan_months(
            hub, scenario=scenario, period=kind, gap=gap, stop=stop, seed=seed, progress=progress
        )
    case = open_case(changed, data, plan, question, seed, stop, bases)
    limits = find_limits(case)
    told = reasons(case, limits)
    relaxations: tuple[Relaxation, ...] = ()
    untried = 0
    if _can_be_lifted(case):
        relaxations, untried = try_all(
            case, candidates(case, limits), seed=seed, stop=stop, progress=progress
        )
    if untried:
        told.append(f"Stopped before {untried} more relaxations were tried.")
    return Explanation(
        question=question.text,
        answer=answer(case),
        reasons=tuple(told),
        relaxations=relaxations,
        facts=facts(case),
    )


def bases_of(hub: Hub, plan: MonthPlan, stop: StopRule | None = None) -> Bases | None:
    """Solve the linear programs behind a plan once, so that questions about it need not.

    Parameters
    ----------
    hub : Hub
        The hub that was planned, with the scenario's changes.
    plan : MonthPlan
        Its plan.
    stop : StopRule, optional
        When to leave it.

    Returns
    -------
    Bases or None
        Where the solver ended, for `explain`; None where the stop rule came first, or where the
        plan cannot be explained.

    Raises
    ------
    ValueError
        When ``plan`` is not a plan of this hub.
    """
    stop = stop or NoLimit()
    if plan.objective_kind != "contribution" or stop():
        return None
    _check_plan(hub, plan)
    data = prepare(hub, "week" if plan.period_kind == "week" else "month")
    try:
        return Bases.of(*both_optima(data, plan, plan.seed, stop))
    except Stopped:
        return None


def _check_plan(hub: Hub, plan: MonthPlan) -> None:
    """Refuse a plan that cannot be explained with this hub."""
    if plan.input_hash != hub.digest:
        raise ValueError("the plan was not made from this hub and scenario")
    if plan.objective_kind != "contribution":
        raise ValueError(
            "only plans for most contribution can be explained: the worth of an hour or a car is "
            "counted in money"
        )


def _can_be_lifted(case: Case) -> bool:
    """Return whether there is anything to lift: cars not on time, or a contract that is short."""
    short = case.plan.tables["contracts"]["short"]
    return bool(case.short.any()) or any(short[w] > MISSING for w in case.question.windows)
