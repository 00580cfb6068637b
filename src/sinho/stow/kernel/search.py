"""The compiled search: two nodes trade what stands on them between two ports.

Such a trade leaves the same cars on board on each leg, so each plan can be carried out; what is in
the way is paid for. Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983, Science 220).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sinho.kernels.compile import entry, inlined, inner
from sinho.kernels.random import below, uniform
from sinho.stow.kernel.price import TOO_HIGH, Longs, Ship, Work, put_off, role
from sinho.stow.kernel.trees import Trees, cost_of, settle
from sinho.stow.kernel.trial import ANEW, NONE, WAYS, Change, guess, ways_round

OF = 16
NEXT, CUT, ACROSS = 6, 3, 3
"""Of 16 trades: with a node next to it; of part of a stay; that cut the stays at the other node."""
WHOLE = 16
"""One trade in so many is of all legs."""

SAME = -1
"""In place of what is known of the cost of a port: a trade does not change it."""

ALL = -2
"""In place of a car to put off: all in the way are chosen anew."""


@inlined
def trade(plan: Longs, one: int, other: int, low: int, high: int) -> None:
    """Trade what stands on two nodes on the legs from ``low`` to before ``high``."""
    for leg in range(low, high):
        plan[leg, one], plan[leg, other] = plan[leg, other], plan[leg, one]


@inlined
def crossed(plan: Longs, node: int, leg: int) -> bool:
    """Return whether a car stays on a node from the leg before to this one."""
    car: int = plan[leg, node]
    return car >= 0 and plan[leg - 1, node] == car


@inner
def chosen(plan: Longs, ship: Ship, state: NDArray[np.uint64]) -> tuple[int, int, int, int]:
    """Draw a trade: two nodes and the legs from, and to before; the same node twice: none.

    It is of the stay of a car on a node, or of a part of it, and mostly widened until no stay on
    the other node is cut by it.
    """
    nodes, legs = plan.shape[1], plan.shape[0] - 2
    one, leg = 1 + below(state, nodes - 1), 1 + below(state, legs)
    if below(state, OF) < NEXT:
        beside = ship.start[one + 1] - ship.start[one]
        other = ship.ends[ship.start[one] + below(state, beside)]
    else:
        other = 1 + below(state, nodes - 1)
    if other == 0 or plan[leg, one] == plan[leg, other]:
        return 0, 0, 0, 0
    if below(state, WHOLE) == 0:
        return one, other, 1, legs + 1
    if plan[leg, one] < 0:
        one, other = other, one
    low, high = leg, leg + 1
    while crossed(plan, one, low):
        low -= 1
    while crossed(plan, one, high):
        high += 1
    way = below(state, OF)
    if way < CUT and high - low > 1:
        at = low + 1 + below(state, high - low - 1)
        if way & 1:
            low = at
        else:
            high = at
    if way >= OF - ACROSS:
        return one, other, low, high
    grown = True
    while grown:
        grown = False
        while crossed(plan, other, low) or (way >= CUT and crossed(plan, one, low)):
            low -= 1
            grown = True
        while crossed(plan, other, high) or (way >= CUT and crossed(plan, one, high)):
            high += 1
            grown = True
    return one, other, low, high


@inner
def roles(
    one: int, other: int, low: int, high: int, port: int, plan: Longs
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return what two nodes are at a port before and after a trade just made."""
    new = (
        role(plan[port, one], plan[port + 1, one]),
        role(plan[port, other], plan[port + 1, other]),
    )
    if low <= port < high - 1:  # traded on both sides
        return (new[1], new[0]), new
    if port < low:
        old = (
            role(plan[port, one], plan[port + 1, other]),
            role(plan[port, other], plan[port + 1, one]),
        )
    else:
        old = (
            role(plan[port, other], plan[port + 1, one]),
            role(plan[port, one], plan[port + 1, other]),
        )
    return old, new


@entry
def search(
    moves: int,
    hot: float,
    cold: float,
    plan: Longs,
    best: Longs,
    best_off: NDArray[np.int8],
    costs: Longs,
    floors: Longs,
    totals: Longs,
    ship: Ship,
    work: Work,
    trees: Trees,
    state: NDArray[np.uint64],
) -> None:
    """Try so many trades while the temperature falls; keep the best plan and its cars put off.

    ``costs`` and ``trees`` are those of the plan by port, as `price` fills them in; ``floors`` has
    of each port the cost that no plan is below; ``totals`` are the costs of the plan and of the
    best one.
    """
    ports = len(costs)
    new_costs, known, off = np.zeros((3, ports), np.int64)
    ways = np.zeros((4, ports), np.int64)
    parts, without = np.zeros((2, ports), np.int64)
    cooler = (cold / hot) ** (1.0 / moves)
    heat = hot
    for _ in range(moves):
        heat *= cooler
        one, other, low, high = chosen(plan, ship, state)
        if one == other:
            continue
        trade(plan, one, other, low, high)
        # what may still be spent above the floors of the ports that change
        spare = np.int64(-heat * math.log(1.0 - uniform(state)))
        for port in range(low - 1, high):  # those first that the trees tell
            old, new = roles(one, other, low, high, port, plan)
            if old == new:
                known[port] = SAME
                continue
            change = Change(one, other, old[0], old[1], new[0], new[1])
            found = guess(port, change, costs[port], ship, trees)
            known[port], off[port] = found.known, NONE
            least = max(found.least, floors[port])
            spare += costs[port] - least
            new_costs[port] = least
            if found.known == WAYS:
                ways[0, port], ways[1, port] = found.shut, found.freed
                ways[2, port], ways[3, port] = found.lone, found.cost
                without[port] = found.without
                parts[port] = new[0] if found.freed == one else new[1]
        for stage in (WAYS, ANEW):
            port = low - 1
            while port < high and spare >= 0:
                if known[port] == stage:
                    spare += new_costs[port]
                    if stage == WAYS:
                        shut, freed = ways[0, port], ways[1, port]
                        cost = ways_round(
                            port,
                            shut,
                            freed,
                            ways[2, port],
                            ways[3, port],
                            parts[port],
                            plan,
                            ship,
                            work,
                            trees,
                        )
                        if without[port] < cost:
                            cost, off[port] = without[port], shut
                        if cost >= TOO_HIGH:
                            known[port] = ANEW
                            cost = max(ways[3, port] + 2 * ship.fee, floors[port])
                    else:
                        put_off(port, plan, work.off, ship, work)
                        cost = cost_of(port, plan, work.off, ship, work)
                        off[port] = ALL
                    spare -= cost
                    new_costs[port] = cost
                port += 1
        if spare < 0:
            trade(plan, one, other, low, high)
            continue
        for port in range(low - 1, high):
            if known[port] != SAME:
                if off[port] == ALL:
                    put_off(port, plan, trees.off[port], ship, work)
                elif off[port] != NONE:
                    trees.off[port, off[port]] = 1
                totals[0] -= costs[port]
                costs[port] = settle(port, plan, ship, work, trees)
                totals[0] += costs[port]
        if totals[0] < totals[1]:
            totals[1] = totals[0]
            best[:] = plan
            best_off[:] = trees.off
