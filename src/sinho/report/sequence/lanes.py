"""What a picture of an order shows: its cars, bands of colour, and a lane for each rule."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sinho.days.day import Day
from sinho.days.line import CarsInLine, line_of
from sinho.days.rules import (
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
from sinho.days.score import Counted, count, score_order, work
from sinho.report.sequence.paint import paints
from sinho.results import Score

STRENGTHS = 4
"""Shades by which a piece stands above its limit."""

COLOUR = ("colour", "color", "paint")
"""Attributes that are drawn first, under whichever name the day has them."""


PLAIN = "cars"
"""What stands beside the cars of a day without attributes."""


@dataclass(frozen=True)
class Lane:
    """A row of the picture: one rule.

    Parameters
    ----------
    rule : Rule
        The rule.
    label, limit : str
        What stands beside it: its name, and its limit such as ``1/3``.
    dots : array of bool, shape (known + cars,)
        Whether the rule counts the car at each position, cars before the day first.
    counted : Counted
        The pieces with a cost: violated windows, blocks, runs, neighbours or cars.
    between : bool
        Whether pieces lie between neighbours and not over cars.
    """

    rule: Rule
    label: str
    limit: str
    dots: NDArray[np.bool_] = field(repr=False)
    counted: Counted = field(repr=False)
    between: bool = False

    @cached_property
    def strength(self) -> NDArray[np.int64]:
        """How far each piece is above its limit, from 1 to ``STRENGTHS``.

        By cars where the rule counts cars; else in quarters of its worst piece.
        """
        cost = self.counted.cost
        if isinstance(self.rule, Ratio | Maximum | RunLength) or not len(cost):
            return np.minimum(cost, STRENGTHS)
        return np.asarray(np.ceil(STRENGTHS * cost / cost.max()), dtype=np.int64)


@dataclass(frozen=True)
class Band:
    """An attribute along the line.

    Parameters
    ----------
    attribute : str
        Its name.
    values : list of str
        The value of each car, cars before the day first.
    colours : dict of str to str
        Colour of each value, the frequent ones first.
    """

    attribute: str
    values: list[str | None] = field(repr=False)
    colours: dict[str | None, str]


@dataclass(frozen=True)
class View:
    """An order of a day, counted.

    Parameters
    ----------
    day : Day
        The day.
    line : CarsInLine
        Its cars in order.
    counted : dict of str to Counted
        What each rule counts, by name of the rule.
    """

    day: Day
    line: CarsInLine = field(repr=False)
    counted: dict[str, Counted] = field(repr=False)

    @cached_property
    def score(self) -> Score:
        """What the order costs, from scratch."""
        return score_order(self.day, self.line.order)

    @property
    def size(self) -> int:
        """Cars of the day."""
        return self.day.size

    @property
    def known(self) -> int:
        """Cars known before the day."""
        return self.line.known

    @cached_property
    def lanes(self) -> tuple[Lane, ...]:
        """Lanes of the rules, hard ones first, then level by level.

        Rules on the neighbours or the runs of an attribute have a lane only where they are broken:
        its band shows them otherwise. Pinned and frozen cars are marked above the bands.
        """
        ranked = sorted(self.day.rules, key=lambda rule: -1 if rule.level is None else rule.level)
        drawn = (lane_of(rule, self) for rule in ranked)
        return tuple(lane for lane in drawn if lane is not None)

    @cached_property
    def bands(self) -> tuple[Band, ...]:
        """Bands of the attributes that rules name, colours first; at least one band."""
        day = self.day
        ruled = {rule.attribute for rule in day.rules if hasattr(rule, "attribute")}
        ruled |= {*day.elsewhere}
        names = [name for name in day.attributes if name in ruled] or list(day.attributes[:1])
        names.sort(key=lambda name: name.casefold() not in COLOUR)
        return tuple(self._band(name) for name in names) or (self._plain(),)

    def _plain(self) -> Band:
        """Return the band of a day whose cars have no attributes."""
        return Band(PLAIN, [None] * (self.known + self.size), paints([None]))

    def _band(self, name: str) -> Band:
        values: list[str | None] = [*self.line.attribute(name)]
        return Band(name, values, paints(values))

    @cached_property
    def pinned(self) -> dict[str, int]:
        """Position that pinned cars are to have."""
        rules = (rule for rule in self.day.rules if isinstance(rule, Pinned))
        return {car: at for rule in rules for car, at in rule.pins}

    @property
    def frozen(self) -> int:
        """How many of the first cars are frozen."""
        firsts = [rule.first for rule in self.day.rules if isinstance(rule, Frozen)]
        return min(self.size, max(firsts, default=0))


def view_of(day: Day, order: Sequence[str]) -> View:
    """Count an order for a picture or a report.

    Parameters
    ----------
    day : Day
        The day.
    order : sequence of str
        Idents of the day's cars in building order, each once.

    Returns
    -------
    View
        The order with what each rule counts.

    Raises
    ------
    DataError
        When the order lacks a car of the day, repeats one or names another.
    """
    line = line_of(day, order)
    return View(day, line, {rule.name: count(rule, line) for rule in day.rules})


def beside(rule: Rule) -> str:
    """Return what stands beside a rule's name: its limit, unless the name says it already."""
    limit = limit_of(rule)
    return "" if limit in rule.name else limit


def limit_of(rule: Rule) -> str:
    """Return a rule's limit as short as can be; empty where it has none."""
    match rule:
        case Ratio():
            return f"{rule.most}/{rule.window}"
        case Maximum():
            return f"≤{rule.most}" if rule.per is None else f"≤{rule.most} per {rule.per}"
        case RunLength():
            low = f"{rule.least}" if rule.least > 1 else ""
            high = "" if rule.most is None else f"{rule.most}"
            return f"{low}–{high}" if low and high else f"≥{low}" if low else f"≤{high}"
        case Overload():
            return f"{rule.length:g} min"
        case Frozen():
            return f"first {rule.first}"
        case _:
            return ""


def lane_of(rule: Rule, view: View) -> Lane | None:
    """Return the lane of a rule; ``None`` where it is shown otherwise."""
    line, counted = view.line, violated(view.counted[rule.name])
    none = np.zeros(line.cars.height, dtype=np.bool_)
    match rule:
        case Ratio() | Maximum():
            dots = line.option(rule.option) > 0
        case Spread():
            dots, counted = line.option(rule.option) > 0, violated(counted, np.inf)
        case Overload():
            day = work(rule, line.cars)
            dots = day > (day.min() if len(day) else 0)
        case Windows() if rule.windows:
            dots = none
            at = [line.position_of[car] + line.known - 1 for car, _, _ in rule.windows]
            dots[at] = True
        case Changeover() | Forbidden() | RunLength():
            if not len(counted.cost):
                return None
            between = not isinstance(rule, RunLength)
            return Lane(rule, rule.name, beside(rule), none, counted, between)
        case _:
            return None
    return Lane(rule, rule.name, beside(rule), dots, counted)


def violated(counted: Counted, least: float = 1) -> Counted:
    """Return the pieces that cost at least so much."""
    keep = counted.cost >= least
    return Counted(counted.first[keep], counted.last[keep], counted.cost[keep])


def changes_of(view: View, attribute: str) -> tuple[Changes, ...]:
    """Return the rules that count an attribute's changes; all of them count the same."""
    rules = (rule for rule in view.day.rules if isinstance(rule, Changes))
    return tuple(rule for rule in rules if rule.attribute == attribute)
