"""What compiled functions work on: the store and its cars in one tuple, and the places of a state.

A state of the store is a row of whole numbers: first what `TR` to `CHANGES` name, then, for each
lane and for the return lane behind them, its length, two moments, and its cars with a moment each.
All moments are whole units of time, seconds in the published store.

Of car ``c`` in a lane of ``P`` places, dropped at ``d(c)``, let ``e(c) = max(d(c), e(c - 1) + m)``
with ``m`` the time of a move by one place. As a place is free when its car begins to leave it, the
car leaves place ``p`` at ``max(e(c) + (P - p) m, k(c - p + 1))``, where ``k`` is when a car is
taken out at the end. So the first car rests at the end from ``max(e + (P - 1) m, k' + m)`` on,
``k'`` being the last moment at which one was taken, and the first place is free from the moment on
when ``e`` of the last car is over and fewer than ``P`` cars are left: no place has to be kept.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FAR = 1 << 40
"""Later than everything; negative, earlier."""

TR, TD, IN, OUT, RETURNS, GAP, FIRST, PART = range(8)
BALANCE, GAPS, BLOCKS, COLOUR, CHANGES, SPACED, WHEELS = range(8, 15)
"""Places of a state: when the two shuttles are free; cars taken in, handed on, returned; what the
order handed on so far ends with (cars since the last spaced one, the drive of the first car, the
part of the block, how many more cars it has of the first drive than of the other, the last
colour) and has broken (gaps, finished blocks, changes of colour); spaced cars and cars of the
other drive to come."""

LANES = 15
"""Where the lanes begin."""

LENGTH, TAKEN, ENTERED, FIRST_CAR = 0, 1, 2, 3
"""Places of a lane: its cars, ``k`` of the last one taken out, ``e`` of the last one; its cars from
the exit on, and behind them their ``e``."""

TAKE_IN, BRING, HAND_ON, SEND_BACK = 0, 1, 2, 3
"""Moves: from paint into a lane, from the return lane into one, to assembly, into the return
lane."""


class Stored(NamedTuple):
    """The store, its cars and what counts, as arrays.

    Parameters
    ----------
    places : ndarray of int64, shape (lanes + 1,)
        Places of each lane and of the return lane behind them (0: there is none).
    times : ndarray of int64, shape (4, lanes, 3)
        Of each kind of move and lane: when it takes its car, drops it, and has the shuttle back in
        the middle, from its start on.
    spaced, other : ndarray of int64, shape (cars,)
        Whether a car is of those that are spaced, and its drive: 0 or 1.
    colour : ndarray of int64, shape (cars,)
        Number of its colour.
    kind : ndarray of int64, shape (cars,)
        Number of what counts of it together.
    whole : ndarray of int64
        Most places of a lane; time of a move by one place; cars to be between two that are spaced;
        moment up to which time is free; whether the rules of order hold; the step of waiting.
    weights : ndarray of float64
        What a gap, a block, a return, a unit of time and a change of colour cost.
    """

    places: Ints
    times: Ints
    spaced: Ints
    other: Ints
    colour: Ints
    kind: Ints
    whole: Ints
    weights: Floats


MOST, PACE, APART, FREE, ORDERLY, STEP = range(6)
"""Places of ``Stored.whole``."""

GAP_COST, BLOCK_COST, RETURN_COST, TIME_COST, CHANGE_COST = range(5)
"""Places of ``Stored.weights``."""
