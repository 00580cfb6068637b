"""Small valid hubs for tests."""

from __future__ import annotations

from typing import Any

Tables = dict[str, Any]


def tiny_hub(**overrides: Any) -> Tables:
    """Return the tables of a small valid hub, ready for ``hub_from_tables``.

    One brand with two models, paint and assembly in one shop group with one shift pattern, a
    domestic market (KR) and one overseas (FR, by vessel from 2026-01 on), three months.

    Parameters
    ----------
    **overrides
        Tables that replace those of the tiny hub or are added to them; None takes a table out.
        ``hub`` is merged with the tiny hub's settings.
    """
    months = ["2026-01", "2026-02", "2026-03"]
    tables: Tables = {
        "hub": {
            "name": "Tiny",
            "country": "KR",
            "currency": "EUR",
            "start": "2026-01",
            "end": "2026-03",
            "public_holidays": False,
        },
        "brands": [{"brand": "Acme"}],
        "models": [
            {
                "model": "A",
                "brand": "Acme",
                "powertrain": "ICE",
                "length": 4500,
                "width": 1800,
                "height": 1600,
                "material_cost": 8000,
                "stock_cost": 20,
            },
            {
                "model": "B",
                "brand": "Acme",
                "powertrain": "HEV",
                "length": 4700,
                "width": 1850,
                "height": 1650,
                "material_cost": 11000,
                "stock_cost": 25,
            },
        ],
        "groups": [{"group": "main"}],
        "shops": [
            {
                "shop": "paint",
                "kind": "paint",
                "group": "main",
                "unit": "car",
                "installed_rate": 60,
                "manned_rate": 50,
            },
            {
                "shop": "assembly",
                "kind": "assembly",
                "group": "main",
                "unit": "car",
                "installed_rate": 60,
                "manned_rate": 45,
            },
        ],
        "loads": [
            {"item": model, "shop": shop} for model in "AB" for shop in ("paint", "assembly")
        ],
        "patterns": [
            {
                "group": "main",
                "pattern": "one-shift",
                "shifts": 1,
                "hours": 8,
                "cost_per_day": 100000,
            }
        ],
        "markets": [
            {"market": "KR", "country": "KR", "region": "Korea", "route": "domestic"},
            {
                "market": "FR",
                "country": "FR",
                "region": "Europe",
                "route": "overseas",
                "lane": "Europe",
                "port": "Le Havre",
            },
        ],
        "demand": [
            {
                "model": model,
                "market": market,
                "month": month,
                "units": 1000,
                "price": price,
                "lost_penalty": 1000,
                "late_penalty": 100,
            }
            for model, price in (("A", 15000), ("B", 20000))
            for market in ("KR", "FR")
            for month in months
        ],
        "freight": [{"lane": "Europe", "mode": "vessel", "start": "2026-01", "cost": 700}],
        "sailings": [
            {"lane": "Europe", "month": month, "calls": 4, "ceu": 4000} for month in months
        ],
    }
    settings = overrides.pop("hub", {})
    tables["hub"] = tables["hub"] | settings
    tables |= overrides
    return {name: table for name, table in tables.items() if table is not None}
