"""Which shift steps, closures and launches are best by cuts: lines below the cost of months."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sinho.highs import INF, Ended, Model, by_column
from sinho.source.data import Input
from sinho.source.program import Builder, plants_of
from sinho.stop import StopRule
from sinho.units import Floats

NODES = 300
"""Most nodes of a choice of whole steps, so that it ends alike on any machine."""

SECONDS = 20.0
"""Most seconds of a choice."""

IDLE = 4
"""Choices in a row that a cut does not touch before it goes."""

FAR = 1e13
"""No month saves or costs more."""


@dataclass
class Cut:
    """A line below the cost of a month, or below its cars that are lost.

    Parameters
    ----------
    month : int
        The month.
    fixed : float
        Cost at no capacity.
    price : ndarray, shape (P,)
        What a unit of each plant's capacity saves.
    gains : ndarray, shape (A,), or None
        What each launch saves of all that may be made; none where all of them are made.
    idle : int
        Choices in a row that it did not touch.
    active : bool
        Whether it counts where whole steps are chosen.
    """

    month: int
    fixed: float
    price: Floats
    gains: Floats | None = None
    idle: int = 0
    active: bool = False


@dataclass
class Cuts:
    """Cuts of months at the same prices of what joins them.

    Parameters
    ----------
    yearly : float
        What limits of years come to at these prices; it goes off.
    months : list of Cut
        Cuts of single months.
    most : ndarray, shape (T,), or None
        What all capacity of a month saves at most, where that of one plant alone is priced.
    """

    yearly: float
    months: list[Cut] = field(default_factory=list)
    most: Floats | None = None

    @property
    def idle(self) -> bool:
        """Whether none of them touched a choice for long."""
        return all(one.idle >= IDLE for one in self.months)

    def add(self, fixed: Floats, price: Floats, gains: Floats | None = None) -> None:
        """Add a cut of each month.

        Parameters
        ----------
        fixed : ndarray, shape (T,)
            Cost at no capacity.
        price : ndarray, shape (P, T)
            Prices of capacity.
        gains : ndarray, shape (A, T), optional
            What launches save.
        """
        for t in np.flatnonzero((fixed != 0) | price.any(axis=0)).tolist():
            saved = None if gains is None else gains[:, t]
            self.months.append(Cut(t, float(fixed[t]), price[:, t], saved))


def least_tooling(data: Input) -> Floats:
    """Return the cost of each launch (A,) at the date at which it costs least."""
    dates = np.arange(0, len(data.months), data.launch_period)
    return np.where(data.fixed, 0.0, data.tooling[:, dates].min(axis=1))


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
        self.tooling = least_tooling(data)
        self.new = np.flatnonzero(~data.fixed)

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
        held: Floats | None = None,
        between: tuple[Floats, Floats] | None = None,
    ) -> tuple[Floats | None, Floats | None, float]:
        """Return the choice that is cheapest by the cuts, and a bound on its cost with flows.

        Beside the choice of steps stand the shares of launches (A,); there are none where so few
        cars cannot be lost, or where time is over.

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
        held : ndarray, optional
            Steps that are chosen already.
        between : tuple of ndarray, shape (A,), optional
            Shares of launches at least and at most, by which cost is reckoned; by default 0 and 1.
        """
        program = self.program
        size, height = len(program.cost), len(program.row_lower)
        parts = [program.entries]
        lower, upper = list(program.row_lower), list(program.row_upper)
        lows, highs = (program.lower, program.upper) if held is None else (held, held)
        cost, low = [program.cost, np.ones(1)], [lows, np.full(1, -FAR)]
        launch = np.full(len(self.tooling), -1)
        launch[self.new] = size + 1 + np.arange(len(self.new))
        cost.append(self.tooling[self.new])
        ends = np.zeros(len(self.tooling)), np.ones(len(self.tooling))
        least_share, most_share = (one[self.new] for one in (between or ends))
        low.append(least_share)
        count = size + 1 + len(self.new)
        fewer, rows = count, list[Cut | None]()
        lossy = missing if held is None else []
        choosing = whole and held is None
        for cuts, paid in [(one, True) for one in costs] + [(one, False) for one in lossy]:
            mine = [one for one in cuts.months if one.active or not (paid and choosing)]
            months = sorted({cut.month for cut in mine})
            if len(months) < len({cut.month for cut in cuts.months}):
                continue  # without a cut of each month it says nothing
            place = np.full(len(self.data.months), -1)
            place[months] = count + np.arange(len(months))
            count += len(months)
            cost.append(np.zeros(len(months)))
            low.append(np.full(len(months), -FAR))
            for cut in mine:
                t, gains = cut.month, cut.gains
                weights = cut.price[program.of["step"][:, 0]] * self.each[:, t]
                rows.append(cut)
                if cuts.most is not None:
                    weights = np.minimum(weights, cuts.most[t])
                own = np.flatnonzero(weights)
                columns = [self.choice[own, t], place[t : t + 1]]
                values = [weights[own], np.ones(1)]
                fixed = cut.fixed
                if gains is not None and not paid and between is not None:
                    fixed -= float(gains.sum())  # as if all were launched
                elif gains is not None:
                    some = self.new[gains[self.new] > 0]
                    columns.append(launch[some])
                    values.append(gains[some])
                where = np.concatenate(columns)
                row = np.full(len(where), height + len(lower) - len(program.row_lower))
                parts.append((row, where, np.concatenate(values)))
                lower.append(fixed)
                upper.append(INF)
            every = place[months]
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
            rows.append(None)
        row, column, value = (np.concatenate(one) for one in zip(*parts, strict=True))
        start, index, value = by_column(count, column, row, value)
        integer = np.zeros(count, dtype=bool)
        integer[:size] = program.integer & choosing
        upmost = [highs, np.full(1, INF), most_share, np.full(count - fewer, INF)]
        model = Model(
            cost=np.concatenate(cost),
            lower=np.concatenate(low),
            upper=np.concatenate(upmost),
            row_lower=np.array(lower),
            row_upper=np.array(upper),
            start=start,
            index=index,
            value=value,
            integer=integer,
            mip_rel_gap=0.0,
            mip_abs_gap=max(gap, 1e-9),
            mip_max_nodes=NODES,
            **options,
        )
        parted = not integer.any()
        model.limit(max(min(stop.seconds_left, np.inf if parted else SECONDS), least))
        status = model.settle()
        if not model.feasible or (parted and status != Ended.kOptimal):
            return None, None, -np.inf
        shares = np.ones(len(self.tooling))
        if parted:
            for one, dual in zip(rows, model.row_dual[height:], strict=True):
                if one is not None:
                    one.idle = 0 if abs(dual) > 1e-9 else one.idle + 1
        x = model.x[:size]
        shares[self.new] = model.x[size + 1 : fewer]
        if held is not None:
            return held, shares, model.objective
        if parted:
            return x, shares, model.objective
        return np.where(program.integer, np.round(x), x), shares, model.bound
