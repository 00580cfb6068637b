"""Markets, prices, duties, freight and yard of the Busan hub. Amounts are in million won."""

from __future__ import annotations

from figures import S
from tables import ASSUMED, DERIVED, REPORTED, rows

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


_REST = "stands for a region: country, port and lane are assumptions"
_MARKET = "market name country region route lane port"
MARKETS = [
    *rows(
        REPORTED,
        S["daum2022"],
        _MARKET,
        ("KR", "Korea", "KR", "Korea", "domestic", "", ""),
    ),
    *rows(
        REPORTED,
        f"destination {S['chosun']}; Le Havre {S['autocast']}; other ports and lanes: assumption",
        _MARKET,
        ("FR", "France", "FR", "Europe", "overseas", "EU-NORTH", "Le Havre"),
        ("GB", "United Kingdom", "GB", "Europe", "overseas", "EU-NORTH", "Southampton"),
        ("DE", "Germany", "DE", "Europe", "overseas", "EU-NORTH", "Bremerhaven"),
        ("ES", "Spain", "ES", "Europe", "overseas", "EU-MED", "Barcelona"),
        ("IT", "Italy", "IT", "Europe", "overseas", "EU-MED", "Livorno"),
    ),
    *rows(
        ASSUMED,
        f"assumption: rest of Europe, {_REST}",
        _MARKET,
        ("EUR", "rest of Europe", "BE", "Europe", "overseas", "EU-NORTH", "Zeebrugge"),
    ),
    *rows(
        REPORTED,
        f"destination {S['chosun']}; port and lane: assumption",
        _MARKET,
        (
            *("AU", "Australia", "AU", "Asia, Pacific and Africa", "overseas"),
            *("OCEANIA", "Port Kembla"),
        ),
        ("JP", "Japan", "JP", "Asia, Pacific and Africa", "overseas", "ASIA", "Yokohama"),
    ),
    *rows(
        ASSUMED,
        f"assumption: rest of Asia and Africa with the Middle East, {_REST}",
        _MARKET,
        (
            *("AAF", "rest of Asia and Africa", "AE", "Asia, Pacific and Africa", "overseas"),
            *("ASIA", "Jebel Ali"),
        ),
    ),
    *rows(
        ASSUMED,
        f"assumption: South America without Colombia, {_REST}",
        _MARKET,
        ("SAM", "South America", "BR", "Latin America", "overseas", "LATAM", "Santos"),
    ),
    *rows(
        REPORTED,
        f"destination of the first Grand Koleos {S['wowtv202505']}; port and lane: assumption",
        _MARKET,
        ("MX", "Mexico", "MX", "Latin America", "overseas", "LATAM", "Lazaro Cardenas"),
        ("CO", "Colombia", "CO", "Latin America", "overseas", "LATAM", "Buenaventura"),
    ),
    *rows(
        REPORTED,
        f"North America {S['automotiveworld']}; port and lane: assumption",
        _MARKET,
        ("CA", "Canada", "CA", "North America", "overseas", "NAM-WEST", "Vancouver"),
        ("US", "United States", "US", "North America", "overseas", "NAM-WEST", "Portland"),
    ),
]

_TARIFF = "origin destination powertrain start percent published"
TARIFFS = [
    *rows(
        REPORTED,
        f"KORUS: 2.5 % to year 5, then 0 {S['paperzz']}; date: general knowledge",
        _TARIFF,
        ("KR", "US", "all", "2016-01-01", 0, ""),
    ),
    *rows(
        REPORTED,
        f"section 232 {S['asiae_tariff']}",
        _TARIFF,
        ("KR", "US", "all", "2025-04-03", 25, ""),
    ),
    *rows(
        REPORTED,
        f"all-in, retroactive, published 2025-12-04 {S['ghy']}; a return to 25 % was announced on "
        "2026-01-26 "
        f"{S['reportify']}, but 15 % was still in force on 2026-02-21 {S['asiae_tariff']}",
        _TARIFF,
        ("KR", "US", "all", "2025-11-01", 15, "2025-12-04"),
    ),
    *rows(
        REPORTED,
        f"CKFTA: 0 two years after 2015 {S['businesskorea']}; date: general knowledge",
        _TARIFF,
        ("KR", "CA", "all", "2017-01-01", 0, ""),
    ),
    *rows(
        ASSUMED,
        "general knowledge: 0 % between Korea and the EU since 2016-07",
        _TARIFF,
        *(
            ("KR", country, "all", "2016-07-01", 0, "")
            for country in ("FR", "DE", "ES", "IT", "BE")
        ),
    ),
    *rows(
        ASSUMED,
        "assumption: 0 % between Korea and the United Kingdom",
        _TARIFF,
        ("KR", "GB", "all", "2021-01-01", 0, ""),
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
    *rows(
        ASSUMED,
        "assumption: road carriage at home, or to the dealer",
        _FREIGHT,
        ("domestic", "road", "2022-01", 0.15, "car", "", ""),
    ),
    *rows(
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
    *rows(
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
    *rows(
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

YARD = rows(
    ASSUMED,
    "assumption: plant and port yards together; the port is 10 km away",
    "yard start capacity",
    ("Busan", "2022-01", 12000),
)

_START = (
    "assumption: stock on 2022-01-01 is not known; 0 lets the cars made in 2022 equal those asked"
)
OPENING_STOCK = rows(
    ASSUMED,
    _START,
    "item units",
    *((model, 0) for model in ("XM3-ICE", "XM3-HEV", "QM6", "SM6", "Twizy")),
)
OPENING_BACKLOG = rows(
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
LOST_PENALTY = 3.0
LATE_PENALTY = {"domestic": 1.2, "overseas": 1.0}
