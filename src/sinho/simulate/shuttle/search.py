"""Rounds of the search: states of the store are followed move by move, and the best are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sinho.parameters import SEED
from sinho.simulate.shuttle.data import Input
from sinho.simulate.shuttle.kernel import OUT, TR, Found, Stored, cost_of, led_to, stepped_on
from sinho.simulate.shuttle.store import ShuttleStore
from sinho.stop import StopRule

Ints = NDArray[np.int64]

LOOPS = 4
"""Moves after which a round is given up, by the moves that are needed."""


@dataclass(frozen=True, kw_only=True)
class Steer:
    """What steers a round; see `sinho.simulate.shuttle.solve`.

    Parameters
    ----------
    held : float
        What a car of the other drive to come is expected to cost; negative: only what is proven
        counts, which a proof needs.
    each : float
        What any car to come is expected to cost by changes of colour.
    ahead : bool
        Whether the next moves of the delivering shuttle are looked at.
    noise : float
        How large random additions are.
    waits : int
        How often the receiving shuttle may wait before a move.
    lanes : tuple of int
        Lanes that may be used, from 0, the nearest first.
    returns : bool
        Whether cars may be sent back.
    """

    held: float
    each: float = 0.0
    ahead: bool = True
    noise: float = 0.0
    waits: int = 0
    lanes: tuple[int, ...]
    returns: bool = True


class Round(NamedTuple):
    """What a round found.

    Parameters
    ----------
    cost : float
        What its best order costs; infinite where it found none.
    moves : ndarray of int64, shape (moves, 3)
        Kind, lane and start of each move.
    whole : bool
        Whether nothing was left out but what costs more.
    """

    cost: float
    moves: Ints
    whole: bool


NO_MOVES: Ints = np.empty((0, 3), np.int64)


def by_distance(store: ShuttleStore) -> list[int]:
    """Return the lanes, from 0, in the order in which the search has them: the nearest first."""
    return sorted(range(len(store.lanes)), key=lambda lane: abs(store.lanes[lane]))


def stored(input: Input, step: int = 0) -> Stored:
    """Return the arrays of the compiled search.

    Parameters
    ----------
    input : Input
        Cars, store and weights.
    step : int
        Seconds by which the receiving shuttle waits; 0: until something changes.
    """
    store, weights = input.store, input.weights
    back = 0 if store.return_lane is None else store.return_places
    spaced, drive = (input.cars[name].cast(int).to_numpy() for name in ("spaced", "drive"))
    colours = input.cars["colour"].rank("dense").cast(int).to_numpy() * (weights.change > 0)
    most = max(store.places, back)
    apart, free, in_order = weights.apart, input.free, int(store.in_order)
    return Stored(
        places=np.array([*[store.places] * len(store.lanes), back], np.int64),
        times=np.ascontiguousarray(store.times[:, by_distance(store)]),
        spaced=np.ascontiguousarray(spaced, np.int64),
        other=np.ascontiguousarray(drive, np.int64),
        colour=np.ascontiguousarray(colours, np.int64),
        kind=np.ascontiguousarray(spaced + 2 * drive + 4 * colours, np.int64),
        whole=np.array([most, store.pace, apart, free, in_order, step], np.int64),
        weights=np.array(
            [weights.gap, weights.block, weights.returned, weights.second, weights.change], float
        ),
    )


def searched(
    y: Stored,
    width: int,
    steer: Steer,
    stop: StopRule,
    *,
    before: Ints = NO_MOVES,
    seed: int = SEED,
    limit: float = np.inf,
) -> Round:
    """Follow the states of the store move by move, and keep the best after each.

    Parameters
    ----------
    y : Stored
        The store.
    width : int
        States kept.
    steer : Steer
        What steers it.
    stop : StopRule
        When to give up.
    before : ndarray of int64, shape (moves, 3)
        Moves that are made first.
    seed : int
        Of the random additions.
    limit : float
        Only what costs less is wanted.
    """
    lanes, cars = y.times.shape[1], y.spaced.shape[0]
    state = led_to(y, before)[0]
    if len(before):  # nothing starts before what was started
        state[TR] = max(state[TR], before[-1, 2])
    states, after = (np.empty((width, state.shape[0]), np.int64) for _ in range(2))
    states[0] = state
    number, whole = 1, True
    logs: list[Ints] = []
    best, at = limit, (-1, -1)
    found = _room(0)
    figures = np.array([steer.held, steer.each, steer.ahead, steer.noise], float)
    usable = np.zeros(lanes + 1, np.int64)
    usable[[*steer.lanes, *([lanes] if steer.returns else [])]] = 1
    while number and len(logs) <= LOOPS * 2 * cars and not stop():
        waits = steer.waits if steer.held >= 0 else _longest_wait(y)
        found = _enough(found, number * 2 * lanes * (waits + 1))
        log = np.empty((width, 4), np.int64)
        number, cut = stepped_on(
            y, states, after, log, number, found, usable, waits, figures, best, np.uint64(seed)
        )
        states, after = after, states
        whole &= not cut
        logs.append(log[:number])
        for k in np.flatnonzero(states[:number, OUT] == cars):
            cost = cost_of(y, states[k])
            if cost < best - 1e-9:
                best, at = cost, (len(logs) - 1, int(k))
    whole &= not number
    return Round(best if at[0] >= 0 else np.inf, _traced(before, logs, *at), whole)


def _longest_wait(y: Stored) -> int:
    """Return how many waits there can be while a car goes through a lane."""
    return int((y.places.max() + 1) * y.whole[1] // max(1, y.whole[5])) + int(y.times.max()) + 1


def _room(size: int) -> Found:
    parent, move, lane, moment, ready = np.empty((5, size), np.int64)
    return Found(parent, move, lane, moment, ready, np.empty(size), np.empty(size, np.uint64))


def _enough(found: Found, size: int) -> Found:
    return found if found.worth.shape[0] >= size else _room(size)


def _traced(before: Ints, logs: list[Ints], level: int, at: int) -> Ints:
    """Return the moves that lead to a state."""
    rows = []
    for log in reversed(logs[: level + 1]):
        rows.append(log[at, 1:])
        at = int(log[at, 0])
    return np.concatenate([before, np.array(rows[::-1], np.int64).reshape(-1, 3)])
