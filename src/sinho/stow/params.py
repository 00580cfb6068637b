"""How a search for a loading plan goes: one frozen set of parameters."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Params:
    """Temperatures of the search, in units of cost: an edge costs 1.

    Parameters
    ----------
    hot : float
        Temperature at the beginning of a round.
    cold : float
        Temperature at its end.
    rounds : int
        Rounds of cooling, each longer than the one before; the best plan of all searches is where
        a round begins.
    """

    hot: float = 30.0
    cold: float = 0.5
    rounds: int = 3

    def __post_init__(self) -> None:
        """Refuse values that mean nothing.

        Raises
        ------
        ValueError
            When a temperature is not positive or rises, or there is no round.
        """
        if not 0 < self.cold <= self.hot:
            raise ValueError("cold must be above 0 and at most hot")
        if self.rounds < 1:
            raise ValueError("rounds must be 1 or more")
