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
        f"markets of the G-Class {S['jesmb']}; by road: assumption",
        _MARKET,
        ("AT", "Austria", "AT", "Europe", "domestic", "", ""),
        ("DE", "Germany", "DE", "Europe", "domestic", "", ""),
        ("IT", "Italy", "IT", "Europe", "domestic", "", ""),
        ("FR", "France", "FR", "Europe", "domestic", "", ""),
    ),
    *rows(
        ASSUMED,
        "assumption: rest of Europe, stands for a region: country and way are assumptions",
        _MARKET,
        ("EUR", "rest of Europe", "NL", "Europe", "domestic", "", ""),
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

_CONTRACT = "contract brand models start end per least most fee short_penalty"
_FIRST, _LAST = "2023-01", "2023-12"
CONTRACTS = [
    *rows(
        ASSUMED,
        f"contract to 2029 and 45,000 cars in 2023 {S['jesmb']}; corridor, fee and penalty: "
        "assumption",
        _CONTRACT,
        ("G-Class", "Mercedes-Benz", "", _FIRST, _LAST, "total", 43_000, 47_000, 1.5, 4.0),
    ),
    *rows(
        ASSUMED,
        f"5 Series for its whole cycle {S['steyr']}; corridors, fees and penalties: assumption",
        _CONTRACT,
        ("5 Series", "BMW", "530i;530e", _FIRST, _LAST, "total", 20_000, 30_000, 1.0, 3.0),
        ("Z4", "BMW", "Z4", _FIRST, _LAST, "total", 6_000, 10_000, 1.2, 3.0),
        ("Supra", "Toyota", "", _FIRST, _LAST, "total", 5_000, 7_500, 1.2, 3.0),
        ("Jaguar", "Jaguar", "", _FIRST, _LAST, "quarter", 1_000, 8_000, 1.2, 3.0),
    ),
    *rows(
        ASSUMED,
        f"42,400 cars were planned {S['orf2022']}, {OCEAN['year']:,} built {S['pledge']}; corridor "
        "as cut in autumn, fee and penalty: assumption",
        _CONTRACT,
        ("Ocean", "Fisker", "", _FIRST, _LAST, "total", 10_000, 13_000, 1.5, 5.0),
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

CALLS = {"UK": 4, "AMERICA": 4, "EAST": 4}
_COST = {"UK": 0.35, "AMERICA": 0.75, "EAST": 0.85}
_TRANSIT = {"UK": 3, "AMERICA": 16, "EAST": 32}
FREIGHT = [
    *rows(
        ASSUMED,
        "assumption: a lorry of eight cars, the mean of the European markets",
        "lane mode start cost per transit",
        ("domestic", "road", "2023-01", 0.3, "car", ""),
    ),
    *rows(
        ASSUMED,
        "assumption: with the way to the port",
        "lane mode start cost per transit",
        *((lane, "vessel", "2023-01", cost, "ceu", _TRANSIT[lane]) for lane, cost in _COST.items()),
    ),
]

HEADROOM = 1.2


def sailing_rows(asked: list[Row], ceu: dict[str, float]) -> list[Row]:
    """Return the table ``sailings``: a fifth more than the lane's fullest month needs."""
    lanes = {row["market"]: row["lane"] for row in MARKETS if row["lane"]}
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
