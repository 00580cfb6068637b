"""How hard the places of buffers are searched."""

from __future__ import annotations

from concurrent.futures import Executor
from dataclasses import dataclass, field

from sinho.executors import read_executor
from sinho.parameters import Parameters, bounded


@dataclass(frozen=True)
class Params(Parameters):
    """How hard the places of buffers are searched.

    Parameters
    ----------
    replications : int
        Replications by which allocations are compared at most; the best ones go through three times
        as many in the end.
    starts : int
        Allocations from which places are moved, the most promising first.
    tries : int
        Moves of places that are tried from an allocation, the most promising first.
    horizon : float or None
        Minutes simulated; None: what the line's setting says, else until all cars are off.
    warm_up : float or None
        Minutes from which on is counted; None: what the line's setting says, else 0; where all cars
        are waited for, else from when a tenth of them is off.
    level : float
        Probability of the confidence intervals.
    workers : int or None
        Replications side by side; None: as many as there are processors. The result does not depend
        on it.
    executor : concurrent.futures.Executor or None
        What carries them out; None: threads.
    """

    replications: int = bounded(20, least=2)
    starts: int = bounded(3, least=1)
    tries: int = bounded(40, least=1)
    horizon: float | None = bounded(None, above=0)
    warm_up: float | None = bounded(None, least=0)
    level: float = bounded(0.95, above=0, below=1)
    workers: int | None = bounded(None, least=1)
    executor: Executor | None = field(
        default=None, compare=False, repr=False, metadata={"read": read_executor}
    )
