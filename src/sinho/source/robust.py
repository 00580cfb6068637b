"""Launches now, volumes later: one plan for several futures with weights."""

from __future__ import annotations

import datetime as dt
import math
import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from sinho.errors import DataError, Problem, Stopped
from sinho.parameters import SEED, check_seed
from sinho.results.sourcing import FUTURES, RobustSourcing
from sinho.results.status import ended_as, gap_of
from sinho.results.versions import versions
from sinho.source.common import Common, common
from sinho.source.data import Input
from sinho.source.duties import Ints
from sinho.source.exact import COST, SLACK, Level, Optimum, minimise
from sinho.source.params import Params
from sinho.source.program import Program, program_of
from sinho.source.side import part_of, side_by_side
from sinho.source.solve import sourcing_of
from sinho.stop import Headed, NoLimit, Report, StopRule
from sinho.units import Floats

OFF = 1e-6
"""By how much weights may miss a sum of 1."""


def solve_robust(
    futures: Mapping[str, Input],
    weights: Mapping[str, float],
    params: Params | None = None,
    *,
    revealed: dt.date | None = None,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> RobustSourcing:
    """Decide launches for all futures at once, and volumes, shifts and later launches in each.

    Parameters
    ----------
    futures : mapping of str to Input
        The network in each future, with the same allocations and months.
    weights : mapping of str to float
        Probability of each; their sum is 1.
    params : sinho.source.Params, optional
        What weighs what, and how hard to try; ``workers`` or ``executor`` plan side by side.
    revealed : datetime.date, optional
        First month in which it is known which future it is: launches decided from then on may
        differ. By default none: all launches are decided now.
    stop, seed, progress
        As `sinho.source.solve`.

    Returns
    -------
    RobustSourcing
        Launches, expected cost, each future's cost and regret, and the value of waiting.

    Raises
    ------
    DataError
        When futures differ in allocations or months, when weights are not above 0, are none of a
        future or do not sum to 1, or when the month is none of the network's.
    Stopped
        Where it is stopped before there is a plan for all futures.
    """
    check_seed(seed)
    began = time.monotonic()
    params, stop = params or Params(), stop or NoLimit()
    names = list(futures)
    shares = _shares(futures, weights, revealed)
    first = futures[names[0]]
    size = len(first.months)
    known = size if revealed is None else sum(month < revealed for month in first.months)
    inputs = list(futures.values())
    if params.by_prices(*inputs):
        found = common(inputs, shares, known, params, stop=stop, seed=seed, progress=progress)
    else:
        found = _whole(futures, shares, known, params, stop=stop, seed=seed, progress=progress)
    rows, plans, own = [], {}, {}
    for name, share, (program, best), alone in zip(
        names, shares, found.plans, found.own, strict=True
    ):
        data = futures[name]
        cost, lost = float(program.cost @ best.x), float(program.missing @ best.x)
        bound = -math.inf if alone is None else alone[1].levels[-1].bound
        reached = (Level(COST, cost, min(bound, cost)),)
        mine = replace(best, levels=reached, stopped=stop())
        plans[name] = sourcing_of(data, program, mine, params, stop, seed)
        least, fewest, gap = None, None, None
        if alone is not None:
            of, single = alone
            least, fewest = float(of.cost @ single.x), float(of.missing @ single.x)
            own[name] = sourcing_of(data, of, single, params, stop, seed)
            # one future may take all of what the cars lost in all of them are rounded by
            slack = SLACK * (1 + found.levels[0].value) / share
            if cost < least and (params.priorities == "cost" or lost <= fewest + slack):
                least, fewest, own[name] = cost, lost, plans[name]
            gap = gap_of(least, bound)
        regret = None if least is None else cost - least
        rows.append((name, share, cost, least, regret, lost, fewest, gap))
    widest = max(one.gap for one in found.levels)
    level = found.levels[-1]
    allowed = found.plans[0][1].allowed
    return RobustSourcing(
        first.name,
        first.currency,
        revealed,
        pl.DataFrame(rows, schema=FUTURES, orient="row"),
        plans,
        own,
        level.value,
        level.bound,
        found.now,
        _expected(shares, [row[3] for row in rows]),
        ended_as(widest, allowed, stopped=found.stopped, left=stop.seconds_left),
        time.monotonic() - began,
        seed,
        versions("highspy", "numpy"),
    )


def _whole(
    futures: Mapping[str, Input],
    shares: list[float],
    known: int,
    params: Params,
    *,
    stop: StopRule,
    seed: int,
    progress: Report | None,
) -> Common:
    """Decide launches by one program of all futures, and plan each alone."""
    names = list(futures)
    programs = [program_of(futures[name]) for name in names]
    size = len(futures[names[0]].months)
    whole, maps = joined(programs, shares, known)
    jobs = {"all futures": whole}
    if known < size:
        jobs["all launches now"], now_maps = joined(programs, shares, size)
    jobs |= {f"{name} alone": program for name, program in zip(names, programs, strict=True)}
    # whoever has little time uses half of what is left for what all others are compared with
    parts = [0.5] * (len(jobs) - len(names)) + [1 / n for n in range(len(names), 0, -1)]
    each = side_by_side(
        _planned,
        [(*job, part) for job, part in zip(jobs.items(), parts, strict=True)],
        params,
        (seed,),
        title="futures",
        stop=stop,
        progress=progress,
    )
    made = dict(zip(jobs, each, strict=True))
    found = made["all futures"]
    if found is None:
        raise Stopped("stopped before there was a plan for all futures; allow it more time")
    xs = [found.x[at] for at in maps]
    levels = found.levels
    now: float | None = levels[-1].value
    if known < size:
        sooner = made["all launches now"]
        now = None if sooner is None else sooner.levels[-1].value
        if sooner is not None and _better(sooner.levels, levels):
            # within the gap the one that may wait can come out behind the one that may not
            xs = [sooner.x[at] for at in now_maps]
            levels = (*levels[:-1], replace(levels[-1], value=sooner.levels[-1].value))
    plans, own, height = [], [], 0
    for name, share, program, x in zip(names, shares, programs, xs, strict=True):
        rest = slice(height, height := height + len(program.row_lower))
        plans.append((program, replace(found, x=x, worth=found.worth[rest] / share)))
        single = made[f"{name} alone"]
        own.append(None if single is None else (program, single))
    return Common(plans, own, levels, now, found.stopped)


def _planned(
    params: Params,
    seed: int,
    title: str,
    program: Program,
    part: float,
    *,
    stop: StopRule,
    progress: Report | None,
) -> Optimum | None:
    """Minimise a program in a part of the time left; None where there was too little."""
    rule = part_of(stop, part)
    report = progress and Headed(progress, f"{title}: ")
    try:
        return minimise(program, params, stop=rule, seed=seed, progress=report)
    except Stopped:
        return None


def _better(one: tuple[Level, ...], other: tuple[Level, ...]) -> bool:
    """Return whether levels are better than others."""
    pairs = zip(one[:-1], other[:-1], strict=True)
    before = all(a.value <= b.value + SLACK * (1 + b.value) for a, b in pairs)
    return before and one[-1].value < other[-1].value


def _expected(shares: list[float], costs: list[float | None]) -> float | None:
    """Return the weighted sum of costs; None where one is not known."""
    known = [share * cost for share, cost in zip(shares, costs, strict=True) if cost is not None]
    return sum(known) if len(known) == len(costs) else None


def _shares(
    futures: Mapping[str, Input], weights: Mapping[str, float], revealed: dt.date | None
) -> list[float]:
    """Return the weights in order, and refuse futures that cannot be planned together."""
    if not futures:
        raise DataError([Problem("futures", "there is none")])
    problems = []
    inputs = list(futures.values())
    for name, data in futures.items():
        if not weights.get(name, 0) > 0:
            rule = "a weight must be more than 0"
            problems.append(Problem("futures", rule, None, name, str(weights.get(name))))
        alike = [
            np.array_equal(getattr(data, what), getattr(inputs[0], what))
            for what in ("model", "plant", "fixed", "lead")
        ]
        if data.months != inputs[0].months or data.models != inputs[0].models or not all(alike):
            rule = "has other months, models or allocations than the first future"
            hint = "Futures may differ in tariffs, demand, cost and lanes."
            problems.append(Problem("futures", rule, None, name, None, hint))
    problems += [
        Problem("futures", "a weight of no such future", None, name, str(weights[name]))
        for name in weights
        if name not in futures
    ]
    total = sum(weights.values())
    if not problems and abs(total - 1) > OFF:
        given = ", ".join(f"{name} {weights[name]:g}" for name in futures)
        rule, hint = f"the weights sum to {total:g}, not to 1", f"They are {given}."
        problems.append(Problem("futures", rule, hint=hint))
    months = inputs[0].months
    if revealed is not None and revealed.replace(day=1) not in months:
        span = f"{months[0]:%Y-%m} to {months[-1]:%Y-%m}"
        rule = f"the month in which it is known must be one of the network's, {span}"
        problems.append(Problem("futures", rule, None, "revealed", f"{revealed:%Y-%m}"))
    if problems:
        raise DataError(problems)
    return [weights[name] / total for name in futures]


def joined(programs: list[Program], shares: list[float], known: int) -> tuple[Program, list[Ints]]:
    """Return one program of several with the launches decided before a month in common.

    Parameters
    ----------
    programs : list of Program
        A program for each future.
    shares : list of float
        Their weights.
    known : int
        First month whose launches may differ.

    Returns
    -------
    program : Program
        Their costs weighted; it has no kinds of rows and columns.
    maps : list of ndarray
        Place of each future's columns in it.
    """
    size = len(programs[0].cost)
    maps: list[Ints] = []
    for program in programs:
        own = program.columns["launch"]
        at = np.arange(len(program.cost))
        common = own.start + np.flatnonzero(program.of["launch"][1] < known)
        if maps:
            # a column in common stands where the first future has it
            apart = np.ones(len(at), dtype=bool)
            apart[common] = False
            at[apart] = size + np.arange(int(apart.sum()))
            at[common] = programs[0].columns["launch"].start + common - own.start
            size += int(apart.sum())
        maps.append(at)
    sums: dict[str, Floats] = {name: np.zeros(size) for name in ("cost", "missing")}
    upper, lower, whole = np.zeros(size), np.zeros(size), np.zeros(size, dtype=bool)
    rows, columns, values, height = [], [], [], 0
    for program, share, at in zip(programs, shares, maps, strict=True):
        for name, total in sums.items():
            np.add.at(total, at, share * getattr(program, name))
        upper[at], lower[at], whole[at] = program.upper, program.lower, program.integer
        row, column, value = program.entries
        rows.append(row + height)
        columns.append(at[column])
        values.append(value)
        height += len(program.row_lower)
    return Program(
        sums["cost"],
        sums["missing"],
        lower,
        upper,
        whole,
        np.concatenate([program.row_lower for program in programs]),
        np.concatenate([program.row_upper for program in programs]),
        (np.concatenate(rows), np.concatenate(columns), np.concatenate(values)),
        {},
        {},
        {},
    ), maps
