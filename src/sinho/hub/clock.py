"""Working time: when the lines and each shop run, and which hour of work a moment is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import floor

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.errors import DataError, Problem
from sinho.hub.calendar import pattern_hours, pattern_on, worked_days
from sinho.hub.hub import Hub
from sinho.hub.lines import ONE_LINE, lines_of
from sinho.hub.shifts import START, clock_hours, day_spans
from sinho.units import Floats

Moments = NDArray[np.datetime64]

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
    spans : tuple of tuple of (float, float)
        When each day is worked instead, between its breaks and shifts: begin and length, in hours
        from midnight on; the lengths of a day sum to its hours.
    """

    dates: tuple[dt.date, ...]
    hours: tuple[float, ...]
    start: dt.time = START
    spans: tuple[tuple[tuple[float, float], ...], ...] = ()

    @cached_property
    def midnights(self) -> Floats:
        """When each date begins, in calendar hours since 1970 (plant time)."""
        days = np.array(self.dates, dtype="datetime64[D]").astype("datetime64[us]")
        return np.asarray((days - _EPOCH).astype(np.int64) / _HOUR_US, dtype=np.float64)

    @cached_property
    def before(self) -> Floats:
        """Working hours before each day, and in all."""
        return np.concatenate([[0.0], np.cumsum(self.hours)])

    @cached_property
    def pieces(self) -> tuple[Floats, Floats, Floats]:
        """Stretches without a gap: begin in calendar hours since 1970, length, hours before."""
        if not self.spans:
            return self.midnights + _of_day(self.start), np.array(self.hours), self.before
        days = zip(self.midnights, self.spans, strict=True)
        rows = [(day + begin, length) for day, spans in days for begin, length in spans]
        begins, lengths = (np.array(column) for column in zip(*rows, strict=True))
        return begins, lengths, np.concatenate([[0.0], np.cumsum(lengths)])

    @property
    def total(self) -> float:
        """Working hours of all days."""
        return float(self.before[-1])

    def day(self, day: int) -> tuple[tuple[float, float], ...]:
        """Return when a day is worked: begin, in hours from its midnight on, and length."""
        return self.spans[day] if self.spans else ((_of_day(self.start), self.hours[day]),)

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
        begins, lengths, before = self.pieces
        clock = _hours(moments)
        at = np.clip(np.searchsorted(begins, clock, side="right") - 1, 0, None)
        inside = np.clip(clock - begins[at], 0.0, lengths[at])
        return np.asarray(before[at] + inside, dtype=np.float64)

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
        begins, lengths, before = self.pieces
        at = np.searchsorted(before, worked + (-1e-9 if end else 1e-9), side="right")
        at = np.clip(at - 1, 0, len(lengths) - 1)
        clock = begins[at] + worked - before[at]
        return np.asarray(_EPOCH + np.round(clock * _HOUR_US).astype("timedelta64[us]"))

    def times(self, day: int, done: Sequence[float]) -> list[dt.datetime]:
        """Return when so many hours of a day are worked, to the second.

        Parameters
        ----------
        day : int
            Number of the day.
        done : sequence of float
            Working hours of the day, less than all of them.
        """
        spans = self.day(day)
        midnight = dt.datetime.combine(self.dates[day], dt.time())
        found = []
        for worked in done:
            at, left = 0, worked
            while at < len(spans) - 1 and left >= spans[at][1] - 1e-9:
                left -= spans[at][1]
                at += 1
            begin = midnight + dt.timedelta(hours=spans[at][0])
            found.append(begin + dt.timedelta(seconds=floor(max(0.0, left) * 3600 + 1e-6)))
        return found


def _of_day(time: dt.time) -> float:
    """Return a time of day in hours."""
    return time.hour + time.minute / 60


def _hours(moments: Moments) -> Floats:
    """Return moments in calendar hours since 1970."""
    whole = (moments.astype("datetime64[us]") - _EPOCH).astype(np.int64)
    return np.asarray(whole / _HOUR_US, dtype=np.float64)


@dataclass(frozen=True)
class WorkingTime:
    """Working time of the lines and of the shops that feed them.

    Parameters
    ----------
    lines : mapping of str to Axis
        The lines by name.
    shops : mapping of str to Axis
        The shops by name; a shop that is not there works as the lines do.
    """

    lines: Mapping[str, Axis]
    shops: Mapping[str, Axis] = field(default_factory=dict)

    @cached_property
    def line(self) -> Axis:
        """When any line works: of several, each day from the first begin to the last end."""
        if len(self.lines) == 1:
            return next(iter(self.lines.values()))
        known: dict[dt.date, tuple[float, float]] = {}
        for axis in self.lines.values():
            begins, lengths, before = axis.pieces
            day = np.searchsorted(axis.before, before[:-1] + 1e-9, side="right") - 1
            first = begins - axis.midnights[day]
            for at, begin, length in zip(day.tolist(), first, lengths, strict=True):
                low, high = known.get(axis.dates[at], (np.inf, 0.0))
                known[axis.dates[at]] = min(low, float(begin)), max(high, float(begin + length))
        dates = tuple(sorted(known))
        spans = tuple(((known[day][0], known[day][1] - known[day][0]),) for day in dates)
        return Axis(dates, tuple(length for ((_, length),) in spans), spans=spans)

    def shop(self, name: str) -> Axis:
        """Return the working time of a shop."""
        return self.shops.get(name, self.line)


def make_clock(
    hub: Hub,
    line: pl.DataFrame,
    *,
    shops: pl.DataFrame | None = None,
    patterns: pl.DataFrame | None = None,
    start: dt.time = START,
) -> WorkingTime:
    """Lay out the working time of the lines and the shops.

    Parameters
    ----------
    hub : Hub
        The hub: lines, shop groups, calendar, patterns and their shifts.
    line : polars.DataFrame
        ``date`` and ``hours`` of the lines, by ``line`` where there are several; days without hours
        are left out.
    shops : polars.DataFrame, optional
        ``shop``, ``date`` and ``hours`` of further shops. A shop that is not in it works, on the
        days of its group's calendar from the lines' first day to their last, the hours of the
        pattern that the hub fixes for the month, else of the group's opening pattern, else of
        the group's pattern with the most hours.
    patterns : polars.DataFrame, optional
        ``group``, ``start``, ``end`` and ``pattern`` worked between these dates; without it, the
        pattern as for shops that are not given.
    start : datetime.time
        When a working day begins where table ``shifts`` does not say it.

    Returns
    -------
    WorkingTime
        Working time by line and shop.

    Raises
    ------
    DataError
        When no line works on any day.
    """
    days = line.filter(pl.col("hours") > 0)
    if "line" not in days.columns:
        days = days.with_columns(pl.lit(ONE_LINE).alias("line"))
    days = days.sort("date", maintain_order=True)
    if days.is_empty():
        raise DataError([Problem("line", "no day has working hours", column="hours")])
    first, last = days["date"][0], days["date"][-1]
    times = _Times(hub, patterns, start)
    axes = shop_axes(hub, first, last, shops=shops, patterns=patterns, start=start)
    groups = dict(hub["shops"].select("shop", "group").iter_rows())
    known = {
        one.name: one.group or groups.get((one.shops or ("",))[-1], "") for one in lines_of(hub)
    }
    lines = {}
    for (name,), rows in days.group_by("line", maintain_order=True):
        point = groups.get(rows["shop"][0], "") if "shop" in rows.columns else ""
        group = point or known.get(str(name), "")
        lines[str(name)] = times.axis(group, rows.select("date", "hours").rows())
    return WorkingTime(lines, axes)


def shop_axes(
    hub: Hub,
    first: dt.date,
    last: dt.date,
    *,
    shops: pl.DataFrame | None = None,
    patterns: pl.DataFrame | None = None,
    start: dt.time = START,
) -> dict[str, Axis]:
    """Lay out the working time of every shop.

    Parameters
    ----------
    hub : Hub
        The hub: shop groups, calendar, patterns and their shifts.
    first, last : datetime.date
        First and last day of what is taken from the calendar.
    shops, patterns, start
        As `make_clock`.

    Returns
    -------
    dict of str to Axis
        By shop.
    """
    times = _Times(hub, patterns, start)
    axes = dict(_from_calendar(hub, first, last, times))
    if shops is not None:
        groups = dict(hub["shops"].select("shop", "group").iter_rows())
        for (name,), rows in shops.filter(pl.col("hours") > 0).group_by("shop"):
            pairs = rows.sort("date").select("date", "hours").rows()
            axes[str(name)] = times.axis(groups.get(str(name), ""), pairs)
    return axes


class _Times:
    """When the hours of a day lie: by the shifts of the pattern that a group works on it."""

    def __init__(self, hub: Hub, patterns: pl.DataFrame | None, start: dt.time) -> None:
        self.hub, self.start = hub, start
        self.given: dict[str, list[tuple[dt.date, dt.date, str]]] = {}
        self.usual: dict[str, Callable[[dt.date], str]] = {}
        if patterns is not None:
            for group, begin, end, name in patterns.select(
                "group", "start", "end", "pattern"
            ).iter_rows():
                self.given.setdefault(group, []).append((begin, end, name))
        begun: dict[tuple[str, str], list[tuple[float, str | None]]] = {}
        for group, pattern, begin, breaks in (
            hub["shifts"].sort("shift").select("group", "pattern", "begin", "breaks").iter_rows()
        ):
            hour = clock_hours(begin)
            begun.setdefault((group, pattern), []).append((hour or 0.0, breaks))
        self.shifts = {
            key: day_spans(shifts, float(hours))
            for *key_, hours in hub["patterns"].select("group", "pattern", "hours").iter_rows()
            if (shifts := begun.get(key := (key_[0], key_[1])))
        }

    def axis(self, group: str, days: Sequence[tuple[dt.date, float]]) -> Axis:
        """Return the working time of days with hours: between breaks, overtime at the end."""
        dates, hours = tuple(day for day, _ in days), tuple(float(worked) for _, worked in days)
        if not any(group == known for known, _ in self.shifts):
            return Axis(dates, hours, self.start)
        spans = tuple(self._spans(group, day, worked) for day, worked in days)
        return Axis(dates, hours, self.start, spans)

    def _spans(self, group: str, day: dt.date, worked: float) -> tuple[tuple[float, float], ...]:
        whole = self.shifts.get((group, self._pattern(group, day)))
        if not whole:
            return ((_of_day(self.start), worked),)
        spans, left = [], worked
        for begin, length in whole:
            if left > 1e-9:
                spans.append((begin, min(length, left)))
                left -= spans[-1][1]
        if left > 1e-9:
            spans[-1] = (spans[-1][0], spans[-1][1] + left)
        return tuple(spans)

    def _pattern(self, group: str, day: dt.date) -> str:
        for begin, end, name in self.given.get(group, []):
            if begin <= day <= end:
                return name
        if group not in self.usual:
            self.usual[group] = pattern_on(self.hub, group)
        return self.usual[group](day)


def _from_calendar(
    hub: Hub, first: dt.date, last: dt.date, times: _Times
) -> list[tuple[str, Axis]]:
    """Lay out the shops' working time from calendar and shift patterns."""
    groups = hub["shops"]["group"].unique().sort().to_list()
    shares = worked_days(hub, groups, first, last)
    dates = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    axes = {}
    for group in groups:
        on, hours = pattern_on(hub, group), pattern_hours(hub, group)
        worked = [
            (day, float(share) * hours.get(on(day), 0.0))
            for day, share in zip(dates, shares[group], strict=True)
        ]
        axes[group] = times.axis(group, [(day, hours) for day, hours in worked if hours > 0])
    pairs = hub["shops"].select("shop", "group").iter_rows()
    return [(shop, axes[group]) for shop, group in pairs]
