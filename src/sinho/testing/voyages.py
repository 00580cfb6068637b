"""Cars and voyages made up for tests and benchmarks of the stage ship, by a seed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from sinho.hub import Hub, hub_from_tables
from sinho.parameters import SEED
from sinho.ship import Input

START = dt.date(2026, 1, 5)
LEAD, SAIL = 2, 2
"""Days from the line to the port, and from cut-off to departure."""
DECKS = 10
"""Decks of every ship; two pairs of them move."""
PORTS = 3
"""Ports of each route, a market behind each."""
SWING = 0.3
"""How far the cars of a day go above and below their mean."""


def generate_voyages(
    cars: int = 100_000,
    voyages: int = 60,
    routes: int = 8,
    *,
    models: int = 12,
    days: int = 90,
    room: float = 1.02,
    seed: int = SEED,
) -> Input:
    """Draw cars of some days, voyages on routes, and ships with decks of several heights.

    Parameters
    ----------
    cars, voyages, routes, models, days : int
        Cars, voyages of all routes together, routes with three ports each, models, and days on
        which cars leave the line.
    room : float
        Deck area of all voyages of a route, as a share of what its cars take.
    seed : int
        Seed.

    Returns
    -------
    Input
        What `sinho.ship.solve` takes; the same for the same arguments on every machine.
    """
    rng = np.random.default_rng(seed)
    hub = _hub(rng, cars, voyages, routes, models, days, room)
    weight = 1 + SWING * np.sin(np.arange(days) / 9.0)
    day = np.sort(rng.choice(days, cars, p=weight / weight.sum()))
    built = pl.Series([START + dt.timedelta(days=n) for n in range(days)], dtype=pl.Date)
    markets = hub["markets"]["market"].to_numpy()
    take = rng.dirichlet(np.full(models, 3.0))
    frame = pl.DataFrame(
        {
            "car": [f"car {n}" for n in range(1, cars + 1)],
            "model": rng.choice(hub["models"]["model"].to_numpy(), cars, p=take),
            "market": rng.choice(markets, cars),
            "origin": ["run"] * cars,
            "built": built.gather(day),
        }
    ).with_columns((pl.col("built") + pl.duration(days=LEAD)).alias("ready"))
    slack = pl.Series(rng.integers(2, 16, cars)) * dt.timedelta(days=1)
    return Input.from_cars(
        hub, frame.with_columns((pl.col("ready") + slack).alias("wanted")), START
    )


def _hub(
    rng: np.random.Generator,
    cars: int,
    voyages: int,
    routes: int,
    models: int,
    days: int,
    room: float,
) -> Hub:
    lanes = [f"R{n}" for n in range(1, routes + 1)]
    markets = [(lane, f"{lane}{'abc'[port]}") for lane in lanes for port in range(PORTS)]
    vessels, calls = [], []
    for at, lane in enumerate(lanes):
        count = voyages // routes + (at < voyages % routes)
        for n in range(count):
            cutoff = START + dt.timedelta(days=round((n + 1) * (days + LEAD) / count))
            etd = cutoff + dt.timedelta(days=SAIL)
            name = f"{lane} {n + 1}"
            vessels.append(
                {
                    "vessel": name,
                    "lane": lane,
                    "cutoff": cutoff,
                    "etd": etd,
                    "ship": f"ship {lane}",
                    "booked_least": float(round(0.3 * cars / voyages)) if n % 3 == 0 else 0.0,
                    "slot_cost": float(rng.integers(700, 1300)),
                }
            )
            arrival = etd + dt.timedelta(days=int(rng.integers(12, 40)))
            for port in range(PORTS):
                calls.append(
                    {
                        "vessel": name,
                        "call": port + 1,
                        "port": f"{lane}{'abc'[port]}",
                        "arrival": arrival + dt.timedelta(days=2 * port),
                    }
                )
    length, width = rng.integers(4000, 5000, models), rng.integers(1750, 2000, models)
    area = float(((length + 100) * (width + 100)).mean()) / 1e6
    decks = []
    for at, lane in enumerate(lanes):
        count = voyages // routes + (at < voyages % routes)
        each = round(room * area * cars / routes / count / (DECKS - 0.4), 1)
        for deck in range(1, DECKS + 1):
            pair = next((a for a in (4, 7) if deck in (a, a + 1)), None)
            heights = {"fixed": 1750 + 50 * (deck % 5)}
            if pair is not None:
                low, high = (1650, 2100) if deck == pair else (2000, 1550)
                heights = {f"{pair} low": low, f"{pair} high": high}
            for position, height in heights.items():
                decks.append(
                    {
                        "ship": f"ship {lane}",
                        "deck": str(deck),
                        "position": position,
                        "area": each,
                        "height": float(height),
                        "load_per_area": 260.0 if deck % 2 else 400.0,
                    }
                )
    return hub_from_tables(
        {
            "hub": {
                "name": "ships",
                "country": "KR",
                "currency": "USD",
                "start": "2026-01",
                "end": "2026-12",
                "public_holidays": False,
                "stow_gap": 100,
            },
            "brands": [{"brand": name} for name in "AB"],
            "models": [
                {
                    "model": f"M{m:02d}",
                    "brand": "AB"[m % 2],
                    "powertrain": "ICE",
                    "length": float(length[m]),
                    "width": float(width[m]),
                    "height": float(rng.choice([1450, 1540, 1600, 1680, 1740, 1800, 1880])),
                    "mass": float(rng.integers(1200, 2100)),
                    "stock_cost": float(rng.integers(100, 250)),
                }
                for m in range(models)
            ],
            "groups": [{"group": "main"}],
            "shops": [
                {
                    "shop": "assembly",
                    "kind": "assembly",
                    "group": "main",
                    "unit": "car",
                    "installed_rate": 200,
                    "manned_rate": 190,
                }
            ],
            "loads": [{"item": f"M{m:02d}", "shop": "assembly"} for m in range(models)],
            "patterns": [{"group": "main", "pattern": "two", "shifts": 2, "hours": 8}],
            "markets": [
                {
                    "market": market,
                    "country": "BE",
                    "region": lane,
                    "route": "overseas",
                    "lane": lane,
                    "port": market,
                }
                for lane, market in markets
            ],
            "demand": [
                {"model": "M00", "market": market, "month": "2026-01", "units": 1, "price": 1}
                for _, market in markets
            ],
            "freight": [
                {"lane": lane, "mode": "vessel", "start": "2026-01", "cost": 1000, "transit": 30}
                for lane in lanes
            ],
            "vessels": vessels,
            "ports": [
                {
                    "port": "home",
                    "role": "loading",
                    "country": "KR",
                    "free_days": 5,
                    "storage_cost": 3,
                },
                *({"port": market, "role": "discharge", "country": "BE"} for _, market in markets),
            ],
            "port_calls": calls,
            "decks": decks,
            "space_shares": [
                {"brand": "A", "lane": lane, "share": 0.3, "release_days": 7} for lane in lanes[::2]
            ],
            "lead_times": [
                {"market": market, "start": "2026-01", "days": int(rng.integers(30, 45))}
                for _, market in markets
            ],
        }
    )
