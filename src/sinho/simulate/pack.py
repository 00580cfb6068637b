"""A plant and its cars as the arrays of the compiled core."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.simulate.data import Input
from sinho.simulate.draws import row_of
from sinho.simulate.graph import lay_stretches, leaves_of, looped_nodes, shops_of
from sinho.simulate.kernel import data as k
from sinho.simulate.nodes import (
    OUT,
    Buffer,
    Calendar,
    Entry,
    Split,
    Station,
    Store,
    destinations,
)
from sinho.simulate.plant import stream_of
from sinho.simulate.times import Times

ENDLESS = 1 << 40
POLICIES = ("fifo", "oldest", "restore", "colour", "ratio", "look-ahead")
FILLS = ("shortest", "sorted", "colour")
WAYS = {"share": k.SHARE, "room": k.ROOM}
BY = {"line": k.LINE, "model": k.MODEL, "colour": k.COLOUR_OF}


@dataclass
class Packing:
    """Arrays of a plant while they grow."""

    input: Input
    codes: Mapping[str, Mapping[str | None, int]]
    entities: int
    node: NDArray[np.int64]
    real: NDArray[np.float64]
    ways: list[int] = field(default_factory=list)
    chances: list[float] = field(default_factory=list)
    table: list[int] = field(default_factory=list)
    feeders: list[int] = field(default_factory=list)
    needs: list[int] = field(default_factory=list)
    cycles: list[int] = field(default_factory=list)
    rows: dict[Times, int] = field(default_factory=dict)
    values: list[float] = field(default_factory=list)
    times: list[list[float]] = field(default_factory=list)
    stops: list[tuple[int, int]] = field(default_factory=list)
    events: list[int] = field(default_factory=list)
    server_stops: list[int] = field(default_factory=list)
    streams: list[int] = field(default_factory=list)
    stop_streams: list[int] = field(default_factory=list)
    calendars: dict[Calendar, int] = field(default_factory=dict)
    ring: int = 0
    lanes: int = 0
    visits: int = 0

    def row(self, times: Times) -> int:
        """Return the row of times."""
        if times not in self.rows:
            self.rows[times] = len(self.times)
            self.times.append(row_of(times, self.values))
        return self.rows[times]

    def event(self, node: int) -> int:
        """Add an event of a node; return its number."""
        self.events.append(node)
        self.server_stops.append(len(self.stop_streams) // 2)
        return len(self.events) - 1

    def held(self, size: int, times: int = 1) -> int:
        """Add places of a ring; return the first."""
        self.ring += size * times
        return self.ring - size * times


@dataclass(frozen=True)
class Packed:
    """A plant and its cars in arrays, and what a replication needs besides.

    Parameters
    ----------
    plan, cars
        The arrays.
    calendars : tuple of Calendar
        The calendars by number.
    ring, lanes, visits, held : int
        Sizes of arrays of a replication; ``held`` is the most cars of a store.
    shops : tuple of str
        Names of shops by number.
    """

    plan: k.Plan
    cars: k.Cars
    calendars: tuple[Calendar, ...]
    ring: int
    lanes: int
    visits: int
    held: int
    shops: tuple[str, ...]


def pack(input: Input) -> Packed:
    """Return a plant and its cars as arrays.

    Parameters
    ----------
    input : Input
        The plant and its cars.
    """
    plant, table = input.plant, input.cars
    codes = {name: _codes(table[name]) for name in BY}
    cars = _cars(input, codes)
    known = len(plant.nodes) + len(plant.entries)
    p = Packing(
        input, codes, len(cars.of), np.zeros((known, k.COLUMNS), np.int64),
        np.zeros((known, k.REALS)),
    )  # fmt: skip
    shops = shops_of(plant)
    p.node[:, [k.TO, k.VISITS, k.FOR, k.FIRST, k.LAST, k.SHOP, k.CALENDAR]] = k.NEVER
    looped = looped_nodes(plant)
    for at, node in enumerate(plant.nodes):
        mine = p.node[at]
        _common(p, at, node)
        mine[k.LISTED] = node.merge == "listed"
        mine[k.SHOP] = shops.index(node.shop) if node.shop else k.NEVER
        if node.name in looped:
            mine[k.VISITS] = p.visits
            p.visits += 1
        if isinstance(node, Station):
            _station(p, at, node)
        elif isinstance(node, Buffer):
            size = p.entities if node.places is None else node.places
            mine[k.KIND], mine[k.SIZE], mine[k.RING] = k.BUFFER, size, p.held(size)
            mine[k.CAPACITY] = ENDLESS if node.places is None else node.places
        else:
            _store(p, at, node)
        if not isinstance(node, Station):
            p.real[at, k.TRANSPORT] = node.transport
            mine[k.SERVER] = p.event(at) if node.transport > 0 else k.NEVER
    for at, one in enumerate(plant.entries, len(plant.nodes)):
        _common(p, at, one)
        p.node[at, k.KIND], p.node[at, k.SERVER] = k.ENTRY, p.event(at)
    skids = _skids(p)
    _feeders(p)
    lay_stretches(p.node, _whole(p.ways), p.real[:, k.TRANSPORT])
    held = int(p.node[p.node[:, k.KIND] == k.STORE, k.SIZE].max(initial=0))
    return Packed(
        _plan(p, skids),
        cars,
        tuple(p.calendars),
        p.ring,
        p.lanes,
        p.visits,
        held,
        shops,
    )


def _codes(column: pl.Series) -> dict[str | None, int]:
    """Return a number for each value, in the order in which they first stand."""
    return {value: at for at, value in enumerate(column.unique(maintain_order=True).to_list())}


def _cars(input: Input, codes: Mapping[str, Mapping[str | None, int]]) -> k.Cars:
    """Return cars, and after them the parts."""
    plant, table = input.plant, input.cars
    height = table.height
    of = np.zeros((height, k.CAR_COLUMNS), np.int64)
    for name, column in BY.items():
        of[:, column] = table[name].replace_strict(codes[name], return_dtype=pl.Int64).to_numpy()
    of[:, k.PLACE] = np.arange(height)
    options = np.zeros(height, np.uint64)
    for at, rule in enumerate(plant.ratios):
        options |= table[rule.option].to_numpy().astype(np.uint64) << np.uint64(at)
    lines = table["line"]
    members: list[NDArray[np.int64]] = []
    added = [np.arange(height)]
    total = height
    for one in plant.entries:
        of_line = np.arange(height)
        if one.lines:
            of_line = lines.is_in(list(one.lines)).fill_null(False).arg_true().to_numpy()
        if one.parts:
            added.append(of_line)
            members.append(np.arange(total, total + len(of_line)))
            total += len(of_line)
        else:
            members.append(of_line)
    whom = np.concatenate(added).astype(np.int64)
    release = table["release"].to_numpy()[whom].copy()
    release[height:] = 0.0
    return k.Cars(
        np.ascontiguousarray(of[whom]),
        release,
        options[whom],
        np.concatenate(members).astype(np.int64),
        np.cumsum([len(one) for one in members]).astype(np.int64),
    )


def _common(p: Packing, at: int, node: Station | Buffer | Store | Entry) -> None:
    """Pack where a node sends its cars, and its streams."""
    plant, mine, to = p.input.plant, p.node[at], node.to
    numbers = [k.OUT if name == OUT else plant.number(name) for name in destinations(to)]
    mine[k.WAYS], mine[k.MANY], mine[k.WAY] = len(p.ways), len(numbers), k.ONE
    mine[k.TO] = numbers[0]
    p.ways += numbers
    p.streams += [stream_of(node.name, "cycle"), stream_of(node.name, "way")]
    if not isinstance(to, Split) or len(numbers) == 1:
        return
    mine[k.WAY] = WAYS.get(to.by, k.TABLE)
    if to.by == "share":
        mine[k.CHANCE] = len(p.chances)
        for model, colour in product(p.codes["model"], p.codes["colour"]):
            p.chances += np.cumsum(to.chances(model, colour)).tolist()
    elif to.by in BY:
        mine[k.READ], mine[k.BY] = len(p.table), BY[to.by]
        goes = [to.where.get(value or "", to.to[0]) for value in p.codes[to.by]]
        p.table += [to.to.index(name) for name in goes]


def _station(p: Packing, at: int, station: Station) -> None:
    """Pack cycles, stops, calendar, order and parts of a station."""
    mine = p.node[at]
    mine[k.KIND], mine[k.CAPACITY], mine[k.SERVERS] = (
        k.STATION,
        station.servers,
        station.servers,
    )
    mine[k.KEEP], mine[k.BEFORE] = station.keep_order, station.blocking == "before"
    mine[k.REWORK] = station.rework
    mine[k.SIZE], mine[k.RING] = station.servers, p.held(station.servers)
    mine[k.CYCLE] = len(p.cycles)
    cycles = [station.models.get(model or "", station.cycle) for model in p.codes["model"]]
    steady = len(set(cycles)) == 1 and cycles[0].kind == "fixed" and not station.colour_change
    p.real[at, k.CHANGE] = station.colour_change
    p.real[at, k.STEADY] = cycles[0].average if steady else -1.0
    p.cycles += [p.row(times) for times in cycles]
    if station.calendar is not None:
        mine[k.CALENDAR] = p.calendars.setdefault(station.calendar, len(p.calendars))
    stops = sorted(station.stops, key=lambda one: one.by == "clock")
    mine[k.STOPS] = len(p.stops)
    mine[k.BY_CLOCK] = sum(one.by == "clock" for one in stops)
    mine[k.BY_WORK] = len(stops) - mine[k.BY_CLOCK]
    p.stops += [(p.row(one.up), p.row(one.repair)) for one in stops]
    for server in range(station.servers):
        event = p.event(at)
        if server == 0:
            mine[k.SERVER] = event
        for one in stops:
            p.stop_streams.append(stream_of(station.name, f"up {one.name}", server))
            p.stop_streams.append(stream_of(station.name, f"repair {one.name}", server))
    mine[k.NEEDS], mine[k.NEEDED] = len(p.needs), len(station.needs)
    for name in station.needs:
        buffer = p.input.plant.number(name)
        p.needs.append(buffer)
        p.node[buffer, k.FOR] = at


def _store(p: Packing, at: int, store: Store) -> None:
    """Pack places and policy of a store."""
    mine = p.node[at]
    size = store.places * max(1, store.lanes)
    mine[k.KIND], mine[k.CAPACITY], mine[k.SIZE] = k.STORE, size, size
    mine[k.RING] = p.held(size, 2)
    mine[k.LANES], mine[k.LANE] = store.lanes, p.lanes
    mine[k.STORED] = sum(isinstance(node, Store) for node in p.input.plant.nodes[:at])
    p.lanes += store.lanes
    mine[k.POLICY], mine[k.FILL] = POLICIES.index(store.policy), FILLS.index(store.fill)
    mine[k.BATCH], mine[k.LOOK] = store.batch, store.ahead


def _skids(p: Packing) -> list[tuple[int, int, int, int]]:
    """Pack the loops of carriers."""
    plant = p.input.plant
    rows = []
    places = 0
    for loop, one in enumerate(plant.skids):
        first, last = plant.number(one.first), plant.number(one.last)
        p.node[first, k.FIRST], p.node[last, k.LAST] = loop, loop
        event = p.event(len(p.node) + loop)
        rows.append((one.carriers, first, event, places))
        places += one.carriers
    return rows


def _feeders(p: Packing) -> None:
    """Pack who sends cars to each node, in the order of numbers."""
    to: dict[int, list[int]] = {}
    for at, mine in enumerate(p.node):
        if mine[k.FOR] == k.NEVER:
            for way in p.ways[mine[k.WAYS] : mine[k.WAYS] + mine[k.MANY]]:
                to.setdefault(way, []).append(at)
    for at, mine in enumerate(p.node):
        mine[k.FEEDERS], mine[k.FED] = len(p.feeders), len(to.get(at, ()))
        p.feeders += to.get(at, [])


def _serial(p: Packing) -> NDArray[np.int64]:
    """Return the stations of a plain line, each with the buffer before it; none of other plants."""
    plant = p.input.plant
    rows = []
    none = np.zeros((0, k.SERIAL_COLUMNS), np.int64)
    buffer = k.NEVER
    follows: str | None = None
    if len(plant.entries) > 1 or plant.skids or any(isinstance(n, Store) for n in plant.nodes):
        return none
    for at, node in enumerate(plant.nodes):
        came = plant.entries[0].to if follows is None else follows
        if came != node.name or not isinstance(node.to, str):
            return none
        follows = node.to
        mine = p.node[at]
        if isinstance(node, Buffer):
            if buffer != k.NEVER:
                return none
            buffer = at
        elif isinstance(node, Station):
            if node.servers > 1 or node.blocking == "before" or node.needs:
                return none
            places = (k.NEVER, 0)
            if buffer != k.NEVER:
                places = (int(p.node[buffer, k.RING]), int(p.node[buffer, k.SIZE]))
            server = int(mine[k.SERVER])
            stop = p.server_stops[server] if node.stops else k.NEVER
            rows.append((at, server, buffer, *places, int(mine[k.CYCLE]), stop))
            buffer = k.NEVER
    return none if follows != OUT or buffer != k.NEVER else _whole(rows, -1, k.SERIAL_COLUMNS)


def _whole(values: Sequence[object], *shape: int) -> NDArray[np.int64]:
    return np.array(values, np.int64).reshape(*(shape or (-1,)))


def _plan(p: Packing, skids: list[tuple[int, int, int, int]]) -> k.Plan:
    """Return the arrays of a plant."""
    calendars = list(p.calendars)
    starts = np.cumsum([0, *(len(one.stretches) for one in calendars)])
    stretches = [pair for one in calendars for pair in one.stretches]
    sums = [total for one in calendars for total in one.sums]
    rules = p.input.plant.ratios
    size = np.zeros(k.SIZES, np.int64)
    size[[k.NODES, k.ENTRIES, k.EVENTS]] = (
        len(p.node),
        len(p.input.plant.entries),
        len(p.events),
    )
    size[[k.ENTITIES, k.LOOPS, k.RULES]] = p.entities, len(skids), len(rules)
    size[k.STOPPING] = len(p.stop_streams) // 2
    size[k.LEAVES] = leaves_of(len(p.events))
    size[k.DEEPEST] = 64 + 8 * len(p.node)
    serial = _serial(p)
    size[k.SERIAL] = len(serial)
    stations = p.node[:, k.KIND] == k.STATION
    size[k.PLAIN] = (
        len(serial) > 0
        and not p.real[:, k.CHANGE].any()
        and bool(np.all(p.node[stations, k.CALENDAR] == k.NEVER))
        and p.node[:, k.BY_CLOCK].max() == 0
        and p.node[:, k.BY_WORK].max() <= 1
    )
    size[k.SHOPS] = len(shops_of(p.input.plant))
    size[k.COLOURS], size[k.CARS] = len(p.codes["colour"]), p.input.cars.height
    return k.Plan(
        size,
        serial,
        p.node,
        p.real,
        _whole(p.ways),
        np.array(p.chances, float),
        _whole(p.table),
        _whole(p.feeders),
        _whole(p.needs),
        _whole(p.cycles),
        np.array(p.times, float).reshape(-1, 4),
        np.array(p.values, float),
        _whole(p.stops, -1, k.STOP_COLUMNS),
        _whole(p.events),
        _whole(p.server_stops),
        np.array(p.streams, np.uint64),
        np.array(p.stop_streams, np.uint64),
        starts.astype(np.int64),
        np.array([begin for begin, _ in stretches], float),
        np.array([end for _, end in stretches], float),
        np.array(sums, float),
        np.array([math.inf if one.every is None else one.every for one in calendars], float),
        _whole(skids, -1, 4),
        np.array([one.back for one in p.input.plant.skids], float),
        _whole([(rule.most, rule.window) for rule in rules], -1, 2),
        np.array([rule.weight for rule in rules], float),
    )
