"""The least cost of a single ratio rule, exactly.

Let S(k) be the cars with the option up to position k. A window from a + 1 to b costs
max(0, S(b) - S(a) - N), and S rises by 0 or 1 per position. To minimise the sum of such costs is
the dual of a flow of least cost from position 0 to n: a window is an arc of capacity 1 and cost N
(less the cars that are known already), a position is an arc of cost 1 forward and 0 backward. The
matrix of windows has consecutive ones, so the linear optimum is whole-numbered (Fulkerson and Gross
1965, Pacific Journal of Mathematics 15, 835-855). With the lengths of the successive shortest paths
in hand, the least cost for c cars is the sum of max(0, c - length).

A path reads: disjoint windows hold at most N cars each, so the cars above their sum are violations.
Windows that follow each other from every starting position are such paths, and where the cars
before the day are known and windows are shortened at its end, no other path is shorter.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinho.days.rules import Ratio
from sinho.days.score import ratio_windows

Arc = tuple[int, int, int]
"""Position behind which the arc begins, where it ends, and its cost."""
FAR = 1 << 60


@dataclass(frozen=True)
class RatioFloor:
    """What a ratio rule costs at least.

    Parameters
    ----------
    least : int
        Violations that no order avoids.
    forced : int
        Of these, the violations that the cars before the day and the pinned ones bring about
        whatever follows.
    room : int
        Cars of the day that can have the option without any further violation.
    slope : int
        Violations that one car with the option less would save.
    """

    least: int
    forced: int
    room: int
    slope: int = 0


def ratio_floor(
    rule: Ratio,
    size: int,
    cars: int,
    before: NDArray[np.int64],
    pinned: Mapping[int, int],
) -> RatioFloor:
    """Return the least cost of a ratio rule over all orders.

    Parameters
    ----------
    rule : Ratio
        The rule.
    size, cars : int
        Cars of the day, and those of them with the option.
    before : array of int
        1 per car before the day with the option, 0 without, in building order.
    pinned : mapping of int to int
        Position, from 1, of cars that stay in place, and whether they have the option.

    Returns
    -------
    RatioFloor
        The exact minimum.
    """
    if size == 0:
        return RatioFloor(0, 0, 0)
    whole = rule.shortened and not rule.confined
    if whole and len(before) >= rule.window - 1 and not pinned:
        forced, rooms = _chains(rule, size, before)
        fixed = 0
    else:
        forced, arcs, steps = _network(rule, size, before, pinned)
        fixed = sum(pinned.values())
        rooms = []
        for length in _paths(arcs, steps):
            rooms.append(length)
            if length >= cars - fixed:
                break
    least = forced + sum(max(0, cars - fixed - room) for room in rooms)
    slope = sum(room < cars - fixed for room in rooms)
    return RatioFloor(least, forced, fixed + rooms[0], slope)


def _chains(rule: Ratio, size: int, before: NDArray[np.int64]) -> tuple[int, list[int]]:
    """Lay windows end to end from each start; return forced violations and room per chain."""
    first, last = ratio_windows(rule, size, len(before))
    behind = np.concatenate(([0], np.cumsum(before[::-1])))
    known = behind[np.maximum(0, 1 - first)]
    inside = last - np.maximum(first, 1) + 1
    room = np.minimum(inside, np.maximum(0, rule.most - known))
    rooms = np.bincount((first - first[0]) % rule.window, weights=room)
    return int(np.maximum(0, known - rule.most).sum()), sorted(rooms.astype(np.int64).tolist())


def _network(
    rule: Ratio, size: int, before: NDArray[np.int64], pinned: Mapping[int, int]
) -> tuple[int, list[Arc], list[int]]:
    """Return the violations already there, one arc per window, and the cost of each position."""
    known = np.zeros(len(before) + size + 1, dtype=np.int64)
    known[1 : len(before) + 1] = before
    for position, fitted in pinned.items():
        known[len(before) + position] = fitted
    so_far = np.cumsum(known)
    first, last = ratio_windows(rule, size, len(before))
    inside = so_far[last + len(before)] - so_far[first - 1 + len(before)]
    begin = np.maximum(0, first - 1)
    room = np.maximum(0, rule.most - inside)
    forced = int(np.maximum(0, inside - rule.most).sum())
    steps = [0 if at in pinned else 1 for at in range(1, size + 1)]
    return forced, list(zip(begin.tolist(), last.tolist(), room.tolist(), strict=True)), steps


def _paths(arcs: list[Arc], steps: list[int]) -> Iterator[int]:
    """Yield the lengths of successive shortest paths along the line, without end.

    Shortest paths by Dijkstra's method with node potentials (Edmonds and Karp 1972, Journal of the
    ACM 19, 248-264).
    """
    size = len(steps)
    leaving: list[list[int]] = [[] for _ in range(size + 1)]
    entering: list[list[int]] = [[] for _ in range(size + 1)]
    for at, (tail, head, _) in enumerate(arcs):
        leaving[tail].append(at)
        entering[head].append(at)
    used = [False] * len(arcs)
    forward, backward = [0] * size, [0] * size
    height = [0] * (size + 1)
    while True:
        distance = [FAR] * (size + 1)
        came: list[tuple[int, int, int]] = [(0, 0, 0)] * (size + 1)
        distance[0] = 0
        queue = [(0, 0)]
        while queue:
            here, node = heapq.heappop(queue)
            if here > distance[node]:
                continue
            here += height[node]
            ways = [(arcs[at][1], arcs[at][2], 0, at) for at in leaving[node] if not used[at]]
            ways += [(arcs[at][0], -arcs[at][2], 1, at) for at in entering[node] if used[at]]
            if node < size:
                cost = 0 if backward[node] else steps[node]
                ways.append((node + 1, cost, 3 if backward[node] else 2, node))
            if node:
                cost = -steps[node - 1] if forward[node - 1] else 0
                ways.append((node - 1, cost, 5 if forward[node - 1] else 4, node - 1))
            for there, cost, kind, at in ways:
                further = here + cost - height[there]
                if further < distance[there]:
                    distance[there] = further
                    came[there] = (node, kind, at)
                    heapq.heappush(queue, (further, there))
        height = [old + new for old, new in zip(height, distance, strict=True)]
        yield height[size]
        node = size
        while node:
            node, kind, at = came[node]
            if kind <= 1:
                used[at] = kind == 0
            elif kind <= 3:
                forward[at] += kind == 2
                backward[at] -= kind == 3
            else:
                backward[at] += kind == 4
                forward[at] -= kind == 5
