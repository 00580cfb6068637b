"""A plan solved again with other volumes, prices and limits: its program is kept, and begun from.

Its shift patterns stay, as they are decided before what is tried here is known. What is left is a
linear program whose matrix stays too: HiGHS is given other costs and bounds, and goes on from where
it ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import polars as pl

from sinho.highs import Ended
from sinho.hub import Hub
from sinho.hub.currencies import rates_on
from sinho.plan.arrays import PlanData
from sinho.plan.build import build
from sinho.plan.data import Input
from sinho.plan.delivery import paid_by_plant
from sinho.plan.extract import shipped_cars
from sinho.plan.prepare import prepare
from sinho.plan.program import Program
from sinho.plan.why.case import built_lines, worked_patterns
from sinho.plan.why.linear import Linear, fixed, optimum
from sinho.results import MonthPlan
from sinho.units import Floats

_MONEY = ("price", "lost_penalty", "late_penalty", "fee", "freight", "duty")
"""Arrays that are linear in the rate of each currency."""


@dataclass(frozen=True)
class Levers:
    """What a plan is solved again with, each against its input.

    Parameters
    ----------
    demand : mapping of (str, str) to float
        Factor on the cars asked for, by model and market; 1 where none is given.
    others : float
        Factor on the demand of all other pairs of model and market.
    delay : int
        Months by which SOP of ``delayed`` models comes later.
    delayed : tuple of str
        Models whose SOP is late.
    lost : mapping of str to float
        Share of the regular hours that shops lose, by shop.
    rates : mapping of str to float
        Factor on the rate of a currency.
    freight : float
        Factor on freight.
    tariff : mapping of str to float
        Points of per cent that are added to the duty of a market; a duty stays at least 0.
    fee : float
        What is added to the fee of ``contract``, in its currency per car.
    contract : str
        The contract.
    """

    demand: Mapping[tuple[str, str], float] = field(default_factory=dict)
    others: float = 1.0
    delay: int = 0
    delayed: tuple[str, ...] = ()
    lost: Mapping[str, float] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)
    freight: float = 1.0
    tariff: Mapping[str, float] = field(default_factory=dict)
    fee: float = 0.0
    contract: str = ""


@dataclass(frozen=True)
class Again:
    """What a plan comes to under levers.

    Parameters
    ----------
    contribution : float
        Most contribution, in the hub's currency.
    requested, shipped : mapping of str to float
        Cars asked for, with what was late before, and shipped, by model.
    counted : float
        What one more of the fee of the contract would add: its cars, each at the rate of its month.
    """

    contribution: float
    requested: Mapping[str, float]
    shipped: Mapping[str, float]
    counted: float


class Kept:
    """A plan whose program is kept, to be solved again.

    Parameters
    ----------
    input : Input
        What was planned.
    plan : MonthPlan
        Its plan.

    Raises
    ------
    ValueError
        When the plan is not one of this input.
    """

    def __init__(self, input: Input, plan: MonthPlan) -> None:
        if (plan.input_hash, plan.period_kind) != (input.hub.digest, input.period):
            raise ValueError("the plan was not made from this hub and scenario")
        self.input, self.data, self._seed = input, input.data, plan.seed
        self._worked = worked_patterns(self.data, plan.tables["patterns"])
        self._built = built_lines(self.data, plan.tables["make_lines"])
        self._pairs = [
            (self.data.models[i], self.data.markets[k])
            for i, k in zip(self.data.pair_model, self.data.pair_market, strict=True)
        ]
        self._linear: Linear | None = None
        self._delays: dict[tuple[int, tuple[str, ...]], PlanData] = {}
        self._per_rate: dict[str, dict[str, Floats]] = {}
        hours = plan.tables["hours"].sort("shop", "period", maintain_order=True)
        regular = hours.select(
            "shop", (pl.col("pattern_hours") * pl.col("rate") * pl.col("availability")).alias("n")
        )
        self._regular = {
            str(shop): rows["n"].to_numpy() for (shop,), rows in regular.group_by("shop")
        }

    @cached_property
    def _dutiable(self) -> Floats:
        """Which pairs' duty the plant pays, by period, shape (P, T)."""
        hub = self.input.hub
        country = dict(hub["markets"].select("market", "country").iter_rows())
        abroad = [country[market] != hub.settings.country for _, market in self._pairs]
        paid = paid_by_plant(hub, self.data.spans, self._pairs).duty
        return paid * np.array(abroad, dtype=np.float64)[:, None]

    def solve(self, levers: Levers | None = None) -> Again:
        """Solve the plan again.

        Parameters
        ----------
        levers : Levers, optional
            What is different; by default nothing.

        Raises
        ------
        SolverError
            When HiGHS fails.
        NoSolution
            When hard rules contradict each other under the levers.
        """
        levers = levers or Levers()
        data = self._changed(levers)
        program = self._program(data, levers)
        x, cost = self._run(program)
        model = [model for model, _ in self._pairs]
        asked = data.demand.sum(axis=1) + data.backlog0
        shipped = shipped_cars(program, x, data.demand.shape)
        counted = float((shipped * self._earns(levers)).sum())
        return Again(-cost, _by(model, asked), _by(model, shipped.sum(axis=1)), counted)

    def _changed(self, levers: Levers) -> PlanData:
        """Return the arrays of the plan under levers."""
        data = self._delayed(levers.delay, levers.delayed)
        factor = np.array([levers.demand.get(pair, levers.others) for pair in self._pairs])
        money = {name: getattr(data, name) for name in _MONEY}
        penalty = np.array([window.penalty for window in data.windows])
        for currency, change in levers.rates.items():
            part = self._part_of(currency)
            for name in _MONEY:
                money[name] = money[name] + (change - 1.0) * part[name]
            penalty = penalty + (change - 1.0) * part["penalty"]
        if levers.fee:
            money["fee"] = money["fee"] + levers.fee * self._earns(levers)
        if levers.tariff:
            points = [levers.tariff.get(market, 0.0) for _, market in self._pairs]
            more = np.array(points)[:, None] / 100 * money["price"] * self._dutiable
            money["duty"] = np.maximum(money["duty"] + more, 0.0)
        money["freight"] = money["freight"] * levers.freight
        windows = zip(data.windows, penalty.tolist(), strict=True)
        return replace(
            data,
            demand=data.demand * factor[:, None],
            windows=tuple(replace(window, penalty=own) for window, own in windows),
            **money,
        )

    def _earns(self, levers: Levers) -> Floats:
        """Return what a car earns for each unit of the contract's fee, shape (P, T)."""
        earns, hub = np.zeros(self.data.price.shape), self.input.hub
        currency = dict(hub["contracts"].select("contract", "currency").iter_rows())
        own = currency.get(levers.contract)
        rate = rates_on(hub, [span.month for span in self.data.spans])(own)
        rate = rate * (1.0 if own is None else levers.rates.get(own, 1.0))
        for window in self.data.windows:
            if window.contract == levers.contract:
                earns[np.ix_(window.pairs, window.inside)] = rate[window.inside]
        return earns

    def _program(self, data: PlanData, levers: Levers) -> Program:
        """Return the linear program of changed arrays, with the hours that are lost taken off."""
        program = fixed(build(data), self._worked, self._built)
        if not levers.lost:
            return program
        upper, block = program.row_upper.copy(), program.rows["shop"]
        grid = upper[block.at].reshape(len(data.shops), len(data.spans))
        for shop, share in levers.lost.items():
            grid[data.shops.index(shop)] -= share * self._regular[shop]
        return replace(program, row_upper=upper)

    def _run(self, program: Program) -> tuple[Floats, float]:
        """Solve a program from where the last one ended; return its columns and cost."""
        kept = self._linear
        if kept is not None and _same_matrix(kept.program, program):
            model = kept.model
            model.set_costs(program.cost)
            model.set_bounds(program.lower, program.upper)
            model.set_row_bounds(program.row_lower, program.row_upper)
            if model.run() == Ended.kOptimal:
                x = model.x
                return x, float(program.cost @ x)
        self._linear = optimum(program, seed=self._seed)
        return self._linear.x, self._linear.cost

    def _delayed(self, months: int, models: tuple[str, ...]) -> PlanData:
        """Return the arrays with models' SOP some months later."""
        if not months:
            return self.data
        if (months, models) not in self._delays:
            late = pl.col("sop").dt.offset_by(f"{months}mo")
            table = self.input.hub["models"].with_columns(
                pl.when(pl.col("model").is_in(list(models)))
                .then(late)
                .otherwise("sop")
                .alias("sop")
            )
            self._delays[months, models] = self._prepared({"models": table})
        return self._delays[months, models]

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


def _same_matrix(one: Program, other: Program) -> bool:
    return (
        len(one.cost) == len(other.cost)
        and np.array_equal(one.start, other.start)
        and np.array_equal(one.index, other.index)
        and np.array_equal(one.value, other.value)
    )


def _by(names: list[str], values: Floats) -> dict[str, float]:
    """Return sums by name."""
    found = dict.fromkeys(names, 0.0)
    for name, value in zip(names, values.tolist(), strict=True):
        found[name] += value
    return found
