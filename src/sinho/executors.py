"""Work side by side, through any executor: the same results in the same order whatever it is."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from typing import Any, TypeVar

from sinho.stop import NoLimit, StopRule

T = TypeVar("T")

WAIT = 0.1
"""Seconds between looks at the stop rule."""


def read_executor(value: Any) -> Executor:
    """Return an executor given as a parameter (`sinho.parameters.Parameters`).

    Raises
    ------
    ValueError
        When it is none.
    """
    if not isinstance(value, Executor):
        raise ValueError("it must be an executor of concurrent.futures")
    return value


@contextmanager
def opened(executor: Executor | None, workers: int | None = None) -> Iterator[Executor]:
    """Hand out an executor: the one given, which stays open, or threads of one's own.

    Parameters
    ----------
    executor : concurrent.futures.Executor or None
        Such as a pool of processes, or ``Client.get_executor()`` of `distributed`; None: threads.
    workers : int or None
        Threads; None: as many as there are processors.
    """
    if executor is not None:
        yield executor
        return
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as threads:
        yield threads


def in_order(
    function: Callable[..., T],
    jobs: Iterable[tuple[Any, ...]],
    executor: Executor | None = None,
    *,
    shared: tuple[Any, ...] = (),
    workers: int | None = None,
    stop: StopRule | None = None,
) -> Iterator[T]:
    """Yield what a function makes of each job, in the order of the jobs.

    Parameters
    ----------
    function : callable
        The function; other processes must be able to import it.
    jobs : iterable of tuple
        Its arguments, each time; they are taken as they are needed.
    executor : concurrent.futures.Executor or None
        What carries them out; None: threads.
    shared : tuple
        Arguments before those, the same each time: they are sent but once where the executor can.
    workers : int or None
        Jobs at the same time, and as many that wait for them; None: as many as there are
        processors here.
    stop : StopRule, optional
        When to begin no more; those begun are waited for.
    """
    at_once, stop = workers or os.cpu_count() or 1, stop or NoLimit()
    todo = iter(jobs)
    running: list[Future[T]] = []
    with opened(executor, workers) as carrier:
        common = _sent(carrier, shared)
        try:
            more = True
            while True:
                while more and len(running) < 2 * at_once and not stop():
                    job = next(todo, None)
                    more = job is not None
                    if job is not None:
                        running.append(carrier.submit(function, *common, *job))
                if not running:
                    return
                future = running[0]
                if stop():
                    for other in running:
                        other.cancel()
                    if future.cancelled():
                        return
                    more = False
                wait([future], WAIT, FIRST_COMPLETED)
                if future.done():
                    running.pop(0)
                    yield future.result()
        finally:
            for other in running:
                other.cancel()


def _sent(carrier: Executor, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Send values to all workers of a cluster, and return what stands for them there.

    Of the executors only that of `distributed` has a way to do so: its client scatters data.
    """
    scatter = getattr(getattr(carrier, "_client", None), "scatter", None)
    if scatter is None or not values:
        return values
    return tuple(scatter(list(values), broadcast=True, hash=False))
