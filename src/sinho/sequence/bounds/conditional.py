"""Lower bounds of a level for orders that give nothing up in the levels before it.

Such an order costs no more in the levels before than the order in hand. A sum of those levels,
counted many times, and of the level in question is bounded like a single level; what is left of
the bound, less the most that the levels before may cost, holds for the level by itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sinho.sequence.bounds.facts import Facts
from sinho.sequence.bounds.groups import joint_groups
from sinho.sequence.bounds.rules import RuleBound
from sinho.sequence.day import Day
from sinho.sequence.rules import Ratio

TIMES = 30
"""How many times a cost of the levels before counts."""
TRIED = 8


def least_behind(
    day: Day, level: int, totals: Sequence[int], alone: dict[str, RuleBound], facts: Facts
) -> int:
    """Return a lower bound of a level for orders no worse in all levels before it.

    Parameters
    ----------
    day : Day
        The day.
    level : int
        The level.
    totals : sequence of int
        Whole-number totals of the order in hand.
    alone : dict of str to RuleBound
        What each rule costs by itself.
    facts : Facts
        The day's figures.

    Returns
    -------
    int
        Whole-number total of the level.
    """
    ratios: list[Ratio] = []
    most = 0
    for before in range(level + 1):
        scale = day.level_scale(before)
        times = 1 if before == level else TIMES
        others = 0
        for rule in day.rules:
            if rule.level != before:
                continue
            if isinstance(rule, Ratio):
                ratios.append(replace(rule, weight=rule.weight * times))
            else:
                others += rule.weight * alone[rule.name].total * (scale // rule.scale)
        if before == level:
            rest = others
        else:
            # The ratios of a level before cost at most what its other rules leave.
            most += times * ((totals[before] - others) // scale)
    least = sum(rule.weight * alone[rule.name].total for rule in ratios)
    least += sum(group.gain for group in joint_groups(ratios, facts, TRIED))
    return rest + max(0, least - most) * day.level_scale(level)
