"""Whole units from shares: largest remainders, even spreads, rounding that loses nothing."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

import numpy as np

from sinho.units import Floats

STEP = 0.001
"""What quantities are rounded to that need not be whole."""


def largest_remainder(wanted: Sequence[float], total: int) -> list[int]:
    """Divide a number of whole units by wanted amounts.

    Everyone gets the whole part of what is wanted (none where it is negative); what is left goes
    to the largest remainders, to the first of equal ones (Hamilton's method).

    Parameters
    ----------
    wanted : sequence of float
        Amounts.
    total : int
        Units to divide.

    Returns
    -------
    list of int
        Units, summing to the total.
    """
    units = [max(0, floor(amount + 1e-9)) for amount in wanted]
    while sum(units) > total:
        over = [u - w if u > 0 else float("-inf") for u, w in zip(units, wanted, strict=True)]
        units[int(np.argmax(over))] -= 1
    while sum(units) < total:
        rests = [round(w - u, 9) for u, w in zip(units, wanted, strict=True)]
        units[int(np.argmax(rests))] += 1
    return units


def spread(units: Sequence[int]) -> list[int]:
    """Spread kinds evenly over places.

    The i-th of a kind's u units would best stand at (i - 1/2) n / u of n places; units take the
    places in the order of these, the kind first named first where two are equal.

    Parameters
    ----------
    units : sequence of int
        Units of each kind; together they fill the places.

    Returns
    -------
    list of int
        Kind at each place.
    """
    places = sum(units)
    best = [
        ((i + 0.5) * places / count, kind) for kind, count in enumerate(units) for i in range(count)
    ]
    return [kind for _, kind in sorted(best)]


def rounded_cumulative(totals: Floats, step: float, *, up: bool = False) -> Floats:
    """Round running totals, and return the amounts between them.

    Parameters
    ----------
    totals : ndarray of float, shape (n,)
        Running totals in order.
    step : float
        What the rounded totals are multiples of.
    up : bool
        Whether totals are rounded up and not to the nearest.

    Returns
    -------
    ndarray of float, shape (n,)
        Multiples of the step; their sum is the last total rounded.
    """
    whole = np.round(totals / step, 6)
    total = np.ceil(whole) if up else np.floor(whole + 0.5)
    return np.asarray(np.round(np.diff(total, prepend=0.0) * step, 6), dtype=np.float64)
