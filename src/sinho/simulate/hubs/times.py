"""Times of the hub's tables as distributions: mean and spread become what each kind takes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from sinho.hub.flow import numbers_of, spread_of
from sinho.hub.schema.flow import EMPIRICAL, FIXED
from sinho.simulate.times import Times


def times_of(mean: float, kind: str = FIXED, spread: float | None = None) -> Times:
    """Return times of a kind by their mean and spread.

    Parameters
    ----------
    mean : float
        Mean in minutes.
    kind : str
        One of the kinds of the hub's tables, but for ``empirical``.
    spread : float or None
        Standard deviation as a part of the mean; None: the usual one of the kind.

    Returns
    -------
    Times
        A mean of 0 is fixed, whatever the kind.
    """
    if mean == 0 or kind == FIXED:
        return Times(FIXED, mean=mean)
    if kind == "exponential":
        return Times(kind, mean=mean)
    part = spread_of(kind, spread)
    if kind in ("lognormal", "gamma"):
        return Times(kind, mean=mean, cv=part)
    if kind == "weibull":
        return Times(kind, mean=mean, shape=weibull_shape(part))
    if kind == "erlang":
        return Times(kind, mean=mean, shape=float(max(1, round(1 / part**2))))
    wide = mean * part * math.sqrt(3 if kind == "uniform" else 6)
    low, high = max(0.0, mean - wide), mean + wide
    mode = mean if kind == "triangular" else None
    return Times(kind, low=low, mode=mode, high=high)


def time_of(row: Mapping[str, Any], mean: str, prefix: str, factor: float = 1.0) -> Times:
    """Return a time of a row of a table.

    Parameters
    ----------
    row : mapping of str to object
        The row.
    mean : str
        Column of the mean.
    prefix : str
        What the columns of kind, spread and values begin with.
    factor : float
        What the time is multiplied by.
    """
    kind = row[f"{prefix}kind"]
    if kind == EMPIRICAL:
        values = numbers_of(row[f"{prefix}values"]) or []
        return Times(kind, values=tuple(value * factor for value in values))
    return times_of(float(row[mean]) * factor, kind, row[f"{prefix}spread"])


def mean_of(row: Mapping[str, Any], mean: str, prefix: str) -> float:
    """Return the mean of a time of a row, as `time_of`."""
    return time_of(row, mean, prefix).average


def weibull_shape(spread: float) -> float:
    """Return the shape of Weibull's distribution by its standard deviation as a part of the mean.

    The spread falls with the shape k as sqrt(gamma(1 + 2/k) / gamma(1 + 1/k)**2 - 1) does (Johnson,
    Kotz and Balakrishnan 1994, Continuous Univariate Distributions 1, chapter 21), so it is found
    by halving.

    Parameters
    ----------
    spread : float
        Above 0.
    """
    low, high = -math.log(100.0), math.log(1000.0)
    for _ in range(80):
        middle = (low + high) / 2
        part = math.exp(-middle)
        wide = math.lgamma(1 + 2 * part) - 2 * math.lgamma(1 + part)
        low, high = (middle, high) if wide > math.log1p(spread**2) else (low, middle)
    return math.exp((low + high) / 2)
