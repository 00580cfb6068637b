"""Generator of networks of plants, as their tables."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from sinho.parameters import SEED
from sinho.units import month_range, next_month

Rows = list[dict[str, Any]]
POWERTRAINS = ("ICE", "HEV", "PHEV", "BEV")


def network_tables(
    plants: int = 3,
    models: int = 4,
    markets: int = 3,
    months: int = 6,
    *,
    seed: int = SEED,
    start: dt.date = dt.date(2025, 1, 1),
    places: int = 3,
    fill: float = 0.8,
    rich: bool = True,
) -> dict[str, Rows]:
    """Return a network as tables for `sinho.hub.network_from_tables`.

    Parameters
    ----------
    plants, models, markets, months : int
        Its size.
    seed : int
        Seed of the figures.
    start : datetime.date
        First month.
    places : int
        Plants that may build a model; of these the first is tooled already.
    fill : float
        Cars asked for, as a share of what plants can build in their usual step.
    rich : bool
        Whether it has lanes with limits, quotas, rules of origin, price response, least and most
        volumes, limits of single sources, carbon prices and a plant that may close. Without them
        it is large and plain.

    Returns
    -------
    dict of str to list of dict
        Rows by table.
    """
    rng = np.random.default_rng(seed)
    last = start.year * 12 + start.month + months - 2
    span = month_range(start, dt.date(last // 12, last % 12 + 1, 1))
    countries = [f"{chr(65 + n // 26)}{chr(65 + n % 26)}" for n in range(max(plants, markets, 2))]
    homes = [countries[p % len(countries)] for p in range(plants)]
    share = models / plants
    usual = 1000.0 * share
    tables: dict[str, Rows] = {
        "network": [
            {
                "name": f"network {seed}",
                "currency": "EUR",
                "start": span[0],
                "end": span[-1],
                "shift_period": 3,
                "launch_period": 6 if months > 6 else 3,
                "interest": 5.0,
            }
        ],
        "currencies": [{"currency": "USD", "start": start, "rate": 0.9}],
        "plants": [
            {
                "plant": f"P{p}",
                "country": homes[p],
                "fixed_open": round(rng.uniform(0.2, 0.6) * usual, 3),
                "fixed_closed": round(rng.uniform(0.05, 0.15) * usual, 3),
                "may_change": rich and p == plants - 1,
                "close_cost": round(rng.uniform(0.5, 2) * usual, 3),
                "open_cost": usual,
                "step_cost": round(rng.uniform(0.05, 0.2) * usual, 3),
            }
            for p in range(plants)
        ],
        "plant_steps": [
            {
                "plant": f"P{p}",
                "step": f"{n} shifts",
                "start": start,
                "capacity": round(usual * n / 2, 1),
                "labour": round(usual * (0.5 + 0.9 * n) * (0.6 + 0.4 * rng.random()), 3),
                "opening": n == 2,
            }
            for p in range(plants)
            for n in (1, 2, 3)
        ],
        "network_models": [
            {
                "model": f"M{i}",
                "powertrain": POWERTRAINS[i % 4],
                "co2": 0.0 if i % 4 == 3 else float(rng.integers(60, 160)),
            }
            for i in range(models)
        ],
        "network_markets": [
            {"market": f"K{k}", "country": countries[k % len(countries)]} for k in range(markets)
        ],
    }
    value = rng.uniform(10, 30, models).round(3)
    allocations, content = [], []
    for i in range(models):
        for rank, p in enumerate(rng.permutation(plants)[:places]):
            allocations.append(
                {
                    "model": f"M{i}",
                    "plant": f"P{p}",
                    "status": "fixed" if rank == 0 else "allowed",
                    "cost": round(rng.uniform(1, 4), 3),
                    "load": float(rng.choice([1.0, 1.0, 1.2])),
                    "tooling": 0.0 if rank == 0 else round(rng.uniform(0.5, 3) * 1000, 3),
                    "launch_months": int(rng.integers(0, 4)),
                    "most": float(rng.integers(7000, 18000)) if rich and i % 3 == 1 else None,
                    "least": float(rng.integers(1200, 4800)) if rich and i % 3 == 2 else 0.0,
                    "short_penalty": 3.0,
                }
            )
            content += [
                {
                    "model": f"M{i}",
                    "plant": f"P{p}",
                    "origin": country,
                    "value": round(float(value[i] * part * rng.uniform(0.9, 1.1)), 3),
                    "currency": "USD" if rich and n else None,
                }
                for n, (country, part) in enumerate(
                    ((homes[p], 0.6), (countries[(p + 1) % len(countries)], 0.4))
                )
            ]
    season = 1 + 0.2 * np.sin(np.arange(months) * np.pi / 6)
    weight = rng.dirichlet(np.full(markets, 3.0), models)
    demand = [
        {
            "model": f"M{i}",
            "market": f"K{k}",
            "month": span[t],
            "units": round(float(1000 * fill * weight[i, k] * season[t]), 2),
            "price": round(float(value[i] * 1.5), 3),
            "lost_penalty": 2.0,
            "response": 3.0 if rich and (i + k) % 4 == 0 else None,
        }
        for i in range(models)
        for k in range(markets)
        for t in range(months)
    ]
    lanes = [
        {
            "plant": f"P{p}",
            "market": f"K{k}",
            "start": start,
            "lane": "home" if homes[p] == countries[k % len(countries)] else f"{homes[p]} sea",
            "freight": round(float(rng.uniform(0.2, 2.5)), 3),
            "transit": float(rng.integers(1, 50)),
        }
        for p in range(plants)
        for k in range(markets)
    ]
    tariffs = [
        {
            "origin": origin,
            "destination": destination,
            "kind": "base",
            "act": "ordinary",
            "start": dt.date(2020, 1, 1),
            "percent": float(rng.choice([0, 2.5, 6.1, 10])),
        }
        for origin in dict.fromkeys(homes)
        for destination in countries[:markets]
        if origin != destination
    ]
    tables |= {
        "allocations": allocations,
        "content": content,
        "network_demand": demand,
        "lanes": lanes,
        "network_tariffs": tariffs,
    }
    return tables | (_rich(tables, start, usual, rng) if rich else {})


def _rich(
    tables: dict[str, Rows], start: dt.date, usual: float, rng: np.random.Generator
) -> dict[str, Rows]:
    """Return what a network may have besides."""
    pairs = [(row["origin"], row["destination"]) for row in tables["network_tariffs"]]
    tariffs = list(tables["network_tariffs"])
    agreements: Rows = []
    for at, (origin, destination) in enumerate(pairs):
        way = {"origin": origin, "destination": destination}
        if at % 3 == 0:
            tariffs.append(
                {
                    **way,
                    "kind": "on top",
                    "act": "surtax",
                    "start": start + dt.timedelta(days=45),
                    "percent": float(rng.integers(10, 60)),
                    "powertrain": "BEV" if at % 2 else "all",
                }
            )
            tariffs.append(
                {
                    **way,
                    "kind": "quota",
                    "act": "surtax",
                    "start": start + dt.timedelta(days=59),
                    "percent": 0.0,
                    "quota": f"quota {at}",
                }
            )
        if at % 3 == 1:
            agreements.append(
                {
                    "agreement": f"agreement {at}",
                    "start": dt.date(2020, 1, 1),
                    "countries": f"{origin};{destination}",
                    "least_share": 0.6,
                }
            )
            tariffs.append(
                {
                    **way,
                    "kind": "base",
                    "act": "preference",
                    "start": dt.date(2020, 1, 1),
                    "percent": 0.0,
                    "agreement": f"agreement {at}",
                }
            )
    quotas = [
        {
            "quota": row["quota"],
            "year": year,
            "cars": round(rng.uniform(0.2, 1.5) * usual, 1),
        }
        for row in tariffs
        if row.get("quota")
        for year in range(start.year, start.year + 7)
    ]
    lanes = sorted({row["lane"] for row in tables["lanes"]} - {"home"})
    return {
        "network_tariffs": tariffs,
        "quotas": quotas,
        "rules_of_origin": agreements,
        "lane_room": [
            {
                "lane": lane,
                "start": start,
                "cars": round(float(rng.uniform(0.5, 1.2) * usual), 1),
            }
            for lane in lanes[:1]
        ],
        "carbon": [
            {
                "destination": tables["network_markets"][0]["country"],
                "start": next_month(start),
                "price": 0.01,
            }
        ],
        "source_limits": [{"market": tables["network_markets"][-1]["market"], "share": 0.7}],
    }
