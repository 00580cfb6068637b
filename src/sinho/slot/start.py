"""The begin of a search for slots: prices, and days that follow them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from itertools import product

import numpy as np
from numpy.typing import NDArray

from sinho.slot.arrays import Arrays
from sinho.slot.groups import Grouped, grouped, merged
from sinho.slot.kernel import fill
from sinho.slot.kernel.columns import LEAST
from sinho.slot.linear import Shares, solve_linear
from sinho.slot.prices import Prices, coarser, improve, spread
from sinho.slot.search import Slotting, Until, counted
from sinho.stop import Clock, StopRule

ROUGH = ((2.5, 100), (0.75, 100), (0.25, 100))
"""First steps of the prices that the linear program begins with, as shares of what they can range
over, and looks at all orders."""

LINEAR = 0.6
"""Share of the time by which the linear program has to be solved."""

LONG, SHORT = (0.12, 800), (0.1, 400)
"""First step of the prices over months and weeks, and of all, as in ``ROUGH``; and looks where time
is not limited."""

PART, WHOLE, ENOUGH = 0.05, 0.25, 200
"""Shares of the time left that each of these gets; the second where that gives enough looks, or
where the first was worth it. With few looks the prices wander about those of the linear program and
prove nothing more."""

WORTH = 0.002
"""Share of itself by which the bound then has risen."""

SINGLE = 12_000
"""Classes up to which the linear program has each model's limits over months by themselves."""

MANY = 12_000
"""Classes from which on those that are alike but for what they cost when late are merged in it."""

FEW_CARS, SINGLE_CARS = 120, 25
"""Cars a day below which the program's days are no good start, with sums of months and with single
ones: limits and levels then are matters of single cars, which dealing out at random misses."""

UNFIT = 0.04
"""Units beyond hard limits, for each order, from which on the program's days are no good start."""

FEWEST = 20
"""The fewest looks from which more may be proven."""

NARROW = 5
"""Days up to which orders have few of them."""


def find_prices(
    arrays: Arrays,
    clock: Clock,
    pool_of: Executor,
    threads: int,
    tell: Callable[..., None],
) -> tuple[Prices, Shares | None]:
    """Seek prices: by a linear program of capacity and months, then of all other rules.

    Parameters
    ----------
    arrays : Arrays
        The problem.
    clock : Clock
        Its time; a part of it is taken.
    pool_of : Executor
        Threads.
    threads : int
        Pieces looked at side by side.
    tell : callable
        Hears the bound so far.

    Returns
    -------
    Prices
        The prices and the bound that they prove.
    Shares or None
        What the linear program would build on each day; None where it found no end in time.
    """
    single = coarser(arrays, arrays.spans)
    rough = Grouped.single(arrays) if len(single.count) <= SINGLE else grouped(arrays)
    view = coarser(rough.arrays, rough.arrays.spans)
    prices, until = Prices.zero(view), Until(clock, LINEAR)
    if len(view.count) > MANY:
        rougher = Prices.zero(merged(view))
        shares = _linear(
            rougher, until, pool_of, threads, lambda stage, _: tell(stage, None), large=True
        )
        prices.now = rougher.now
        improve(prices, clock.stop, 1, 0.0, pool_of, threads, rows=view.spans)
    else:
        shares = _linear(prices, until, pool_of, threads, tell)
    prices = Prices(arrays, rough.spread(prices.now), prices.least_costs, prices.bound)
    views = [(arrays, arrays.cell_of.shape[1], SHORT)]
    if arrays.spans > arrays.base:
        views.insert(0, (single, arrays.spans, LONG))
    settled = arrays.base
    for finer, rows, stage in views:
        prices = prices.over(finer)
        _sharpen(prices, clock, stage, pool_of, threads, tell, rows=rows, settled=settled)
        settled = rows
    return prices, shares


def _linear(
    prices: Prices,
    until: StopRule,
    pool_of: Executor,
    threads: int,
    tell: Callable[..., None],
    *,
    large: bool = False,
) -> Shares | None:
    """Improve prices by the linear program, from columns of rough ones."""
    rows = prices.arrays.spans
    for step, looks in ROUGH:
        improve(prices, until, looks, step, pool_of, threads, rows=rows)
    return solve_linear(prices, rows, until, pool_of, threads, tell, large=large)


def _sharpen(
    prices: Prices,
    clock: Clock,
    stage: tuple[float, int],
    pool_of: Executor,
    threads: int,
    tell: Callable[..., None],
    *,
    rows: int,
    settled: int,
) -> None:
    """Improve prices by a first step and looks, or by as many looks as there is time for."""
    step, looks = stage
    if not clock.timed:
        improve(prices, clock.stop, looks, step, pool_of, threads, rows=rows, settled=settled)
        tell("prices", prices.bound)
        return
    improve(prices, clock.stop, 1, 0.0, pool_of, threads, rows=rows)
    left = clock.stop.seconds_left
    improve(prices, clock.stop, 2, 0.0, pool_of, threads, rows=rows)
    each = (left - clock.stop.seconds_left) / 2 + 1e-9
    for share in (WHOLE,) if WHOLE * left / each >= ENOUGH else (PART, WHOLE):
        before = prices.bound
        until = Until(clock, clock.share + share * (1.0 - clock.share))
        number = int(min(5 * looks, until.seconds_left / each))
        if number < FEWEST:
            break
        improve(prices, until, number, step, pool_of, threads, rows=rows, settled=settled)
        tell("prices", prices.bound)
        if prices.bound < before + WORTH * abs(before):
            break


def placed(
    slotting: Slotting, shares: Shares | None, near: NDArray[np.int16], prices: Prices, seed: int
) -> bool:
    """Give orders without a day their first one; say whether the linear program's days were taken.

    They are not where they break hard limits too often: where a month builds so few cars of a model
    that dealing out orders at random misses its limits, which is dear to mend.
    """
    kept, before = slotting.day_of.copy(), slotting.broken
    arrays = slotting.arrays
    few = SINGLE_CARS if shares and shares.view.spans == arrays.spans else FEW_CARS
    taken = shares is not None and len(kept) >= few * arrays.days
    if shares is not None and taken:
        dealt(slotting, shares, seed)
        if slotting.broken - before > UNFIT * len(kept):
            slotting.day_of[:] = kept
            slotting.count()
            taken = False
    filled(slotting, near, prices, seed)
    return taken


def dealt(slotting: Slotting, shares: Shares, seed: int) -> None:
    """Give orders without a day those that the linear program would build them on.

    Parameters
    ----------
    slotting : Slotting
        The slots; changed. Orders that the program leaves out stay without, as do those of a class
        of which another has a day.
    shares : Shares
        The program's answer. Of a class on several days those orders come first that would cost
        most on the last one; of those alike, whoever comes first is random.
    seed : int
        Seed of the random numbers.
    """
    classes = len(shares.view.count)
    alike = shares.view.alike
    placed_before = (
        np.bincount(alike, (slotting.day_of >= 0).astype(np.float64), minlength=classes) > 0
    )
    used = ~placed_before[shares.who]
    who, when, cars = shares.who[used], shares.when[used], shares.cars[used]
    turn = np.lexsort((when, who))
    who, when, cars = who[turn], when[turn], cars[turn]
    begin = np.searchsorted(who, np.arange(classes + 1))
    sums = np.concatenate([[0.0], np.cumsum(cars)])
    until = np.rint(sums[1:] - sums[begin[who]]).astype(np.int64)
    first = np.arange(len(who)) == begin[who]
    number = until - np.where(first, 0, np.concatenate([[0], until[:-1]]))
    latest = np.zeros(classes, dtype=np.int64)
    np.maximum.at(latest, who, when)
    own = slotting.arrays.alike
    late = slotting.arrays.costs[slotting.arrays.cost_class[own], latest[alike]]
    order = np.lexsort((np.random.default_rng(seed).random(len(alike)), -late, alike))
    start = np.searchsorted(alike[order], np.arange(classes + 1))
    place = np.repeat(start[who] + until - number, number) + counted(number)
    slotting.day_of[order[place]] = np.repeat(when, number)
    slotting.count()


def filled(slotting: Slotting, near: NDArray[np.int16], prices: Prices, seed: int) -> None:
    """Give each order without a day the cheapest one under prices that breaks no hard limit.

    Fixed ones and those with the fewest days come first, then the others in random order. Where a
    rule has a least, as many as it needs go there before the rest is dealt out.
    """
    arrays = slotting.arrays
    least = bool((arrays.cells[:, LEAST] > 0).any())
    draw = np.random.default_rng(seed)
    narrow = np.minimum(arrays.last - arrays.first, NARROW)[arrays.alike]
    free = ~arrays.pinned[arrays.alike]
    turn = np.lexsort((draw.random(len(narrow)), narrow, free)).astype(np.int64)
    rows = spread(arrays, prices.now)
    ways = product((True, False) if least else (False,), (True, False))
    for needed, nearby in ways:
        fill(
            turn,
            slotting.day_of,
            arrays.alike,
            arrays.by_class,
            near,
            rows,
            slotting.by_cell,
            nearby,
            needed,
        )
