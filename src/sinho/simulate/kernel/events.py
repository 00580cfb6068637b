"""The event core: cars through any plant, by the rules of ``sinho.simulate.plant``."""

from __future__ import annotations

import math

from sinho.kernels.compile import entry, inner
from sinho.kernels.memory import bare
from sinho.simulate.kernel.close import close, look, note_visit
from sinho.simulate.kernel.data import (
    AHEAD,
    BEFORE,
    BEHIND,
    BUFFER,
    CAPACITY,
    CAR,
    CARS,
    COLUMNS,
    COUNT,
    DEEPEST,
    DOING,
    DONE,
    ENTITIES,
    ENTRIES,
    ENTRY,
    EVERYTHING_OFF,
    FED,
    FIRST,
    FOR,
    GONE,
    HEAD,
    HELD,
    IDLE,
    JAMMED,
    KEEP,
    KEPT,
    KIND,
    LAST,
    LEAVES,
    MEASURED,
    MOST,
    NEEDED,
    NEVER,
    NEXT,
    NO_CAR,
    NO_ROOM,
    NODES,
    OFF,
    ONE,
    OUT,
    OVER,
    READY,
    REALS,
    REWORK,
    RING,
    SAMPLES,
    SERVER,
    SERVER_COLUMNS,
    SERVERS,
    SHOP,
    STAMP,
    STATES,
    STATION,
    STORE,
    TO,
    TOO_DEEP,
    TRACE,
    TRACED,
    TRANSPORT,
    VISITS,
    WAITING,
    WAY,
    WAYS,
    WHY,
    Cars,
    Plan,
    Seen,
    State,
)
from sinho.simulate.kernel.moves import (
    clipped,
    come_back,
    first_waiting,
    give_back,
    has_room,
    out_of_shop,
    plan_event,
    pop,
    put_in_buffer,
    put_in_line,
    single,
    take_from_line,
    wait_at,
    waits,
    way_of,
)
from sinho.simulate.kernel.servers import begin_waiting, longest_waiting, start, waited
from sinho.simulate.kernel.store import pick, put_in_store, take_from_store, transported
from sinho.simulate.kernel.stretch import come_in, follow, go_on
from sinho.simulate.kernel.work import working_time


@entry
def simulate(
    plan: Plan, cars: Cars, state: State, seen: Seen, until: float, every: float
) -> tuple[int, float]:
    """Send cars through a plant until all are off or the horizon is over.

    Parameters
    ----------
    plan : Plan
        The plant.
    cars : Cars
        Cars and parts.
    state : State
        Where all begins; changed.
    seen : Seen
        What is told; filled.
    until : float
        Horizon in minutes; infinite: until all are off.
    every : float
        Minutes between samples of what nodes hold.

    Returns
    -------
    int, float
        How it ended, and the minute.
    """
    return flow(bare(plan), bare(cars), bare(state), bare(seen), until, every)


@inner
def flow(
    plan: Plan, cars: Cars, state: State, seen: Seen, until: float, every: float
) -> tuple[int, float]:
    """Do what `simulate` does, with bare memory.

    ``todo`` is what is to be settled (twice the node) and who is freed (and one more). In plain
    stretches (``sinho.simulate.kernel.stretch``) ``begins`` is the station that the car ``goes``
    enters, and ``free`` one that has become free.
    """
    tree, ring, todo = state.tree, state.ring, state.todo
    leaves = plan.size[LEAVES]
    whole = plan.size[NODES]
    left = plan.size[CARS]
    looking = seen.size[MEASURED] > 0
    tracing = seen.size[TRACED] > 0
    samples = seen.size[SAMPLES]
    stamps, depth, sample, traced = 0, 0, 0, 0
    deepest = plan.size[DEEPEST]
    for k in range(whole - 1, -1, -1):
        if plan.node[k * COLUMNS + KIND] == ENTRY:
            todo[depth] = 2 * k
            depth += 1
    at = 0.0
    event, begins, free, goes = NEVER, NEVER, NEVER, NEVER
    ended = NEVER
    while ended == NEVER:
        if begins != NEVER:
            that = begins * COLUMNS
            server = plan.node[that + SERVER]
            state.server[server * SERVER_COLUMNS + CAR] = goes
            state.now[begins * STATES + COUNT] = 1
            if plan.node[that + VISITS] != NEVER:
                state.visits[plan.node[that + VISITS] * plan.size[ENTITIES] + goes] += 1
            if looking:
                if plan.node[that + REWORK]:
                    seen.good[goes] = 0
                out_of_shop(plan, seen, state, goes, plan.node[that + SHOP], at)
                waited(plan, state, begins, server, at, NO_CAR, NEVER)
            else:
                state.since[server] = working_time(plan, begins, at)
            start(plan, state, seen, cars, begins, server, at)
            begins = NEVER
        if free != NEVER:
            node = free
            free = NEVER
            mine = node * COLUMNS
            if state.now[node * STATES + COUNT] > 0:
                continue
            behind, goes = plan.node[mine + BEHIND], NEVER
            if behind == NEVER:
                if plan.node[mine + FED] > 1 or waits(plan, state, node):
                    todo[depth] = 2 * node + 1
                    depth += 1
            elif plan.node[behind * COLUMNS + KIND] == ENTRY:
                goes = come_in(plan, state, seen, cars, behind, at)
            else:
                goes, free = follow(plan, state, seen, node, at)
            begins = NEVER if goes == NEVER else node
            continue
        if depth > 0:
            if depth > deepest:
                return TOO_DEEP, at
            depth -= 1
            node = todo[depth] >> 1
            mine = node * COLUMNS
            if todo[depth] & 1:  # it is freed: whoever waits first is settled
                if plan.node[mine + BEHIND] != NEVER and not tracing:
                    free = node
                    continue
                if not has_room(plan, state, node):
                    continue
                other = first_waiting(plan, state, node)
                if other == NEVER:
                    continue
                state.now[other * STATES + STAMP] = 0
                one = plan.node[mine + CAPACITY] == 1 or single(plan, other)
                if plan.node[mine + FED] > 1 or not one:
                    depth += 1  # there may be room for another
                node = other
                mine = node * COLUMNS
            # It is settled: the car that may leave goes on. Who waits already goes on waiting.
            kind = plan.node[mine + KIND]
            if state.now[node * STATES + STAMP] > 0 and (
                kind != STORE or plan.node[mine + WAY] == ONE
            ):
                continue
            server, place, car = NEVER, NEVER, NEVER
            if kind == STATION:
                server = plan.node[mine + SERVER]
                if plan.node[mine + SERVERS] > 1:
                    if state.now[node * STATES + HELD] == 0:
                        continue
                    server = ring[plan.node[mine + RING] + state.now[node * STATES + HEAD]]
                elif state.server[server * SERVER_COLUMNS + DOING] == WAITING:
                    depth, stamps = begin_waiting(
                        plan, state, seen, cars, node, server, at, depth, stamps
                    )
                if state.server[server * SERVER_COLUMNS + DOING] != DONE:
                    continue
                car = state.server[server * SERVER_COLUMNS + CAR]
            elif kind == BUFFER:
                if state.now[node * STATES + READY] == 0:
                    continue
                if plan.node[mine + FOR] != NEVER:
                    server = longest_waiting(plan, state, plan.node[mine + FOR])
                    if server != NEVER:
                        to = plan.node[mine + FOR]
                        depth, stamps = begin_waiting(
                            plan, state, seen, cars, to, server, at, depth, stamps
                        )
                    continue
                car = ring[plan.node[mine + RING] + state.now[node * STATES + HEAD]]
            elif kind == STORE:
                place = pick(plan, state, seen, cars, node)
                if place == NEVER:
                    continue
                car = ring[place]
            else:
                if state.now[node * STATES + NEXT] == cars.start[node - whole + plan.size[ENTRIES]]:
                    continue
                car = cars.entries[state.now[node * STATES + NEXT]]
                if cars.release[car] > at:
                    plan_event(plan, state, plan.node[mine + SERVER], cars.release[car])
                    continue
            ahead, to = plan.node[mine + WAYS], plan.node[mine + TO]
            if plan.node[mine + BEFORE]:
                ahead = state.now[node * STATES + KEPT]
                to = plan.ways[ahead]
            else:
                if plan.node[mine + WAY] != ONE:
                    ahead = way_of(plan, state, cars, node, car)
                    if ahead == NEVER:
                        stamps = wait_at(state, stamps, node, NEVER)
                        continue
                    to = plan.ways[ahead]
                if not has_room(plan, state, to):
                    stamps = wait_at(state, stamps, node, to)
                    continue
            # The car leaves its node.
            state.now[node * STATES + STAMP] = 0
            alone = to >= 0 and plan.node[to * COLUMNS + CAPACITY] == 1
            alone = alone and plan.node[to * COLUMNS + FED] == 1
            if kind == BUFFER:
                pop(plan, state, seen, node, at)
                if state.now[node * STATES + READY] > 0:  # the next car
                    if alone and plan.node[mine + WAY] == ONE:  # has no room now
                        stamps = wait_at(state, stamps, node, to)
                    else:
                        todo[depth] = 2 * node
                        depth += 1
            elif kind != STATION or plan.node[mine + SERVERS] > 1:
                todo[depth] = 2 * node
                depth += 1
            if plan.node[mine + FED] > 1 or waits(plan, state, node):
                todo[depth] = 2 * node + 1
                depth += 1
            if kind == STATION:
                if looking:
                    waited(plan, state, node, server, at, NO_ROOM, ahead)
                state.server[server * SERVER_COLUMNS + DOING] = IDLE
                state.server[server * SERVER_COLUMNS + WHY] = NO_CAR
                state.now[node * STATES + COUNT] -= 1
                if plan.node[mine + SERVERS] > 1:
                    take_from_line(plan, state, node)
            elif kind == STORE:
                take_from_store(plan, state, seen, cars, node, place, at)
            elif kind == ENTRY:
                state.now[node * STATES + NEXT] += 1
                seen.came[car] = at
            if tracing and kind != ENTRY:
                seen.trace[seen.row[car] * TRACE + GONE] = at
            if plan.node[mine + LAST] != NEVER:
                depth = give_back(plan, state, plan.node[mine + LAST], at, depth)
            # It enters the next one.
            if to == OUT:
                seen.out[car] = at
                out_of_shop(plan, seen, state, car, NEVER, at)
                left -= 1
                if left == 0:
                    ended = EVERYTHING_OFF
                continue
            that = to * COLUMNS
            if not plan.node[mine + BEFORE]:
                state.now[to * STATES + COUNT] += 1
            if plan.node[that + FIRST] != NEVER:
                state.free[plan.node[that + FIRST]] -= 1
            if plan.node[that + VISITS] != NEVER:
                state.visits[plan.node[that + VISITS] * plan.size[ENTITIES] + car] += 1
            if looking:
                state.now[to * STATES + MOST] = max(
                    state.now[to * STATES + MOST], state.now[to * STATES + COUNT]
                )
                if plan.node[that + REWORK]:
                    seen.good[car] = 0
                out_of_shop(plan, seen, state, car, plan.node[that + SHOP], at)
            if tracing:
                traced = note_visit(seen, to, car, at, traced)
            if plan.node[that + KIND] == STATION:
                server = plan.node[that + SERVER]
                while state.server[server * SERVER_COLUMNS + DOING] != IDLE:
                    server += 1
                state.server[server * SERVER_COLUMNS + CAR] = car
                if looking:
                    waited(plan, state, to, server, at, NO_CAR, NEVER)
                else:
                    state.since[server] = working_time(plan, to, at)
                if plan.node[that + SERVERS] > 1 and plan.node[that + KEEP]:
                    put_in_line(plan, state, to, server)
                if plan.node[that + NEEDED] == 0 and not plan.node[that + BEFORE]:
                    start(plan, state, seen, cars, to, server, at)
                else:
                    state.server[server * SERVER_COLUMNS + DOING] = WAITING
                    stamps += 1
                    state.stamp[car] = stamps
                    if longest_waiting(plan, state, to) == server:
                        depth, stamps = begin_waiting(
                            plan, state, seen, cars, to, server, at, depth, stamps
                        )
                continue
            if plan.node[that + KIND] == STORE:
                seen.level[to] -= clipped(state, at)
                stamps += 1
                put_in_store(plan, state, seen, cars, to, car, at, stamps)
            else:
                put_in_buffer(plan, state, seen, to, car, at)
            waiting = plan.node[that + KIND] == BUFFER and state.now[to * STATES + STAMP] > 0
            if plan.real[to * REALS + TRANSPORT] == 0.0 and not waiting:
                todo[depth] = 2 * to
                depth += 1
            continue
        if event != NEVER and tree[leaves + event] == math.inf:
            plan_event(plan, state, event, math.inf)
        soonest = tree[0]
        while sample < samples and sample * every < soonest:
            look(plan, state, seen, sample)
            sample += 1
        if soonest > until or soonest == math.inf:
            ended = OVER if soonest > until else JAMMED
            break
        at = soonest
        event = state.who[0]
        tree[leaves + event] = math.inf
        node = plan.server_node[event]
        if node >= whole:
            depth = come_back(plan, state, node - whole, depth)
            continue
        kind = plan.node[node * COLUMNS + KIND]
        if plan.node[node * COLUMNS + AHEAD] != NEVER and not tracing:
            begins, free, stamps = go_on(plan, state, seen, node, event, at, stamps)
            goes = state.server[event * SERVER_COLUMNS + CAR]
            if free != NEVER and plan.node[node * COLUMNS + AHEAD] == OFF:
                left -= 1
                if left == 0:
                    ended = EVERYTHING_OFF
            continue
        if kind == STATION:
            state.server[event * SERVER_COLUMNS + DOING] = DONE
            if plan.node[node * COLUMNS + SERVERS] > 1 and not plan.node[node * COLUMNS + KEEP]:
                put_in_line(plan, state, node, event)
        elif kind != ENTRY:
            transported(plan, state, node)
        todo[depth] = 2 * node
        depth += 1
    if ended == OVER:
        at = until
    close(plan, state, seen, at)
    seen.row[0] = traced
    return ended, at
