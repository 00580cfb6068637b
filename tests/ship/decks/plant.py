"""Small voyages: decks and cars in a few words, and all stowages of them."""

from __future__ import annotations

from collections import defaultdict
from itertools import product
from typing import Any

import polars as pl

from sinho.results import DeckPlan
from sinho.ship.decks import Input as DeckInput
from sinho.ship.decks import Params as DeckParams
from sinho.ship.decks import replay as replay_decks
from sinho.ship.decks import solve as solve_decks
from sinho.ship.decks.data import CARS, DECKS

EXACT = DeckParams(gap=0.0, nodes=100_000)


def deck(name: str, area: float, entered_from: str = "shore", **values: Any) -> dict[str, Any]:
    """Return a deck of two lanes, 2,000 mm high; a car of the tests takes 8 m2."""
    row = {"deck": name, "position": "fixed", "area": area, "height": 2000.0, "lanes": 2}
    return {**dict.fromkeys(DECKS), **row, "entered_from": entered_from, **values}


def voyage(
    decks: list[dict[str, Any]], cars: list[tuple[str, float]], ports: str = "PQR", **more: Any
) -> DeckInput:
    """Return a voyage with cars of 4,000 by 2,000 mm and 1,000 kg, as port and height."""
    rows = [
        {"car": f"c{n}", "model": "A", "market": port, "port": port, "height": float(height)}
        | {"length": 4000.0, "width": 2000.0, "mass": 1000.0}
        for n, (port, height) in enumerate(cars)
    ]
    return DeckInput(
        "V",
        "Lady",
        "Busan",
        tuple(ports),
        pl.DataFrame(rows, schema=CARS),
        pl.DataFrame(decks, schema=DECKS),
        **more,
    )


def stowed(data: DeckInput, params: DeckParams = EXACT) -> DeckPlan:
    """Stow a voyage, and hold the plan to the replay."""
    plan = solve_decks(data, params)
    assert replay_decks(data, plan) == (plan.move_count, [])
    return plan


def best_of_all(data: DeckInput) -> tuple[int, int]:
    """Return the fewest cars left, and with as many the fewest put off, of all stowages.

    Each car is tried on each deck aside and in the passage, and left; who is put off is counted car
    by car. Lanes have no length.
    """
    decks = {row["deck"]: row for row in data.decks.to_dicts()}
    leads = {row["entered_from"] for row in decks.values()}
    ways: dict[str, set[str]] = {}
    for name in decks:
        at, ways[name] = decks[name]["entered_from"], set()
        while at != "shore":
            ways[name].add(at)
            at = decks[at]["entered_from"]
    cars = data.cars.to_dicts()
    spots = [
        (name, inside) for name in decks for inside in (False, True) if name in leads or not inside
    ]
    best = (len(cars), 0)
    for found in product([*spots, None], repeat=len(cars)):
        left = found.count(None)
        if left > best[0]:
            continue
        area: dict[str, float] = defaultdict(float)
        aside: dict[str, float] = defaultdict(float)
        mass: dict[str, float] = defaultdict(float)
        sound = True
        for car, spot in zip(cars, found, strict=True):
            if spot is None:
                continue
            name, inside = spot
            sound = sound and car["height"] <= decks[name]["height"]
            sound = sound and all(
                car["height"] <= (decks[one]["ramp_height"] or 1e9) for one in ways[name] | {name}
            )
            area[name] += 8.0
            mass[name] += car["mass"]
            aside[name] += 0.0 if inside else 8.0
        for name, row in decks.items():
            sound = sound and area[name] <= row["area"]
            sound = sound and mass[name] <= (row["load"] or 1e9)
            room = row["area"] * (row["lanes"] - 1) / row["lanes"]
            sound = sound and (name not in leads or aside[name] <= room)
            sound = sound and area[name] - aside[name] <= row["area"] - room + 8.0
        if not sound:
            continue
        moves = 0
        order = {port: q for q, port in enumerate(data.ports)}
        for car, spot in zip(cars, found, strict=True):
            if spot is None or not spot[1]:
                continue
            moves += sum(
                any(
                    other is not None and spot[0] in ways[other[0]] and one["port"] == port
                    for one, other in zip(cars, found, strict=True)
                )
                for port in data.ports[: order[car["port"]]]
            )
        best = min(best, (left, moves))
    return best
