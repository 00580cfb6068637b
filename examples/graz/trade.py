"""Settings, markets, contracts, prices, duties, freight and yard of the Graz hub (k EUR)."""

from __future__ import annotations

import math

from figures import OCEAN, S
from tables import ASSUMED, Row, rows

SETTINGS = {
    "name": "Graz (Magna Steyr)",
    "country": "AT",
    "currency": "k EUR",
    "start": "2023-01",
    "end": "2023-12",
    "weekend": "sat;sun",
    "public_holidays": True,
    "ceu_area": 6.39375,
    "stow_gap": 100,
    "source": "RT43 size 4.125 m x 1.55 m: general knowledge; stow gap: assumption; "
    "holidays: package holidays, country AT",
    "basis": ASSUMED,
}

_MARKET = "market name country region route lane port"
MARKETS = [
    *rows(
        ASSUMED,
        f"Germany is a main market of the G-Class {S['jesmb']}; ways: assumption",
        _MARKET,
        ("AT", "Austria", "AT", "Europe", "domestic", "", ""),
        ("DE", "Germany", "DE", "Europe", "overland", "NORTH", ""),
        ("IT", "Italy", "IT", "Europe", "overland", "SOUTH", ""),
        ("FR", "France", "FR", "Europe", "overland", "SOUTH", ""),
    ),
    *rows(
        ASSUMED,
        "assumption: rest of Europe, stands for a region: country and way are assumptions",
        _MARKET,
        ("EUR", "rest of Europe", "NL", "Europe", "overland", "NORTH", ""),
    ),
    *rows(
        ASSUMED,
        f"Jaguars and Oceans go to Britain and America {S['presse2019']}, {S['ecomento']}; by "
        "train to Bremerhaven and on by sea, port: assumption",
        _MARKET,
        ("GB", "United Kingdom", "GB", "Europe", "overseas", "UK", "Immingham"),
        ("US", "United States", "US", "America", "overseas", "AMERICA", "Baltimore"),
    ),
    *rows(
        ASSUMED,
        f"Koper ships cars from Graz to Asia and the Mediterranean {S['koper']}; ports: assumption",
        _MARKET,
        ("AE", "Gulf states", "AE", "Asia", "overseas", "EAST", "Jebel Ali"),
        ("CN", "China", "CN", "Asia", "overseas", "EAST", "Shanghai"),
        ("JP", "Japan", "JP", "Asia", "overseas", "EAST", "Yokohama"),
    ),
]

PRICE = {
    "G63": 74.0,
    "G400d": 60.0,
    "530i": 36.0,
    "530e": 40.0,
    "Z4": 36.0,
    "SUPRA": 38.0,
    "E-PACE": 30.0,
    "I-PACE": 48.0,
    "OCEAN": 40.0,
}
"""Paid per car, so that a car of the mix brings about what the plant's sales of 2023 do: 4.34
billion dollars for 83,700 cars in nine months (kleine2024)."""

LOST_PENALTY, LATE_PENALTY = 12.0, 4.0

_CONTRACT = "contract brand models start end per least most fee short_penalty currency"
_FIRST, _LAST = "2023-01", "2023-12"
CONTRACTS = [
    *rows(
        ASSUMED,
        f"contract to 2029 and 45,000 cars in 2023 {S['jesmb']}; corridor, fee and penalty: "
        "assumption",
        _CONTRACT,
        ("G-Class", "Mercedes-Benz", "", _FIRST, _LAST, "total", 43_000, 47_000, 1.5, 4.0, ""),
    ),
    *rows(
        ASSUMED,
        f"5 Series for its whole cycle {S['steyr']}; corridors, fees and penalties: assumption",
        _CONTRACT,
        ("5 Series", "BMW", "530i;530e", _FIRST, _LAST, "total", 20_000, 30_000, 1.0, 3.0, ""),
        ("Z4", "BMW", "Z4", _FIRST, _LAST, "total", 6_000, 10_000, 1.2, 3.0, ""),
        ("Supra", "Toyota", "", _FIRST, _LAST, "total", 5_000, 7_500, 1.2, 3.0, ""),
    ),
    *rows(
        ASSUMED,
        "assumption: corridor by quarter, fee and penalty in pounds",
        _CONTRACT,
        ("Jaguar", "Jaguar", "", _FIRST, _LAST, "quarter", 1_000, 8_000, 1_050, 2_600, "GBP"),
    ),
    *rows(
        ASSUMED,
        f"42,400 cars were planned {S['orf2022']}, {OCEAN['year']:,} built {S['pledge']}; corridor "
        "as cut in autumn, fee and penalty: assumption",
        _CONTRACT,
        ("Ocean", "Fisker", "", _FIRST, _LAST, "total", 10_000, 13_000, 1.5, 5.0, ""),
    ),
]

TARIFFS = rows(
    ASSUMED,
    "general knowledge: duties on cars from the European Union in 2023; none to Britain and Japan",
    "origin destination powertrain start percent",
    ("AT", "US", "all", "2018-01-01", 2.5),
    ("AT", "CN", "all", "2018-07-01", 15),
    ("AT", "JP", "all", "2019-02-01", 0),
    ("AT", "GB", "all", "2021-01-01", 0),
    ("AT", "AE", "all", "2018-01-01", 5),
)

CURRENCIES = rows(
    ASSUMED,
    "general knowledge: dollars and pounds for a euro, about the quarters' means of 2023",
    "currency start rate",
    *(
        (currency, f"2023-{3 * quarter + 1:02d}-01", round(1 / (1000 * per_euro), 8))
        for currency, means in (
            ("USD", (1.073, 1.089, 1.088, 1.076)),
            ("GBP", (0.883, 0.869, 0.860, 0.867)),
        )
        for quarter, per_euro in enumerate(means)
    ),
)

CALLS = {"UK": 4, "AMERICA": 4, "EAST": 4}
_FREIGHT = "lane mode to start cost per transit currency"
FREIGHT = [
    *rows(
        ASSUMED,
        "assumption: lorries of eight cars",
        _FREIGHT,
        ("domestic", "road", "all", "2023-01", 0.12, "car", "", ""),
        ("NORTH", "road", "all", "2023-01", 0.42, "car", 3, ""),
        ("NORTH", "road", "DE", "2023-01", 0.34, "car", 2, ""),
        ("SOUTH", "road", "all", "2023-01", 0.26, "car", 2, ""),
        ("SOUTH", "road", "FR", "2023-01", 0.4, "car", 3, ""),
    ),
    *rows(
        ASSUMED,
        "assumption: trains cost less than lorries, with the last leg to the dealer",
        _FREIGHT,
        ("NORTH", "rail", "all", "2023-01", 0.3, "car", 4, ""),
        ("SOUTH", "rail", "all", "2023-01", 0.24, "car", 4, ""),
    ),
    *rows(
        ASSUMED,
        "assumption: with the way to the port; paid in dollars on lanes overseas",
        _FREIGHT,
        ("UK", "vessel", "all", "2023-01", 0.35, "ceu", 3, ""),
        ("AMERICA", "vessel", "all", "2023-01", 800, "ceu", 16, "USD"),
        ("EAST", "vessel", "all", "2023-01", 920, "ceu", 32, "USD"),
    ),
]

TRAIN, LORRY = 240, 8
DEPARTURES = [
    *rows(
        ASSUMED,
        f"{TRAIN} cars on a train: 1,440 cars on six trains a week from Hungary to Bremerhaven "
        f"{S['rail']}; that trains run from Graz, and how many: assumption",
        "lane mode month departures cars",
        *(("NORTH", "rail", f"2023-{month:02d}", 12, TRAIN) for month in range(1, 13)),
        *(("SOUTH", "rail", f"2023-{month:02d}", 2, TRAIN) for month in range(1, 13)),
    ),
    *rows(
        ASSUMED,
        "assumption: lorries that can be had in a month",
        "lane mode month departures cars",
        *(("NORTH", "road", f"2023-{month:02d}", 450, LORRY) for month in range(1, 13)),
    ),
]

HEADROOM = 1.2


def sailing_rows(asked: list[Row], ceu: dict[str, float]) -> list[Row]:
    """Return the table ``sailings``: a fifth more than the lane's fullest month needs."""
    lanes = {row["market"]: row["lane"] for row in MARKETS if row["lane"] in CALLS}
    need: dict[tuple[str, str], float] = {}
    for row in asked:
        if row["market"] in lanes:
            key = (lanes[row["market"]], row["month"])
            need[key] = need.get(key, 0.0) + row["units"] * ceu[row["model"]]
    return rows(
        ASSUMED,
        "assumption: 20 % more than the lane's fullest month needs",
        "lane month calls ceu",
        *(
            (
                *(lane, f"2023-{month:02d}", calls),
                math.ceil(HEADROOM * max(n for (one, _), n in need.items() if one == lane)),
            )
            for lane, calls in CALLS.items()
            for month in range(1, 13)
        ),
    )


YARD = rows(
    ASSUMED,
    "assumption: yard of the plant and its share of the yards at the ports",
    "yard start capacity",
    ("Graz", "2023-01", 6000),
)
OPENING_STOCK = rows(
    ASSUMED,
    "assumption: stock on 2023-01-01 is not known; 0 lets the cars made equal those asked",
    "item units",
    *((model, 0) for model in PRICE),
)
