"""Prices of the shared rows by gradient ascent with moments.

The dual function is concave and piecewise linear, and one evaluation costs milliseconds. Steps are
those of Adam (Kingma and Ba 2015, "Adam: a method for stochastic optimization", arXiv:1412.6980),
scaled by what a car would pay at most, with a length that falls with the cube of the work left. The
best prices seen are kept. On plans this needs far fewer evaluations for the same bound than the
volume algorithm (Barahona and Anbil 2000, Mathematical Programming 87, 385-399).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sinho.plan.priced.dual import Dual
from sinho.units import Floats

MEMORY = 0.97
SPREAD = 0.95
POWER = 3
LENGTH = 0.4
"""Length of the first step as a share of ``Dual.scale``."""


@dataclass(frozen=True)
class Ascent:
    """Where the ascent ended.

    Parameters
    ----------
    bound : float
        The best bound.
    prices : ndarray, shape (n,)
        Its prices.
    """

    bound: float
    prices: Floats


def ascend(
    dual: Dual,
    start: Floats,
    *,
    steps: int,
    stop: Callable[[], bool] = lambda: False,
    watch: Callable[[int, float], None] | None = None,
) -> Ascent:
    """Raise the dual bound.

    Parameters
    ----------
    dual : Dual
        The dual function.
    start : ndarray, shape (n,)
        Prices to start from.
    steps : int
        Number of steps.
    stop : callable
        Says after each step whether to stop early.
    watch : callable, optional
        Called with the step and the best bound.

    Returns
    -------
    Ascent
        The best bound and its prices.
    """
    prices = start.copy()
    best, best_prices = -np.inf, prices
    mean, square = np.zeros_like(prices), np.zeros_like(prices)
    step = 0
    while step < steps:
        bound, slope = dual.evaluate(prices)
        step += 1
        if bound > best:
            best, best_prices = bound, prices
        if watch is not None:
            watch(step, best)
        if stop():
            break
        mean = MEMORY * mean + (1 - MEMORY) * slope
        square = SPREAD * square + (1 - SPREAD) * slope * slope
        direction = mean / (1 - MEMORY**step)
        size = np.sqrt(square / (1 - SPREAD**step))
        with np.errstate(divide="ignore", invalid="ignore"):
            move = np.where(size > 0, direction / size, 0.0)
        fade = (1 - step / steps) ** POWER
        prices = np.clip(prices + LENGTH * fade * dual.scale * move, dual.low, dual.high)
    return Ascent(best, best_prices)
