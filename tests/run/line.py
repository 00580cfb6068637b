"""A small hub whose days are quick to run: two models, 20 cars a day, an engine shop."""

from __future__ import annotations

from functools import cache
from typing import Any

from sinho.hub import Hub
from tests.plan.small import FEB, MAR, OVERSEAS, asks, car, shop, small

MODELS = ("A", "B")
OPTIONS = ("hook", "roof")


def line_hub(**more: Any) -> Hub:
    """20 cars a day in assembly; A takes engine E made in own campaigns, B bought engine F."""
    return _line_hub(**more) if more else _plain()


@cache
def _plain() -> Hub:
    return _line_hub()


def _line_hub(**more: Any) -> Hub:
    tables: dict[str, Any] = {
        "models": [car("A"), car("B", powertrain="HEV")],
        "shops": [shop("assembly", 2.5), shop("engine", 5, unit="engine")],
        "loads": [
            {"item": "A", "shop": "assembly"},
            {"item": "B", "shop": "assembly"},
            {"item": "E", "shop": "engine"},
        ],
        "markets": [
            {"market": "KR", "country": "KR", "region": "Korea", "route": "domestic"},
            *OVERSEAS,
        ],
        "parts": [
            {"part": "E", "kind": "engine", "supply": "made"},
            {"part": "F", "kind": "engine", "supply": "bought", "buy_cost": 1},
        ],
        "bom": [
            {"parent": "A", "part": "E", "quantity": 1},
            {"parent": "B", "part": "F", "quantity": 1},
        ],
        "freight": [{"lane": "EU", "mode": "vessel", "start": FEB, "cost": 1}],
        "sailings": [{"lane": "EU", "month": month, "calls": 4} for month in (FEB, MAR)],
        "demand": [
            asks(month, units, market, model)
            for month in (FEB, MAR)
            for model, market, units in (
                ("A", "KR", 200),
                ("A", "FR", 100),
                ("B", "KR", 80),
                ("B", "FR", 60),
            )
        ],
        "slotting": [{"vin_wmi": "KNM"}],
        "options": [{"option": name} for name in OPTIONS],
        "option_rates": [{"option": "hook", "share": 0.2}, {"option": "roof", "share": 0.4}],
        "colours": [
            {"colour": "white", "share": 5},
            {"colour": "black", "share": 3},
            {"colour": "red", "share": 2},
        ],
        "vessels": [
            {
                "vessel": f"V{week}",
                "lane": "EU",
                "cutoff": f"2026-02-{7 * week:02d}",
                "etd": f"2026-02-{7 * week + 1:02d}",
            }
            for week in (1, 2, 3)
        ]
        + [{"vessel": "V4", "lane": "EU", "cutoff": "2026-03-07", "etd": "2026-03-08"}],
        "sequence_levels": [{"level": "assembly"}, {"level": "paint"}],
        "sequence_rules": [
            {
                "rule": "1/3 roof",
                "kind": "ratio",
                "level": "assembly",
                "option": "roof",
                "most": 1,
                "window": 3,
            },
            {
                "rule": "1/4 hook",
                "kind": "ratio",
                "level": "assembly",
                "option": "hook",
                "most": 1,
                "window": 4,
            },
            {"rule": "paint", "kind": "changes", "level": "paint", "attribute": "colour"},
            {"rule": "batch", "kind": "run", "attribute": "colour", "most": 6},
        ],
        "campaigns": [{"part": "E", "shop": "engine", "safety_hours": 2}],
        "suppliers": [{"part": "F", "supplier": "S", "delivery": "takt"}],
    }
    return small(end=MAR, **{**tables, **more})
