"""What is asked about a sequence: what breaks its rules, and what is proven of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, overload

import polars as pl

from sinho.days.rules import Rule
from sinho.days.score import score_order
from sinho.days.violations import broken_rules, violations
from sinho.sequence.data import Input, Result

if TYPE_CHECKING:
    from sinho.sequence.bounds import Bounds

Question = Literal[
    "violations", "broken rules", "bounds", "conditional bounds", "rules", "contradictions"
]


@overload
def explain(result: Result | Input, question: Literal["violations", "rules"]) -> pl.DataFrame: ...
@overload
def explain(
    result: Result | Input, question: Literal["bounds", "conditional bounds"]
) -> Bounds: ...
@overload
def explain(
    result: Result | Input, question: Literal["broken rules", "contradictions"]
) -> tuple[str, ...]: ...
@overload
def explain(result: Result | Input, question: Rule) -> str: ...


def explain(
    result: Result | Input, question: Question | Rule
) -> pl.DataFrame | Bounds | tuple[str, ...] | str:
    """Answer a question about a sequence, or about a day and the order that stands.

    Parameters
    ----------
    result : Result or Input
        What was found; or a day, whose order that stands is asked about.
    question : str or Rule
        ``violations``: everything in the order that costs something, a table of it (see
        `sinho.days.violations.violations`). ``broken rules``: which hard rules it breaks, where and
        by which cars. ``bounds``: proven lower bounds of rules and levels for every order that
        keeps the hard rules. ``conditional bounds``: those for orders that are no worse than this
        one in the levels before. ``rules``: what the day's cars allow of each rule by itself, a
        table; of a rule: the same in words. ``contradictions``: hard rules that no order keeps
        together; of several lines, the first found on a line or at a booth.

    Returns
    -------
    DataFrame, Bounds, tuple of str, or str
        The answer.

    Raises
    ------
    ValueError
        When it is asked of several lines what can be asked of one alone.
    DataError
        When the order that stands lacks a car of the day, repeats one or names another.
    """
    # these load a solver
    from sinho.sequence import bounds as proven
    from sinho.sequence.bounds.joint import joint_bounds
    from sinho.sequence.contradictions import contradictions

    given = result.input if isinstance(result, Result) else result
    day = given.day
    if question == "contradictions":
        return next(filter(None, map(contradictions, given.days)), ())
    if question == "bounds":
        return proven.bounds(day) if given.joint is None else joint_bounds(given.joint)
    if given.joint is not None:
        raise ValueError(f"{question}: ask it of each line of {day.name}")
    if isinstance(question, Rule):
        return proven.explain_rule(day, question)
    if question == "rules":
        return proven.rule_outlook(day)
    order = result.sequence.order if isinstance(result, Result) else given.order
    if question == "violations":
        return violations(day, order)
    if question == "broken rules":
        return broken_rules(day, order)
    if isinstance(result, Result):
        return result.behind
    return proven.conditional_bounds(day, score_order(day, order).totals)
