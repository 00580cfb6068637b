"""Plain stretches: stations one behind the other, where little has to be asked.

A station has one server there, no other feeds it but the one before, and at most a buffer without
transport is between them (``graph.lay_stretches``). The rules come down to this: who is done enters
the next station if it is idle, else the buffer if it has room; a station that is free then is
followed up by the first from the buffer before it, and that by the car that is done at the station
before, if there is one, and so on from station to station.
"""

from __future__ import annotations

from sinho.kernels.compile import inlined
from sinho.simulate.kernel.data import (
    AHEAD,
    BEHIND,
    BETWEEN,
    CAPACITY,
    CAR,
    COLUMNS,
    COUNT,
    DOING,
    DONE,
    ENTRIES,
    IDLE,
    MEASURED,
    MOST,
    NEVER,
    NEXT,
    NO_ROOM,
    NODES,
    OFF,
    READY,
    SERVER,
    SERVER_COLUMNS,
    SHOP,
    STAMP,
    STATES,
    TO,
    WAYS,
    Cars,
    Plan,
    Seen,
    State,
)
from sinho.simulate.kernel.moves import out_of_shop, plan_event, pop, put_in_buffer, wait_at
from sinho.simulate.kernel.servers import waited


@inlined
def put_in_row(plan: Plan, state: State, seen: Seen, node: int, car: int, at: float) -> None:
    """Let a car enter a buffer of a stretch."""
    count = state.now[node * STATES + COUNT] + 1
    state.now[node * STATES + COUNT] = count
    if seen.size[MEASURED] > 0:
        state.now[node * STATES + MOST] = max(state.now[node * STATES + MOST], count)
        out_of_shop(plan, seen, state, car, plan.node[node * COLUMNS + SHOP], at)
    put_in_buffer(plan, state, seen, node, car, at)


@inlined
def go_on(
    plan: Plan, state: State, seen: Seen, node: int, server: int, at: float, stamps: int
) -> tuple[int, int, int]:
    """Let a car that is done go on from its station.

    Returns the station that it enters and the station that is free then, NEVER without, and how
    many ever waited.
    """
    ahead, begins = plan.node[node * COLUMNS + AHEAD], NEVER
    car = state.server[server * SERVER_COLUMNS + CAR]
    between = NEVER if ahead == OFF else plan.node[ahead * COLUMNS + BETWEEN]
    if ahead == OFF:
        seen.out[car] = at
        out_of_shop(plan, seen, state, car, NEVER, at)
    elif state.now[ahead * STATES + COUNT] == 0:
        begins = ahead
        if seen.size[MEASURED] > 0 and between != NEVER:  # it is in the buffer for no time
            state.now[between * STATES + MOST] = max(1, state.now[between * STATES + MOST])
            out_of_shop(plan, seen, state, car, plan.node[between * COLUMNS + SHOP], at)
    elif (
        between != NEVER
        and state.now[between * STATES + COUNT] < plan.node[between * COLUMNS + CAPACITY]
    ):
        put_in_row(plan, state, seen, between, car, at)
        stamps = wait_at(state, stamps, between, ahead)
    else:
        state.server[server * SERVER_COLUMNS + DOING] = DONE
        stamps = wait_at(state, stamps, node, plan.node[node * COLUMNS + TO])
        return begins, NEVER, stamps
    state.server[server * SERVER_COLUMNS + DOING] = IDLE
    state.now[node * STATES + COUNT] = 0
    if seen.size[MEASURED] > 0:
        waited(plan, state, node, server, at, NO_ROOM, plan.node[node * COLUMNS + WAYS])
    return begins, node, stamps


@inlined
def follow(plan: Plan, state: State, seen: Seen, node: int, at: float) -> tuple[int, int]:
    """Return the car that enters a free station, and the station that is free then, or NEVER."""
    behind, between = plan.node[node * COLUMNS + BEHIND], plan.node[node * COLUMNS + BETWEEN]
    other = plan.node[behind * COLUMNS + SERVER]
    blocked = state.server[other * SERVER_COLUMNS + DOING] == DONE
    car = state.server[other * SERVER_COLUMNS + CAR]
    if between == NEVER:
        if not blocked:
            return NEVER, NEVER
    elif state.now[between * STATES + READY] == 0:
        return NEVER, NEVER
    else:
        last = car
        car = pop(plan, state, seen, between, at)
        if blocked:
            put_in_row(plan, state, seen, between, last, at)
        elif state.now[between * STATES + READY] == 0:
            state.now[between * STATES + STAMP] = 0
    if not blocked:
        return car, NEVER
    state.server[other * SERVER_COLUMNS + DOING] = IDLE
    state.now[behind * STATES + COUNT] = 0
    state.now[behind * STATES + STAMP] = 0
    if seen.size[MEASURED] > 0:
        waited(plan, state, behind, other, at, NO_ROOM, plan.node[behind * COLUMNS + WAYS])
    return car, behind


@inlined
def come_in(plan: Plan, state: State, seen: Seen, cars: Cars, entry: int, at: float) -> int:
    """Return the car that comes in for a free station; NEVER: none waits."""
    if state.now[entry * STATES + STAMP] == 0:
        return NEVER
    place = state.now[entry * STATES + NEXT]
    car = cars.entries[place]
    seen.came[car] = at
    place += 1
    state.now[entry * STATES + NEXT] = place
    if place == cars.start[entry - plan.size[NODES] + plan.size[ENTRIES]]:
        state.now[entry * STATES + STAMP] = 0
    elif cars.release[cars.entries[place]] > at:
        state.now[entry * STATES + STAMP] = 0
        event, release = plan.node[entry * COLUMNS + SERVER], cars.release[cars.entries[place]]
        plan_event(plan, state, event, release)
    return car
