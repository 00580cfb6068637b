"""The counts of the ratio rules when a long interval is reversed or rotated, rule by rule.

Windows within the interval keep their counts, which only move with their cars; only those over one
of its ends are counted anew. Place by place, each car unlike the one that it replaces would change
all the windows that it is in.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.kernels.compile import inlined, inner, merged
from sinho.kernels.words import FULL, WORD, lowest
from sinho.sequence.kernel.bits import assign, backwards, chunk, test
from sinho.sequence.kernel.pool import (
    COUNTS,
    HAS,
    LEFT,
    OVER,
    PLACES,
    REFLECT,
    ROW,
    RULE,
    RULE_COST,
    TIGHT,
    TOTAL,
)
from sinho.sequence.kernel.ratio import above, bits_of, most_of, put_count, window_of


@inlined
def put_chunk(m: Any, row: int, start: int, length: int, bits: Any) -> None:
    """Write ``length`` (1 to 64) bits from ``start`` on into the bit set at ``row``."""
    at = row + (start >> 6)
    shift = np.uint64(start & 63)
    mask = FULL >> np.uint64(WORD - length)
    m[at] = np.int64((np.uint64(m[at]) & ~(mask << shift)) | (bits << shift))
    if (start & 63) + length > WORD:
        back = np.uint64(WORD) - shift
        m[at + 1] = np.int64((np.uint64(m[at + 1]) & ~(mask >> back)) | (bits >> back))


@inner
def mirror(m: Any, row: int, start: int, stop: int) -> None:
    """Reverse the bits from ``start`` to before ``stop``."""
    while stop - start > 1:
        length = stop - start
        if length <= WORD:
            put_chunk(m, row, start, length, backwards(m, row, start, length))
            return
        part = min(WORD, length >> 1)
        low = backwards(m, row, start, part)
        put_chunk(m, row, start, part, backwards(m, row, stop - part, part))
        put_chunk(m, row, stop - part, part, low)
        start += part
        stop -= part


@inner
def slide(m: Any, row: int, start: int, stop: int, left: bool) -> None:
    """Move the bits from ``start`` to ``stop`` one place to the front, or one to the back.

    The first is lost on the way to the front, the last on the way to the back.
    """
    while start < stop:
        part = min(WORD, stop - start)
        if left:
            put_chunk(m, row, start, part, chunk(m, row, start + 1, part))
            start += part
        else:
            stop -= part
            put_chunk(m, row, stop + 1, part, chunk(m, row, stop, part))


@inner
def put(m: Any, r: int, start: int, step: int) -> None:
    """Change the count of the window that begins at ``start``."""
    put_count(m, r, start, m[m[COUNTS] + r * m[PLACES] + start] + step)


@inner
def edge(m: Any, r: int, own: int, place: int, start: int, length: int, sign: int) -> None:
    """Count the windows over one end of a rotated interval anew.

    Of the windows from ``start`` on, each gains one of the cars from ``place`` on and loses the one
    that goes to the other end, which has the option or not (``own``); the other way round where the
    sign is negative.
    """
    has = bits_of(m, r) + HAS * m[ROW]
    flip = FULL if own else np.uint64(0)
    step = sign * (1 - 2 * own)
    while length > 0:
        part = min(WORD, length)
        unlike = (chunk(m, has, place, part) ^ flip) & (FULL >> np.uint64(WORD - part))
        while unlike:
            put(m, r, start + np.int64(lowest(unlike)), step)
            unlike &= unlike - np.uint64(1)
        place += part
        start += part
        length -= part


@merged
def rotate(m: Any, r: int, a: int, b: int, left: bool) -> None:
    """Keep the counts of a rule when the first car goes to the end, or the last to the front."""
    width, most = window_of(m, r), most_of(m, r)
    bits = bits_of(m, r)
    has = bits + HAS * m[ROW]
    counts = m[COUNTS] + r * m[PLACES]
    ahead = 1 if left else 0
    sign = 1 if left else -1
    gone, come = (a, b) if left else (b, a)
    own = test(m, has, gone)
    end = b + 1 - width
    if end > a:
        change = sign * (above(m[counts + end], most) - above(m[counts + a], most))
        if left:
            for start in range(a, end):
                m[counts + start] = m[counts + start + 1]
        else:
            for start in range(end, a, -1):
                m[counts + start] = m[counts + start - 1]
        for windows in (OVER, TIGHT):
            slide(m, bits + windows * m[ROW], a, end, left)
        rule = m[RULE] + 8 * r
        m[m[RULE_COST] + r] += change
        m[m[TOTAL] + m[rule + 5]] += change * m[rule + 2]
    # To the front, windows over a gain the car behind them and those over b lose that in front; to
    # the back the other way round.
    first = min(width - ahead, b - a)
    last = min(width - 1 + ahead, b - a)
    edge(m, r, own, a + ahead, a - width + 1, first, sign)
    edge(m, r, own, b - last + ahead, b - last + 1, last, -sign)
    slide(m, has, a, b, left)
    assign(m, has, come, own == 1)


@merged
def reflect(m: Any, r: int, a: int, b: int) -> None:
    """Keep the counts of a rule when the cars from ``a`` to ``b`` stand in reverse order."""
    width = window_of(m, r)
    bits = bits_of(m, r)
    has = bits + HAS * m[ROW]
    step = 0
    reach = min(width - 1, b - a)
    for begin in range(0, reach, WORD):
        part = min(WORD, reach - begin)
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
                put(m, r, a + begin + k - width + 1, step)
                put(m, r, b - begin - k, -step)
            k += 1
    mirror(m, has, a, b + 1)
    low, high = a, b - width + 1
    if low < high:
        for windows in (OVER, TIGHT):
            mirror(m, bits + windows * m[ROW], low, high + 1)
        low += m[COUNTS] + r * m[PLACES]
        high += m[COUNTS] + r * m[PLACES]
        while low < high:
            m[low], m[high] = m[high], m[low]
            low += 1
            high -= 1


@inner
def turn(m: Any, rules: int, kind: int, a: int, b: int) -> None:
    """Keep the counts of so many ratio rules when an interval is reversed or rotated."""
    for r in range(rules):
        if kind == REFLECT:
            reflect(m, r, a, b)
        else:
            rotate(m, r, a, b, kind == LEFT)
