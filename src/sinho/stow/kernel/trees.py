"""The shortest ways of cars at each port, kept so that most trades need no new search for ways.

Of each port there is a tree of shortest ways from the gate round the cars that stay, and how many
moves go over each node. All cars that come or go get through, as those in the way are put off.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sinho.kernels.compile import entry, inner
from sinho.stow.kernel.price import (
    STAYS,
    Flags,
    Longs,
    Ship,
    Work,
    part_of,
    put_off,
    role,
)

FAR = 1 << 30
"""Distance of a node that is out of reach."""

Tables = NDArray[np.int64]


class Trees(NamedTuple):
    """Of each port and node: what the tree of the port says.

    Distance; the node before it, -1 out of reach; moves that go over or end at it; cars that are
    put off on the way to it, itself included; whether its car is put off. ``crowd`` are the cars
    put off at a port.
    """

    distance: Tables
    above: Tables
    moves: Tables
    over: Tables
    off: Flags
    crowd: Longs


def trees_of(ports: int, nodes: int) -> Trees:
    """Return room for trees."""
    distance, above, moves, over = np.zeros((4, ports, nodes), np.int64)
    off, crowd = np.zeros((ports, nodes), np.int8), np.zeros(ports, np.int64)
    return Trees(distance, above, moves, over, off, crowd)


@inner
def grow(port: int, plan: Longs, ship: Ship, work: Work, trees: Trees) -> int:
    """Find the tree of a port, with given cars put off; return the cost of the port."""
    distance, above, moves = trees.distance[port], trees.above[port], trees.moves[port]
    over, off = trees.over[port], trees.off[port]
    before, after, queue = plan[port], plan[port + 1], work.queue
    distance[:] = FAR
    above[:] = -1
    moves[:] = 0
    distance[0], above[0], over[0], queue[0] = 0, 0, 0, 0
    head, tail, cost = 0, 1, 0
    while head < tail:
        node = queue[head]
        head += 1
        far = distance[node] + 1
        for at in range(ship.start[node], ship.start[node + 1]):
            other = ship.ends[at]
            if distance[other] < FAR:
                continue
            part = part_of(before[other], after[other], off[other])
            if part == STAYS:
                continue
            cost += part * (ship.fee + far)
            moves[other] = part
            over[other] = over[node] + off[other]
            distance[other], above[other] = far, node
            queue[tail] = other
            tail += 1
    for at in range(tail - 1, 0, -1):
        node = queue[at]
        moves[above[node]] += moves[node]
    return int(cost)


@inner
def cost_of(port: int, plan: Longs, off: Flags, ship: Ship, work: Work) -> int:
    """Return what a port costs with given cars put off."""
    seen, distance, queue = work.seen, work.distance, work.queue
    before, after = plan[port], plan[port + 1]
    work.stamp[0] += 1
    mark = work.stamp[0]
    queue[0], seen[0], distance[0] = 0, mark, 0
    head, tail, cost = 0, 1, 0
    while head < tail:
        node = queue[head]
        head += 1
        far = distance[node] + 1
        for at in range(ship.start[node], ship.start[node + 1]):
            other = ship.ends[at]
            if seen[other] == mark:
                continue
            seen[other] = mark
            part = part_of(before[other], after[other], off[other])
            if part == STAYS:
                continue
            cost += part * (ship.fee + far)
            distance[other] = far
            queue[tail] = other
            tail += 1
    return int(cost)


@inner
def pruned(port: int, plan: Longs, ship: Ship, work: Work, trees: Trees) -> int:
    """Find the tree of a port, with no car put off that no other goes over; return the cost."""
    off, moves = trees.off[port], trees.moves[port]
    crowd = 0
    for node in range(1, len(off)):
        if off[node]:
            if role(plan[port, node], plan[port + 1, node]) == STAYS:
                crowd += 1
            else:
                off[node] = 0
    cost = grow(port, plan, ship, work, trees)
    again = crowd > 0
    while again:
        again = False
        for node in range(1, len(off)):
            if off[node] and moves[node] <= 2:
                off[node] = 0
                crowd -= 1
                again = True
        if again:
            cost = grow(port, plan, ship, work, trees)
    trees.crowd[port] = crowd
    return int(cost)


@inner
def settle(port: int, plan: Longs, ship: Ship, work: Work, trees: Trees) -> int:
    """Find the tree of a port, cars put off as before or anew, which is cheaper; return the cost.

    Those put off before let all cars that come or go through.
    """
    cost = pruned(port, plan, ship, work, trees)
    if trees.crowd[port]:
        cost = min(cost, anew(port, cost, plan, ship, work, trees))
    return int(cost)


@inner
def anew(port: int, most: int, plan: Longs, ship: Ship, work: Work, trees: Trees) -> int:
    """Choose the cars in the way of a port anew, and keep that where it costs less than ``most``.

    Else the tree is that of the cars put off before.
    """
    off = trees.off[port]
    put_off(port, plan, work.off, ship, work)
    same = True
    for node in range(len(off)):
        if off[node] != work.off[node]:
            same = False
            off[node], work.off[node] = work.off[node], off[node]
    if same:
        return most
    cost = pruned(port, plan, ship, work, trees)
    if cost >= most:
        off[:] = work.off
        pruned(port, plan, ship, work, trees)
    return int(cost)


@entry
def price(plan: Longs, costs: Longs, ship: Ship, work: Work, trees: Trees) -> int:
    """Fill in the tree and the cost of each port; return the cost of all.

    Cars are put off as before, as far as that lets all through, or anew, which is cheaper.
    """
    total = 0
    for port in range(len(costs)):
        off = trees.off[port]
        cost = pruned(port, plan, ship, work, trees)
        through = True
        for node in range(1, len(off)):
            part = role(plan[port, node], plan[port + 1, node])
            if part and part != STAYS and trees.distance[port, node] == FAR:
                through = False
        if not through:
            put_off(port, plan, off, ship, work)
            cost = pruned(port, plan, ship, work, trees)
        elif trees.crowd[port]:
            cost = min(cost, anew(port, cost, plan, ship, work, trees))
        costs[port] = cost
        total += cost
    return total
