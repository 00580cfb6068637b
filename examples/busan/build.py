"""Write the tables of the Busan hub.

``python examples/busan/build.py`` rewrites ``hub.toml`` and the CSV files in this folder, byte for
byte the same every time; ``--out FOLDER`` writes them elsewhere. ``figures.py`` holds the reported
figures with their sources, ``demand.py`` the rules that make months of them; ``products.py``,
``plant.py``, ``trade.py``, ``ordering.py``, ``sea.py`` and ``flow.py`` hold the other tables. The
scenarios are written by hand.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import ordering  # noqa: E402
import plant  # noqa: E402
import products  # noqa: E402
import trade  # noqa: E402
from demand import DOM, EXP, demand  # noqa: E402
from figures import BUILT, PLANT_DAYS, SALES, S  # noqa: E402
from tables import ASSUMED, DERIVED, Row, build, vessel_rows  # noqa: E402

import flow  # noqa: E402
import sea  # noqa: E402

HEADROOM = 1.2
JANUARY_2024 = "2024-01"
BEFORE = "; meant: history before the planned months"
"""Why actuals lie outside the horizon."""

POLESTAR_CARS = 800
CALLS = {"EU-NORTH": 4, "EU-MED": 2, "OCEANIA": 2, "ASIA": 4, "LATAM": 2, "NAM-WEST": 4}
BOXES = {("EU-NORTH", "2023-04"): 100, ("EU-NORTH", "2023-05"): 567}


def demand_rows() -> list[Row]:
    """Return the table ``demand``: the cars asked for, with prices and penalties."""
    rows = []
    for asked in demand():
        flow = DOM if asked.market == "KR" else EXP
        rows.append(
            {
                "model": asked.model,
                "market": asked.market,
                "month": f"{asked.year}-{asked.month:02d}",
                "units": asked.units,
                "price": trade.PRICE[asked.model][flow == EXP],
                "lost_penalty": trade.LOST_PENALTY,
                "late_penalty": trade.LATE_PENALTY[flow],
                "source": asked.source,
                "basis": asked.basis,
            }
        )
    return rows


def stowed_area(model: Row) -> float:
    """Return the deck area of a car in square metres, with its clearance."""
    return (model["length"] + trade.STOW_GAP) * (model["width"] + trade.STOW_GAP) / 1e6


def sailing_rows(asked: list[Row]) -> list[Row]:
    """Return the table ``sailings``: a fifth more than the fullest month of the year needs."""
    area = {row["model"]: stowed_area(row) for row in products.MODELS}
    lanes = {row["market"]: row["lane"] for row in trade.MARKETS if row["lane"]}
    need: dict[tuple[str, str], float] = {}
    for row in asked:
        if row["market"] in lanes:
            key = (lanes[row["market"]], row["month"])
            need[key] = need.get(key, 0.0) + row["units"] * area[row["model"]]
    rows = []
    for lane, calls in CALLS.items():
        for year in PLANT_DAYS:
            months = [f"{year}-{month:02d}" for month in range(1, 13)]
            room = HEADROOM * max(need.get((lane, month), 0.0) for month in months)
            source = (
                "assumption: 20 % more than the lane's fullest month of the year needs; RT43 "
                f"units of the same deck; calls weekly or 3-4 a month in 2008 {S['ksg']}"
            )
            if lane == "NAM-WEST":
                months = [month for month in months if month >= "2025-07"]
                room = POLESTAR_CARS * area["PS4"]
                source = f"assumption: room for {POLESTAR_CARS} Polestar 4 a month"
            for month in months:
                deck, note = room, source
                if month == JANUARY_2024 and room:
                    deck = need.get((lane, month), 0.0)
                    note = (
                        "planned sailings were missed, 226 cars left "
                        f"{S['mediapen2024']}; room for just these cars"
                    )
                boxes = BOXES.get((lane, month), 0)
                if boxes:
                    note += (
                        "; boxes: about 2,000 cars in April and May 2023, 1,700 of them in May, "
                        f"3 in a box {S['chosunbiz']}"
                    )
                deck = math.ceil(deck / 10) * 10
                rows.append(
                    {
                        "lane": lane,
                        "month": month,
                        "calls": calls if month != JANUARY_2024 else "",
                        "ceu": math.ceil(deck / trade.CEU_AREA),
                        "area": deck,
                        "boxes": boxes,
                        "source": note,
                        "basis": DERIVED if month == JANUARY_2024 else ASSUMED,
                    }
                )
    return rows


def actual_rows() -> list[Row]:
    """Return the table ``actuals``; exports count as shipped, all other sales as sold."""
    rows, first = [], trade.SETTINGS["start"][:4]
    for figures, built in ((BUILT, True), (SALES, False)):
        for figure in figures:
            sold = figure.market in ("all", DOM)
            rows.append(
                {
                    "period": figure.period,
                    "item": figure.item,
                    "market": figure.market,
                    "measure": "made" if built else "sold" if sold else "shipped",
                    "units": figure.units,
                    "unit": "kg" if figure.item == "casting" else "piece",
                    "source": figure.source + (BEFORE if figure.period < first else ""),
                    "basis": figure.basis,
                }
            )
    return rows


def tables() -> dict[str, list[Row]]:
    """Return every table of the hub by name."""
    asked = demand_rows()
    sailings = sailing_rows(asked)
    vessels = vessel_rows([row for row in sailings if row["month"].startswith(f"{ordering.YEAR}-")])
    return {
        "brands": products.BRANDS,
        "models": products.MODELS,
        "ramp": products.RAMP,
        "parts": products.PARTS,
        "bom": products.BOM,
        "groups": plant.GROUPS,
        "shops": plant.SHOPS,
        "loads": plant.LOADS,
        "patterns": plant.PATTERNS,
        "fixed_patterns": plant.FIXED_PATTERNS,
        "overtime": plant.OVERTIME,
        "crews": plant.CREWS,
        "calendar": plant.CALENDAR,
        "markets": trade.MARKETS,
        "demand": asked,
        "tariffs": trade.TARIFFS,
        "freight": trade.FREIGHT,
        "sailings": sailings,
        "yard": trade.YARD,
        "opening_stock": trade.OPENING_STOCK,
        "opening_backlog": trade.OPENING_BACKLOG,
        "actuals": actual_rows(),
        "options": ordering.OPTIONS,
        "sequence_levels": ordering.SEQUENCE_LEVELS,
        "sequence_rules": ordering.SEQUENCE_RULES,
        "operations": ordering.OPERATIONS,
        "option_rates": ordering.OPTION_RATES,
        "colours": ordering.COLOURS,
        "option_rules": ordering.OPTION_RULES,
        "vessels": sea.with_ships(vessels),
        "slot_limits": ordering.SLOT_LIMITS,
        "entitlements": ordering.ENTITLEMENTS,
        "slotting": ordering.SLOTTING,
        "suppliers": ordering.SUPPLIERS,
        "campaigns": ordering.CAMPAIGNS,
        "setups": ordering.SETUPS,
        "ports": sea.PORTS,
        "port_calls": sea.port_calls(vessels),
        "space_shares": sea.SPACE_SHARES,
        "ships": sea.SHIPS,
        "decks": sea.DECKS,
        "yard_areas": sea.YARD_AREAS,
        "port_way": sea.PORT_WAY,
        "containers": sea.containers(trade.FREIGHT),
        "box_cars": sea.BOX_CARS,
        "lead_times": sea.LEAD_TIMES,
        "port_stock": sea.PORT_STOCK,
        "stations": flow.STATIONS,
        "stops": flow.STOPS,
        "stores": flow.STORES,
        "rework": flow.REWORK,
        "skids": flow.SKIDS,
    }


if __name__ == "__main__":
    build(HERE, trade.SETTINGS, tables)
