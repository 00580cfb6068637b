"""The routes of a plan: which model can be built on which line, and what it takes of the shops."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sinho.plan.arrays import Ints
from sinho.plan.terms import names
from sinho.units import Floats

if TYPE_CHECKING:
    from sinho.hub import Hub


@dataclass(frozen=True)
class Routes:
    """Routes, model by model: Q of them, on S shops.

    Parameters
    ----------
    lines : tuple of str
        Names of the lines.
    model, line : ndarray of int, shape (Q,)
        Model and line of each.
    load : ndarray, shape (S, Q)
        Units of capacity per car started.
    cost, least_lot : ndarray, shape (Q,)
        Extra cost per car; least cars in a month in which any is built (0: no limit).
    start : tuple of datetime.date or None, length Q
        First day on which the line can build the model.
    group : tuple of str, length Q
        Calendar group that a launch follows.
    """

    lines: tuple[str, ...]
    model: Ints
    line: Ints
    load: Floats
    cost: Floats
    least_lot: Floats
    start: tuple[dt.date | None, ...]
    group: tuple[str, ...]


def routes_of(hub: Hub, shops: tuple[str, ...]) -> Routes:
    """Return the routes of a hub."""
    models = names(hub["models"], "model")
    load = np.zeros((len(shops), len(models)))
    for row in hub["loads"].iter_rows(named=True):
        if row["item"] in models:
            load[shops.index(row["shop"]), models.index(row["item"])] = row["load"]
    every = np.arange(len(models))
    return Routes(
        lines=("line",),
        model=every,
        line=np.zeros_like(every),
        load=load,
        cost=np.zeros(len(models)),
        least_lot=np.zeros(len(models)),
        start=(None,) * len(models),
        group=tuple(_launch_group(hub, model) for model in models),
    )


def _launch_group(hub: Hub, model: str) -> str:
    """Return the group of the model's first assembly shop, else of its first shop."""
    shops = {row["shop"]: row for row in hub["shops"].to_dicts()}
    own = [shops[row["shop"]] for row in hub["loads"].to_dicts() if row["item"] == model]
    own.sort(key=lambda shop: shop["kind"] != "assembly")
    return str(own[0]["group"] if own else hub["groups"]["group"][0])
