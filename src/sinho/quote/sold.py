"""The programme's cars as a plan ships them: by market and month, and how they go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from sinho.quote.landed import Ledger


@dataclass(frozen=True)
class Sold:
    """The cars of a model for a market in a month, and how they go.

    Parameters
    ----------
    volume : mapping
        The volume, with price and terms.
    market : mapping
        The market.
    modes : mapping of str to float
        Share of the cars by mode of carriage.
    cars : float
        Cars shipped.
    """

    volume: Mapping[str, Any]
    market: Mapping[str, Any]
    modes: Mapping[str, float]
    cars: float

    @property
    def month(self) -> dt.date:
        """The month in which they leave the plant's yard."""
        month: dt.date = self.volume["month"]
        return month


def sold_cars(ledger: Ledger, ship: pl.DataFrame) -> list[Sold]:
    """Return the programme's cars by market and month, with the modes by which a plan ships them.

    Parameters
    ----------
    ledger : Ledger
        Hub and programme.
    ship : polars.DataFrame
        Table ``ship`` of the plan with the programme.
    """
    markets = {row["market"]: row for row in ledger.hub["markets"].to_dicts()}
    shipped: dict[tuple[Any, ...], dict[str, float]] = {}
    for period, model, market, mode, units in ship.iter_rows():
        shipped.setdefault((period, model, market), {})[mode] = units
    asked = {(row["month"], row["model"], row["market"]): row for row in ledger.volumes}
    late = [key for key in shipped if key[1] in ledger.programme.models and key not in asked]
    for month, model, market in sorted(late):
        # a late car leaves on the terms of the last month in which its market asked for any
        before = [key for key in asked if key[1:] == (model, market) and key[0] < month]
        if before:
            asked[month, model, market] = asked[max(before)] | {"month": month}
    found = []
    for key, row in asked.items():
        by_mode = shipped.get(key, {})
        cars = sum(by_mode.values())
        market = markets[row["market"]]
        modes = {mode: units / cars for mode, units in by_mode.items()} if cars else {}
        if not modes:
            cheapest = ledger.modes(market, row["model"], row["month"])[:1]
            modes = dict.fromkeys(cheapest, 1.0)
        found.append(Sold(row, market, modes, cars))
    return found
