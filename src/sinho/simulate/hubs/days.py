"""The days that are simulated: when they begin, and when each shop works, in minutes from there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from sinho.errors import DataError, Problem
from sinho.hub import Hub
from sinho.hub.calendar import line_days, never_works
from sinho.hub.clock import Axis, shop_axes
from sinho.hub.shifts import day_begin
from sinho.results import MonthPlan
from sinho.results.dayparts import shop_hours
from sinho.simulate.nodes import Calendar
from sinho.units import next_month

DAY = 1440.0
"""Minutes of a day."""

BACK = dt.timedelta(days=120)
"""How far days are looked for in which a plant fills."""


@dataclass(frozen=True)
class Days:
    """Days that are simulated.

    Parameters
    ----------
    begin : datetime.datetime
        Minute 0: when the working day of the first day of filling begins.
    dates : tuple of datetime.date
        The days that count.
    calendars : mapping of str to Calendar
        When each shop works.
    """

    begin: dt.datetime
    dates: tuple[dt.date, ...]
    calendars: Mapping[str, Calendar] = field(repr=False)

    def minute(self, date: dt.date) -> float:
        """Return the minute at which the working day of a date begins."""
        return (date - self.begin.date()).days * DAY

    @property
    def counted(self) -> tuple[float, float]:
        """The minutes from which and until which is counted."""
        return self.minute(self.dates[0]), self.minute(self.dates[-1]) + DAY


def working_dates(hub: Hub, first: dt.date | None, days: int) -> tuple[dt.date, ...]:
    """Return so many working days, from one on.

    Parameters
    ----------
    hub : Hub
        The hub.
    first : datetime.date or None
        Day from which on they are counted; None: the hub's first.
    days : int
        How many.

    Raises
    ------
    DataError
        When the hub's horizon does not hold them, or there are none.
    """
    start, end = hub.settings.start, next_month(hub.settings.end) - dt.timedelta(days=1)
    first = first or start
    if not start <= first <= end:
        rule = f"the first day must lie in the hub's horizon, {start} to {end}"
        raise DataError([Problem("--from", rule, value=str(first))])
    if int(days) != days or days < 1:
        rule = "it must be a whole number of 1 or more"
        raise DataError([Problem("--days", rule, value=str(days))])
    found = line_days(hub, first, end)
    if len(found) < days:
        rule = f"the hub's horizon holds {len(found):,} working days from {first} on"
        hint = "Take fewer days." if found else "No line works then: see table calendar."
        raise DataError([Problem("--days", rule, value=str(days), hint=hint)])
    return tuple(found[:days])


def days_before(hub: Hub, first: dt.date) -> list[dt.date]:
    """Return the working days before a day in which a plant can fill."""
    return line_days(hub, first - BACK, first - dt.timedelta(days=1))


def days_of(
    hub: Hub,
    shops: Iterable[str],
    dates: tuple[dt.date, ...],
    *,
    filling: int,
    behind: int = 0,
    plan: MonthPlan | None = None,
) -> Days:
    """Lay out the days that are simulated.

    Parameters
    ----------
    hub : Hub
        The hub.
    shops : iterable of str
        Shops of the flow.
    dates : tuple of datetime.date
        The days that count.
    filling : int
        Working days before them in which the plant fills.
    behind : int
        Days behind them in which cars may still come off.
    plan : MonthPlan, optional
        Its plan, whose hours the shops work in its months; without it, and else, those of calendar
        and pattern.

    Raises
    ------
    DataError
        When a shop does not work between the first day of filling and the last one that counts.
    """
    first, last = dates[0], dates[-1] + dt.timedelta(days=behind)
    before = days_before(hub, first)[-filling:] if filling else []
    opening = before[0] if before else first
    begin = dt.datetime.combine(opening, day_begin(hub))
    parts = _parts(hub, opening, last, plan)
    calendars, closed = {}, []
    groups = dict(hub["shops"].select("shop", "group").iter_rows())
    for shop in shops:
        stretches = [one for axes in parts if shop in axes for one in _minutes(axes[shop], begin)]
        if stretches:
            calendars[shop] = Calendar(_joined(stretches))
        else:
            rule, hint = never_works(groups.get(shop, ""), opening, last)
            closed.append(Problem("shops", rule, column="shop", value=shop, hint=hint))
    if closed:
        raise DataError(closed)
    return Days(begin, dates, calendars)


def _parts(
    hub: Hub, first: dt.date, last: dt.date, plan: MonthPlan | None
) -> list[dict[str, Axis]]:
    """Return the working time of shops: by the calendar, and by the plan in its months."""
    if plan is None:
        return [shop_axes(hub, first, last)]
    spans: list[tuple[dt.date, dt.date]] = plan.tables["periods"].select("start", "end").rows()
    low = max(first, min(start for start, _ in spans))
    high = min(last, max(end for _, end in spans))
    one = dt.timedelta(days=1)
    hours = shop_hours(hub, plan, low, high)
    parts = [shop_axes(hub, first, low - one)] if first < low else []
    parts.append(shop_axes(hub, low, high, shops=hours, patterns=plan.tables["patterns"]))
    return [*parts, *([shop_axes(hub, high + one, last)] if high < last else [])]


def _minutes(axis: Axis, begin: dt.datetime) -> list[tuple[float, float]]:
    """Return the stretches of a shop in minutes from a moment on."""
    if not axis.dates:
        return []
    begins, lengths, _ = axis.pieces
    origin = (begin - dt.datetime(1970, 1, 1)).total_seconds() / 3600
    starts = np.maximum(0.0, np.round((begins - origin) * 60, 6))
    ends = np.round((begins - origin + lengths) * 60, 6)
    return [(float(a), float(b)) for a, b in zip(starts, ends, strict=True) if b > a]


def _joined(stretches: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Return stretches in order; those that touch or overlap are one."""
    found: list[tuple[float, float]] = []
    for begin, end in sorted(stretches):
        if found and begin <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((begin, end))
    return tuple(found)
