"""Proven lower bounds: how far an order is, at most, from the best that exists."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sinho.days.day import Day
from sinho.days.rules import Changes, Ratio, Rule
from sinho.days.score import level_total
from sinho.sequence.bounds.before import Before
from sinho.sequence.bounds.behind import Attribute
from sinho.sequence.bounds.conditional import least_behind
from sinho.sequence.bounds.facts import Facts
from sinho.sequence.bounds.groups import Group, joint_groups
from sinho.sequence.bounds.outlook import explain_rule, rule_outlook
from sinho.sequence.bounds.rules import RuleBound, rule_bound

__all__ = ["Bounds", "RuleBound", "bounds", "conditional_bounds", "explain_rule", "rule_outlook"]

NAMED = 3
"""Rules that the reason of a level names."""


@dataclass(frozen=True)
class Bounds:
    """Lower bounds that hold for every order that keeps the hard rules.

    Parameters
    ----------
    rules : tuple of RuleBound
        The least cost of each rule by itself, hard ones included, in the day's order.
    totals : tuple of int
        The least whole-number total of each level, in the units of ``Score.totals``.
    figures : tuple of float
        The same in the units of ``Score.levels``.
    reasons : tuple of str
        Why, one line per level.
    groups : tuple of tuple of Group
        Ratio rules of each level that cost more together than by themselves.
    """

    rules: tuple[RuleBound, ...]
    totals: tuple[int, ...]
    figures: tuple[float, ...]
    reasons: tuple[str, ...]
    groups: tuple[tuple[Group, ...], ...]

    @property
    def costs(self) -> dict[str, int]:
        """Least cost of each rule by itself, by its name."""
        return {rule.name: rule.total for rule in self.rules}


def bounds(day: Day, *, joint: bool = True) -> Bounds:
    """Return proven lower bounds of the rules and levels of a day.

    Parameters
    ----------
    day : Day
        A checked day.
    joint : bool
        Whether ratio rules of a level that stand in each other's way are bounded together, which
        takes some tenths of a second for a day of 1,300 cars; the rest takes a hundredth.

    Returns
    -------
    Bounds
        Least costs, each with its reason.
    """
    facts = Facts(day)
    rules = tuple(rule_bound(rule, facts) for rule in day.rules)
    costs = {bound.name: bound.total for bound in rules}
    totals, reasons, together = [], [], []
    for level in range(len(day.levels)):
        ratios = [rule for rule in day.rules if isinstance(rule, Ratio) and rule.level == level]
        groups = joint_groups(ratios, facts) if joint else []
        gain = sum(group.gain for group in groups) * day.level_scale(level)
        totals.append(level_total(day, level, costs) + gain)
        reasons.append("; ".join([_sum_of_rules(day, level, rules), *map(_together, groups)]))
        together.append(tuple(groups))
    figures = tuple(total / day.level_scale(level) for level, total in enumerate(totals))
    return Bounds(rules, tuple(totals), figures, tuple(reasons), tuple(together))


def conditional_bounds(
    day: Day,
    totals: Sequence[int] | None,
    always: Bounds | None = None,
    stop: Callable[[], bool] | None = None,
) -> Bounds:
    """Return lower bounds of the levels for orders no worse in all levels before.

    ``bounds`` holds for every order, so that a later level's bound may be out of reach of any
    order that is best in the levels before. These bounds say how much a level could gain at most
    without giving anything up before it. A level is looked at where it lies above its bound, and
    where ratio rules stand in it and before it, or ratio rules and changes of an attribute on
    either side; that takes one to three seconds for a day of 1,300 cars.

    Parameters
    ----------
    day : Day
        A checked day.
    totals : sequence of int or None
        Whole-number totals of the order in hand, as in ``Score.totals``. None: those of an order
        that reaches the bounds found of all levels before.
    always : Bounds, optional
        What ``bounds`` returns for the day, where it is known already.
    stop : callable, optional
        Says when to hand back what is found so far.

    Returns
    -------
    Bounds
        As ``bounds`` returns them; the total of each level holds for every order that keeps the
        hard rules and whose totals in all levels before are at most those given.
    """
    always = always or bounds(day)
    facts = Facts(day) if stop is None else Facts(day, stop)
    found, reasons = list(always.totals), list(always.reasons)
    soft = [rule for rule in day.rules if isinstance(rule, Changes) and rule.weight]
    attributes = [Attribute(rule, facts) for rule in soft if not rule.hard]
    for level in range(len(day.levels)):
        if totals is not None and totals[level] <= found[level]:
            continue
        given = tuple(found if totals is None else totals)
        before = Before(level, given, always.totals, always.costs, always.groups, facts)
        least = least_behind(before, attributes)
        if least > found[level]:
            more = (least - found[level]) / day.level_scale(level)
            found[level] = least
            reasons[level] += f"; {more:,g} more where nothing is given up in the levels before"
    figures = tuple(total / day.level_scale(level) for level, total in enumerate(found))
    return replace(always, totals=tuple(found), figures=figures, reasons=tuple(reasons))


def _sum_of_rules(day: Day, level: int, rules: tuple[RuleBound, ...]) -> str:
    parts = [
        (rule, bound)
        for rule, bound in zip(day.rules, rules, strict=True)
        if rule.level == level and rule.weight * bound.total
    ]
    if not parts:
        return "each rule can be kept by itself"
    parts.sort(key=lambda part: -part[0].weight * part[1].figure)
    named = [
        f"{bound.name} {_amount(rule, bound)} ({bound.reason})" for rule, bound in parts[:NAMED]
    ]
    if len(parts) > NAMED:
        rest = sum(rule.weight * bound.figure for rule, bound in parts[NAMED:])
        named.append(f"{len(parts) - NAMED} other rules {rest:,g}")
    return ("sum of the rules by themselves: " if parts[1:] else "") + "; ".join(named)


def _amount(rule: Rule, bound: RuleBound) -> str:
    weight = "" if rule.weight == 1 else f"{rule.weight} × "
    return f"{weight}{bound.figure:,g}"


def _together(group: Group) -> str:
    *names, last = (rule.name for rule in group.rules)
    return f"{', '.join(names)} and {last} together {group.gain:,} more, for want of places"
