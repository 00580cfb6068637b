"""What it costs when a border, a plant or a lane is lost for a year."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from sinho.errors import Stopped
from sinho.parameters import SEED, check_seed
from sinho.results.sourcing import LINES, STRESS, Sourcing
from sinho.source.data import Input
from sinho.source.duties import Ints
from sinho.source.exact import SLACK, minimise
from sinho.source.held import delay, rest_of, spent, taken, worked
from sinho.source.made import Begun
from sinho.source.params import Params
from sinho.source.priced import Priced
from sinho.source.program import program_of
from sinho.source.side import side_by_side
from sinho.source.solve import solve, sourcing_of
from sinho.stop import Headed, NoLimit, Report, StopRule
from sinho.units import Floats

SHARE = 1e-3
"""Share of a month's cost that counts as recovered."""

_Row = tuple[float, float, int | None, float]


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
        in the plan without it; null where that is not within the network's months; ``gap`` of the
        plan with the loss. What the plan does not use in the year costs nothing. Losses that were
        not reckoned when the rule said stop come last, without figures.

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
    used = sorted((one for one in every if one[-1] > 0), key=lambda one: -one[-1])
    alone = replace(params, workers=1, executor=None)
    left: _Left | None = None
    try:
        left = _left_of(input, base, months, alone, stop, seed, progress)
    except Stopped:
        used = []
    jobs = [(kind, at) for kind, at, *_ in used]
    each = side_by_side(
        _planned, jobs, params, (left, months, seed), title="losses", stop=stop, progress=progress
    )
    found = dict(zip(jobs, each, strict=True))
    rows = []
    for kind, at, name, cars in every:
        figures = found.get((kind, at)) if cars > 0 else (0.0, 0.0, 0, base.gap)
        rows.append((kind, name, *(figures or (None, None, None, None))))
    return pl.DataFrame(rows, schema=STRESS, orient="row").sort(
        "cost", "cars", descending=True, nulls_last=True, maintain_order=True
    )


def _losses(data: Input, base: Sourcing, months: Ints) -> Iterator[tuple[str, int, str, float]]:
    """Yield kind, place and name of each border, plant and lane, and the cars that need it."""
    used = base.flows.filter(pl.col("month").is_in([data.months[t] for t in months]))
    homes = {plant.name: plant.country for plant in data.plants}
    countries = dict(zip(data.markets, data.countries, strict=True))
    sums = {
        name: dict(used.group_by(name).agg(pl.col("cars").sum()).iter_rows())
        for name in ("plant", "lane")
    }
    crossed: dict[str, float] = {}
    ways = used.group_by("plant", "market").agg(pl.col("cars").sum())
    for plant, market, cars in ways.iter_rows():
        if countries[market] != homes[plant]:
            crossed[countries[market]] = crossed.get(countries[market], 0.0) + cars
    for at, country in enumerate(dict.fromkeys(data.countries)):
        if (_without(data, "border", at, months).lane != data.lane).any():
            yield "border", at, country, crossed.get(country, 0.0)
    for at, one in enumerate(data.plants):
        yield "plant", at, one.name, sums["plant"].get(one.name, 0.0)
    for at, name in enumerate(data.lanes):
        yield "lane", at, name, sums["lane"].get(name, 0.0)


def _without(data: Input, kind: str, at: int, months: Ints) -> Input:
    """Return a network in which a border, plant or lane has no way for some months."""
    lost = np.zeros(data.lane.shape, dtype=bool)
    if kind == "border":
        country = list(dict.fromkeys(data.countries))[at]
        away = np.array([plant.country != country for plant in data.plants])
        there = np.array([one == country for one in data.countries])
        lost[np.ix_(away, there, months)] = True
    elif kind == "plant":
        lost[at][:, months] = True
    else:
        lost[:, :, months] = data.lane[:, :, months] == at
    return replace(data, lane=np.where(lost, -1, data.lane))


@dataclass(frozen=True)
class _Left:
    """What is left to plan at the begin of a year, with its plan without a loss.

    Parameters
    ----------
    data : Input
        The network from there on.
    base, plan : Sourcing
        The plan of all months, and that of what is left.
    begun : Begun or None
        What it is planned from where it is planned by prices.
    """

    data: Input
    base: Sourcing
    plan: Sourcing
    begun: Begun | None = None


def _left_of(
    data: Input,
    base: Sourcing,
    months: Ints,
    params: Params,
    stop: StopRule,
    seed: int,
    progress: Report | None,
) -> _Left:
    """Return what is left to plan at the begin of a year; by prices it is planned again."""
    month = int(months[0])
    rest = rest_of(data, base, month)
    late = base.unmet.filter(pl.col("month") >= data.months[month])
    plan = replace(base, objective=base.objective - spent(base, data, month), unmet=late)
    if not params.by_prices(data):
        return _Left(rest, base, plan)
    report = progress and Headed(progress, "without a loss: ")
    run = Priced(rest, params, stop, seed, report)
    run.master.program = worked(run.master.program, base, month, data)
    made = run.solve()
    again = _dated(sourcing_of(rest, *run.optimum(made), params, stop, seed), rest, month)
    steps, on = made.steps, made.on
    if again.lost <= plan.lost + SLACK and again.objective < plan.objective:
        plan = again
    else:
        # what changes of steps cost is for the solver to say
        held = worked(run.master.program, base, len(data.months), data)
        model = held.model(held.cost, **run.options)
        model.run()
        steps, on = model.x, taken(rest, base)
    begun = Begun(run.dual, run.master, made.shipped.prices, steps, on, run.bound, run.allowed)
    return _Left(rest, base, plan, begun)


def _planned(
    params: Params,
    left: _Left,
    months: Ints,
    seed: int,
    kind: str,
    at: int,
    *,
    stop: StopRule,
    progress: Report | None,
) -> _Row | None:
    """Return cost, cars, months and gap of a loss; None where it was stopped before it was planned.

    What was decided before the year is held.
    """
    month, share = int(months[0]), SHARE
    changed = _without(left.data, kind, at, months)
    report = progress and Headed(progress, f"{kind} lost: ")
    try:
        if left.begun is None:
            program = worked(program_of(changed), left.base, month, left.data)
            best = minimise(program, params, stop=stop, seed=seed, progress=report)
        else:
            begun = replace(left.begun, dual=left.begun.dual.without(changed))
            run = Priced(changed, params, stop, seed, report, begun)
            program, best = run.optimum(run.solve())
            share = max(SHARE, run.gap)
    except Stopped:
        return None
    if best.stopped:
        return None
    after = _dated(sourcing_of(changed, program, best, params, stop, seed), left.data, month)
    more = after.objective - left.plan.objective, after.lost - left.plan.lost
    return *more, _recovered(left.data, left.plan, after, month, share), after.gap


def _dated(plan: Sourcing, data: Input, month: int) -> Sourcing:
    """Return a plan of what is left at a month with its launches when they are decided."""
    when = pl.col("decided").dt.offset_by(f"{delay(data, month)}mo")
    return replace(plan, launches=plan.launches.with_columns(when))


def _recovered(
    data: Input, base: Sourcing, after: Sourcing, first: int, share: float
) -> int | None:
    """Return the months until a plan costs and loses no more than the one without the loss."""

    def monthly(plan: Sourcing) -> tuple[Floats, Floats]:
        lines = pl.sum_horizontal(LINES)
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
    worse = (costs - cost > share * np.maximum(np.abs(cost), 1.0)) | (losses > lost + 0.5)
    late = np.flatnonzero(worse[first:])
    if not len(late):
        return 0
    months = int(late[-1]) + 1
    return None if first + months == len(cost) else months
