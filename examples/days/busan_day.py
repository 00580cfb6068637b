"""What a day of the Busan plant is made of: one shift of 8 hours at 45 cars an hour, made up.

The models and some colours are those of the plant; which car has which option, and every rule,
is an assumption: no such figures are published.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]

DATE = "2026-03-10"
CARS_PER_HOUR = 45
BEFORE = 20
FROZEN = 10
MADE_UP = {"source": "made up", "basis": "assumed"}

PEARL, WHITE, SILVER, GREY = "pearl white", "clear white", "satin silver", "urban grey"
BLACK, BLUE, RED, ORANGE = "metallic black", "Zanzibar blue", "flame red", "Valencia orange"
SNOW, GOLD, MAGNESIUM, SPACE = "Snow", "Gold", "Magnesium", "Space"
LIGHT = (PEARL, WHITE, SNOW, SILVER, GOLD, MAGNESIUM)
DARK = (RED, ORANGE, GREY, BLUE, BLACK, SPACE)

OPTIONS = {
    "hybrid": "hybrid powertrain",
    "electric": "electric powertrain",
    "lpg": "tank for liquefied petroleum gas",
    "awd": "all wheels driven",
    "right hand": "steering wheel on the right",
    "sunroof": "sunroof",
    "towbar": "towbar",
    "audio": "premium audio",
    "two-tone": "roof in black, masked and painted in a second pass",
}


@dataclass(frozen=True)
class Kind:
    """Cars of one model for one market: how many, in which trims and colours, with what."""

    brand: str
    model: str
    market: str
    cars: int
    trims: tuple[str, ...]
    colours: dict[str, int]
    rates: dict[str, float]


HOME = {PEARL: 34, WHITE: 12, SILVER: 6, GREY: 20, BLACK: 16, BLUE: 8, RED: 4}
EXPORT = {PEARL: 20, WHITE: 14, GREY: 22, BLACK: 22, BLUE: 12, RED: 6, ORANGE: 4}
POLESTAR = {SNOW: 34, SPACE: 30, MAGNESIUM: 26, GOLD: 10}
KINDS = (
    Kind(
        "Renault Korea",
        "XM3",
        "KR",
        60,
        ("LE", "RE", "INSPIRE"),
        HOME,
        {"hybrid": 0.2, "sunroof": 0.3, "audio": 0.3, "two-tone": 0.15},
    ),
    Kind(
        "Renault",
        "Arkana",
        "EU",
        104,
        ("Zen", "Techno", "Esprit Alpine"),
        EXPORT,
        {"hybrid": 0.62, "sunroof": 0.2, "towbar": 0.22, "two-tone": 0.2},
    ),
    Kind(
        "Renault",
        "Arkana",
        "UK",
        26,
        ("Techno", "Esprit Alpine"),
        EXPORT,
        {"hybrid": 0.62, "right hand": 1.0, "sunroof": 0.2, "two-tone": 0.2},
    ),
    Kind(
        "Renault Korea",
        "QM6",
        "KR",
        70,
        ("SE", "LE", "RE", "PREMIERE"),
        HOME,
        {"lpg": 0.65, "awd": 0.1, "sunroof": 0.4, "audio": 0.4},
    ),
    Kind(
        "Renault",
        "Koleos",
        "AAF",
        30,
        ("Zen", "Intens"),
        EXPORT,
        {"awd": 0.45, "sunroof": 0.4, "towbar": 0.25},
    ),
    Kind(
        "Renault Korea",
        "SM6",
        "KR",
        10,
        ("SE", "LE"),
        HOME,
        {"lpg": 0.3, "sunroof": 0.3, "audio": 0.5},
    ),
    Kind(
        "Polestar",
        "Polestar 4",
        "NA",
        60,
        ("single motor", "dual motor"),
        POLESTAR,
        {"electric": 1.0, "awd": 0.6, "audio": 0.5},
    ),
)
"""The kinds of cars; together the 360 of the shift."""

LEVELS = ("assembly", "paint", "work", "flow")
RATIOS = {
    "hybrid": (1, 3),
    "electric": (1, 5),
    "lpg": (1, 5),
    "awd": (1, 4),
    "right hand": (1, 10),
    "sunroof": (1, 3),
    "towbar": (1, 8),
}
STATIONS = {
    "cockpit": (1.14, 1.75, {"sunroof": 0.35, "right hand": 0.2, "audio": 0.15, "electric": 0.25}),
    "marriage": (1.18, 1.75, {"hybrid": 0.25, "electric": 0.35, "awd": 0.15}),
}
"""Minutes for every car, length in minutes, minutes of options."""

PURGE = {("dark", "light"): 2.0, ("light", "dark"): 1.0}
TRAIN = "train of 14:30"


def tables() -> dict[str, list[Row]]:
    """Return the tables of the day by name."""
    chance = random.Random(20260310)
    cars = _cars(chance)
    return {
        "options": [
            {"option": name, "meaning": meaning, **MADE_UP} for name, meaning in OPTIONS.items()
        ],
        "cars": cars,
        "sequence_levels": [{"level": name, "weight": "", **MADE_UP} for name in LEVELS],
        "sequence_rules": _rules(),
        "changeovers": _changeovers(),
        "operations": [
            {"rule": name, "option": option, "minutes": minutes, **MADE_UP}
            for name, (_, _, times) in STATIONS.items()
            for option, minutes in times.items()
        ],
        "car_windows": [
            {"rule": TRAIN, "car": row["car"], "earliest": 120, "latest": 250, **MADE_UP}
            for row in cars
            if row["model"] == "Polestar 4"
            and row["trim"] == "dual motor"
            and row["position"] > FROZEN
            and not any(row[name] for name in ("earliest", "latest", "pinned"))
        ][:12],
    }


def _cars(chance: random.Random) -> list[Row]:
    """Draw the cars of the shift, in the order of the order bank, and those before them."""
    today = [_car(kind, chance) for kind in KINDS for _ in range(kind.cars)]
    chance.shuffle(today)
    # The frozen cars have left the paint shop: one colour after the other, light ones first.
    today[:FROZEN] = sorted(today[:FROZEN], key=_shade)
    before = chance.choices(KINDS, [kind.cars for kind in KINDS], k=BEFORE)
    rows = sorted((_car(kind, chance) for kind in before), key=_shade, reverse=True)
    for at, row in enumerate(rows):
        row |= {"car": f"260309{701 + at:03d}", "position": at + 1 - BEFORE}
    for at, row in enumerate(today, start=1):
        row |= {"car": f"260310{at:03d}", "position": at}
    some = chance.sample(today[FROZEN:], 20)
    for row in some[:10]:
        row["earliest"] = 10 * chance.randint(4, 20)
    for row in some[10:18]:
        row["latest"] = 10 * chance.randint(12, 25)
    for row, place in zip(some[18:], (CARS_PER_HOUR, 4 * CARS_PER_HOUR), strict=True):
        row["pinned"] = place
    return rows + today


def _car(kind: Kind, chance: random.Random) -> Row:
    fitted = [name for name in OPTIONS if chance.random() < kind.rates.get(name, 0.0)]
    if {"lpg", "awd"} <= {*fitted}:
        fitted.remove("awd")  # the tank takes the place of the rear axle's drive
    trim = chance.choice(kind.trims)
    if kind.brand == "Polestar":
        trim = "dual motor" if "awd" in fitted else "single motor"
    return {
        "car": "",
        "date": DATE,
        "position": 0,
        "brand": kind.brand,
        "model": kind.model,
        "trim": trim,
        "colour": chance.choices([*kind.colours], [*kind.colours.values()])[0],
        "market": kind.market,
        "options": ";".join(fitted),
        "earliest": "",
        "latest": "",
        "pinned": "",
        **MADE_UP,
    }


def _shade(row: Row) -> int:
    return (*LIGHT, *DARK).index(row["colour"])


def _rules() -> list[Row]:
    """Return the rules of the shift."""
    rows = [
        {"rule": f"{name} {most}/{window}", "kind": "ratio", "level": "assembly", "option": name}
        | {"most": most, "window": window, "weight": 3 if name == "electric" else 1}
        for name, (most, window) in RATIOS.items()
    ]
    rows += [
        {"rule": "two-tone per hour", "kind": "maximum", "level": "assembly", "option": "two-tone"}
        | {"most": 5, "per": CARS_PER_HOUR},
        {"rule": "colour changes", "kind": "changes", "level": "paint", "attribute": "colour"},
        {"rule": "paint batch", "kind": "run", "level": "hard", "attribute": "colour", "most": 12},
        {"rule": "no white behind black", "kind": "forbidden", "level": "hard"}
        | {"attribute": "colour"},
    ]
    rows += [
        {"rule": name, "kind": "overload", "level": "work", "base": base, "length": length}
        | {"takt": round(60 / CARS_PER_HOUR, 3)}
        for name, (base, length, _) in STATIONS.items()
    ]
    rows += [
        {
            "rule": "purge",
            "kind": "changeover",
            "level": "flow",
            "attribute": "colour",
            "cost": 0.5,
        },
        {"rule": "pearl in threes", "kind": "run", "level": "flow", "attribute": "colour"}
        | {"value": PEARL, "least": 3, "weight": 20},
        {"rule": "electric spread", "kind": "spread", "level": "flow", "option": "electric"},
        {"rule": "hybrid spread", "kind": "spread", "level": "flow", "option": "hybrid"},
        {"rule": TRAIN, "kind": "window", "level": "flow"},
        {"rule": "left the paint shop", "kind": "frozen", "level": "hard", "first": FROZEN},
    ]
    columns = (
        *("rule", "kind", "level", "weight", "option", "attribute", "value", "least", "most"),
        *("window", "per", "first", "cost", "base", "takt", "length"),
    )
    return [{**{name: row.get(name, "") for name in columns}, **MADE_UP} for row in rows]


def _changeovers() -> list[Row]:
    """Return the forbidden neighbours and the costs of a purge."""
    shade = {**dict.fromkeys(LIGHT, "light"), **dict.fromkeys(DARK, "dark")}
    rows = [("no white behind black", BLACK, white, "") for white in (PEARL, WHITE, SNOW)]
    rows += [
        ("purge", front, behind, PURGE[shade[front], shade[behind]])
        for front in shade
        for behind in shade
        if shade[front] != shade[behind]
    ]
    return [
        {"rule": rule, "before": front, "behind": behind, "cost": cost, **MADE_UP}
        for rule, front, behind, cost in rows
    ]
