"""What the yard is asked to weigh, and how hard it is planned: one frozen set of parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sinho.parameters import Parameters, bounded


@dataclass(frozen=True)
class Params(Parameters):
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

    overflow_cost: float = bounded(100.0, least=0)
    move_cost: float = bounded(1.0, above=0)
    changed_cost: float = bounded(0.1, least=0)
    rounds: int = bounded(20_000, least=0)

    def _at_odds(self) -> Iterator[tuple[str, str]]:
        if self.overflow_cost < self.move_cost:
            yield "overflow_cost", "it must be move_cost or more"
