"""How many cars stay without a place, and how many are moved, in any plan: proven lower bounds.

A car *keeps still* that gets a place and is never moved. Cars that keep still in a row open at one
end leave in the reverse order of their coming: of two of them that stand there at a time the first
to come is not the first to leave. So of a chain, cars of which each comes and leaves before the
next, such a row holds one that keeps still at a time, and R rows hold R. When the cars of a moment
are parted into chains, each chain counts for R at most (the easy half of Greene's theorem: Greene,
1974, *An extension of Schensted's theorem*, Advances in Mathematics 14). A row open at both ends
holds as many as it has places.

What can keep still at a moment bounds the cars of each moment. The fewest cars that have to be left
out for all moments at once are those that a sweep leaves out: at each moment with too many, the
ones that leave last (Faigle and Nawijn, 1995, *Note on scheduling intervals on-line*, Discrete
Applied Mathematics 58).
"""

from __future__ import annotations

import bisect
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinho.ship.yard.arrays import Arrays, Ints
from sinho.ship.yard.kernel import FAR

Bools = NDArray[np.bool_]

LOOKS = 200
"""Moments at which chains are looked for."""


@dataclass(frozen=True)
class Bounds:
    """What no plan can be below.

    Parameters
    ----------
    overflow : int
        Cars without a place.
    stuck : int
        Cars that stand already and have to be moved.
    restless : int
        Other cars that are moved or without a place.
    """

    overflow: int
    stuck: int
    restless: int

    def moves(self, overflow: int) -> int:
        """Return the fewest moves of plans with at most so many cars without a place."""
        return self.stuck + max(0, self.restless - overflow)


def stuck_in(leave: list[int], ends: int) -> list[int]:
    """Return which cars of a row have to be moved, given their keys of leaving from place 1 on.

    Of a row open at both ends as many are named as at least have to be; which ones may differ.
    """
    if ends == 1:
        soonest, found = FAR + 1, []
        for at, due in enumerate(leave):
            if due > soonest:
                found.append(at)
            soonest = min(soonest, due)
        return found
    # Who keeps still leaves later the farther it stands from the ends: the longest such choice.
    up, down = longest(leave), longest(leave[::-1])[::-1]
    peak = max(range(len(leave)), key=lambda at: len(up[at]) + len(down[at]))
    still = {*up[peak], *(len(leave) - 1 - at for at in down[peak])}
    return [at for at in range(len(leave)) if at not in still]


def longest(leave: list[int]) -> list[list[int]]:
    """Return, for each car, a longest choice up to it of cars that leave in the order given."""
    best: list[list[int]] = []
    for at, due in enumerate(leave):
        before = [best[k] for k in range(at) if leave[k] <= due]
        best.append([*max(before, key=len, default=[]), at])
    return best


def chains(leave: list[int], rows: int) -> int:
    """Return how many of cars, in the order of their coming, can keep still in rows of one end.

    Parameters
    ----------
    leave : list of int
        Keys of leaving.
    rows : int
        Rows open at one end.
    """
    ends: list[int] = []  # negative last keys of the chains, growing
    size: list[int] = []
    for due in leave:
        at = bisect.bisect_right(ends, -due)  # the first chain whose last leaves before this one
        if at == len(ends):
            ends.append(-due)
            size.append(1)
        else:
            ends[at] = -due
            size[at] += 1
    return sum(min(each, rows) for each in size)


def left_out(enter: Ints, leave: Ints, moments: Ints, room: dict[int, int], usual: int) -> int:
    """Return the fewest cars without which no moment has more than it has room for.

    Parameters
    ----------
    enter, leave : ndarray of int64
        First and last key of each car; it stands at its first one, and no longer at its last.
    moments : ndarray of int64
        Keys that are looked at, growing.
    room : dict of int to int
        Room at some moments.
    usual : int
        Room at all others.
    """
    order = np.argsort(enter, kind="stable")
    standing: list[int] = []  # keys of leaving of those that stand, sorted
    out, k = 0, 0
    for moment in moments.tolist():
        while k < len(order) and enter[order[k]] <= moment:
            bisect.insort(standing, int(leave[order[k]]))
            k += 1
        del standing[: bisect.bisect_right(standing, moment)]
        much = len(standing) - room.get(moment, usual)
        if much > 0:
            out += much
            del standing[-much:]
    return out


def bounds(arrays: Arrays) -> Bounds:
    """Return lower bounds of cars without a place and of moves.

    Bounds of kinds of cars that have no row in common add up; of those that have, the sharpest of
    some choices counts: the kinds that fit no other rows than one of them does.
    """
    y, n = arrays.stays, arrays.cars
    leave, kind = y.leave[:n], y.kind[:n]
    stuck = np.zeros(n, bool)
    for row in np.unique(arrays.opening[arrays.opening >= 0]).tolist():
        here = np.flatnonzero(arrays.opening == row)
        here = here[np.argsort(y.seat[here], kind="stable")]
        stuck[here[stuck_in(leave[here].tolist(), int(y.ends[row]))]] = True
    overflow = restless = 0
    for kinds in families(y.admits):
        most = (0, 0)
        for k in kinds:
            inside = [j for j in kinds if not (y.admits[j] & ~y.admits[k]).any()]
            over, rest = of_family(arrays, np.isin(kind, inside), stuck, y.admits[k])
            most = max(most[0], over), max(most[1], rest)
        overflow, restless = overflow + most[0], restless + most[1]
    return Bounds(overflow, int(stuck.sum()), restless)


def families(admits: Bools) -> list[list[int]]:
    """Part the kinds of cars so that those of different parts have no row in common."""
    parts: list[tuple[list[int], Bools]] = []
    for k in range(len(admits)):
        kinds, rows = [k], admits[k].copy()
        for part in [part for part in parts if (part[1] & rows).any()]:
            parts.remove(part)
            kinds, rows = [*part[0], *kinds], part[1] | rows
        parts.append((kinds, rows))
    return [kinds for kinds, _ in parts]


def of_family(arrays: Arrays, cars: Bools, stuck: Bools, rows: Bools) -> tuple[int, int]:
    """Return the bounds of some cars that may stand in some rows alone."""
    y = arrays.stays
    enter, leave = y.enter[: arrays.cars], y.leave[: arrays.cars]
    came = np.maximum(enter, 0)
    # Cars that stand in these rows are moved, or take a place here; those elsewhere may stay.
    stood = np.append(rows, False)[arrays.opening]
    cars = cars & (stood | (arrays.opening < 0))
    place, ends = int(y.places[rows].sum()), y.ends[rows]
    single, through = int((ends == 1).sum()), int(y.places[rows][ends == 2].sum())
    over = left_out(came[cars], leave[cars], np.unique(came[cars]), {}, place)
    loose = np.flatnonzero((cars | stood) & ~stuck)
    loose = loose[np.argsort(enter[loose], kind="stable")]
    moments = np.unique(came[loose])
    room = {}
    for moment in fullest(came[loose], leave[loose], moments):
        here = loose[(came[loose] <= moment) & (leave[loose] > moment)]
        already = int((enter[here] < 0).sum())  # in no order but that of their rows
        fresh = leave[here[enter[here] >= 0]].tolist()
        room[moment] = min(place, already + through + chains(fresh, single))
    return over, max(over, left_out(came[loose], leave[loose], moments, room, place))


def fullest(enter: Ints, leave: Ints, moments: Ints) -> list[int]:
    """Return some moments: the fullest of each of even spans of them."""
    ins, outs = np.sort(enter), np.sort(leave)
    standing = np.searchsorted(ins, moments, "right") - np.searchsorted(outs, moments, "right")
    spans = np.array_split(np.arange(len(moments)), min(LOOKS, max(1, len(moments))))
    return [int(moments[span[np.argmax(standing[span])]]) for span in spans if len(span)]
