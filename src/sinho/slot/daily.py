"""Rows that count day by day: capacity, limited parts, and numbers of cars."""

from __future__ import annotations

import numpy as np
import polars as pl

from sinho.slot.cells import NONE, WHOLE, Entries, Floats, Ints, Rows, counting
from sinho.slot.classes import mean_load, members_of
from sinho.slot.data import Input
from sinho.slot.days import Days
from sinho.slot.levels import band
from sinho.slot.wish import even_cars

NARROWER = 0.2
"""Width of the band of a day's number of cars, as a share of that of options and models: what its
ratio rules can bear goes by the number of cars that stand between."""

CARS = "cars"
"""Name of what the volume of a day counts."""


def weighed(data: Input, kinds: pl.DataFrame, gathered: Rows, loads: Floats) -> Floats:
    """Add the rows of capacity, limited parts and shops; return what each class takes of them.

    Lines that every class loads alike share a row of capacity.

    Parameters
    ----------
    data : Input
        The tables.
    kinds : DataFrame
        The classes.
    gathered : Rows
        Where rows are added.
    loads : ndarray of float64, shape (classes, lines)
        Car equivalents that a car takes.
    """
    days = gathered.days
    models = kinds["model"].to_list()
    taken: list[list[float]] = []
    row_of: list[int] = []
    for load in loads.T.tolist():
        if load in taken:
            row_of.append(taken.index(load))
            continue
        row_of.append(gathered.row("capacity", "", _unit(load)))
        taken.append(load)
    for day, (shop, capacity) in enumerate(data.days.select("shop", "capacity").iter_rows()):
        gathered.cell(row_of[days.line_of[day]], [day], {"most": capacity}, name=shop)
    passing: dict[str, set[str]] = {}
    for shop, line in data.passes.drop_nulls("line").select("shop", "line").unique().iter_rows():
        passing.setdefault(shop, set()).add(line)
    tables = {"part": data.uses.rename({"quantity": "takes"})}
    tables["shop"] = data.passes.rename({"load": "takes"})
    for kind, table in tables.items():
        limits = data.limits.filter(pl.col("kind") == kind)
        for item, line in limits.select("item", "line").unique(maintain_order=True).iter_rows():
            takes = dict(table.filter(pl.col(kind) == item).select("model", "takes").iter_rows())
            taken.append([takes.get(model, 0.0) for model in models])
            row = gathered.row(kind, item, _unit(taken[-1]))
            lines = passing.get(item, set(days.names)) if kind == "shop" else set(days.names)
            own = limits.filter((pl.col("item") == item) & pl.col("line").eq_missing(line))
            for date, most in own.select("date", "most").iter_rows():
                here = days.of_line(days.on_date.get(date, []), line)
                here = [day for day in here if days.lines[day] in lines]
                if here:
                    gathered.cell(row, here, {"most": most})
    return np.ascontiguousarray(np.array(taken).reshape(len(taken), len(models)).T)


def _unit(taken: list[float]) -> float:
    """Return the least that an order takes of a row; 1 where none takes any."""
    return min((one for one in taken if one > 0), default=1.0)


def expected_cars(
    data: Input,
    kinds: pl.DataFrame,
    wished: Ints,
    days: Days,
    cars: Floats,
    loads: Floats,
) -> list[float]:
    """Return the even number of cars of each day, given the day wished by each class.

    Each line is even by itself. Where its days of a month are more than the corridors let it
    build, they have less in proportion; of a corridor over all lines it has the share that it is
    expected to build of the model.

    Parameters
    ----------
    data : Input
        The tables.
    kinds : DataFrame
        The classes.
    wished : ndarray of int64, shape (classes,)
        Day on which each would best be built; -1: none.
    days : Days
        The days.
    cars : ndarray of float64, shape (classes, lines)
        Cars of each class that a line is expected to build.
    loads : ndarray of float64, shape (classes, lines)
        Car equivalents that one takes.
    """
    spread = np.zeros(len(days))
    models = members_of(kinds, "model")
    corridors = data.corridor.drop_nulls("most").select(
        "model", "line", pl.col("month").dt.truncate("1mo"), "most"
    )
    most = {row[:3]: row[3] for row in corridors.iter_rows()}
    months = np.array([date.replace(day=1) for date in days.dates])
    capacity = data.days["capacity"].to_numpy()
    date = days.date_of[wished] if len(days) else wished
    for line, own in enumerate(days.on_line):
        room = capacity[own] / mean_load(loads[:, line], cars[:, line])
        due = np.where(wished >= 0, cars[:, line], 0)
        # Where the line does not work on the date, its last day before counts.
        place = np.searchsorted(days.date_of[own], np.maximum(date, 0), side="right") - 1
        even = even_cars(room, np.bincount(np.maximum(place, 0), due, len(room)))
        counts = {model: float(due[at].sum()) for model, at in models.items()}
        share = {model: _share(cars[at], line) for model, at in models.items()}
        name = days.names[line]
        for month in set(months[own].tolist()):
            inside = months[own] == month
            can = 0.0
            for model, count in counts.items():
                tops = (
                    most.get((model, None, month), NONE) * share[model],
                    most.get((model, name, month), NONE),
                )
                can += min(count, *tops)
            even[inside] *= min(1.0, can / max(WHOLE, float(even[inside].sum())))
        spread[own] = even
    found: list[float] = spread.tolist()
    return found


def _share(cars: Floats, line: int) -> float:
    """Return the share of cars that a line is expected to build; 1 of none."""
    own, total = float(cars[:, line].sum()), float(cars.sum())
    return own / total if total else 1.0


def volume(data: Input, kinds: pl.DataFrame, gathered: Rows, cars: list[float]) -> Entries:
    """Add the row that counts the cars of each day; return all classes."""
    params = data.params
    row = gathered.row("volume", CARS)
    for day, expected in enumerate(cars):
        to = band(params.band * NARROWER, expected, params.volume_cost)
        gathered.cell(row, [day], to, target=expected)
    return counting(np.arange(kinds.height), row)
