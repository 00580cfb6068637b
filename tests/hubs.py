"""Small valid hubs for tests."""

from __future__ import annotations

from typing import Any

from tests.sea import sea_rows

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
            {
                "market": "KR",
                "country": "KR",
                "region": "Korea",
                "route": "domestic",
                "source": "meant: customers fetch their cars, so there is no freight",
            },
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


def full_hub(**overrides: Any) -> Tables:
    """Return the tables of a valid hub that has rows in every table and raises no warning.

    The tiny hub, with an engine that is made and a battery that is bought, a contract, duties,
    orders, and cars of one day that rules of every kind put in sequence.

    Parameters
    ----------
    **overrides
        As for `tiny_hub`.
    """
    place, month, cars = "2026-01-05", "2026-01", [f"car {n}" for n in range(1, 9)]
    rule = {"level": "line", "weight": 1}
    tables = tiny_hub()
    tables["hub"] |= {"stow_gap": 100}
    tables["models"][0] |= {"family": "F", "mass": 1400, "sop": "2025-01-06", "stock_max": 5000}
    tables["models"][1] |= {"eop": "2027-12-31", "full_rate": 400, "stock_min": 1}
    tables |= {
        "ramp": [{"model": "A", "month_after_sop": n, "share": 0.5 + n / 4} for n in range(3)],
        "parts": [
            {"part": "E", "kind": "engine", "supply": "made", "make_cost": 900, "stock_cost": 2},
            {"part": "P", "kind": "battery", "supply": "bought", "buy_cost": 800, "buy_max": 9000},
        ],
        "bom": [
            {"parent": "A", "part": "E", "quantity": 1},
            {"parent": "B", "part": "E", "quantity": 1},
            {"parent": "B", "part": "P", "quantity": 1},
        ],
        "groups": [{"group": "main", "opening_pattern": "one-shift"}],
        "shops": [
            *tables["shops"],
            tables["shops"][0] | {"shop": "engine", "kind": "engine", "unit": "engine"},
        ],
        "rates": [{"shop": "assembly", "month": "2026-02", "manned_rate": 48}],
        "loads": [*tables["loads"], {"item": "E", "shop": "engine"}],
        "lines": [{"line": "trim", "shops": "paint;assembly", "point": "paint"}],
        "model_lines": [{"model": "B", "line": "trim", "start": "2025-01-06", "least_lot": 20}],
        "patterns": [
            *tables["patterns"],
            tables["patterns"][0] | {"pattern": "two-shift", "shifts": 2, "cost_per_day": 190000},
        ],
        "shifts": [
            {"group": "main", "pattern": "two-shift", "shift": 1, "begin": "06:30"},
            {"group": "main", "pattern": "two-shift", "shift": 2, "begin": "15:00"},
        ],
        "fixed_patterns": [{"group": "main", "start": month, "end": month, "pattern": "one-shift"}],
        "overtime": [{"group": "main", "start": month, "hours_per_day": 2, "cost_per_hour": 9000}],
        "crews": [{"shop": shop, "people": 60} for shop in ("paint", "assembly", "engine")],
        "calendar": [{"start": "2026-02-16", "kind": "company", "group": "main"}],
        "contracts": [
            {
                "contract": "C",
                "brand": "Acme",
                "models": "A;B",
                "markets": "FR",
                "start": month,
                "end": "2026-03",
                "least": 100,
                "most": 9000,
                "fee": 50,
                "short_penalty": 500,
            }
        ],
        "tariffs": [
            {"origin": "KR", "destination": "FR", "start": "2020-01-01", "percent": 10},
            {
                "origin": "KR",
                "destination": "FR",
                "start": "2030-01-01",
                "percent": 10,
                "currency": "USD",
            },
        ],
        "currencies": [{"currency": "USD", "start": "2025-01-01", "rate": 0.9}],
        "departures": [
            {
                "lane": "Europe",
                "mode": "rail",
                "month": month,
                "departures": 2,
                "cars": 200,
                "source": "meant: trains are booked, and have no rate yet",
            }
        ],
        "freight": [
            *tables["freight"],
            {
                "lane": "Europe",
                "mode": "container",
                "start": month,
                "cost": 4000,
                "per": "box",
                "cars_per_box": 3,
                "transit": 40,
            },
        ],
        "sailings": [row | {"area": 40000, "boxes": 10} for row in tables["sailings"]],
        "yard": [{"yard": "port", "start": month, "capacity": 8000}],
        "opening_stock": [{"item": "A", "units": 10}, {"item": "P", "units": 50}],
        "opening_backlog": [{"model": "A", "market": "KR", "units": 5}],
        "actuals": [{"period": "2026-01", "item": "A", "measure": "made", "units": 1900}],
        "options": [{"option": "sunroof"}, {"option": "towbar"}],
        "cars": [
            {
                "car": car,
                "date": place,
                "line": "trim",
                "position": n,
                "brand": "Acme",
                "model": "A",
                "colour": ("red", "white")[n % 2],
                "market": "KR",
                "further": f"seat={'ab'[n % 2]}",
                "options": "sunroof" if n % 3 == 0 else None,
                "earliest": 1 if n == 2 else None,
                "latest": 8 if n == 2 else None,
                "pinned": 8 if n == 8 else None,
            }
            for n, car in enumerate(cars, 1)
        ],
        "sequence_levels": [{"level": "line", "weight": 1000}, {"level": "flow", "weight": 1}],
        "sequence_rules": [
            rule | {"rule": "r1", "kind": "ratio", "option": "sunroof", "most": 1, "window": 3},
            rule | {"rule": "r2", "kind": "changes", "attribute": "colour", "lines": "trim"},
            rule | {"rule": "r3", "kind": "run", "attribute": "model", "most": 9, "least": 1},
            rule | {"rule": "r4", "kind": "spread", "option": "towbar"},
            rule | {"rule": "r5", "kind": "forbidden", "attribute": "colour"},
            rule | {"rule": "r6", "kind": "changeover", "attribute": "colour", "cost": 1},
            rule | {"rule": "r7", "kind": "maximum", "option": "sunroof", "most": 4, "per": 6},
            rule | {"rule": "r8", "kind": "overload", "base": 1, "takt": 1.3, "length": 1.5},
            rule | {"rule": "r9", "kind": "window"},
            {"rule": "r10", "kind": "pinned"},
            {"rule": "r11", "kind": "frozen", "first": 1},
        ],
        "changeovers": [
            {"rule": "r5", "before": "red", "behind": "black"},
            {"rule": "r6", "before": "red", "behind": "white", "cost": 3},
        ],
        "operations": [{"rule": "r8", "option": "sunroof", "minutes": 0.4}],
        "car_windows": [{"rule": "r9", "car": "car 3", "earliest": 2, "latest": 6}],
        "option_rates": [{"option": "sunroof", "share": 0.3}, {"option": "towbar", "share": 0.1}],
        "colours": [{"colour": "red", "share": 0.4}, {"colour": "white", "share": 0.6}],
        "option_rules": [{"option": "sunroof", "kind": "excludes", "other": "towbar"}],
        "orders": [
            {
                "order": f"{n}",
                "brand": "Acme",
                "model": "AB"[n % 2],
                "market": "KR",
                "colour": ("red", "white")[n % 2],
                "options": "sunroof" if n % 4 == 0 else None,
                "wanted": f"2026-01-{10 + n:02d}",
                "fixed": "2026-01-07" if n == 1 else None,
                "line": "trim" if n == 1 else None,
                "former": "2026-01-08" if n == 2 else None,
                "former_line": "trim" if n == 2 else None,
            }
            for n in range(1, 9)
        ],
        "slot_limits": [
            {
                "kind": "option",
                "item": "towbar",
                "line": "trim",
                "start": place,
                "end": "2026-01-30",
                "most": 50,
            }
        ],
        "entitlements": [
            {"brand": "Acme", "start": month + "-01", "end": "2026-03-31", "slots_per_week": 5}
        ],
        "slotting": [{"vin_wmi": "KNM"}],
        "suppliers": [{"part": "P", "supplier": "S1", "name": "Cells Ltd", "pack": 10}],
        "part_stock": [{"part": "E", "date": place, "units": 300}],
        "campaigns": [{"part": "E", "shop": "engine", "least_lot": 20, "safety_hours": 2}],
        "setups": [{"shop": "engine", "minutes": 20}],
        "stations": [
            {"station": "coat", "shop": "paint", "place": 1, "buffer": 5},
            {"station": "trim", "shop": "assembly", "place": 1, "servers": 2},
            {"station": "engines", "shop": "engine", "place": 1, "feeds": "trim"},
        ],
        "station_times": [{"station": "coat", "model": "B", "minutes": 1.1}],
        "stops": [{"station": "coat", "stop": "pump", "every": 100, "repair": 4}],
        "stores": [{"store": "PBS", "after": "paint", "before": "assembly", "places": 12}],
        "rework": [{"station": "coat", "rework": "spot", "share": 0.1, "minutes": 20}],
        "skids": [{"loop": "hangers", "from_station": "trim", "to_station": "trim", "skids": 6}],
        **sea_rows(),
    }
    return {name: overrides.get(name, table) for name, table in tables.items()}
