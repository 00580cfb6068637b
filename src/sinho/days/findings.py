"""Gathers what is wrong with an input, by file and row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from sinho.errors import DataError, Problem, Severity
from sinho.hub.places import SHOWN


@dataclass
class Findings:
    """Gathers problems; of one rule in one file, at most 20 are listed one by one.

    Parameters
    ----------
    problems : list of Problem
        What was found so far, in the order of the input.
    """

    problems: list[Problem] = field(default_factory=list)
    _counts: Counter[tuple[str, str, Severity]] = field(default_factory=Counter)

    def add(
        self,
        where: str,
        rule: str,
        row: int | None = None,
        column: str | None = None,
        value: str | None = None,
        hint: str = "",
        *,
        kind: str | None = None,
        severity: Severity = "error",
    ) -> None:
        """Add a problem.

        Parameters
        ----------
        where, rule, row, column, value, hint, severity
            As for `sinho.errors.Problem`.
        kind : str, optional
            The rule without its figures, by which repeated problems are counted.
        """
        key = where, kind or rule, severity
        self._counts[key] += 1
        if self._counts[key] <= SHOWN:
            self.problems.append(Problem(where, rule, row, column, value, hint, severity))

    def extend(self, problems: Iterable[Problem]) -> None:
        """Add problems that were found elsewhere."""
        self.problems += problems

    def has_errors(self) -> bool:
        """Return whether there is an error among the problems."""
        return any(problem.severity == "error" for problem in self.problems)

    def all(self) -> tuple[Problem, ...]:
        """Return the problems, with a last line for each rule that was broken more often."""
        more = [
            Problem(
                where, f"{count - SHOWN:,} more rows have this problem: {kind}", severity=severity
            )
            for (where, kind, severity), count in self._counts.items()
            if count > SHOWN
        ]
        return (*self.problems, *more)

    def refuse(self) -> None:
        """Raise a `DataError` with every error when there is one.

        Raises
        ------
        DataError
            When an error was found.
        """
        if self.has_errors():
            raise DataError([problem for problem in self.all() if problem.severity == "error"])
