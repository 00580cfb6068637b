"""The shifting bottleneck: which station holds the others up, and when."""

from __future__ import annotations

import heapq

import numpy as np

from sinho.kernels.compile import entry
from sinho.simulate.kernel.data import (
    ACTIVE_FROM,
    ACTIVE_LONG,
    ACTIVE_NODE,
    ACTIVE_TO,
    Floats,
    Longs,
)


@entry
def bottlenecks(periods: Floats, order: Longs, nodes: int, begin: float, end: float) -> Floats:
    """Return how long each node was the only bottleneck, and one of several while it shifted.

    At any moment the bottleneck is the station whose time without interruption by blocking or
    starving is the longest; where the times of two that follow each other overlap, it shifts
    (Roser, Nakano and Tanaka 2002, Winter Simulation Conference, 1079-1086).

    Parameters
    ----------
    periods : ndarray of float, shape (periods, 4)
        Node, begin and end of each active period in minutes, and its length in working time.
    order : ndarray of int, shape (periods,)
        The periods by their begin.
    nodes : int
        How many nodes there are.
    begin, end : float
        What is looked at.

    Returns
    -------
    ndarray of float, shape (nodes, 2)
        Minutes as the only bottleneck, and while it shifts (each of several then has its part).
    """
    count = order.shape[0]
    chosen = np.zeros(count, np.bool_)
    active = [(0.0, 0.0, 0.0, 0)]
    active.clear()
    at, coming = begin, 0
    while at < end:  # who works the longest, from moment to moment
        while coming < count and periods[order[coming], ACTIVE_FROM] <= at:
            one = periods[order[coming]]
            key = (-one[ACTIVE_LONG], one[ACTIVE_FROM], one[ACTIVE_NODE], coming)
            heapq.heappush(active, key)
            coming += 1
        while active and periods[order[active[0][3]], ACTIVE_TO] <= at:
            heapq.heappop(active)
        following = end
        if coming < count:
            following = min(end, periods[order[coming], ACTIVE_FROM])
        if active:
            chosen[active[0][3]] = True
            following = min(following, periods[order[active[0][3]], ACTIVE_TO])
        at = following
    picked = order[chosen]  # none lies within another: their ends are in the order of their begins
    edges = np.empty(2 * picked.shape[0] + 2)
    edges[0], edges[1] = begin, end
    for k in range(picked.shape[0]):
        edges[2 * k + 2] = min(max(periods[picked[k], ACTIVE_FROM], begin), end)
        edges[2 * k + 3] = min(max(periods[picked[k], ACTIVE_TO], begin), end)
    edges.sort()
    found = np.zeros((nodes, 2))
    first = last = 0
    for k in range(edges.shape[0] - 1):
        low, high = edges[k], edges[k + 1]
        while last < picked.shape[0] and periods[picked[last], ACTIVE_FROM] <= low:
            last += 1
        while first < last and periods[picked[first], ACTIVE_TO] <= low:
            first += 1
        for n in range(first, last):
            kind = 1 if last - first > 1 else 0
            found[np.int64(periods[picked[n], ACTIVE_NODE]), kind] += (high - low) / (last - first)
    return found
