"""Made-up voyages of ships with decks, of any size."""

from __future__ import annotations

import numpy as np
import polars as pl

from sinho.hub.schema.ship import FIXED, SHORE
from sinho.parameters import SEED
from sinho.ship.decks import Centre, Input, Trim

GAP = 150.0
"""Clearance of a stowed car, in millimetres."""

SPAN = 22.0
"""Width of a deck in metres."""

LANES = ("lane_length", "lane_width")
"""Columns that are empty where lanes have no length."""

MODELS = ((4050, 1740, 1480, 1150), (4450, 1800, 1450, 1350), (4650, 1865, 1665, 1650))
LARGE = ((4900, 1900, 1470, 1750), (4980, 1975, 1750, 2050), (5250, 2000, 1990, 2300))
"""Length, width and height (mm) and mass (kg) of models of cars, and of larger ones."""


def generate_decks(
    decks: int = 6,
    *,
    ports: int = 3,
    cars: int | None = None,
    fill: float = 0.9,
    models: int = 6,
    movable: float = 0.3,
    lanes: bool = False,
    seed: int = SEED,
) -> Input:
    """Make up a ship and the cars of one of its voyages.

    A ramp from the shore leads to the deck amidst the ship; each other deck is entered from the one
    next to it on the way there. Some decks are movable: raised, they leave room for high cars on
    the deck below and for low ones alone on themselves. Decks differ in area, height, load and load
    for an area, and lie fore and aft of midship in turn. The bounds of trim and of the centre of
    gravity are such that a ship that is loaded evenly holds them.

    Parameters
    ----------
    decks : int
        Decks, 1 or more.
    ports : int
        Ports of discharge.
    cars : int, optional
        Cars; by default as many as fill the decks as ``fill`` says. The decks are made as large as
        these cars need.
    fill : float
        Part of the area of all decks that the cars take.
    models : int
        Models of the cars, up to 6.
    movable : float
        Part of the decks that are movable.
    lanes : bool
        Whether lanes have a length, so that each holds whole cars.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    sinho.ship.decks.Input
        What `sinho.ship.decks.solve` takes.
    """
    draw = np.random.default_rng(seed)
    kinds = np.array((*MODELS, *LARGE)[: max(1, models)], float)
    gate = decks // 2
    raised = draw.random(decks) < movable
    raised[gate] = False
    height = draw.choice([1700.0, 1900.0, 2100.0, 2300.0], decks)
    height[gate], height[raised] = 5000, 1700
    below = np.flatnonzero(raised) - 1
    height[below[(below >= 0) & ~raised[below]]] = 3400
    share = draw.uniform(0.7, 1.3, decks)
    count = 300 * decks if cars is None else cars
    kind = draw.integers(0, len(kinds), count)
    port = draw.integers(0, ports, count)
    size = (kinds[kind, 0] + GAP) * (kinds[kind, 1] + GAP) / 1e6
    area = (share * size.sum() / (fill * share.sum())).round(1)
    number = np.maximum(2, np.round(SPAN / 2.15 * np.minimum(1.0, area / 400.0))).astype(int)
    entered = [str(d + (1 if d < gate else -1) + 1) if d != gate else SHORE for d in range(decks)]
    rows = {
        "deck": [str(d + 1) for d in range(decks)],
        "position": ["raised" if up else FIXED for up in raised.tolist()],
        "area": area,
        "height": height,
        "load": (area * draw.uniform(190, 230, decks)).round(-2),
        "load_per_area": draw.choice([250.0, 300.0, 400.0], decks),
        "entered_from": entered,
        "ramp_height": [5000.0 if d == gate else 2600.0 for d in range(decks)],
        "ramp_width": [5000.0 if d == gate else 3000.0 for d in range(decks)],
        "ramp_load": [40_000.0 if d == gate else 3_500.0 for d in range(decks)],
        "lanes": number,
        "lane_length": (area / number / 2.15).round(1) if lanes else None,
        "lane_width": 2150.0 if lanes else None,
        "midship": 6.0 * ((np.arange(decks) % 3) - 1),
        "above_keel": 4.0 + 2.4 * np.arange(decks),
    }
    names = [f"model {k + 1}" for k in kind.tolist()]
    table = pl.DataFrame(
        {
            "car": [f"C{at:05d}" for at in range(count)],
            "model": names,
            "market": [f"market {q + 1}" for q in port.tolist()],
            "port": [f"port {q + 1}" for q in port.tolist()],
            "length": kinds[kind, 0],
            "width": kinds[kind, 1],
            "height": kinds[kind, 2],
            "mass": kinds[kind, 3],
        }
    )
    weight, top = 8.0 * float(kinds[kind, 3].sum()) / 1000, 4.0 + 2.4 * decks
    return Input(
        "voyage 1",
        "ship 1",
        "port of loading",
        tuple(f"port {q + 1}" for q in range(ports)),
        table,
        pl.DataFrame(rows, schema_overrides=dict.fromkeys(LANES, pl.Float64)),
        GAP,
        Trim(weight, 0.0, 0.0, weight / 50, -0.4, 0.4),
        Centre(weight, top / 2, 0.55 * top),
    )
