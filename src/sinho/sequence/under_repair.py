"""A line under repair: its cars in their order, what they cost, and which of them have moved."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence

import numpy as np

from sinho.days.joint import JointDay
from sinho.days.rules import Ratio
from sinho.sequence.changed import Changed
from sinho.sequence.day_parts import Ints
from sinho.sequence.joint_arrays import joint_walkers
from sinho.sequence.kernel import pool
from sinho.sequence.kernel.repair import mark, take
from sinho.stop import Report, StopRule

FIRST_LEVEL = 1000
"""What a unit of the first level counts, in units of the levels below it, against moved cars."""
REACH = 8
"""Positions around a disturbance that are looked at, at least; longer windows reach further."""
MUCH = 1e15
"""A price that nothing is worth."""


class LineUnderRepair:
    """A line under repair, and what its cars cost at booths behind other lines' cars.

    Parameters
    ----------
    changed : Changed
        The line's changed day.
    joint : JointDay
        The line with it, and those that share booths with it.
    others : mapping of str to tuple of str
        The orders of those; they stay.
    old : sequence of str
        The order before the change.
    goal : sequence of int
        Totals of the levels before the change, over line and booths.
    keep : float
        Price of a moved car.
    seed : int
        Seed of the random numbers.
    moves : int or None
        Moves compared at most.
    stop : StopRule
        When to end.
    progress : callable or None
        Called with how far the repair is.
    """

    def __init__(
        self,
        changed: Changed,
        joint: JointDay,
        others: Mapping[str, tuple[str, ...]],
        old: Sequence[str],
        goal: Sequence[int],
        keep: float,
        seed: int,
        moves: int | None,
        stop: StopRule,
        progress: Report | None,
    ) -> None:
        day = self.day = changed.day
        self.joint, self.others = joint, others
        self.own = [line.line for line in joint.lines].index(day.line)
        self.goal = (0, *goal)
        self.stop, self.left, self.progress = stop, moves, progress
        self.idents = day.idents
        orders = {**others, day.line: changed.order}
        (self.walker,), self.constant = joint_walkers(joint, orders, seed, 1)
        self.j, self.m = self.walker.m, self.walker.views[self.own]
        self.ratios = self.walker.problems[self.own].ratios
        self.address = self.j.ctypes.data
        self.walker.fill()
        self.levels = len(day.levels) + 1
        self.head = int(self.m[pool.HEAD])
        scales = [joint.whole.level_scale(level) for level in range(len(day.levels))]
        first = [keep / FIRST_LEVEL] + [keep] * len(scales)
        # A little less, so that a gain of just the price is enough.
        priced = [
            min(price * scale * 0.9999, MUCH) for price, scale in zip(first, scales, strict=False)
        ]
        self.prices = np.array([0.0, *priced])
        rank = {car: at for at, car in enumerate(old)}
        self.rank = np.array([rank.get(car, -1) for car in self.idents], dtype=np.int64)
        self.room = np.zeros((2, day.size + 1), dtype=np.int64)
        self.moved = np.ones(int(self.m[pool.CARS]), dtype=np.int64)
        self.best = np.zeros((2, self.levels))
        self.found = np.full(3, -1, dtype=np.int64)
        self.places = np.zeros(int(self.m[pool.PLACES]), dtype=np.int64)
        self.change = np.zeros(self.levels, dtype=np.int64)
        self.tries = 0
        self.random = random.Random(seed)
        self.why: dict[str, str] = {}
        self.windows: dict[str, dict[str, tuple[int, int]]] = {}
        windows = [rule.window for rule in day.rules if isinstance(rule, Ratio)]
        self.reach = min(60, max([REACH, *windows]))
        self.near = np.zeros(day.size + 2, dtype=np.bool_)
        for low, high in changed.places:
            self.disturb(low, high)
        if joint.booths and day.size != len(old):
            # all enter the booths between other cars of the other lines
            self.near[:] = True
        self.started = time.perf_counter()
        self.begun = self.totals
        self.mark()

    @property
    def line(self) -> Ints:
        """Cars by position, a view."""
        at = int(self.m[pool.LINE]) + self.head
        return self.m[at : at + self.day.size]

    @property
    def order(self) -> tuple[str, ...]:
        """Idents in building order."""
        return tuple(self.idents[car] for car in self.line.tolist())

    @property
    def costs(self) -> Ints:
        """Costs of the ratio rules, a view."""
        at = int(self.m[pool.RULE_COST])
        return self.m[at : at + len(self.ratios)]

    @property
    def totals(self) -> tuple[int, ...]:
        """Totals of all levels, hard rules first."""
        at = int(self.j[pool.TOTAL])
        return tuple(self.j[at : at + self.levels].tolist())

    def over(self) -> bool:
        """Say whether the repair has to end."""
        return (self.left is not None and self.tries >= self.left) or self.stop()

    def good(self, stage: int) -> bool:
        """Say whether a level is as good as before the change."""
        return self.totals[stage] + self.constant[stage] <= self.goal[stage]

    def disturb(self, low: int, high: int) -> None:
        """Note that the order between two positions has changed."""
        self.near[max(1, low - self.reach) : high + self.reach + 1] = True

    def mark(self) -> None:
        """Find the cars that have moved by now."""
        mark(self.m.ctypes.data, self.rank, self.moved, self.room)

    def place(self, car: int) -> int:
        """Return the kernel's place of a car."""
        return int(self.m[self.m[pool.PLACE] + car])

    def cars(self, places: Sequence[int]) -> list[int]:
        """Return the cars at the kernel's places."""
        return [int(self.line[place - self.head]) for place in places]

    def position(self, car: int) -> int:
        """Return the position of a car."""
        return self.place(car) - self.head + 1

    def take(self, kind: int, a: int, b: int) -> None:
        """Make a move."""
        take(self.address, self.own, kind, a, b)

    def disturbed(self, a: int, b: int) -> tuple[tuple[int, int], ...]:
        """Return the first and last positions at which a move between two places disturbs.

        At booths all cars between them come to stand behind others.
        """
        low, high = a - self.head + 1, b - self.head + 1
        return ((low, high),) if self.joint.booths else ((low, low), (high, high))
