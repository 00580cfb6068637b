"""The way from the plant to the ports of loading, hour by hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

import polars as pl

DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)

Hours = list[tuple[int, int]]
"""Hours of the day in which cars set out, and how many in each."""


def hours_of(way: pl.DataFrame) -> tuple[Hours, dt.timedelta]:
    """Return in which hours so many cars set out, and the longest time on the way.

    Parameters
    ----------
    way : polars.DataFrame
        Rows of table ``port_way``; hours in which no car sets out are left out.
    """
    own = way.filter(pl.col("cars") > 0).sort("hour")
    hours = own.group_by("hour", maintain_order=True).agg(pl.col("cars").sum()).rows()
    return hours, rounded(dt.timedelta(minutes=max(own["minutes"].to_list(), default=0.0)))


def through(
    hours: Sequence[tuple[int, int]], called: Iterable[dt.datetime]
) -> list[tuple[dt.datetime, dt.datetime]]:
    """Let cars through, the first that is called first.

    Parameters
    ----------
    hours : sequence of (int, int)
        As `hours_of` gives them; not empty.
    called : iterable of datetime.datetime
        Moments from which on each car can set out, in their order.

    Returns
    -------
    list of (datetime.datetime, datetime.datetime)
        The hour in which each sets out, and the moment.
    """
    found: list[tuple[dt.datetime, dt.datetime]] = []
    day, turn, gone = dt.date.min, 0, 0
    for call in called:
        if call.date() > day:
            day, turn, gone = call.date(), 0, 0
        while True:
            begin = dt.datetime.combine(day, dt.time(hours[turn][0]))
            if gone < hours[turn][1] and begin + HOUR > call:
                break
            turn, gone = turn + 1, 0
            if turn == len(hours):
                day, turn = day + DAY, 0
        found.append((begin, max(call, begin + rounded(HOUR * gone / hours[turn][1]))))
        gone += 1
    return found


def rounded(time: dt.timedelta) -> dt.timedelta:
    """Return a time in whole minutes."""
    return dt.timedelta(minutes=round(time / dt.timedelta(minutes=1)))
