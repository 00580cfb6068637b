"""How replications end."""

from __future__ import annotations

from collections.abc import Sequence

from sinho.errors import DataError, Problem
from sinho.simulate.kernel.data import JAMMED, TOO_DEEP

SHOWN = 6
"""Nodes of a jam that are named."""


def finished(how: int, at: float, held: Sequence[str] = ()) -> None:
    """Refuse a plant that jams.

    Parameters
    ----------
    how : int
        How a replication ended.
    at : float
        The minute.
    held : sequence of str
        Nodes that hold what is done and finds no room, where they are known.

    Raises
    ------
    DataError
        When no car could move any more.
    """
    if how == JAMMED:
        more = f"; {', '.join(held[:SHOWN])} wait for each other" if held else ""
        raise DataError(
            [
                Problem(
                    "plant",
                    f"from minute {at:.1f} on no car can move any more, and not all are off{more}",
                    hint="A loop of rework, skids or parts is full, or a calendar ends: give it "
                    "room (places, bays, skids) or time.",
                )
            ]
        )
    assert how != TOO_DEEP, "more moves at one moment than there is memory for"
