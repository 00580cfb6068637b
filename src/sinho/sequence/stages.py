"""The stages of a search: which levels it looks at, how worse orders are allowed, for how long.

Levels are won one after the other, as their order asks. While a level is worked on, the levels
above never get worse and those below are not looked at, which makes a move cheap. Worse orders are
allowed with a chance that falls through the stage (simulated annealing; Kirkpatrick, Gelatt and
Vecchi 1983, Science 220, 671-680); in the last part no worse order is allowed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sinho.days.day import Day
from sinho.days.rules import Changeover, Changes, Forbidden, Overload, Ratio, Rule
from sinho.sequence.day_parts import Ints
from sinho.sequence.kernel import pool

CHUNK = 20_000
"""Moves between two looks at the clock."""

TRADED = 10.0
"""Price of a level, in typical steps of the next, while both are searched together."""

FAR = 200.0
"""Typical steps that one move can change a level by, from which on it is far-reaching."""

DEARER = ((300.0, 36.0), (600.0, 40.0), (1000.0, 45.0))
"""Prices of a level above a far-reaching one, and mean worsening allowed, in steps of that one."""


SETTLING = (0.22, 0.08)
"""Mean worsening, in steps, allowed to batches behind two levels: they settle within it."""


@dataclass(frozen=True)
class Stage:
    """A part of a search.

    Parameters
    ----------
    level : int
        The level worked on, 0 for the hard rules; those below it are not looked at.
    share : float
        Share of the search's moves or time, relative to the other stages.
    hot, cold : float
        Mean worsening of the level that is allowed at the begin and at the end; 0 for none.
    above : float
        Price of a unit of the level above, in units of this one, at which the two may trade;
        0: the level above never gets worse.
    """

    level: int
    share: float
    hot: float = 0.0
    cold: float = 0.0
    above: float = 0.0

    def temperature(self, done: float) -> float:
        """Return the mean worsening allowed when a share of the stage is done."""
        if self.hot <= 0:
            return 0.0
        return float(self.hot * (self.cold / self.hot) ** min(1.0, done))


def plan_stages(
    unit: tuple[float, ...],
    batches: tuple[bool, ...],
    warm: bool,
    far: tuple[bool, ...] = (),
) -> list[Stage]:
    """Return the stages of a search.

    A level of batches above a far-reaching level gets further stages of both together, in which it
    becomes dearer and dearer: where the batches stand decides what the far-reaching level can
    reach, and once they are settled, no single move can mend it.

    Parameters
    ----------
    unit : tuple of float, shape (levels,)
        A typical step of each level, hard rules first, in the units of its total.
    batches : tuple of bool, shape (levels,)
        Whether a level looks at neighbours.
    warm : bool
        Whether the search goes on from an order that is good already; less is then allowed.
    far : tuple of bool, shape (levels,), optional
        Whether single moves change a level by ``FAR`` typical steps or more; empty: none does.

    Returns
    -------
    list of Stage
        First a short one without allowance on all levels, then those of each level, then again one
        without allowance.
    """
    last = len(unit) - 1
    heat = 0.2 if warm else 0.35
    stages = [Stage(last, 0.02)]
    for level in range(1, last + 1):
        one = unit[level]
        if 1 < level < last and not batches[level + 1]:
            # First with the level below it, so that what is won here leaves room for that one.
            below = unit[level + 1]
            price = TRADED * below / one
            stages.append(Stage(level + 1, 0.35, 10 * heat * below, 0.7 * below, price))
            dearer = DEARER if batches[level] and level + 1 < len(far) and far[level + 1] else ()
            share = 0.15 if dearer else 0.25
            stages.append(Stage(level, share, 0.4 * heat * one, 0.06 * one))
            stages.extend(
                Stage(level + 1, 0.1, hot * below, 40.0 * below, price * below / one)
                for price, hot in dearer
            )
        elif level < last:
            stages.append(Stage(level, 0.4 if level == 1 else 0.5, heat * one, 0.07 * one))
        else:
            hot, cold = (heat + 0.1 if level > 1 else heat), 0.07
            if level > 2 and batches[level]:
                hot, cold = SETTLING
            stages.append(Stage(level, 0.4, hot * one, cold * one))
    return [*stages, Stage(last, 0.03)]


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


def line_view(m: Ints) -> Ints:
    """Return a view of the cars on the line."""
    return m[m[pool.LINE] : m[pool.LINE] + m[pool.PLACES]]


def best_view(m: Ints) -> Ints:
    """Return a view of the best order seen."""
    return m[m[pool.BEST] : m[pool.BEST] + m[pool.PLACES]]


def totals(m: Ints) -> Ints:
    """Return a view of the totals of the active levels."""
    return m[m[pool.TOTAL] : m[pool.TOTAL] + m[pool.ACTIVE]]


def best_totals(m: Ints) -> Ints:
    """Return a view of the totals of the best order seen, of the active levels."""
    return m[m[pool.BEST_TOTAL] : m[pool.BEST_TOTAL] + m[pool.ACTIVE]]


def tried(m: Ints) -> int:
    """Return the moves tried so far."""
    return int(m[m[pool.TALLY]])
