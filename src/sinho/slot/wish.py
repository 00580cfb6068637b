"""When orders would best be built, and days as even as no car is late for it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def best_days(costs: Floats, group: Any, first: Any, last: Any, former: Any) -> Ints:
    """Return the day on which each class would best be built, were it alone.

    Parameters
    ----------
    costs : ndarray of float64, shape (cost classes, days + 1)
        Cost of an order on a day; last column: on none.
    group : ndarray of int, shape (classes,)
        Row of ``costs`` of each class.
    first, last, former : ndarray of int, shape (classes,)
        Days allowed, and the former day (-1: none).

    Returns
    -------
    ndarray of int64, shape (classes,)
        The former day where it is allowed; else the last of the days that cost least, moved to the
        nearest allowed one; -1 where none is allowed.
    """
    days = costs.shape[1] - 1
    if not days:
        return np.full(len(first), -1, dtype=np.int64)
    best = (days - 1 - np.argmin(costs[:, days - 1 :: -1], axis=1))[group]
    best = np.minimum(np.maximum(best, first), last)
    best = np.where((first <= former) & (former <= last), former, best)
    found: Ints = np.where(first <= last, best, -1).astype(np.int64)
    return found


def even_cars(room: Floats, wished: Any) -> Floats:
    """Return how many cars each day builds where days are as even as no car is late for it.

    Parameters
    ----------
    room : ndarray of float64, shape (days,)
        Cars that each day can build.
    wished : ndarray, shape (days,)
        Cars that would best be built on each day; built earlier they stand, built later they are
        late.

    Returns
    -------
    ndarray of float64, shape (days,)
        Each day takes the least share of its room that, kept up, has every car built by its day:
        the slopes of the least concave curve above the wished cars. What is too much for the room
        is built as soon as there is some.
    """
    sums = np.cumsum(wished)
    space = np.cumsum(room)
    found = np.zeros(len(room))
    built = before = 0.0
    for day in range(len(room)):
        if room[day] > 0:
            rate = float(np.max((sums[day:] - built) / (space[day:] - before)))
            found[day] = room[day] * min(1.0, max(0.0, rate))
        built += found[day]
        before = float(space[day])
    return found
