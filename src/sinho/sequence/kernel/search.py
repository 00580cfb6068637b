"""The search: which move is tried next, and how worse orders are allowed."""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.kernels.compile import entry, inlined, inner, merged
from sinho.kernels.memory import memory_at
from sinho.kernels.words import WORD
from sinho.sequence.kernel.alike import MOST, fitting, swap_twice
from sinho.sequence.kernel.bits import next_bit
from sinho.sequence.kernel.counts import better, keep
from sinho.sequence.kernel.moves import acceptable, apply
from sinho.sequence.kernel.pairs import (
    pair,
    pairs_reflected,
    pairs_rotated_left,
    pairs_rotated_right,
    pairs_swapped,
)
from sinho.sequence.kernel.pool import (
    ACTIVE,
    AIM,
    BUFFER,
    CARS,
    FREE,
    FREE_COUNT,
    GROUP,
    GROUP_CARS,
    GROUP_START,
    HAS,
    HEAD,
    LEFT,
    LEVELS,
    LIKE_CARS,
    LIKE_START,
    LINE,
    PAIR_START,
    PAIR_VALUE,
    PINNED,
    PLACE,
    RATIO_START,
    REARRANGE,
    REFLECT,
    RIGHT,
    ROW,
    RULE_COST,
    SIZE,
    SWAP,
    TALLY,
    VALUES,
)
from sinho.sequence.kernel.random import below, uniform
from sinho.sequence.kernel.ratio import bits_of, window_of


@inlined
def any_place(m: Any) -> int:
    """Return a random place that is not pinned."""
    return m[m[FREE] + below(m, m[FREE_COUNT])]


@merged
def guilty_place(m: Any, level: int) -> int:
    """Return a place with the option of a violated window of the level; -1 where none is found."""
    low, high = m[m[RATIO_START] + level], m[m[RATIO_START] + level + 1]
    rules = high - low
    if rules == 0:
        return -1
    r = low + below(m, rules)
    for _ in range(rules):
        if m[m[RULE_COST] + r] > 0:
            break
        r = r + 1 if r + 1 < high else low
    if m[m[RULE_COST] + r] == 0:
        return -1
    words = m[ROW] - 1
    over = bits_of(m, r)
    has = over + HAS * m[ROW]
    start = next_bit(m, over, below(m, words * WORD), words)
    if start < 0:
        return -1
    width = window_of(m, r)
    place = next_bit(m, has, start + below(m, width), words)
    if place < 0 or place >= start + width:
        place = next_bit(m, has, start, words)
    if place < m[HEAD] or place >= m[HEAD] + m[SIZE]:
        return -1
    return place


@inlined
def partner(m: Any, level: int, i: int) -> int:
    """Return the place of a random car that the levels above cannot tell from the one at ``i``."""
    g = m[m[GROUP] + level * m[CARS] + m[m[LINE] + i]]
    start = m[GROUP_START] + level * (m[SIZE] + 1) + g
    low = m[start]
    size = m[start + 1] - low
    return m[m[PLACE] + m[m[GROUP_CARS] + level * m[SIZE] + low + below(m, size)]]


@inlined
def like(m: Any, k: int, car: int) -> int:
    """Return the place of a random car of the day with the same value in a neighbour rule."""
    start = m[LIKE_START] + k * (m[VALUES] + 1) + m[m[PAIR_VALUE] + k * m[CARS] + car]
    low = m[start]
    size = m[start + 1] - low
    if size == 0:
        return -1
    return m[m[PLACE] + m[m[LIKE_CARS] + k * m[SIZE] + low + below(m, size)]]


@inner
def boundary(m: Any, k: int) -> int:
    """Return a place near a random one whose car differs from the one in front of it."""
    value, line = m[PAIR_VALUE] + k * m[CARS], m[LINE]
    place = m[HEAD] + below(m, m[SIZE])
    end = m[HEAD] + m[SIZE]
    for _ in range(40):
        if m[value + m[line + place]] != m[value + m[line + place - 1]]:
            return place
        place += 1
        if place == end:
            place = m[HEAD]
    return place


@inlined
def nearer(i: int, one: int, other: int) -> int:
    """Return the one of two places that is nearer to ``i``: short stretches are cheap to move."""
    return one if abs(one - i) < abs(other - i) else other


@inner
def attempt(m: Any, kind: int, a: int, b: int, temperature: float) -> bool:
    """Take a move if it is acceptable and touches no pinned place."""
    if a > b:
        a, b = b, a
    if a >= b or a < m[HEAD] or b >= m[HEAD] + m[SIZE]:
        return False
    pinned = m[PINNED]
    if kind == SWAP:
        if m[pinned + a + 1] > m[pinned + a] or m[pinned + b + 1] > m[pinned + b]:
            return False
        same = m[GROUP] + m[ACTIVE] * m[CARS]
        if m[same + m[m[LINE] + a]] == m[same + m[m[LINE] + b]]:
            return False
    elif m[pinned + b + 1] > m[pinned + a]:
        return False
    m[m[TALLY]] += 1
    if not acceptable(m, kind, a, b, temperature):
        return False
    apply(m, kind, a, b)
    if better(m):
        keep(m)
    return True


@inlined
def shuffle(m: Any, a: int, b: int) -> None:
    """Write the cars from ``a`` to ``b`` into the buffer in random order."""
    new = m[BUFFER]
    for place in range(a, b + 1):
        m[new + place - a] = m[m[LINE] + place]
    for at in range(b - a, 0, -1):
        other = below(m, at + 1)
        m[new + at], m[new + other] = m[new + other], m[new + at]


@merged
def ratio_move(m: Any, level: int) -> tuple[int, int, int]:
    """Return kind and places of a move that may lower a level of ratio rules."""
    i = -1
    if uniform(m) < 0.6:
        i = guilty_place(m, level)
    if i < 0:
        i = any_place(m)
    j = i
    pick = uniform(m)
    line = m[LINE]
    batched = m[m[PAIR_START] + level] > 0
    if pick < 0.72:
        kind = SWAP
        if pick < 0.45:
            same = m[GROUP] + m[ACTIVE] * m[CARS]
            for _ in range(3):
                j = partner(m, level, i)
                if m[same + m[line + j]] != m[same + m[line + i]]:
                    break
        elif pick < 0.62:
            j = any_place(m)
        else:
            j = i + 1 + below(m, 12)
    elif pick < 0.84:
        if batched and pick < 0.78:
            # Next to a car of its batch's kind, so that no batch is broken.
            j = nearer(i, like(m, 0, m[line + i]), like(m, 0, m[line + i]))
            kind = LEFT if i < j else RIGHT
        elif uniform(m) < 0.5:
            j = any_place(m)
            kind = LEFT if i < j else RIGHT
        else:
            j = i + below(m, 61) - 30
            kind = LEFT if i < j else RIGHT
    elif pick < 0.96:
        kind = REFLECT
        if batched and pick < 0.90:
            # Whole batches, or a part of one.
            i = boundary(m, 0)
            j = nearer(i, boundary(m, 0), boundary(m, 0)) - 1
            if j < i:
                i, j = j + 1, i - 1
        elif uniform(m) < 0.4:
            j = any_place(m)
        else:
            j = i + 1 + below(m, 40)
    else:
        kind = REARRANGE
        j = min(i + 2 + below(m, 6), m[HEAD] + m[SIZE] - 1)
        shuffle(m, i, j)
    return kind, i, j


@merged
def pair_move(m: Any, level: int, k: int, temperature: float) -> None:
    """Try a move that may lower a neighbour rule: batches merged, moved, or swapped into.

    Of three moves of a kind, that with the best change of the rule is tried. Last behind two other
    levels or more it is the first that makes the rule better, of more cars that fit in; and a swap
    into a batch that is not taken, and costs no more than the change of values that it ends, is
    tried again with another one beside it.
    """
    line = m[LINE]
    last = level > 2 and level == m[LEVELS] - 1
    pick = uniform(m)
    kind = SWAP
    chosen = SWAP
    a, b, least, ended = 0, 0, 1 << 40, 0
    for _ in range(3):
        i = boundary(m, k)
        now = np.int64(0)
        if pick < 0.3:
            # Reverse so that the car at the far end joins its like in front of i.
            kind = REFLECT
            j = like(m, k, m[line + i - 1])
            if j < i:
                i, j = j + 1, i - 1
            if j < m[HEAD] or i >= j:
                continue
            change = pairs_reflected(m, k, i, j)
        elif pick < 0.45:
            # Move the car next to one of its like.
            j = like(m, k, m[line + i])
            if i == j:
                continue
            if i < j:
                kind = LEFT
                change = pairs_rotated_left(m, k, i, j)
            else:
                kind = RIGHT
                change = pairs_rotated_right(m, k, j, i)
        elif pick < 0.95:
            # Swap a car at the end of a batch with one that fits in, if the levels above allow.
            other = i - 1
            if i > m[HEAD] and uniform(m) < 0.5:
                i, other = i - 1, i
            j = fitting(m, level, k, i, other, MOST if last else 1)
            if j < 0 or i == j:
                continue
            now = pair(m, k, m[line + min(i, other)], m[line + max(i, other)])
            change = pairs_swapped(m, k, min(i, j), max(i, j))
        else:
            j = any_place(m)
            if i == j:
                continue
            change = pairs_swapped(m, k, min(i, j), max(i, j))
        if change < least or (change == least and abs(i - j) < abs(a - b)):
            a, b, least, ended = i, j, change, now
            chosen = kind
            if last and least < 0:
                break
    if least == 1 << 40 or attempt(m, chosen, a, b, temperature):
        return
    if last and 0 < least <= ended:
        swap_twice(m, level, k, a, b, temperature)


@entry
def run(address: int, moves: int, temperature: float) -> None:
    """Try so many moves.

    Parameters
    ----------
    address : int
        Where the array of the search lies.
    moves : int
        Moves to try.
    temperature : float
        Mean of the worsening allowed, in priced units; 0 for none.
    """
    m = memory_at(address)
    levels = m[ACTIVE]
    for _ in range(moves):
        u = below(m, 4294967296)
        level = 0
        while level < levels - 1 and u >= m[m[AIM] + level]:
            level += 1
        ratios = m[m[RATIO_START] + level + 1] - m[m[RATIO_START] + level]
        first = m[m[PAIR_START] + level]
        pairs = m[m[PAIR_START] + level + 1] - first
        if pairs > 0 and (ratios == 0 or uniform(m) < 0.5):
            pair_move(m, level, first + below(m, pairs), temperature)
        else:
            kind, i, j = ratio_move(m, level)
            attempt(m, kind, i, j, temperature)
