"""What single moves do to the levels of a day."""

from __future__ import annotations

import numpy as np

from sinho.days.day import Day
from sinho.days.rules import Changeover, Changes, Forbidden, Overload, Ratio, Rule
from sinho.sequence.stages import FAR


def unit_of(day: Day, level: int) -> float:
    """Return a typical step of a level: one unit of its most common kind of rule."""
    rules = [rule for rule in day.rules if rule.level == level]
    steps = [rule.weight * day.level_scale(level) / rule.scale * _step(rule) for rule in rules]
    return float(np.median(steps)) if steps else 1.0


def batched(day: Day) -> tuple[bool, ...]:
    """Say of each level, hard rules first, whether it looks at neighbours."""
    kinds = Changes | Changeover | Forbidden
    seen = {rule.level for rule in day.rules if isinstance(rule, kinds)}
    return (None in seen, *(level in seen for level in range(len(day.levels))))


def far(day: Day, unit: tuple[float, ...]) -> tuple[bool, ...]:
    """Return whether single moves change a level far: rare options with wide windows, say."""
    reach = [0.0] * len(unit)
    for rule in day.rules:
        if isinstance(rule, Ratio) and rule.level is not None:
            wide = rule.window if int(day.cars[rule.option].sum()) > rule.most else 0
            step = rule.weight * day.level_scale(rule.level) / unit[rule.level + 1]
            reach[rule.level + 1] = max(reach[rule.level + 1], wide * step)
    return tuple(steps >= FAR for steps in reach)


def _step(rule: Rule) -> float:
    """Return a typical change of a rule's whole-number cost by one move."""
    if isinstance(rule, Overload):
        return max([round(minutes * rule.scale) for _, minutes in rule.times], default=1) or 1
    return float(rule.scale)
