"""The heaviest set of cars that a row open at one end can hold without a move: by intervals.

Of two cars that keep still in such a row at a time, the first to come is not the first to leave:
their stays are nested or apart. A heaviest set of intervals of which no two cross is a heaviest
independent set of a circle graph, found by looking at shorter spans first (Gavril, 1973,
*Algorithms for a maximum clique and a maximum independent set of a circle graph*, Networks 3); here
besides no more are nested than a row has places.
"""

from __future__ import annotations

import numpy as np

from sinho.kernels.compile import entry
from sinho.ship.yard.kernel.data import Longs


@entry
def nests(car: Longs, close: Longs, after: Longs, worth: Longs, value: Longs) -> int:
    """Find what the best sets of spans are worth; return that of the whole at the deepest.

    Parameters
    ----------
    car : ndarray of int64, shape (events,)
        Car that comes at each event; -1: a group leaves.
    close : ndarray of int64, shape (cars,)
        Group in which each car leaves.
    after : ndarray of int64, shape (groups,)
        Event behind that at which each group leaves; that of the last one is the number of events.
    worth : ndarray of int64, shape (cars,)
        What each car is worth; those of 0 are left out.
    value : ndarray of int64, shape (events + 1, places + 1, groups)
        Written: by first event, depth and last group.
    """
    events, depths, groups = value.shape[0] - 1, value.shape[1], value.shape[2]
    value[events] = 0
    for a in range(events - 1, -1, -1):
        value[a] = value[a + 1]
        x = car[a]
        if x < 0 or worth[x] <= 0:
            continue
        g = close[x]
        for d in range(1, depths):
            base = worth[x] + value[a + 1, d - 1, g]
            for h in range(g, groups):
                best = base + value[after[g], d, h]
                if best > value[a, d, h]:
                    value[a, d, h] = best
    return int(value[0, depths - 1, groups - 1])


@entry
def nested(car: Longs, close: Longs, after: Longs, value: Longs, depth: int, times: Longs) -> int:
    """Count the cars of a best set of a depth in ``times``; return how many they are."""
    events = value.shape[0] - 1
    left = np.empty((events + 1, 3), np.int64)
    left[0, 0], left[0, 1], left[0, 2] = 0, depth, value.shape[2] - 1
    waiting, found = 1, 0
    while waiting > 0:
        waiting -= 1
        a, d, h = left[waiting, 0], left[waiting, 1], left[waiting, 2]
        while a < events and value[a, d, h] > 0:
            if value[a, d, h] > value[a + 1, d, h]:
                x = car[a]
                times[x] += 1
                found += 1
                g = close[x]
                left[waiting, 0], left[waiting, 1], left[waiting, 2] = after[g], d, h
                waiting += 1
                d, h = d - 1, g
            a += 1
    return found
