"""Which cars take part in what costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinho.days.line import CarsInLine
from sinho.days.rules import Maximum, Overload, Ratio, Rule, Spread
from sinho.days.score import count
from sinho.sequence.day_parts import Ints

BEFORE = 2
"""Positions before what costs, at which the rules that add up along the line are looked at."""


@dataclass(frozen=True)
class Blame:
    """A car that takes part in something that costs, what that is, and where: at a shop, if named.

    Positions at a shop are those of the cars of all lines that pass it.
    """

    car: int
    rule: Rule
    first: int
    last: int
    shop: str = ""


def involved(rule: Rule, line: CarsInLine, cars: Ints, ready: NDArray[np.bool_]) -> Iterator[Blame]:
    """Yield cars at positions that are ready and take part in violations of a rule.

    Parameters
    ----------
    rule : Rule
        The rule.
    line : CarsInLine
        The order.
    cars : ndarray of int64, shape (cars,)
        Cars by position.
    ready : ndarray of bool, shape (cars,)
        Positions whose cars are not blamed yet; changed.
    """
    counted = count(rule, line)
    fitted = np.ones(len(cars), dtype=np.bool_)
    if isinstance(rule, Ratio | Maximum):
        fitted = line.option(rule.option)[line.known :] > 0
    # What a station cannot finish, and an option that is too early, begin before.
    back = BEFORE if isinstance(rule, Overload | Spread) else 0
    for at in np.flatnonzero(counted.cost).tolist():
        first, last = int(counted.first[at]), int(counted.last[at])
        inside = slice(max(0, first - 1 - back), last)
        for index in np.flatnonzero(ready[inside] & fitted[inside]).tolist():
            ready[inside.start + index] = False
            yield Blame(int(cars[inside.start + index]), rule, first, last)
