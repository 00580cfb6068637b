"""Parts in stock when the first day begins: as counted, as listed, or as an earlier run left it."""

from __future__ import annotations

import datetime as dt

import polars as pl

from sinho.hub import Hub
from sinho.hub.calendar import nothing_between
from sinho.hub.shifts import START
from sinho.results import Supply

ONE_DAY = dt.timedelta(days=1)


def opening_stock(hub: Hub, first: dt.date) -> dict[str, float]:
    """Return the parts that the hub says are in stock when a day begins.

    Counted stock (table ``part_stock``) holds where no working day of the line lies between the
    count and the day; the latest count goes before. The opening stock of the plan (table
    ``opening_stock``) holds where no working day lies between the hub's first month and the day.

    Parameters
    ----------
    hub : Hub
        The hub.
    first : datetime.date
        The day.

    Returns
    -------
    dict of str to float
        Units by part; parts of which nothing is known are left out.
    """
    found: dict[str, float] = {}
    start = hub.settings.start
    if nothing_between(hub, start, first):
        parts = hub["parts"].select("part")
        listed = hub["opening_stock"].join(parts, left_on="item", right_on="part", how="semi")
        found |= listed.select("item", "units").iter_rows()
    counted = hub["part_stock"].filter(pl.col("date") <= first).sort("date", maintain_order=True)
    for (date,), rows in counted.group_by("date", maintain_order=True):
        assert isinstance(date, dt.date)
        if nothing_between(hub, date, first):
            found |= rows.select("part", "units").iter_rows()
    return {part: float(units) for part, units in found.items()}


def stock_left(supply: Supply, first: dt.date) -> dict[str, float]:
    """Return what an earlier plan of supply has in stock when a later day begins.

    Parameters
    ----------
    supply : Supply
        The earlier plan.
    first : datetime.date
        The day; where it is the earlier plan's first day, its opening stock.

    Returns
    -------
    dict of str to float
        Units by part: received before the day, less used before it.
    """
    begin = dt.datetime.combine(first, START)
    delivered = pl.col("source").str.starts_with("delivery ")
    came = (
        (pl.col("source") == "opening")
        | (delivered & (pl.col("available").dt.date() < first))
        | (~delivered & (pl.col("available") <= begin))
    )
    received = supply.receipts.filter(came).group_by("part").agg(pl.col("units").sum())
    used = supply.coverage.filter(pl.col("date") < first).group_by("part").agg(pl.col("used").sum())
    left = received.join(used, on="part", how="left").sort("part")
    return {part: max(0.0, round(came - (gone or 0.0), 6)) for part, came, gone in left.iter_rows()}
