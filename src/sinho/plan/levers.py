"""What a plan is solved again with, and what it comes to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Levers:
    """What a plan is solved again with, each against its input.

    Parameters
    ----------
    demand : mapping of (str, str) to float
        Factor on the cars asked for, by model and market; 1 where none is given.
    cars : mapping of (str, str) to mapping of datetime.date to float
        Cars asked for instead, by model and market, and by month; none in other months.
    others : float
        Factor on the demand of all other pairs of model and market.
    delay : int
        Months by which SOP of ``delayed`` models comes later.
    delayed : tuple of str
        Models whose SOP is late.
    lost : mapping of str to float
        Share of the regular hours that shops lose, by shop.
    rates : mapping of str to float
        Factor on the rate of a currency.
    freight : float
        Factor on freight.
    tariff : mapping of str to float
        Points of per cent that are added to the duty of a market; a duty stays at least 0.
    fee : float
        What is added to the fee of ``contract``, in its currency per car.
    contract : str
        The contract.
    """

    demand: Mapping[tuple[str, str], float] = field(default_factory=dict)
    cars: Mapping[tuple[str, str], Mapping[dt.date, float]] = field(default_factory=dict)
    others: float = 1.0
    delay: int = 0
    delayed: tuple[str, ...] = ()
    lost: Mapping[str, float] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)
    freight: float = 1.0
    tariff: Mapping[str, float] = field(default_factory=dict)
    fee: float = 0.0
    contract: str = ""


@dataclass(frozen=True)
class Again:
    """What a plan comes to under levers.

    Parameters
    ----------
    contribution : float
        Most contribution, in the hub's currency.
    requested, shipped : mapping of str to float
        Cars asked for, with what was late before, and shipped, by model.
    counted : float
        What one more of the fee of the contract would add: its cars, each at the rate of its month.
    gap : float
        How much more another plan may contribute: above 0 where patterns are chosen.
    """

    contribution: float
    requested: Mapping[str, float]
    shipped: Mapping[str, float]
    counted: float
    gap: float = 0.0
