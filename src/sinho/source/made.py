"""Plans of a large network by prices, and what another one begins from."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sinho.source.dual import Dual, Prices
from sinho.source.duties import Ints
from sinho.source.master import Master
from sinho.source.program import Program
from sinho.source.terms import Flags
from sinho.units import Floats


@dataclass(frozen=True)
class Begun:
    """What a network is planned from, where it was planned before.

    Parameters
    ----------
    dual : Dual
        All possible flows.
    master : Master
        Steps of plants that may be chosen.
    prices : Prices
        Prices of what flows share.
    steps, on : ndarray
        Steps and launches of a plan.
    bound, allowed : float
        What no plan costs less than that loses no more cars than so many.
    """

    dual: Dual = field(repr=False)
    master: Master = field(repr=False)
    prices: Prices = field(repr=False)
    steps: Floats = field(repr=False)
    on: Flags = field(repr=False)
    bound: float
    allowed: float


@dataclass(frozen=True)
class Shipped:
    """Flows, and what is proven of them with shifts and launches held.

    Parameters
    ----------
    cell, a : ndarray
        Flows: what is asked for, and the allocation.
    cars, inside : ndarray
        Their cars, and those of them within a quota.
    lost : ndarray
        Cars lost, by part of what is asked for.
    prices : Prices
        What a unit of what they share is worth.
    cost, bound : float
        Cost of flows, and of cars lost and short; and the proven bound below it.
    """

    cell: Ints = field(repr=False)
    a: Ints = field(repr=False)
    cars: Floats = field(repr=False)
    inside: Floats = field(repr=False)
    lost: Floats = field(repr=False)
    prices: Prices = field(repr=False)
    cost: float
    bound: float


@dataclass(frozen=True)
class Made:
    """A plan: what is chosen, its flows, and what they come to."""

    steps: Floats = field(repr=False)
    on: Flags = field(repr=False)
    shipped: Shipped
    program: Program = field(repr=False)
    x: Floats = field(repr=False)
    cost: float
    missing: float


def worth_of(best: Made, dual: Dual) -> Floats:
    """Return what a unit more of each row of a plan's program would save."""
    data, program, prices, first = dual.data, best.program, best.shipped.prices, dual.first
    if dual.big:
        prices = prices.like(prices.flat % dual.big)
    worth = np.zeros(len(program.row_lower))
    worth[program.rows["capacity"]] = prices.capacity.ravel()
    worth[program.rows["lane"]] = prices.lane[*program.of["lane"].T]
    quotas = [
        prices.quota[data.quota_names.index(name), year - dual.years[0], 0]
        for name, year in program.of["quota"]
    ]
    worth[program.rows["quota"]] = quotas
    for kind, sign in (("most", 1.0), ("least", -1.0)):
        a, y = program.of[kind].T
        worth[program.rows[kind]] = sign * getattr(prices, kind)[a, first[y]]
    shares = [prices.share[dual.limit[k, p], first[y]] for k, p, y in program.of["limit"]]
    worth[program.rows["limit"]] = shares
    return worth
