"""Checks a day before it is scored or sequenced, and names everything that is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from numbers import Integral
from typing import Literal

import polars as pl

from sinho.days.day import CAR, Day
from sinho.days.rules import (
    THOUSANDTHS,
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
from sinho.errors import DataError, Problem, nearest
from sinho.hub.schema import COST, MINUTES, fields

Part = Literal["day", "cars", "previous", "rule"]

MOST_COUNTED = 2**60
"""Most that the rules of a level can cost together: an eighth of what 64 bits hold."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a day.

    Parameters
    ----------
    part : {"day", "cars", "previous", "rule"}
        What it concerns.
    rule : str
        The rule that is broken, in words.
    name : str
        Name of the rule of the day that it concerns; empty for other parts.
    place : int or None
        Position of the rule in ``day.rules``, or of the record in the table of cars, from 0.
    field : str or None
        Parameter of the rule, or column of the table.
    item : int or None
        Position in the parameter, where it holds several things.
    value : object
        The offending value; ``None`` where there is none.
    hint : str
        What to do about it.
    """

    part: Part
    rule: str
    name: str = ""
    place: int | None = None
    field: str | None = None
    item: int | None = None
    value: object = None
    hint: str = ""

    def problem(self) -> Problem:
        """Return the fault as a problem of a day made in Python.

        A car's row is counted as a spreadsheet would: the first car stands in row 2.
        """
        parts = {"day": "day", "cars": "cars", "previous": "previous cars"}
        named = f"rule {self.name}" if self.name else f"rule number {(self.place or 0) + 1}"
        where = parts.get(self.part, named)
        row = self.place + 2 if self.place is not None and self.part != "rule" else None
        value = None if self.value is None else str(self.value)
        return Problem(where, self.rule, row, self.field, value, self.hint)


def check_day(day: Day) -> None:
    """Refuse a day whose cars or rules cannot be meant.

    Parameters
    ----------
    day : Day
        The day.

    Raises
    ------
    DataError
        With everything that is wrong: unknown options, attributes and cars, cars that stand twice,
        bounds that cross, positions outside the day. A rule that can never be broken is none.
    """
    found = [fault.problem() for fault in faults(day)]
    if found:
        raise DataError(found)


def faults(day: Day) -> tuple[Fault, ...]:
    """Return everything that is wrong with a day.

    Parameters
    ----------
    day : Day
        The day.

    Returns
    -------
    tuple of Fault
        The cars' first, then the levels', then the rules' in their order.
    """
    tables = [*_columns(day)]
    if tables:
        return tuple(tables)
    rules = [fault for place, rule in enumerate(day.rules) for fault in _faults(day, place, rule)]
    return (*_cars(day), *_levels(day), *_names(day), *rules)


def _columns(day: Day) -> Iterator[Fault]:
    """Check that both tables of cars have the columns that the day speaks of."""
    seen: set[str] = {CAR}
    for name in (*day.attributes, *day.options):
        if name in seen:
            rule = "two columns have the same name; attributes and options each have their own"
            yield Fault("day", rule, value=name)
        seen.add(name)
    texts: dict[str, pl.DataType] = dict.fromkeys((CAR, *day.attributes), pl.String())
    kinds = texts | dict.fromkeys(day.options, pl.Boolean())
    parts: tuple[tuple[Part, pl.DataFrame], ...] = (("cars", day.cars), ("previous", day.previous))
    for part, frame in parts:
        for name, kind in kinds.items():
            if name not in frame.columns:
                near = nearest(name, [column for column in frame.columns if column not in kinds])
                hint = near if near.startswith("Did") else ""
                yield Fault(part, "the column is missing", field=name, hint=hint)
                continue
            if frame[name].dtype != kind:
                want = "text" if name in texts else "yes or no (Boolean)"
                yield Fault(part, f"the column must hold {want}", field=name)
            for place in frame[name].is_null().arg_true():
                yield Fault(part, "must be given", place=place, field=name)


def _cars(day: Day) -> Iterator[Fault]:
    if not day.size:
        yield Fault("cars", "the day has no cars")
    first: dict[str, int] = {}
    for place, car in enumerate(day.idents):
        if car in first:
            rule = f"the car stands in row {first[car] + 2} already"
            hint = "Keep one of the two rows: a car is built once."
            yield Fault("cars", rule, place=place, field=CAR, value=car, hint=hint)
        elif not car.strip():
            yield Fault("cars", "the car has no name", place=place, field=CAR, value=car)
        first.setdefault(car, place)


def _levels(day: Day) -> Iterator[Fault]:
    for place, level in enumerate(day.levels):
        if not level.strip():
            yield Fault("day", f"level {place} has no name", field="levels")
        elif level in day.levels[:place]:
            rule = "two levels have the same name"
            yield Fault("day", rule, field="levels", item=place, value=level)
    if day.weights is None:
        return
    if len(day.weights) != len(day.levels):
        rule = f"there are {len(day.levels)} levels and {len(day.weights)} weights"
        yield Fault("day", rule, field="weights")
    for place, weight in enumerate(day.weights):
        most = _upper("sequence_levels", "weight")
        if not _whole(weight) or weight < 0:
            rule = "must be a whole number, 0 or more"
            yield Fault("day", rule, field="weights", item=place, value=weight)
        elif weight > most:
            rule = f"must be at most {most:,.0f}"
            yield Fault("day", rule, field="weights", item=place, value=weight)


def _names(day: Day) -> Iterator[Fault]:
    names = [rule.name for rule in day.rules]
    for place, name in enumerate(names):
        if not name.strip():
            yield Fault("rule", "the rule has no name", name, place, "name")
        elif name in names[:place]:
            yield Fault("rule", "two rules have this name", name, place, "name", value=name)


def _faults(day: Day, place: int, rule: Rule) -> list[Fault]:
    """Return what is wrong with one rule; what it can cost is looked at where nothing else is."""
    return [*_rule(day, place, rule)] or [*_Checked(day, place, rule).cost()]


def _rule(day: Day, place: int, rule: Rule) -> Iterator[Fault]:
    """Check one rule: its level and weight, then what its kind asks for."""
    checked = _Checked(day, place, rule)
    yield from checked.level()
    match rule:
        case Ratio():
            yield from checked.option(rule.option)
            yield from checked.whole("most", rule.most, 0)
            yield from checked.whole("window", rule.window, 1)
            for side, position in (("first", rule.first), ("last", rule.last)):
                if position is not None:
                    yield from checked.position(side, position, 0)
        case Changes():
            yield from checked.attribute(rule.attribute)
        case RunLength():
            yield from checked.attribute(rule.attribute)
            yield from checked.whole("least", rule.least, 1)
            if rule.most is not None:
                yield from checked.whole("most", rule.most, 1)
                if _whole(rule.least) and _whole(rule.most) and rule.least > rule.most >= 1:
                    text = f"must be at most {rule.most}, the longest run allowed"
                    yield checked.fault(text, "least", rule.least)
        case Spread():
            yield from checked.option(rule.option)
        case Forbidden():
            yield from checked.attribute(rule.attribute)
            yield from checked.once("pairs", rule.pairs, "the pair")
        case Changeover():
            yield from checked.attribute(rule.attribute)
            yield from checked.once("costs", [cost[:2] for cost in rule.costs], "the change")
            for item, (_, _, cost) in enumerate(rule.costs):
                yield from checked.amount("costs", cost, item)
            yield from checked.amount("default", rule.default)
        case Maximum():
            yield from checked.option(rule.option)
            yield from checked.whole("most", rule.most, 0)
            if rule.per is not None:
                yield from checked.whole("per", rule.per, 1)
        case Overload():
            yield from checked.overload(rule)
        case Windows():
            yield from checked.windows(rule)
        case Pinned():
            yield from checked.cars("pins", [car for car, _ in rule.pins])
            for item, (_, position) in enumerate(rule.pins):
                yield from checked.position("pins", position, item)
        case Frozen():
            yield from checked.whole("first", rule.first, 0)
            if _whole(rule.first) and rule.first > day.size:
                text = f"must be at most {day.size}, the cars of the day"
                yield checked.fault(text, "first", rule.first)


@dataclass(frozen=True)
class _Checked:
    """A rule that is being checked; each method yields what is wrong with one side of it."""

    day: Day
    place: int
    rule: Rule

    def fault(
        self,
        text: str,
        field: str,
        value: object = None,
        item: int | None = None,
        hint: str = "",
    ) -> Fault:
        return Fault("rule", text, self.rule.name, self.place, field, item, value, hint)

    def level(self) -> Iterator[Fault]:
        rule, levels = self.rule, self.day.levels
        if isinstance(rule, Pinned | Frozen):
            if rule.level is not None:
                yield self.fault("is always hard: it has no level", "level", rule.level)
        elif rule.level is not None and rule.level not in range(len(levels)):
            known = ", ".join(f"{place} ({name})" for place, name in enumerate(levels)) or "none"
            yield self.fault("there is no such level", "level", rule.level, hint=f"Known: {known}.")
        yield from self.whole("weight", rule.weight, 1)

    def cost(self) -> Iterator[Fault]:
        cost = self.most_cost()
        if cost > MOST_COUNTED:
            text = (
                f"could cost {cost:.1e} in a day of {self.day.size:,} cars, and at most "
                f"{MOST_COUNTED:.1e} can be counted"
            )
            yield self.fault(
                text, "weight", self.rule.weight, hint="Lower its weight or its costs."
            )

    def most_cost(self) -> float:
        """Return more than the rule can cost on the day: its smallest units times its weight."""
        size, rule = float(self.day.size), self.rule
        each: float = 1.0
        match rule:
            case Ratio():
                each = size
            case RunLength():
                each = float(rule.least)
            case Spread():
                each = size * size / 16
            case Changeover():
                each = max([rule.default, *(cost for _, _, cost in rule.costs)])
            case Overload():
                each = 2 * (rule.base + sum(minutes for _, minutes in rule.times))
            case Windows():
                each = size
        return float(rule.weight) * size * each * rule.scale

    def option(self, name: str, field: str = "option", item: int | None = None) -> Iterator[Fault]:
        if name not in self.day.options:
            hint = nearest(name, self.day.options) or "The day's cars have no options."
            yield self.fault("the cars have no such option", field, name, item, hint)

    def attribute(self, name: str) -> Iterator[Fault]:
        if name not in self.day.attributes:
            hint = nearest(name, self.day.attributes) or "The day's cars have no attributes."
            yield self.fault("the cars have no such attribute", "attribute", name, hint=hint)

    def whole(
        self, field: str, value: object, least: int, item: int | None = None
    ) -> Iterator[Fault]:
        most = _upper("sequence_rules", field)
        if not _whole(value) or value < least:  # type: ignore[operator]
            yield self.fault(f"must be a whole number, {least} or more", field, value, item)
        elif value > most:  # type: ignore[operator]
            yield self.fault(f"must be at most {most:,.0f}", field, value, item)

    def amount(self, field: str, value: float, item: int | None = None) -> Iterator[Fault]:
        most = MINUTES if isinstance(self.rule, Overload) else COST
        if not (math.isfinite(value) and value >= 0):
            yield self.fault("must be a number, 0 or more", field, value, item)
        elif value > most:
            yield self.fault(f"must be at most {most:,.0f}", field, value, item)

    def once(self, field: str, keys: Sequence[Iterable[str]], what: str) -> Iterator[Fault]:
        seen: set[tuple[str, ...]] = set()
        for item, key in enumerate(map(tuple, keys)):
            if key in seen:
                yield self.fault(f"{what} stands twice", field, " to ".join(key), item)
            seen.add(key)

    def cars(self, field: str, cars: Sequence[str]) -> Iterator[Fault]:
        known = set(self.day.idents)
        seen: set[str] = set()
        for item, car in enumerate(cars):
            if car not in known:
                near = nearest(car, known)
                hint = near if near.startswith("Did") else ""
                yield self.fault("there is no such car in the day", field, car, item, hint)
            elif car in seen:
                yield self.fault("the car stands twice", field, car, item)
            seen.add(car)

    def position(self, field: str, position: int, item: int) -> Iterator[Fault]:
        if not _whole(position) or not 1 <= position <= self.day.size:
            text = f"must be a position from 1 to {self.day.size}"
            yield self.fault(text, field, position, item)

    def windows(self, rule: Windows) -> Iterator[Fault]:
        yield from self.cars("windows", [car for car, _, _ in rule.windows])
        for item, (car, early, late) in enumerate(rule.windows):
            wrong = [*self.position("windows", early, item), *self.position("windows", late, item)]
            yield from wrong
            if not wrong and early > late:
                text = f"the earliest position of car {car} lies behind its latest"
                yield self.fault(text, "windows", f"{early} to {late}", item)

    def overload(self, rule: Overload) -> Iterator[Fault]:
        yield from self.amount("base", rule.base)
        for item, (option, minutes) in enumerate(rule.times):
            yield from self.option(option, "times", item)
            yield from self.amount("times", minutes, item)
        yield from self.once("times", [(option,) for option, _ in rule.times], "the option")
        if not (math.isfinite(rule.takt) and rule.takt > 0):
            yield self.fault("must be a number of minutes above 0", "takt", rule.takt)
        elif not (math.isfinite(rule.length) and rule.length >= rule.takt):
            text = f"must be at least the takt, {rule.takt:g} minutes"
            yield self.fault(text, "length", rule.length)
        elif not (rule.takt >= 1 / THOUSANDTHS and rule.length <= MINUTES):
            text = f"takt and length must be from {1 / THOUSANDTHS:g} to {MINUTES:,.0f} minutes"
            yield self.fault(text, "takt", rule.takt)
        if rule.slow is not None:
            first, last = rule.slow
            wrong = [*self.position("slow", first, 0), *self.position("slow", last, 0)]
            yield from wrong
            if not wrong and first > last:
                text = "the station is slow from behind its end"
                yield self.fault(text, "slow", f"{first} to {last}")


def _whole(value: object) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool)


@cache
def _upper(table: str, field: str) -> float:
    """Return the most that a parameter of a rule or level may be: that of its table."""
    return fields(table)[field].upper or math.inf
