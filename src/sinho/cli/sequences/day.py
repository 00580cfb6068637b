"""The day that is asked for: of tables, of another format, or of a run; and its sequences."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import typer

from sinho.cli.base import FileProblem
from sinho.cli.inputs import is_run, missing
from sinho.cli.progress import wait
from sinho.days.day import CAR, Day
from sinho.days.formats import inspect_day, read_order
from sinho.errors import DataError, Problem, as_typed, nearest
from sinho.hub.lines import ONE_LINE

if TYPE_CHECKING:
    from sinho.results import LineDay
    from sinho.run.days import DayRun
    from sinho.run.shared import SharedDay


@dataclass(frozen=True)
class DayInput:
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

    @cached_property
    def shared(self) -> SharedDay | None:
        """The shops that a run's line shares, at which rules are counted; None: none."""
        if self.run is None or self.at is None:
            return None
        from sinho.run.shared import shared_day

        return shared_day(self.run, self.at)


def day_of(
    path: Path, instance: str | None = None, date: str | None = None, line: str | None = None
) -> DayInput:
    """Read the day that is asked for.

    Parameters
    ----------
    path : pathlib.Path
        A hub, tables, the folder of a run, or files of another format.
    instance : str, optional
        Which of several instances of a file, or days of a folder.
    date : str, optional
        Which of several dates, as typed.
    line : str, optional
        Which line of a day whose cars are of several.

    Returns
    -------
    DayInput
        The day.

    Raises
    ------
    FileProblem
        When nothing is there.
    DataError
        With every error.
    """
    if not path.exists():
        raise missing(path, "there is no such folder or file")
    if is_run(path):
        return _of_run(path, instance, date_of(date), line)
    day, problems = wait(
        lambda _stop, _report: inspect_day(path, instance=instance, date=date_of(date), line=line),
        f"reading {path}",
        all_or_nothing=True,
    )
    errors = [problem for problem in problems if problem.severity == "error"]
    if day is None:
        raise DataError(errors)
    return DayInput(day, problems)


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


def _of_run(path: Path, instance: str | None, date: dt.date | None, line: str | None) -> DayInput:
    """Take a day of a run as it was sequenced: its cars, the rules, the cars before it."""
    from sinho.run.days import read_run
    from sinho.run.past import of_earlier_day

    run = wait(lambda _stop, _report: read_run(path), f"reading {path}", all_or_nothing=True)
    days = list(run.sequences)
    where = f"run in {path}"
    dates = dict.fromkeys(str(day.date) for day in days if line in (None, day.line))
    listed = f"The run's days with cars are {', '.join(dates)}."
    if instance is not None:
        rule = "a run has no instances"
        raise DataError([Problem(where, rule, None, None, instance, "Name a day by --date.")])
    lines = list(dict.fromkeys(day.line for day in days))
    if line is not None and line not in lines:
        hint = nearest(line, lines)
        rule = "the run has no cars on such a line"
        raise DataError([Problem(where, rule, None, "line", line, hint)])
    fits = [day for day in days if date in (None, day.date) and (line is None or line == day.line)]
    if len(fits) > 1:
        several = len({day.date for day in fits}) > 1
        if not several:
            listed = f"They are {', '.join(day.line for day in fits)}."
        rule = (
            f"the run has {len(fits):,} days; name one of them by --date"
            if several
            else f"the run has {len(fits):,} lines on {date}; name one of them by --line"
        )
        column = "date" if several else "line"
        raise DataError([Problem(where, rule, None, column, None, listed)])
    if not fits:
        rule = f"the run builds no cars on{'' if line is None else f' line {line} on'} this date"
        gone = None if date is None else of_earlier_day(run, date)
        raise DataError([gone or Problem(where, rule, None, "date", str(date), listed)])
    at = fits[0]
    rule = "the day has been revised, and what that asked for holds no longer than it is repeated"
    warnings = [
        Problem(where, f"{rule}: {which}", severity="warning")
        for which, one in zip(run.revised, run.revisions, strict=True)
        if one["date"] == str(at)
    ]
    return DayInput(run.line_of(at), tuple(warnings), run, at)


def car_of(given: DayInput, order: str) -> dict[str, Any] | None:
    """Return attributes and options of an order of a run's bank; None where there is none.

    Refuse one that cannot be built on the day.
    """
    if given.run is None or given.at is None:
        return None
    from sinho.run.revise import barred
    from sinho.sequence import Input

    reason = barred(given.run, given.at, order)
    if reason is not None:
        raise DataError(
            [Problem(f"sequence of {given.at}", reason[0], None, "car", order, reason[1])]
        )
    row = given.run.orders.table.filter(pl.col("order") == order)
    if row.is_empty():
        return None
    own = Input.from_run(given.run.hub, row, given.at).day
    return own.cars.drop(CAR).row(0, named=True)


def refuse_elsewhere(given: DayInput, cars: list[str]) -> None:
    """Refuse orders that a run builds on another day than the one asked for, or on another line."""
    if given.run is None:
        return
    days = {car: given.run.day_of(car) for car in cars if car not in given.day.row_of}
    problems = [
        Problem(
            f"sequence of {given.at}",
            f"the run builds the order on {day}",
            None,
            "car",
            car,
            f"Name that day by --date {day.date}{f' --line {as_typed(day.line)}' * lines}.",
        )
        for car, day in days.items()
        if day is not None
        for lines in [day.line != ONE_LINE]
    ]
    if problems:
        raise DataError(problems)


def order_of(given: DayInput, path: Path) -> tuple[str, ...]:
    """Read a sequence; a file that is missing is said to be so."""
    if path.is_dir():
        raise FileProblem(f"{path} is a folder; give the file of a sequence.")
    if not path.is_file():
        raise missing(path, "there is no such file")
    return read_order(given.day, path)


def handed(given: DayInput, path: Path) -> tuple[DayInput, tuple[str, ...]]:
    """Read a sequence that is to go into a run; it may lack cars of the day, or have others.

    Parameters
    ----------
    given : DayInput
        The day of the run.
    path : pathlib.Path
        The file.

    Returns
    -------
    given : DayInput
        The day of the cars in the file, with a warning where they are others.
    order : tuple of str
        Their order.
    """
    from sinho.sequence import Input

    run, day, at = given.run, given.day, given.at
    assert run is not None
    assert at is not None
    bank = run.orders.table
    order = read_order(Input.from_run(run.hub, bank, at).day, path, whole=False)
    if {*order} == {*day.idents}:
        return given, order
    out = [car for car in day.idents if car not in order]
    new = [car for car in order if car not in day.row_of]
    changes = [
        Problem(path.name, f"{what}: {', '.join(cars)}", severity="warning")
        for what, cars in (("taken out of the day", out), ("put into the day", new))
        if cars
    ]
    own = run.line_of(at, bank.filter(pl.col("order").is_in(order)))
    return DayInput(own, (*given.warnings, *changes), run, at), order
