"""A search under way: how much of it is done, and walking through its stages."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sinho.sequence.arrays import Ints
from sinho.sequence.kernel import begin, run
from sinho.sequence.stages import CHUNK, Stage, best_totals, enter
from sinho.stop import StopRule

MOST_ROUNDS = 10


@dataclass
class Clock:
    """How much of a search is done, by its moves or by its time.

    ``typical`` are the moves that going through the stages once is worth.
    """

    stop: StopRule
    moves: int | None
    typical: int
    started: float = field(default_factory=time.perf_counter)
    allowed: float = 0.0
    given_up: bool = False

    def __post_init__(self) -> None:
        self.allowed = self.stop.seconds_left

    @property
    def seconds(self) -> float:
        """Seconds since the search began."""
        return time.perf_counter() - self.started

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

    def fill(self, address: int) -> None:
        """Fill the books for the order on the line."""
        begin(address)

    def push(self, moves: int, temperature: float) -> None:
        """Try so many moves, without the interpreter's lock."""
        run(self.m.ctypes.data, moves, temperature)

    def enter(self, stage: Stage, order: Ints | None = None) -> None:
        """Make the search ready for a stage, from an order or from the best seen."""
        enter(self.m, stage, order, self.fill)

    def work(
        self,
        stage: Stage,
        begin: float,
        end: float,
        clock: Clock,
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
