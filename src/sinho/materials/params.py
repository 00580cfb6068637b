"""How campaigns are planned and parts called off: one frozen set of parameters."""

from __future__ import annotations

from dataclasses import dataclass

from sinho.hub import Hub
from sinho.parameters import Parameters, bounded


@dataclass(frozen=True)
class Params(Parameters):
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

    slot_hours: float = bounded(4.0, above=0)
    moves: int = bounded(30_000, least=0)
    choices: int = bounded(1_500, least=0)
    nodes: int = bounded(2_000, least=0)
    work: int = bounded(500_000, least=0)
    relaxed: int = bounded(6_000, least=0)
    firm_days: int = bounded(10, least=0)

    @classmethod
    def from_hub(cls, hub: Hub) -> Params:
        """Return the parameters that a hub gives: ``firm_days`` of table ``slotting``."""
        return cls.load({"firm_days": hub.slotting["firm_days"]})
