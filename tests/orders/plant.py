"""A small hub whose cars can be ordered with options and colours."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from sinho.hub import Hub, hub_from_tables
from tests.hubs import tiny_hub

JANUARY = dt.date(2026, 1, 1)
LAST = dt.date(2026, 1, 31)


def ordering_hub(**overrides: Any) -> Hub:
    """Return the tiny hub with options, colours, rules and four vessels in January 2026.

    Model A comes in white (5), black (3) and red (2), model B in blue only. ``lpg`` excludes
    ``awd``; ``tow`` requires ``roof``.
    """
    tables: dict[str, Any] = {
        "slotting": [{"vin_wmi": "KNM"}],
        "options": [{"option": name} for name in ("awd", "lpg", "tow", "roof")],
        "option_rates": [
            {"option": "roof", "share": 0.3},
            {"model": "A", "option": "awd", "share": 0.35},
            {"model": "A", "option": "lpg", "share": 0.6},
            {"market": "FR", "option": "tow", "share": 0.2},
        ],
        "option_rules": [
            {"option": "lpg", "kind": "excludes", "other": "awd"},
            {"option": "tow", "kind": "requires", "other": "roof"},
        ],
        "colours": [
            {"colour": "white", "share": 5},
            {"colour": "black", "share": 3},
            {"colour": "red", "share": 2},
            {"model": "B", "colour": "blue", "share": 1},
        ],
        "vessels": [
            {
                "vessel": f"Europe {day}",
                "lane": "Europe",
                "cutoff": f"2026-01-{day:02d}",
                "etd": f"2026-01-{day + 2:02d}",
            }
            for day in (6, 13, 20, 27)
        ],
    }
    return hub_from_tables(tiny_hub(**tables | overrides))


def planned(*rows: tuple[str, str, float], month: dt.date = JANUARY) -> pl.DataFrame:
    """Return planned cars of one month: model, market and units."""
    return pl.DataFrame(
        [{"period": month, "model": m, "market": k, "units": float(u)} for m, k, u in rows]
    )


def order(number: str, **values: Any) -> dict[str, Any]:
    """Return a sound order of the hub above, with some values changed."""
    return {
        "order": number,
        "model": "A",
        "market": "KR",
        "colour": "white",
        "options": None,
        "wanted": dt.date(2026, 1, 15),
        **values,
    }
