"""Shops, people, shift patterns and calendar of the Busan hub. Amounts are in million won."""

from __future__ import annotations

from figures import PLANT_DAYS, S
from products import CASTING_YIELD, ENGINES_2022, KG_PER_ENGINE
from tables import ASSUMED, DERIVED, REPORTED, rows

HOURS_2022 = 16 * sum(PLANT_DAYS[2022])

GROUPS = rows(
    ASSUMED,
    "assumption: two shifts before 2022, kept for long",
    "group opening_pattern months_kept",
    ("vehicle", "two-shift", 99),
    ("powertrain", "two-shift", 99),
)

_SHOP = "shop kind group unit installed_rate manned_rate availability installed_year"
SHOPS = [
    *rows(
        ASSUMED,
        "assumption: press keeps ahead of body; 300,000 a year as for the plant",
        _SHOP,
        ("press", "press", "vehicle", "car set", 70, 52.5, 0.90, 300000),
    ),
    *rows(
        ASSUMED,
        "assumption: body designed for 66 an hour when the line runs 60, manned in proportion to "
        "45; availability 88-92 %",
        _SHOP,
        ("body", "body", "vehicle", "car", 66, 49.5, 0.92, 300000),
    ),
    *rows(
        ASSUMED,
        "assumption: paint designed for 63 an hour when the line runs 60, manned in proportion to "
        "45 and rounded up to 47.5; availability 92-95 %",
        _SHOP,
        ("paint", "paint", "vehicle", "car", 63, 47.5, 0.95, 300000),
    ),
    *rows(
        REPORTED,
        f"60 an hour possible, 45 run {S['etoday']}; 300,000 a year {S['automotiveworld']}; 45 is "
        "taken as the net rate, so availability 1: assumption",
        _SHOP,
        ("assembly", "assembly", "vehicle", "car", 60, 45, 1.0, 300000),
    ),
    *rows(
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
    *rows(
        ASSUMED,
        "assumption: follows the engine shop with a reserve; installed year = castings of 200,000 "
        "engines with scrap",
        _SHOP,
        (
            *("foundry", "foundry", "powertrain", "kg", 650, 520, 0.95),
            round(200000 * KG_PER_ENGINE / CASTING_YIELD, -3),
        ),
    ),
    *rows(
        ASSUMED,
        f"battery sub-line {S['tvtoday']}; rates: assumption",
        _SHOP,
        ("battery", "battery", "powertrain", "pack", 40, 32, 0.95, 150000),
    ),
]

_THROUGH_ALL = ("XM3-ICE", "XM3-HEV", "QM6", "SM6")
LOADS = [
    *rows(
        ASSUMED,
        "assumption: one unit of capacity per car",
        "item shop load",
        *(
            (model, shop, 1.0)
            for model in _THROUGH_ALL
            for shop in ("press", "body", "paint", "assembly")
        ),
    ),
    *rows(
        ASSUMED,
        "assumption: the bigger car takes 1.05 in body and paint, so that 60 x 1.05 = 63",
        "item shop load",
        *(
            (model, shop, load)
            for model in ("GKOLEOS-ICE", "GKOLEOS-HEV")
            for shop, load in (("press", 1.0), ("body", 1.05), ("paint", 1.05), ("assembly", 1.0))
        ),
    ),
    *rows(
        ASSUMED,
        f"assumption: 1.1 for size and mass (500-600 kg more {S['tvtoday']}); the pack passes the "
        "battery sub-line",
        "item shop load",
        ("PS4", "press", 1.0),
        *(("PS4", shop, 1.1) for shop in ("body", "paint", "assembly")),
        ("PS4", "battery", 1.0),
    ),
    *rows(
        ASSUMED,
        "assumption: assembled from bought bodies, counted as a car as in 2022's record",
        "item shop load",
        ("Twizy", "assembly", 1.0),
    ),
    *rows(
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
CREWS = rows(
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
        *rows(
            REPORTED,
            f"8 + 8 h {S['wowtv2013']}; cost: assumption, 0.35 M KRW per person and day; kept 6 "
            "months and cost of change: assumption",
            "group pattern shifts hours cost_per_day min_months change_cost",
            (group, "two-shift", 2, 8, round(2 * shift, 1), 6, _CHANGE[group]),
        ),
        *rows(
            REPORTED,
            f"07:00-15:45 {S['fnnews2024']}; cost: assumption, 0.35 M KRW per person and day, the "
            "idle shift is paid 70 %; kept 6 months and cost of change: assumption",
            "group pattern shifts hours cost_per_day min_months change_cost",
            (group, "one-shift", 1, 8, round((1 + IDLE_PAY) * shift, 1), 6, _CHANGE[group]),
        ),
    )
]

_AS_LINE = {"vehicle": "", "powertrain": "; powertrain as the line: assumption"}
FIXED_PATTERNS = [
    row
    for group, note in _AS_LINE.items()
    for row in (
        *rows(
            ASSUMED if note else REPORTED,
            f"two shifts {S['etoday']}, one from Nov 2023 {S['fnnews2024']}{note}",
            "group start end pattern",
            (group, "2022-01", "2023-10", "two-shift"),
            (group, "2023-11", "2024-05", "one-shift"),
        ),
        *rows(
            ASSUMED if note else REPORTED,
            f"two shifts again from Jun 2024 {S['fnnews2024']}; kept to the end of 2025: "
            f"assumption; from 2026 on the plan chooses{note}",
            "group start end pattern",
            (group, "2024-06", "2025-12", "two-shift"),
        ),
    )
]

OVERTIME = [
    *rows(
        REPORTED,
        f"1 h per shift {S['wowtv2013']}; cost: assumption, one shift's people at 150 %",
        "group start hours_per_day cost_per_hour",
        ("vehicle", "2022-01", 2, round(_SHIFT_COST["vehicle"] / 8 * OVERTIME_PAY, 1)),
    ),
    *rows(
        DERIVED,
        "none in 2022, whose engines give the manned rate without overtime; cost: assumption, one "
        "shift's people at 150 %",
        "group start hours_per_day cost_per_hour",
        ("powertrain", "2022-01", 0, round(_SHIFT_COST["powertrain"] / 8 * OVERTIME_PAY, 1)),
    ),
    *rows(
        ASSUMED,
        "assumption: from 2023 as on the line; cost: assumption, one shift's people at 150 %",
        "group start hours_per_day cost_per_hour",
        ("powertrain", "2023-01", 2, round(_SHIFT_COST["powertrain"] / 8 * OVERTIME_PAY, 1)),
    ),
]

_CAL = "start end group kind share note"
CALENDAR = [
    *rows(
        REPORTED,
        "Labour Day, a day off by law (package holidays 0.109 lacks it before 2026)",
        _CAL,
        *((f"{year}-05-01", "", "all", "holiday", "", "Labour Day") for year in PLANT_DAYS),
    ),
    *rows(
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
    *rows(
        ASSUMED,
        f"assumption: 11 February as in 2016 {S['heraldcorp']}, or the next working day",
        _CAL,
        *(
            (day, "", "all", "company", "", "founding day")
            for day in ("2022-02-11", "2023-02-13", "2024-02-13", "2025-02-11", "2026-02-11")
        ),
    ),
    *rows(
        REPORTED,
        S["wowtv202409"],
        _CAL,
        ("2024-09-13", "", "all", "strike", "", "full strike"),
    ),
    *rows(
        ASSUMED,
        f"partial production after the strike {S['wowtv202409']}; half of each day to the end of "
        "September: assumption",
        _CAL,
        ("2024-09-19", "2024-09-30", "all", "strike", 0.5, "partial production after the strike"),
    ),
    *rows(
        REPORTED,
        f"stop 2024-12-31 to 2025-02-02, production again on 2025-02-10 {S['gocarnet']}",
        _CAL,
        ("2024-12-31", "2025-02-02", "all", "conversion", "", "conversion for electric cars"),
        ("2025-02-03", "2025-02-09", "all", "conversion", "", "conversion: before the restart"),
    ),
]
