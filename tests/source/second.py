"""A second formulation of sourcing: scalars from the tables, and a program through linopy."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import linopy
import numpy as np
import pandas as pd
import xarray as xr

from sinho.hub import Hub

CUTS = (1.0, 0.9, 0.8, 0.7, 0.5, 0.0)


def next_month(month: dt.date) -> dt.date:
    return (month.replace(day=28) + dt.timedelta(days=4)).replace(day=1)


@dataclass
class Network:
    """The tables as lists of rows, and look-ups among them."""

    hub: Hub

    def __post_init__(self) -> None:
        self.rows = {name: self.hub[name].to_dicts() for name in self.hub.tables}
        self.settings = self.rows["network"][0]
        self.months = [self.settings["start"]]
        while self.months[-1] < self.settings["end"]:
            self.months.append(next_month(self.months[-1]))
        self.plants = {row["plant"]: row for row in self.rows["plants"]}
        self.models = {row["model"]: row for row in self.rows["network_models"]}
        self.markets = {row["market"]: row for row in self.rows["network_markets"]}
        self.pairs = {(row["model"], row["plant"]): row for row in self.rows["allocations"]}

    def rate(self, currency: str | None, day: dt.date) -> float:
        if currency is None or currency == self.settings["currency"]:
            return 1.0
        begun = [r for r in self.rows["currencies"] if r["currency"] == currency]
        return max((r for r in begun if r["start"] <= day), key=lambda r: r["start"])["rate"]

    def latest(self, table: str, month: dt.date, **keys: Any) -> dict[str, Any] | None:
        fits = [
            row
            for row in self.rows[table]
            if row["start"] <= month and all(row[key] == value for key, value in keys.items())
        ]
        return max(fits, key=lambda row: row["start"]) if fits else None

    def content(self, model: str, plant: str, month: dt.date) -> dict[str, float]:
        for where in (plant, "all"):
            found = [r for r in self.rows["content"] if (r["model"], r["plant"]) == (model, where)]
            if found:
                return {r["origin"]: r["value"] * self.rate(r["currency"], month) for r in found}
        return {}

    def works(self, model: str, plant: str, month: dt.date) -> float:
        row = self.pairs[model, plant]
        parts = sum(self.content(model, plant, month).values())
        return parts + row["cost"] * self.rate(row["currency"], month)

    def originates(
        self, agreement: str, model: str, plant: str, month: dt.date, day: dt.date
    ) -> bool:
        powertrain, home = self.models[model]["powertrain"], self.plants[plant]["country"]
        rules = [
            r
            for r in self.rows["rules_of_origin"]
            if r["agreement"] == agreement
            and r["powertrain"] in ("all", powertrain)
            and r["start"] <= day
        ]
        if not rules:
            return False
        rule = max(rules, key=lambda r: (r["powertrain"] != "all", r["start"]))
        members = rule["countries"].split(";")
        parts = self.content(model, plant, month)
        works = self.works(model, plant, month)
        own = works - sum(parts.values()) if home in members else 0.0
        own += sum(value for country, value in parts.items() if country in members)
        return own >= rule["least_share"] * works - 1e-9

    def duty_on(
        self, day: dt.date, model: str, plant: str, market: str, month: dt.date
    ) -> tuple[float, float, str | None, float | None, bool]:
        """Return percent, percent within the quota, quota, least price, closed."""
        home, country = self.plants[plant]["country"], self.markets[market]["country"]
        if home == country:
            return 0.0, 0.0, None, None, False
        held: dict[tuple[str, str, str | None], dict[str, Any]] = {}
        for row in self.rows["network_tariffs"]:
            if (row["origin"], row["destination"]) != (home, country):
                continue
            if row["plant"] not in ("all", plant):
                continue
            if row["powertrain"] not in ("all", self.models[model]["powertrain"]):
                continue
            pact = row["agreement"]
            if pact and not self.originates(pact, model, plant, month, day):
                continue
            if not row["start"] <= day or (row["end"] is not None and row["end"] < day):
                continue
            percents = row["kind"] in ("base", "on top", "cap")
            key = (row["kind"], row["act"], pact if percents else "")
            narrow = (pact != "", row["plant"] != "all", row["powertrain"] != "all")
            rank = (*narrow, row["start"])
            old = held.get(key)
            if old is None or rank > old["rank"]:
                held[key] = {**row, "rank": rank}
        rows = list(held.values())

        def asked(kind: str, instead: dict[str, float]) -> dict[str, float]:
            least: dict[str, float] = {}
            for r in rows:
                if r["kind"] == kind:
                    percent = instead.get(r["act"], r["percent"])
                    least[r["act"]] = min(percent, least.get(r["act"], percent))
            return least

        def total(instead: dict[str, float]) -> float:
            lowest = min(asked("base", instead).values(), default=0.0)
            replaced = {r["act"] for r in rows if r["kind"] == "minimum"}
            top = asked("on top", instead)
            more = sum(percent for act, percent in top.items() if act not in replaced)
            caps = asked("cap", {}).values()
            if caps:
                more = min(more, max(0.0, min(caps) - lowest))
            return lowest + more

        full = total({})
        within, quota = full, None
        for row in rows:
            if row["kind"] == "quota":
                within = min(within, total({row["act"]: row["percent"]}))
                quota = row["quota"]
        least = [
            r["minimum"] * self.rate(r["currency"], month) for r in rows if r["kind"] == "minimum"
        ]
        closed = any(r["kind"] == "closed" for r in rows)
        return full, within, quota, max(least, default=None), closed

    def car(self, model: str, plant: str, market: str, demand: dict[str, Any]) -> Any:
        """Return landed cost, what the quota saves, and the quota with its year; None: no way."""
        month = demand["month"]
        pair, lane = (
            self.pairs[model, plant],
            self.latest("lanes", month, plant=plant, market=market),
        )
        if lane is None or (pair["start"] and month < pair["start"]):
            return None
        if pair["end"] and month > pair["end"]:
            return None
        first = month + dt.timedelta(days=round(lane["transit"]))
        length = (next_month(month) - month).days
        days = [
            self.duty_on(first + dt.timedelta(days=n), model, plant, market, month)
            for n in range(length)
        ]
        middle = days[length // 2]
        if middle[4]:
            return None
        works = self.works(model, plant, month)
        price = demand["price"] * self.rate(demand["currency"], month)
        value = price * self.settings["customs_share"] if price else works
        full = np.mean([d[0] for d in days]) / 100 * value
        inside = np.mean([d[1] for d in days]) / 100 * value
        short = sum(max(0.0, d[3] - value) for d in days if d[3] is not None) / length
        carbon = self.latest("carbon", month, destination=self.markets[market]["country"])
        cost = (
            works
            + lane["freight"] * self.rate(lane["currency"], month)
            + full
            + short
            + works * self.settings["interest"] / 100 * lane["transit"] / 365
        )
        if carbon:
            grams = self.models[model]["co2"]
            cost += grams * carbon["price"] * self.rate(carbon["currency"], month)
        year = (first + dt.timedelta(days=length // 2)).year
        # the first day of the next month bounds the middle day as well
        saved = full - inside if middle[2] else 0.0
        return cost, saved, (middle[2], year) if middle[2] and saved > 0 else None, lane["lane"]


class Sum:
    """A linear expression; linopy's own are slow where each has few terms."""

    def __init__(self, terms: dict[int, float], constant: float = 0.0) -> None:
        self.terms, self.constant = terms, constant

    def __add__(self, other: Any) -> Sum:
        if not isinstance(other, Sum):
            return Sum(self.terms, self.constant + other)
        terms = dict(self.terms)
        for at, value in other.terms.items():
            terms[at] = terms.get(at, 0.0) + value
        return Sum(terms, self.constant + other.constant)

    __radd__ = __add__

    def __mul__(self, factor: float) -> Sum:
        return Sum({at: factor * v for at, v in self.terms.items()}, factor * self.constant)

    __rmul__ = __mul__

    def __sub__(self, other: Any) -> Sum:
        return self + -1.0 * other

    def __rsub__(self, other: Any) -> Sum:
        return other + -1.0 * self

    def __le__(self, limit: float) -> tuple[Sum, str, float]:
        return self, "<=", limit - self.constant

    def __ge__(self, limit: float) -> tuple[Sum, str, float]:
        return self, ">=", limit - self.constant

    def equals(self, value: float) -> tuple[Sum, str, float]:
        return self, "=", value - self.constant


class Whole:
    """Gathers rows, and hands them to linopy as one array."""

    def __init__(self) -> None:
        self.upper: list[float] = []
        self.binary: list[bool] = []
        self.rows: list[tuple[Sum, str, float]] = []

    def variable(self, upper: float = np.inf, *, binary: bool = False) -> Sum:
        self.upper.append(1.0 if binary else upper)
        self.binary.append(binary)
        return Sum({len(self.upper) - 1: 1.0})

    def keep(self, row: tuple[Sum, str, float]) -> None:
        self.rows.append(row)

    def least(self, aim: Sum) -> float:
        m = linopy.Model()
        size = len(self.upper)
        whole = np.array(self.binary)
        parts = []
        for binary in (False, True):
            at = np.flatnonzero(whole == binary)
            upper = xr.DataArray(np.array(self.upper)[at], dims="at", coords={"at": at})
            x = (
                m.add_variables(binary=True, coords=[pd.Index(at, name="at")], name="whole")
                if binary
                else m.add_variables(lower=0, upper=upper, name="parts")
            )
            matrix = np.zeros((len(self.rows) + 1, size))
            for n, (row, _, _) in enumerate([*self.rows, (aim, "", 0.0)]):
                for place, value in row.terms.items():
                    matrix[n, place] = value
            dense = xr.DataArray(
                matrix[:, at],
                dims=("row", "at"),
                coords={"row": np.arange(len(self.rows) + 1), "at": at},
            )
            parts.append((x, dense))
        left = sum((dense.isel(row=slice(0, -1)) * x).sum("at") for x, dense in parts)
        signs = xr.DataArray([sign for _, sign, _ in self.rows], dims="row")
        right = xr.DataArray([limit for _, _, limit in self.rows], dims="row")
        m.add_constraints(left, signs, right)
        m.add_objective(sum((dense.isel(row=-1, drop=True) * x).sum() for x, dense in parts))
        m.solve("highs", output_flag=False, mip_rel_gap=1e-9, mip_abs_gap=1e-7)
        return float(m.objective.value) + aim.constant


def optimum(hub: Hub, *, served: bool) -> tuple[float, float]:
    """Return cars missing and cost of the best plan, by linopy; cost alone without ``served``."""
    n = Network(hub)
    months, settings = n.months, n.settings
    m = Whole()
    variable = m.variable
    cost: list[Any] = []
    missing: list[Any] = []
    capacity: dict[Any, list[Any]] = defaultdict(list)
    lanes: dict[Any, list[Any]] = defaultdict(list)
    quota: dict[Any, list[Any]] = defaultdict(list)
    built: dict[Any, list[Any]] = defaultdict(list)
    sold: dict[Any, list[Any]] = defaultdict(list)
    yearly: dict[Any, float] = defaultdict(float)
    asked: dict[Any, float] = defaultdict(float)
    for demand in n.rows["network_demand"]:
        month = demand["month"]
        if month not in months or not demand["units"]:
            continue
        model, market, units = demand["model"], demand["market"], demand["units"]
        yearly[market, month.year] += units
        price = demand["price"] * n.rate(demand["currency"], month)
        penalty = demand["lost_penalty"] * n.rate(demand["currency"], month)
        balance = []
        if demand["response"] is None:
            parts = [(units, price + penalty)]
        else:
            e = demand["response"]
            income = [q * units * price * (1 + (1 - q) / e) for q in CUTS]
            parts = [
                (
                    (CUTS[s] - CUTS[s + 1]) * units,
                    (income[s] - income[s + 1]) / ((CUTS[s] - CUTS[s + 1]) * units) + penalty,
                )
                for s in range(len(CUTS) - 1)
            ]
        for width, worth in parts:
            lost = variable(width)
            cost.append(worth * lost)
            missing.append(1.0 * lost)
            balance.append(1.0 * lost)
        for (name, plant), pair in n.pairs.items():
            car = n.car(model, plant, market, demand) if name == model else None
            if car is None:
                continue
            landed, saved, key, lane = car
            flow = variable()
            cost.append(landed * flow)
            balance.append(1.0 * flow)
            capacity[plant, month].append(pair["load"] * flow)
            lanes[lane, month].append(1.0 * flow)
            built[model, plant, month].append(1.0 * flow)
            asked[model, plant, month] += units
            sold[market, plant, month.year].append(1.0 * flow)
            if key is not None:
                inside = variable()
                cost.append(-saved * inside)
                m.keep(inside - flow <= 0)
                quota[key].append(1.0 * inside)
        m.keep(sum(balance).equals(units))
    cars = {(r["quota"], r["year"]): r["cars"] for r in n.rows["quotas"]}
    for key, inside in quota.items():
        m.keep(sum(inside) <= cars.get(key, 0.0))
    for (lane, month), flows in lanes.items():
        row = n.latest("lane_room", month, lane=lane)
        if row is not None:
            m.keep(sum(flows) <= row["cars"])
    shares: dict[Any, float] = {}
    for row in sorted(n.rows["source_limits"], key=lambda r: r["plant"] != "all"):
        for plant in n.plants if row["plant"] == "all" else [row["plant"]]:
            shares[row["market"], plant] = row["share"]
    for (market, plant), share in shares.items():
        for year in sorted({month.year for month in months}):
            if sold[market, plant, year]:
                m.keep(sum(sold[market, plant, year]) <= share * yearly[market, year])
    _plants(n, m, variable, cost, capacity)
    dates = range(0, len(months), settings["launch_period"])
    for (model, plant), pair in n.pairs.items():
        fixed = pair["status"] == "fixed"
        launch = {} if fixed else {at: variable(binary=True) for at in dates}
        for at, one in launch.items():
            cost.append(pair["tooling"] * n.rate(pair["currency"], months[at]) * one)
        if launch:
            m.keep(sum(launch.values()) <= 1)
        for year in sorted({month.year for month in months}):
            own = [
                t
                for t, month in enumerate(months)
                if month.year == year
                and not (pair["start"] and month < pair["start"])
                and not (pair["end"] and month > pair["end"])
            ]
            if not own:
                continue
            flows = [flow for t in own for flow in built[model, plant, months[t]]]
            if pair["most"] is not None and flows:
                m.keep(sum(flows) <= pair["most"] * len(own) / 12)
            if pair["least"]:
                short = variable()
                last = max(month for month in months if month.year == year)
                cost.append(pair["short_penalty"] * n.rate(pair["currency"], last) * short)
                missing.append(1.0 * short)
                due: Any = pair["least"] / 12 * len(own)
                left = sum(flows) + short if flows else 1.0 * short
                for at, one in launch.items():
                    ready = sum(1 for t in own if at + pair["launch_months"] <= t)
                    left = left - pair["least"] / 12 * ready * one
                m.keep(left >= (due if fixed else 0.0))
        for t, month in enumerate(months):
            flows = built[model, plant, month]
            if fixed or not flows:
                continue
            ready = [one for at, one in launch.items() if at + pair["launch_months"] <= t]
            m.keep(
                sum(flows) - asked[model, plant, month] * sum(ready) <= 0
                if ready
                else sum(flows) <= 0
            )
    if not served:
        return 0.0, m.least(sum(cost, Sum({})))
    lost = max(m.least(sum(missing, Sum({}))), 0.0)
    m.keep(sum(missing) <= lost + 1e-6 * (1 + lost))
    return lost, m.least(sum(cost, Sum({})))


def _plants(n: Network, m: Any, variable: Any, cost: list[Any], capacity: Any) -> None:
    """Add shift steps, and plants that open and close."""
    months, period = n.months, n.settings["shift_period"]
    blocks = range(-(-len(months) // period))
    for name, plant in n.plants.items():
        rows = [r for r in n.rows["plant_steps"] if r["plant"] == name]

        def figure(step: str, month: dt.date, column: str, name: str = name) -> float:
            row = n.latest("plant_steps", month, plant=name, step=step)
            if row is None:
                return 0.0
            return row[column] * (n.rate(row["currency"], month) if column == "labour" else 1)

        names = list(dict.fromkeys(r["step"] for r in rows))
        names.sort(
            key=lambda s: tuple(
                sum(figure(s, month, column) for month in months)
                for column in ("capacity", "labour")
            )
        )
        opening = next((names.index(r["step"]) for r in rows if r["opening"]), None)
        before_rank: Any = opening
        before_closed: Any = 0.0 if plant["open"] else 1.0
        for block in blocks:
            own = months[block * period : (block + 1) * period]
            rate = n.rate(plant["currency"], own[0])
            begun = {s: n.latest("plant_steps", own[0], plant=name, step=s) for s in names}
            step = {s: variable(binary=True) for s in names}
            for s, one in step.items():
                if begun[s] is None:
                    m.keep(one.equals(0.0))
            for s, one in step.items():
                fixed = sum(plant["fixed_open"] * n.rate(plant["currency"], d) for d in own)
                cost.append((fixed + sum(figure(s, d, "labour") for d in own)) * one)
            closed = variable(binary=True)
            if not plant["may_change"]:
                m.keep(closed.equals(0.0 if plant["open"] else 1.0))
            cost.append(
                sum(plant["fixed_closed"] * n.rate(plant["currency"], d) for d in own) * closed
            )
            m.keep((sum(step.values()) + closed).equals(1))
            for month in own:
                room = sum(figure(s, month, "capacity") * one for s, one in step.items())
                if capacity[name, month]:
                    m.keep(sum(capacity[name, month]) - room <= 0)
            rank = sum(at * step[s] for at, s in enumerate(names))
            opened, shut, changed = variable(), variable(), variable()
            cost += [
                plant["open_cost"] * rate * opened,
                plant["close_cost"] * rate * shut,
                plant["step_cost"] * rate * changed,
            ]
            m.keep(opened + closed - before_closed >= 0)
            m.keep(shut - closed + before_closed >= 0)
            if before_rank is not None:
                m.keep(changed - rank + before_rank >= 0)
                m.keep(changed + rank - before_rank >= 0)
            before_rank, before_closed = rank, closed
