"""The days of slotting: each is a date on a line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

Ints = NDArray[np.int64]


def written(date: dt.date) -> str:
    """Write a date with its day of the week."""
    return f"{('Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun')[date.weekday()]} {date}"


@dataclass(frozen=True)
class Days:
    """The days in their order: by date, and on a date by line.

    A day is a date on a line. Of a month, a week or a date the days of all lines stand side by
    side; those of one line lie between the others'.

    Parameters
    ----------
    dates : tuple of datetime.date, shape (days,)
        Date of each day.
    lines : tuple of str, shape (days,)
        Line of each day.
    """

    dates: tuple[dt.date, ...]
    lines: tuple[str, ...]

    @classmethod
    def of(cls, table: pl.DataFrame) -> Days:
        """Return the days of a table with ``date`` and ``line``."""
        return cls(tuple(table["date"].to_list()), tuple(table["line"].to_list()))

    def __len__(self) -> int:
        return len(self.dates)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The lines, in the order of their first days."""
        return tuple(dict.fromkeys(self.lines))

    @cached_property
    def calendar(self) -> tuple[dt.date, ...]:
        """The dates, each once."""
        return tuple(dict.fromkeys(self.dates))

    @cached_property
    def date_of(self) -> Ints:
        """Number of the date of each day."""
        number = {date: at for at, date in enumerate(self.calendar)}
        return np.array([number[date] for date in self.dates], dtype=np.int64)

    @cached_property
    def line_of(self) -> Ints:
        """Number of the line of each day."""
        number = {line: at for at, line in enumerate(self.names)}
        return np.array([number[line] for line in self.lines], dtype=np.int64)

    @cached_property
    def on_line(self) -> tuple[Ints, ...]:
        """The days of each line."""
        return tuple(np.flatnonzero(self.line_of == at) for at in range(len(self.names)))

    @cached_property
    def on_date(self) -> dict[dt.date, list[int]]:
        """The days of each date."""
        found: dict[dt.date, list[int]] = {}
        for day, date in enumerate(self.dates):
            found.setdefault(date, []).append(day)
        return found

    @cached_property
    def number(self) -> dict[tuple[dt.date, str], int]:
        """The day of each date and line."""
        return {key: at for at, key in enumerate(zip(self.dates, self.lines, strict=True))}

    @cached_property
    def widest(self) -> int:
        """The most lines that work on a date; 1 without days."""
        return max((len(days) for days in self.on_date.values()), default=1)

    def until(self, dates: int) -> int:
        """Return how many days the first so many dates have."""
        return int(np.searchsorted(self.date_of, dates))

    @property
    def several(self) -> bool:
        """Whether there are several lines, so that one has to be named."""
        return len(self.names) > 1

    def written(self, day: int, line: str | None = None) -> str:
        """Write a day, or the date of a day with another line or, where that is empty, none."""
        named = self.lines[day] if line is None else line
        return written(self.dates[day]) + (f" (line {named})" if self.several and named else "")

    def called(self, line: str | None) -> str:
        """Return what a line is called."""
        return f"line {line}" if self.several and line else "the line"

    def of_line(self, days: Sequence[int], line: str | None) -> list[int]:
        """Return those of some days that are of a line; None: all of them."""
        return [day for day in days if line is None or self.lines[day] == line]
