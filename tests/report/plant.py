"""A hub that has everything a report shows, and a plan made by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from sinho.hub import Hub, hub_from_tables
from sinho.results import LINES, MonthPlan

Rows = list[dict[str, Any]]
EVIL = "<script>alert('x')</script> & \"Söhne\""
"""A name that breaks a page which does not escape it."""

MONTHS = ("2026-11", "2026-12", "2027-01")
DEC, JAN = dt.date(2026, 12, 1), dt.date(2027, 1, 1)


def plant(name: str = "Plant", **tables: Rows) -> Hub:
    """Three models in two families, four shops, a foundry, two lanes, two contracts, actuals."""
    size = {"length": 4500, "width": 2000, "height": 1600, "material_cost": 8}
    base: dict[str, Rows] = {
        "hub": [
            {
                "name": name,
                "country": "KR",
                "currency": "EUR 1000",
                "start": MONTHS[0],
                "end": MONTHS[-1],
                "public_holidays": False,
                "basis": "assumed",
            }
        ],
        "brands": [{"brand": "Own"}, {"brand": "Guest"}],
        "models": [
            {"model": "A", "family": "F", "brand": "Own", "powertrain": "ICE", **size},
            {"model": "B", "family": "F", "brand": "Own", "powertrain": "HEV", **size},
            {"model": "G", "brand": "Guest", "powertrain": "BEV", **size, "sop": "2026-12-01"},
        ],
        "parts": [
            {"part": "E1", "kind": "engine", "supply": "both", "make_cost": 1, "buy_cost": 2},
            {"part": "E2", "kind": "engine", "supply": "bought", "buy_cost": 2},
            {"part": "HEAD", "kind": "casting", "unit": "kg", "supply": "made", "make_cost": 0.01},
        ],
        "bom": [
            {"parent": "A", "part": "E1", "quantity": 1},
            {"parent": "B", "part": "E2", "quantity": 1},
            {"parent": "E1", "part": "HEAD", "quantity": 10},
        ],
        "groups": [{"group": "cars", "opening_pattern": "one"}, {"group": "power"}],
        "shops": [
            _shop("paint", "cars", 10),
            _shop("assembly", "cars", 10),
            _shop("engine", "power", 8, unit="engine"),
            _shop("foundry", "power", 90, unit="kg"),
        ],
        "loads": [
            *({"item": item, "shop": "paint"} for item in "AB"),
            {"item": "G", "shop": "paint", "load": 1.2},
            *({"item": item, "shop": "assembly"} for item in "ABG"),
            {"item": "E1", "shop": "engine"},
            {"item": "HEAD", "shop": "foundry"},
        ],
        "patterns": [
            _pattern("cars", "one", 1, 40),
            _pattern("cars", "two", 2, 90, change_cost=100),
            _pattern("power", "one", 1, 10),
        ],
        "overtime": [{"group": "cars", "start": MONTHS[0], "hours_per_day": 1, "cost_per_hour": 8}],
        "crews": [{"shop": "paint", "people": 20}, {"shop": "assembly", "people": 50}],
        "markets": [
            {"market": "KR", "name": "Korea", "country": "KR", "region": "Korea"}
            | {"route": "domestic"},
            {"market": "FR", "name": "France", "country": "FR", "region": "Europe"}
            | {"route": "overseas", "lane": "WEST", "port": "Le Havre"},
            {"market": "CA", "name": "Canada", "country": "CA", "region": "America"}
            | {"route": "overseas", "lane": "EAST", "port": "Vancouver"},
        ],
        "demand": [
            {"model": model, "market": market, "month": month, "units": units, "price": 20}
            | {"lost_penalty": 2, "late_penalty": 1, "basis": "reported", "source": "a list"}
            for model, market, units in (
                ("A", "KR", 900),
                ("A", "FR", 500),
                ("B", "FR", 600),
                ("G", "CA", 300),
                ("G", "KR", 100),
            )
            for month in MONTHS
            if not (model == "G" and month == MONTHS[0])
        ],
        "contracts": [
            {"contract": "monthly", "brand": "Guest", "start": MONTHS[1], "end": MONTHS[2]}
            | {"per": "month", "least": 150, "most": 500, "fee": 1, "short_penalty": 1},
            {"contract": "Canada", "brand": "Guest", "markets": "CA", "start": MONTHS[1]}
            | {"end": MONTHS[2], "per": "total", "least": 1000, "fee": 0.5, "short_penalty": 2},
        ],
        "tariffs": [{"origin": "KR", "destination": "CA", "start": "2026-12-01", "percent": 6.1}],
        "freight": [
            {"lane": "WEST", "mode": "vessel", "start": MONTHS[0], "cost": 1},
            {"lane": "EAST", "mode": "vessel", "start": MONTHS[0], "cost": 1},
        ],
        "sailings": [
            {"lane": lane, "month": month, "area": area}
            for lane, area in (("WEST", 9000), ("EAST", 4000))
            for month in MONTHS
        ],
        "opening_backlog": [{"model": "A", "market": "KR", "units": 40}],
        "actuals": [
            {"period": "2026-12", "item": "F", "measure": "made", "units": 1000},
            {"period": "2026-12", "item": "all", "market": "overseas", "measure": "shipped"}
            | {"units": 800, "source": "https://example.org/a?b=1&c=2", "basis": "reported"},
        ],
    }
    return hub_from_tables({**base, **tables})


def bare() -> Hub:
    """A hub with the needed tables only, no prices, no costs, no people, nothing overseas."""
    return hub_from_tables(
        {
            "hub": [{"name": "bare", "country": "KR", "start": "2026-02", "end": "2026-02"}],
            "brands": [{"brand": "B"}],
            "models": [
                {"model": "A", "brand": "B", "powertrain": "BEV"}
                | {"length": 4500, "width": 1800, "height": 1500}
            ],
            "groups": [{"group": "g"}],
            "shops": [_shop("assembly", "g", 10)],
            "loads": [{"item": "A", "shop": "assembly"}],
            "patterns": [{"group": "g", "pattern": "one", "shifts": 1, "hours": 8}],
            "markets": [{"market": "KR", "country": "KR", "region": "K", "route": "domestic"}],
            "demand": [{"model": "A", "market": "KR", "month": "2026-02", "units": 0}],
        }
    )


def _shop(kind: str, group: str, rate: float, unit: str = "car") -> dict[str, Any]:
    return {
        "shop": kind,
        "kind": kind,
        "group": group,
        "unit": unit,
        "installed_rate": rate * 1.5,
        "manned_rate": rate,
    }


def _pattern(group: str, name: str, shifts: int, cost: float, **more: Any) -> dict[str, Any]:
    return {
        "group": group,
        "pattern": name,
        "shifts": shifts,
        "hours": 8,
        "cost_per_day": cost,
        **more,
    }


def replayed() -> tuple[MonthPlan, Hub]:
    """A plan of December 2026 and January 2027 made by hand, of ``plant``.

    December: 100 A and 50 B made on two shifts; January: 30 A and 20 G on one.
    """
    both = [DEC, JAN]
    hub = plant()
    amounts = dict.fromkeys(LINES, 0.0) | {
        "revenue": 3000.1,
        "material": -1200.2,
        "labour": -800.3,
        "contract penalties": -10.0,
    }
    tables = {
        "periods": _frame(
            period=both,
            label=["2026-12", "2027-01"],
            start=both,
            end=[dt.date(2026, 12, 31), dt.date(2027, 1, 31)],
            days=[31, 31],
            month=both,
        ),
        "demand": _ship(
            (DEC, "A", "KR", 110), (DEC, "B", "FR", 60), (JAN, "A", "FR", 30), (JAN, "G", "CA", 25)
        ),
        "make": _frame(
            period=[DEC] * 3 + [JAN] * 3,
            model=["A", "B", "G"] * 2,
            units=[100.0, 50.0, 0.0, 30.0, 0.0, 20.0],
        ),
        "ship": _ship(
            (DEC, "A", "KR", 100, "road"),
            (DEC, "B", "FR", 50, "vessel"),
            (JAN, "A", "FR", 30, "vessel"),
            (JAN, "G", "CA", 20, "vessel"),
        ),
        "stock": _frame(period=both * 3, model=["A", "A", "B", "B", "G", "G"], units=[0.0] * 6),
        "late": _ship((DEC, "A", "KR", 8), (JAN, "A", "KR", 5)),
        "lost": _ship((DEC, "A", "KR", 45), (DEC, "B", "FR", 10), (JAN, "G", "CA", 5)),
        "parts": _frame(
            period=[DEC] * 3 + [JAN] * 3,
            part=["E1", "E2", "HEAD"] * 2,
            made=[90.0, 0.0, 900.0, 40.0, 0.0, 400.0],
            bought=[10.0, 50.0, 0.0, 0.0, 0.0, 0.0],
            used=[100.0, 50.0, 900.0, 30.0, 0.0, 400.0],
            stock=[0.0] * 6,
        ),
        "hours": pl.DataFrame(
            [
                _hours(DEC, "paint", "cars", 22, 352, 150, 3520, 3300, False),
                _hours(JAN, "paint", "cars", 21, 168, 54, 1680, 3300, False),
                _hours(DEC, "assembly", "cars", 22, 352, 150, 3520, 3300, False),
                _hours(JAN, "assembly", "cars", 21, 168, 50, 50, 3300, True),
                _hours(DEC, "engine", "power", 22, 176, 90, 1408, 2600, False),
                _hours(JAN, "engine", "power", 21, 0, 0, 0, 2600, False),
                _hours(DEC, "foundry", "power", 22, 176, 900, 900, 29000, True),
                _hours(JAN, "foundry", "power", 21, 168, 400, 400, 29000, True),
            ]
        ),
        "patterns": _frame(
            period=[DEC, DEC, JAN, JAN],
            group=["cars", "power"] * 2,
            pattern=["two", "one", "one", "one"],
            shifts=[2, 1, 1, 1],
            hours=[8.0] * 4,
            days=[22.0, 22.0, 21.0, 21.0],
            changed=[True, False, True, False],
            start=[DEC, DEC, JAN, JAN],
            end=[dt.date(2026, 12, 31)] * 2 + [dt.date(2027, 1, 31)] * 2,
        ),
        "departures": pl.DataFrame(
            schema={
                "period": pl.Date,
                "lane": pl.String,
                "mode": pl.String,
                "cars": pl.Float64,
                "capacity": pl.Float64,
                "utilisation": pl.Float64,
                "binding": pl.Boolean,
                "value": pl.Float64,
            }
        ),
        "overtime": _frame(
            period=both * 2,
            group=["cars", "cars", "power", "power"],
            hours=[4.0, 0.0, 0.0, 0.0],
            limit=[22.0, 21.0, 0.0, 0.0],
        ),
        "people": _frame(
            period=[DEC, DEC, JAN, JAN],
            group=["cars"] * 4,
            shop=["paint", "assembly"] * 2,
            people=[40.0, 100.0, 20.0, 50.0],
        ),
        "contracts": pl.DataFrame(
            [
                _window("monthly", "2026-12", DEC, DEC, 150.0, 500.0, 0.0),
                _window("monthly", "2027-01", JAN, JAN, 20.0, 20.0, 20.0),
                _window("Canada", "total", DEC, JAN, 10.0, None, 20.0),
            ]
        ),
        "sailing": pl.DataFrame(
            [
                _sail(DEC, "WEST", 450.0, 500.0),
                _sail(JAN, "WEST", 270.0, 9500.0),
                _sail(DEC, "EAST", 0.0, None),
                _sail(JAN, "EAST", 180.0, 180.0),
            ]
        ),
        "yard": _frame(period=both, cars=[0.0, 0.0], capacity=[None, 100.0]),
        "shop_values": _frame(
            period=both * 4,
            shop=[name for name in ("paint", "assembly", "engine", "foundry") for _ in both],
            value=[0.0, 0.0, 0.0, 7.0, 0.0, 0.0, 3.0, 2.0],
        ),
        "sea_values": _frame(
            period=both * 2,
            lane=["WEST", "WEST", "EAST", "EAST"],
            value_area=[0.0, 0.0, 0.0, 0.5],
            value_ceu=[0.0] * 4,
            value_box=[0.0] * 4,
        ),
        "lines": _frame(
            line=list(LINES), amount=list(amounts.values()), meaning=list(LINES.values())
        ),
        "lines_by_period": _frame(
            period=[DEC, JAN, DEC, JAN, DEC, None],
            line=["revenue", "revenue", "material", "material", "labour", "contract penalties"],
            amount=[2000.1, 1000.0, -700.1, -500.1, -800.3, -10.0],
        ),
    }
    plan = MonthPlan(
        tables=tables,
        hub_name="Plant",
        scenario="",
        title="",
        currency="EUR 1000",
        period_kind="month",
        objective_kind="contribution",
        objective=3000.1 - 1200.2 - 800.3 - 10.0,
        levels=(),
        status="optimal",
        bound=990.0,
        gap=0.0,
        method="exact",
        seconds_build=0.1,
        seconds_solve=0.2,
        columns=1,
        rows=1,
        nonzeros=1,
        seed=0,
        versions={"sinho": "0"},
        input_hash=hub.digest,
        changes=pl.DataFrame(
            schema=dict.fromkeys(("table", "row", "column", "before", "after"), pl.String)
        ),
        input_basis=_frame(
            table=["demand", "demand", "shops"],
            basis=["reported", "assumed", "not stated"],
            rows=[3, 1, 4],
        ),
    )
    return plan, hub


def _frame(**columns: list[Any]) -> pl.DataFrame:
    return pl.DataFrame(columns)


def _ship(*rows: tuple[Any, ...]) -> pl.DataFrame:
    names = ("period", "model", "market", "units", "mode")
    made = pl.DataFrame([dict(zip(names, row, strict=False)) for row in rows])
    return made.with_columns(pl.col("units").cast(pl.Float64))


def _hours(
    period: dt.date,
    shop: str,
    group: str,
    days: float,
    hours: float,
    load: float,
    manned: float,
    installed: float,
    binding: bool,
) -> dict[str, Any]:
    return {
        "period": period,
        "shop": shop,
        "group": group,
        "days": float(days),
        "pattern_hours": float(hours),
        "overtime_hours": 0.0,
        "rate": 10.0,
        "availability": 1.0,
        "load": float(load),
        "manned_capacity": float(manned),
        "installed_capacity": float(installed),
        "utilisation_manned": load / manned if manned else None,
        "utilisation_installed": load / installed,
        "binding": binding,
    }


def _window(
    contract: str,
    window: str,
    start: dt.date,
    end: dt.date,
    least: float,
    most: float | None,
    shipped: float,
) -> dict[str, Any]:
    return {
        "contract": contract,
        "brand": "Guest",
        "window": window,
        "start": start,
        "end": end,
        "least": least,
        "most": most,
        "shipped": shipped,
        "short": max(0.0, least - shipped),
        "fee": shipped,
        "penalty": max(0.0, least - shipped),
    }


def _sail(period: dt.date, lane: str, area: float, capacity: float | None) -> dict[str, Any]:
    return {
        "period": period,
        "lane": lane,
        "ceu": area / 6.4,
        "ceu_capacity": None,
        "area": area,
        "area_capacity": capacity,
        "boxes": 0.0,
        "boxes_capacity": 0.0,
        "utilisation": area / capacity if capacity else None,
        "binding": bool(capacity) and area == capacity,
    }
