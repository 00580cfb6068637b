"""Local costs of runs, spread, blocks, work, windows, and ratios of a part of a day.

They are evaluated on the part of the line that a move can reach, before and after.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.kernels.compile import inlined, inner, merged
from sinho.sequence.kernel.pool import (
    BLOCKS,
    CARS,
    CUMULATIVE,
    ENTRIES,
    HEAD,
    KNOWN,
    LEFT,
    LINE,
    OVERLOAD,
    PLACES,
    REFLECT,
    RUNS,
    SIZE,
    SPREAD,
    STRETCH,
    TERM,
    TERM_TABLE,
    TERM_VALUE,
)


@inlined
def table_of(m: Any, t: int) -> int:
    """Return where a term's parameters begin."""
    return m[TERM_TABLE] + 2 * m[ENTRIES] * t


@inlined
def value_of(m: Any, t: int) -> int:
    """Return where a term's values of the cars begin."""
    return m[TERM_VALUE] + m[CARS] * t


@merged
def runs(m: Any, t: int, a: int, b: int, ends: bool) -> int:
    """Return the cost of the runs of an attribute that touch ``a - 1`` to ``b + 1``.

    With ``ends``, only those that touch the neighbourhoods of ``a`` and of ``b``.
    """
    value, line = value_of(m, t), m[LINE]
    least, most = table_of(m, t), table_of(m, t) + m[ENTRIES]
    low, high = m[HEAD], m[HEAD] + m[SIZE] - 1
    done = low
    cost = np.int64(0)
    for part in range(2 if ends else 1):
        place = max(a - 1 if part == 0 else b - 1, low)
        stop = min(a + 1 if ends and part == 0 else b + 1, high)
        while place > done and m[value + m[line + place - 1]] == m[value + m[line + place]]:
            place -= 1
        place = max(place, done)
        while place <= stop:
            kind = m[value + m[line + place]]
            end = place + 1
            while end <= high and m[value + m[line + end]] == kind:
                end += 1
            length = end - place
            cost += max(np.int64(0), length - m[most + kind])
            cost += max(np.int64(0), m[least + kind] - length)
            place = end
        done = place
    return cost


@inlined
def run_cost(m: Any, t: int, kind: int, length: int) -> int:
    """Return the cost of one run; nothing where it has no cars."""
    if length == 0:
        return np.int64(0)
    least, most = table_of(m, t) + kind, table_of(m, t) + m[ENTRIES] + kind
    return max(np.int64(0), length - m[most]) + max(np.int64(0), m[least] - length)


@inner
def chain(
    m: Any, t: int, one: int, first: int, two: int, second: int, three: int, third: int
) -> int:
    """Return the cost of up to three runs in a row, those of one value joined.

    Each is a value and its number of cars, in turn; the one in the middle has cars.
    """
    cost = np.int64(0)
    if first > 0 and one == two:
        second += first
    else:
        cost += run_cost(m, t, one, first)
    if third > 0 and three == two:
        second += third
    else:
        cost += run_cost(m, t, three, third)
    return cost + run_cost(m, t, two, second)


@inner
def run_back(m: Any, t: int, place: int, low: int) -> int:
    """Return the cars of the run that ends at a place, counted back to ``low`` at most."""
    value, line = value_of(m, t), m[LINE]
    length = np.int64(0)
    while place - length >= low and (
        m[value + m[line + place - length]] == m[value + m[line + place]]
    ):
        length += 1
    return length


@inner
def run_ahead(m: Any, t: int, place: int, high: int) -> int:
    """Return the cars of the run that begins at a place, counted up to ``high`` at most."""
    value, line = value_of(m, t), m[LINE]
    length = np.int64(0)
    while place + length <= high and (
        m[value + m[line + place + length]] == m[value + m[line + place]]
    ):
        length += 1
    return length


@inner
def runs_change(m: Any, t: int, kind: int, a: int, b: int) -> int:
    """Return the change of a run rule when an interval is rotated by one car or reversed."""
    value, line = value_of(m, t), m[LINE]
    low, high = m[HEAD], m[HEAD] + m[SIZE] - 1
    left = run_back(m, t, a - 1, low)
    right = run_ahead(m, t, b + 1, high)
    before, after = m[value + m[line + a - 1]], m[value + m[line + b + 1]]
    first, last = m[value + m[line + a]], m[value + m[line + b]]
    if kind == REFLECT:
        ahead = run_ahead(m, t, a, b)
        if ahead == b - a + 1:
            return np.int64(0)
        back = run_back(m, t, b, a)
        return (
            chain(m, t, before, left, last, back, last, 0)
            + chain(m, t, first, ahead, first, 0, after, right)
            - chain(m, t, before, left, first, ahead, first, 0)
            - chain(m, t, last, back, last, 0, after, right)
        )
    if kind == LEFT:
        ahead, back = run_ahead(m, t, a + 1, b), run_back(m, t, b, a + 1)
        inner = m[value + m[line + a + 1]]
        if ahead == b - a:
            # The car passes one single run.
            if first == last:
                return np.int64(0)
            return _passed(m, t, before, left, first, inner, ahead, after, right)
        return (
            chain(m, t, before, left, inner, ahead, inner, 0)
            + chain(m, t, last, back, first, 1, after, right)
            - chain(m, t, before, left, first, 1, inner, ahead)
            - chain(m, t, last, back, last, 0, after, right)
        )
    ahead, back = run_ahead(m, t, a, b - 1), run_back(m, t, b - 1, a)
    inner = m[value + m[line + b - 1]]
    if ahead == b - a:
        if first == last:
            return np.int64(0)
        return -_passed(m, t, before, left, last, inner, ahead, after, right)
    return (
        chain(m, t, before, left, last, 1, first, ahead)
        + chain(m, t, inner, back, inner, 0, after, right)
        - chain(m, t, before, left, first, ahead, first, 0)
        - chain(m, t, inner, back, last, 1, after, right)
    )


@inner
def _passed(
    m: Any,
    t: int,
    before: int,
    left: int,
    car: int,
    inner: int,
    length: int,
    after: int,
    right: int,
) -> int:
    """Return the change when a car in front of a run of another value goes behind it."""
    return (
        chain(m, t, before, left, inner, length, inner, 0)
        + chain(m, t, car, 1, car, 0, after, right)
        - chain(m, t, before, left, car, 1, car, 0)
        - chain(m, t, inner, length, inner, 0, after, right)
    )


@merged
def spread(m: Any, t: int, a: int, b: int) -> int:
    """Return the squared distance from the straight line over ``a`` to ``b``."""
    value, line = value_of(m, t), m[LINE]
    total, head, size = m[table_of(m, t)], m[HEAD], m[SIZE]
    so_far = m[m[CUMULATIVE] + t * m[PLACES] + a - 1]
    cost = np.int64(0)
    for place in range(a, b + 1):
        so_far += m[value + m[line + place]]
        away = 1000 * so_far - (1000 * (place - head + 1) * total) // size
        cost += away * away
    return cost


@merged
def blocks(m: Any, t: int, a: int, b: int) -> int:
    """Return the cars above the maximum in the blocks of positions that ``a`` to ``b`` touch."""
    value, line, head = value_of(m, t), m[LINE], m[HEAD]
    most, per = m[table_of(m, t)], m[table_of(m, t) + 1]
    place = head + (a - head) // per * per
    stop = head + m[SIZE]
    cost = np.int64(0)
    while place <= b:
        cars = np.int64(0)
        for at in range(place, min(place + per, stop)):
            cars += m[value + m[line + at]]
        cost += max(np.int64(0), cars - most)
        place += per
    return cost


@inlined
def minutes(m: Any, t: int, place: int) -> int:
    """Return the work at a place, twice as much where the station is slow."""
    work = m[value_of(m, t) + m[m[LINE] + place]]
    slow, position = table_of(m, t) + m[ENTRIES], place - m[HEAD] + 1
    return 2 * work if m[slow] <= position <= m[slow + 1] else work


@merged
def overload(m: Any, t: int, a: int, b: int) -> int:
    """Return the overload from ``a`` to the end of the day; past ``b`` the cars are as before."""
    takt, length = m[table_of(m, t)], m[table_of(m, t) + 1]
    stands, known = m[CUMULATIVE] + t * m[PLACES], m[KNOWN] + t * m[PLACES]
    start = m[stands + a - 1]
    last = m[HEAD] + m[SIZE] - 1
    cost = np.int64(0)
    for place in range(a, last + 1):
        end = start + minutes(m, t, place)
        cost += max(np.int64(0), end - length)
        start = max(np.int64(0), min(end, length) - takt)
        if place > b and start == m[stands + place]:
            # From here on all is as it was: the rest of the known cost is the same.
            return cost + m[known + last] - m[known + place]
    return cost


@merged
def windows(m: Any, t: int, a: int, b: int) -> int:
    """Return the positions by which the cars from ``a`` to ``b`` miss their windows."""
    early, late = table_of(m, t), table_of(m, t) + m[ENTRIES]
    line, head = m[LINE], m[HEAD]
    cost = np.int64(0)
    for place in range(a, b + 1):
        car = m[line + place]
        at = place - head + 1
        cost += max(np.int64(0), m[early + car] - at) + max(np.int64(0), at - m[late + car])
    return cost


@merged
def stretch(m: Any, t: int, a: int, b: int) -> int:
    """Return the cars above a ratio in the windows of a part of the day that touch a..b."""
    value, line = value_of(m, t), m[LINE]
    most, width = m[table_of(m, t)], m[table_of(m, t) + 1]
    low = m[table_of(m, t) + m[ENTRIES]] + m[HEAD] - 1
    high = m[table_of(m, t) + m[ENTRIES] + 1] + m[HEAD] - 1
    first, last = max(low, a - width + 1), min(high - width + 1, b)
    if first > last:
        return np.int64(0)
    cars = np.int64(0)
    for place in range(first, first + width):
        cars += m[value + m[line + place]]
    cost = max(np.int64(0), cars - most)
    for place in range(first + 1, last + 1):
        cars += m[value + m[line + place + width - 1]] - m[value + m[line + place - 1]]
        cost += max(np.int64(0), cars - most)
    return cost


@inner
def local(m: Any, t: int, a: int, b: int, ends: bool) -> int:
    """Return the cost of a term over the part of the line that changes in ``a`` to ``b`` reach.

    ``ends`` says that only the cars at ``a`` and at ``b`` change.
    """
    kind = m[m[TERM] + 4 * t]
    if kind == RUNS:
        return runs(m, t, a, b, ends)
    if kind == SPREAD:
        return spread(m, t, a, b)
    if kind == BLOCKS:
        return blocks(m, t, a, b)
    if kind == OVERLOAD:
        return overload(m, t, a, b)
    if kind == STRETCH:
        return stretch(m, t, a, b)
    return windows(m, t, a, b)


@inner
def settle(m: Any, t: int, a: int) -> None:
    """Keep the running figures of a term from ``a`` on: cars so far, or where the worker stands."""
    kind = m[m[TERM] + 4 * t]
    value, line = value_of(m, t), m[LINE]
    so_far, known = m[CUMULATIVE] + t * m[PLACES], m[KNOWN] + t * m[PLACES]
    stop = m[HEAD] + m[SIZE]
    if kind == SPREAD:
        for place in range(a, stop):
            m[so_far + place] = m[so_far + place - 1] + m[value + m[line + place]]
    elif kind == OVERLOAD:
        takt, length = m[table_of(m, t)], m[table_of(m, t) + 1]
        for place in range(a, stop):
            end = m[so_far + place - 1] + minutes(m, t, place)
            m[known + place] = m[known + place - 1] + max(np.int64(0), end - length)
            m[so_far + place] = max(np.int64(0), min(end, length) - takt)
