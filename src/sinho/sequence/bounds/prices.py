"""Improves the prices of a Lagrangian relaxation by a proximal bundle method."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Real = NDArray[np.float64]
Value = Callable[[Real], tuple[float, Real]]

KEPT = 30
"""Cuts that are kept."""
PATIENCE = 16
"""Rounds without progress after which the prices stay as they are."""
PROGRESS = 0.05
"""Gain that counts as progress, in units of cost."""
WIDEST = 1e4


def improve(value: Value, start: Real, rounds: int) -> tuple[float, Real]:
    """Raise a concave function of the prices from a starting point.

    Each round steps to where a model of the function, the least of the linear pieces seen so far,
    less a penalty on the distance, is highest (Kiwiel 1990, Mathematical Programming 46, 105-122).

    Parameters
    ----------
    value : callable
        Value of the function and its slope at given prices.
    start : array of float, shape (classes,)
        Prices to begin with.
    rounds : int
        Most rounds.

    Returns
    -------
    tuple of float and array of float
        The highest value found, and its prices.
    """
    centre = start
    best, slope = value(centre)
    highest, found = best, centre
    points, values, slopes = [centre], [best], [slope]
    width = 1.0 / max(1.0, float(np.abs(slope).max(initial=0.0)))
    idle = 0
    for _ in range(rounds):
        pieces = np.array(slopes)
        lag = np.array(
            [
                high + rise @ (centre - at) - best
                for at, high, rise in zip(points, values, slopes, strict=True)
            ]
        )
        share = _mix(pieces, lag, width)
        while (gain := _gain(pieces, lag, share, width)) < PROGRESS and width < WIDEST:
            width *= 3
            share = _mix(pieces, lag, width)
        if gain < PROGRESS:
            break
        step = centre + width * (share @ pieces)
        here, slope = value(step)
        if here > highest:
            highest, found = here, step
        points.append(step)
        values.append(here)
        slopes.append(slope)
        # Where a parabola through both ends of the step has its top, in steps.
        top = gain / (2 * max(gain - (here - best), 1e-9))
        idle = 0 if here > best + PROGRESS or top > 1 else idle + 1
        width *= min(5.0, max(0.2, top)) if here < best or top > 1 else 1.0
        if here - best >= 0.1 * gain:
            centre, best = step, here
        if idle >= PATIENCE:
            break
        if len(points) > KEPT:
            used = [at for at, part in enumerate(share) if part > 1e-9]
            kept = sorted({*used, *range(len(points) - KEPT // 2, len(points))})
            points, values, slopes = (
                [items[at] for at in kept] for items in (points, values, slopes)
            )
    return highest, found


def _gain(pieces: Real, lag: Real, share: Real, width: float) -> float:
    """Return what the model promises of the step that a mix of pieces leads to."""
    rise = share @ pieces
    return float(lag @ share + width * (rise @ rise))


def _mix(pieces: Real, lag: Real, width: float, most: int = 80) -> Real:
    """Return the shares of the pieces that make up the best step.

    Minimises ``width / 2 * |share @ pieces|² + lag @ share`` over shares that sum to 1, by moving
    share between the two pieces that violate optimality most.
    """
    square = width * (pieces @ pieces.T)
    share = np.zeros(len(lag))
    share[lag.argmin()] = 1.0
    slope = square @ share + lag
    for _ in range(most):
        to = slope.argmin()
        out = np.where(share > 0, slope, -np.inf).argmax()
        excess = slope[out] - slope[to]
        if excess < 1e-4:
            break
        curve = square[to, to] + square[out, out] - 2 * square[to, out]
        move = min(share[out], excess / curve) if curve > 1e-15 else share[out]
        share[to] += move
        share[out] = share[out] - move if move < share[out] else 0.0
        slope += move * (square[:, to] - square[:, out])
    return share
