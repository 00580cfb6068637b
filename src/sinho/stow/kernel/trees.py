"""Which ways cars take at each port, kept so that most trades need no new search for ways.

Of each port there is a tree of shortest ways from the gate round the cars that stay, and how many
moves go over each node. A trade changes what two nodes are. As long as no move goes over a node
that becomes blocked, and none gets shorter over one that becomes free, the others keep their ways.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sinho.kernels.compile import inner
from sinho.stow.kernel.price import STAYS, Longs, Ship, Work, ends_of, role

FAR = 1 << 30
"""Distance of a node that is out of reach."""

UNKNOWN = -1
"""The ways have to be searched for."""

Tables = NDArray[np.int64]


class Trees(NamedTuple):
    """Of each port and node: distance, the node before it, moves that go over or end at it.

    ``known`` says of each port whether there is a tree: no car is in the way there.
    """

    distance: Tables
    above: Tables
    moves: Tables
    known: Longs


@inner
def new_trees(ports: int, nodes: int) -> Trees:
    """Return room for trees."""
    shape = (ports, nodes)
    return Trees(
        np.zeros(shape, np.int64),
        np.zeros(shape, np.int64),
        np.zeros(shape, np.int64),
        np.zeros(ports, np.int64),
    )


@inner
def grow(port: int, plan: Longs, ends: int, ship: Ship, work: Work, trees: Trees) -> None:
    """Find the tree of a port."""
    distance, above, moves = trees.distance[port], trees.above[port], trees.moves[port]
    before, after, queue = plan[port], plan[port + 1], work.queue
    distance[:] = FAR
    moves[:] = 0
    distance[0], above[0], queue[0] = 0, 0, 0
    head, tail, missing = 0, 1, ends
    while head < tail:
        node = queue[head]
        head += 1
        for at in range(ship.start[node], ship.start[node + 1]):
            other = ship.ends[at]
            if distance[other] < FAR:
                continue
            part = role(before[other], after[other])
            if part == STAYS:
                continue
            missing -= part
            moves[other] = part
            distance[other], above[other] = distance[node] + 1, node
            queue[tail] = other
            tail += 1
    for at in range(tail - 1, 0, -1):
        node = queue[at]
        moves[above[node]] += moves[node]
    trees.known[port] = missing == 0


@inner
def goes_over(node: int, over: int, above: Longs) -> bool:
    """Return whether the way to a node goes over another one."""
    while node:
        if node == over:
            return True
        node = above[node]
    return False


@inner
def known_cost(
    port: int,
    one: int,
    other: int,
    old: tuple[int, int],
    new: tuple[int, int],
    cost: int,
    plan: Longs,
    ship: Ship,
    trees: Trees,
) -> int:
    """Return the cost of a port after a trade, where the tree before it tells; else `UNKNOWN`.

    ``old`` and ``new`` are the roles of the two nodes, ``cost`` is that before the trade.
    """
    if not trees.known[port]:
        return UNKNOWN
    distance, above, moves = trees.distance[port], trees.above[port], trees.moves[port]
    shut, freed = UNKNOWN, UNKNOWN
    for at in range(2):
        node = one if at == 0 else other
        if old[at] != STAYS and new[at] == STAYS:
            if shut != UNKNOWN:
                return UNKNOWN
            shut = node
            if distance[node] < FAR:
                if moves[node] > old[at]:
                    return UNKNOWN
                cost -= old[at] * (ship.fee + distance[node])
        elif old[at] == STAYS and new[at] != STAYS:
            if freed != UNKNOWN:
                return UNKNOWN
            freed = node
    for at in range(2):
        node = one if at == 0 else other
        if node == shut:
            continue
        if node == freed:
            away = _away(port, node, shut, new[at], plan, ship, trees)
            if away == UNKNOWN:
                return UNKNOWN
            cost += new[at] * (ship.fee + away)
        elif old[at] != new[at]:
            if distance[node] == FAR or (shut != UNKNOWN and goes_over(node, shut, above)):
                return UNKNOWN
            cost += (ends_of(new[at]) - ends_of(old[at])) * (ship.fee + distance[node])
    return cost


@inner
def _away(
    port: int, freed: int, shut: int, part: int, plan: Longs, ship: Ship, trees: Trees
) -> int:
    """Return how far a node is that becomes free, if no other gets nearer by it."""
    distance, above = trees.distance[port], trees.above[port]
    before, after = plan[port], plan[port + 1]
    least, sure = FAR, FAR
    for at in range(ship.start[freed], ship.start[freed + 1]):
        beside = ship.ends[at]
        far = distance[beside]
        if far < FAR and beside != shut:
            least = min(least, far)
            if part and far < sure and not (shut != UNKNOWN and goes_over(beside, shut, above)):
                sure = far
    if part and (sure > least or sure == FAR):
        return UNKNOWN
    if least == FAR:
        return 0
    for at in range(ship.start[freed], ship.start[freed + 1]):
        beside = ship.ends[at]
        if distance[beside] > least + 2 and role(before[beside], after[beside]) != STAYS:
            return UNKNOWN
    return least + 1
