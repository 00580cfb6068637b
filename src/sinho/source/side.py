"""Plans of a network side by side: losses, futures, and what one thing more is worth."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from sinho.executors import carried
from sinho.source.params import Params
from sinho.stop import Ahead, Progress, Report, StopRule

T = TypeVar("T")


def side_by_side(
    function: Callable[..., T | None],
    jobs: Sequence[tuple[Any, ...]],
    params: Params,
    shared: tuple[Any, ...],
    *,
    title: str,
    stop: StopRule,
    progress: Report | None,
) -> list[T | None]:
    """Carry out jobs with a network's workers or executor, and tell how many are done.

    Parameters
    ----------
    function : callable
        Takes parameters for a single worker, ``shared``, a job, and ``stop`` and ``progress`` by
        name; others must be able to import it.
    jobs : sequence of tuple
        Its arguments, each time.
    params : Params
        Of which ``workers`` and ``executor`` carry them out.
    shared : tuple
        Arguments before those, the same each time.
    title : str
        What is told of them.
    stop, progress
        As for `sinho.source.solve`.

    Returns
    -------
    list
        What comes of each job; None where it was stopped before.
    """
    found: list[T | None] = []
    each = carried(
        function,
        jobs,
        params.executor,
        shared=(replace(params, workers=1, executor=None), *shared),
        workers=params.workers,
        stop=stop,
        progress=progress,
    )
    for one in each:
        found.append(one)
        if progress is not None:
            told = f"{title}, {len(found)} of {len(jobs)}"
            progress(Progress(told, 0.0, done=len(found) / len(jobs)))
    return found + [None] * (len(jobs) - len(found))


def part_of(stop: StopRule, share: float) -> StopRule:
    """Return a rule that stops when a share of the time left is over."""
    left = stop.seconds_left
    return stop if math.isinf(left) else Ahead(stop, (1 - share) * left)
