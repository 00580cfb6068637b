"""The way to the sea of the small hubs."""

from __future__ import annotations

from typing import Any

DECK = {"ship": "Lady", "area": 100, "height": 2000, "load": 20000, "load_per_area": 250}
DECK |= {"lanes": 4, "midship": 3, "above_keel": 14}


def sea_rows() -> dict[str, Any]:
    """Return tables for the tiny hub: two voyages, a ship of three decks, and what follows.

    Decks 2 and 3 move together: ``up`` leaves 1,800 mm on 2 and 2,000 on 3, ``down`` the reverse.
    """
    lead = {"role": "discharge", "country": "FR"}
    tables: dict[str, Any] = {
        "vessels": [
            {
                "vessel": f"Europe {day}",
                "lane": "Europe",
                "cutoff": f"2026-01-{day:02d}",
                "etd": f"2026-01-{day + 2:02d}",
                "ship": "Lady",
                "booked_least": 2,
                "booked_most": 30,
                "slot_cost": 500,
            }
            for day in (6, 13)
        ],
        "ports": [
            {
                "port": "Busan",
                "role": "loading",
                "country": "KR",
                "time_zone": "Asia/Seoul",
                "opens": "08:00",
                "closes": "20:00",
                "free_days": 3,
                "storage_cost": 4,
            },
            {"port": "Zeebrugge", **lead, "country": "BE"},
            {"port": "Le Havre", **lead},
        ],
        "port_calls": [
            {"vessel": f"Europe {day}", "call": call, "port": port, "arrival": arrival}
            for day, first, second in (
                (6, "2026-02-20", "2026-02-22"),
                (13, "2026-02-27", "2026-03-01"),
            )
            for call, port, arrival in ((1, "Le Havre", first), (2, "Zeebrugge", second))
        ],
        "space_shares": [
            {"brand": "Acme", "lane": "Europe", "share": 0.5, "release_days": 2},
            {"brand": "Acme", "lane": "Europe", "vessel": "Europe 6", "share": 0.6},
        ],
        "ships": [
            {
                "ship": "Lady",
                "weight": 9000,
                "midship": -2,
                "above_keel": 11,
                "buoyancy": -1,
                "trim_moment": 200,
                "least_trim": 0,
                "largest_trim": 1,
                "highest_centre": 12,
            }
        ],
        "decks": [
            {**DECK, "deck": "1", "ramp_height": 2000, "ramp_width": 3000, "ramp_load": 20000},
            *(
                {**DECK, "deck": deck, "position": position, "height": height, "entered_from": "1"}
                for deck, position, height in (
                    ("2", "up", 1800),
                    ("2", "down", 2000),
                    ("3", "up", 2000),
                    ("3", "down", 1800),
                )
            ),
        ],
        "yard_areas": [
            {"area": "north", "rows": 10, "places": 8},
            {"area": "quay", "port": "Busan", "rows": 4, "places": 10, "open_ends": 2},
        ],
        "port_way": [
            {
                "port": "Busan",
                "mode": "trucked",
                "hour": hour,
                "cars": 5,
                "cars_per_truck": 5,
                "minutes": 40,
                "cost": 10,
            }
            for hour in range(8, 16)
        ],
        "containers": [
            {
                "lane": "Europe",
                "start": "2026-01",
                "boxes": 2,
                "minutes": 20,
                "cost": 2500,
                "wait": 7,
                "transit": 40,
            }
        ],
        "box_cars": [{"model": "A", "cars": 3}],
        "lead_times": [
            {"market": "FR", "start": "2026-01", "days": 50},
            {"market": "FR", "model": "B", "start": "2026-01", "days": 60},
        ],
        "port_stock": [
            {
                "date": "2026-01-05",
                "model": "A",
                "market": "FR",
                "since": "2026-01-02",
                "wanted": "2026-01-08",
                "units": 4,
            }
        ],
    }
    return tables
