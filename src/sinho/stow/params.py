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
    soft : float
        While a round is hot, a further move costs this divided by the temperature, up to its true
        cost: cars in the way are let pass at first.
    effort : int
        Changes tried in a full round, for each place and port. Rounds begin short.
    """

    hot: float = 14.0
    cold: float = 0.6
    soft: float = 170.0
    effort: int = 24_000

    def __post_init__(self) -> None:
        """Refuse values that mean nothing.

        Raises
        ------
        ValueError
            When a temperature is not positive or rises, or a cost or effort is not positive.
        """
        if not 0 < self.cold <= self.hot:
            raise ValueError("cold must be above 0 and at most hot")
        if self.soft <= 0 or self.effort < 1:
            raise ValueError("soft must be above 0, effort 1 or more")
