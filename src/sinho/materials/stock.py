"""Stock of a part through the days: first in, first out, coverage, and who waits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from sinho.hub.clock import Axis, Moments
from sinho.results.supply import COVERAGE, HITS, SHORTAGES
from sinho.units import Floats

_TINY = 1e-6


@dataclass(frozen=True)
class Draw:
    """What is taken of a part, in order of time.

    Parameters
    ----------
    times : ndarray of datetime64, shape (n,)
        When.
    units : ndarray of float, shape (n,)
        How much.
    takers : list of str
        Order or campaign that takes it.
    axis : Axis
        Working time of the line or shop that takes it.
    """

    times: Moments
    units: Floats
    takers: list[str]
    axis: Axis

    @property
    def running(self) -> Floats:
        """Running total."""
        return np.cumsum(self.units)

    def until(self, moments: Moments) -> Floats:
        """Return what is taken before moments, shape (n,)."""
        total = np.concatenate([[0.0], self.running])
        return np.asarray(total[np.searchsorted(self.times, moments, side="left")])


def follow(
    part: str, draw: Draw, receipts: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Follow the stock of a part; units are used in the order in which they come.

    The n-th unit taken is the n-th unit received. Where that comes later than it is needed, the
    taker waits for it: a hit, and a shortage of the hour.

    Parameters
    ----------
    part : str
        Part.
    draw : Draw
        What is taken of it.
    receipts : polars.DataFrame
        Its receipts: ``source``, ``available``, ``units``.

    Returns
    -------
    coverage, shortages, hits : polars.DataFrame
        As in `sinho.results.Supply`, of this part.
    """
    receipts = receipts.sort("available", maintain_order=True)
    when = receipts["available"].to_numpy().astype("datetime64[us]")
    come = np.cumsum(receipts["units"].to_numpy())
    requested = draw.running
    which = np.searchsorted(come, requested - _TINY)
    never = which >= len(come)
    far = np.datetime64("9999-12-31", "us")
    available = (
        np.where(never, far, when[np.minimum(which, len(come) - 1)])
        if len(come)
        else (np.full(len(requested), far))
    )
    late = available > draw.times
    hours = _hours_of(draw.axis)
    coverage = _coverage(part, draw, hours, when, come)
    if not late.any():
        return coverage, pl.DataFrame(schema=SHORTAGES), pl.DataFrame(schema=HITS)
    at = np.flatnonzero(late)
    sources = receipts["source"].to_list()
    hits = pl.DataFrame(
        {
            "part": [part] * len(at),
            "campaign": [None if never[k] else sources[which[k]] for k in at],
            "order": [draw.takers[k] for k in at],
            "needed": draw.times[at],
            "available": [None if never[k] else available[k].item() for k in at],
        },
        schema=HITS,
    )
    day, hour = place(draw.axis, draw.times[at])
    dates = [draw.axis.dates[d] for d in day]
    shortages = (
        pl.DataFrame(
            {
                "part": [part] * len(at),
                "date": dates,
                "hour": hour,
                "units": draw.units[at],
                "orders": [draw.takers[k] for k in at],
            }
        )
        .group_by("part", "date", "hour", maintain_order=True)
        .agg(pl.col("units").sum().round(6), pl.col("orders"))
        .select([pl.col(name).cast(kind) for name, kind in SHORTAGES.items()])
    )
    return coverage, shortages, hits


def _hours_of(axis: Axis) -> list[tuple[dt.date, int, float, float]]:
    """List the hours of work: date, hour of the day, working hours before and behind."""
    found = []
    for n, (date, length) in enumerate(zip(axis.dates, axis.hours, strict=True)):
        begin = float(axis.before[n])
        for hour in range(int(np.ceil(length - 1e-9))):
            found.append((date, hour, begin + hour, begin + min(hour + 1.0, length)))
    return found


def place(axis: Axis, moments: Moments) -> tuple[list[int], list[int]]:
    """Return the day (its number) and the hour of work in which moments lie.

    Parameters
    ----------
    axis : Axis
        Working time.
    moments : ndarray of datetime64, shape (n,)
        Moments; one between two days counts to the next.

    Returns
    -------
    days, hours : list of int
        Counted from 0.
    """
    worked = axis.worked(moments)
    day = np.searchsorted(axis.before, worked + 1e-9, side="right") - 1
    day = np.clip(day, 0, len(axis.dates) - 1)
    return day.tolist(), np.floor(worked - axis.before[day] + 1e-9).astype(int).tolist()


def _coverage(
    part: str,
    draw: Draw,
    hours: list[tuple[dt.date, int, float, float]],
    when: Moments,
    come: Floats,
) -> pl.DataFrame:
    """Return stock and coverage by the hour; behind the last day, the mean need goes on."""
    ends = np.array([end for *_, end in hours])
    edges = draw.axis.at(ends, end=True)
    used = draw.until(edges)
    total = np.concatenate([[0.0], come])
    received = total[np.searchsorted(when, edges, side="right")]
    requested = draw.running
    fails = np.searchsorted(requested, received + _TINY, side="right")
    reach = np.concatenate([draw.axis.worked(draw.times), [draw.axis.total]])
    lasts = np.maximum(reach[fails] - ends, 0.0)
    if requested[-1] > 0:
        left = np.maximum(received - requested[-1], 0.0)
        lasts += np.where(fails < len(requested), 0.0, left * draw.axis.total / requested[-1])
    return pl.DataFrame(
        {
            "part": [part] * len(hours),
            "date": [date for date, *_ in hours],
            "hour": [hour for _, hour, *_ in hours],
            "received": np.round(np.diff(received, prepend=0.0), 6),
            "used": np.round(np.diff(used, prepend=0.0), 6),
            "stock": np.round(np.maximum(received - used, 0.0), 6),
            "short": np.round(np.maximum(used - received, 0.0), 6),
            "hours_covered": np.round(np.where(received >= used - _TINY, lasts, 0.0), 4),
        },
        schema=COVERAGE,
    )
