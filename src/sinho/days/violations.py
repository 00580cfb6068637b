"""Why an order costs what it costs: each violated window, run, neighbour and car, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

from sinho.days.day import CAR, Day
from sinho.days.line import CarsInLine, line_of
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
from sinho.days.score import Counted, count, straight_line
from sinho.days.words import amount, say

COLUMNS: dict[str, type[pl.DataType] | pl.DataType] = {
    "rule": pl.String,
    "level": pl.String,
    "hard": pl.Boolean,
    "first": pl.Int64,
    "last": pl.Int64,
    "cost": pl.Float64,
    "cars": pl.List(pl.String),
    "text": pl.String,
}
"""Columns of the table of violations."""

PAIRED = Changes | Forbidden | Changeover
"""Rules about neighbours."""

NAMED = 6
"""Cars that a text names; the column ``cars`` holds them all."""
PLACES = 2
"""Places at which a hard rule is broken that a sentence names."""


@dataclass(frozen=True)
class Violation:
    """One thing that breaks a rule.

    Parameters
    ----------
    first, last : int
        Positions that it spans.
    cost : int
        Its cost in the rule's smallest unit.
    cars : tuple of str
        Idents of the cars that it is about.
    text : str
        What is wrong, in words.
    """

    first: int
    last: int
    cost: int
    cars: tuple[str, ...]
    text: str


def violations(day: Day, order: Sequence[str]) -> pl.DataFrame:
    """List everything in an order that costs something.

    An even spread is never kept to the letter, since cars are whole; of it, only stretches are
    listed in which the cars so far are off the straight line by more than half a car. For all other
    rules the costs of the rows sum to the rule's figure in the score.

    Parameters
    ----------
    day : Day
        The day.
    order : sequence of str
        Idents of the day's cars in building order, each once.

    Returns
    -------
    DataFrame
        One row per violated window, run, pair of neighbours or car: ``rule``; ``level`` (its
        name, null for a hard rule); ``hard``; ``first`` and ``last`` position (0 is the last car
        before the day, -1 the one before); ``cost`` in the rule's unit, before weights; ``cars``;
        ``text``. Hard rules come first, then the levels, each by position.

    Raises
    ------
    DataError
        When the order lacks a car of the day, repeats one or names another.
    """
    line = line_of(day, order)
    ranked = sorted(day.rules, key=lambda rule: -1 if rule.level is None else rule.level)
    rows = [
        (
            rule.name,
            None if rule.level is None else day.levels[rule.level],
            rule.hard,
            found.first,
            found.last,
            found.cost / rule.scale,
            list(found.cars),
            found.text,
        )
        for rule in ranked
        for found in sorted(find(rule, line), key=lambda found: found.first)
    ]
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")


def broken_rules(day: Day, order: Sequence[str]) -> tuple[str, ...]:
    """Say of each hard rule that an order breaks what it demands, and where and by which cars.

    Parameters
    ----------
    day : Day
        The day.
    order : sequence of str
        Idents of the day's cars in building order, each once.

    Returns
    -------
    tuple of str
        A sentence or two per broken rule, in the day's order; empty where all hard rules hold.

    Raises
    ------
    DataError
        When the order lacks a car of the day, repeats one or names another.
    """
    line = line_of(day, order)
    said = []
    for rule in day.rules:
        found = sorted(find(rule, line), key=lambda found: found.first) if rule.hard else []
        if found:
            figure = sum(one.cost for one in found) / rule.scale
            where = "; ".join(one.text.removeprefix(f"{rule.name}: ") for one in found[:PLACES])
            more = len(found) - PLACES
            rest = f"; and {more:,} more place{'' if more == 1 else 's'}" if more > 0 else ""
            said.append(f"{say(rule)}. Off by {amount(rule, figure)}: {where}{rest}.")
    return tuple(said)


def find(rule: Rule, line: CarsInLine) -> Iterator[Violation]:
    """Yield what breaks a rule along the line.

    Parameters
    ----------
    rule : Rule
        A rule of the day.
    line : CarsInLine
        The cars in order.

    Yields
    ------
    Violation
        Each violation.
    """
    counted = count(rule, line)
    idents = list(line.cars[CAR])
    if isinstance(rule, Spread):
        yield from _stretches(rule, line, counted, idents)
        return
    fitted = line.option(rule.option) if isinstance(rule, Ratio | Maximum) else np.empty(0)
    values = line.attribute(rule.attribute) if isinstance(rule, PAIRED | RunLength) else []
    for first, last, cost, at in _costly(counted):
        inside = slice(first + line.known - 1, last + line.known)
        cars = tuple(idents[inside])
        match rule:
            case Ratio() | Maximum():
                cars = tuple(car for car, has in zip(cars, fitted[inside], strict=True) if has)
                text = _too_many(rule, first, last, cars)
            case Changes() | Forbidden() | Changeover():
                text = _neighbours(rule, first, cost, cars, values[inside])
            case RunLength():
                text = _run(rule, first, last, cars, values[inside])
            case Overload():
                left = f"{cost / THOUSANDTHS:.3f} minutes undone"
                text = f"{rule.name}: {cars[0]} at position {first} leaves {left}"
            case Windows() | Pinned() | Frozen():
                text = _misplaced(rule, cars[0], first, at)
            case _:
                raise TypeError(f"rule {rule.name!r} is of an unknown kind, {type(rule).__name__}")
        yield Violation(first, last, cost, cars, text)


def _costly(counted: Counted) -> Iterator[tuple[int, int, int, int]]:
    """Yield first and last position, cost and number of the pieces that cost something."""
    for at in np.flatnonzero(counted.cost).tolist():
        yield int(counted.first[at]), int(counted.last[at]), int(counted.cost[at]), at


def _span(first: int, last: int) -> str:
    text = f"position {first}" if first == last else f"positions {first} to {last}"
    if last < 1:
        return f"{text}, before the day"
    ahead = 1 - first
    return text if ahead < 1 else f"{text}, {ahead} of them before the day"


def _names(cars: tuple[str, ...]) -> str:
    more = len(cars) - NAMED
    return ", ".join(cars[:NAMED]) + (f" and {more} more" if more > 0 else "")


def _cars(number: int) -> str:
    return f"{number} car{'' if number == 1 else 's'}"


def _too_many(rule: Ratio | Maximum, first: int, last: int, cars: tuple[str, ...]) -> str:
    where = f"{_cars(len(cars))} in {_span(first, last)} ({_names(cars)})"
    if isinstance(rule, Ratio):
        return f"{rule.option} {rule.most}/{rule.window}: {where}"
    return f"{rule.option}: {where}, at most {rule.most}"


def _neighbours(
    rule: Changes | Forbidden | Changeover,
    first: int,
    cost: int,
    cars: tuple[str, ...],
    values: list[str],
) -> str:
    front, behind = (f"{value} ({car})" for value, car in zip(values, cars, strict=True))
    where = _span(first, first + 1)
    if isinstance(rule, Changes):
        return f"{rule.attribute}: {front} then {behind} in {where}"
    if isinstance(rule, Forbidden):
        return f"{rule.attribute}: {front} right before {behind} in {where} is forbidden"
    return f"{rule.attribute}: {front} to {behind} in {where} costs {cost / THOUSANDTHS:g}"


def _run(rule: RunLength, first: int, last: int, cars: tuple[str, ...], values: list[str]) -> str:
    limit = f"at least {rule.least}" if len(values) < rule.least else f"at most {rule.most}"
    run = f"{_cars(len(values))} of {values[0]} in a row"
    return f"{rule.attribute}: {run} in {_span(first, last)} ({_names(cars)}), {limit}"


def _misplaced(rule: Windows | Pinned | Frozen, car: str, here: int, at: int) -> str:
    if isinstance(rule, Frozen):
        return f"{rule.name}: {car} is frozen at position {at + 1} but stands at {here}"
    if isinstance(rule, Pinned):
        return f"{rule.name}: {car} is pinned to position {rule.pins[at][1]} but stands at {here}"
    _, early, late = rule.windows[at]
    side, limit = ("before its earliest", early) if here < early else ("after its latest", late)
    return f"{rule.name}: {car} stands at position {here}, {abs(here - limit)} {side}, {limit}"


def _stretches(
    rule: Spread, line: CarsInLine, counted: Counted, idents: list[str]
) -> Iterator[Violation]:
    """Yield stretches where the cars so far are more than half a car off the straight line."""
    fitted = line.option(rule.option)[line.known :]
    so_far = np.cumsum(fitted)
    cars = int(so_far[-1]) if len(so_far) else 0
    off = THOUSANDTHS * so_far - straight_line(cars, len(so_far))
    side = np.where(2 * np.abs(off) > THOUSANDTHS, np.sign(off), 0)
    edges = [0, *(np.flatnonzero(np.diff(side)) + 1).tolist(), len(side)]
    for begin, end in pairwise(edges):
        if begin == end or not side[begin]:
            continue
        inside = idents[line.known + begin : line.known + end]
        named = tuple(car for car, has in zip(inside, fitted[begin:end], strict=True) if has)
        most = float(np.abs(off[begin:end]).max()) / THOUSANDTHS
        where = "ahead of" if side[begin] > 0 else "behind"
        text = (
            f"{rule.option}: up to {most:.1f} cars {where} the straight line "
            f"in {_span(begin + 1, end)}"
        )
        yield Violation(begin + 1, end, int(counted.cost[begin:end].sum()), named, text)
