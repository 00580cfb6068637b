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
from sinho.stow.kernel.price import Longs, Ship, Work, ends_of, port_cost, role
from sinho.stow.kernel.trees import UNKNOWN, grow, known_cost, new_trees

OF = 16
NEXT, CUT, ACROSS = 6, 3, 3
"""Of 16 trades: with a node next to it; of part of a stay; that cut the stays at the other node."""


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
    ends: Longs,
    costs: Longs,
    least: Longs,
    totals: Longs,
    ship: Ship,
    work: Work,
    state: NDArray[np.uint64],
) -> None:
    """Try so many trades while the temperature falls; keep the best plan.

    ``ends`` and ``costs`` are those of the plan by port, as `price` fills them in; ``least`` has
    of each port the moves and the edges that no plan is below, shape (2, ports); ``totals`` are the
    costs of the plan and of the best one.
    """
    old_costs, old_ends = costs.copy(), ends.copy()
    floors = ship.fee * least[0] + least[1]
    differs = np.zeros(len(costs), np.int64)
    trees = new_trees(len(costs), plan.shape[1])
    for port in range(len(costs)):
        grow(port, plan, ends[port], ship, work, trees)
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
        for port in range(low - 1, high):
            spare += costs[port] - floors[port]
        for port in range(low - 1, high):  # those first that the trees tell
            old, new = roles(one, other, low, high, port, plan)
            if old != new:
                ends[port] += ends_of(new[0]) + ends_of(new[1]) - ends_of(old[0]) - ends_of(old[1])
                costs[port] = known_cost(port, one, other, old, new, costs[port], plan, ship, trees)
                differs[port] = 1
            if costs[port] != UNKNOWN:
                spare -= costs[port] - floors[port]
        port = low - 1
        while port < high and spare >= 0:
            if costs[port] == UNKNOWN:
                most = floors[port] + spare
                costs[port] = port_cost(port, plan, ends[port], least[1, port], most, ship, work)
                spare -= costs[port] - floors[port]
            port += 1
        if spare >= 0:
            for port in range(low - 1, high):
                if differs[port]:
                    differs[port] = 0
                    totals[0] += costs[port] - old_costs[port]
                    old_costs[port], old_ends[port] = costs[port], ends[port]
                    grow(port, plan, ends[port], ship, work, trees)
            if totals[0] < totals[1]:
                totals[1] = totals[0]
                best[:] = plan
        else:
            trade(plan, one, other, low, high)
            for port in range(low - 1, high):
                differs[port] = 0
                costs[port], ends[port] = old_costs[port], old_ends[port]
