"""How many cars are lost at least with some capacity, whatever it costs.

Where only capacity counts, markets of a model that the same plants can serve are one: a month is a
small linear program, whose duals say what more capacity of each plant would save.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.highs import Model, by_column
from sinho.source.dual import NEVER, Dual
from sinho.source.duties import Ints
from sinho.units import Floats


class Counting:
    """Cars by month, model and the plants that can serve them.

    Parameters
    ----------
    dual : Dual
        All possible flows.
    """

    def __init__(self, dual: Dual) -> None:
        self.data, size = dual.data, len(dual.data.months)
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

    def fewest(self, room: Floats, options: dict[str, Any]) -> tuple[float, Floats]:
        """Return the fewest cars lost with a capacity, and what more of it saves (P, T)."""
        prices, lost = np.zeros(room.shape), 0.0
        for t, (cars, ways) in enumerate(zip(self.cars, self.ways, strict=True)):
            count, rows = len(cars), len(cars) + len(room)
            group = np.repeat(np.arange(count), [len(one) for one in ways])
            a = np.concatenate([np.zeros(0, dtype=np.int64), *ways])
            size = len(a)
            start, index, value = by_column(
                size + count,
                np.concatenate([np.tile(np.arange(size), 2), size + np.arange(count)]),
                np.concatenate([group, count + self.data.plant[a], np.arange(count)]),
                np.concatenate([np.ones(size), self.data.load[a], np.ones(count)]),
            )
            asked = np.array(cars)
            model = Model(
                cost=np.append(np.zeros(size), np.ones(count)),
                lower=np.zeros(size + count),
                upper=np.full(size + count, np.inf),
                row_lower=np.append(asked, np.full(rows - count, -np.inf)),
                row_upper=np.append(asked, room[:, t]),
                start=start,
                index=index,
                value=value,
                **options,
            )
            model.run()
            prices[:, t] = np.maximum(-model.row_dual[count:], 0.0)
            lost += model.objective
        return lost, prices
