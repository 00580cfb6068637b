"""Generates an order bank from the monthly plan and the hub's take rates."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.hub import Hub
from sinho.hub.schema import LIST_SEPARATOR
from sinho.hub.voyages import voyages_of
from sinho.orders.dates import Parts, WorkingDays, contracted, departure, end_of, spread
from sinho.orders.fit import fit_options
from sinho.orders.quotas import Carry, whole
from sinho.orders.rates import Choices
from sinho.parameters import SEED
from sinho.results import Orders
from sinho.results.orders import LOST_SCHEMA, ORDER_SCHEMA

PRIORITY, CONTRACT_PRIORITY = 2, 1
MADE = ("period", "model", "market", "units")
MADE_SCHEMA: dict[str, pl.DataType] = {**ORDER_SCHEMA, "aim": pl.Date(), "draw": pl.Float64()}
"""Columns of cars while they are made: orders, the day each aims at, and a number drawn."""

NUMBER = r"^\d{4}-\d{6,}$"
"""Numbers of generated orders: year and month, and a number within it."""


def generate_orders(
    hub: Hub,
    made: pl.DataFrame,
    *,
    first: dt.date,
    last: dt.date,
    seed: int = SEED,
    parts: Parts | None = None,
) -> Orders:
    """Generate an order bank from planned volumes, take rates, colours and option rules.

    Each period's cars within the days are whole cars by largest remainder: first the models',
    then, within a model, the markets'; what is rounded off a period is carried on to the next.
    Options and colours are quotas, not independent draws: of 1,000 cars with a take rate of 30 %,
    300 have the option. Which cars have them is drawn under the option rules; see
    `sinho.orders.fit.fit_options`. Cars aim at working days evenly, or by ``parts``; they are
    wanted when what is built on that day leaves: after ``lead_days`` at home, with the first vessel
    whose cut-off they reach overseas.

    Parameters
    ----------
    hub : Hub
        The hub with its tables of options, take rates, colours, option rules and vessels.
    made : polars.DataFrame
        Cars of each period: ``period`` (or ``month``: its first day), ``model``, ``market`` and
        ``units``, as in tables ``ship`` of a `MonthPlan` or from `cars_by_market`. Rows of the
        same period, model and market are added up.
    first, last : datetime.date
        First and last day on which the cars are to be built. Of a period that lies partly within
        them, the share of the working days of the model's lines is taken.
    seed : int
        Seed; the same input and seed give the same orders.
    parts : mapping of str to mapping of datetime.date to float, optional
        Which part of a period's cars of a model is built on each day; by default the same on each
        working day.

    Returns
    -------
    Orders
        Sorted by order number, which runs within each month by the day wanted.

    Raises
    ------
    DataError
        When ``made`` names an unknown model or market, or lacks a column.
    """
    table, lost = _cars(hub, made, first, last, seed, parts)
    return Orders(_numbered(table, {}), "generated", seed, lost)


def further_orders(
    hub: Hub,
    made: pl.DataFrame,
    *,
    after: dt.date,
    last: dt.date,
    taken: pl.Series,
    seed: int = SEED,
    parts: Parts | None = None,
) -> Orders:
    """Generate the orders that go on from an earlier bank, day by day.

    All cars of whole periods are made as `generate_orders` does, and those are taken that aim at
    the days asked for. So whoever goes on by single days has the same orders in the end as who
    goes on by weeks, with the take rates of the whole period.

    Parameters
    ----------
    hub, made, seed, parts
        As `generate_orders`; ``made`` holds whole periods, all those to the one of the last day.
    after : datetime.date
        Day behind which the cars are to be built.
    last : datetime.date
        Last day on which they are to be built.
    taken : polars.Series
        Numbers of orders that there were; numbers run on behind the highest of each month.

    Returns
    -------
    Orders
        The new orders alone.
    """
    made = _tidied(hub, made)
    weeks = bool((made["period"].dt.day() != 1).any())
    starts = made["period"].to_list()
    if not starts:
        return Orders(pl.DataFrame(schema=ORDER_SCHEMA), "generated", seed)
    table, _ = _cars(hub, made, min(starts), end_of(max(starts), weeks=weeks), seed, parts)
    new = table.filter((pl.col("aim") > after) & (pl.col("aim") <= last))
    numbers = (
        taken.alias("order")
        .to_frame()
        .filter(pl.col("order").str.contains(NUMBER))
        .group_by(pl.col("order").str.slice(0, 5).alias("front"))
        .agg(pl.col("order").str.slice(5).cast(pl.Int64).max())
    )
    return Orders(_numbered(new, dict(numbers.iter_rows())), "generated", seed)


def _cars(
    hub: Hub,
    made: pl.DataFrame,
    first: dt.date,
    last: dt.date,
    seed: int,
    parts: Parts | None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Make the cars of some days, without numbers; say what was asked for."""
    made = _tidied(hub, made)
    weeks = bool((made["period"].dt.day() != 1).any())
    worked = WorkingDays.by_model(hub, *_horizon(made, weeks, first, last), parts)
    groups, lost = _groups(hub, made, worked, first, last, weeks=weeks)
    bank = _Bank(hub, Choices.of(hub), seed)
    frames = [bank.orders(group) for group in groups if group.cars]
    table = pl.concat(frames) if frames else pl.DataFrame(schema=MADE_SCHEMA)
    return table.sort("month", "wanted", "draw", maintain_order=True), lost


def _numbered(table: pl.DataFrame, highest: Mapping[str, int]) -> pl.DataFrame:
    """Give orders their numbers within each month, behind the highest that it has."""
    front = pl.col("month").dt.strftime("%y%m-")
    known = front.replace_strict(highest, default=0, return_dtype=pl.Int64) if highest else 0
    number = pl.int_range(1, pl.len() + 1).over("month") + known
    order = front + number.cast(pl.String).str.zfill(6)
    return table.with_columns(order.alias("order")).select(list(ORDER_SCHEMA))


def cars_by_market(make: pl.DataFrame, ship: pl.DataFrame) -> pl.DataFrame:
    """Part the cars that a plan makes among the markets to which it ships them.

    Parameters
    ----------
    make : polars.DataFrame
        ``period``, ``model`` and ``units`` made.
    ship : polars.DataFrame
        ``period``, ``model``, ``market`` and ``units`` shipped.

    Returns
    -------
    polars.DataFrame
        ``period``, ``model``, ``market``, ``units``: what is made, by the shares of what is
        shipped in the period; where nothing is shipped in it, by those of the next period with
        shipments, else of the whole plan. Cars that are never shipped are left out.
    """
    shipped = ship.group_by("period", "model", "market").agg(pl.col("units").sum())
    shipped = shipped.filter(pl.col("units") > 0).sort("model", "period", "market")
    rows: list[dict[str, Any]] = []
    by_model = {str(model): part for (model,), part in shipped.group_by("model")}
    for period, model, units in make.select("period", "model", "units").iter_rows():
        part = by_model.get(model)
        if part is None or units <= 0:
            continue
        later = part.filter(pl.col("period") >= period)["period"].min()
        shares = part if later is None else part.filter(pl.col("period") == later)
        shares = shares.group_by("market", maintain_order=True).agg(pl.col("units").sum())
        total = shares["units"].sum()
        rows += [
            {"period": period, "model": model, "market": market, "units": units * cars / total}
            for market, cars in shares.iter_rows()
        ]
    schema = {"period": pl.Date, "model": pl.String, "market": pl.String, "units": pl.Float64}
    return pl.DataFrame(rows, schema=schema)


@dataclass(frozen=True)
class _Group:
    """The cars of one model for one market that are built in one period."""

    period: dt.date
    model: str
    market: str
    cars: int
    days: WorkingDays


def _tidied(hub: Hub, made: pl.DataFrame) -> pl.DataFrame:
    """Return planned cars by period, model and market in the order of the hub."""
    if "period" not in made.columns and "month" in made.columns:
        made = made.rename({"month": "period"})
    where = "planned cars"
    problems = [
        Problem(where, "the column is missing", column=name)
        for name in MADE
        if name not in made.columns
    ]
    if problems:
        raise DataError(problems)
    for name, table in (("model", "models"), ("market", "markets")):
        known = hub[table][name].to_list()
        problems += [
            Problem(where, f"there is no such {name}", None, name, word, nearest(word, known))
            for word in made[name].unique(maintain_order=True).to_list()
            if word not in known
        ]
    if problems:
        raise DataError(problems)
    places = {
        name: {word: n for n, word in enumerate(hub[f"{name}s"][name].to_list())}
        for name in ("model", "market")
    }
    return (
        made.group_by("period", "model", "market")
        .agg(pl.col("units").sum())
        .with_columns(
            pl.col(name).replace_strict(at, return_dtype=pl.Int64).alias(f"{name}_at")
            for name, at in places.items()
        )
        .sort("period", "model_at", "market_at")
        .select(MADE)
    )


def _horizon(
    made: pl.DataFrame, weeks: bool, first: dt.date, last: dt.date
) -> tuple[dt.date, dt.date]:
    starts = made["period"].to_list()
    ends = [end_of(start, weeks=weeks) for start in starts]
    return min([first, *starts]), max([last, *ends])


def _groups(
    hub: Hub,
    made: pl.DataFrame,
    worked: Mapping[str, WorkingDays],
    first: dt.date,
    last: dt.date,
    *,
    weeks: bool,
) -> tuple[list[_Group], pl.DataFrame]:
    """Turn planned cars into groups of whole cars, and say what was asked for."""
    life = {
        model: (sop or dt.date.min, eop or dt.date.max)
        for model, sop, eop in hub["models"].select("model", "sop", "eop").iter_rows()
    }
    groups: list[_Group] = []
    lost: list[dict[str, Any]] = []
    behind = 0.0
    for (start,), part in made.group_by("period", maintain_order=True):
        assert isinstance(start, dt.date)
        end = end_of(start, weeks=weeks)
        if end < first or start > last:
            continue
        days: dict[str, WorkingDays] = {}
        scaled: list[float] = []
        for model, units in part.select("model", "units").iter_rows():
            sop, eop = life[model]
            own = worked.get(model, WorkingDays(()))
            all_days = own.between(max(start, sop), min(end, eop))
            days[model] = own.between(max(start, sop, first), min(end, eop, last))
            entire = all_days.built
            scaled.append(units * days[model].built / entire if entire else 0.0)
        behind += sum(scaled)
        total = int(np.floor(behind + 0.5))
        behind -= total
        cars = _whole_cars(part["model"].to_list(), scaled, total)
        for model, market, units, count in zip(
            part["model"], part["market"], scaled, cars, strict=True
        ):
            groups.append(_Group(start, model, market, count, days[model]))
            lost.append(
                {
                    "model": model,
                    "market": market,
                    "month": start.replace(day=1),
                    "asked": units,
                    "orders": count,
                }
            )
    table = pl.DataFrame(lost, schema=LOST_SCHEMA)
    keys = ["model", "market", "month"]
    return groups, table.group_by(keys, maintain_order=True).agg(pl.all().sum())


def _whole_cars(models: list[str], units: list[float], total: int) -> list[int]:
    """Round to whole cars: the models' totals first, then the markets within each model."""
    names = list(dict.fromkeys(models))
    places = {name: [n for n, model in enumerate(models) if model == name] for name in names}
    totals = whole([sum(units[n] for n in places[name]) for name in names], total)
    cars = [0] * len(models)
    for name, count_of_model in zip(names, totals, strict=True):
        counts = whole([units[n] for n in places[name]], int(count_of_model))
        for n, count in zip(places[name], counts, strict=True):
            cars[n] = int(count)
    return cars


class _Bank:
    """Makes the orders of one group after the other."""

    def __init__(self, hub: Hub, choices: Choices, seed: int) -> None:
        self.choices = choices
        self.seed = seed
        self.carry = Carry()
        self.voyages = voyages_of(hub["vessels"])
        self.lead = dt.timedelta(days=hub.slotting["lead_days"])
        self.brand = dict(hub["models"].select("model", "brand").iter_rows())
        self.lane = dict(hub["markets"].select("market", "lane").iter_rows())
        self.contracts = contracted(hub).rows()

    def orders(self, group: _Group) -> pl.DataFrame:
        """Return the orders of a group, without numbers."""
        model, market, cars = group.model, group.market, group.cars
        name = f"{group.period}|{model}|{market}"
        chance = np.random.default_rng([self.seed, zlib.crc32(name.encode())])
        aims = spread(cars, group.days, chance)
        lane = self.lane[market]
        wanted = {day: departure(self.voyages, lane, day + self.lead) for day in group.days.days}
        colours, shares = self.choices.colours[model]
        counts = self.carry.split((model, "colour"), shares, cars)
        painted = chance.permutation(np.repeat(np.arange(len(colours)), counts))
        quotas = {
            option: self.carry.quota((model, option), share, cars)
            for option, share in self.choices.rates(model, market).items()
        }
        fitted = fit_options(cars, quotas, self.choices.rules[model], chance)
        for option, count in quotas.items():
            held = int(fitted[option].sum()) if option in fitted else 0
            self.carry.correct((model, option), held - count)
        return pl.DataFrame(
            {
                "order": [None] * cars,
                "brand": [self.brand[model]] * cars,
                "model": [model] * cars,
                "market": [market] * cars,
                "colour": [colours[n] for n in painted],
                "options": _joined(fitted, cars),
                "wanted": [wanted[day] for day in aims],
                "priority": [self._priority(group)] * cars,
                "fixed": [None] * cars,
                "vin": [None] * cars,
                "former": [None] * cars,
                "line": [None] * cars,
                "former_line": [None] * cars,
                "month": [group.period.replace(day=1)] * cars,
                "source": ["generated"] * cars,
                "aim": aims,
                "draw": chance.random(cars),
            },
            schema=MADE_SCHEMA,
        )

    def _priority(self, group: _Group) -> int:
        """Return 1 for cars that a contract in force asks for, else 2."""
        month = group.period.replace(day=1)
        for brand, start, end, models in self.contracts:
            named = models is None or group.model in models.split(LIST_SEPARATOR)
            if brand == self.brand[group.model] and named and start <= month <= end:
                return CONTRACT_PRIORITY
        return PRIORITY


def _joined(fitted: dict[str, Any], cars: int) -> list[str]:
    """Return the options of each car in alphabetical order."""
    texts: list[list[str]] = [[] for _ in range(cars)]
    for name in sorted(fitted):
        for car in np.flatnonzero(fitted[name]):
            texts[car].append(name)
    return [LIST_SEPARATOR.join(names) for names in texts]
