"""How hard the stowage of decks is planned: one frozen set of parameters."""

from __future__ import annotations

from dataclasses import dataclass

from sinho.parameters import Parameters, bounded


@dataclass(frozen=True)
class Params(Parameters):
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

    gap: float = bounded(0.02, least=0)
    nodes: int = bounded(300, least=0)
    tidy: int = bounded(1, least=0)
    repacks: int = bounded(8, least=0)
