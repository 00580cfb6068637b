"""How hard a sequence is searched for."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sinho.parameters import Parameters, bounded


@dataclass(frozen=True)
class Params(Parameters):
    """How hard a sequence is searched for, or repaired.

    Parameters
    ----------
    iterations : int or None
        Moves per thread: with them, and without a time, the same input, seed and number of threads
        give the same result. 0: nothing is searched, the orders given are counted and bounded.
        None: as many as the time allows. Where there is no time either, a repair compares
        1,200,000, and a search without a stop rule ends after 20 seconds.
    seconds : float or None
        Wall time of the search, without the compilation of its kernel.
    threads : int
        Searches side by side; the best wins. A repair is one.
    strict : bool
        Whether a day is refused whose hard rules contradict each other. Else its order breaks them
        as little as the search finds; only cars that cannot all have the positions that they need
        are refused.
    keep : float
        Price of a car that a repair moves, in units of a level's figure, such as violations or
        colour changes. In the first level a unit counts a thousand. With ``math.inf`` nothing moves
        but what hard rules ask for; with 0 stability counts for nothing, and levels are lowered
        further than they were before the change.
    """

    iterations: int | None = bounded(None, least=0)
    seconds: float | None = bounded(None, above=0, below=None)
    threads: int = bounded(1, least=1)
    strict: bool = True
    keep: float = bounded(1.0, least=0, below=None)

    def times(self, factor: float) -> Params:
        """Return so many times the moves, one at least, or so many times the time."""
        moves, seconds = self.iterations, self.seconds
        return replace(
            self,
            iterations=moves and max(1, int(moves * factor)),
            seconds=seconds and seconds * factor,
        )


GIVEN = Params(iterations=0)
"""Nothing is searched."""
