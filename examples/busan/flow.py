"""The flow of Busan's cars through the plant: stations, stops, stores, rework, skids.

Rates are those of table ``shops``, as cycles are left empty. Of stops, buffers and rework nothing
is published: every row is an assumption within the usual ranges of the trade, which its source
names.
"""

from __future__ import annotations

import math

from figures import S
from tables import ASSUMED, DERIVED, Row, rows

NOTE = "assumption: no figure of the plant is published"
FASTEST = 66
"""Cars an hour for which the places on conveyors and in ovens suffice: body at the line's 60."""

BOOTH = (0.85, 0.5)
"""Minutes that a car takes in the booth of the top coat, and those lost before another colour."""


def places(minutes: float) -> int:
    """Return the places of a way that takes so long, a tenth more than the fastest rate fills."""
    return math.ceil(FASTEST / 60 * minutes * 1.1 / 5) * 5


_STATION = (
    "station shop sub_line place count cycle buffer transport feeds feed_places colour_change"
)
_ALIKE = "cycle: the shop's manned rate"


def _ways(shop: str, source: str, *stations: tuple[object, ...]) -> list[Row]:
    """Return stations of a shop: name, count, places before it and minutes on them."""
    return rows(
        ASSUMED,
        f"{source}; {_ALIKE}",
        _STATION,
        *(
            (name, shop, "", place, count, *BOOTH[:1], buffer, minutes, "", "", *BOOTH[1:])
            if name == "top coat"
            else (name, shop, "", place, count, "", buffer, minutes, "", "", "")
            for place, (name, count, buffer, minutes) in enumerate(stations, 1)
        ),
    )


STATIONS = [
    *_ways(
        "press",
        f"{NOTE}; one press line, panels for an hour before the body shop",
        ("press line", 1, 10, ""),
    ),
    *_ways(
        "body",
        f"{NOTE}; 34 stations in four zones with buffers between them, robots {S['ajslaos']}",
        ("underbody", 12, 50, ""),
        ("framing", 8, 8, ""),
        ("closures", 8, 8, ""),
        ("metal finish", 6, 8, ""),
    ),
    *_ways(
        "paint",
        f"{NOTE}; flow time 8-10 h; ovens and dips are places before the next station; the "
        "booth is faster than the shop, for colour changes of 20-40 s, here 30 s",
        ("pre-treatment", 1, 10, ""),
        ("sealer", 30, places(150), 150),
        ("primer", 1, places(15), 10),
        ("top coat", 1, places(90), 90),
        ("inspection", 20, places(90), 90),
        ("cavity wax", 5, places(40), 40),
    ),
    *_ways(
        "assembly",
        f"{NOTE}; flow time 12-16 h, about 600-800 positions, here 641 on four lengths of conveyor "
        "with 6 places between them",
        ("trim 1", 160, 10, ""),
        ("trim 2", 160, 6, ""),
        ("marriage", 1, 6, ""),
        ("chassis", 140, 0, ""),
        ("final", 160, 6, ""),
        ("end of line", 20, 15, ""),
    ),
    *rows(
        ASSUMED,
        f"{NOTE}; doors are taken off at the begin of trim and fitted again in final; {_ALIKE} of "
        "assembly",
        _STATION,
        ("doors", "assembly", "doors", 1, 60, "", "", "", "final", 40, ""),
    ),
    *rows(
        ASSUMED,
        f"{NOTE}; body sides made beside the main line; {_ALIKE} of body",
        _STATION,
        ("body sides", "body", "sides", 1, 8, "", "", "", "framing", 10, ""),
    ),
    *rows(
        DERIVED,
        "the engine shop's manned rate is a demonstrated one, so that it has no stops; a stock of "
        "200 engines before assembly: assumption",
        _STATION,
        ("engine line", "engine", "", 1, 1, "", "", "", "marriage", 200, ""),
    ),
    *rows(
        ASSUMED,
        f"battery sub-line {S['tvtoday']}; {NOTE}; {_ALIKE}; packs for two hours before assembly",
        _STATION,
        ("pack line", "battery", "", 1, 1, "", "", "", "marriage", 60, ""),
    ),
]

# Station: stop, what it counts, availability of the zone, mean repair [min], kind, spread.
_BODY = "MTTR of a body cell 4-8 min, MTBF 40-90 min for the line, availability 88-92 %, here 90 %"
_PAINT = "MTTR of conveyors 5-10 min; availability of paint 92-95 %, here 94 %"
_ASSEMBLY = "assembly stops of 0.5-2 min; availability 96-98 %, here 97 %"


def _stops(
    source: str, repair: float, whole: float, zones: dict[str, int], name: str, counts: str
) -> list[Row]:
    """Return stops of zones that share a shop's losses alike; each station has its part."""
    each = whole ** (1 / len(zones))
    return rows(
        ASSUMED,
        f"assumption: {source}, in equal parts for its {len(zones)} zones and their stations",
        "station stop counts every every_kind repair repair_kind repair_spread",
        *(
            (
                *(zone, name, counts, round(count * repair * each / (1 - each), 1), "exponential"),
                *(repair, "lognormal", 0.7),
            )
            for zone, count in zones.items()
        ),
    )


_COUNT = {row["station"]: row["count"] for row in STATIONS}


def _zones(*names: str) -> dict[str, int]:
    return {name: _COUNT[name] for name in names}


STOPS = [
    *_stops(
        *(_BODY, 6.0, 0.90, _zones("underbody", "framing", "closures", "metal finish")),
        *("cell", "operating"),
    ),
    *_stops(
        "body sides stop as a zone of the body shop does, 97.4 %",
        6.0,
        0.974,
        _zones("body sides"),
        "cell",
        "operating",
    ),
    *_stops(
        *(_PAINT, 7.5, 0.94),
        _zones("pre-treatment", "sealer", "primer", "top coat", "inspection", "cavity wax"),
        *("conveyor", "clock"),
    ),
    *_stops(
        *(_ASSEMBLY, 1.0, 0.97),
        _zones("trim 1", "trim 2", "marriage", "chassis", "final", "end of line"),
        *("andon", "operating"),
    ),
]

STORES = [
    *rows(
        ASSUMED,
        "assumption: body store of 60-120 bodies, here 90 in six lanes; it gathers up to five of a "
        "colour",
        "store after before kind places lanes minutes fill policy batch",
        ("WBS", "body", "paint", "lanes", 90, 6, 5, "colour", "colour", 5),
    ),
    *rows(
        ASSUMED,
        "assumption: painted body store of 150-300 bodies, here 220 in eleven lanes; it goes back "
        "towards the planned order",
        "store after before kind places lanes minutes fill policy batch",
        ("PBS", "paint", "assembly", "lanes", 220, 11, 10, "sorted", "restore", ""),
    ),
]

_REWORK = "station rework colour share minutes kind spread back_to off_shift"
REWORK = [
    *rows(
        ASSUMED,
        "assumption: spot repair 7-12 %, here 9 %; 40 minutes, log-normal",
        _REWORK,
        ("inspection", "spot repair", "all", 0.09, 40, "lognormal", 0.5, "", "no"),
    ),
    *rows(
        ASSUMED,
        "assumption: full repaint 1-3 %, here 1.5 %, and twice that for dark and effect colours; "
        "an hour of sanding, then back to the top coat",
        _REWORK,
        *(
            ("inspection", "repaint", colour, share, 60, "lognormal", 0.4, "top coat", "no")
            for colour, share in (
                ("all", 0.015),
                ("metallic black", 0.03),
                ("Zanzibar blue", 0.03),
                ("Valencia orange", 0.03),
            )
        ),
    ),
    *rows(
        ASSUMED,
        "assumption: repair at the end of the line 5-10 % of cars, here 7 %, log-normal 1-8 h, "
        "here 2.5 h in the mean",
        _REWORK,
        ("end of line", "repair", "all", 0.07, 150, "lognormal", 0.8, "", "no"),
    ),
    *rows(
        ASSUMED,
        "assumption: hold for quality 1-2 % of cars, here 1.5 %, 1-5 days, here 2",
        _REWORK,
        ("end of line", "hold", "all", 0.015, 2880, "lognormal", 0.5, "", "yes"),
    ),
]

SKIDS = rows(
    ASSUMED,
    f"{NOTE}; skids for the places of the paint shop",
    "loop from_station to_station skids",
    ("paint skids", "pre-treatment", "cavity wax", 560),
)
