"""What an order costs, counted from scratch: slow, obvious, the truth the search is held to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

from sinho.days.day import Day
from sinho.days.line import CarsInLine, Whole, line_of
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
from sinho.results import Score


@dataclass(frozen=True)
class Counted:
    """What a rule counts along the line, piece by piece: windows, runs, neighbours, cars.

    Parameters
    ----------
    first, last : array of int, shape (pieces,)
        Positions that each piece spans; 1 is the first of the day, 0 and less lie before it.
    cost : array of int, shape (pieces,)
        Cost of each piece in the rule's smallest unit; 0 where the piece keeps the rule.
    """

    first: Whole
    last: Whole
    cost: Whole

    @property
    def total(self) -> int:
        """Cost of the rule in its smallest unit."""
        return int(self.cost.sum())


def thousandths(value: float) -> int:
    """Return a figure in whole thousandths."""
    return round(value * THOUSANDTHS)


def straight_line(cars: int, size: int) -> Whole:
    """Return the straight line of an even spread.

    Parameters
    ----------
    cars : int
        Cars with the option.
    size : int
        Cars of the day.

    Returns
    -------
    array of int, shape (size,)
        Thousandths of a car due up to each position, rounded down.
    """
    return THOUSANDTHS * cars * np.arange(1, size + 1, dtype=np.int64) // max(1, size)


def ratio_windows(rule: Ratio, size: int, known: int) -> tuple[Whole, Whole]:
    """Return first and last position of the windows that a ratio rule counts.

    Parameters
    ----------
    rule : Ratio
        The rule.
    size, known : int
        Cars of the day and known cars before it.

    Returns
    -------
    tuple of arrays of int, shape (windows,)
        First and last positions.
    """
    begin = max(1 - known, 2 - rule.window)
    end = size if rule.shortened else size - rule.window + 1
    if rule.first is not None:
        begin = max(begin, rule.first)
    if rule.last is not None:
        end = min(end, rule.last - rule.window + 1)
    first = np.arange(begin, max(begin, end + 1), dtype=np.int64)
    return first, np.minimum(first + rule.window - 1, size)


def score_order(day: Day, order: Sequence[str]) -> Score:
    """Return what an order costs by each rule and level.

    Parameters
    ----------
    day : Day
        The day.
    order : sequence of str
        Idents of the day's cars in building order, each once.

    Returns
    -------
    Score
        Figures and whole-number totals.

    Raises
    ------
    DataError
        When the order lacks a car of the day, repeats one or names another.
    """
    line = line_of(day, order)
    costs = {rule.name: count(rule, line).total for rule in day.rules}
    totals = tuple(level_total(day, level, costs) for level in range(len(day.levels)))
    figures = tuple(total / day.level_scale(level) for level, total in enumerate(totals))
    return Score(
        levels=tuple(zip(day.levels, figures, strict=True)),
        totals=totals,
        rules=tuple((rule.name, costs[rule.name] / rule.scale) for rule in day.rules),
        hard=level_total(day, None, costs),
        weighted=weighted(day, figures),
    )


def weighted(day: Day, figures: Sequence[float]) -> float | None:
    """Return the levels' figures times the day's weights; ``None`` where it has none."""
    if day.weights is None:
        return None
    return float(sum(w * figure for w, figure in zip(day.weights, figures, strict=True)))


def level_total(day: Day, level: int | None, costs: dict[str, int]) -> int:
    """Return the whole-number total of a level from the costs of its rules.

    Parameters
    ----------
    day : Day
        The day.
    level : int or None
        The level; ``None`` for the hard rules.
    costs : dict of str to int
        Cost of each rule in its smallest unit.

    Returns
    -------
    int
        Weighted sum in units of which ``Day.level_scale`` make one unit of the figure.
    """
    scale = day.level_scale(level)
    return sum(
        rule.weight * costs[rule.name] * (scale // rule.scale)
        for rule in day.rules
        if rule.level == level
    )


def count(rule: Rule, line: CarsInLine) -> Counted:
    """Return what a rule counts along the line, piece by piece.

    Parameters
    ----------
    rule : Rule
        A rule of the day.
    line : CarsInLine
        The cars in order.

    Returns
    -------
    Counted
        Each piece's positions and cost.
    """
    match rule:
        case Ratio():
            return _ratio(rule, line)
        case Changes():
            values = line.attribute(rule.attribute)
            return _neighbours(line, [int(a != b) for a, b in _pairs(values)])
        case Forbidden():
            values, forbidden = line.attribute(rule.attribute), set(rule.pairs)
            return _neighbours(line, [int(pair in forbidden) for pair in _pairs(values)])
        case Changeover():
            values, cost = line.attribute(rule.attribute), changeover_costs(rule)
            default = thousandths(rule.default)
            return _neighbours(
                line,
                [cost.get((a, b), default if a != b else 0) for a, b in _pairs(values)],
            )
        case RunLength():
            return _runs(rule, line)
        case Spread():
            return _spread(rule, line)
        case Maximum():
            return _maximum(rule, line)
        case Overload():
            return _overload(rule, line)
        case Windows():
            return _windows(rule, line)
        case Pinned():
            return _places(line, rule.pins)
        case Frozen():
            pinned = line.day.idents[: rule.first]
            return _places(line, tuple((car, at) for at, car in enumerate(pinned, start=1)))
        case _:
            raise TypeError(f"rule {rule.name!r} is of an unknown kind, {type(rule).__name__}")


def changeover_costs(rule: Changeover) -> dict[tuple[str, str], int]:
    """Return the changeover costs that the rule names.

    Parameters
    ----------
    rule : Changeover
        The rule.

    Returns
    -------
    dict of (str, str) to int
        Thousandths per value in front and value behind; the last entry of a pair holds.
    """
    return {(front, behind): thousandths(cost) for front, behind, cost in rule.costs}


def work(rule: Overload, cars: pl.DataFrame) -> Whole:
    """Return the minutes that each car takes at the station.

    Parameters
    ----------
    rule : Overload
        The station.
    cars : DataFrame
        Cars with one Boolean column per option.

    Returns
    -------
    array of int, shape (cars,)
        Thousandths of a minute.
    """
    total = np.full(cars.height, thousandths(rule.base), dtype=np.int64)
    for option, minutes in rule.times:
        total += thousandths(minutes) * cars[option].to_numpy().astype(np.int64)
    return total


def at_rate(rule: Overload, minutes: Sequence[int]) -> list[int]:
    """Return what cars take where the station is slow for a while.

    Parameters
    ----------
    rule : Overload
        The station.
    minutes : sequence of int
        Thousandths of a minute per car at the usual rate, in building order from position 1.

    Returns
    -------
    list of int
        Twice as much at slow positions.
    """
    first, last = rule.slow or (1, 0)
    return [2 * own if first <= at <= last else own for at, own in enumerate(minutes, start=1)]


def overloads(rule: Overload, minutes: Sequence[int]) -> list[int]:
    """Return what a station leaves undone of each car, the first begun at its upstream border.

    Parameters
    ----------
    rule : Overload
        The station.
    minutes : sequence of int
        Thousandths of a minute per car at the usual rate, in building order from position 1.

    Returns
    -------
    list of int
        Thousandths of a minute per car.
    """
    takt, length = thousandths(rule.takt), thousandths(rule.length)
    start, undone = 0, []
    for own in at_rate(rule, minutes):
        end = start + own
        undone.append(max(0, end - length))
        start = max(0, min(end, length) - takt)
    return undone


def _pairs(values: list[str]) -> list[tuple[str, str]]:
    return list(pairwise(values))


def _neighbours(line: CarsInLine, costs: list[int]) -> Counted:
    """Neighbours cost something; those wholly before the day are left out."""
    skip = max(0, line.known - 1)
    cost = np.array(costs[skip:], dtype=np.int64)
    first = np.arange(len(cost), dtype=np.int64) + (0 if line.known else 1)
    return Counted(first, first + 1, cost)


def _ratio(rule: Ratio, line: CarsInLine) -> Counted:
    first, last = ratio_windows(rule, line.day.size, line.known)
    so_far = np.concatenate(([0], np.cumsum(line.option(rule.option))))
    inside = so_far[last + line.known] - so_far[first - 1 + line.known]
    return Counted(first, last, np.maximum(0, inside - rule.most))


def _runs(rule: RunLength, line: CarsInLine) -> Counted:
    values = line.attribute(rule.attribute)[line.known :]
    first, last, cost = [], [], []
    begin = 0
    for at in range(1, len(values) + 1):
        if at < len(values) and values[at] == values[begin]:
            continue
        if rule.value is None or rule.value == values[begin]:
            length = at - begin
            above = 0 if rule.most is None else max(0, length - rule.most)
            first.append(begin + 1)
            last.append(at)
            cost.append(above + max(0, rule.least - length))
        begin = at
    return _counted(first, last, cost)


def _spread(rule: Spread, line: CarsInLine) -> Counted:
    so_far = np.cumsum(line.option(rule.option)[line.known :])
    size = line.day.size
    cars = int(so_far[-1]) if size else 0
    at = np.arange(1, size + 1, dtype=np.int64)
    return Counted(at, at, (THOUSANDTHS * so_far - straight_line(cars, size)) ** 2)


def _maximum(rule: Maximum, line: CarsInLine) -> Counted:
    fitted = line.option(rule.option)[line.known :]
    size = line.day.size
    per = size if rule.per is None else rule.per
    first = [at + 1 for at in range(0, size, max(1, per))]
    last = [min(at + per - 1, size) for at in first]
    cost = [
        max(0, int(fitted[a - 1 : b].sum()) - rule.most) for a, b in zip(first, last, strict=True)
    ]
    return _counted(first, last, cost)


def _overload(rule: Overload, line: CarsInLine) -> Counted:
    cost = overloads(rule, work(rule, line.cars[line.known :]).tolist())
    at = list(range(1, len(cost) + 1))
    return _counted(at, at, cost)


def _windows(rule: Windows, line: CarsInLine) -> Counted:
    at = [line.position_of[car] for car, _, _ in rule.windows]
    cost = [
        max(0, early - here) + max(0, here - late)
        for here, (_, early, late) in zip(at, rule.windows, strict=True)
    ]
    return _counted(at, at, cost)


def _places(line: CarsInLine, places: tuple[tuple[str, int], ...]) -> Counted:
    at = [line.position_of[car] for car, _ in places]
    cost = [int(here != due) for here, (_, due) in zip(at, places, strict=True)]
    return _counted(at, at, cost)


def _counted(first: Sequence[int], last: Sequence[int], cost: Sequence[int]) -> Counted:
    return Counted(*(np.array(values, dtype=np.int64) for values in (first, last, cost)))
