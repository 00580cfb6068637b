"""How much of an order is kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sinho.kernels.compile import entry


@entry
def in_order(places: NDArray[np.int64]) -> int:
    """Return the length of the longest row of rising places (Schensted 1961, Can. J. Math. 13)."""
    ends = np.empty(places.shape[0], np.int64)
    count = 0
    for place in places:
        low, high = 0, count
        while low < high:
            middle = (low + high) // 2
            if ends[middle] < place:
                low = middle + 1
            else:
                high = middle
        ends[low] = place
        count = max(count, low + 1)
    return count
