"""A plan solved again with other volumes, prices and limits: its program is kept, and begun from.

Its shift patterns stay, where they are decided before what is tried here is known. What is left is
a linear program whose matrix stays too: HiGHS is given other costs and bounds, and goes on from the
plan. Where patterns are chosen anew, each is a plan of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.highs import INF, Basis, Ended, basis_of, statuses
from sinho.hub import Hub
from sinho.hub.currencies import rates_on
from sinho.hub.delivery import paid_by_plant
from sinho.plan.arrays import PlanData
from sinho.plan.build import build, changing_prices, repriced
from sinho.plan.data import Input
from sinho.plan.extract import shipped_cars
from sinho.plan.levers import Again, Levers
from sinho.plan.methods import find
from sinho.plan.params import Params
from sinho.plan.prepare import prepare
from sinho.plan.program import Program
from sinho.plan.terms import duties_by_day, mean_by_span
from sinho.plan.why.case import built_lines, worked_patterns
from sinho.plan.why.linear import Linear, fixed, optimum
from sinho.results import MonthPlan
from sinho.stop import NoLimit
from sinho.units import Floats

_MONEY = ("price", "lost_penalty", "late_penalty", "fee", "freight", "delivery", "duty")
"""Arrays that are linear in the rate of each currency."""


INTERIOR_FROM = 20_000
"""Columns above which a program that begins from nothing is solved by the interior point method."""


class Start(NamedTuple):
    """Where a kept program ends without levers, for others of the same plan to begin from.

    Parameters
    ----------
    columns, rows : ndarray of int
        Status of every column and row at its optimum, as ``sinho.highs.statuses`` gives them.
    """

    columns: NDArray[np.int8]
    rows: NDArray[np.int8]


class _Held:
    """A program that the solver holds, to be given other costs and bounds.

    Parameters
    ----------
    data : PlanData
        The arrays that it was built from.
    linear : Linear
        Its optimum.
    """

    def __init__(self, data: PlanData, linear: Linear) -> None:
        self.data, self.linear = data, linear
        self.changing = changing_prices(data)
        self._asked = np.logical_or.accumulate(data.demand > 0, axis=1)
        self._now = linear.program

    def fits(self, data: PlanData) -> bool:
        """Whether changed arrays need no rows and columns that the program has not."""
        earlier = np.logical_or.accumulate(data.demand > 0, axis=1) & ~self._asked
        return not (earlier.any() or (changing_prices(data) & ~self.changing).any())

    def solve(self, program: Program, near: bool) -> Floats | None:
        """Return the columns of a program with other costs and bounds; None: it has none."""
        model, now = self.linear.model, self._now
        if not near:
            model.forget()
            model.basis = self.linear.basis
        at = np.flatnonzero(program.cost != now.cost)
        model.set_costs(program.cost[at], at)
        at = np.flatnonzero((program.lower != now.lower) | (program.upper != now.upper))
        model.set_bounds(program.lower[at], program.upper[at], at)
        at = np.flatnonzero(
            (program.row_lower != now.row_lower) | (program.row_upper != now.row_upper)
        )
        model.set_row_bounds(program.row_lower[at], program.row_upper[at], at)
        self._now = program
        return model.x if model.run() == Ended.kOptimal else None


class Kept:
    """A plan whose program is kept, to be solved again.

    Parameters
    ----------
    input : Input
        What was planned.
    plan : MonthPlan
        Its plan.
    start : Start, optional
        The ``start`` of another one of the same plan; by default it is found.
    chosen : Params, optional
        How plans are made in which shift patterns, and least lots of lines, are chosen anew; by
        default they stay those of the plan.

    Raises
    ------
    ValueError
        When the plan is not one of this input.
    """

    def __init__(
        self,
        input: Input,
        plan: MonthPlan,
        start: Start | None = None,
        *,
        chosen: Params | None = None,
    ) -> None:
        if (plan.input_hash, plan.period_kind) != (input.hub.digest, input.period):
            raise ValueError("the plan was not made from this hub and scenario")
        self.input, self.data, self._seed = input, input.data, plan.seed
        self._worked = worked_patterns(self.data, plan.tables["patterns"])
        self._built = built_lines(self.data, plan.tables["make_lines"])
        self._pairs = [
            (self.data.models[i], self.data.markets[k])
            for i, k in zip(self.data.pair_model, self.data.pair_market, strict=True)
        ]
        self._start = start
        # where nothing is left to choose the plan's patterns are those of every plan
        self._chosen = chosen if build(self.data).integer.any() else None
        self._held: dict[tuple[int, tuple[str, ...]], _Held] = {}
        self._delayed: dict[tuple[int, tuple[str, ...]], PlanData] = {}
        self._per_rate: dict[str, dict[str, Floats]] = {}
        self._earned: dict[str, tuple[str, Floats]] = {}
        hours = plan.tables["hours"].sort("shop", "period", maintain_order=True)
        regular = hours.select(
            "shop", (pl.col("pattern_hours") * pl.col("rate") * pl.col("availability")).alias("n")
        )
        self._regular = {
            str(shop): rows["n"].to_numpy() for (shop,), rows in regular.group_by("shop")
        }

    @property
    def start(self) -> Start:
        """Where the program ends without levers, for others of the same plan to begin from."""
        return Start(*statuses(self._usual(0, ()).linear.basis))

    @cached_property
    def _dutiable(self) -> Floats:
        """Which pairs' duty the plant pays, by period, shape (P, T)."""
        hub = self.input.hub
        country = dict(hub["markets"].select("market", "country").iter_rows())
        abroad = [country[market] != hub.settings.country for _, market in self._pairs]
        months = [span.month for span in self.data.spans]
        paid = paid_by_plant(hub, months, self._pairs).duty
        return paid * np.array(abroad, dtype=np.float64)[:, None]

    def solve(self, levers: Levers | None = None, *, near: bool = False) -> Again:
        """Solve the plan again.

        Parameters
        ----------
        levers : Levers, optional
            What is different; by default nothing.
        near : bool
            Whether to begin from where the last one ended, as its levers were near to these,
            instead of from the plan itself. What comes of a tie may then depend on the last one.

        Raises
        ------
        SolverError
            When HiGHS fails.
        NoSolution, Infeasible
            When hard rules contradict each other under the levers.
        """
        levers = levers or Levers()
        if self._chosen is None:
            usual = self._usual(levers.delay, levers.delayed if levers.delay else ())
            data = self._changed(usual.data, levers)
            fits = usual.fits(data)
            whole = repriced(usual.linear.program, data) if fits else self._fixed(data)
            program, gap = self._short(whole, levers), 0.0
            x = usual.solve(program, near) if fits else None
            if x is None:
                x = optimum(program, start=usual.linear, seed=self._seed).x
        else:
            data = self._changed(self._late(levers.delay, levers.delayed), levers)
            program = self._slower(build(data, whole_cars=self._chosen.whole_cars), levers)
            found, _ = find(data, program, self._chosen, NoLimit(), self._seed, None)
            x, gap = found.x, max(found.objective - found.bound, 0.0)
        model = [model for model, _ in self._pairs]
        asked = data.demand.sum(axis=1) + data.backlog0
        shipped = shipped_cars(program, x, data.demand.shape)
        counted = float((shipped * self._earns(levers)).sum())
        cost = float((program.cost * x).sum())
        return Again(-cost, _by(model, asked), _by(model, shipped.sum(axis=1)), counted, gap)

    def _changed(self, data: PlanData, levers: Levers) -> PlanData:
        """Return arrays under levers."""
        factor = np.array([levers.demand.get(pair, levers.others) for pair in self._pairs])
        demand = data.demand * factor[:, None]
        for pair, cars in levers.cars.items():
            asked = [cars.get(span.month, 0.0) for span in data.spans]
            demand[self._pairs.index(pair)] = asked
        money = {name: getattr(data, name) for name in _MONEY}
        windows = data.windows
        for currency, change in levers.rates.items():
            part = self._part_of(currency)
            for name in _MONEY:
                money[name] = money[name] + (change - 1.0) * part[name]
            more = (change - 1.0) * part["penalty"]
            windows = tuple(
                replace(window, penalty=window.penalty + own)
                for window, own in zip(windows, more.tolist(), strict=True)
            )
        if levers.fee:
            money["fee"] = money["fee"] + levers.fee * self._earns(levers)
        if any(levers.tariff.values()):
            raised = self._raised(levers.tariff) * self._dutiable
            money["duty"] = money["duty"] + raised * money["price"]
        if levers.freight != 1.0:
            more = money["freight"] * (levers.freight - 1.0)
            at = data.pair_model, data.pair_market
            more[:, *at] -= money["delivery"] * (levers.freight - 1.0)
            money["freight"] = money["freight"] + more
        return replace(data, demand=demand, windows=windows, **money)

    def _raised(self, points: Mapping[str, float]) -> Floats:
        """Return by how much duties are raised as a share of the price, shape (P, T)."""
        raised = np.zeros(self.data.price.shape)
        for p, (_, market) in enumerate(self._pairs):
            if points.get(market):
                more = np.maximum(points[market] / 100, -self._percent[p])
                raised[p] = mean_by_span(more, self.data.spans)
        return raised

    @cached_property
    def _percent(self) -> list[Floats]:
        """The duty of every pair by day, as a share of the price."""
        hub, spans = self.input.hub, self.data.spans
        country = dict(hub["markets"].select("market", "country").iter_rows())
        power = dict(hub["models"].select("model", "powertrain").iter_rows())
        kinds = tuple(sorted(set(power.values())))
        found = duties_by_day(hub, tuple(sorted(set(country.values()))), kinds, spans)
        none = np.zeros((spans[-1].end - spans[0].start).days + 1)
        return [
            found[country[market]][0, kinds.index(power[model])]
            if country[market] in found
            else none
            for model, market in self._pairs
        ]

    def _earns(self, levers: Levers) -> Floats:
        """Return what a car earns for each unit of the contract's fee, shape (P, T)."""
        name = levers.contract
        if name not in self._earned:
            earns, hub = np.zeros(self.data.price.shape), self.input.hub
            own = dict(hub["contracts"].select("contract", "currency").iter_rows()).get(name)
            rate = rates_on(hub, [span.month for span in self.data.spans])(own)
            for window in self.data.windows:
                if window.contract == name:
                    earns[np.ix_(window.pairs, window.inside)] = rate[window.inside]
            self._earned[name] = own or "", earns
        currency, earns = self._earned[name]
        return earns * levers.rates.get(currency, 1.0)

    def _fixed(self, data: PlanData) -> Program:
        """Return the linear program of arrays with the plan's patterns and lines.

        Rows on what a line builds at most where it builds any are left out: they bound nothing
        else, and grow with demand.
        """
        program = fixed(build(data), self._worked, self._built)
        upper, block = program.row_upper.copy(), program.rows["closed"]
        upper[block.at][self._built[tuple(block.index.T)]] = INF
        return replace(program, row_upper=upper)

    def _short(self, program: Program, levers: Levers) -> Program:
        """Return a program with the hours that are lost taken off."""
        if not levers.lost:
            return program
        upper, block = program.row_upper.copy(), program.rows["shop"]
        grid = upper[block.at].reshape(len(self.data.shops), len(self.data.spans))
        for shop, share in levers.lost.items():
            grid[self.data.shops.index(shop)] -= share * self._regular[shop]
        return replace(program, row_upper=upper)

    def _slower(self, program: Program, levers: Levers) -> Program:
        """Return a program in which every pattern has fewer hours, by the share that is lost."""
        value, rows = program.value.copy(), program.rows["shop"]
        patterns = program.columns["pattern"]
        run = slice(program.start[patterns.start], program.start[patterns.stop])
        at = program.index[run] - rows.start
        of_shop = (at >= 0) & (at < len(rows))
        lost = np.array([levers.lost.get(shop, 0.0) for shop in self.data.shops])
        value[run][of_shop] *= 1.0 - lost[rows.index[at[of_shop], 0]]
        return replace(program, value=value)

    def _late(self, months: int, models: tuple[str, ...]) -> PlanData:
        """Return the arrays with models' SOP some months later."""
        if not months:
            return self.data
        if (months, models) not in self._delayed:
            late = pl.col("sop").dt.offset_by(f"{months}mo")
            table = self.input.hub["models"].with_columns(
                sop=pl.when(pl.col("model").is_in(list(models))).then(late).otherwise("sop")
            )
            self._delayed[months, models] = self._prepared({"models": table})
        return self._delayed[months, models]

    def _usual(self, months: int, models: tuple[str, ...]) -> _Held:
        """Return the program with models' SOP some months later."""
        if (months, models) not in self._held:
            start: Basis | Linear | None = None if self._start is None else basis_of(*self._start)
            if months:
                start = self._usual(0, ()).linear
            data = self._late(months, models)
            program = self._fixed(data)
            anew = start is None and len(program.cost) > INTERIOR_FROM
            solver = "ipm" if anew else "simplex"
            found = optimum(program, start=start, seed=self._seed, solver=solver)
            self._held[months, models] = _Held(data, found)
        return self._held[months, models]

    def _part_of(self, currency: str) -> dict[str, Floats]:
        """Return what of every array of amounts is in a currency."""
        if currency not in self._per_rate:
            double = pl.when(currency=currency).then(pl.col("rate") * 2).otherwise("rate")
            table = self.input.hub["currencies"].with_columns(double.alias("rate"))
            twice = self._prepared({"currencies": table})
            part = {name: getattr(twice, name) - getattr(self.data, name) for name in _MONEY}
            windows = zip(twice.windows, self.data.windows, strict=True)
            part["penalty"] = np.array([one.penalty - other.penalty for one, other in windows])
            self._per_rate[currency] = part
        return self._per_rate[currency]

    def _prepared(self, tables: Mapping[str, pl.DataFrame]) -> PlanData:
        hub = self.input.hub
        return prepare(Hub({**hub.tables, **tables}), self.input.period)


def _by(names: list[str], values: Floats) -> dict[str, float]:
    """Return sums by name."""
    found = dict.fromkeys(names, 0.0)
    for name, value in zip(names, values.tolist(), strict=True):
        found[name] += value
    return found
