"""A first plan, car by car: compiled."""

from __future__ import annotations

from sinho.kernels.compile import entry, inner
from sinho.stow.kernel.price import Longs, Ship, Work, put_off
from sinho.stow.kernel.trees import FAR, Trees, grow, settle


@entry
def build(cars: Longs, stays: Longs, plan: Longs, ship: Ship, work: Work, trees: Trees) -> int:
    """Fill in a plan that is empty; return its cost.

    ``cars`` has the demand of each car, in the order in which they choose a place; ``stays`` of
    each demand the first leg on board and the one after the last, shape (demands, 2).
    """
    costs = [grow(port, plan, ship, work, trees) for port in range(plan.shape[0] - 1)]
    for demand in cars:
        low, high = stays[demand]
        begin = low
        while begin < high:
            node, end = _place(begin, high, plan, ship, trees)
            plan[begin:end, node] = demand
            for port in range(begin - 1, end):
                within = begin <= port < end - 1
                if within and trees.distance[port, node] < FAR:
                    if trees.moves[port, node]:
                        trees.off[port, node] = 1
                elif not within and (
                    trees.distance[port, node] == FAR or begin > low or end < high
                ):
                    put_off(port, plan, trees.off[port], ship, work)
                costs[port] = settle(port, plan, ship, work, trees)
            begin = end
    return sum(costs)


@inner
def _place(low: int, high: int, plan: Longs, ship: Ship, trees: Trees) -> tuple[int, int]:
    """Return a place and up to which leg it is free: to the last if any is, at the least cost.

    The cost is that of the way to it and from it, and of the car where it is in the way.
    """
    found, until, least = 0, low, 0.0
    for node in range(1, plan.shape[1]):
        end = low
        while end < high and plan[end, node] < 0:
            end += 1
        if end == low or end < until:
            continue
        cost = 0.0
        for port in range(low - 1, end):
            far = trees.distance[port, node]
            if port == low - 1 or port == end - 1:
                cost += far if far < FAR else 4.0 * ship.fee
            elif far < FAR and trees.moves[port, node] > 0:
                cost += 2.0 * (ship.fee + far)
        if end > until or cost < least:
            found, until, least = node, end, cost
    return found, until
