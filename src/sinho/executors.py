"""Work side by side, through any executor: the same results in the same order whatever it is."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    Executor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from contextlib import AbstractContextManager, contextmanager, nullcontext
from multiprocessing import get_context
from typing import Any, TypeVar

from sinho.stop import Interruptible, NoLimit, Report, StopRule, TimeLimit

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


def carried(
    function: Callable[..., T],
    jobs: Sequence[tuple[Any, ...]],
    executor: Executor | None = None,
    *,
    shared: tuple[Any, ...] = (),
    workers: int = 1,
    stop: StopRule | None = None,
    progress: Report | None = None,
) -> Iterator[T]:
    """Carry out jobs here, in processes of one's own, or by an executor; yield them in order.

    Parameters
    ----------
    function : callable
        Takes ``shared``, a job, and ``stop`` and ``progress`` by name; others must be able to
        import it. Elsewhere than here it hears of Ctrl-C and of the time left when it was handed
        out, and no progress is told.
    jobs : sequence of tuple
        Its arguments, each time.
    executor : concurrent.futures.Executor or None
        What carries them out.
    shared : tuple
        Arguments before those, the same each time.
    workers : int
        Processes; 1 without an executor: here, one job after the other.
    stop : StopRule, optional
        When to begin no more, and to hand back what is begun.
    progress : callable, optional
        Told by what is carried out here.
    """
    stop = stop or NoLimit()
    if executor is None and (workers == 1 or len(jobs) < 2):
        for job in jobs:
            if stop():
                return
            yield function(*shared, *job, stop=stop, progress=progress)
        return
    pool: AbstractContextManager[Executor] = (
        ProcessPoolExecutor(workers, get_context("spawn"), _heedless)
        if executor is None
        else nullcontext(executor)
    )
    with pool as carrier:
        timed = ((function, stop.seconds_left, *job) for job in jobs)
        once = (len(shared), *shared)
        yield from in_order(_away, timed, carrier, shared=once, workers=workers, stop=stop)


def _heedless() -> None:
    """Let Ctrl-C, which a terminal sends to all its processes, end none that waits for work."""
    signal.signal(signal.SIGINT, lambda _number, _frame: None)


def _away(count: int, *given: Any) -> Any:
    """Carry out a job elsewhere: what is shared, the function, seconds left, its arguments."""
    shared, (function, seconds, *job) = given[:count], given[count:]
    with Interruptible(TimeLimit(max(seconds, 1e-3))) as stop:
        return function(*shared, *job, stop=stop, progress=None)


def _sent(carrier: Executor, values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Send values to all workers of a cluster, and return what stands for them there.

    Of the executors only that of `distributed` has a way to do so: its client scatters data.
    """
    scatter = getattr(getattr(carrier, "_client", None), "scatter", None)
    if scatter is None or not values:
        return values
    return tuple(scatter(list(values), broadcast=True, hash=False))
