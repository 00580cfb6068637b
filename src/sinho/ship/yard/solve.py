"""Planning the yard: a row for each car, by what has to be moved."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import replace
from itertools import product
from typing import Any, TypeVar

import numpy as np
import polars as pl

from sinho.parameters import SEED, check_seed
from sinho.results import YardPlan
from sinho.results.status import gap_of, status_of
from sinho.results.versions import versions
from sinho.ship.yard.arrays import UNIT, Arrays, build
from sinho.ship.yard.bound import Bounds, bounds
from sinho.ship.yard.data import Input
from sinho.ship.yard.kernel import (
    CHANGED,
    MOVE,
    OVER,
    State,
    Stays,
    fill,
    improve,
    let_in,
    recorded,
)
from sinho.ship.yard.params import Params
from sinho.ship.yard.still import restless
from sinho.ship.yard.tables import tables
from sinho.stop import Headed, NoLimit, Progress, Report, StopRule

Kept = TypeVar("Kept", State, Stays)

CHUNK = 500
"""Rounds between two looks at the stop rule."""

LONGER = (600, 150, 2_500)
"""What speaks against rows that longer cars need: each gives a first fill, the best goes on."""

FORMER = (500, 1_000_000)
"""What speaks against other rows than those of the former plan, where there is one."""

HOT = 2.0
"""Moves by which a round may make the plan dearer at first of a run; at the end by none."""

RUNS, EACH = 5, 250
"""Most runs of the search, and the rounds that a run has at least for each car."""


def solve(
    input: Input,
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> YardPlan:
    """Give each car a place from the moment at which it is ready to that at which it leaves.

    Rows are filled in the order in which cars come; then cars of rows in which some are in the way
    of others are taken out, and put where they cost least, again and again.

    Parameters
    ----------
    input : Input
        Cars, rows, and who stands there already.
    params : Params, optional
        Costs, and the length of the search.
    stop : StopRule, optional
        When to hand back the best plan so far; there is one after the first fill.
    seed : int
        Seed; the same input, parameters and seed give the same plan where no rule stops it.
    progress : callable, optional
        Called with `sinho.stop.Progress`, with the cost in moves and its bound.

    Returns
    -------
    YardPlan
        Places, moves and what is proven of them.
    """
    check_seed(seed)
    began, stop, params = time.perf_counter(), stop or NoLimit(), params or Params()
    allowed = stop.seconds_left
    arrays = build(input, params)
    random = np.array([seed], dtype=np.uint64)

    def tell(stage: str, best: float | None, bound: float | None, done: float) -> None:
        if progress is not None:
            progress(Progress(stage, time.perf_counter() - began, best, bound, done))

    tell("rows filled", None, None, 0.0)
    best, least = began_with(arrays, stop)
    proven = bounds(arrays)
    bound = bound_of(proven, params)
    if least - UNIT * bound >= UNIT * params.move_cost and params.rounds:
        proven = replace(proven, restless=max(proven.restless, restless(arrays, stop)))
        bound = bound_of(proven, params)
    first, made, final = (best, least), 0, arrays.stays
    runs = max(1, min(RUNS, params.rounds // (EACH * max(1, arrays.cars))))
    length = -(-params.rounds // runs)
    # what is dearer than the bound by less is so by mixed rows alone
    step = min(cost for cost in arrays.stays.cost[[MOVE, CHANGED]].tolist() if cost > 0)
    while made < params.rounds and least - UNIT * bound >= step and not stop():
        if made % length == 0:
            state, stays, cost = copied(first[0]), copied(arrays.stays), first[1]
        heat = int(HOT * UNIT * params.move_cost * (1 - made % length / length) ** 2)
        rounds = min(CHUNK, params.rounds - made, length - made % length)
        gain, done = improve(stays, state, rounds, random, heat, proven.overflow)
        cost, made = cost - gain, made + done
        if cost < least:
            best, final, least = copied(state), copied(stays), cost
        tell("cars moved to better rows", least / UNIT, bound, made / params.rounds)
        if done < rounds:
            break
    arrays = replace(arrays, stays=final)
    late_in(arrays, best)
    found = tables(input, arrays, best)
    moves, overflow = found.moves.height, int(found.without.sum())
    changed = int(found.places["changed"].sum())
    objective = (
        params.overflow_cost * overflow + params.move_cost * moves + params.changed_cost * changed
    )
    gap = gap_of(objective, bound)
    seconds = time.perf_counter() - began
    return YardPlan(
        places=found.places,
        moves=found.moves,
        rows=input.rows,
        hours=found.hours,
        start=input.start,
        end=input.end,
        overflow=overflow,
        overflow_bound=proven.overflow,
        move_count=moves,
        moves_bound=proven.moves(overflow),
        changed=changed,
        objective=objective,
        bound=bound,
        gap=gap,
        rounds=made,
        seconds=seconds,
        seed=seed,
        status=status_of(gap, stopped=stop(), seconds=seconds, allowed=allowed),
        versions=versions("numba", "numpy"),
    )


def plan_yards(
    yards: Mapping[str, Input],
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> dict[str, YardPlan]:
    """Plan the yard of each site.

    Parameters
    ----------
    yards : mapping of str to Input
        As `Input.from_plan` gives them.
    params, stop, seed, progress
        As `solve` takes them.

    Returns
    -------
    dict of str to YardPlan
        By site.
    """
    return {
        site: solve(
            data,
            params,
            stop=stop,
            seed=seed,
            progress=progress and Headed(progress, f"yard of {site}: "),
        )
        for site, data in yards.items()
    }


def warm_up() -> None:
    """Load the compiled kernel of the yard, or compile it, which takes some seconds once."""
    ready = dt.datetime(2026, 1, 5)
    cars = {
        "car": ["a", "b"],
        "length": [1.0, 1.0],
        "ready": [ready, ready + dt.timedelta(hours=1)],
        "leave": [ready + dt.timedelta(hours=2), ready + dt.timedelta(hours=3)],
    }
    rows = {"area": ["A"], "row": [1], "places": [2]}
    data = Input.from_tables(pl.DataFrame(cars), pl.DataFrame(rows))
    arrays = build(data, Params())
    state, _ = began_with(arrays, NoLimit())
    improve(arrays.stays, state, 1, np.zeros(1, np.uint64), 0, 0)


def bound_of(proven: Bounds, params: Params) -> float:
    """Return what no plan can be below: who is without a place costs no less than who is moved."""
    moves = proven.moves(proven.overflow)
    return params.overflow_cost * proven.overflow + params.move_cost * moves


def began_with(arrays: Arrays, stop: StopRule) -> tuple[State, int]:
    """Return the best of some first fills, and its cost."""
    tried = []
    known = (arrays.stays.former >= 0).any() and arrays.stays.cost[CHANGED] > 0
    sizes = len(np.unique(arrays.stays.spare)) > 1
    for former, longer in product(FORMER if known else (0,), LONGER if sizes else (0,)):
        state = arrays.state()
        fill(arrays.stays, state, arrays.order, longer, former)
        tried.append((state, cost_of(arrays, state)))
        if stop():
            break
    return min(tried, key=lambda each: each[1])


def late_in(arrays: Arrays, state: State) -> None:
    """Let cars that found no place come in where one gets free."""
    y, row = arrays.stays, state.row
    waiting = arrays.order[row[arrays.order] < 0]
    stays = np.flatnonzero(row >= 0)
    stays = stays[np.argsort(y.leave[stays], kind="stable")]
    freed = np.stack([y.leave[stays], row[stays].astype(np.int64)], axis=1)
    recorded(y, state, np.zeros((1, 5), np.int64))
    let_in(y, state, waiting, freed)


def copied(arrays: Kept) -> Kept:
    """Return arrays of their own."""
    kept: Any = [array.copy() for array in arrays]
    return type(arrays)(*kept)


def cost_of(arrays: Arrays, state: State) -> int:
    """Return the cost of a state in the steps of the compiled search."""
    n, cost = arrays.cars, arrays.stays.cost
    recorded(arrays.stays, state, np.zeros((1, 5), np.int64))
    without = int(((state.row[:n] < 0) & (arrays.stays.kind[:n] >= 0)).sum())
    parted = int((state.row[n:] >= 0).sum())
    return int(state.price.sum() + without * cost[OVER] + parted * cost[MOVE])
