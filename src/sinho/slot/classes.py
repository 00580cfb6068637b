"""Classes of alike orders: their own costs and the days open to them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.hub.voyages import NO_VOYAGES, voyages_of
from sinho.slot.cells import Floats, Ints, Small
from sinho.slot.data import SlotInput

ALIKE = ("brand", "model", "market", "colour", "options", "wanted", "priority", "fixed", "former")


def classes_of(data: SlotInput, dates: tuple[dt.date, ...]) -> tuple[pl.DataFrame, Small]:
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
    kinds = kinds.drop("at").with_columns(waiting(data, dates).alias("waits"))
    due = pl.when(pl.col("waits")).then(0).otherwise("count")
    return kinds.with_columns(due.alias("due")), alike


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


def members_of(kinds: pl.DataFrame, column: str) -> dict[Any, Ints]:
    """Return the classes with each value of a column."""
    found = (
        kinds.select(column).with_row_index("at").group_by(column, maintain_order=True).agg("at")
    )
    return {value: np.array(at, dtype=np.int64) for value, at in found.iter_rows()}


def mean_load(data: SlotInput, kinds: pl.DataFrame, brands: tuple[str, ...] | None = None) -> float:
    """Return the mean load of the orders of some brands that are due, or of all; else 1."""
    own = kinds if brands is None else kinds.filter(pl.col("brand").is_in(brands))
    sizes = own["due"].to_numpy()
    if not sizes.sum():
        return 1.0
    loads = [data.loads.get(model, 1.0) for model in own["model"].to_list()]
    return max(1e-9, float(np.average(loads, weights=sizes)))
