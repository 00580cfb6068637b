"""When orders would best be built, and days as even as no car is late for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from sinho.slot.cells import Floats, Ints
from sinho.slot.classes import own_costs, waiting, windows
from sinho.slot.data import Input
from sinho.slot.days import Days
from sinho.slot.routes import routes_of


def wished_days(data: Input) -> pl.Series:
    """Return the date on which each order would best be built, were it alone.

    Parameters
    ----------
    data : Input
        Orders, days and rules.

    Returns
    -------
    polars.Series of datetime.date
        By order: its fixed or former day where that is one of the days, else the last of the days
        on which it costs least by itself; null where it fits none, or waits for a later run.
    """
    days = Days.of(data.days)
    kinds = data.orders.with_columns(waiting(data, days).alias("waits"))
    routes = routes_of(data, kinds, days)
    first, last, former, _, frozen = windows(data, kinds, days, routes)
    costs, group = own_costs(data, kinds, days, routes, frozen, former)
    best = best_days(costs, group, first, last, former)
    dates = pl.Series(days.dates, dtype=pl.Date)
    found = dates.gather(np.maximum(best, 0)) if len(days) else None
    return pl.select(pl.when(pl.Series(best >= 0)).then(found)).to_series().cast(pl.Date)


def best_days(costs: Floats, group: Any, first: Any, last: Any, former: Any) -> Ints:
    """Return the day on which each class would best be built, were it alone.

    Parameters
    ----------
    costs : ndarray of float64, shape (cost classes, days + 1)
        Cost of an order on a day, infinite where it cannot be built; last column: on none.
    group : ndarray of int, shape (classes,)
        Row of ``costs`` of each class.
    first, last, former : ndarray of int, shape (classes,)
        Days allowed, and the former day (-1: none).

    Returns
    -------
    ndarray of int64, shape (classes,)
        The former day where it is allowed; else the last of the days that cost least, moved to the
        nearest allowed one; -1 where none is allowed.
    """
    days = costs.shape[1] - 1
    if not days:
        return np.full(len(first), -1, dtype=np.int64)
    best = (days - 1 - np.argmin(costs[:, days - 1 :: -1], axis=1))[group]
    best = np.minimum(np.maximum(best, first), last)
    open_to = (first <= former) & (former <= last)
    open_to &= np.isfinite(costs[group, np.maximum(former, 0)])
    best = np.where(open_to, former, best)
    found: Ints = np.where(first <= last, best, -1).astype(np.int64)
    return found


def even_cars(room: Floats, wished: Any) -> Floats:
    """Return how many cars each day builds where days are as even as no car is late for it.

    Parameters
    ----------
    room : ndarray of float64, shape (days,)
        Cars that each day can build.
    wished : ndarray, shape (days,)
        Cars that would best be built on each day; built earlier they stand, built later they are
        late.

    Returns
    -------
    ndarray of float64, shape (days,)
        Each day takes the least share of its room that, kept up, has every car built by its day:
        the slopes of the least concave curve above the wished cars. What is too much for the room
        is built as soon as there is some.
    """
    sums = np.cumsum(wished)
    space = np.cumsum(room)
    found = np.zeros(len(room))
    built = before = 0.0
    for day in range(len(room)):
        if room[day] > 0:
            rate = float(np.max((sums[day:] - built) / (space[day:] - before)))
            found[day] = room[day] * min(1.0, max(0.0, rate))
        built += found[day]
        before = float(space[day])
    return found
