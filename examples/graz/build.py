"""Write the tables of the Graz hub.

``python examples/graz/build.py`` rewrites ``hub.toml`` and the CSV files in this folder, byte for
byte the same every time; ``--out FOLDER`` writes them elsewhere. ``figures.py`` holds the reported
figures with their sources, ``demand.py`` the rules that make months of them; ``products.py``,
``plant.py``, ``trade.py``, ``ordering.py`` and ``flow.py`` hold the other tables.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.dont_write_bytecode = True
HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import ordering  # noqa: E402
import plant  # noqa: E402
import products  # noqa: E402
import trade  # noqa: E402
from demand import demand_rows  # noqa: E402
from figures import ACTUALS  # noqa: E402
from tables import Row, build, vessel_rows  # noqa: E402

import flow  # noqa: E402


def actual_rows() -> list[Row]:
    """Return the table ``actuals``."""
    return [
        {
            "period": figure.period,
            "item": figure.item,
            "market": "all",
            "measure": figure.measure,
            "units": figure.units,
            "unit": "piece",
            "source": figure.source,
            "basis": figure.basis,
        }
        for figure in ACTUALS
    ]


def tables() -> dict[str, list[Row]]:
    """Return every table of the hub by name."""
    asked = demand_rows(trade.PRICE, trade.LOST_PENALTY, trade.LATE_PENALTY)
    area = trade.SETTINGS["ceu_area"] * 1e6
    ceu = {row["model"]: row["length"] * row["width"] / area for row in products.MODELS}
    sailings = trade.sailing_rows(asked, ceu)
    return {
        "brands": products.BRANDS,
        "models": products.MODELS,
        "ramp": products.RAMP,
        "parts": products.PARTS,
        "bom": products.BOM,
        "groups": plant.GROUPS,
        "shops": plant.SHOPS,
        "loads": plant.LOADS,
        "lines": plant.LINE_TABLE,
        "model_lines": plant.MODEL_LINES,
        "patterns": plant.PATTERNS,
        "shifts": plant.SHIFTS,
        "fixed_patterns": plant.FIXED_PATTERNS,
        "overtime": plant.OVERTIME,
        "crews": plant.CREWS,
        "calendar": plant.CALENDAR,
        "markets": trade.MARKETS,
        "demand": asked,
        "contracts": trade.CONTRACTS,
        "tariffs": trade.TARIFFS,
        "freight": trade.FREIGHT,
        "sailings": sailings,
        "departures": trade.DEPARTURES,
        "currencies": trade.CURRENCIES,
        "yard": trade.YARD,
        "opening_stock": trade.OPENING_STOCK,
        "actuals": actual_rows(),
        "options": ordering.OPTIONS,
        "sequence_levels": ordering.SEQUENCE_LEVELS,
        "sequence_rules": ordering.SEQUENCE_RULES,
        "operations": ordering.OPERATIONS,
        "option_rates": ordering.OPTION_RATES,
        "colours": ordering.COLOURS,
        "option_rules": ordering.OPTION_RULES,
        "vessels": vessel_rows(sailings),
        "slot_limits": ordering.SLOT_LIMITS,
        "entitlements": ordering.ENTITLEMENTS,
        "slotting": ordering.SLOTTING,
        "suppliers": ordering.SUPPLIERS,
        "part_stock": ordering.PART_STOCK,
        "campaigns": ordering.CAMPAIGNS,
        "setups": ordering.SETUPS,
        "stations": flow.STATIONS,
        "stops": flow.STOPS,
        "stores": flow.STORES,
        "rework": flow.REWORK,
    }


if __name__ == "__main__":
    build(HERE, trade.SETTINGS, tables)
