"""Containers while cars are put into them: a box is paid for as a whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from sinho.ship.box_days import Key
from sinho.ship.outcome import SMALL
from sinho.units import Floats


class Boxes:
    """Boxes that are open, and the cars in them.

    Parameters
    ----------
    most : sequence of int
        Boxes that can be loaded, by day.
    cost : ndarray
        Price of a box, by day.
    per_box : ndarray of int
        Cars in a box, by model.
    near : mapping of Key to float
        Boxes of the relaxation, which are open from the beginning as far as they are whole, or
        nearly.
    """

    def __init__(
        self, most: list[int], cost: Floats, per_box: np.ndarray, near: Mapping[Key, float]
    ) -> None:
        self.most, self.cost, self.per_box = most, cost, per_box
        self.open: dict[Key, int] = {}
        self.inside: dict[Key, int] = {}
        self.loaded = [0] * len(most)
        for key in sorted(near, key=lambda key: (np.floor(near[key] + SMALL) - near[key], key)):
            count = int(near[key] + SMALL)
            self._set(key, count)
        for key in sorted(near, key=lambda key: (self.open[key] - near[key], key)):
            if near[key] - self.open[key] >= 0.5 and self.loaded[key[0]] < most[key[0]]:
                self._set(key, self.open[key] + 1)

    def _set(self, key: Key, count: int) -> None:
        self.loaded[key[0]] += count - self.open.get(key, 0)
        self.open[key] = count

    def _places(self, key: Key) -> int:
        """Return the places in open boxes that are free."""
        return self.open.get(key, 0) * int(self.per_box[key[1]]) - self.inside.get(key, 0)

    def fits(self, key: Key) -> bool:
        """Return whether another car can be loaded."""
        return self._places(key) > 0 or self.loaded[key[0]] < self.most[key[0]]

    def put(self, key: Key, sign: int = 1) -> None:
        """Put a car into a box, a new one if need be; with ``sign`` -1 take one out."""
        self.inside[key] = self.inside.get(key, 0) + sign
        if sign < 0 or self._places(key) < 0:
            self._set(key, self._needed(key))

    def _needed(self, key: Key) -> int:
        return -(-self.inside.get(key, 0) // int(self.per_box[key[1]]))

    def price(self, key: Key, sign: int = 1) -> float:
        """Return what another car costs: a box if none has room; or what the last one saves."""
        one_less = (self.inside.get(key, 0) - 1) % int(self.per_box[key[1]]) == 0
        paid = self._places(key) <= 0 if sign > 0 else one_less
        return float(self.cost[key[0]]) if paid and key[3] else 0.0

    def close(self) -> None:
        """Close the boxes in which there is no car."""
        for key in list(self.open):
            self._set(key, self._needed(key))

    def last(self) -> Iterator[tuple[Key, int]]:
        """Yield the boxes that are not full, and the cars in each."""
        for key in sorted(self.open):
            cars = self.inside.get(key, 0) % int(self.per_box[key[1]])
            if cars:
                yield key, cars
