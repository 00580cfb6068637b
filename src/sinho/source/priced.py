"""Large networks: prices on what models share, and cuts that choose shift steps.

Benders' decomposition with Lagrangian cuts. For a choice of shift steps the prices of capacity are
raised by ascent, all months at once (`sinho.source.dual`); at any prices the cost of a month is at
least what its cars cost at them less the priced capacity, which is a straight line in the capacity:
a cut. The program of steps, closures and their costs with all cuts gives the bound and the next
choice. The plan then solves the program of flows with steps and launches as chosen, of the flows
alone that cost nearly the least.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sinho.highs import INF, Model, by_column
from sinho.results.status import gap_of
from sinho.source.data import Input
from sinho.source.dual import NEVER, Cheapest, Dual, Prices
from sinho.source.duties import Ints
from sinho.source.exact import COST, Level, Optimum, minimise
from sinho.source.params import Params
from sinho.source.program import Builder, Program, plants_of, program_of
from sinho.stop import Progress, Report, StopRule
from sinho.units import Floats

STEPS = 40
"""Steps of the ascent for each choice of shift steps."""

KEPT = 6
"""Cuts of a month that are kept of each ascent."""

ROUNDS = 12
"""Most choices of shift steps."""

WHOLE = 10_000
"""Flows up to which launches are chosen by the program, and not by what they save at the prices."""

CLOSE, WIDE = 0.25, 2.0
"""Flows that may be used: how much dearer than the cheapest, by the usual difference of plants."""

SHARE = 0.25
"""Share of the gap asked for to which steps are chosen."""


class Priced:
    """A network while it is decomposed."""

    def __init__(
        self, data: Input, params: Params, stop: StopRule, seed: int, progress: Report | None
    ) -> None:
        self.data, self.params, self.stop, self.seed = data, params, stop, seed
        self.progress, self.began = progress, time.monotonic()
        self.dual = Dual(data)
        self.limits = self.dual.limits()
        self.prices = self.dual.zero()
        self.scale = self._scale()
        self.cuts: list[tuple[int, float, Floats]] = []
        b = Builder()
        nothing = np.zeros(0, dtype=np.int64)
        b.of["flow"] = (nothing, nothing, nothing)
        plants_of(b, data, nothing)
        self.steps = b.made()

    def _scale(self) -> float:
        """Return by how much the next best plant usually costs more."""
        gaps = []
        for cost in self.dual.cost[:: max(1, len(self.dual.cost) // 20)]:
            if cost.shape[0] > 1:
                two = np.partition(cost, 1, axis=0)[:2]
                gaps.append((two[1] - two[0])[two[1] < NEVER / 2])
        found = np.concatenate(gaps) if gaps else np.zeros(0)
        return float(np.median(found)) + 1e-6 if len(found) else 1.0

    def tell(self, best: float | None, bound: float) -> None:
        """Say how far it is."""
        if self.progress is not None:
            seconds = time.monotonic() - self.began
            best = None if best is None else -best
            self.progress(Progress("prices", seconds, best=best, bound=-bound))

    def capacity(self, x: Floats) -> Floats:
        """Return the capacity of plants by month with a choice of steps (P, T)."""
        data = self.data
        of, block = self.steps.of["step"], self.steps.of["blocks"]
        chosen = x[self.steps.columns["step"]].reshape(len(of), -1)[:, block]
        room = np.zeros((len(data.plants), len(data.months)))
        for n, (p, step) in enumerate(of):
            room[p] += data.plants[p].capacity[step] * chosen[n]
        return room

    def ascend(self, room: Floats, *, first: bool) -> None:
        """Raise the bound at a choice of capacity, and keep the cuts that say most.

        Prices of quotas, volumes and shares of markets are sought with the first choice only:
        cuts of different months go together only at the same prices of what joins them.
        """
        best = np.full(len(self.data.months), -np.inf)
        at = self.prices
        kept: list[list[tuple[float, float, Floats]]] = [[] for _ in best]
        for step in range(STEPS * (2 if first else 1)):
            if self.stop():
                break
            found = self.dual.cheapest(at)
            fixed = found.monthly - self._lanes(at)
            value = fixed - (at.capacity * room).sum(axis=0)
            better = value > best
            best = np.maximum(best, value)
            capacity = np.where(better, at.capacity, self.prices.capacity)
            self.prices = replace(
                at, capacity=capacity, lane=np.where(better, at.lane, self.prices.lane)
            )
            if not first or step >= STEPS:
                for t, own in enumerate(kept):
                    own.append((value[t], fixed[t], at.capacity[:, t].copy()))
                    own.sort(key=lambda cut: -cut[0])
                    del own[KEPT:]
            length = self.scale * (2.0 if first else 0.6) / (1 + step / (8 if first else 4))
            at = self._moved(at, found, room, length, yearly=first and step < STEPS)
        self.cuts += [(t, one[1], one[2]) for t, own in enumerate(kept) for one in own]

    def _lanes(self, at: Prices) -> Floats:
        """Return the priced room of lanes by month."""
        paid = np.where(at.lane > 0, at.lane * np.minimum(self.limits.lane, 1e12), 0.0)
        monthly: Floats = paid.sum(axis=0)
        return monthly

    def _moved(
        self, at: Prices, found: Cheapest, room: Floats, length: float, *, yearly: bool
    ) -> Prices:
        """Return prices a step further: higher where too much is taken, lower where too little."""

        def moved(price: Floats, used: Floats, limit: Floats) -> Floats:
            size = np.maximum(np.minimum(limit, 1e12), 1e-9)
            change = np.clip((used - limit) / size, -1.0, 1.0)
            return np.where(limit < np.inf, np.maximum(price + length * change, 0.0), 0.0)

        limits = self.limits
        new = replace(
            at,
            capacity=moved(at.capacity, found.load, room),
            lane=moved(at.lane, found.lane, limits.lane),
        )
        if not yearly:
            return new
        return replace(
            new,
            quota=moved(at.quota, found.quota, limits.quota),
            most=moved(at.most, found.most, limits.most),
            share=moved(at.share, found.share, limits.share),
        )

    def yearly(self) -> float:
        """Return the priced limits of quotas, volumes and shares of markets."""
        at, limits = self.prices, self.limits
        most = np.where(at.most > 0, at.most * np.minimum(limits.most, 1e12), 0.0)
        return float((at.quota * limits.quota).sum() + most.sum() + (at.share * limits.share).sum())

    def choose(self) -> tuple[Floats, float]:
        """Return the choice of steps that is cheapest by the cuts, and a bound."""
        program = self.steps
        size, months = len(program.cost), len(self.data.months)
        row, column, value = program.entries
        rows = len(program.row_lower)
        of, block = program.of["step"], program.of["blocks"]
        choice = np.arange(size)[program.columns["step"]].reshape(len(of), -1)
        parts = [(row, column, value)]
        for n, (t, _, price) in enumerate(self.cuts):
            capacity = np.array([self.data.plants[p].capacity[step][t] for p, step in of])
            weights = price[of[:, 0]] * capacity
            own = np.flatnonzero(weights)
            at = np.full(len(own) + 1, rows + n)
            parts.append(
                (at, np.append(choice[own, block[t]], size + t), np.append(weights[own], 1.0))
            )
        row, column, value = (np.concatenate(one) for one in zip(*parts, strict=True))
        start, index, value = by_column(size + months, column, row, value)
        model = Model(
            cost=np.append(program.cost, np.ones(months)),
            lower=np.append(program.lower, np.full(months, -1e15)),
            upper=np.append(program.upper, np.full(months, INF)),
            row_lower=np.append(program.row_lower, [cut[1] for cut in self.cuts]),
            row_upper=np.append(program.row_upper, np.full(len(self.cuts), INF)),
            start=start,
            index=index,
            value=value,
            integer=np.append(program.integer, np.zeros(months, dtype=bool)),
            mip_rel_gap=self.params.gap * SHARE,
            random_seed=self.seed,
            threads=self.params.threads,
        )
        model.limit(max(min(self.stop.seconds_left, 60.0), 0.1))
        model.settle()
        x = model.x[:size] if model.feasible else np.zeros(size)
        return np.where(program.integer, np.round(x), x), model.bound - self.yearly()

    def launched(self) -> NDArray[np.bool_]:
        """Return the allocations that save more than their tooling at the prices."""
        data, on = self.data, np.ones(len(self.data.model), dtype=bool)
        share = self.dual._tooling()
        for _ in range(4):
            saved = np.zeros(len(on))
            for i in range(len(data.models)):
                own = self.dual.order[self.dual.starts[i] : self.dual.starts[i + 1]]
                cost, _ = self.dual.priced(i, self.prices)
                cost[~on[own]] = NEVER
                asked = data.demand[i]
                worth = (data.price[i] + data.penalty[i]).astype(np.float32)
                where = cost.argmin(axis=0)
                order = np.sort(cost, axis=0)
                other = np.minimum(order[1] if len(own) > 1 else NEVER, worth)
                gain = np.maximum(other - order[0], 0) + share[own][where]
                saved[own] = np.bincount(where.ravel(), (gain * asked).ravel(), minlength=len(own))
            off = on & ~data.fixed & (saved < data.tooling.min(axis=1))
            if not off.any():
                break
            on &= ~off
        return on

    def plan(self, x: Floats) -> tuple[Program, Optimum]:
        """Solve the flows with steps as chosen, and launches that pay."""
        every = np.ones(len(self.data.model), dtype=bool)
        cells = self.dual.near(self.prices, every, self.scale * WIDE)
        if len(cells[0]) <= min(self.params.columns, WHOLE):
            return self._whole(program_of(self.data, cells), x)
        on = self.launched()
        cells = self.dual.near(self.prices, on, self.scale * CLOSE)
        program = program_of(self.data, cells)
        values = np.zeros(len(program.cost))
        for name, own in self.steps.columns.items():
            values[program.columns[name]] = x[own]
        a, decided = program.of["launch"]
        values[program.columns["launch"]] = on[a] & (decided == 0)
        worth = self.flows(program, values)
        level = Level(COST, float(program.cost @ values), -np.inf)
        return program, Optimum(values, worth, (level,), self.stop())

    def _whole(self, program: Program, x: Floats) -> tuple[Program, Optimum]:
        """Solve a program with its launches and steps as chosen."""
        lower, upper = program.lower.copy(), program.upper.copy()
        for name in ("step", "closed"):
            chosen = x[self.steps.columns[name]]
            lower[program.columns[name]] = upper[program.columns[name]] = chosen
        held = replace(program, lower=lower, upper=upper)
        close = replace(self.params, gap=self.params.gap * SHARE)
        found = minimise(held, close, stop=self.stop, seed=self.seed, progress=None)
        return program, found

    def flows(self, program: Program, values: Floats) -> Floats:
        """Fill in the best flows, with all else as it stands; return what a unit of rows saves.

        Months fall apart where nothing is limited by the year.
        """
        month = self._months(program)
        row, column, value = program.entries
        settled = month < 0
        done = np.bincount(
            row, np.where(settled[column], value * values[column], 0.0), len(program.row_lower)
        )
        worth = np.zeros(len(program.row_lower))
        ours = ~settled[column]
        row, column, value = row[ours], column[ours], value[ours]
        for at in np.unique(month[~settled]):
            mine = month[column] == at
            columns = np.flatnonzero(month == at)
            rows, place = np.unique(row[mine], return_inverse=True)
            where = np.full(len(values), -1)
            where[columns] = np.arange(len(columns))
            start, index, entry = by_column(
                len(columns), where[column[mine]], place.ravel(), value[mine]
            )
            model = Model(
                cost=program.cost[columns],
                lower=program.lower[columns],
                upper=program.upper[columns],
                row_lower=program.row_lower[rows] - done[rows],
                row_upper=program.row_upper[rows] - done[rows],
                start=start,
                index=index,
                value=entry,
                random_seed=self.seed,
                threads=self.params.threads,
            )
            model.run()
            self.tell(None, -np.inf)
            values[columns] = np.maximum(model.x, 0.0)
            worth[rows] = -model.row_dual
        return worth

    def _months(self, program: Program) -> Ints:
        """Return the month of each column that is to be solved; -1: it is settled already."""
        month = np.full(len(program.cost), -1)
        t = program.of["flow"][2]
        month[program.columns["flow"]] = t
        month[program.columns["inside"]] = t[program.of["inside"]]
        month[program.columns["lost"]] = program.of["demand"][2][program.of["lost"]]
        month[program.columns["short"]] = 0
        joining = ("quota", "most", "least", "limit")
        if any(program.rows[name].stop > program.rows[name].start for name in joining):
            month[month >= 0] = 0
        return month


def minimise_priced(
    data: Input, params: Params, *, stop: StopRule, seed: int, progress: Report | None
) -> tuple[Program, Optimum]:
    """Plan a large network; return the program of the flows that it may use, and the plan.

    Parameters
    ----------
    data : Input
        The network.
    params : Params
        How hard to try; its gap is that of plan and bound.
    stop, seed, progress
        As for `sinho.source.solve`.
    """
    run = Priced(data, params, stop, seed, progress)
    room = np.array([plant.capacity.max(axis=0) for plant in data.plants])
    bound, x = -np.inf, np.zeros(0)
    best: tuple[Program, Optimum] | None = None
    for number in range(ROUNDS):
        run.ascend(room, first=number == 0)
        chosen, lower = run.choose()
        risen = lower - bound
        bound = max(bound, lower)
        run.tell(None if best is None else best[1].levels[0].value, bound)
        same = number > 0 and np.array_equal(chosen, x)
        x, room = chosen, run.capacity(chosen)
        if number > 1 and (same or risen < params.gap * SHARE * abs(bound) or stop()):
            run.ascend(room, first=False)
            made = run.plan(x)
            if best is None or made[1].levels[0].value < best[1].levels[0].value:
                best = made
            if gap_of(best[1].levels[0].value, bound) <= params.gap or same or stop():
                break
    if best is None:
        best = run.plan(x)
    program, found = best
    value = found.levels[0].value
    return program, replace(found, levels=(Level(COST, value, min(bound, value)),))
