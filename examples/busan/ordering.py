"""What can be ordered at Busan; vessels and slots of 2026, suppliers, campaigns, sequence rules.

Which car has which option, and every rule, is an assumption: no such figures are published. The
shares are chosen so that the days of 2026 can be sequenced, with some options near their limits.
"""

from __future__ import annotations

from typing import Any

from tables import ASSUMED, Row, rows

YEAR = 2026
START, END = f"{YEAR}-01-01", f"{YEAR}-12-31"
POLESTAR_YEAR, WEEKS = 7500, 50
CARS_PER_HOUR = 45
NOTE = "assumption: no figure is published"

OPTIONS = rows(
    ASSUMED,
    f"{NOTE}; options as those of the models' price lists (general knowledge)",
    "option meaning",
    ("hybrid", "hybrid powertrain"),
    ("electric", "electric powertrain"),
    ("lpg", "tank for liquefied petroleum gas"),
    ("awd", "all wheels driven"),
    ("right hand", "steering wheel on the right"),
    ("sunroof", "sunroof or glass roof"),
    ("towbar", "towbar"),
    ("audio", "premium audio"),
    ("two-tone", "roof in black, masked and painted in a second pass"),
    ("performance", "performance pack of the two-motor electric car"),
)

_EUROPE = ("FR", "GB", "DE", "ES", "IT", "EUR")
OPTION_RATES = [
    *rows(
        ASSUMED,
        "by definition of the model; general knowledge",
        "model market option share",
        ("XM3-HEV", "all", "hybrid", 1),
        ("GKOLEOS-HEV", "all", "hybrid", 1),
        ("PS4", "all", "electric", 1),
    ),
    *rows(
        ASSUMED,
        "traffic keeps left there; general knowledge",
        "model market option share",
        *(("all", market, "right hand", 1) for market in ("GB", "AU", "JP")),
    ),
    *rows(
        ASSUMED,
        f"{NOTE}; share of the model's cars",
        "model market option share",
        ("XM3-ICE", "all", "sunroof", 0.2),
        ("XM3-ICE", "KR", "sunroof", 0.3),
        ("XM3-ICE", "KR", "audio", 0.3),
        ("XM3-ICE", "all", "two-tone", 0.18),
        ("XM3-HEV", "all", "sunroof", 0.2),
        ("XM3-HEV", "all", "audio", 0.25),
        ("XM3-HEV", "all", "two-tone", 0.2),
        ("QM6", "all", "sunroof", 0.4),
        ("QM6", "all", "audio", 0.4),
        ("QM6", "all", "awd", 0.45),
        ("QM6", "KR", "awd", 0.1),
        ("QM6", "KR", "lpg", 0.65),
        ("QM6", "AU", "towbar", 0.3),
        ("SM6", "all", "sunroof", 0.3),
        ("SM6", "all", "audio", 0.5),
        ("SM6", "KR", "lpg", 0.3),
        ("GKOLEOS-ICE", "all", "sunroof", 0.35),
        ("GKOLEOS-ICE", "all", "audio", 0.4),
        ("GKOLEOS-ICE", "all", "awd", 0.25),
        ("GKOLEOS-HEV", "all", "sunroof", 0.4),
        ("GKOLEOS-HEV", "all", "audio", 0.45),
        ("PS4", "all", "sunroof", 0.2),
        ("PS4", "all", "audio", 0.5),
        ("PS4", "all", "awd", 0.6),
        ("PS4", "all", "performance", 0.12),
        *((model, to, "towbar", 0.2) for model in ("XM3-ICE", "XM3-HEV") for to in _EUROPE),
    ),
]

OPTION_RULES = rows(
    ASSUMED,
    "assumption: the gas tank takes the place of the rear axle's drive; the performance pack is "
    "that of the car with two motors (general knowledge)",
    "model option kind other",
    ("all", "lpg", "excludes", "awd"),
    ("PS4", "performance", "requires", "awd"),
    ("PS4", "performance", "excludes", "towbar"),
    ("all", "two-tone", "excludes", "sunroof"),
)

PEARL, WHITE, SILVER, GREY = "pearl white", "clear white", "satin silver", "urban grey"
BLACK, BLUE, RED, ORANGE = "metallic black", "Zanzibar blue", "flame red", "Valencia orange"
HOME = {PEARL: 34, WHITE: 12, SILVER: 6, GREY: 20, BLACK: 16, BLUE: 8, RED: 4}
EXPORT = {PEARL: 20, WHITE: 14, GREY: 22, BLACK: 22, BLUE: 12, RED: 6, ORANGE: 4}
POLESTAR = {"Snow": 34, "Space": 30, "Magnesium": 26, "Gold": 10}
COLOURS = rows(
    ASSUMED,
    f"{NOTE}; weights in per cent, names of some colours from the makers' price lists (general "
    "knowledge)",
    "model colour share",
    *(
        (model, colour, share)
        for model, mix in (
            ("all", HOME),
            ("XM3-ICE", EXPORT),
            ("XM3-HEV", EXPORT),
            ("PS4", POLESTAR),
        )
        for colour, share in mix.items()
    ),
)


SLOT_LIMITS = rows(
    ASSUMED,
    f"{NOTE}; what the supplier delivers on a day, above the day's mean of {YEAR}",
    "kind item start end most",
    ("option", "performance", START, END, 6),
    ("option", "sunroof", START, END, 150),
    ("option", "towbar", START, END, 24),
    ("part", "EV-PACK-100", START, END, 40),
)

ENTITLEMENTS = rows(
    ASSUMED,
    f"assumption: {POLESTAR_YEAR:,} cars of the scenario polestar4 over {WEEKS} working weeks; "
    "released two weeks before",
    "brand start end slots_per_week release_days",
    ("Polestar", START, END, POLESTAR_YEAR / WEEKS, 14),
)

SLOTTING = rows(
    ASSUMED,
    "assumption: the port is 10 km away; zones as usual in the field; costs set the order of what "
    "counts: late, firm, moved, level, early; KNM is the plant's maker code and its plant code a "
    "guess (general knowledge)",
    "lead_days frozen_days firm_days late_cost early_cost moved_cost firm_cost level_cost "
    "limit_cost mix_cost colour_cost unslotted_cost vin_wmi vin_plant",
    (2, 3, 10, 10, 1, 5, 20, 2, 20, 1, 1, 1000, "KNM", "B"),
)

SUPPLIERS = rows(
    ASSUMED,
    f"{NOTE}; suppliers, packs and lead times are made up: assumption",
    "part supplier name delivery pack lead_days opening_cumulative",
    ("E15T-HEV", "S-1001", "Maker of the 1.5 l hybrid engine", "day", 12, 2, 0),
    ("E20T", "S-1001", "Maker of the 2.0 l engine", "day", 12, 2, 0),
    ("HEV-PACK-GK", "S-2001", "Maker of the hybrid's battery", "takt", 1, 0, 0),
    ("EV-PACK-100", "S-2002", "Maker of the electric car's battery", "takt", 1, 0, 0),
)

_CAMPAIGN = "part shop least_lot safety_hours rate"
CAMPAIGNS = [
    *rows(
        ASSUMED,
        f"{NOTE}; lots of about half a shift, four hours of coverage: assumption",
        _CAMPAIGN,
        ("HR13", "engine", 60, 4, ""),
        ("HR16", "engine", 120, 4, ""),
        ("MR18", "engine", 10, 4, ""),
        ("MR20", "engine", 60, 4, ""),
        ("HEV-PACK", "battery", 60, 4, ""),
    ),
    *rows(
        ASSUMED,
        f"{NOTE}; a melt of two tonnes, a shift of coverage: assumption",
        _CAMPAIGN,
        ("AL-CASTING", "foundry", 2000, 8, ""),
    ),
]

SETUPS = rows(
    ASSUMED,
    f"{NOTE}; less between engines of one family: assumption",
    "shop before behind minutes",
    ("engine", "all", "all", 45),
    ("engine", "HR13", "HR16", 20),
    ("engine", "HR16", "HR13", 20),
    ("engine", "MR18", "MR20", 15),
    ("engine", "MR20", "MR18", 15),
    ("foundry", "all", "all", 60),
    ("battery", "all", "all", 10),
)

_RULE_NOTE = f"{NOTE}; as in the made-up day of examples/days/busan, for the mix of {YEAR}"
SEQUENCE_LEVELS = rows(
    ASSUMED,
    f"{_RULE_NOTE}: assumption",
    "level weight",
    *((name, "") for name in ("assembly", "paint", "work", "flow")),
)

RATIOS = {
    "hybrid": (3, 4),
    "electric": (1, 6),
    "lpg": (1, 6),
    "awd": (1, 5),
    "right hand": (1, 8),
    "sunroof": (1, 2),
    "towbar": (1, 8),
    "audio": (3, 5),
}
STATION = "cockpit"
MINUTES = {"sunroof": 0.3, "right hand": 0.2, "audio": 0.15, "electric": 0.25}


def _rules() -> list[Row]:
    columns = (
        *("rule", "kind", "level", "weight", "option", "attribute", "least", "most", "window"),
        *("per", "base", "takt", "length"),
    )
    made: list[dict[str, Any]] = [
        {"rule": f"{name} {most}/{window}", "kind": "ratio", "level": "assembly", "option": name}
        | {"most": most, "window": window, "weight": 3 if name == "electric" else 1}
        for name, (most, window) in RATIOS.items()
    ]
    made += [
        {"rule": "two-tone per hour", "kind": "maximum", "level": "assembly", "option": "two-tone"}
        | {"most": 6, "per": CARS_PER_HOUR},
        {"rule": "colour changes", "kind": "changes", "level": "paint", "attribute": "colour"},
        {"rule": "paint batch", "kind": "run", "level": "hard", "attribute": "colour", "most": 15},
        {"rule": STATION, "kind": "overload", "level": "work", "base": 1.08, "length": 1.75}
        | {"takt": round(60 / CARS_PER_HOUR, 3)},
        {"rule": "electric spread", "kind": "spread", "level": "flow", "option": "electric"},
        {"rule": "hybrid spread", "kind": "spread", "level": "flow", "option": "hybrid"},
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
    *((STATION, option, minutes) for option, minutes in MINUTES.items()),
)
