"""Why a demand, a contract, a shop or a month stands as it does, and what would lift it."""

from __future__ import annotations

from sinho.errors import Stopped
from sinho.plan.data import Input
from sinho.plan.why.answer import answer, facts
from sinho.plan.why.case import MISSING, Case, both_optima, find_limits, open_case
from sinho.plan.why.linear import Bases
from sinho.plan.why.question import Question
from sinho.plan.why.reasons import reasons
from sinho.plan.why.relax import candidates, planned_anew, try_all
from sinho.results import Explanation, MonthPlan, Relaxation
from sinho.stop import NoLimit, Report, StopRule

__all__ = ["Bases", "Question", "bases_of", "explain"]


def explain(
    result: MonthPlan,
    question: Question,
    *,
    bases: Bases | None = None,
    stop: StopRule | None = None,
    progress: Report | None = None,
) -> Explanation:
    """Explain why a demand, a contract, a shop or a month stands as it does in a plan.

    Reasons are read from the duals of the plan's linear program, with its shift patterns fixed,
    least lots kept where their line builds any, and lots of parts taken as divisible. Every
    relaxation is tried by planning anew with one rule loosened; of a plan too large for so many,
    by solving that linear program again. Nothing is ever applied.

    Parameters
    ----------
    result : MonthPlan
        The plan.
    question : Question
        What is asked about it, of the input that was planned.
    bases : Bases, optional
        What `bases_of` found for this plan, to answer at once.
    stop : StopRule, optional
        When to hand back what has been found so far.
    progress : callable, optional
        Told how far the work is.

    Returns
    -------
    Explanation
        Question, answer, reasons, relaxations (the most cars first, those that would not help
        last) and the figures by period.

    Raises
    ------
    Stopped
        When the stop rule came before the plan could be explained.
    ValueError
        When the plan was not made of the question's input, or is not one for most contribution.
    """
    _check(question.input, result)
    stop = stop or NoLimit()
    case = open_case(result, question, stop, bases)
    limits = find_limits(case)
    said = reasons(case, limits)
    relaxations: tuple[Relaxation, ...] = ()
    untried = 0
    if _can_be_lifted(case):
        relaxations, untried = try_all(case, candidates(case, limits), stop=stop, progress=progress)
        if relaxations and not planned_anew(case):
            said.append(
                "The plan is too large to be made anew for each of the changes: they keep its "
                "shift patterns and lots, and may bring more with others."
            )
    if untried:
        said.append(f"Stopped before {untried} more relaxations were tried.")
    return Explanation(
        question=question.text,
        answer=answer(case),
        reasons=tuple(said),
        relaxations=relaxations,
        facts=facts(case),
    )


def bases_of(input: Input, plan: MonthPlan, stop: StopRule | None = None) -> Bases | None:
    """Solve the linear programs behind a plan once, so that questions about it need not.

    Parameters
    ----------
    input : Input
        What was planned.
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
        When ``plan`` is not a plan of this input.
    """
    stop = stop or NoLimit()
    if plan.objective_kind != "contribution" or stop():
        return None
    _check(input, plan)
    try:
        return Bases.of(*both_optima(input.data, plan, stop))
    except Stopped:
        return None


def _check(input: Input, plan: MonthPlan) -> None:
    """Refuse a plan that cannot be explained with this input."""
    if (plan.input_hash, plan.period_kind) != (input.hub.digest, input.period):
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
