"""What it costs when a border, a plant or a lane is lost for a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import polars as pl

from sinho.parameters import SEED, check_seed
from sinho.results.sourcing import STRESS, Sourcing
from sinho.source.data import Input
from sinho.source.exact import Optimum, minimise
from sinho.source.params import Params
from sinho.source.program import Program, program_of
from sinho.source.solve import planned, sourcing_of
from sinho.stop import NoLimit, Report, StopRule

SHARE = 1e-3
"""Share of a month's cost that counts as recovered."""


def stress(
    input: Input,
    params: Params | None = None,
    *,
    year: int | None = None,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> pl.DataFrame:
    """Plan again with each border, plant and lane lost for a year that nobody saw coming.

    What was decided before the year stays: launches, shifts, plants opened and closed.

    Parameters
    ----------
    input : Input
        The network.
    params : sinho.source.Params, optional
        As `solve`.
    year : int, optional
        The calendar year; by default the one behind the first.
    stop, seed, progress
        As `solve`; once it says stop the rest is left out.

    Returns
    -------
    polars.DataFrame
        One row for each loss, the dearest first: ``kind``, ``lost`` (its name), ``cost`` more,
        ``cars`` lost more and ``months`` from its begin until cars and cost are those of the plan
        without it; null where they are not within the network's months.

    Raises
    ------
    ValueError
        When the network has no month of the year.
    """
    check_seed(seed)
    params, stop = params or Params(), stop or NoLimit()
    years = np.unique(input.years)
    hit = int(years[min(1, len(years) - 1)]) if year is None else year
    if hit not in years:
        raise ValueError(f"the network has no month of {hit}")
    months = np.flatnonzero(input.years == hit)
    program, found = planned(input, params, stop=stop, seed=seed, progress=progress)
    base = sourcing_of(input, program, found, params, stop, seed)
    rows = []
    for kind, name, changed in _losses(input, base, months):
        if stop():
            break
        again = _decided(program_of(changed), program, found, int(months[0]), input)
        best = minimise(again, params, stop=stop, seed=seed, progress=None)
        after = sourcing_of(changed, again, best, params, stop, seed)
        row = (after.objective - base.objective, after.lost - base.lost)
        rows.append((kind, name, *row, _recovered(input, base, after, months)))
    return pl.DataFrame(rows, schema=STRESS, orient="row").sort(
        "cost", descending=True, maintain_order=True
    )


def _losses(
    data: Input, base: Sourcing, months: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> Iterator[tuple[str, str, Input]]:
    """Yield each border, plant and lane that the plan uses, and the network without it."""
    used = base.flows.filter(pl.col("month").is_in([data.months[t] for t in months]))
    homes = [plant.country for plant in data.plants]
    for country in sorted(set(data.countries)):
        lane = data.lane.copy()
        away = np.array([home != country for home in homes])
        there = np.array([one == country for one in data.countries])
        lane[np.ix_(away, there, months)] = -1
        if (lane != data.lane).any():
            yield "border", country, replace(data, lane=lane)
    for p, plant in enumerate(data.plants):
        if plant.name in used["plant"]:
            capacity = plant.capacity.copy()
            capacity[:, months] = 0.0
            plants = list(data.plants)
            plants[p] = replace(plant, capacity=capacity)
            yield "plant", plant.name, replace(data, plants=tuple(plants))
    for at, name in enumerate(data.lanes):
        if name in used["lane"]:
            room = data.room.copy()
            room[at, months] = 0.0
            yield "lane", name, replace(data, room=room)


def _decided(program: Program, before: Program, found: Optimum, month: int, data: Input) -> Program:
    """Return a program in which what was decided before a month stays as it was planned."""
    upper, lower = program.upper.copy(), np.zeros(len(program.upper))
    block = int(program.of["blocks"][month])
    for name in ("launch", "step", "closed"):
        own, old = program.columns[name], before.columns[name]
        values = found.x[old]
        if name == "launch":
            early = program.of["launch"][1] < month
        else:
            blocks = int(program.of["blocks"][-1]) + 1
            early = np.arange(len(values)) % blocks < block
        at = np.flatnonzero(early) + own.start
        lower[at] = upper[at] = np.round(values[early])
    return replace(program, upper=upper, lower=lower)


def _recovered(
    data: Input,
    base: Sourcing,
    after: Sourcing,
    months: np.ndarray[tuple[int], np.dtype[np.int64]],
) -> int | None:
    """Return the months until cost and cars are those of the plan without the loss."""

    def monthly(plan: Sourcing) -> tuple[np.ndarray, np.ndarray]:
        calendar = pl.DataFrame({"month": data.months})
        lines = pl.sum_horizontal("parts", "building", "freight", "tariff", "carbon", "stock")
        parts = [
            plan.flows.group_by("month").agg(lines.sum().alias("cost")),
            plan.plants.group_by("month").agg(
                pl.sum_horizontal("fixed", "labour", "changes").sum().alias("cost")
            ),
            plan.unmet.group_by("month").agg(pl.col("forgone").sum().alias("cost")),
        ]
        cost = pl.concat(parts).group_by("month").agg(pl.col("cost").sum())
        lost = plan.unmet.group_by("month").agg(pl.col("lost").sum())
        table = calendar.join(cost, on="month", how="left").join(lost, on="month", how="left")
        table = table.fill_null(0.0).sort("month")
        return table["cost"].to_numpy(), table["lost"].to_numpy()

    (cost, lost), (costs, losses) = monthly(base), monthly(after)
    worse = (np.abs(costs - cost) > SHARE * np.maximum(cost, 1.0)) | (losses > lost + 0.5)
    late = np.flatnonzero(worse & (np.arange(len(cost)) >= months[0]))
    if not len(late):
        return 0
    last = int(late[-1])
    return None if last == len(cost) - 1 > months[-1] else last + 1 - int(months[0])
