"""The day list that a planner hands to the shop: one sheet for each day."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sinho.hub.sheets import write_tables
from sinho.run.found import DayRun
from sinho.run.report.tables import days_table

SHOP = (
    "position",
    "order",
    "vin",
    "brand",
    "model",
    "colour",
    "options",
    "engine",
    "market",
    "vessel",
    "departs",
    "wanted",
)
"""Columns of a day's sheet; how late the car is comes behind them."""

NOTE = (
    "The cars of the day in building order. engine: engine of the car, or its battery pack. "
    "departs: day on which it leaves, with its vessel or the dealer's carrier."
)


def shop_lists(run: DayRun) -> dict[str, pl.DataFrame]:
    """Return the sheets of the day list by name.

    Parameters
    ----------
    run : DayRun
        The run.

    Returns
    -------
    dict of str to polars.DataFrame
        ``days`` (what each day builds), a sheet per day (of a line) named by it, and ``without a
        day`` where orders have none.
    """
    sheets = {"days": days_table(run).frame}
    cars = run.cars
    for day in run.sequences:
        own = (pl.col("date") == day.date) & (pl.col("line") == day.line)
        sheets[str(day)] = cars.filter(own).select(*SHOP, pl.col("late_days").alias("late [days]"))
    rest = cars.filter(pl.col("date").is_null())
    if rest.height:
        sheets["without a day"] = rest.select(
            "order",
            "vin",
            "model",
            "colour",
            "options",
            "market",
            "wanted",
            "priority",
            (pl.col("zone") == "later").alias("for a later run"),
        )
    return sheets


def write_day_list(run: DayRun, path: Path) -> Path:
    """Write the day list as an Excel workbook; an earlier one is replaced.

    Parameters
    ----------
    run : DayRun
        The run.
    path : pathlib.Path
        The workbook, ending in ``.xlsx``.
    """
    sheets = shop_lists(run)
    notes = dict.fromkeys(map(str, run.sequences), NOTE)
    return write_tables(path, sheets, notes=notes, force=True)
