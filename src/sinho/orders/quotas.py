"""Whole cars from parts of cars: largest remainders, and shares that come true over many groups."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

TINY = 1e-9


def whole(units: Sequence[float] | Floats, total: int | None = None) -> Ints:
    """Round units to whole ones by largest remainder (Hamilton's method).

    Parameters
    ----------
    units : sequence of float
        Units, none below 0.
    total : int, optional
        What the whole units add up to; by default the rounded sum.

    Returns
    -------
    ndarray of int
        Each the units rounded down, or one more; the earlier of equal remainders comes first.
    """
    given = np.asarray(units, dtype=np.float64)
    floors = np.floor(given + TINY)
    aim = int(np.floor(given.sum() + 0.5)) if total is None else total
    counts = floors.astype(np.int64)
    more = aim - int(counts.sum())
    if more > 0 and given.size:
        order = np.argsort(-(given - floors), kind="stable")
        np.add.at(counts, np.resize(order, more), 1)
    while more < 0:
        last = int(np.flatnonzero(counts)[np.argmin((given - floors)[counts > 0])])
        counts[last] -= 1
        more += 1
    return counts


class Carry:
    """Rounds shares group by group so that they come true over all groups.

    What a group is given above or below its share is carried on to the next one: over all groups
    so far, what was given out differs from the shares by less than 1 of each kind (by at most a
    half, where there are two kinds), and in a single group by less than 2 (by at most 1).
    """

    def __init__(self) -> None:
        self._left: dict[object, Floats] = {}

    def split(self, key: object, shares: Floats, cars: int) -> Ints:
        """Part the cars of a group by shares that add up to 1.

        Parameters
        ----------
        key : hashable
            What is carried over: groups with the same key follow each other.
        shares : ndarray of float, shape (C,)
            Shares of the C kinds.
        cars : int
            Cars of the group.

        Returns
        -------
        ndarray of int, shape (C,)
            Cars of each kind, ``cars`` in all; none of a kind whose share is 0.
        """
        left = self._left.get(key)
        if left is None or left.size != shares.size:
            left = np.zeros(shares.size)
        target = np.where(shares > 0, np.maximum(shares * cars + left, 0.0), 0.0)
        counts = whole(target, cars) if target.sum() > 0 else whole(shares * cars, cars)
        self._left[key] = np.clip(left + shares * cars - counts, -1.0, 1.0)
        return counts

    def quota(self, key: object, share: float, cars: int) -> int:
        """Return how many cars of a group have something that a share of all cars has.

        Parameters
        ----------
        key : hashable
            What is carried over.
        share : float
            Share, 0 to 1; at 0 and 1 nothing is rounded, and nothing carried over.
        cars : int
            Cars of the group.
        """
        if share <= 0:
            return 0
        if share >= 1:
            return cars
        left = float(self._left.get(key, np.zeros(1))[0])
        count = int(np.clip(np.floor(share * cars + left + 0.5), 0, cars))
        self._left[key] = np.clip(np.array([left + share * cars - count]), -1.0, 1.0)
        return count

    def correct(self, key: object, more: int) -> None:
        """Take into account that a group has more cars than its quota, or fewer (below 0)."""
        if more and key in self._left:
            self._left[key] = np.clip(self._left[key] - more, -1.0, 1.0)
