"""The frozen result of simulating the line: what the plant makes, and when cars leave it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from sinho.results.status import Status


@dataclass(frozen=True)
class LineRun:
    """What replications of a plant tell; times are minutes from the begin of the horizon.

    Intervals ``low`` to ``high`` hold the mean with probability ``level``, by Student's t over
    replications (null where there is but one).

    Parameters
    ----------
    output : DataFrame
        By ``line`` (null: cars without one): ``cars`` off in what is counted, ``per_day`` (of 24
        hours), ``jph`` (cars an hour by the clock) with ``jph_low`` and ``jph_high``, and
        ``demonstrated`` (cars an hour of working time of the stations where the line ends) with
        ``demonstrated_low`` and ``demonstrated_high``.
    days : DataFrame
        ``line``, ``day`` (0: the first 24 hours), ``cars`` off, ``low`` and ``high``. Empty
        without a horizon.
    made : DataFrame
        Cars off by ``replication`` (0 first; the first ``kept``), ``line`` and ``day``. Empty
        without a horizon.
    stations : DataFrame
        ``station``, ``shop``, ``servers``, and the shares of time ``working``, ``down``,
        ``blocked``, ``starved`` and ``off``, which sum to 1; ``availability``, ``effectiveness``,
        ``quality`` and ``oee`` of ISO 22400-2 (`sinho.simulate.solve`); ``sole`` and ``shifting``,
        shares of time in which it is the bottleneck (Roser, Nakano and Tanaka 2002); stations of
        rework never are.
    causes : DataFrame
        ``station``, ``state`` (blocked or starved), ``cause`` (the node without room, or the buffer
        without a part) and ``share`` of time.
    buffers : DataFrame
        ``node``, ``shop``, ``places`` (null: endless), ``level`` (mean cars in it), ``low``,
        ``high`` and ``most`` (mean of the most).
    levels : DataFrame
        ``node``, ``minute`` and ``level``, the mean over replications. Empty without a horizon.
    shops : DataFrame
        ``shop``, ``lead`` (mean minutes from entering to leaving it, of those that left it in what
        is counted), ``wip`` (mean cars in it); of parts, where no car passes the shop.
    sequences : DataFrame
        By ``store`` and ``side`` (before it, behind it): ``in_order`` (share of cars that need not
        move for the others to be put in the planned order: the longest row of cars in planned order
        by all), ``moved`` (mean places by which a car is off its planned place among them),
        ``batch`` (cars of a colour in a row), ``changes`` (of colour), ``violations`` (of ratio
        rules: cars above what windows allow) and ``spread`` (mean places by which a car is off the
        middle one of the cars due on its date: `sinho.days.scramble`; null without dates).
    orders : DataFrame
        ``order``, ``line``, ``off`` (mean), ``off_10``, ``off_50`` and ``off_90`` (quantiles over
        the first ``kept`` replications), ``p_off`` (probability of being off by the horizon),
        ``p_due`` and ``p_cutoff`` (by its due date and its vessel's cut-off; null without).
    in_time : DataFrame
        By ``replication`` (0 first; the first ``kept``): shares of the orders with one that are off
        by their ``due`` date and by their ``cutoff`` (null: no order has one).
    line_off : DataFrame
        ``order``, ``day`` and ``chance`` of being off by the end of it, in the first ``kept``
        replications, from the first day with any to the last with more. Empty without a horizon.
    lead, wip : float
        Mean minutes from entering to leaving the plant, and mean cars in it.
    straight_pass : float
        Share of cars that never were in rework.
    stops : str
        How times to failure count, in words.
    paths : {"recursion", "events"}
        How it was simulated; both give the same times.
    replications, kept : int
        Replications done, and how many of them quantiles are of.
    begin, end : float
        What is counted, in minutes; the end is infinite where all cars are waited for.
    level : float
        Probability of the intervals.
    objective, bound, gap : float
        Mean cars a day, which nothing is weighed against: the bound is the same.
    seconds : float
        Wall time.
    seed : int
        Seed of the random numbers.
    status : str
        Why it ended.
    versions : mapping of str to str
        Versions that shape the result.
    """

    output: pl.DataFrame = field(repr=False)
    days: pl.DataFrame = field(repr=False)
    made: pl.DataFrame = field(repr=False)
    stations: pl.DataFrame = field(repr=False)
    causes: pl.DataFrame = field(repr=False)
    buffers: pl.DataFrame = field(repr=False)
    levels: pl.DataFrame = field(repr=False)
    shops: pl.DataFrame = field(repr=False)
    sequences: pl.DataFrame = field(repr=False)
    orders: pl.DataFrame = field(repr=False)
    in_time: pl.DataFrame = field(repr=False)
    line_off: pl.DataFrame = field(repr=False)
    lead: float
    wip: float
    straight_pass: float
    stops: str
    paths: str
    replications: int
    kept: int
    begin: float
    end: float
    level: float
    objective: float
    bound: float
    gap: float
    seconds: float
    seed: int
    status: Status
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def jph(self) -> float:
        """Cars an hour by the clock, of all lines."""
        return float(self.output["jph"].sum())

    @property
    def bottleneck(self) -> str:
        """The station that is the bottleneck most of the time."""
        return str(self.stations.sort(pl.col("sole") + pl.col("shifting"))["station"][-1])

    def summary(self) -> dict[str, Any]:
        """Return what identifies the result and what the line makes, ready for JSON."""
        return {
            "replications": self.replications,
            "begin": self.begin,
            "end": self.end if self.end < float("inf") else None,
            "output": self.output.to_dicts(),
            "bottleneck": self.bottleneck,
            "lead": self.lead,
            "wip": self.wip,
            "straight_pass": self.straight_pass,
            "stops": self.stops,
            "objective": self.objective,
            "bound": self.bound,
            "gap": self.gap,
            "status": self.status,
            "seed": self.seed,
            "seconds": round(self.seconds, 3),
            "versions": dict(self.versions),
        }
