"""Lines on which orders can be built: what they cost there, and how many are expected on each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

from sinho.slot.cells import Flags, Floats, Ints, Small
from sinho.slot.data import Input
from sinho.slot.days import Days

ROUNDS = 10
"""How often cars that have a choice are dealt out anew, given where the others are."""


@dataclass(frozen=True)
class Routes:
    """What the days' lines cost orders, by route: orders of a route can be built on the same days.

    Parameters
    ----------
    extra : ndarray of float64, shape (routes, days)
        Cost of a car on a day because of its line; infinite where it cannot be built there.
    of_class : ndarray of int64, shape (classes,)
        Route of each class of orders.
    """

    extra: Floats
    of_class: Ints

    @property
    def possible(self) -> Flags:
        """Whether orders of a route can be built on a day."""
        return np.isfinite(self.extra)


def routes_of(data: Input, kinds: pl.DataFrame, days: Days) -> Routes:
    """Return the routes of classes of orders.

    Parameters
    ----------
    data : Input
        The tables.
    kinds : DataFrame
        The classes: ``model`` and ``line``, to which they are fixed.
    days : Days
        The days.
    """
    keys = kinds.select("model", "line").unique(maintain_order=True)
    lines = np.array(days.lines, dtype=object)
    dates = np.array(days.dates, dtype="datetime64[D]")
    own = data.routes.partition_by("model", as_dict=True)
    number: dict[bytes, int] = {}
    extra: list[Floats] = []
    route = []
    extra_cost = pl.col("cost").fill_null(0.0) + data.params.line_cost * pl.col("dear").fill_null(
        value=False
    )
    for model, fixed in keys.iter_rows():
        cost = np.zeros(len(days))
        if (model,) in own:
            cost[:] = np.inf
            rows = own[model,].select("line", extra_cost, "start")
            for line, dear, start in rows.iter_rows():
                there = lines == line
                if start is not None:
                    there &= dates >= np.datetime64(start)
                cost[there] = dear
        if fixed is not None:
            cost[lines != fixed] = np.inf
        at = number.setdefault(cost.tobytes(), len(extra))
        if at == len(extra):
            extra.append(cost)
        route.append(at)
    found = kinds.join(
        keys.with_columns(pl.Series("route", route, dtype=pl.Int64)),
        on=["model", "line"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    table = np.array(extra).reshape(len(extra), len(days))
    return Routes(table, found["route"].to_numpy().astype(np.int64))


def _by_model(models: pl.Series, days: Days, value: Callable[[str, str], float]) -> Floats:
    """Return a value of each model on each line for some models, shape (n, lines)."""
    names = models.unique(maintain_order=True)
    number = {name: at for at, name in enumerate(names.to_list())}
    each = [[value(name, line) for line in days.names] for name in number]
    table = np.array(each, dtype=np.float64).reshape(len(number), len(days.names))
    place = models.replace_strict(number, return_dtype=pl.Int64).to_numpy().astype(np.int64)
    found: Floats = table[place]
    return found


def loads_by_line(data: Input, models: pl.Series, days: Days) -> Floats:
    """Return the car equivalents that a car of each model takes on each line, shape (n, lines)."""
    own = {
        (model, line): load
        for model, line, load in data.routes.select("model", "line", "load")
        .drop_nulls("load")
        .iter_rows()
    }
    return _by_model(
        models, days, lambda model, line: own.get((model, line), data.loads.get(model, 1.0))
    )


def expected(
    data: Input,
    kinds: pl.DataFrame,
    days: Days,
    routes: Routes,
    span: tuple[Small, Small],
    loads: Floats,
) -> Floats:
    """Return how many cars of each class levels expect on each line.

    Orders that can be built on one line alone are all expected there. Of the others each line has
    the share that ``data.routes`` gives; where that gives none, they are expected where they cost
    least, on lines alike in cost so that these are used as evenly as can be, and on dearer ones
    where there is no room.

    Parameters
    ----------
    data : Input
        The tables.
    kinds : DataFrame
        The classes: ``model`` and ``due`` (orders).
    days : Days
        The days.
    routes : Routes
        Routes of the classes.
    span : tuple of ndarray of int, shape (classes,)
        First and last day of each class.
    loads : ndarray of float64, shape (classes, lines)
        Car equivalents that a car takes.

    Returns
    -------
    ndarray of float64, shape (classes, lines)
        Cars; they sum to ``due``, and to nothing where no line can build the class.
    """
    due = kinds["due"].to_numpy().astype(np.float64)
    choice = open_lines(days, routes, span)
    if len(days.names) < 2:
        return due[:, None] * choice
    cost = _line_costs(days, routes)[routes.of_class]
    given = _given(data, kinds["model"], days) * choice
    sums = given.sum(axis=1, keepdims=True)
    known = (sums > 0).ravel()
    share = np.divide(given, sums, out=np.zeros_like(given), where=sums > 0)
    single = choice.sum(axis=1) == 1
    share[single] = choice[single]
    settled = (choice.sum(axis=1) < 2) | known
    hours = data.days["capacity"].to_numpy()
    capacity = np.array([hours[own].sum() for own in days.on_line])
    used = (due[:, None] * share * loads)[settled].sum(axis=0)
    rest = np.flatnonzero(~settled & (due > 0))
    key = np.column_stack([np.where(choice[rest], cost[rest], np.inf), loads[rest]])
    groups, group = np.unique(key, axis=0, return_inverse=True)
    poured = _poured(
        groups[:, : len(days.names)],
        np.bincount(group.ravel(), due[rest], minlength=len(groups)).astype(np.float64),
        groups[:, len(days.names) :],
        capacity,
        used,
    )
    share[rest] = poured[group.ravel()]
    found: Floats = due[:, None] * share
    return found


def open_lines(days: Days, routes: Routes, span: tuple[Small, Small]) -> Flags:
    """Return on which lines classes can be built within their days, shape (classes, lines).

    Of those that no day is open to, the lines of their route.
    """
    first, last = span
    found = np.zeros((len(first), len(days.names)), dtype=bool)
    for at, own in enumerate(days.on_line):
        mask = np.zeros(len(days), dtype=np.int64)
        mask[own] = 1
        counted = np.zeros((len(routes.extra), len(days) + 1), dtype=np.int64)
        counted[:, 1:] = np.cumsum(routes.possible * mask, axis=1)
        within = counted[routes.of_class, last + 1] - counted[routes.of_class, np.maximum(first, 0)]
        found[:, at] = np.where(first <= last, within > 0, counted[routes.of_class, -1] > 0)
    one = first == last  # of what is frozen too, which stays where it cannot be built by now
    found[one] = days.line_of[first[one], None] == np.arange(len(days.names))
    return found


def _line_costs(days: Days, routes: Routes) -> Floats:
    """Return what a car costs on each line by route; infinite where it cannot be built there."""
    return np.stack([routes.extra[:, own].min(axis=1) for own in days.on_line], axis=1)


def _given(data: Input, models: pl.Series, days: Days) -> Floats:
    """Return the shares of models' cars that are expected on lines, as far as they are given."""
    shares = {
        (model, line): share
        for model, line, share in data.routes.select("model", "line", "share")
        .drop_nulls("share")
        .iter_rows()
    }
    return _by_model(models, days, lambda model, line: shares.get((model, line), 0.0))


def _poured(costs: Floats, cars: Floats, loads: Floats, capacity: Floats, used: Floats) -> Floats:
    """Return the shares of groups of cars on lines, given what the lines are used by others.

    The groups take their lines in turn, each given where the others are, in ``ROUNDS``.
    """
    share = np.zeros_like(costs)
    for _ in range(ROUNDS):
        for at, number in enumerate(cars.tolist()):
            others = used + (share * cars[:, None] * loads).sum(axis=0)
            others -= share[at] * number * loads[at]
            work = np.maximum(1e-9, number * loads[at])
            share[at] = _filled(costs[at], work, capacity, others)
    return share


def _filled(costs: Floats, work: Floats, capacity: Floats, used: Floats) -> Floats:
    """Return the shares of a group on lines: the cheapest first, as far as there is room.

    ``work`` is what each line would have to do for the whole group.
    """
    share = np.zeros(len(costs))
    left = 1.0
    levels = np.unique(costs[np.isfinite(costs)]).tolist()
    for cost in levels:
        here = np.flatnonzero(costs == cost)
        room = np.maximum(0.0, capacity[here] - used[here])
        part = min(left, float((room / work[here]).sum()))
        share[here] += _level(part, work[here], capacity[here], used[here])
        left -= part
        if left <= 0:
            return share
    here = np.flatnonzero(costs == levels[0])
    done = used[here] + share[here] * work[here]
    share[here] += _level(left, work[here], capacity[here], done)
    return share


def _level(part: float, work: Floats, capacity: Floats, used: Floats) -> Floats:
    """Return the shares on lines that sum to a part and leave these as evenly used as can be."""
    size = np.maximum(capacity, 1e-9)
    turn = np.argsort(used / size, kind="stable")
    for number in range(1, len(turn) + 1):
        own = turn[:number]
        rate = (size[own] / work[own]).sum()
        height = (part + (used[own] / work[own]).sum()) / rate
        if number == len(turn) or height <= used[turn[number]] / size[turn[number]]:
            break
    share = np.zeros(len(work))
    share[own] = np.maximum(0.0, height * size[own] - used[own]) / work[own]
    return share
