"""The routes of a plan: which model can be built on which line, and what it takes of the shops."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sinho.hub.lines import line_loads, lines_of, routes
from sinho.plan.arrays import Bools, Ints
from sinho.plan.terms import codes, floats, names
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
    preferred : ndarray of bool, shape (Q,)
        Whether the model prefers the line; all of its lines where it prefers none.
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
    preferred: Bools
    start: tuple[dt.date | None, ...]
    group: tuple[str, ...]


def routes_of(hub: Hub, shops: tuple[str, ...]) -> Routes:
    """Return the routes of a hub.

    A car loads the shops of its line, and those that no line lists, whatever its line.

    Parameters
    ----------
    hub : Hub
        The hub.
    shops : tuple of str
        Its S shops.
    """
    found = routes(hub)
    models, lines = names(hub["models"], "model"), lines_of(hub)
    place = {pair: q for q, pair in enumerate(found.select("model", "line").iter_rows())}
    groups = {line.name: line.group for line in lines}
    load = np.zeros((len(shops), len(place)))
    for model, line, shop, units in line_loads(hub).iter_rows():
        load[shops.index(shop), place[model, line]] = units
    listed = {shop for line in lines for shop in line.shops}
    for item, shop, units in hub["loads"].select("item", "shop", "load").iter_rows():
        if shop not in listed:
            own = [q for (model, _), q in place.items() if model == item]
            load[shops.index(shop), own] = units
    return Routes(
        lines=tuple(groups),
        model=codes(found["model"], models),
        line=codes(found["line"], tuple(groups)),
        load=load,
        cost=floats(found, "extra_cost"),
        least_lot=floats(found, "least_lot", 0.0),
        preferred=found["preferred"].to_numpy(),
        start=tuple(found["start"]),
        group=tuple(groups[line] or _launch_group(hub, model) for model, line in place),
    )


def _launch_group(hub: Hub, model: str) -> str:
    """Return the group of the model's first assembly shop, else of its first shop."""
    shops = {row["shop"]: row for row in hub["shops"].to_dicts()}
    own = [shops[row["shop"]] for row in hub["loads"].to_dicts() if row["item"] == model]
    own.sort(key=lambda shop: shop["kind"] != "assembly")
    return str(own[0]["group"] if own else hub["groups"]["group"][0])
