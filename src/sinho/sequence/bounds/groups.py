"""Chooses groups of ratio rules that may stand in each other's way, and bounds what they cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from sinho.sequence.bounds.facts import Facts
from sinho.sequence.bounds.joint import joint_floor
from sinho.sequence.rules import Ratio

LOOKED_AT = 12
"""Rules of a level that are combined, those with the highest utilisation."""
TRIED = 4
"""Groups that are tried of each ranking."""
ROUNDS = 60


@dataclass(frozen=True)
class Group:
    """Rules that cost more together than each by itself.

    Parameters
    ----------
    rules : tuple of Ratio
        The rules.
    total : int
        Least weighted cost of the rules together.
    gain : int
        How much this is above the sum of the rules by themselves.
    """

    rules: tuple[Ratio, ...]
    total: int
    gain: int


def joint_groups(rules: Sequence[Ratio], facts: Facts) -> list[Group]:
    """Return groups of rules, no rule in two, that cost more together than by themselves.

    Parameters
    ----------
    rules : sequence of Ratio
        The ratio rules of one level.
    facts : Facts
        The day's figures.

    Returns
    -------
    list of Group
        Groups with a gain, the largest first.
    """
    found = [group for rules in _candidates(rules, facts) if (group := _group(rules, facts))]
    found.sort(key=lambda group: (-group.gain, len(group.rules)))
    taken: set[Ratio] = set()
    chosen = []
    for group in found:
        if taken.isdisjoint(group.rules):
            chosen.append(group)
            taken.update(group.rules)
    return chosen


def least_together(rules: Sequence[Ratio], facts: Facts) -> int:
    """Return the least weighted cost of ratio rules together.

    Parameters
    ----------
    rules : sequence of Ratio
        The rules.
    facts : Facts
        The day's figures.

    Returns
    -------
    int
        A lower bound, at least the sum of the rules by themselves.
    """
    apart = sum(rule.weight * facts.floor(rule).least for rule in rules)
    together = joint_floor(rules, facts, ROUNDS) if len(rules) > 1 else None
    return max(apart, together or 0)


def _group(rules: tuple[Ratio, ...], facts: Facts) -> Group | None:
    """Return what rules cost together, if that is more than by themselves."""
    apart = sum(rule.weight * facts.floor(rule).least for rule in rules)
    total = least_together(rules, facts)
    return Group(rules, total, total - apart) if total > apart else None


def _candidates(rules: Sequence[Ratio], facts: Facts) -> Iterator[tuple[Ratio, ...]]:
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
    fullest = sorted(groups, key=lambda group: plain[group])[:TRIED]
    tightest = sorted(groups, key=lambda group: -min(load[rule.name] for rule in group))[:TRIED]
    yield from dict.fromkeys([*fullest, *tightest])
