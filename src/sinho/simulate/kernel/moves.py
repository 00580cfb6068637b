"""Where cars go, who waits where, and carriers."""

from __future__ import annotations

import numpy as np

from sinho.kernels.compile import inlined, inner
from sinho.kernels.random import fraction
from sinho.simulate.kernel.data import (
    AT,
    BY,
    CAPACITY,
    CAR_COLUMNS,
    CARS,
    CHANCE,
    COLOUR_OF,
    COLOURS,
    COLUMNS,
    COUNT,
    ENTITIES,
    FED,
    FEEDERS,
    FIRST,
    HEAD,
    HELD,
    INSIDE,
    KIND,
    LEADS,
    LEAVES,
    LISTED,
    MANY,
    MODEL,
    NEVER,
    PLACE,
    READ,
    READY,
    REALS,
    RING,
    ROOM,
    SERVER,
    SERVERS,
    SHARE,
    SHOPS,
    SIZE,
    SKID_COLUMNS,
    STAMP,
    STATES,
    STATION,
    STAY,
    STAYS,
    TRANSPORT,
    VISITS,
    WAY,
    WAYS,
    Cars,
    Plan,
    Seen,
    State,
)
from sinho.simulate.kernel.draw import bits_of


@inlined
def plan_event(plan: Plan, state: State, event: int, at: float) -> None:
    """Set when an event happens next.

    Each place of ``tree`` has the soonest time of the four below it, and ``who`` the event; of
    several at once the first. What goes up is kept in registers and set against the best of the
    other three, which do not wait for it, until nothing changes any more. (Above an event that
    happens stands its old time until it is set anew, so that all of these change.)
    """
    tree, who = state.tree, state.who
    k = plan.size[LEAVES] + event
    tree[k] = at
    while k > 0:
        own = (k - 1) & 3
        first = k - own
        k = (k - 1) >> 2
        one, two, three = first + ((own + 1) & 3), first + ((own + 2) & 3), first + ((own + 3) & 3)
        best, name = tree[one], who[one]
        if tree[two] < best or (tree[two] == best and who[two] < name):
            best, name = tree[two], who[two]
        if tree[three] < best or (tree[three] == best and who[three] < name):
            best, name = tree[three], who[three]
        if best < at or (best == at and name < event):
            at, event = best, name
        if tree[k] == at and who[k] == event:
            break
        tree[k], who[k] = at, event


@inlined
def clipped(state: State, at: float) -> float:
    """Return a moment, or the end of the window that it lies before or after."""
    return min(max(at, state.window[0]), state.window[1])


@inlined
def index_of(plan: Plan, state: State, cars: Cars, node: int, car: int) -> int:
    """Return the index of a car's draws at a node where it is."""
    place = cars.of[car * CAR_COLUMNS + PLACE]
    row = plan.node[node * COLUMNS + VISITS]
    if row != NEVER:
        place += (state.visits[row * plan.size[ENTITIES] + car] - 1) << 32
    return place


@inlined
def has_room(plan: Plan, state: State, node: int) -> bool:
    """Return whether a car may enter a node."""
    if node < 0:
        return True
    if state.now[node * STATES + COUNT] >= plan.node[node * COLUMNS + CAPACITY]:
        return False
    loop = plan.node[node * COLUMNS + FIRST]
    return loop == NEVER or state.free[loop] > 0


@inner
def way_of(plan: Plan, state: State, cars: Cars, node: int, car: int) -> int:
    """Return the place in ``ways`` of where a car goes; NEVER: where there is room, and is none."""
    first, many = plan.node[node * COLUMNS + WAYS], plan.node[node * COLUMNS + MANY]
    way = plan.node[node * COLUMNS + WAY]
    if way == SHARE:
        index = index_of(plan, state, cars, node, car)
        u = fraction(bits_of(state.starts[2 * node + 1], np.uint64(index)))
        kind = cars.of[car * CAR_COLUMNS + MODEL] * plan.size[COLOURS]
        kind += cars.of[car * CAR_COLUMNS + COLOUR_OF]
        row = plan.node[node * COLUMNS + CHANCE] + kind * many
        for k in range(many - 1):
            if u < plan.chances[row + k]:
                return first + k
        return first + many - 1
    if way == ROOM:
        for k in range(many):
            if has_room(plan, state, plan.ways[first + k]):
                return first + k
        return NEVER
    return (
        first
        + plan.table[
            plan.node[node * COLUMNS + READ]
            + cars.of[car * CAR_COLUMNS + plan.node[node * COLUMNS + BY]]
        ]
    )


@inner
def edge_to(plan: Plan, node: int, to: int) -> int:
    """Return the place in ``ways`` of the way from a node to another."""
    first = plan.node[node * COLUMNS + WAYS]
    for k in range(first, first + plan.node[node * COLUMNS + MANY]):
        if plan.ways[k] == to:
            return k
    return first


@inlined
def wait_at(state: State, stamps: int, node: int, at: int) -> int:
    """Have a node wait at another; return the count of all that waited."""
    if state.now[node * STATES + STAMP] == 0:
        stamps += 1
        state.now[node * STATES + STAMP] = stamps
    state.now[node * STATES + AT] = at
    return stamps


@inlined
def first_waiting(plan: Plan, state: State, node: int) -> int:
    """Return who comes first of those that wait at a node; NEVER: none waits."""
    fed = plan.node[node * COLUMNS + FED]
    if fed == 0:
        return NEVER
    if fed > 1:
        return first_of_several(plan, state, node)
    other = plan.feeders[plan.node[node * COLUMNS + FEEDERS]]
    at = state.now[other * STATES + AT]
    waits = state.now[other * STATES + STAMP] > 0 and at in (node, NEVER)
    return other if waits else NEVER


@inlined
def single(plan: Plan, node: int) -> bool:
    """Return whether a node is a station with one server, so that it lets one car go at a time."""
    mine = node * COLUMNS
    return plan.node[mine + KIND] == STATION and plan.node[mine + SERVERS] == 1


@inlined
def waits(plan: Plan, state: State, node: int) -> bool:
    """Return whether the only node that sends cars to one waits; False where there is none."""
    if plan.node[node * COLUMNS + FED] == 0:
        return False
    other = plan.feeders[plan.node[node * COLUMNS + FEEDERS]]
    return state.now[other * STATES + STAMP] > 0


@inner
def first_of_several(plan: Plan, state: State, node: int) -> int:
    """Return the first of several nodes that may wait at one; NEVER: none waits."""
    first = plan.node[node * COLUMNS + FEEDERS]
    best, least = NEVER, np.int64(0)
    for k in range(first, first + plan.node[node * COLUMNS + FED]):
        other = plan.feeders[k]
        stamp = state.now[other * STATES + STAMP]
        if stamp > 0 and (
            state.now[other * STATES + AT] == node or state.now[other * STATES + AT] == NEVER
        ):
            if best == NEVER or stamp < least:
                best = other
                least = stamp
            if plan.node[node * COLUMNS + LISTED]:
                break
    return best


@inlined
def pop(plan: Plan, state: State, seen: Seen, node: int, at: float) -> int:
    """Take the first car out of a buffer."""
    head = state.now[node * STATES + HEAD]
    car = state.ring[plan.node[node * COLUMNS + RING] + head]
    head += 1
    state.now[node * STATES + HEAD] = 0 if head == plan.node[node * COLUMNS + SIZE] else head
    state.now[node * STATES + HELD] -= 1
    state.now[node * STATES + READY] -= 1
    state.now[node * STATES + COUNT] -= 1
    seen.level[node] += clipped(state, at)
    return car


@inlined
def put_in_buffer(plan: Plan, state: State, seen: Seen, node: int, car: int, at: float) -> None:
    """Put a car into a buffer, behind the others; it is ready at once without transport."""
    slot = state.now[node * STATES + HEAD] + state.now[node * STATES + HELD]
    size = plan.node[node * COLUMNS + SIZE]
    slot = plan.node[node * COLUMNS + RING] + (slot - size if slot >= size else slot)
    state.ring[slot] = car
    if plan.real[node * REALS + TRANSPORT] > 0.0:
        state.ready_at[slot] = at + plan.real[node * REALS + TRANSPORT]
        if state.now[node * STATES + HELD] == state.now[node * STATES + READY]:
            plan_event(plan, state, plan.node[node * COLUMNS + SERVER], state.ready_at[slot])
    else:
        state.now[node * STATES + READY] += 1
    state.now[node * STATES + HELD] += 1
    seen.level[node] -= clipped(state, at)


@inlined
def put_in_line(plan: Plan, state: State, node: int, server: int) -> None:
    """Put a server of a station behind the others whose cars leave before its own."""
    place = state.now[node * STATES + HEAD] + state.now[node * STATES + HELD]
    place %= plan.node[node * COLUMNS + SIZE]
    state.ring[plan.node[node * COLUMNS + RING] + place] = server
    state.now[node * STATES + HELD] += 1


@inlined
def take_from_line(plan: Plan, state: State, node: int) -> None:
    """Take the first server of these out."""
    head = state.now[node * STATES + HEAD] + 1
    state.now[node * STATES + HEAD] = head % plan.node[node * COLUMNS + SIZE]
    state.now[node * STATES + HELD] -= 1


@inlined
def out_of_shop(plan: Plan, seen: Seen, state: State, car: int, shop: int, at: float) -> None:
    """Tell that a car or part goes from its shop to another; parts have rows of their own."""
    if plan.size[SHOPS] == 0:
        return
    if shop >= 0 and car >= plan.size[CARS]:
        shop += plan.size[SHOPS]
    before = seen.shop[car]
    if before == shop:
        return
    if before >= 0:
        row, since = before * LEADS, seen.shop_since[car]
        if state.window[0] <= at <= state.window[1]:
            seen.lead[row + STAY] += at - since
            seen.lead[row + STAYS] += 1.0
        seen.lead[row + INSIDE] += clipped(state, at) - clipped(state, since)
    seen.shop[car] = shop
    seen.shop_since[car] = at


@inner
def give_back(plan: Plan, state: State, loop: int, at: float, depth: int) -> int:
    """Give a carrier back; return how much there is to be done."""
    if plan.back[loop] > 0.0:
        first, size = (
            plan.skids[loop * SKID_COLUMNS + 3],
            plan.skids[loop * SKID_COLUMNS],
        )
        coming = state.coming[loop * 2 + 1]
        state.returning[first + (state.coming[loop * 2] + coming) % size] = at + plan.back[loop]
        state.coming[loop * 2 + 1] = coming + 1
        if coming == 0:
            plan_event(plan, state, plan.skids[loop * SKID_COLUMNS + 2], at + plan.back[loop])
        return depth
    state.free[loop] += 1
    state.todo[depth] = 2 * plan.skids[loop * SKID_COLUMNS + 1] + 1
    return depth + 1


@inner
def come_back(plan: Plan, state: State, loop: int, depth: int) -> int:
    """Make a carrier free that is back; return how much there is to be done."""
    first, size = plan.skids[loop * SKID_COLUMNS + 3], plan.skids[loop * SKID_COLUMNS]
    state.free[loop] += 1
    state.coming[loop * 2] = (state.coming[loop * 2] + 1) % size
    state.coming[loop * 2 + 1] -= 1
    if state.coming[loop * 2 + 1] > 0:
        at = state.returning[first + state.coming[loop * 2]]
        plan_event(plan, state, plan.skids[loop * SKID_COLUMNS + 2], at)
    state.todo[depth] = 2 * plan.skids[loop * SKID_COLUMNS + 1] + 1
    return depth + 1
