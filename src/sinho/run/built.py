"""Reads what was built, order by order, and measures it against a run's sequences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from sinho.bts import PLAN, BuildToSchedule, Counting, Mix, build_to_schedule
from sinho.errors import DataError, Problem, nearest
from sinho.hub.csvfile import read_csv
from sinho.results import Sequence
from sinho.results.sequence import places

ORDER, DATE, POSITION, TIME = "order", "date", "position", "time"
COLUMNS = (ORDER, DATE, POSITION, TIME)
NEEDED = "It needs order, date (2026-03-31), and position (1, 2, ...) or time (06:45)."
LISTED = 200
"""Problems that are listed one by one."""


def schedule(sequences: Mapping[dt.date, Sequence], cars: pl.DataFrame) -> pl.DataFrame:
    """Return the schedule of a run's days, as ``build_to_schedule`` takes it.

    Parameters
    ----------
    sequences : mapping of datetime.date to Sequence
        The days.
    cars : polars.DataFrame
        ``order`` and ``model``.
    """
    placed = places(sequences).join(cars.select(ORDER, "model"), on=ORDER, how="left")
    return placed.with_columns(pl.lit(1, pl.Int64).alias("units")).select(*PLAN)


def read_built(path: Path, planned: pl.DataFrame) -> pl.DataFrame:
    """Read the cars that were built.

    Parameters
    ----------
    path : pathlib.Path
        A CSV file with columns ``order``, ``date`` (of the working day) and ``position`` (place
        in which it was built that day) or ``time`` (HH:MM, or with a date).
    planned : polars.DataFrame
        The schedule, of `schedule`.

    Returns
    -------
    polars.DataFrame
        The cars with ``date``, ``position``, ``order``, ``model`` and ``units``.

    Raises
    ------
    DataError
        With every problem by its row: an order that the run does not have or that stands twice, a
        date or place that is none.
    """
    grid, problems = read_csv(path)
    if grid is None:
        raise DataError(problems)
    heads = [head.strip().casefold() for head in grid.headings]
    place = {name: heads.index(name) for name in COLUMNS if name in heads}
    missing = [name for name in (ORDER, DATE) if name not in place]
    if not missing and POSITION not in place and TIME not in place:
        missing = [f"{POSITION} or {TIME}"]
    problems += [
        Problem(path.name, f"column {name} is missing", 1, hint=NEEDED) for name in missing
    ]
    if missing:
        raise DataError(problems)
    reader = _Reader(path.name, planned)
    cells = {name: grid.cells.to_series(at).fill_null("").to_list() for name, at in place.items()}
    for index in range(grid.cells.height):
        row = index + 2 if grid.rows is None else int(grid.rows[index])
        reader.take(row, {name: column[index].strip() for name, column in cells.items()})
    problems += reader.problems[:LISTED]
    if len(reader.problems) > LISTED:
        rule = f"{len(reader.problems) - LISTED:,} more problems of this kind"
        problems.append(Problem(path.name, rule))
    if problems:
        raise DataError(problems)
    return reader.table()


class _Reader:
    """Checks the rows of what was built."""

    def __init__(self, where: str, planned: pl.DataFrame) -> None:
        self.where = where
        self.model_of = dict(planned.select(ORDER, "model").iter_rows())
        self.problems: list[Problem] = []
        self.first: dict[str, int] = {}
        self.rows: list[tuple[dt.date, float, int, str]] = []

    def add(self, row: int, column: str, value: str, rule: str, hint: str = "") -> None:
        self.problems.append(Problem(self.where, rule, row, column, value or None, hint))

    def take(self, row: int, cells: Mapping[str, str]) -> None:
        """Take a row, or note what is wrong with it."""
        order = cells[ORDER]
        if order in self.first:
            self.add(row, ORDER, order, f"the order stands in row {self.first[order]} already")
        elif not order:
            self.add(row, ORDER, order, "the order is missing")
        elif order not in self.model_of:
            near = nearest(order, self.model_of)
            hint = near if near.startswith("Did") else "Orders of the run stand in its cars.csv."
            self.add(row, ORDER, order, "the run has no such order", hint)
        self.first.setdefault(order, row)
        date = self.date(row, cells[DATE])
        at = self.place(row, cells)
        if date is not None and at is not None and order in self.model_of:
            self.rows.append((date, at, row, order))

    def date(self, row: int, text: str) -> dt.date | None:
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            self.add(row, DATE, text, "this is no date", "Write it as 2026-03-31.")
            return None

    def place(self, row: int, cells: Mapping[str, str]) -> float | None:
        """Return what a car is ordered by within its day: its place, else the minute."""
        if cells.get(POSITION):
            text = cells[POSITION]
            if text.isdecimal() and int(text) > 0:
                return float(text)
            self.add(row, POSITION, text, "the place must be a whole number from 1 on")
            return None
        text = cells.get(TIME, "")
        if not text:
            column = POSITION if POSITION in cells else TIME
            self.add(row, column, "", "neither place nor time is given", NEEDED)
            return None
        for read in (_time_of_day, _moment):
            found = read(text)
            if found is not None:
                return found
        self.add(row, TIME, text, "this is no time", "Write it as 06:45 or 2026-03-31 06:45.")
        return None

    def table(self) -> pl.DataFrame:
        """Return the cars in building order."""
        ordered = sorted(self.rows)
        rows = [
            (date, at, order, self.model_of[order], 1)
            for at, (date, _, _, order) in enumerate(ordered, start=1)
        ]
        return pl.DataFrame(rows, schema=PLAN, orient="row")


def _time_of_day(text: str) -> float | None:
    try:
        time = dt.time.fromisoformat(text)
    except ValueError:
        return None
    return time.hour * 3600 + time.minute * 60 + time.second + time.microsecond / 1e6


def _moment(text: str) -> float | None:
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment - dt.datetime(1970, 1, 1, tzinfo=moment.tzinfo)).total_seconds()


def measure(
    planned: pl.DataFrame,
    built: pl.DataFrame,
    *,
    mix: Mix = "order",
    counting: Counting = "running",
) -> BuildToSchedule:
    """Measure what was built against the days of a run that it covers.

    Parameters
    ----------
    planned, built : polars.DataFrame
        Of `schedule` and `read_built`.
    mix, counting
        As `sinho.bts.build_to_schedule`.

    Returns
    -------
    BuildToSchedule
        Over the run's days from the first to the last on which something was built.

    Raises
    ------
    DataError
        When nothing was built on any of the run's days.
    """
    dates = planned["date"].sort()
    covered = planned.filter(pl.col("date").is_between(built["date"].min(), built["date"].max()))
    if built.is_empty() or covered.is_empty():
        rule = f"nothing was built on the days of the run, {dates[0]} to {dates[-1]}"
        raise DataError([Problem("actuals", rule, column=DATE)])
    return build_to_schedule(covered, built, mix=mix, counting=counting)
