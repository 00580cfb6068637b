"""What the levels before leave, where an order may be no worse in them than given totals."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sinho.days.rules import Changes, Ratio
from sinho.sequence.bounds.facts import Facts
from sinho.sequence.bounds.groups import Group
from sinho.sequence.bounds.painted import Term


@dataclass(frozen=True)
class Before:
    """What the levels before leave.

    Parameters
    ----------
    level : int
        The level that is bounded.
    totals : sequence of int
        The most that each level may cost, in the units of ``Score.totals``.
    least : sequence of int
        What each level costs at least.
    alone : mapping of str to int
        What each rule costs by itself.
    groups : sequence of sequence of Group
        Rules of each level that cost more together.
    facts : Facts
        The day's figures.
    """

    level: int
    totals: Sequence[int]
    least: Sequence[int]
    alone: Mapping[str, int]
    groups: Sequence[Sequence[Group]]
    facts: Facts

    @property
    def ratios(self) -> list[Ratio]:
        """The ratio rules that are hard or stand in a level before, those that say anything."""
        return [
            rule
            for rule in self.facts.day.rules
            if isinstance(rule, Ratio)
            and not rule.confined
            and self.facts.telling(rule)
            and (rule.level is None or (rule.weight and rule.level < self.level))
        ]

    @property
    def joint(self) -> set[str]:
        """Names of the ratio rules that cost more together."""
        return {rule.name for groups in self.groups for group in groups for rule in group.rules}

    @property
    def kept(self) -> list[Ratio]:
        """Those of them that may not be violated at all."""
        return [
            rule
            for rule in self.ratios
            if rule.hard
            or (
                rule.name not in self.joint
                and self.alone[rule.name] == 0
                and self.totals[rule.level or 0] <= self.least[rule.level or 0]
            )
        ]

    def sum_alone(self, level: int, without: Collection[str] = ()) -> int:
        """Return what the rules of a level cost at least by themselves, some left out by name."""
        scale = self.facts.day.level_scale(level)
        return sum(
            rule.weight * self.alone[rule.name] * (scale // rule.scale)
            for rule in self.facts.day.rules
            if rule.level == level and rule.name not in without
        )

    def limits(
        self, rules: Sequence[Ratio], changes: Changes, values: int
    ) -> tuple[list[tuple[Term, int]], list[bool]]:
        """Return what is left to ratio rules and changes together, and the rules that are barred.

        Parameters
        ----------
        rules : sequence of Ratio
            The ratio rules that the relaxation looks at.
        changes : Changes
            The changes that it looks at.
        values : int
            Values of their attribute.
        """
        limits = []
        barred = {rule.name for rule in rules if rule.hard}
        for before in range(self.level):
            seen = {rule.name for rule in [*rules, changes] if rule.level == before}
            # Where the rules outside of groups are taken by themselves, the groups count whole.
            for names in dict.fromkeys((frozenset(seen), frozenset(seen - self.joint))):
                most, slack = self._most(before, names)
                free = {name for name in names if slack > 0 or self.alone[name]}
                if free or changes.name in names:
                    weights = [rule.weight if rule.name in names else 0 for rule in rules]
                    change = changes.weight if changes.name in names else 0
                    limits.append((Term(tuple(weights), (change,) * values, change), most))
                barred |= names - free - {changes.name}
        return limits, [rule.name in barred for rule in rules]

    def _most(self, level: int, names: Collection[str]) -> tuple[int, int]:
        """Return what a level's rules of these names may cost, and how far that is above least."""
        day = self.facts.day
        groups = self.groups[level]
        apart = sum(
            group.gain for group in groups if not any(rule.name in names for rule in group.rules)
        )
        most = (self.totals[level] - self.sum_alone(level, names)) // day.level_scale(level) - apart
        least = sum(rule.weight * self.alone[rule.name] for rule in day.rules if rule.name in names)
        return most, most - least
