"""Brands, models and bought parts of the Graz hub. Amounts are in thousand euros."""

from __future__ import annotations

from figures import OCEAN_RATE, OCEAN_RATE_JUNE, S
from tables import ASSUMED, DERIVED, REPORTED, rows

BRANDS = rows(
    REPORTED,
    f"{S['kleine2019']}; Fisker {S['orf2022']}; owner: general knowledge",
    "brand owner",
    ("Mercedes-Benz", "Mercedes-Benz Group"),
    ("BMW", "BMW Group"),
    ("Toyota", "Toyota Motor"),
    ("Jaguar", "Jaguar Land Rover"),
    ("Fisker", "Fisker Inc."),
)

_MODEL = (
    "model family brand segment powertrain length width height mass sop eop full_rate "
    "material_cost stock_cost stock_max"
)
_NOTE = (
    "material, stock cost (8 % a year on the car) and most in stock: assumption, cars are built to "
    "order"
)
_SIZE = f"size and mass: general knowledge; {_NOTE}"
MODELS = [
    *rows(
        ASSUMED,
        f"{_SIZE}; other G-Classes are planned with the G 400 d: assumption",
        _MODEL,
        (
            *("G63", "G-Class", "Mercedes-Benz", "off-road", "ICE", 4873, 1984, 1966, 2560),
            *("", "", "", 40.0, 0.5, 150),
        ),
        (
            *("G400d", "G-Class", "Mercedes-Benz", "off-road", "ICE", 4817, 1931, 1969, 2489),
            *("", "", "", 36.0, 0.42, 150),
        ),
    ),
    *rows(
        ASSUMED,
        f"{_SIZE}; plug-in hybrid from Graz {S['greencar']}; other 5 Series are planned with the "
        "530i: assumption",
        _MODEL,
        (
            *("530i", "5 Series", "BMW", "E-sedan", "ICE", 4963, 1868, 1479, 1640),
            *("", "", "", 24.0, 0.24, 60),
        ),
        (
            *("530e", "5 Series", "BMW", "E-sedan", "PHEV", 4963, 1868, 1483, 1910),
            *("", "", "", 24.5, 0.27, 60),
        ),
    ),
    *rows(
        ASSUMED,
        f"{_SIZE}; built on one line {S['stern']}",
        _MODEL,
        ("Z4", "", "BMW", "roadster", "ICE", 4324, 1864, 1304, 1490, "", "", "", 23.5, 0.24, 60),
        (
            "SUPRA",
            "",
            "Toyota",
            "coupe",
            "ICE",
            4379,
            1854,
            1292,
            1540,
            "",
            "",
            "",
            24.5,
            0.25,
            60,
        ),
    ),
    *rows(
        ASSUMED,
        f"{_SIZE}; built on one line {S['autocar']}",
        _MODEL,
        (
            "E-PACE",
            "",
            "Jaguar",
            "C-SUV",
            "ICE",
            4411,
            1900,
            1648,
            1775,
            "",
            "",
            "",
            20.0,
            0.2,
            60,
        ),
        (
            "I-PACE",
            "",
            "Jaguar",
            "D-SUV",
            "BEV",
            4682,
            1895,
            1565,
            2208,
            "",
            "",
            "",
            22.0,
            0.33,
            60,
        ),
    ),
    *rows(
        REPORTED,
        f"start {S['orf2022']}; length 4.78 m {S['ecomento']}; {OCEAN_RATE} a day "
        f"{S['evreport']}; other sizes: general knowledge; {_NOTE}",
        _MODEL,
        (
            *("OCEAN", "", "Fisker", "D-SUV", "BEV", 4780, 1982, 1631, 2434),
            *("2022-11-17", "", OCEAN_RATE, 17.0, 0.28, 60),
        ),
    ),
]

RAMP = [
    *rows(
        ASSUMED,
        "assumption: hardly any cars up to March, then rising to the rate of June",
        "model month_after_sop share",
        *(("OCEAN", month, 0.02) for month in range(5)),
        ("OCEAN", 5, 0.1),
        ("OCEAN", 6, 0.2),
    ),
    *rows(
        DERIVED,
        f"80 a day at the end of June {S['insideevs_q2']} of {OCEAN_RATE} in September "
        f"{S['evreport']}; July between them: assumption",
        "model month_after_sop share",
        ("OCEAN", 7, round(OCEAN_RATE_JUNE / OCEAN_RATE, 2)),
        ("OCEAN", 8, 0.75),
        ("OCEAN", 9, 1),
    ),
]

_PART = "part kind unit supply make_cost buy_cost stock_cost"
PARTS = [
    *rows(
        ASSUMED,
        "engines come from the owners' plants (general knowledge: a contract manufacturer buys "
        "them); price: assumption",
        _PART,
        ("M177", "engine", "piece", "bought", "", 16.0, 0.11),
        ("OM656", "engine", "piece", "bought", "", 9.0, 0.06),
        ("B48", "engine", "piece", "bought", "", 3.4, 0.02),
        ("B58", "engine", "piece", "bought", "", 5.2, 0.03),
        ("INGENIUM", "engine", "piece", "bought", "", 3.2, 0.02),
    ),
    *rows(
        ASSUMED,
        "12 kWh: general knowledge; price: assumption",
        _PART,
        ("PACK-530e", "battery", "piece", "bought", "", 3.0, 0.02),
    ),
    *rows(
        ASSUMED,
        f"packs limited the launch of the Ocean {S['insideevs_q2']}; that the packs of electric "
        "cars are put together at the plant, of bought modules, and their cost: assumption",
        _PART,
        ("PACK-I-PACE", "battery", "piece", "made", 13.5, "", 0.09),
        ("PACK-OCEAN", "battery", "piece", "made", 14.0, "", 0.09),
    ),
    *rows(
        ASSUMED,
        "assumption: a set of seats per car, in the order of the cars",
        _PART,
        *(
            (f"SEATS-{line}", "other", "piece", "bought", "", cost, 0.01)
            for line, cost in (
                ("G", 2.6),
                ("BMW", 1.4),
                ("TOYOTA", 1.5),
                ("JAGUAR", 1.3),
                ("OCEAN", 1.2),
            )
        ),
    ),
]

_PIECES = {
    "G63": ("M177", "SEATS-G"),
    "G400d": ("OM656", "SEATS-G"),
    "530i": ("B48", "SEATS-BMW"),
    "530e": ("B48", "PACK-530e", "SEATS-BMW"),
    "SUPRA": ("SEATS-TOYOTA",),
    "Z4": ("SEATS-BMW",),
    "E-PACE": ("INGENIUM", "SEATS-JAGUAR"),
    "I-PACE": ("PACK-I-PACE", "SEATS-JAGUAR"),
    "OCEAN": ("PACK-OCEAN", "SEATS-OCEAN"),
}
BOM = [
    *rows(
        ASSUMED,
        "general knowledge: the model's engine or battery, one set of seats",
        "parent part quantity",
        *((model, part, 1) for model, parts in _PIECES.items() for part in parts),
    ),
    *rows(
        ASSUMED,
        "four and six cylinders of the Z4 and the Supra: general knowledge; shares: assumption",
        "parent part quantity",
        ("Z4", "B48", 0.6),
        ("Z4", "B58", 0.4),
        ("SUPRA", "B48", 0.15),
        ("SUPRA", "B58", 0.85),
    ),
]
