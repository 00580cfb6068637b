"""The shifting bottleneck: which station holds the others up, and when."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def bottlenecks(periods: Floats, nodes: int, begin: float, end: float) -> Floats:
    """Return how long each node was the only bottleneck, and one of two while it shifted.

    At any moment the bottleneck is the station whose time without interruption by blocking or
    starving is the longest; where the times of two that follow each other overlap, it shifts
    (Roser, Nakano and Tanaka 2002, Winter Simulation Conference, 1079-1086).

    Parameters
    ----------
    periods : ndarray of float, shape (periods, 4)
        Node, begin and end of each active period in minutes, and its length in working time.
    nodes : int
        How many nodes there are.
    begin, end : float
        What is looked at.

    Returns
    -------
    ndarray of float, shape (nodes, 2)
        Minutes as the only bottleneck, and while it shifts (each of several then has its part).
    """
    found = np.zeros((nodes, 2))
    held = periods[(periods[:, 2] > begin) & (periods[:, 1] < end)]
    # From the longest period on: one whose whole time lies in longer ones is never the bottleneck.
    order = np.lexsort((held[:, 0], held[:, 1], -held[:, 3]))
    held = held[order]
    chosen: list[int] = []
    starts: list[float] = []
    for at in range(len(held)):
        place = int(np.searchsorted(starts, held[at, 1], side="right"))
        reach = held[at, 1]
        for k in range(max(0, place - 1), len(chosen)):
            other = held[chosen[k]]
            if other[1] > reach:
                break
            reach = max(reach, other[2])
        if reach < held[at, 2]:
            starts.insert(place, held[at, 1])
            chosen.insert(place, at)
    edges = np.unique(np.concatenate([held[chosen, 1], held[chosen, 2], [begin, end]]))
    edges = edges[(edges >= begin) & (edges <= end)]
    open_at = 0
    active: list[int] = []
    for low, high in pairwise(edges.tolist()):
        while open_at < len(chosen) and held[chosen[open_at], 1] <= low:
            active.append(chosen[open_at])
            open_at += 1
        active = [one for one in active if held[one, 2] > low]
        for one in active:
            found[int(held[one, 0]), int(len(active) > 1)] += (high - low) / len(active)
    return found
