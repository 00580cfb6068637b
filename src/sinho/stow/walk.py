"""One of the searches side by side: rounds of cooling, one after the other."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinho.stop import StopRule
from sinho.stow.data import DeckGraph
from sinho.stow.kernel import Ship, price, search, work_of
from sinho.stow.params import Params

Longs = NDArray[np.int64]

CHUNK, SHORT = 2_000_000, 50
"""Trades between two looks at the clock, times places and ports; the fewest."""

FIRST = 1 / 16
"""The first round, as a share of a full one; each is twice as long as the one before."""


EARLY = 0.1
"""The most of the whole search that the first round takes, so that a good plan is there early."""


class Walker:
    """A plan, the best one so far, and what they cost.

    Parameters
    ----------
    graph : DeckGraph
        The ship and its cars.
    params : Params
        How the search goes.
    plan : ndarray of int, shape (ports + 1, nodes)
        The plan to begin with.
    seed : int
        Seed of the random numbers.
    """

    def __init__(self, graph: DeckGraph, params: Params, plan: Longs, seed: int) -> None:
        self.params = params
        self.ship = ship_of(graph)
        self.work = work_of(graph.nodes)
        self.least = np.array(graph.least, np.int64).T.copy()
        self.ends, self.costs = np.zeros((2, graph.ports), np.int64)
        self.state = np.array([seed], np.uint64)
        self.plan, self.lowest = plan.copy(), plan.copy()
        self.fee = graph.fee
        self.totals = np.zeros(2, np.int64)
        self.best = plan.copy()
        self.cost = self._price(self.plan)
        size = graph.nodes * graph.ports
        self.full = params.effort * size
        self.chunk = max(SHORT, CHUNK // size)
        self.tried = 0

    def _price(self, plan: Longs) -> int:
        return int(price(plan, self.ends, self.costs, self.ship, self.work))

    def walk(self, moves: int, hot: float, cold: float) -> None:
        """Try trades while it cools.

        A further move costs less than it does in truth while it is hot: else cars in the way are
        frozen in before distances matter.
        """
        fee = max(1, min(self.fee, round(self.params.soft / hot))) if self.fee else 0
        truly = self.ship
        self.ship = truly._replace(fee=fee)
        self.totals[:] = self._price(self.plan)
        search(
            moves,
            hot,
            cold,
            self.plan,
            self.lowest,
            self.ends,
            self.costs,
            self.least,
            self.totals,
            self.ship,
            self.work,
            self.state,
        )
        self.tried += moves
        self.ship = truly
        further = (truly.fee - fee) * int(self.least[0].sum())
        if self.totals[1] + further < self.cost:  # else it is not below the best one in truth
            cost = self._price(self.lowest)
            if cost < self.cost:
                self.cost = cost
                self.best[:] = self.lowest

    def go(self, budget: Budget, over: Callable[[Walker], bool]) -> None:
        """Walk through rounds, the last one to the end of a budget, or until it is over.

        The first walk tells how fast it goes.
        """
        size = 0.0
        began = budget.now()
        if budget.iterations is None and not over(self):
            self.walk(self.chunk, self.params.hot, self.params.hot)
        while not over(self):
            speed = max(self.tried, 1) / max(budget.now() - began, 1e-3)
            rest = budget.rest(self.tried, speed)
            size = min(2 * size, self.full) if size else min(self.full * FIRST, rest * EARLY)
            if rest < 1:
                return
            self._round(rest if rest < 2 * size else size, speed, budget, over)

    def _round(
        self, size: float, speed: float, budget: Budget, over: Callable[[Walker], bool]
    ) -> None:
        """Walk through a round of about so many trades, at about so many a second."""
        hot, cold = self.params.hot, self.params.cold
        began, first = budget.now(), self.tried
        share = 0.0
        while share < 1 and not over(self):
            moves = self.chunk
            if budget.iterations is not None:
                moves = min(moves, max(1, math.ceil(size) - (self.tried - first)))
            then = min(1.0, share + moves / size)
            self.walk(moves, hot * (cold / hot) ** share, hot * (cold / hot) ** then)
            if budget.iterations is not None:
                share = (self.tried - first) / size
            else:
                share = (budget.now() - began) * speed / size


@dataclass(frozen=True)
class Budget:
    """What a search may spend: a number of trades, or the time until a stop rule stops it.

    Parameters
    ----------
    iterations : int or None
        Trades of each thread.
    stop : StopRule
        Where no number is given: what tells the time that is left.
    """

    iterations: int | None
    stop: StopRule

    def now(self) -> float:
        """Return the seconds on the clock of the stop rule, which need not be that on the wall."""
        left = self.stop.seconds_left
        return -left if math.isfinite(left) else time.monotonic()

    def rest(self, tried: int, speed: float) -> float:
        """Return how many more trades there are, with so many tried, at so many a second."""
        if self.iterations is not None:
            return self.iterations - tried
        return self.stop.seconds_left * speed


def ship_of(graph: DeckGraph) -> Ship:
    """Return a graph as the kernel takes it."""
    counts = [len(beside) for beside in graph.neighbours]
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    ends = np.array([node for beside in graph.neighbours for node in beside], np.int64)
    return Ship(start, ends, graph.fee)
