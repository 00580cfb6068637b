"""Cost of months where launches are made in parts: cuts that say what each launch would save.

With a share of each launch given, cars take their cheapest ways in turn, of each no more than its
share. What a car more would cost then, less what it costs by a launch, is what that launch saves:
the cut of Benders that is found by sorting (Fischetti, Ljubic and Sinnl, Management Science 63,
2017), here at prices of all that is shared.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sinho.source.dual import Dual, Prices, Singles, Taken, summed
from sinho.source.duties import Ints
from sinho.source.kernel.launches import gain_by_launch, share_cars
from sinho.units import Floats


@dataclass(frozen=True)
class Shared(Taken):
    """What comes of prices with launches in parts.

    Parameters
    ----------
    full : ndarray, shape (T,)
        Cost and prices of all cars without any launch; it is no less than it says by what
        launches save.
    gains : ndarray, shape (A, T)
        What each launch saves of it at most.
    """

    full: Floats
    gains: Floats


class Shares:
    """Parts of what is asked for, by model.

    Parameters
    ----------
    dual : Dual
        All possible flows.
    """

    def __init__(self, dual: Dual) -> None:
        self.dual = dual
        order = np.argsort(dual.of, kind="stable")
        model, k, t = (one[dual.of[order]] for one in dual.asked)
        ends = np.searchsorted(model, np.arange(len(dual.cost) + 1))
        place = k * len(dual.data.months) + t
        self.parts: list[tuple[Ints, Ints]] = [
            (order[ends[i] : ends[i + 1]], place[ends[i] : ends[i + 1]])
            for i in range(len(dual.cost))
        ]

    def cheapest(self, prices: Prices, shares: Floats) -> Shared:
        """Let every car take its cheapest ways at some prices.

        Parameters
        ----------
        prices : Prices
            The prices.
        shares : ndarray, shape (A,)
            Share of each allocation that is launched; 1 where it is built already.
        """
        dual, data = self.dual, self.dual.data
        size = len(data.months)
        gains = np.zeros((len(data.model), size))
        value = np.zeros(len(dual.of))
        found: list[tuple[Ints, Ints, Floats, np.ndarray]] = []
        for i, (parts, place) in enumerate(self.parts):
            own = dual.own(i)
            cost, less = dual.offers(i, prices)
            if less is not None:
                cost.ravel()[less[0]] -= np.maximum(less[1], 0)
            if not len(own):
                value[parts] = dual.worth[parts]
                continue
            flat = cost.reshape(len(own), -1)
            taken, mine = np.zeros(flat.shape), np.zeros(len(parts))
            width = dual.width[parts]
            share_cars(flat, shares[own], place, dual.worth[parts], width, mine, taken)
            value[parts] = mine
            saved = np.zeros((len(own), size))
            gain_by_launch(flat, place, width, mine, saved)
            gains[own] = np.where(data.fixed[own, None], 0.0, saved)
            at = np.flatnonzero(taken > 0)
            used = np.zeros(flat.size, dtype=bool)
            if less is not None:
                used[less[0][less[1] > 0]] = True
            j, c = np.divmod(at, flat.shape[1])
            found.append((own[j], c, taken.ravel()[at], used[at]))
        return self._shared(value, gains, shares, found)

    def bearing(self, prices: Prices, extra: list[Singles]) -> Shared:
        """Let every car bear its part of tooling; what a launch saves is what its cars bear."""
        dual, data = self.dual, self.dual.data
        gains = np.zeros((len(data.model), len(data.months)))
        value = np.zeros(len(dual.of))
        for i, (parts, place) in enumerate(self.parts):
            own = dual.own(i)
            value[parts] = dual.worth[parts]
            if not len(own):
                continue
            flat = dual.priced(i, prices).reshape(len(own), -1)
            way = (flat + extra[i].reshape(flat.shape)).min(axis=0).astype(np.float64)
            mine = np.minimum(value[parts], way[place])
            value[parts] = mine
            saved = np.zeros((len(own), len(data.months)))
            gain_by_launch(flat, place, dual.width[parts], mine, saved)
            gains[own] = np.where(data.fixed[own, None], 0.0, saved)
        return self._shared(value, gains, np.zeros(len(gains)), [])

    def _shared(
        self,
        value: Floats,
        gains: Floats,
        shares: Floats,
        found: list[tuple[Ints, Ints, Floats, np.ndarray]],
    ) -> Shared:
        dual, size = self.dual, len(self.dual.data.months)
        full = summed(dual.asked[2][dual.of], value * dual.width, size)
        taken = np.zeros(len(dual.limits.flat))
        if found:
            a, c, cars, used = (np.concatenate(part) for part in zip(*found, strict=True))
            flow, row, much = dual.uses(a, c // size, c % size, used)
            taken = summed(row, much * cars[flow], len(taken))
        return Shared(full - shares @ gains, dual.limits.like(taken), full, gains)
