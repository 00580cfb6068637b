"""Servers: when they begin, what for they wait, and where their time goes."""

from __future__ import annotations

import numpy as np

from sinho.kernels.compile import inlined, inner
from sinho.simulate.kernel.data import (
    ACTIVE_COLUMNS,
    ACTIVE_FROM,
    ACTIVE_LONG,
    ACTIVE_NODE,
    ACTIVE_TO,
    BEFORE,
    BEFORE_IT,
    BLOCKED,
    BUSY,
    BY_CLOCK,
    CALENDAR,
    CAR,
    CAR_COLUMNS,
    CHANGE,
    CHANGING,
    COLOUR_OF,
    COLUMNS,
    COUNT,
    CYCLE,
    DOING,
    ENDED,
    FOUND,
    GONE,
    KEPT,
    MEASURED,
    MODEL,
    NEEDED,
    NEEDS,
    NEVER,
    NO_ROOM,
    ONE,
    OUT,
    PERIODS,
    READY,
    REALS,
    SERVER,
    SERVER_COLUMNS,
    SERVERS,
    STAMP,
    STARTED,
    STARVED,
    STATES,
    STEADY,
    SUMS,
    TRACE,
    TRACED,
    WAITING,
    WAY,
    WAYS,
    WHY,
    WORKING,
    Cars,
    Plan,
    Seen,
    State,
)
from sinho.simulate.kernel.draw import FIGURES, A, bits_of, drawn
from sinho.simulate.kernel.moves import (
    has_room,
    index_of,
    out_of_shop,
    plan_event,
    pop,
    wait_at,
    way_of,
)
from sinho.simulate.kernel.work import clock, done_at, idle, window_of, within, working_time


@inlined
def waited(
    plan: Plan, state: State, node: int, server: int, at: float, why: int, way: int
) -> float:
    """Count the time until now in which a server did not work; return its working time now."""
    now = working_time(plan, node, at)
    since = state.since[server]
    if now > since:
        minutes = 0.0
        if plan.node[node * COLUMNS + BY_CLOCK] == 0:
            first, last = window_of(plan, state, node)
            minutes = within(since, now, first, last)
        else:
            minutes = idle(plan, state, node, server, since, now)
        if why == NO_ROOM:
            state.spent[node * SUMS + BLOCKED] += minutes
            state.by_way[way] += minutes
        else:
            state.spent[node * SUMS + STARVED] += minutes
            if why >= 0:
                state.by_need[why] += minutes
    state.since[server] = now
    return now


@inlined
def work_on(
    plan: Plan, state: State, seen: Seen, cars: Cars, node: int, server: int, car: int, at: float
) -> float:
    """Work on a car; return when that is done. ``State.since`` is the working time now."""
    change, minutes = 0.0, plan.real[node * REALS + STEADY]
    if minutes < 0.0:
        row = plan.cycles[plan.node[node * COLUMNS + CYCLE] + cars.of[car * CAR_COLUMNS + MODEL]]
        minutes = plan.times[row * FIGURES + A]
        if plan.times[row * FIGURES] > 0.0:
            index = index_of(plan, state, cars, node, car)
            bits = bits_of(state.starts[2 * node], np.uint64(index))
            minutes = drawn(plan.times, row, plan.values, bits)
        if plan.real[node * REALS + CHANGE] > 0.0:
            colour = cars.of[car * CAR_COLUMNS + COLOUR_OF]
            before = state.server[server * SERVER_COLUMNS + BEFORE_IT]
            if before != NEVER and before != colour:
                change = plan.real[node * REALS + CHANGE]
                minutes += change
            state.server[server * SERVER_COLUMNS + BEFORE_IT] = colour
    begins = state.since[server]
    worked = state.spent[node * SUMS + WORKING]
    ends = done_at(plan, state, node, server, begins, minutes, seen.size[MEASURED] > 0)
    if change > 0.0:  # as much of it as of all the work is in what is looked at
        worked = state.spent[node * SUMS + WORKING] - worked
        state.spent[node * SUMS + CHANGING] += worked * (change / minutes)
    state.since[server] = ends
    over = ends
    calendar = plan.node[node * COLUMNS + CALENDAR]
    if calendar != NEVER:
        over = at if ends == begins else clock(plan, calendar, ends)
    if seen.size[PERIODS] > 0 and at <= state.window[2]:
        active(state, seen, node, server, at, begins, over, ends)
    return over


@inner
def active(
    state: State,
    seen: Seen,
    node: int,
    server: int,
    at: float,
    begins: float,
    over: float,
    ends: float,
) -> None:
    """Add to the time in which a server works without interruption, by the clock and its own."""
    mine = server * 4
    if at != state.active[mine + 2]:
        keep_period(state, seen, node, server)
        state.active[mine] = at
        state.active[mine + 1] = begins
    state.active[mine + 2] = over
    state.active[mine + 3] = ends


@inner
def keep_period(state: State, seen: Seen, node: int, server: int) -> None:
    """Keep the time in which a server worked without interruption, while there is room.

    What ends before that which is looked at is left out.
    """
    mine = server * 4
    found = seen.size[FOUND]
    worked = state.active[mine + 3] > state.active[mine + 1]
    if worked and found < seen.size[PERIODS] and state.active[mine + 2] > state.window[0]:
        row = found * ACTIVE_COLUMNS
        seen.periods[row + ACTIVE_NODE] = node
        seen.periods[row + ACTIVE_FROM] = state.active[mine]
        seen.periods[row + ACTIVE_TO] = state.active[mine + 2]
        seen.periods[row + ACTIVE_LONG] = state.active[mine + 3] - state.active[mine + 1]
        seen.size[FOUND] = found + 1


@inlined
def start(
    plan: Plan, state: State, seen: Seen, cars: Cars, node: int, server: int, at: float
) -> None:
    """Begin the work of a server on its car."""
    car = state.server[server * SERVER_COLUMNS + CAR]
    state.server[server * SERVER_COLUMNS + DOING] = BUSY
    over = work_on(plan, state, seen, cars, node, server, car, at)
    plan_event(plan, state, server, over)
    if seen.size[TRACED] > 0:
        row = seen.row[car] * TRACE
        seen.trace[row + STARTED] = at
        seen.trace[row + ENDED] = over


@inner
def lacking(plan: Plan, state: State, node: int) -> int:
    """Return the place in ``needs`` of the first buffer without a part, or NEVER."""
    first = plan.node[node * COLUMNS + NEEDS]
    for k in range(first, first + plan.node[node * COLUMNS + NEEDED]):
        if state.now[plan.needs[k] * STATES + READY] == 0:
            return k
    return NEVER


@inner
def take_parts(plan: Plan, state: State, seen: Seen, node: int, at: float, depth: int) -> int:
    """Take a part out of each buffer that a station needs, and have the buffers freed."""
    first = plan.node[node * COLUMNS + NEEDS]
    for k in range(first + plan.node[node * COLUMNS + NEEDED] - 1, first - 1, -1):
        buffer = plan.needs[k]
        part = pop(plan, state, seen, buffer, at)
        seen.out[part] = at
        out_of_shop(plan, seen, state, part, NEVER, at)
        if seen.size[TRACED] > 0:
            seen.trace[seen.row[part] * TRACE + GONE] = at
        state.todo[depth] = 2 * buffer + 1
        depth += 1
    return depth


@inner
def begin_waiting(
    plan: Plan,
    state: State,
    seen: Seen,
    cars: Cars,
    node: int,
    server: int,
    at: float,
    depth: int,
    stamps: int,
) -> tuple[int, int]:
    """Begin the work of a server that needs parts, or room for its car ahead, if it can.

    Returns how much there is to be done, and how many ever waited.
    """
    why = state.server[server * SERVER_COLUMNS + WHY]
    lacks = lacking(plan, state, node)
    keeps = plan.node[node * COLUMNS + BEFORE] > 0
    ahead = plan.node[node * COLUMNS + WAYS]
    if keeps:
        if plan.node[node * COLUMNS + WAY] != ONE:
            ahead = way_of(plan, state, cars, node, state.server[server * SERVER_COLUMNS + CAR])
        if lacks == NEVER and not has_room(plan, state, plan.ways[ahead]):
            stamps = wait_at(state, stamps, node, plan.ways[ahead])
            lacks = NO_ROOM
    waited(plan, state, node, server, at, why, ahead)
    state.server[server * SERVER_COLUMNS + WHY] = lacks
    if lacks != NEVER:
        return depth, stamps
    if keeps:
        state.now[node * STATES + STAMP] = 0
        state.now[node * STATES + KEPT] = ahead
        if plan.ways[ahead] != OUT:
            state.now[plan.ways[ahead] * STATES + COUNT] += 1
    depth = take_parts(plan, state, seen, node, at, depth)
    start(plan, state, seen, cars, node, server, at)
    return depth, stamps


@inner
def longest_waiting(plan: Plan, state: State, node: int) -> int:
    """Return the server of a station that waits with its car the longest, or NEVER."""
    first = plan.node[node * COLUMNS + SERVER]
    best, least = NEVER, np.int64(0)
    for server in range(first, first + plan.node[node * COLUMNS + SERVERS]):
        if state.server[server * SERVER_COLUMNS + DOING] == WAITING:
            stamp = state.stamp[state.server[server * SERVER_COLUMNS + CAR]]
            if best == NEVER or stamp < least:
                best = server
                least = stamp
    return best
