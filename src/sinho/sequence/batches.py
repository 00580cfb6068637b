"""A first order with as few batches as there can be, for days where batches lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import numpy as np

from sinho.days.day import Day
from sinho.days.rules import Changes, RunLength
from sinho.sequence.day_parts import Ints


def leading_changes(day: Day) -> Changes | None:
    """Return the rule of changes that alone makes the first level, where there is one.

    Parameters
    ----------
    day : Day
        The day.
    """
    first = [rule for rule in day.rules if rule.level == 0]
    lone = len(first) == 1 and isinstance(first[0], Changes)
    return first[0] if lone and isinstance(first[0], Changes) else None


def batch_plan(day: Day, rule: Changes) -> list[str] | None:
    """Return the value of the attribute at each position, in as few batches as there can be.

    Each value is parted into the fewest batches that the hard limits on runs allow. The batches are
    put so that the value with the most of them left comes next, unless it is that of the batch in
    front; where one value has more batches than can be kept apart, others are parted further.

    Parameters
    ----------
    day : Day
        The day; nothing may be pinned.
    rule : Changes
        The rule that leads.

    Returns
    -------
    list of str or None
        One value per position; None where no such plan was found.
    """
    cars = Counter(day.cars[rule.attribute].to_list())
    limit = {value: _limit(day, rule.attribute, value) for value in cars}
    batches = Counter({value: -(-count // limit[value]) for value, count in cars.items()})
    before = day.previous[rule.attribute][-1] if day.previous.height else None
    row = _arranged(batches, before)
    while row is None:
        spare = [value for value in cars if batches[value] < cars[value]]
        most = max(batches, key=lambda value: batches[value])
        spare = [value for value in spare if value != most]
        if not spare:
            return None
        batches[max(spare, key=lambda value: cars[value] / batches[value])] += 1
        row = _arranged(batches, before)
    return _filled(row, cars, batches)


def _limit(day: Day, attribute: str, value: str) -> int:
    limits = [
        rule.most
        for rule in day.rules
        if isinstance(rule, RunLength)
        and rule.hard
        and rule.attribute == attribute
        and rule.value in (None, value)
        and rule.most is not None
    ]
    return min(limits, default=day.size)


def _arranged(batches: Mapping[str, int], before: str | None) -> list[str] | None:
    """Put batches in a row, no two of a value side by side; the first may go on from before."""
    left = dict(batches)
    row: list[str] = []
    if before in left:
        row.append(str(before))
        left[str(before)] -= 1
    while any(left.values()):
        ready = [value for value, count in left.items() if count > 0 and row[-1:] != [value]]
        if not ready:
            return None
        row.append(max(ready, key=lambda value: left[value]))
        left[row[-1]] -= 1
    return row


def _filled(row: list[str], cars: Mapping[str, int], batches: Mapping[str, int]) -> list[str]:
    """Give each batch its cars, the batches of a value as equal as can be."""
    given: Counter[str] = Counter()
    line: list[str] = []
    for value in row:
        small, larger = divmod(cars[value], batches[value])
        line += [value] * (small + (given[value] < larger))
        given[value] += 1
    return line


def value_codes(plan: list[str] | None, day: Day, attribute: str, codes: Ints) -> Ints:
    """Return the plan in the kernel's codes of the values; -1 where any value may stand.

    Parameters
    ----------
    plan : list of str or None
        Value per position.
    day : Day
        The day.
    attribute : str
        The attribute.
    codes : ndarray of int64, shape (cars of the day,)
        The kernel's code of each car's value.
    """
    if plan is None:
        return np.full(day.size, -1, dtype=np.int64)
    code = dict(zip(day.cars[attribute].to_list(), codes.tolist(), strict=True))
    return np.array([code[value] for value in plan], dtype=np.int64)
