"""From the tables of a network to the arrays that it is planned from."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from sinho.errors import DataError, Problem
from sinho.hub import Hub
from sinho.hub.currencies import rates_on
from sinho.hub.schema import ALL
from sinho.source.behind import with_steps
from sinho.source.duties import Row
from sinho.source.entry import Entry, duties_by_month, origin_met
from sinho.source.terms import Flags, Plant
from sinho.units import Floats, month_range


def arrays_of(network: Hub) -> dict[str, Any]:
    """Return the fields of `Input` by name."""
    given: object = network
    if not isinstance(given, Hub):
        kind = type(given).__name__
        raise TypeError(f"a network is asked for, as sinho.read_network returns it, not {kind}")
    if network["network"].is_empty():
        rule, hint = "this is a hub, not a network of plants", "Read one with sinho.read_network."
        raise DataError([Problem("network", rule, hint=hint)])
    network = with_steps(network)
    settings = network["network"].row(0, named=True)
    months = month_range(settings["start"], settings["end"])
    rates = rates_on(network, months)
    models, markets = network["network_models"], network["network_markets"]
    plants = tuple(_plant(network, row, months) for row in network["plants"].to_dicts())
    names = [plant.name for plant in plants]
    model_names, market_names = models["model"].to_list(), markets["market"].to_list()
    lanes = sorted(set(network["lanes"]["lane"].to_list()))
    quota_names = tuple(dict.fromkeys(network["quotas"]["quota"].to_list()))
    rows = network["allocations"].to_dicts()
    model = np.array([model_names.index(r["model"]) for r in rows], dtype=np.int64)
    plant = np.array([names.index(r["plant"]) for r in rows], dtype=np.int64)
    origins = _origins(network, rows, months)
    parts = np.zeros((len(rows), len(months)))
    for (a, _), value in origins.items():
        parts[a] += value
    building, tooling, short_penalty = (
        np.array([r[name] * rates(r["currency"]) for r in rows]).reshape(-1, len(months))
        for name in ("cost", "tooling", "short_penalty")
    )
    ways = _ways(network, names, market_names, lanes, months)
    entry = Entry(network, months, ways["transit"])
    powertrains = [models["powertrain"][i] for i in model.tolist()]
    homes = [plants[p].country for p in plant]
    met = origin_met(network, homes, powertrains, origins, building, parts + building, entry)
    group, duties, known = duties_by_month(network, plant, powertrains, met, entry, quota_names)
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
        "model": model,
        "plant": plant,
        "fixed": np.array([r["status"] == "fixed" for r in rows], dtype=bool),
        "window": _window(rows, months),
        "parts": parts,
        "building": building,
        "origins": origins,
        "load": np.array([r["load"] for r in rows]),
        "tooling": tooling,
        "least": np.array([r["least"] for r in rows]),
        "most": np.array([np.inf if r["most"] is None else r["most"] for r in rows]),
        "short_penalty": short_penalty,
        "lead": np.array([r["launch_months"] for r in rows], dtype=np.int64),
        **_demand(network, model_names, market_names, months),
        **ways,
        "entry_year": entry.years(),
        "room": _room(network, lanes, months),
        "group": group,
        "duties": duties,
        "known": known,
        "quotas": {(r["quota"], r["year"]): r["cars"] for r in network["quotas"].to_dicts()},
        "quota_names": quota_names,
        "co2": models["co2"].to_numpy().astype(np.float64),
        "carbon": _carbon(network, months),
        "limits": _limits(network, names, market_names),
        "customs_share": settings["customs_share"],
        "interest": settings["interest"] / 100,
        "shift_period": settings["shift_period"],
        "launch_period": settings["launch_period"],
        "places": {
            (name, row[name]): (row["longitude"], row["latitude"])
            for name, table in (("market", markets), ("plant", network["plants"]))
            for row in table.to_dicts()
            if row["longitude"] is not None and row["latitude"] is not None
        },
        "network": network,
    }


def _since(months: Sequence[dt.date], start: dt.date) -> int:
    """Return the place of the first month at or behind a date."""
    return sum(month < start for month in months)


def _plant(network: Hub, row: Row, months: Sequence[dt.date]) -> Plant:
    rates = rates_on(network, months)
    rows = network["plant_steps"].filter(plant=row["plant"]).sort("start").to_dicts()
    found = {
        name: (np.zeros(len(months)), np.zeros(len(months)), np.zeros(len(months), dtype=bool))
        for name in dict.fromkeys(r["step"] for r in rows)
    }
    for r in rows:
        since = _since(months, r["start"])
        found[r["step"]][0][since:] = r["capacity"]
        found[r["step"]][1][since:] = (r["labour"] * rates(r["currency"]))[since:]
        found[r["step"]][2][since:] = True
    # the lower step is the one that builds less, then the cheaper one
    names = sorted(found, key=lambda s: (found[s][0].sum(), found[s][1].sum()))
    opening = next((names.index(r["step"]) for r in rows if r["opening"]), -1)
    cost = rates(row["currency"])
    return Plant(
        row["plant"],
        row["country"],
        tuple(names),
        np.array([found[step][0] for step in names]),
        np.array([found[step][1] for step in names]),
        np.array([found[step][2] for step in names]),
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
    network: Hub,
    plants: Sequence[str],
    markets: Sequence[str],
    lanes: Sequence[str],
    months: Sequence[dt.date],
) -> dict[str, Any]:
    """Return lane, freight and transit by plant, market and month."""
    shape = (len(plants), len(markets), len(months))
    rates = rates_on(network, months)
    lane = np.full(shape, -1, dtype=np.int64)
    freight, transit = np.zeros(shape), np.zeros(shape)
    where = {name: at for at, name in enumerate(plants)}
    to = {name: at for at, name in enumerate(markets)}
    for r in network["lanes"].sort("start").to_dicts():
        at = where[r["plant"]], to[r["market"]], slice(_since(months, r["start"]), None)
        lane[at] = lanes.index(r["lane"])
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


def _room(network: Hub, lanes: Sequence[str], months: Sequence[dt.date]) -> Floats:
    """Return the cars that a lane carries in a month; infinity: any."""
    room = np.full((len(lanes), len(months)), np.inf)
    for r in network["lane_room"].sort("start").to_dicts():
        room[lanes.index(r["lane"]), _since(months, r["start"]) :] = r["cars"]
    return room


def _carbon(network: Hub, months: Sequence[dt.date]) -> Floats:
    """Return the price of a gram per kilometre by market and month."""
    rates = rates_on(network, months)
    countries = np.array(network["network_markets"]["country"].to_list(), dtype=object)
    carbon = np.zeros((len(countries), len(months)))
    for r in network["carbon"].sort("start").to_dicts():
        since = _since(months, r["start"])
        carbon[countries == r["destination"], since:] = (r["price"] * rates(r["currency"]))[since:]
    return carbon


def _limits(
    network: Hub, plants: Sequence[str], markets: Sequence[str]
) -> tuple[tuple[int, int, float], ...]:
    """Return the most of each market from each plant; a row for a plant goes before one for all."""
    found: dict[tuple[int, int], float] = {}
    for r in sorted(network["source_limits"].to_dicts(), key=lambda r: r["plant"] != ALL):
        for p in range(len(plants)) if r["plant"] == ALL else [plants.index(r["plant"])]:
            found[markets.index(r["market"]), p] = r["share"]
    return tuple((k, p, share) for (k, p), share in found.items())
