"""Classes of alike orders: their own costs and the days open to them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl

from sinho.hub.voyages import NO_VOYAGES, voyages_of
from sinho.slot.cells import Flags, Floats, Ints, Small
from sinho.slot.data import Input
from sinho.slot.days import Days
from sinho.slot.routes import Routes

ALIKE = (
    "brand",
    "model",
    "market",
    "colour",
    "options",
    "wanted",
    "priority",
    "fixed",
    "former",
    "line",
    "former_line",
)


def classes_of(data: Input, days: Days) -> tuple[pl.DataFrame, Small]:
    """Return the classes of alike orders, and the class of each order.

    Classes have what their orders have alike, their ``count``, whether they wait for a later
    horizon (``waits``), and how many of them are ``due``: none of those that wait.
    """
    kinds = (
        data.orders.select(*ALIKE)
        .with_row_index("at")
        .group_by(*ALIKE, maintain_order=True)
        .agg(pl.len().alias("count"), pl.col("at"))
    )
    alike = np.empty(data.orders.height, dtype=np.int32)
    alike[kinds["at"].explode().to_numpy()] = np.repeat(np.arange(kinds.height), kinds["count"])
    kinds = kinds.drop("at").with_columns(waiting(data, days).alias("waits"))
    due = pl.when(pl.col("waits")).then(0).otherwise("count")
    return kinds.with_columns(due.alias("due")), alike


def departures(
    data: Input, lane: str | None, dates: tuple[dt.date, ...]
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


def waiting(data: Input, days: Days) -> pl.Expr:
    """Return which orders wait for a later horizon.

    They are wanted more than ``ahead_days`` after the last day's cars are ready, and have no slot
    among the days yet.
    """
    dates = days.dates
    if not dates:
        return pl.lit(False)
    reach = dates[-1] + dt.timedelta(days=data.params.lead_days + data.params.ahead_days)
    slotted = pl.col("former").is_between(dates[0], dates[-1]).fill_null(False)
    return (pl.col("wanted") > reach) & pl.col("fixed").is_null() & ~slotted


def own_costs(
    data: Input, kinds: pl.DataFrame, days: Days, routes: Routes, frozen: Flags, former: Small
) -> tuple[Floats, Small]:
    """Return the cost of each cost class on each day, and the cost class of each class.

    A car that leaves after the wanted date costs ``late_cost`` a day, weighed by its priority; one
    that stands ready costs ``early_cost`` a day until it leaves or is wanted, whatever is later; a
    car costs what its route costs on the day's line besides, and a day on which it cannot be built
    costs without end. An order without a day costs ``unslotted_cost`` and what it is late by when
    it is built on the date after the last one; nothing where it waits for a later horizon.
    """
    params, dates = data.params, days.calendar
    ready = np.array([date.toordinal() for date in dates]) + params.lead_days
    # What is frozen where it cannot be built any more stays: its own route counts for nothing.
    route = routes.of_class
    stays = frozen & ~routes.possible[route, np.maximum(former, 0)] if len(days) else frozen
    extra = np.vstack([routes.extra, np.zeros((1, len(days)))])
    keyed = kinds.with_columns(
        pl.col("market")
        .replace_strict(data.lanes, default=None, return_dtype=pl.String)
        .alias("lane"),
        pl.Series("route", np.where(stays, len(routes.extra), route)),
    )
    alike = ["lane", "wanted", "priority", "waits", "route"]
    groups = keyed.select(alike).unique(maintain_order=True)
    number = groups.with_row_index("cost_class")
    after = tuple(date + dt.timedelta(days=1) for date in dates[-1:])
    lanes = {
        lane: departures(data, lane, dates + after)[0] for lane in groups["lane"].unique().to_list()
    }
    costs = np.zeros((groups.height, len(days) + 1))
    for at, (lane, wanted, priority, waits, road) in enumerate(groups.iter_rows()):
        leaves, due = lanes[lane], wanted.toordinal()
        late = params.late_cost * 2.0 ** (2 - priority) * np.maximum(0, leaves - due)
        stock = np.maximum(0, np.maximum(due, leaves[: len(dates)]) - ready)
        by_date = late[: len(dates)] + params.early_cost * stock
        costs[at, :-1] = by_date[days.date_of] + extra[road]
        if not waits:
            costs[at, -1] = params.unslotted_cost + late[len(dates) :].sum()
    found = keyed.join(number, on=alike, how="left", nulls_equal=True)
    return costs, found["cost_class"].to_numpy().astype(np.int32)


def windows(
    data: Input, kinds: pl.DataFrame, days: Days, routes: Routes
) -> tuple[Small, Small, Small, Floats, Flags]:
    """Return first and last day, former day, what leaving that costs, and whether it is frozen.

    First and last day are such on which the class can be built, but for what is frozen elsewhere.
    """
    params = data.params
    ordinal = np.array([date.toordinal() for date in days.dates])
    lives = {
        model: (sop, eop)
        for model, sop, eop in data.lives.select("model", "sop", "eop").iter_rows()
    }
    begin, end = {}, {}
    for model in kinds["model"].unique().to_list():
        sop, eop = lives.get(model, (None, None))
        begin[model] = 0 if sop is None else int(np.searchsorted(ordinal, sop.toordinal()))
        end[model] = len(days) - 1
        if eop is not None:
            end[model] = int(np.searchsorted(ordinal, eop.toordinal(), side="right")) - 1
    models = kinds["model"].to_list()
    first = np.array([begin[model] for model in models], dtype=np.int32)
    last = np.array([end[model] for model in models], dtype=np.int32)
    former = _former(kinds, days, routes)
    fixed, until = _span(kinds["fixed"], days)
    frozen = (former >= 0) & (former < days.until(params.frozen_days))
    if former.max(initial=-1) >= 0:
        first = np.maximum(first, days.until(params.frozen_days)).astype(np.int32)
        first[frozen] = last[frozen] = former[frozen]
    placed = fixed >= 0
    first[placed], last[placed] = fixed[placed], until[placed]
    requested = kinds["fixed"].is_not_null().to_numpy()
    none = (requested & ~placed) | kinds["waits"].to_numpy()
    first[none], last[none] = 1, 0
    frozen &= ~requested
    _narrow(routes, first, last, frozen)
    moving = np.where(former < 0, 0.0, params.moved_cost)
    moving[(former >= 0) & (former < days.until(params.firm_days))] += params.firm_cost
    return first, last, former, moving, frozen


def _narrow(routes: Routes, first: Small, last: Small, frozen: Flags) -> None:
    """Move first and last days to the nearest between them on which the class can be built."""
    if routes.possible.all():
        return
    days = routes.extra.shape[1]
    number = np.arange(days)
    next_one = np.full((len(routes.extra), days + 1), days)
    next_one[:, :-1] = np.where(routes.possible, number, days)
    next_one = np.minimum.accumulate(next_one[:, ::-1], axis=1)[:, ::-1]
    last_one = np.maximum.accumulate(np.where(routes.possible, number, -1), axis=1)
    own = ~frozen & (first <= last)
    road = routes.of_class[own]
    first[own], last[own] = next_one[road, first[own]], last_one[road, last[own]]
    none = own & (first > last)
    first[none], last[none] = 1, 0


def _span(column: pl.Series, days: Days) -> tuple[Small, Small]:
    """Return the first and the last day on each date, -1 and -2 where no line works on it."""
    first = {date: own[0] for date, own in days.on_date.items()}
    last = {date: own[-1] for date, own in days.on_date.items()}
    if column.null_count() == column.len():
        return np.full(column.len(), -1, dtype=np.int32), np.full(column.len(), -2, dtype=np.int32)
    begin = column.replace_strict(first, default=-1, return_dtype=pl.Int32).fill_null(-1)
    end = column.replace_strict(last, default=-2, return_dtype=pl.Int32).fill_null(-2)
    return begin.to_numpy().astype(np.int32), end.to_numpy().astype(np.int32)


def _former(kinds: pl.DataFrame, days: Days, routes: Routes) -> Small:
    """Return the day on which each class was slotted before; -1: none of these.

    Where it is not said on which line that was, it was the one of that date on which the class
    costs least; so too where the line is none of these.
    """
    found, until = _span(kinds["former"], days)
    if not (found < until).any() and not kinds["former_line"].drop_nulls().len():
        return found
    keyed = kinds.select(
        "former_line", pl.Series("day", found), pl.Series("route", routes.of_class)
    )
    keys = keyed.unique(maintain_order=True)
    places = []
    for line, day, route in keys.iter_rows():
        date = days.dates[day] if day >= 0 else None
        if date is None:
            places.append(-1)
        elif line in days.names:
            places.append(days.number.get((date, line), -1))
        else:
            own = days.on_date[date]
            places.append(own[int(np.argmin(routes.extra[route, own]))])
    placed = keys.with_columns(pl.Series("place", places, dtype=pl.Int32))
    on = ["former_line", "day", "route"]
    joined = keyed.join(placed, on=on, how="left", nulls_equal=True, maintain_order="left")
    return joined["place"].to_numpy().astype(np.int32)


def members_of(kinds: pl.DataFrame, column: str) -> dict[Any, Ints]:
    """Return the classes with each value of a column."""
    found = (
        kinds.select(column).with_row_index("at").group_by(column, maintain_order=True).agg("at")
    )
    return {value: np.array(at, dtype=np.int64) for value, at in found.iter_rows()}


def mean_load(load: Floats, cars: Floats) -> float:
    """Return the mean load of so many cars of each class; 1 of none."""
    return max(1e-9, float(np.average(load, weights=cars))) if cars.sum() else 1.0
