"""How a plant is simulated: one frozen set of parameters."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from dataclasses import dataclass, field

from sinho.executors import read_executor
from sinho.parameters import Parameters, bounded


@dataclass(frozen=True)
class Params(Parameters):
    """How often and how long a plant is simulated.

    Parameters
    ----------
    replications : int
        Replications.
    horizon : float or None
        Minutes simulated; None: what the input's setting says, else until all cars are off.
    warm_up : float or None
        Minutes from which on is counted; None: what the input's setting says, else 0.
    counted : float or None
        Minutes until which is counted; None: what the input's setting says, else the horizon.
    kept : int
        Replications, the first ones, whose line-off times are kept for quantiles: memory does not
        grow with those beyond.
    watched : int
        Replications, the first ones, in which the bottleneck is looked for.
    samples : int
        Moments at which what buffers hold is looked at.
    level : float
        Probability of confidence intervals.
    workers : int or None
        Replications side by side; None: as many as there are processors. The result does not depend
        on it.
    executor : concurrent.futures.Executor or None
        What carries them out, such as a pool of processes or `distributed`'s; None: threads.
    general : bool
        Whether plain serial lines go through the event core, too, instead of the recursion.
    """

    replications: int = bounded(30, least=1)
    horizon: float | None = bounded(None, above=0)
    warm_up: float | None = bounded(None, least=0)
    counted: float | None = bounded(None, above=0)
    kept: int = bounded(256, least=1)
    watched: int = bounded(3, least=0)
    samples: int = bounded(96, least=0)
    level: float = bounded(0.95, above=0, below=1)
    workers: int | None = bounded(None, least=1)
    executor: Executor | None = field(
        default=None, compare=False, repr=False, metadata={"read": read_executor}
    )
    general: bool = False

    def _at_odds(self) -> Iterator[tuple[str, str]]:
        begin = self.warm_up or 0.0
        for name in ("horizon", "counted"):
            end = getattr(self, name)
            if end is not None and not begin < end:
                yield name, f"nothing is counted from minute {begin:g} until minute {end:g}"
