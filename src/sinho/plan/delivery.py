"""What it costs to ship a car: freight by mode, model and market."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from sinho.hub.currencies import rates_on
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
