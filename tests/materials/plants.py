"""A small plant with an engine shop, a foundry and two suppliers."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from sinho.hub import Hub, hub_from_tables
from sinho.hub.clock import make_clock
from sinho.materials import WorkingTime
from tests.hubs import tiny_hub

MONDAY = dt.date(2026, 3, 2)


def workdays(count: int, first: dt.date = MONDAY) -> list[dt.date]:
    """Return so many weekdays from a day on."""
    days = [first + dt.timedelta(days=n) for n in range(3 * count)]
    return [day for day in days if day.weekday() < 5][:count]


def supply_hub(**overrides: Any) -> Hub:
    """Return the hub: A has engine E1 (78 %) or E2 (22 %), B has E2; 10 kg of casting in each.

    The engine shop makes 10 an hour and changes over in 30 minutes; the foundry 120 kg started an
    hour, of which 96 % are good. Seats come by takt, axles by day in packs of 12, a day ahead.
    """
    tables = tiny_hub()
    shops = [
        *tables["shops"],
        {
            "shop": "engine",
            "kind": "engine",
            "group": "main",
            "unit": "engine",
            "installed_rate": 12,
            "manned_rate": 10,
        },
        {
            "shop": "foundry",
            "kind": "foundry",
            "group": "main",
            "unit": "kg",
            "installed_rate": 150,
            "manned_rate": 120,
        },
    ]
    made = {"supply": "made", "make_cost": 1, "stock_cost": 1}
    bought = {"supply": "bought", "buy_cost": 1}
    return hub_from_tables(
        tiny_hub(
            **{
                "shops": shops,
                "loads": [
                    *tables["loads"],
                    {"item": "E1", "shop": "engine"},
                    {"item": "E2", "shop": "engine"},
                    {"item": "CAST", "shop": "foundry"},
                ],
                "parts": [
                    {"part": "E1", "kind": "engine", **made},
                    {"part": "E2", "kind": "engine", **made},
                    {"part": "CAST", "kind": "casting", "unit": "kg", "yield_share": 0.96, **made},
                    {"part": "SEAT", "kind": "other", **bought},
                    {"part": "AXLE", "kind": "other", **bought},
                ],
                "bom": [
                    {"parent": "A", "part": "E1", "quantity": 0.78},
                    {"parent": "A", "part": "E2", "quantity": 0.22},
                    {"parent": "B", "part": "E2", "quantity": 1},
                    {"parent": "E1", "part": "CAST", "quantity": 10},
                    {"parent": "E2", "part": "CAST", "quantity": 10},
                    {"parent": "A", "part": "SEAT", "quantity": 1},
                    {"parent": "B", "part": "SEAT", "quantity": 1},
                    {"parent": "A", "part": "AXLE", "quantity": 2},
                    {"parent": "B", "part": "AXLE", "quantity": 2},
                ],
                "suppliers": [
                    {"part": "SEAT", "supplier": "S-1", "delivery": "takt"},
                    {
                        "part": "AXLE",
                        "supplier": "S-2",
                        "pack": 12,
                        "lead_days": 1,
                        "opening_cumulative": 600,
                    },
                ],
                "setups": [{"shop": "engine", "minutes": 30}],
                **overrides,
            }
        )
    )


def cars_of(days: list[tuple[dt.date, str]], *, placed: bool = True) -> pl.DataFrame:
    """Return cars from days and models, one letter a car, in the order of the line."""
    rows = [
        {
            "order": f"{day:%m%d}-{n:03d}",
            "model": model,
            "date": day,
            "position": n if placed else None,
        }
        for day, models in days
        for n, model in enumerate(models, start=1)
    ]
    schema = {"order": pl.String, "model": pl.String, "date": pl.Date, "position": pl.Int64}
    return pl.DataFrame(rows, schema=schema)


def clock_of(hub: Hub, days: list[dt.date], hours: float = 8.0) -> WorkingTime:
    """Return a clock on which line and shops work the same hours."""
    line = pl.DataFrame({"date": days, "hours": [hours] * len(days)})
    shops = pl.concat(
        [line.with_columns(pl.lit(name).alias("shop")) for name in ("engine", "foundry")]
    )
    return make_clock(hub, line, shops=shops)
