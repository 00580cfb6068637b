"""Waits for long work: a bar on a terminal, and Ctrl-C that hands back the best plan so far."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from sinho.cli.base import INTERRUPTED, Interrupted
from sinho.cli.show import say
from sinho.errors import Stopped
from sinho.stop import Interruptible, NoLimit, Progress, Report, StopRule, TimeLimit

T = TypeVar("T")
SHOWN_AFTER = 2.0
"""Seconds before the bar appears."""

TICK = 0.1


def wait(
    work: Callable[[StopRule, Report], T],
    stage: str,
    seconds: float | None = None,
    *,
    all_or_nothing: bool = False,
    what: str = "plan",
) -> T:
    """Do long work; on a terminal say after two seconds how far it is.

    The first Ctrl-C asks the work to hand back its best result, a second one ends the program.

    Parameters
    ----------
    work : callable
        Takes a stop rule and a progress report, returns the result.
    stage : str
        What is done, in words, until the work reports better.
    seconds : float, optional
        Time after which the stop rule asks for the best result.
    all_or_nothing : bool
        Whether the work has no result before its end, so that the first Ctrl-C ends the program.
    what : str
        What the result is called.

    Returns
    -------
    object
        The work's result.

    Raises
    ------
    Interrupted
        When Ctrl-C came before there was a result.
    Stopped
        When the time was over before there was one.
    """
    state: dict[str, Any] = {"at": Progress(stage, 0.0)}

    def note(progress: Progress) -> None:
        state["at"] = progress

    def run() -> None:
        try:
            state["result"] = work(stop, note)
        except BaseException as error:
            state["error"] = error

    rule: StopRule = NoLimit() if seconds is None else TimeLimit(seconds)
    # The work runs beside the main thread: only that one hears Ctrl-C, and it must be free to.
    stop = Interruptible(rule)
    with stop, _Bar() as bar:
        thread = threading.Thread(target=run, daemon=True)
        warned = False
        try:
            thread.start()
            while thread.is_alive():
                thread.join(TICK)
                bar.show(state["at"])
                if stop.interrupted and all_or_nothing:
                    raise KeyboardInterrupt
                if stop.interrupted and not warned:
                    warned = True
                    bar.say(f"Stopping with the best {what} so far; Ctrl-C again gives up.")
        except KeyboardInterrupt:
            bar.close()
            say("Interrupted." if all_or_nothing else f"Interrupted: no {what} was kept.")
            sys.stdout.flush()
            os._exit(INTERRUPTED)  # the solver cannot be left otherwise
    if "error" in state:
        error = state["error"]
        if stop.interrupted and isinstance(error, Stopped):
            raise Interrupted(f"interrupted before there was a first {what}") from error
        if seconds is not None and isinstance(error, Stopped):
            over = f"the {seconds:g} s given were over before there was a first {what}"
            raise Stopped(f"{over}: give more time") from error
        raise error
    return state["result"]  # type: ignore[no-any-return]


class _Bar(AbstractContextManager["_Bar"]):
    """A line on the terminal that says what is done, for how long, best and bound so far."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._terminal = sys.stderr.isatty()
        self._rich: Any = None
        self._task: Any = None

    def show(self, progress: Progress) -> None:
        """Bring the line up to date, once it is worth showing."""
        if not self._terminal or time.monotonic() - self._began < SHOWN_AFTER:
            return
        if self._rich is None:
            self._open()
        self._rich.update(
            self._task,
            description=progress.stage,
            total=None if progress.done is None else 1.0,
            completed=progress.done or 0.0,
            values=values(progress),
            seconds=time.monotonic() - self._began,
        )
        self._rich.refresh()

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn
        from rich.progress import Progress as Rich

        self._rich = Rich(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=16),
            TextColumn("{task.fields[seconds]:.0f} s  {task.fields[values]}", markup=False),
            console=Console(stderr=True),
            transient=True,
            auto_refresh=False,
        )
        self._task = self._rich.add_task("", total=None, values="", seconds=0.0)
        self._rich.start()

    def say(self, text: str) -> None:
        """Print a line above the bar."""
        if self._rich is None:
            say(text)
        else:
            self._rich.console.print(text)

    def close(self) -> None:
        """Take the line off the terminal."""
        if self._rich is not None:
            self._rich.stop()
            self._rich = None

    def __exit__(self, *_: object) -> None:
        self.close()


def values(progress: Progress) -> str:
    """Return best value, bound and gap in words; empty before the first plan."""
    words = []
    if progress.best is not None:
        words.append(f"best {progress.best:,.0f}")
    if progress.bound is not None:
        words.append(f"bound {progress.bound:,.0f}")
    if progress.best is not None and progress.bound is not None and progress.best:
        gap = abs(progress.bound - progress.best) / abs(progress.best)
        words.append(f"gap {100 * gap:.2f} %")
    return "  ".join(words)


def staged(work: Callable[..., T], stages: Sequence[str], again: str) -> T:
    """Do work in stages; on a terminal, with one bar for each.

    Parameters
    ----------
    work : callable
        Takes, as ``progress``, what is called with each stage and its progress; returns the result.
    stages : sequence of str
        The stages in their order.
    again : str
        The command that goes on with the work when Ctrl-C ended it.

    Returns
    -------
    object
        The work's result.
    """
    known: dict[str, Progress] = {}
    state: dict[str, Any] = {}

    def run() -> None:
        try:
            state["result"] = work(progress=known.__setitem__)
        except BaseException as error:
            state["error"] = error

    # Ctrl-C is noted and seen here: an exception raised wherever this thread is may be swallowed,
    # as by a finaliser
    with Interruptible(NoLimit()) as stop, _Bars(stages) as bars:
        # the work runs beside the main thread: only that one hears Ctrl-C, and it must be free to
        thread = threading.Thread(target=run, daemon=True)
        try:
            thread.start()
            while thread.is_alive():
                thread.join(TICK)
                bars.show(dict(known))
                if stop.interrupted:
                    raise KeyboardInterrupt
        except KeyboardInterrupt:
            bars.close()
            say(f"Interrupted. What is done is kept: `{again}` goes on.")
            sys.stdout.flush()
            os._exit(INTERRUPTED)  # what is in work cannot be left otherwise; its files are whole
    if "error" in state:
        raise state["error"]
    return state["result"]  # type: ignore[no-any-return]


class _Bars(AbstractContextManager["_Bars"]):
    """One bar for each stage on a terminal."""

    def __init__(self, stages: Sequence[str]) -> None:
        self._stages = stages
        self._began = time.monotonic()
        self._rich: Any = None
        self._tasks: dict[str, Any] = {}

    def show(self, known: Mapping[str, Progress]) -> None:
        """Bring the bars up to date."""
        if not sys.stderr.isatty() or time.monotonic() - self._began < SHOWN_AFTER:
            return
        if self._rich is None:
            self._open()
        for stage, progress in known.items():
            self._rich.update(
                self._tasks[stage],
                total=None if progress.done is None else 1.0,
                completed=progress.done or 0.0,
                text="" if progress.done == 1.0 else progress.stage,
            )
            self._rich.start_task(self._tasks[stage])
        self._rich.refresh()

    def _open(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as Rich

        self._rich = Rich(
            TextColumn("{task.description:<10}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[text]}", markup=False),
            console=Console(stderr=True),
            transient=True,
            auto_refresh=False,
        )
        for stage in self._stages:
            self._tasks[stage] = self._rich.add_task(stage, start=False, total=1.0, text="")
        self._rich.start()

    def close(self) -> None:
        """Take the bars off the terminal."""
        if self._rich is not None:
            self._rich.stop()
            self._rich = None

    def __exit__(self, *_: object) -> None:
        self.close()
