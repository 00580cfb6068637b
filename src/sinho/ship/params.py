"""How cars are allocated to voyages: one frozen set of parameters."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal


@dataclass(frozen=True)
class Params:
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
    nodes : int
        Most nodes of branch and bound for each level.
    work : int
        Most nodes times whole numbers, as nodes of a large program take longer.
    """

    priorities: Literal["lexicographic", "cost"] = "lexicographic"
    late_cost: float = 0.0
    change_days: float = 1.0
    least_chance: float = 0.5
    voyages: int = 12
    box_days: int = 10
    exact: int = 3_000
    gap: float = 1e-6
    boxes: int = 10_000
    box_gap: float = 5e-3
    nodes: int = 2_000
    work: int = 100_000

    def __post_init__(self) -> None:
        """Refuse values that mean nothing.

        Raises
        ------
        ValueError
            When a number is negative, no voyage may be taken, or the priorities are unknown.
        """
        if self.priorities not in ("lexicographic", "cost"):
            raise ValueError(
                f"priorities must be 'lexicographic' or 'cost', not {self.priorities!r}"
            )
        for one in fields(self)[1:]:
            value: Any = getattr(self, one.name)
            if not value >= 0:
                raise ValueError(f"{one.name} must be 0 or more, not {value}")
        if self.voyages < 1:
            raise ValueError("voyages must be 1 or more")
        if self.least_chance > 1:
            raise ValueError(f"least_chance must be 1 or less, not {self.least_chance}")
