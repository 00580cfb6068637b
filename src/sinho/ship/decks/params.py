"""How hard the stowage of decks is planned: one frozen set of parameters."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class DeckParams:
    """How hard the program of a voyage's decks is tried.

    Parameters
    ----------
    gap : float
        Relative gap at which a level counts as solved.
    nodes : int
        Most nodes of branch and bound for each level but the last.
    tidy : int
        Most nodes for the last level, which keeps the cars of a port on few decks.
    repacks : int
        Most times that it is solved again, as cars found no room in the lanes of a deck.
    """

    gap: float = 0.02
    nodes: int = 300
    tidy: int = 1
    repacks: int = 8

    def __post_init__(self) -> None:
        """Refuse values that mean nothing.

        Raises
        ------
        ValueError
            When a number is negative.
        """
        for one in fields(self):
            value: Any = getattr(self, one.name)
            if not value >= 0:
                raise ValueError(f"{one.name} must be 0 or more, not {value}")
