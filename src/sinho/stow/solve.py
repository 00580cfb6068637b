"""The search for a plan that loads and unloads a ship at little cost: anytime, seeded."""

from __future__ import annotations

import functools
import time
from concurrent.futures import Executor, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from sinho.graphs.check import check
from sinho.graphs.data import DeckGraph, Demand
from sinho.parameters import SEED, check_seed
from sinho.results.versions import versions
from sinho.stop import Ahead, NoLimit, Progress, Report, StopRule, TimeLimit
from sinho.stow.bounds import Bound, lower_bound
from sinho.stow.loading import Input, Loading
from sinho.stow.onboard import moved_on_board
from sinho.stow.params import Params
from sinho.stow.start import first_plan
from sinho.stow.walk import Budget, Walker

DEFAULT_SECONDS = 60.0
LAST_SECONDS, LAST_SHARE = 0.5, 0.05
"""Time kept back for a last improvement of the plan after the search; the most of all of it."""

LOOK = 0.1
"""Seconds between two reports of progress."""


def solve(
    input: Input,
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> Loading:
    """Find where each car stands on a ship, and the moves that load and unload it.

    The plan is an arrangement of the cars for each leg between two ports. Two places trade what
    stands on them for some legs; each port that it changes is priced anew, cars in the way
    included, which are put off and loaded again; simulated annealing decides. Each plan handed out
    has been carried out and priced by `check`.

    Parameters
    ----------
    input : Input
        The ship and its cars.
    params : Params, optional
        How long the search goes on, and how.
    stop : StopRule, optional
        When to stop and hand back the best plan so far; 60 seconds where neither this nor a number
        of iterations is given.
    seed : int
        Seed of the random numbers.
    progress : callable, optional
        Called with `sinho.stop.Progress` some times a second, with objective and bound.

    Returns
    -------
    Loading
        The moves, their cost, a bound and how they were found.

    Raises
    ------
    ValueError
        When the seed is negative.
    """
    params = params or Params()
    check_seed(seed)
    if stop is None:
        stop = NoLimit() if params.iterations is not None else TimeLimit(DEFAULT_SECONDS)
    warm_up()
    return _Search(input, params, stop, seed, progress).run()


def load_ship(
    problem: DeckGraph | str | Path,
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    iterations: int | None = None,
    seed: int = SEED,
    threads: int | None = None,
    progress: Report | None = None,
) -> Loading:
    """Find where each car stands on a ship, and the moves that load and unload it.

    Parameters
    ----------
    problem : DeckGraph, str or pathlib.Path
        The ship and its cars, or a file of the Optimization Grand Challenge 2025 that has them.
    iterations, threads : int, optional
        In place of those of the parameters.
    params, stop, seed, progress
        As `sinho.stow.solve` takes them.

    Returns
    -------
    Loading
        The moves, their cost, a bound and how they were found.

    Raises
    ------
    DataError
        When the file breaks its rules, or a parameter its bounds; all problems at once.
    ValueError
        When the seed is negative.
    """
    given = Input(problem) if isinstance(problem, DeckGraph) else Input.from_file(problem)
    params = params or Params()
    params = replace(
        params,
        iterations=params.iterations if iterations is None else iterations,
        threads=params.threads if threads is None else threads,
    )
    return solve(given, params, stop=stop, seed=seed, progress=progress)


class _Search:
    """A whole search."""

    def __init__(
        self,
        input: Input,
        params: Params,
        stop: StopRule,
        seed: int,
        progress: Report | None,
    ) -> None:
        graph = input.graph
        self.last = min(LAST_SECONDS, max(1e-3, LAST_SHARE * stop.seconds_left))
        self.input, self.graph, self.stop = input, graph, Ahead(stop, self.last)
        self.iterations, self.seed, self.progress = params.iterations, seed, progress
        self.began = time.monotonic()
        self.seconds = max(1e-9, self.stop.seconds_left)
        plan = first_plan(graph)
        seeds = np.random.SeedSequence(seed).generate_state(params.threads, np.uint64)
        self.walkers = [Walker(graph, params, plan, int(one)) for one in seeds]
        self.bound = Bound(graph.least_cost, "each car alone")
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
        rest = NoLimit() if self.iterations is not None else TimeLimit(self.last)
        moves = moved_on_board(self.graph, best.moves(), rest)
        checked = check(self.graph, moves)
        if not checked.sound or checked.cost > best.cost:
            raise AssertionError(f"a plan of cost {best.cost} is unsound: {checked}")
        self.note(checked.cost)
        return Loading(
            input=self.input,
            moves=moves,
            cost=checked.cost,
            bound=self.bound.cost,
            proof=self.bound.proof,
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
        return self.given_up or self.stop() or any(one.cost <= self.bound.cost for one in known)

    def status(self, cost: int) -> Literal["optimal", "iterations", "time", "stopped"]:
        """Return why the search ended with a plan of a cost."""
        if cost <= self.bound.cost:
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
            bound = self.bound.cost
            self.progress(Progress(text, seconds, best=cost, bound=bound, done=min(1.0, done)))


@functools.cache
def warm_up() -> None:
    """Load the compiled kernel, or compile it, which takes some seconds once per machine.

    A search does it by itself; call it before a clock is started that should measure the search
    alone.
    """
    graph = DeckGraph(3, ((0, 1), (1, 2)), 2, (Demand(0, 1, 1),), 1, "warm-up")
    Walker(graph, Params(), first_plan(graph), 1).walk(1, 1.0, 1.0)
