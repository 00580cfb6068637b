"""Small networks whose answers can be reckoned by hand."""

from __future__ import annotations

from typing import Any

from sinho.hub import Hub, network_from_tables

Rows = list[dict[str, Any]]


def tiny(**changed: Rows) -> dict[str, Rows]:
    """Return two plants, one model, one market abroad and three months of 100 cars."""
    months = ("2025-03", "2025-04", "2025-05")
    return {
        "network": [{"name": "two", "currency": "EUR", "start": "2025-03", "end": "2025-05"}],
        "plants": [{"plant": "near", "country": "AA"}, {"plant": "far", "country": "BB"}],
        "plant_steps": [
            {"plant": plant, "step": "one shift", "start": "2025-01", "capacity": 200}
            for plant in ("near", "far")
        ],
        "network_models": [{"model": "M", "powertrain": "BEV"}],
        "content": [{"model": "M", "origin": "BB", "value": 10}],
        "allocations": [
            {"model": "M", "plant": "near", "status": "fixed", "cost": 8},
            {"model": "M", "plant": "far", "status": "fixed", "cost": 2},
        ],
        "network_markets": [{"market": "X", "country": "AA"}],
        "network_demand": [
            {
                "model": "M",
                "market": "X",
                "month": month,
                "units": 100,
                "price": 20,
                "lost_penalty": 10,
            }
            for month in months
        ],
        "lanes": [
            {"plant": "near", "market": "X", "start": "2025-01", "lane": "road", "freight": 0},
            {"plant": "far", "market": "X", "start": "2025-01", "lane": "sea", "freight": 1},
        ],
        **changed,
    }


def duty(kind: str, act: str, start: str, percent: float | None, **more: Any) -> dict[str, Any]:
    """Return a duty from BB to AA."""
    way = {"origin": "BB", "destination": "AA", "kind": kind, "act": act, "start": start}
    return {**way, "percent": percent, **more}


def network(**changed: Rows) -> Hub:
    """Return the tiny network, with some tables changed."""
    return network_from_tables(tiny(**changed))
