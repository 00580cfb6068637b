"""The monthly plan a second time: another formulation, written from the documents alone.

It shares no code with ``sinho.plan``: the input is taken from the hub's tables, working days are
counted day by day, and the program is stated with linopy and xarray. It is slow and obvious, and
here to be compared with. It differs in form, too: cars that are late are kept apart by the price
at which they were asked for (*cohorts*), so that the revenue is stated and not corrected.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import holidays
import linopy
import numpy as np
import pandas as pd
import polars as pl
import xarray as xr

from sinho.hub import Hub

Row = dict[str, Any]
MODES = ("road", "vessel", "container", "rail")
LAND = ("road", "rail")
DAY = pd.Timedelta(days=1)
PER = {"month": 1, "quarter": 3, "year": 12}


@dataclass
class Time:
    """Days of the horizon with their period and month, periods by first day, months' shares."""

    days: pd.DataFrame
    periods: pd.DataFrame
    shares: dict[pd.Timestamp, np.ndarray]

    @property
    def index(self) -> pd.Index:
        return self.periods.index

    def length(self) -> xr.DataArray:
        """Length of the periods in months."""
        return xr.DataArray(self.days.groupby("period")["of_month"].sum())

    def spread(self, month: pd.Timestamp, units: float) -> np.ndarray:
        """A month's figure by period, by calendar days; nothing outside the horizon."""
        share = self.shares.get(month, np.zeros(len(self.index)))
        return np.where(share > 0, units, 0) * share

    def by_period(self, value: Callable[[pd.Timestamp], float]) -> list[float]:
        """A dated figure by period, looked up in the month that governs it."""
        return [value(month) for month in self.periods["month"]]


@dataclass
class Program:
    """The program, the signed lines of its contribution, and the arrays that tests look at."""

    model: linopy.Model
    time: Time
    lines: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, Any] = field(default_factory=dict)

    def book(self, line: str, amount: Any) -> None:
        total = amount.sum()
        self.lines[line] = self.lines[line] + total if line in self.lines else total

    def contribution(self) -> Any:
        return linopy.merge(list(self.lines.values()))

    def amounts(self) -> dict[str, float]:
        return {name: float(line.solution) for name, line in self.lines.items()}


def rows(hub: Hub, table: str) -> list[Row]:
    """The rows of a table, dates as timestamps, empty numbers as None."""
    dates = [name for name, kind in hub[table].schema.items() if str(kind) == "Date"]
    out = hub[table].to_dicts()
    for row in out:
        row.update({name: pd.Timestamp(row[name]) for name in dates if row[name] is not None})
    return out


def in_force(dated: Iterable[Row], at: pd.Timestamp, start: str = "start") -> Row | None:
    """The last row that has begun."""
    begun = [row for row in dated if row[start] <= at]
    return max(begun, key=lambda row: row[start]) if begun else None


def exchange(hub: Hub, row: Row, at: pd.Timestamp) -> float:
    """What a unit of a row's currency is in the hub's own."""
    known = [r for r in rows(hub, "currencies") if r["currency"] == row["currency"]]
    found = in_force(known, at)
    return 1.0 if found is None else float(found["rate"])


def grid(values: Any, **coords: Any) -> xr.DataArray:
    shape = [len(c) for c in coords.values()]
    return xr.DataArray(np.asarray(values, dtype=float).reshape(shape), coords, list(coords))


def ago(column: Any, periods: int = 1) -> Any:
    """What a column was some periods ago; nothing before the first period."""
    return column.shift(period=periods).fillna(0)


def one(column: Any, **place: Any) -> Any:
    """One place of a column; xarray would carry its name along."""
    return column.sel(place, drop=True)


def first(t: Time, value: float) -> xr.DataArray:
    """A figure that counts in the first period."""
    return grid([value, *[0.0] * (len(t.index) - 1)], period=t.index)


# Time ---------------------------------------------------------------------------------------------


def horizon(hub: Hub, weeks: bool) -> Time:
    first = pd.Timestamp(hub.settings.start)
    last = pd.Timestamp(hub.settings.end) + pd.offsets.MonthEnd(0)
    day = pd.date_range(first, last)
    month = day.to_period("M").to_timestamp()
    monday = day - pd.to_timedelta(day.day_of_week, unit="D")
    start = monday if weeks else month
    governs = (monday + 3 * DAY) if weeks else month
    governs = pd.DatetimeIndex(np.clip(governs, first, last)).to_period("M").to_timestamp()
    days = pd.DataFrame(
        {
            "period": np.clip(start, first, last),
            "month": month,
            "governs": governs,
            "of_month": 1 / day.days_in_month,
        },
        index=day,
    )
    periods = days.groupby("period").agg(month=("governs", "first"))
    periods["end"] = days.index.to_series().groupby(days["period"]).max()
    shares = days.pivot_table("of_month", "period", "month", aggfunc="sum", fill_value=0.0)
    return Time(days, periods, {at: column.to_numpy() for at, column in shares.items()})


def worked_days(hub: Hub, time: Time) -> pd.DataFrame:
    """Share of each day that each group works."""
    day = time.days.index
    rest = pd.Series(False, day)
    if hub.settings.public_holidays:
        years = range(day[0].year, day[-1].year + 1)
        free = pd.DatetimeIndex(
            sorted(holidays.country_holidays(hub.settings.country, years=years))
        )
        rest |= day.isin(free)
    rest |= day.day_of_week.isin(hub.settings.weekend)
    out = {}
    for group in hub["groups"]["group"]:
        share, open_ = (~rest).astype(float), ~rest
        for row in rows(hub, "calendar"):
            if row["group"] not in ("all", group):
                continue
            works = row["kind"] == "work"
            end = row["start"] if row["end"] is None else row["end"]
            span = (day >= row["start"]) & (day <= end)
            value = float(works) if row["share"] is None else row["share"]
            open_ = open_ | span if works else open_
            share[span & open_] = value
        out[group] = share
    return pd.DataFrame(out)


# Plant --------------------------------------------------------------------------------------------


def day_patterns(hub: Hub, t: Time) -> pd.DataFrame:
    """The pattern given on each day to each group, as its row in ``patterns``; -1: the own one."""
    choices = [(row["group"], row["pattern"]) for row in rows(hub, "patterns")]
    out = pd.DataFrame(-1, t.days.index, hub["groups"]["group"].to_list())
    governs = t.days["governs"]
    for row in rows(hub, "fixed_patterns"):
        held = t.days.index >= row["start"]
        if row["start"].day == 1:
            held = governs >= row["start"]
        if row["end"] is not None:
            month = row["end"].to_period("M").to_timestamp()
            whole = row["end"] == month or (row["end"] + DAY).day == 1
            held = held & ((governs <= month) if whole else (t.days.index <= row["end"]))
        out.loc[held, row["group"]] = choices.index((row["group"], row["pattern"]))
    return out


@dataclass
class Group:
    """A group's horizon as a chain of (pattern, period): its own one (pattern -1) or a given one.

    ``own`` says of each day whether the own pattern is worked; ``fixed`` which own ones are given.
    """

    chain: list[tuple[int, int]]
    own: pd.Series
    fixed: list[int]


def group_chain(hub: Hub, t: Time, group: str) -> Group:
    given = day_patterns(hub, t)[group]
    own, fixed, chain = given < 0, [-1] * len(t.index), list[tuple[int, int]]()
    for n, start in enumerate(t.index):
        inside = given[t.days["period"] == start]
        if (inside >= 0).all():
            # the last one given is the own one
            fixed[n] = int(inside.iloc[-1])
            last = (inside != inside.iloc[-1])[::-1].cummax()[::-1]
            own[inside.index] = ~last
        for day, pattern in inside.items():
            link = (-1, n) if own[day] else (int(pattern), n)
            if not chain or chain[-1] != link:
                chain.append(link)
    return Group(chain, own, fixed)


@dataclass
class Choices:
    """Given own patterns (1, 0 or nan), where stays end, what comes before, what must stay."""

    given: np.ndarray
    ended: np.ndarray
    before: np.ndarray
    stays: np.ndarray
    keeps: list[float]
    groups: dict[str, Group]


def pattern_choices(hub: Hub, t: Time) -> Choices:
    choices = rows(hub, "patterns")
    groups = {name: group_chain(hub, t, name) for name in hub["groups"]["group"]}
    given = np.full((len(choices), len(t.index)), np.nan)
    broken = np.zeros(given.shape, dtype=int)
    for c, pattern in enumerate(choices):
        own = groups[pattern["group"]]
        for n, fixed in enumerate(own.fixed):
            given[c, n] = np.nan if fixed < 0 else float(fixed == c)
            firsts = [at for at, link in enumerate(own.chain) if link == (-1, n)]
            back = firsts[0]
            while back > 0 and own.chain[back - 1][0] >= 0:
                back -= 1
                broken[c, n] |= own.chain[back][0] != c
    # a stay ends where another pattern is given
    ended = np.cumsum((given == 0) | (broken > 0), axis=1)
    before, stays = np.full(len(choices), np.nan), np.zeros((len(choices), len(t.index)))
    keeps = [c["min_months"] * len(t.index) / float(t.length().sum()) for c in choices]
    for group in rows(hub, "groups"):
        for c, pattern in enumerate(choices):
            if pattern["group"] == group["group"] and group["opening_pattern"] is not None:
                before[c] = float(pattern["pattern"] == group["opening_pattern"])
                left = keeps[c] * (1 - group["months_kept"] / pattern["min_months"])
                if before[c] == 1 and left > 0:
                    stays[c, : round(left)] = ended[c, : round(left)] == 0
    return Choices(given, ended, before, stays, keeps, groups)


def given_hours(hub: Hub, t: Time, worked: pd.DataFrame) -> tuple[Any, Any, Any]:
    """Working days of the own patterns; hours and labour of those given besides, by group."""
    choices = rows(hub, "patterns")
    groups, given = hub["groups"]["group"].to_list(), day_patterns(hub, t)
    shape = (len(groups), len(t.index))
    days, hours, labour = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for g, name in enumerate(groups):
        own = group_chain(hub, t, name).own
        for day, share in worked[name].items():
            n = t.index.get_loc(t.days.loc[day, "period"])
            if own[day]:
                days[g, n] += share
            else:
                pattern = choices[given.loc[day, name]]
                hours[g, n] += share * pattern["shifts"] * pattern["hours"]
                labour[g, n] += share * pattern["cost_per_day"]
    return tuple(grid(v, group=groups, period=t.index) for v in (days, hours, labour))  # type: ignore[return-value]


def overtime_rules(hub: Hub, t: Time) -> tuple[np.ndarray, np.ndarray]:
    """Most hours of overtime a day and their cost, by group and period."""
    groups = hub["groups"]["group"].to_list()
    most, cost = np.zeros((len(groups), len(t.index))), np.zeros((len(groups), len(t.index)))
    for g, group in enumerate(groups):
        rules = [row for row in rows(hub, "overtime") if row["group"] == group]
        for n, month in enumerate(t.periods["month"]):
            rule = in_force(rules, month)
            if rule is not None:
                most[g, n], cost[g, n] = rule["hours_per_day"], rule["cost_per_hour"]
    return most, cost


def rate_in(hub: Hub, shop: Row, month: pd.Timestamp) -> float:
    """The manned rate of a shop in a month."""
    rates = [row for row in rows(hub, "rates") if row["shop"] == shop["shop"]]
    return float((in_force(rates, month, "month") or shop)["manned_rate"])


def most_a_day(hub: Hub, t: Time, worked: pd.DataFrame) -> dict[str, list[float]]:
    """What each shop does on a day of the longest pattern and the most overtime of the period."""
    own_days, given, _ = given_hours(hub, t, worked)
    days = worked.groupby(t.days["period"]).sum()
    choices, choice = pattern_choices(hub, t), rows(hub, "patterns")
    groups = hub["groups"]["group"].to_list()
    overtime, _ = overtime_rules(hub, t)
    out: dict[str, list[float]] = {}
    for shop in rows(hub, "shops"):
        own = [c for c, pattern in enumerate(choice) if pattern["group"] == shop["group"]]
        out[shop["shop"]] = []
        for n, month in enumerate(t.periods["month"]):
            must = [c for c in own if choices.given[c, n] == 1 or choices.stays[c, n] == 1]
            longest = max(choice[c]["shifts"] * choice[c]["hours"] for c in must or own)
            place = {"group": shop["group"], "period": t.index[n]}
            if days[shop["group"]].iloc[n] > 0:
                longest = longest * float(own_days.sel(place)) + float(given.sel(place))
                longest /= days[shop["group"]].iloc[n]
            more = overtime[groups.index(shop["group"]), n] if longest > 0 else 0.0
            out[shop["shop"]].append(
                rate_in(hub, shop, month) * shop["availability"] * (longest + more)
            )
    return out


@dataclass
class Route:
    """A model on a line: what it loads of the shops, and whose days its launch follows."""

    model: str
    line: str
    loads: dict[str, float]
    group: str
    cost: float = 0.0
    lot: float = 0.0
    start: pd.Timestamp | None = None

    @property
    def name(self) -> str:
        return f"{self.model}|{self.line}"


def routes(hub: Hub) -> list[Route]:
    shops = {row["shop"]: row for row in rows(hub, "shops")}
    loads: dict[str, dict[str, float]] = {}
    for row in rows(hub, "loads"):
        loads.setdefault(row["item"], {})[row["shop"]] = row["load"]
    models = hub["models"]["model"].to_list()
    lines = rows(hub, "lines")
    if not lines:
        out = []
        for model in models:
            own = loads.get(model, {})
            last = [shop for shop in own if shops[shop]["kind"] == "assembly"] or list(own)
            out.append(Route(model, "line", own, shops[last[0]]["group"]))
        return out
    passed = {row["line"]: row["shops"].split(";") for row in lines}
    listed = {shop for path in passed.values() for shop in path}
    out = []
    for model in models:
        told = {r["line"]: r for r in rows(hub, "model_lines") if r["model"] == model}
        for line in lines:
            shared = (line["shared"] or "").split(";")
            owned = [shop for shop in passed[line["line"]] if shop not in shared]
            point = [shop for shop in owned if shops[shop]["kind"] == "assembly"] or owned
            if line["line"] not in told and (told or point[-1] not in loads.get(model, {})):
                continue
            row = told.get(line["line"], {})
            takes = {
                shop: load
                for shop, load in loads.get(model, {}).items()
                if shop in passed[line["line"]] or shop not in listed
            }
            if row.get("load") is not None:
                takes |= {shop: row["load"] for shop in owned if shop not in takes}
            out.append(
                Route(
                    model,
                    line["line"],
                    takes,
                    line["group"] or shops[point[-1]]["group"],
                    row.get("extra_cost") or 0.0,
                    row.get("least_lot") or 0.0,
                    row.get("start"),
                )
            )
    return out


@dataclass
class Most:
    """The most cars by route, those over all lines of a model, and whether it is in production."""

    by_route: xr.DataArray
    over_lines: dict[tuple[str, pd.Timestamp], float]
    open_: xr.DataArray


def most_cars(hub: Hub, time: Time, worked: pd.DataFrame) -> Most:
    ramp = {(r["model"], r["month_after_sop"]): r["share"] for r in rows(hub, "ramp")}
    daily = most_a_day(hub, time, worked)
    every = routes(hub)
    most, both, open_ = {}, {}, []
    for model in rows(hub, "models"):
        own = [route for route in every if route.model == model["model"]]
        for n, (start, period) in enumerate(time.periods.iterrows()):
            eop = model["eop"] or period["end"]
            open_.append((model["sop"] or start) <= period["end"] and eop >= start)
            share = None
            if model["sop"] is not None:
                month = max(period["month"], model["sop"]).to_period("M")
                share = ramp.get((model["model"], (month - model["sop"].to_period("M")).n))
            worked_on = []
            for route in own:
                begins = [d for d in (model["sop"], route.start) if d is not None]
                low, high = max([*begins, start]), min(eop, period["end"])
                cut = low > start or high < period["end"]
                shares = worked.loc[low:high, route.group] if low <= high else pd.Series([0.0])
                worked_on.append(shares)
                rate = model["full_rate"]
                if rate is None:
                    rate = min(daily[shop][n] / load for shop, load in route.loads.items())
                limit = math.inf
                if share is not None:
                    limit = share * rate * shares.sum()
                elif model["full_rate"] is not None or cut:
                    limit = rate * shares.sum()
                most[route.name, start] = limit if low <= high and open_[-1] else 0.0
            if len(own) > 1 and model["full_rate"] is not None:
                days = pd.concat(worked_on, axis=1).max(axis=1).sum()
                both[model["model"], start] = (1 if share is None else share) * (
                    model["full_rate"] * days
                )
    names = [route.name for route in every]
    by_route = grid(
        [[most[q, at] for at in time.index] for q in names], route=names, period=time.index
    )
    coords = {"model": hub["models"]["model"].to_list(), "period": time.index}
    return Most(by_route, both, grid(open_, **coords))


def add_make(p: Program, hub: Hub, most: Most) -> tuple[Any, Any]:
    """The cars made by route and by model; least lots and rates over all lines."""
    t, every = p.time, routes(hub)
    x = p.model.add_variables(0, most.by_route, name="make")
    models = hub["models"]["model"].to_list()
    names = [route.name for route in every]
    of = grid([[r.model == m for r in every] for m in models], model=models, route=names)
    made = (x * of).sum("route")
    for (model, at), limit in most.over_lines.items():
        p.model.add_constraints(made.sel(model=model, period=at, drop=True) <= limit)
    for route in every:
        for month in t.periods["month"].unique() if route.lot else ():
            at = t.index[t.periods["month"] == month]
            cars = x.sel(route=route.name, period=at, drop=True).sum()
            any_ = p.model.add_variables(binary=True)
            p.model.add_constraints(cars >= route.lot * any_)
            p.model.add_constraints(cars <= 1e5 * any_)
    p.columns |= {"make": made, "built": x}
    if any(route.cost for route in every):
        p.book("line costs", -(x * grid([r.cost for r in every], route=names)))
    return x, made


def add_patterns(p: Program, hub: Hub, days: xr.DataArray, worked: pd.DataFrame) -> tuple[Any, Any]:
    """The hours of each group and period, and its overtime."""
    t, m, choices = p.time, p.model, rows(hub, "patterns")
    groups = hub["groups"]["group"].to_list()
    choice = range(len(choices))
    of = grid([[c["group"] == g for c in choices] for g in groups], group=groups, choice=choice)
    hours = grid([c["shifts"] * c["hours"] for c in choices], choice=choice)

    known = pattern_choices(hub, t)
    given, ended, before = known.given, known.ended, known.before
    stays, keeps = known.stays, known.keeps
    w = m.add_variables(binary=True, coords=[pd.RangeIndex(len(choices), name="choice"), t.index])
    m.add_constraints((w * of).sum("choice") == 1, name="one pattern")
    fixed = xr.DataArray(given, w.coords)
    m.add_constraints(w == fixed.fillna(0), mask=fixed.notnull(), name="fixed patterns")

    entered: dict[tuple[int, int], Any] = {}
    for name, own in known.groups.items():
        mine = [c for c in choice if choices[c]["group"] == name]
        links: list[Any] = [None, *own.chain]
        for link, then in itertools.pairwise(links):
            for c in mine:
                until = (
                    float(then[0] == c)
                    if then[0] >= 0
                    else one(w, choice=c, period=t.index[then[1]])
                )
                cost = choices[c]["change_cost"]
                if link is None:
                    since: Any = 0.0 if np.isnan(before[c]) else before[c]
                    cost = 0.0 if np.isnan(before[c]) else cost
                elif link[0] >= 0:
                    since = float(link[0] == c)
                else:
                    since = one(w, choice=c, period=t.index[link[1]])
                change = m.add_variables(lower=0, upper=1)
                m.add_constraints(1 * change >= until - since)
                p.book("pattern changes", -(change * cost))
                if then[0] < 0 and (c, then[1]) not in entered:
                    entered[c, then[1]] = change
    for c in choice:
        for n in range(len(t.index)):
            if not np.isnan(given[c, n]):
                continue
            recent = [
                entered[c, n - lag]
                for lag in range(min(max(round(keeps[c]), 1), n + 1))
                if ended[c, n - lag] == ended[c, n]
            ]
            m.add_constraints(sum(1 * v for v in recent) <= one(w, choice=c, period=t.index[n]))
    must = (xr.DataArray(stays, w.coords) > 0) & fixed.isnull()
    m.add_constraints(w >= 1, mask=must, name="opening stay")

    most, cost = overtime_rules(hub, t)
    limit = grid(most, group=groups, period=t.index) * days
    over = m.add_variables(lower=0, upper=limit, name="overtime")
    own_days, besides, labour = given_hours(hub, t, worked)
    on = (w * (of * (hours > 0))).sum("choice")
    m.add_constraints(over <= limit * on, mask=(besides == 0) & (limit.notnull()), name="overtime")
    day_cost = grid([c["cost_per_day"] for c in choices], choice=choice)
    p.columns |= {"pattern": w, "overtime": over}
    # one pattern is the own one, so that what is given besides is paid with it
    p.book("labour", -(w * ((of * own_days).sum("group") * day_cost + (of * labour).sum("group"))))
    p.book("overtime", -(over * grid(cost, group=groups, period=t.index)))
    return (w * (of * hours)).sum("choice") * own_days + besides, over


def add_shops(p: Program, hub: Hub, x: Any, a: Any, hours: Any, over: Any) -> None:
    t, shops, loads = p.time, rows(hub, "shops"), rows(hub, "loads")
    yields = {row["part"]: row["yield_share"] for row in rows(hub, "parts")}
    for shop in shops:
        name, group = shop["shop"], shop["group"]

        def rate(month: pd.Timestamp, shop: Row = shop) -> float:
            return rate_in(hub, shop, month)

        speed = grid(t.by_period(rate), period=t.index) * shop["availability"]
        used = [
            one(a, part=row["item"]) * (row["load"] / yields[row["item"]])
            if row["item"] in yields
            else 0
            for row in loads
            if row["shop"] == name and row["item"] in yields
        ]
        used += [
            one(x, route=route.name) * route.loads[name]
            for route in routes(hub)
            if name in route.loads
        ]
        if used:
            allowed = (one(hours, group=group) + one(over, group=group)) * speed
            p.model.add_constraints(sum(used) <= allowed, name=f"shop {name}")


def add_parts(p: Program, hub: Hub, x: Any) -> Any:
    """Made, bought and kept parts; returns what is made."""
    t, m, parts = p.time, p.model, rows(hub, "parts")
    names = pd.Index([row["part"] for row in parts], name="part")
    phi = t.length()

    def column(key: str, empty: float = 0.0) -> xr.DataArray:
        return grid([empty if r[key] is None else r[key] for r in parts], part=names)

    def allowed(*kinds: str) -> xr.DataArray:
        return grid([math.inf if r["supply"] in kinds else 0 for r in parts], part=names)

    coords = [names, t.index]
    every = xr.DataArray(1.0, coords=coords)
    a = m.add_variables(0, allowed("made", "both") * every, name="made")
    most = np.minimum(allowed("bought", "both"), column("buy_max", math.inf) * phi)
    q = m.add_variables(0, most.transpose("part", "period"), name="bought")
    z = m.add_variables(0, column("stock_max", math.inf) * every, name="part stock")
    eta = column("yield_share")
    opening = {row["item"]: row["units"] for row in rows(hub, "opening_stock")}
    bom = rows(hub, "bom")
    for part in names:
        used = [
            one(x, model=row["parent"]) * row["quantity"]
            if row["parent"] not in names
            else one(a, part=row["parent"])
            * (row["quantity"] / float(one(eta, part=row["parent"])))
            for row in bom
            if row["part"] == part
        ]
        before = ago(one(z, part=part)) + first(t, opening.get(part, 0.0))
        balance = before + one(a, part=part) + one(q, part=part) - one(z, part=part)
        m.add_constraints(balance - sum(used) == 0, name=f"part {part}")
    lots = [row for row in parts if row["lot_size"] > 0]
    if lots:
        sized = pd.Index([row["part"] for row in lots], name="part")
        size = grid([row["lot_size"] for row in lots], part=sized)
        for what, amount in (("made", a), ("bought", q)):
            n = m.add_variables(0, integer=True, coords=[sized, t.index], name=f"lots {what}")
            m.add_constraints(amount.sel(part=sized) - n * size == 0, name=f"lots {what}")
    p.columns |= {"made": a, "bought": q}
    p.book("parts made", -(a * (column("make_cost") / eta)))
    p.book("parts bought", -(q * column("buy_cost")))
    p.book("part stock", -(z * (column("stock_cost") * phi)))
    return a


# Market -------------------------------------------------------------------------------------------


@dataclass
class Market:
    """Arrays over pairs of model and market, modes, periods and cohorts of equal price."""

    pairs: list[tuple[str, str]]
    price: xr.DataArray
    worth: xr.DataArray
    demand: xr.DataArray
    backlog: xr.DataArray
    lost_penalty: xr.DataArray
    late_penalty: xr.DataArray


def market(hub: Hub, t: Time) -> Market:
    asked: dict[tuple[str, str], list[Row]] = {}
    for row in sorted(rows(hub, "demand"), key=lambda row: row["month"]):
        asked.setdefault((row["model"], row["market"]), []).append(row)
    late = {(r["model"], r["market"]): r["units"] for r in rows(hub, "opening_backlog")}
    pairs = sorted(asked)

    def held(key: str) -> np.ndarray:
        """The figure of the last row, before the first row that of the first."""

        def value(pair: tuple[str, str], at: pd.Timestamp) -> float:
            row = in_force(asked[pair], at, "month") or asked[pair][0]
            return float(row[key] * exchange(hub, row, at))

        return np.array([t.by_period(lambda at, k=k: value(k, at)) for k in pairs])

    price = held("price")
    units = np.zeros(price.shape)
    for i, pair in enumerate(pairs):
        for row in asked[pair]:
            units[i] += t.spread(row["month"], row["units"])
    worth = [sorted(set(row)) for row in price]
    width = max(map(len, worth))
    value = np.zeros((len(pairs), width))
    demand = np.zeros((len(pairs), len(t.index), width))
    backlog = np.zeros((len(pairs), width))
    for i, pair in enumerate(pairs):
        value[i, : len(worth[i])] = worth[i]
        for n in range(len(t.index)):
            demand[i, n, worth[i].index(price[i, n])] = units[i, n]
        backlog[i, worth[i].index(price[i, 0])] = late.get(pair, 0.0)
    at = {"pair": range(len(pairs)), "period": t.index, "cohort": range(width)}
    pair_period = {"pair": at["pair"], "period": at["period"]}
    pair_cohort = {"pair": at["pair"], "cohort": at["cohort"]}
    return Market(
        pairs=pairs,
        price=grid(price, **pair_period),
        worth=grid(value, **pair_cohort),
        demand=grid(demand, **at),
        backlog=grid(backlog, **pair_cohort),
        lost_penalty=grid(held("lost_penalty"), **pair_period),
        late_penalty=grid(held("late_penalty"), **pair_period),
    )


def add_market(p: Program, hub: Hub, x: Any, s: Any) -> Market:
    """Ship, lose or be late."""
    t, m, k = p.time, p.model, market(hub, p.time)
    models = {row["model"]: row for row in rows(hub, "models")}
    markets = {row["market"]: row for row in rows(hub, "markets")}
    freight = rows(hub, "freight")
    ceu = {
        name: row["length"] * row["width"] / 1e6 / hub.settings.ceu_area
        for name, row in models.items()
    }
    gap = hub.settings.stow_gap
    area = {n: (r["length"] + gap) * (r["width"] + gap) / 1e6 for n, r in models.items()}

    shape = (len(k.pairs), len(MODES), len(t.index))
    usable, cost, boxes = np.zeros(shape), np.zeros(shape), np.zeros(shape)
    duty = np.zeros((len(k.pairs), len(t.index)))
    for i, (model, to) in enumerate(k.pairs):
        domestic = markets[to]["route"] == "domestic"
        lane = "domestic" if domestic else markets[to]["lane"]
        for j, mode in enumerate(MODES):
            if domestic and mode != "road":
                continue
            dated = [row for row in freight if row["lane"] == lane and row["mode"] == mode]
            for n, month in enumerate(t.periods["month"]):
                # a row for the market counts before one for its country, and that before all
                begun = [
                    in_force([row for row in dated if row["to"] == whose], month)
                    for whose in (to, markets[to]["country"], "all")
                ]
                row = next((row for row in begun if row is not None), None)
                if row is None:
                    usable[i, j, n] = math.inf if domestic else 0
                    continue
                usable[i, j, n] = math.inf
                per_car = 1 / row["cars_per_box"] if row["cars_per_box"] else math.nan
                share = {"car": 1.0, "ceu": ceu[model], "box": per_car}[row["per"]]
                cost[i, j, n] = row["cost"] * share * exchange(hub, row, month)
                boxes[i, j, n] = per_car if mode == "container" else 0
        rate = duties(hub, t, models[model]["powertrain"], markets[to]["country"])
        duty[i] = rate["percent"] / 100 * k.price.isel(pair=i).to_numpy() + rate["per_unit"]
    pair = range(len(k.pairs))
    at = {"pair": pair, "mode": list(MODES), "period": t.index}
    ship = m.add_variables(0, grid(usable, **at) * (k.demand * 0 + 1), name="ship")
    opening = k.backlog * first(t, 1.0)
    lost = m.add_variables(0, k.demand + opening.transpose(*k.demand.dims), name="lost")
    late = m.add_variables(0, coords=k.demand.coords, name="late")
    owed = ago(late) + k.demand + opening
    m.add_constraints(owed - ship.sum("mode") - lost - late == 0, name="demand")

    stock0 = {row["item"]: row["units"] for row in rows(hub, "opening_stock")}
    for name in models:
        mine = [i for i, (model, _) in enumerate(k.pairs) if model == name]
        before = ago(one(s, model=name)) + first(t, stock0.get(name, 0.0))
        out = ship.sel(pair=mine).sum(["pair", "mode", "cohort"]) if mine else 0
        m.add_constraints(
            before + one(x, model=name) - one(s, model=name) - out == 0,
            name=f"cars {name}",
        )
    add_sailings(p, hub, ship, k, grid(boxes, **at), ceu, area)

    p.book("revenue", ship * k.worth)
    p.book("freight", -(ship * grid(cost, **at)))
    p.book("tariffs", -(ship * grid(duty, pair=pair, period=t.index)))
    p.book("lost penalties", -(lost * k.lost_penalty))
    p.book("late penalties", -(late * (k.late_penalty * t.length())))
    p.columns |= {"ship": ship, "lost": lost, "late": late}
    return k


def duties(hub: Hub, t: Time, powertrain: str, country: str) -> pd.DataFrame:
    """Share of the price and amount per car by period: the mean over the period's days."""
    tariffs = [
        row
        for row in rows(hub, "tariffs")
        if row["origin"] == hub.settings.country and row["destination"] == country
    ]
    out = pd.DataFrame(0.0, t.days.index, ["percent", "per_unit"])
    for kind in ("all", powertrain):  # a row for the powertrain overrides
        for row in sorted(
            (r for r in tariffs if r["powertrain"] == kind), key=lambda r: r["start"]
        ):
            for day in out.loc[row["start"] :].index:
                out.loc[day] = [row["percent"], row["per_unit"] * exchange(hub, row, day)]
    return out.groupby(t.days["period"]).mean()


def add_sailings(
    p: Program,
    hub: Hub,
    ship: Any,
    k: Market,
    boxes: xr.DataArray,
    ceu: dict[str, float],
    area: dict[str, float],
) -> None:
    t = p.time
    lane_of = {row["market"]: row["lane"] for row in rows(hub, "markets") if row["lane"]}
    for lane in sorted(set(lane_of.values())):
        mine = [i for i, (_, to) in enumerate(k.pairs) if lane_of.get(to) == lane]
        if not mine:
            continue
        given = {row["month"]: row for row in rows(hub, "sailings") if row["lane"] == lane}
        total = ship.sel(pair=mine).sum("cohort")
        for mode in LAND:
            leave = {
                row["month"]: row["departures"] * row["cars"]
                for row in rows(hub, "departures")
                if row["lane"] == lane and row["mode"] == mode
            }
            room = sum(t.spread(month, cars) for month, cars in leave.items())
            if leave:
                p.model.add_constraints(
                    one(total, mode=mode).sum("pair") <= grid(room, period=t.index)
                )
        for key, mode, takes in (
            ("ceu", "vessel", grid([ceu[k.pairs[i][0]] for i in mine], pair=mine)),
            ("area", "vessel", grid([area[k.pairs[i][0]] for i in mine], pair=mine)),
            ("boxes", "container", boxes.sel(pair=mine, mode="container", drop=True)),
        ):
            room = np.zeros(len(t.index))
            for month in t.days["month"].unique():
                row = given.get(month, {key: 0.0})
                whole = math.inf if row[key] is None else row[key]
                room += t.spread(month, whole)
            limit = grid(room, period=t.index)
            used = (one(total, mode=mode) * takes).sum("pair")
            p.model.add_constraints(
                used <= limit.where(np.isfinite(limit), 0),
                mask=np.isfinite(limit),
                name=f"{lane} {key}",
            )


def add_contracts(p: Program, hub: Hub, ship: Any, k: Market) -> None:
    """Corridors of contracts."""
    t, brand = p.time, {row["model"]: row["brand"] for row in rows(hub, "models")}
    inside = t.periods["month"]
    shorts = []
    for row in rows(hub, "contracts"):
        models = row["models"].split(";") if row["models"] else None
        markets = row["markets"].split(";") if row["markets"] else None
        counts = [
            i
            for i, (model, to) in enumerate(k.pairs)
            if (brand[model] == row["brand"] if models is None else model in models)
            and (markets is None or to in markets)
        ]
        months = pd.Series(pd.date_range(row["start"], row["end"], freq="MS"))
        key = {
            "month": months.dt.strftime("%Y-%m"),
            "quarter": months.dt.to_period("Q").astype(str),
            "year": months.dt.year,
            "total": months.dt.year * 0,
        }[row["per"]]
        for window, of in months.groupby(key):
            held = of[of.isin(t.days["month"])]
            periods = t.index[inside.isin(held)]
            if held.empty or periods.empty:
                continue
            share = len(held) / PER.get(row["per"], len(of))
            least = row["least"] * share
            name = f"{row['contract']} {window}"
            short = p.model.add_variables(0, 0 if row["hard"] else least, name=f"short {name}")
            if counts:
                cars = ship.sel(pair=counts, period=periods)
                total = cars.sum()
                rates = [exchange(hub, row, month) for month in inside[periods]]
                p.book("contract fees", cars * (row["fee"] * grid(rates, period=periods)))
                if row["most"] is not None:
                    p.model.add_constraints(total <= row["most"] * share, name=f"most {name}")
                p.model.add_constraints(total + short >= least, name=f"least {name}")
            else:
                p.model.add_constraints(short >= least, name=f"least {name}")
            due = row["short_penalty"] * exchange(hub, row, inside[periods[-1]])
            p.book("contract penalties", -(short * due))
            shorts.append(short)
    p.columns["short"] = shorts


# Whole --------------------------------------------------------------------------------------------


def state(hub: Hub, *, weeks: bool = False) -> Program:
    """State the whole program of a hub."""
    t = horizon(hub, weeks)
    p = Program(linopy.Model(), t)
    m, models = p.model, rows(hub, "models")
    names = pd.Index([row["model"] for row in models], name="model")
    worked = worked_days(hub, t)
    days = worked.groupby(t.days["period"]).sum().rename_axis(columns="group")
    most = most_cars(hub, t, worked)
    open_ = most.open_

    def column(key: str, empty: float = 0.0) -> xr.DataArray:
        return grid([empty if r[key] is None else r[key] for r in models], model=names)

    built, x = add_make(p, hub, most)
    s = m.add_variables(
        column("stock_min") * open_, column("stock_max", math.inf) * (open_ * 0 + 1), name="stock"
    )
    p.columns["stock"] = s
    p.book("material", -(x * column("material_cost")))
    p.book("car stock", -(s * (column("stock_cost") * t.length())))
    by_group = xr.DataArray(days).transpose("group", "period")
    hours, over = add_patterns(p, hub, by_group, worked)
    a = add_parts(p, hub, x) if hub["parts"].height else None
    add_shops(p, hub, built, a, hours, over)
    k = add_market(p, hub, x, s)
    add_contracts(p, hub, p.columns["ship"], k)
    yards: dict[str, list[Row]] = {}
    for row in rows(hub, "yard"):
        yards.setdefault(row["yard"], []).append(row)
    if yards:

        def room(month: pd.Timestamp) -> float:
            held = [row for row in (in_force(y, month) for y in yards.values()) if row is not None]
            return sum(row["capacity"] for row in held) if held else math.nan

        limit = grid(t.by_period(room), period=t.index)
        m.add_constraints(s.sum("model") <= limit.fillna(0), mask=limit.notnull(), name="yard")
    m.add_objective(p.contribution(), sense="max")
    return p


class NoPlan(Exception):
    """The program has no solution."""


def solve(p: Program, gap: float = 0.0) -> float:
    """Solve to the gap and return the value of the objective."""
    for presolve in ("choose", "off"):  # HiGHS's presolve may answer "infeasible or unbounded"
        status, condition = p.model.solve(
            "highs",
            io_api="direct",
            output_flag=False,
            mip_rel_gap=gap,
            random_seed=1,
            presolve=presolve,
        )
        if condition != "infeasible_or_unbounded":
            break
    if status != "ok":
        raise NoPlan(condition)
    return float(p.model.objective.value)


def solve_levels(p: Program, gap: float = 0.0) -> list[float]:
    """Fewest cars short of contracts, then lost, then late; then the most contribution."""
    short = [s.sum() for s in p.columns["short"]]
    levels = [sum(short)] if short else []
    reached = [] if short else [0.0]
    for level in [*levels, p.columns["lost"].sum(), p.columns["late"].sum()]:
        p.model.add_objective(level, overwrite=True, sense="min")
        reached.append(solve(p, gap))
        p.model.add_constraints(level <= reached[-1] + 1e-6 * max(1.0, abs(reached[-1])))
    p.model.add_objective(p.contribution(), overwrite=True, sense="max")
    return [*reached, solve(p, gap)]


def hold(p: Program, hub: Hub, tables: Mapping[str, pl.DataFrame]) -> None:
    """Hold what the tables of a plan say: cars, patterns, overtime and parts.

    The numbers of lots are left free, so that what remains is a linear program.
    """
    for name in [*p.model.variables.integers, *p.model.variables.binaries]:
        p.model.variables[name].relax()
    pairs = {pair: n for n, pair in enumerate(market(hub, p.time).pairs)}
    choices = {(c["group"], c["pattern"]): n for n, c in enumerate(rows(hub, "patterns"))}

    def keep(name: str, table: str, keys: list[str], value: str) -> None:
        column = p.columns[name]
        if "cohort" in column.dims:
            column = column.sum("cohort")
        found = pd.DataFrame(tables[table].to_dict(as_series=False))
        found["period"] = pd.to_datetime(found["period"])
        if "pair" in keys:
            found["pair"] = [
                pairs[key] for key in zip(found["model"], found["market"], strict=True)
            ]
        if "route" in keys:
            found["route"] = found["model"] + "|" + found["line"]
        if "choice" in keys:
            own = {name: group_chain(hub, p.time, name).own for name in hub["groups"]["group"]}
            kept = [
                own[g][pd.Timestamp(d)] for g, d in zip(found["group"], found["start"], strict=True)
            ]
            found = found[kept].drop_duplicates(["group", "period"])
            found["choice"] = [
                choices[key] for key in zip(found["group"], found["pattern"], strict=True)
            ]
            found["worked"] = 1.0
        values = found.set_index([*keys, "period"])[value]
        coords = [column.indexes[key] for key in (*keys, "period")]
        every = values.reindex(pd.MultiIndex.from_product(coords), fill_value=0.0)
        held = grid(every, **dict(zip((*keys, "period"), coords, strict=True)))
        slack = 0 if name == "pattern" else 1e-6 * (1 + abs(held))
        p.model.add_constraints(column >= held - slack, name=f"least {name}")
        p.model.add_constraints(column <= held + slack, name=f"most {name}")

    keep("make", "make", ["model"], "units")
    keep("built", "make_lines", ["route"], "units")
    keep("stock", "stock", ["model"], "units")
    keep("ship", "ship", ["pair", "mode"], "units")
    keep("lost", "lost", ["pair"], "units")
    keep("late", "late", ["pair"], "units")
    keep("pattern", "patterns", ["choice"], "worked")
    keep("overtime", "overtime", ["group"], "hours")
    if "made" in p.columns:
        keep("made", "parts", ["part"], "made")
        keep("bought", "parts", ["part"], "bought")
