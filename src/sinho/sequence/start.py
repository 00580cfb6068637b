"""The first orders of a search: the one given, or one built place by place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sinho.days.day import Day
from sinho.days.line import line_of
from sinho.sequence.arrays import new_search, prepare
from sinho.sequence.batches import batch_plan, leading_changes, value_codes
from sinho.sequence.day_parts import Ints
from sinho.sequence.kernel import construct, pool
from sinho.sequence.stages import batched, best_view, line_view
from sinho.sequence.walk import Walker


def day_walkers(
    day: Day, start: Sequence[str] | None, seed: int, threads: int
) -> tuple[list[Walker], tuple[int, ...]]:
    """Return searches side by side, each with its first order as the best seen.

    Parameters
    ----------
    day : Day
        The day.
    start : sequence of str or None
        Idents in the order to start from; None: each builds its own.
    seed : int
        Seed of the random numbers.
    threads : int
        How many searches.

    Returns
    -------
    list of Walker
        The searches.
    tuple of int
        What every order costs per level, hard rules first, beside what they count.

    Raises
    ------
    DataError
        When the order to start from does not hold each car of the day once.
    """
    arrays = prepare(day)
    order = np.arange(day.size, dtype=np.int64) if start is None else settled(day, start)
    given, wanted = _given(day), np.full(day.size, -1, dtype=np.int64)
    leads = leading_changes(day)
    # The kernel compares a plan with the values of its first neighbour rule: hard ones come first.
    if leads is not None and not batched(day)[0] and (given < 0).all():
        packed = arrays.packed
        codes = packed[packed[pool.PAIR_VALUE] : packed[pool.PAIR_VALUE] + day.size]
        wanted = value_codes(batch_plan(day, leads), day, leads.attribute, codes)
    walkers = []
    for thread in range(threads):
        m = new_search(arrays, order, seed * 1_000_003 + thread)
        if start is None:
            construct(m.ctypes.data, given, wanted)
        best_view(m)[:] = line_view(m)
        walkers.append(Walker(m))
    return walkers, arrays.constant


def settled(day: Day, order: Sequence[str]) -> Ints:
    """Return an order in numbers, each pinned car exchanged with the one that stands in its place.

    Parameters
    ----------
    day : Day
        The day.
    order : sequence of str
        Idents of its cars.

    Returns
    -------
    ndarray of int64, shape (cars of the day,)
        Rows of the cars.

    Raises
    ------
    DataError
        When the order does not hold each car of the day once.
    """
    found = np.array([day.row_of[car] for car in line_of(day, order).order], dtype=np.int64)
    for car, position in day.fixed().items():
        here = int(np.flatnonzero(found == day.row_of[car])[0])
        found[here], found[position - 1] = found[position - 1], found[here]
    return found


def _given(day: Day) -> Ints:
    """Return the car that a first order puts at each position, or -1.

    Pinned cars stand where they are pinned; cars with a hard window stand within it, the one with
    the earliest end first.
    """
    given = np.full(day.size, -1, dtype=np.int64)
    pinned = day.fixed()
    for car, position in pinned.items():
        given[position - 1] = day.row_of[car]
    waiting = [
        (late, early, car) for car, (early, late) in day.windows().items() if car not in pinned
    ]
    for position in range(1, day.size + 1):
        if given[position - 1] >= 0:
            continue
        ready = [entry for entry in waiting if entry[1] <= position]
        if ready and _pressed(waiting, given, position):
            chosen = min(ready)
            given[position - 1] = day.row_of[chosen[2]]
            waiting.remove(chosen)
    return given


def _pressed(waiting: Sequence[tuple[int, int, str]], given: Ints, position: int) -> bool:
    """Say whether a car must be placed now for all up to some latest position to find a place."""
    return any(
        int((given[position - 1 : late] < 0).sum()) <= sum(other[0] <= late for other in waiting)
        for late in {entry[0] for entry in waiting}
    )
