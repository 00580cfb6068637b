"""Searches that are done side by side, each once: what is found is kept as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sinho.errors import Infeasible
from sinho.hub.files import write_text
from sinho.hub.sealed import read_sealed, sealed
from sinho.results import LineDay
from sinho.sequence import Input, Params, Result, solve

T = TypeVar("T")


@dataclass(frozen=True)
class Job:
    """The search of a day in one pass.

    Parameters
    ----------
    name : str
        The pass, which has a folder.
    at : LineDay
        The day; of several lines, that of the first.
    input : Input
        What is sequenced.
    params : Params
        How hard.
    seed : int
        Seed of the random numbers.
    """

    name: str
    at: LineDay
    input: Input
    params: Params
    seed: int


def each_once(
    jobs: Iterable[Job],
    folder: Path,
    executor: Executor,
    *,
    found: Callable[[Job, Result | None], T],
    read: Callable[[Any], T],
    record: Callable[[T], Any],
    take: Callable[[Job, T], None],
    done: Callable[[str, LineDay, T], None],
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
    found : callable
        Returns what a job found of its result; of None where held cars leave the orders from which
        it starts no others.
    read, record : callable
        Turn what is kept into what is found, and back.
    take : callable
        Takes what each job found, now or before.
    done : callable
        Called with pass, day and what was found of each that is done now.

    Raises
    ------
    Infeasible
        When a day that starts from no order has hard rules that contradict each other.
    """
    waiting = {}
    for job in jobs:
        path = folder / job.name / f"{job.at.key}.json"
        if path.exists():
            take(job, read(read_sealed(path)))
        else:
            future = executor.submit(solve, job.input, job.params, seed=job.seed)
            waiting[future] = job, path
    try:
        for future in as_completed(waiting):
            job, path = waiting[future]
            try:
                one = found(job, future.result())
            except Infeasible:
                if job.input.start is None:
                    raise
                one = found(job, None)
            write_text(path, sealed(record(one)), force=True)
            take(job, one)
            done(job.name, job.at, one)
    finally:
        for future in waiting:
            future.cancel()
