"""Shift steps of plants from the hubs behind them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sinho import plan
from sinho.errors import DataError, Problem, nearest
from sinho.highs import INF, Model, by_column
from sinho.hub import Hub, read_hub
from sinho.units import Floats, month_range


def steps_of(network: Hub) -> pl.DataFrame:
    """Return the shift steps of all plants: their own rows, and those of the hubs behind others.

    Parameters
    ----------
    network : Hub
        The network. A plant that names a hub and has no rows in ``plant_steps`` works the shift
        patterns of that hub: step n is the one in which each shop group works its pattern of most
        shifts up to n. Its capacity are the most cars of any mix that the shops build in a month at
        their manned rates and availability, overtime aside; its labour the patterns' cost. Months
        before and behind those of the hub are like its first and last.

    Returns
    -------
    polars.DataFrame
        As ``plant_steps``.

    Raises
    ------
    DataError
        Where a hub is not there, has errors, or a currency without a rate.
    """
    given = network["plant_steps"]
    bare = network["plants"].with_row_index("at").join(given, on="plant", how="anti")
    rows: list[dict[str, Any]] = []
    problems: list[Problem] = []
    for row in bare.sort("at").iter_rows(named=True):
        if not row["hub"]:
            continue
        try:
            rows += _rows(network, row["plant"], _hub(network, row["hub"], row["at"] + 2))
        except DataError as error:
            problems += error.problems
    if problems:
        raise DataError(problems)
    return pl.concat([given, pl.DataFrame(rows, schema=given.schema, orient="row")])


def _hub(network: Hub, name: str, row: int) -> Hub:
    """Return the hub behind a plant, found beside the network's tables."""
    origin = Path(network.origin or ".")
    folder = origin if origin.is_dir() else origin.parent
    path = folder / name

    def refused(rule: str, hint: str) -> DataError:
        return DataError([Problem("plants", rule, row, "hub", name, hint)])

    if not path.exists():
        near = nearest(path.name, [one.name for one in path.parent.glob("*")])
        hint = "Give a path from the network's folder, or rows in plant_steps."
        raise refused("there is no such hub", f"{near} {hint}".strip())
    try:
        hub = read_hub(path)
    except DataError as error:
        told = [replace(one, where=f"{name}: {one.where}") for one in error.problems]
        raise DataError(told) from error
    own, settings = hub.settings.currency, network["network"].row(0, named=True)
    since = network["currencies"].filter(pl.col("currency") == own)["start"].to_list()
    if own != settings["currency"] and min(since, default=dt.date.max) > settings["start"]:
        first = f"{settings['start']:%Y-%m}"
        rule = f"its currency {own} has no rate of exchange in {first}, the first month planned"
        raise refused(rule, "Add a row with the rate that held then to currencies.")
    if hub["patterns"].is_empty():
        raise refused("it has no shift patterns", "Give rows in plant_steps.")
    return hub


def _rows(network: Hub, plant: str, hub: Hub) -> Iterator[dict[str, Any]]:
    """Yield the rows of a plant, a step for each number of shifts."""
    settings = network["network"].row(0, named=True)
    data = plan.Input.from_hub(hub).data
    months = [span.month for span in data.spans]
    group, shifts = data.pattern_group, np.array([one.shifts for one in data.patterns])
    opening = max((one.shifts for one in data.patterns if one.opening), default=0)
    hours = data.pattern_hours
    cost = np.array([one.cost_per_day for one in data.patterns])
    for count in sorted({int(n) for n in shifts if n > 0}):
        worked = [
            int(own[np.argmax(np.where(shifts[own] <= count, shifts[own], -1 - shifts[own]))])
            for own in (np.flatnonzero(group == g) for g in range(len(data.groups)))
            if len(own)
        ]
        at = {int(group[n]): n for n in worked}
        by_shop = np.array([at.get(int(g), -1) for g in data.shop_group])
        manned = np.where(by_shop[:, None] >= 0, hours[by_shop], 0.0)
        cars = _most_cars(data.load_route, data.rate * data.availability[:, None] * manned)
        labour = (cost[worked, None] * data.days[[int(group[n]) for n in worked]]).sum(axis=0)
        name = "one shift" if count == 1 else f"{count} shifts"
        for month in month_range(settings["start"], settings["end"]):
            t = int(np.clip(sum(one <= month for one in months) - 1, 0, len(months) - 1))
            yield {
                "plant": plant,
                "step": name,
                "start": month,
                "capacity": float(cars[t]),
                "labour": float(labour[t]),
                "opening": count == opening,
                "currency": hub.settings.currency,
            }


def _most_cars(load: Floats, units: Floats) -> Floats:
    """Return the most cars of any mix that shops with these units build, by month.

    Parameters
    ----------
    load : ndarray, shape (S, Q)
        Units of a shop that a car on a route takes.
    units : ndarray, shape (S, T)
        Units of a shop in a month.
    """
    row, column = np.nonzero(load)
    start, index, value = by_column(load.shape[1], column, row, load[row, column])
    found = np.zeros(units.shape[1])
    for t in range(units.shape[1]):
        model = Model(
            cost=np.full(load.shape[1], -1.0),
            lower=np.zeros(load.shape[1]),
            upper=np.full(load.shape[1], INF),
            row_lower=np.full(load.shape[0], -INF),
            row_upper=units[:, t],
            start=start,
            index=index,
            value=value,
        )
        model.run()
        found[t] = float(model.x.sum())
    return found
