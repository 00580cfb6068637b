"""One step of the search: all moves that can follow some states, and the best of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from sinho.kernels.compile import entry, inner
from sinho.kernels.random import fraction, mixed, stepped
from sinho.simulate.shuttle.kernel.data import (
    BRING,
    FAR,
    HAND_ON,
    IN,
    LENGTH,
    ORDERLY,
    SEND_BACK,
    STEP,
    TAKE_IN,
    TR,
    Floats,
    Ints,
    Stored,
)
from sinho.simulate.shuttle.kernel.moves import (
    begun,
    due,
    is_free,
    lane_at,
    later,
    longest,
    made,
    may_go,
    rests,
    size_of,
)
from sinho.simulate.shuttle.kernel.worth import HELD, NOISE, judged, marked, to_come


class Found(NamedTuple):
    """Moves that can follow, one in each place.

    Parameters
    ----------
    parent, move, lane, moment : ndarray of int64, shape (room,)
        The state it follows, its kind, lane and start.
    ready : ndarray of int64, shape (room,)
        From when on the receiving shuttle is ready before it: it may have waited.
    worth : ndarray of float64, shape (room,)
        What the state after it is compared by.
    mark : ndarray of uint64, shape (room,)
        Mark of that state.
    """

    parent: Ints
    move: Ints
    lane: Ints
    moment: Ints
    ready: Ints
    worth: Floats
    mark: Any


@inner
def noted(
    y: Stored,
    found: Found,
    count: int,
    s: Ints,
    parent: int,
    move: int,
    lane: int,
    moment: int,
    rooms: Ints,
    steer: Floats,
    seed: Any,
) -> int:
    """Note a move with what follows it; return how many are noted."""
    rooms[1, :] = s
    made(y, rooms[1], move, lane, moment)
    mark = marked(y, rooms[1], steer[HELD] < 0)
    worth = judged(y, rooms[1], rooms[2], steer)
    if steer[NOISE] > 0:
        worth += steer[NOISE] * fraction(mixed(stepped(mark ^ seed)))
    found.parent[count], found.move[count] = parent, move
    found.lane[count], found.moment[count] = lane, moment
    found.ready[count] = s[TR]
    found.worth[count], found.mark[count] = worth, mark
    return count + 1


@inner
def followed(
    y: Stored,
    state: Ints,
    parent: int,
    found: Found,
    count: int,
    rooms: Ints,
    open_lanes: Ints,
    waits: int,
    steer: Floats,
    seed: Any,
) -> int:
    """Note all moves that can follow a state; return how many are noted."""
    s, back = rooms[0], y.places.shape[0] - 1
    s[:] = state
    cars = y.spaced.shape[0]
    wait = 0
    while True:
        moment, waiting = due(y, s), s[lane_at(y, back) + LENGTH] > 0
        ready = s[TR] if s[IN] < cars else FAR
        home = rests(y, s, back) if waiting else FAR
        if s[IN] >= cars and waiting:
            ready = max(s[TR], home)
        if moment <= ready:
            if moment == FAR:
                return count
            first = longest(y, s)
            for lane in range(back):
                if may_go(y, s, lane, moment, first):
                    count = noted(
                        y, found, count, s, parent, HAND_ON, lane, moment, rooms, steer, seed
                    )
                    if open_lanes[back] == 1 and is_free(y, s, back, moment):
                        count = noted(
                            y, found, count, s, parent, SEND_BACK, lane, moment, rooms, steer, seed
                        )
            return count
        must, before = y.whole[ORDERLY] == 1 and home < ready, count
        for lane in range(back):
            if open_lanes[lane] == 1 and is_free(y, s, lane, ready):
                if not must and s[IN] < cars:
                    count = noted(
                        y, found, count, s, parent, TAKE_IN, lane, ready, rooms, steer, seed
                    )
                if home <= ready:
                    count = noted(
                        y, found, count, s, parent, BRING, lane, ready, rooms, steer, seed
                    )
        can = count > before
        at_once = y.whole[ORDERLY] == 1 and home <= ready
        in_vain = moment == FAR and not (ready < home and home < FAR)
        if can and (at_once or in_vain or wait >= waits):
            return count
        after = later(y, s, ready)
        s[TR] = ready + y.whole[STEP] if can and y.whole[STEP] > 0 else after
        if s[TR] >= FAR:
            return count
        wait += 1 if can else 0


@inner
def kept(found: Found, count: int, width: int, limit: float, chosen: Ints) -> int:
    """Choose the best moves, of those that lead to the same one; return how many.

    Those that are not below a limit are left out. Returns -1 less than the number where more
    could have been chosen.
    """
    order = np.argsort(found.worth[:count], kind="mergesort")
    size = 16
    while size < 4 * count:
        size *= 2
    table = np.full(size, -1, np.int64)
    taken = 0
    for k in order:
        if found.worth[k] >= limit:
            break
        at = np.int64(found.mark[k] & np.uint64(size - 1))
        same = False
        while table[at] >= 0:
            if found.mark[table[at]] == found.mark[k]:
                same = True
                break
            at = (at + 1) & (size - 1)
        if same:
            continue
        if taken == width:
            return -taken - 1
        table[at] = k
        chosen[taken] = k
        taken += 1
    return taken


@entry
def stepped_on(
    y: Stored,
    states: Ints,
    after: Ints,
    log: Ints,
    number: int,
    found: Found,
    open_lanes: Ints,
    waits: int,
    steer: Floats,
    limit: float,
    seed: Any,
) -> tuple[int, bool]:
    """Make the step from some states to those after one more move.

    Parameters
    ----------
    y : Stored
        The store.
    states, after : ndarray of int64, shape (width, size)
        States, and those that follow, best first.
    log : ndarray of int64, shape (width, 4)
        Parent, kind, lane and start of the move to each of them.
    number : int
        How many states there are.
    found : Found
        Room for all moves.
    open_lanes : ndarray of int64, shape (lanes + 1,)
        Whether a lane, and the return lane, may be used.
    waits : int
        How often the receiving shuttle may wait before a move.
    steer : ndarray of float64
        See `HELD` and what follows it.
    limit : float
        States worth this or more are left out.
    seed : uint64
        Of the random additions.

    Returns
    -------
    number : int
        How many states follow.
    cut : bool
        Whether there would have been more.
    """
    rooms = np.empty((3, states.shape[1]), np.int64)
    count = 0
    for k in range(number):
        count = followed(y, states[k], k, found, count, rooms, open_lanes, waits, steer, seed)
    chosen = np.empty(after.shape[0], np.int64)
    many = kept(found, count, after.shape[0], limit, chosen)
    cut = many < 0
    many = -many - 1 if cut else many
    for k in range(many):
        c = chosen[k]
        after[k, :] = states[found.parent[c]]
        after[k, TR] = found.ready[c]
        made(y, after[k], found.move[c], found.lane[c], found.moment[c])
        log[k, 0], log[k, 1] = found.parent[c], found.move[c]
        log[k, 2], log[k, 3] = found.lane[c], found.moment[c]
    return many, cut


@entry
def cost_of(y: Stored, s: Ints) -> float:
    """Return what a state costs at least."""
    return float(to_come(y, s, -1.0, 0.0))


@entry
def led_to(y: Stored, moves: Ints) -> tuple[Ints, Ints]:
    """Return the state to which moves lead from the empty store, and the car of each move.

    Parameters
    ----------
    y : Stored
        The store.
    moves : ndarray of int64, shape (moves, 3)
        Kind, lane and start of each.
    """
    s = np.empty(size_of(y), np.int64)
    begun(y, s)
    cars = np.empty(moves.shape[0], np.int64)
    for k in range(moves.shape[0]):
        cars[k] = made(y, s, moves[k, 0], moves[k, 1], moves[k, 2])
    return s, cars
