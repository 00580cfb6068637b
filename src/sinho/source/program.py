"""The mixed-integer program of a network: its columns and rows, as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from sinho.highs import Model, by_column
from sinho.source.data import Input
from sinho.source.duties import Ints
from sinho.source.terms import Flags
from sinho.units import Floats

CUTS = (1.0, 0.9, 0.8, 0.7, 0.5, 0.0)
"""Shares of the cars asked for between which a price response is taken as straight."""


@dataclass(frozen=True)
class Program:
    """Minimise ``cost @ x``, and before it the cars that are lost or short.

    Parameters
    ----------
    cost, missing : ndarray, shape (columns,)
        Cost of each column in the network's currency, and cars that it leaves out.
    lower, upper : ndarray
        Bounds of the columns.
    integer : ndarray of bool
        Columns of whole numbers.
    row_lower, row_upper : ndarray, shape (rows,)
        Bounds of rows.
    entries : tuple of ndarray
        Row, column and coefficient of each entry.
    columns, rows : mapping of str to slice
        Where kinds of columns and rows stand.
    of : mapping of str to ndarray
        What the columns and rows of each kind are of, as places in the network: ``flow``
        (allocation, market, month), ``demand`` (model, market, month), ``lost`` (row of
        ``demand``), ``inside`` (flow), ``quota`` (name, year), ``launch`` (allocation, month of
        decision), ``most`` and ``least`` (allocation, year), ``limit`` (market, plant, year),
        ``step`` (plant, step), ``blocks`` (block of each month) and ``lane`` (lane, month).
    """

    cost: Floats = field(repr=False)
    missing: Floats = field(repr=False)
    lower: Floats = field(repr=False)
    upper: Floats = field(repr=False)
    integer: Flags = field(repr=False)
    row_lower: Floats = field(repr=False)
    row_upper: Floats = field(repr=False)
    entries: tuple[Ints, Ints, Floats] = field(repr=False)
    columns: Mapping[str, slice]
    rows: Mapping[str, slice]
    of: Mapping[str, Any] = field(repr=False)

    def model(self, cost: Floats, **options: Any) -> Model:
        """Return it for the solver."""
        row, column, value = self.entries
        start, index, value = by_column(len(self.cost), column, row, value)
        return Model(
            cost=cost,
            lower=self.lower,
            upper=self.upper,
            row_lower=self.row_lower,
            row_upper=self.row_upper,
            start=start,
            index=index,
            value=value,
            integer=self.integer,
            **options,
        )


def _spread(value: ArrayLike, size: int) -> Floats:
    return np.broadcast_to(np.asarray(value, dtype=np.float64), (size,))


class Builder:
    """Columns, rows and entries while they are put together."""

    def __init__(self) -> None:
        self.columns: dict[str, slice] = {}
        self.rows: dict[str, slice] = {}
        self.of: dict[str, Any] = {}
        self._columns: list[tuple[Floats, Floats, Floats, bool]] = []
        self._rows: list[tuple[Floats, Floats]] = []
        self._entries: list[tuple[Ints, Ints, Floats]] = []
        self._size, self._height = 0, 0

    def column(
        self,
        name: str,
        cost: Floats,
        upper: ArrayLike = np.inf,
        missing: float = 0.0,
        whole: bool = False,
    ) -> Ints:
        """Add columns of a kind; return their places."""
        size = len(cost)
        self.columns[name] = slice(self._size, self._size + size)
        self._columns.append(
            (cost.astype(np.float64), _spread(upper, size), np.full(size, missing), whole)
        )
        self._size += size
        return np.arange(self._size - size, self._size)

    def row(self, name: str, lower: ArrayLike, upper: ArrayLike, size: int) -> Ints:
        """Add rows of a kind; return their places."""
        self.rows[name] = slice(self._height, self._height + size)
        self._rows.append((_spread(lower, size), _spread(upper, size)))
        self._height += size
        return np.arange(self._height - size, self._height)

    def put(self, row: Ints, column: Ints, value: ArrayLike) -> None:
        """Put entries."""
        row, column = np.broadcast_arrays(row, column)
        values = np.broadcast_to(np.asarray(value, dtype=np.float64), row.shape)
        self._entries.append((row.ravel(), column.ravel(), values.ravel()))

    def made(self) -> Program:
        """Return the program."""
        cost, upper, missing, whole = zip(*self._columns, strict=True)
        lower, top = zip(*self._rows, strict=True)
        row, column, value = zip(*self._entries, strict=True)
        kinds = [np.full(len(c), flag) for c, flag in zip(cost, whole, strict=True)]
        return Program(
            np.concatenate(cost),
            np.concatenate(missing),
            np.zeros(self._size),
            np.concatenate(upper),
            np.concatenate(kinds),
            np.concatenate(lower),
            np.concatenate(top),
            (np.concatenate(row), np.concatenate(column), np.concatenate(value)),
            self.columns,
            self.rows,
            self.of,
        )


def program_of(data: Input, cells: tuple[Ints, Ints, Ints] | None = None) -> Program:
    """Return the program of a network.

    Parameters
    ----------
    data : Input
        The network.
    cells : tuple of ndarray, optional
        Allocation, market and month of the flows that it may use; by default all.
    """
    b = Builder()
    a, k, t = data.cells() if cells is None else cells
    flow = b.column("flow", data.landed(a, k, t))
    b.of["flow"] = (a, k, t)
    _demand(b, data, flow)
    _quotas(b, data, flow)
    launch = _launches(b, data)
    _launched(b, data, flow, launch)
    _volumes(b, data, flow, launch)
    _shares(b, data, flow)
    plants_of(b, data, flow)
    _lanes(b, data, flow)
    return b.made()


def blocks_of(months: int, period: int) -> Ints:
    """Return the decision to which each month belongs."""
    return np.arange(months) // period


def revenues(data: Input) -> tuple[tuple[Ints, Ints, Ints], Ints, Floats, Floats]:
    """Return what is asked for, parted by price response.

    Returns
    -------
    asked : tuple of ndarray
        Model, market and month of what is asked for.
    of, width, worth : ndarray
        For each part, what it is of, its cars, and what is lost with a car of it. Where ``q`` of
        ``d`` cars are sold at a response of ``e``, all of them have the price
        ``p (1 + (1 - q / d) / e)``; the revenue is taken as straight between the shares `CUTS`.
    """
    asked = np.nonzero(data.demand > 0)
    units, price = data.demand[asked], data.price[asked]
    penalty, response = data.penalty[asked], data.response[asked]
    plain = np.flatnonzero(np.isnan(response))
    moving = np.flatnonzero(~np.isnan(response))
    of, width, worth = [plain], [units[plain]], [price[plain] + penalty[plain]]
    for high, low in pairwise(CUTS):
        share = high - low
        # revenue at the two ends, by the price of all cars and their number
        ends = [q * (1 + (1 - q) / response[moving]) for q in (high, low)]
        of.append(moving)
        width.append(share * units[moving])
        worth.append((ends[0] - ends[1]) / share * price[moving] + penalty[moving])
    parts = np.concatenate(of), np.concatenate(width), np.concatenate(worth)
    return asked, *parts  # type: ignore[return-value]


def _demand(b: Builder, data: Input, flow: Ints) -> None:
    a, k, t = b.of["flow"]
    asked, of, width, worth = revenues(data)
    lost = b.column("lost", worth, width, missing=1.0)
    rows = b.row("demand", data.demand[asked], data.demand[asked], len(asked[0]))
    b.of["demand"], b.of["lost"] = asked, of
    place = np.full(data.demand.shape, -1)
    place[asked] = rows
    b.put(place[data.model[a], k, t], flow, 1.0)
    b.put(rows[of], lost, 1.0)


def _quotas(b: Builder, data: Input, flow: Ints) -> None:
    a, k, t = b.of["flow"]
    saved = data.saved(a, k, t)
    own = np.flatnonzero(saved > 0)
    inside = b.column("inside", -saved[own])
    b.of["inside"] = own
    within = b.row("within", -np.inf, 0.0, len(own))
    b.put(within, inside, 1.0)
    b.put(within, flow[own], -1.0)
    quota = data.duties.quota[data.group[a[own]], k[own], t[own]]
    year = data.entry_year[data.plant[a[own]], k[own], t[own]]
    keys, which = np.unique(np.stack([quota, year], axis=1), axis=0, return_inverse=True)
    cars = [data.quotas.get((data.quota_names[q], int(y)), 0.0) for q, y in keys]
    rows = b.row("quota", -np.inf, np.array(cars), len(keys))
    b.of["quota"] = [(data.quota_names[q], int(y)) for q, y in keys]
    b.put(rows[which.ravel()], inside, 1.0)


def _launches(b: Builder, data: Input) -> Ints:
    """Add launches; return their columns by allocation and date; -1: it is built already."""
    dates = np.arange(0, len(data.months), data.launch_period)
    new = np.flatnonzero(~data.fixed)
    launch = b.column("launch", data.tooling[new][:, dates].ravel(), 1.0, whole=True)
    grid = np.full((len(data.model), len(dates)), -1)
    grid[new] = launch.reshape(len(new), len(dates))
    b.of["launch"] = (np.repeat(new, len(dates)), np.tile(dates, len(new)))
    once = b.row("once", -np.inf, 1.0, len(new))
    b.put(once[:, None], grid[new], 1.0)
    return grid


def _join(b: Builder, place: Ints, flow: Ints) -> None:
    """Count flows in the rows in which they stand; -1: in none."""
    own = place >= 0
    b.put(place[own], flow[own], 1.0)


def _launched(b: Builder, data: Input, flow: Ints, launch: Ints) -> None:
    """Build only what is launched, and ready."""
    a, k, t = b.of["flow"]
    size = len(data.months)
    capacity = np.array([plant.capacity.max(axis=0, initial=0.0) for plant in data.plants])
    most = np.bincount(
        a * size + t, data.demand[data.model[a], k, t], minlength=len(data.model) * size
    ).reshape(-1, size)
    most = np.minimum(most, capacity[data.plant] / data.load[:, None])
    new = np.flatnonzero(~data.fixed)
    rows = b.row("launched", -np.inf, 0.0, len(new) * size)
    place = np.full((len(data.model), size), -1)
    place[new] = rows.reshape(len(new), size)
    _join(b, place[a, t], flow)
    dates = np.arange(launch.shape[1]) * data.launch_period
    at, date, month = np.nonzero(
        (dates[:, None] + data.lead[new, None, None] <= np.arange(size)) & (most[new, None] > 0)
    )
    b.put(place[new[at], month], launch[new[at], date], -most[new[at], month])


def _volumes(b: Builder, data: Input, flow: Ints, launch: Ints) -> None:
    """Build no less and no more of an allocation in a year than is allowed."""
    a, _, t = b.of["flow"]
    years, year = np.unique(data.years, return_inverse=True)
    months = np.stack([data.window[:, year == y].sum(axis=1) for y in range(len(years))], axis=1)
    tops = np.argwhere((data.most[:, None] < np.inf) & (months > 0))
    top = b.row("most", -np.inf, data.most[tops[:, 0]] * months[*tops.T] / 12, len(tops))
    lows = np.argwhere((data.least[:, None] > 0) & (months > 0))
    b.of["most"], b.of["least"] = tops, lows
    # what is short is known at the end of the year
    ends = np.array([np.flatnonzero(year == y)[-1] for y in range(len(years))])
    short = b.column("short", data.short_penalty[lows[:, 0], ends[lows[:, 1]]], missing=1.0)
    due = np.where(data.fixed[lows[:, 0]], data.least[lows[:, 0]] * months[*lows.T] / 12, 0.0)
    low = b.row("least", due, np.inf, len(lows))
    b.put(low, short, 1.0)
    for rows, of in ((top, tops), (low, lows)):
        place = np.full((len(data.model), len(years)), -1)
        place[*of.T] = rows
        _join(b, place[a, year[t]], flow)
    dates = np.arange(launch.shape[1]) * data.launch_period
    for row, (own, y) in zip(low, lows.tolist(), strict=True):
        if not data.fixed[own]:
            within = np.flatnonzero((year == y) & data.window[own])
            count = (dates[:, None] + data.lead[own] <= within).sum(axis=1)
            some = np.flatnonzero(count)
            b.put(np.full(len(some), row), launch[own, some], -data.least[own] / 12 * count[some])


def _shares(b: Builder, data: Input, flow: Ints) -> None:
    """Take no more of a market's cars of a year from a plant than its share."""
    a, k, t = b.of["flow"]
    years, year = np.unique(data.years, return_inverse=True)
    yearly = np.stack([data.demand[:, :, year == y].sum(axis=(0, 2)) for y in range(len(years))])
    limits = [(m, p, y, share) for m, p, share in data.limits for y in range(len(years))]
    b.of["limit"] = [limit[:3] for limit in limits]
    cars = np.array([share * yearly[y, m] for m, _, y, share in limits])
    rows = b.row("limit", -np.inf, cars, len(limits))
    place = np.full((len(data.markets), len(data.plants), len(years)), -1)
    for row, (m, p, y, _) in zip(rows, limits, strict=True):
        place[m, p, y] = row
    _join(b, place[k, data.plant[a], year[t]], flow)


def plants_of(b: Builder, data: Input, flow: Ints) -> None:
    """Add capacity by shift step, and what plants cost."""
    choice, closed = _steps(b, data)
    a, _, t = b.of["flow"]
    shape = len(data.plants), len(data.months)
    room = b.row("capacity", -np.inf, 0.0, shape[0] * shape[1]).reshape(shape)
    b.put(room[data.plant[a], t], flow, data.load[a])
    of, block = b.of["step"], b.of["blocks"]
    capacity = np.array([data.plants[p].capacity[n] for p, n in of])
    b.put(room[of[:, 0]], choice[:, block], -capacity)
    _openings(b, data, closed)
    _changes(b, data, choice)


def _steps(b: Builder, data: Input) -> tuple[Ints, Ints]:
    """Work one step of a plant in each block of months, or close it; return both columns."""
    count, first = len(data.plants), np.arange(0, len(data.months), data.shift_period)
    steps = [(p, n) for p, plant in enumerate(data.plants) for n in range(len(plant.steps))]
    of = np.array(steps, dtype=np.int64).reshape(-1, 2)
    b.of["step"], b.of["blocks"] = of, blocks_of(len(data.months), data.shift_period)

    def summed(monthly: list[Floats]) -> Floats:
        total: Floats = np.add.reduceat(np.array(monthly), first, axis=-1)
        return total.ravel()

    cost = [data.plants[p].labour[n] + data.plants[p].fixed_open for p, n in steps]
    ready = np.array([data.plants[p].ready[n, first] for p, n in steps], dtype=np.float64)
    choice = b.column("step", summed(cost), ready.ravel(), whole=True)
    choice = choice.reshape(len(steps), len(first))
    shut = np.array([float(plant.may_change or not plant.open) for plant in data.plants])
    idle = summed([plant.fixed_closed for plant in data.plants])
    closed = b.column("closed", idle, np.repeat(shut, len(first)), whole=True)
    closed = closed.reshape(count, len(first))
    one = b.row("one step", 1.0, 1.0, closed.size).reshape(closed.shape)
    b.put(one, closed, 1.0)
    b.put(one[of[:, 0]], choice, 1.0)
    stays = np.array([not (plant.may_change or plant.open) for plant in data.plants])
    kept = b.row("kept closed", 1.0, np.inf, int(stays.sum()) * len(first))
    b.put(kept, closed[stays].ravel(), 1.0)
    return choice, closed


def _openings(b: Builder, data: Input, closed: Ints) -> None:
    """Pay for plants that were closed and are open, and for those that close."""
    first = np.arange(0, len(data.months), data.shift_period)
    began = np.array([0.0 if plant.open else 1.0 for plant in data.plants])
    for name, cost, sign in (("opened", "open_cost", 1.0), ("shut", "close_cost", -1.0)):
        price = np.array([getattr(plant, cost)[first] for plant in data.plants])
        change = b.column(name, price.ravel()).reshape(closed.shape)
        limit = np.zeros(closed.shape)
        limit[:, 0] = -sign * began
        row = b.row(name, -np.inf, limit.ravel(), closed.size).reshape(closed.shape)
        b.put(row, change, -1.0)
        b.put(row, closed, -sign)
        b.put(row[:, 1:], closed[:, :-1], sign)


def _changes(b: Builder, data: Input, choice: Ints) -> None:
    """Pay for each step by which a plant works higher or lower than before."""
    of, first = b.of["step"], np.arange(0, len(data.months), data.shift_period)
    shape = len(data.plants), len(first)
    price = np.array([plant.step_cost[first] for plant in data.plants])
    change = b.column("changes", price.ravel()).reshape(shape)
    began = np.array([float(max(plant.opening, 0)) for plant in data.plants])
    known = np.array([plant.opening >= 0 for plant in data.plants])
    for name, sign in (("higher", 1.0), ("lower", -1.0)):
        limit = np.zeros(shape)
        limit[:, 0] = np.where(known, sign * began, np.inf)
        row = b.row(name, -np.inf, limit.ravel(), limit.size).reshape(shape)
        b.put(row, change, -1.0)
        b.put(row[of[:, 0]], choice, sign * of[:, 1:])
        b.put(row[of[:, 0], 1:], choice[:, :-1], -sign * of[:, 1:])


def _lanes(b: Builder, data: Input, flow: Ints) -> None:
    a, k, t = b.of["flow"]
    lane = data.lane[data.plant[a], k, t]
    limited = np.argwhere(data.room < np.inf)
    rows = b.row("lane", -np.inf, data.room[*limited.T], len(limited))
    place = np.full(data.room.shape, -1)
    place[*limited.T] = rows
    b.of["lane"] = limited
    _join(b, place[lane, t] if len(place) else np.full(len(lane), -1), flow)
