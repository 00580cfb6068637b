"""Lines that share a booth: the one order in which their cars pass it, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property

import polars as pl

from sinho.days.day import CAR, Day
from sinho.days.rules import Changeover, Changes, Forbidden, Pinned, RunLength
from sinho.days.score import score_order
from sinho.results import JointScore

SharedRule = Changes | Changeover | Forbidden | RunLength
"""Kinds of rules that can be counted at a booth: those that compare an attribute."""

FINEST = 1_000_000
"""Hours are taken to fractions with denominators up to this."""


Worked = tuple[tuple[float, float], ...]
"""When a line works on a day: begin and length, in hours, of each stretch between breaks."""


def merge(sizes: Sequence[int], worked: Sequence[Worked]) -> list[tuple[int, int]]:
    """Return the order in which the cars of lines pass a booth that they share.

    Each line sends its cars at its own even pace: the k-th of n cars of a day of h working hours
    enters the booth when (k - 1/2) h / n of them are done, by the clock of the line's shifts and
    breaks. Cars that would enter together do so in the order of the lines.

    Parameters
    ----------
    sizes : sequence of int
        Cars of each line.
    worked : sequence of Worked
        When each line works, in hours from one midnight on.

    Returns
    -------
    list of (int, int)
        Number of the line, from 0, and place in its sequence, from 0, of each car.
    """
    times = [
        (moment, line, at)
        for line, (size, own) in enumerate(zip(sizes, worked, strict=True))
        for at, moment in enumerate(_moments(size, own))
    ]
    return [(line, at) for _, line, at in sorted(times)]


def _moments(size: int, worked: Worked) -> Iterator[Fraction]:
    """Yield when each of so many cars enters, in hours."""
    stretches = [
        (Fraction(begin).limit_denominator(FINEST), Fraction(length).limit_denominator(FINEST))
        for begin, length in worked
    ]
    total = sum((length for _, length in stretches), Fraction())
    at, before = 0, Fraction()
    for car in range(size):
        done = total * (2 * car + 1) / (2 * size)
        while at < len(stretches) - 1 and done >= before + stretches[at][1]:
            before += stretches[at][1]
            at += 1
        yield stretches[at][0] + done - before


@dataclass(frozen=True)
class Booth:
    """A shop that several lines pass, with the rules that are counted there.

    Parameters
    ----------
    shop : str
        Its name.
    lines : tuple of str
        Lines that pass it.
    rules : tuple of Rule
        Rules of kinds changes, changeover, forbidden and run, over the merged order.
    previous : DataFrame
        The last cars that passed it before the day, in that order, with ``car`` and the attributes
        of the rules; may be empty.
    """

    shop: str
    lines: tuple[str, ...]
    rules: tuple[SharedRule, ...]
    previous: pl.DataFrame


@dataclass(frozen=True)
class JointDay:
    """A day of several lines that share booths.

    Parameters
    ----------
    name : str
        Name for headings.
    lines : tuple of Day
        The day of each line with the rules that hold along it; named by ``Day.line``. All have the
        same levels.
    worked : tuple of Worked
        When each line works.
    booths : tuple of Booth
        The booths.

    Raises
    ------
    ValueError
        Where lines have one name, no cars or other levels, a car is built twice, hours are not
        above 0, or a booth names another line, or has a rule of a kind that it cannot count.
    """

    name: str
    lines: tuple[Day, ...]
    worked: tuple[Worked, ...]
    booths: tuple[Booth, ...]

    def __post_init__(self) -> None:
        names = [line.line for line in self.lines]
        cars = [car for line in self.lines for car in line.idents]
        for wrong, text in (
            (not self.lines or any(not line.size for line in self.lines), "each line needs cars"),
            (len(set(names)) < len(names), "lines need names of their own"),
            (len(set(cars)) < len(cars), "a car is built once, on one line"),
            (len({line.levels for line in self.lines}) > 1, "all lines need the same levels"),
            (
                len(self.worked) < len(names)
                or not all(0 < sum(hours for _, hours in own) < math.inf for own in self.worked),
                "each line needs hours above 0",
            ),
            (
                any(not booth.lines or {*booth.lines} - {*names} for booth in self.booths),
                "booths are passed by lines of the day",
            ),
            (
                any(
                    not isinstance(rule, SharedRule)
                    for booth in self.booths
                    for rule in booth.rules
                ),
                "booths count rules of kinds changes, changeover, forbidden and run alone",
            ),
        ):
            if wrong:
                raise ValueError(f"{self.name}: {text}")

    @classmethod
    def of_line(cls, day: Day) -> JointDay:
        """Return a day of one line that shares nothing."""
        return cls(day.name, (day,), (((0.0, 24.0),),), ())

    @property
    def levels(self) -> tuple[str, ...]:
        """Names of the levels."""
        return self.lines[0].levels

    def members(self, booth: Booth) -> list[int]:
        """Return the numbers of the lines that pass a booth."""
        return [at for at, line in enumerate(self.lines) if line.line in booth.lines]

    def entering(self, booth: Booth) -> list[tuple[int, int]]:
        """Return line and place on it, both from 0, of each car in the order of a booth."""
        own = self.members(booth)
        order = merge([self.lines[at].size for at in own], [self.worked[at] for at in own])
        return [(own[line], at) for line, at in order]

    @cached_property
    def booth_days(self) -> tuple[Day, ...]:
        """What each booth sees: the cars of its lines, one line's behind the other's, its rules."""
        days = []
        for booth in self.booths:
            names = tuple(dict.fromkeys(rule.attribute for rule in booth.rules))
            cars = pl.concat(
                [self.lines[at].cars.select(CAR, *names) for at in self.members(booth)]
            )
            previous = booth.previous
            if previous.is_empty():
                previous = cars.clear()
            days.append(
                Day(
                    name=f"{self.name}, {booth.shop}",
                    cars=cars,
                    previous=previous.select(cars.columns),
                    attributes=names,
                    options=(),
                    rules=booth.rules,
                    levels=self.levels,
                )
            )
        return tuple(days)

    @cached_property
    def whole(self) -> Day:
        """All cars and all rules, by whose levels joint orders are compared; it has no order."""
        days = [*self.lines, *self.booth_days]
        cars = pl.concat([line.cars for line in self.lines], how="diagonal")
        rules = [
            replace(rule, name=f"{at} {rule.name}")
            for at, day in enumerate(days)
            for rule in day.rules
        ]
        return replace(
            self.lines[0],
            name=self.name,
            cars=cars,
            previous=cars.clear(),
            rules=tuple(rules),
        )

    def alone(self, at: int) -> Day:
        """Return a line's day with the rules of its booths counted along the line.

        Parameters
        ----------
        at : int
            Number of the line, from 0.
        """
        line = self.lines[at]
        names = {rule.name for rule in line.rules}
        rules = [r for booth in self.booths if line.line in booth.lines for r in booth.rules]
        return line.with_rules(*(rule for rule in rules if rule.name not in names))

    def beside(
        self, day: Day, orders: Mapping[str, Sequence[str]]
    ) -> tuple[JointDay, dict[str, tuple[str, ...]]]:
        """Return the lines with another day of one of them, the other lines' cars held in place.

        Only booths that the line passes are left, and on the other lines no rules.

        Parameters
        ----------
        day : Day
            The line's day; cars of it that another line had leave that one.
        orders : mapping of str to sequence of str
            Idents of each line's cars in building order.

        Returns
        -------
        JointDay
            The lines, in the same order.
        dict of str to tuple of str
            The orders of the other lines.
        """
        days, others, worked = [], dict[str, tuple[str, ...]](), []
        for own, hours in zip(self.lines, self.worked, strict=True):
            here = day
            if own.line != day.line:
                order = tuple(car for car in orders[own.line] if car not in day.row_of)
                if not order:
                    continue
                pins = tuple((car, at) for at, car in enumerate(order, start=1))
                cars = own.cars.filter(pl.col(CAR).is_in(order))
                here = replace(own, cars=cars, rules=(Pinned(name="other line", pins=pins),))
                others[own.line] = order
            days.append(here)
            worked.append(hours)
        there = [own.line for own in days]
        booths = tuple(
            replace(booth, lines=tuple(line for line in booth.lines if line in there))
            for booth in self.booths
            if day.line in booth.lines
        )
        return JointDay(self.name, tuple(days), tuple(worked), booths), others

    def booth_order(self, at: int, orders: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
        """Return the order in which cars pass a booth.

        Parameters
        ----------
        at : int
            Number of the booth, from 0.
        orders : mapping of str to sequence of str
            Idents of each line's cars in building order.
        """
        names = [line.line for line in self.lines]
        return tuple(orders[names[line]][spot] for line, spot in self.entering(self.booths[at]))

    def summed(self, totals: Sequence[Sequence[int]]) -> tuple[int, ...]:
        """Return sums of the levels' totals of all lines and booths, in the units of ``whole``.

        Parameters
        ----------
        totals : sequence of sequence of int
            Whole-number totals by level, of each line, then of each booth.
        """
        days = [*self.lines, *self.booth_days]
        return tuple(
            sum(
                own[level] * (self.whole.level_scale(level) // day.level_scale(level))
                for day, own in zip(days, totals, strict=True)
            )
            for level in range(len(self.levels))
        )


def score_joint(joint: JointDay, orders: Mapping[str, Sequence[str]]) -> JointScore:
    """Return what the orders of lines that share booths cost together.

    Parameters
    ----------
    joint : JointDay
        The day.
    orders : mapping of str to sequence of str
        Idents of each line's cars in building order.

    Returns
    -------
    JointScore
        The score of each line by its own rules and of each booth by its rules, and their sums.

    Raises
    ------
    DataError
        When an order lacks a car of the line, repeats one or names another.
    """
    lines = [score_order(line, orders[line.line]) for line in joint.lines]
    booths = [
        score_order(day, joint.booth_order(at, orders)) for at, day in enumerate(joint.booth_days)
    ]
    scores = [*lines, *booths]
    days = [*joint.lines, *joint.booth_days]
    scale = joint.whole.level_scale(None)
    totals = joint.summed([score.totals for score in scores])
    return JointScore(
        lines={day.line: score for day, score in zip(joint.lines, lines, strict=True)},
        booths={booth.shop: score for booth, score in zip(joint.booths, booths, strict=True)},
        levels=tuple(
            (name, total / joint.whole.level_scale(level))
            for level, (name, total) in enumerate(zip(joint.levels, totals, strict=True))
        ),
        totals=totals,
        hard=sum(
            score.hard * (scale // day.level_scale(None))
            for day, score in zip(days, scores, strict=True)
        ),
    )
