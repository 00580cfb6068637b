"""The joint search: moves on lines, counted there and on the merged orders of shared booths."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sinho.kernels.compile import entry, inlined, inner, merged
from sinho.kernels.memory import memory_at
from sinho.sequence.kernel.alike import pinned, swap
from sinho.sequence.kernel.counts import better, keep
from sinho.sequence.kernel.joint_pool import (
    ADDRESS,
    AT,
    CODE,
    COUNTED,
    LINES,
    MOST_PAIRS,
    MOST_PLACES,
    MOST_VALUES,
    MOVE,
    OWNER,
    PAIR_LIST,
    RATIOS,
    SHIFT,
    SPOT,
    START,
    STILL,
    TWIN,
    VIEWS,
)
from sinho.sequence.kernel.moves import apply, fill, level_change
from sinho.sequence.kernel.pairs import pairs_swapped
from sinho.sequence.kernel.pool import (
    ACTIVE,
    AIM,
    BUFFER,
    CARS,
    FIT_CARS,
    FIT_START,
    GROUP,
    HEAD,
    LEFT,
    LINE,
    PAIR_VALUE,
    PINNED,
    PLACE,
    PRICE,
    REARRANGE,
    REFLECT,
    RIGHT,
    SIZE,
    SWAP,
    TALLY,
    TOTAL,
    TRADE,
    VALUES,
)
from sinho.sequence.kernel.random import below, uniform
from sinho.sequence.kernel.search import any_place, boundary, like, nearer, ratio_move

MOST = 16
"""Cars that fit into a batch that are looked at."""


@inlined
def view(j: Any, v: int) -> Any:
    """Return the array of a view."""
    return memory_at(j[j[ADDRESS] + v])


@inlined
def places_of(j: Any, v: int, line: int) -> int:
    """Return where the places in a view of a line's places begin."""
    return j[AT] + (v * j[LINES] + line) * j[MOST_PLACES]


@inlined
def passes(j: Any, v: int, line: int) -> bool:
    """Say whether a line's cars stand in a view."""
    return j[places_of(j, v, line) + view(j, line)[HEAD]] >= 0


@inner
def carry(j: Any) -> None:
    """Carry the moves of lines over to the booths that they pass."""
    for v in range(j[LINES], j[VIEWS]):
        move = j[MOVE] + 3 * v
        j[move] = STILL
        first, last, touched, kind = 1 << 40, -1, 0, STILL
        for line in range(j[LINES]):
            own = j[MOVE] + 3 * line
            if j[own] == STILL or not passes(j, v, line):
                continue
            touched += 1
            kind = j[own]
            at = places_of(j, v, line)
            first, last = min(first, j[at + j[own + 1]]), max(last, j[at + j[own + 2]])
        if touched == 0:
            continue
        j[move + 1], j[move + 2] = first, last
        if touched == 1 and kind == SWAP:
            j[move] = SWAP
            continue
        j[move] = REARRANGE
        s = view(j, v)
        new = s[BUFFER] - first
        for place in range(first, last + 1):
            s[new + place] = s[s[LINE] + place]
        for line in range(j[LINES]):
            own = j[MOVE] + 3 * line
            if j[own] == STILL or not passes(j, v, line):
                continue
            m = view(j, line)
            at, shift = new, j[j[SHIFT] + v * j[LINES] + line]
            place_of = places_of(j, v, line)
            a, b = j[own + 1], j[own + 2]
            if j[own] == SWAP:
                s[at + j[place_of + a]] = shift + m[m[LINE] + b]
                s[at + j[place_of + b]] = shift + m[m[LINE] + a]
                continue
            fill(m, j[own], a, b)
            for place in range(a, b + 1):
                s[at + j[place_of + place]] = shift + m[m[BUFFER] + place - a]


@inner
def change_of(j: Any, level: int) -> int:
    """Return the change of a level by the move under way, over all views."""
    change = np.int64(0)
    for v in range(j[VIEWS]):
        move = j[MOVE] + 3 * v
        if j[move] != STILL:
            change += level_change(view(j, v), level, j[move], j[move + 1], j[move + 2])
    return change


@merged
def acceptable(j: Any, temperature: float) -> bool:
    """Say whether the move under way is taken, by the same measure as on a single line."""
    levels = j[ACTIVE]
    broken = j[j[TOTAL]] > 0
    if broken:
        change = change_of(j, 0)
        if change != 0:
            return change < 0
    priced = 0.0
    allowed = -1.0
    for level in range(1, levels):
        priced += float(j[j[PRICE] + level]) * change_of(j, level)
        if priced > 0.0 and not (j[TRADE] and level == levels - 2):
            if priced > 40.0 * temperature:
                return False
            if allowed < 0.0:
                allowed = -temperature * math.log(1.0 - uniform(j))
            if priced > allowed:
                return False
        elif priced < 0.0 and temperature == 0.0:
            break
    return broken or change_of(j, 0) <= 0


@inner
def rearrange(m: Any, kind: int, a: int, b: int) -> None:
    """Take a move other than a swap in one view."""
    apply(m, kind, a, b)


@inlined
def take(j: Any) -> None:
    """Take the move under way in all views."""
    for v in range(j[VIEWS]):
        move = j[MOVE] + 3 * v
        if j[move] == SWAP:
            swap(view(j, v), j[move + 1], j[move + 2])
        elif j[move] != STILL:
            rearrange(view(j, v), j[move], j[move + 1], j[move + 2])
    for level in range(j[ACTIVE]):
        total = np.int64(0)
        for v in range(j[VIEWS]):
            m = view(j, v)
            total += m[m[TOTAL] + level]
        j[j[TOTAL] + level] = total


@inner
def collect(j: Any) -> None:
    """Write the orders of all lines on the joint line."""
    for line in range(j[LINES]):
        m = view(j, line)
        own, start = m[LINE] + m[HEAD], j[j[START] + line]
        for at in range(m[SIZE]):
            j[j[LINE] + start + at] = start + m[own + at]


@merged
def sound(j: Any) -> bool:
    """Say whether the move under way changes something and touches no pinned place.

    What it does not change on a line is taken out of it.
    """
    moved = False
    for line in range(j[LINES]):
        move = j[MOVE] + 3 * line
        if j[move] == STILL:
            continue
        m = view(j, line)
        a, b = min(j[move + 1], j[move + 2]), max(j[move + 1], j[move + 2])
        j[move + 1], j[move + 2] = a, b
        if a >= b:
            j[move] = STILL
            continue
        if a < m[HEAD] or b >= m[HEAD] + m[SIZE]:
            return False
        if j[move] == SWAP:
            if pinned(m, a) or pinned(m, b):
                return False
            same = m[GROUP] + m[ACTIVE] * m[CARS]
            if m[same + m[m[LINE] + a]] == m[same + m[m[LINE] + b]]:
                return False
        elif m[m[PINNED] + b + 1] > m[m[PINNED] + a]:
            return False
        moved = True
    return moved


@inner
def attempt(j: Any, temperature: float) -> bool:
    """Take the move under way if it is acceptable."""
    if not sound(j):
        return False
    carry(j)
    j[j[TALLY]] += 1
    if not acceptable(j, temperature):
        return False
    take(j)
    if better(j):
        collect(j)
        keep(j)
    return True


@inlined
def move_on(j: Any, line: int, kind: int, a: int, b: int) -> None:
    """Write down the move of one line."""
    move = j[MOVE] + 3 * line
    j[move], j[move + 1], j[move + 2] = kind, a, b


@inlined
def still(j: Any) -> None:
    """Let no line have a move under way."""
    for line in range(j[LINES]):
        j[j[MOVE] + 3 * line] = STILL


@merged
def line_move(j: Any, level: int) -> None:
    """Choose a move on the line of a random car that may lower a level of ratio rules."""
    car, line = below(j, j[SIZE]), 0
    while car >= j[j[START] + line + 1]:
        line += 1
    kind, a, b = ratio_move(view(j, line), level)
    move_on(j, line, kind, a, b)


@inner
def fitting(j: Any, v: int, k: int, level: int, i: int, other: int) -> int:
    """Return the place on its line of a car that fits better at a view's place than the one there.

    The levels above cannot tell the two apart, and it has the value of the car at ``other`` in a
    neighbour rule of the view. Of some such cars, from a random one on, it is the first that makes
    the rule better, else the least bad; -1 where there is none.
    """
    s, line = view(j, v), j[j[OWNER] + v * j[MOST_PLACES] + i]
    m = view(j, line)
    rule = v * j[MOST_PAIRS] + k
    value = s[s[PAIR_VALUE] + k * s[CARS] + s[s[LINE] + other]]
    code = j[j[CODE] + (rule * j[LINES] + line) * j[MOST_VALUES] + value]
    if code < 0:
        return -1
    twin = j[j[TWIN] + rule * j[LINES] + line]
    here = j[j[SPOT] + v * j[MOST_PLACES] + i]
    g = m[m[GROUP] + level * m[CARS] + m[m[LINE] + here]]
    start = m[FIT_START] + twin * (m[SIZE] * m[VALUES] + 1) + g * m[VALUES] + code
    low = m[start]
    size = m[start + 1] - low
    if size == 0:
        return -1
    cars, at, places = m[FIT_CARS] + twin * m[SIZE] + low, below(j, size), places_of(j, v, line)
    best, least = -1, 1 << 40
    for _ in range(min(size, MOST)):
        there = m[m[PLACE] + m[cars + at]]
        q = j[places + there]
        change = pairs_swapped(s, k, min(i, q), max(i, q)) if i != q else np.int64(0)
        if change < least:
            best, least = there, change
            if change < 0:
                break
        at = at + 1 if at + 1 < size else 0
    return best


@merged
def batch_move(j: Any, level: int, v: int, k: int) -> None:
    """Choose a move that may lower a neighbour rule of a view.

    Batches of the merged order are turned on all their lines at once; a car goes next to one of its
    like on its line; a car at the end of a batch is exchanged with one of its line that fits in; or
    two cars of a line are exchanged.
    """
    s = view(j, v)
    head, end = s[HEAD], s[HEAD] + s[SIZE]
    owner, spot = j[OWNER] + v * j[MOST_PLACES], j[SPOT] + v * j[MOST_PLACES]
    i = boundary(s, k)
    line = j[owner + i]
    m, here = view(j, line), j[spot + i]
    pick = uniform(j)
    if pick < 0.25:
        car = s[s[LINE] + i - 1]
        q = nearer(i, like(s, k, car), like(s, k, car))
        low, high = (q + 1, i - 1) if q < i else (i, q)
        if low < head or high >= end:
            return
        for place in range(low, high + 1):
            move = j[MOVE] + 3 * j[owner + place]
            if j[move] == STILL:
                j[move], j[move + 1] = REFLECT, j[spot + place]
            j[move + 2] = j[spot + place]
    elif pick < 0.4:
        twin = j[j[TWIN] + (v * j[MOST_PAIRS] + k) * j[LINES] + line]
        car = m[m[LINE] + here]
        there = nearer(here, like(m, twin, car), like(m, twin, car))
        move_on(j, line, LEFT if here < there else RIGHT, here, there)
    elif pick < 0.92:
        other = i - 1
        if i > head and uniform(j) < 0.5:
            i, other = i - 1, i
        there = fitting(j, v, k, level, i, other)
        if there >= 0:
            move_on(j, j[owner + i], SWAP, j[spot + i], there)
    else:
        move_on(j, line, SWAP, here, any_place(m))


@entry
def run_joint(address: int, moves: int, temperature: float) -> None:
    """Try so many moves.

    Parameters
    ----------
    address : int
        Where the array of the joint search lies.
    moves : int
        Moves to try.
    temperature : float
        Mean of the worsening allowed, in priced units; 0 for none.
    """
    j = memory_at(address)
    levels = j[ACTIVE]
    for _ in range(moves):
        still(j)
        u = below(j, 4294967296)
        level = 0
        while level < levels - 1 and u >= j[j[AIM] + level]:
            level += 1
        first = j[j[COUNTED] + level]
        pairs = j[j[COUNTED] + level + 1] - first
        if pairs > 0 and (j[j[RATIOS] + level] == 0 or uniform(j) < 0.5):
            entry_of = j[PAIR_LIST] + 2 * (first + below(j, pairs))
            batch_move(j, level, j[entry_of], j[entry_of + 1])
        else:
            line_move(j, level)
        attempt(j, temperature)
    collect(j)
