"""The search through stages: walkers side by side, the best of them by all levels, and the end."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from sinho.days.day import Day
from sinho.results import Status
from sinho.results.versions import versions
from sinho.sequence.bounds import Bounds, bounds, conditional_bounds
from sinho.sequence.bounds.joint import joint_bounds
from sinho.sequence.data import Input
from sinho.sequence.day_parts import Ints
from sinho.sequence.kernel import pool
from sinho.sequence.stages import (
    Stage,
    batched,
    best_totals,
    far,
    line_view,
    plan_stages,
    totals,
    tried,
    unit_of,
)
from sinho.sequence.walk import MOST_ROUNDS, RoundClock, Walker
from sinho.stop import Progress, Report

LOOK = 0.1
"""Seconds between two reports of progress."""

MOVES_PER_SECOND = 4e6
"""About how many moves a thread tries, to tell how often the stages fit into a time."""

HOTTER = (1.0, 2.0, 4.0)
"""Allowances of the rounds, in turn: what a day needs to get off a plateau is not known before."""

LONG = 10.0
"""Seconds of a search from which on bounds of one level behind another are worth their time."""


@dataclass
class _Search:
    """The state of a whole search: its walkers and the best order by all levels."""

    day: Day
    constant: tuple[int, ...]
    limits: Future[Bounds]
    behind: Future[Bounds]
    clock: RoundClock
    walkers: Sequence[Walker]
    report: Report | None
    best_key: tuple[int, ...] = ()
    best_line: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    rows: list[dict[str, float | int | None]] = field(default_factory=list)
    changed: float = 0.0

    @property
    def levels(self) -> int:
        """Levels, the hard rules included."""
        return len(self.day.levels) + 1

    @property
    def moves(self) -> int:
        """Moves tried by all walkers."""
        return sum(tried(walker.m) for walker in self.walkers)

    def proven(self, key: Sequence[int]) -> bool:
        """Return whether no order is lower in the last of these levels and no worse before it.

        The first level stands for the hard rules. While the bounds are not known, none is proven.
        """
        level = len(key) - 1
        if key[0] or not level:
            return not key[0]
        if self.limits.done() and self._meets(self.limits.result(), key, level):
            return True
        return self.behind.done() and all(
            self._meets(self.behind.result(), key, at) for at in range(1, level + 1)
        )

    def _meets(self, least: Bounds, key: Sequence[int], level: int) -> bool:
        return key[level] <= least.totals[level - 1] - self.constant[level]

    def figures(self, key: Sequence[int]) -> dict[str, float | None]:
        """Return the figures of levels; those not looked at are null."""
        names = self.day.levels
        return {
            name: (key[at + 1] + self.constant[at + 1]) / self.day.level_scale(at)
            if at + 1 < len(key)
            else None
            for at, name in enumerate(names)
        }

    def note(self, key: Sequence[int]) -> None:
        """Write down an improvement."""
        row: dict[str, float | int | None] = {"seconds": self.clock.seconds, "moves": self.moves}
        self.rows.append(row | self.figures(key))
        self.changed = self.clock.seconds

    def tell(self, stage: Stage, key: Sequence[int], done: float) -> None:
        """Report progress."""
        if self.report is None:
            return
        shown = ", ".join(
            f"{name} {value:,.10g}"
            for name, value in self.figures(key).items()
            if value is not None
        )
        speed = self.moves / max(self.clock.seconds, 1e-9)
        age = self.clock.seconds - self.changed
        hard = f"{key[0]} hard rules broken, " if key[0] > 0 else ""
        text = f"sequence: {hard}{shown}; {speed / 1e6:.1f} million moves/s; best {age:.0f} s old"
        figure = self.figures(key).get(self.day.levels[stage.level - 1]) if stage.level else None
        self.report(Progress(text, self.clock.seconds, best=figure, done=min(1.0, done)))

    def through(self, stage: Stage, begin: float, end: float, pool_of: Executor) -> None:
        """Let all walkers walk through a stage; the best order of them goes on."""
        jobs: list[Future[None]] = [
            pool_of.submit(walker.work, stage, begin, end, self.clock, self.proven)
            for walker in self.walkers
        ]
        seen: tuple[int, ...] = ()
        try:
            while wait(jobs, timeout=LOOK).not_done:
                self.clock.over()
                seen = self.watch(stage, seen)
        except BaseException:
            self.clock.given_up = True
            wait(jobs)
            raise
        for job in jobs:
            job.result()
        self.watch(stage, seen)

    def watch(self, stage: Stage, seen: tuple[int, ...]) -> tuple[int, ...]:
        """Note and report the best so far; a stage may stand behind what earlier ones reached."""
        key = min(tuple(best_totals(walker.m).tolist()) for walker in self.walkers)
        if key < (seen or self.best_key[: len(key)]):
            self.note(key)
            seen = key
        self.tell(stage, seen or self.best_key, self.clock.done(self.walkers[0].made))
        return seen

    def gather(self) -> None:
        """Take the best order of the walkers, by all levels, if it beats the best so far."""
        last = Stage(self.levels - 1, 0.0)
        for walker in self.walkers:
            walker.enter(last)
            key = tuple(totals(walker.m).tolist())
            if not self.best_key or key < self.best_key:
                self.best_key, self.best_line = key, line_view(walker.m).copy()
                self.note(key)

    def traded(self, stage: Stage) -> Ints | None:
        """Return the line to go on from after two levels were searched together.

        It is where the walker with the best sum of the two stands, not the best by levels: that one
        has nothing left for the lower level.
        """
        if stage.above <= 0:
            return None
        weigh = [
            (*now[: stage.level - 1], stage.above * now[stage.level - 1] + now[stage.level])
            for now in (totals(walker.m).tolist() for walker in self.walkers)
        ]
        return line_view(self.walkers[weigh.index(min(weigh))].m).copy()

    def rounds(self) -> int:
        """Return how often the stages are gone through: once on large days, more on small ones."""
        if self.clock.moves is not None:
            moves = float(self.clock.moves)
        elif self.clock.allowed < float("inf"):
            moves = MOVES_PER_SECOND * self.clock.allowed
        else:
            return MOST_ROUNDS
        return int(min(MOST_ROUNDS, max(1, moves // self.clock.typical)))

    def parts(self, unit: tuple[float, ...], warm: bool) -> Iterator[tuple[Stage, float, float]]:
        """Yield stages, and between which shares of the search; all again while there is time."""
        batches, wide, rounds = batched(self.day), far(self.day, unit), self.rounds()
        for turn in itertools.count():
            begin = self.clock.done(self.walkers[0].made)
            if begin >= 1.0:
                return
            end = begin + (1.0 - begin) / max(1, rounds - turn)
            hotter = tuple(step * HOTTER[turn % len(HOTTER)] for step in unit)
            stages = plan_stages(hotter, batches, warm, wide)
            for at, stage in enumerate(stages):
                if self.optimal or self.clock.over():
                    return
                begin = max(begin, self.clock.done(self.walkers[0].made))
                left = sum(other.share for other in stages[at:])
                last = at == len(stages) - 1
                yield stage, begin, end if last else begin + (end - begin) * stage.share / left

    def run(self, unit: tuple[float, ...], warm: bool, pool_of: Executor) -> Status:
        """Go through the stages to the end, or to the proven best; say why the search ended."""
        line = self.best_line
        for stage, begin, end in self.parts(unit, warm):
            for walker in self.walkers:
                walker.enter(stage, line)
            self.through(stage, begin, end, pool_of)
            traded = self.traded(stage)
            self.gather()
            line = self.best_line if traded is None else traded
        return "optimal" if self.optimal else self.ended

    @property
    def optimal(self) -> bool:
        """Whether no order can be better: each level is proven in turn."""
        return all(self.proven(self.best_key[: level + 1]) for level in range(self.levels))

    @property
    def ended(self) -> Status:
        """Why the search ended where it did not prove that nothing is better."""
        if self.clock.moves is not None and self.clock.done(self.walkers[0].made) >= 1.0:
            return "iterations"
        if self.clock.stop.seconds_left <= 0 and self.clock.allowed < float("inf"):
            timed = self.clock.seconds >= self.clock.allowed * 0.999
            return "time" if timed else "stopped"
        return "stopped" if self.clock.given_up else "time"


def search_levels(
    input: Input,
    walkers: Sequence[Walker],
    constant: tuple[int, ...],
    clock: RoundClock,
    warm: bool,
    progress: Report | None,
) -> tuple[tuple[str, ...], Bounds, dict[str, Any]]:
    """Search from the orders at which some walkers stand.

    Parameters
    ----------
    input : Input
        The cars and rules, by whose levels orders are compared.
    walkers : sequence of Walker
        The searches side by side.
    constant : tuple of int
        What every order costs per level, hard rules first, beside what walkers count.
    clock : RoundClock
        When to end.
    warm : bool
        Whether the walkers stand at an order that is good already.
    progress : callable or None
        Called with the best figures.

    Returns
    -------
    tuple of str
        Idents in the best order, by all levels.
    Bounds
        Bounds that hold for every order.
    dict of str to object
        How it was found, as fields of a sequence.
    """
    day, joint = input.day, input.joint
    unit = (1.0, *(unit_of(day, level) for level in range(len(day.levels))))
    with ThreadPoolExecutor(len(walkers) + 2) as pool_of:
        # The bounds are found beside the search, but where moves are counted before it: what a
        # search does may then not depend on which of the two is faster.
        one = pool_of.submit(bounds, day) if joint is None else pool_of.submit(joint_bounds, joint)
        limits = behind = one
        if clock.moves is not None:
            limits.result()
        elif clock.allowed >= LONG and joint is None:
            behind = pool_of.submit(
                lambda: conditional_bounds(day, None, limits.result(), clock.over)
            )
        search = _Search(day, constant, limits, behind, clock, walkers, progress)
        search.gather()
        status = search.run(unit, warm, pool_of)
        clock.given_up = True
    head, idents = int(walkers[0].m[pool.HEAD]), day.idents
    how = {
        "status": status,
        "threads": len(walkers),
        "iterations": search.moves,
        "seconds": clock.seconds,
        "history": pl.DataFrame(search.rows, infer_schema_length=None),
        "versions": versions("numba"),
    }
    order = tuple(idents[car] for car in search.best_line[head : head + day.size])
    return order, limits.result(), how
