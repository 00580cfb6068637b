"""A search under way: how much of it is done, and walking through its stages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from sinho.sequence.day_parts import Ints
from sinho.sequence.kernel import begin, pool, run
from sinho.sequence.stages import CHUNK, Stage, best_totals, best_view, line_view, totals
from sinho.stop import Clock

MOST_ROUNDS = 10

APART = 10**6
"""Price of a unit of a level, in units of the next: no allowance ever pays for one."""


@dataclass
class RoundClock(Clock):
    """How much of a search in rounds is done.

    ``typical`` are the moves that going through the stages once is worth.
    """

    typical: int = field(kw_only=True)
    given_up: bool = False

    def done(self, made: int) -> float:
        """Return the share of the search that is done after so many iterations of a thread."""
        if self.moves is not None:
            return made / self.moves
        if self.allowed == float("inf"):
            # Without an end, each round may take longer than the one before.
            return made / (made + MOST_ROUNDS * self.typical)
        return 1.0 - self.stop.seconds_left / self.allowed

    def over(self) -> bool:
        """Say whether the search has to end now, whatever its share."""
        if not self.given_up and self.stop():
            self.given_up = True
        return self.given_up


@dataclass
class Walker:
    """One of the searches side by side."""

    m: Ints
    made: int = 0

    def fill(self) -> None:
        """Fill the counts for the order on the line."""
        begin(self.m.ctypes.data)

    def push(self, moves: int, temperature: float) -> None:
        """Try so many moves, without the interpreter's lock."""
        run(self.m.ctypes.data, moves, temperature)

    def enter(self, stage: Stage, order: Ints | None = None) -> None:
        """Make the search ready for a stage; its counts are filled.

        Parameters
        ----------
        stage : Stage
            The stage.
        order : ndarray of int64, optional
            The line to start from instead of the best order seen.
        """
        m, active = self.m, stage.level + 1
        m[pool.ACTIVE] = active
        line_view(m)[:] = best_view(m) if order is None else order
        prices = m[m[pool.PRICE] : m[pool.PRICE] + m[pool.LEVELS]]
        prices[:] = 1
        for level in range(stage.level):
            prices[level] = min(APART ** (stage.level - level), 10**18)
        m[pool.TRADE] = 0
        if stage.above > 0 and stage.level > 1:
            m[pool.TRADE] = 1
            prices[stage.level - 1] = max(1, round(stage.above))
        aims = np.ones(active)
        aims[0] = 0.0
        aims[stage.level] = 2.0
        self.fill()
        if totals(m)[0] > 0:
            aims[0] = active
        sums = np.cumsum(aims) / aims.sum() * 2.0**32
        m[m[pool.AIM] : m[pool.AIM] + active] = np.ceil(sums).astype(np.int64)
        best_view(m)[:] = line_view(m)
        best_totals(m)[:] = totals(m)

    def work(
        self,
        stage: Stage,
        begin: float,
        end: float,
        clock: RoundClock,
        proven: Callable[[Sequence[int]], bool],
    ) -> None:
        """Walk through a stage, until its share is done, its best is proven, or time is over."""
        best = best_totals(self.m)
        while not clock.over():
            done = clock.done(self.made)
            if done >= end or proven(best.tolist()):
                return
            moves = CHUNK
            if clock.moves is not None:
                moves = min(CHUNK, max(1, round(end * clock.moves) - self.made))
            self.push(moves, stage.temperature((done - begin) / (end - begin)))
            self.made += moves
