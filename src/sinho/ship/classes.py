"""Classes of alike cars, and what each may do: take a voyage, a container, or stay."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from sinho.hub.schema import ALL
from sinho.ship.arrays import NEVER, Flags, Ints, Sea
from sinho.ship.box_days import BoxDay, box_days, paid_boxes
from sinho.ship.data import Input
from sinho.ship.params import Params
from sinho.units import Floats

ROUND = 9
"""Digits behind the point to which costs are compared."""


@dataclass(frozen=True)
class Part:
    """Lanes that share nothing with others: C classes of cars and their O ways.

    The ways are the V voyages ``voyages``, then the days ``boxes``, then staying: the last one.

    Parameters
    ----------
    lanes : tuple of str
        The lanes.
    members : tuple of ndarray of int
        Rows of the cars of each class, in the order in which they are served.
    model, market : ndarray of int, shape (C,)
        Of each class.
    voyages : ndarray of int, shape (V,)
        Voyages of the sea.
    boxes : tuple of BoxDay
        Days on which containers are loaded.
    may : ndarray of bool, shape (C, O)
        Whether the class may go that way.
    late, cost : ndarray, shape (C, O)
        Days late and cost of a car, as they are to be expected.
    former : ndarray of int, shape (C, O)
        Cars that may go that way without a change of the former plan.
    ours : ndarray of bool, shape (C, B)
        Whether the plant pays for the box in which a car of the class is loaded on a day; cars
        of buyers who pay for theirs go in boxes of their own.
    """

    lanes: tuple[str, ...]
    members: tuple[Ints, ...]
    model: Ints
    market: Ints
    voyages: Ints
    boxes: tuple[BoxDay, ...]
    may: Flags
    late: Floats
    cost: Floats
    former: Ints
    ours: Flags

    @property
    def count(self) -> Ints:
        """Cars of each class."""
        return np.array([len(rows) for rows in self.members], dtype=np.int64)


@dataclass(frozen=True)
class Fleet:
    """All cars as arrays, and the ways of each, before they are put into classes.

    Parameters
    ----------
    model, market, ready, since, due, wanted, chance : ndarray, shape (n,)
        Numbers of model and market, days (due and wanted -1: none), and the number of the row of
        ``curves`` (-1: ready on its day).
    curves : tuple of (ndarray of int, ndarray)
        Days and chances.
    """

    model: Ints
    market: Ints
    ready: Ints
    since: Ints
    due: Ints
    wanted: Ints
    chance: Ints
    curves: tuple[tuple[Ints, Floats], ...]


def fleet_of(data: Input, sea: Sea) -> Fleet:
    """Return the cars of an input as arrays."""
    cars = data.cars
    model = {name: at for at, name in enumerate(sea.models)}
    market = {name: at for at, name in enumerate(sea.markets)}
    curves: list[tuple[Ints, Floats]] = []
    own = np.full(cars.height, -1, dtype=np.int64)
    if data.chance is not None:
        row_of = {car: at for at, car in enumerate(cars["car"].to_list())}
        for (car,), rows in data.chance.sort("car", "date").group_by("car", maintain_order=True):
            if car in row_of:
                own[row_of[car]] = len(curves)
                curves.append((_days(rows["date"]), rows["chance"].to_numpy().astype(float)))
    return Fleet(
        cars["model"].replace_strict(model, return_dtype=pl.Int64).to_numpy(),
        cars["market"].replace_strict(market, return_dtype=pl.Int64).to_numpy(),
        _days(cars["ready"]),
        _days(cars["since"]),
        _due(data),
        _days(cars["wanted"]),
        own,
        tuple(curves),
    )


def _days(column: pl.Series) -> Ints:
    """Return dates as ordinals; -1 for none."""
    epoch = dt.date(1970, 1, 1).toordinal()
    days = column.to_physical().cast(pl.Int64) + epoch
    return days.fill_null(-1).to_numpy()


def _due(data: Input) -> Ints:
    """Return the day on which each car is due in its market; -1 for none."""
    due = np.full(data.cars.height, -1, dtype=np.int64)
    table = data.hub["lead_times"].sort("start").to_dicts()
    if not table:
        return due
    begin = _days(data.cars.select(pl.coalesce("wanted", "built", "since")).to_series())
    market, model = data.cars["market"].to_numpy(), data.cars["model"].to_numpy()
    for particular in (False, True):
        for row in table:
            if (row["model"] != ALL) != particular:
                continue
            rows = (market == row["market"]) & (begin >= row["start"].toordinal())
            if particular:
                rows &= model == row["model"]
            due[rows] = begin[rows] + row["days"]
    return due


def parts_of(data: Input, sea: Sea, fleet: Fleet, params: Params) -> list[Part]:
    """Return the parts of the problem, lanes that share containers together."""
    own = set(data.containers["lane"].drop_nulls())
    used = sorted({sea.lanes[k] for k in np.unique(fleet.market)})
    shared = [lane for lane in used if ALL in own and lane not in own]
    groups = [(lane,) for lane in used if lane not in shared]
    former = _former(data, sea)
    return [
        _part(data, sea, fleet, params, lanes, former)
        for lanes in [*groups, *([tuple(shared)] if shared else [])]
    ]


def _former(data: Input, sea: Sea) -> Ints | None:
    """Return the way of each car in the former plan; -1: none, or a voyage that is gone.

    A voyage by its number; the sailing of a box by its day, counted down from -2.
    """
    if data.former is None:
        return None
    before = {car: way for car, *way in data.former.select("car", "vessel", "leaves").iter_rows()}
    at = {name: v for v, name in enumerate(sea.vessels)}
    found = []
    for car in data.cars["car"]:
        vessel, leaves = before.get(car, (None, None))
        if vessel is None and leaves is not None:
            found.append(-2 - leaves.toordinal())
        else:
            found.append(at.get(vessel or "", -1))
    return np.array(found, dtype=np.int64)


def _part(
    data: Input,
    sea: Sea,
    fleet: Fleet,
    params: Params,
    lanes: tuple[str, ...],
    former: Ints | None,
) -> Part:
    markets = np.array([k for k, lane in enumerate(sea.lanes) if lane in lanes], dtype=np.int64)
    rows = np.flatnonzero(np.isin(fleet.market, markets))
    voyages = np.concatenate([sea.of_lane(lane) for lane in lanes])
    boxes = box_days(data, lanes, fleet.ready[rows], params)
    before = np.full(len(rows), -1, dtype=np.int64) if former is None else former[rows]
    facts = (fleet.model, fleet.market, fleet.ready, fleet.since, fleet.due, fleet.wanted)
    keys = np.stack([*(fact[rows] for fact in facts), fleet.chance[rows], before], axis=1)
    alike, which = np.unique(keys, axis=0, return_inverse=True)
    closed = sea.cutoff[voyages] < data.first.toordinal()
    may, late, cost = _ways(sea, fleet, params, voyages, boxes, alike, closed)
    ours = paid_boxes(data, sea, boxes, alike)
    vectors = np.concatenate(
        [
            alike[:, :2],
            alike[:, 7:],
            may,
            ours,
            np.round(late, ROUND),
            np.round(cost - cost[:, -1:], ROUND),
        ],
        axis=1,
    )
    vectors[~np.isfinite(vectors)] = -1.0
    _, merged = np.unique(vectors, axis=0, return_inverse=True)
    first = np.unique(merged, return_index=True)[1]
    group = merged[which]
    turn = np.lexsort((rows, fleet.ready[rows], fleet.due[rows], group))
    ends = np.searchsorted(group[turn], np.arange(len(first) + 1))
    members = tuple(rows[turn[ends[c] : ends[c + 1]]] for c in range(len(first)))
    kept = np.zeros((len(first), may.shape[1]), dtype=np.int64)
    if former is not None:
        place = {int(v): [o] for o, v in enumerate(voyages)}
        for o, box in enumerate(boxes, len(voyages)):
            place.setdefault(-2 - box.leaves, []).append(o)
        for c, one in enumerate(first):
            at = int(alike[one, 7])
            if at in place:
                kept[c, place[at]] = len(members[c])
            else:
                kept[c, :] = len(members[c])
    # a class's cost is that of its mean car: what differs among its cars is the same on every way
    weight = np.bincount(which, minlength=len(alike))
    mean = np.zeros(len(first))
    np.add.at(mean, merged, weight * np.where(np.isfinite(cost[:, -1]), cost[:, -1], 0.0))
    mean /= np.bincount(merged, weights=weight, minlength=len(first))
    return Part(
        lanes,
        members,
        alike[first, 0],
        alike[first, 1],
        voyages,
        boxes,
        may[first],
        late[first],
        cost[first] - cost[first, -1:] + mean[:, None],
        kept,
        ours[first],
    )


def _ways(
    sea: Sea,
    fleet: Fleet,
    params: Params,
    voyages: Ints,
    boxes: tuple[BoxDay, ...],
    alike: Ints,
    closed: Flags,
) -> tuple[Flags, Floats, Floats]:
    """Return which ways each kind of car may go, and its days late and cost there.

    ``closed`` are voyages that take no cars but those that the former plan gave them.
    """
    model, market, ready, since, due, wanted, chance, before = alike.T
    n, n_v = len(alike), len(voyages)
    shape = (n, n_v + len(boxes) + 1)
    may, late, cost = np.zeros(shape, dtype=bool), np.zeros(shape), np.zeros(shape)
    leaves, arrives = np.zeros(shape), np.full(shape, NEVER)
    odds = np.ones((n, n_v))
    for o, v in enumerate(voyages):
        arrives[:, o] = sea.arrival[v, market]
        leaves[:, o] = sea.etd[v]
        may[:, o] = (ready <= sea.cutoff[v]) & (arrives[:, o] < NEVER)
        odds[:, o] = _chances(fleet, chance, int(sea.cutoff[v]))
        stands = np.maximum(sea.etd[v] - since - sea.free_days[v], 0)
        waits = sea.etd[v] - ready
        cost[:, o] = (
            sea.freight[v, model, market] + stands * sea.storage[v] + waits * sea.holding[model]
        )
    first = np.where(may[:, :n_v], leaves[:, :n_v], NEVER).min(axis=1, initial=NEVER)
    may[:, :n_v] &= odds >= params.least_chance
    may[:, :n_v] &= np.cumsum(may[:, :n_v], axis=1) <= params.voyages
    for o, box in enumerate(boxes, n_v):
        own = np.array([sea.lanes[k] == box.lane or box.lane == ALL for k in market])
        arrives[:, o], leaves[:, o] = box.arrives, box.leaves
        may[:, o] = own & (ready <= box.day) & (box.day <= ready + params.box_days)
        may[:, o] &= sea.per_box[model] > 0
        cost[:, o] = (box.leaves - ready) * sea.holding[model]
    aboard = before[:, None] == np.where(closed, voyages, NEVER)
    may[:, :n_v] &= ~closed | aboard
    gone = aboard.any(axis=1)
    may[gone] &= np.pad(aboard[gone], ((0, 0), (0, shape[1] - n_v)))
    _staying(sea, voyages, alike, may, leaves, arrives, cost)
    goal = np.where(wanted >= 0, wanted, np.minimum(first, leaves[:, -1]))
    late[:] = np.where(due[:, None] >= 0, arrives - due[:, None], leaves - goal[:, None])
    late = np.maximum(late, 0.0)
    last = np.where(may[:, :-1], late[:, :-1], 0.0).max(axis=1, initial=0.0)
    late[:, -1] = np.maximum(late[:, -1], last + 1.0)
    if (odds < 1).any():
        _expected(may, late, cost, odds, n_v)
    late[~may], cost[~may] = NEVER, NEVER
    return may, late, cost


def _chances(fleet: Fleet, chance: Ints, day: int) -> Floats:
    """Return the chance of each kind of car to be ready by the end of a day."""
    found = np.ones(len(chance))
    for at in np.flatnonzero(chance >= 0):
        days, values = fleet.curves[chance[at]]
        n = int(np.searchsorted(days, day, side="right"))
        found[at] = values[n - 1] if n else 0.0
    return found


def _staying(
    sea: Sea,
    voyages: Ints,
    alike: Ints,
    may: Flags,
    leaves: Floats,
    arrives: Floats,
    cost: Floats,
) -> None:
    """Let cars stay: as if they left one interval behind the last voyage, at the dearest rate."""
    model, market, ready, since = alike[:, :4].T
    may[:, -1] = True
    for k in np.unique(market):
        rows = market == k
        own = np.array([v for v in voyages if sea.arrival[v, k] < NEVER], dtype=np.int64)
        gap = sea.gap(sea.lanes[k])
        last = int(sea.etd[own].max()) if len(own) else 0
        gone = np.maximum(last, ready[rows]) + gap
        transit = float((sea.arrival[own, k] - sea.etd[own]).max()) if len(own) else 0.0
        leaves[rows, -1], arrives[rows, -1] = gone, gone + transit
        dearest = sea.freight[own, :, k].max(axis=0) if len(own) else np.zeros(len(sea.models))
        price = float(sea.storage[own].max()) if len(own) else 0.0
        free = float(sea.free_days[own].min()) if len(own) else 0.0
        cost[rows, -1] = (
            dearest[model[rows]]
            + np.maximum(gone - since[rows] - free, 0) * price
            + (gone - ready[rows]) * sea.holding[model[rows]]
        )


def _expected(may: Flags, late: Floats, cost: Floats, odds: Floats, n_v: int) -> None:
    """Reckon with cars that are not ready in time: they take the next voyage, and pay twice.

    Space that a car does not take is paid for all the same, so that its freight is added.
    """
    for c in np.flatnonzero((odds < 1).any(axis=1)):
        follow = late.shape[1] - 1
        for o in range(n_v - 1, -1, -1):
            if not may[c, o]:
                continue
            p = odds[c, o]
            late[c, o] = p * late[c, o] + (1 - p) * late[c, follow]
            cost[c, o] = cost[c, o] + (1 - p) * cost[c, follow]
            follow = o
