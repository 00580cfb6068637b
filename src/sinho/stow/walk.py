"""One of the searches side by side: rounds of cooling, one after the other."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinho.graphs.data import DeckGraph, Moves
from sinho.graphs.moves import moves_of
from sinho.stop import StopRule
from sinho.stow.kernel import price, search, trees_of, work_of
from sinho.stow.params import Params
from sinho.stow.start import ship_of

Longs = NDArray[np.int64]

CHUNK = 3_000
"""Trades between two looks at the clock."""

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
        self.graph, self.params = graph, params
        self.ship = ship_of(graph)
        self.work = work_of(graph.nodes)
        self.least = np.array(graph.least, np.int64)
        self.costs, self.scratch = np.zeros((2, graph.ports), np.int64)
        self.state = np.array([seed], np.uint64)
        self.plan, self.lowest = plan.copy(), plan.copy()
        self.trees, self.true = (trees_of(graph.ports, graph.nodes) for _ in range(2))
        self.lowest_off = self.trees.off.copy()
        self.totals = np.zeros(2, np.int64)
        self.best = plan.copy()
        self.cost = price(self.plan, self.costs, self.ship, self.work, self.true)
        self.off = self.true.off.copy()
        self.full = params.effort * graph.nodes * graph.ports
        self.tried = 0

    def walk(self, moves: int, hot: float, cold: float) -> None:
        """Try trades while it cools.

        A further move costs less than it does in truth while it is hot: else cars in the way are
        frozen in before distances matter.
        """
        fee = self.ship.fee
        soft = self.ship._replace(fee=max(1, min(fee, round(self.params.soft / hot))) if fee else 0)
        self.totals[:] = price(self.plan, self.costs, soft, self.work, self.trees)
        floors = soft.fee * self.least[:, 0] + self.least[:, 1]
        search(
            moves,
            float(hot),
            float(cold),
            self.plan,
            self.lowest,
            self.lowest_off,
            self.costs,
            floors,
            self.totals,
            soft,
            self.work,
            self.trees,
            self.state,
        )
        self.tried += moves
        further = (fee - soft.fee) * int(self.least[:, 0].sum())
        if self.totals[1] + further < self.cost:  # else it is not below the best one in truth
            self.true.off[:] = self.lowest_off
            cost = price(self.lowest, self.scratch, self.ship, self.work, self.true)
            if cost < self.cost:
                self.cost = cost
                self.best[:] = self.lowest
                self.off[:] = self.true.off

    def moves(self) -> Moves:
        """Return the moves of the best plan."""
        off = [np.flatnonzero(port).tolist() for port in self.off]
        return moves_of(self.graph, self.best.tolist(), off=off)

    def go(self, budget: Budget, over: Callable[[Walker], bool]) -> None:
        """Walk through rounds, the last one to the end of a budget, or until it is over.

        The first walk tells how fast it goes.
        """
        size = 0.0
        began = budget.now()
        if budget.iterations is None and not over(self):
            self.walk(CHUNK, self.params.cold, self.params.cold)
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
        hot = max(cold, hot * min(1.0, size / self.full) ** 0.25)  # the shorter, the less is undone
        began, first = budget.now(), self.tried
        share = 0.0
        while share < 1 and not over(self):
            moves = CHUNK
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
