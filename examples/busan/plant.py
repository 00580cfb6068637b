"""The tables of the Busan hub that are not made from sales: plant, products, markets, costs.

Amounts are in million won (M KRW). ``basis`` speaks of a row's main figures; where a row also
holds figures of another kind, its ``source`` names them.
"""

from __future__ import annotations

from typing import Any

from figures import BUILT, PLANT_DAYS, S

Row = dict[str, Any]
REPORTED, DERIVED, ASSUMED = "reported", "derived", "assumed"

ENGINES_2022 = next(f.units for f in BUILT if f.item == "engine")
CASTINGS_2022 = next(f.units for f in BUILT if f.item == "casting")
HOURS_2022 = 16 * sum(PLANT_DAYS[2022])
KG_PER_ENGINE = round(CASTINGS_2022 / ENGINES_2022, 5)
CASTING_YIELD = 0.955
SHOP_FLOOR = 1993

CEU_AREA = 6.39375
STOW_GAP = 100
WON_PER_DOLLAR = {2022: 1300, 2025: 1400}

SETTINGS = {
    "name": "Busan (Renault Korea)",
    "country": "KR",
    "currency": "M KRW",
    "start": "2022-01",
    "end": "2026-12",
    "weekend": "sat;sun",
    "public_holidays": True,
    "ceu_area": CEU_AREA,
    "stow_gap": STOW_GAP,
    "source": "RT43 size 4.125 m x 1.55 m: general knowledge; stow gap: assumption; "
    "holidays: package holidays, country KR",
    "basis": ASSUMED,
}


def _rows(basis: str, source: str, names: str, *values: tuple[Any, ...]) -> list[Row]:
    """Return rows of the same basis and source."""
    keys = names.split()
    return [
        {**dict(zip(keys, v, strict=True)), "source": source, "basis": basis} for v in values
    ]


BRANDS = [
    *_rows(
        REPORTED,
        S["automotiveworld"],
        "brand owner",
        ("Renault Korea", "Renault Group"),
        ("Polestar", "Geely Holding"),
    ),
    *_rows(
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
_MODEL_NOTE = "mass, material and stock cost: assumption"
MODELS = [
    *_rows(
        REPORTED,
        f"size {S['kmib']}; {_MODEL_NOTE}",
        _MODEL,
        (
            *("XM3-ICE", "XM3", "Renault", "C-SUV", "ICE", 4570, 1820, 1570, 1340),
            *("", "", "", 13.5, 0.12),
        ),
        (
            *("XM3-HEV", "XM3", "Renault", "C-SUV", "HEV", 4570, 1820, 1570, 1450),
            *("", "", "", 14.5, 0.13),
        ),
    ),
    *_rows(
        REPORTED,
        f"size {S['edaily']}; {_MODEL_NOTE}",
        _MODEL,
        (
            *("QM6", "QM6", "Renault Korea", "D-SUV", "ICE", 4670, 1840, 1710, 1600),
            *("", "", "", 17.0, 0.14),
        ),
    ),
    *_rows(
        ASSUMED,
        f"size: general knowledge; {_MODEL_NOTE}",
        _MODEL,
        (
            *("SM6", "SM6", "Renault Korea", "D-sedan", "ICE", 4850, 1870, 1460, 1500),
            *("", "", "", 17.5, 0.14),
        ),
        (
            *("Twizy", "Twizy", "Renault", "quadricycle", "BEV", 2338, 1237, 1454, 474),
            *("", "2023-12-31", "", 5.0, 0.08),
        ),
    ),
    *_rows(
        REPORTED,
        f"length {S['hankookilbo']}; launch of 2024 {S['hankyung2024']}; width, height, SOP day "
        f"and full rate: assumption; {_MODEL_NOTE}",
        _MODEL,
        (
            *("GKOLEOS-ICE", "GrandKoleos", "Renault Korea", "D-SUV", "ICE", 4780, 1880, 1680),
            *(1650, "2024-07-01", "", 150, 21.0, 0.17),
        ),
        (
            *("GKOLEOS-HEV", "GrandKoleos", "Renault Korea", "D-SUV", "HEV", 4780, 1880, 1680),
            *(1800, "2024-07-01", "", 400, 22.0, 0.18),
        ),
    ),
    *_rows(
        REPORTED,
        f"size {S['dcinside']}; production from the second half of 2025 {S['automotiveworld']}; "
        f"SOP day and full rate: assumption; {_MODEL_NOTE}",
        _MODEL,
        (
            *("PS4", "Polestar4", "Polestar", "D-SUV coupe", "BEV", 4839, 2008, 1544, 2300),
            *("2025-09-01", "", 60, 34.0, 0.30),
        ),
    ),
]

RAMP = [
    *_rows(
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
    *_rows(
        REPORTED,
        f"engine families {S['blogauto']}; made or bought: 2022's combustion cars exceed the "
        "engines made by 7,301, so some come from outside; costs: assumption, buying is dearer",
        _PART,
        ("HR13", "engine", "piece", "both", 2.0, 2.6, 1.0, 0.02),
        ("HR16", "engine", "piece", "both", 1.5, 2.3, 1.0, 0.02),
        ("MR18", "engine", "piece", "both", 2.2, 3.2, 1.0, 0.02),
        ("MR20", "engine", "piece", "both", 1.8, 2.7, 1.0, 0.02),
    ),
    *_rows(
        ASSUMED,
        f"engine types {S['hankyung2024']}; bought from outside and its cost: assumption",
        _PART,
        ("E15T-HEV", "engine", "piece", "bought", "", 3.4, 1.0, 0.03),
        ("E20T", "engine", "piece", "bought", "", 3.6, 1.0, 0.03),
    ),
    *_rows(
        ASSUMED,
        f"hybrid batteries are made here {S['mediapen2023']}; cost: assumption",
        _PART,
        ("HEV-PACK", "battery", "piece", "made", 1.6, "", 1.0, 0.02),
    ),
    *_rows(
        ASSUMED,
        f"1.64 kWh {S['hankyung2024']}; bought from outside and its cost: assumption",
        _PART,
        ("HEV-PACK-GK", "battery", "piece", "bought", "", 1.9, 1.0, 0.02),
    ),
    *_rows(
        ASSUMED,
        f"100 kWh; maker of Busan's pack was open in Aug 2024 {S['asiae_battery']}; bought and "
        "its cost: assumption",
        _PART,
        ("EV-PACK-100", "battery", "piece", "bought", "", 14.0, 1.0, 0.14),
    ),
    *_rows(
        ASSUMED,
        "assumption: general knowledge, 6 kWh pack, bought",
        _PART,
        ("EV-PACK-TWIZY", "battery", "piece", "bought", "", 1.5, 1.0, 0.02),
    ),
    *_rows(
        ASSUMED,
        "assumption: casting scrap 3-6 %, here 4.5 %; aluminium about 3,500 won per kg",
        _PART,
        ("AL-CASTING", "casting", "kg", "made", 0.0035, "", CASTING_YIELD, 0.00005),
    ),
]

BOM = [
    *_rows(
        REPORTED,
        f"TCe 260 is HR13 {S['kmib']}, GTe 1.6 is HR16 {S['donga202511']}; shares 0.78 and 0.22: "
        "assumption (exports TCe, most cars at home GTe)",
        "parent part quantity",
        ("XM3-ICE", "HR13", 0.78),
        ("XM3-ICE", "HR16", 0.22),
    ),
    *_rows(
        REPORTED,
        f"E-Tech hybrid: 1.6 l (HR16) and a 230 V battery {S['kmib']}",
        "parent part quantity",
        ("XM3-HEV", "HR16", 1),
        ("XM3-HEV", "HEV-PACK", 1),
    ),
    *_rows(
        REPORTED,
        f"2.0 GDe and 2.0 LPe {S['gpkorea']}",
        "parent part quantity",
        ("QM6", "MR20", 1),
    ),
    *_rows(
        REPORTED,
        f"TCe 260 (HR13), TCe 300 (MR18), LPe 2.0 (MR20) {S['hankyung2020']}; shares: assumption",
        "parent part quantity",
        ("SM6", "HR13", 0.50),
        ("SM6", "MR18", 0.05),
        ("SM6", "MR20", 0.45),
    ),
    *_rows(
        REPORTED,
        f"2.0T gasoline; 1.5T hybrid with 1.64 kWh {S['hankyung2024']}",
        "parent part quantity",
        ("GKOLEOS-ICE", "E20T", 1),
        ("GKOLEOS-HEV", "E15T-HEV", 1),
        ("GKOLEOS-HEV", "HEV-PACK-GK", 1),
    ),
    *_rows(
        REPORTED,
        f"100 kWh {S['evhype']}",
        "parent part quantity",
        ("PS4", "EV-PACK-100", 1),
    ),
    *_rows(
        ASSUMED,
        "assumption: one pack per car",
        "parent part quantity",
        ("Twizy", "EV-PACK-TWIZY", 1),
    ),
    *_rows(
        DERIVED,
        f"1,659 t / 160,744 engines of 2022; {S['blogauto']}",
        "parent part quantity",
        *((engine, "AL-CASTING", KG_PER_ENGINE) for engine in ("HR13", "HR16", "MR18", "MR20")),
    ),
]

GROUPS = _rows(
    REPORTED,
    f"two shifts before 2022 {S['etoday']}; months kept: assumption (long enough)",
    "group opening_pattern months_kept",
    ("vehicle", "two-shift", 99),
    ("powertrain", "two-shift", 99),
)

_SHOP = "shop kind group unit installed_rate manned_rate availability installed_year"
SHOPS = [
    *_rows(
        ASSUMED,
        "assumption: press keeps ahead of body; 300,000 a year as for the plant",
        _SHOP,
        ("press", "press", "vehicle", "car set", 70, 52.5, 0.90, 300000),
    ),
    *_rows(
        ASSUMED,
        "assumption: body designed for 66 an hour when the line runs 60, manned in proportion to "
        "45; availability 88-92 %",
        _SHOP,
        ("body", "body", "vehicle", "car", 66, 49.5, 0.92, 300000),
    ),
    *_rows(
        ASSUMED,
        "assumption: paint designed for 63 an hour when the line runs 60, manned in proportion to "
        "45 and rounded up to 47.5; availability 92-95 %",
        _SHOP,
        ("paint", "paint", "vehicle", "car", 63, 47.5, 0.95, 300000),
    ),
    *_rows(
        REPORTED,
        f"60 an hour possible, 45 run {S['etoday']}; 300,000 a year {S['automotiveworld']}; 45 is "
        "taken as the net rate, so availability 1: assumption",
        _SHOP,
        ("assembly", "assembly", "vehicle", "car", 60, 45, 1.0, 300000),
    ),
    *_rows(
        DERIVED,
        f"manned rate: 160,744 engines of 2022 / {HOURS_2022} h (16 h x {sum(PLANT_DAYS[2022])} "
        f"days), a demonstrated rate; {S['blogauto']}; 200,000 a year {S['ajslaos']}; installed "
        "rate = 200,000 / (16 h x 240 days)",
        _SHOP,
        (
            *("engine", "engine", "powertrain", "engine", round(200000 / 3840, 2)),
            *(ENGINES_2022 / HOURS_2022, 1.0, 200000),
        ),
    ),
    *_rows(
        ASSUMED,
        "assumption: follows the engine shop with a reserve; installed year = castings of 200,000 "
        "engines with scrap",
        _SHOP,
        (
            *("foundry", "foundry", "powertrain", "kg", 650, 520, 0.95),
            round(200000 * KG_PER_ENGINE / CASTING_YIELD, -3),
        ),
    ),
    *_rows(
        ASSUMED,
        f"battery sub-line {S['tvtoday']}; rates: assumption",
        _SHOP,
        ("battery", "battery", "powertrain", "pack", 40, 32, 0.95, 150000),
    ),
]

_THROUGH_ALL = ("XM3-ICE", "XM3-HEV", "QM6", "SM6")
LOADS = [
    *_rows(
        ASSUMED,
        "assumption: one unit of capacity per car",
        "item shop load",
        *(
            (model, shop, 1.0)
            for model in _THROUGH_ALL
            for shop in ("press", "body", "paint", "assembly")
        ),
    ),
    *_rows(
        ASSUMED,
        "assumption: the bigger car takes 1.05 in body and paint, so that 60 x 1.05 = 63",
        "item shop load",
        *(
            (model, shop, load)
            for model in ("GKOLEOS-ICE", "GKOLEOS-HEV")
            for shop, load in (("press", 1.0), ("body", 1.05), ("paint", 1.05), ("assembly", 1.0))
        ),
    ),
    *_rows(
        ASSUMED,
        f"assumption: 1.1 for size and mass (500-600 kg more {S['tvtoday']}); the pack passes the "
        "battery sub-line",
        "item shop load",
        ("PS4", "press", 1.0),
        *(("PS4", shop, 1.1) for shop in ("body", "paint", "assembly")),
        ("PS4", "battery", 1.0),
    ),
    *_rows(
        ASSUMED,
        "assumption: assembled from bought bodies, counted as a car as in 2022's record",
        "item shop load",
        ("Twizy", "assembly", 1.0),
    ),
    *_rows(
        DERIVED,
        "one unit of capacity per engine, kg of casting or pack, the unit in which the shop counts",
        "item shop load",
        *((engine, "engine", 1.0) for engine in ("HR13", "HR16", "MR18", "MR20")),
        ("AL-CASTING", "foundry", 1.0),
        ("HEV-PACK", "battery", 1.0),
    ),
]

# People on one shift; the sum over the shops is half of the 1,993 on the shop floor.
CREW = {
    "press": 60,
    "body": 165,
    "paint": 150,
    "assembly": 474.5,
    "engine": 100,
    "foundry": 37,
    "battery": 10,
}
CREWS = _rows(
    ASSUMED,
    f"1,993 people on the shop floor, half on each shift {S['mediapen2023']}; division over the "
    "shops: assumption",
    "shop people",
    *CREW.items(),
)

PERSON_DAY = 0.35
IDLE_PAY = 0.7
OVERTIME_PAY = 1.5
_SHIFT_COST = {
    "vehicle": PERSON_DAY * sum(CREW[s] for s in ("press", "body", "paint", "assembly")),
    "powertrain": PERSON_DAY * sum(CREW[s] for s in ("engine", "foundry", "battery")),
}
_CHANGE = {"vehicle": 3000, "powertrain": 500}
PATTERNS = [
    row
    for group, shift in _SHIFT_COST.items()
    for row in (
        *_rows(
            REPORTED,
            f"8 + 8 h {S['wowtv2013']}; cost: assumption, 0.35 M KRW per person and day; kept 6 "
            "months and cost of change: assumption",
            "group pattern shifts hours cost_per_day min_months change_cost",
            (group, "two-shift", 2, 8, round(2 * shift, 1), 6, _CHANGE[group]),
        ),
        *_rows(
            REPORTED,
            f"07:00-15:45 {S['fnnews2024']}; cost: assumption, 0.35 M KRW per person and day, the "
            "idle shift is paid 70 %; kept 6 months and cost of change: assumption",
            "group pattern shifts hours cost_per_day min_months change_cost",
            (group, "one-shift", 1, 8, round((1 + IDLE_PAY) * shift, 1), 6, _CHANGE[group]),
        ),
    )
]

FIXED_PATTERNS = [
    row
    for group in _SHIFT_COST
    for row in (
        *_rows(
            REPORTED,
            f"two shifts {S['etoday']}, one from Nov 2023 {S['fnnews2024']}"
            + ("" if group == "vehicle" else "; powertrain as the line: assumption"),
            "group start end pattern",
            (group, "2022-01", "2023-10", "two-shift"),
            (group, "2023-11", "2024-05", "one-shift"),
        ),
        *_rows(
            REPORTED,
            f"two shifts again from Jun 2024 {S['fnnews2024']}; kept to the end of 2025: "
            "assumption; from 2026 on the plan chooses",
            "group start end pattern",
            (group, "2024-06", "2025-12", "two-shift"),
        ),
    )
]

OVERTIME = [
    *_rows(
        REPORTED,
        f"1 h per shift {S['wowtv2013']}; cost: assumption, one shift's people at 150 %",
        "group start hours_per_day cost_per_hour",
        ("vehicle", "2022-01", 2, round(_SHIFT_COST["vehicle"] / 8 * OVERTIME_PAY, 1)),
    ),
    *_rows(
        DERIVED,
        "none in 2022, whose engines give the manned rate without overtime; cost: assumption, one "
        "shift's people at 150 %",
        "group start hours_per_day cost_per_hour",
        ("powertrain", "2022-01", 0, round(_SHIFT_COST["powertrain"] / 8 * OVERTIME_PAY, 1)),
    ),
    *_rows(
        ASSUMED,
        "assumption: from 2023 as on the line; cost: assumption, one shift's people at 150 %",
        "group start hours_per_day cost_per_hour",
        ("powertrain", "2023-01", 2, round(_SHIFT_COST["powertrain"] / 8 * OVERTIME_PAY, 1)),
    ),
]

_CAL = "start end group kind share note"
CALENDAR = [
    *_rows(
        REPORTED,
        "Labour Day, a day off by law (package holidays 0.109 lacks it before 2026)",
        _CAL,
        *((f"{year}-05-01", "", "all", "holiday", "", "Labour Day") for year in PLANT_DAYS),
    ),
    *_rows(
        ASSUMED,
        f"assumption: 5 working days from the last Monday of July, as in 2014 {S['sedaily2014']}",
        _CAL,
        *(
            (start, end, "all", "summer", "", "summer stop")
            for start, end in (
                ("2022-07-25", "2022-07-29"),
                ("2023-07-31", "2023-08-04"),
                ("2024-07-29", "2024-08-02"),
                ("2025-07-28", "2025-08-01"),
                ("2026-07-27", "2026-07-31"),
            )
        ),
    ),
    *_rows(
        ASSUMED,
        f"assumption: 11 February as in 2016 {S['heraldcorp']}, or the next working day",
        _CAL,
        *(
            (day, "", "all", "company", "", "founding day")
            for day in ("2022-02-11", "2023-02-13", "2024-02-13", "2025-02-11", "2026-02-11")
        ),
    ),
    *_rows(
        REPORTED,
        S["wowtv202409"],
        _CAL,
        ("2024-09-13", "", "all", "strike", "", "full strike"),
    ),
    *_rows(
        ASSUMED,
        f"partial production after the strike {S['wowtv202409']}; half of each day to the end of "
        "September: assumption",
        _CAL,
        ("2024-09-19", "2024-09-30", "all", "strike", 0.5, "partial production after the strike"),
    ),
    *_rows(
        REPORTED,
        f"stop 2024-12-31 to 2025-02-02, production again on 2025-02-10 {S['gocarnet']}",
        _CAL,
        ("2024-12-31", "2025-02-02", "all", "conversion", "", "conversion for electric cars"),
        ("2025-02-03", "2025-02-09", "all", "conversion", "", "conversion: before the restart"),
    ),
]

_REST = "stands for a region: country, port and lane are assumptions"
_MARKET = "market name country region route lane port"
MARKETS = [
    *_rows(
        REPORTED,
        S["daum2022"],
        _MARKET,
        ("KR", "Korea", "KR", "Korea", "domestic", "", ""),
    ),
    *_rows(
        REPORTED,
        f"destination {S['chosun']}; Le Havre {S['autocast']}; other ports and lanes: assumption",
        _MARKET,
        ("FR", "France", "FR", "Europe", "overseas", "EU-NORTH", "Le Havre"),
        ("GB", "United Kingdom", "GB", "Europe", "overseas", "EU-NORTH", "Southampton"),
        ("DE", "Germany", "DE", "Europe", "overseas", "EU-NORTH", "Bremerhaven"),
        ("ES", "Spain", "ES", "Europe", "overseas", "EU-MED", "Barcelona"),
        ("IT", "Italy", "IT", "Europe", "overseas", "EU-MED", "Livorno"),
    ),
    *_rows(
        ASSUMED,
        f"assumption: rest of Europe, {_REST}",
        _MARKET,
        ("EUR", "rest of Europe", "BE", "Europe", "overseas", "EU-NORTH", "Zeebrugge"),
    ),
    *_rows(
        REPORTED,
        f"destination {S['chosun']}; port and lane: assumption",
        _MARKET,
        (
            *("AU", "Australia", "AU", "Asia, Pacific and Africa", "overseas"),
            *("OCEANIA", "Port Kembla"),
        ),
        ("JP", "Japan", "JP", "Asia, Pacific and Africa", "overseas", "ASIA", "Yokohama"),
    ),
    *_rows(
        ASSUMED,
        f"assumption: rest of Asia and Africa with the Middle East, {_REST}",
        _MARKET,
        (
            *("AAF", "rest of Asia and Africa", "AE", "Asia, Pacific and Africa", "overseas"),
            *("ASIA", "Jebel Ali"),
        ),
    ),
    *_rows(
        ASSUMED,
        f"assumption: South America without Colombia, {_REST}",
        _MARKET,
        ("SAM", "South America", "BR", "Latin America", "overseas", "LATAM", "Santos"),
    ),
    *_rows(
        REPORTED,
        f"destination of the first Grand Koleos {S['wowtv202505']}; port and lane: assumption",
        _MARKET,
        ("MX", "Mexico", "MX", "Latin America", "overseas", "LATAM", "Lazaro Cardenas"),
        ("CO", "Colombia", "CO", "Latin America", "overseas", "LATAM", "Buenaventura"),
    ),
    *_rows(
        REPORTED,
        f"North America {S['automotiveworld']}; port and lane: assumption",
        _MARKET,
        ("CA", "Canada", "CA", "North America", "overseas", "NAM-WEST", "Vancouver"),
        ("US", "United States", "US", "North America", "overseas", "NAM-WEST", "Portland"),
    ),
]

_TARIFF = "origin destination powertrain start percent"
TARIFFS = [
    *_rows(
        REPORTED,
        f"KORUS: 2.5 % to year 5, then 0 {S['paperzz']}; date: general knowledge",
        _TARIFF,
        ("KR", "US", "all", "2016-01-01", 0),
    ),
    *_rows(
        REPORTED,
        f"section 232 {S['asiae_tariff']}",
        _TARIFF,
        ("KR", "US", "all", "2025-04-03", 25),
    ),
    *_rows(
        REPORTED,
        f"all-in, retroactive {S['ghy']}; a return to 25 % was announced on 2026-01-26 "
        f"{S['reportify']}, but 15 % was still in force on 2026-02-21 {S['asiae_tariff']}",
        _TARIFF,
        ("KR", "US", "all", "2025-11-01", 15),
    ),
    *_rows(
        REPORTED,
        f"CKFTA: 0 two years after 2015 {S['businesskorea']}; date: general knowledge",
        _TARIFF,
        ("KR", "CA", "all", "2017-01-01", 0),
    ),
    *_rows(
        ASSUMED,
        "general knowledge: 0 % between Korea and the EU since 2016-07",
        _TARIFF,
        *(("KR", country, "all", "2016-07-01", 0) for country in ("FR", "DE", "ES", "IT", "BE")),
    ),
    *_rows(
        ASSUMED,
        "assumption: 0 % between Korea and the United Kingdom",
        _TARIFF,
        ("KR", "GB", "all", "2021-01-01", 0),
    ),
]


def _per_ceu(dollars: float, year: int) -> float:
    """Return freight per CEU in million won, rounded to a thousand won."""
    return round(dollars * WON_PER_DOLLAR[year] / 1e6, 3)


# Freight to Europe: the middle of the assumed ranges 1,000-1,600 and 700-1,000 dollars per CEU.
_EUROPE = {"2022-01": _per_ceu(1300, 2022), "2025-07": _per_ceu(850, 2025)}
_SHARES = {"OCEANIA": 0.7, "ASIA": 0.4, "LATAM": 0.9, "NAM-WEST": 0.6}
_TRANSIT = {"OCEANIA": 20, "ASIA": 22, "LATAM": 19, "NAM-WEST": 14}
XM3_CEU = 4.570 * 1.820 / CEU_AREA
CARS_PER_BOX = 3


def _boxes(per_ceu: float) -> float:
    """Return the freight of a 40 ft box: three XM3, each 10 % cheaper than on a car carrier."""
    return round(CARS_PER_BOX * 0.9 * XM3_CEU * per_ceu, 3)


_FREIGHT = "lane mode start cost per cars_per_box transit"
_RATE_NOTE = "assumption: dollars per CEU 1,000-1,600 (2022-24), 700-1,000 (late 2025)"
FREIGHT = [
    *_rows(
        ASSUMED,
        "assumption: road carriage at home, or to the dealer",
        _FREIGHT,
        ("domestic", "road", "2022-01", 0.15, "car", "", ""),
    ),
    *_rows(
        ASSUMED,
        f"{_RATE_NOTE}, middle of the range, 1,300 won (2022) and 1,400 won (2025) per dollar; "
        f"transit 42 days {S['autocast']}, 12 more round the Cape from January 2024: assumption",
        _FREIGHT,
        *(
            (lane, "vessel", start, cost, "ceu", "", transit)
            for lane in ("EU-NORTH", "EU-MED")
            for start, cost, transit in (
                ("2022-01", _EUROPE["2022-01"], 42),
                ("2024-01", _EUROPE["2022-01"], 54),
                ("2025-07", _EUROPE["2025-07"], 54),
            )
        ),
    ),
    *_rows(
        ASSUMED,
        f"{_RATE_NOTE}; this lane as a share of Europe (USWC 60 %, USEC 90 %; others here 90, 70, "
        "40 %): assumption; transit: assumption",
        _FREIGHT,
        *(
            (lane, "vessel", start, round(cost * share, 3), "ceu", "", _TRANSIT[lane])
            for lane, share in _SHARES.items()
            for start, cost in _EUROPE.items()
        ),
    ),
    *_rows(
        DERIVED,
        f"3 cars per 40 ft box {S['inews24']}, 10 % cheaper than a car carrier {S['autocast']}; "
        "the car carrier's rate is an assumption",
        _FREIGHT,
        *(
            (lane, "container", start, _boxes(cost), "box", CARS_PER_BOX, transit)
            for lane in ("EU-NORTH", "EU-MED")
            for start, cost, transit in (
                ("2023-04", _EUROPE["2022-01"], 42),
                ("2024-01", _EUROPE["2022-01"], 54),
                ("2025-07", _EUROPE["2025-07"], 54),
            )
        ),
    ),
]

YARD = _rows(
    ASSUMED,
    "assumption: plant and port yards together; the port is 10 km away",
    "yard start capacity",
    ("Busan", "2022-01", 12000),
)

_START = "assumption: stock on 2022-01-01 is not known; 0 lets the cars made in 2022 equal those asked"
OPENING_STOCK = _rows(
    ASSUMED,
    _START,
    "item units",
    *((model, 0) for model in ("XM3-ICE", "XM3-HEV", "QM6", "SM6", "Twizy")),
)
OPENING_BACKLOG = _rows(
    ASSUMED,
    "assumption: nothing late on 2022-01-01",
    "model market units",
    ("XM3-ICE", "FR", 0),
)

# Net prices in M KRW: at home, in export.
PRICE = {
    "XM3-ICE": (21.8, 20.5),
    "XM3-HEV": (25.6, 24.0),
    "QM6": (26.5, 24.5),
    "SM6": (26.0, 24.0),
    "Twizy": (9.0, 9.0),
    "GKOLEOS-ICE": (33.1, 30.0),
    "GKOLEOS-HEV": (36.0, 33.0),
}
LOST_PENALTY = 2.0
LATE_PENALTY = {"domestic": 0.5, "overseas": 0.4}
