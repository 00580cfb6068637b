"""The fee at which a programme breaks even, and the one at which its customer goes elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from sinho.hub.schema.field import AMOUNT

MOST_STEPS = 60
NEAR = 1e-12
"""Share of a contribution, or of a fee, that counts for nothing."""


def break_even(
    gain: Callable[[float], tuple[float, float]], fee: float, near: float
) -> float | None:
    """Find the fee from which on a programme gains.

    What a programme gains is convex in its fee, as it is the most over all plans of an amount that
    is linear in it. Newton's steps on it never go below the least fee that is enough once they are
    above it, and end there, as it consists of finitely many straight pieces.

    Parameters
    ----------
    gain : callable
        Takes a fee; returns what is gained, and what a unit more of the fee adds: the cars that
        earn it, at its currency's rates.
    fee : float
        Where to begin.
    near : float
        What is gained that counts for nothing.

    Returns
    -------
    float or None
        The fee, the largest at which nothing is gained; None where no fee makes up for what is
        lost.
    """
    step, above = 1.0, False
    for _ in range(MOST_STEPS):
        gained, slope = gain(fee)
        if abs(gained) <= near and (slope > 0.0 or above):
            return fee
        if slope <= 0.0:
            if gained > near:
                # no car is shipped at this fee, and yet there is a gain: no fee is too low
                return None
            # where no car earns it any fee is alike: the one from which on it gains is above
            step *= 2.0
            fee += step * max(abs(fee), 1.0)
            if fee > AMOUNT:
                return None
            continue
        above = above or gained > 0.0
        before, fee = fee, fee - gained / slope
        if abs(fee - before) <= NEAR * max(1.0, abs(fee)):
            return fee
    return None


def elsewhere(landed: pl.DataFrame, there: pl.DataFrame, fee: float) -> float | None:
    """Return the fee at which the customer's cars cost as much from the alternative.

    Parameters
    ----------
    landed, there : polars.DataFrame
        Lines of the landed cost from the plant and from the alternative, weighted by the cars
        shipped; markets without an alternative are left out.
    fee : float
        The fee of ``landed``.
    """
    keys = ["market", "model", "month"]
    paid = pl.col("payer") == "buyer"
    own = landed.filter(paid).join(there.select(keys).unique(), on=keys, how="semi")
    amounts = [
        float((frame["cars"] * frame["amount"]).sum()) for frame in (own, there.filter(paid))
    ]
    fees = own.filter(step="fee")
    per_unit = float((fees["cars"] * fees["share"] * fees["rate"]).sum())
    return None if per_unit <= 0 else fee + (amounts[1] - amounts[0]) / per_unit
