"""Lower bounds of a level for orders that give nothing up in the levels before it.

Such an order costs no more in the levels before than the order in hand. A sum of those levels,
counted many times, and of the level in question is bounded like a single level; what is left of
the bound, less the most that the levels before may cost, holds for the level by itself. Where
changes of an attribute stand in one of the levels and ratio rules in the other, a relaxation that
sees both is used as well (``behind``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sinho.days.rules import Ratio
from sinho.sequence.bounds.before import Before
from sinho.sequence.bounds.behind import Attribute, changes_behind, gain_behind
from sinho.sequence.bounds.groups import joint_groups

TIMES = 30
"""How many times a cost of the levels before counts."""
TRIED = 8


def least_behind(before: Before, attributes: Sequence[Attribute]) -> int:
    """Return a lower bound of a level for orders no worse in all levels before it.

    Parameters
    ----------
    before : Before
        The level, and what those before it leave.
    attributes : sequence of Attribute
        Attributes whose changes count in some level; the batches that they need are raised.

    Returns
    -------
    int
        Whole-number total of the level.
    """
    level, day = before.level, before.facts.day
    scale = day.level_scale(level)
    always = least = before.least[level]
    ratios = [rule for rule in day.rules if isinstance(rule, Ratio) and rule.level == level]
    behind = [attribute for attribute in attributes if (attribute.changes.level or 0) < level]
    if ratios and before.ratios and not behind:
        least = _behind_ratios(before)
    for attribute in behind if ratios else ():
        more = gain_behind(ratios, attribute, before)
        least = max(least, before.sum_alone(level) + more * scale)
    for attribute in attributes:
        rule = attribute.changes
        if rule.level == level and before.ratios:
            more = changes_behind(attribute, before) - before.alone[rule.name]
            least = max(least, always + rule.weight * more * scale)
    return least


def _behind_ratios(before: Before) -> int:
    """Return what is left of a bound of the ratio rules in the level and before it."""
    day, alone = before.facts.day, before.alone
    ratios: list[Ratio] = []
    most = rest = 0
    for level in range(before.level + 1):
        scale = day.level_scale(level)
        times = 1 if level == before.level else TIMES
        own = [rule for rule in day.rules if isinstance(rule, Ratio) and rule.level == level]
        ratios += [replace(rule, weight=rule.weight * times) for rule in own]
        others = before.sum_alone(level, {rule.name for rule in own})
        if level == before.level:
            rest = others
        else:
            # The ratios of a level before cost at most what its other rules leave.
            most += times * ((before.totals[level] - others) // scale)
    least = sum(rule.weight * alone[rule.name] for rule in ratios)
    least += sum(group.gain for group in joint_groups(ratios, before.facts, TRIED))
    return rest + max(0, least - most) * day.level_scale(before.level)
