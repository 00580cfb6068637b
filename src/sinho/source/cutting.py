"""Cuts of large networks: lines below the cost of months, by capacity and launches.

For a choice of shift steps and launches, both in parts or whole, prices of capacity are raised
(`sinho.source.ascent`); what the cars of a month cost at any prices, less the priced capacity and
what launches save, is a straight line below its cost: a cut.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from sinho.source.ascent import ascend
from sinho.source.dual import Dual, Prices, Singles
from sinho.source.launches import Launches
from sinho.source.master import IDLE, Cuts
from sinho.source.shares import Shared, Shares
from sinho.stop import StopRule
from sinho.units import Floats

STEPS = 50
"""Evaluations of an ascent from afar."""

NEARER = 10
"""Evaluations of an ascent from near by."""

KEPT, TRIED = 3, 12
"""Cuts of a month that are kept of each ascent, and ascents whose prices are kept."""


CENTRE = 0.5
"""How far a choice of parts stays where it was."""


class Cutting:
    """Prices, shares of launches, and the cuts found at them.

    Parameters
    ----------
    dual : Dual
        All possible flows.
    launches : Launches
        What launches cost.
    prices : Prices
        Prices to begin at.
    scale : float
        A usual difference of the cost of two ways.
    stop : StopRule
        When to stop.
    """

    def __init__(
        self, dual: Dual, launches: Launches, prices: Prices, scale: float, stop: StopRule
    ) -> None:
        self.dual, self.launches, self.prices = dual, launches, prices
        self.scale, self.stop = scale, stop
        self.extra: list[Singles] | None = None
        self.parts = Shares(dual)
        # shares of launches at which cuts are sought
        self.shares = np.ones(len(dual.data.model))
        self.costs: list[Cuts] = []
        self.tried: list[tuple[Floats, Floats, Floats]] = []

    def limits(self, room: Floats) -> Prices:
        """Return what there is to share with some capacity."""
        return replace(self.dual.limits, capacity=room)

    def evaluate(self, at: Prices) -> Shared:
        """Return what comes of prices at the shares of launches at hand."""
        return self.parts.cheapest(at, self.shares)

    def begin(self, room: Floats) -> None:
        """Find prices of all that is shared, and the tooling that cars bear at them.

        Cuts go together only at the same prices of what joins months: those that there are are
        priced anew.
        """
        first = self.extra is None
        self.prices, _ = ascend(
            self.dual,
            self.limits(room),
            self.prices,
            steps=STEPS,
            scale=self.scale,
            stop=self.stop,
            evaluate=None if first else self.evaluate,
        )
        self.extra = self.launches.borne(self.prices)
        # the first prices, found where there is no lack of capacity, often say most
        self.costs = [*self.costs[-2:], Cuts(self.yearly(self.prices))]
        self._keep(self.parts.bearing(self.prices, self.extra), self.prices)
        if first:
            on = self.launches.chosen(self.prices, None, self.scale)
            self.shares = on.astype(np.float64)
            self._keep(self.evaluate(self.prices), self.prices)
        for capacity, lane, shares in self.tried:
            at = replace(self.prices, capacity=capacity, lane=lane)
            self._keep(self.parts.cheapest(at, shares), at)

    def _keep(self, found: Shared, at: Prices) -> None:
        """Add the cuts of all months at prices."""
        self.costs[-1].add(self.fixed(found.full, at), at.capacity, found.gains)

    def yearly(self, at: Prices) -> float:
        """Return what limits of years come to at prices."""
        limits = self.dual.limits
        none = replace(limits, capacity=0 * at.capacity, lane=0 * at.lane)
        return self.dual.paid(at, none)

    def fixed(self, monthly: Floats, at: Prices) -> Floats:
        """Return the cost of months at prices, without any capacity."""
        room = np.minimum(self.dual.limits.lane, 1e12)
        fixed: Floats = monthly - np.where(at.lane > 0, at.lane * room, 0.0).sum(axis=0)
        return fixed

    def cut(self, room: Floats) -> float:
        """Raise prices of months at a choice of capacity, and keep the cuts that say most.

        Returns the most that is proven of the cost of flows with this capacity and these launches.
        """
        months = np.arange(len(self.dual.data.months))
        seen: list[tuple[Floats, Floats, Prices, Floats]] = []

        def keep(at: Prices, found: Shared) -> None:
            fixed = self.fixed(found.full, at)
            value = self.fixed(found.monthly, at) - (at.capacity * room).sum(axis=0)
            seen.append((value, fixed, at, found.gains))

        self.prices, _ = ascend(
            self.dual,
            self.limits(room),
            self.prices,
            steps=NEARER,
            scale=self.scale / 2,
            stop=self.stop,
            yearly=False,
            seen=keep,
            evaluate=self.evaluate,
        )
        value, fixed = (np.array([one[n] for one in seen]) for n in range(2))
        for which in np.argsort(-value, axis=0)[:KEPT]:
            capacity, lane = (
                np.stack([getattr(seen[n][2], name)[:, t] for t, n in enumerate(which)], axis=1)
                for name in ("capacity", "lane")
            )
            gains = np.stack([seen[n][3][:, t] for t, n in enumerate(which)], axis=1)
            self.tried.append((capacity, lane, self.shares))
            self.costs[-1].add(fixed[which, months], capacity, gains)
        del self.tried[:-TRIED]
        return float(value.max(axis=0).sum()) - self.costs[-1].yearly

    def sift(self) -> None:
        """Let the cuts count for whole steps that do at the last choice; drop those long idle."""
        for cuts in self.costs:
            for one in cuts.months:
                one.active |= one.idle == 0
        self.drop()

    def drop(self) -> None:
        """Drop cuts that have long been idle."""
        for cuts in self.costs:
            cuts.months = [one for one in cuts.months if one.active or one.idle < IDLE]

    def toward(self, shares: Floats) -> None:
        """Move shares of launches towards others."""
        self.shares = CENTRE * self.shares + (1 - CENTRE) * shares
