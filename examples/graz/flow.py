"""The flow of cars through the plant at Graz: stations, stops, stores, rework.

Nothing of it is published: every row is an assumption within the usual ranges of the trade. Rates
are those of table ``shops``, as cycles are left empty.
"""

from __future__ import annotations

from plant import LINES, PAINT
from tables import ASSUMED, rows

NOTE = "assumption: no figure of the plant is published"
PAINTED = {
    shop: tuple(line for line in LINES if PAINT[line] == shop) for shop in set(PAINT.values())
}
PAINT_SHOPS = sorted(PAINTED)

_STATION = "station shop place count buffer transport feeds feed_places colour_change"
STATIONS = [
    *rows(
        ASSUMED,
        f"{NOTE}; two zones of a body shop, three of an assembly line, and a test at its end",
        _STATION,
        *(
            (f"{zone} {line}", f"{shop} {line}", place, count, buffer, "", "", "", "")
            for line in LINES
            for shop, place, zone, count, buffer in (
                ("body", 1, "underbody", 8, 10),
                ("body", 2, "framing", 8, 5),
                ("assembly", 1, "trim", 40, 5),
                ("assembly", 2, "chassis", 30, 5),
                ("assembly", 3, "final", 40, 5),
                ("assembly", 4, "end of line", 6, 5),
            )
        ),
    ),
    *rows(
        ASSUMED,
        f"{NOTE}; ovens and dips are places before the next station; colour change 30 s",
        _STATION,
        *(
            (f"{zone} {shop.split()[1]}", shop, place, 1, buffer, minutes, "", "", lost)
            for shop in PAINT_SHOPS
            for place, (zone, buffer, minutes, lost) in enumerate(
                (
                    ("pre-treatment", 5, "", ""),
                    ("sealer", 90, 150, ""),
                    ("top coat", 60, 100, 0.5),
                    ("inspection", 60, 90, ""),
                ),
                1,
            )
        ),
    ),
    *rows(
        ASSUMED,
        f"{NOTE}; packs for two hours before the line",
        _STATION,
        ("pack line", "packs", 1, 1, 10, "", "chassis suv", 30, ""),
    ),
]

_STOP = "station stop counts every repair repair_kind repair_spread"
STOPS = [
    *rows(
        ASSUMED,
        "assumption: 97 % available, stops of 6 minutes",
        _STOP,
        *(
            (f"{zone} {line}", "cell", "operating", 1550, 6, "lognormal", 0.7)
            for line in LINES
            for zone in ("underbody", "framing")
        ),
    ),
    *rows(
        ASSUMED,
        "assumption: 98.5 % available each, stops of 7.5 minutes",
        _STOP,
        *(
            (f"{zone} {shop.split()[1]}", "conveyor", "clock", 490, 7.5, "lognormal", 0.7)
            for shop in PAINT_SHOPS
            for zone in ("pre-treatment", "sealer", "top coat", "inspection")
        ),
    ),
    *rows(
        ASSUMED,
        "assumption: about 99 % available each, stops of a minute",
        _STOP,
        *(
            (f"{zone} {line}", "andon", "operating", 4000, 1, "lognormal", 0.7)
            for line in LINES
            for zone in ("trim", "chassis", "final")
        ),
    ),
]

STORES = [
    row
    for shop in PAINT_SHOPS
    for row in rows(
        ASSUMED,
        f"{NOTE}; two hours of bodies before paint, four of painted bodies before assembly",
        "store after before kind places policy batch",
        (
            f"WBS {shop.split()[1]}",
            ";".join(f"body {line}" for line in PAINTED[shop]),
            *(shop, "direct", 40, "colour", 4),
        ),
        (
            f"PBS {shop.split()[1]}",
            shop,
            ";".join(f"assembly {line}" for line in PAINTED[shop]),
            *("direct", 80, "restore", ""),
        ),
    )
]

_REWORK = "station rework share minutes kind spread back_to off_shift"
REWORK = [
    *rows(
        ASSUMED,
        "assumption: 8 % spot repair, 2 % painted again",
        _REWORK,
        *(
            (f"inspection {place}", *more)
            for place in (shop.split()[1] for shop in PAINT_SHOPS)
            for more in (
                ("spot repair", 0.08, 40, "lognormal", 0.5, "", "no"),
                ("repaint", 0.02, 60, "lognormal", 0.4, f"top coat {place}", "no"),
            )
        ),
    ),
    *rows(
        ASSUMED,
        "assumption: 7 % repaired at the end of the line for 2.5 h, 1 % held for two days",
        _REWORK,
        *(
            (f"end of line {line}", *more)
            for line in LINES
            for more in (
                ("repair", 0.07, 150, "lognormal", 0.8, "", "no"),
                ("hold", 0.01, 2880, "lognormal", 0.5, "", "yes"),
            )
        ),
    ),
]
