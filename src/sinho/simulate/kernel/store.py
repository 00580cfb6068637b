"""Stores: which lane a car enters, and which car leaves next."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sinho.kernels.compile import inlined, inner
from sinho.kernels.words import popcount
from sinho.simulate.kernel.data import (
    BATCH,
    CAR_COLUMNS,
    COLOUR,
    COLOUR_OF,
    COLUMNS,
    COUNT,
    ENTITIES,
    FIFO,
    FILL,
    GONE_BY,
    HEAD,
    HELD,
    IN,
    KIND,
    LANE,
    LANES,
    LASTLY,
    LOOK,
    LOOK_AHEAD,
    NEVER,
    OLDEST,
    PLACE,
    POLICY,
    RATIO,
    READY,
    REALS,
    RING,
    RULES,
    RUN,
    SAME,
    SERVER,
    SHORTEST,
    SIZE,
    SORTED,
    STATES,
    STORE,
    STORED,
    TRANSPORT,
    Cars,
    Longs,
    Plan,
    Seen,
    State,
)
from sinho.simulate.kernel.moves import clipped, plan_event


@inner
def lane_for(plan: Plan, state: State, cars: Cars, mine: int, car: int) -> int:
    """Return the lane that a car enters; there is one with room. ``mine``: the row of the store."""
    first, lengths = plan.node[mine + RING], plan.node[mine + LANE]
    count = plan.node[mine + LANES]
    places = plan.node[mine + SIZE] // count
    fill = plan.node[mine + FILL]
    shortest, empty, best, latest = NEVER, NEVER, NEVER, NEVER
    place, colour = cars.of[car * CAR_COLUMNS + PLACE], cars.of[car * CAR_COLUMNS + COLOUR_OF]
    for lane in range(count):
        held = state.lanes[lengths + lane]
        if held == places:
            continue
        if shortest == NEVER or held < state.lanes[lengths + shortest]:
            shortest = lane
        if held == 0:
            if empty == NEVER:
                empty = lane
            continue
        last = state.ring[first + lane * places + held - 1] * CAR_COLUMNS
        if fill == SORTED:
            if latest < cars.of[last + PLACE] < place:
                best = lane
                latest = cars.of[last + PLACE]
        elif fill == SAME and best == NEVER and cars.of[last + COLOUR_OF] == colour:
            best = lane
    if best != NEVER:
        return best
    if fill != SHORTEST and empty != NEVER:
        return empty
    return shortest


@inner
def candidates(plan: Plan, state: State, node: int) -> int:
    """List in ``found`` the cars that can leave, by their place in ``ring``; return how many."""
    mine = node * COLUMNS
    first, lanes = plan.node[mine + RING], plan.node[mine + LANES]
    count = 0
    if lanes == 0:
        for at in range(first, first + state.now[node * STATES + HELD]):
            if state.ready[state.ring[at]]:
                state.found[count] = at
                count += 1
        return count
    places = plan.node[mine + SIZE] // lanes
    for lane in range(lanes):
        at = first + lane * places
        if state.lanes[plan.node[mine + LANE] + lane] > 0 and state.ready[state.ring[at]]:
            state.found[count] = at
            count += 1
    return count


@inner
def added(plan: Plan, cars: Cars, car: int, history: Any, first: int) -> float:
    """Return what a car adds: cars above what is allowed in the windows that end with it."""
    total = 0.0
    for rule in range(plan.size[RULES]):
        has = (cars.options[car] >> np.uint64(rule)) & np.uint64(1)
        most, window = plan.rules[rule * 2], plan.rules[rule * 2 + 1]
        mask = (np.uint64(1) << np.uint64(window - 1)) - np.uint64(1)
        count = np.int64(popcount(history[first + rule] & mask) + has)
        if count > most:
            total += plan.weights[rule] * np.float64(count - most)
    return total


@inner
def remember(plan: Plan, cars: Cars, car: int, history: Any, first: int) -> None:
    """Add a car to those that left last."""
    for rule in range(plan.size[RULES]):
        has = (cars.options[car] >> np.uint64(rule)) & np.uint64(1)
        history[first + rule] = (history[first + rule] << np.uint64(1)) | has


@inner
def standing(plan: Plan, state: State, cars: Cars, node: int, colour: int) -> int:
    """Count the cars of a colour in a store."""
    mine = node * COLUMNS
    first, lanes = plan.node[mine + RING], plan.node[mine + LANES]
    places = plan.node[mine + SIZE] // max(1, lanes)
    count = 0
    for lane in range(max(1, lanes)):
        held = state.now[node * STATES + HELD]
        if lanes:
            held = state.lanes[plan.node[mine + LANE] + lane]
        for at in range(first + lane * places, first + lane * places + held):
            count += cars.of[state.ring[at] * CAR_COLUMNS + COLOUR_OF] == colour
    return count


@inner
def pick(plan: Plan, state: State, seen: Seen, cars: Cars, node: int) -> int:
    """Return the place in ``ring`` of the car that a store lets go next, or NEVER."""
    if state.now[node * STATES + READY] == 0:
        return NEVER
    count = candidates(plan, state, node)
    if count == 0:
        return NEVER
    mine, ring, found = node * COLUMNS, state.ring, state.found
    policy = plan.node[mine + POLICY]
    if policy == LOOK_AHEAD:
        return look_ahead(plan, state, cars, node)
    lastly = state.now[node * STATES + LASTLY]
    goes_on = False
    if policy == COLOUR and state.now[node * STATES + RUN] < plan.node[mine + BATCH]:
        for k in range(count):
            colour = cars.of[ring[found[k]] * CAR_COLUMNS + COLOUR_OF]
            goes_on = goes_on or colour == lastly
    best, second, least = NEVER, np.int64(0), math.inf
    for k in range(count):
        car = ring[found[k]]
        place = cars.of[car * CAR_COLUMNS + PLACE]
        colour = cars.of[car * CAR_COLUMNS + COLOUR_OF]
        value = 0.0
        if policy == FIFO:
            value = np.float64(state.stamp[car])
        elif policy == OLDEST:
            value = seen.came[car]
        elif policy == COLOUR:
            if goes_on:
                value = 0.0 if colour == lastly else 1.0
            elif colour == lastly:
                value = 1.0
            else:
                value = -np.float64(standing(plan, state, cars, node, colour))
        elif policy == RATIO:
            value = added(plan, cars, car, state.history, node * plan.size[RULES])
        if value < least or (value == least and place < second):
            best, second, least = found[k], place, value
    return best


@inner
def look_ahead(plan: Plan, state: State, cars: Cars, node: int) -> int:
    """Return the first of the cars that together add least to the ratio rules.

    Of all rows of cars that could leave one after another, the one that adds least, of several the
    first by the planned places of its cars. Rows that add more than the best are left early.
    """
    mine, ring, found = node * COLUMNS, state.ring, state.found
    first, lanes, depth = plan.node[mine + RING], plan.node[mine + LANES], plan.node[mine + LOOK]
    size, rules = plan.node[mine + SIZE], plan.size[RULES]
    places = size // max(1, lanes)
    taken = np.zeros(size, np.int64)  # of a lane: how many; else: whether, by place
    counts = np.zeros(depth, np.int64)
    tried = np.zeros(depth, np.int64)
    cost = np.zeros(depth + 1)
    past = np.zeros((depth + 1) * rules, np.uint64)
    for rule in range(rules):
        past[rule] = state.history[node * rules + rule]
    best, answer = math.inf, NEVER
    level = 0
    counts[0] = choices(plan, state, cars, node, taken, 0)
    while level >= 0:
        back = level * size
        if tried[level] > 0:  # take back what was tried last
            last = found[back + tried[level] - 1] - first
            taken[last // places if lanes else last] -= 1
        if tried[level] == counts[level]:
            level -= 1
            continue
        at = found[back + tried[level]]
        tried[level] += 1
        taken[(at - first) // places if lanes else at - first] += 1
        car = ring[at]
        cost[level + 1] = cost[level] + added(plan, cars, car, past, level * rules)
        if cost[level + 1] >= best:
            continue
        if level + 1 < depth:
            for rule in range(rules):
                past[(level + 1) * rules + rule] = past[level * rules + rule]
            remember(plan, cars, car, past, (level + 1) * rules)
            more = choices(plan, state, cars, node, taken, back + size)
            if more > 0:
                level += 1
                counts[level] = more
                tried[level] = 0
                continue
        best = cost[level + 1]
        answer = found[tried[0] - 1]
    return answer


@inner
def choices(plan: Plan, state: State, cars: Cars, node: int, taken: Longs, back: int) -> int:
    """List who could leave next, in planned order; of cars alike, the first alone."""
    mine, ring, found = node * COLUMNS, state.ring, state.found
    first, lanes = plan.node[mine + RING], plan.node[mine + LANES]
    places = plan.node[mine + SIZE] // max(1, lanes)
    count = 0
    for k in range(lanes if lanes else state.now[node * STATES + HELD]):
        at = first + k
        if lanes:
            if taken[k] >= state.lanes[plan.node[mine + LANE] + k]:
                continue
            at = first + k * places + taken[k]
        elif taken[k]:
            continue
        car = ring[at]
        if not state.ready[car]:
            continue
        planned = cars.of[car * CAR_COLUMNS + PLACE]
        same = NEVER
        if lanes == 0:
            for other in range(back, back + count):
                if cars.options[ring[found[other]]] == cars.options[car]:
                    same = other
        if same != NEVER:
            if cars.of[ring[found[same]] * CAR_COLUMNS + PLACE] < planned:
                continue
            count -= 1
            for other in range(same, back + count):
                found[other] = found[other + 1]
        to = back + count
        while to > back and cars.of[ring[found[to - 1]] * CAR_COLUMNS + PLACE] > planned:
            found[to] = found[to - 1]
            to -= 1
        found[to] = at
        count += 1
    return count


@inlined
def log(plan: Plan, state: State, logs: Any, node: int, column: int, car: int) -> None:
    """Note who entered or left a store; no more than there are cars."""
    count = state.now[node * STATES + column]
    if count < plan.size[ENTITIES]:
        logs[plan.node[node * COLUMNS + STORED] * plan.size[ENTITIES] + count] = car
    state.now[node * STATES + column] = count + 1


@inner
def put_in_store(
    plan: Plan, state: State, seen: Seen, cars: Cars, node: int, car: int, at: float, stamps: int
) -> None:
    """Put a car into a store; it is ready at once where there is no transport."""
    mine = node * COLUMNS
    state.stamp[car] = stamps
    log(plan, state, seen.entered, node, IN, car)
    first, held = plan.node[mine + RING], state.now[node * STATES + HELD]
    place = first + held
    if plan.node[mine + LANES]:
        lane = lane_for(plan, state, cars, mine, car)
        place = (
            first
            + lane * (plan.node[mine + SIZE] // plan.node[mine + LANES])
            + state.lanes[plan.node[mine + LANE] + lane]
        )
        state.lanes[plan.node[mine + LANE] + lane] += 1
    state.ring[place] = car
    state.now[node * STATES + HELD] += 1
    state.ready[car] = 1
    if plan.real[node * REALS + TRANSPORT] > 0.0:
        state.ready[car] = 0
        coming = held - state.now[node * STATES + READY]
        queue = first + plan.node[mine + SIZE]
        slot = (state.now[node * STATES + HEAD] + coming) % plan.node[mine + SIZE]
        state.ring[queue + slot] = car
        state.ready_at[queue + slot] = at + plan.real[node * REALS + TRANSPORT]
        if coming == 0:
            plan_event(
                plan, state, plan.node[mine + SERVER], at + plan.real[node * REALS + TRANSPORT]
            )
    else:
        state.now[node * STATES + READY] += 1


@inner
def transported(plan: Plan, state: State, node: int) -> None:
    """Make the first car in transport ready."""
    first, size = plan.node[node * COLUMNS + RING], plan.node[node * COLUMNS + SIZE]
    ready = state.now[node * STATES + READY] + 1
    state.now[node * STATES + READY] = ready
    following = state.now[node * STATES + HEAD] + ready
    if plan.node[node * COLUMNS + KIND] == STORE:
        first += size
        slot = first + state.now[node * STATES + HEAD]
        state.ready[state.ring[slot]] = 1
        state.now[node * STATES + HEAD] = (state.now[node * STATES + HEAD] + 1) % size
        following = state.now[node * STATES + HEAD]
    if state.now[node * STATES + HELD] > ready:
        plan_event(
            plan,
            state,
            plan.node[node * COLUMNS + SERVER],
            state.ready_at[first + following % size],
        )
    else:
        plan_event(plan, state, plan.node[node * COLUMNS + SERVER], math.inf)


@inner
def take_from_store(
    plan: Plan, state: State, seen: Seen, cars: Cars, node: int, place: int, at: float
) -> None:
    """Take the car at a place out of a store."""
    mine = node * COLUMNS
    car = state.ring[place]
    last = plan.node[mine + RING] + state.now[node * STATES + HELD]
    if plan.node[mine + LANES]:
        lane = (place - plan.node[mine + RING]) // (
            plan.node[mine + SIZE] // plan.node[mine + LANES]
        )
        last = place + state.lanes[plan.node[mine + LANE] + lane]
        state.lanes[plan.node[mine + LANE] + lane] -= 1
    for k in range(place, last - 1):
        state.ring[k] = state.ring[k + 1]
    state.now[node * STATES + HELD] -= 1
    state.now[node * STATES + READY] -= 1
    state.now[node * STATES + COUNT] -= 1
    seen.level[node] += clipped(state, at)
    colour = cars.of[car * CAR_COLUMNS + COLOUR_OF]
    state.now[node * STATES + RUN] = (
        state.now[node * STATES + RUN] + 1 if state.now[node * STATES + LASTLY] == colour else 1
    )
    state.now[node * STATES + LASTLY] = colour
    log(plan, state, seen.left, node, GONE_BY, car)
    remember(plan, cars, car, state.history, node * plan.size[RULES])
