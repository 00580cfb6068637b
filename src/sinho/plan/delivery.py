"""What delivering a car costs the plant: freight and duty, by the terms of delivery."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from sinho.hub.currencies import rates_on
from sinho.hub.incoterms import INCOTERMS, USUAL
from sinho.hub.schema import ALL
from sinho.plan.arrays import MODES
from sinho.units import Floats, Period

if TYPE_CHECKING:
    from sinho.hub import Hub

DOMESTIC = "domestic"


def freight_rates(
    hub: Hub, spans: tuple[Period, ...], size: Floats, markets: list[dict[str, Any]]
) -> tuple[Floats, Floats]:
    """Return freight per car by mode, model, market and period, and the cars in a box.

    A row for a market overrides one for its country, and that one for all of the lane.
    """
    n_i, n_k, n_t = len(size), len(markets), len(spans)
    rate = rates_on(hub, [span.month for span in spans])
    freight = np.full((len(MODES), n_i, n_k, n_t), np.nan)
    per_box = np.full((n_k, n_t), np.nan)
    home = [row["route"] == DOMESTIC for row in markets]
    freight[MODES.index("road"), :, home, :] = 0.0
    rows = hub["freight"].sort("start").to_dicts()
    for k, market in enumerate(markets):
        lane = DOMESTIC if home[k] else market["lane"]
        for to in (ALL, market["country"], market["market"]):
            for row in (r for r in rows if r["lane"] == lane and r["to"] == to):
                now = np.array([span.month >= row["start"] for span in spans])
                cost = np.full(n_i, row["cost"])
                if row["per"] == "ceu":
                    cost = row["cost"] * size
                elif row["per"] == "box":
                    cost = cost / row["cars_per_box"]
                own = freight[MODES.index(row["mode"]), :, k, :]
                own[:, now] = (cost[:, None] * rate(row["currency"]))[:, now]
                if row["mode"] == "container":
                    per_box[k, now] = row["cars_per_box"]
    return freight, per_box


@dataclass(frozen=True)
class Paid:
    """What the plant pays of a car's way: P pairs of model and market, T periods.

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


def paid_by_plant(hub: Hub, spans: tuple[Period, ...], pairs: Sequence[tuple[str, str]]) -> Paid:
    """Return what the plant pays by the terms of what is asked for.

    In months without a row the last terms hold on, and before its first row those of the first, as
    prices do.

    Parameters
    ----------
    hub : Hub
        The hub.
    spans : tuple of Period
        The T periods.
    pairs : sequence of (str, str)
        The P models and markets.
    """
    shape = len(pairs), len(spans)
    found = Paid(np.ones(shape), np.ones(shape), np.zeros(shape))
    special = (pl.col("incoterm") != USUAL) | (pl.col("delivery_cost") > 0)
    rows = hub["demand"].filter(special.any().over("model", "market")).sort("month").to_dicts()
    rate = rates_on(hub, [span.month for span in spans])
    for p, pair in enumerate(pairs if rows else ()):
        own = [row for row in rows if (row["model"], row["market"]) == pair]
        for t, span in enumerate(spans if own else ()):
            row = next((row for row in reversed(own) if row["month"] <= span.month), own[0])
            steps = INCOTERMS[row["incoterm"]].seller
            found.freight[p, t] = "freight" in steps
            found.duty[p, t] = "duty" in steps
            found.more[p, t] = row["delivery_cost"] * float(rate(row["currency"])[t])
    return found
