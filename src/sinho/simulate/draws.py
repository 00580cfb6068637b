"""Random times of streams, drawn from Python by the function that compiled code calls."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sinho.parameters import SEED
from sinho.simulate.kernel.draw import FIGURES, draw_times, draw_uniforms
from sinho.simulate.times import KINDS, Times

Floats = NDArray[np.float64]


def row_of(times: Times, values: list[float]) -> list[float]:
    """Return times as a row of ``sinho.simulate.kernel.draw``.

    Parameters
    ----------
    times : Times
        The times.
    values : list of float
        Observed times of all rows; those of this one are added.
    """
    kind = times.kind
    mean = times.average
    figures: tuple[float, ...] = (mean,)
    if kind == "lognormal":
        wide = math.log1p((times.cv or 0.0) ** 2)
        figures = (math.log(mean) - wide / 2, math.sqrt(wide)) if mean else (-math.inf, 0.0)
    elif kind == "weibull":
        shape = times.shape or 1.0
        figures = (mean / math.gamma(1 + 1 / shape), 1 / shape)
    elif kind == "gamma":
        figures = (mean * (times.cv or 0.0) ** 2, 1 / (times.cv or 1.0) ** 2)
        if not times.cv:
            kind, figures = "fixed", (mean,)
    elif kind == "uniform":
        low, high = times.low or 0.0, times.high or 0.0
        figures = (low, high - low)
    elif kind == "triangular":
        figures = (times.low or 0.0, times.mode or 0.0, times.high or 0.0)
    elif kind == "erlang":
        figures = (mean / (times.shape or 1.0), times.shape or 1.0)
    elif kind == "geometric":
        step = times.step or 1.0
        figures = (step, math.log1p(-step / mean) if step < mean else -math.inf)
    elif kind == "empirical":
        figures = (len(values), len(times.values))
        values += times.values
    return [float(KINDS.index(kind)), *figures, *[0.0] * (FIGURES - 1 - len(figures))]


def draws(
    times: Times,
    *,
    stream: int,
    seed: int = SEED,
    replication: int = 0,
    first: int = 0,
    count: int = 1,
) -> Floats:
    """Return times of a stream.

    Parameters
    ----------
    times : Times
        Their distribution.
    stream : int
        The stream (`sinho.simulate.stream_of`).
    seed, replication : int
        Seed and number of the replication, 0 first.
    first, count : int
        Index of the first draw, and how many.

    Returns
    -------
    ndarray of float, shape (count,)
        Minutes.
    """
    values: list[float] = []
    rows = np.array(row_of(times, values))
    return draw_times(  # type: ignore[no-any-return]
        rows, np.array(values), seed, replication, np.uint64(stream), first, count
    )


def uniforms(
    *, stream: int, seed: int = SEED, replication: int = 0, first: int = 0, count: int = 1
) -> Floats:
    """Return uniform numbers from 0 to below 1 of a stream; as `draws` makes times of.

    Parameters
    ----------
    stream, seed, replication, first, count : int
        As of `draws`.

    Returns
    -------
    ndarray of float, shape (count,)
        The numbers.
    """
    return draw_uniforms(seed, replication, np.uint64(stream), first, count)  # type: ignore[no-any-return]
