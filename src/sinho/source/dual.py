"""A lower bound at prices on what models share, evaluated over every possible flow at once.

Capacity of plants, room of lanes, quotas, most volumes and shares of markets are priced instead of
kept. What is left falls apart into single cars: each takes the plant whose landed cost and prices
are least, or is lost where that is cheaper. Launches are taken in parts: a car pays its share of
the tooling if the plant built all that it ever could. Least volumes are left out. Every term lowers
the cost of a plan or leaves it, so that what comes out is a bound at any prices.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sinho.source.data import Input
from sinho.source.duties import Ints
from sinho.source.program import revenues
from sinho.units import Floats, starts_of

NEVER = np.float32(1e30)
"""Cost of a flow that is not possible."""


@dataclass(frozen=True)
class Prices:
    """Prices: of capacity (P, T), lanes (L, T), quotas (Q, years), most (A, years), shares (n,)."""

    capacity: Floats
    lane: Floats
    quota: Floats
    most: Floats
    share: Floats


@dataclass(frozen=True)
class Cheapest:
    """What comes of prices.

    Parameters
    ----------
    monthly : ndarray, shape (T,)
        Cost and prices of the cheapest ways of all cars.
    load : ndarray, shape (P, T)
        Capacity that they take.
    lane, quota, most, share : ndarray
        What they take of the other rows, shaped as their prices.
    """

    monthly: Floats
    load: Floats
    lane: Floats
    quota: Floats
    most: Floats
    share: Floats


@dataclass
class Dual:
    """All possible flows of a network, by model; ``cost[i]`` is of shape (plants, K, T)."""

    data: Input
    order: Ints = field(init=False)
    starts: Ints = field(init=False)
    cost: list[NDArray[np.float32]] = field(init=False)
    saved: list[NDArray[np.float32] | None] = field(init=False)

    def __post_init__(self) -> None:
        data = self.data
        self.order = np.argsort(data.model, kind="stable")
        self.starts = starts_of(np.bincount(data.model, minlength=len(data.models)))
        shape = len(data.markets), len(data.months)
        k, t = (part.ravel() for part in np.indices(shape))
        per_car = self._tooling()
        self.years, self.year = np.unique(data.years, return_inverse=True)
        self.cost, self.saved = [], []
        for i in range(len(data.models)):
            slabs, less = [], []
            for a in self.order[self.starts[i] : self.starts[i + 1]]:
                every = np.full(len(k), a)
                slab = (data.landed(every, k, t) + per_car[a]).reshape(shape)
                slabs.append(np.where(self._possible(int(a)), slab, NEVER).astype(np.float32))
                less.append(data.saved(every, k, t).reshape(shape).astype(np.float32))
            self.cost.append(np.array(slabs, dtype=np.float32).reshape(-1, *shape))
            some = any(one.any() for one in less)
            self.saved.append(np.array(less) if some else None)
        asked, self.of, self.width, self.worth = revenues(data)
        self.asked = asked
        self.flat = np.ravel_multi_index(asked, data.demand.shape)
        # prices of a market's share, by market, plant and year
        self.limit = np.full((len(data.markets), len(data.plants)), -1)
        for n, (market, p, _) in enumerate(data.limits):
            self.limit[market, p] = n
        self.lanes = bool((data.room < np.inf).any())
        self.tops = bool((data.most < np.inf).any())

    def _possible(self, a: int) -> NDArray[np.bool_]:
        """Return the markets and months in which an allocation may build (K, T)."""
        data = self.data
        ready = np.arange(len(data.months)) >= (0 if data.fixed[a] else data.lead[a])
        ways = (data.lane[data.plant[a]] >= 0) & ~data.duties.closed[data.group[a]]
        possible: NDArray[np.bool_] = ways & (data.window[a] & ready)
        return possible

    def _tooling(self) -> Floats:
        """Return the least tooling that a car of each allocation pays."""
        data = self.data
        capacity = np.array([plant.capacity.max(axis=0) for plant in data.plants])
        per_car = np.zeros(len(data.model))
        for a in np.flatnonzero(~data.fixed).tolist():
            asked = np.where(self._possible(a), data.demand[data.model[a]], 0.0).sum(axis=0)
            most = np.minimum(asked, capacity[data.plant[a]] / data.load[a]).sum()
            per_car[a] = data.tooling[a].min() / most if most > 0 else 0.0
        return per_car

    def zero(self) -> Prices:
        """Return prices of 0."""
        data = self.data
        years = len(self.years)
        return Prices(
            np.zeros((len(data.plants), len(data.months))),
            np.zeros(data.room.shape),
            np.zeros((len(data.quota_names), self._entry_years())),
            np.zeros((len(data.model), years)),
            np.zeros((len(data.limits), years)),
        )

    def _entry_years(self) -> int:
        return int(self.data.entry_year.max(initial=self.years[0])) - int(self.years[0]) + 1

    def limits(self) -> Prices:
        """Return what each row allows, shaped as its price."""
        data = self.data
        first, years = int(self.years[0]), range(len(self.years))
        quotas = np.zeros((len(data.quota_names), self._entry_years()))
        for (name, year), cars in data.quotas.items():
            if 0 <= year - first < quotas.shape[1]:
                quotas[data.quota_names.index(name), year - first] = cars
        months = np.stack([data.window[:, self.year == y].sum(axis=1) for y in years], axis=1)
        yearly = [data.demand[:, :, self.year == y].sum(axis=(0, 2)) for y in years]
        shares = np.array([[share * own[k] for own in yearly] for k, _, share in data.limits])
        return Prices(
            np.zeros((len(data.plants), len(data.months))),
            data.room,
            quotas,
            data.most[:, None] * months / 12,
            shares.reshape(len(data.limits), len(years)),
        )

    def priced(
        self, i: int, prices: Prices
    ) -> tuple[NDArray[np.float32], NDArray[np.bool_] | None]:
        """Return cost and prices of each way of a model, and which of them use a quota."""
        data = self.data
        own = self.order[self.starts[i] : self.starts[i + 1]]
        p = data.plant[own]
        capacity = data.load[own, None] * prices.capacity[p]
        if self.tops:
            capacity = capacity + prices.most[own][:, self.year]
        cost = self.cost[i] + capacity[:, None, :].astype(np.float32)
        if self.lanes:
            month = np.arange(len(data.months))
            cost += prices.lane[data.lane[p], month].astype(np.float32)
        if len(prices.share):
            at = self.limit[:, p].T
            extra = np.where((at >= 0)[..., None], prices.share[at][:, :, self.year], 0.0)
            cost += extra.astype(np.float32)
        inside = None
        saved = self.saved[i]
        if saved is not None:
            less = saved - self._quota_price(own, prices.quota).astype(np.float32)
            inside = less > 0
            cost -= np.where(inside, less, 0)
        return cost, inside

    def _quota_price(self, own: Ints, price: Floats) -> Floats:
        data = self.data
        quota = data.duties.quota[data.group[own]]
        year = data.entry_year[data.plant[own]] - int(self.years[0])
        return np.where(quota >= 0, price[quota, year] if price.size else 0.0, 0.0)

    def cheapest(self, prices: Prices) -> Cheapest:
        """Let every car take its cheapest way at some prices."""
        data = self.data
        size = len(data.months)
        least = np.empty(data.demand.shape, dtype=np.float32)
        best = np.empty(data.demand.shape, dtype=np.int64)
        quota_used: list[NDArray[np.bool_] | None] = []
        for i in range(len(data.models)):
            cost, inside = self.priced(i, prices)
            where = cost.argmin(axis=0)
            least[i] = np.take_along_axis(cost, where[None], axis=0)[0]
            best[i] = self.order[self.starts[i] + where]
            used = None if inside is None else np.take_along_axis(inside, where[None], 0)[0]
            quota_used.append(used)
        way = least.ravel()[self.flat].astype(np.float64)
        paid = np.minimum(self.worth, way[self.of]) * self.width
        taken = np.where(way[self.of] < self.worth, self.width, 0.0)
        cars = np.bincount(self.of, taken, minlength=len(self.flat))
        model, k, t = self.asked
        a = best.ravel()[self.flat]
        p = data.plant[a]
        load = np.bincount(p * size + t, cars * data.load[a], minlength=len(data.plants) * size)
        zero = self.zero()
        lane, quota, most, share = zero.lane, zero.quota, zero.most, zero.share
        if self.lanes:
            np.add.at(lane, (data.lane[p, k, t], t), cars)
        if self.tops:
            np.add.at(most, (a, self.year[t]), cars)
        if len(share):
            at = self.limit[k, p]
            np.add.at(share, (at[at >= 0], self.year[t[at >= 0]]), cars[at >= 0])
        if any(used is not None for used in quota_used):
            empty = np.zeros(data.demand.shape[1:], dtype=bool)
            inside = np.array([empty if one is None else one for one in quota_used])[model, k, t]
            where = data.duties.quota[data.group[a], k, t], data.entry_year[p, k, t] - self.years[0]
            np.add.at(quota, (where[0][inside], where[1][inside]), cars[inside])
        monthly = np.bincount(t[self.of], paid, minlength=size)
        loads = load.astype(np.float64).reshape(-1, size)
        return Cheapest(monthly.astype(np.float64), loads, lane, quota, most, share)

    def near(
        self, prices: Prices, launched: NDArray[np.bool_], slack: float
    ) -> tuple[Ints, Ints, Ints]:
        """Return the flows of launched allocations that cost little more than the cheapest one."""
        data = self.data
        found = []
        for i in range(len(data.models)):
            own = self.order[self.starts[i] : self.starts[i + 1]]
            cost, _ = self.priced(i, prices)
            cost[~launched[own]] = NEVER
            close = (cost <= cost.min(axis=0) + slack) & (cost < NEVER / 2) & (data.demand[i] > 0)
            a, k, t = np.nonzero(close)
            found.append((own[a], k, t))
        return tuple(np.concatenate(part) for part in zip(*found, strict=True))  # type: ignore[return-value]
