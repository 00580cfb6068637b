"""The way of Busan's cars to the sea: ports, calls, decks, yard, trucks, containers.

Little of it is published. What is stands in the rows' sources; the rest is assumed, such that the
room of a voyage is that of table ``sailings``.
"""

from __future__ import annotations

import datetime as dt

from figures import S
from ordering import YEAR
from tables import ASSUMED, DERIVED, REPORTED, Row, rows
from trade import CARS_PER_BOX, CEU_AREA

PORT, SHIP, SHIP_CEU = "Busan New Port", "PCTC 6100", 6100
HUAL = (
    "6,100 cars on 8 fixed and 4 hoistable decks https://www.schiffundhafen.de/nachrichten/"
    "schifffahrt/detail/hual-zwei-weitere-pctcs-in-koreabestellt.html (2004)"
)
NOTE = "assumption: no figure is published"
STORAGE = (
    "assumption: 5-7 days free, then 1,000-3,000 won a car and day; hours: assumption; export pier "
    f"since December 2007 {S['ksg']}"
)
FREE_DAYS, STORAGE_COST = 7, 0.002

_PORT = "port role country time_zone opens closes free_days storage_cost"
PORTS = [
    *rows(
        ASSUMED,
        STORAGE,
        _PORT,
        (PORT, "loading", "KR", "Asia/Seoul", "08:00", "20:00", FREE_DAYS, STORAGE_COST),
    ),
    *rows(
        ASSUMED,
        f"Le Havre {S['autocast']}; hours, free days and storage: {NOTE}",
        _PORT,
        ("Le Havre", "discharge", "FR", "Europe/Paris", "06:00", "22:00", 5, 0.006),
    ),
    *rows(
        ASSUMED,
        f"{NOTE}; port, hours, free days and storage are assumptions",
        _PORT,
        *(
            (port, "discharge", country, zone, "06:00", "22:00", 5, 0.006)
            for port, country, zone in (
                ("Zeebrugge", "BE", "Europe/Brussels"),
                ("Southampton", "GB", "Europe/London"),
                ("Bremerhaven", "DE", "Europe/Berlin"),
                ("Barcelona", "ES", "Europe/Madrid"),
                ("Livorno", "IT", "Europe/Rome"),
                ("Yokohama", "JP", "Asia/Tokyo"),
                ("Jebel Ali", "AE", "Asia/Dubai"),
                ("Port Kembla", "AU", "Australia/Sydney"),
                ("Lazaro Cardenas", "MX", "America/Mexico_City"),
                ("Buenaventura", "CO", "America/Bogota"),
                ("Santos", "BR", "America/Sao_Paulo"),
                ("Vancouver", "CA", "America/Vancouver"),
                ("Portland", "US", "America/Los_Angeles"),
            )
        ),
    ),
]

# Days from departure to each port; to Europe round the Cape.
CALLS = {
    "EU-NORTH": {"Le Havre": 54, "Zeebrugge": 56, "Southampton": 58, "Bremerhaven": 60},
    "EU-MED": {"Barcelona": 54, "Livorno": 56},
    "OCEANIA": {"Port Kembla": 20},
    "ASIA": {"Yokohama": 3, "Jebel Ali": 22},
    "LATAM": {"Lazaro Cardenas": 19, "Buenaventura": 24, "Santos": 45},
    "NAM-WEST": {"Vancouver": 14, "Portland": 17},
}


def with_ships(vessels: list[Row]) -> list[Row]:
    """Return the vessels with port of loading, ship and the hub's share of its decks."""
    ship = {"port": PORT, "ship": SHIP}
    return [
        {
            **{name: row[name] for name in ("vessel", "lane", "cutoff", "etd", "ceu")},
            **ship,
            "deck_share": round(row["ceu"] / SHIP_CEU, 4),
            "source": f"{row['source']}; ship, and this part of each of its decks: assumption",
            "basis": row["basis"],
        }
        for row in vessels
    ]


def port_calls(vessels: list[Row]) -> list[Row]:
    """Return the calls of every voyage."""
    found: list[Row] = []
    for vessel in vessels:
        etd = dt.date.fromisoformat(vessel["etd"])
        found += rows(
            ASSUMED,
            "assumption: ports in this order; days at sea as in table freight (42 to Le Havre "
            f"{S['autocast']} and 12 more round the Cape), then 2 to 21 days from port to port",
            "vessel call port arrival",
            *(
                (vessel["vessel"], call, port, (etd + dt.timedelta(days=days)).isoformat())
                for call, (port, days) in enumerate(CALLS[vessel["lane"]].items(), 1)
            ),
        )
    return found


SPACE_SHARES = rows(
    ASSUMED,
    f"{NOTE}; Polestar, whose cars the lane is sailed for, holds three quarters of its room until "
    "a week before the cut-off",
    "brand lane share release_days",
    ("Polestar", "NAM-WEST", 0.75, 7),
)

DECK_AREA = int(SHIP_CEU * CEU_AREA / 12)
LOW, CAR, HIGH = 1700, 2050, 3750
_DECK = (
    "ship deck position area height load load_per_area entered_from ramp_height ramp_width "
    "ramp_load lanes midship above_keel"
)
LANES = 14
KEEL, APART = 2.5, 2.45


def _deck(
    deck: int, position: str, height: int, load_per_area: int, area: int = DECK_AREA
) -> tuple[object, ...]:
    entered = "shore" if deck == 4 else str(deck + 1 if deck < 4 else deck - 1)
    high = 5000 if deck == 4 else HIGH
    return (
        *(SHIP, deck, position, area, height, DECK_AREA * load_per_area, load_per_area),
        *(entered, high, 6500 if deck == 4 else 3500, 150000 if deck == 4 else 20000),
        *(LANES, 0, round(KEEL + APART * (deck - 1), 2)),
    )


_DECKS = (
    f"{HUAL}; 12 equal decks that hold {SHIP_CEU:,} RT43 units of {CEU_AREA} m2: derived; heights, "
    "loads, ramps, which decks move, lanes across 32 m, and where in the ship: assumption"
)
DECKS = [
    *rows(
        ASSUMED,
        _DECKS,
        _DECK,
        *(_deck(deck, "fixed", CAR, 350) for deck in (1, 2, 3, 12)),
        *(
            row
            for lower in (4, 6, 8, 10)
            for row in (
                _deck(lower, f"{lower + 1} raised", CAR, 500),
                _deck(lower, f"{lower + 1} lowered", LOW, 500),
                _deck(lower, f"{lower + 1} stowed", HIGH, 500),
                _deck(lower + 1, f"{lower + 1} raised", LOW, 250),
                _deck(lower + 1, f"{lower + 1} lowered", CAR, 250),
                _deck(lower + 1, f"{lower + 1} stowed", LOW, 250, 0),
            )
        ),
    )
]

SHIPS = rows(
    ASSUMED,
    f"{NOTE}; a ship of 190 by 32 by 9 m, block coefficient 0.55, that lies half a metre by the "
    "stern without the hub's cars; other shippers' cars within her weight",
    "ship weight midship above_keel buoyancy trim_moment least_trim largest_trim highest_centre",
    (SHIP, 31000, -4.6, 13.5, -4, 408, 0, 1.5, 14.5),
)

YARD_AREAS = rows(
    ASSUMED,
    "assumption: the 12,000 places of table yard; the port is 10 km away",
    "area port purpose rows places open_ends largest_length largest_width",
    ("plant export A", "", "export", 100, 20, 2, 5000, 2100),
    ("plant export B", "", "export", 250, 20, 1, 5000, 2100),
    ("plant home", "", "domestic", 150, 20, 1, 5000, 2100),
    ("port export", PORT, "export", 90, 20, 2, 5000, 2100),
    ("port containers", PORT, "container", 20, 10, 1, 5000, 2100),
)

PORT_WAY = rows(
    DERIVED,
    "10 km and 10 minutes http://autodesignaward.dailycar.co.kr/html/news/?autoId=48637 "
    "(2023-05-19); trucks, their hours, 30 minutes for gate and hand-over, and cost: assumption",
    "port mode hour cars cars_per_truck minutes cost",
    *((PORT, "trucked", hour, 60, 5, 40, 0.02) for hour in range(8, 20)),
)

_BOX = (
    f"25 boxes a day and 20 minutes each {S['inews24']}, 17 for one lane and 8 for the other: "
    "assumption; 7 days in port http://autodesignaward.dailycar.co.kr/html/news/?autoId=48637 "
    f"(2023-05-19); price as in table freight; days at sea {S['autocast']}, 12 more round the Cape"
)
_NONE = "none since June 2023, as in table sailings: assumption; other figures as before"


def containers(freight: list[Row]) -> list[Row]:
    """Return the containers to Europe: in April and May 2023, and none since."""
    found = []
    for row in freight:
        if row["mode"] != "container":
            continue
        for start in (row["start"], *(("2023-06",) if row["start"] == "2023-04" else ())):
            used = start < "2023-06"
            boxes = {"EU-NORTH": 17, "EU-MED": 8}[row["lane"]] if used else 0
            found += rows(
                DERIVED if used else ASSUMED,
                _BOX if used else _NONE,
                "lane start boxes minutes cost wait transit",
                (row["lane"], start, boxes, 20, row["cost"], 7, row["transit"]),
            )
    return found


BOX_CARS = [
    *rows(
        REPORTED,
        f"3 XM3 in a 40 ft box {S['inews24']}",
        "model cars",
        *((model, CARS_PER_BOX) for model in ("XM3-ICE", "XM3-HEV")),
    ),
    *rows(
        ASSUMED,
        f"{NOTE}; two of the longer cars in a box of 12 m",
        "model cars",
        *((model, 2) for model in ("QM6", "SM6", "GKOLEOS-ICE", "GKOLEOS-HEV", "PS4")),
    ),
]

LEAD_TIMES = rows(
    ASSUMED,
    f"{NOTE}; the days at sea of the lane to the port, and a week",
    "market start days",
    *(
        (market, f"{YEAR}-01", days + 7)
        for market, days in (
            ("FR", 54),
            ("EUR", 56),
            ("GB", 58),
            ("DE", 60),
            ("ES", 54),
            ("IT", 56),
            ("AU", 20),
            ("JP", 3),
            ("AAF", 22),
            ("MX", 19),
            ("CO", 24),
            ("SAM", 45),
            ("CA", 14),
            ("US", 17),
        )
    ),
)

PORT_STOCK = rows(
    ASSUMED,
    f"{NOTE}; cars of the last week of February that wait for the first vessels of March",
    "date model market since wanted units",
    *(
        (f"{YEAR}-03-01", model, market, f"{YEAR}-02-26", wanted, units)
        for model, market, wanted, units in (
            ("XM3-HEV", "FR", f"{YEAR}-03-06", 60),
            ("XM3-ICE", "GB", f"{YEAR}-03-06", 25),
            ("XM3-HEV", "ES", f"{YEAR}-03-10", 35),
            ("QM6", "AU", f"{YEAR}-03-10", 8),
            ("GKOLEOS-HEV", "MX", f"{YEAR}-03-10", 12),
        )
    ),
)
