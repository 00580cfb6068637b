"""Raises the bound of prices: each price by its own step, longer while it goes on one way.

Resilient steps (Riedmiller and Braun, Proceedings of ICNN, 1993): only the sign of what is taken
too much or too little counts, so that prices of any size are found alike.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from sinho.source.dual import Dual, Prices, Singles, Taken
from sinho.source.terms import Flags
from sinho.stop import StopRule
from sinho.units import Floats

LONGER, SHORTER = 1.3, 0.5
"""How steps change while their sign stays, and where it changes."""

NEAR = 0.1
"""Share of a limit below which a step is shorter in proportion."""


def ascend(
    dual: Dual,
    limits: Prices,
    prices: Prices,
    *,
    steps: int,
    scale: float,
    stop: StopRule,
    on: Flags | None = None,
    extra: list[Singles] | None = None,
    yearly: bool = True,
    seen: Callable[[Prices, Any], None] | None = None,
    evaluate: Callable[[Prices], Taken] | None = None,
) -> tuple[Prices, float]:
    """Return better prices, and the bound at them.

    Parameters
    ----------
    dual : Dual
        All possible flows.
    limits : Prices
        How much there is of what they share.
    prices : Prices
        Prices to begin at.
    steps : int
        Most evaluations.
    scale : float
        A usual difference of the cost of two ways.
    stop : StopRule
        When to stop.
    on, extra
        As `Dual.offers`.
    yearly : bool
        Whether prices of what joins months are moved too.
    seen : callable, optional
        Called with all prices, and what comes of them.
    evaluate : callable, optional
        What comes of prices; by default all cars take their cheapest way.
    """
    if evaluate is None:

        def evaluate(at: Prices) -> Taken:
            return dual.cheapest(at, on, extra)

    there, low = limits.flat, dual.least
    moving = (dual.real == np.arange(len(there))) & (there < np.inf)
    moving[low] &= there[low] > 0
    joins = dual.begin["quota"]
    separate = not moving[joins:].any() or not yearly
    if not yearly:
        moving[joins:] = False
    sign, top = np.ones(len(there)), np.full(len(there), float(dual.worth.max(initial=1.0)))
    sign[low], top[low] = -1.0, dual.penalty
    flat = np.where(dual.real == np.arange(len(there)), prices.flat, 0.0)
    step, before = np.full(len(flat), scale / 2), np.zeros(len(flat))
    months = len(dual.data.months)
    at_month = np.concatenate(
        [
            np.tile(np.arange(months), len(prices.capacity) + len(prices.lane)),
            np.full(len(flat) - joins, -1),
        ]
    )
    best, kept = -np.inf, flat.copy()
    own = np.full(months, -np.inf)
    for number in range(steps):
        if number and stop():
            break
        at = prices.like(flat[dual.real])
        found = evaluate(at)
        value = found.monthly.sum() - dual.paid(at, limits)
        shared = _by_month(dual, at, limits)
        if seen is not None:
            seen(at, found)
        if separate:
            better = found.monthly - shared.sum(axis=0) > own
            own = np.where(better, found.monthly - shared.sum(axis=0), own)
            take = np.append(better, value > best)[at_month]
            kept = np.where(take, flat, kept)
        elif value > best:
            kept = flat.copy()
        best = max(best, value)
        flat, step, before = _moved(
            dual, found, there, flat, step, before, moving, sign, top, scale
        )
    at = prices.like(kept[dual.real])
    if separate and steps:
        found = evaluate(at)
        best = max(best, float(found.monthly.sum() - dual.paid(at, limits)))
    return at, best


def _by_month(dual: Dual, at: Prices, limits: Prices) -> Floats:
    """Return what capacity and lanes come to by month (2, T)."""
    paid = []
    for price, there in ((at.capacity, limits.capacity), (at.lane, limits.lane)):
        paid.append(np.where(price > 0, price * np.minimum(there, 1e12), 0.0).sum(axis=0))
    return np.array(paid)


def _moved(
    dual: Dual,
    found: Taken,
    there: Floats,
    flat: Floats,
    step: Floats,
    before: Floats,
    moving: Flags,
    sign: Floats,
    top: Floats,
    scale: float,
) -> tuple[Floats, Floats, Floats]:
    """Return prices, steps and signs after a move."""
    taken = np.bincount(dual.real, found.taken.flat, minlength=len(there))
    much = np.where(moving, (taken - np.where(moving, there, 0.0)) * sign, 0.0)
    much = np.where(np.abs(much) > 1e-9 * (1 + np.abs(taken)), much, 0.0)
    way = np.sign(much)
    turned = way * before
    step = np.where(turned > 0, step * LONGER, np.where(turned < 0, step * SHORTER, step))
    step = np.minimum(step, np.maximum(2 * scale, top / 8))
    share = np.minimum(np.abs(much) / np.maximum(there, 1e-9) / NEAR, 1.0)
    flat = np.where(moving, np.clip(flat + step * way * share, 0.0, top), flat)
    return flat, step, np.where(turned < 0, 0.0, way)
