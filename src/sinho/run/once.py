"""Searches that are done side by side, each once: what is found is kept as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, as_completed
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sinho.hub.files import write_text
from sinho.hub.sealed import read_sealed, sealed

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Job(Protocol[T_co]):
    """A search of one pass."""

    @property
    def name(self) -> str:
        """The pass, which has a folder."""

    @property
    def key(self) -> str:
        """Name of its file there."""

    def run(self) -> T_co:
        """Search."""


J = TypeVar("J", bound=Job[Any])


def each_once(
    jobs: Iterable[J],
    folder: Path,
    executor: Executor,
    *,
    read: Callable[[Any], T],
    record: Callable[[T], Any],
    take: Callable[[J, T], None],
    done: Callable[[J, T], None],
) -> None:
    """Do jobs side by side; take those from the folder that are done already.

    Parameters
    ----------
    jobs : iterable of Job
        The jobs.
    folder : pathlib.Path
        Where each is kept once it is done.
    executor : concurrent.futures.Executor
        Does them.
    read, record : callable
        Turn what is kept into what is found, and back.
    take : callable
        Takes what each job found, now or before.
    done : callable
        Told of each that is done now.
    """
    waiting = {}
    for job in jobs:
        path = folder / job.name / f"{job.key}.json"
        if path.exists():
            take(job, read(read_sealed(path)))
        else:
            waiting[executor.submit(job.run)] = job, path
    try:
        for future in as_completed(waiting):
            job, path = waiting[future]
            found = future.result()
            write_text(path, sealed(record(found)), force=True)
            take(job, found)
            done(job, found)
    finally:
        for future in waiting:
            future.cancel()
