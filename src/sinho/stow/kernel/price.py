"""What it costs to go from one arrangement of cars to the next at a port: compiled.

An arrangement is an array of the demand of the car at each node, -1 where there is none. A plan is
an array of them, one row for each leg between two ports, with an empty one before and behind; with
it goes, of each port, which of the cars that stay are put off and loaded again.
`sinho.graphs.moves` does the same slowly, and says by which moves.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sinho.kernels.compile import inlined, inner

Longs = NDArray[np.int64]
Flags = NDArray[np.int8]

STAYS = 3
"""Role of a node whose car stays; else the role is the number of moves that begin or end there."""

TOO_HIGH = 1 << 62
"""More than any plan costs."""


class Ship(NamedTuple):
    """The graph: neighbours of node ``v`` are ``ends[start[v] : start[v + 1]]``; cost of a move."""

    start: Longs
    ends: Longs
    fee: int


class Work(NamedTuple):
    """Room to work in, by node: when it was last seen, what was found out then.

    ``stamp`` counts what is seen, so that nothing needs to be cleared.
    """

    seen: Longs
    distance: Longs
    above: Longs
    queue: Longs
    off: Flags
    stamp: Longs


def work_of(nodes: int) -> Work:
    """Return room to work in for a graph."""
    seen, distance, above = np.zeros((3, nodes), np.int64)
    queue, stamp = np.zeros(3 * nodes, np.int64), np.zeros(1, np.int64)
    return Work(seen, distance, above, queue, np.zeros(nodes, np.int8), stamp)


@inlined
def role(before: int, after: int) -> int:
    """Return what a node is at a port by the cars there before and after; see `STAYS`."""
    if before == after:
        return STAYS if before >= 0 else 0
    return int(before >= 0) + int(after >= 0)


@inlined
def part_of(before: int, after: int, off: int) -> int:
    """Return the role of a node; a car that is put off and loaded again does not stay."""
    part = role(before, after)
    return 2 if off and part == STAYS else part


@inner
def put_off(port: int, plan: Longs, off: Flags, ship: Ship, work: Work) -> None:
    """Choose the cars in the way, and write them to ``off``: as few as are found.

    As long as a car cannot get through, the fewest that stand in the way of any such one are put
    off. This is a good choice, not always the cheapest.
    """
    seen, above, queue = work.seen, work.above, work.queue
    before, after = plan[port], plan[port + 1]
    top = len(queue)
    off[:] = 0
    missing = 0
    for node in range(1, len(off)):
        part = role(before[node], after[node])
        if part != STAYS:
            missing += part
    while True:
        work.stamp[0] += 1
        mark = work.stamp[0]
        left = missing
        queue[0], seen[0] = 0, mark
        head, tail, waiting = 0, 1, top  # blocked nodes wait at the end of the queue, backwards
        while head < tail and left:
            node = queue[head]
            head += 1
            for at in range(ship.start[node], ship.start[node + 1]):
                other = ship.ends[at]
                if seen[other] == mark:
                    continue
                seen[other] = mark
                above[other] = node
                part = role(before[other], after[other])
                if part == STAYS:
                    if not off[other]:
                        waiting -= 1
                        queue[waiting] = other
                        continue
                    part = 0
                left -= part
                queue[tail] = other
                tail += 1
        if left == 0:
            return
        found = -1
        while found < 0:  # one more car in the way each time round
            head = tail = 0
            for at in range(top - 1, waiting - 1, -1):
                queue[tail] = queue[at]
                tail += 1
            waiting = top
            while head < tail and found < 0:
                node = queue[head]
                head += 1
                for at in range(ship.start[node], ship.start[node + 1]):
                    other = ship.ends[at]
                    if seen[other] == mark:
                        continue
                    seen[other] = mark
                    above[other] = node
                    part = role(before[other], after[other])
                    if part == STAYS and not off[other]:
                        waiting -= 1
                        queue[waiting] = other
                        continue
                    if part and part != STAYS:
                        found = other
                        break
                    queue[tail] = other
                    tail += 1
        node = above[found]
        while node:
            if role(before[node], after[node]) == STAYS:
                off[node] = 1
            node = above[node]
