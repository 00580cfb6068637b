"""How many cars cannot all keep still: a bound by prices on keeping still.

Every row open at one end holds cars of which no two cross (`sinho.ship.yard.kernel.nests`), no
deeper than its places; rows open at both ends hold as many cars at a time as they have places. Give
each car a worth between 0 and 1. No plan lets cars keep still that are worth more together than the
best sets of all rows, each looked at alone, and the rest of all worths; so what all cars are worth,
less those sets, bounds from below how many do not keep still. Worths are bettered by a subgradient:
of cars in no set they rise, of cars in several they fall (Held, Wolfe and Crowder, 1974,
*Validation of subgradient optimization*, Mathematical Programming 6). At its best this is the bound
of the linear program that chooses a set for each row. That cars on tracks colour a circle graph is
known from trains: Cornelsen and Di Stefano, 2007, *Track assignment*, Journal of Discrete
Algorithms 5.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np

from sinho.ship.yard.arrays import Arrays, Ints
from sinho.ship.yard.kernel import nested, nests
from sinho.stop import StopRule
from sinho.units import Floats

WORTH = 1_000_000
"""Steps of a worth of 1: bounds are sums of whole numbers."""

CARS = 2_400
"""Most cars that are looked at together; bounds of different cars add up."""

ROUNDS = 400
"""Most rounds of the subgradient."""

WORK = 8_000_000_000
"""Most steps of all rounds together; the fullest times are looked at first."""

STALE, SHORTER, HEED = 6, 0.6, 0.5
"""Rounds without a better bound after which steps are shorter, by what factor, and the part of the
direction before that is kept."""

AIM, NEWS, CLOSE = 0.1, 0.01, 0.25
"""By how much steps aim above the best bound at first (part of the cars), what part of that a
better bound has to be better by to count, and the moves of it at which the search ends."""

HOPE = 100
"""Rounds after which it ends where as much again as since half of them would not prove a move."""


def restless(arrays: Arrays, stop: StopRule) -> int:
    """Return how many of the cars that come do not keep still in any plan."""
    left, found = WORK, 0
    for cars in crowds(arrays):
        if left <= 0 or stop():
            break
        crowd = Crowd(arrays, cars)
        rounds = min(ROUNDS, left // crowd.work)
        left -= rounds * crowd.work
        found += crowd.bound(rounds, stop)
    return found


def crowds(arrays: Arrays) -> Iterator[Ints]:
    """Yield cars in groups of some that come one after another, the fullest time first."""
    y = arrays.stays
    coming = arrays.order
    groups = np.array_split(coming, -(-len(coming) // CARS)) if len(coming) else []
    standing = []
    for group in groups:
        enter, leave = y.enter[group], y.leave[group]
        moment = enter[::16, None]
        here = (enter <= moment) & (leave > moment)
        standing.append(int(here.sum(axis=1).max(initial=0)))
    yield from (groups[at] for at in np.argsort(standing, kind="stable")[::-1])


class Crowd:
    """Cars that come one after another, and the rows for them.

    Parameters
    ----------
    arrays : Arrays
        The yard.
    cars : ndarray of int64
        The cars, as they come.
    """

    def __init__(self, arrays: Arrays, cars: Ints) -> None:
        y = arrays.stays
        leave = y.leave[cars]
        groups = np.unique(leave)
        order = np.argsort(np.concatenate([y.enter[cars], groups]), kind="stable")
        at = np.empty(len(order), np.int64)
        at[order] = np.arange(len(order))
        self.car = np.where(order < len(cars), order, -1)
        self.close = np.searchsorted(groups, leave).astype(np.int64)
        self.after = at[len(cars) :] + 1
        self.kind = y.kind[cars]
        self.rows: dict[tuple[bool, ...], Counter[int]] = defaultdict(Counter)
        for r, (places, ends) in enumerate(zip(y.places.tolist(), y.ends.tolist(), strict=True)):
            # of both ends, each place is a row of one place
            depth, many = (places, 1) if ends == 1 else (1, places)
            self.rows[tuple(y.admits[:, r].tolist())][depth] += many
        depth = max((max(depths) for depths in self.rows.values()), default=1)
        self.value = np.zeros((len(order) + 1, depth + 1, len(groups)), np.int64)

    @property
    def work(self) -> int:
        """Steps of a round."""
        return max(1, self.value.size * len(self.rows))

    def priced(self, worth: Ints) -> tuple[int, Ints]:
        """Return the bound that worths give, in their steps, and in how many sets each car is."""
        bound, times = int(worth.sum()), np.zeros(len(worth), np.int64)
        for admits, depths in self.rows.items():
            own = np.where(np.array(admits)[self.kind], worth, 0)
            nests(self.car, self.close, self.after, own, self.value)
            for depth, many in depths.items():
                bound -= many * int(self.value[0, depth, -1])
                count = np.zeros(len(worth), np.int64)
                nested(self.car, self.close, self.after, self.value, depth, count)
                times += many * count
        return bound, times

    def bound(self, rounds: int, stop: StopRule) -> int:
        """Return a bound after some rounds."""
        count = len(self.kind)
        worth, way, aim, stale = np.full(count, 0.5), np.zeros(count), AIM * count, 0
        best, kept = -float(count), (worth, np.zeros(count, np.int64))
        reached: list[float] = []
        for made in range(rounds):
            found, times = self.priced(np.rint(worth * WORTH).astype(np.int64))
            value = found / WORTH
            stale = 0 if value > best + NEWS * aim else stale + 1
            if value > best:
                best, kept = value, (worth, times)
            if stale >= STALE:
                worth, times = kept
                value, way, aim, stale = best, np.zeros(count), SHORTER * aim, 0
            reached.append(best)
            hopeless = made >= HOPE and 2 * best <= reached[made // 2]
            if aim < CLOSE or hopeless or stop():
                break
            way = HEED * way + (1 - HEED) * (1.0 - times)
            step: Floats = np.where(
                ((worth >= 1) & (way > 0)) | ((worth <= 0) & (way < 0)), 0.0, way
            )
            length = float(step @ step)
            if length == 0:
                break
            worth = np.clip(worth + (best + aim - value) / length * step, 0.0, 1.0)
        return max(0, int(np.ceil(best - 1 / WORTH)))
