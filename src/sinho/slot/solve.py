"""Slotting: orders get their production days and lines, with a proven lower bound of the cost."""

from __future__ import annotations

import datetime as dt
import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import polars as pl

from sinho.hub import Hub
from sinho.parameters import SEED, check_seed
from sinho.results import DaySlots, Orders, gap_of, status_of
from sinho.results.versions import versions
from sinho.slot.arrays import Arrays, build
from sinho.slot.data import Input
from sinho.slot.params import Params
from sinho.slot.prices import candidates
from sinho.slot.relief import relieved
from sinho.slot.search import COLD, MILD, Slotting, anneal
from sinho.slot.start import find_prices, placed
from sinho.slot.tables import tables_of
from sinho.stop import Clock, NoLimit, Progress, Report, StopRule

LOOK = 0.1
"""Seconds between two reports of progress."""


def slot_orders(
    hub: Hub,
    orders: Orders,
    days: pl.DataFrame,
    corridor: pl.DataFrame | None = None,
    *,
    params: Params | None = None,
    former: DaySlots | None = None,
    stop: StopRule | None = None,
    iterations: int | None = None,
    seed: int = SEED,
    threads: int = 1,
    progress: Report | None = None,
) -> DaySlots:
    """Give the orders of a hub their production days.

    Parameters
    ----------
    hub : Hub
        The hub, its scenario applied.
    orders : Orders
        The order bank.
    days : DataFrame
        Working days in their order: ``date``, ``line`` (where there are several), ``capacity`` (car
        equivalents) and, for the result, ``hours``; with a column ``shop`` by shop, each line's own
        first (see `Input.from_hub`).
    corridor : DataFrame, optional
        ``month`` (its first day), ``model``, ``least`` and ``most`` cars built in the month's days
        (hard), over all lines; with a column ``line`` those of a line.
    params : sinho.slot.Params, optional
        Weights and zones; those of the hub where they are not given.
    former : DaySlots, optional
        An earlier slotting, from which this one starts and to which it stays near; it goes before
        the orders' own former dates.
    iterations, threads
        Effort (see ``sinho.slot.Params``).
    stop, seed, progress
        See ``sinho.slot.solve``.

    Returns
    -------
    DaySlots
        The slots, what they cost and how far from the bound they are.
    """
    given = Input.from_hub(hub, orders, days, corridor, params, former)
    effort = replace(given.params, iterations=iterations, threads=threads)
    return solve(given, effort, stop=stop, seed=seed, progress=progress)


def solve(
    input: Input,
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> DaySlots:
    """Give orders their production days: dates on lines.

    Prices on days and rules are sought first (Lagrangian relaxation; those of capacity by a linear
    program with column generation); they prove the lower bound, and orders take their days by them.
    Moves and swaps by simulated annealing follow, aimed at each order's cheapest days.

    Parameters
    ----------
    input : Input
        Orders, days and rules.
    params : sinho.slot.Params, optional
        Weights, zones and effort instead of those of the input. With a number of moves, or without
        a time limit, the result depends on the data, the seed and the number of threads alone,
        unless the stop rule ends the search before.
    stop : StopRule, optional
        When to stop and hand back the best slots so far.
    seed : int
        Seed of the random numbers.
    progress : callable, optional
        Hears cost and bound about ten times a second.

    Returns
    -------
    DaySlots
        The slots.

    Raises
    ------
    ValueError
        When the seed is negative.
    """
    stop = stop or NoLimit()
    data = input if params is None else replace(input, params=params)
    threads, iterations = data.params.threads, data.params.iterations
    check_seed(seed)
    arrays = build(data)
    clock = Clock(stop, iterations)
    last_said = [-math.inf]

    def tell(
        stage: str, bound: float | None, cost: float | None = None, done: float | None = None
    ) -> None:
        if progress is None or clock.seconds < last_said[0] + LOOK:
            return
        last_said[0] = clock.seconds
        progress(Progress(f"slots: {stage}", clock.seconds, best=cost, bound=bound, done=done))

    slotting = Slotting.of(arrays, _kept(arrays))
    bound, moves = 0.0, 0
    with ThreadPoolExecutor(threads) as pool_of:
        if len(arrays.alike) and arrays.days:
            prices, shares = find_prices(arrays, clock, pool_of, threads, tell)
            bound = max(0.0, prices.bound)
            near = candidates(arrays, prices.now, prices.least_costs, pool_of, threads)
            relieved(slotting)
            cold = MILD if placed(slotting, shares, near, prices, seed) else COLD
            moves = anneal(
                slotting, near, bound, clock, pool_of, threads, tell, seed=seed, cold=cold
            )
            relieved(slotting)
    slotting.count()
    cost = slotting.cost
    bound = min(bound, cost)
    gap = gap_of(cost, bound)
    return DaySlots(
        **tables_of(data, arrays, slotting),
        cost=cost,
        bound=bound,
        gap=gap,
        broken=slotting.broken,
        seconds=clock.seconds,
        seed=seed,
        status=status_of(gap, stopped=stop(), seconds=clock.seconds, allowed=clock.allowed),
        moves=moves,
        versions=versions("numba", "highspy"),
    )


def _kept(arrays: Arrays) -> np.ndarray:
    """Return the day of orders with one only, and the former days of others; -1 for the rest."""
    former, first, last = arrays.former, arrays.first, arrays.last
    open_to = (first <= former) & (former <= last)
    if arrays.days:
        open_to &= np.isfinite(arrays.costs[arrays.cost_class, np.maximum(former, 0)])
    day = np.where(open_to, former, -1)
    kept: np.ndarray = np.where(first == last, first, day)[arrays.alike]
    return kept


def warm_up() -> None:
    """Load the compiled kernel of slotting, or compile it, which takes some seconds once."""
    date = dt.date(2026, 1, 5)
    order = {"brand": "", "model": "", "market": "", "colour": "", "options": "", "priority": 2}
    dates = {"wanted": date, "fixed": None, "former": None}
    orders = pl.DataFrame(
        [{"order": name, **order, **dates} for name in "ab"],
        schema_overrides={"fixed": pl.Date, "former": pl.Date},
    )
    days = pl.DataFrame({"date": [date], "capacity": [1.0]})
    solve(Input(orders, days), Params(iterations=10))
