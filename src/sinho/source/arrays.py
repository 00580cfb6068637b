"""From the tables of a network to the arrays that it is planned from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from sinho.hub import Hub
from sinho.hub.currencies import rates_on
from sinho.hub.schema import ALL, LIST_SEPARATOR
from sinho.source.duties import Days, Ints, Row, duty_days, shares_met
from sinho.source.terms import Duties, Flags, Plant
from sinho.units import Floats, month_range, next_month


def arrays_of(network: Hub) -> dict[str, Any]:
    """Return the fields of `Input` by name."""
    settings = network["network"].row(0, named=True)
    months = month_range(settings["start"], settings["end"])
    rates = rates_on(network, months)
    models, markets = network["network_models"], network["network_markets"]
    names = network["plants"]["plant"].to_list()
    plants = tuple(_plant(network, row, months) for row in network["plants"].to_dicts())
    model_names, market_names = models["model"].to_list(), markets["market"].to_list()
    rows = network["allocations"].to_dicts()
    of = {
        "model": np.array([model_names.index(r["model"]) for r in rows], dtype=np.int64),
        "plant": np.array([names.index(r["plant"]) for r in rows], dtype=np.int64),
    }
    origins = _origins(network, rows, months)
    parts = np.zeros((len(rows), len(months)))
    for (a, _), value in origins.items():
        parts[a] += value
    building = np.array([r["cost"] * rates(r["currency"]) for r in rows])
    ways = _ways(network, names, market_names, months)
    lanes = sorted(set(network["lanes"]["lane"].to_list()))
    room = np.full((len(lanes), len(months)), np.inf)
    for r in network["lane_room"].sort("start").to_dicts():
        room[lanes.index(r["lane"]), _since(months, r["start"]) :] = r["cars"]
    lane = ways["lane"]
    met = _met(network, rows, plants, origins, parts, building, of, months)
    quota_names = tuple(dict.fromkeys(network["quotas"]["quota"].to_list()))
    group, duties = _duties(network, of, met, ways["transit"], months, quota_names)
    first = [r["tooling"] * float(rates(r["currency"])[0]) for r in rows]
    short = [r["short_penalty"] * float(rates(r["currency"])[0]) for r in rows]
    carbon = np.zeros((len(market_names), len(months)))
    for r in network["carbon"].sort("start").to_dicts():
        own = np.array([c == r["destination"] for c in markets["country"]], dtype=bool)
        since = _since(months, r["start"])
        carbon[own, since:] = (r["price"] * rates(r["currency"]))[since:]
    return {
        "name": settings["name"],
        "currency": settings["currency"],
        "months": tuple(months),
        "plants": plants,
        "models": tuple(model_names),
        "powertrains": tuple(models["powertrain"].to_list()),
        "markets": tuple(market_names),
        "countries": tuple(markets["country"].to_list()),
        "lanes": tuple(lanes),
        **of,
        "fixed": np.array([r["status"] == "fixed" for r in rows], dtype=bool),
        "window": _window(rows, months),
        "parts": parts,
        "building": building.reshape(len(rows), len(months)),
        "origins": origins,
        "load": np.array([r["load"] for r in rows]),
        "tooling": np.array(first),
        "least": np.array([r["least"] for r in rows]),
        "most": np.array([np.inf if r["most"] is None else r["most"] for r in rows]),
        "short_penalty": np.array(short),
        "lead": np.array([r["launch_months"] for r in rows], dtype=np.int64),
        "met": met,
        **_demand(network, model_names, market_names, months),
        "lane": np.where(lane >= 0, lane, -1),
        "freight": ways["freight"],
        "transit": ways["transit"],
        "entry_year": _entry_years(ways["transit"], months),
        "room": room,
        "group": group,
        "duties": duties,
        "quotas": {(r["quota"], r["year"]): r["cars"] for r in network["quotas"].to_dicts()},
        "quota_names": quota_names,
        "co2": models["co2"].to_numpy().astype(np.float64),
        "carbon": carbon,
        "limits": _limits(network, names, market_names),
        "customs_share": settings["customs_share"],
        "interest": settings["interest"] / 100,
        "shift_period": settings["shift_period"],
        "launch_period": settings["launch_period"],
        "places": {
            row[name]: (row["longitude"], row["latitude"])
            for name, table in (("market", markets), ("plant", network["plants"]))
            for row in table.to_dicts()
            if row["longitude"] is not None and row["latitude"] is not None
        },
    }


def _since(months: Sequence[dt.date], start: dt.date) -> int:
    """Return the place of the first month at or behind a date."""
    return sum(month < start for month in months)


def _plant(network: Hub, row: Row, months: Sequence[dt.date]) -> Plant:
    rates = rates_on(network, months)
    rows = network["plant_steps"].filter(pl.col("plant") == row["plant"]).sort("start").to_dicts()
    found = {
        name: (np.zeros(len(months)), np.zeros(len(months)))
        for name in dict.fromkeys(r["step"] for r in rows)
    }
    for r in rows:
        since = _since(months, r["start"])
        found[r["step"]][0][since:] = r["capacity"]
        found[r["step"]][1][since:] = (r["labour"] * rates(r["currency"]))[since:]
    # the lower step is the one that builds less, then the cheaper one
    steps = sorted(found, key=lambda s: (found[s][0].sum(), found[s][1].sum()))
    opening = next((steps.index(r["step"]) for r in rows if r["opening"]), -1)
    cost = rates(row["currency"])
    return Plant(
        row["plant"],
        row["country"],
        tuple(steps),
        np.array([found[step][0] for step in steps]),
        np.array([found[step][1] for step in steps]),
        opening,
        row["open"],
        row["may_change"],
        *(row[n] * cost for n in ("fixed_open", "fixed_closed")),
        *(row[n] * cost for n in ("open_cost", "close_cost", "step_cost")),
    )


def _origins(
    network: Hub, rows: Sequence[Row], months: Sequence[dt.date]
) -> dict[tuple[int, str], Floats]:
    """Return the value of parts by allocation and country."""
    rates = rates_on(network, months)
    own: dict[tuple[str, str], list[Row]] = {}
    for r in network["content"].to_dicts():
        own.setdefault((r["model"], r["plant"]), []).append(r)
    found: dict[tuple[int, str], Floats] = {}
    for a, row in enumerate(rows):
        model = row["model"]
        for r in own.get((model, row["plant"])) or own.get((model, ALL), []):
            found[a, r["origin"]] = r["value"] * rates(r["currency"])
    return found


def _window(rows: Sequence[Row], months: Sequence[dt.date]) -> Flags:
    """Return the months in which an allocation may build."""
    return np.array(
        [
            [
                (r["start"] is None or month >= r["start"])
                and (r["end"] is None or month <= r["end"])
                for month in months
            ]
            for r in rows
        ],
        dtype=bool,
    ).reshape(len(rows), len(months))


def _ways(
    network: Hub, plants: Sequence[str], markets: Sequence[str], months: Sequence[dt.date]
) -> dict[str, Any]:
    """Return lane, freight and transit by plant, market and month."""
    shape = (len(plants), len(markets), len(months))
    rates = rates_on(network, months)
    lanes = {name: at for at, name in enumerate(sorted(set(network["lanes"]["lane"].to_list())))}
    lane = np.full(shape, -1, dtype=np.int64)
    freight, transit = np.zeros(shape), np.zeros(shape)
    where = {name: at for at, name in enumerate(plants)}
    to = {name: at for at, name in enumerate(markets)}
    for r in network["lanes"].sort("start").to_dicts():
        at = where[r["plant"]], to[r["market"]], slice(_since(months, r["start"]), None)
        lane[at] = lanes[r["lane"]]
        freight[at] = (r["freight"] * rates(r["currency"]))[at[2]]
        transit[at] = r["transit"]
    return {"lane": lane, "freight": freight, "transit": transit}


def _demand(
    network: Hub, models: Sequence[str], markets: Sequence[str], months: Sequence[dt.date]
) -> dict[str, Floats]:
    """Return what is asked for by model, market and month."""
    shape = (len(models), len(markets), len(months))
    rates = rates_on(network, months)
    rows = network["network_demand"].filter(pl.col("month").is_between(months[0], months[-1]))
    places = {name: {n: at for at, n in enumerate(own)} for name, own in (("model", models),)}
    places["market"] = {name: at for at, name in enumerate(markets)}
    i = rows["model"].replace_strict(places["model"], return_dtype=pl.Int64).to_numpy()
    k = rows["market"].replace_strict(places["market"], return_dtype=pl.Int64).to_numpy()
    first = months[0].year * 12 + months[0].month
    t = (rows["month"].dt.year().cast(pl.Int64) * 12 + rows["month"].dt.month() - first).to_numpy()
    rate = np.ones(rows.height)
    for name in rows["currency"].drop_nulls().unique():
        own = (rows["currency"] == name).fill_null(False).to_numpy()
        rate[own] = rates(name)[t[own]]
    made = {}
    for name, column, by in (
        ("demand", "units", None),
        ("price", "price", rate),
        ("penalty", "lost_penalty", rate),
        ("response", "response", None),
    ):
        values = rows[column].cast(pl.Float64).fill_null(np.nan).to_numpy()
        made[name] = np.full(shape, np.nan if name == "response" else 0.0)
        made[name][i, k, t] = values if by is None else values * by
    return made


def _entry_days(transit: float, month: dt.date, first: dt.date) -> tuple[int, int]:
    """Return the days of entry of a month's cars, counted from the first day: from, and before."""
    low = (month - first).days + round(transit)
    return low, low + (next_month(month) - month).days


def _entry_years(transit: Floats, months: Sequence[dt.date]) -> Ints:
    """Return the year of the middle day of entry."""
    years = np.zeros(transit.shape, dtype=np.int64)
    for days in np.unique(transit):
        own = [
            (months[0] + dt.timedelta(days=sum(_entry_days(days, month, months[0])) // 2)).year
            for month in months
        ]
        years = np.where(transit == days, np.array(own), years)
    return years


def _met(
    network: Hub,
    rows: Sequence[Row],
    plants: Sequence[Plant],
    origins: dict[tuple[int, str], Floats],
    parts: Floats,
    building: Floats,
    of: dict[str, Ints],
    months: Sequence[dt.date],
) -> dict[str, Flags]:
    """Return which allocations meet the rule of origin of each agreement, by month."""
    powertrains = dict(network["network_models"].select("model", "powertrain").iter_rows())
    rules = network["rules_of_origin"].to_dicts()
    values: dict[int, dict[str, Floats]] = {}
    for (a, country), value in origins.items():
        values.setdefault(a, {})[country] = value
    met = {}
    for agreement in dict.fromkeys(r["agreement"] for r in rules):
        found = np.zeros((len(rows), len(months)), dtype=bool)
        for a, row in enumerate(rows):
            fits = [
                r
                for r in rules
                if r["agreement"] == agreement
                and r["powertrain"] in (ALL, powertrains[row["model"]])
            ]
            fits.sort(key=lambda r: (r["powertrain"] != ALL, r["start"]))
            home = plants[of["plant"][a]].country
            regional = [
                sum(
                    (
                        value
                        for country, value in values.get(a, {}).items()
                        if country in rule["countries"].split(LIST_SEPARATOR)
                    ),
                    building[a] * (home in rule["countries"].split(LIST_SEPARATOR)),
                )
                / np.maximum(parts[a] + building[a], 1e-12)
                for rule in fits
            ]
            if fits:
                found[a] = shares_met(np.array(regional), fits, months)
        met[agreement] = found
    return met


def _duties(
    network: Hub,
    of: dict[str, Ints],
    met: dict[str, Flags],
    transit: Floats,
    months: Sequence[dt.date],
    quotas: Sequence[str],
) -> tuple[Ints, Duties]:
    """Group allocations that pay the same duties, and return these by month of leaving."""
    powertrains = network["network_models"]["powertrain"].to_list()
    plants = network["plants"].to_dicts()
    countries = network["network_markets"]["country"].to_list()
    bits = np.zeros((len(of["model"]), len(months)), dtype=np.int64)
    for place, flags in enumerate(met.values()):
        bits |= flags.astype(np.int64) << place
    keys: dict[tuple[int, str, bytes], int] = {}
    group = np.array(
        [
            keys.setdefault((int(p), powertrains[i], bits[a].tobytes()), len(keys))
            for a, (i, p) in enumerate(zip(of["model"], of["plant"], strict=True))
        ],
        dtype=np.int64,
    )
    shape = (len(keys), len(countries), len(months))
    numbers = {name: np.zeros(shape) for name in ("rate", "within", "paid", "part")}
    least = np.full(shape, np.nan)
    quota, closed = np.full(shape, -1, dtype=np.int64), np.zeros(shape, dtype=bool)
    span = (next_month(months[-1]) - months[0]).days + int(np.ceil(transit.max(initial=0))) + 1
    sums = _Sums(network, months, span, quotas)
    agreements = list(met)
    for (p, powertrain, kept), g in keys.items():
        own = np.frombuffer(kept, dtype=np.int64)
        for k, country in enumerate(countries):
            if country == plants[p]["country"]:
                continue
            for mask in np.unique(own):
                names = frozenset(n for at, n in enumerate(agreements) if mask >> at & 1)
                for days in np.unique(transit[p, k]):
                    at = (own == mask) & (transit[p, k] == days)
                    made = sums.of(plants[p], powertrain, country, names, float(days))
                    for name in numbers:
                        numbers[name][g, k, at] = made[name][at]
                    least[g, k, at] = made["least"][at]
                    quota[g, k, at], closed[g, k, at] = made["quota"][at], made["closed"][at]
    return group, Duties(**numbers, least=least, quota=quota, closed=closed)


class _Sums:
    """Duties by month of leaving, each kind of car and way once."""

    def __init__(
        self, network: Hub, months: Sequence[dt.date], span: int, quotas: Sequence[str]
    ) -> None:
        self._months, self._span, self._quotas = months, span, quotas
        rates = rates_on(network, months[:1])
        self._rows: dict[tuple[str, str], list[Row]] = {}
        for row in network["network_tariffs"].to_dicts():
            if row["minimum"] is not None:
                row["minimum"] *= float(rates(row["currency"])[0])
            self._rows.setdefault((row["origin"], row["destination"]), []).append(row)
        self._days: dict[tuple[str, str, str, frozenset[str]], Days] = {}
        self._made: dict[tuple[str, str, str, frozenset[str], float], dict[str, Any]] = {}

    def of(
        self, plant: Row, powertrain: str, country: str, met: frozenset[str], transit: float
    ) -> dict[str, Any]:
        """Return the duty of each month's cars."""
        rows = self._rows.get((plant["country"], country), [])
        # plants without rows of their own pay what others of their country do
        name = plant["plant"] if any(r["plant"] == plant["plant"] for r in rows) else ""
        key = (plant["country"] + "/" + name, powertrain, country, met)
        if (*key, transit) not in self._made:
            if key not in self._days:
                own = [
                    r
                    for r in rows
                    if r["plant"] in (ALL, name)
                    and r["powertrain"] in (ALL, powertrain)
                    and (not r["agreement"] or r["agreement"] in met)
                ]
                self._days[key] = duty_days(own, self._months[0], self._span, self._quotas)
            self._made[*key, transit] = self._by_month(self._days[key], transit)
        return self._made[*key, transit]

    def _by_month(self, days: Days, transit: float) -> dict[str, Any]:
        ends = [_entry_days(transit, month, self._months[0]) for month in self._months]
        low, high = np.array(ends).T
        middle = (low + high) // 2
        holds = ~np.isnan(days.least)

        def mean(values: Floats) -> Floats:
            summed = np.concatenate([[0.0], np.cumsum(values)])
            means: Floats = (summed[high] - summed[low]) / (high - low)
            return means

        part = mean(holds.astype(np.float64))
        price = mean(np.nan_to_num(days.least))
        return {
            "rate": mean(days.rate),
            "within": mean(days.within),
            "paid": mean(days.paid),
            "quota": days.quota[middle],
            "least": np.where(part > 0, price / np.maximum(part, 1e-12), np.nan),
            "part": part,
            "closed": days.closed[middle],
        }


def _limits(
    network: Hub, plants: Sequence[str], markets: Sequence[str]
) -> tuple[tuple[int, int, float], ...]:
    """Return the most of each market from each plant; a row for a plant goes before one for all."""
    found: dict[tuple[int, int], float] = {}
    for r in sorted(network["source_limits"].to_dicts(), key=lambda r: r["plant"] != ALL):
        for p in range(len(plants)) if r["plant"] == ALL else [plants.index(r["plant"])]:
            found[markets.index(r["market"]), p] = r["share"]
    return tuple((k, p, share) for (k, p), share in found.items())
