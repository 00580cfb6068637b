"""From tables to arrays: classes of alike orders, and the rows and cells that count them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sinho.slot.cells import NONE, Cell, Floats, Ints, Rows, Small
from sinho.slot.classes import classes_of, own_costs, windows
from sinho.slot.daily import expected_cars, volume, weighed
from sinho.slot.data import Input
from sinho.slot.days import Days
from sinho.slot.kernel.columns import COLUMNS, LEAST, MOST, UPPER
from sinho.slot.kernel.data import Classes
from sinho.slot.levels import Expected, levels
from sinho.slot.routes import expected, loads_by_line, open_lines, routes_of
from sinho.slot.spans import spanning
from sinho.slot.wish import best_days
from sinho.units import starts_of

__all__ = ["LEAST", "MOST", "NONE", "Arrays", "build"]


@dataclass(frozen=True)
class Arrays:
    """A slotting problem as arrays.

    Parameters
    ----------
    calendar : Days
        The days: dates on lines.
    alike : ndarray of int32, shape (orders,)
        Class of each order.
    count : ndarray of int64, shape (classes,)
        Orders of each class.
    costs : ndarray of float64, shape (cost classes, days + 1)
        Cost of an order on a day, infinite where it cannot be built there; last column: on none.
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
        First and last day of a cell; between them it may leave out days of other lines.
    cell_row : ndarray of int32, shape (cells,)
        Row of a cell.
    spans : int
        Rows below this number are of capacity and parts, or may have cells over months or weeks.
    dated : int
        Rows below this number may have cells over several days, lines of a date among them.
    named : tuple of Cell, shape (cells,)
        What each cell counts.
    """

    calendar: Days
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
    dated: int
    named: tuple[Cell, ...] = field(repr=False)

    @property
    def pinned(self) -> NDArray[np.bool_]:
        """Whether orders of each class are frozen or fixed."""
        return self.frozen | self.fixed

    @property
    def dates(self) -> tuple[dt.date, ...]:
        """Date of each day."""
        return self.calendar.dates

    @property
    def days(self) -> int:
        """Number of working days: dates on lines."""
        return len(self.calendar)

    @property
    def capacity(self) -> Ints:
        """Cell of the capacity of each day: they are the first ones."""
        return np.arange(self.days)

    @property
    def by_class(self) -> Classes:
        """What compiled functions ask of classes."""
        return Classes(*(getattr(self, name) for name in Classes._fields))

    @property
    def base(self) -> int:
        """Rows of capacity, of limited parts and of the days' numbers of cars: the first ones."""
        return self.weighed + 1

    @property
    def weighed(self) -> int:
        """Number of rows that weigh what an order takes."""
        return int(self.load.shape[1])


def build(data: Input) -> Arrays:
    """Turn orders, days and rules into arrays.

    Parameters
    ----------
    data : Input
        The tables.

    Returns
    -------
    Arrays
        The problem.
    """
    days = Days.of(data.days)
    kinds, alike = classes_of(data, days)
    sizes = kinds["count"].to_numpy()
    routes = routes_of(data, kinds, days)
    first, last, former, moving, frozen = windows(data, kinds, days, routes)
    costs, cost_class = own_costs(data, kinds, days, routes, frozen, former)
    finite = np.where(np.isfinite(costs), costs, 0.0)
    gathered = Rows(days, max(1.0, float(finite.max(initial=0.0))))
    loads = loads_by_line(data, kinds["model"], days)
    load = weighed(data, kinds, gathered, loads)
    gathered.weighed = len(gathered.names)
    wished = best_days(costs, cost_class, first, last, former)
    cars = expected(data, kinds, days, routes, (first, last), loads)
    even = expected_cars(data, kinds, wished, days, cars, loads)
    entries = [volume(data, kinds, gathered, even), *spanning(data, kinds, gathered, cars, loads)]
    spans = len(gathered.names)
    fixed = kinds["fixed"].is_not_null().to_numpy()
    bound_to = np.where((fixed | frozen) & (first == last), first, -1)
    possible = open_lines(days, routes, (first, last))
    rows, dated = levels(data, kinds, gathered, Expected(even, cars, possible, bound_to))
    entries += rows
    who = np.concatenate([one for one, _ in entries])
    what = np.concatenate([row for _, row in entries])
    turn = np.lexsort((what, who))
    starts = starts_of(np.bincount(who, minlength=kinds.height)).astype(np.int32)
    cells = np.array(gathered.curves, dtype=np.float64).reshape(-1, COLUMNS)
    cell_row = np.empty(len(cells), dtype=np.int32)
    for row, places in enumerate(gathered.maps):
        cell_row[places[places >= 0]] = row
    counted = _upper(starts, what[turn], load, sizes, len(gathered.names))
    cells[:, UPPER] = counted[cell_row]
    return Arrays(
        calendar=days,
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
        fixed=fixed,
        cell_of=np.ascontiguousarray(np.stack(gathered.maps, axis=1)),
        cells=cells,
        cell_days=np.array(
            [[cell.first, cell.last] for cell in gathered.cells], dtype=np.int32
        ).reshape(-1, 2),
        cell_row=cell_row,
        spans=spans,
        dated=dated,
        named=tuple(gathered.cells),
    )


def _upper(starts: Small, rows: Any, load: Floats, sizes: Any, number: int) -> Floats:
    """Return the most that each row can count: all orders together."""
    weight = np.repeat(sizes, np.diff(starts)).astype(np.float64)
    most = np.bincount(rows, weights=weight, minlength=number).astype(np.float64)
    most[: load.shape[1]] = (load * np.asarray(sizes)[:, None]).sum(axis=0)
    return most
