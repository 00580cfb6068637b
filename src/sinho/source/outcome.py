"""From a solution to the tables of a result."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl

from sinho.results.sourcing import COSTS, FILLED, FLOWS, LAUNCHES, LIMITS, LINES, REACHED, UNMET
from sinho.source.data import Input
from sinho.source.exact import Optimum
from sinho.source.program import Program
from sinho.units import Floats

LEAST_CARS = 1e-6
"""Fewer cars are none: solvers leave such rests."""

DUST, DUST_SHARE = 1e-3, 1e-4
"""Cars, and share of those asked for, up to which a loss is what a level leaves to the next."""


def tables_of(data: Input, program: Program, found: Optimum) -> dict[str, pl.DataFrame]:
    """Return the tables of `sinho.results.sourcing.Sourcing` by name."""
    flows = _flows(data, program, found.x)
    plants = _plants(data, program, found)
    launches = _launches(data, program, found.x)
    every = _unmet(data, program, found.x)
    dust = pl.min_horizontal(DUST, pl.col("asked") * DUST_SHARE)
    unmet = every.filter(pl.col("lost") > dust)
    short = program.columns["short"]
    penalty = program.cost[short] * found.x[short]
    years = np.unique(data.years)
    late = [
        ("short of least volumes", int(years[y]), float(cost))
        for (_, y), cost in zip(program.of["least"], penalty, strict=True)
    ]
    return {
        "flows": flows,
        "plants": plants,
        "launches": launches,
        "unmet": unmet,
        "limits": _limits(data, program, found),
        "costs": _costs(flows, plants, launches, every, late),
        "levels": pl.DataFrame(
            [(one.name, one.value, one.bound, one.gap) for one in found.levels],
            schema=REACHED,
            orient="row",
        ),
    }


def _names(values: Any, at: Any) -> pl.Series:
    return pl.Series(np.array(values, dtype=object)[at].tolist(), dtype=pl.String)


def _months(data: Input, t: Any) -> pl.Series:
    return pl.Series([data.months[at] for at in t], dtype=pl.Date)


def _flows(data: Input, program: Program, x: Floats) -> pl.DataFrame:
    cars = x[program.columns["flow"]]
    inside = np.zeros(len(cars))
    inside[program.of["inside"]] = x[program.columns["inside"]]
    at = np.flatnonzero(cars > LEAST_CARS)
    a, k, t = (part[at] for part in program.of["flow"])
    cars, inside = cars[at], np.minimum(inside[at], cars[at])
    lines = {name: values * cars for name, values in data.lines(a, k, t).items()}
    lines["tariff"] -= data.saved(a, k, t) * inside
    value = data.value(a, k, t)
    duty = np.divide(lines["tariff"], value * cars, out=np.zeros(len(at)), where=value > 0)
    paid = data.tariff(a, k, t, data.known) * cars - data.saved(a, k, t, data.known) * inside
    more = paid - lines["tariff"]
    p = data.plant[a]
    return pl.DataFrame(
        {
            "plant": _names([plant.name for plant in data.plants], p),
            "model": _names(data.models, data.model[a]),
            "market": _names(data.markets, k),
            "month": _months(data, t),
            "lane": _names(data.lanes, data.lane[p, k, t]),
            "cars": cars,
            "in_quota": inside,
            "duty": duty,
            **{name: lines[name] for name in LINES},
            "refund": np.where(np.abs(more) > 1e-9 * (1 + paid), more, 0.0),
        },
        schema=FLOWS,
    ).sort("month", "market", "model", "plant")


def _plants(data: Input, program: Program, found: Optimum) -> pl.DataFrame:
    x, size = found.x, len(data.months)
    block, of = program.of["blocks"], program.of["step"]
    chosen = x[program.columns["step"]].reshape(len(of), -1)
    first = np.arange(0, size, data.shift_period)
    worth = found.worth[program.rows["capacity"]].reshape(-1, size)
    flow = x[program.columns["flow"]]
    a, _, t = program.of["flow"]
    at = data.plant[a] * size + t
    counts = [
        np.bincount(at, weights, minlength=len(data.plants) * size).reshape(-1, size)
        for weights in (flow, flow * data.load[a])
    ]
    changes = np.zeros((len(data.plants), size))
    for name in ("opened", "shut", "changes"):
        own = program.columns[name]
        changes[:, first] += (x[own] * program.cost[own]).reshape(len(data.plants), -1)
    rows = []
    for p, plant in enumerate(data.plants):
        mine = np.flatnonzero(of[:, 0] == p)
        for month in range(size):
            on = [int(of[n, 1]) for n in mine if chosen[n, block[month]] > 0.5]
            capacity = float(plant.capacity[on[0], month]) if on else 0.0
            load = float(counts[1][p, month])
            rows.append(
                (
                    plant.name,
                    data.months[month],
                    plant.steps[on[0]] if on else "",
                    capacity,
                    load,
                    float(counts[0][p, month]),
                    load / capacity if capacity else 0.0,
                    float((plant.fixed_open if on else plant.fixed_closed)[month]),
                    float(plant.labour[on[0], month]) if on else 0.0,
                    float(changes[p, month]),
                    max(float(worth[p, month]), 0.0),
                )
            )
    return pl.DataFrame(rows, schema=FILLED, orient="row")


def _first(data: Input, a: int, decided: int) -> dt.date | None:
    """Return the first month in which cars of a launch may be built; None: not within the plan."""
    at = decided + data.lead[a]
    may = np.flatnonzero(data.window[a, at:])
    return data.months[at + may[0]] if len(may) else None


def _launches(data: Input, program: Program, x: Floats) -> pl.DataFrame:
    made = np.flatnonzero(x[program.columns["launch"]] > 0.5)
    of, decided = program.of["launch"]
    built = np.bincount(
        program.of["flow"][0], x[program.columns["flow"]], minlength=len(data.model)
    )
    rows = [
        (
            data.models[data.model[of[n]]],
            data.plants[data.plant[of[n]]].name,
            data.months[decided[n]],
            _first(data, of[n], decided[n]),
            float(data.tooling[of[n], decided[n]]),
            float(built[of[n]]),
        )
        for n in made
    ]
    return pl.DataFrame(rows, schema=LAUNCHES, orient="row").sort("decided", "model", "plant")


def _unmet(data: Input, program: Program, x: Floats) -> pl.DataFrame:
    own = program.columns["lost"]
    of = program.of["lost"]
    i, k, t = program.of["demand"]
    lost = np.bincount(of, x[own], minlength=len(i))
    forgone = np.bincount(of, x[own] * program.cost[own], minlength=len(i))
    at = np.flatnonzero(lost > LEAST_CARS)
    return pl.DataFrame(
        {
            "model": _names(data.models, i[at]),
            "market": _names(data.markets, k[at]),
            "month": _months(data, t[at]),
            "asked": data.demand[i, k, t][at],
            "lost": lost[at],
            "forgone": forgone[at],
        },
        schema=UNMET,
    ).sort("month", "market", "model")


def _limits(data: Input, program: Program, found: Optimum) -> pl.DataFrame:
    row, column, value = program.entries
    used = np.bincount(row, value * found.x[column], minlength=len(program.row_lower))
    years = np.unique(data.years)
    rows = []

    def add(kind: str, at: int, what: str, when: str, *, top: bool = True) -> None:
        limit = program.row_upper[at] if top else program.row_lower[at]
        worth = found.worth[at] if top else -found.worth[at]
        rows.append((kind, what, when, float(limit), float(used[at]), max(float(worth), 0.0)))

    for n, (quota, year) in enumerate(program.of["quota"]):
        add("quota", program.rows["quota"].start + n, quota, str(year))
    for n, (lane, month) in enumerate(program.of["lane"]):
        when = f"{data.months[month]:%Y-%m}"
        add("lane", program.rows["lane"].start + n, data.lanes[lane], when)
    for kind in ("most", "least"):
        for n, (a, y) in enumerate(program.of[kind]):
            what = f"{data.models[data.model[a]]} at {data.plants[data.plant[a]].name}"
            at = program.rows[kind].start + n
            add(kind, at, what, str(years[y]), top=kind == "most")
    for n, (k, p, y) in enumerate(program.of["limit"]):
        what = f"{data.markets[k]} from {data.plants[p].name}"
        add("share of market", program.rows["limit"].start + n, what, str(years[y]))
    return pl.DataFrame(rows, schema=LIMITS, orient="row")


def _costs(
    flows: pl.DataFrame,
    plants: pl.DataFrame,
    launches: pl.DataFrame,
    unmet: pl.DataFrame,
    short: list[tuple[str, int, float]],
) -> pl.DataFrame:
    """Sum the cost by line and year; it comes to the objective."""

    def yearly(frame: pl.DataFrame, date: str, column: str, line: str) -> pl.DataFrame:
        return frame.group_by(pl.col(date).dt.year().cast(pl.Int64).alias("year")).agg(
            pl.lit(line).first().alias("line"), pl.col(column).sum().alias("cost")
        )

    parts = [yearly(flows, "month", line, line) for line in LINES]
    parts += [yearly(plants, "month", line, line) for line in ("labour", "fixed", "changes")]
    parts.append(yearly(launches, "decided", "tooling", "tooling"))
    parts.append(yearly(unmet, "month", "forgone", "lost revenue and penalties"))
    parts.append(pl.DataFrame(short, schema=COSTS, orient="row"))
    order = [*LINES, "labour", "fixed", "changes", "tooling"]
    return (
        pl.concat([part.select(*COSTS) for part in parts])
        .group_by("line", "year", maintain_order=True)
        .agg(pl.col("cost").sum())
        .filter(pl.col("cost").abs() > 1e-9)
        .sort(
            pl.col("line").replace_strict(
                order, list(range(len(order))), default=len(order), return_dtype=pl.Int64
            ),
            "line",
            "year",
        )
    )
