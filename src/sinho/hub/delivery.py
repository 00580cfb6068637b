"""What the plant pays to deliver a car, by the terms of delivery in table ``demand``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from sinho.hub.currencies import rates_on
from sinho.hub.incoterms import INCOTERMS, USUAL
from sinho.units import Floats

if TYPE_CHECKING:
    from sinho.hub import Hub


@dataclass(frozen=True)
class Paid:
    """What the plant pays of a car's way: P pairs of model and market, T months.

    Parameters
    ----------
    freight, duty : ndarray, shape (P, T)
        1 where the plant pays it, 0 where the buyer does.
    more : ndarray, shape (P, T)
        What else it pays to deliver a car (``demand.delivery_cost``), in the hub's currency.
    """

    freight: Floats
    duty: Floats
    more: Floats


def paid_by_plant(hub: Hub, months: Sequence[dt.date], pairs: Sequence[tuple[str, str]]) -> Paid:
    """Return what the plant pays by the terms of what is asked for.

    In months without a row the last terms hold on, and before its first row those of the first, as
    prices do.

    Parameters
    ----------
    hub : Hub
        The hub.
    months : sequence of datetime.date
        First days of T months, in any order.
    pairs : sequence of (str, str)
        The P models and markets.
    """
    shape = len(pairs), len(months)
    found = Paid(np.ones(shape), np.ones(shape), np.zeros(shape))
    special = (pl.col("incoterm") != USUAL) | (pl.col("delivery_cost") > 0)
    rows = hub["demand"].filter(special.any().over("model", "market")).sort("month").to_dicts()
    named: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        named.setdefault((row["model"], row["market"]), []).append(row)
    rate = rates_on(hub, months)
    for p, pair in enumerate(pairs):
        own = named.get(pair, [])
        for t, month in enumerate(months if own else ()):
            row = next((row for row in reversed(own) if row["month"] <= month), own[0])
            steps = INCOTERMS[row["incoterm"]].seller
            found.freight[p, t] = "freight" in steps
            found.duty[p, t] = "duty" in steps
            found.more[p, t] = row["delivery_cost"] * float(rate(row["currency"])[t])
    return found
