"""How moves change a state of the store."""

from __future__ import annotations

from sinho.kernels.compile import inlined, inner
from sinho.simulate.shuttle.kernel.data import (
    APART,
    BALANCE,
    BLOCKS,
    BRING,
    CHANGES,
    COLOUR,
    ENTERED,
    FAR,
    FIRST,
    FIRST_CAR,
    GAP,
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
    RETURNS,
    SPACED,
    TAKE_IN,
    TAKEN,
    TD,
    TR,
    WHEELS,
    Ints,
    Stored,
)


@inlined
def lane_at(y: Stored, lane: int) -> int:
    """Return where a lane begins in a state."""
    return int(LANES + lane * (FIRST_CAR + 2 * y.whole[MOST]))


@inner
def size_of(y: Stored) -> int:
    """Return how many numbers a state has."""
    return int(lane_at(y, y.places.shape[0]))


@inner
def begun(y: Stored, s: Ints) -> None:
    """Write the empty store into a state."""
    s[:] = 0
    s[GAP] = s[FIRST] = s[COLOUR] = -1
    for lane in range(y.places.shape[0]):
        at = lane_at(y, lane)
        s[at + TAKEN] = s[at + ENTERED] = -FAR
    for car in range(y.spaced.shape[0]):
        s[SPACED] += y.spaced[car]
        s[WHEELS] += y.other[car]


@inner
def rests(y: Stored, s: Ints, lane: int) -> int:
    """Return from when on the first car of a lane rests at its end; `FAR` for an empty one."""
    at = lane_at(y, lane)
    if s[at + LENGTH] == 0:
        return FAR
    e = s[at + FIRST_CAR + y.whole[MOST]] + (y.places[lane] - 1) * y.whole[PACE]
    return int(max(e, s[at + TAKEN] + y.whole[PACE]))


@inner
def is_free(y: Stored, s: Ints, lane: int, moment: int) -> bool:
    """Return whether the first place of a lane is free at a moment."""
    at = lane_at(y, lane)
    held = s[at + LENGTH] + (1 if s[at + TAKEN] > moment else 0)
    return bool(s[at + ENTERED] <= moment and held < y.places[lane])


@inner
def entered(y: Stored, s: Ints, lane: int, car: int, moment: int) -> None:
    """Drop a car into a lane."""
    at = lane_at(y, lane)
    last = at + FIRST_CAR + s[at + LENGTH]
    e = max(moment, s[at + ENTERED] + y.whole[PACE])
    s[last], s[last + y.whole[MOST]] = car, e
    s[at + LENGTH] += 1
    s[at + ENTERED] = e


@inner
def taken_out(y: Stored, s: Ints, lane: int, moment: int) -> int:
    """Take the first car out of a lane; return it."""
    at = lane_at(y, lane)
    begin, most = at + FIRST_CAR, y.whole[MOST]
    car = s[begin]
    s[at + LENGTH] -= 1
    for k in range(begin, begin + s[at + LENGTH]):
        s[k] = s[k + 1]
        s[k + most] = s[k + most + 1]
    s[at + TAKEN] = moment
    return int(car)


@inner
def handed_on(y: Stored, s: Ints, car: int) -> None:
    """Count a car behind those that were handed on."""
    s[OUT] += 1
    if y.spaced[car] == 1:
        if s[GAP] >= 0 and s[GAP] != y.whole[APART]:
            s[GAPS] += 1
        s[GAP] = 0
        s[SPACED] -= 1
    elif 0 <= s[GAP] <= y.whole[APART]:
        s[GAP] += 1
    drive = y.other[car]
    s[WHEELS] -= drive
    if s[FIRST] < 0:
        s[FIRST] = drive
    if drive == s[FIRST]:
        if s[PART] == 1:
            if s[BALANCE] != 0:
                s[BLOCKS] += 1
            s[PART] = s[BALANCE] = 0
        s[BALANCE] += 1
    else:
        s[PART] = 1
        s[BALANCE] -= 1
    if s[COLOUR] >= 0 and s[COLOUR] != y.colour[car]:
        s[CHANGES] += 1
    s[COLOUR] = y.colour[car]


@inner
def made(y: Stored, s: Ints, move: int, lane: int, moment: int) -> int:
    """Make a move from a moment on; return its car."""
    back = y.places.shape[0] - 1
    take = moment + y.times[move, lane, 0]
    drop = moment + y.times[move, lane, 1]
    done = moment + y.times[move, lane, 2]
    if move == TAKE_IN:
        car = int(s[IN])
        s[IN] += 1
        entered(y, s, lane, car, drop)
    elif move == BRING:
        car = taken_out(y, s, back, take)
        entered(y, s, lane, car, drop)
    else:
        car = taken_out(y, s, lane, take)
        if move == HAND_ON:
            handed_on(y, s, car)
        else:
            s[RETURNS] += 1
            entered(y, s, back, car, drop)
    s[TR if move < HAND_ON else TD] = done
    return car


@inner
def due(y: Stored, s: Ints) -> int:
    """Return when the delivering shuttle has to set out; `FAR` where no car is in the lanes."""
    first = FAR
    for lane in range(y.places.shape[0] - 1):
        first = min(first, rests(y, s, lane))
    return int(max(first, s[TD])) if first < FAR else FAR


@inner
def may_go(y: Stored, s: Ints, lane: int, moment: int, first: int) -> bool:
    """Return whether the delivering shuttle may take the first car of a lane.

    ``first`` is since when the car rests that rests longest.
    """
    since = rests(y, s, lane)
    return bool(since <= moment and (y.whole[ORDERLY] == 0 or since <= first))


@inner
def longest(y: Stored, s: Ints) -> int:
    """Return since when the car rests that rests longest at the end of a lane."""
    first = FAR
    for lane in range(y.places.shape[0] - 1):
        first = min(first, rests(y, s, lane))
    return int(first)


@inner
def later(y: Stored, s: Ints, moment: int) -> int:
    """Return the first moment after one at which anything changes for the receiving shuttle."""
    found = FAR
    if s[TD] > moment:
        found = s[TD]
    for lane in range(y.places.shape[0]):
        at = lane_at(y, lane)
        for k in (TAKEN, ENTERED):
            if s[at + k] > moment:
                found = min(found, s[at + k])
        since = rests(y, s, lane)
        if since > moment:
            found = min(found, since)
    return int(found)
