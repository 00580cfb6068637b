"""The errors that sinho raises, each written for the person who has to act on it."""

from __future__ import annotations

import difflib
import re
import shlex
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Severity = Literal["error", "warning"]

LISTED = 200
"""How many problems are listed one by one."""
KINDS = 20
"""How many kinds of the others are counted."""


class SinhoError(Exception):
    """Base class of every error that sinho raises on purpose."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with an input, and where.

    Parameters
    ----------
    where : str
        File or sheet, such as ``demand.csv`` or ``sheet demand``.
    rule : str
        The rule that is broken, in words.
    row : int or None
        Row as a spreadsheet numbers it: the heading is row 1.
    column : str or None
        Column heading or key.
    value : str or None
        The offending value as it was typed.
    hint : str
        What to do about it.
    severity : {"error", "warning"}
        Errors refuse the input; warnings are shown and the input is taken.
    """

    where: str
    rule: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        place = self.where
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {self.column}"
        text = f"{place}: {self.rule}"
        if self.value is not None:
            text += f" (found {self.value!r})"
        if self.hint:
            text += f". {self.hint}"
        return text


class DataError(SinhoError):
    """The input breaks its rules; carries every problem found, not only the first.

    Parameters
    ----------
    problems : sequence of Problem
        All problems; at least one of severity ``error``.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        warnings = sum(p.severity == "warning" for p in self.problems)
        head = counted(len(self.problems) - warnings, "problem")
        if warnings:
            head += f" and {counted(warnings, 'warning')}"
        shown, more = listed(self.problems)
        lines = [f"  {'warning: ' * (p.severity == 'warning')}{p}" for p in shown]
        super().__init__("\n".join([f"{head} in the input:", *lines, *(f"  {m}" for m in more)]))

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors come out of other processes, with their notes.
        return type(self), (self.problems,), self.__dict__


def listed(problems: Sequence[Problem]) -> tuple[list[Problem], list[str]]:
    """Part problems into those that are listed one by one and a count of the others by kind.

    Parameters
    ----------
    problems : sequence of Problem
        Problems in the order of the input.

    Returns
    -------
    shown : list of Problem
        At most 200, errors before warnings, in the order of the input.
    more : list of str
        A sentence, then a line for each kind of the others; empty where all are shown.
    """
    if len(problems) <= LISTED:
        return list(problems), []
    places = sorted(range(len(problems)), key=lambda at: problems[at].severity == "warning")
    shown = [problems[at] for at in sorted(places[:LISTED])]
    rest = [problems[at] for at in places[LISTED:]]
    kinds = Counter(_kind(problem) for problem in rest)
    more = [f"{len(rest):,} more are not listed:"]
    more += [f"  {count:,} x {kind}" for kind, count in kinds.most_common(KINDS)]
    others = len(kinds) - KINDS
    return shown, [*more, f"  and {counted(others, 'other kind')}"] if others > 0 else more


def _kind(problem: Problem) -> str:
    """Return a problem without its row, its value and the figures in its rule."""
    place = f"{problem.where}, column {problem.column}" if problem.column else problem.where
    rule = re.sub(r"'[^']*'|[0-9][0-9.,]*[0-9]|[0-9]", "…", problem.rule)
    return f"{'warning: ' * (problem.severity == 'warning')}{place}: {rule}"


def counted(count: int, one: str, many: str | None = None) -> str:
    """Write a count and what is counted, such as ``1 car`` and ``2 cars``.

    Parameters
    ----------
    count : int
        How many.
    one, many : str
        What one and several are called; several by default with an s behind.
    """
    return f"{count:,} {one if count == 1 else many or one + 's'}"


class Infeasible(SinhoError):
    """Hard rules contradict each other.

    Parameters
    ----------
    rules : sequence of str
        A minimal set of contradicting rules in the planner's words: with any one of them
        taken away, the others can be kept together.
    """

    def __init__(self, rules: Sequence[str]) -> None:
        self.rules: tuple[str, ...] = tuple(rules)
        lines = "\n".join(f"  - {rule}" for rule in self.rules)
        super().__init__(
            "not all hard rules can be kept. These contradict each other (lift any one of them):\n"
            + lines
        )

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.rules,), self.__dict__


class Stopped(SinhoError):
    """Work was stopped, by a time limit or by hand, before there was a result."""


class StoreError(SinhoError):
    """A result could not be stored or loaded."""


class Damaged(StoreError):
    """A file that sinho kept for itself is missing, or is not as it was written.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    how : str
        What is wrong with it.
    hint : str
        What to do about it.
    """

    def __init__(self, path: Path, how: str, hint: str = "") -> None:
        self.path = path
        super().__init__(f"{path} is damaged: {how}. {hint}".rstrip())


def as_typed(path: str | Path) -> str:
    """Return a path, or another word, as it is typed in a shell: in quotes where it needs them.

    Parameters
    ----------
    path : str or pathlib.Path
        The path.
    """
    return shlex.quote(str(path))


def nearest(word: str, known: Iterable[str | None]) -> str:
    """Say which known name is nearest to an unknown one.

    Parameters
    ----------
    word : str
        The unknown name.
    known : iterable of str or None
        The names that would have been taken; None, an empty cell among them, is none.

    Returns
    -------
    str
        A sentence such as ``Did you mean 'units'?``, or the list of known names
        (at most twelve) when none is near.
    """
    names = sorted({name for name in known if name is not None})
    folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    if close:
        return f"Did you mean {folded[close[0]]!r}?"
    if not names:
        return ""
    shown = ", ".join(names[:12]) + (", …" if len(names) > 12 else "")
    return f"Known names: {shown}."
