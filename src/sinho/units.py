"""Time and size: planning periods, working days, car equivalent units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

PeriodKind = Literal["month", "week"]
Floats = NDArray[np.float64]

MM2_PER_M2 = 1e6


def starts_of(sizes: NDArray[Any]) -> NDArray[np.int64]:
    """Return where each of several groups begins that lie one behind another, and where all end.

    Parameters
    ----------
    sizes : ndarray of int, shape (n,)
        Their sizes.

    Returns
    -------
    ndarray of int64, shape (n + 1,)
        From 0 to the sum of all.
    """
    starts = np.zeros(len(sizes) + 1, dtype=np.int64)
    np.cumsum(sizes, out=starts[1:])
    return starts


@dataclass(frozen=True)
class Period:
    """One planning period.

    Parameters
    ----------
    label : str
        ``2026-03`` for a month, ``2026-W10`` for an ISO week.
    start, end : datetime.date
        First and last day.
    month : datetime.date
        First day of the month whose dated figures hold: the month itself, or that of the week's
        Thursday.
    """

    label: str
    start: dt.date
    end: dt.date
    month: dt.date

    @property
    def days(self) -> int:
        """Calendar days of the period."""
        return (self.end - self.start).days + 1


@dataclass(frozen=True)
class DayRule:
    """Days that differ from the plain calendar.

    Parameters
    ----------
    start, end : datetime.date
        First and last day.
    share : float
        Share of each day that is worked, 0 to 1.
    extra : bool
        Whether rest days become working days too.
    """

    start: dt.date
    end: dt.date
    share: float
    extra: bool = False


def next_month(month: dt.date) -> dt.date:
    """Return the first day of the following month."""
    return (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def month_range(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the first days of all months from one month to another, both included."""
    months = []
    month = first.replace(day=1)
    while month <= last:
        months.append(month)
        month = next_month(month)
    return months


def months_between(first: dt.date, last: dt.date) -> int:
    """Return how many months lie between two dates' months (0 for the same month)."""
    return (last.year - first.year) * 12 + last.month - first.month


def periods(first: dt.date, last: dt.date, kind: PeriodKind = "month") -> tuple[Period, ...]:
    """Divide a horizon into planning periods.

    Parameters
    ----------
    first, last : datetime.date
        First and last month of the horizon (any day in them).
    kind : {"month", "week"}
        Calendar months, or ISO 8601 weeks (Monday to Sunday) cut to the horizon.

    Returns
    -------
    tuple of Period
        In order, without gaps.
    """
    months = month_range(first, last)
    if kind == "month":
        return tuple(
            Period(f"{m:%Y-%m}", m, next_month(m) - dt.timedelta(days=1), m) for m in months
        )
    day, end = months[0], next_month(months[-1]) - dt.timedelta(days=1)
    weeks = []
    while day <= end:
        sunday = min(day + dt.timedelta(days=6 - day.weekday()), end)
        thursday = min(max(day + dt.timedelta(days=3 - day.weekday()), months[0]), end)
        year, week, _ = day.isocalendar()
        weeks.append(Period(f"{year}-W{week:02d}", day, sunday, thursday.replace(day=1)))
        day = sunday + dt.timedelta(days=1)
    return tuple(weeks)


def month_shares(months: Sequence[dt.date], spans: Sequence[Period]) -> Floats:
    """Return which share of each month's calendar days falls into each period.

    Parameters
    ----------
    months : sequence of datetime.date
        First days of M months.
    spans : sequence of Period
        T periods.

    Returns
    -------
    ndarray of float, shape (M, T)
        Rows sum to 1 where the periods cover the month.
    """
    shares = np.zeros((len(months), len(spans)))
    for m, month in enumerate(months):
        end = next_month(month)
        length = (end - month).days
        for t, span in enumerate(spans):
            overlap = min(end, span.end + dt.timedelta(days=1)) - max(month, span.start)
            if overlap.days > 0:
                shares[m, t] = overlap.days / length
    return shares


def knows_holidays(country: str) -> bool:
    """Return whether the ``holidays`` library knows a country, without working them out.

    Parameters
    ----------
    country : str
        ISO 3166 alpha-2 code.
    """
    import holidays

    return hasattr(holidays, country)


def public_holidays(country: str, years: Iterable[int]) -> frozenset[dt.date]:
    """Return the public holidays of a country from the ``holidays`` library.

    Parameters
    ----------
    country : str
        ISO 3166 alpha-2 code.
    years : iterable of int
        Calendar years.

    Raises
    ------
    KeyError
        When the library does not know the country.
    """
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, years=list(years)))
    except NotImplementedError as error:
        raise KeyError(country) from error


def worked_shares(
    first: dt.date,
    last: dt.date,
    *,
    weekend: frozenset[int],
    rest: frozenset[dt.date],
    rules: Sequence[DayRule],
) -> Floats:
    """Return which share of each day is worked.

    Parameters
    ----------
    first, last : datetime.date
        First and last day.
    weekend : frozenset of int
        Weekdays of rest, Monday being 0.
    rest : frozenset of datetime.date
        Public holidays.
    rules : sequence of DayRule
        Deviations; a later one overrides an earlier one.

    Returns
    -------
    ndarray of float, shape (days,)
        0 to 1 for each day.
    """
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    shares = np.array([float(d.weekday() not in weekend and d not in rest) for d in days])
    working = shares > 0
    for rule in rules:
        low = max((rule.start - first).days, 0)
        high = min((rule.end - first).days + 1, len(days))
        if low >= high:
            continue
        if rule.extra:
            working[low:high] = True
        shares[low:high][working[low:high]] = rule.share
    return shares


def per_period(shares: Floats, first: dt.date, spans: Sequence[Period]) -> Floats:
    """Sum day shares over periods.

    Parameters
    ----------
    shares : ndarray of float, shape (days,)
        Worked share of each day from ``first`` on.
    first : datetime.date
        The day of ``shares[0]``.
    spans : sequence of Period
        T periods within the days.

    Returns
    -------
    ndarray of float, shape (T,)
        Working days.
    """
    return np.array(
        [float(shares[(p.start - first).days : (p.end - first).days + 1].sum()) for p in spans]
    )


def year_share(span: Period) -> float:
    """Return the period's share of its calendar year by calendar days; a year's months sum to 1."""
    total = 0.0
    day = span.start
    while day <= span.end:
        end = min(span.end, dt.date(day.year, 12, 31))
        length = (dt.date(day.year, 12, 31) - dt.date(day.year, 1, 1)).days + 1
        total += ((end - day).days + 1) / length
        day = end + dt.timedelta(days=1)
    return total


def stowed_area(length: Floats, width: Floats, gap: float = 0.0) -> Floats:
    """Return the deck area that cars take, in square metres.

    Parameters
    ----------
    length, width : ndarray of float
        Car sizes in millimetres.
    gap : float
        Clearance added to both, in millimetres.
    """
    return (length + gap) * (width + gap) / MM2_PER_M2


def capacity_unit(unit: str) -> str:
    """Name the unit in which load and capacity of a shop are counted.

    Parameters
    ----------
    unit : str
        The shop's unit as its table gives it.

    Returns
    -------
    str
        ``car equivalents`` for a shop of cars, as a bigger car may take more than one; else the
        unit as it is.
    """
    return "car equivalents" if unit == "car" else unit


def ceu(length: Floats, width: Floats, unit_area: float) -> Floats:
    """Return cars in car equivalent units: plan area over that of the unit (RT43, 6.39375 m2).

    Parameters
    ----------
    length, width : ndarray of float
        Car sizes in millimetres.
    unit_area : float
        Area of one CEU in square metres.
    """
    return length * width / MM2_PER_M2 / unit_area


CONTINUOUS = frozenset({"kg", "g", "t", "l", "m", "m2", "m3"})
"""Units that need not be whole; every other unit of a part is counted in whole pieces."""


def is_continuous(unit: str | None) -> bool:
    """Return whether a part is weighed or measured and not counted in pieces."""
    return (unit or "").strip().casefold() in CONTINUOUS
