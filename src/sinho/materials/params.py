"""How campaigns are planned and parts called off: one frozen set of parameters."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from sinho.hub import Hub


@dataclass(frozen=True)
class Params:
    """How hard campaigns are planned, and what of a call-off is firm.

    Parameters
    ----------
    slot_hours : float
        Length of a slot in which a shop makes one part; longer where a changeover is.
    moves : int
        Moves of the search.
    choices : int
        Choices (parts squared times slots) up to which the program is solved.
    nodes : int
        Most nodes of branch and bound.
    work : int
        Most nodes times choices, as nodes of a large program take longer.
    relaxed : int
        Where there are more choices, the bound is that of the linear relaxation of the first slots
        with so many choices.
    firm_days : int
        Working days of a call-off from the first on that are firm; later ones are an outlook.
    """

    slot_hours: float = 4.0
    moves: int = 30_000
    choices: int = 1_500
    nodes: int = 2_000
    work: int = 500_000
    relaxed: int = 6_000
    firm_days: int = 10

    def __post_init__(self) -> None:
        """Refuse values that mean nothing.

        Raises
        ------
        ValueError
            When a parameter is negative, or slots have no length.
        """
        for name in (one.name for one in fields(self)):
            value: Any = getattr(self, name)
            if not value >= 0:
                raise ValueError(f"{name} must be 0 or more, not {value}")
        if not self.slot_hours > 0:
            raise ValueError("slot_hours must be above 0")

    @classmethod
    def from_hub(cls, hub: Hub) -> Params:
        """Return the parameters that a hub gives: ``firm_days`` of table ``slotting``."""
        given = hub["slotting"]["firm_days"].to_list()
        return cls(firm_days=int(given[0])) if given else cls()
