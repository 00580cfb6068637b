"""What no control of a store can reach more of."""

from __future__ import annotations

import numpy as np

from sinho.simulate.shuttle.data import Input


def bound(input: Input) -> float:
    """Return a score that no control of the store exceeds.

    Each part of the score is bounded by itself. The car that is handed on ``k``-th is among the
    first ``k - 1`` and as many more as the store holds (`ShuttleStore.capacity`). Within that, the
    fewest bad gaps are found by dynamic programming over how many cars of either kind are handed
    on, and with what the order then ends. One block is bad at least where the drives differ in
    number; the last car takes at least the way through a lane; there is a change less than there
    are colours.

    Parameters
    ----------
    input : Input
        Cars, store and weights.
    """
    cars, weights, store = input.cars, input.weights, input.store
    other = int(cars["drive"].sum())
    least = store.pace * (store.places - 1)
    return 100.0 - (
        weights.gap * _least_gaps(cars["spaced"].to_numpy(), weights.apart, store.capacity)
        + weights.block * (2 * other != cars.height)
        + weights.second * max(0, least - input.free)
        + weights.change * (cars["colour"].n_unique() - 1)
    )


def _least_gaps(spaced: np.ndarray, apart: int, ahead: int) -> int:
    """Return how many gaps are bad at least where the order looks so many cars ahead."""
    number, total = len(spaced), int(spaced.sum())
    if total < 2:
        return 0
    seen = np.concatenate(([0], np.cumsum(spaced)))
    # most good gaps by the number of spaced cars handed on, and the others since the last of them:
    # 0 to apart, more, or there was none yet
    good = np.full((total + 1, apart + 3), -number, np.int64)
    good[0, apart + 2] = 0
    counts = np.arange(total + 1)
    for k in range(1, number + 1):
        known = min(number, k - 1 + ahead)
        after = np.full_like(good, -number)
        after[1:, 0] = np.max(good[:-1], axis=1)
        after[1:, 0] = np.maximum(after[1:, 0], good[:-1, apart] + 1)
        after[:, 1 : apart + 2] = good[:, : apart + 1]
        after[:, apart + 1] = np.maximum(after[:, apart + 1], good[:, apart + 1])
        after[:, apart + 2] = good[:, apart + 2]
        lacking = (counts > seen[known]) | (k - counts > known - seen[known])
        after[lacking] = -number
        good = after
    return total - 1 - int(good[total].max())
