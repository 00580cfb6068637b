"""The day that is asked for: of tables, of another format, or of a run; and its sequences."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import typer

from sinho.cli.base import FileProblem
from sinho.cli.made import is_run
from sinho.cli.progress import wait
from sinho.errors import DataError, Problem, nearest
from sinho.sequence.day import CAR, Day
from sinho.sequence.formats import inspect_day, read_order

if TYPE_CHECKING:
    from sinho.results import LineDay
    from sinho.run.days import DayRun


@dataclass(frozen=True)
class Asked:
    """Which day is asked for."""

    path: Path
    instance: str | None = None
    date: str | None = None
    line: str | None = None


@dataclass(frozen=True)
class Given:
    """A day as it is given: with warnings, and the run whose day it is.

    Parameters
    ----------
    day : Day
        The day.
    warnings : tuple of Problem
        What is odd but harmless.
    run : DayRun or None
        The run.
    at : LineDay or None
        Which of the run's days it is.
    """

    day: Day
    warnings: tuple[Problem, ...] = ()
    run: DayRun | None = None
    at: LineDay | None = None

    @property
    def order(self) -> tuple[str, ...]:
        """The order that stands: that of the run, else that in which the day lists its cars."""
        if self.run is None or self.at is None:
            return self.day.idents
        return self.run.sequences[self.at].order


def day_of(asked: Asked) -> Given:
    """Read the day that is asked for.

    Parameters
    ----------
    asked : Asked
        Path, instance and date.

    Returns
    -------
    Given
        The day.

    Raises
    ------
    FileProblem
        When nothing is there.
    DataError
        With every error.
    """
    path = asked.path
    if not path.exists():
        folder = path.absolute().parent
        names = [item.name for item in folder.glob("*")] if folder.is_dir() else []
        near = nearest(path.name, names)
        hint = f" {near}" if near.startswith("Did") else ""
        raise FileProblem(f"{path}: there is no such folder or file.{hint}")
    if is_run(path):
        return _of_run(asked)
    day, problems = wait(
        lambda _stop, _report: inspect_day(path, instance=asked.instance, date=date_of(asked.date)),
        f"reading {path}",
        all_or_nothing=True,
    )
    errors = [problem for problem in problems if problem.severity == "error"]
    if day is None:
        raise DataError(errors)
    return Given(day, problems)


def date_of(text: str | None) -> dt.date | None:
    """Return a date as typed; refuse what is none."""
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no date. Write it as 2026-03-31.", param_hint="--date"
        ) from None


def _of_run(asked: Asked) -> Given:
    """Take a day of a run as it was sequenced: its cars, the rules, the cars before it."""
    from sinho.run.days import read_run
    from sinho.run.past import of_earlier_day
    from sinho.run.report import line_of, revised

    path = asked.path
    run = wait(lambda _stop, _report: read_run(path), f"reading {path}", all_or_nothing=True)
    days = list(run.sequences)
    where, listed = f"run in {path}", f"The run's days with cars are {', '.join(map(str, days))}."
    if asked.instance is not None:
        rule = "a run has no instances"
        raise DataError([Problem(where, rule, None, None, asked.instance, "Name a day by --date.")])
    date, lines = date_of(asked.date), list(dict.fromkeys(day.line for day in days))
    if asked.line is not None and asked.line not in lines:
        hint = nearest(asked.line, lines)
        rule = "the run has no cars on such a line"
        raise DataError([Problem(where, rule, None, "line", asked.line, hint)])
    fits = [
        day
        for day in days
        if date in (None, day.date) and (asked.line is None or asked.line == day.line)
    ]
    if len(fits) > 1:
        several = len({day.date for day in fits}) > 1
        rule = (
            f"the run has {len(fits):,} days; name one of them by --date"
            if several
            else f"the run has {len(fits):,} lines on {date}; name one of them by --line"
        )
        column = "date" if several else "line"
        raise DataError([Problem(where, rule, None, column, None, listed)])
    if not fits:
        rule = "the run builds no cars on this date"
        gone = None if date is None else of_earlier_day(run, date)
        raise DataError([gone or Problem(where, rule, None, "date", str(date), listed)])
    at = fits[0]
    rule = "the day has been revised, and what that asked for holds no longer than it is repeated"
    warnings = [
        Problem(where, f"{rule}: {told}", severity="warning")
        for told, one in zip(revised(run), run.revisions, strict=True)
        if one["date"] == str(at)
    ]
    return Given(line_of(run, at), tuple(warnings), run, at)


def car_of(given: Given, order: str) -> dict[str, Any] | None:
    """Return attributes and options of an order of a run's bank; None where there is none."""
    if given.run is None or given.at is None:
        return None
    from sinho.run.line import line_day

    row = given.run.orders.table.filter(pl.col("order") == order)
    if row.is_empty():
        return None
    return line_day(given.run.hub, row, given.at).cars.drop(CAR).row(0, named=True)


def order_of(given: Given, path: Path) -> tuple[str, ...]:
    """Read a sequence; a file that is missing is said to be so."""
    if path.is_dir():
        raise FileProblem(f"{path} is a folder; give the file of a sequence.")
    if not path.is_file():
        names = [item.name for item in path.absolute().parent.glob("*")]
        near = nearest(path.name, names)
        hint = f" {near}" if near.startswith("Did") else ""
        raise FileProblem(f"{path}: there is no such file.{hint}")
    return read_order(given.day, path)


def handed(given: Given, path: Path) -> tuple[Given, tuple[str, ...]]:
    """Read a sequence that is to go into a run; it may lack cars of the day, or have others.

    Parameters
    ----------
    given : Given
        The day of the run.
    path : pathlib.Path
        The file.

    Returns
    -------
    given : Given
        The day of the cars in the file, with a warning where they are others.
    order : tuple of str
        Their order.
    """
    from sinho.run.line import line_day
    from sinho.run.report import line_of

    run, day, at = given.run, given.day, given.at
    assert run is not None
    assert at is not None
    bank = run.orders.table
    order = read_order(line_day(run.hub, bank, at), path, whole=False)
    if {*order} == {*day.idents}:
        return given, order
    out = [car for car in day.idents if car not in order]
    new = [car for car in order if car not in day.row_of]
    told = [
        Problem(path.name, f"{what}: {', '.join(cars)}", severity="warning")
        for what, cars in (("taken out of the day", out), ("put into the day", new))
        if cars
    ]
    own = line_of(run, at, bank.filter(pl.col("order").is_in(order)))
    return Given(own, (*given.warnings, *told), run, at), order
