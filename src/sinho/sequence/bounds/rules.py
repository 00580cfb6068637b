"""The least cost of each rule by itself, with the reason in one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import groupby, pairwise

from sinho.days.rules import (
    THOUSANDTHS,
    Changeover,
    Changes,
    Forbidden,
    Frozen,
    Maximum,
    Overload,
    Pinned,
    Ratio,
    Rule,
    RunLength,
    Spread,
    Windows,
)
from sinho.days.score import changeover_costs, overloads, thousandths, work
from sinho.sequence.bounds.facts import Facts
from sinho.sequence.bounds.neighbours import least_changeover, least_forbidden
from sinho.sequence.bounds.runs import least_changes, least_run_cost, least_run_cost_of
from sinho.sequence.bounds.single import least_maximum, least_overload, least_spread, unplaced


@dataclass(frozen=True)
class RuleBound:
    """What a rule costs at least.

    Parameters
    ----------
    name : str
        Name of the rule.
    total : int
        Least cost in the rule's smallest unit, for every order that keeps pins and frozen cars.
    figure : float
        The same in the rule's unit.
    reason : str
        Why, in one line.
    exact : bool
        Whether some order reaches it that keeps pins, frozen cars and hard run lengths of the
        same attribute; otherwise the least cost may be higher.
    """

    name: str
    total: int
    figure: float
    reason: str
    exact: bool


def rule_bound(rule: Rule, facts: Facts) -> RuleBound:
    """Return what a rule costs at least, taken by itself.

    Parameters
    ----------
    rule : Rule
        A rule of the day.
    facts : Facts
        The day's figures.

    Returns
    -------
    RuleBound
        Least cost, and why.
    """
    total, reason, exact = _least(rule, facts)
    return RuleBound(rule.name, total, total / rule.scale, reason, exact)


def _least(rule: Rule, facts: Facts) -> tuple[int, str, bool]:
    match rule:
        case Ratio():
            return _ratio(rule, facts)
        case Changes():
            return _changes(rule, facts)
        case RunLength():
            return _runs(rule, facts)
        case Spread():
            cars = facts.cars(rule.option)
            least = least_spread(facts.size, cars, facts.pinned_with(rule.option))
            reason = f"{_cars(cars)} with {rule.option}: whole cars nearest to the straight line"
            return least, reason, not facts.pinned
        case Forbidden():
            return _forbidden(rule, facts)
        case Changeover():
            return _changeover(rule, facts)
        case Maximum():
            cars = facts.cars(rule.option)
            least = least_maximum(rule, facts.size, cars, facts.pinned_with(rule.option))
            per = "the day" if rule.per is None else f"{rule.per} positions"
            reason = f"{_cars(cars)} with {rule.option} at no more than {rule.most} in {per}"
            return least, reason, True
        case Overload():
            return _overload(rule, facts)
        case Windows():
            left = windows_left(rule, facts)
            shown = ", ".join(left[:3]) + (" and others" if len(left) > 3 else "")
            reason = f"no room in its window for {shown}" if left else "each car has a place"
            return len(left), reason, not left
        case Pinned() | Frozen():
            return 0, "the cars can stay in place", True
        case _:
            raise TypeError(f"rule {rule.name!r} is of an unknown kind, {type(rule).__name__}")


def windows_left(rule: Windows, facts: Facts) -> list[str]:
    """Return cars that find no place in their windows, whatever the order.

    Parameters
    ----------
    rule : Windows
        The rule.
    facts : Facts
        The day's figures.

    Returns
    -------
    list of str
        As few cars as possible; each of them stands outside its window by a position or more.
    """
    tight: dict[str, tuple[int, int]] = {}
    for car, early, late in rule.windows:
        low, high = tight.get(car, (1, facts.size))
        tight[car] = max(low, early), min(high, late)
    idents = facts.day.idents
    standing = {idents[row]: position for position, row in facts.pinned.items()}
    left = [
        car
        for car, (low, high) in tight.items()
        if car in standing and not low <= standing[car] <= high
    ]
    free = [at for at in range(1, facts.size + 1) if at not in facts.pinned]
    loose = [(car, low, high) for car, (low, high) in tight.items() if car not in standing]
    return left + unplaced(loose, free)


def _cars(number: int) -> str:
    return f"{number:,} car{'' if number == 1 else 's'}"


def _ratio(rule: Ratio, facts: Facts) -> tuple[int, str, bool]:
    cars, floor = facts.cars(rule.option), facts.floor(rule)
    reason = (
        f"{_cars(cars)} with {rule.option} at {rule.most}/{rule.window} "
        f"in {facts.size:,} positions; room for {max(0, floor.room):,}"
    )
    if floor.forced:
        reason += f"; {floor.forced:,} already caused by cars that stand"
    return floor.least, reason, True


def _changes(rule: Changes, facts: Facts) -> tuple[int, str, bool]:
    begun, counts = facts.begun(rule.attribute), facts.counts(rule.attribute)
    most = partial(facts.longest, rule.attribute)
    least = least_changes(counts, begun[-1] if begun else None, most)
    free = not facts.pinned and all(runs.least <= 1 for runs in facts.hard_runs(rule.attribute))
    exact = least is not None and free
    if least is None:
        least = least_changes(counts, begun[-1] if begun else None, lambda _: None) or 0
    runs = {value: -(-cars // (most(value) or cars)) for value, cars in counts.items()}
    reason = f"{len(counts)} values of {rule.attribute}"
    if sum(runs.values()) > len(runs):
        reason += f" in {sum(runs.values())} runs or more by the limit of their length"
    if begun:
        reason += f", after {begun[-1]}"
    standing = _standing(facts, rule.attribute, lambda one, other: int(one != other))
    return _joined(least, standing), reason, exact


def _standing(facts: Facts, attribute: str, cost: Callable[[str, str], int]) -> tuple[int, int]:
    """Return what neighbours cost that both stand, in the prefix and behind it."""
    begun = sum(cost(*pair) for pair in pairwise(facts.begun(attribute)))
    behind = facts.side_by_side(attribute)
    return begun, sum(cost(*pair) for stretch in behind for pair in pairwise(stretch))


def _joined(least: int, standing: tuple[int, int]) -> int:
    """Join what the prefix costs with the larger of two bounds for what follows it."""
    begun, behind = standing
    return begun + max(least, behind)


def _runs(rule: RunLength, facts: Facts) -> tuple[int, str, bool]:
    values = list(facts.day.cars[rule.attribute])
    counts = Counter(values)
    meant = list(counts) if rule.value is None else [rule.value]
    own = {
        value: least_run_cost_of(counts[value], facts.size - counts[value], rule.least, rule.most)
        for value in meant
    }
    least = least_run_cost(counts, rule.least, rule.most)
    if rule.value is not None:
        least = own[rule.value]
    value = max(meant, key=lambda value: (own[value], counts[value]), default="")
    others = facts.size - counts[value]
    limits = f"of {rule.least} or more" if rule.most is None else f"of {rule.least} to {rule.most}"
    reason = (
        f"{_cars(counts[value])} of {value}, {others:,} other{'' if others == 1 else 's'} "
        f"to part runs {limits}"
    )
    pinned = facts.stretches
    if facts.prefix:
        pinned = [(1, facts.prefix), *pinned]
    standing = sum(_run_standing(rule, at, [values[row] for row in rows]) for at, rows in pinned)
    alone = all(other is rule for other in facts.hard_runs(rule.attribute))
    return max(least, standing), reason, alone and not facts.pinned


def _run_standing(rule: RunLength, at: int, values: list[str]) -> int:
    """Return what runs cost that stand, from cars pinned side by side from a position on."""
    runs = [(value, len(list(same))) for value, same in groupby(values)]
    cost = 0
    for number, (value, length) in enumerate(runs):
        if rule.value not in (None, value):
            continue
        if rule.most is not None:
            cost += max(0, length - rule.most)
        # A run between two others that stand, or begun with the day, gets no longer.
        if (number or at == 1) and number < len(runs) - 1:
            cost += max(0, rule.least - length)
    return cost


def _overload(rule: Overload, facts: Facts) -> tuple[int, str, bool]:
    minutes = work(rule, facts.day.cars)
    begun = sum(overloads(rule, [int(minutes[row]) for row in facts.prefix]))
    least = max(begun, least_overload(rule, minutes))
    mean = float(minutes.mean()) / THOUSANDTHS if facts.size else 0.0
    reason = (
        f"{mean:.3f} minutes of work per car on average for a takt of {rule.takt:g} "
        f"in a station of {rule.length:g} minutes"
    )
    exact = rule.slow is None and not (minutes > thousandths(rule.takt)).any()
    return least, reason, exact


def _forbidden(rule: Forbidden, facts: Facts) -> tuple[int, str, bool]:
    begun, counts = facts.begun(rule.attribute), facts.counts(rule.attribute)
    pairs = set(rule.pairs)
    least = least_forbidden(counts, begun[-1] if begun else None, pairs)
    standing = _standing(facts, rule.attribute, lambda *pair: int(pair in pairs))
    if least:
        reason = f"the allowed neighbours of {rule.attribute} do not reach from car to car"
    elif any(standing):
        reason = f"cars that stay in place stand side by side with a forbidden {rule.attribute}"
    else:
        reason = f"no count of {rule.attribute} forces a forbidden pair"
    return _joined(least, standing), reason, False


def _changeover(rule: Changeover, facts: Facts) -> tuple[int, str, bool]:
    begun, counts = facts.begun(rule.attribute), facts.counts(rule.attribute)
    named, default = changeover_costs(rule), thousandths(rule.default)

    def cost(front: str, behind: str) -> int:
        return named.get((front, behind), default if front != behind else 0)

    least = least_changeover(
        counts, begun[-1] if begun else None, cost, partial(facts.longest, rule.attribute)
    )
    reason = f"the cheapest way through {len(counts)} values of {rule.attribute}"
    return _joined(least, _standing(facts, rule.attribute, cost)), reason, False
