"""Moves: whether one is taken, and taking it. All totals stay equal to the score from scratch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from sinho.kernels.compile import inlined, inner, merged
from sinho.kernels.words import WORD, lowest
from sinho.sequence.kernel.extras import local, runs_change, settle, value_of
from sinho.sequence.kernel.interval import turn
from sinho.sequence.kernel.pairs import (
    pairs_rearranged,
    pairs_reflected,
    pairs_rotated_left,
    pairs_rotated_right,
    pairs_swapped,
)
from sinho.sequence.kernel.pool import (
    ACTIVE,
    ACTIVE_MASK,
    BUFFER,
    LEFT,
    LEVEL_MASK,
    LINE,
    MASK,
    PAIR_START,
    PLACE,
    PRICE,
    RATIO_START,
    REARRANGE,
    REFLECT,
    RIGHT,
    RUNS,
    SWAP,
    TERM,
    TERM_START,
    TOTAL,
    TRADE,
    WORDS,
)
from sinho.sequence.kernel.random import uniform
from sinho.sequence.kernel.ratio import (
    give,
    rearranged,
    reflected,
    replace,
    rotated_left,
    rotated_right,
    swapped,
    weight_of,
)

LONG = 16
"""Length from which on the counts of a reversed or rotated interval are kept rule by rule."""


@merged
def fill(m: Any, kind: int, a: int, b: int) -> None:
    """Write into the buffer what a rotation or a reflection makes of the cars ``a`` to ``b``."""
    line, new = m[LINE], m[BUFFER] - a
    if kind == LEFT:
        for place in range(a, b):
            m[new + place] = m[line + place + 1]
        m[new + b] = m[line + a]
    elif kind == RIGHT:
        for place in range(a, b):
            m[new + place + 1] = m[line + place]
        m[new + a] = m[line + b]
    elif kind == REFLECT:
        for place in range(a, b + 1):
            m[new + a + b - place] = m[line + place]


@merged
def exchange(m: Any, kind: int, a: int, b: int) -> None:
    """Exchange the cars from ``a`` to ``b`` with the buffer, or for a swap with each other."""
    line, new = m[LINE], m[BUFFER] - a
    if kind == SWAP:
        m[line + a], m[line + b] = m[line + b], m[line + a]
    else:
        for place in range(a, b + 1):
            m[line + place], m[new + place] = m[new + place], m[line + place]


@inner
def terms_change(m: Any, level: int, kind: int, a: int, b: int) -> int:
    """Return the change of a level by the terms that are evaluated locally."""
    change = np.int64(0)
    swap = kind == SWAP
    filled = swap
    for t in range(m[m[TERM_START] + level], m[m[TERM_START] + level + 1]):
        term = m[TERM] + 4 * t
        if swap:
            value = value_of(m, t)
            if m[value + m[m[LINE] + a]] == m[value + m[m[LINE] + b]]:
                continue
        elif m[term] == RUNS and kind != REARRANGE:
            change += m[term + 2] * runs_change(m, t, kind, a, b)
            continue
        if not filled:
            fill(m, kind, a, b)
            filled = True
        old = local(m, t, a, b, swap)
        exchange(m, kind, a, b)
        change += m[term + 2] * (local(m, t, a, b, swap) - old)
        exchange(m, kind, a, b)
    return change


@merged
def swap_change(m: Any, level: int, i: int, j: int) -> int:
    """Return the change of a level's ratio rules when the cars at ``i`` < ``j`` change places."""
    change = np.int64(0)
    words = m[WORDS]
    x, y = m[MASK] + words * m[m[LINE] + i], m[MASK] + words * m[m[LINE] + j]
    for word in range(words):
        mine = np.uint64(m[x + word])
        unlike = (mine ^ np.uint64(m[y + word])) & np.uint64(
            m[m[LEVEL_MASK] + level * words + word]
        )
        while unlike:
            bit = lowest(unlike)
            r = word * WORD + np.int64(bit)
            unlike &= unlike - np.uint64(1)
            if (mine >> bit) & np.uint64(1):
                change += weight_of(m, r) * swapped(m, r, i, j)
            else:
                change += weight_of(m, r) * swapped(m, r, j, i)
    return change


@inlined
def ratio_change(m: Any, r: int, kind: int, a: int, b: int) -> int:
    """Return the change of one ratio rule by a move other than a swap."""
    if kind == LEFT:
        return rotated_left(m, r, a, b)
    if kind == RIGHT:
        return rotated_right(m, r, a, b)
    if kind == REFLECT:
        return reflected(m, r, a, b)
    return rearranged(m, r, a, b)


@inner
def pairs_change(m: Any, level: int, kind: int, a: int, b: int) -> int:
    """Return the change of a level's neighbour rules by a move."""
    change = np.int64(0)
    for k in range(m[m[PAIR_START] + level], m[m[PAIR_START] + level + 1]):
        if kind == SWAP:
            change += pairs_swapped(m, k, a, b)
        elif kind == LEFT:
            change += pairs_rotated_left(m, k, a, b)
        elif kind == RIGHT:
            change += pairs_rotated_right(m, k, a, b)
        elif kind == REFLECT:
            change += pairs_reflected(m, k, a, b)
        else:
            change += pairs_rearranged(m, k, a, b)
    return change


@inner
def level_change(m: Any, level: int, kind: int, a: int, b: int) -> int:
    """Return the change of one level by a move."""
    change = np.int64(0)
    if m[m[PAIR_START] + level] < m[m[PAIR_START] + level + 1]:
        change += pairs_change(m, level, kind, a, b)
    if kind == SWAP:
        change += swap_change(m, level, a, b)
    else:
        for r in range(m[m[RATIO_START] + level], m[m[RATIO_START] + level + 1]):
            change += weight_of(m, r) * ratio_change(m, r, kind, a, b)
    if m[m[TERM_START] + level] < m[m[TERM_START] + level + 1]:
        change += terms_change(m, level, kind, a, b)
    return change


@merged
def acceptable(m: Any, kind: int, a: int, b: int, temperature: float) -> bool:
    """Say whether a move is taken.

    Levels are looked at in their order; hard rules (level 0) last while they all hold. The move is
    taken when the changes, each times its level's price, never add up to more than a random
    allowance on the way down the levels (exponential with the mean ``temperature``); with none,
    when the first level that changes gets better.
    """
    levels = m[ACTIVE]
    broken = m[m[TOTAL]] > 0
    if broken:
        change = level_change(m, 0, kind, a, b)
        if change != 0:
            return change < 0
    priced = 0.0
    allowed = -1.0
    for level in range(1, levels):
        priced += float(m[m[PRICE] + level]) * level_change(m, level, kind, a, b)
        if priced > 0.0 and not (m[TRADE] and level == levels - 2):
            if priced > 40.0 * temperature:
                return False
            if allowed < 0.0:
                allowed = -temperature * math.log(1.0 - uniform(m))
            if priced > allowed:
                return False
        elif priced < 0.0 and temperature == 0.0:
            break
    return broken or level_change(m, 0, kind, a, b) <= 0


@merged
def apply(m: Any, kind: int, a: int, b: int) -> None:
    """Take a move and keep all counts."""
    levels, total, line = m[ACTIVE], m[TOTAL], m[LINE]
    terms = m[m[TERM_START] + levels]
    swap = kind == SWAP
    for level in range(levels):
        m[total + level] += pairs_change(m, level, kind, a, b)
        if m[m[TERM_START] + level] < m[m[TERM_START] + level + 1]:
            m[total + level] += terms_change(m, level, kind, a, b)
    if swap:
        x, y = m[line + a], m[line + b]
        m[line + a], m[line + b] = y, x
        m[m[PLACE] + x], m[m[PLACE] + y] = b, a
        words = m[WORDS]
        for word in range(words):
            mine = np.uint64(m[m[MASK] + words * x + word])
            unlike = mine ^ np.uint64(m[m[MASK] + words * y + word])
            unlike &= np.uint64(m[m[ACTIVE_MASK] + word])
            while unlike:
                bit = lowest(unlike)
                unlike &= unlike - np.uint64(1)
                if (mine >> bit) & np.uint64(1):
                    give(m, word * WORD + np.int64(bit), a, b)
                else:
                    give(m, word * WORD + np.int64(bit), b, a)
    else:
        fill(m, kind, a, b)
        new = m[BUFFER] - a
        long = b - a >= LONG and kind != REARRANGE
        for place in range(a, b + 1):
            old, car = m[line + place], m[new + place]
            m[line + place] = car
            m[m[PLACE] + car] = place
            if not long:
                replace(m, place, old, car)
        if long:
            turn(m, m[m[RATIO_START] + levels], kind, a, b)
    for t in range(terms):
        settle(m, t, a)
