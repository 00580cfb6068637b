"""How a search for a loading plan goes: one frozen set of parameters."""

from __future__ import annotations

from dataclasses import dataclass

from sinho.stop import check_effort


@dataclass(frozen=True)
class Params:
    """How long a plan is searched for, and at what temperatures, in units of cost: an edge costs 1.

    Parameters
    ----------
    iterations : int or None
        Trades that each thread tries. With it, the same ship, parameters and seed give the same
        plan, unless a stop rule ends the search before. None: as many as the time allows.
    threads : int
        Searches side by side; the best plan of all is handed back.
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

    iterations: int | None = None
    threads: int = 1
    hot: float = 14.0
    cold: float = 0.6
    soft: float = 170.0
    effort: int = 24_000

    def __post_init__(self) -> None:
        """Refuse values that mean nothing.

        Raises
        ------
        ValueError
            When a temperature is not positive or rises, or a cost, an effort, the number of
            threads or that of iterations is not positive.
        """
        check_effort(self.threads, 0, self.iterations)
        if not 0 < self.cold <= self.hot:
            raise ValueError("cold must be above 0 and at most hot")
        if self.soft <= 0 or self.effort < 1:
            raise ValueError("soft must be above 0, effort 1 or more")
