"""What a network is planned from: arrays of plants, models, markets and months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.source.arrays import arrays_of
from sinho.source.behind import check_behind
from sinho.source.duties import Ints
from sinho.source.terms import Duties, Flags, Plant
from sinho.units import Floats

if TYPE_CHECKING:
    from sinho.hub import Hub


@dataclass(frozen=True)
class Input:
    """A network of plants, as arrays; amounts in its currency.

    ``A`` allocations (a model at a plant), ``I`` models, ``P`` plants, ``K`` markets, ``T`` months,
    ``L`` lanes, ``G`` groups of allocations that pay the same duty.

    Parameters
    ----------
    name, currency : str
        The network's.
    months : tuple of datetime.date
        Months that are planned.
    plants : tuple of Plant
        Plants.
    models, powertrains, markets, countries, lanes : tuple of str
        Names of models with their powertrains, of markets with their countries, of lanes.
    model, plant : ndarray of int, shape (A,)
        Model and plant of each allocation.
    fixed : ndarray of bool, shape (A,)
        Whether it is built there already.
    window : ndarray of bool, shape (A, T)
        Months in which it may be built, once it is launched.
    parts, building : ndarray, shape (A, T)
        Cost of a car.
    origins : mapping of (int, str) to ndarray
        Value of parts by allocation and country, shape (T,).
    tooling, short_penalty : ndarray, shape (A, T)
        Cost of a launch that is decided in a month; penalty of a car short at its rates.
    load, least, most : ndarray, shape (A,)
        Capacity that a car takes; cars a year.
    lead : ndarray of int, shape (A,)
        Months from the decision to the first car.
    demand, price, penalty, response : ndarray, shape (I, K, T)
        Cars asked for; net price; penalty of a lost car; price response (nan: none).
    lane : ndarray of int, shape (P, K, T)
        Lane from plant to market; -1: no way.
    freight, transit : ndarray, shape (P, K, T)
        Cost of a car, and days.
    entry_year : ndarray of int, shape (P, K, T)
        Calendar year in which cars of the month enter.
    room : ndarray, shape (L, T)
        Cars that a lane carries.
    group : ndarray of int, shape (A,)
        Group of each allocation.
    duties, known : Duties
        What they pay; and as it was known on the day of entry.
    quotas : mapping of (str, int) to float
        Cars by quota and year.
    quota_names : tuple of str
        Quotas by place.
    co2 : ndarray, shape (I,)
        Grams per kilometre.
    carbon : ndarray, shape (K, T)
        Price of a gram per kilometre.
    limits : tuple of (int, int, float)
        Market, plant and the share of the market's cars in a year that it may take from there.
    customs_share, interest : float
        Customs value as a share of the price; yearly cost of capital as a share.
    shift_period, launch_period : int
        Months between dates at which shifts are changed and launches decided.
    places : mapping of (str, str) to (float, float)
        Longitude and latitude by ``plant`` or ``market`` and its name, where they are given.
    network : Hub
        The tables that it was taken from, with the shift steps of hubs behind plants.
    """

    name: str
    currency: str
    months: tuple[dt.date, ...]
    plants: tuple[Plant, ...] = field(repr=False)
    models: tuple[str, ...] = field(repr=False)
    powertrains: tuple[str, ...] = field(repr=False)
    markets: tuple[str, ...] = field(repr=False)
    countries: tuple[str, ...] = field(repr=False)
    lanes: tuple[str, ...] = field(repr=False)
    model: Ints = field(repr=False)
    plant: Ints = field(repr=False)
    fixed: Flags = field(repr=False)
    window: Flags = field(repr=False)
    parts: Floats = field(repr=False)
    building: Floats = field(repr=False)
    origins: Mapping[tuple[int, str], Floats] = field(repr=False)
    load: Floats = field(repr=False)
    tooling: Floats = field(repr=False)
    least: Floats = field(repr=False)
    most: Floats = field(repr=False)
    short_penalty: Floats = field(repr=False)
    lead: Ints = field(repr=False)
    demand: Floats = field(repr=False)
    price: Floats = field(repr=False)
    penalty: Floats = field(repr=False)
    response: Floats = field(repr=False)
    lane: Ints = field(repr=False)
    freight: Floats = field(repr=False)
    transit: Floats = field(repr=False)
    entry_year: Ints = field(repr=False)
    room: Floats = field(repr=False)
    group: Ints = field(repr=False)
    duties: Duties = field(repr=False)
    known: Duties = field(repr=False)
    quotas: Mapping[tuple[str, int], float] = field(repr=False)
    quota_names: tuple[str, ...] = field(repr=False)
    co2: Floats = field(repr=False)
    carbon: Floats = field(repr=False)
    limits: tuple[tuple[int, int, float], ...] = field(repr=False)
    customs_share: float
    interest: float
    shift_period: int
    launch_period: int
    places: Mapping[tuple[str, str], tuple[float, float]] = field(repr=False)
    network: Hub = field(repr=False)

    @classmethod
    def from_network(cls, network: Hub) -> Input:
        """Take the tables of a network, with its scenario applied.

        Parameters
        ----------
        network : Hub
            As `sinho.hub.read_network` returns it.
        """
        return cls(**arrays_of(network))

    @staticmethod
    def check(network: Hub) -> tuple[Hub, tuple[Problem, ...]]:
        """Read the hubs behind a network's plants, as it stands and under each scenario.

        Parameters
        ----------
        network : Hub
            As `sinho.hub.read_network` returns it.

        Returns
        -------
        network : Hub
            With the shift steps of the hubs, where they have no errors.
        problems : tuple of Problem
            Every error, and a warning of each currency that neither tables nor hubs name.
        """
        return check_behind(network)

    @property
    def years(self) -> Ints:
        """Calendar year of each month."""
        return np.array([month.year for month in self.months])

    def months_of(self, year: int) -> Ints:
        """Return the places of the months of a calendar year.

        Raises
        ------
        ValueError
            When the network has none.
        """
        if year not in self.years:
            raise ValueError(f"the network has no month of {year}")
        return np.flatnonzero(self.years == year)

    def with_plant(self, p: int, **changed: Any) -> Input:
        """Return the network with fields of a plant changed."""
        plants = list(self.plants)
        plants[p] = replace(plants[p], **changed)
        return replace(self, plants=tuple(plants))

    def cells_of(self, flows: pl.DataFrame) -> tuple[Ints, Ints, Ints]:
        """Return allocation, market and month of each row of `Sourcing.flows`."""

        def at(column: str, names: Sequence[Any]) -> Ints:
            places = pl.Series(range(len(names)), dtype=pl.Int64)
            found = flows[column].replace_strict(pl.Series(names), places, return_dtype=pl.Int64)
            return found.to_numpy()

        allocation = np.full((len(self.models), len(self.plants)), -1)
        allocation[self.model, self.plant] = np.arange(len(self.model))
        plant = at("plant", [plant.name for plant in self.plants])
        a = allocation[at("model", self.models), plant]
        return a, at("market", self.markets), at("month", self.months)

    def cells(self) -> tuple[Ints, Ints, Ints]:
        """Return allocation, market and month of every flow that is possible.

        A model is asked for there and then, its plant has a lane, the border is open, and the
        allocation has begun and not ended.
        """
        asked = self.demand[self.model] > 0
        ways = self.lane[self.plant] >= 0
        allowed = asked & ways & self.window[:, None, :] & ~self.duties.closed[self.group]
        a, k, t = np.nonzero(allowed)
        return a, k, t

    def value(self, a: Ints, k: Ints, t: Ints) -> Floats:
        """Return the customs value of flows."""
        price = self.price[self.model[a], k, t]
        works = self.parts[a, t] + self.building[a, t]
        return np.where(price > 0, price * self.customs_share, works)

    def tariff(self, a: Ints, k: Ints, t: Ints, duties: Duties) -> Floats:
        """Return what a car of each flow pays by some duties, in full."""
        g, value = self.group[a], self.value(a, k, t)
        short = np.maximum(duties.least[:, g, k, t] - value, 0.0)
        paid: Floats = duties.rate[g, k, t] * value + (duties.part[:, g, k, t] * short).sum(axis=0)
        return paid

    def lines(self, a: Ints, k: Ints, t: Ints) -> dict[str, Floats]:
        """Return the landed cost of a car of each flow by line (`LINES`), in full duty."""
        i, p = self.model[a], self.plant[a]
        works = self.parts[a, t] + self.building[a, t]
        return {
            "parts": self.parts[a, t],
            "building": self.building[a, t],
            "freight": self.freight[p, k, t],
            "tariff": self.tariff(a, k, t, self.duties),
            "carbon": self.co2[i] * self.carbon[k, t],
            "stock": works * self.interest * self.transit[p, k, t] / 365.0,
        }

    def landed(self, a: Ints, k: Ints, t: Ints) -> Floats:
        """Return the landed cost of a car of each flow, in full duty."""
        total: Floats = np.add.reduce(list(self.lines(a, k, t).values()))
        return total

    def landed_costs(self, model: str) -> pl.DataFrame:
        """Return what a car of a model costs landed, by plant, market and month of leaving.

        Parameters
        ----------
        model : str
            The model.

        Returns
        -------
        polars.DataFrame
            ``plant``, ``market``, ``month``, ``duty`` and ``paid`` (shares of the customs value in
            full, and as it was known), cost by line, ``landed`` and ``in quota``; null where the
            border is closed. Months in which it may not be built yet are told as well.

        Raises
        ------
        DataError
            For a model that the network does not have.
        """
        if model not in self.models:
            rule, hint = "there is no such model in the network", nearest(model, self.models)
            raise DataError([Problem("network_models", rule, None, "model", model, hint)])
        own = np.flatnonzero(self.model == self.models.index(model))
        grid = np.indices((len(own), len(self.markets), len(self.months))).reshape(3, -1)
        a, k, t = own[grid[0]], grid[1], grid[2]
        there = self.lane[self.plant[a], k, t] >= 0
        a, k, t = a[there], k[there], t[there]
        g = self.group[a]
        shut = self.duties.closed[g, k, t]
        total = self.landed(a, k, t)
        costs = {
            **self.lines(a, k, t),
            "landed": total,
            "in quota": total - self.saved(a, k, t),
        }
        return pl.DataFrame(
            {
                "plant": [self.plants[p].name for p in self.plant[a]],
                "market": [self.markets[at] for at in k],
                "month": [self.months[at] for at in t],
                "duty": self.duties.rate[g, k, t],
                "paid": self.known.rate[g, k, t],
                **{line: np.where(shut, np.nan, value) for line, value in costs.items()},
            }
        ).fill_nan(None)

    def saved(self, a: Ints, k: Ints, t: Ints, duties: Duties | None = None) -> Floats:
        """Return what a car of each flow pays less within its quota; 0 where there is none."""
        g, duties = self.group[a], duties or self.duties
        less = duties.rate[g, k, t] - duties.within[g, k, t]
        return np.where(duties.quota[g, k, t] >= 0, less * self.value(a, k, t), 0.0)
