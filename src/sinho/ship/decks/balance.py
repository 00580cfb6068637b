"""Trim and the height of the centre of gravity, leg by leg, from where cars stand."""

from __future__ import annotations

from typing import Any

import polars as pl

from sinho.highs import INF
from sinho.ship.decks.data import MM, Input

SLIP = 1e-4
"""Metres by which a bound may be missed and still be held: the solver's tolerance."""


def balance_of(data: Input, places: pl.DataFrame) -> list[tuple[Any, ...]]:
    """Return the rows of `sinho.results.DeckPlan.balance`.

    The centre of a car lies amidst its deck's cars, and at half its height. Trim by the stern is
    the moment of all weights about the centre of buoyancy over the moment that changes trim.

    Parameters
    ----------
    data : Input
        The decks and the ship's balance.
    places : DataFrame
        ``deck``, ``port``, ``mass`` and ``height`` of each car.
    """
    trim, centre = data.trim, data.centre
    cars = places.select("deck", "port", "mass", "height").join(
        data.decks.select("deck", "midship", "above_keel"), on="deck", how="left"
    )
    rows = []
    for leg, port in enumerate((data.loading, *data.ports[:-1])):
        aboard = cars.filter(pl.col("port").is_in(data.ports[leg:]))
        tonnes = aboard["mass"].to_numpy() / MM
        row: list[Any] = [port, aboard.height, float(aboard["mass"].sum())]
        held = True
        if trim is None:
            row += [None, None, None]
        else:
            found = trim.own + float(trim.by(tonnes, aboard["midship"].to_numpy()).sum())
            held = trim.least - SLIP <= found <= trim.largest + SLIP
            row += [
                found,
                *(None if abs(one) == INF else one for one in (trim.least, trim.largest)),
            ]
        if centre is None:
            row += [None, None]
        else:
            high = aboard["above_keel"].to_numpy() + aboard["height"].to_numpy() / 2 / MM
            moment = centre.weight * centre.above_keel + float((tonnes * high).sum())
            found = moment / (centre.weight + float(tonnes.sum()))
            held = held and found <= centre.highest + SLIP
            row += [found, None if centre.highest == INF else centre.highest]
        rows.append((*row, held))
    return rows
