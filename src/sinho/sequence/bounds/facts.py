"""What the bounds need to know of a day: counts, pinned cars, hard limits of run lengths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sinho.days.day import Day
from sinho.days.rules import Ratio, RunLength
from sinho.days.score import ratio_windows
from sinho.sequence.bounds.ratio import RatioFloor, ratio_floor
from sinho.stop import NoLimit


@dataclass
class Facts:
    """Figures of a day, read from its tables once.

    Parameters
    ----------
    day : Day
        The day.
    stop : callable
        Says when no more work is to be put into bounds.
    """

    day: Day
    stop: Callable[[], bool] = field(default_factory=NoLimit)
    _fitted: dict[str, NDArray[np.int64]] = field(default_factory=dict)
    _floors: dict[Ratio, RatioFloor] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Cars of the day."""
        return self.day.size

    @cached_property
    def pinned(self) -> dict[int, int]:
        """Row of the car that pins or frozen rules hold at a position."""
        pinned: dict[int, int] = {}
        for car, position in self.day.fixed().items():
            if car in self.day.row_of and 1 <= position <= self.size:
                pinned.setdefault(position, self.day.row_of[car])
        return pinned

    @cached_property
    def prefix(self) -> list[int]:
        """Rows of the pinned cars at the positions 1, 2 and so on, up to the first that is free."""
        rows: list[int] = []
        while len(rows) + 1 in self.pinned:
            rows.append(self.pinned[len(rows) + 1])
        return rows

    @cached_property
    def stretches(self) -> list[tuple[int, list[int]]]:
        """First position and rows of the pinned cars that stand side by side, behind the prefix."""
        found: list[tuple[int, list[int]]] = []
        for position in sorted(self.pinned):
            if position <= len(self.prefix):
                continue
            if found and found[-1][0] + len(found[-1][1]) == position:
                found[-1][1].append(self.pinned[position])
            else:
                found.append((position, [self.pinned[position]]))
        return found

    def fitted(self, option: str) -> NDArray[np.int64]:
        """Return 1 per car of the day with the option and 0 without, in the order given."""
        if option not in self._fitted:
            self._fitted[option] = self.day.cars[option].to_numpy().astype(np.int64)
        return self._fitted[option]

    def cars(self, option: str) -> int:
        """Return how many cars of the day have the option."""
        return int(self.fitted(option).sum())

    def before(self, option: str) -> NDArray[np.int64]:
        """Return 1 per car before the day with the option and 0 without."""
        return self.day.previous[option].to_numpy().astype(np.int64)

    def pinned_with(self, option: str) -> dict[int, int]:
        """Return the pinned positions and whether their cars have the option."""
        fitted = self.fitted(option)
        return {position: int(fitted[row]) for position, row in self.pinned.items()}

    def floor(self, rule: Ratio) -> RatioFloor:
        """Return the least cost of a ratio rule by itself."""
        if rule not in self._floors:
            option = rule.option
            self._floors[rule] = ratio_floor(
                rule, self.size, self.cars(option), self.before(option), self.pinned_with(option)
            )
        return self._floors[rule]

    def telling(self, rule: Ratio) -> bool:
        """Return whether cars of the day can break a ratio rule.

        Some window has to count: a short day may have no whole one. And there have to be more
        cars with the option than it holds.
        """
        known = self.day.previous.height
        first, _ = ratio_windows(rule, self.size, known)
        cars = self.cars(rule.option)
        near = int(self.before(rule.option)[max(0, known - rule.window + 1) :].sum())
        return len(first) > 0 and cars > 0 and rule.most < min(rule.window, cars + near)

    def side_by_side(self, attribute: str) -> list[list[str]]:
        """Return the attribute of the pinned cars behind the prefix, one list per stretch."""
        values = list(self.day.cars[attribute])
        return [[values[row] for row in rows] for _, rows in self.stretches]

    def begun(self, attribute: str) -> list[str]:
        """Return the attribute of the last car before the day, if any, and of the pinned prefix."""
        values = list(self.day.cars[attribute])
        last = list(self.day.previous[attribute])[-1:]
        return [*last, *(values[row] for row in self.prefix)]

    def counts(self, attribute: str) -> Counter[str]:
        """Return the cars per value behind the pinned prefix."""
        counts = Counter(list(self.day.cars[attribute]))
        values = list(self.day.cars[attribute])
        counts.subtract(values[row] for row in self.prefix)
        return +counts

    def hard_runs(self, attribute: str) -> list[RunLength]:
        """Return the hard rules of the attribute's runs."""
        return [
            rule
            for rule in self.day.rules
            if isinstance(rule, RunLength) and rule.hard and rule.attribute == attribute
        ]

    def longest(self, attribute: str, value: str) -> int | None:
        """Return the hard limit of the runs of a value."""
        limits = [
            rule.most
            for rule in self.hard_runs(attribute)
            if rule.value in (None, value) and rule.most is not None
        ]
        return min(limits, default=None)
