"""What tests need to make single moves in the kernel and to look into its books."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numba
import numpy as np
import polars as pl

from sinho.days.day import CAR, Day
from sinho.days.rules import Frozen, Pinned, Ratio, Rule
from sinho.days.score import score_order
from sinho.kernels.cache import stamp
from sinho.kernels.compile import entry
from sinho.kernels.memory import memory_at
from sinho.sequence.arrays import PackedDay, new_search, prepare
from sinho.sequence.day_parts import Ints
from sinho.sequence.kernel import begin, pool
from sinho.sequence.kernel.alike import swap_twice
from sinho.sequence.kernel.moves import apply, level_change
from sinho.sequence.kernel.search import attempt
from tests.sequence.days import random_day

MOVES = {
    pool.SWAP: "swap",
    pool.LEFT: "left",
    pool.RIGHT: "right",
    pool.REFLECT: "reflect",
    pool.REARRANGE: "rearrange",
}
"""Kinds of moves."""

FURTHER = 5
"""Options that ``wide_day`` adds."""


def kept(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile a function and keep it on disk, for the same files of tests and of the kernel."""
    compiled: Any = entry(function)
    if hasattr(compiled, "_cache"):
        compiled._cache._cache_file.mark += stamp(Path(pool.__file__).parent)
    return compiled  # type: ignore[no-any-return]


@numba.njit
def _take(m, kind, a, b):  # type: ignore[no-untyped-def]
    apply(m, kind, a, b)


@kept
def _predict_and_apply(address, kind, a, b, changes):  # type: ignore[no-untyped-def]
    m = memory_at(address)
    for level in range(m[pool.ACTIVE]):
        changes[level] = level_change(m, level, kind, a, b)
    _take(m, kind, a, b)


@kept
def _try_all(address, due, best, order):  # type: ignore[no-untyped-def]
    # Heap's algorithm: each order is one swap from the one before (Heap 1963, Computer Journal 6).
    m = memory_at(address)
    size, line, total = len(due), m[pool.LINE] + m[pool.HEAD], m[pool.TOTAL]
    turn = np.zeros(size, dtype=np.int64)
    at = 0
    while at < size:
        if at == 0 or turn[at] < at:
            if at > 0:
                other = turn[at] if at % 2 else 0
                _take(m, pool.SWAP, m[pool.HEAD] + other, m[pool.HEAD] + at)
                turn[at] += 1
                at = 0
            allowed = True
            for place in range(size):
                if due[place] >= 0 and m[line + place] != due[place]:
                    allowed = False
            better = False
            for level in range(len(best)):
                if m[total + level] != best[level]:
                    better = m[total + level] < best[level]
                    break
            if allowed and better:
                for level in range(len(best)):
                    best[level] = m[total + level]
                for place in range(size):
                    order[place] = m[line + place]
            at = 1
        else:
            turn[at] = 0
            at += 1


@kept
def _attempt(address, kind, a, b, temperature):  # type: ignore[no-untyped-def]
    return attempt(memory_at(address), kind, a, b, temperature)


@numba.njit
def _swap_twice(address, level, k, i, j, temperature):  # type: ignore[no-untyped-def]
    swap_twice(memory_at(address), level, k, i, j, temperature)


def wide_day(seed: int, size: int, rules: int, kinds: Iterable[type[Rule]] | None = None) -> Day:
    """Return a random day with many further ratio rules, their windows wider than words of 64 bits.

    Some are wider than all cars; some rules are confined to a part of the day. Up to 160 cars
    before the day are known, so that windows reach far into them.
    """
    draw = random.Random(f"wide {seed}-{size}")
    day = random_day(seed, size, kinds)
    known = draw.choice([0, 1, 30, 70, 160])
    names = tuple(f"extra {at}" for at in range(FURTHER))

    def fitted(cars: pl.DataFrame) -> pl.DataFrame:
        return cars.with_columns(
            pl.Series(name, [draw.random() < 0.4 for _ in range(cars.height)], dtype=pl.Boolean)
            for name in names
        )

    before = day.cars.sample(known, with_replacement=True, seed=seed)
    before = before.with_columns(pl.Series(CAR, [f"b{at}" for at in range(known)], dtype=pl.String))
    further: list[Rule] = []
    for at in range(rules):
        window = draw.choice([2, 3, 7, 31, 63, 64, 65, 66, 100, 127, 128, 129, 150, 10**9])
        further.append(
            Ratio(
                name=f"wide {at}",
                level=draw.choice([None, 0, 1, 2]),
                weight=draw.choice([1, 1, 3]),
                option=draw.choice(day.options + names),
                most=draw.choice([0, 1, 2, window // 4, window // 3, window - 1]) % window,
                window=window,
                shortened=draw.random() < 0.6,
                first=draw.randint(1, size) if at % 7 == 3 else None,
                last=draw.randint(1, size) if at % 5 == 3 else None,
            )
        )
    return replace(
        day.with_rules(*further),
        cars=fitted(day.cars),
        previous=fitted(before),
        options=day.options + names,
    )


class KernelSearch:
    """A search of a day, with its books filled, that takes any move it is told.

    Parameters
    ----------
    day : Day
        The day.
    order : sequence of str
        The order to begin with.
    active : int
        Levels looked at, the hard rules included.
    """

    def __init__(self, day: Day, order: Sequence[str], active: int) -> None:
        self.day, self.problem = day, prepare(day)
        self.m = new_search(self.problem, _numbers(day, order), 1)
        self.m[pool.ACTIVE] = active
        begin(self.m.ctypes.data)

    @property
    def active(self) -> int:
        """Levels looked at."""
        return int(self.m[pool.ACTIVE])

    @property
    def order(self) -> tuple[str, ...]:
        """Idents of the cars on the line, by position."""
        head, idents = self.m[pool.HEAD], self.day.idents
        return tuple(idents[car] for car in self.part(pool.LINE)[head : head + self.day.size])

    def totals(self) -> tuple[int, ...]:
        """Return the totals of the active levels."""
        return tuple(self.part(pool.TOTAL)[: self.active].tolist())

    def part(self, name: int) -> Ints:
        """Return a view of a part of the array."""
        begins = sorted({int(at) for at in self.m[pool.MASK : pool.TALLY + 1]} | {len(self.m)})
        start = int(self.m[name])
        return self.m[start : min((at for at in begins if at > start), default=len(self.m))]

    def move(self, kind: int, i: int, j: int, shuffled: Sequence[int] = ()) -> tuple[int, ...]:
        """Take a move between two positions, from 0; return the change that each level foretold.

        For ``REARRANGE``, ``shuffled`` says which of the positions comes to each of them.
        """
        head = int(self.m[pool.HEAD])
        if kind == pool.REARRANGE:
            line = self.part(pool.LINE)
            self.part(pool.BUFFER)[: len(shuffled)] = line[head + np.array(shuffled)]
        changes = np.zeros(self.active, dtype=np.int64)
        _predict_and_apply(self.m.ctypes.data, kind, head + i, head + j, changes)
        return tuple(changes.tolist())

    def attempt(self, kind: int, i: int, j: int, temperature: float = 0.0) -> bool:
        """Take a move if it is acceptable; say whether it was."""
        head = int(self.m[pool.HEAD])
        return bool(_attempt(self.m.ctypes.data, kind, head + i, head + j, temperature))

    def swap_twice(self, i: int, j: int, temperature: float = 0.0) -> None:
        """Try a swap with one that mends it; the last active level has the only neighbour rule."""
        head = int(self.m[pool.HEAD])
        _swap_twice(self.m.ctypes.data, self.active - 1, 0, head + i, head + j, temperature)

    def kept(self) -> dict[str, list[int]]:
        """Return the books of the active levels."""
        active, places = self.active, int(self.m[pool.PLACES])
        rules = int(self.part(pool.RATIO_START)[active])
        terms = int(self.part(pool.TERM_START)[active])
        sizes = {
            "ACTIVE_MASK": int(self.m[pool.WORDS]),
            "PLACE": self.day.size,
            "COUNTS": rules * places,
            "BITS": rules * 3 * int(self.m[pool.ROW]),
            "RULE_COST": rules,
            "TOTAL": active,
            "CUMULATIVE": terms * places,
            "KNOWN": terms * places,
        }
        return {
            name: self.m[int(self.m[getattr(pool, name)]) :][:size].tolist()
            for name, size in sizes.items()
        }

    def afresh(self) -> dict[str, list[int]]:
        """Return what the books of the order on the line are when they are begun anew."""
        other = KernelSearch(self.day, self.order, self.active)
        assert other.order == self.order
        return other.kept()


def _numbers(day: Day, order: Sequence[str]) -> Ints:
    number = {car: at for at, car in enumerate(day.idents)}
    return np.array([number[car] for car in order], dtype=np.int64)


def best_of_all_orders(day: Day) -> tuple[str, ...]:
    """Return the best of all orders that keep held cars in place; hard rules first, then levels."""
    begun = KernelSearch(day, day.idents, len(day.levels) + 1)
    held = {position - 1: car for car, position in day.fixed().items()}
    due = _numbers(day, day.idents) * 0 - 1
    for place, car in held.items():
        due[place] = day.idents.index(car)
    best = np.full(begun.active, np.iinfo(np.int64).max)
    order = np.zeros(day.size, dtype=np.int64)
    _try_all(begun.m.ctypes.data, due, best, order)
    return tuple(day.idents[car] for car in order)


def true_totals(day: Day, problem: PackedDay, order: Sequence[str]) -> tuple[int, ...]:
    """Return what the kernel's totals must be, hard rules first, by the score from scratch.

    Pinned and frozen cars are held by the moves and cost the kernel nothing; what no order can
    change is not in its books.
    """
    score = score_order(day, order)
    costs = dict(score.rules)
    held = sum(
        round(costs[rule.name]) * rule.weight * day.level_scale(None)
        for rule in day.rules
        if isinstance(rule, Pinned | Frozen)
    )
    totals = (score.hard - held, *score.totals)
    return tuple(total - sure for total, sure in zip(totals, problem.constant, strict=True))


def random_move(draw: random.Random, size: int) -> tuple[int, int, int, list[int]]:
    """Return a kind, the two ends, and for a rearrangement what comes to each position."""
    kind = draw.choice(list(MOVES))
    reach = draw.choice([2, 4, size])
    i = draw.randrange(size - 1)
    j = min(size - 1, i + draw.randint(1, reach))
    shuffled = list(range(i, j + 1))
    draw.shuffle(shuffled)
    return kind, i, j, shuffled
