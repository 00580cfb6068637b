"""How cars are allocated to voyages: one frozen set of parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sinho.parameters import Parameters, bounded


@dataclass(frozen=True)
class Params(Parameters):
    """What weighs what, and how hard the program tries.

    Parameters
    ----------
    priorities : {"lexicographic", "cost"}
        Contract (cars short of what is booked), then days late, then cost; or cost alone.
    late_cost : float
        Cost of a car for each day that it is late, where cost alone counts; 0: none.
    change_days : float
        Days late that a car which leaves otherwise than in the former plan must save.
    least_chance : float
        Least chance to be ready by its cut-off with which a car is given to a voyage.
    voyages : int
        Voyages that a car may take, counted from the first one that it is ready for.
    box_days : int
        Days after it is ready within which a car is loaded into a container.
    exact : int
        Whole numbers up to which a program is solved with them, where the relaxation, rounded to
        whole cars, is not the best already.
    gap : float
        Relative gap at which a level counts as solved.
    boxes : int
        Days, models and ports of containers up to which boxes are whole in the relaxation.
    box_gap : float
        Relative gap at which a level with whole boxes counts as solved.
    deck_gap : float
        Relative gap from which on decks are filled with whole cars voyage by voyage.
    refills : int
        Rounds in which the decks of neighbouring voyages are emptied and filled again.
    nodes : int
        Most nodes of branch and bound for each level.
    work : int
        Most nodes times whole numbers, as nodes of a large program take longer.
    """

    priorities: Literal["lexicographic", "cost"] = "lexicographic"
    late_cost: float = bounded(0.0, least=0)
    change_days: float = bounded(1.0, least=0)
    least_chance: float = bounded(0.5, least=0, most=1)
    voyages: int = bounded(12, least=1)
    box_days: int = bounded(10, least=0)
    exact: int = bounded(3_000, least=0)
    gap: float = bounded(1e-6, least=0)
    boxes: int = bounded(10_000, least=0)
    box_gap: float = bounded(5e-3, least=0)
    deck_gap: float = bounded(1e-2, least=0)
    refills: int = bounded(2, least=0)
    nodes: int = bounded(2_000, least=0)
    work: int = bounded(100_000, least=0)
