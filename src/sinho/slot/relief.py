"""Taking orders off days that hold more than they may, so that others have room."""

from __future__ import annotations

import numpy as np

from sinho.slot.kernel import relieve
from sinho.slot.search import Slotting


def relieved(slotting: Slotting) -> int:
    """Take orders off their days where that lowers the cost; return how many.

    That is so where a day holds more than a hard limit allows, as after a lost shift, and where an
    order would cost more than leaving it out. Orders that cost least to move come first, of these
    those that lose least without a day; fixed ones come last. Frozen orders stay.

    Parameters
    ----------
    slotting : Slotting
        The slots; changed.

    Returns
    -------
    int
        Orders taken off.
    """
    arrays = slotting.arrays
    q = arrays.alike
    day = np.where(
        (slotting.day_of >= 0) & (slotting.day_of < arrays.days), slotting.day_of, arrays.days
    )
    costs, group = arrays.costs, arrays.cost_class[q]
    loss = costs[group, arrays.days] - costs[group, day]
    turn = np.lexsort((loss, arrays.moving[q], arrays.fixed[q])).astype(np.int64)
    return int(
        relieve(
            turn,
            slotting.day_of,
            arrays.alike,
            arrays.by_class,
            arrays.frozen,
            slotting.by_cell,
        )
    )
