"""What compiled functions work on, in three tuples of arrays."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Small = NDArray[np.int32]
Longs = NDArray[np.int64]


class Classes(NamedTuple):
    """Classes of alike orders; see ``sinho.slot.arrays.Arrays``."""

    costs: Floats
    cost_class: Small
    rows_start: Small
    rows: Small
    load: Floats
    former: Small
    moving: Floats
    first: Small
    last: Small


class ByCell(NamedTuple):
    """Cells, and how far they are used; see ``Arrays`` and ``sinho.slot.search.Slotting``."""

    cell_of: Small
    cells: Floats
    cell_days: Small
    use: Floats
    up: Floats
    down: Floats


class Lists(NamedTuple):
    """The day of each order, and the orders of each day; see ``sinho.slot.search.listed``."""

    day_of: Small
    bucket: Small
    start: Longs
    sizes: Longs
    place: Small
