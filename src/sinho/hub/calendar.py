"""Which days a hub's shop groups work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import reduce

import numpy as np

from sinho.hub.hub import Hub
from sinho.hub.lines import Line, car_loads, lines_of
from sinho.hub.schema import ALL
from sinho.units import DayRule, Floats, next_month, public_holidays, worked_shares


def worked_days(
    hub: Hub, groups: Iterable[str], first: dt.date, last: dt.date
) -> dict[str, Floats]:
    """Return the worked share of every day by shop group: weekends, holidays, table ``calendar``.

    Parameters
    ----------
    hub : Hub
        The hub.
    groups : iterable of str
        Shop groups.
    first, last : datetime.date
        First and last day.

    Returns
    -------
    dict of str to ndarray of float, shape (days,)
        0 to 1 for each day, by group.
    """
    settings = hub.settings
    rest = (
        public_holidays(settings.country, range(first.year, last.year + 1))
        if settings.public_holidays
        else frozenset()
    )
    rows = hub["calendar"].drop_nulls(["start", "kind"]).to_dicts()
    shares: dict[str, Floats] = {}
    for group in groups:
        rules = []
        for row in rows:
            if row["group"] not in (ALL, group):
                continue
            extra = row["kind"] == "work"
            share = row["share"] if row["share"] is not None else float(extra)
            rules.append(DayRule(row["start"], row["end"] or row["start"], share, extra))
        shares[group] = worked_shares(first, last, weekend=settings.weekend, rest=rest, rules=rules)
    return shares


def fixed_patterns(hub: Hub) -> list[tuple[str, str, dt.date, dt.date | None]]:
    """Return the shift patterns that are given by date.

    A first of a month that stands as an end means the whole month, as the month alone does.

    Parameters
    ----------
    hub : Hub
        The hub.

    Returns
    -------
    list of (str, str, datetime.date, datetime.date or None)
        Group, pattern, first day, and last day (None: to the end of the horizon).
    """
    found = []
    for row in hub["fixed_patterns"].iter_rows(named=True):
        end = row["end"]
        if end is not None and end.day == 1:
            end = next_month(end) - dt.timedelta(days=1)
        found.append((row["group"], row["pattern"], row["start"], end))
    return found


def line_days(hub: Hub, first: dt.date, last: dt.date, line: Line | None = None) -> list[dt.date]:
    """Return the days on which cars can be built.

    Parameters
    ----------
    hub : Hub
        The hub.
    first, last : datetime.date
        First and last day looked at.
    line : Line, optional
        The line; without it, days on which any line works.

    Returns
    -------
    list of datetime.date
        In order. A line works where its group does; in a hub without table ``lines``, where every
        group does that cars pass through.
    """
    if last < first:
        return []
    if hub["lines"].is_empty():
        shops = hub["shops"].join(car_loads(hub), on="shop", how="semi")
        groups = shops["group"].drop_nulls().unique().sort().to_list()
    else:
        groups = [line.group] if line else sorted({each.group for each in lines_of(hub)})
    shares = worked_days(hub, groups, first, last).values()
    together = np.minimum if hub["lines"].is_empty() else np.maximum
    worked = reduce(together, shares, next(iter(shares), np.ones((last - first).days + 1)))
    return [first + dt.timedelta(days=int(n)) for n in np.flatnonzero(worked > 0)]


def nothing_between(hub: Hub, start: dt.date, first: dt.date) -> bool:
    """Return whether no line works on any day from one day on until before another.

    What was counted when the one began then holds when the other begins.
    """
    return start <= first and not line_days(hub, start, first - dt.timedelta(days=1))
