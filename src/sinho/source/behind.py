"""Shift steps of plants from the hubs behind them."""

from __future__ import annotations

import datetime as dt
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from sinho import plan
from sinho.errors import DataError, Problem, counted, nearest
from sinho.highs import INF, Model, by_column
from sinho.hub import Hub, read_hub
from sinho.hub.apply import applied
from sinho.hub.currencies import rates_on
from sinho.hub.read import read_part
from sinho.hub.rules import Tables
from sinho.hub.rules.currency import currencies_are_named
from sinho.source.duties import Ints
from sinho.units import Floats, month_range

Seen = dict[Path, plan.Input | tuple[Problem, ...]]
"""What was read of hubs: the input of their plan, or what is wrong with them."""

_READ = ("network", "plants", "plant_steps", "currencies")
"""Tables of a network by which steps from a hub differ."""


def with_steps(network: Hub, seen: Seen | None = None) -> Hub:
    """Return a network with shift steps of all plants: their own rows, else those of their hubs.

    Parameters
    ----------
    network : Hub
        The network. A plant that names a hub and has no rows in ``plant_steps`` works the shift
        patterns of that hub: step n is the one in which each shop group works its pattern of most
        shifts up to n, or of fewest where all are of more (and of most hours, where several are
        alike); on days for which the hub gives a pattern of no more shifts, that one. Its capacity
        are the most cars of any mix that the shops build in a month at their manned rates and
        availability, overtime aside; its labour the patterns' cost. Months before and behind those
        of the hub have its first and last rates, and the days of the same month of the nearest
        year, or of the nearest month where it has none of that name.
    seen : dict, optional
        Hubs that were read before; those that are read are added.

    Returns
    -------
    Hub
        The network itself where all plants have rows.

    Raises
    ------
    DataError
        Where a hub is not there, has errors, or a currency without a rate.
    """
    seen = {} if seen is None else seen
    given = network["plant_steps"]
    bare = network["plants"].join(given, on="plant", how="anti", maintain_order="left")
    named = bare.drop_nulls("hub").select("plant", "hub").rows()
    rows: list[dict[str, Any]] = []
    problems: dict[Problem, None] = {}
    for plant, name in named:
        found = _found(network, plant, name, seen)
        if isinstance(found, plan.Input):
            rows += _rows(network, plant, found)
        else:
            problems |= dict.fromkeys(found)
    if problems:
        raise DataError([*problems])
    if not rows:
        return network
    steps = pl.concat([given, pl.DataFrame(rows, schema=given.schema, orient="row")])
    return replace(network, tables={**network.tables, "plant_steps": steps}, checked=None)


def check_behind(network: Hub) -> tuple[Hub, tuple[Problem, ...]]:
    """Read the hubs behind a network's plants under each scenario: `sinho.source.Input.check`."""
    seen: Seen = {}
    whole, told = _tried(network, seen)
    problems = dict.fromkeys(told)
    if whole is not network and not told:
        problems |= dict.fromkeys(_unused(network, whole))
    changes = (one for scenario in network.scenarios.values() for one in scenario.changes)
    if not network["plants"]["hub"].count() and all(one.table != "plants" for one in changes):
        return whole, tuple(problems)
    for name, scenario in network.scenarios.items():
        try:
            changed, _ = applied(network, name)
        except DataError:
            continue
        if changed is None or all(changed[table] is network[table] for table in _READ):
            continue
        for one in _tried(changed, seen)[1]:
            if one not in told:
                head = f"{one.where} with {scenario.where}" if one.column == "hub" else one.where
                problems[replace(one, where=head)] = None
    return whole, tuple(problems)


def _tried(network: Hub, seen: Seen) -> tuple[Hub, tuple[Problem, ...]]:
    try:
        return with_steps(network, seen), ()
    except DataError as error:
        return network, error.problems


def _unused(network: Hub, whole: Hub) -> Iterator[Problem]:
    """Yield a warning of each currency that is named nowhere, nor by the hubs behind plants."""
    for offence in currencies_are_named(Tables(whole.tables)):
        for at in offence.rows:
            rule, hint = (
                said if isinstance(said, str) else said(at) for said in (offence.rule, offence.hint)
            )
            where, row = _place(network, offence.table, at)
            value = network[offence.table]["currency"][at]
            yield Problem(where, rule, row, offence.column, value, hint, offence.severity)


def _place(network: Hub, table: str, at: int | None) -> tuple[str, int | None]:
    """Return the file or sheet of a row of the network, and its number."""
    if not network.origin:
        return f"table {table}", None if at is None else at + 2
    return read_part(Path(network.origin), [table]).place(table, at)


def _found(network: Hub, plant: str, name: str, seen: Seen) -> plan.Input | list[Problem]:
    """Return the hub behind a plant, found beside the network's tables, or what is wrong."""
    path = network.beside(name)

    def refused(rule: str, hint: str) -> Problem:
        base = network.before or network
        names = base["plants"]["plant"].to_list()
        where, row = _place(base, "plants", names.index(plant) if plant in names else None)
        return Problem(where, f"plant {plant}: {rule}", row, "hub", name, hint)

    if not path.exists():
        there = (one for one in path.parent.glob("*") if one.is_dir() or one.suffix == ".xlsx")
        near = nearest(path.name, [one.name for one in there])
        near = near if near.startswith("Did") else ""
        hint = "Give a path from the network's folder, or rows in plant_steps."
        return [refused("there is no such hub", f"{near} {hint}".strip())]
    if path not in seen:
        try:
            seen[path] = plan.Input.from_hub(read_hub(path))
        except DataError as error:
            seen[path] = error.problems
    found = seen[path]
    if not isinstance(found, plan.Input):
        rule = f"the hub behind it has {counted(len(found), 'error')}"
        hint = "Correct what is told of it, or give rows in plant_steps."
        own = (replace(one, where=f"{name}: {one.where}") for one in found)
        return [refused(rule, hint), *own]
    currency = found.hub.settings.currency
    try:
        rates_on(network, network["network"]["start"].to_list())(currency)
    except DataError as error:
        [fault] = error.problems
        return [refused(f"its hub's currency {currency} {fault.rule}", fault.hint)]
    return found


def _rows(network: Hub, plant: str, given: plan.Input) -> Iterator[dict[str, Any]]:
    """Yield the rows of a plant, a step for each number of shifts."""
    settings = network["network"].row(0, named=True)
    months = month_range(settings["start"], settings["end"])
    data = given.data
    opening = max((one.shifts for one in data.patterns if one.opening), default=0)
    at, like = _like(given, months)
    units = (data.rate * data.availability[:, None])[:, at]
    for count in sorted({one.shifts for one in data.patterns if one.shifts}):
        hours, labour = _worked(given, months, at, like, count)
        cars = _most_cars(data.load_route, units * hours[data.shop_group])
        for t, month in enumerate(months):
            yield {
                "plant": plant,
                "step": "one shift" if count == 1 else f"{count} shifts",
                "start": month,
                "capacity": float(cars[t]),
                "labour": float(labour[t]),
                "opening": count == opening,
                "currency": given.hub.settings.currency,
            }


def _like(given: plan.Input, months: Sequence[dt.date]) -> tuple[Ints, Ints]:
    """Return the hub's month whose rates hold in each month, and the one with its days."""
    own = [span.month for span in given.data.spans]
    at = [min(max(bisect(own, month) - 1, 0), len(own) - 1) for month in months]
    alike = [
        [t for t, one in enumerate(own) if one.month == month.month] or [at[n]]
        for n, month in enumerate(months)
    ]
    like = [min(alike[n], key=lambda t: abs(t - at[n])) for n in range(len(months))]
    return np.array(at), np.array(like)


def _worked(
    given: plan.Input, months: Sequence[dt.date], at: Ints, like: Ints, count: int
) -> tuple[Floats, Floats]:
    """Return what is worked in a step of so many shifts: hours (G, M), and labour (M,)."""
    data = given.data

    def rank(n: int) -> tuple[int, int, float]:
        one = data.patterns[n]
        if one.shifts <= count:
            return int(one.shifts > 0) * 2, one.shifts, one.hours
        return 1, -one.shifts, one.hours

    usual = [
        max((n for n, one in enumerate(data.patterns) if one.group == g), key=rank)
        for g in range(len(data.groups))
    ]
    own_hours, own_cost = np.zeros_like(data.days), np.zeros_like(data.days)
    for one in data.given.stretches:
        cell = one.group, one.period
        n = one.pattern if one.pattern >= 0 else data.fixed[cell]
        if n < 0 or data.patterns[n].shifts > count:
            n = usual[one.group]
        own_hours[cell] += one.days * data.patterns[n].daily
        own_cost[cell] += one.days * data.patterns[n].cost_per_day
    inside = np.array([data.spans[t].month for t in at]) == np.array(months)
    days = data.days[:, like]
    daily, cost = (
        np.array([getattr(data.patterns[n], name) for n in usual])[:, None]
        for name in ("daily", "cost_per_day")
    )
    hours = np.where(inside, own_hours[:, at], days * daily)
    return hours, np.where(inside, own_cost[:, at], days * cost).sum(axis=0)


def _most_cars(load: Floats, units: Floats) -> Floats:
    """Return the most cars of any mix that shops with these units build, by month.

    Parameters
    ----------
    load : ndarray, shape (S, Q)
        Units of a shop that a car on a route takes; routes through no shop say nothing.
    units : ndarray, shape (S, T)
        Units of a shop in a month.
    """
    load = load[:, load.any(axis=0)]
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
