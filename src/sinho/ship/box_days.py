"""The days on which containers are loaded, and who pays for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl

from sinho.hub.calendar import line_days
from sinho.hub.currencies import rates_on
from sinho.hub.delivery import paid_by_plant
from sinho.hub.schema import ALL
from sinho.ship.arrays import Flags, Ints, Sea
from sinho.ship.data import Input
from sinho.ship.params import Params

Key = tuple[int, int, str, bool]
"""Day of loading, model and port of discharge of boxes, and whether the plant pays for them."""


@dataclass(frozen=True)
class BoxDay:
    """Containers that are loaded on a day.

    Parameters
    ----------
    lane : str
        Lane of the row of table ``containers``; all for the lanes without their own.
    day, leaves, arrives : int
        Days of loading, sailing and arrival.
    boxes : int
        Most boxes.
    cost : float
        Price of a box.
    """

    lane: str
    day: int
    leaves: int
    arrives: int
    boxes: int
    cost: float


def box_days(
    data: Input, lanes: tuple[str, ...], ready: Ints, params: Params
) -> tuple[BoxDay, ...]:
    """Return the days on which containers of some lanes can be loaded."""
    if not len(ready):
        return ()
    own = set(data.containers["lane"].drop_nulls())
    wanted = {lane if lane in own else ALL for lane in lanes} & own
    first = max(data.first.toordinal(), int(ready.min()))
    last = int(ready.max()) + params.box_days
    days = line_days(data.hub, dt.date.fromordinal(first), dt.date.fromordinal(last))
    rates = rates_on(data.hub, days)
    found = []
    for lane in sorted(wanted):
        rows = data.containers.filter(pl.col("lane") == lane).sort("start").to_dicts()
        for at, day in enumerate(days):
            row = next((row for row in reversed(rows) if row["start"] <= day), None)
            if row is not None and row["boxes"]:
                sails = day.toordinal() + row["wait"]
                price = row["cost"] * float(rates(row["currency"])[at])
                found.append(
                    BoxDay(
                        lane, day.toordinal(), sails, sails + row["transit"], row["boxes"], price
                    )
                )
    return tuple(found)


def paid_boxes(data: Input, sea: Sea, boxes: tuple[BoxDay, ...], alike: Ints) -> Flags:
    """Return whether the plant pays for the box of each kind of car, by day of loading."""
    months = [dt.date.fromordinal(box.day).replace(day=1) for box in boxes]
    each, at = np.unique(alike[:, :2], axis=0, return_inverse=True)
    pairs = [(sea.models[m], sea.markets[k]) for m, k in each]
    found: Flags = paid_by_plant(data.hub, months, pairs).freight[at.ravel()] > 0
    return found
