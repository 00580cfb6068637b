"""Stop rules and progress: one small protocol for every optimiser."""

from __future__ import annotations

import math
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from types import FrameType
from typing import Any, Protocol


@dataclass(frozen=True)
class Progress:
    """Where a running optimiser stands.

    Parameters
    ----------
    stage : str
        What it is doing, in words.
    seconds : float
        Time since it began.
    best : float or None
        Best objective so far.
    bound : float or None
        Proven bound so far.
    done : float or None
        Share of the work that is done, 0 to 1, where it is known.
    """

    stage: str
    seconds: float
    best: float | None = None
    bound: float | None = None
    done: float | None = None


Report = Callable[[Progress], None]


class StopRule(Protocol):
    """Says when an optimiser has to stop; it then hands back its best result."""

    def __call__(self) -> bool:
        """Return whether to stop now."""
        ...

    @property
    def seconds_left(self) -> float:
        """Seconds until the rule will stop the optimiser; infinity where it sets no time."""
        ...


class NoLimit:
    """Never stops."""

    seconds_left = float("inf")

    def __call__(self) -> bool:
        """Return False."""
        return False


class TimeLimit:
    """Stops after some seconds of wall time, counted from its creation.

    Parameters
    ----------
    seconds : float
        Time allowed.

    Raises
    ------
    ValueError
        When the time is not positive.
    """

    def __init__(self, seconds: float) -> None:
        if not seconds > 0:
            raise ValueError(f"a time limit must be above 0 s, not {seconds}")
        self._end = time.monotonic() + seconds

    def __call__(self) -> bool:
        """Return whether the time is over."""
        return self.seconds_left <= 0

    @property
    def seconds_left(self) -> float:
        """Seconds left."""
        return self._end - time.monotonic()


@dataclass(frozen=True)
class Both:
    """Stops when one of two rules does.

    Parameters
    ----------
    first, second : StopRule
        The rules.
    """

    first: StopRule
    second: StopRule

    def __call__(self) -> bool:
        """Return whether one of the rules says stop."""
        return self.first() or self.second()

    @property
    def seconds_left(self) -> float:
        """Seconds left by the stricter rule."""
        return min(self.first.seconds_left, self.second.seconds_left)


@dataclass
class Early:
    """Stops so early that a last result can still be made; never before half of the time is over.

    Parameters
    ----------
    rule : StopRule
        The rule that is kept.
    reserve : float
        Seconds that are left for it.
    """

    rule: StopRule
    reserve: float = 0.0

    def __post_init__(self) -> None:
        self._most = self.rule.seconds_left / 2

    @property
    def seconds_left(self) -> float:
        """Seconds left."""
        return self.rule.seconds_left - min(self.reserve, self._most)

    def __call__(self) -> bool:
        """Return whether to stop now."""
        return self.rule() or self.seconds_left <= 0


@dataclass
class Clock:
    """How much of a search is done, by its time or its moves.

    Parameters
    ----------
    stop : StopRule
        When to stop.
    moves : int or None
        Moves per thread; None: by time.
    """

    stop: StopRule
    moves: int | None
    started: float = field(default_factory=time.perf_counter)
    allowed: float = field(init=False)

    def __post_init__(self) -> None:
        self.allowed = self.stop.seconds_left

    @property
    def seconds(self) -> float:
        """Seconds since the search began."""
        return time.perf_counter() - self.started

    @property
    def timed(self) -> bool:
        """Whether time decides how much is done."""
        return self.moves is None and self.allowed < math.inf

    @property
    def share(self) -> float:
        """Share of the time that is gone; 0 without a limit."""
        if self.allowed == math.inf:
            return 0.0
        if self.allowed <= 0:
            return 1.0
        return 1.0 - max(0.0, self.stop.seconds_left) / self.allowed


class Grace:
    """Lets a last piece of work go on for some seconds after a rule says stop.

    Parameters
    ----------
    rule : StopRule
        The rule.
    seconds : float
        Wall time allowed from the first look at which the rule says stop.
    """

    def __init__(self, rule: StopRule, seconds: float) -> None:
        self._rule = rule
        self._seconds = seconds
        self._late: TimeLimit | None = None

    def __call__(self) -> bool:
        """Return whether the time after the stop is over."""
        if self._late is None and self._rule():
            self._late = TimeLimit(self._seconds)
        return self._late is not None and self._late()

    @property
    def seconds_left(self) -> float:
        """Seconds left, with those after the stop."""
        if self._late is None and not self._rule():
            return self._rule.seconds_left + self._seconds
        return self._seconds if self._late is None else self._late.seconds_left


@dataclass(frozen=True)
class Ahead:
    """Stops some seconds before a rule does, so that what follows ends in time.

    Parameters
    ----------
    rule : StopRule
        The rule.
    seconds : float
        How much before.
    """

    rule: StopRule
    seconds: float

    def __call__(self) -> bool:
        """Return whether the rule says stop, or will in so many seconds."""
        return self.rule() or self.seconds_left <= 0

    @property
    def seconds_left(self) -> float:
        """Seconds left by the rule, without those kept back."""
        return self.rule.seconds_left - self.seconds


@dataclass(frozen=True)
class Headed:
    """Passes progress on with a head before its stage.

    Parameters
    ----------
    report : callable
        Callback.
    head : str
        Which of several pieces of work it is, such as ``2/5 base: ``.
    """

    report: Report
    head: str

    def __call__(self, progress: Progress) -> None:
        """Pass progress on."""
        self.report(replace(progress, stage=self.head + progress.stage))


class Interruptible:
    """A stop rule that also stops at Ctrl-C, once, while it is entered as a context.

    Within the context the first Ctrl-C asks the optimiser to hand back its best result; a second
    one raises ``KeyboardInterrupt`` as usual.

    Parameters
    ----------
    rule : StopRule
        The rule that holds besides.
    """

    def __init__(self, rule: StopRule) -> None:
        self._rule = rule
        self._old: Any = None
        self.interrupted = False

    def __enter__(self) -> Interruptible:
        listens = signal.getsignal(signal.SIGINT) is not signal.SIG_IGN  # as in a background job
        if listens and threading.current_thread() is threading.main_thread():
            self._old = signal.signal(signal.SIGINT, self._on_signal)
        return self

    def __exit__(self, *_: object) -> None:
        if self._old is not None:
            signal.signal(signal.SIGINT, self._old)
            self._old = None

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        if self.interrupted:
            raise KeyboardInterrupt
        self.interrupted = True

    def __call__(self) -> bool:
        """Return whether Ctrl-C was pressed or the other rule says stop."""
        return self.interrupted or self._rule()

    @property
    def seconds_left(self) -> float:
        """Seconds left by the other rule; 0 once interrupted."""
        return 0.0 if self.interrupted else self._rule.seconds_left
