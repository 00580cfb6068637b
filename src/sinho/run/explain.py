"""Questions about the plan of a hub, or about one that is kept."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sinho.errors import DataError, Problem
from sinho.parameters import SEED
from sinho.plan import Bases, Input, Params, Question, solve
from sinho.plan import explain as explain_plan
from sinho.results import Explanation, MonthPlan
from sinho.run.keep import KEPT, load
from sinho.run.kept import BASES, KeptPlan
from sinho.stop import Report, StopRule
from sinho.units import PeriodKind

if TYPE_CHECKING:
    from sinho.hub import Hub, Scenario


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
    seed: int = SEED,
    progress: Report | None = None,
    plan: MonthPlan | None = None,
) -> Explanation:
    """Explain why a demand, a contract, a shop or a month stands as it does in the plan.

    Every relaxation is tried on its own, by solving the plan's program again with one rule
    loosened. Nothing is ever applied.

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
        The plan of this hub and scenario, where it has been made already; its periods and its
        seed are taken.

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
    given = Input.from_hub(hub, scenario, period if plan is None else plan.period_kind)
    question = Question.about(
        given, model=model, market=market, month=month, contract=contract, shop=shop
    )
    made = plan or solve(given, Params(gap=gap), stop=stop, seed=seed, progress=progress)
    return explain_plan(made, question, stop=stop, progress=progress)


def explain_kept(
    kept: KeptPlan,
    *,
    stop: StopRule | None = None,
    progress: Report | None = None,
    **about: Any,
) -> Explanation:
    """Explain a kept plan without planning anew.

    Parameters
    ----------
    kept : KeptPlan
        The plan.
    stop, progress
        As `explain`.
    **about
        What is asked about, as `explain` takes it.

    Returns
    -------
    Explanation
        The answer about the plan as it was made.

    Raises
    ------
    DataError
        As `explain`, and when the plan is not one for most contribution.
    """
    made = kept.plan
    if made.objective_kind != "contribution":
        rule = (
            f"the plan was made for {made.objective_kind} aims, and `why` counts what an hour "
            "or a car is worth in money"
        )
        hint = "Ask about a plan for most contribution (`sinho plan` without --objective)."
        raise DataError([Problem(f"plan in {kept.folder}", rule, hint=hint)])
    question = Question.about(Input(kept.hub, made.period_kind), **about)
    bases = kept.folder / KEPT / BASES
    found = load(bases, BASES, Bases) if bases.is_dir() else None
    return explain_plan(made, question, bases=found, stop=stop, progress=progress)
