"""The sea in numbers: models, markets, voyages, freight and arrivals as arrays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.hub import Hub
from sinho.hub.currencies import rates_on
from sinho.hub.delivery import paid_by_plant
from sinho.hub.schema import ALL
from sinho.hub.schema.ship import BOTH, LOADING
from sinho.hub.voyages import ALONE
from sinho.ship.data import Input
from sinho.units import Floats, ceu, stowed_area

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

MONTH_DAYS = 365.25 / 12
NEVER = float("inf")


@dataclass(frozen=True)
class Sea:
    """What M models, K markets and V voyages are, in numbers; days are ordinals.

    Parameters
    ----------
    models, brands, markets, lanes, ports, vessels : tuple of str
        Names; brand by model, lane and port by market.
    ceu, area, height, width, mass, per_box : ndarray, shape (M,)
        A car in CEU and in square metres with its gaps, its size in millimetres and mass in
        kilograms, and how many go into a box (0: none).
    holding : ndarray, shape (M,)
        Cost of a finished car for a day.
    lane : tuple of str
        By voyage, as are the following.
    cutoff, etd : ndarray of int, shape (V,)
        Days.
    ceu_room, most, least, charter, dead, free_days, storage : ndarray, shape (V,)
        Rooms (infinite: no limit), cars booked, price of the voyage, freight of a car that is
        short of those booked, days without storage and its price per day.
    arrival : ndarray, shape (V, K)
        Day of arrival; infinite where the voyage does not call at the market's port.
    freight : ndarray, shape (V, M, K)
        Freight of a car in the hub's currency; 0 where its buyer pays it.
    rows : tuple of dict
        The voyages as the input gives them.
    """

    models: tuple[str, ...]
    brands: tuple[str, ...]
    markets: tuple[str, ...]
    lanes: tuple[str, ...]
    ports: tuple[str, ...]
    ceu: Floats
    area: Floats
    height: Floats
    width: Floats
    mass: Floats
    per_box: Ints
    holding: Floats
    vessels: tuple[str, ...]
    lane: tuple[str, ...]
    cutoff: Ints
    etd: Ints
    ceu_room: Floats
    most: Floats
    least: Floats
    charter: Floats
    dead: Floats
    free_days: Floats
    storage: Floats
    arrival: Floats
    freight: Floats
    rows: tuple[dict[str, Any], ...]

    def of_lane(self, lane: str) -> Ints:
        """Return the voyages of a lane, by departure."""
        return np.array([v for v, name in enumerate(self.lane) if name == lane], dtype=np.int64)

    def gap(self, lane: str) -> int:
        """Return the longest time between two departures of a lane; `ALONE` with one voyage."""
        etds = np.sort(self.etd[self.of_lane(lane)])
        return int(np.diff(etds).max()) if len(etds) > 1 else ALONE


def sea_of(data: Input) -> Sea:
    """Return the numbers of an input.

    Voyages with a cut-off before its first day are left out, but for those that depart later with
    cars of the former plan.
    """
    hub, settings = data.hub, data.hub.settings
    models, markets = hub["models"], hub["markets"].filter(pl.col("route") == "overseas")
    length, width = (models[name].to_numpy().astype(float) for name in ("length", "width"))
    boxes = dict(hub["box_cars"].select("model", "cars").iter_rows())
    held = [] if data.former is None else data.former["vessel"].drop_nulls().unique().to_list()
    rows = (
        data.voyages.filter(
            (pl.col("cutoff") >= data.first)
            | (pl.col("vessel").is_in(held) & (pl.col("etd") >= data.first))
        )
        .sort("lane", "etd", "cutoff", "vessel")
        .to_dicts()
    )
    etds = [row["etd"] for row in rows]
    rates = rates_on(hub, etds)

    def money(column: str) -> Floats:
        own = [(row[column] or 0.0) * rates(row["currency"])[at] for at, row in enumerate(rows)]
        return np.array(own, dtype=float)

    def number(column: str, none: float) -> Floats:
        return np.array([none if row[column] is None else row[column] for row in rows], dtype=float)

    size = ceu(length, width, settings.ceu_area)
    area = stowed_area(length, width, settings.stow_gap)
    arrival, freight = _freight(hub, rows, markets.to_dicts(), size, rates)
    _called(arrival, data.calls, rows, markets["port"].to_list())
    slot = money("slot_cost")
    dead = freight.min(axis=(1, 2)) if freight.size else np.zeros(len(rows))
    for at, row in enumerate(rows):
        if row["slot_cost"] is not None:
            each = {"car": np.ones(len(size)), "ceu": size, "m2": area}[row["per"]]
            freight[at] = slot[at] * each[:, None]
            dead[at] = slot[at] * {"car": 1.0, "ceu": 1.0, "m2": settings.ceu_area}[row["per"]]
    freight = freight * _ours(hub, etds, markets["market"].to_list())
    free, storage = _storage(hub, rows, data.first)
    return Sea(
        models=tuple(models["model"]),
        brands=tuple(models["brand"]),
        markets=tuple(markets["market"]),
        lanes=tuple(markets["lane"]),
        ports=tuple(markets["port"]),
        ceu=size,
        area=area,
        height=models["height"].to_numpy().astype(float),
        width=width,
        mass=models["mass"].fill_null(0.0).to_numpy().astype(float),
        per_box=np.array([boxes.get(name, 0) for name in models["model"]], dtype=np.int64),
        holding=models["stock_cost"].to_numpy().astype(float) / MONTH_DAYS,
        vessels=tuple(row["vessel"] for row in rows),
        lane=tuple(row["lane"] for row in rows),
        cutoff=days_of([row["cutoff"] for row in rows]),
        etd=days_of(etds),
        ceu_room=number("ceu", NEVER),
        most=number("booked_most", NEVER),
        least=number("booked_least", 0.0),
        charter=money("charter_cost"),
        dead=dead,
        free_days=free,
        storage=storage,
        arrival=arrival,
        freight=freight,
        rows=tuple(rows),
    )


def days_of(dates: Sequence[dt.date]) -> Ints:
    """Return dates as ordinals."""
    return np.array([date.toordinal() for date in dates], dtype=np.int64)


def _freight(
    hub: Hub, rows: list[dict[str, Any]], markets: list[dict[str, Any]], size: Floats, rates: Any
) -> tuple[Floats, Floats]:
    """Return arrivals and freight by table ``freight``: of the market, its country, all."""
    arrival = np.full((len(rows), len(markets)), NEVER)
    freight = np.zeros((len(rows), len(size), len(markets)))
    table = hub["freight"].filter(pl.col("mode") == "vessel").sort("start").to_dicts()
    for k, market in enumerate(markets):
        for at, voyage in enumerate(rows):
            if voyage["lane"] != market["lane"]:
                continue
            arrival[at, k] = voyage["etd"].toordinal()
            for to in (ALL, market["country"], market["market"]):
                for row in table:
                    if (row["lane"], row["to"]) != (market["lane"], to):
                        continue
                    if row["start"] <= voyage["etd"]:
                        each = size if row["per"] == "ceu" else np.ones(len(size))
                        freight[at, :, k] = row["cost"] * each * rates(row["currency"])[at]
                        arrival[at, k] = voyage["etd"].toordinal() + round(row["transit"] or 0)
    return arrival, freight


def _ours(hub: Hub, etds: Sequence[dt.date], markets: Sequence[str]) -> Floats:
    """Return 1 where the plant pays the freight, 0 where the buyer does, shape (V, M, K).

    The terms are those of the month of departure.
    """
    models = hub["models"]["model"].to_list()
    pairs = [(model, market) for model in models for market in markets]
    months = [day.replace(day=1) for day in etds]
    paid = paid_by_plant(hub, months, pairs).freight
    return paid.T.reshape(len(etds), len(models), len(markets))


def _called(
    arrival: Floats, calls: pl.DataFrame, rows: list[dict[str, Any]], ports: list[str]
) -> None:
    """Take the arrivals of voyages whose calls are listed from there."""
    listed: dict[str, dict[str, dt.date]] = {}
    for vessel, port, day in calls.select("vessel", "port", "arrival").iter_rows():
        listed.setdefault(vessel, {})[port] = day
    for at, row in enumerate(rows):
        if row["vessel"] in listed:
            own = listed[row["vessel"]]
            for k, port in enumerate(ports):
                reached = arrival[at, k] < NEVER and port in own
                arrival[at, k] = own[port].toordinal() if reached else NEVER


def _storage(hub: Hub, rows: list[dict[str, Any]], first: dt.date) -> tuple[Floats, Floats]:
    """Return free days and price of storage at the port of loading of each voyage."""
    ports = {row["port"]: row for row in hub["ports"].to_dicts()}
    loading = [name for name, row in ports.items() if row["role"] in (LOADING, BOTH)]
    only = loading[0] if len(loading) == 1 else None
    rate = rates_on(hub, [first])
    own = [ports.get(row["port"] or only) for row in rows]
    free = [0.0 if port is None else port["free_days"] for port in own]
    price = [
        0.0 if port is None else port["storage_cost"] * rate(port["currency"])[0] for port in own
    ]
    return np.array(free, dtype=float), np.array(price, dtype=float)
