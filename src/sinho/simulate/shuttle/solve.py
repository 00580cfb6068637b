"""The control of a store: rules of thumb, and a search."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Literal, get_args

import numpy as np
import polars as pl

from sinho.errors import nearest
from sinho.parameters import SEED
from sinho.results.status import PROVEN, Status, gap_of, status_of
from sinho.simulate.shuttle.bound import bound
from sinho.simulate.shuttle.check import judged_order
from sinho.simulate.shuttle.data import PLAN, Input, StorePlan
from sinho.simulate.shuttle.kernel import led_to
from sinho.simulate.shuttle.params import Params
from sinho.simulate.shuttle.search import Round, Steer, by_distance, searched, stored
from sinho.simulate.shuttle.store import MOVES, ShuttleStore
from sinho.stop import NoLimit, Progress, Report, StopRule

NOISES = (0.02, 0.05, 0.1, 0.2)
"""Sizes of random additions, as shares of the greatest weight."""
OFTEN = 0.85
"""Share of the rounds in which cars may be sent back."""

Rule = Literal["straight", "first free", "greedy"]
"""Rules of thumb: every car through the lane nearest to the middle; each into the nearest lane with
room; each where the order looks best by then."""


def solve(
    input: Input,
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> StorePlan:
    """Search the control of a store that gives the order with the highest score.

    A round follows the states of the store from move to move and keeps the best ones after each (a
    beam search); states are compared by what the order handed on has cost, what the cars to come
    cost at least, and what the cars in the lanes will have done to the order before any other can
    reach their ends. The first round begins with the empty store; later ones begin there or with
    the first moves of the best plan so far, and differ in what they expect of the cars to come,
    whether the receiving shuttle may wait, and in random additions.

    Parameters
    ----------
    input : Input
        Cars, store and weights.
    params : Params, optional
        How hard to search.
    stop : StopRule, optional
        When to stop; the best plan so far is returned.
    seed : int
        Seed of the random numbers. Same input, parameters and seed give the same plan, unless the
        stop rule ends it.
    progress : callable, optional
        Called after each round.

    Returns
    -------
    StorePlan
        Moves, order and score.

    Raises
    ------
    ValueError
        When the seed is negative.
    """
    params, stop = params or Params(), stop or NoLimit()
    if seed < 0:
        raise ValueError(f"the seed must be 0 or more, not {seed}")
    warm_up()
    began, allowed = time.perf_counter(), stop.seconds_left
    y, limit = stored(input), bound(input)
    best, made = _straight(input), 0
    history = [(0.0, 0, 100.0 - best.cost)]
    chance = np.random.default_rng(seed)
    proven = False
    for steer, share in _steers(input, params.rounds, chance):
        if stop() or gap_of(100.0 - best.cost, limit) <= PROVEN:
            break
        first = best.moves[: int(share * len(best.moves))]
        found = searched(
            y, params.width, steer, stop, before=first, seed=int(chance.integers(2**63))
        )
        made += 1
        if found.cost < best.cost - 1e-9:
            best = found
            history.append((time.perf_counter() - began, made, 100.0 - best.cost))
        if progress is not None:
            seconds = time.perf_counter() - began
            progress(Progress("store", seconds, 100.0 - best.cost, limit, made / params.rounds))
    if params.proof and gap_of(100.0 - best.cost, limit) > PROVEN and not stop():
        exact = Steer(held=-1.0, ahead=False, lanes=_all(input.store))
        found = searched(
            stored(input, input.store.grain), params.proof, exact, stop, limit=best.cost
        )
        if found.cost < best.cost - 1e-9:
            best = found
            history.append((time.perf_counter() - began, made, 100.0 - best.cost))
        proven = found.whole
    seconds = time.perf_counter() - began
    limit = 100.0 - best.cost if proven else limit
    gap = gap_of(100.0 - best.cost, limit)
    status = status_of(gap, stopped=stop(), seconds=seconds, allowed=allowed)
    return _plan(input, best, limit, status, made, seed, seconds, history)


def play(input: Input, rule: Rule) -> StorePlan:
    """Return what a rule of thumb makes of the cars.

    Parameters
    ----------
    input : Input
        Cars, store and weights.
    rule : {"straight", "first free", "greedy"}
        Every car through the lane nearest to the middle; each into the nearest lane with room, and
        always handed on from the nearest lane; each move the one after which the order looks best
        by then, without sending cars back. Where the store is ``in_order``, these rules hold.

    Raises
    ------
    ValueError
        When there is no such rule.
    """
    if rule not in get_args(Rule):
        known = ", ".join(get_args(Rule))
        hint = nearest(str(rule), get_args(Rule))
        raise ValueError(f"there is no rule {rule!r}, only {known}. {hint}".strip())
    warm_up()
    began = time.perf_counter()
    if rule == "straight":
        best = _straight(input)
    else:
        greedy = Steer(
            held=_held(input, 0.3 if rule == "greedy" else 0.0),
            ahead=rule == "greedy",
            lanes=_all(input.store),
            returns=False,
        )
        best = searched(stored(input), 1, greedy, NoLimit())
    seconds = time.perf_counter() - began
    return _plan(input, best, bound(input), "given", 0, 0, seconds, [])


def warm_up() -> None:
    """Compile the search ahead of its first use, or load what is compiled."""
    cars = pl.DataFrame({"car": ["a", "b"], "hybrid": [True, False], "four_wheel": [True, False]})
    tiny = Input.from_cars(cars, ShuttleStore(lanes=(0,), places=2, return_lane=None))
    searched(stored(tiny), 2, Steer(held=0.0, lanes=(0,)), NoLimit())


def _all(store: ShuttleStore) -> tuple[int, ...]:
    return tuple(range(len(store.lanes)))


def _held(input: Input, share: float) -> float:
    """Return what a car of the other drive to come is expected to cost, as a share of a block."""
    return share * input.weights.block


def _straight(input: Input) -> Round:
    """Send every car through the lane nearest to the middle."""
    steer = Steer(held=0.0, ahead=False, lanes=(0,), returns=False)
    return searched(stored(input), 1, steer, NoLimit())


def _steers(
    input: Input, rounds: int, chance: np.random.Generator
) -> Iterator[tuple[Steer, float]]:
    """Yield what steers each round, and the share of the best plan it begins with."""
    lanes, weights = _all(input.store), input.weights
    colours = input.cars["colour"]
    changes = float((colours != colours.shift(1)).sum()) / input.cars.height
    size = max(weights.gap, weights.block, weights.change)
    for at in range(rounds):
        share = 0.0 if at < rounds / 3 else float(chance.random())
        held, noise = chance.random(), chance.choice(NOISES)
        waits, each = int(chance.integers(2)), chance.random() * changes * weights.change
        returns = bool(chance.random() < OFTEN)
        if at == 0:
            held, noise, waits = 0.5, NOISES[0], 1
        steer = Steer(
            held=_held(input, held),
            each=each,
            noise=noise * size,
            waits=waits,
            lanes=lanes,
            returns=returns,
        )
        yield steer, share


def _plan(
    input: Input,
    found: Round,
    limit: float,
    status: Status,
    rounds: int,
    seed: int,
    seconds: float,
    history: list[tuple[float, int, float]],
) -> StorePlan:
    """Return what is handed out of a round."""
    names = input.cars["car"]
    cars = led_to(stored(input), found.moves)[1]
    kinds, near, starts = found.moves.T
    lanes = np.array(by_distance(input.store))[near]
    moves = pl.DataFrame(
        {
            "start": starts,
            "move": [MOVES[kind] for kind in kinds],
            "car": names.gather(cars),
            "lane": lanes + 1,
        },
        schema=PLAN,
    )
    out = moves.filter(pl.col("move") == "hand on")
    order = tuple(out["car"].to_list())
    last, lane = out["start"][-1], out["lane"][-1] - 1
    finished = int(last + input.store.times[MOVES.index("hand on"), lane, 2])
    returns = moves.filter(pl.col("move") == "send back").height
    judged = judged_order(input, order, returns, finished)
    return StorePlan(
        moves=moves,
        order=order,
        gaps=judged.gaps,
        blocks=judged.blocks,
        returns=returns,
        changes=judged.changes,
        finished=finished,
        score=judged.score,
        bound=limit,
        status=status,
        rounds=rounds,
        seed=seed,
        seconds=seconds,
        history=pl.DataFrame(
            history,
            schema={"seconds": pl.Float64, "round": pl.Int64, "score": pl.Float64},
            orient="row",
        ),
    )
