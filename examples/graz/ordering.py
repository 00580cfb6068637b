"""What can be ordered at Graz; vessels, slots, suppliers and the rules of each line's sequence.

Which car has which option, and every rule, is an assumption: no such figures are published. The
shares are chosen so that the days of September 2023 can be sequenced, with some options near their
limits.
"""

from __future__ import annotations

from typing import Any

from figures import S
from plant import RATES
from tables import ASSUMED, Row, rows

START, END = "2023-01-01", "2023-12-31"
NOTE = "assumption: no figure is published"

OPTIONS = rows(
    ASSUMED,
    f"{NOTE}; options as those of the models' price lists (general knowledge)",
    "option meaning",
    ("V8", "engine with eight cylinders"),
    ("electric", "electric powertrain"),
    ("engine", "combustion engine, on a line that builds electric cars too"),
    ("right hand", "steering wheel on the right"),
    ("by hand", "interior of the owner's manufactory, fitted by hand"),
    ("panorama", "glass roof"),
    ("solar roof", "glass roof with solar cells"),
    ("towbar", "towbar"),
    ("roadster", "folding soft top"),
    ("manual", "manual gearbox"),
    ("audio", "premium audio"),
    ("two-tone", "roof in black, masked and painted in a second pass"),
)

_RATE = "model market option share"
OPTION_RATES = [
    *rows(
        ASSUMED,
        "by definition of the model; general knowledge",
        _RATE,
        ("G63", "all", "V8", 1),
        ("Z4", "all", "roadster", 1),
        ("E-PACE", "all", "engine", 1),
        ("I-PACE", "all", "electric", 1),
        ("OCEAN", "all", "electric", 1),
    ),
    *rows(
        ASSUMED,
        "traffic keeps left there; general knowledge",
        _RATE,
        *(("all", market, "right hand", 1) for market in ("GB", "JP")),
    ),
    *rows(
        ASSUMED,
        f"{NOTE}; share of the model's cars",
        _RATE,
        ("G63", "all", "by hand", 0.55),
        ("G63", "AE", "by hand", 0.75),
        ("G400d", "all", "by hand", 0.25),
        ("G63", "all", "audio", 0.6),
        ("G400d", "all", "audio", 0.4),
        ("G400d", "all", "towbar", 0.3),
        ("530i", "all", "panorama", 0.25),
        ("530i", "all", "audio", 0.4),
        ("530i", "DE", "towbar", 0.2),
        ("530e", "all", "panorama", 0.2),
        ("530e", "all", "audio", 0.4),
        ("Z4", "all", "audio", 0.5),
        ("Z4", "all", "manual", 0.08),
        ("SUPRA", "all", "manual", 0.2),
        ("SUPRA", "all", "audio", 0.6),
        ("E-PACE", "all", "panorama", 0.35),
        ("E-PACE", "all", "two-tone", 0.15),
        ("I-PACE", "all", "panorama", 0.5),
        ("I-PACE", "all", "two-tone", 0.15),
        ("OCEAN", "all", "solar roof", 0.55),
        ("OCEAN", "US", "solar roof", 0.7),
        ("OCEAN", "all", "towbar", 0.1),
        ("OCEAN", "all", "audio", 0.4),
    ),
]

OPTION_RULES = rows(
    ASSUMED,
    "assumption: the black roof is left out where the roof is of glass (general knowledge)",
    "model option kind other",
    ("all", "two-tone", "excludes", "panorama"),
)

GROUND = {"black": 30, "white": 24, "grey": 20, "silver": 10, "blue": 10, "red": 6}
"""Colours of all makes, so that the lines that share a paint shop share batches."""

COLOURS = rows(
    ASSUMED,
    f"{NOTE}; weights in per cent; makers' colours are taken together by their ground",
    "model colour share",
    *(
        (model, colour, share)
        for model, mix in (
            ("all", GROUND),
            ("G63", {"black": 40, "white": 22, "grey": 22, "silver": 6, "green": 10}),
            ("G400d", {"black": 34, "white": 18, "grey": 22, "silver": 14, "green": 12}),
            ("Z4", {"black": 24, "white": 22, "grey": 18, "blue": 20, "red": 16}),
            ("SUPRA", {"white": 28, "grey": 24, "black": 18, "red": 18, "yellow": 12}),
            ("OCEAN", {"black": 28, "white": 26, "grey": 16, "blue": 16, "orange": 14}),
        )
        for colour, share in mix.items()
    ),
)


SLOT_LIMITS = [
    *rows(
        ASSUMED,
        f"{NOTE}; what the manufactory fits on a day",
        "kind item line start end most",
        ("option", "by hand", "all", START, END, 110),
    ),
    *rows(
        ASSUMED,
        f"{NOTE}; stations of the line road for the electric car",
        "kind item line start end most",
        ("model", "OCEAN", "road", START, END, 60),
    ),
    *rows(
        ASSUMED,
        f"{NOTE}; packs of the Ocean a day, over both lines (they limited the launch "
        f"{S['insideevs_q2']})",
        "kind item line start end most",
        ("part", "PACK-OCEAN", "all", START, END, 180),
    ),
]

ENTITLEMENTS = rows(
    ASSUMED,
    f"{NOTE}; slots of the owners on the lines that they share",
    "brand line start end slots_per_week release_days",
    ("BMW", "road", START, END, 250, 14),
    ("Toyota", "road", START, END, 60, 14),
    ("Jaguar", "suv", START, END, 120, 14),
    ("Fisker", "suv", "2023-07-01", END, 300, 14),
)

SLOTTING = rows(
    ASSUMED,
    "assumption: two days to the port by train; zones as usual in the field; costs set the order "
    "of what counts; VAG is the plant's maker code and its plant code a guess (general knowledge)",
    "lead_days frozen_days firm_days vin_wmi vin_plant",
    (2, 3, 10, "VAG", "G"),
)

SUPPLIERS = [
    *rows(
        ASSUMED,
        f"engines of the owners' plants, those of BMW from Steyr {S['steyr']}; packs, lead times "
        "and other suppliers are made up: assumption",
        "part supplier name delivery pack lead_days opening_cumulative",
        ("M177", "G-1001", "Mercedes-AMG, engines", "day", 4, 3, 0),
        ("OM656", "G-1002", "Mercedes-Benz, engines", "day", 6, 3, 0),
        ("B48", "B-1001", "BMW, engine plant at Steyr", "day", 8, 1, 0),
        ("B58", "B-1002", "BMW, engine plant at Munich", "day", 6, 2, 0),
        ("INGENIUM", "J-1001", "Jaguar Land Rover, engines", "day", 6, 5, 0),
        ("PACK-530e", "B-2001", "BMW, batteries", "day", 8, 2, 0),
    ),
    *rows(
        ASSUMED,
        f"{NOTE}; seats in the order of the cars; the supplier is made up: assumption",
        "part supplier name delivery pack lead_days opening_cumulative",
        *(
            (f"SEATS-{make}", "Z-3001", "maker of seats at the plant", "takt", 1, 0, 0)
            for make in ("G", "BMW", "TOYOTA", "JAGUAR", "OCEAN")
        ),
    ),
]

CAMPAIGNS = rows(
    ASSUMED,
    f"{NOTE}; lots of two hours of the bigger and one of the smaller, two hours of coverage",
    "part shop least_lot safety_hours rate",
    ("PACK-OCEAN", "packs", 40, 2, ""),
    ("PACK-I-PACE", "packs", 15, 2, ""),
)
SETUPS = rows(
    ASSUMED,
    NOTE,
    "shop before behind minutes",
    ("packs", "all", "all", 15),
)
PART_STOCK = rows(
    ASSUMED,
    f"{NOTE}; packs of two days and of three weeks when September begins",
    "part date units",
    ("PACK-OCEAN", "2023-09-01", 260),
    ("PACK-I-PACE", "2023-09-01", 60),
)

_RULE_NOTE = f"{NOTE}; for the mix of September 2023"
SEQUENCE_LEVELS = rows(
    ASSUMED,
    f"{_RULE_NOTE}: assumption",
    "level weight",
    *((name, "") for name in ("assembly", "paint", "work", "flow")),
)

RATIOS: dict[str, dict[str, tuple[int, int]]] = {
    "off-road": {"V8": (2, 3), "by hand": (1, 2), "audio": (3, 5), "towbar": (1, 4)},
    "road": {"roadster": (1, 3), "panorama": (1, 4), "manual": (1, 6), "electric": (1, 2)},
    "suv": {"engine": (1, 4), "solar roof": (3, 5), "panorama": (1, 4), "two-tone": (1, 8)},
}
"""Most cars of a window with an option, by line."""

HARD: dict[str, tuple[str, int, int]] = {
    "off-road": ("right hand", 1, 2),
    "road": ("right hand", 1, 2),
    "suv": ("engine", 2, 4),
}
"""A ratio of each line that must be kept: one station has one fixture."""

STATIONS: dict[str, tuple[str, dict[str, float]]] = {
    "off-road": ("trim", {"by hand": 0.9, "audio": 0.4, "right hand": 0.5}),
    "road": ("cockpit", {"audio": 0.3, "manual": 0.4, "right hand": 0.4}),
    "suv": ("roof", {"solar roof": 0.5, "panorama": 0.7, "two-tone": 0.4}),
}
"""A station of each line, and the minutes that options add there."""


def _rules() -> list[Row]:
    columns = (
        *(
            "rule",
            "kind",
            "level",
            "lines",
            "shop",
            "weight",
            "option",
            "attribute",
            "most",
            "window",
        ),
        *("base", "takt", "length"),
    )
    made: list[dict[str, Any]] = []
    for line, ratios in RATIOS.items():
        option, most, window = HARD[line]
        made.append(
            {"rule": f"{line}: {option} {most}/{window}", "kind": "ratio", "level": "hard"}
            | {"lines": line, "option": option, "most": most, "window": window}
        )
        made += [
            {"rule": f"{line}: {name} {most}/{window}", "kind": "ratio", "level": "assembly"}
            | {"lines": line, "option": name, "most": most, "window": window}
            for name, (most, window) in ratios.items()
        ]
        takt = round(60 / RATES[line][1], 3)
        made.append(
            {"rule": f"{line}: {STATIONS[line][0]}", "kind": "overload", "level": "work"}
            | {"lines": line, "base": round(takt * 0.85, 2), "takt": takt}
            | {"length": round(takt * 1.3, 2)}
        )
    made += [
        {"rule": f"{name}{which}", **rule, **where}
        for name, rule in (
            ("colour changes", {"kind": "changes", "level": "paint", "attribute": "colour"}),
            ("paint batch", {"kind": "run", "level": "hard", "attribute": "colour", "most": 12}),
        )
        for which, where in (("", {"shop": "paint Graz"}), (" Hoče", {"lines": "suv"}))
    ]
    made += [
        {"rule": "electric spread", "kind": "spread", "level": "flow", "option": "electric"}
        | {"lines": "road;suv"},
    ]
    values = [
        tuple(rule.get(name, 1 if name == "weight" else "") for name in columns) for rule in made
    ]
    return rows(ASSUMED, f"{_RULE_NOTE}: assumption", " ".join(columns), *values)


SEQUENCE_RULES = _rules()
OPERATIONS = rows(
    ASSUMED,
    f"{_RULE_NOTE}: assumption",
    "rule option minutes",
    *(
        (f"{line}: {station}", option, minutes)
        for line, (station, options) in STATIONS.items()
        for option, minutes in options.items()
    ),
)
