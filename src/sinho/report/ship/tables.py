"""The tables of the way to the sea, and its workbook: bookings, and the yards day by day."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from sinho.hub.sheets import write_tables
from sinho.report.ship.kpi import HUNDRED, logistics_kpis
from sinho.report.ship.messages import leaving
from sinho.report.ship.shipped import Shipped
from sinho.report.tables import Table
from sinho.results.shipping import STAYS
from sinho.results.yard import came_in


def ship_tables(sea: Shipped) -> dict[str, Table]:
    """Return the tables of a plan of voyages by name.

    Parameters
    ----------
    sea : Shipped
        The plan, its yards and decks.
    """
    return {"kpis": kpi_table(sea), "voyages": voyage_table(sea), "missed": missed_table(sea)}


def kpi_table(sea: Shipped) -> Table:
    """Return the key figures of finished-vehicle logistics with their definitions."""
    return Table(
        "Key figures of finished-vehicle logistics",
        logistics_kpis(sea),
        note="All are of the plan, not of what happens. Of the nine core KPIs of Odette and ECG, "
        "delivery to the dealer, damage, and completeness and timeliness of events are not "
        "planned, and have no figure.",
    )


def voyage_table(sea: Shipped) -> Table:
    """Return the voyages: booked, used, missed."""
    currency = sea.hub.settings.currency
    frame = sea.used.select(
        pl.col("vessel").alias("voyage"),
        "lane",
        "ship",
        pl.col("cutoff").alias("cut-off"),
        "etd",
        pl.col("booked_least").alias("booked, least [cars]"),
        pl.col("booked_most").alias("booked, most [cars]"),
        pl.col("cars").alias("used [cars]"),
        pl.col("short").alias("short [cars]"),
        pl.col("missed").alias("miss it [cars]"),
        pl.col("area").alias("area [m²]"),
        pl.col("area_room").alias("room [m²]"),
        pl.col("ceu").alias("used [CEU]"),
        pl.col("ceu_room").alias("room [CEU]"),
        (HUNDRED * pl.col("fill")).alias("fill [%]"),
        pl.col("positions").alias("movable decks"),
        pl.col("cost").alias(f"slots and charter [{currency}]"),
    )
    known = [name for name in frame.columns if frame[name].null_count() < frame.height]
    return Table(
        "Voyages: booked, used, missed",
        frame.select(known),
        "No voyage carries a car.",
        note="Fill: the fullest of area, CEU and slots booked. Voyages without a car, a miss and "
        "a booking are left out.",
    )


def missed_table(sea: Shipped) -> Table:
    """Return the cars that miss their ship by cause, voyage, model and market."""
    frame = (
        sea.plan.cars.drop_nulls("cause")
        .group_by("cause", "missed", "model", "market", maintain_order=True)
        .agg(
            pl.len().alias("cars [cars]"),
            (pl.col("way") == STAYS).sum().alias("stay [cars]"),
            pl.col("late_days").max().alias("late, most [days]"),
        )
        .sort("cars [cars]", descending=True, maintain_order=True)
        .rename({"missed": "voyage missed"})
    )
    return Table(
        "Cars that miss their ship",
        frame,
        "No car misses its ship.",
        note="Voyage missed: the last that would have been in time; none where there was none.",
    )


def bookings(sea: Shipped) -> pl.DataFrame:
    """Return the booking list: one row for each car that leaves, by voyage and port."""
    return (
        leaving(sea)
        .sort("leaves", "voyage", "arrives", "model", "car")
        .select(
            "voyage",
            "way",
            "ship",
            "loading",
            pl.col("cutoff").alias("cut-off"),
            pl.col("leaves").alias("departs"),
            "port",
            "arrives",
            "market",
            "brand",
            "model",
            "car",
            "vin",
            "ready",
            "due",
            "late_days",
            "days_in_hand",
            "length",
            "width",
            "height",
            "mass",
        )
    )


UNITS = {
    "late_days": "days",
    "days_in_hand": "days",
    "length": "mm",
    "width": "mm",
    "height": "mm",
    "mass": "kg",
    "inflow": "cars",
    "outflow": "cars",
    "moves": "cars",
    "standing": "cars",
    "overflow": "cars",
    "cars": "cars",
}
"""Units of the workbook's columns."""


def by_port(sea: Shipped) -> pl.DataFrame:
    """Return the cars of each voyage by port of discharge and model."""
    return (
        bookings(sea)
        .group_by("voyage", "departs", "port", "arrives", "model", maintain_order=True)
        .agg(pl.len().cast(pl.Int64).alias("cars"))
    )


def yard_days(sea: Shipped) -> pl.DataFrame:
    """Return by ``site`` and ``day``: what comes, goes, is moved, and stands at the day's end."""
    if not sea.yards:
        return pl.DataFrame()
    flows = ("inflow", "outflow", "moves")
    return (
        pl.concat([yard.hours for yard in sea.yards.values()])
        .sort("site", "hour")
        .group_by("site", day=pl.col("hour").dt.date(), maintain_order=True)
        .agg(pl.col(*flows).sum(), pl.col("standing", "overflow").last())
        .select("site", "day", *flows, "standing", "overflow")
    )


COMES, LEAVES, MOVED, STANDS = "comes", "leaves", "is moved", "stands"


def yard_list(sea: Shipped) -> pl.DataFrame:
    """Return the yard list: what happens to cars on each day, in order of time.

    ``site``, ``day``, ``time``, ``what`` (stands: from before the plan on; comes, is moved,
    leaves), ``car``, ``vin``, ``model``, ``voyage``, ``port``, ``area``, ``row``, ``place``,
    ``to_area``, ``to_row`` and ``to_place``.
    """
    return pl.concat(_events(sea), how="diagonal") if sea.yards else pl.DataFrame()


def _events(sea: Shipped) -> Iterator[pl.DataFrame]:
    names = sea.cars.select("car", "vin", "model", "origin")
    who = ("car", "vin", "model", "voyage", "port")
    for site, yard in sea.yards.items():
        places = yard.places.join(names, on="car", how="left", maintain_order="left")
        spot = ("area", "row", "place")
        stood = pl.when(sea.stood).then(pl.lit(STANDS)).otherwise(pl.lit(COMES))
        came = places.select(
            *who, *spot, came_in().alias("time"), stood.alias("what"), step="step_in"
        )
        last = yard.moves.unique("car", keep="last", maintain_order=True).select(
            "car", "to_area", "to_row", "to_place"
        )
        gone = (
            places.drop_nulls("leaves")
            .join(last, on="car", how="left", maintain_order="left")
            .select(
                *who,
                *(pl.coalesce(f"to_{name}", name).alias(name) for name in spot),
                pl.col("leaves").alias("time"),
                pl.lit(LEAVES).alias("what"),
                step="step_out",
            )
        )
        moved = yard.moves.join(places.select(*who), on="car", how="left").select(
            *who,
            *spot,
            "to_area",
            "to_row",
            "to_place",
            "time",
            pl.lit(MOVED).alias("what"),
            "step",
        )
        yield (
            pl.concat([came, moved, gone], how="diagonal")
            .sort("time", "step", nulls_last=True, maintain_order=True)
            .select(
                pl.lit(site).alias("site"),
                pl.col("time").dt.date().alias("day"),
                pl.col("time").dt.strftime("%H:%M"),
                "what",
                *who,
                *spot,
                *(f"to_{name}" for name in spot),
            )
        )


def write_ship_lists(sea: Shipped, path: Path) -> Path:
    """Write voyages, booking list and yard list as an Excel workbook; replaces an earlier one.

    Parameters
    ----------
    sea : Shipped
        The plan, its yards and decks.
    path : pathlib.Path
        The workbook, ending in ``.xlsx``.
    """
    sheets = {
        "key figures": kpi_table(sea).frame,
        "voyages": voyage_table(sea).frame,
        "cars by voyage and port": by_port(sea),
        "booking list": bookings(sea),
        "miss their ship": missed_table(sea).frame,
    }
    if sea.yards:
        sheets |= {"yards by day": yard_days(sea)}
        events = yard_list(sea)
        sheets |= {
            f"yard list {site}": events.filter(pl.col("site") == site).drop("site")
            for site in sea.yards
        }
    notes = {
        "booking list": "One row a car that leaves, by voyage, port of discharge and model.",
        "yards by day": "Standing and overflow (cars without a place) at the end of the day.",
        **{
            f"yard list {site}": "What happens in the yard, in order of time. Place 1 is the "
            "deepest of its row; to_...: where a car is moved to."
            for site in sea.yards
        },
    }
    return write_tables(path, sheets, notes=notes, units=UNITS, force=True)
