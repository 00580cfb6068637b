"""A lower bound at prices on what flows share, evaluated over every possible flow at once.

Capacity of plants, room of lanes, quotas, most and least volumes and shares of markets are priced
instead of kept. What is left falls apart into single cars: each takes the plant whose landed cost
and prices are least, or is lost where that is cheaper. Every term lowers the cost of a plan or
leaves it, so that what comes out is a bound at any prices.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from sinho.source.data import Input
from sinho.source.duties import Ints
from sinho.source.program import revenues
from sinho.source.terms import Flags
from sinho.units import Floats, starts_of

Singles = NDArray[np.float32]

NEVER = np.float32(1e30)
"""Cost of a flow that is not possible."""


def summed(at: Ints, weights: Floats, size: int) -> Floats:
    """Return the sums of weights by place."""
    return np.bincount(at, weights, size).astype(np.float64)


@dataclass(frozen=True)
class Prices:
    """Prices of what flows share, or what they take of it, or how much there is, by month.

    Of capacity (P, T), lanes (L, T), quotas (Q, years, T), most and least volumes (A, T), and
    shares of markets (n, T). What a limit of a year says stands in its first month (`Dual.real`).
    """

    capacity: Floats
    lane: Floats
    quota: Floats
    most: Floats
    least: Floats
    share: Floats

    @property
    def flat(self) -> Floats:
        """All of them in one row."""
        return np.concatenate([getattr(self, one.name).ravel() for one in fields(self)])

    def like(self, flat: Floats) -> Prices:
        """Return others from a row, as `flat` gives it."""
        parts = [getattr(self, one.name) for one in fields(self)]
        ends = np.cumsum([part.size for part in parts])[:-1]
        return Prices(
            *(own.reshape(p.shape) for own, p in zip(np.split(flat, ends), parts, strict=True))
        )


@dataclass(frozen=True)
class Taken:
    """What comes of prices.

    Parameters
    ----------
    monthly : ndarray, shape (T,)
        Cost and prices of the cheapest ways of all cars.
    taken : Prices
        What they take of all that is shared.
    """

    monthly: Floats
    taken: Prices


@dataclass(frozen=True)
class Cheapest(Taken):
    """What comes of prices, by what is asked for.

    Parameters
    ----------
    way : ndarray, shape (cells,)
        Cost and prices of a car, by what is asked for.
    allocation, inside : ndarray, shape (cells,)
        Its allocation, and whether it uses a quota.
    """

    way: Floats
    allocation: Ints
    inside: Flags


@dataclass
class Dual:
    """All possible flows of a network, by model; ``cost[i]`` is of shape (plants, K, T).

    Parameters
    ----------
    data : Input
        The network.
    big : float
        What a lost car costs besides its price and penalty.
    """

    data: Input
    big: float = 0.0
    order: Ints = field(init=False)
    starts: Ints = field(init=False)
    cost: list[Singles] = field(init=False)
    saved: list[tuple[Ints, Singles, Ints] | None] = field(init=False)

    def __post_init__(self) -> None:
        data = self.data
        self.order = np.argsort(data.model, kind="stable")
        self.starts = starts_of(np.bincount(data.model, minlength=len(data.models)))
        shape = len(data.markets), len(data.months)
        k, t = (part.ravel() for part in np.indices(shape))
        self.years, self.year = np.unique(data.years, return_inverse=True)
        self.cost, self.saved = [], []
        for i in range(len(data.models)):
            slabs, less = [], []
            for a in self.own(i):
                every = np.full(len(k), a)
                slab = data.landed(every, k, t).reshape(shape)
                slabs.append(np.where(self.possible(int(a)), slab, NEVER).astype(np.float32))
                less.append(data.saved(every, k, t).reshape(shape).astype(np.float32))
            self.cost.append(np.array(slabs, dtype=np.float32).reshape(-1, *shape))
            self.saved.append(self._saved(i, np.array(less)) if np.any(less) else None)
        asked, self.of, self.width, worth = revenues(data)
        self.asked, self.worth = asked, worth + self.big
        self.flat = np.ravel_multi_index(asked, data.demand.shape)
        self.units = data.demand[asked]
        self.limits = self._limits()
        ends = np.append(self.first[1:], len(data.months)) - 1
        self.penalty = data.short_penalty[:, ends[self.year]].ravel() + self.big
        sizes = [getattr(self.limits, one.name).size for one in fields(Prices)]
        names = [one.name for one in fields(Prices)]
        self.begin = dict(zip(names, np.cumsum([0, *sizes]).tolist(), strict=False))
        self.least = slice(self.begin["least"], self.begin["share"])
        self.real = self._real()
        # prices of a market's share, by market, plant and year
        self.limit = np.full((len(data.markets), len(data.plants)), -1)
        for n, (market, p, _) in enumerate(data.limits):
            self.limit[market, p] = n

    def weigh(self, big: float) -> None:
        """Let a car that is lost or short cost so much more."""
        self.worth, self.penalty = self.worth + big - self.big, self.penalty + big - self.big
        self.big = big

    def without(self, data: Input) -> Dual:
        """Return what is left of it where a network has fewer ways between plants and markets."""
        other = copy.copy(self)
        lost = (self.data.lane >= 0) & (data.lane < 0)
        other.data, other.cost = data, []
        for i, cost in enumerate(self.cost):
            away = lost[data.plant[self.own(i)]]
            other.cost.append(np.where(away, NEVER, cost) if away.any() else cost)
        return other

    def counting(self) -> Dual:
        """Return flows that cost nothing, of which each car that is lost or short costs 1."""
        other = copy.copy(self)
        other.cost = [np.where(cost < NEVER / 2, np.float32(0), NEVER) for cost in self.cost]
        other.saved = [None] * len(self.cost)
        other.worth, other.penalty = np.ones(len(self.worth)), np.ones(len(self.penalty))
        return other

    def own(self, i: int) -> Ints:
        """Return the allocations of a model."""
        return self.order[self.starts[i] : self.starts[i + 1]]

    def _saved(self, i: int, less: Singles) -> tuple[Ints, Singles, Ints]:
        """Return ways of a model that a quota makes cheaper, by how much, and the quota's place."""
        data, own = self.data, self.own(i)
        a, k, t = np.nonzero(less > 0)
        quota = data.duties.quota[data.group[own[a]], k, t]
        first = int(self.years[0])
        years = int(data.entry_year.max(initial=first)) - first + 1
        year = data.entry_year[data.plant[own[a]], k, t] - first
        place = (quota * years + year) * len(data.months) + t
        return np.ravel_multi_index((a, k, t), less.shape), less[a, k, t], place

    def possible(self, a: int) -> Flags:
        """Return the markets and months in which an allocation may build (K, T)."""
        data = self.data
        ready = np.arange(len(data.months)) >= (0 if data.fixed[a] else data.lead[a])
        ways = (data.lane[data.plant[a]] >= 0) & ~data.duties.closed[data.group[a]]
        possible: Flags = ways & (data.window[a] & ready)
        return possible

    def zero(self) -> Prices:
        """Return prices of 0."""
        return self.limits.like(np.zeros(len(self.limits.flat)))

    def _limits(self) -> Prices:
        """Return how much there is of all that is shared, but for capacity."""
        data = self.data
        first, years = int(self.years[0]), range(len(self.years))
        last = int(data.entry_year.max(initial=first))
        quotas = np.zeros((len(data.quota_names), last - first + 1))
        for (name, year), cars in data.quotas.items():
            if first <= year <= last:
                quotas[data.quota_names.index(name), year - first] = cars
        self.first = np.unique(self.year, return_index=True)[1]
        months = np.stack([data.window[:, self.year == y].sum(axis=1) for y in years], axis=1)
        yearly = [data.demand[:, :, self.year == y].sum(axis=(0, 2)) for y in years]
        shares = np.array([[share * own[k] for own in yearly] for k, _, share in data.limits])

        def monthly(values: Floats, other: float) -> Floats:
            found = np.full((*values.shape[:-1], len(data.months)), other)
            found[..., self.first] = values
            return found

        most = np.full(months.shape, np.inf)
        np.multiply(data.most[:, None], months / 12, out=most, where=data.most[:, None] < np.inf)
        return Prices(
            np.full((len(data.plants), len(data.months)), np.inf),
            data.room,
            np.concatenate(
                [quotas[..., None], np.full((*quotas.shape, len(data.months) - 1), np.inf)], axis=2
            ),
            monthly(most, np.inf),
            monthly(np.where(data.fixed[:, None], data.least[:, None] * months / 12, 0.0), 0.0),
            monthly(shares.reshape(len(data.limits), len(years)), np.inf),
        )

    def _real(self) -> Ints:
        """Return where the limit of each month's place stands."""
        at = self.limits.like(np.arange(float(len(self.limits.flat))))
        first = self.first[self.year]
        quota = np.broadcast_to(at.quota[..., :1], at.quota.shape)
        real = Prices(
            at.capacity, at.lane, quota, at.most[:, first], at.least[:, first], at.share[:, first]
        )
        return real.flat.astype(np.int64)

    def paid(self, prices: Prices, limits: Prices) -> float:
        """Return what limits come to at prices; least volumes count against it."""
        flat = np.where(self.real == np.arange(len(self.real)), prices.flat, 0.0)
        paid = np.where(flat > 0, flat * np.minimum(limits.flat, 1e12), 0.0)
        return float(paid.sum() - 2 * paid[self.least].sum())

    def uses(self, a: Ints, k: Ints, t: Ints, inside: Flags) -> tuple[Ints, Ints, Floats]:
        """Return what flows take: places of flow and of what is shared (flat), and how much."""
        data = self.data
        p, size = data.plant[a], len(data.months)
        found = [(np.arange(len(a)), p * size + t, data.load[a])]

        def put(name: str, at: Flags, row: Ints) -> None:
            own = np.flatnonzero(at)
            place = self.begin[name] + row[own] * size + t[own]
            found.append((own, place, np.ones(len(own))))

        if (data.room < np.inf).any():
            lane = data.lane[p, k, t]
            put("lane", data.room[lane, t] < np.inf, lane)
        if inside.any():
            quota = data.duties.quota[data.group[a], k, t]
            year = data.entry_year[p, k, t] - int(self.years[0])
            put("quota", inside, quota * self.limits.quota.shape[1] + year)
        put("most", data.most[a] < np.inf, a)
        put("least", data.least[a] > 0, a)
        if len(data.limits):
            share = self.limit[k, p]
            put("share", share >= 0, share)
        flow, row, value = zip(*found, strict=True)
        return np.concatenate(flow), np.concatenate(row), np.concatenate(value)

    def offers(
        self, i: int, prices: Prices, on: Flags | None = None, extra: Singles | None = None
    ) -> tuple[Singles, tuple[Ints, Singles] | None]:
        """Return cost and prices of each way of a model without quotas, and what these save.

        Parameters
        ----------
        i : int
            The model.
        prices : Prices
            The prices.
        on : ndarray of bool, shape (A,), optional
            Allocations that may be used; by default all.
        extra : ndarray, optional
            What each way costs besides.
        """
        data, own = self.data, self.own(i)
        p = data.plant[own]
        more = data.load[own, None] * prices.capacity[p]
        more += (prices.most - prices.least)[own]
        cost: Singles = self.cost[i] + more[:, None, :].astype(np.float32)
        if prices.lane.any():
            cost += prices.lane[data.lane[p], np.arange(len(data.months))].astype(np.float32)
        if prices.share.any():
            at = self.limit[:, p].T
            dearer = np.where((at >= 0)[..., None], prices.share[at], 0.0)
            cost += dearer.astype(np.float32)
        if extra is not None:
            cost += extra
        if on is not None:
            cost[~on[own]] = NEVER
        less = self.saved[i]
        if less is None:
            return cost, None
        place, saved, quota = less
        return cost, (place, saved - prices.quota.ravel()[quota].astype(np.float32))

    def priced(
        self, i: int, prices: Prices, on: Flags | None = None, extra: Singles | None = None
    ) -> Singles:
        """Return cost and prices of each way of a model; parameters as `offers`."""
        cost, less = self.offers(i, prices, on, extra)
        if less is not None:
            cost.ravel()[less[0]] -= np.maximum(less[1], 0)
        return cost

    def cheapest(
        self, prices: Prices, on: Flags | None = None, extra: list[Singles] | None = None
    ) -> Cheapest:
        """Let every car take its cheapest way at some prices; parameters as `offers`."""
        data = self.data
        least = np.full(data.demand.shape, NEVER, dtype=np.float32)
        best = np.zeros(data.demand.shape, dtype=np.int64)
        inside = np.zeros(data.demand.shape, dtype=bool)
        for i in range(len(data.models)):
            cost, less = self.offers(i, prices, on, None if extra is None else extra[i])
            if not len(cost):
                continue
            if less is not None:
                cost.ravel()[less[0]] -= np.maximum(less[1], 0)
            where = cost.argmin(axis=0)[None]
            least[i] = np.take_along_axis(cost, where, axis=0)[0]
            best[i] = self.own(i)[where[0]]
            if less is not None:
                used = np.zeros(cost.size, dtype=bool)
                used[less[0][less[1] > 0]] = True
                inside[i] = np.take_along_axis(used.reshape(cost.shape), where, axis=0)[0]
        way = least.ravel()[self.flat].astype(np.float64)
        a, used = best.ravel()[self.flat], inside.ravel()[self.flat]
        _, k, t = self.asked
        paid = np.minimum(self.worth, way[self.of]) * self.width
        cars = self.carried(way)
        flow, row, value = self.uses(a, k, t, used)
        taken = summed(row, value * cars[flow], len(self.limits.flat))
        monthly = summed(t[self.of], paid, len(data.months))
        return Cheapest(monthly, self.limits.like(taken), way, a, used)

    def carried(self, way: Floats) -> Floats:
        """Return the cars of each cell that are worth what their way costs."""
        carried = np.where(way[self.of] < self.worth, self.width, 0.0)
        return summed(self.of, carried, len(self.flat))

    def near(self, prices: Prices, on: Flags, below: Floats) -> tuple[Ints, Ints, Flags]:
        """Return the ways that cost, with prices, less than so much by cell.

        Returns
        -------
        tuple of ndarray
            Cell, allocation, and whether it uses a quota.
        """
        most = np.full(self.data.demand.shape, -NEVER, dtype=np.float32)
        most[self.asked] = below
        place = np.full(self.data.demand.shape, -1)
        place[self.asked] = np.arange(len(self.flat))
        found = []
        for i in range(len(self.cost)):
            cost, less = self.offers(i, prices, on)
            limit = np.minimum(most[i], NEVER / 2)
            ways = [(np.nonzero(cost < limit), False)]
            if less is not None:
                a, k, t = np.unravel_index(less[0], cost.shape)
                own = cost[a, k, t] - less[1] < limit[k, t]
                ways.append(((a[own], k[own], t[own]), True))
            for (a, k, t), inside in ways:
                found.append((place[i, k, t], self.own(i)[a], np.full(len(a), inside)))
        cell, a, used = (np.concatenate(part) for part in zip(*found, strict=True))
        return cell, a, used
