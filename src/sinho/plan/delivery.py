"""What delivering a car costs the plant: freight and duty, by the terms of delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from sinho.hub.currencies import rates_on
from sinho.hub.incoterms import INCOTERMS, USUAL
from sinho.hub.schema import ALL
from sinho.plan.arrays import MODES, Ints
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


def on_terms(
    hub: Hub,
    spans: tuple[Period, ...],
    pairs: tuple[Ints, Ints],
    freight: Floats,
    duty: Floats,
) -> tuple[Floats, Floats]:
    """Return freight and duty as the plant pays them, by the terms of what is asked for.

    Parameters
    ----------
    hub : Hub
        The hub.
    spans : tuple of Period
        The T periods.
    pairs : (ndarray of int, ndarray of int), shape (P,)
        Model and market of each pair.
    freight : ndarray, shape (modes, models, markets, T)
        Freight per car; `nan` where a mode cannot be used.
    duty : ndarray, shape (P, T)
        Duty per car.

    Returns
    -------
    tuple of (ndarray, ndarray)
        Freight, with what else the plant pays to deliver a car (``demand.delivery_cost``), and
        duty; 0 where the buyer pays. In months without a row the last terms hold on, as prices do.
    """
    special = (pl.col("incoterm") != USUAL) | (pl.col("delivery_cost") > 0)
    rows = hub["demand"].filter(special.any().over("model", "market")).sort("month").to_dicts()
    if not rows:
        return freight, duty
    freight, duty = freight.copy(), duty.copy()
    rate = rates_on(hub, [span.month for span in spans])
    models, markets = hub["models"]["model"].to_list(), hub["markets"]["market"].to_list()
    for p, (i, k) in enumerate(zip(*pairs, strict=True)):
        own = [row for row in rows if (row["model"], row["market"]) == (models[i], markets[k])]
        for t, span in enumerate(spans if own else ()):
            row = next((row for row in reversed(own) if row["month"] <= span.month), own[0])
            paid = INCOTERMS[row["incoterm"]].seller
            extra = row["delivery_cost"] * float(rate(row["currency"])[t])
            freight[:, i, k, t] = freight[:, i, k, t] * ("freight" in paid) + extra
            duty[p, t] *= "duty" in paid
    return freight, duty
