"""A painted body store with two shuttles: where its lanes are, how long moves take, what counts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

MOVES = ("take in", "bring", "hand on", "send back")
"""What shuttles do: the receiving one takes a car from paint, or brings one from the return lane,
into a lane; the delivering one hands a car on to assembly, or sends it back into the return
lane."""


def refuse(what: str, wrong: Iterable[str]) -> None:
    """Raise a `ValueError` with all that is wrong, if anything is."""
    if said := "; ".join(wrong):
        raise ValueError(f"{what} needs {said}")


@dataclass(frozen=True, kw_only=True)
class ShuttleStore:
    """The lanes of a store, and the shuttles at both ends.

    Both shuttles run along the ends of the lanes, and wait in the middle, at 0. A move goes from
    the middle to where the car is, to where it goes, and back to the middle. Paint and assembly are
    in the middle. So all times of moves follow from where the lanes are.

    The usual figures are those of problem C of China's postgraduate contest in mathematical
    modelling of 2022, which lists the times: 18, 12, 6, 0, 12 and 18 s for a car from paint into
    lanes 1 to 6 or from them to assembly, 24, 18, 12, 6, 12 and 18 s from or into the return lane,
    which lies between lanes 4 and 5.

    Parameters
    ----------
    lanes : tuple of int
        Where the lanes are, in steps from the middle; each at a place of its own.
    places : int
        Places of a lane, 2 or more.
    return_lane : int or None
        Where the return lane is; None: there is none.
    return_places : int
        Places of the return lane, 2 or more.
    step : int
        Seconds in which a shuttle goes one step.
    pace : int
        Seconds in which a car goes on by one place.
    in_order : bool
        Whether the rules of order hold: the car that rests longest at the end of a lane goes first,
        and a car at the end of the return lane goes before those from paint, and at once.

    Raises
    ------
    ValueError
        When a figure means nothing, with all such figures.
    """

    lanes: tuple[int, ...] = (-3, -2, -1, 0, 2, 3)
    places: int = 10
    return_lane: int | None = 1
    return_places: int = 10
    step: int = 3
    pace: int = 9
    in_order: bool = True

    def __post_init__(self) -> None:
        taken = [*self.lanes, *([] if self.return_lane is None else [self.return_lane])]
        twice = sorted(one for one, other in pairwise(sorted(taken)) if one == other)
        wrong = [] if self.lanes else ["at least 1 lane"]
        wrong += [f"every lane at a place of its own, and {one} is taken twice" for one in twice]
        wrong += [
            f"{name} of at least {least}, not {getattr(self, name)}"
            for name, least in (("places", 2), ("return_places", 2), ("step", 0), ("pace", 1))
            if getattr(self, name) < least
        ]
        refuse("a store", wrong)

    @property
    def capacity(self) -> int:
        """Most cars in it at a time, with one on each shuttle."""
        back = 0 if self.return_lane is None else self.return_places
        return len(self.lanes) * self.places + back + 2

    @property
    def times(self) -> NDArray[np.int64]:
        """Seconds from the start of a move until its car is taken, dropped, and the shuttle back.

        Returns
        -------
        ndarray of int64, shape (4, lanes, 3)
            By the kind of move, in the order of `MOVES`, and by lane.
        """
        back = self.return_lane or 0
        ways = [
            ((0, lane, 0), (back, lane, 0), (lane, 0, 0), (lane, back, 0)) for lane in self.lanes
        ]
        legs = np.array([[[0, *way] for way in lane] for lane in ways], np.int64)
        reached: NDArray[np.int64] = np.abs(np.diff(legs, axis=2)).cumsum(axis=2) * self.step
        return reached.transpose(1, 0, 2)

    @property
    def grain(self) -> int:
        """Greatest number of seconds of which all times are multiples."""
        return max(1, math.gcd(self.pace, self.step))


@dataclass(frozen=True, kw_only=True)
class Weights:
    """What counts of the order that leaves a store: points taken off 100.

    The usual figures are those of the contest: 0.4 (100 - gaps) + 0.3 (100 - blocks)
    + 0.2 (100 - returns) + 0.1 (100 - 0.01 max(0, T - (9 C + 72))) for C cars, the last of which
    arrives T seconds after the first could be taken. The same sum is 100 less the weights below.

    Parameters
    ----------
    gap : float
        For each two spaced cars in a row that have not ``apart`` others between them.
    apart : int
        Cars wanted between two spaced ones.
    block : float
        For each block that has not as many cars of one drive as of the other. Blocks begin where
        the drive changes back to that of the first car: 4-4-2-2, 4-2, 4-4-4-2-2, 4.
    returned : float
        For each car sent back.
    second : float
        For each second after that at which a store with one lane straight through would be done.
    change : float
        For each change of colour; the contest does not count them.

    Raises
    ------
    ValueError
        When a figure is negative or no number, with all such figures.
    """

    gap: float = 0.4
    apart: int = 2
    block: float = 0.3
    returned: float = 0.2
    second: float = 0.001
    change: float = 0.0

    def __post_init__(self) -> None:
        refuse(
            "a score",
            (
                f"{one.name} of 0 or more, not {getattr(self, one.name)}"
                for one in fields(self)
                if not 0 <= getattr(self, one.name) < math.inf
            ),
        )
