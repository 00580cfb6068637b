"""Changes behind kept ratio rules, and ratio rules behind few changes.

Such a bound holds for orders that are no worse than given totals in the levels before. What these
totals leave to each level is a limit of the relaxation in ``painted``; a rule to which they leave
nothing is barred from any violation.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sinho.days.rules import Changes, Ratio
from sinho.sequence.bounds.before import Before
from sinho.sequence.bounds.facts import Facts
from sinho.sequence.bounds.painted import Term, painted, states_of

STATES = 120
"""Most states of the ratio rules that are looked at together."""


class Attribute:
    """The batches of an attribute that are needed whatever the order.

    Parameters
    ----------
    changes : Changes
        The rule that counts changes of the attribute.
    facts : Facts
        The day's figures.
    """

    def __init__(self, changes: Changes, facts: Facts) -> None:
        self.changes, self.facts = changes, facts
        self.values = [str(value) for value in facts.day.cars[changes.attribute]]
        known = [str(value) for value in facts.day.previous[changes.attribute][-1:]]
        self.last = known[0] if known else None
        self.counts = {value: self.values.count(value) for value in sorted(set(self.values))}
        self.needs = {value: self._parted(value, None) for value in self.counts}
        self.gains: dict[str, int] = {}

    @property
    def least(self) -> int:
        """The changes that these batches make."""
        return sum(self.needs.values()) - int(self.last is None)

    def part(self, kept: Sequence[Ratio]) -> None:
        """Raise the batches needed by kept ratios that none was asked for yet, one by one."""
        free = {value: self._parted(value, None) for value in self.counts}
        for rule in kept:
            if rule.name in self.gains:
                continue
            parted = {value: self._parted(value, rule) for value in self.counts}
            self.gains[rule.name] = sum(max(0, parted[value] - free[value]) for value in free)
            for value, least in parted.items():
                self.needs[value] = max(self.needs[value], least)

    def _parted(self, value: str, rule: Ratio | None) -> int:
        """Return the batches of a value that begin within the day, as one kept ratio asks."""
        facts, cars = self.facts, self.counts[value]
        longest = facts.longest(self.changes.attribute, value) or cars
        if rule is None:
            least = -(-cars // longest)
        else:
            fitted = facts.fitted(rule.option).tolist()
            with_it = sum(
                there for there, other in zip(fitted, self.values, strict=True) if other == value
            )
            least = least_batches(cars, with_it, rule, longest)
        return least - int(value == self.last)

    def array(self, values: Sequence[str]) -> np.ndarray:
        """Return the batches needed, value by value; 0 where that is not known."""
        return np.array([max(0, self.needs.get(value, 0)) for value in values], dtype=np.int64)

    def sharpen(self, rules: Sequence[Ratio], before: Before) -> None:
        """Raise the batches that each value needs, against all others taken as one value."""
        for value, cars in self.counts.items():
            if cars < 2:
                continue
            merged = ["1" if other == value else "0" for other in self.values]
            last = None if self.last is None else str(int(self.last == value))
            most = self.facts.longest(self.changes.attribute, value)
            longest = None if most is None or most >= cars else ("1", most)
            line = painted(rules, merged, last, self.facts, STATES, longest)
            if line is None:
                return
            limits, barred = before.limits(rules, self.changes, len(line.values))
            # The changes of the attribute are not those of the value.
            limits = [
                (Term(term.violations, (0,) * len(line.values)), most)
                for term, most in limits
                if any(term.violations) and not any(term.entries)
            ]
            enters = tuple(int(name == "1") for name in line.values)
            needs = np.array([enter * max(0, self.needs[value]) for enter in enters])
            goal = Term((0,) * len(rules), enters)
            found = line.bound(goal, limits, barred, needs, self.needs[value])
            self.needs[value] = max(self.needs[value], found)


def least_batches(cars: int, fitted: int, rule: Ratio, longest: int) -> int:
    """Return the least number of batches in which cars of a value keep a ratio.

    Parameters
    ----------
    cars, fitted : int
        Cars of the value, and those of them with the rule's option.
    rule : Ratio
        The ratio.
    longest : int
        Longest batch.

    Returns
    -------
    int
        Batches that hold all cars; a batch of so many cars has room for the option in as many of
        them as the windows laid end to end within it.
    """
    if not cars:
        return 0
    length = np.arange(min(longest, cars) + 1)
    room = length // rule.window * rule.most + np.minimum(rule.most, length % rule.window)
    most = np.full(cars + 1, -cars - 1)
    most[0] = 0
    batches = 0
    while batches < cars and (not batches or most[cars] < fitted):
        wider = np.full(cars + 1, -cars - 1)
        for size in range(1, len(length)):
            np.maximum(wider[size:], most[: cars + 1 - size] + room[size], out=wider[size:])
        most = wider
        batches += 1
    return batches


def filled(rules: Sequence[Ratio], more: Sequence[Ratio], facts: Facts) -> list[Ratio]:
    """Return the first rules, and of others as many as the states allow, in their order."""
    chosen = list(rules)
    for rule in more:
        if states_of([*chosen, rule], facts, STATES):
            chosen.append(rule)
    return chosen


def changes_behind(attribute: Attribute, before: Before) -> int:
    """Return the least changes of orders that are no worse in the levels before.

    Parameters
    ----------
    attribute : Attribute
        The attribute; the batches that it needs are raised.
    before : Before
        What the levels before leave.

    Returns
    -------
    int
        The bound, at least that of the changes alone.
    """
    attribute.part(before.kept)
    load = {rule: _load(rule, before.facts) for rule in before.ratios}
    parting = sorted(load, key=lambda rule: (-attribute.gains.get(rule.name, 0), -load[rule]))
    tight = sorted(load, key=lambda rule: -load[rule])
    sets = [filled([], order, before.facts) for order in (parting, tight)]
    if set(sets[0]) == set(sets[1]):
        del sets[1]
    for rules in sets:
        attribute.sharpen(rules, before)
    known = max(before.alone[attribute.changes.name], attribute.least)
    for rules in sets:
        line = painted(rules, attribute.values, attribute.last, before.facts, STATES)
        if line is not None:
            limits, barred = before.limits(rules, attribute.changes, len(line.values))
            goal = Term((0,) * len(rules), (1,) * len(line.values), 1)
            known = line.bound(goal, limits, barred, attribute.array(line.values), known)
    return known


def gain_behind(rules: Sequence[Ratio], attribute: Attribute, before: Before) -> int:
    """Return what ratio rules cost above their sum by themselves where changes are kept low.

    Parameters
    ----------
    rules : sequence of Ratio
        The ratio rules of a level.
    attribute : Attribute
        The attribute whose changes stand in a level before.
    before : Before
        What the levels before leave.

    Returns
    -------
    int
        Weighted violations more.
    """
    attribute.part(before.kept)
    facts = before.facts
    left = [rule for rule in rules if not rule.confined and rule.weight and facts.telling(rule)]
    left.sort(key=lambda rule: -_load(rule, facts))
    others = sorted(before.ratios, key=lambda rule: -facts.cars(rule.option))
    gain = 0
    while group := filled([], left, facts):
        every = filled(group, others, facts)
        line = painted(every, attribute.values, attribute.last, facts, STATES)
        if line is None:
            break
        known = sum(rule.weight * before.alone[rule.name] for rule in group)
        limits, barred = before.limits(every, attribute.changes, len(line.values))
        weights = [rule.weight if rule in group else 0 for rule in every]
        goal = Term(tuple(weights), (0,) * len(line.values))
        gain += line.bound(goal, limits, barred, attribute.array(line.values), known) - known
        left = [rule for rule in left if rule not in group]
    return gain


def _load(rule: Ratio, facts: Facts) -> float:
    return facts.cars(rule.option) * rule.window / max(1, rule.most)
