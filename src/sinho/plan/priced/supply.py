"""Cheapest supply of parts at given prices: made, bought, or kept from the period before."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinho.plan.arrays import Ints, PlanData
from sinho.plan.priced.arcs import NEVER, on_grid
from sinho.plan.program import Program
from sinho.units import Floats

MADE, BOUGHT, KEPT, OPENING = range(4)


@dataclass(frozen=True)
class PartPrices:
    """Prices of parts: T periods, J parts.

    Parameters
    ----------
    value : ndarray, shape (T, J)
        Least cost of one more unit.
    source : ndarray of int, shape (T, J)
        Where that unit comes from: ``MADE``, ``BOUGHT``, ``KEPT`` or ``OPENING``.
    """

    value: Floats
    source: NDArray[np.int8]


@dataclass(frozen=True)
class PartFlows:
    """Units by source, each of shape (T, J); ``kept`` is the stock at the period's end."""

    made: Floats
    bought: Floats
    kept: Floats
    opening: Floats


@dataclass(frozen=True)
class Supply:
    """Parts of a plan: J parts, S shops, T periods.

    Parameters
    ----------
    load : ndarray, shape (S, J)
        Shop capacity per good unit made.
    needs : ndarray, shape (J, J)
        Units of the part (first index) per good unit of another made.
    make_cost, buy_cost, keep_cost : ndarray, shape (T, J)
        Currency per good unit, ``NEVER`` where the part is not made or not bought; and per unit
        kept.
    buy_max, keep_max, opening : ndarray, shape (T, J)
        Most units bought and kept (``inf``: no limit); units in stock before the first period,
        in the first row.
    levels : tuple of ndarray of int
        Parts in an order in which each comes after what goes into it.
    """

    load: Floats
    needs: Floats
    make_cost: Floats
    buy_cost: Floats
    keep_cost: Floats
    buy_max: Floats
    keep_max: Floats
    opening: Floats
    levels: tuple[Ints, ...]

    def price(self, shops: Floats, bought: Floats, kept: Floats, opening: Floats) -> PartPrices:
        """Price parts by their cheapest source.

        Parameters
        ----------
        shops : ndarray, shape (T, S)
            Prices of shop capacity.
        bought, kept, opening : ndarray, shape (T, J)
            Prices added for limits on buying and on stock, and of the opening stock (``NEVER``
            where there is none).

        Returns
        -------
        PartPrices
            Least costs and sources.
        """
        n_t, n_j = self.keep_cost.shape
        value, source = np.zeros((n_t, n_j)), np.empty((n_t, n_j), dtype=np.int8)
        making = self.make_cost + shops @ self.load
        buying = self.buy_cost + bought
        keeping = self.keep_cost + kept
        for t in range(n_t):
            for level in self.levels:
                offers = np.full((4, len(level)), NEVER)
                offers[MADE] = making[t, level] + value[t] @ self.needs[:, level]
                offers[BOUGHT] = buying[t, level]
                if t:
                    offers[KEPT] = value[t - 1, level] + keeping[t - 1, level]
                offers[OPENING] = opening[t, level]
                source[t, level] = offers.argmin(axis=0)
                value[t, level] = offers.min(axis=0)
        return PartPrices(value, source)

    def trace(self, prices: PartPrices, use: Floats) -> PartFlows:
        """Return where a given use of parts, shape (T, J), comes from at given prices."""
        need = use.copy()
        flows = [np.zeros_like(use) for _ in range(4)]
        for t in range(len(use) - 1, -1, -1):
            for level in reversed(self.levels):
                amount, source = need[t, level], prices.source[t, level]
                for kind in (MADE, BOUGHT, OPENING):
                    flows[kind][t, level] = np.where(source == kind, amount, 0.0)
                need[t] += self.needs[:, level] @ flows[MADE][t, level]
                if t:
                    carried = np.where(source == KEPT, amount, 0.0)
                    need[t - 1, level] += carried
                    flows[KEPT][t - 1, level] = carried
        return PartFlows(flows[MADE], flows[BOUGHT], flows[KEPT], flows[OPENING])


def supply_of(data: PlanData, program: Program, cost: Floats) -> Supply:
    """Return the parts of a plan.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    program : Program
        Its program.
    cost : ndarray, shape (columns,)
        Objective.
    """
    n_t, n_j = len(data.spans), len(data.parts)

    def grid(name: str, values: Floats, missing: float) -> Floats:
        return on_grid(program.columns[name], values, (n_t, n_j), missing)

    good = 1.0 / data.part_yield
    depth = np.zeros(n_j, dtype=np.int64)
    for _ in data.parts:
        depth = np.where(data.bom_part > 0, depth[:, None] + 1, 0).max(axis=0, initial=0)
    opening = np.zeros((n_t, n_j))
    opening[0] = data.part_stock0
    return Supply(
        load=data.load_part * good,
        needs=data.bom_part * good,
        make_cost=grid("made", cost, NEVER),
        buy_cost=grid("bought", cost, NEVER),
        keep_cost=grid("part stock", cost, 0.0),
        buy_max=grid("bought", program.upper, np.inf),
        keep_max=grid("part stock", program.upper, np.inf),
        opening=opening,
        levels=tuple(np.flatnonzero(depth == d) for d in np.unique(depth)),
    )
