"""When the shifts of a pattern are worked: between their begin, their breaks and their end."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Sequence

import polars as pl

from sinho.hub.hub import Hub
from sinho.hub.schema import LIST_SEPARATOR

CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
"""A time of day, as 06:30."""

START = dt.time(7)
"""When a working day begins, unless told otherwise: 07:00, as at Busan's one shift."""

FIRST = 1
"""The shift with which a day begins."""

HOURS = 24.0
"""Hours of a day."""


def clock_hours(text: str) -> float | None:
    """Return a time of day in hours from midnight on; None for what is none."""
    found = CLOCK.fullmatch(text.strip())
    return int(found[1]) + int(found[2]) / 60 if found else None


def break_hours(text: str) -> tuple[float, float] | None:
    """Return begin and end of a break, as 09:00-09:15, in hours; None for what is none."""
    first, _, last = text.partition("-")
    begin, end = clock_hours(first), clock_hours(last)
    if begin is None or end is None:
        return None
    return begin, end if end > begin else end + HOURS


def shift_spans(begin: float, breaks: str | None, hours: float) -> list[tuple[float, float]]:
    """Return when a shift is worked.

    Parameters
    ----------
    begin : float
        When it begins, in hours from midnight on.
    breaks : str or None
        Its breaks in order, as ``09:00-09:15;12:00-12:40``; one before the begin is of the next
        date.
    hours : float
        Its working hours, without the breaks.

    Returns
    -------
    list of (float, float)
        Begin in hours from midnight on, and length, of each stretch between breaks.

    Raises
    ------
    ValueError
        When a break is none, or does not lie within the shift behind the one before it.
    """
    at, left, spans = begin, hours, []
    for text in breaks.split(LIST_SEPARATOR) if breaks else ():
        rest = break_hours(text)
        if rest is None:
            raise ValueError(f"{text!r} is no break, as 09:00-09:15")
        days = HOURS * max(0, math.ceil((begin - rest[0]) / HOURS - 1e-9))
        first, last = rest[0] + days, rest[1] + days
        if first < at or first - at >= left:
            raise ValueError(f"the break {text} does not lie within the shift's working time")
        if first > at:
            spans.append((at, first - at))
        left, at = left - (first - at), last
    return [*spans, (at, left)]


def day_spans(
    shifts: Sequence[tuple[float, str | None]], hours: float
) -> list[tuple[float, float]]:
    """Return when the shifts of a day are worked, one after the other.

    Parameters
    ----------
    shifts : sequence of (float, str or None)
        Begin [hours from midnight on] and breaks of each; one that begins before the shift before
        it does so on the next date.
    hours : float
        Working hours of each.

    Returns
    -------
    list of (float, float)
        As `shift_spans`.

    Raises
    ------
    ValueError
        As `shift_spans`, and where a shift begins before the one before it ends, or ends behind
        the begin of the next day's first.
    """
    found: list[tuple[float, float]] = []
    last = -math.inf
    for begin, breaks in shifts:
        at = begin if begin >= last else begin + HOURS
        spans = shift_spans(at, breaks, hours)
        if found and at < sum(found[-1]) - 1e-9:
            raise ValueError("it begins before the shift before it ends")
        found += spans
        last = at
        if sum(found[-1]) > found[0][0] + HOURS + 1e-9:
            raise ValueError("it ends after the first shift of the next day begins")
    return found


def day_begin(hub: Hub) -> dt.time:
    """Return when the plant's working day begins: with its earliest first shift, or at `START`.

    Parameters
    ----------
    hub : Hub
        The hub.
    """
    begins = hub["shifts"].filter(pl.col("shift") == FIRST)["begin"].drop_nulls().to_list()
    hours = [found for text in begins if (found := clock_hours(text)) is not None]
    if not hours:
        return START
    minutes = round(min(hours) * 60)
    return dt.time(minutes // 60, minutes % 60)
