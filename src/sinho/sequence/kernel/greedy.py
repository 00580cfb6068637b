"""A first order: place by place, the kind of car that costs least and is hardest to place later."""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.kernels.compile import entry, inner
from sinho.kernels.memory import memory_at
from sinho.sequence.kernel.extras import table_of, value_of
from sinho.sequence.kernel.pairs import pair
from sinho.sequence.kernel.pool import (
    CARS,
    ENTRIES,
    GROUP_CARS,
    GROUP_START,
    HEAD,
    LEVELS,
    LINE,
    MASK,
    PAIR_START,
    PAIR_VALUE,
    RATIO_START,
    RULE,
    RULES,
    RUNS,
    SIZE,
    TERM,
    TERM_START,
    WORDS,
)
from sinho.sequence.kernel.random import uniform


@inner
def has_option(m: Any, r: int, car: int) -> int:
    """Return 1 where the car has a ratio rule's option."""
    return (m[m[MASK] + m[WORDS] * car + (r >> 6)] >> (r & 63)) & 1


@inner
def step_cost(m: Any, level: int, car: int, place: int, recent: Any) -> int:
    """Return what a car adds to a level at the end of the line so far."""
    cost = np.int64(0)
    for r in range(m[m[RATIO_START] + level], m[m[RATIO_START] + level + 1]):
        rule = m[RULE] + 8 * r
        if has_option(m, r, car) and recent[r] >= m[rule]:
            cost += (recent[r] + 1 - m[rule]) * m[rule + 2]
    for k in range(m[m[PAIR_START] + level], m[m[PAIR_START] + level + 1]):
        cost += pair(m, k, m[m[LINE] + place - 1], car)
    for t in range(m[m[TERM_START] + level], m[m[TERM_START] + level + 1]):
        if m[m[TERM] + 4 * t] == RUNS:
            value, line = value_of(m, t), m[LINE]
            kind = m[value + car]
            limit = m[table_of(m, t) + m[ENTRIES] + kind]
            length = np.int64(1)
            back = place - 1
            while back >= m[HEAD] and length <= limit and m[value + m[line + back]] == kind:
                length += 1
                back -= 1
            if length > limit:
                cost += m[m[TERM] + 4 * t + 2]
    return cost


@entry
def construct(address: int, given: Any, wanted: Any) -> None:
    """Fill the line greedily (Gottlieb, Puchta and Solnon 2003, EvoWorkshops).

    Of the kinds of cars left, the one with the least new cost is taken, level by level; among those
    alike, the one whose options have the highest utilisation over the places left.

    Parameters
    ----------
    address : int
        Where the array of the search lies.
    given : ndarray of int64, shape (cars of the day,)
        Car that has to stand at each position, or -1.
    wanted : ndarray of int64, shape (cars of the day,)
        Value that the car at each position must have in the first neighbour rule, or -1.
    """
    m = memory_at(address)
    size, head, levels, rules = m[SIZE], m[HEAD], m[LEVELS], m[RULES]
    start = m[GROUP_START] + levels * (size + 1)
    cars = m[GROUP_CARS] + levels * size
    kinds = 0
    while kinds < size and m[start + kinds] < size:
        kinds += 1
    reserved = np.zeros(m[CARS], dtype=np.bool_)
    for position in range(size):
        if given[position] >= 0:
            reserved[given[position]] = True
    left = np.zeros(kinds, dtype=np.int64)
    take = np.zeros(kinds, dtype=np.int64)
    demand = np.zeros(rules, dtype=np.int64)
    for kind in range(kinds):
        take[kind] = m[start + kind]
        for at in range(m[start + kind], m[start + kind + 1]):
            left[kind] += not reserved[m[cars + at]]
        for r in range(rules):
            if has_option(m, r, m[cars + m[start + kind]]):
                demand[r] += left[kind]
    recent = np.zeros(rules, dtype=np.int64)
    for position in range(size):
        place = head + position
        for r in range(rules):
            width = m[m[RULE] + 8 * r + 1]
            recent[r] = 0
            for back in range(max(np.int64(0), place - width + 1), place):
                recent[r] += has_option(m, r, m[m[LINE] + back])
        if given[position] >= 0:
            m[m[LINE] + place] = given[position]
            continue
        best, best_use = -1, 0.0
        best_cost = np.zeros(levels, dtype=np.int64)
        for kind in range(kinds):
            if left[kind] == 0:
                continue
            car = m[cars + m[start + kind]]
            if wanted[position] >= 0 and m[m[PAIR_VALUE] + car] != wanted[position]:
                continue
            worse, better = False, best < 0
            for level in range(levels):
                cost = step_cost(m, level, car, place, recent)
                if not better:
                    if cost > best_cost[level]:
                        worse = True
                        break
                    better = cost < best_cost[level]
                if better:
                    best_cost[level] = cost
            if worse:
                continue
            use = left[kind] / size + 1e-6 * uniform(m)
            for r in range(rules):
                if has_option(m, r, car):
                    rule = m[RULE] + 8 * r
                    use += demand[r] * m[rule + 1] / ((m[rule] + 0.1) * (size - position))
            if better or use > best_use:
                best, best_use = kind, use
        while reserved[m[cars + take[best]]]:
            take[best] += 1
        car = m[cars + take[best]]
        take[best] += 1
        left[best] -= 1
        for r in range(rules):
            demand[r] -= has_option(m, r, car)
        m[m[LINE] + place] = car
