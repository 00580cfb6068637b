"""Rates of exchange: what amounts in their own currency are in the hub's reporting currency."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

import numpy as np

from sinho.errors import DataError, Problem
from sinho.hub.hub import Hub
from sinho.units import Floats


def rates_on(hub: Hub, days: Sequence[dt.date]) -> Callable[[str | None], Floats]:
    """Return the rate of each currency on some days.

    Parameters
    ----------
    hub : Hub
        The hub.
    days : sequence of datetime.date
        The days.

    Returns
    -------
    callable
        Takes a currency (None: the hub's own) and returns units of the hub's currency for one of
        its, by day, shape (days,): the last rate that has begun; 1 for the hub's own. A currency
        that has no rate on one of the days is refused with a `sinho.errors.DataError`.
    """
    rows = hub["currencies"].sort("start").select("currency", "start", "rate").rows()
    own = (hub["hub"] if hub["hub"].height else hub["network"])["currency"][0]
    known: dict[str | None, Floats] = {}

    def of(currency: str | None) -> Floats:
        if currency not in known:
            rate = np.full(len(days), 1.0 if currency in (None, own) else np.nan)
            for name, start, value in rows:
                if name == currency and name != own:
                    rate = np.where(np.array([day >= start for day in days]), value, rate)
            if np.isnan(rate).any():
                day = days[int(np.argmax(np.isnan(rate)))]
                hint = "Add the rate that held then to table currencies."
                rule = f"has no rate of exchange on {day}"
                raise DataError([Problem("currencies", rule, None, "currency", currency, hint)])
            known[currency] = rate
        return known[currency]

    return of
