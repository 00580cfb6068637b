"""What it costs to go from one arrangement of cars to the next at a port: compiled.

An arrangement is an array of the demand of the car at each node, -1 where there is none. A plan is
an array of them, one row for each leg between two ports, with an empty one before and behind.
`sinho.stow.moves` does the same slowly, and says by which moves.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sinho.kernels.compile import entry, inlined, inner

Longs = NDArray[np.int64]

STAYS = 3
"""Role of a node whose car stays; else the role is the number of moves that begin or end there."""


TOO_HIGH = 1 << 40
"""More than any plan costs."""


class Ship(NamedTuple):
    """The graph: neighbours of node ``v`` are ``ends[start[v] : start[v + 1]]``; cost of a move."""

    start: Longs
    ends: Longs
    fee: int


class Work(NamedTuple):
    """Room to work in: of each node, when it was last seen and taken off, and its distance.

    ``stamp`` counts what is seen and what is taken off, so that nothing needs to be cleared.
    """

    seen: Longs
    taken: Longs
    distance: Longs
    above: Longs
    queue: Longs
    stamp: Longs


def work_of(nodes: int) -> Work:
    """Return room to work in for a graph."""
    return Work(*(np.zeros(size, np.int64) for size in (nodes, nodes, nodes, nodes, 2 * nodes, 2)))


@inlined
def role(before: int, after: int) -> int:
    """Return what a node is at a port by the cars there before and after; see `STAYS`."""
    if before == after:
        return STAYS if before >= 0 else 0
    return int(before >= 0) + int(after >= 0)


@inlined
def ends_of(part: int) -> int:
    """Return the moves that begin or end at a node of a role."""
    return 0 if part == STAYS else part


@inner
def port_cost(
    port: int, plan: Longs, ends: int, least: int, most: int, ship: Ship, work: Work
) -> int:
    """Return the cost of a port at which ``ends`` cars come or go; those that stay block the way.

    Cars go nearest first and come farthest first, so each drives the shortest way round those that
    stay. ``least`` is a number of edges that the port is not below; as soon as the cost is known to
    be above ``most``, one that is far above is returned.
    """
    if ends == 0:
        return 0
    seen, distance, queue = work.seen, work.distance, work.queue
    before, after = plan[port], plan[port + 1]
    work.stamp[0] += 1
    mark = work.stamp[0]
    cost, missing = ship.fee * ends, ends
    queue[0], seen[0], distance[0] = 0, mark, 0
    head, tail = 0, 1
    while head < tail:
        node = queue[head]
        head += 1
        far = distance[node] + 1
        for at in range(ship.start[node], ship.start[node + 1]):
            other = ship.ends[at]
            if seen[other] == mark:
                continue
            seen[other] = mark
            part = role(before[other], after[other])
            if part == STAYS:
                continue
            if part:
                cost += part * far
                missing -= part
                if missing == 0:
                    return int(cost)
                if cost + missing * far > most:
                    return TOO_HIGH
            distance[other] = far
            queue[tail] = other
            tail += 1
    if ship.fee * (ends + 2) + least > most:
        return TOO_HIGH
    cost = blocked_cost(port, plan, ends, ship, work)
    return int(cost)


@inner
def blocked_cost(port: int, plan: Longs, ends: int, ship: Ship, work: Work) -> int:
    """Return the cost of a port at which cars are in the way, which are put off and loaded again.

    As long as a car cannot get through, the fewest that stand in the way of any such one are taken
    off. This is a good choice, not always the cheapest.
    """
    seen, taken, distance, above, queue = (
        work.seen,
        work.taken,
        work.distance,
        work.above,
        work.queue,
    )
    before, after = plan[port], plan[port + 1]
    top = len(queue)
    work.stamp[1] += 1
    off = work.stamp[1]
    while True:
        work.stamp[0] += 1
        mark = work.stamp[0]
        cost, missing = ship.fee * ends, ends
        queue[0], seen[0], distance[0] = 0, mark, 0
        head, tail, waiting = 0, 1, top  # blocked nodes wait at the end of the queue, backwards
        while head < tail:
            node = queue[head]
            head += 1
            far = distance[node] + 1
            for at in range(ship.start[node], ship.start[node + 1]):
                other = ship.ends[at]
                if seen[other] == mark:
                    continue
                seen[other] = mark
                above[other] = node
                part = role(before[other], after[other])
                if part == STAYS:
                    if taken[other] != off:
                        waiting -= 1
                        queue[waiting] = other
                        continue
                    part = 2
                cost += part * far
                missing -= part
                distance[other] = far
                queue[tail] = other
                tail += 1
        if missing == 0:
            return int(cost)
        found = -1
        while found < 0:  # one more car in the way each time round
            head = tail
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
                    if part == STAYS and taken[other] != off:
                        waiting -= 1
                        queue[waiting] = other
                        continue
                    if part:
                        found = other
                        break
                    queue[tail] = other
                    tail += 1
        node = above[found]
        while node:
            if role(before[node], after[node]) == STAYS and taken[node] != off:
                taken[node] = off
                ends += 2
            node = above[node]


@entry
def price(plan: Longs, ends: Longs, costs: Longs, ship: Ship, work: Work) -> int:
    """Fill in, of each port, the cars that come or go and the cost; return the cost of all."""
    total = 0
    for port in range(len(costs)):
        count = 0
        for node in range(1, plan.shape[1]):
            count += ends_of(role(plan[port, node], plan[port + 1, node]))
        ends[port] = count
        costs[port] = port_cost(port, plan, count, 0, TOO_HIGH, ship, work)
        total += costs[port]
    return total
