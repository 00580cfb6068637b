"""The day on which each order would best be built, were it alone."""

from __future__ import annotations

import numpy as np
import polars as pl

from sinho.slot.arrays import own_costs, waiting, windows
from sinho.slot.data import SlotInput


def wished_days(data: SlotInput) -> pl.Series:
    """Return the day on which each order would best be built, were it alone.

    Parameters
    ----------
    data : SlotInput
        Orders, days and rules.

    Returns
    -------
    polars.Series of datetime.date
        By order: its fixed or former day where that is one of the days, else the last of the days
        on which it costs least by itself; null where it fits none, or waits for a later run.
    """
    dates = tuple(data.days["date"].to_list())
    if not dates:
        return pl.Series([None] * data.orders.height, dtype=pl.Date)
    kinds = data.orders.with_columns(waiting(data, dates).alias("waits"))
    costs, group = own_costs(data, kinds, dates)
    first, last, former, _, _ = windows(data, kinds, dates)
    by_day = costs[group, : len(dates)]
    day = np.arange(len(dates))
    open_to = (first[:, None] <= day) & (day <= last[:, None])
    by_day = np.where(open_to, by_day, np.inf)
    best = len(dates) - 1 - np.argmin(by_day[:, ::-1], axis=1)
    held = (first <= former) & (former <= last)
    best = np.where(held, former, best)
    found = pl.Series(dates, dtype=pl.Date).gather(best)
    return pl.select(pl.when(pl.Series(first <= last)).then(found)).to_series()
