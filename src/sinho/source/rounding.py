"""Whole launches from shares of them, at steps that are chosen."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np

from sinho.source.cutting import Cutting
from sinho.source.terms import Flags
from sinho.stop import StopRule
from sinho.units import Floats

WHOLE = 0.01
"""How near a share is to 0 or 1 that is whole."""

HALF = 0.5
"""Share from which on a launch is made."""

FEW = 2
"""Launches of which all choices are tried."""

TIMES = 2
"""Cuts at each choice."""

Seek = Callable[[Floats, Floats], tuple[Floats | None, float]]
"""Shares of launches that are best by the cuts, of shares at least and at most, and their cost."""


def whole_launches(cuts: Cutting, room: Floats, seek: Seek, stop: StopRule) -> Flags:
    """Return launches: shares are rounded, the nearest to whole ones first, and cut again.

    Parameters
    ----------
    cuts : Cutting
        Cuts, and shares of launches that are good at the steps chosen.
    room : ndarray, shape (P, T)
        Capacity with these steps.
    seek : callable
        The best shares by the cuts.
    stop : StopRule
        When to stop.

    Returns
    -------
    ndarray of bool, shape (A,)
        Allocations that are launched or built already.
    """
    fixed = cuts.dual.data.fixed
    low, high = fixed.astype(np.float64), np.ones(len(fixed))
    shares = cuts.shares
    while not stop():
        part = np.minimum(shares - low, high - shares)
        open_to = part[part > WHOLE]
        most = float(np.quantile(open_to, 0.5)) if len(open_to) > FEW else 0.0
        near, up = part <= max(most, WHOLE), shares >= HALF
        low, high = np.where(near & up, 1.0, low), np.where(near & ~up, 0.0, high)
        left = np.flatnonzero(low < high)
        if len(left) > FEW:
            shares, _ = _between(cuts, room, low, high, seek)
            continue
        best = np.inf
        for which in product((0.0, 1.0), repeat=len(left)):
            tried = low.copy()
            tried[left] = which
            _, cost = _between(cuts, room, tried, tried, seek)
            if cost < best:
                best, shares = cost, tried
            if stop():
                break
        break
    return fixed | (np.clip(shares, low, high) >= HALF)


def _between(
    cuts: Cutting, room: Floats, low: Floats, high: Floats, seek: Seek
) -> tuple[Floats, float]:
    """Return shares of launches within bounds, and their cost by the cuts."""
    shares, cost = None, np.inf
    for _ in range(TIMES):
        cuts.shares = np.clip(cuts.shares, low, high)
        cuts.cut(room)
        shares, cost = seek(low, high)
        if shares is None:
            break
        cuts.toward(shares)
    return (cuts.shares if shares is None else shares), cost
