"""Plans of a large network with shift steps as chosen: launches, and flows that are sifted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from sinho.source.ascent import ascend
from sinho.source.dual import Dual, Prices, Singles
from sinho.source.launches import Launches
from sinho.source.made import Made, Shipped
from sinho.source.master import Master
from sinho.source.program import program_of
from sinho.source.shipped import Sifting
from sinho.source.terms import Flags
from sinho.stop import StopRule
from sinho.units import Floats

TRIES = 5
"""Most sets of launches tried with a choice of steps."""

NONE = 1e-6
"""Cars that are none."""

NEAR_BY = 25
"""Evaluations of an ascent from near by."""


class Planner:
    """Chooses launches, and sifts the flows.

    Parameters
    ----------
    dual : Dual
        All possible flows.
    master : Master
        Steps of plants.
    launches : Launches
        What launches cost.
    options : dict
        Options of the solver.
    scale : float
        A usual difference of the cost of two ways.
    """

    def __init__(
        self, dual: Dual, master: Master, launches: Launches, options: dict[str, Any], scale: float
    ) -> None:
        self.dual, self.data, self.master, self.launches = dual, dual.data, master, launches
        self.options, self.scale = options, scale

    def plan(
        self,
        x: Floats,
        prices: Prices,
        extra: list[Singles] | None,
        on: Flags,
        *,
        held: bool,
        gap: float,
        stop: StopRule,
        allowed: float,
        rank: Callable[[Made], tuple[float, float]],
        done: Callable[[Made], bool],
    ) -> Made:
        """Plan launches and flows with steps as chosen.

        Parameters
        ----------
        x : ndarray
            Steps, as `Master.choose` returns them.
        prices, extra
            Good prices at these steps, and the tooling that cars bear at them.
        on : ndarray of bool
            Launches to begin with.
        held : bool
            Whether no others are looked for at first.
        gap : float
            Gap of flows.
        stop : StopRule
            When to stop.
        allowed : float
            Cars that may be lost or short.
        rank, done : callable
            What is compared of plans, and whether one is good enough.
        """
        room = replace(self.dual.limits, capacity=self.master.capacity(x))
        if not held and (self.launches.due[~self.data.fixed] > 0).any() and not stop():
            # shares of launches know nothing of their least volumes
            other, at = self.launches.scaled(room, prices, extra, self.scale, stop)
            other = self.launches.chosen(at, other, self.scale)
            if self._worth(other, room, at, stop) < self._worth(on, room, prices, stop):
                on, prices = other, at
        best: Made | None = None
        for _ in range(TRIES):
            limits = replace(room, least=np.where(on[:, None], self.launches.due, 0.0))
            prices, _ = ascend(
                self.dual, limits, prices, steps=NEAR_BY, scale=self.scale, stop=stop, on=on
            )
            sifting = Sifting(self.dual, on, limits, prices, self.options)
            sifting.solve(gap, stop, allowed)
            made, prices = self.made(x, on, sifting.shipped()), sifting.prices
            worse = best is not None and rank(made) >= rank(best)
            if best is None or not worse:
                best = made
            if stop() or done(best) or worse:
                break
            other = self._other(made, prices, allowed)
            if np.array_equal(other, on):
                break
            on = other
        assert best is not None
        return best

    def _worth(self, on: Flags, room: Prices, prices: Prices, stop: StopRule) -> float:
        """Return about what flows cost with launches, and the launches."""
        limits = replace(room, least=np.where(on[:, None], self.launches.due, 0.0))
        _, cost = ascend(
            self.dual, limits, prices, steps=NEAR_BY, scale=self.scale, stop=stop, on=on
        )
        return cost + float(self.launches.tooling[on].sum())

    def _other(self, made: Made, prices: Prices, allowed: float) -> Flags:
        """Return launches that are better than those of a plan, by what it lacks."""
        other = self.launches.chosen(prices, made.on, self.scale)
        if made.missing <= allowed:
            return other
        if float(made.shipped.lost.sum()) > allowed:
            other |= made.on
        else:
            other = made.on.copy()
        # where least volumes of a model lack cars, the launch that lacks most is not worth it
        lows, short = made.program.of["least"], made.x[made.program.columns["short"]]
        due, model = self.launches.yearly.sum(axis=1), self.data.model
        lacks = np.bincount(lows[:, 0], short, len(other))
        poor = np.bincount(model, lacks, len(self.data.models)) > NONE
        score = np.where(other & ~self.data.fixed & (due > 0) & poor[model], lacks + NONE * due, 0)
        worst = np.zeros(len(poor))
        np.maximum.at(worst, model, score)
        other[(score > 0) & (score == worst[model])] = False
        return other

    def made(self, x: Floats, on: Flags, shipped: Shipped) -> Made:
        """Return a plan as a solution of the program of the flows that it has."""
        data, (_, k, t) = self.data, (part[shipped.cell] for part in self.dual.asked)
        a = shipped.a
        program = program_of(data, (a, k, t))
        values = np.zeros(len(program.cost))
        values[program.columns["flow"]] = shipped.cars
        values[program.columns["inside"]] = shipped.inside[program.of["inside"]]
        values[program.columns["lost"]] = shipped.lost
        for name, own in self.master.program.columns.items():
            values[program.columns[name]] = x[own]
        first = np.full(len(data.model), len(data.months))
        np.minimum.at(first, a, t)
        launched, date = self.launches.dated(on & (first < len(data.months)), first)
        new = np.cumsum(~data.fixed) - 1
        place = new[launched] * len(self.launches.dates) + date
        values[program.columns["launch"].start + place] = 1.0
        row, column, value = program.entries
        used = np.bincount(row, value * values[column], minlength=len(program.row_lower))
        low = program.rows["least"]
        values[program.columns["short"]] = np.maximum(program.row_lower[low] - used[low], 0.0)
        cost, missing = float(program.cost @ values), float(program.missing @ values)
        return Made(x, on, shipped, program, values, cost, missing)
