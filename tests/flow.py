"""The flow through the tiny hub's plant, for tests."""

from __future__ import annotations

from typing import Any

from tests.hubs import tiny_hub


def flow_rows() -> dict[str, list[dict[str, Any]]]:
    """Return tables of the flow: paint and assembly, a sub-line of glass, a shop of axles."""
    return {
        "shops": [
            *tiny_hub()["shops"],
            {
                "shop": "axles",
                "kind": "engine",
                "group": "main",
                "unit": "axle",
                "installed_rate": 60,
                "manned_rate": 50,
            },
        ],
        "parts": [{"part": "AXLE", "kind": "other", "unit": "piece", "supply": "made"}],
        "bom": [{"parent": "A", "part": "AXLE", "quantity": 2}],
        "loads": [*tiny_hub()["loads"], {"item": "AXLE", "shop": "axles"}],
        "slotting": [{"vin_wmi": "KNM"}],
        "colours": [{"colour": "red", "share": 1}, {"colour": "blue", "share": 3}],
        "stations": [
            {"station": "prime", "shop": "paint", "place": 1},
            {
                "station": "coat",
                "shop": "paint",
                "place": 2,
                "buffer": 5,
                "transport": 3,
                "colour_change": 0.5,
                "cycle": 1.1,
            },
            {"station": "trim", "shop": "assembly", "place": 1, "count": 3, "between": 1},
            {"station": "final", "shop": "assembly", "place": 2, "servers": 2, "manned": 1},
            {
                "station": "glass",
                "shop": "assembly",
                "sub_line": "glass",
                "place": 1,
                "cycle": 1,
                "cycle_kind": "triangular",
                "feeds": "final",
                "feed_places": 4,
            },
            {"station": "axle line", "shop": "axles", "place": 1, "feeds": "trim"},
        ],
        "station_times": [{"station": "coat", "model": "B", "minutes": 1.4}],
        "stops": [
            {"station": "prime", "stop": "pump", "counts": "clock", "every": 100, "repair": 4},
            {
                "station": "trim",
                "stop": "belt",
                "every_kind": "empirical",
                "every_values": "40;80;90",
                "repair": 2,
                "repair_kind": "lognormal",
                "repair_spread": 0.7,
            },
        ],
        "stores": [
            {
                "store": "PBS",
                "after": "paint",
                "before": "assembly",
                "kind": "lanes",
                "places": 12,
                "lanes": 3,
                "policy": "restore",
            }
        ],
        "rework": [
            {"station": "coat", "rework": "spot", "share": 0.1, "minutes": 20},
            {"station": "coat", "rework": "spot", "colour": "red", "share": 0.2, "minutes": 20},
            {
                "station": "coat",
                "rework": "again",
                "share": 0.05,
                "minutes": 30,
                "kind": "exponential",
                "back_to": "prime",
            },
        ],
        "skids": [
            {"loop": "paint", "from_station": "prime", "to_station": "coat", "skids": 9},
        ],
    }


def flow_tables(**overrides: Any) -> dict[str, Any]:
    """Return the tables of the tiny hub with its flow, some of them changed."""
    return tiny_hub(**flow_rows() | overrides)
