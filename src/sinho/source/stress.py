"""What it costs when a border, a plant or a lane is lost for a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from sinho.errors import Stopped
from sinho.executors import carried
from sinho.parameters import SEED, check_seed
from sinho.results.sourcing import STRESS, Sourcing
from sinho.source.data import Input
from sinho.source.duties import Ints
from sinho.source.exact import minimise
from sinho.source.params import Params
from sinho.source.program import Program, program_of
from sinho.source.solve import solve, sourcing_of
from sinho.stop import Headed, NoLimit, Progress, Report, StopRule
from sinho.units import Floats

SHARE = 1e-3
"""Share of a month's cost that counts as recovered."""

ROUNDED = 1e-7
"""Cars, and share of them, by which earlier flows may differ: solvers leave such rests."""


def stress(
    input: Input,
    params: Params | None = None,
    *,
    year: int | None = None,
    base: Sourcing | None = None,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> pl.DataFrame:
    """Plan again with each border, plant and lane lost for a year that nobody saw coming.

    What was decided before the year stays: launches, shifts, plants opened and closed, flows.

    Parameters
    ----------
    input : Input
        The network.
    params : sinho.source.Params, optional
        As `solve`; ``workers`` or ``executor`` plan losses side by side.
    year : int, optional
        The calendar year; by default the one behind the first.
    base : Sourcing, optional
        The plan without a loss, where it is known already.
    stop, seed, progress
        As `solve`.

    Returns
    -------
    polars.DataFrame
        One row for each loss, the dearest first: ``kind``, ``lost`` (its name), ``cost`` more,
        ``cars`` lost more and ``months`` from its begin until cost and lost cars are no more than
        in the plan without it; null where that is not within the network's months. What the plan
        does not use in the year costs nothing. Losses that were not reckoned when the rule said
        stop come last, without figures.

    Raises
    ------
    ValueError
        When the network has no month of the year.
    """
    check_seed(seed)
    params, stop = params or Params(), stop or NoLimit()
    years = np.unique(input.years)
    hit = int(years[min(1, len(years) - 1)]) if year is None else year
    months = input.months_of(hit)
    if base is None:
        base = solve(input, params, stop=stop, seed=seed, progress=progress)
    every = list(_losses(input, base, months))
    used = [(kind, at) for kind, at, _, hurts in every if hurts]
    alone = replace(params, workers=1, executor=None)
    found: dict[tuple[str, int], tuple[float, float, int | None] | None] = {}
    each = carried(
        _planned,
        used,
        params.executor,
        shared=(input, alone, base, months, seed),
        workers=params.workers,
        stop=stop,
        progress=progress,
    )
    for key, row in zip(used, each, strict=False):
        found[key] = row
        if progress is not None:
            done = len(found) / len(used)
            progress(Progress(f"losses, {len(found)} of {len(used)}", 0.0, done=done))
    rows = []
    for kind, at, name, hurts in every:
        figures = found.get((kind, at)) if hurts else (0.0, 0.0, 0)
        rows.append((kind, name, *(figures or (None, None, None))))
    return pl.DataFrame(rows, schema=STRESS, orient="row").sort(
        "cost", "cars", descending=True, nulls_last=True, maintain_order=True
    )


def _losses(data: Input, base: Sourcing, months: Ints) -> Iterator[tuple[str, int, str, bool]]:
    """Yield kind, place and name of each border, plant and lane, and whether the plan uses it."""
    used = base.flows.filter(pl.col("month").is_in([data.months[t] for t in months]))
    homes = {plant.name: plant.country for plant in data.plants}
    countries = dict(zip(data.markets, data.countries, strict=True))
    crossed = {
        countries[market]
        for plant, market in used.select("plant", "market").unique().iter_rows()
        if countries[market] != homes[plant]
    }
    for at, country in enumerate(dict.fromkeys(data.countries)):
        if (_without(data, "border", at, months).lane != data.lane).any():
            yield "border", at, country, country in crossed
    for at, plant in enumerate(data.plants):
        yield "plant", at, plant.name, plant.name in used["plant"]
    for at, name in enumerate(data.lanes):
        yield "lane", at, name, name in used["lane"]


def _without(data: Input, kind: str, at: int, months: Ints) -> Input:
    """Return a network that has lost a border, plant or lane for some months."""
    if kind == "border":
        country = list(dict.fromkeys(data.countries))[at]
        away = np.array([plant.country != country for plant in data.plants])
        there = np.array([one == country for one in data.countries])
        lane = data.lane.copy()
        lane[np.ix_(away, there, months)] = -1
        return replace(data, lane=lane)
    if kind == "plant":
        capacity = data.plants[at].capacity.copy()
        capacity[:, months] = 0.0
        return data.with_plant(at, capacity=capacity)
    room = data.room.copy()
    room[at, months] = 0.0
    return replace(data, room=room)


def _planned(
    data: Input,
    params: Params,
    base: Sourcing,
    months: Ints,
    seed: int,
    kind: str,
    at: int,
    *,
    stop: StopRule,
    progress: Report | None,
) -> tuple[float, float, int | None] | None:
    """Return cost, cars and months of a loss; None where it was stopped before it was planned."""
    changed = _without(data, kind, at, months)
    again = _decided(program_of(changed), base, int(months[0]), data)
    report = progress and Headed(progress, f"{kind} lost: ")
    try:
        best = minimise(again, params, stop=stop, seed=seed, progress=report)
    except Stopped:
        return None
    if best.stopped:
        return None
    after = sourcing_of(changed, again, best, params, stop, seed)
    more = after.objective - base.objective, after.lost - base.lost
    return *more, _recovered(data, base, after, int(months[0]))


def _decided(program: Program, base: Sourcing, month: int, data: Input) -> Program:
    """Return a program in which what was decided before a month stays as it was planned."""
    lower, upper = program.lower.copy(), program.upper.copy()
    names, models, dates = [one.name for one in data.plants], data.models, data.months

    def hold(name: str, early: np.ndarray[tuple[int], np.dtype[np.bool_]], values: Floats) -> None:
        at = np.arange(len(program.cost))[program.columns[name]][early]
        slack = ROUNDED * (1 + values[early]) * ~program.integer[at]
        lower[at] = np.maximum(values[early] - slack, 0.0)
        upper[at] = values[early] + slack

    a, decided = program.of["launch"]
    made = set(base.launches.select("model", "plant", "decided").iter_rows())
    launched = [
        (models[data.model[one]], names[data.plant[one]], dates[t]) in made
        for one, t in zip(a, decided, strict=True)
    ]
    hold("launch", decided < month, np.array(launched, dtype=np.float64))
    worked = {(p, t): step for p, t, step in base.plants["plant", "month", "step"].iter_rows()}
    first = np.arange(0, len(dates), data.shift_period)
    steps = [
        [worked[names[p], dates[t]] == data.plants[p].steps[n] for t in first]
        for p, n in program.of["step"]
    ]
    closed = [[worked[name, dates[t]] == "" for t in first] for name in names]
    for name, chosen in (("step", steps), ("closed", closed)):
        values = np.array(chosen, dtype=np.float64).ravel()
        hold(name, np.tile(first < month, len(chosen)), values)
    shape = len(data.model), len(data.markets), len(dates)
    shipped, possible = (
        np.ravel_multi_index(cells, shape)
        for cells in (data.cells_of(base.flows), program.of["flow"])
    )
    _, there, at = np.intersect1d(shipped, possible, return_indices=True)
    t = program.of["flow"][2]
    flow, inside = np.zeros(len(t)), np.zeros(len(t))
    flow[at], inside[at] = base.flows["cars", "in_quota"].to_numpy()[there].T
    hold("flow", t < month, flow)
    own = program.of["inside"]
    hold("inside", t[own] < month, inside[own])
    return replace(program, lower=lower, upper=upper)


def _recovered(data: Input, base: Sourcing, after: Sourcing, first: int) -> int | None:
    """Return the months until a plan costs and loses no more than the one without the loss."""

    def monthly(plan: Sourcing) -> tuple[Floats, Floats]:
        lines = pl.sum_horizontal("parts", "building", "freight", "tariff", "carbon", "stock")
        parts = [
            plan.flows.select("month", lines.alias("cost")),
            plan.plants.select(
                "month", pl.sum_horizontal("fixed", "labour", "changes").alias("cost")
            ),
            plan.launches.select(pl.col("decided").alias("month"), pl.col("tooling").alias("cost")),
            plan.unmet.select("month", pl.col("forgone").alias("cost")),
        ]
        calendar = pl.DataFrame({"month": data.months})
        sums = [
            calendar.join(one.group_by("month").sum(), on="month", how="left").sort("month")
            for one in (pl.concat(parts), plan.unmet.select("month", "lost"))
        ]
        return tuple(one.fill_null(0.0)[:, 1].to_numpy() for one in sums)  # type: ignore[return-value]

    (cost, lost), (costs, losses) = monthly(base), monthly(after)
    worse = (costs - cost > SHARE * np.maximum(np.abs(cost), 1.0)) | (losses > lost + 0.5)
    late = np.flatnonzero(worse[first:])
    if not len(late):
        return 0
    months = int(late[-1]) + 1
    return None if first + months == len(cost) else months
