"""Plain serial lines: a recursion instead of events, with the same times.

With ``e`` when a car begins at a station, ``f`` when it is done and ``l`` when it leaves, ``tau``
and ``b`` transport and places of the buffer before the next station:

    e[j, i] = max(l[j - 1, i] + tau[j], l[j, i - 1])
    l[j, i] = max(f[j, i], e[j + 1, i - b[j + 1]])           without a buffer: l[j + 1, i - 1]

(Dallery and Gershwin 1992, Queueing Systems 12, 3-94; Chen and Chen 1990, Operations Research
Letters 9, for blocking). Cars cannot overtake each other there, so that each time follows from
times of cars before.
"""

from __future__ import annotations

import math

import numpy as np

from sinho.kernels.compile import entry, inlined, inner
from sinho.kernels.memory import bare
from sinho.simulate.kernel.data import (
    CAR_COLUMNS,
    COLUMNS,
    ENTITIES,
    EVERYTHING_OFF,
    JAMMED,
    MEASURED,
    MODEL,
    MOST,
    NEVER,
    NO_CAR,
    NO_ROOM,
    NODES,
    OVER,
    PERIODS,
    PLACE,
    PLAIN,
    READY,
    REALS,
    REWORK,
    SAMPLES,
    SERIAL,
    SERIAL_BUFFER,
    SERIAL_COLUMNS,
    SERIAL_CYCLE,
    SERIAL_NODE,
    SERIAL_SERVER,
    SERIAL_SIZE,
    SERIAL_SLOT,
    SERIAL_STOP,
    SHOP,
    STATES,
    TRANSPORT,
    WAYS,
    Cars,
    Plan,
    Seen,
    State,
)
from sinho.simulate.kernel.draw import FIGURES, A, bits_of, drawn
from sinho.simulate.kernel.moves import clipped, out_of_shop
from sinho.simulate.kernel.servers import keep_period, waited, work_on
from sinho.simulate.kernel.work import stopped, working_time


@entry
def recur(
    plan: Plan, cars: Cars, state: State, seen: Seen, until: float, every: float
) -> tuple[int, float]:
    """Send cars through a plain serial line; arguments and result as of ``events.simulate``."""
    return _recur(bare(plan), bare(cars), bare(state), bare(seen), until, every)


@inner
def sampled(plan: Plan, seen: Seen, node: int, low: float, high: float, every: float) -> None:
    """Count a stay in the samples of what a node holds."""
    first = np.int64(math.ceil(low / every))
    last = min(seen.size[SAMPLES], np.int64(math.ceil(min(high / every, 1e15))))
    for sample in range(first, last):
        seen.samples[sample * plan.size[NODES] + node] += 1


@inlined
def most_in(state: State, buffer: int, ring: int, size: int, i: int, slot: int, at: float) -> None:
    """Count who is in a buffer as the ``i``-th car enters: who began before has left it."""
    now = buffer * STATES
    first = state.now[now + READY]
    while first < i:
        back = slot - (i - first)
        if state.ready_at[ring + (back if back >= 0 else back + size)] > at:
            break
        first += 1
    state.now[now + READY] = first
    state.now[now + MOST] = max(state.now[now + MOST], i - first + 1)


@inner
def lean(plan: Plan, cars: Cars, state: State, seen: Seen, until: float) -> tuple[int, float]:
    """Do the same for departures alone, where stations work always and fail by operating time.

    Each has one kind of stops at most and no changes of colour, so that little is left to do.
    """
    stations, total = plan.size[SERIAL], plan.size[ENTITIES]
    times, serial = plan.times, plan.serial
    ready_at, lasts, slots, left_up = (
        state.ready_at,
        state.lasts,
        state.slots,
        state.left_up,
    )
    coming, at = 0.0, 0.0
    off = 0
    for i in range(total):
        car = cars.entries[i]
        model, place = (
            cars.of[car * CAR_COLUMNS + MODEL],
            cars.of[car * CAR_COLUMNS + PLACE],
        )
        entry_place = serial[SERIAL_SLOT]
        limit = lasts[0] if entry_place == NEVER else ready_at[entry_place + slots[0]]
        coming = max(max(coming, cars.release[car]), limit)
        if coming > until:
            break
        seen.came[car] = coming
        leaves = coming
        for k in range(stations):
            row = k * SERIAL_COLUMNS
            begins = leaves
            first = serial[row + SERIAL_SLOT]
            if first != NEVER:
                slot = slots[k]
                begins = max(leaves + plan.real[serial[row + SERIAL_BUFFER] * REALS], lasts[k])
                ready_at[first + slot] = begins
                slot += 1
                slots[k] = 0 if slot == serial[row + SERIAL_SIZE] else slot
            kind = plan.cycles[serial[row + SERIAL_CYCLE] + model] * FIGURES
            minutes = times[kind + A]
            if times[kind] > 0.0:
                bits = bits_of(state.starts[2 * serial[row + SERIAL_NODE]], np.uint64(place))
                minutes = drawn(times, kind // FIGURES, plan.values, bits)
            stop = serial[row + SERIAL_STOP]
            leaves = begins + minutes
            if stop != NEVER:
                left = left_up[stop] - minutes
                if left >= 0.0:
                    left_up[stop] = left
                else:
                    node, server = (
                        serial[row + SERIAL_NODE],
                        serial[row + SERIAL_SERVER],
                    )
                    leaves = stopped(plan, state, node, server, begins, minutes)
            if k + 1 < stations:
                row += SERIAL_COLUMNS
                first = serial[row + SERIAL_SLOT]
                limit = lasts[k + 1] if first == NEVER else ready_at[first + slots[k + 1]]
                leaves = max(leaves, limit)
            lasts[k] = leaves
        if leaves == math.inf:
            break
        if leaves <= until:
            seen.out[car] = leaves
            at = leaves
            off += 1
    if off == total:
        return EVERYTHING_OFF, at
    return (JAMMED, at) if until == math.inf else (OVER, until)


@inner
def _recur(
    plan: Plan, cars: Cars, state: State, seen: Seen, until: float, every: float
) -> tuple[int, float]:
    """Do what `recur` does, with bare memory."""
    if seen.size[MEASURED] == 0 and plan.size[PLAIN]:
        return lean(plan, cars, state, seen, until)
    stations, total = plan.size[SERIAL], plan.size[ENTITIES]
    measuring, sampling = seen.size[MEASURED] > 0, seen.size[SAMPLES] > 0
    coming, at = 0.0, 0.0
    off = 0
    for i in range(total):
        car = cars.entries[i]
        place = plan.serial[SERIAL_SLOT]
        limit = state.lasts[0] if place == NEVER else state.ready_at[place + state.slots[0]]
        coming = max(max(coming, cars.release[car]), limit)
        if coming > until:
            break
        seen.came[car] = coming
        arrives = coming
        for k in range(stations):
            row = k * SERIAL_COLUMNS
            node, server = (
                plan.serial[row + SERIAL_NODE],
                plan.serial[row + SERIAL_SERVER],
            )
            place = plan.serial[row + SERIAL_SLOT]
            begins = arrives
            if place != NEVER:
                buffer, size = (
                    plan.serial[row + SERIAL_BUFFER],
                    plan.serial[row + SERIAL_SIZE],
                )
                begins = max(arrives + plan.real[buffer * REALS + TRANSPORT], state.lasts[k])
                slot = state.slots[k]
                if measuring:
                    seen.level[buffer] += clipped(state, begins) - clipped(state, arrives)
                    most_in(state, buffer, place, size, i, slot, arrives)
                    out_of_shop(
                        plan,
                        seen,
                        state,
                        car,
                        plan.node[buffer * COLUMNS + SHOP],
                        arrives,
                    )
                    if sampling:
                        sampled(plan, seen, buffer, arrives, begins, every)
                state.ready_at[place + slot] = begins
                slot += 1
                state.slots[k] = 0 if slot == size else slot
            if measuring:
                waited(plan, state, node, server, begins, NO_CAR, NEVER)
            else:
                state.since[server] = working_time(plan, node, begins)
            leaves = work_on(plan, state, seen, cars, node, server, car, begins)
            if k + 1 < stations:
                place = plan.serial[row + SERIAL_COLUMNS + SERIAL_SLOT]
                limit = state.lasts[k + 1]
                if place != NEVER:
                    limit = state.ready_at[place + state.slots[k + 1]]
                leaves = max(leaves, limit)
            if measuring:
                waited(
                    plan,
                    state,
                    node,
                    server,
                    leaves,
                    NO_ROOM,
                    plan.node[node * COLUMNS + WAYS],
                )
                state.now[node * STATES + MOST] = 1
                out_of_shop(plan, seen, state, car, plan.node[node * COLUMNS + SHOP], begins)
                if plan.node[node * COLUMNS + REWORK] and begins <= until:
                    seen.good[car] = 0
                if sampling:
                    sampled(plan, seen, node, begins, leaves, every)
            state.lasts[k] = leaves
            arrives = leaves
        if measuring:
            out_of_shop(plan, seen, state, car, NEVER, arrives)
        if arrives == math.inf:
            break
        if arrives <= until:
            seen.out[car] = arrives
            at = arrives
            off += 1
    ended = EVERYTHING_OFF
    if off < total:
        ended = JAMMED if until == math.inf else OVER
    if ended == OVER:
        at = until
    for k in range(stations if measuring else 0):
        node = plan.serial[k * SERIAL_COLUMNS + SERIAL_NODE]
        server = plan.serial[k * SERIAL_COLUMNS + SERIAL_SERVER]
        if seen.size[PERIODS] > 0:
            keep_period(state, seen, node, server)
        waited(plan, state, node, server, at, NO_CAR, NEVER)
    return ended, at
