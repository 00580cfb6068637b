"""Lines, shops, people, shift patterns and calendar of the Graz hub. Amounts: thousand euros."""

from __future__ import annotations

from figures import CAPACITY, ONE_SHIFT_PEOPLE, S
from tables import ASSUMED, REPORTED, Row, rows

GROUP_NOTE = "assumption: two shifts before 2023 in every part of the plant"
LINES = ("off-road", "road", "suv")
GROUPS = [
    *rows(
        ASSUMED,
        GROUP_NOTE,
        "group opening_pattern months_kept",
        ("off-road", "two-shift", 99),
        ("road", "two-shift", 99),
    ),
    *rows(
        ASSUMED,
        "assumption: one shift on the line of the two Jaguars, whose volume had fallen "
        f"({S['kleine2022']})",
        "group opening_pattern months_kept",
        ("suv", "one-shift", 99),
    ),
    *rows(
        REPORTED,
        f"three shifts in the paint shop {S['paint2010']}; kept since: assumption",
        "group opening_pattern months_kept",
        ("paint", "three-shift", 99),
    ),
]

RATES = {"off-road": (15, 13), "road": (20, 19), "suv": (16, 13)}
"""Cars an hour of each line, installed and manned, such that they bear the volumes of 2023."""

_RATE_NOTE = (
    f"installed year: assumed parts of the {CAPACITY:,} cars of the plant {S['nachrichten']}; "
    "rates: assumption, net rates that bear the volumes of 2023"
)
_YEAR = {"off-road": 55_000, "road": 80_000, "suv": 65_000}
_SHOP = "shop kind group unit installed_rate manned_rate availability installed_year"
SHOPS = [
    *rows(
        ASSUMED,
        f"a body shop of each line (the I-Pace's aluminium bodies in a hall of their own "
        f"{S['presse2019']}), a tenth above its assembly; {_RATE_NOTE}",
        _SHOP,
        *(
            (
                *(f"body {line}", "body", line, "car", round(RATES[line][0] * 1.1, 1)),
                *(round(RATES[line][1] * 1.1, 1), 1.0, _YEAR[line]),
            )
            for line in LINES
        ),
    ),
    *rows(
        ASSUMED,
        f"two paint lines were made one {S['paint2010']}; which lines pass it: assumption; "
        f"{_RATE_NOTE}",
        _SHOP,
        ("paint Graz", "paint", "paint", "car", 30, 25, 0.96, 135_000),
    ),
    *rows(
        ASSUMED,
        f"second paint shop at Hoče, 75 km away {S['hoce']}, at work again since November 2022 "
        f"{S['hoce2022']}; which line passes it: assumption; {_RATE_NOTE}",
        _SHOP,
        ("paint Hoče", "paint", "suv", "car", 18, 15, 0.96, 65_000),
    ),
    *rows(
        ASSUMED,
        f"Z4 and Supra share a line {S['stern']}, E-Pace and I-Pace too {S['autocar']}, the "
        f"G-Class has its own; 5 Series and Ocean beside them: assumption; {_RATE_NOTE}",
        _SHOP,
        *(
            (f"assembly {line}", "assembly", line, "car", *RATES[line], 1.0, _YEAR[line])
            for line in LINES
        ),
    ),
]

SHOPS += rows(
    ASSUMED,
    "assumption: packs of electric cars are put together at the plant, in the line suv's hours",
    _SHOP,
    ("packs", "battery", "suv", "pack", 20, 19, 0.95, 75_000),
)

_MODELS = {
    "off-road": ("G63", "G400d"),
    "road": ("530i", "530e", "Z4", "SUPRA"),
    "suv": ("E-PACE", "I-PACE", "OCEAN"),
}
PAINT = {"off-road": "paint Graz", "road": "paint Graz", "suv": "paint Hoče"}
LOADS = [
    *rows(
        ASSUMED,
        "assumption: one unit of capacity per car",
        "item shop load",
        *(
            (model, shop, 1.0)
            for line, models in _MODELS.items()
            for model in models
            for shop in (f"body {line}", PAINT[line], f"assembly {line}")
        ),
    ),
    *rows(
        ASSUMED,
        "assumption: an Ocean that is built on the line road passes the paint shop at Graz",
        "item shop load",
        ("OCEAN", "paint Graz", 1.05),
    ),
    *rows(
        ASSUMED,
        "assumption: the unit in which the shop counts",
        "item shop load",
        ("PACK-I-PACE", "packs", 1.0),
        ("PACK-OCEAN", "packs", 1.0),
    ),
]

LINE_TABLE = [
    *rows(
        ASSUMED,
        f"the G-Class has a line of its own {S['stern']}; shared paint shop: assumption",
        "line shops shared",
        ("off-road", "body off-road;paint Graz;assembly off-road", "paint Graz"),
    ),
    *rows(
        ASSUMED,
        f"Z4 and Supra on one line {S['stern']}; 5 Series on it and shared paint shop: assumption",
        "line shops shared",
        ("road", "body road;paint Graz;assembly road", "paint Graz"),
    ),
    *rows(
        ASSUMED,
        f"E-Pace and I-Pace on one line {S['autocar']}; Ocean and paint shop at Hoče: assumption",
        "line shops shared",
        ("suv", "body suv;paint Hoče;assembly suv", ""),
    ),
]

MODEL_LINES = rows(
    ASSUMED,
    "assumption: the Ocean is built on the line road too once the launch needs it and the line has "
    "room, 15 % more work a car, 800 euros more for its bodies' way, at least 200 a month",
    "model line load preferred extra_cost start least_lot",
    ("OCEAN", "suv", "", "yes", "", "", ""),
    ("OCEAN", "road", 1.15, "no", 0.8, "2023-07-01", 200),
)

CREW = {
    "body off-road": 330,
    "assembly off-road": 670,
    "body road": 280,
    "assembly road": ONE_SHIFT_PEOPLE // 2 - 280,
    "paint Graz": 150,
    "body suv": 220,
    "paint Hoče": 90,
    "assembly suv": 440,
    "packs": 40,
}
CREWS = [
    *rows(
        REPORTED,
        f"{ONE_SHIFT_PEOPLE:,} people on two shifts of the part that went to one {S['krone2023']}; "
        "that it is this line, and the division over its shops: assumption",
        "shop people",
        *((shop, CREW[shop]) for shop in ("body road", "assembly road")),
    ),
    *rows(
        ASSUMED,
        f"assumption: with the line road about 4,900 of the 9,000 people of the plant "
        f"{S['krone2023']}",
        "shop people",
        *((shop, people) for shop, people in CREW.items() if not shop.endswith(" road")),
    ),
]

PERSON_DAY = 0.28
IDLE_PAY = 0.5
SHIFT_HOURS = 7.7
_GROUP_OF = {row["shop"]: row["group"] for row in SHOPS}
PEOPLE = {
    group: sum(people for shop, people in CREW.items() if _GROUP_OF[shop] == group)
    for group in (*LINES, "paint")
}
SHIFT_COST = {group: PERSON_DAY * people for group, people in PEOPLE.items()}
_NAMES = {1: "one-shift", 2: "two-shift", 3: "three-shift"}
_PATTERNS_OF = {"off-road": (2,), "road": (1, 2), "suv": (1, 2), "paint": (2, 3)}
_CHANGE = {"off-road": 2000, "road": 2000, "suv": 1500, "paint": 150}


def _pattern(group: str, shifts: int) -> tuple[object, ...]:
    hours = 7.5 if shifts == 3 else SHIFT_HOURS
    cost = round(shifts * SHIFT_COST[group], 1)
    return (group, _NAMES[shifts], shifts, hours, cost, 3, _CHANGE[group])


PATTERNS = [
    row
    for group, known in _PATTERNS_OF.items()
    for row in rows(
        ASSUMED,
        "38.5 hours a week in Austria's metal industry: general knowledge; three shifts of 7.5 h; "
        "cost: assumption, 280 euros per person and day; kept 3 months and cost of change: "
        "assumption",
        "group pattern shifts hours cost_per_day min_months change_cost",
        *(_pattern(group, shifts) for shifts in known),
    )
]

_BREAKS = {
    "06:00": "09:00-09:15;12:00-12:30",
    "14:30": "17:30-17:45;20:00-20:30",
    "14:00": "17:00-17:10;19:30-19:50",
    "22:00": "01:00-01:10;03:30-03:50",
}
_BEGINS = {1: ("06:00",), 2: ("06:00", "14:30"), 3: ("06:00", "14:00", "22:00")}


def _shifts() -> list[Row]:
    found = []
    for group, known in _PATTERNS_OF.items():
        for number in known:
            for shift, begin in enumerate(_BEGINS[number], 1):
                breaks = "09:00-09:10;12:00-12:20" if (number, shift) == (3, 1) else _BREAKS[begin]
                found.append((group, _NAMES[number], shift, begin, breaks))
    return rows(
        ASSUMED,
        "assumption: early shift from 06:00; breaks of 15 and 30 minutes, of 10 and 20 on three "
        "shifts",
        "group pattern shift begin breaks",
        *found,
    )


SHIFTS = _shifts()

FIXED_PATTERNS = [
    *rows(
        REPORTED,
        f"two shifts to April 2023, one from May on in a part of the plant {S['krone2023']}; that "
        "it is this line: assumption",
        "group start end pattern",
        ("road", "2023-01", "2023-04", "two-shift"),
        ("road", "2023-05", "2023-12", "one-shift"),
    ),
    *rows(
        REPORTED,
        f"a third shift for the G-Class comes in 2024 only {S['jesmb']}; two in 2023: assumption",
        "group start end pattern",
        ("off-road", "2023-01", "2023-12", "two-shift"),
    ),
    *rows(
        ASSUMED,
        "assumption: one shift and Saturdays for the launch of the Ocean",
        "group start end pattern",
        ("suv", "2023-01", "2023-12", "one-shift"),
    ),
]

OVERTIME = rows(
    ASSUMED,
    "assumption: half an hour a shift; cost: one shift's people at 150 %",
    "group start hours_per_day cost_per_hour",
    *(
        (group, "2023-01", hours, round(SHIFT_COST[group] / SHIFT_HOURS * 1.5, 1))
        for group, hours in (("off-road", 1), ("suv", 0.5))
    ),
)

_CAL = "start end group kind share note"
SATURDAYS = ("2023-09-09", "2023-09-16", "2023-09-23")
CALENDAR = [
    *rows(
        ASSUMED,
        "assumption: the plant rests around Christmas, and on Fridays behind a Thursday's holiday",
        _CAL,
        ("2023-01-02", "2023-01-05", "all", "company", "", "Christmas stop"),
        ("2023-05-19", "", "all", "company", "", "bridge day"),
        ("2023-06-09", "", "all", "company", "", "bridge day"),
        ("2023-12-27", "2023-12-29", "all", "company", "", "Christmas stop"),
    ),
    *rows(
        ASSUMED,
        "assumption: two weeks in summer, three on the line that went to one shift",
        _CAL,
        ("2023-07-24", "2023-07-28", "road", "summer", "", "summer stop"),
        ("2023-07-31", "2023-08-11", "all", "summer", "", "summer stop"),
    ),
    *rows(
        ASSUMED,
        "assumption: a company holiday of one line, before a long weekend",
        _CAL,
        ("2023-09-15", "", "off-road", "company", "", "company holiday of the line off-road"),
    ),
    *rows(
        ASSUMED,
        "assumption: Saturday shifts of one line for the launch of the Ocean",
        _CAL,
        *((day, "", "suv", "work", "", "Saturday shift of the line suv") for day in SATURDAYS),
    ),
]
