"""The search for a plan that loads and unloads a ship at little cost: anytime, seeded."""

from __future__ import annotations

import functools
import time
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.results.versions import versions
from sinho.stop import NoLimit, Progress, Report, StopRule, TimeLimit, check_effort
from sinho.stow.check import check
from sinho.stow.data import DeckGraph, Demand, Loading
from sinho.stow.files import read_graph
from sinho.stow.kernel import Ship, price, search, work_of
from sinho.stow.moves import moves_of
from sinho.stow.params import Params
from sinho.stow.start import first_plan

DEFAULT_SECONDS = 60.0
LOOK = 0.05
"""Seconds between two looks at the stop rule."""

LONGER = 3.0
"""How many times as long as the round before the next one is."""

CHUNKS = 100
"""Pieces of a round of a given number of iterations."""

Longs = NDArray[np.int64]


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
        Searches side by side; the best of them is where each round begins.
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


@dataclass
class _Walker:
    """One of the searches side by side: its plan, the best one, and what they cost."""

    graph: DeckGraph
    plan: Longs
    seed: int

    def __post_init__(self) -> None:
        self.ship = ship_of(self.graph)
        self.work = work_of(self.graph.nodes)
        self.ends = np.zeros(self.graph.ports, np.int64)
        self.costs = np.zeros(self.graph.ports, np.int64)
        self.totals = np.zeros(2, np.int64)
        self.state = np.array([self.seed], np.uint64)
        self.best = self.plan.copy()
        self.tried = 0
        self.speed = 0.0
        self.begin_at(self.plan)
        self.totals[1] = self.totals[0]

    def begin_at(self, plan: Longs) -> None:
        """Go on from a plan."""
        self.plan[:] = plan
        self.totals[0] = price(self.plan, self.ends, self.costs, self.ship, self.work)

    def walk(self, moves: int, hot: float, cold: float) -> None:
        """Try trades while it cools."""
        began = time.perf_counter()
        search(
            moves,
            hot,
            cold,
            self.plan,
            self.best,
            self.ends,
            self.costs,
            self.totals,
            self.ship,
            self.work,
            self.state,
        )
        self.tried += moves
        self.speed = moves / max(time.perf_counter() - began, 1e-6)

    @property
    def cost(self) -> int:
        """Cost of the best plan."""
        return int(self.totals[1])


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
        self.graph, self.params, self.stop = graph, params, stop
        self.iterations, self.seed, self.progress = iterations, seed, progress
        self.began = time.monotonic()
        self.seconds = stop.seconds_left
        start = first_plan(graph)
        seeds = np.random.SeedSequence(seed).generate_state(threads, np.uint64)
        self.walkers = [_Walker(graph, start.copy(), int(one)) for one in seeds]
        self.bound = graph.least_cost
        self.rows: list[dict[str, float | int]] = []
        self.given_up = False
        self.note()

    def run(self) -> Loading:
        """Search; return the best plan, checked."""
        with ThreadPoolExecutor(len(self.walkers)) as pool:
            for begin, end in rounds(self.params.rounds):
                best = min(self.walkers, key=lambda one: one.cost)
                for walker in self.walkers:
                    walker.begin_at(best.best)
                jobs = [pool.submit(self.round, one, begin, end) for one in self.walkers]
                try:
                    while wait(jobs, timeout=2 * LOOK).not_done:
                        self.note()
                except BaseException:
                    self.given_up = True
                    raise
                for job in jobs:
                    job.result()
                self.note()
                if self.over():
                    break
        best = min(self.walkers, key=lambda one: one.cost)
        moves = moves_of(self.graph, best.best.tolist())
        checked = check(self.graph, moves)
        if not checked.sound or checked.cost != best.cost:
            raise AssertionError(f"a plan of cost {best.cost} is unsound: {checked}")
        return Loading(
            moves=moves,
            cost=checked.cost,
            bound=self.bound,
            objective=checked.objective,
            status=self.status(),
            seed=self.seed,
            threads=len(self.walkers),
            iterations=sum(one.tried for one in self.walkers),
            seconds=time.monotonic() - self.began,
            history=pl.DataFrame(
                self.rows,
                schema={"seconds": pl.Float64, "iterations": pl.Int64, "cost": pl.Int64},
            ),
            versions=versions("numba"),
        )

    def round(self, walker: _Walker, begin: float, end: float) -> None:
        """Let one walk through a round: a part of the search, from a share of it to another."""
        hot, cold = self.params.hot, self.params.cold
        if self.iterations is not None:
            edges = np.linspace(begin, end, CHUNKS + 1) * self.iterations
            parts = np.diff(edges.astype(np.int64))
            for at, moves in enumerate(parts.tolist()):
                if self.over():
                    return
                if moves:
                    walker.walk(
                        moves, _heat(hot, cold, at / CHUNKS), _heat(hot, cold, (at + 1) / CHUNKS)
                    )
            return
        while not self.over():
            done = (self.share() - begin) / (end - begin)
            if done >= 1:
                return
            more = LOOK / self.seconds / (end - begin) if np.isfinite(self.seconds) else 0.0
            moves = max(100, int(walker.speed * LOOK))
            walker.walk(moves, _heat(hot, cold, done), _heat(hot, cold, min(1.0, done + more)))

    def share(self) -> float:
        """Return the share of the time that is over."""
        return (time.monotonic() - self.began) / self.seconds

    def over(self) -> bool:
        """Return whether to stop."""
        return self.given_up or self.stop() or any(one.cost <= self.bound for one in self.walkers)

    def status(self) -> Literal["optimal", "iterations", "time", "stopped"]:
        """Return why the search ended."""
        if any(one.cost <= self.bound for one in self.walkers):
            return "optimal"
        if self.iterations is not None and all(
            one.tried >= self.iterations for one in self.walkers
        ):
            return "iterations"
        return "time" if self.stop.seconds_left <= 0 else "stopped"

    def note(self) -> None:
        """Write down an improvement, and report."""
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


def _heat(hot: float, cold: float, share: float) -> float:
    return float(hot * (cold / hot) ** share)


def rounds(number: int) -> list[tuple[float, float]]:
    """Return the rounds of a search, each from a share of it to another."""
    sizes = [LONGER**at for at in range(number)]
    ends = np.cumsum([0.0, *sizes]) / sum(sizes)
    return list(zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True))


def ship_of(graph: DeckGraph) -> Ship:
    """Return a graph as the kernel takes it."""
    counts = [len(beside) for beside in graph.neighbours]
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    ends = np.array([node for beside in graph.neighbours for node in beside], np.int64)
    return Ship(start, ends, graph.fee)


@functools.cache
def warm_up() -> None:
    """Load the compiled kernel, or compile it, which takes some seconds once per machine.

    A search does it by itself; call it before a clock is started that should measure the search
    alone.
    """
    graph = DeckGraph(3, ((0, 1), (1, 2)), 2, (Demand(0, 1, 1),), 1, "warm-up")
    _Walker(graph, first_plan(graph), 1).walk(1, 1.0, 1.0)
