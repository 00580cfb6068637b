"""Brands, models, parts and bills of material of the Busan hub. Amounts are in million won."""

from __future__ import annotations

from figures import BUILT, S
from tables import ASSUMED, DERIVED, REPORTED, rows

ENGINES_2022 = next(f.units for f in BUILT if f.item == "engine")
CASTINGS_2022 = next(f.units for f in BUILT if f.item == "casting")
KG_PER_ENGINE = round(CASTINGS_2022 / ENGINES_2022, 5)
CASTING_YIELD = 0.955

BRANDS = [
    *rows(
        REPORTED,
        f"{S['automotiveworld']}; owner: general knowledge",
        "brand owner",
        ("Renault Korea", "Renault Group"),
        ("Polestar", "Geely Holding"),
    ),
    *rows(
        ASSUMED,
        "assumption: exports are sold as Renault, the home market's cars are planned with them",
        "brand owner",
        ("Renault", "Renault Group"),
    ),
]

_MODEL = (
    "model family brand segment powertrain length width height mass sop eop full_rate "
    "material_cost stock_cost"
)
_MODEL_NOTE = (
    "mass, material and stock cost: assumption (stock: 8 % a year on the car and 2,000 won a day "
    "for its place)"
)
MODELS = [
    *rows(
        REPORTED,
        f"size {S['kmib']}; {_MODEL_NOTE}",
        _MODEL,
        (
            *("XM3-ICE", "XM3", "Renault", "C-SUV", "ICE", 4570, 1820, 1570, 1340),
            *("", "", "", 13.5, 0.18),
        ),
        (
            *("XM3-HEV", "XM3", "Renault", "C-SUV", "HEV", 4570, 1820, 1570, 1450),
            *("", "", "", 14.5, 0.19),
        ),
    ),
    *rows(
        REPORTED,
        f"size {S['edaily']}; {_MODEL_NOTE}",
        _MODEL,
        (
            *("QM6", "QM6", "Renault Korea", "D-SUV", "ICE", 4670, 1840, 1710, 1600),
            *("", "", "", 17.0, 0.20),
        ),
    ),
    *rows(
        ASSUMED,
        f"size: general knowledge; {_MODEL_NOTE}",
        _MODEL,
        (
            *("SM6", "SM6", "Renault Korea", "D-sedan", "ICE", 4850, 1870, 1460, 1500),
            *("", "", "", 17.5, 0.20),
        ),
        (
            *("Twizy", "Twizy", "Renault", "quadricycle", "BEV", 2338, 1237, 1454, 474),
            *("", "2023-12-31", "", 5.0, 0.11),
        ),
    ),
    *rows(
        REPORTED,
        f"length {S['hankookilbo']}; launch of 2024 {S['hankyung2024']}; width, height, SOP day "
        f"and full rate: assumption; {_MODEL_NOTE}",
        _MODEL,
        (
            *("GKOLEOS-ICE", "GrandKoleos", "Renault Korea", "D-SUV", "ICE", 4780, 1880, 1680),
            *(1650, "2024-07-01", "", 150, 21.0, 0.24),
        ),
        (
            *("GKOLEOS-HEV", "GrandKoleos", "Renault Korea", "D-SUV", "HEV", 4780, 1880, 1680),
            *(1800, "2024-07-01", "", 400, 22.0, 0.25),
        ),
    ),
    *rows(
        REPORTED,
        f"size {S['dcinside']}; production from the second half of 2025 {S['automotiveworld']}; "
        f"SOP day and full rate: assumption; {_MODEL_NOTE}",
        _MODEL,
        (
            *("PS4", "Polestar4", "Polestar", "D-SUV coupe", "BEV", 4839, 2008, 1544, 2300),
            *("2025-09-01", "", 60, 42.0, 0.43),
        ),
    ),
]

RAMP = [
    *rows(
        ASSUMED,
        "assumption: share of the full rate, 100 % in the fourth month",
        "model month_after_sop share",
        *(
            (model, month, share)
            for model in ("GKOLEOS-ICE", "GKOLEOS-HEV")
            for month, share in enumerate((0.1, 0.35, 0.7, 1.0))
        ),
        *(("PS4", month, share) for month, share in enumerate((0.1, 0.3, 0.6, 1.0))),
    )
]

_PART = "part kind unit supply make_cost buy_cost yield_share stock_cost"
PARTS = [
    *rows(
        REPORTED,
        f"engine families {S['blogauto']}; made or bought: 2022's combustion cars exceed the "
        "engines made by 7,301, so some come from outside; costs: assumption, buying is dearer",
        _PART,
        ("HR13", "engine", "piece", "both", 2.0, 2.6, 1.0, 0.02),
        ("HR16", "engine", "piece", "both", 1.5, 2.3, 1.0, 0.02),
        ("MR18", "engine", "piece", "both", 2.2, 3.2, 1.0, 0.02),
        ("MR20", "engine", "piece", "both", 1.8, 2.7, 1.0, 0.02),
    ),
    *rows(
        ASSUMED,
        f"engine types {S['hankyung2024']}; bought from outside and its cost: assumption",
        _PART,
        ("E15T-HEV", "engine", "piece", "bought", "", 3.4, 1.0, 0.03),
        ("E20T", "engine", "piece", "bought", "", 3.6, 1.0, 0.03),
    ),
    *rows(
        ASSUMED,
        f"hybrid batteries are made here {S['mediapen2023']}; cost: assumption",
        _PART,
        ("HEV-PACK", "battery", "piece", "made", 1.6, "", 1.0, 0.02),
    ),
    *rows(
        ASSUMED,
        f"1.64 kWh {S['hankyung2024']}; bought from outside and its cost: assumption",
        _PART,
        ("HEV-PACK-GK", "battery", "piece", "bought", "", 1.9, 1.0, 0.02),
    ),
    *rows(
        ASSUMED,
        f"100 kWh; maker of Busan's pack was open in Aug 2024 {S['asiae_battery']}; bought and "
        "its cost: assumption",
        _PART,
        ("EV-PACK-100", "battery", "piece", "bought", "", 14.0, 1.0, 0.14),
    ),
    *rows(
        ASSUMED,
        "assumption: general knowledge, 6 kWh pack, bought",
        _PART,
        ("EV-PACK-TWIZY", "battery", "piece", "bought", "", 1.5, 1.0, 0.02),
    ),
    *rows(
        ASSUMED,
        "assumption: casting scrap 3-6 %, here 4.5 %; aluminium about 3,500 won per kg",
        _PART,
        ("AL-CASTING", "casting", "kg", "made", 0.0035, "", CASTING_YIELD, 0.00005),
    ),
]

BOM = [
    *rows(
        REPORTED,
        f"TCe 260 is HR13 {S['kmib']}, GTe 1.6 is HR16 {S['donga202511']}; shares 0.78 and 0.22: "
        "assumption (exports TCe, most cars at home GTe)",
        "parent part quantity",
        ("XM3-ICE", "HR13", 0.78),
        ("XM3-ICE", "HR16", 0.22),
    ),
    *rows(
        REPORTED,
        f"E-Tech hybrid: 1.6 l (HR16) and a 230 V battery {S['kmib']}",
        "parent part quantity",
        ("XM3-HEV", "HR16", 1),
        ("XM3-HEV", "HEV-PACK", 1),
    ),
    *rows(
        REPORTED,
        f"2.0 GDe and 2.0 LPe {S['gpkorea']}",
        "parent part quantity",
        ("QM6", "MR20", 1),
    ),
    *rows(
        REPORTED,
        f"TCe 260 (HR13), TCe 300 (MR18), LPe 2.0 (MR20) {S['hankyung2020']}; shares: assumption",
        "parent part quantity",
        ("SM6", "HR13", 0.50),
        ("SM6", "MR18", 0.05),
        ("SM6", "MR20", 0.45),
    ),
    *rows(
        REPORTED,
        f"2.0T gasoline; 1.5T hybrid with 1.64 kWh {S['hankyung2024']}",
        "parent part quantity",
        ("GKOLEOS-ICE", "E20T", 1),
        ("GKOLEOS-HEV", "E15T-HEV", 1),
        ("GKOLEOS-HEV", "HEV-PACK-GK", 1),
    ),
    *rows(
        REPORTED,
        f"100 kWh {S['evhype']}",
        "parent part quantity",
        ("PS4", "EV-PACK-100", 1),
    ),
    *rows(
        ASSUMED,
        "assumption: one pack per car",
        "parent part quantity",
        ("Twizy", "EV-PACK-TWIZY", 1),
    ),
    *rows(
        DERIVED,
        f"1,659 t / 160,744 engines of 2022; {S['blogauto']}",
        "parent part quantity",
        *((engine, "AL-CASTING", KG_PER_ENGINE) for engine in ("HR13", "HR16", "MR18", "MR20")),
    ),
]
