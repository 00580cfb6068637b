"""The counts of a search: filling them for an order, and keeping the best."""

from __future__ import annotations

from typing import Any

from sinho.kernels.compile import entry, inlined, inner
from sinho.kernels.memory import memory_at
from sinho.sequence.kernel.bits import assign, count
from sinho.sequence.kernel.extras import local, settle
from sinho.sequence.kernel.pairs import pair
from sinho.sequence.kernel.pool import (
    ACTIVE,
    ACTIVE_MASK,
    BEST,
    BEST_TOTAL,
    BITS,
    COUNTS,
    HAS,
    HEAD,
    LEVEL_MASK,
    LEVELS,
    LINE,
    MASK,
    PAIR_START,
    PLACE,
    PLACES,
    RATIO_START,
    ROW,
    RULE,
    RULE_COST,
    RULES,
    SIZE,
    TERM,
    TERM_START,
    TIGHT,
    TOTAL,
    WORDS,
)
from sinho.sequence.kernel.ratio import bits_of, put_count


@inner
def clear(m: Any, start: int, count: int) -> None:
    """Set numbers to 0."""
    for at in range(start, start + count):
        m[at] = 0


@entry
def begin(address: int) -> None:
    """Fill the counts of the active levels for the order on the line of the search there."""
    m = memory_at(address)
    places, line, active = m[PLACES], m[LINE], m[ACTIVE]
    rules = m[m[RATIO_START] + active]
    first, last = m[HEAD], m[HEAD] + m[SIZE] - 1
    clear(m, m[TOTAL], m[LEVELS])
    clear(m, m[RULE_COST], m[RULES])
    clear(m, m[BITS], 3 * m[ROW] * rules)
    clear(m, m[COUNTS], places * rules)
    for word in range(m[WORDS]):
        m[m[ACTIVE_MASK] + word] = 0
        for level in range(active):
            m[m[ACTIVE_MASK] + word] |= m[m[LEVEL_MASK] + level * m[WORDS] + word]
    for place in range(first, last + 1):
        m[m[PLACE] + m[line + place]] = place
    for r in range(rules):
        mask, shift = m[MASK] + (r >> 6), r & 63
        over = bits_of(m, r)
        has = over + HAS * m[ROW]
        for place in range(places):
            if (m[mask + m[WORDS] * m[line + place]] >> shift) & 1:
                assign(m, has, place, True)
        rule = m[RULE] + 8 * r
        if m[rule] == 0:
            for start in range(m[rule + 3], m[rule + 4] + 1):
                assign(m, over + TIGHT * m[ROW], start, True)
        width = m[rule + 1]
        for start in range(first - width + 1, last + 1):
            put_count(m, r, start, count(m, has, start, start + width))
    for level in range(active):
        for k in range(m[m[PAIR_START] + level], m[m[PAIR_START] + level + 1]):
            for place in range(first, last + 1):
                m[m[TOTAL] + level] += pair(m, k, m[line + place - 1], m[line + place])
    for t in range(m[m[TERM_START] + active]):
        term = m[TERM] + 4 * t
        settle(m, t, first)
        m[m[TOTAL] + m[term + 1]] += m[term + 2] * local(m, t, first, last, False)


@inlined
def better(m: Any) -> bool:
    """Say whether the order is better than the best seen, level by level."""
    for level in range(m[ACTIVE]):
        now, best = m[m[TOTAL] + level], m[m[BEST_TOTAL] + level]
        if now != best:
            return now < best
    return False


@inner
def keep(m: Any) -> None:
    """Keep the order as the best."""
    for place in range(m[PLACES]):
        m[m[BEST] + place] = m[m[LINE] + place]
    for level in range(m[ACTIVE]):
        m[m[BEST_TOTAL] + level] = m[m[TOTAL] + level]
