"""From a plan of voyages to the yards: when each car stands at the plant and at the port.

A car stands at the plant from its line-off on. It is called to the port some days before the
cut-off of its voyage, as the way lets cars through hour by hour; the cars of an hour with one
voyage and port of discharge go together, in any order. It stands at the port until the cars for its
port of discharge are loaded: on the day of departure, while the port works, the last port of call
first. A car for a box stands there until the day on which its box is filled. Where one of the two
has no areas, cars stand at the other alone.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from sinho.hub import Hub
from sinho.hub.schema import fields
from sinho.hub.shifts import START, clock_hours
from sinho.results.shipping import CONTAINER, STAYS, ShipPlan
from sinho.ship.way import DAY, HOUR, hours_of, rounded, through

PLANT = "plant"
"""Site of the plant's own yard."""

CALLED_DAYS = int(fields("ports")["called_days"].default or 0)
"""Days before the cut-off from which on cars are called to a port that is not in table ports."""

NO_TIME = dt.timedelta(0)

SPREAD = dt.timedelta(hours=16)
"""Time from the begin of a day on over which its cars are taken to leave the line, unless told."""

EXPORT, ALL = "export", "all"
SEABORNE = (EXPORT, CONTAINER, ALL)
"""Purposes of areas in which cars stand that leave by sea."""

Car = dict[str, Any]


@dataclass(frozen=True)
class Window:
    """When cars of a voyage and port of discharge are at the port of loading.

    Parameters
    ----------
    voyage : str or None
        Voyage, or the boxes of a lane and day.
    cutoff : datetime.date or None
        Last day on which they are handed over.
    loading, leave : datetime.datetime or None
        When they are loaded; None: they stay.
    """

    voyage: str | None = None
    cutoff: dt.date | None = None
    loading: dt.datetime | None = None
    leave: dt.datetime | None = None


def tables_of(
    hub: Hub, plan: ShipPlan, made: pl.DataFrame | None = None
) -> dict[str, tuple[pl.DataFrame, pl.DataFrame]]:
    """Return the cars that stand in the yards of a plan, and the rows there, by site.

    Parameters
    ----------
    hub, plan, made
        As `Input.from_plan` takes them.
    """
    areas = hub["yard_areas"].filter(pl.col("purpose").is_in(SEABORNE))
    areas = areas.with_columns(site=pl.col("port").fill_null(PLANT))
    sites = sorted(areas["site"].unique(), key=lambda name: (name != PLANT, name))
    if not sites or plan.cars.is_empty():
        return {}
    stays = stays_of(hub, plan, sites, made)
    found = {}
    for site in sites:
        rows = rows_of(hub, areas.filter(pl.col("site") == site))
        boxes = CONTAINER in rows["purpose"].to_list()
        cars = stays[site]
        for stay in cars:
            stay["purpose"] = CONTAINER if stay.pop("boxed") and boxes else EXPORT
        schema = {"ready": pl.Datetime("us"), "loading": pl.Datetime("us")}
        table = pl.DataFrame(
            cars, schema_overrides={**schema, "leave": pl.Datetime("us")}, infer_schema_length=None
        )
        if cars:
            found[site] = (table, rows)
    return found


def rows_of(hub: Hub, areas: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of a site's areas, and what standing there costs."""
    price = hub["ports"].select("port", "free_days", "storage_cost")
    return (
        areas.join(price, on="port", how="left", maintain_order="left")
        .with_columns(
            row=pl.int_ranges(1, pl.col("rows") + 1),
            purpose=pl.when(pl.col("purpose") != ALL).then("purpose"),
        )
        .explode("row")
        .select(
            "site",
            "area",
            "purpose",
            "row",
            "places",
            "largest_length",
            "largest_width",
            "open_ends",
            "free_days",
            "storage_cost",
        )
    )


def stays_of(
    hub: Hub, plan: ShipPlan, sites: list[str], made: pl.DataFrame | None
) -> dict[str, list[Car]]:
    """Return the stays of cars by site."""
    size = {name: both for name, *both in hub["models"].select("model", "length", "width").rows()}
    known = {} if made is None else dict(made.select("car", "moment").iter_rows())
    ports = hub["ports"].filter(pl.col("role") != "discharge")["port"].to_list()
    home = ports[0] if ports else (sites[-1] if sites[-1] != PLANT else PLANT)
    loads = dict(hub["vessels"].select("vessel", pl.col("port").fill_null(home)).iter_rows())
    windows = windows_of(hub, plan, loads, home)
    cars = list(plan.cars.iter_rows(named=True))
    off = line_off(cars, known)
    port_of = [loads.get(car["vessel"], home) for car in cars]
    window_of = [windows[lot_of(car)] for car in cars]
    out: dict[int, Trip] = {}
    before = dict(hub["ports"].select("port", "called_days").iter_rows())
    for port in sorted(set(port_of)):
        ahead = before.get(port, CALLED_DAYS) * DAY
        calls = [
            (
                max(off[at], _midnight(car["ready"]), _midnight(window.cutoff, ahead)),
                f"{window.voyage} {car['port']}",
                at,
            )
            for at, (car, window) in enumerate(zip(cars, window_of, strict=True))
            if port_of[at] == port and car["way"] != STAYS and car["built"] is not None
        ]
        if PLANT not in sites:  # there is nowhere to wait
            calls = [(max(off[at], _midnight(cars[at]["ready"])), lot, at) for _, lot, at in calls]
        out |= trips(hub, port, calls)
    stays: dict[str, list[Car]] = {site: [] for site in sites}
    for at, (car, port, window) in enumerate(zip(cars, port_of, window_of, strict=True)):
        length, width = size[car["model"]]
        stay = {"car": car["car"], "length": length, "width": width, "site": port}
        stay |= {"voyage": window.voyage, "port": car["port"], "boxed": car["way"] == CONTAINER}
        begin, leaves = off[at], window.leave
        trip = out.get(at)
        stocked = car["built"] is None
        if PLANT in sites and not (stocked and port in sites):
            begin = begin if trip is None else min(begin, trip.last)
            part = {"ready": begin, "loading": trip and trip.first, "leave": trip and trip.last}
            stays[PLANT].append({**stay, "site": PLANT, **part})
        if port in sites and port != PLANT and (PLANT not in sites or stocked or trip is not None):
            came = trip.arrives if trip else begin
            came = came if leaves is None else min(came, leaves)
            part = {"ready": came, "loading": window.loading, "leave": leaves}
            stays[port].append({**stay, **part})
    return stays


def _midnight(day: dt.date | None, before: dt.timedelta = NO_TIME) -> dt.datetime:
    """Return when a day begins, or so long before; the first moment of all where there is none."""
    return dt.datetime.min if day is None else dt.datetime.combine(day, dt.time()) - before


def lot_of(car: Car) -> tuple[str | None, str | None, dt.date | None, str]:
    """Return what has a window of its own: voyage and port of discharge, or a lane's boxes."""
    lane = car["lane"] if car["way"] == CONTAINER else ""
    return car["vessel"], car["port"], car["leaves"], lane


def windows_of(
    hub: Hub, plan: ShipPlan, loads: Mapping[str, str], home: str
) -> dict[tuple[str | None, str | None, dt.date | None, str], Window]:
    """Return when the cars of each lot are at the port of loading."""
    cutoff = dict(plan.voyages.select("vessel", "cutoff").iter_rows())
    wait = dict(hub["containers"].sort("start").select("lane", "wait").iter_rows())
    works = port_hours(hub)
    count: Counter[Any] = Counter()
    arrives: dict[Any, dt.date] = {}
    for car in plan.cars.iter_rows(named=True):
        count[lot_of(car)] += 1
        arrives[lot_of(car)] = max(
            car["arrives"] or dt.date.min, arrives.get(lot_of(car), dt.date.min)
        )
    windows: dict[Any, Window] = {lot: Window() for lot in count}
    by_voyage = defaultdict(list)
    for lot in count:
        vessel, _, leaves, lane = lot
        if lane and leaves is not None:
            day = leaves - dt.timedelta(days=int(wait.get(lane, wait.get(ALL)) or 0))
            opens, closes = works.get(home, (dt.timedelta(0), DAY))
            midnight = dt.datetime.combine(day, dt.time())
            windows[lot] = Window(f"boxes {lane} {day}", day, midnight + opens, midnight + closes)
        elif vessel is not None:
            by_voyage[vessel].append(lot)
    for vessel, lots in by_voyage.items():
        opens, closes = works.get(loads.get(vessel, home), (dt.timedelta(0), DAY))
        total, before = sum(count[lot] for lot in lots), 0
        for lot in sorted(lots, key=lambda lot: (arrives[lot], lot[1] or ""), reverse=True):
            midnight = dt.datetime.combine(lot[2], dt.time()) + opens
            after = before + count[lot]
            begin, end = (rounded((closes - opens) * part / total) for part in (before, after))
            windows[lot] = Window(vessel, cutoff.get(vessel), midnight + begin, midnight + end)
            before = after
    return windows


def port_hours(hub: Hub) -> dict[str, tuple[dt.timedelta, dt.timedelta]]:
    """Return when ports open and close, from midnight on."""
    return {
        port: (
            dt.timedelta(hours=clock_hours(opens) or 0.0),
            DAY if closes == "24:00" else dt.timedelta(hours=clock_hours(closes) or 24.0),
        )
        for port, opens, closes in hub["ports"].select("port", "opens", "closes").iter_rows()
    }


def line_off(cars: list[Car], known: Mapping[str, dt.datetime]) -> list[dt.datetime]:
    """Return when cars leave the line; those in stock, when they are first there."""
    days = [car["built"] or car["ready"] for car in cars]
    count, number = Counter(days), Counter[dt.date]()
    found = []
    for car, day in zip(cars, days, strict=True):
        share = (number[day] + 0.5) / count[day]
        number[day] += 1
        begin = dt.datetime.combine(day, START)
        if car["built"] is None:
            begin, share = dt.datetime.combine(day, dt.time()), 0.0
        found.append(known.get(car["car"], begin + rounded(SPREAD * share)))
    return found


@dataclass(frozen=True)
class Trip:
    """When the cars of an hour with one voyage and port of discharge go to the port of loading.

    Parameters
    ----------
    first, last : datetime.datetime
        When the first and the last of them set out.
    arrives : datetime.datetime
        When all are there.
    """

    first: dt.datetime
    last: dt.datetime
    arrives: dt.datetime


def trips(hub: Hub, port: str, calls: Iterable[tuple[dt.datetime, str, int]]) -> dict[int, Trip]:
    """Return how cars go to a port that are called to it.

    The way lets so many through in each hour; who is called first goes first. Without a way in the
    hub they go evenly while the port works.

    Parameters
    ----------
    hub : Hub
        The hub.
    port : str
        Port of loading.
    calls : iterable of (datetime.datetime, str, int)
        When a car is called, its voyage and port of discharge, and its number.
    """
    hours, minutes = hours_of(hub["port_way"].filter(pl.col("port") == port))
    called = sorted(calls)
    if not hours:  # as many in each hour as there have to be
        opens, closes = port_hours(hub).get(port, (dt.timedelta(0), DAY))
        span = range(round(opens / HOUR), max(round(closes / HOUR), round(opens / HOUR) + 1))
        most = max(Counter(call.date() for call, _, _ in called).values(), default=1)
        hours = [(hour, -(-most // len(span))) for hour in span]
    groups: dict[tuple[dt.datetime, str], list[tuple[int, dt.datetime]]] = defaultdict(list)
    gone = through(hours, (call for call, _, _ in called))
    for (_, lot, at), (begin, left) in zip(called, gone, strict=True):
        groups[begin, lot].append((at, left))
    found: dict[int, Trip] = {}
    for cars in groups.values():
        first, last = cars[0][1], cars[-1][1]
        found |= dict.fromkeys((at for at, _ in cars), Trip(first, last, last + minutes))
    return found
