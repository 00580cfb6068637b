"""Which days a hub's shop groups work."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import numpy as np

from sinho.hub.carshops import car_loads
from sinho.hub.hub import Hub
from sinho.hub.schema import ALL
from sinho.units import DayRule, Floats, public_holidays, worked_shares


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


def line_days(hub: Hub, first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the days on which cars can be built: every group that cars pass through works.

    Parameters
    ----------
    hub : Hub
        The hub.
    first, last : datetime.date
        First and last day looked at.

    Returns
    -------
    list of datetime.date
        In order.
    """
    if last < first:
        return []
    shops = hub["shops"].join(car_loads(hub), on="shop", how="semi")
    groups = shops["group"].drop_nulls().unique().sort().to_list()
    shares = worked_days(hub, groups, first, last)
    worked = np.ones((last - first).days + 1, dtype=np.bool_)
    for share in shares.values():
        worked &= share > 0
    return [first + dt.timedelta(days=int(n)) for n in np.flatnonzero(worked)]
