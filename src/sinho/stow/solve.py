"""The search for a plan that loads and unloads a ship at little cost: anytime, seeded."""

from __future__ import annotations

import functools
import time
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from sinho.results.versions import versions
from sinho.stop import NoLimit, Progress, Report, StopRule, TimeLimit, check_effort
from sinho.stow.bounds import lower_bound
from sinho.stow.check import check
from sinho.stow.data import DeckGraph, Demand, Loading
from sinho.stow.files import read_graph
from sinho.stow.moves import moves_of
from sinho.stow.onboard import moved_on_board
from sinho.stow.params import Params
from sinho.stow.start import first_plan
from sinho.stow.walk import Budget, Walker

DEFAULT_SECONDS = 60.0
LAST_SECONDS = 0.5
"""Time for a last improvement of the plan after the search has been stopped."""

LOOK = 0.1
"""Seconds between two reports of progress."""


def solve(
    graph: DeckGraph,
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    iterations: int | None = None,
    seed: int = 1,
    threads: int = 1,
    progress: Report | None = None,
) -> Loading:
    """Find where each car stands on a ship, and the moves that load and unload it.

    The plan is an arrangement of the cars for each leg between two ports. Two places trade what
    stands on them for some legs; each port that it changes is priced anew, cars in the way
    included, which are put off and loaded again; simulated annealing decides. Each plan handed out
    has been carried out and priced by `check`.

    Parameters
    ----------
    graph : DeckGraph
        The ship and its cars.
    params : Params, optional
        How the search goes.
    stop : StopRule, optional
        When to stop and hand back the best plan so far; 60 seconds where neither this nor a number
        of iterations is given.
    iterations : int, optional
        Trades that each thread tries. With it, the result depends on the graph, the parameters, the
        seed and the number of threads alone, unless the stop rule ends the search before.
    seed : int
        Seed of the random numbers.
    threads : int
        Searches side by side; the best plan of all is handed back.
    progress : callable, optional
        Hears the best cost some times a second.

    Returns
    -------
    Loading
        The moves, their cost, a bound and how they were found.

    Raises
    ------
    ValueError
        When the number of threads or of iterations is not positive, or the seed is negative.
    """
    check_effort(threads, seed, iterations)
    params = params or Params()
    if stop is None:
        stop = NoLimit() if iterations is not None else TimeLimit(DEFAULT_SECONDS)
    warm_up()
    return _Search(graph, params, stop, iterations, seed, threads, progress).run()


def load_ship(
    problem: DeckGraph | str | Path,
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    iterations: int | None = None,
    seed: int = 1,
    threads: int = 1,
    progress: Report | None = None,
) -> Loading:
    """Find where each car stands on a ship, and the moves that load and unload it.

    Parameters
    ----------
    problem : DeckGraph, str or pathlib.Path
        The ship and its cars, or a file of the Optimization Grand Challenge 2025 that has them.
    params, stop, iterations, seed, threads, progress
        As `sinho.stow.solve` takes them.

    Returns
    -------
    Loading
        The moves, their cost, a bound and how they were found.

    Raises
    ------
    DataError
        When the file breaks its rules; all problems at once.
    ValueError
        When the number of threads or of iterations is not positive, or the seed is negative.
    """
    graph = problem if isinstance(problem, DeckGraph) else read_graph(problem)
    return solve(
        graph,
        params,
        stop=stop,
        iterations=iterations,
        seed=seed,
        threads=threads,
        progress=progress,
    )


class _Search:
    """A whole search."""

    def __init__(
        self,
        graph: DeckGraph,
        params: Params,
        stop: StopRule,
        iterations: int | None,
        seed: int,
        threads: int,
        progress: Report | None,
    ) -> None:
        self.graph, self.stop = graph, stop
        self.iterations, self.seed, self.progress = iterations, seed, progress
        self.began = time.monotonic()
        self.seconds = stop.seconds_left
        plan = first_plan(graph)
        seeds = np.random.SeedSequence(seed).generate_state(threads, np.uint64)
        self.walkers = [Walker(graph, params, plan, int(one)) for one in seeds]
        self.bound = graph.least_cost
        self.rows: list[dict[str, float | int]] = []
        self.given_up = False
        self.note()

    def run(self) -> Loading:
        """Search; return the best plan, checked."""
        with ThreadPoolExecutor(len(self.walkers) + 1) as pool:
            try:
                self.search(pool)
            except BaseException:
                self.given_up = True
                raise
        best = min(self.walkers, key=lambda one: one.cost)
        rest: StopRule = NoLimit() if self.iterations is not None else TimeLimit(LAST_SECONDS)
        moves = moved_on_board(self.graph, moves_of(self.graph, best.best.tolist()), rest)
        checked = check(self.graph, moves)
        if not checked.sound or checked.cost > best.cost:
            raise AssertionError(f"a plan of cost {best.cost} is unsound: {checked}")
        self.note(checked.cost)
        return Loading(
            moves=moves,
            cost=checked.cost,
            bound=self.bound,
            objective=checked.objective,
            status=self.status(checked.cost),
            seed=self.seed,
            threads=len(self.walkers),
            iterations=sum(one.tried for one in self.walkers),
            seconds=time.monotonic() - self.began,
            history=pl.DataFrame(
                self.rows,
                schema={"seconds": pl.Float64, "iterations": pl.Int64, "cost": pl.Int64},
            ),
            versions=versions("numba", "highspy"),
        )

    def search(self, pool: Executor) -> None:
        """Let all walk, and find a bound beside them; before them where time must not matter."""
        limit = pool.submit(lower_bound, self.graph, self.stop)
        if self.iterations is not None:
            self.bound = limit.result()
        budget = Budget(self.iterations, self.stop)
        jobs = [pool.submit(one.go, budget, self.over) for one in self.walkers]
        while wait(jobs, timeout=LOOK).not_done:
            if limit.done():
                self.bound = limit.result()
            self.note()
        for job in jobs:
            job.result()
        self.bound = limit.result()
        self.note()

    def share(self) -> float:
        """Return the share of the time that is over."""
        return (time.monotonic() - self.began) / self.seconds

    def over(self, walker: Walker) -> bool:
        """Return whether one has to stop: with a number of iterations, whatever others find."""
        known = self.walkers if self.iterations is None else [walker]
        return self.given_up or self.stop() or any(one.cost <= self.bound for one in known)

    def status(self, cost: int) -> Literal["optimal", "iterations", "time", "stopped"]:
        """Return why the search ended with a plan of a cost."""
        if cost <= self.bound:
            return "optimal"
        if self.iterations is not None and all(
            one.tried >= self.iterations for one in self.walkers
        ):
            return "iterations"
        return "time" if self.share() >= 1 else "stopped"

    def note(self, cost: int | None = None) -> None:
        """Write down an improvement, and report; by default that of the best walker."""
        if cost is None:
            cost = min(one.cost for one in self.walkers)
        seconds = time.monotonic() - self.began
        tried = sum(one.tried for one in self.walkers)
        if not self.rows or cost < self.rows[-1]["cost"]:
            self.rows.append({"seconds": seconds, "iterations": tried, "cost": cost})
        if self.progress is not None:
            done = (
                self.share()
                if self.iterations is None
                else tried / (self.iterations * len(self.walkers))
            )
            text = f"loading: {cost - self.graph.least_cost:,} above each car alone"
            self.progress(Progress(text, seconds, best=cost, bound=self.bound, done=min(1.0, done)))


@functools.cache
def warm_up() -> None:
    """Load the compiled kernel, or compile it, which takes some seconds once per machine.

    A search does it by itself; call it before a clock is started that should measure the search
    alone.
    """
    graph = DeckGraph(3, ((0, 1), (1, 2)), 2, (Demand(0, 1, 1),), 1, "warm-up")
    Walker(graph, Params(), first_plan(graph), 1).walk(1, 1.0, 1.0)
