"""What a state has cost, and what the cars to come will cost at least or by experience."""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.kernels.compile import inner
from sinho.kernels.random import mixed, stepped
from sinho.simulate.shuttle.kernel.data import (
    APART,
    BALANCE,
    BLOCK_COST,
    BLOCKS,
    CHANGE_COST,
    CHANGES,
    COLOUR,
    ENTERED,
    FAR,
    FIRST,
    FIRST_CAR,
    FREE,
    GAP,
    GAP_COST,
    GAPS,
    HAND_ON,
    IN,
    LANES,
    LENGTH,
    MOST,
    ORDERLY,
    OUT,
    PACE,
    PART,
    RETURN_COST,
    RETURNS,
    SPACED,
    TAKEN,
    TD,
    TIME_COST,
    TR,
    WHEELS,
    Floats,
    Ints,
    Stored,
)
from sinho.simulate.shuttle.kernel.moves import handed_on, lane_at, rests

HELD, EACH, AHEAD, NOISE = range(4)
"""Places of what steers a search: what a car of the other drive that is still to come is expected
to cost (negative: all figures are proven ones), what any car is by changes of colour, whether the
delivering shuttle's next moves are looked at, and how large random additions are."""


@inner
def to_come(y: Stored, s: Ints, held: float, each: float) -> float:
    """Return what a state costs by all that was handed on, and what is to come.

    With ``held`` below 0 no completion costs less, where ``each`` is 0; else it is guessed.
    """
    w, apart = y.weights, y.whole[APART]
    cars = y.spaced.shape[0]
    left = cars - s[OUT]
    pairs = s[SPACED] if s[GAP] >= 0 else max(0, s[SPACED] - 1)
    between = left - s[SPACED]
    if 0 < s[GAP] <= apart:
        between += s[GAP]
    kept = float(pairs)
    if apart > 0:
        kept = min(kept, between // apart if held < 0 else between / apart)
    f = w[GAP_COST] * (s[GAPS] + pairs - kept)
    if s[FIRST] >= 0:
        other = s[WHEELS] if s[FIRST] == 0 else left - s[WHEELS]
        bad = s[BALANCE] > other or (s[PART] == 1 and s[BALANCE] < 0)
        if held >= 0 and s[PART] == 1 and s[BALANCE] != 0:
            bad = True
        f += w[BLOCK_COST] * (s[BLOCKS] + (1 if bad else 0))
        if held > 0:
            f += held * min(other, left - other)
    f += w[RETURN_COST] * s[RETURNS] + w[CHANGE_COST] * s[CHANGES] + each * left
    last = s[TD] + (left * y.whole[PACE] if held >= 0 else 0)
    return float(f + w[TIME_COST] * max(0, last - y.whole[FREE]))


@inner
def taste(y: Stored, s: Ints, car: int, held: float) -> float:
    """Return what it is expected to cost that a car is handed on next."""
    w, gap, apart = y.weights, s[GAP], y.whole[APART]
    each = w[GAP_COST] / max(1, apart)
    cost = 0.0
    if y.spaced[car] == 1:
        if 0 <= gap < apart:
            cost = gap * each
    elif gap < 0 or gap > apart:
        cost = each
    elif gap == apart:
        cost = (apart + 1) * each
    if s[FIRST] >= 0 and y.other[car] != s[FIRST]:
        cost -= held
        if s[PART] == 0:
            cost += 0.0 if s[BALANCE] == 1 else w[BLOCK_COST]
        elif s[BALANCE] == 0:
            cost += w[BLOCK_COST]
        elif s[BALANCE] == 1:
            cost -= w[BLOCK_COST]
    if s[COLOUR] >= 0 and s[COLOUR] != y.colour[car]:
        cost += w[CHANGE_COST]
    return float(cost)


@inner
def looked_ahead(y: Stored, s: Ints, room: Ints, held: float, each: float) -> float:
    """Return what a state costs after what the cars in the lanes will do to the order by then.

    The delivering shuttle goes on by itself, each time with the car that costs least, until a car
    that is not in a lane yet could be at its end. ``room`` takes what of the state changes.
    """
    lanes, most, pace = y.places.shape[0] - 1, y.whole[MOST], y.whole[PACE]
    room[:LANES] = s[:LANES]
    since, gone = room[LANES : LANES + lanes], room[LANES + lanes : LANES + 2 * lanes]
    reach = FAR
    for lane in range(lanes):
        reach = min(reach, s[TR] + (y.places[lane] - 1) * pace)
        since[lane], gone[lane] = rests(y, s, lane), 0
    while True:
        first = FAR
        for lane in range(lanes):
            first = min(first, since[lane])
        moment = max(first, room[TD])
        if moment >= reach:
            return float(to_come(y, room, held, each))
        most_since = first if y.whole[ORDERLY] == 1 else moment
        best, chosen, taken = np.inf, 0, 0
        for lane in range(lanes):
            if since[lane] <= most_since:
                car = s[lane_at(y, lane) + FIRST_CAR + gone[lane]]
                cost = taste(y, room, car, held) + y.weights[TIME_COST] * y.times[HAND_ON, lane, 2]
                if cost < best:
                    best, chosen, taken = cost, lane, car
        handed_on(y, room, taken)
        at = lane_at(y, chosen)
        gone[chosen] += 1
        since[chosen] = FAR
        if gone[chosen] < s[at + LENGTH]:
            e = s[at + FIRST_CAR + most + gone[chosen]] + (y.places[chosen] - 1) * pace
            since[chosen] = max(e, moment + y.times[HAND_ON, chosen, 0] + pace)
        room[TD] = moment + y.times[HAND_ON, chosen, 2]


@inner
def judged(y: Stored, s: Ints, room: Ints, steer: Floats) -> float:
    """Return what a state is compared by: smaller is better."""
    if steer[AHEAD] > 0 and steer[HELD] >= 0:
        return float(looked_ahead(y, s, room, steer[HELD], steer[EACH]))
    return float(to_come(y, s, steer[HELD], steer[EACH]))


@inner
def folded(mark: Any, value: int) -> Any:
    """Fold a whole number into a mark."""
    return mixed(stepped(mark ^ np.uint64(value + 4096)))


@inner
def marked(y: Stored, s: Ints, exact: bool) -> Any:
    """Return a mark of a state: alike where the same can follow.

    Moments count from when the first shuttle is free, and those long over as one; where it must be
    exact, from the beginning.
    """
    now = min(s[TR], s[TD])
    mark = np.uint64(now if exact else 0)
    mark = folded(mark, s[TR] - now)
    mark = folded(mark, s[TD] - now)
    for k in (IN, OUT, GAP, FIRST, PART, BALANCE, COLOUR):
        mark = folded(mark, s[k])
    most, pace = y.whole[MOST], y.whole[PACE]
    for lane in range(y.places.shape[0]):
        at, past = lane_at(y, lane), -y.places[lane] * pace
        mark = folded(mark, max(past, s[at + TAKEN] - now))
        mark = folded(mark, max(past, s[at + ENTERED] - now))
        mark = folded(mark, s[at + LENGTH])
        for k in range(at + FIRST_CAR, at + FIRST_CAR + s[at + LENGTH]):
            mark = folded(mark, y.kind[s[k]])
            mark = folded(mark, max(past, s[k + most] - now))
    return mark
