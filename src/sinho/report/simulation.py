"""The tables of a simulated plant: output, where time went, who is in time, what-ifs beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from sinho.errors import counted
from sinho.results import LineRun
from sinho.simulate import Input, Setting, paired

Row = dict[str, Any]

DAY = 1440.0
HELD = 0.9
"""Chance with which a day holds its cars."""

MOMENTS = {
    "off": "off, mean",
    "off_10": "off by, 10 %",
    "off_50": "off by, 50 %",
    "off_90": "off by, 90 %",
    "due": "due",
    "cutoff": "cut-off",
}
"""Moments of `orders`, and what they are called for people."""

STATES = ("working", "blocked", "starved", "down", "off")


@dataclass(frozen=True)
class Case:
    """A simulation.

    Parameters
    ----------
    name : str
        What it is called: the change that it tries; empty: the plant as it is.
    given : Input
        What was simulated: a plant of a hub.
    result : LineRun
        What came out.
    lever : bool
        Whether it is a small change that was tried to see what it is worth
        (`sinho.simulate.levers`).
    """

    name: str
    given: Input
    result: LineRun
    lever: bool = False

    @property
    def setting(self) -> Setting:
        """What the minutes and nodes are."""
        assert self.given.setting is not None
        return self.given.setting

    @property
    def days(self) -> int:
        """Working days that count."""
        return len(self.setting.dates)


def output(case: Case) -> pl.DataFrame:
    """Return what each line makes.

    Parameters
    ----------
    case : Case
        The simulation.

    Returns
    -------
    polars.DataFrame
        ``line``, ``cars`` a working day with ``low`` and ``high``, and ``demonstrated`` (cars an
        hour of working time) with its own.
    """
    begin, end = case.setting.counted
    whole = (end - begin) / 60 / case.days
    return case.result.output.select(
        "line",
        (pl.col("jph") * whole).alias("cars"),
        (pl.col("jph_low") * whole).clip(0).alias("low"),
        (pl.col("jph_high") * whole).alias("high"),
        "demonstrated",
        pl.col("demonstrated_low").clip(0),
        "demonstrated_high",
    )


def days(case: Case) -> pl.DataFrame:
    """Return what each line makes on each working day, and on others of which cars come off.

    Parameters
    ----------
    case : Case
        The simulation.

    Returns
    -------
    polars.DataFrame
        ``date``, ``line``, ``cars`` with ``low`` and ``high`` of their mean, and ``held`` (cars
        that the day holds with a chance of `HELD`: no fewer in so many of the replications). A
        working day lasts until the begin of the next date's: all its shifts belong to it.
    """
    first, last = (round(minute / DAY) for minute in case.setting.counted)
    table = case.result.days.filter(pl.col("day").is_between(first, last - 1), pl.col("cars") > 0)
    dates = [case.setting.date(day * DAY) for day in table["day"]]
    held = case.result.made.group_by("line", "day").agg(
        pl.col("cars").quantile(1 - HELD, "lower").alias("held")
    )
    return (
        table.with_columns(pl.Series("date", dates, dtype=pl.Date))
        .join(held, on=["line", "day"], how="left", nulls_equal=True, maintain_order="left")
        .select("date", "line", "cars", pl.col("low").clip(0), "high", "held")
        .sort("date", maintain_order=True)
    )


def held_of(case: Case) -> str:
    """Return what `days` says to be held, and from how many replications, in words."""
    return f"held in {HELD:.0%} of {case.result.kept:,} replications"


def stations(case: Case) -> pl.DataFrame:
    """Return where the time of stations went, a row for each of the hub's table.

    Parameters
    ----------
    case : Case
        The simulation.

    Returns
    -------
    polars.DataFrame
        ``station``, ``shop``, the shares of time ``working``, ``blocked``, ``starved``, ``down``
        and ``off``, which sum to 1, ``oee``, and ``bottleneck`` (share of time in which it, or one
        of its stations alike, is the bottleneck: alone, and shifting). Of stations alike it is
        their mean.
    """
    rows = case.setting.rows
    own = [rows[name] if ": " not in name else name for name in case.result.stations["station"]]
    weight = pl.col("servers")
    return (
        case.result.stations.with_columns(pl.Series("row", own, dtype=pl.String))
        .group_by("row", maintain_order=True)
        .agg(
            pl.col("shop").first(),
            *((pl.col(name) * weight).sum() / weight.sum() for name in (*STATES, "oee")),
            pl.sum_horizontal("sole", "shifting").sum().alias("bottleneck"),
        )
        .rename({"row": "station"})
    )


def bottlenecks(case: Case) -> pl.DataFrame:
    """Return the stations that are the bottleneck for a part of the time, the first first."""
    table = stations(case).filter(pl.col("bottleneck") > 0)
    return table.sort("bottleneck", descending=True, maintain_order=True)


def on_time(case: Case, column: str) -> pl.DataFrame:
    """Return how many orders are in time, by the day on which they are due or their vessel closes.

    Parameters
    ----------
    case : Case
        The simulation of a run.
    column : {"due", "cutoff"}
        Which of the two.

    Returns
    -------
    polars.DataFrame
        ``date`` (last working day that is in time), ``orders``, ``in_time`` (mean number) and
        ``share``.
    """
    table = _with_ends(case).drop_nulls(column)
    dates = [case.setting.date(minute - 1) for minute in table[column]]
    chance = pl.col(f"p_{column}")
    return (
        table.with_columns(pl.Series("date", dates, dtype=pl.Date))
        .group_by("date")
        .agg(pl.len().alias("orders"), chance.sum().alias("in_time"), chance.mean().alias("share"))
        .sort("date")
    )


def chances(case: Case) -> pl.DataFrame:
    """Return how likely each order of a run is off the line by the end of each working day.

    Parameters
    ----------
    case : Case
        The simulation of a run.

    Returns
    -------
    polars.DataFrame
        ``order``, ``date`` and ``chance``.
    """
    table = case.result.line_off
    dates = [case.setting.date(day * DAY) for day in table["day"]]
    return table.select("order", pl.Series("date", dates, dtype=pl.Date), "chance")


def orders(case: Case) -> pl.DataFrame:
    """Return when each order of a run leaves the line, and how likely it is in time.

    Parameters
    ----------
    case : Case
        The simulation of a run.

    Returns
    -------
    polars.DataFrame
        ``order``, ``line``, ``off`` (mean moment of line-off), ``off_10``, ``off_50`` and
        ``off_90`` (moments that as many per cent of the replications do not exceed; null: not
        within the days), ``due`` and ``cutoff`` (moments), ``p_due`` and ``p_cutoff``.
    """
    table = _with_ends(case)
    moments = [
        pl.lit(case.setting.begin) + pl.duration(seconds=(pl.col(name) * 60).round(0))
        for name in MOMENTS
    ]
    times = [one.alias(name) for one, name in zip(moments, MOMENTS, strict=True)]
    return table.select("order", "line", *times, "p_due", "p_cutoff")


def _with_ends(case: Case) -> pl.DataFrame:
    ends = case.given.cars.select("order", "due", "cutoff")
    return case.result.orders.join(ends, on="order", maintain_order="left")


def beside(cases: Sequence[Case]) -> pl.DataFrame:
    """Return what-ifs beside the plant as it is, with the same random numbers.

    Parameters
    ----------
    cases : sequence of Case
        The plant as it is, then the what-ifs.

    Returns
    -------
    polars.DataFrame
        ``case``, ``cars`` a working day, ``demonstrated`` (cars an hour of working time, of all
        lines), ``more`` cars a day than the plant as it is with ``low`` and ``high`` (of the mean
        of the differences of the replications in pairs, by Student's t; of several what-ifs so wide
        that all of them hold together), ``significant`` (whether 0 lies outside), ``p_due`` and
        ``p_cutoff`` (mean of the orders that have one), each with the same four (``due_more`` to
        ``cutoff_significant``), and ``bottleneck`` (`sinho.simulate.paired`).
    """
    found = []
    for case in cases:
        scale = (case.setting.counted[1] - case.setting.counted[0]) / DAY / case.days
        more = _more(cases, case, "cars", scale)
        row = {
            "case": case.name or "as it is",
            "cars": case.result.objective * scale,
            "demonstrated": float(case.result.output["demonstrated"].sum()),
            **{name: more[name] for name in ("more", "low", "high", "significant")},
            "bottleneck": bottleneck(case),
        }
        for of in ("due", "cutoff"):
            row[f"p_{of}"] = mean(case.result.orders[f"p_{of}"])
            row |= {f"{of}_{name}": value for name, value in _more(cases, case, of, 1.0).items()}
        found.append(row)
    return pl.DataFrame(found, schema=BESIDE)


def _more(
    cases: Sequence[Case], case: Case, of: Literal["cars", "due", "cutoff"], scale: float
) -> Row:
    """Return what a case has more than the first one, with its interval; nothing of the first."""
    first = cases[0]
    none = dict.fromkeys(("more", "low", "high", "significant"))
    if case is first or (of != "cars" and first.result.in_time[of].null_count()):
        return none
    told = paired(first.result, case.result, of, among=len(cases) - 1)
    if told.low is None or told.high is None:
        return none | {"more": told.mean * scale}
    return {
        "more": told.mean * scale,
        "low": told.low * scale,
        "high": told.high * scale,
        "significant": told.significant,
    }


PAIRED = {"more": pl.Float64, "low": pl.Float64, "high": pl.Float64, "significant": pl.Boolean}

BESIDE = {
    "case": pl.String,
    "cars": pl.Float64,
    "demonstrated": pl.Float64,
    **PAIRED,
    "p_due": pl.Float64,
    **{f"due_{name}": kind for name, kind in PAIRED.items()},
    "p_cutoff": pl.Float64,
    **{f"cutoff_{name}": kind for name, kind in PAIRED.items()},
    "bottleneck": pl.String,
}


def worth_most(cases: Sequence[Case]) -> str:
    """Say which of the small changes is worth most: the bottleneck by sensitivity.

    Parameters
    ----------
    cases : sequence of Case
        As `beside`.

    Returns
    -------
    str
        A sentence; empty where none was tried.
    """
    small = [case.name for case in cases if case.lever]
    if not small:
        return ""
    table = beside(cases).filter(pl.col("case").is_in(small), pl.col("significant"))
    best = table.filter(pl.col("more") > 0).sort("more", descending=True, maintain_order=True)
    tried = counted(len(small), "small change")
    if best.is_empty():
        none = f"none of {tried} makes more for sure"
        return f"By sensitivity no place alone holds the plant up: {none}."
    row = best.row(0, named=True)
    others = counted(best.height - 1, "other")
    return (
        f"By sensitivity {row['case'].rpartition(': ')[0]} holds the plant up most: "
        f"{row['case'].rpartition(': ')[2]} is worth {row['more']:+.1f} cars a working day "
        f"({row['low']:+.1f} to {row['high']:+.1f}), the most of {tried}; "
        f"{others} {'makes' if best.height == 2 else 'make'} more for sure."
    )


def bottleneck(case: Case) -> str:
    """Return the station that is the bottleneck most of the time; empty where it was not sought."""
    table = bottlenecks(case)
    return str(table["station"][0]) if table.height else ""


def mean(values: pl.Series) -> float | None:
    """Return the mean of the values that are there; None where none is."""
    known = values.drop_nulls()
    return float(known.sum() / known.len()) if known.len() else None
