"""What the yard is asked to weigh, and how hard it is planned: one frozen set of parameters."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True)
class YardParams:
    """Costs of the yard in moves, and the length of its search.

    Parameters
    ----------
    overflow_cost : float
        Cost of a car for which there is no place.
    move_cost : float
        Cost of a car that is moved to reach another.
    changed_cost : float
        Cost of a car that gets another row than in the former plan.
    rounds : int
        Most rounds of the search; it ends earlier when nothing can be better.
    """

    overflow_cost: float = 100.0
    move_cost: float = 1.0
    changed_cost: float = 0.1
    rounds: int = 20_000

    def __post_init__(self) -> None:
        """Refuse values that mean nothing.

        Raises
        ------
        ValueError
            When a parameter is negative, a move costs nothing, or a car without a place costs less
            than one that is moved.
        """
        for name in (one.name for one in fields(self)):
            value: Any = getattr(self, name)
            if not value >= 0:
                raise ValueError(f"{name} must be 0 or more, not {value}")
        if not self.move_cost > 0:
            raise ValueError("move_cost must be above 0")
        if self.overflow_cost < self.move_cost:
            raise ValueError("overflow_cost must be move_cost or more")
