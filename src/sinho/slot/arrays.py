"""From tables to arrays: classes of alike orders, rows, cells and their cost curves.

A *row* counts something day by day: capacity used, cars with an option, cars of a model. A *cell*
is a row in one day, or in a month or week where the rule counts over these; it has a cost curve of
its use: hard limits at ``least`` and ``most``, a band ``low`` to ``high`` without cost, and a
second, steeper limit ``top``.
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.hub.voyages import NO_VOYAGES, voyages_of
from sinho.slot.data import SlotInput
from sinho.slot.params import SlotParams
from sinho.slot.wish import best_days, even_cars

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Small = NDArray[np.int32]

UNIT, LEAST, LOW, HIGH, TOP, MOST = 0, 1, 2, 3, 4, 5
W_LOW, W_HIGH, W_TOP, W_HARD, BATCH, UPPER, W_LEAST = 6, 7, 8, 9, 10, 11, 12
COLUMNS = 13
NONE = 1e15
"""Stands for a limit that there is not."""

HARD = 40.0
"""Price of breaking a hard limit in the search, in times the most that an order can cost."""

SHORT = 1.5
"""The same of a car that a month's least is short of: more than any order costs; with an order
without a day less than the smallest piece of a limit that is physical, so that no car is built
without its parts or hours to reach a volume."""

PIECE = 0.1
"""The smallest piece of a unit that is priced: what is less beyond a limit costs as much. So no
order goes beyond a limit for its own sake, but a rule of whole cars is kept before a tenth."""

WHOLE = 1e-6
"""What a number of cars may be off by before it is rounded to whole ones."""

NARROWER = 0.2
"""Width of the band of a day's number of cars, as a share of that of options and models: what its
ratio rules can bear goes by the number of cars that stand between."""

CARS = "cars"
"""Name of what the volume of a day counts."""

MOST_ENTITLED = 5
"""Entitled brands up to which every group of them is looked at."""

ALIKE = ("brand", "model", "market", "colour", "options", "wanted", "priority", "fixed", "former")


@dataclass(frozen=True)
class Cell:
    """What a cell counts, for tables and explanations.

    Parameters
    ----------
    kind : str
        ``capacity``, ``part``, ``corridor``, ``entitlement``, ``volume``, ``option``, ``work``,
        ``model`` or ``colour``.
    name : str
        The option, station, model and so on.
    first, last : int
        Days that it counts over.
    target : float
        Even share, or NaN.
    """

    kind: str
    name: str
    first: int
    last: int
    target: float = float("nan")


@dataclass
class _Rows:
    """Rows and cells while they are gathered."""

    days: int
    dearest: float
    weighed: int = 1 << 30
    units: list[float] = field(default_factory=list)
    names: list[tuple[str, str]] = field(default_factory=list)
    maps: list[Small] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)
    curves: list[list[float]] = field(default_factory=list)

    def row(self, kind: str, name: str, unit: float = 1.0) -> int:
        """Add a row without cells; ``unit``: the least that an order takes of it."""
        self.names.append((kind, name))
        self.units.append(unit)
        self.maps.append(np.full(self.days, -1, dtype=np.int32))
        return len(self.names) - 1

    def cell(
        self, row: int, first: int, last: int, target: float = float("nan"), **to: float
    ) -> None:
        """Add a cell of a row over some days, or tighten the hard limits of the one there."""
        held = int(self.maps[row][first])
        least, most = to.get("least", 0.0), to.get("most", NONE)
        if row >= self.weighed:
            least, most = math.ceil(least - WHOLE), math.floor(most + WHOLE)
        if held >= 0:
            curve = self.curves[held]
            curve[MOST] = min(curve[MOST], most)
            curve[LEAST] = max(curve[LEAST], least)
            return
        kind, name = self.names[row]
        self.maps[row][first : last + 1] = len(self.cells)
        self.cells.append(Cell(kind, name, first, last, target))
        curve = [0.0] * COLUMNS
        curve[UNIT] = PIECE * self.units[row]
        curve[LEAST] = least
        curve[LOW] = to.get("low", 0.0)
        curve[HIGH] = to.get("high", NONE)
        curve[TOP] = to.get("top", NONE)
        curve[MOST] = most
        curve[W_LOW] = to.get("w_low", 0.0)
        curve[W_HIGH] = to.get("w_high", 0.0)
        curve[W_TOP] = to.get("w_top", 0.0)
        curve[W_HARD] = HARD * self.dearest / self.units[row]
        curve[W_LEAST] = SHORT * self.dearest
        curve[BATCH] = to.get("batch", 0.0)
        self.curves.append(curve)


@dataclass(frozen=True)
class Arrays:
    """A slotting problem as arrays.

    Parameters
    ----------
    dates : tuple of datetime.date, shape (days,)
        The working days.
    alike : ndarray of int32, shape (orders,)
        Class of each order.
    count : ndarray of int64, shape (classes,)
        Orders of each class.
    costs : ndarray of float64, shape (cost classes, days + 1)
        Cost of an order on a day; last column: on none.
    cost_class : ndarray of int32, shape (classes,)
        Row of ``costs`` of each class.
    rows_start, rows : ndarray of int32, shapes (classes + 1,) and (entries,)
        Rows that count an order of a class once, in rising order.
    load : ndarray of float64, shape (classes, weighed rows)
        What an order takes of the first rows: capacity, then limited parts.
    former : ndarray of int32, shape (classes,)
        Day on which orders of the class were slotted; -1: none of these days.
    moving : ndarray of float64, shape (classes,)
        Cost of leaving it.
    first, last : ndarray of int32, shape (classes,)
        Days allowed; none where ``first`` exceeds ``last``.
    frozen : ndarray of bool, shape (classes,)
        Whether orders of the class lie in the frozen zone and stay there whatever it costs.
    fixed : ndarray of bool, shape (classes,)
        Whether they are fixed to a day.
    cell_of : ndarray of int32, shape (days, rows)
        Cell of a row on a day; -1: it does not count there.
    cells : ndarray of float64, shape (cells, 13)
        Cost curves; a unit beyond a hard limit costs ``W_HARD``, and less than ``UNIT`` as much as
        that, so that no order goes beyond a limit for its own sake. A unit below a least costs
        ``W_LEAST``.
    cell_days : ndarray of int32, shape (cells, 2)
        First and last day of a cell.
    cell_row : ndarray of int32, shape (cells,)
        Row of a cell.
    spans : int
        Rows below this number may have cells over several days.
    named : tuple of Cell, shape (cells,)
        What each cell counts.
    """

    dates: tuple[dt.date, ...]
    alike: Small
    count: Ints
    costs: Floats
    cost_class: Small
    rows_start: Small
    rows: Small
    load: Floats
    former: Small
    moving: Floats
    first: Small
    last: Small
    frozen: NDArray[np.bool_]
    fixed: NDArray[np.bool_]
    cell_of: Small
    cells: Floats
    cell_days: Small
    cell_row: Small
    spans: int
    named: tuple[Cell, ...] = field(repr=False)

    @property
    def held(self) -> NDArray[np.bool_]:
        """Whether orders of each class are frozen or fixed."""
        return self.frozen | self.fixed

    @property
    def days(self) -> int:
        """Number of working days."""
        return len(self.dates)

    @property
    def base(self) -> int:
        """Rows of capacity, of limited parts and of the days' numbers of cars: the first ones."""
        return self.weighed + 1

    @property
    def weighed(self) -> int:
        """Number of rows that weigh what an order takes."""
        return int(self.load.shape[1])


def build(data: SlotInput) -> Arrays:
    """Turn orders, days and rules into arrays.

    Parameters
    ----------
    data : SlotInput
        The tables.

    Returns
    -------
    Arrays
        The problem.
    """
    dates = tuple(data.days["date"].to_list())
    kinds = (
        data.orders.select(*ALIKE)
        .with_row_index("at")
        .group_by(*ALIKE, maintain_order=True)
        .agg(pl.len().alias("count"), pl.col("at"))
    )
    alike = np.empty(data.orders.height, dtype=np.int32)
    sizes = kinds["count"].to_numpy()
    alike[kinds["at"].explode().to_numpy()] = np.repeat(np.arange(kinds.height), sizes)
    kinds = kinds.drop("at").with_columns(waiting(data, dates).alias("waits"))
    kinds = kinds.with_columns(pl.when(pl.col("waits")).then(0).otherwise("count").alias("due"))
    costs, cost_class = own_costs(data, kinds, dates)
    first, last, former, moving, frozen = windows(data, kinds, dates)
    gathered = _Rows(len(dates), max(1.0, float(costs.max(initial=0.0))))
    load = _weighed(data, kinds, gathered, dates)
    gathered.weighed = len(gathered.names)
    wished = best_days(costs, cost_class, first, last, former)
    cars = expected_cars(data, kinds, wished)
    entries = [_volume(data, kinds, gathered, cars), *_long(data, kinds, gathered, dates)]
    spans = len(gathered.names)
    entries += _daily(data, kinds, gathered, dates, cars)
    who = np.concatenate([one for one, _ in entries]) if entries else np.zeros(0, dtype=np.int64)
    what = np.concatenate([row for _, row in entries]) if entries else np.zeros(0, dtype=np.int64)
    turn = np.lexsort((what, who))
    starts = np.zeros(kinds.height + 1, dtype=np.int32)
    starts[1:] = np.cumsum(np.bincount(who, minlength=kinds.height))
    cells = np.array(gathered.curves, dtype=np.float64).reshape(-1, COLUMNS)
    cell_row = np.empty(len(cells), dtype=np.int32)
    for row, days in enumerate(gathered.maps):
        cell_row[days[days >= 0]] = row
    counted = _upper(starts, what[turn], load, sizes, len(gathered.names))
    cells[:, UPPER] = counted[cell_row]
    return Arrays(
        dates=dates,
        alike=alike,
        count=sizes.astype(np.int64),
        costs=costs,
        cost_class=cost_class,
        rows_start=starts,
        rows=what[turn].astype(np.int32),
        load=load,
        former=former,
        moving=moving,
        first=first,
        last=last,
        frozen=frozen,
        fixed=kinds["fixed"].is_not_null().to_numpy(),
        cell_of=np.ascontiguousarray(np.stack(gathered.maps, axis=1)),
        cells=cells,
        cell_days=np.array(
            [[cell.first, cell.last] for cell in gathered.cells], dtype=np.int32
        ).reshape(-1, 2),
        cell_row=cell_row,
        spans=spans,
        named=tuple(gathered.cells),
    )


def _upper(starts: Small, rows: Any, load: Floats, sizes: Any, number: int) -> Floats:
    """Return the most that each row can count: all orders together."""
    weight = np.repeat(sizes, np.diff(starts)).astype(np.float64)
    most = np.bincount(rows, weights=weight, minlength=number).astype(np.float64)
    most[: load.shape[1]] = (load * np.asarray(sizes)[:, None]).sum(axis=0)
    return most


def departures(
    data: SlotInput, lane: str | None, dates: tuple[dt.date, ...]
) -> tuple[Ints, list[str | None]]:
    """Return when a car built on each day leaves, as a day number, and on which vessel.

    By road it leaves when it is ready, ``lead_days`` after it is built. By sea it takes the lane's
    first vessel whose cut-off it makes; where the lane's list does not reach, the wait is taken as
    long as its longest from one cut-off to the next (`sinho.hub.voyages`).
    """
    ready = np.array([date.toordinal() for date in dates]) + data.params.lead_days
    if lane is None:
        return ready, [None] * len(dates)
    calls = voyages_of(data.vessels.filter(pl.col("lane") == lane)).get(lane, NO_VOYAGES)
    names = (*calls.vessels, None)
    return calls.leaves(ready), [names[one] for one in calls.first(ready).tolist()]


def waiting(data: SlotInput, dates: tuple[dt.date, ...]) -> pl.Expr:
    """Return which orders wait for a later horizon.

    They are wanted more than ``ahead_days`` after the last day's cars are ready, and have no slot
    among the days yet.
    """
    if not dates:
        return pl.lit(False)
    reach = dates[-1] + dt.timedelta(days=data.params.lead_days + data.params.ahead_days)
    slotted = pl.col("former").is_between(dates[0], dates[-1]).fill_null(False)
    return (pl.col("wanted") > reach) & pl.col("fixed").is_null() & ~slotted


def own_costs(
    data: SlotInput, kinds: pl.DataFrame, dates: tuple[dt.date, ...]
) -> tuple[Floats, Small]:
    """Return the cost of each cost class on each day, and the cost class of each class.

    A car that leaves after the wanted date costs ``late_cost`` a day, weighed by its priority; one
    that stands ready costs ``early_cost`` a day until it leaves or is wanted, whatever is later. An
    order without a day costs ``unslotted_cost`` and what it is late by when it is built on the day
    after the last one; nothing where it waits for a later horizon.
    """
    params = data.params
    ready = np.array([date.toordinal() for date in dates]) + params.lead_days
    keyed = kinds.with_columns(
        pl.col("market")
        .replace_strict(data.lanes, default=None, return_dtype=pl.String)
        .alias("lane")
    )
    alike = ["lane", "wanted", "priority", "waits"]
    groups = keyed.select(alike).unique(maintain_order=True)
    number = groups.with_row_index("cost_class")
    after = tuple(date + dt.timedelta(days=1) for date in dates[-1:])
    lanes = {
        lane: departures(data, lane, dates + after)[0] for lane in groups["lane"].unique().to_list()
    }
    costs = np.zeros((groups.height, len(dates) + 1))
    for at, (lane, wanted, priority, waits) in enumerate(groups.iter_rows()):
        leaves, due = lanes[lane], wanted.toordinal()
        late = params.late_cost * 2.0 ** (2 - priority) * np.maximum(0, leaves - due)
        stock = np.maximum(0, np.maximum(due, leaves[: len(dates)]) - ready)
        costs[at, :-1] = late[: len(dates)] + params.early_cost * stock
        if not waits:
            costs[at, -1] = params.unslotted_cost + late[len(dates) :].sum()
    found = keyed.join(number, on=alike, how="left", nulls_equal=True)
    return costs, found["cost_class"].to_numpy().astype(np.int32)


def windows(
    data: SlotInput, kinds: pl.DataFrame, dates: tuple[dt.date, ...]
) -> tuple[Small, Small, Small, Floats, NDArray[np.bool_]]:
    """Return first and last day, former day, what leaving that costs, and whether it is frozen."""
    params = data.params
    ordinal = np.array([date.toordinal() for date in dates])
    lives = {
        model: (sop, eop)
        for model, sop, eop in data.lives.select("model", "sop", "eop").iter_rows()
    }
    begin, end = {}, {}
    for model in kinds["model"].unique().to_list():
        sop, eop = lives.get(model, (None, None))
        begin[model] = 0 if sop is None else int(np.searchsorted(ordinal, sop.toordinal()))
        end[model] = len(dates) - 1
        if eop is not None:
            end[model] = int(np.searchsorted(ordinal, eop.toordinal(), side="right")) - 1
    models = kinds["model"].to_list()
    first = np.array([begin[model] for model in models], dtype=np.int32)
    last = np.array([end[model] for model in models], dtype=np.int32)
    place = {date: at for at, date in enumerate(dates)}
    former = _places(kinds["former"], place)
    fixed = _places(kinds["fixed"], place)
    frozen = (former >= 0) & (former < params.frozen_days)
    if former.max(initial=-1) >= 0:
        first = np.maximum(first, params.frozen_days).astype(np.int32)
        first[frozen] = last[frozen] = former[frozen]
    held = fixed >= 0
    first[held] = last[held] = fixed[held]
    asked = kinds["fixed"].is_not_null().to_numpy()
    none = (asked & ~held) | kinds["waits"].to_numpy()
    first[none], last[none] = 1, 0
    frozen &= ~asked
    moving = np.where(former < 0, 0.0, params.moved_cost)
    moving[(former >= 0) & (former < params.firm_days)] += params.firm_cost
    return first, last, former, moving, frozen


def _places(column: pl.Series, place: dict[dt.date, int]) -> Small:
    """Return the number of each date among the days, -1 where it is none of them."""
    if column.null_count() == column.len():
        return np.full(column.len(), -1, dtype=np.int32)
    found = column.replace_strict(place, default=-1, return_dtype=pl.Int32)
    return found.fill_null(-1).to_numpy().astype(np.int32)


def _weighed(
    data: SlotInput, kinds: pl.DataFrame, gathered: _Rows, dates: tuple[dt.date, ...]
) -> Floats:
    """Add the rows of capacity and of limited parts; return what each class takes of them."""
    models = kinds["model"].to_list()
    taken = [[data.loads.get(model, 1.0) for model in models]]
    row = gathered.row("capacity", "line", _unit(taken[0]))
    for day, capacity in enumerate(data.days["capacity"].to_list()):
        gathered.cell(row, day, day, most=capacity)
    place = {date: at for at, date in enumerate(dates)}
    parts = data.limits.filter(pl.col("kind") == "part")
    for part in parts["item"].unique(maintain_order=True).to_list():
        uses = dict(
            data.uses.filter(pl.col("part") == part).select("model", "quantity").iter_rows()
        )
        taken.append([uses.get(model, 0.0) for model in models])
        row = gathered.row("part", part, _unit(taken[-1]))
        for date, most in parts.filter(pl.col("item") == part).select("date", "most").iter_rows():
            if date in place:
                gathered.cell(row, place[date], place[date], most=most)
    return np.ascontiguousarray(np.array(taken).T)


def _unit(taken: list[float]) -> float:
    """Return the least that an order takes of a row; 1 where none takes any."""
    return min((one for one in taken if one > 0), default=1.0)


Entries = tuple[NDArray[np.int64], NDArray[np.int64]]


def _members(kinds: pl.DataFrame, column: str) -> dict[Any, NDArray[np.int64]]:
    """Return the classes with each value of a column."""
    found = (
        kinds.select(column).with_row_index("at").group_by(column, maintain_order=True).agg("at")
    )
    return {value: np.array(at, dtype=np.int64) for value, at in found.iter_rows()}


def _entries(members: NDArray[np.int64], row: int) -> Entries:
    return members, np.full(len(members), row, dtype=np.int64)


def _long(
    data: SlotInput, kinds: pl.DataFrame, gathered: _Rows, dates: tuple[dt.date, ...]
) -> list[Entries]:
    """Add the rows that count over months or weeks; return which classes they count."""
    entries: list[Entries] = []
    months = np.array([date.year * 12 + date.month - 1 for date in dates])
    by_model = _members(kinds, "model")
    asked = data.corridor.filter(pl.col("model").is_in(list(by_model)))
    for model in asked["model"].unique(maintain_order=True).to_list():
        row = gathered.row("corridor", model)
        for month, least, most in (
            asked.filter(pl.col("model") == model).select("month", "least", "most").iter_rows()
        ):
            days = np.flatnonzero(months == month.year * 12 + month.month - 1)
            if len(days):
                gathered.cell(
                    row,
                    int(days[0]),
                    int(days[-1]),
                    least=least or 0.0,
                    most=NONE if most is None else most,
                )
        entries.append(_entries(by_model[model], row))
    return entries + _entitled(data, kinds, gathered, dates)


def weeks_of(dates: tuple[dt.date, ...]) -> list[tuple[dt.date, int, int]]:
    """Return the weeks of working days: Monday, first and last day number."""
    found: list[tuple[dt.date, int, int]] = []
    for at, date in enumerate(dates):
        monday = date - dt.timedelta(days=date.weekday())
        if found and found[-1][0] == monday:
            found[-1] = (monday, found[-1][1], at)
        else:
            found.append((monday, at, at))
    return found


def entitled(
    data: SlotInput, dates: tuple[dt.date, ...]
) -> dict[dt.date, dict[str, tuple[float, bool]]]:
    """Return each week's contracted slots by brand, and whether they are offered to all by now.

    Now is the first working day; the slots of a week are offered ``release_days`` before its
    Monday. In a week that is cut by the horizon or by the contract they count in proportion to the
    days in it.
    """
    found: dict[dt.date, dict[str, tuple[float, bool]]] = {}
    for monday, first, last in weeks_of(dates):
        days = dates[first : last + 1]
        for brand, start, end, slots, release in data.entitlements.select(
            "brand", "start", "end", "slots_per_week", "release_days"
        ).iter_rows():
            inside = sum(1 for day in days if start <= day and (end is None or day <= end))
            if not inside:
                continue
            released = dates[0] >= monday - dt.timedelta(days=release)
            share = slots * min(1.0, inside / 5)
            held = found.setdefault(monday, {}).get(brand, (0.0, released))
            found[monday][brand] = (held[0] + share, released)
    return found


def _entitled(
    data: SlotInput, kinds: pl.DataFrame, gathered: _Rows, dates: tuple[dt.date, ...]
) -> list[Entries]:
    """Add the rows that keep contracted slots for their brands.

    For each group of brands whose slots are not offered yet, all others together get at most what
    the week can build less the group's slots, both at the mean load of their own orders.
    """
    by_week = entitled(data, dates)
    capacity = data.days["capacity"].to_numpy()
    members = _members(kinds, "brand")
    rows: dict[tuple[str, ...], int] = {}
    entries: list[Entries] = []
    for monday, first, last in weeks_of(dates):
        own = {b: slots for b, (slots, free) in by_week.get(monday, {}).items() if not free}
        sizes = range(1, len(own) + 1) if len(own) <= MOST_ENTITLED else (1, len(own))
        for group in (pair for size in sizes for pair in combinations(sorted(own), size)):
            if group not in rows:
                rows[group] = gathered.row("entitlement", " + ".join(group))
                classes = [at for brand, at in members.items() if brand not in group]
                if classes:
                    entries.append(_entries(np.concatenate(classes), rows[group]))
            held = sum(own[b] * _mean_load(data, kinds, (b,)) for b in group)
            free = max(0.0, float(capacity[first : last + 1].sum()) - held)
            others = tuple(brand for brand in members if brand not in group)
            gathered.cell(rows[group], first, last, most=free / _mean_load(data, kinds, others))
    return entries


def _mean_load(
    data: SlotInput, kinds: pl.DataFrame, brands: tuple[str, ...] | None = None
) -> float:
    """Return the mean load of the orders of some brands that are due, or of all; else 1."""
    own = kinds if brands is None else kinds.filter(pl.col("brand").is_in(brands))
    sizes = own["due"].to_numpy()
    if not sizes.sum():
        return 1.0
    loads = [data.loads.get(model, 1.0) for model in own["model"].to_list()]
    return max(1e-9, float(np.average(loads, weights=sizes)))


def expected_cars(data: SlotInput, kinds: pl.DataFrame, wished: Ints) -> list[float]:
    """Return the even number of cars of each day, given the day wished by each class."""
    room = data.days["capacity"].to_numpy() / _mean_load(data, kinds)
    fits = wished >= 0
    due = kinds["due"].to_numpy()[fits].astype(np.float64)
    spread: list[float] = even_cars(room, np.bincount(wished[fits], due, len(room))).tolist()
    return spread


def _volume(data: SlotInput, kinds: pl.DataFrame, gathered: _Rows, cars: list[float]) -> Entries:
    """Add the row that counts the cars of each day; return all classes."""
    params = data.params
    row = gathered.row("volume", CARS)
    for day, expected in enumerate(cars):
        to = _band(params.band * NARROWER, expected, params.volume_cost)
        gathered.cell(row, day, day, expected, **to)
    return _entries(np.arange(kinds.height), row)


def _band(band: float, target: float, weight: float) -> dict[str, float]:
    """Return the band in whole cars round a target, and its cost."""
    return {
        "low": float(np.floor(target - band * target + WHOLE)),
        "high": float(np.ceil(target + band * target - WHOLE)),
        "w_low": weight,
        "w_high": weight,
    }


def _borne(
    ratios: list[tuple[float, float, bool]], expected: float, most: float, params: SlotParams
) -> dict[str, float]:
    """Return up to how many cars of an option its rules bear, and how many they allow at all.

    So many cars as fill a rule's windows, a part of a car too: a day of N cars holds at least N h/H
    of them in windows of H with h of them, rounded up, and h where the window is longer than the
    day. What hard rules allow is a hard limit, which no day may pass.
    """
    top = NONE
    for share, cars, hard in ratios:
        top = min(top, math.ceil(max(params.fill * share * expected, cars) - WHOLE))
        if hard:
            most = min(most, math.ceil(max(share * expected, cars) - WHOLE))
    return {"top": top, "w_top": params.limit_cost, "most": most}


def _at_station(bears: float, target: float) -> float:
    """Return the whole heavy cars whose work fits; their even share where that is as much."""
    even = math.ceil(target - WHOLE) if target <= bears + WHOLE else 0
    return max(even, math.floor(bears + WHOLE))


def _daily(
    data: SlotInput,
    kinds: pl.DataFrame,
    gathered: _Rows,
    dates: tuple[dt.date, ...],
    cars: list[float],
) -> list[Entries]:
    """Add the rows that count day by day; return which classes they count."""
    params = data.params
    sizes = kinds["due"].to_numpy()
    total = float(sizes.sum())
    place = {date: at for at, date in enumerate(dates)}
    hard: dict[tuple[str, str], dict[int, float]] = {}
    for kind, item, date, most in data.limits.select("kind", "item", "date", "most").iter_rows():
        if date in place:
            held = hard.setdefault((kind, item), {})
            held[place[date]] = min(most, held.get(place[date], NONE))
    counted = _counted(kinds)
    ratios: dict[str, list[tuple[float, float, bool]]] = {}
    for option, *ratio in data.ratios.select("option", "share", "cars", "hard").iter_rows():
        ratios.setdefault(option, []).append((ratio[0], ratio[1], ratio[2]))
    stations = heavy_cars(data, kinds, counted["option"])
    counted["work"] = {station: classes for station, (classes, _) in stations.items()}
    weights = {
        "option": params.level_cost,
        "work": params.level_cost,
        "model": params.mix_cost,
    }
    entries: list[Entries] = []
    for kind, members in counted.items():
        for name, classes in members.items():
            row = gathered.row(kind, name)
            entries.append(_entries(classes, row))
            share = float(sizes[classes].sum()) / max(1.0, total)
            limits = hard.get((kind, name), {})
            for day, expected in enumerate(cars):
                target = share * expected
                to: dict[str, float] = {"most": limits.get(day, NONE)}
                if kind == "colour":
                    to |= {"low": params.batch, "w_low": params.colour_cost, "batch": 1.0}
                else:
                    to |= _band(params.band, target, weights[kind])
                if kind == "option" and name in ratios:
                    to |= _borne(ratios[name], expected, to["most"], params)
                if kind == "work":
                    bears = params.fill * stations[name][1] * expected
                    to |= {"top": _at_station(bears, target), "w_top": params.limit_cost}
                gathered.cell(row, day, day, target, **to)
    return entries


def heavy_cars(
    data: SlotInput, kinds: pl.DataFrame, fitted: dict[Any, NDArray[np.int64]]
) -> dict[str, tuple[NDArray[np.int64], float]]:
    """Return, by station, the classes of heavy cars and the share of them that its takt bears.

    A car is heavy where its work at the station exceeds the takt. With heavy and other cars of the
    order bank taking :math:`w_h` and :math:`w_l` minutes on average, a share
    :math:`(takt - w_l) / (w_h - w_l)` of heavy ones fills the takt. Stations at which no car is
    heavy, or every one is, are left out: there is nothing to level.
    """
    sizes = kinds["due"].to_numpy().astype(np.float64)
    found: dict[str, tuple[NDArray[np.int64], float]] = {}
    for station, base, takt in data.stations.select("station", "base", "takt").iter_rows():
        work = np.full(kinds.height, float(base))
        own = data.operations.filter(pl.col("station") == station)
        for option, minutes in own.select("option", "minutes").iter_rows():
            if option in fitted:
                work[fitted[option]] += minutes
        heavy = work > takt + WHOLE
        if not sizes[heavy].any() or not sizes[~heavy].any():
            continue
        most = float(np.average(work[heavy], weights=sizes[heavy]))
        least = float(np.average(work[~heavy], weights=sizes[~heavy]))
        found[station] = (np.flatnonzero(heavy), (takt - least) / (most - least))
    return found


def _counted(kinds: pl.DataFrame) -> dict[str, dict[str, NDArray[np.int64]]]:
    """Return the classes with each option, model and colour."""
    options = (
        kinds.select(pl.col("options").str.split(";").alias("option"))
        .with_row_index("at")
        .explode("option")
        .filter(pl.col("option") != "")
        .group_by("option")
        .agg("at")
        .sort("option")
    )
    return {
        "option": {name: np.array(at, dtype=np.int64) for name, at in options.iter_rows()},
        "model": dict(sorted(_members(kinds, "model").items())),
        "colour": dict(sorted(_members(kinds, "colour").items())),
    }
