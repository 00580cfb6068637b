"""Which shift steps and closures are best by cuts: straight lines below the cost of months."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sinho.highs import INF, Model, by_column
from sinho.source.data import Input
from sinho.source.program import Builder, plants_of
from sinho.stop import StopRule
from sinho.units import Floats

SECONDS = 20.0
"""Most seconds of a choice."""

FAR = 1e13
"""No month saves or costs more."""


@dataclass
class Cuts:
    """Cuts of months at the same prices of what joins them.

    Parameters
    ----------
    yearly : float
        What limits of years come to at these prices; it goes off.
    months : list of tuple
        Month, cost at no capacity, and what a unit of each plant's capacity saves.
    most : ndarray, shape (T,), or None
        What all capacity of a month saves at most, where that of one plant alone is priced.
    """

    yearly: float
    months: list[tuple[int, float, Floats]] = field(default_factory=list)
    most: Floats | None = None

    def add(self, fixed: Floats, price: Floats) -> None:
        """Add a cut of each month: cost at no capacity (T,), and prices of capacity (P, T)."""
        some = np.flatnonzero((fixed != 0) | price.any(axis=0)).tolist()
        self.months += [(t, float(fixed[t]), price[:, t]) for t in some]


class Master:
    """Steps of plants, closures and their costs."""

    def __init__(self, data: Input) -> None:
        b = Builder()
        nothing = np.zeros(0, dtype=np.int64)
        b.of["flow"] = (nothing, nothing, nothing)
        plants_of(b, data, nothing)
        self.data, self.program = data, b.made()
        of, block = self.program.of["step"], self.program.of["blocks"]
        size = len(self.program.cost)
        self.choice = np.arange(size)[self.program.columns["step"]].reshape(len(of), -1)[:, block]
        self.each = np.array([data.plants[p].capacity[step] for p, step in of])
        self.each = self.each.reshape(len(of), len(data.months))

    def capacity(self, x: Floats) -> Floats:
        """Return the capacity of plants by month with a choice of steps (P, T)."""
        room = np.zeros((len(self.data.plants), len(self.data.months)))
        np.add.at(room, self.program.of["step"][:, 0], self.each * x[self.choice])
        return room

    @property
    def most(self) -> Floats:
        """The most capacity of plants by month."""
        room = np.zeros((len(self.data.plants), len(self.data.months)))
        may = self.program.upper[self.choice] > 0
        np.maximum.at(room, self.program.of["step"][:, 0], self.each * may)
        return room

    def choose(
        self,
        costs: list[Cuts],
        missing: list[Cuts],
        fewest: float,
        gap: float,
        stop: StopRule,
        options: dict[str, Any],
        least: float = 0.1,
        *,
        whole: bool = True,
    ) -> tuple[Floats | None, float]:
        """Return the choice that is cheapest by the cuts, and a bound on its cost with flows.

        Parameters
        ----------
        costs : list of Cuts
            Cuts below the cost of flows.
        missing : list of Cuts
            Cuts below the cars that are lost or short.
        fewest : float
            Most cars that may be lost or short.
        gap : float
            Gap of the choice, as an amount.
        stop, options
            When to stop, and options of the solver.
        least : float
            Seconds that it has at least.
        whole : bool
            Whether steps are whole; else the bound is a lower one, at once.
        """
        program = self.program
        size, height = len(program.cost), len(program.row_lower)
        parts = [program.entries]
        lower, upper = list(program.row_lower), list(program.row_upper)
        cost, low = [program.cost, np.ones(1)], [program.lower, np.full(1, -FAR)]
        count = size + 1
        for cuts, paid in [(one, True) for one in costs] + [(one, False) for one in missing]:
            months = sorted({t for t, *_ in cuts.months})
            place = {t: count + n for n, t in enumerate(months)}
            count += len(months)
            cost.append(np.zeros(len(months)))
            low.append(np.full(len(months), -FAR))
            for t, fixed, price in cuts.months:
                weights = price[program.of["step"][:, 0]] * self.each[:, t]
                if cuts.most is not None:
                    weights = np.minimum(weights, cuts.most[t])
                own = np.flatnonzero(weights)
                row = np.full(len(own) + 1, height + len(lower) - len(program.row_lower))
                columns = np.append(self.choice[own, t], place[t])
                parts.append((row, columns, np.append(weights[own], 1.0)))
                lower.append(fixed)
                upper.append(INF)
            every = np.array(list(place.values()), dtype=np.int64)
            row = np.full(len(every) + paid, height + len(lower) - len(program.row_lower))
            if paid:  # no less than the months come to
                every = np.append(every, size)
                sign = np.append(np.full(len(every) - 1, -1.0), 1.0)
                lower.append(-cuts.yearly)
                upper.append(INF)
            else:
                sign = np.ones(len(every))
                lower.append(-INF)
                upper.append(fewest + cuts.yearly)
            parts.append((row, every, sign))
        row, column, value = (np.concatenate(one) for one in zip(*parts, strict=True))
        start, index, value = by_column(count, column, row, value)
        whole_cost, lows = np.concatenate(cost), np.concatenate(low)
        model = Model(
            cost=whole_cost,
            lower=lows,
            upper=np.concatenate([program.upper, np.full(count - size, INF)]),
            row_lower=np.array(lower),
            row_upper=np.array(upper),
            start=start,
            index=index,
            value=value,
            integer=np.concatenate([program.integer & whole, np.zeros(count - size, dtype=bool)]),
            mip_rel_gap=0.0,
            mip_abs_gap=max(gap, 1e-9),
            **options,
        )
        model.limit(max(min(stop.seconds_left, SECONDS), least))
        model.settle()
        if not model.feasible:
            return None, -np.inf
        x = model.x[:size]
        if not (whole and program.integer.any()):
            return x, model.objective
        return np.where(program.integer, np.round(x), x), model.bound
