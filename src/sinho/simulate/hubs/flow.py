"""The flow of a hub's cars with all that its tables leave to usual values, each of them told."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import polars as pl

from sinho.errors import DataError, Problem
from sinho.hub import Hub
from sinho.hub.flow import Chain, chains_of
from sinho.hub.lines import Line, car_loads, lines_of
from sinho.hub.schema import fields

Row = dict[str, Any]

PLACES = 10
"""Places before the first station of a shop where no table tells of any."""

REPAIR = 5.0
"""Minutes of a stop where nothing but the availability of a shop is known: exponential."""

AVAILABILITY = "availability"
"""Name of such stops."""


@dataclass(frozen=True)
class Flow:
    """Tables of the flow, whole: each shop that cars pass has a station, each buffer its places.

    Parameters
    ----------
    hub : Hub
        The hub.
    lines : tuple of Line
        Its lines.
    rates : mapping of str to float
        Units an hour at which each shop is manned.
    stations, times, stops, stores, rework, skids : tuple of dict
        Rows of the tables.
    notes : tuple of str
        What was taken where the tables say nothing.
    paces : mapping of str to float
        What cycles of stations that follow from the rate of their shop are multiplied by.
    """

    hub: Hub = field(repr=False)
    lines: tuple[Line, ...]
    rates: Mapping[str, float]
    stations: tuple[Row, ...]
    times: tuple[Row, ...]
    stops: tuple[Row, ...]
    stores: tuple[Row, ...]
    rework: tuple[Row, ...]
    skids: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    paces: Mapping[str, float] = field(default_factory=dict)

    @property
    def chains(self) -> list[Chain]:
        """The stations of each shop and sub-line, in order."""
        return chains_of(pl.DataFrame(self.stations, infer_schema_length=None))

    @property
    def pace(self) -> float | None:
        """Cars an hour of the only line; None where there are several."""
        return _pace(self.lines, self.rates)

    def cycle(self, row: Row) -> float:
        """Return the mean cycle of a station in minutes, before the load of a model."""
        if row["cycle"] is not None:
            return float(row["cycle"])
        pace = self.paces.get(row["station"], 1.0)
        return pace * 60.0 * float(row["servers"]) / self.rates[row["shop"]]

    def of_shop(self, shop: str) -> list[str]:
        """Return the stations of a shop, those of its sub-lines included."""
        return [row["station"] for row in self.stations if row["shop"] == shop]


def flow_of(hub: Hub, month: dt.date, jph: float | None = None) -> Flow:
    """Return the flow of a hub.

    Parameters
    ----------
    hub : Hub
        The hub.
    month : datetime.date
        First day of the month whose rates hold.
    jph : float, optional
        Cars an hour of the line: all rates of shops are taken in proportion.

    Returns
    -------
    Flow
        A shop without rows of ``stations`` has one station with its rate; where it is available
        for a part of its time, with stops of `REPAIR` minutes. Before the first station of each
        shop are `PLACES` where no store is and none are given.

    Raises
    ------
    DataError
        When no shop is passed by cars, or ``jph`` is asked for and there are several lines.
    """
    lines, notes = lines_of(hub), list[str]()
    passed = list(dict.fromkeys(shop for line in lines for shop in line.shops))
    if not passed:
        raise DataError(
            [Problem("loads", "no model passes a shop, so there is nothing to simulate")]
        )
    rates = _rates(hub, month, lines, jph)
    stations, stops = (hub[name].to_dicts() for name in ("stations", "stops"))
    bare = [shop for shop in passed if not _own(stations, shop)]
    stations += [station_row(station=shop, shop=shop, place=1) for shop in bare]
    shares = dict(hub["shops"].select("shop", "availability").iter_rows())
    idle = [shop for shop in bare if shares[shop] < 1]
    stops += [
        _row("stops", station=shop, stop=AVAILABILITY, repair=REPAIR, every=_every(shares[shop]))
        for shop in idle
    ]
    if bare:
        notes.append(
            f"{_names('Shop', bare)}: no row in stations, so one station at the manned rate"
            + (f", with stops of {REPAIR:g} min for the availability" if idle else "")
            + "."
        )
    unused = [
        shop
        for shop in passed
        if shares[shop] < 1
        and not {row["station"] for row in stops} & {row["station"] for row in _of(stations, shop)}
    ]
    if unused:
        notes.append(
            f"{_names('Shop', unused)}: available for a part of the time, but without stops."
        )
    stores = hub["stores"].to_dicts()
    notes += _buffered(lines, stations, stores)
    fed = {row["shop"] for row in stations}
    parts = hub["loads"].join(hub["parts"], left_on="item", right_on="part", how="semi")["shop"]
    silent = [shop for shop in parts.unique(maintain_order=True) if shop not in {*fed, *passed}]
    if silent:
        notes.append(f"{_names('Shop', silent)}: no row in stations, so its parts are never short.")
    return Flow(
        hub,
        lines,
        rates,
        tuple(stations),
        tuple(hub["station_times"].to_dicts()),
        tuple(stops),
        tuple(stores),
        tuple(hub["rework"].to_dicts()),
        tuple(hub["skids"].to_dicts()),
        tuple(notes),
    )


def station_row(**values: Any) -> Row:
    """Return a row of table ``stations`` with its usual values but for those given."""
    return _row("stations", **values)


def _row(table: str, **values: Any) -> Row:
    return {name: one.default for name, one in fields(table).items()} | values


def _every(share: float) -> float:
    """Return the minutes between stops of `REPAIR` that leave so large a share of the time."""
    return REPAIR * share / (1 - share)


def _rates(
    hub: Hub, month: dt.date, lines: tuple[Line, ...], jph: float | None
) -> dict[str, float]:
    """Return the rates of shops in force in a month."""
    rates = dict(hub["shops"].select("shop", "manned_rate").iter_rows())
    dated = (
        hub["rates"].drop_nulls(["shop", "month"]).filter(pl.col("month") <= month).sort("month")
    )
    rates |= dict(dated.select("shop", "manned_rate").iter_rows())
    if jph is None:
        return rates
    if not 0 < jph < math.inf:
        rule = "it must be a finite number above 0"
        raise DataError([Problem("--jph", rule, value=str(jph))])
    now = _pace(lines, rates)
    if now is None:
        names = ", ".join(line.name for line in lines)
        rule = f"the plant has several lines ({names}), and the rate is that of one"
        raise DataError([Problem("--jph", rule, hint="Use --what-if SHOP.rate=… for each shop.")])
    return {shop: rate * jph / now for shop, rate in rates.items()}


def _pace(lines: Sequence[Line], rates: Mapping[str, float]) -> float | None:
    """Return the rate of the only line: that of its point, else of its slowest shop."""
    if len(lines) > 1:
        return None
    return rates[lines[0].point or min(lines[0].shops, key=lambda shop: rates[shop])]


def _of(stations: Iterable[Row], shop: str) -> list[Row]:
    return [row for row in stations if row["shop"] == shop]


def _own(stations: Iterable[Row], shop: str) -> list[Row]:
    """Return the stations of a shop that its cars pass."""
    return [row for row in _of(stations, shop) if row["sub_line"] is None]


def _buffered(lines: Iterable[Line], stations: list[Row], stores: list[Row]) -> list[str]:
    """Give the first stations of shops their usual places; say where."""
    pairs = {pair for line in lines for pair in pairwise(line.shops)}
    held = {
        (after, before)
        for row in stores
        for after in row["after"].split(";")
        for before in row["before"].split(";")
    }
    given = []
    for shop in dict.fromkeys(before for _, before in sorted(pairs - held)):
        first = min(_own(stations, shop), key=lambda row: int(row["place"]))
        if first["buffer"] is None:
            first["buffer"] = PLACES
            given.append(shop)
    return [f"{_names('Shop', given)}: {PLACES} places before the first station."] if given else []


def _names(what: str, names: list[str]) -> str:
    return f"{what}{'s' if len(names) > 1 else ''} {', '.join(names)}"


def loads_of(hub: Hub) -> dict[tuple[str, str], float]:
    """Return what a car of a model takes of each shop that it passes, by model and shop."""
    return {(model, shop): load for model, shop, load in car_loads(hub).iter_rows()}


def pieces_of(hub: Hub, shop: str) -> dict[str, tuple[float, float]]:
    """Return what a car of each model needs of a shop that cars do not pass.

    Parameters
    ----------
    hub : Hub
        The hub: its bill of materials, and the loads of its parts.
    shop : str
        The shop.

    Returns
    -------
    dict of str to (float, float)
        Pieces, those that are scrapped included, and what they take of the shop; of models that
        need any.
    """
    loads = {
        item: load
        for item, at, load in hub["loads"].select("item", "shop", "load").iter_rows()
        if at == shop
    }
    yields = {
        part: share or 1.0
        for part, supply, share in hub["parts"].select("part", "supply", "yield_share").iter_rows()
        if supply != "bought"
    }
    under: dict[str, list[tuple[str, float]]] = {}
    for parent, part, quantity in hub["bom"].select("parent", "part", "quantity").iter_rows():
        under.setdefault(parent, []).append((part, quantity))

    def need(item: str, quantity: float) -> tuple[float, float]:
        own = loads.get(item)
        found = (0.0, 0.0) if own is None else (quantity, quantity * own)
        for part, each in under.get(item, ()):
            if part in yields:
                pieces, load = need(part, quantity * each / yields[part])
                found = (found[0] + pieces, found[1] + load)
        return found

    needs = {model: need(model, 1.0) for model in hub["models"]["model"]}
    return {model: found for model, found in needs.items() if found[0] > 0}
