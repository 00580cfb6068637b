"""Working time: when the line and each shop run, and which hour of work a moment is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.errors import DataError, Problem
from sinho.hub import Hub
from sinho.hub.calendar import worked_days
from sinho.units import Floats, next_month

Moments = NDArray[np.datetime64]

START = dt.time(7)
"""When a working day begins, unless told otherwise: 07:00, as at Busan's one shift."""

_EPOCH = np.datetime64("1970-01-01T00:00:00", "us")
_HOUR_US = 3_600_000_000


def moment(value: dt.datetime) -> np.datetime64:
    """Return a time of day as NumPy keeps it, in microseconds."""
    return np.datetime64(value, "us")


@dataclass(frozen=True)
class Axis:
    """The working time of a shop or line: days laid end to end, rest and nights left out.

    Parameters
    ----------
    dates : tuple of datetime.date
        Working days in order.
    hours : tuple of float
        Working hours of each.
    start : datetime.time
        When a day begins; it then runs without a gap, past midnight where need be.
    """

    dates: tuple[dt.date, ...]
    hours: tuple[float, ...]
    start: dt.time = START

    @cached_property
    def begins(self) -> Floats:
        """When each day begins, in calendar hours since 1970 (plant time)."""
        days = np.array(self.dates, dtype="datetime64[D]").astype("datetime64[us]")
        offset = self.start.hour + self.start.minute / 60
        return np.asarray((days - _EPOCH).astype(np.int64) / _HOUR_US + offset, dtype=np.float64)

    @cached_property
    def before(self) -> Floats:
        """Working hours before each day, and in all."""
        return np.concatenate([[0.0], np.cumsum(self.hours)])

    @property
    def total(self) -> float:
        """Working hours of all days."""
        return float(self.before[-1])

    def worked(self, moments: Moments) -> Floats:
        """Return the working hours done until moments.

        Parameters
        ----------
        moments : ndarray of datetime64, shape (n,)
            Moments.

        Returns
        -------
        ndarray of float, shape (n,)
            Hours; 0 before the first day.
        """
        if not self.dates:
            return np.zeros(len(moments))
        clock = _hours(moments)
        day = np.clip(np.searchsorted(self.begins, clock, side="right") - 1, 0, None)
        inside = np.clip(clock - self.begins[day], 0.0, np.array(self.hours)[day])
        return np.asarray(self.before[day] + inside, dtype=np.float64)

    def at(self, worked: Floats, *, end: bool = False) -> Moments:
        """Return when so many working hours are done.

        Parameters
        ----------
        worked : ndarray of float, shape (n,)
            Working hours, 0 for the first day's begin.
        end : bool
            Whether an hour between two days is the former's end and not the next one's begin.

        Returns
        -------
        ndarray of datetime64, shape (n,)
            Moments; beyond the last day the time goes on without rest.
        """
        if not self.dates:
            raise ValueError("an axis without working days has no moments")
        day = np.searchsorted(self.before, worked + (-1e-9 if end else 1e-9), side="right")
        day = np.clip(day - 1, 0, len(self.dates) - 1)
        clock = self.begins[day] + worked - self.before[day]
        return np.asarray(_EPOCH + np.round(clock * _HOUR_US).astype("timedelta64[us]"))


def _hours(moments: Moments) -> Floats:
    """Return moments in calendar hours since 1970."""
    whole = (moments.astype("datetime64[us]") - _EPOCH).astype(np.int64)
    return np.asarray(whole / _HOUR_US, dtype=np.float64)


@dataclass(frozen=True)
class Clock:
    """Working time of the assembly line and of the shops that feed it.

    Parameters
    ----------
    line : Axis
        The assembly line.
    shops : mapping of str to Axis
        The shops by name; a shop that is not there works as the line does.
    """

    line: Axis
    shops: Mapping[str, Axis] = field(default_factory=dict)

    def shop(self, name: str) -> Axis:
        """Return the working time of a shop."""
        return self.shops.get(name, self.line)


def make_clock(
    hub: Hub,
    line: pl.DataFrame,
    *,
    shops: pl.DataFrame | None = None,
    start: dt.time = START,
) -> Clock:
    """Lay out the working time of the line and the shops.

    Parameters
    ----------
    hub : Hub
        The hub: shop groups, calendar, patterns.
    line : polars.DataFrame
        ``date`` and ``hours`` of the assembly line; days without hours are left out.
    shops : polars.DataFrame, optional
        ``shop``, ``date`` and ``hours`` of further shops. A shop that is not in it works, on the
        days of its group's calendar from the line's first day to its last, the hours of the
        pattern that the hub fixes for the month, else of the group's opening pattern, else of
        the group's pattern with the most hours.
    start : datetime.time
        When a working day begins.

    Returns
    -------
    Clock
        Working time by shop.

    Raises
    ------
    DataError
        When the line works on no day.
    """
    days = line.filter(pl.col("hours") > 0).sort("date")
    if days.is_empty():
        raise DataError([Problem("line", "no day has working hours", column="hours")])
    first, last = days["date"][0], days["date"][-1]
    axes = dict(_from_calendar(hub, first, last, start))
    if shops is not None:
        for (name,), rows in shops.filter(pl.col("hours") > 0).group_by("shop"):
            axes[str(name)] = _axis(rows.sort("date"), start)
    return Clock(_axis(days, start), axes)


def _axis(rows: pl.DataFrame, start: dt.time) -> Axis:
    hours = rows["hours"].cast(pl.Float64)
    return Axis(tuple(rows["date"].to_list()), tuple(hours.to_list()), start)


def _from_calendar(
    hub: Hub, first: dt.date, last: dt.date, start: dt.time
) -> list[tuple[str, Axis]]:
    """Lay out the shops' working time from calendar and shift patterns."""
    groups = hub["shops"]["group"].unique().sort().to_list()
    shares = worked_days(hub, groups, first, last)
    dates = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    axes = {}
    for group in groups:
        by_month = {m: _pattern_hours(hub, group, m) for m in {d.replace(day=1) for d in dates}}
        worked = [
            (day, float(share) * by_month[day.replace(day=1)])
            for day, share in zip(dates, shares[group], strict=True)
        ]
        kept = [(day, hours) for day, hours in worked if hours > 0]
        axes[group] = Axis(tuple(d for d, _ in kept), tuple(h for _, h in kept), start)
    pairs = hub["shops"].select("shop", "group").iter_rows()
    return [(shop, axes[group]) for shop, group in pairs]


def _pattern_hours(hub: Hub, group: str, month: dt.date) -> float:
    """Return the hours a day of a group in a month, by the patterns that the hub names."""
    patterns = hub["patterns"].filter(pl.col("group") == group)
    hours = {
        row["pattern"]: float(row["shifts"]) * float(row["hours"]) for row in patterns.to_dicts()
    }
    for row in hub["fixed_patterns"].filter(pl.col("group") == group).to_dicts():
        if row["start"] <= month and (row["end"] is None or month < next_month(row["end"])):
            return hours.get(row["pattern"], 0.0)
    opening = hub["groups"].filter(pl.col("group") == group)["opening_pattern"].to_list()
    if opening and opening[0] in hours:
        return hours[opening[0]]
    return max(hours.values(), default=0.0)
