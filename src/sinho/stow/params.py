"""How a search for a loading plan goes: one frozen set of parameters."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sinho.parameters import Parameters, bounded


@dataclass(frozen=True)
class Params(Parameters):
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

    iterations: int | None = bounded(None, least=1)
    threads: int = bounded(1, least=1)
    hot: float = bounded(14.0, above=0)
    cold: float = bounded(0.6, above=0)
    soft: float = bounded(170.0, above=0)
    effort: int = bounded(24_000, least=1)

    def _at_odds(self) -> Iterator[tuple[str, str]]:
        if self.cold > self.hot:
            yield "cold", "it must be hot or less"
