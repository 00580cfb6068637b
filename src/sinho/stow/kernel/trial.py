"""What a port costs after a trade, told from its tree and what changes in it: compiled.

A trade changes what two nodes are at a port. Where one becomes blocked, those behind it take other
ways, or its car is put off for them; where one becomes free, others may get nearer over it. Only
those are looked at, much like Ramalingam and Reps (1996, Journal of Algorithms 21) do.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sinho.kernels.compile import inner
from sinho.stow.kernel.price import STAYS, TOO_HIGH, Longs, Ship, Work, part_of
from sinho.stow.kernel.trees import FAR, Trees

NONE = -1
"""No node."""

TOLD, WAYS, ANEW = 0, 1, 2
"""What is known of a cost: all; not what the ways round cost; not which cars are put off."""


class Change(NamedTuple):
    """What two nodes are before and after a trade."""

    one: int
    other: int
    old_one: int
    old_other: int
    new_one: int
    new_other: int


class Guess(NamedTuple):
    """What a tree tells of the cost of a port after a trade.

    ``cost`` is with the ways as they were, and without the moves of ``freed``, a node that becomes
    free; ``least`` is what it does not cost less than, as far as that is known. ``shut`` is a node
    that becomes blocked, ``lone`` one that was out of reach and is needed; `NONE` each. ``without``
    is the cost where the car on the node that is shut is put off.
    """

    known: int
    cost: int
    least: int
    shut: int
    freed: int
    lone: int
    without: int


@inner
def goes_over(node: int, over: int, above: NDArray[np.int64]) -> bool:
    """Return whether the way to a node goes over another one, or ends there."""
    while node > 0:
        if node == over:
            return True
        node = above[node]
    return False


@inner
def guess(port: int, change: Change, cost: int, ship: Ship, trees: Trees) -> Guess:
    """Return what a port that cost so much costs after a trade, as far as its tree tells."""
    distance, above, moves = trees.distance[port], trees.above[port], trees.moves[port]
    off, crowd = trees.off[port], trees.crowd[port]
    shut, freed, gone, come, lone = NONE, NONE, NONE, NONE, NONE
    own, left, more, part = 0, 0, 0, 0
    for at in range(2):
        node, old, new = change.one, change.old_one, change.new_one
        if at:
            node, old, new = change.other, change.old_other, change.new_other
        if off[node] and old == STAYS:
            old = 2
        if off[node] and new == STAYS:
            new = 2
        if old == new:
            continue
        if new == STAYS:
            if shut != NONE:
                return Guess(ANEW, 0, 0, NONE, NONE, NONE, 0)
            shut, own = node, old
        elif old == STAYS:
            if freed != NONE:
                return Guess(ANEW, 0, 0, NONE, NONE, NONE, 0)
            freed, part = node, new
        elif distance[node] == FAR:
            if new:
                lone = node
        else:
            cost += (new - old) * (ship.fee + distance[node])
            if new < old:
                gone, left = node, old - new
            else:
                come, more = node, new - old
    if shut != NONE and distance[shut] == FAR:
        shut = NONE
    without, needed = TOO_HIGH, False
    if shut != NONE:
        far = ship.fee + distance[shut]
        without = cost + (2 - own) * far
        cost -= own * far
        needed = moves[shut] > own or (come != NONE and goes_over(come, shut, above))
    elif crowd and gone != NONE and freed == NONE and trees.over[port, gone]:
        cost -= _needless(port, gone, left, come, more, ship, trees)
    if freed == NONE:
        if lone != NONE:
            return Guess(ANEW, cost, cost + 2 * ship.fee, NONE, NONE, NONE, 0)
        return Guess(WAYS if needed else TOLD, cost, cost, shut, NONE, NONE, without)
    near, sure, fewest, most = FAR, FAR, 1 << 20, 0
    for at in range(ship.start[freed], ship.start[freed + 1]):
        beside = ship.ends[at]
        far = distance[beside]
        if far < FAR:
            fewest, most = (
                min(fewest, trees.over[port, beside]),
                max(most, trees.over[port, beside]),
            )
            near = min(near, far)
            if far < sure and (shut == NONE or not goes_over(beside, shut, above)):
                sure = far
    if crowd and most > fewest:  # there may be a way round a car put off
        return Guess(ANEW, 0, 0, NONE, NONE, NONE, 0)
    if part and near == FAR:
        return Guess(ANEW, cost, cost + 2 * ship.fee, NONE, NONE, NONE, 0)
    nearer = lone != NONE
    for at in range(ship.start[freed], ship.start[freed + 1]):
        far = distance[ship.ends[at]]
        if near + 2 < far < FAR:
            nearer = True
    there = part * (ship.fee + near + 1) if part else 0
    if not nearer and not needed and (part == 0 or sure == near):
        return Guess(TOLD, cost + there, cost + there, NONE, NONE, NONE, 0)
    without = TOO_HIGH if lone != NONE else without + there
    return Guess(WAYS, cost, 0 if nearer else cost + there, shut, freed, lone, without)


@inner
def _needless(
    port: int, gone: int, left: int, come: int, more: int, ship: Ship, trees: Trees
) -> int:
    """Return what is saved by cars that need not be put off as moves over them are gone."""
    above, moves, off = trees.above[port], trees.moves[port], trees.off[port]
    saved = 0
    node = above[gone]
    while node > 0:
        if off[node] and node != come:
            further = more if come != NONE and goes_over(come, node, above) else 0
            if moves[node] - left + further == 2:
                saved += 2 * (ship.fee + trees.distance[port, node])
                left += 2
        node = above[node]
    return saved


@inner
def ways_round(
    port: int,
    shut: int,
    freed: int,
    lone: int,
    cost: int,
    part: int,
    plan: Longs,
    ship: Ship,
    work: Work,
    trees: Trees,
) -> int:
    """Return the cost of a port with new ways for those whose ways change; or `TOO_HIGH`.

    The first arguments are as in `Guess`; ``part`` are the moves that begin or end at ``freed``.
    """
    distance, above, off = trees.distance[port], trees.above[port], trees.off[port]
    before, after = plan[port], plan[port + 1]
    seen, new, queue = work.seen, work.distance, work.queue
    nodes = len(seen)
    work.stamp[0] += 1
    mark = work.stamp[0]
    touched = 0  # in the first third of the queue are the nodes whose distance changes
    if shut != NONE:
        touched = _behind(shut, mark, distance, above, ship, work)
        _round(touched, shut, mark, distance, ship, work)
    if freed != NONE:
        near = FAR
        for at in range(ship.start[freed], ship.start[freed + 1]):
            beside = ship.ends[at]
            if beside != shut:
                near = min(near, new[beside] if seen[beside] == mark else distance[beside])
        head = tail = 2 * nodes
        if near < FAR:
            seen[freed], new[freed] = mark, near + 1
            queue[touched], queue[tail] = freed, freed
            touched += 1
            tail += 1
        while head < tail:
            node = queue[head]
            head += 1
            far = new[node] + 1
            for at in range(ship.start[node], ship.start[node + 1]):
                other = ship.ends[at]
                if other == shut:
                    continue
                if seen[other] != mark:
                    if distance[other] <= far:
                        continue
                    if (
                        distance[other] == FAR
                        and part_of(before[other], after[other], off[other]) == STAYS
                    ):
                        continue
                    seen[other] = mark
                    queue[touched] = other
                    touched += 1
                elif new[other] <= far:
                    continue
                new[other] = far
                queue[tail] = other
                tail += 1
        if part and near == FAR:
            return TOO_HIGH
    if lone != NONE and seen[lone] != mark:
        return TOO_HIGH
    for at in range(touched):
        node = queue[at]
        if node == shut:
            continue
        own = part if node == freed else part_of(before[node], after[node], off[node])
        if own == 0:
            continue
        if new[node] == FAR:
            return TOO_HIGH
        if distance[node] == FAR:
            cost += own * (ship.fee + new[node])
        else:
            cost += own * (new[node] - distance[node])
    return int(cost)


@inner
def _behind(
    shut: int,
    mark: int,
    distance: NDArray[np.int64],
    above: NDArray[np.int64],
    ship: Ship,
    work: Work,
) -> int:
    """Put the nodes behind one, and itself, at the beginning of the queue; return how many."""
    seen, new, queue = work.seen, work.distance, work.queue
    queue[0], seen[shut], new[shut] = shut, mark, FAR
    head, tail = 0, 1
    while head < tail:
        node = queue[head]
        head += 1
        for at in range(ship.start[node], ship.start[node + 1]):
            other = ship.ends[at]
            if other and above[other] == node and seen[other] != mark:
                seen[other], new[other] = mark, FAR
                queue[tail] = other
                tail += 1
    return tail


@inner
def _round(
    count: int, shut: int, mark: int, distance: NDArray[np.int64], ship: Ship, work: Work
) -> None:
    """Find the distances of the nodes behind one that is shut: from those beside, nearest first."""
    seen, new, queue = work.seen, work.distance, work.queue
    nodes = len(seen)
    first = last = nodes  # in the second third: those with a way that leads not over others of them
    for at in range(1, count):
        node = queue[at]
        least = FAR
        for beside in range(ship.start[node], ship.start[node + 1]):
            other = ship.ends[beside]
            if seen[other] != mark and distance[other] < least:
                least = distance[other]
        if least < FAR:
            new[node] = least + 1
            place = last
            while place > first and new[queue[place - 1]] > new[node]:
                queue[place] = queue[place - 1]
                place -= 1
            queue[place] = node
            last += 1
    head = tail = 2 * nodes
    while first < last or head < tail:
        if head == tail or (first < last and new[queue[first]] <= new[queue[head]]):
            node = queue[first]
            first += 1
        else:
            node = queue[head]
            head += 1
        far = new[node] + 1
        for at in range(ship.start[node], ship.start[node + 1]):
            other = ship.ends[at]
            if seen[other] == mark and other != shut and new[other] > far:
                new[other] = far
                queue[tail] = other
                tail += 1
