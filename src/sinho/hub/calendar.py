"""Which days a hub's shop groups work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from functools import reduce

import numpy as np
import polars as pl

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


def pattern_hours(hub: Hub, group: str) -> dict[str, float]:
    """Return the hours a day of each pattern of a group."""
    rows = hub["patterns"].filter(pl.col("group") == group)
    return {row["pattern"]: float(row["shifts"]) * float(row["hours"]) for row in rows.to_dicts()}


def pattern_on(hub: Hub, group: str) -> Callable[[dt.date], str]:
    """Return the pattern of a group on a day: fixed, else its opening one, else the longest."""
    hours = pattern_hours(hub, group)
    opening = hub["groups"].filter(pl.col("group") == group)["opening_pattern"].to_list()
    usual = (
        opening[0]
        if opening and opening[0] in hours
        else max(hours, key=hours.__getitem__, default="")
    )
    given = [row[1:] for row in fixed_patterns(hub) if row[0] == group]

    def on(day: dt.date) -> str:
        for pattern, start, end in given:
            if start <= day and (end is None or day <= end):
                return pattern
        return str(usual)

    return on


def closed_shops(
    hub: Hub, shops: Iterable[str], first: dt.date, last: dt.date
) -> list[tuple[str, str, str]]:
    """Return the shops that have no working hour, by calendar and by the pattern of each day.

    Parameters
    ----------
    hub : Hub
        The hub.
    shops : iterable of str
        Shops that are looked at.
    first, last : datetime.date
        First and last day.

    Returns
    -------
    list of (str, str, str)
        Shop, the rule that is broken, and where to look.
    """
    groups = dict(hub["shops"].select("shop", "group").iter_rows())
    own = {shop: groups[shop] for shop in shops if groups.get(shop)}
    shares = worked_days(hub, sorted({*own.values()}), first, last)
    closed = set()
    for group, worked in shares.items():
        on, hours = pattern_on(hub, group), pattern_hours(hub, group)
        days = (first + dt.timedelta(days=int(day)) for day in np.flatnonzero(worked > 0))
        if not any(hours.get(on(day), 0.0) > 0 for day in days):
            closed.add(group)
    return [(shop, *never_works(own[shop], first, last)) for shop in own if own[shop] in closed]


def never_works(group: str, first: dt.date, last: dt.date) -> tuple[str, str]:
    """Return what is said of a shop that never works, and where to look."""
    return (
        f"never works from {first} to {last}, so that no car gets past it",
        f"See calendar, patterns and fixed_patterns of its group {group!r}.",
    )
