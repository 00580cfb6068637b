"""What the benchmarks of slotting share: a clock for busy machines, a watch on the search."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any, cast

from sequence_common import load, peak_mb

from sinho.results import DaySlots
from sinho.slot import Input, Params, solve
from sinho.stop import StopRule, TimeLimit
from sinho.testing import generate_year


class Processor:
    """Seconds that this process would have taken alone, from its processor time.

    The time of the thread that makes it counts whole; that of the others, divided by their number,
    as they work side by side while the first one waits.
    """

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._own = time.pthread_getcpuclockid(threading.get_ident())
        self._began = time.process_time(), time.clock_gettime(self._own)

    def __call__(self) -> float:
        """Return the seconds since it was made."""
        whole = time.process_time() - self._began[0]
        own = time.clock_gettime(self._own) - self._began[1]
        return own + (whole - own) / self._threads


class ProcessorLimit:
    """A stop rule that counts as `Processor` does, for a machine that other work disturbs."""

    def __init__(self, seconds: float, threads: int) -> None:
        self._seconds, self._used = seconds, Processor(threads)

    def __call__(self) -> bool:
        """Return whether the time is over."""
        return self.seconds_left <= 0

    @property
    def seconds_left(self) -> float:
        """Seconds left."""
        return self._seconds - self._used()


def clock_of(kind: str, seconds: float, threads: int) -> tuple[StopRule, Callable[[], float]]:
    """Return a limit by wall or processor time, and what tells the seconds since now."""
    if kind == "cpu":
        return ProcessorLimit(seconds, threads), Processor(threads)
    began = time.monotonic()
    return TimeLimit(seconds), lambda: time.monotonic() - began


class Watch:
    """Notes seconds, cost and broken units, and when all orders first have days within all limits.

    It stands between ``sinho.slot.solve`` and the two calls that change its books, and looks at
    them after each; the search itself is the same.

    Parameters
    ----------
    now : callable
        Seconds since the search was asked for.
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self.now = now
        self.filled_s: float | None = None
        self.complete_s: float | None = None
        self.history: list[tuple[float, float, float]] = []

    def look(self, slotting: Any) -> None:
        """Look at the books."""
        broken = slotting.broken
        self.history.append((self.now(), slotting.cost, broken))
        if self.complete_s is None and slotting.without == 0 and broken == 0:
            self.complete_s = self.now()

    def __enter__(self) -> Watch:
        self._module = cast(Any, import_module("sinho.slot.solve"))
        self._calls = self._module.placed, self._module.anneal

        def placed(slotting: Any, *rest: Any) -> bool:
            taken: bool = self._calls[0](slotting, *rest)
            self.filled_s = self.now()
            self.look(slotting)
            return taken

        def anneal(slotting: Any, *rest: Any, **named: Any) -> int:
            *others, tell = rest

            def report(*words: Any) -> None:
                self.look(slotting)
                tell(*words)

            moves: int = self._calls[1](slotting, *others, report, **named)
            return moves

        self._module.placed, self._module.anneal = placed, anneal
        return self

    def __exit__(self, *_: object) -> None:
        self._module.placed, self._module.anneal = self._calls


def warm_up(threads: int) -> None:
    """Compile the search, or load it, before the clock starts."""
    solve(generate_year(200, days=10), Params(iterations=1000, threads=threads))


def figures(
    data: Input, seconds: float, threads: int, clock: str, seed: int
) -> tuple[dict[str, Any], DaySlots, Watch]:
    """Slot orders and return the row of a table, the slots and the watch.

    Seconds are those of the whole call: building the arrays before the search and the tables of the
    result after it count too, the latter beyond the limit.
    """
    warm_up(threads)
    before_mb = peak_mb()
    wall = time.monotonic()
    stop, now = clock_of(clock, seconds, threads)
    with Watch(now) as watch:
        found = solve(data, replace(data.params, threads=threads), stop=stop, seed=seed)
    used = now()
    row = {
        "used_s": round(used, 1),
        "wall_s": round(time.monotonic() - wall, 1),
        "cost": round(found.cost, 1),
        "bound": round(found.bound, 1),
        "gap_percent": round(100 * found.gap, 2),
        "unslotted": found.unslotted,
        "broken": round(found.broken, 6),
        "first_slots_s": "" if watch.filled_s is None else round(watch.filled_s, 1),
        "complete_s": "" if watch.complete_s is None else round(watch.complete_s, 1),
        "moves": found.moves * threads,
        "before_mb": round(before_mb),
        "peak_mb": round(peak_mb()),
        "load": load(),
    }
    return row, found, watch
