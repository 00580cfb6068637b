"""How a plant is simulated: one frozen set of parameters."""

from __future__ import annotations

import math
from concurrent.futures import Executor
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Params:
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

    replications: int = 30
    horizon: float | None = None
    warm_up: float | None = None
    counted: float | None = None
    kept: int = 256
    watched: int = 3
    samples: int = 96
    level: float = 0.95
    workers: int | None = None
    executor: Executor | None = field(default=None, compare=False, repr=False)
    general: bool = False

    def __post_init__(self) -> None:
        """Refuse values that mean nothing.

        Raises
        ------
        ValueError
            When a number is too small, a time is not finite, or what is counted is empty.
        """
        for name, least in (("replications", 1), ("kept", 1), ("watched", 0), ("samples", 0)):
            if getattr(self, name) < least:
                raise ValueError(f"{name} must be {least} or more, not {getattr(self, name)}")
        if self.workers is not None and self.workers < 1:
            raise ValueError(f"workers must be 1 or more, not {self.workers}")
        for name in ("horizon", "warm_up", "counted"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise ValueError(f"{name} must be a finite number of 0 or more, not {value}")
        if not 0 < self.level < 1:
            raise ValueError(f"level must lie between 0 and 1, not {self.level}")
