"""When work that begins ends: calendars, failures and repairs, and where the time went."""

from __future__ import annotations

import math

import numpy as np

from sinho.kernels.compile import inlined, inner
from sinho.simulate.kernel.data import (
    BY_CLOCK,
    BY_WORK,
    CALENDAR,
    COLUMNS,
    DOWN,
    NEVER,
    REPAIR,
    STOP_COLUMNS,
    STOPS,
    SUMS,
    UP,
    WORKING,
    Plan,
    State,
)
from sinho.simulate.kernel.draw import bits_of, drawn


@inner
def worked(plan: Plan, calendar: int, minutes: float) -> float:
    """Return the working time of a calendar until a moment."""
    first, last = plan.calendar[calendar], plan.calendar[calendar + 1]
    every = plan.every[calendar]
    rounds = 0.0
    if every < math.inf:
        rounds = math.floor(minutes / every)
        minutes -= rounds * every
    low, high = first, last  # the stretches before ``low`` begin at or before the moment
    while low < high:
        middle = (low + high) // 2
        if plan.opens[middle] <= minutes:
            low = middle + 1
        else:
            high = middle
    at = low - 1
    within = 0.0
    if at >= first:
        within = plan.sums[at + calendar] + (min(minutes, plan.closes[at]) - plan.opens[at])
    return rounds * plan.sums[last + calendar] + within if rounds > 0.0 else within


@inner
def clock(plan: Plan, calendar: int, working: float) -> float:
    """Return the first moment until which so much is worked."""
    first, last = plan.calendar[calendar], plan.calendar[calendar + 1]
    every = plan.every[calendar]
    total = plan.sums[last + calendar]
    rounds = 0.0
    if every < math.inf:
        rounds = max(0.0, math.ceil(working / total) - 1.0)
        working -= rounds * total
    begin = rounds * every if rounds > 0.0 else 0.0
    if working <= 0.0:
        return begin
    low, high = first, last + 1  # the sums before ``low`` are below the working time
    while low < high:
        middle = (low + high) // 2
        if plan.sums[middle + calendar] < working:
            low = middle + 1
        else:
            high = middle
    at = low - 1
    if at >= last:
        return math.inf
    within = plan.opens[at] + (working - plan.sums[at + calendar])
    return begin + within if rounds > 0.0 else within


@inlined
def working_time(plan: Plan, node: int, minutes: float) -> float:
    """Return the working time of a node until a moment."""
    calendar = plan.node[node * COLUMNS + CALENDAR]
    if calendar == NEVER:
        return minutes
    return worked(plan, calendar, minutes)


@inlined
def within(low: float, high: float, first: float, last: float) -> float:
    """Return how much of a stretch lies in a window."""
    return max(0.0, min(high, last) - max(low, first))


@inlined
def window_of(plan: Plan, state: State, node: int) -> tuple[float, float]:
    """Return the window that is looked at in the working time of a node."""
    calendar = plan.node[node * COLUMNS + CALENDAR]
    return state.window[(calendar + 1) * 3], state.window[(calendar + 1) * 3 + 1]


@inner
def ready_from(plan: Plan, state: State, node: int, server: int, at: float, until: float) -> float:
    """Return the first working time from one on, or one after ``until``, with no clock stop down.

    Failures whose repair ends after ``until`` are kept, as later questions are about them, too.
    """
    first = plan.server_stops[server] + plan.node[node * COLUMNS + BY_WORK]
    last = first + plan.node[node * COLUMNS + BY_CLOCK]
    row = plan.node[node * COLUMNS + STOPS] + plan.node[node * COLUMNS + BY_WORK] - first
    moved = True
    while moved and at < until:
        moved = False
        for stop in range(first, last):
            while state.downs[stop] <= at:  # down ends: ``left_up`` is when it next begins
                count = state.counts[stop]
                up = drawn(
                    plan.times, plan.stops[(row + stop) * STOP_COLUMNS + UP], plan.values,
                    bits_of(state.stop_starts[2 * stop], np.uint64(count)),
                )  # fmt: skip
                repair = drawn(
                    plan.times, plan.stops[(row + stop) * STOP_COLUMNS + REPAIR], plan.values,
                    bits_of(state.stop_starts[2 * stop + 1], np.uint64(count)),
                )  # fmt: skip
                state.left_up[stop] = state.downs[stop] + up
                state.downs[stop] = state.left_up[stop] + repair
                state.counts[stop] = count + 1
            if state.left_up[stop] <= at:
                at = state.downs[stop]
                moved = True
    return at


@inner
def next_down(plan: Plan, state: State, node: int, server: int) -> float:
    """Return when a clock stop next begins, after ``ready_from`` was asked."""
    first = plan.server_stops[server] + plan.node[node * COLUMNS + BY_WORK]
    at = math.inf
    for stop in range(first, first + plan.node[node * COLUMNS + BY_CLOCK]):
        at = min(at, state.left_up[stop])
    return at


@inner
def idle(plan: Plan, state: State, node: int, server: int, low: float, high: float) -> float:
    """Return how much of an idle stretch of working time counts as idle; the rest was down."""
    first, last = window_of(plan, state, node)
    if plan.node[node * COLUMNS + BY_CLOCK] == 0:
        return within(low, high, first, last)
    total = 0.0
    at = low
    while at < high:
        up = ready_from(plan, state, node, server, at, high)
        state.spent[node * SUMS + DOWN] += within(at, min(up, high), first, last)
        if up >= high:
            break
        ends = min(high, next_down(plan, state, node, server))
        total += within(up, ends, first, last)
        at = ends
    return total


@inner
def passed(plan: Plan, state: State, node: int, server: int, at: float, minutes: float) -> float:
    """Return the working time at which work is done that clock stops interrupt."""
    first, last = window_of(plan, state, node)
    while True:
        up = ready_from(plan, state, node, server, at, math.inf)
        state.spent[node * SUMS + DOWN] += within(at, up, first, last)
        at = up
        ends = next_down(plan, state, node, server)
        if at + minutes <= ends:
            state.spent[node * SUMS + WORKING] += within(at, at + minutes, first, last)
            return at + minutes
        state.spent[node * SUMS + WORKING] += within(at, ends, first, last)
        minutes -= ends - at
        at = ends


@inner
def stopped(plan: Plan, state: State, node: int, server: int, at: float, minutes: float) -> float:
    """Return the working time at which work is done that stops may interrupt."""
    first, last = window_of(plan, state, node)
    stops = plan.server_stops[server]
    by_work, by_clock = plan.node[node * COLUMNS + BY_WORK], plan.node[node * COLUMNS + BY_CLOCK]
    row = plan.node[node * COLUMNS + STOPS] - stops
    while True:
        which = NEVER
        due = minutes
        for stop in range(stops, stops + by_work):
            if state.left_up[stop] < due:
                due = state.left_up[stop]
                which = stop
        if due > 0.0:
            if by_clock:
                at = passed(plan, state, node, server, at, due)
            else:
                state.spent[node * SUMS + WORKING] += within(at, at + due, first, last)
                at += due
            for stop in range(stops, stops + by_work):
                state.left_up[stop] -= due
            minutes -= due
        if which == NEVER:
            return at
        count = state.counts[which]
        repair = drawn(
            plan.times, plan.stops[(row + which) * STOP_COLUMNS + REPAIR], plan.values,
            bits_of(state.stop_starts[2 * which + 1], np.uint64(count)),
        )  # fmt: skip
        state.spent[node * SUMS + DOWN] += within(at, at + repair, first, last)
        at += repair
        state.counts[which] = count + 1
        state.left_up[which] = drawn(
            plan.times, plan.stops[(row + which) * STOP_COLUMNS + UP], plan.values,
            bits_of(state.stop_starts[2 * which], np.uint64(count + 1)),
        )  # fmt: skip


@inlined
def done_at(
    plan: Plan, state: State, node: int, server: int, at: float, minutes: float, counts: bool
) -> float:
    """Return the working time at which work that begins at ``at`` is done; count it if asked to."""
    stops = plan.node[node * COLUMNS + BY_WORK] + plan.node[node * COLUMNS + BY_CLOCK]
    if stops == 0 or (
        stops == 1
        and plan.node[node * COLUMNS + BY_WORK] == 1
        and state.left_up[plan.server_stops[server]] >= minutes
    ):
        if stops:
            state.left_up[plan.server_stops[server]] -= minutes
        if counts:
            first, last = window_of(plan, state, node)
            state.spent[node * SUMS + WORKING] += within(at, at + minutes, first, last)
        return at + minutes
    return stopped(plan, state, node, server, at, minutes)
