"""The least cost of an even spread, a maximum, the work at a station and position windows."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from sinho.days.rules import THOUSANDTHS, Maximum, Overload
from sinho.days.score import straight_line, thousandths

PinnedCars = Mapping[int, int]


def least_spread(size: int, cars: int, pinned: PinnedCars) -> int:
    """Return the least squared distance from the straight line, in millionths.

    The whole number nearest to the line at each position rises by 0 or 1 per position, so it is an
    order by itself and no other is nearer (Miltenburg 1989, Management Science 35, 192-207). Held
    cars narrow the numbers that can be reached.

    Parameters
    ----------
    size, cars : int
        Cars of the day, and those of them with the option.
    pinned : mapping of int to int
        Position of cars that stay in place, and whether they have the option.

    Returns
    -------
    int
        The minimum; exact where no car is pinned.
    """
    if not size:
        return 0
    line = straight_line(cars, size)
    steps = [pinned.get(at) for at in range(1, size + 1)]
    low, high = np.zeros(size + 1, dtype=np.int64), np.zeros(size + 1, dtype=np.int64)
    for at, step in enumerate(steps, start=1):
        low[at] = low[at - 1] + (step or 0)
        high[at] = high[at - 1] + (1 if step is None else step)
    # What can still follow bounds the cars so far from the other side.
    reach_low = np.maximum(low, cars - (high[-1] - high))[1:]
    reach_high = np.minimum(high, cars - (low[-1] - low))[1:]
    nearest = np.clip((line + THOUSANDTHS // 2) // THOUSANDTHS, reach_low, reach_high)
    return int(((THOUSANDTHS * nearest - line) ** 2).sum())


def least_maximum(rule: Maximum, size: int, cars: int, pinned: PinnedCars) -> int:
    """Return the least number of cars above a maximum; exact.

    Parameters
    ----------
    rule : Maximum
        The rule.
    size, cars : int
        Cars of the day, and those of them with the option.
    pinned : mapping of int to int
        Position of cars that stay in place, and whether they have the option.

    Returns
    -------
    int
        Cars that find no room in any block.
    """
    per = rule.per or size
    forced = room = 0
    for begin in range(0, size, max(1, per)):
        places = range(begin + 1, min(begin + per, size) + 1)
        there = sum(pinned.get(at, 0) for at in places)
        free = sum(at not in pinned for at in places)
        forced += max(0, there - rule.most)
        room += min(free, max(0, rule.most - there))
    return forced + max(0, cars - sum(pinned.values()) - room)


def least_overload(rule: Overload, minutes: NDArray[np.int64]) -> int:
    """Return a lower bound of the work that a station cannot finish, in thousandths.

    What a car takes beyond the station's length is overload wherever it stands. Of the rest, the
    worker gains on the line at most the time between two cars less the car's work, and never more
    than the station's play (length less takt); the play is also all that can be left open at the
    end. What the cars take beyond that is overload.

    Parameters
    ----------
    rule : Overload
        The station.
    minutes : array of int
        Thousandths of a minute per car.

    Returns
    -------
    int
        Overload that no order avoids.
    """
    takt, length = thousandths(rule.takt), thousandths(rule.length)
    play = length - takt
    above = int(np.maximum(0, minutes - length).sum())
    drift = np.maximum(np.minimum(minutes, length) - takt, -play)
    return above + max(0, int(drift.sum()) - play)


def unplaced(windows: Iterable[tuple[str, int, int]], places: Iterable[int]) -> list[str]:
    """Return the cars left over when as many as possible stand in their windows.

    Positions are filled from the first on, each with the car whose window ends first, which places
    the largest number (Glover 1967, Naval Research Logistics Quarterly 14, 313-316).

    Parameters
    ----------
    windows : iterable of (str, int, int)
        Car, earliest and latest position.
    places : iterable of int
        Positions that are free.

    Returns
    -------
    list of str
        Cars that find no place, in the order of the ends of their windows.
    """
    waiting = sorted(windows, key=lambda window: window[1])
    ready: list[tuple[int, str]] = []
    left: list[tuple[int, str]] = []
    at = 0
    for place in sorted(places):
        while at < len(waiting) and waiting[at][1] <= place:
            car, _, late = waiting[at]
            heapq.heappush(ready, (late, car))
            at += 1
        while ready and ready[0][0] < place:
            left.append(heapq.heappop(ready))
        if ready:
            heapq.heappop(ready)
    left += ready
    left += [(late, car) for car, _, late in waiting[at:]]
    return [car for _, car in sorted(left)]
