"""How replications end."""

from __future__ import annotations

from sinho.errors import DataError, Problem
from sinho.simulate.kernel.data import JAMMED, TOO_DEEP


def finished(how: int, at: float) -> None:
    """Refuse a plant that jams.

    Parameters
    ----------
    how : int
        How a replication ended.
    at : float
        The minute.

    Raises
    ------
    DataError
        When no car could move any more.
    """
    if how == JAMMED:
        raise DataError(
            [
                Problem(
                    "plant",
                    f"from minute {at:.1f} on no car can move any more, and not all are off",
                    hint="A loop of rework, skids or parts is full, or a calendar ends: give it "
                    "room or time, or set a horizon.",
                )
            ]
        )
    assert how != TOO_DEEP, "more moves at one moment than there is memory for"
