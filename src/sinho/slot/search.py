"""The search for slots: moves and swaps from a start."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sinho.slot.arrays import Arrays
from sinho.slot.cells import Floats, Ints, Small
from sinho.slot.kernel import FACTS, NEAR, PINNED, ROUNDING, begin, cost_of, search
from sinho.slot.kernel.columns import LEAST, MOST, W_HIGH, W_LOW, W_TOP
from sinho.slot.kernel.data import ByCell, Lists
from sinho.slot.prices import unit_of
from sinho.stop import Clock
from sinho.units import starts_of

HOT, MILD, COLD = 0.5, 0.05, 0.02
"""Mean worsening allowed at the begin, at the end of a search from the linear program's days, and
at that of others, in typical steps of the costs."""

SHIFTS = (0.0, 0.4, -0.4, 0.2)
"""By how much of a piece its edges lie beside even pieces, in turn."""

CHUNK = 500_000
"""Moves between two looks at the clock."""

TURNS, FINE = 64, 1024
"""Turns into which a search by moves is divided where a turn then has no fewer moves than this, so
that a short one cools too."""

MOVES_PER_ORDER, LEAST_MOVES = 400, 200_000
"""Moves of a search without a limit of time or moves, for each order, and at least."""

DEAREST = 50
"""Orders for each one that is tried more often because its day costs it most."""

COOLED = 0.98
"""Share of a search from which on it is cool enough to be stopped where it stands."""


@dataclass
class Slotting:
    """A slotting while it is sought.

    Parameters
    ----------
    arrays : Arrays
        The problem.
    day_of : ndarray of int32, shape (orders,)
        Day of each order; the number of days and above: none.
    use : ndarray of float64, shape (cells,)
        Use of each cell.
    up, down : ndarray of float64, shape (days, rows)
        What a unit more and a unit less would change.
    """

    arrays: Arrays
    day_of: Small
    use: Floats
    up: Floats
    down: Floats

    @classmethod
    def of(cls, arrays: Arrays, day_of: Small) -> Slotting:
        """Return the slotting of given days; -1: none."""
        shape = arrays.cell_of.shape
        slotting = cls(
            arrays,
            day_of.astype(np.int32),
            np.zeros(len(arrays.cells)),
            np.zeros(shape),
            np.zeros(shape),
        )
        slotting.count()
        return slotting

    def count(self) -> None:
        """Count the use of cells anew from the days."""
        a = self.arrays
        begin(self.day_of, a.alike, a.by_class, self.by_cell, a.cell_row)

    @property
    def by_cell(self) -> ByCell:
        """What compiled functions ask of cells."""
        a = self.arrays
        return ByCell(a.cell_of, a.cells, a.cell_days, self.use, self.up, self.down)

    @property
    def cost(self) -> float:
        """The whole cost, hard limits at their price in the search."""
        a = self.arrays
        return float(cost_of(self.day_of, a.alike, a.by_class, self.by_cell))

    @property
    def broken(self) -> float:
        """Units beyond hard limits."""
        return float(beyond(self.arrays.cells, self.use).sum())

    @property
    def without(self) -> int:
        """Orders without a day."""
        return int(((self.day_of < 0) | (self.day_of >= self.arrays.days)).sum())


def beyond(cells: Floats, use: Floats) -> Floats:
    """Return the units of each cell beyond its hard limits; roundings of sums count for nothing."""
    over = np.maximum(use - cells[:, MOST], cells[:, LEAST] - use)
    units: Floats = np.where(over > ROUNDING, over, 0.0)
    return units


@dataclass
class Until:
    """A stop rule that stops when a share of the time is gone too."""

    clock: Clock
    share: float

    def __call__(self) -> bool:
        """Return whether to stop now."""
        return self.clock.stop() or (self.clock.timed and self.clock.share >= self.share)

    @property
    def seconds_left(self) -> float:
        """Seconds left."""
        left = self.clock.stop.seconds_left
        return left - (1 - self.share) * self.clock.allowed if self.clock.timed else left


def cuts(arrays: Arrays) -> Ints:
    """Return the days at which no cell reaches across from the day before."""
    across = np.zeros(arrays.days + 1, dtype=np.int64)
    for first, last in arrays.cell_days[arrays.cell_days[:, 0] < arrays.cell_days[:, 1]].tolist():
        across[first + 1] += 1
        across[last + 1] -= 1
    return np.flatnonzero(np.cumsum(across)[: arrays.days] == 0)


def pieces(arrays: Arrays, free: Ints, threads: int, turn: int) -> list[tuple[int, int]]:
    """Return spans of days that different threads can work on, another division each turn.

    No edge is taken twice in a row, so that orders come across each of them.
    """
    days = arrays.days
    if threads == 1 or len(free) < 3:
        return [(0, days - 1)]
    inner = free[free > 0][turn % 2 :: 2]
    shift = SHIFTS[turn % len(SHIFTS)]
    edges = [0]
    for k in range(1, threads):
        ideal = (k + shift) * days / threads
        edge = int(inner[np.abs(inner - ideal).argmin()])
        if edges[-1] < edge:
            edges.append(edge)
    return [(a, b - 1) for a, b in zip(edges, [*edges[1:], days], strict=True)]


def counted(number: Ints) -> Ints:
    """Return 0, 1, 2 … up to each number in turn."""
    ends = np.cumsum(number)
    return np.arange(number.sum()) - np.repeat(ends - number, number)


def listed(slotting: Slotting, near: NDArray[np.int16], parts: list[tuple[int, int]]) -> Lists:
    """Return the orders of each day, and behind the days those without one, a list for each piece.

    An order without a day waits in the piece of its cheapest one.
    """
    arrays, days = slotting.arrays, slotting.arrays.days
    day_of = slotting.day_of
    lost = np.flatnonzero((day_of < 0) | (day_of >= days))
    wished = np.maximum(near[arrays.alike[lost], 0], 0)
    for k, (low, high) in enumerate(parts):
        day_of[lost[(wished >= low) & (wished <= high)]] = days + k
    lists = days + len(parts)
    sizes = np.bincount(day_of, minlength=lists).astype(np.int64)
    room = np.empty(lists, dtype=np.int64)
    room[:days] = np.maximum(1.5 * sizes[:days], 1.5 * sizes[:days].mean()).astype(np.int64) + 20
    room[days:] = sizes[days:] + 1
    start = starts_of(room)
    bucket = np.full(start[-1], -1, dtype=np.int32)
    turn = np.argsort(day_of, kind="stable")
    behind = counted(sizes)
    bucket[start[day_of[turn]] + behind] = turn
    place = np.empty(len(day_of), dtype=np.int32)
    place[turn] = behind
    return Lists(day_of, bucket, start, sizes, place)


def reach_of(arrays: Arrays) -> float:
    """Return what a move can gain at most beside the orders' own costs, hard limits apart."""
    soft = arrays.cells[:, W_LOW] + arrays.cells[:, W_HIGH] + arrays.cells[:, W_TOP]
    rows = np.diff(arrays.rows_start).max(initial=0)
    return float(4 * soft.max(initial=0.0) * (rows + 1))


def facts_of(arrays: Arrays, near: NDArray[np.int16]) -> tuple[Small, Floats]:
    """Return what moves ask of each order on one line, and the kinds of loads."""
    loads, kind = np.unique(arrays.load, axis=0, return_inverse=True)
    classes = len(arrays.count)
    facts = np.empty((classes, FACTS), dtype=np.int32)
    figures: tuple[Any, ...] = (
        arrays.cost_class,
        arrays.first,
        arrays.last,
        np.where(arrays.pinned, PINNED, arrays.former),
        arrays.rows_start[:-1],
        arrays.rows_start[1:],
        kind.ravel(),
        np.arange(classes),
    )
    for at, figure in enumerate(figures):
        facts[:, at] = figure
    facts[:, NEAR:] = near
    return facts[arrays.alike], np.ascontiguousarray(loads)


def dearest(slotting: Slotting) -> Ints:
    """Return the orders whose day costs them most above their cheapest one: one in fifty."""
    arrays, days = slotting.arrays, slotting.arrays.days
    day = slotting.day_of
    placed = np.flatnonzero((day >= 0) & (day < days))
    if not len(placed):
        return placed
    group = arrays.cost_class[arrays.alike[placed]]
    above = arrays.costs[group, day[placed]] - arrays.costs[:, :days].min(axis=1)[group]
    most = max(1, len(placed) // DEAREST)
    found = placed[np.argpartition(-above, most - 1)[:most]]
    return np.sort(found)


def anneal(
    slotting: Slotting,
    near: NDArray[np.int16],
    bound: float,
    clock: Clock,
    pool_of: Executor,
    threads: int,
    tell: Callable[..., None],
    *,
    seed: int,
    cold: float = COLD,
) -> int:
    """Move and swap orders until the time or the moves are used up; return the moves tried.

    The days are divided among the threads where no rule reaches across, anew each turn, so that
    what a search does depends on the seed and the moves alone.
    """
    arrays = slotting.arrays
    free = cuts(arrays)
    facts, loads = facts_of(arrays, near)
    unit, most = unit_of(arrays), reach_of(arrays)
    orders = len(arrays.alike)
    total = clock.moves
    if total is None:
        total = max(LEAST_MOVES, MOVES_PER_ORDER * orders) // threads
    made = turn = 0
    began = clock.share
    ended = not orders
    while not ended:
        done = (clock.share - began) / max(1e-9, 1 - began) if clock.timed else made / total
        # A search that is stopped before its end cools at once, in one last turn.
        ended = clock.stop()
        if done >= 1.0 or (ended and (made == 0 or done >= COOLED)):
            break
        moves = CHUNK if clock.timed else min(CHUNK, max(FINE, total // TURNS), total - made)
        heat = unit * HOT * (cold / HOT) ** (1.0 if ended else done)
        broken = slotting.broken > 0
        reach = 1e9 if broken else most
        # Where a hard limit is broken, one search in two sees all days, to bring orders from any.
        parts = pieces(arrays, free, 1 if broken and turn % 2 else threads, turn)
        lists = listed(slotting, near, parts)
        dear, on = dearest(slotting), slotting.day_of
        jobs: list[Future[float]] = []
        for k, (low, high) in enumerate(parts):
            state = np.array([seed * 1_000_003 + turn * 1_009 + k], dtype=np.uint64)
            jobs.append(
                pool_of.submit(
                    search,
                    moves,
                    heat,
                    heat * 0.95,
                    reach,
                    state,
                    low,
                    high,
                    arrays.days + k,
                    dear[(low <= on[dear]) & (on[dear] <= high)],
                    lists,
                    facts,
                    loads,
                    arrays.dated,
                    arrays.calendar.widest,
                    arrays.by_class,
                    slotting.by_cell,
                )
            )
        wait(jobs)
        for job in jobs:
            job.result()
        made += moves
        turn += 1
        tell("orders moved and swapped", bound, slotting.cost, done)
    slotting.day_of[slotting.day_of >= arrays.days] = -1
    return made
