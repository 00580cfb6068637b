"""How many cars are lost, or short of least volumes, at least with some capacity at any cost.

Where only capacity and least volumes count, markets of a model that the same plants can serve are
one: a month, or a year of least volumes, is a small linear program, whose duals say what more
capacity of each plant would save.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.highs import Model, by_column
from sinho.source.dual import NEVER, Dual, Prices
from sinho.source.duties import Ints
from sinho.source.master import Cuts
from sinho.units import Floats


class Counting:
    """Cars by month, model and the plants that can serve them.

    Parameters
    ----------
    dual : Dual
        All possible flows.
    """

    def __init__(self, dual: Dual) -> None:
        self.dual, self.data, size = dual, dual.data, len(dual.data.months)
        self.volumes = (dual.limits.least > 0).any(axis=1)
        self.cars: list[list[float]] = [[] for _ in range(size)]
        self.ways: list[list[Ints]] = [[] for _ in range(size)]
        for i, cost in enumerate(dual.cost):
            open_to = cost < NEVER / 2
            for t in range(size):
                asked = self.data.demand[i, :, t]
                own = np.flatnonzero(asked)
                sets, which = np.unique(open_to[:, own, t], axis=1, return_inverse=True)
                cars = np.bincount(which.ravel(), asked[own], minlength=sets.shape[1])
                self.cars[t] += cars.tolist()
                self.ways[t] += [dual.own(i)[one] for one in sets.T]

    def fewest(
        self, room: Floats, options: dict[str, Any], *, yearly: bool = False
    ) -> tuple[float, Prices]:
        """Return the fewest cars lost with a capacity, and prices that prove it.

        Parameters
        ----------
        room : ndarray, shape (P, T)
            The capacity.
        options : dict
            Options of the solver.
        yearly : bool
            Whether cars short of least volumes count too.
        """
        dual = self.dual
        prices, lost = dual.zero(), 0.0
        joins = yearly and bool(self.volumes.any())
        size = len(self.data.months)
        groups = [np.flatnonzero(dual.year == y) for y in range(len(dual.first))]
        for months in groups if joins else np.arange(size)[:, None]:
            lost += self._program(room, months, prices, joins, options)
        return lost, prices

    def closed(self) -> list[Cuts]:
        """Return cuts of the least volumes of a year, which a plant cannot build closed."""
        data, dual, found = self.data, self.dual, []
        due = dual.limits.least[:, dual.first]
        for p, plant in enumerate(data.plants):
            for y in range(len(dual.first)):
                mine = np.flatnonzero((data.plant == p) & (due[:, y] > 0))
                alone = mine[:, None] if plant.may_change or not plant.open else mine[:0]
                for own in (mine, *alone) if len(mine) else ():
                    capacity = dual.zero().capacity
                    capacity[p, dual.year == y] = 1 / data.load[own].min()
                    cars = sum((data.demand[data.model[a]] * dual.possible(a)).sum(0) for a in own)
                    cuts = Cuts(-float(due[own, y].sum()), most=np.asarray(cars))
                    cuts.add(np.zeros(len(data.months)), capacity)
                    found.append(cuts)
        return found

    def _program(
        self, room: Floats, months: Ints, prices: Prices, joins: bool, options: dict[str, Any]
    ) -> float:
        """Solve the program of some months; put prices, and return the cars lost and short."""
        data, plants, first = self.data, len(room), int(months[0])
        asked = np.concatenate([np.array(self.cars[t]) for t in months])
        ways = [one for t in months for one in self.ways[t]]
        month = np.repeat(np.arange(len(months)), [len(self.cars[t]) for t in months])
        group = np.repeat(np.arange(len(asked)), [len(one) for one in ways])
        a = np.concatenate([np.zeros(0, dtype=np.int64), *ways])
        size, count = len(a), len(asked)
        own = np.flatnonzero(self.volumes) if joins else np.zeros(0, dtype=np.int64)
        place = np.full(len(data.model), -1)
        place[own] = np.arange(len(own))
        mine = np.flatnonzero(place[a] >= 0)
        rooms = count + month[group] * plants + data.plant[a]
        volume = count + plants * len(months)
        least = self.dual.limits.least[own, first]
        width = size + count + len(own)
        start, index, value = by_column(
            width,
            np.concatenate([np.tile(np.arange(size), 2), mine, np.arange(size, width)]),
            np.concatenate(
                [
                    group,
                    rooms,
                    volume + place[a[mine]],
                    np.arange(count),
                    volume + np.arange(len(own)),
                ]
            ),
            np.concatenate([np.ones(size), data.load[a], np.ones(len(mine) + width - size)]),
        )
        upper = np.concatenate([asked, room[:, months].T.ravel(), np.full(len(own), np.inf)])
        lower = np.concatenate([asked, np.full(plants * len(months), -np.inf), least])
        model = Model(
            cost=np.append(np.zeros(size), np.ones(width - size)),
            lower=np.zeros(width),
            upper=np.full(width, np.inf),
            row_lower=lower,
            row_upper=upper,
            start=start,
            index=index,
            value=value,
            **options,
        )
        model.run()
        worth = model.row_dual
        prices.capacity[:, months] = np.maximum(-worth[count:volume], 0.0).reshape(-1, plants).T
        if joins:
            prices.least[np.ix_(own, months)] = np.maximum(worth[volume:], 0.0)[:, None]
        return float(model.objective)
