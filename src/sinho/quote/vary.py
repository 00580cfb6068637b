"""What moves a quote: one thing at a time, and volumes together with tariffs."""

from __future__ import annotations

import itertools
from contextlib import suppress
from dataclasses import replace

import polars as pl

from sinho.errors import Infeasible
from sinho.plan import Levers, NoSolution
from sinho.quote.landed import per_car
from sinho.quote.params import Params
from sinho.quote.read import Row
from sinho.quote.uncertain import Pair, Solver
from sinho.stop import NoLimit, Progress, Report, StopRule

SIDES = ("_low", "", "_high")


def sensitivity(
    pair: Pair,
    params: Params,
    landed: pl.DataFrame,
    stop: StopRule | None = None,
    progress: Report | None = None,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Vary one thing at a time, and volumes together with tariffs.

    Parameters
    ----------
    pair : Pair
        Both plans.
    params : Params
        How far.
    landed : polars.DataFrame
        Lines of the landed cost.
    stop : StopRule, optional
        When to leave the others without figures.
    progress : callable, optional
        Called before each.

    Returns
    -------
    tuple of (polars.DataFrame, polars.DataFrame)
        Tornado: ``lever``, ``low``, ``high`` (what it is set to); ``gain`` and ``landed`` (the
        buyer's cost per car) as they are, and with ``_low`` and ``_high``, the widest gain first;
        and ``volume``, ``tariff`` and ``gain`` of all pairs of them.
    """
    solver, stop = Solver(pair.begun()), stop or NoLimit()
    steps = [-1.0, -0.5, 0.0, 0.5, 1.0]
    keys, count = list(pair.by_month), itertools.count()

    def gained(levers: Levers) -> float | None:
        if progress is not None:
            done = min(next(count) / (2 * len(tried) + len(steps) ** 2), 1.0)
            progress(Progress("varying one thing at a time", 0.0, done=done))
        if stop():
            return None
        with suppress(NoSolution, Infeasible):
            return solver.gain(levers, *solver.solve(levers))
        return None

    def volume(factor: float) -> Levers:
        return Levers(demand=dict.fromkeys(keys, factor))

    def tariff(points: float) -> Levers:
        return Levers(tariff=dict.fromkeys(pair.markets, points))

    v, f, p, r = params.volume, params.freight, params.tariff, params.rate
    tried = [
        ("volume", f"{-v:+.0%}", f"{v:+.0%}", volume(1 - v), volume(1 + v)),
        ("tariff", f"{-p:+g} points", f"{p:+g} points", tariff(-p), tariff(p)),
        ("freight", f"{-f:+.0%}", f"{f:+.0%}", Levers(freight=1 - f), Levers(freight=1 + f)),
        ("SOP delay", "none", f"{params.delay} months", Levers(), Levers(delay=params.delay)),
    ]
    for name in pair.whole[0].hub["currencies"]["currency"].unique().sort():
        sides = (Levers(rates={name: 1 - r}), Levers(rates={name: 1 + r}))
        tried.append((f"rate of {name}", f"{-r:+.0%}", f"{r:+.0%}", *sides))
    usual = Levers()
    as_quoted = gained(usual)
    rows: list[Row] = []
    for lever, low, high, down, up in tried:
        row: Row = {"lever": lever, "low": low, "high": high}
        for levers, side in ((down, "_low"), (usual, ""), (up, "_high")):
            row[f"gain{side}"] = as_quoted if levers == usual else gained(levers)
            row[f"landed{side}"] = per_car(landed, levers, pair.currency)
        rows.append(row)
    rows.sort(key=lambda row: -abs((row["gain_high"] or 0.0) - (row["gain_low"] or 0.0)))
    both = [
        {
            "volume": step * v,
            "tariff": other * p,
            "gain": gained(replace(volume(1 + step * v), tariff=tariff(other * p).tariff)),
        }
        for step in steps
        for other in steps
    ]
    text = dict.fromkeys(("lever", "low", "high"), pl.String)
    number = {f"{of}{side}": pl.Float64 for of in ("gain", "landed") for side in SIDES}
    two = dict.fromkeys(("volume", "tariff", "gain"), pl.Float64)
    return pl.DataFrame(rows, schema={**text, **number}), pl.DataFrame(both, schema=two)
