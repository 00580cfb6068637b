"""A programme under other volumes, delays, stops, rates, freight and tariffs: tornado and draws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl

from sinho.errors import Infeasible
from sinho.executors import carried
from sinho.hub.schema import ALL
from sinho.plan import Again, Input, Kept, Levers, NoSolution, Start
from sinho.plan import Params as PlanParams
from sinho.quote.check import numbers
from sinho.quote.fees import NEAR, break_even
from sinho.quote.params import Params
from sinho.quote.read import Row
from sinho.results import MonthPlan
from sinho.stop import NoLimit, Progress, Report, StopRule

CHUNK = (25, 100)
"""Fewest and most draws of a job; each draw begins from the plans, whoever carries it out."""

SCHEMA = {
    "draw": pl.Int64,
    "volume": pl.Float64,
    "delay": pl.Int64,
    "lost": pl.Float64,
    "freight": pl.Float64,
    "tariff": pl.Float64,
    "drawn": pl.String,
    "contribution_without": pl.Float64,
    "contribution_with": pl.Float64,
    "gain": pl.Float64,
    "fee_at_break_even": pl.Float64,
    "fulfilment": pl.Float64,
}
SHOWN = ("gain", "fee_at_break_even", "fulfilment", "contribution_with", "contribution_without")
QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Pair:
    """The two plans of a quote, to be solved again under the same levers.

    Parameters
    ----------
    without, whole : (Input, MonthPlan)
        What was planned without the programme and with it, and the plans.
    volumes : tuple of dict
        The programme's volumes by month.
    models : tuple of str
        Its models.
    contract : str
        The contract of its fee.
    currency : str
        Currency of the programme's amounts.
    fee, once : float
        The fee in its currency; what the programme costs once, in the hub's currency.
    uncertain : tuple of dict
        Rows of ``[[uncertain]]``.
    starts : tuple of Start
        Where the solver ends without levers, of both plans; empty: not known yet (`begun`).
    chosen : sinho.plan.Params, optional
        How shift patterns are chosen anew; by default they stay those of the plans.
    """

    without: tuple[Input, MonthPlan]
    whole: tuple[Input, MonthPlan]
    volumes: tuple[Row, ...]
    models: tuple[str, ...]
    contract: str
    currency: str
    fee: float
    once: float
    uncertain: tuple[Row, ...]
    starts: tuple[Start, ...] = ()
    chosen: PlanParams | None = None

    def begun(self) -> Pair:
        """Return the pair with both plans' programs solved once, for every solver to begin from."""
        if self.starts or self.chosen:
            return self
        both = Solver(self)
        return replace(self, starts=(both.without.start, both.whole.start))

    @property
    def markets(self) -> list[str]:
        """Markets that it sells to."""
        return sorted({row["market"] for row in self.volumes})

    @cached_property
    def by_month(self) -> dict[tuple[str, str], dict[dt.date, Row]]:
        """Volumes by model and market, and by month."""
        found: dict[tuple[str, str], dict[dt.date, Row]] = {}
        for row in self.volumes:
            found.setdefault((row["model"], row["market"]), {})[row["month"]] = row
        return found


class Solver:
    """Both plans of a pair, kept."""

    def __init__(self, pair: Pair) -> None:
        self.pair = pair
        self.without, self.whole = (
            Kept(*planned, start, chosen=pair.chosen)
            for planned, start in zip(
                (pair.without, pair.whole), pair.starts or (None, None), strict=True
            )
        )

    def solve(self, levers: Levers) -> tuple[Again, Again]:
        """Return what comes without the programme, and with it."""
        plain = replace(levers, demand={}, cars={}, delay=0, delayed=(), fee=0.0, contract="")
        own = replace(levers, delayed=self.pair.models, contract=self.pair.contract)
        return self.without.solve(plain), self.whole.solve(own)

    def gain(self, levers: Levers, before: Again, after: Again) -> float:
        """Return what is gained; what is paid once follows its currency's rate."""
        once = self.pair.once * levers.rates.get(self.pair.currency, 1.0)
        return after.contribution - before.contribution - once

    def fulfilment(self, after: Again) -> float:
        """Return the share of the programme's cars that are shipped; 1 where none is asked for."""
        asked = sum(after.requested[model] for model in self.pair.models)
        return sum(after.shipped[model] for model in self.pair.models) / asked if asked else 1.0

    def break_even(self, levers: Levers, before: Again, after: Again) -> float | None:
        """Return the fee at break-even under levers, in the currency of the fee."""
        own = replace(levers, delayed=self.pair.models, contract=self.pair.contract)

        def gain(more: float) -> tuple[float, float]:
            found = self.whole.solve(replace(own, fee=more), near=True) if more else after
            return self.gain(levers, before, found), found.counted

        # plans that are proven within a gap tell gains no finer than that
        near = max(1e-6, NEAR * abs(before.contribution), before.gap, after.gap)
        more = break_even(gain, 0.0, near)
        return None if more is None else self.pair.fee + more


def drawn(pair: Pair, seed: int, draw: int) -> tuple[Levers, float, str]:
    """Return the levers of a draw, the volume's factor, and the value of each uncertain thing.

    They depend on seed and draw alone.
    """
    random = np.random.default_rng(np.random.SeedSequence([seed, draw]))
    levers = Levers()
    cars: dict[tuple[str, str], dict[dt.date, float]] = {}
    shops = pair.whole[0].hub["shops"]["shop"].to_list()
    lost: dict[str, float] = {}
    rates: dict[str, float] = {}
    points: dict[str, float] = {}
    said: list[str] = []
    for row in pair.uncertain:
        what, item, u = row["what"], row["item"], float(random.random())
        normal = float(random.standard_normal())
        value = u if _between(row) else _value(row, u, normal)
        said.append(f"{what if item == ALL else f'{what} {item}'} = {value!r}")
        if what == "volume":
            for key, months in pair.by_month.items():
                if item in (ALL, key[1]):
                    cars[key] = {m: _volume(row, asked, u, normal) for m, asked in months.items()}
            continue
        if what == "other demand":
            levers = replace(levers, others=max(value, 0.0))
        elif what == "SOP delay":
            levers = replace(levers, delay=max(round(value), 0))
        elif what == "stops":
            named = shops if item == ALL else [item]
            lost |= dict.fromkeys(named, min(max(value, 0.0), 1.0))
        elif what == "rate":
            known = pair.whole[0].hub["currencies"]["currency"].unique().sort().to_list()
            rates |= dict.fromkeys(known if item == ALL else [item], max(value, 0.0))
        elif what == "freight":
            levers = replace(levers, freight=max(value, 0.0))
        else:
            named = pair.markets if item == ALL else [item]
            points |= dict.fromkeys(named, value)
    levers = replace(levers, cars=cars, lost=lost, rates=rates, tariff=points)
    total = asked = 0.0
    for key, months in pair.by_month.items():
        expected = {month: float(row["expected"]) for month, row in months.items()}
        total += sum(expected.values())
        asked += sum(cars.get(key, expected).values())
    own = dict.fromkeys(pair.by_month, 1.0)
    return replace(levers, demand=own), asked / total if total > 0 else 1.0, "; ".join(said)


def _between(row: Row) -> bool:
    """Return whether a row draws volumes between their own low, expected and high."""
    bare = all(row[name] is None for name in ("low", "mode", "high", "mean", "values"))
    return bool(row["what"] == "volume" and bare)


def _volume(row: Row, asked: Row, u: float, normal: float) -> float:
    """Return the cars of a month in a draw: between low, expected and high, or by a factor."""
    if not _between(row):
        return float(asked["expected"] * max(_value(row, u, normal), 0.0))
    between = {"low": asked["low"], "mode": asked["expected"], "high": asked["high"]}
    return _value(row | between, u, normal)


def _value(row: Mapping[str, Any], u: float, normal: float) -> float:
    """Return the value of a distribution at a uniform and a normal random number."""
    kind, low, high = row["kind"], row["low"], row["high"]
    if kind == "uniform":
        return float(low + (high - low) * u)
    if kind == "triangular":
        return _triangular(low, row["mode"], high, u)
    if kind == "normal":
        return float(row["mean"] + row["spread"] * normal)
    if kind == "lognormal":
        return float(row["mean"] * np.exp(row["spread"] * normal))
    values = numbers(row["values"])
    weights = np.array(numbers(row["weights"]) or [1.0] * len(values))
    at = np.searchsorted(np.cumsum(weights) / weights.sum(), u, side="right")
    return values[min(int(at), len(values) - 1)]


def _triangular(low: float, mode: float, high: float, u: float) -> float:
    if high <= low:
        return float(low)
    peak = (mode - low) / (high - low)
    if u < peak:
        return float(low + np.sqrt(u * (high - low) * (mode - low)))
    return float(high - np.sqrt((1 - u) * (high - low) * (high - mode)))


def chunk(
    pair: Pair, seed: int, draws: Sequence[int], *, stop: StopRule, progress: Report | None
) -> list[Row]:
    """Carry out some draws; other processes import it."""
    solver = Solver(pair)
    rows: list[Row] = []
    for draw in draws:
        if stop():
            break
        levers, volume, said = drawn(pair, seed, draw)
        row: Row = {
            "draw": draw,
            "volume": volume,
            "delay": levers.delay,
            "lost": max(levers.lost.values(), default=0.0),
            "freight": levers.freight,
            "tariff": max(levers.tariff.values(), default=0.0, key=abs),
            "drawn": said,
        }
        # what hard rules forbid in a draw has no figures
        with suppress(NoSolution, Infeasible):
            row |= _figures(solver, levers)
        rows.append(row)
    return rows


def _figures(solver: Solver, levers: Levers) -> Row:
    """Return what a draw comes to."""
    before, after = solver.solve(levers)
    return {
        "contribution_without": before.contribution,
        "contribution_with": after.contribution,
        "gain": solver.gain(levers, before, after),
        "fee_at_break_even": solver.break_even(levers, before, after),
        "fulfilment": solver.fulfilment(after),
    }


def draws_of(
    pair: Pair,
    params: Params,
    seed: int,
    stop: StopRule | None = None,
    progress: Report | None = None,
) -> pl.DataFrame:
    """Draw a programme's luck again and again; the same draws whatever carries them out.

    Returns
    -------
    polars.DataFrame
        Columns of ``SCHEMA``, a row a draw; without figures where hard rules contradict each other
        in it; fewer where the stop rule came, and none where nothing
        is uncertain.
    """
    stop, rows = stop or NoLimit(), []
    every = range(params.draws if pair.uncertain else 0)
    size = min(max(len(every) // (4 * params.workers), CHUNK[0]), CHUNK[1])
    if pair.chosen is not None:
        # a plan each: what other processes have begun must not go on for long after a stop
        size = 2
    jobs = [(every[at : at + size],) for at in range(0, len(every), size)]
    shared, workers = (pair.begun() if jobs else pair, seed), params.workers
    for done in carried(chunk, jobs, params.executor, shared=shared, workers=workers, stop=stop):
        rows += done
        if progress is not None:
            share = len(rows) / len(every)
            progress(Progress(f"drawing, {len(rows):,} of {len(every):,}", 0.0, done=share))
    return pl.DataFrame(rows, schema=SCHEMA)


def quantiles(draws: pl.DataFrame) -> pl.DataFrame:
    """Return the P10, P50 and P90 of what was drawn, and its mean."""
    rows = [
        {
            "figure": name,
            **{f"p{round(100 * q)}": draws[name].quantile(q, "linear") for q in QUANTILES},
            "mean": draws[name].mean(),
        }
        for name in SHOWN
    ]
    number = dict.fromkeys((*(f"p{round(100 * q)}" for q in QUANTILES), "mean"), pl.Float64)
    return pl.DataFrame(rows, schema={"figure": pl.String, **number})
