"""Ratio rules that stand in each other's way: what groups of them cost together.

A car with two options counts in both rules, and every position takes one car. So what each rule
could do by itself may be out of reach for all of them: where half of the cars have one option at
1/2, the others have to be spread over the places that are left. The bound is that of ``painted``,
for cars that are all alike but for the options of the group.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from sinho.days.rules import Ratio
from sinho.sequence.bounds.facts import Facts
from sinho.sequence.bounds.painted import Term, painted

LOOKED_AT = 12
"""Rules of a level that are combined, those with the highest utilisation."""
TRIED = 4
"""Groups that are tried of each ranking, unless more are asked for."""
STATES = 800
"""Most states of a group."""
STATES_GROWN = 1500
"""The same for a group that is widened by a rule."""


@dataclass(frozen=True)
class Group:
    """Rules that cost more together than each by itself.

    Parameters
    ----------
    rules : tuple of Ratio
        The rules.
    gain : int
        How much what they cost together is above the sum of the rules by themselves.
    """

    rules: tuple[Ratio, ...]
    gain: int


def joint_groups(rules: Sequence[Ratio], facts: Facts, tried: int = TRIED) -> list[Group]:
    """Return groups of rules, no rule in two, that cost more together than by themselves.

    Parameters
    ----------
    rules : sequence of Ratio
        The ratio rules of one level; those confined to a part of the day stay apart.
    facts : Facts
        The day's figures.
    tried : int
        Groups that are tried of each ranking.

    Returns
    -------
    list of Group
        Groups with a gain, the largest first.
    """
    rules = [rule for rule in rules if not rule.confined and facts.telling(rule)]
    found = [group for some in _candidates(rules, facts, tried) if (group := _group(some, facts))]
    found.sort(key=lambda group: (-group.gain, len(group.rules)))
    left = set(rules)
    chosen = []
    for group in found:
        if left.issuperset(group.rules):
            wider = _grown(group, [rule for rule in rules if rule in left], facts)
            chosen.append(wider)
            left.difference_update(wider.rules)
    return chosen


def keep_together(rules: Sequence[Ratio], facts: Facts) -> bool:
    """Return whether ratio rules are not known to rule each other out.

    Parameters
    ----------
    rules : sequence of Ratio
        The rules.
    facts : Facts
        The day's figures.

    Returns
    -------
    bool
        False where no order of the day keeps them all.
    """
    if any(facts.floor(rule).least for rule in rules):
        return False
    telling = tuple(rule for rule in rules if facts.telling(rule))
    return len(telling) < 2 or _group(telling, facts) is None


def _group(rules: tuple[Ratio, ...], facts: Facts, states: int = STATES) -> Group | None:
    """Return what rules cost together, if that is more than by themselves."""
    line = painted(rules, [""] * facts.size, "", facts, states)
    if line is None:
        return None
    apart = sum(rule.weight * facts.floor(rule).least for rule in rules)
    goal = Term(tuple(rule.weight for rule in rules), (0,))
    none = np.zeros(1, dtype=np.int64)
    gain = line.bound(goal, [], [False] * len(rules), none, apart) - apart
    return Group(rules, gain) if gain else None


def _grown(group: Group, rules: Sequence[Ratio], facts: Facts) -> Group:
    """Return the group with one more rule, the one that raises its gain the most, if any does."""
    best = group
    for rule in rules:
        if rule not in group.rules:
            wider = _group((*group.rules, rule), facts, STATES_GROWN)
            if wider and wider.gain > best.gain:
                best = wider
    return best


def _candidates(rules: Sequence[Ratio], facts: Facts, tried: int) -> Iterator[tuple[Ratio, ...]]:
    """Yield pairs and triples that leave few cars without an option, or that are the tightest."""
    load = {rule.name: facts.cars(rule.option) * rule.window / max(1, rule.most) for rule in rules}
    near = sorted((rule for rule in rules if load[rule.name]), key=lambda rule: -load[rule.name])
    groups = [group for number in (2, 3) for group in combinations(near[:LOOKED_AT], number)]
    fitted = {rule.name: facts.fitted(rule.option).astype(bool) for rule in near}
    plain = {
        group: facts.size
        - np.count_nonzero(np.logical_or.reduce([fitted[rule.name] for rule in group]))
        for group in groups
    }
    fullest = sorted(groups, key=lambda group: plain[group])[:tried]
    tightest = sorted(groups, key=lambda group: -min(load[rule.name] for rule in group))[:tried]
    yield from dict.fromkeys([*fullest, *tightest])
