"""Small hubs for exact answers: one brand, one group of shops, months of 20 to 22 working days.

February 2026 has 20 weekdays, March and April 2026 have 22; public holidays are left out.
"""

from __future__ import annotations

from typing import Any

from sinho.hub import Hub, hub_from_tables

Rows = list[dict[str, Any]]

FEB, MAR, APR = "2026-02", "2026-03", "2026-04"


def car(model: str = "A", **more: Any) -> dict[str, Any]:
    """A car of 5 m x 2 m (10 m2) with 10 of material."""
    return {
        "model": model,
        "brand": "B",
        "powertrain": "ICE",
        "length": 5000,
        "width": 2000,
        "height": 1500,
        "material_cost": 10,
        **more,
    }


def asks(
    month: str, units: float, market: str = "KR", model: str = "A", **more: Any
) -> dict[str, Any]:
    """Demand at a price of 20, so that a car leaves 10 before anything else."""
    return {"model": model, "market": market, "month": month, "units": units, "price": 20, **more}


def small(end: str = FEB, start: str = FEB, **tables: Rows) -> Hub:
    """A hub with one assembly shop of 10 cars/h on one 8 h shift: 1,600 cars in February."""
    base: dict[str, Rows] = {
        "hub": [
            {
                "name": "small",
                "country": "KR",
                "start": start,
                "end": end,
                "public_holidays": False,
            }
        ],
        "brands": [{"brand": "B"}],
        "models": [car()],
        "groups": [{"group": "v"}],
        "shops": [shop("assembly", 10)],
        "loads": [{"item": "A", "shop": "assembly"}],
        "patterns": [{"group": "v", "pattern": "one", "shifts": 1, "hours": 8}],
        "markets": [
            {
                "market": "KR",
                "country": "KR",
                "region": "Korea",
                "route": "domestic",
                "source": "meant: cars are fetched",
            }
        ],
        "demand": [asks(FEB, 3000)],
    }
    return hub_from_tables({**base, **tables})


def shop(kind: str, rate: float, **more: Any) -> dict[str, Any]:
    """A shop named after its kind, run at its installed rate."""
    return {
        "shop": kind,
        "kind": kind,
        "group": "v",
        "unit": "car",
        "installed_rate": rate,
        "manned_rate": rate,
        **more,
    }


OVERSEAS: Rows = [
    {
        "market": "FR",
        "country": "FR",
        "region": "Europe",
        "route": "overseas",
        "lane": "EU",
        "port": "Le Havre",
    }
]
