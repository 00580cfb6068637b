"""Change of the ratio rules' costs by a move, from bit sets and window counts alone."""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.kernels.compile import inlined, inner
from sinho.kernels.words import FULL, WORD, lowest
from sinho.sequence.kernel.bits import assign, backwards, chunk, count, count_both, test
from sinho.sequence.kernel.pool import (
    ACTIVE_MASK,
    BITS,
    BUFFER,
    COUNTS,
    HAS,
    MASK,
    OVER,
    PLACES,
    ROW,
    RULE,
    RULE_COST,
    TIGHT,
    TOTAL,
    WORDS,
)


@inlined
def bits_of(m: Any, r: int) -> int:
    """Return where a rule's three bit sets begin."""
    return m[BITS] + 3 * m[ROW] * r


@inlined
def most_of(m: Any, r: int) -> int:
    """Return how many cars a window may hold."""
    return m[m[RULE] + 8 * r]


@inlined
def window_of(m: Any, r: int) -> int:
    """Return the width of a rule's windows."""
    return m[m[RULE] + 8 * r + 1]


@inlined
def weight_of(m: Any, r: int) -> int:
    """Return a rule's weight in the units of its level."""
    return m[m[RULE] + 8 * r + 2]


@inlined
def above(cars: int, most: int) -> int:
    """Return the cars above the limit."""
    return max(np.int64(0), cars - most)


@inner
def swapped(m: Any, r: int, gives: int, takes: int) -> int:
    """Return the change when the car at ``gives`` passes the option to the one at ``takes``."""
    width = window_of(m, r)
    row = m[ROW]
    over = bits_of(m, r)
    tight = over + TIGHT * row
    if gives < takes:
        gone = count(m, over, gives - width + 1, min(gives, takes - width) + 1)
        come = count(m, tight, max(gives, takes - width) + 1, takes + 1)
    else:
        gone = count(m, over, max(takes, gives - width) + 1, gives + 1)
        come = count(m, tight, takes - width + 1, min(takes, gives - width) + 1)
    return come - gone


@inner
def rotated_left(m: Any, r: int, a: int, b: int) -> int:
    """Return the change when the car at ``a`` goes to ``b`` and those between move up."""
    width = window_of(m, r)
    over = bits_of(m, r)
    tight, has = over + TIGHT * m[ROW], over + HAS * m[ROW]
    left = min(width - 1, b - a)
    right = max(a, b - width + 1)
    if test(m, has, a):
        change = count_both(m, tight, right, has, right, b + 1 - right, FULL)
        change -= count_both(m, over, a - width + 1, has, a + 1, left, FULL)
    else:
        change = count_both(m, tight, a - width + 1, has, a + 1, left, np.uint64(0))
        change -= count_both(m, over, right, has, right, b + 1 - right, np.uint64(0))
    if b - width >= a:
        counts, most = m[COUNTS] + r * m[PLACES], most_of(m, r)
        change += above(m[counts + b - width + 1], most) - above(m[counts + a], most)
    return change


@inner
def rotated_right(m: Any, r: int, a: int, b: int) -> int:
    """Return the change when the car at ``b`` goes to ``a`` and those between move back."""
    width = window_of(m, r)
    over = bits_of(m, r)
    tight, has = over + TIGHT * m[ROW], over + HAS * m[ROW]
    left = min(width, b - a)
    right = max(a, b - width) + 1
    if test(m, has, b):
        change = count_both(m, tight, a - width + 1, has, a, left, FULL)
        change -= count_both(m, over, right, has, right - 1, b + 1 - right, FULL)
    else:
        change = count_both(m, tight, right, has, right - 1, b + 1 - right, np.uint64(0))
        change -= count_both(m, over, a - width + 1, has, a, left, np.uint64(0))
    if b - width > a:
        counts, most = m[COUNTS] + r * m[PLACES], most_of(m, r)
        change += above(m[counts + a], most) - above(m[counts + b - width], most)
    return change


@inner
def reflected(m: Any, r: int, a: int, b: int) -> int:
    """Return the change when the cars from ``a`` to ``b`` stand in reverse order."""
    rule = m[RULE] + 8 * r
    most, width, low, high = m[rule], m[rule + 1], m[rule + 3], m[rule + 4]
    has = bits_of(m, r) + HAS * m[ROW]
    counts = m[COUNTS] + r * m[PLACES]
    change = 0
    step = 0
    reach = min(width - 1, b - a)
    for begin in range(0, reach, WORD):
        part = min(WORD, reach - begin)
        # What stands at the far end, counted from there, against what stands at the near end.
        come = backwards(m, has, b - begin - part + 1, part)
        unlike = chunk(m, has, a + begin, part) ^ come
        k = 0
        while k < part:
            if step == 0:
                rest = unlike >> np.uint64(k)
                if not rest:
                    break
                k += np.int64(lowest(rest))
            if (unlike >> np.uint64(k)) & np.uint64(1):
                step += 2 * np.int64((come >> np.uint64(k)) & np.uint64(1)) - 1
            if step != 0:
                start = a + begin + k - width + 1
                if low <= start:
                    cars = m[counts + start]
                    change += above(cars + step, most) - above(cars, most)
                start = b - begin - k
                if start <= high:
                    cars = m[counts + start]
                    change += above(cars - step, most) - above(cars, most)
            k += 1
    return change


@inner
def rearranged(m: Any, r: int, a: int, b: int) -> int:
    """Return the change when the buffer replaces the cars from ``a`` to ``b``."""
    rule = m[RULE] + 8 * r
    most, width, low, high = m[rule], m[rule + 1], m[rule + 3], m[rule + 4]
    has = bits_of(m, r) + HAS * m[ROW]
    counts = m[COUNTS] + r * m[PLACES]
    mask, words, shift = m[MASK] + (r >> 6), m[WORDS], r & 63
    new = m[BUFFER] - a
    change = 0
    step = 0
    for start in range(a - width + 1, min(high, b) + 1):
        entering = start + width - 1
        if a <= entering <= b:
            step += (m[mask + words * m[new + entering]] >> shift) & 1
            step -= test(m, has, entering)
        leaving = start - 1
        if a <= leaving:
            step -= (m[mask + words * m[new + leaving]] >> shift) & 1
            step += test(m, has, leaving)
        if step != 0 and start >= low:
            cars = m[counts + start]
            change += above(cars + step, most) - above(cars, most)
    return change


@inlined
def put_count(m: Any, r: int, start: int, cars: int) -> None:
    """Set the count of one window, its bits, and the rule's and its level's totals."""
    rule = m[RULE] + 8 * r
    most = m[rule]
    at = m[COUNTS] + r * m[PLACES] + start
    old = m[at]
    m[at] = cars
    if m[rule + 3] <= start <= m[rule + 4]:
        change = above(cars, most) - above(old, most)
        if change != 0:
            m[m[RULE_COST] + r] += change
            m[m[TOTAL] + m[rule + 5]] += change * m[rule + 2]
        over = bits_of(m, r)
        if (cars > most) != (old > most):
            assign(m, over + OVER * m[ROW], start, cars > most)
        if (cars >= most) != (old >= most):
            assign(m, over + TIGHT * m[ROW], start, cars >= most)


@inner
def add_car(m: Any, r: int, start: int, stop: int) -> None:
    """Add one car to the windows that begin in a range."""
    rule = m[RULE] + 8 * r
    most, low, high = m[rule], m[rule + 3], m[rule + 4] + 1
    counts = m[COUNTS] + r * m[PLACES]
    over = bits_of(m, r) + OVER * m[ROW]
    tight = bits_of(m, r) + TIGHT * m[ROW]
    costly = np.int64(0)
    for place in range(start, stop):
        cars = m[counts + place]
        m[counts + place] = cars + 1
        if cars >= most - 1 and low <= place < high:
            if cars >= most:
                costly += 1
                if cars == most:
                    assign(m, over, place, True)
            else:
                assign(m, tight, place, True)
    m[m[RULE_COST] + r] += costly
    m[m[TOTAL] + m[rule + 5]] += costly * m[rule + 2]


@inner
def drop_car(m: Any, r: int, start: int, stop: int) -> None:
    """Take one car from the windows that begin in a range."""
    rule = m[RULE] + 8 * r
    most, low, high = m[rule], m[rule + 3], m[rule + 4] + 1
    counts = m[COUNTS] + r * m[PLACES]
    over = bits_of(m, r) + OVER * m[ROW]
    tight = bits_of(m, r) + TIGHT * m[ROW]
    saved = np.int64(0)
    for place in range(start, stop):
        cars = m[counts + place]
        m[counts + place] = cars - 1
        if cars >= most and low <= place < high:
            if cars > most:
                saved += 1
                if cars == most + 1:
                    assign(m, over, place, False)
            else:
                assign(m, tight, place, False)
    m[m[RULE_COST] + r] -= saved
    m[m[TOTAL] + m[rule + 5]] -= saved * m[rule + 2]


@inner
def give(m: Any, r: int, gives: int, takes: int) -> None:
    """Pass a rule's option from the car at ``gives`` to the one at ``takes``; keep the counts."""
    width = window_of(m, r)
    has = bits_of(m, r) + HAS * m[ROW]
    assign(m, has, gives, False)
    assign(m, has, takes, True)
    if gives < takes:
        drop_car(m, r, gives - width + 1, min(gives, takes - width) + 1)
        add_car(m, r, max(gives, takes - width) + 1, takes + 1)
    else:
        drop_car(m, r, max(takes, gives - width) + 1, gives + 1)
        add_car(m, r, takes - width + 1, min(takes, gives - width) + 1)


@inner
def replace(m: Any, place: int, old: int, new: int) -> None:
    """Keep the counts of the active ratio rules when one car replaces another at a place."""
    words = m[WORDS]
    for word in range(words):
        comes = np.uint64(m[m[MASK] + words * new + word])
        unlike = comes ^ np.uint64(m[m[MASK] + words * old + word])
        unlike &= np.uint64(m[m[ACTIVE_MASK] + word])
        while unlike:
            bit = lowest(unlike)
            unlike &= unlike - np.uint64(1)
            r = word * WORD + np.int64(bit)
            has = bits_of(m, r) + HAS * m[ROW]
            start = place - window_of(m, r) + 1
            if (comes >> bit) & np.uint64(1):
                assign(m, has, place, True)
                add_car(m, r, start, place + 1)
            else:
                assign(m, has, place, False)
                drop_car(m, r, start, place + 1)
