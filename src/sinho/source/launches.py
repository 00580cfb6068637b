"""Launches of a large network at prices, model by model."""

from __future__ import annotations

import numpy as np

from sinho.source.ascent import ascend
from sinho.source.dual import NEVER, Cheapest, Dual, Prices, Singles, summed
from sinho.source.duties import Ints
from sinho.source.kernel.launches import bear_tooling, choose_launches
from sinho.source.master import least_tooling
from sinho.source.terms import Flags
from sinho.stop import StopRule
from sinho.units import Floats

SCALED, EVALUATIONS = 10, 15
"""Rounds in which fixed cost is spread, and evaluations of prices in each."""

FEW = 0.02
"""Share of the cars of a model by which the fixed cost of a launch without cars is spread."""

SHORT = 3.0
"""What a car costs that is moved for a least volume, by a usual difference of two ways."""


class Launches:
    """What launches cost, and which of them pay.

    Parameters
    ----------
    dual : Dual
        All possible flows.
    """

    def __init__(self, dual: Dual) -> None:
        data = dual.data
        self.dual = dual
        self.dates = np.arange(0, len(data.months), data.launch_period)
        self.tooling = least_tooling(data)
        top = np.zeros(len(dual.flat))
        # where cars lost come first, no launch that saves one is dropped
        np.maximum.at(top, dual.of, dual.worth + 100 * dual.big)
        most = np.zeros(data.demand.shape)
        most[dual.asked] = top
        self.top = most.reshape(len(data.models), -1)
        self.cars = data.demand.reshape(len(data.models), -1)
        ready = data.window & (np.arange(len(data.months)) >= data.lead[:, None])
        years = range(len(dual.years))
        months = np.stack([ready[:, dual.year == y].sum(axis=1) for y in years], axis=1)
        self.due = dual.limits.least.copy()
        own = np.flatnonzero(~data.fixed)
        self.due[np.ix_(own, dual.first)] = data.least[own, None] / 12 * months[own]
        self.yearly = self.due[:, dual.first]
        asked = [data.demand[:, :, dual.year == y].sum(axis=(1, 2)) for y in years]
        self.asked = np.stack(asked, axis=1)

    def borne(self, prices: Prices) -> list[Singles]:
        """Return the tooling that a car of each way bears, by model; no launch more than it has."""
        found = []
        for i in range(len(self.dual.cost)):
            cost = self.dual.priced(i, prices)
            out = np.zeros(cost.shape, dtype=np.float32)
            flat = cost.reshape(len(cost), self.cars.shape[1])
            if len(cost):
                tooling = self.tooling[self.dual.own(i)]
                bear_tooling(flat, self.cars[i], self.top[i], tooling, out.reshape(flat.shape))
            found.append(out)
        return found

    def scaled(
        self,
        limits: Prices,
        prices: Prices,
        extra: list[Singles] | None,
        scale: float,
        stop: StopRule,
    ) -> tuple[Flags, Prices]:
        """Return the launches that take cars where each car bears its part of their fixed cost.

        Slope scaling (Kim and Pardalos, Operations Research Letters 24, 1999): prices are found
        with the tooling, and what least volumes lack, spread over the cars that each launch had
        the time before.

        Parameters
        ----------
        limits : Prices
            How much there is of what flows share.
        prices, extra
            Prices to begin at, and the tooling that cars bear at them.
        scale : float
            A usual difference of the cost of two ways.
        stop : StopRule
            When to stop.

        Returns
        -------
        tuple of ndarray and Prices
            Launches and fixed allocations, and the prices.
        """
        dual, data = self.dual, self.dual.data
        size = len(data.model), len(dual.first)
        year = dual.year[dual.asked[2]]
        short = np.minimum(data.short_penalty.max(axis=1) + dual.big, SHORT * scale)
        few = FEW * data.demand.sum(axis=(1, 2))[data.model] + 1e-9
        cars = np.zeros(size)
        for _ in range(SCALED):
            seen: list[Floats] = []

            def keep(_at: Prices, found: Cheapest, seen: list[Floats] = seen) -> None:
                carried = dual.carried(found.way)
                place = found.allocation * size[1] + year
                seen.append(summed(place, carried, size[0] * size[1]).reshape(size))

            prices, _ = ascend(
                dual,
                limits,
                prices,
                steps=EVALUATIONS,
                scale=scale,
                stop=stop,
                extra=extra,
                seen=keep,
            )
            cars = np.mean(seen[len(seen) // 2 :], axis=0)
            if stop():
                break
            lacking = (short[:, None] * np.maximum(self.yearly - cars, 0.0)).sum(axis=1)
            borne = (self.tooling + lacking) / np.maximum(cars.sum(axis=1), few)
            borne[data.fixed] = 0.0
            extra = [
                borne[dual.own(i), None, None].astype(np.float32) for i in range(len(dual.cost))
            ]
        return data.fixed | (cars.sum(axis=1) > 1e-6), prices

    def chosen(self, prices: Prices, begin: Flags | None, moved: float) -> Flags:
        """Return the launches that pay at prices.

        Parameters
        ----------
        prices : Prices
            The prices.
        begin : ndarray of bool or None
            Launches to begin at; by default all.
        moved : float
            What it costs to build a car elsewhere, for least volumes.
        """
        dual, data = self.dual, self.dual.data
        on = np.ones(len(data.model), dtype=bool) if begin is None else begin.copy()
        for i in range(len(dual.cost)):
            own = dual.own(i)
            cost = dual.priced(i, prices).reshape(len(own), self.cars.shape[1])
            mine = on[own] & ((cost < NEVER / 2).any(axis=1) | data.fixed[own])
            short = np.minimum(data.short_penalty[own].max(axis=1) + dual.big, moved)
            least, asked = self.yearly[own], self.asked[i]
            tooling = self.tooling[own]
            fixed = data.fixed[own]
            if len(own):
                choose_launches(
                    cost, self.cars[i], self.top[i], tooling, least, asked, short, fixed, mine
                )
            on[own] = mine
        return on

    def dated(self, on: Flags, first: Ints) -> tuple[Ints, Floats]:
        """Return when launches are decided: the cheapest date that is early enough, the latest."""
        data = self.dual.data
        own = np.flatnonzero(on & ~data.fixed)
        cost = data.tooling[own][:, self.dates]
        early = self.dates + data.lead[own, None] <= first[own, None]
        cost = np.where(early, cost, np.inf)
        return own, len(self.dates) - 1 - cost[:, ::-1].argmin(axis=1)
