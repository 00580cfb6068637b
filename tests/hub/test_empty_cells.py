"""Every rule bears empty cells: its words too, where another cell breaks it."""

from __future__ import annotations

import datetime as dt
import os
import random

import polars as pl
import pytest

from sinho.hub.places import Place, found
from sinho.hub.rules import RULES, Tables
from sinho.hub.schema import TABLES, Field, fields

NAMES = ("A", "B", "C", "all", "hard", "domestic", "A;B", "colour", "x=1")
COUNTRIES = ("KR", "FR", "UK", "eu")
DAYS = (dt.date(2026, 1, 1), dt.date(2026, 2, 1), dt.date(2026, 3, 1), dt.date(2027, 1, 1))
NUMBERS = (0.0, 0.5, 1.0, 3.0, 40.0, 5000.0)

SEEDS = 1000 if "long" in os.environ.get("SINHO_REQUIRE", "") else 40


def value(draw: random.Random, field: Field) -> object:
    """Draw a value that a checked or an unchecked cell may hold, often none."""
    if draw.random() < 0.2:
        return None
    if field.choices:
        return draw.choice(field.choices)
    match field.kind:
        case "number":
            return draw.choice(NUMBERS)
        case "integer":
            return int(draw.choice(NUMBERS))
        case "month" | "date" | "day":
            return draw.choice(DAYS)
        case "flag":
            return draw.random() < 0.5
        case "period":
            return draw.choice(("2026", "2026-01"))
    return draw.choice(COUNTRIES if "ountry" in field.meaning else NAMES)


def tables(seed: int) -> tuple[dict[str, pl.DataFrame], frozenset[str]]:
    """Make tables of a few rows whose names meet each other, and cells that are empty anywhere."""
    draw = random.Random(seed)
    made = {}
    for name in TABLES:
        height = 1 if name == "hub" else draw.randint(0, 5)
        made[name] = pl.DataFrame(
            [
                pl.Series(field.name, [value(draw, field) for _ in range(height)], field.dtype)
                for field in fields(name).values()
            ]
        )
    return made, frozenset(name for name in TABLES if draw.random() < 0.05)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_rules_and_their_words_bear_empty_cells(seed: int) -> None:
    made, unread = tables(seed)
    view = Tables(made, unread)
    places = {name: Place(name, f"table {name}", frame) for name, frame in made.items()}
    for rule in RULES:
        for item in found(rule(view), places):
            assert "None" not in str(item.problem)
