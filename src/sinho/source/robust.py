"""Launches now, volumes later: one plan for several futures with weights."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import polars as pl

from sinho.errors import DataError, Problem
from sinho.parameters import SEED, check_seed
from sinho.results.sourcing import FUTURES, RobustSourcing
from sinho.results.status import ended_as
from sinho.results.versions import versions
from sinho.source.data import Input
from sinho.source.duties import Ints
from sinho.source.exact import Optimum, minimise
from sinho.source.outcome import tables_of
from sinho.source.params import Params
from sinho.source.program import Program, program_of
from sinho.stop import Headed, NoLimit, Report, StopRule
from sinho.units import Floats


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
        Weight of each; they are taken as shares of their sum.
    params : sinho.source.Params, optional
        What weighs what, and how hard to try.
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
        When futures differ in allocations or months, or weights are none.
    """
    check_seed(seed)
    began = time.monotonic()
    params, stop = params or Params(), stop or NoLimit()
    names = list(futures)
    shares = _shares(futures, weights)
    programs = [program_of(futures[name]) for name in names]
    first = futures[names[0]]
    known = len(first.months)
    if revealed is not None:
        known = sum(month < revealed for month in first.months)

    def planned(until: int, head: str) -> tuple[Optimum, list[Ints]]:
        whole, maps = joined(programs, shares, until)
        report = progress and Headed(progress, head)
        return minimise(whole, params, stop=stop, seed=seed, progress=report), maps

    found, maps = planned(known, "")
    now = found if known == len(first.months) else planned(len(first.months), "all now: ")[0]
    rows, launches = [], []
    for name, share, program, at in zip(names, shares, programs, maps, strict=True):
        report = progress and Headed(progress, f"{name}: ")
        best = minimise(program, params, stop=stop, seed=seed, progress=report)
        x = found.x[at]
        cost, least = float(program.cost @ x), best.levels[-1].value
        lost = float(program.missing @ x)
        fewest = float(program.missing @ best.x)
        rows.append((name, share, cost, least, cost - least, lost, fewest))
        alone = replace(found, x=x, worth=np.zeros(len(program.row_lower)))
        made = tables_of(futures[name], program, alone)["launches"]
        launches.append(made.with_columns(pl.lit(name).alias("future")))
    widest = max(one.gap for one in found.levels)
    status = ended_as(widest, params.gap, stopped=found.stopped, left=stop.seconds_left)
    level = found.levels[-1]
    return RobustSourcing(
        first.name,
        first.currency,
        pl.DataFrame(rows, schema=FUTURES, orient="row"),
        pl.concat(launches),
        level.value,
        level.bound,
        now.levels[-1].value,
        sum(share * row[3] for share, row in zip(shares, rows, strict=True)),
        status,
        time.monotonic() - began,
        seed,
        versions("highspy", "numpy"),
    )


def _shares(futures: Mapping[str, Input], weights: Mapping[str, float]) -> list[float]:
    """Return weights as shares, and refuse futures that cannot be planned together."""
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
    if problems:
        raise DataError(problems)
    total = sum(weights[name] for name in futures)
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
