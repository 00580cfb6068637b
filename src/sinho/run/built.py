"""Reads what was built, car by car."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from sinho.bts import PLAN
from sinho.errors import DataError, Problem, nearest
from sinho.hub.csvfile import read_csv
from sinho.hub.grid import Grid
from sinho.hub.shifts import START
from sinho.hub.workbook import read_grids
from sinho.results import LineDay, Sequence
from sinho.results.sequence import places
from sinho.run.linedays import Begins

ORDER, DATE, LINE, POSITION, TIME, MODEL = "order", "date", "line", "position", "time", "model"
COLUMNS = (ORDER, DATE, LINE, POSITION, TIME, MODEL)
NEEDED = "It needs order, date (2026-03-31), and position (1, 2, ...) or time (07:45)."
UNKNOWN = "If it was built without being scheduled, give its model in a column model."
LISTED = 200
"""Problems that are listed one by one."""

EXCEL, TEXT = (".xlsx", ".xlsm"), (".csv", ".txt")
SHEET = "actuals"
"""Sheet that is read of a workbook with several."""

DAY = 24 * 3600


def schedule(sequences: Mapping[LineDay, Sequence], cars: pl.DataFrame) -> pl.DataFrame:
    """Return the schedule of a run's days, as ``build_to_schedule`` takes it.

    Parameters
    ----------
    sequences : mapping of LineDay to Sequence
        The days.
    cars : polars.DataFrame
        ``order`` and ``model``.
    """
    placed = places(sequences).join(cars.select(ORDER, "model"), on=ORDER, how="left")
    return placed.with_columns(pl.lit(1, pl.Int64).alias("units")).select(*PLAN, LINE)


def read_built(
    path: Path,
    planned: pl.DataFrame,
    cars: pl.DataFrame,
    models: Collection[str],
    begin: Begins = START,
) -> pl.DataFrame:
    """Read the cars that were built.

    Parameters
    ----------
    path : pathlib.Path
        A CSV file or an Excel workbook (its only sheet, or the one named ``actuals``) with columns
        ``order``, ``date`` (of the production day) and ``position`` (place in which it was built
        that day) or ``time`` (HH:MM, or with its own date). Column ``model`` may be given; it must
        be for a car that the run does not know, which then counts as built without being
        scheduled. So may ``line``, the line that built the car: where it is empty, it is the one
        for which the car is scheduled, else the only one of the day.
    planned : polars.DataFrame
        The schedule, of `schedule`.
    cars : polars.DataFrame
        ``order`` and ``model`` of the run's whole order bank, orders without a day included, and
        of the cars of earlier runs.
    models : collection of str
        Models of the hub.
    begin : datetime.time or mapping of LineDay to datetime.time
        When a production day begins, of all lines or of each day of a line: it lasts until then on
        the next date, so a time before it is one after midnight.

    Returns
    -------
    polars.DataFrame
        The cars with ``date``, ``position``, ``order``, ``model``, ``units`` and ``line``.

    Raises
    ------
    DataError
        With every problem by its row: a car that is not known or stands twice, a date that is no
        day of the run, a place that is none or taken, a time outside its production day.
    """
    where, grid, problems = _grid(path)
    if grid is None:
        raise DataError(problems)
    heads = [head.strip().casefold() for head in grid.headings]
    place = {name: heads.index(name) for name in COLUMNS if name in heads}
    missing = [name for name in (ORDER, DATE) if name not in place]
    if not missing and POSITION not in place and TIME not in place:
        missing = [f"{POSITION} or {TIME}"]
    problems += [
        Problem(where, f"column {name} is missing", grid.head, hint=NEEDED) for name in missing
    ]
    if missing:
        raise DataError(problems)
    if grid.cells.is_empty():
        hint = f"Give a row for each car that was built. {NEEDED}"
        raise DataError([*problems, Problem(where, "there are no cars", hint=hint)])
    reader = _Reader(where, planned, cars, models, begin)
    cells = {name: grid.cells.to_series(at).fill_null("").to_list() for name, at in place.items()}
    for index in range(grid.cells.height):
        row = index + 2 if grid.rows is None else int(grid.rows[index])
        reader.take(row, {name: column[index].strip() for name, column in cells.items()})
    problems += reader.problems[:LISTED]
    if len(reader.problems) > LISTED:
        rule = f"{len(reader.problems) - LISTED:,} more problems of this kind"
        problems.append(Problem(where, rule))
    if any(problem.severity == "error" for problem in problems):
        raise DataError(problems)
    return reader.table()


def _grid(path: Path) -> tuple[str, Grid | None, list[Problem]]:
    """Return the name of a file, or of its sheet, and its cells."""
    kind = path.suffix.lower()
    if kind in TEXT:
        return path.name, *read_csv(path)
    if kind not in EXCEL:
        rule = "the cars that were built are read from .csv and .xlsx files"
        return path.name, None, [Problem(path.name, rule, hint="Save it as one of these.")]
    grids, broken = read_grids(path)
    if broken is not None:
        return path.name, None, [broken]
    if SHEET not in grids and len(grids) > 1:
        rule = f"the workbook has several sheets, and none is named {SHEET!r}"
        hint = f"Name the sheet with the cars {SHEET!r}, or save it as a workbook of its own."
        return path.name, None, [Problem(path.name, rule, value=", ".join(grids), hint=hint)]
    name = SHEET if SHEET in grids else next(iter(grids), SHEET)
    grid, where = grids.get(name), f"{path.name}, sheet {name}"
    if grid is None:
        hint = "The first row holds headings."
        return where, None, [Problem(where, "the sheet is empty", hint=hint)]
    # A cell that holds a date brings a time of midnight, one that holds a time a day of 1899.
    beside = {DATE: r" 00:00:00$", TIME: r"^1899-12-3[01] "}
    names = zip(grid.cells.columns, grid.headings, strict=True)
    plain = [
        pl.col(column).str.replace(beside.get(head.strip().casefold(), "^$"), "")
        for column, head in names
    ]
    wrong = [fault for fault in grid.problems_of(where) if fault.severity == "error"]
    return where, replace(grid, cells=grid.cells.select(plain)), wrong


class _Reader:
    """Checks the rows of what was built."""

    def __init__(
        self,
        where: str,
        planned: pl.DataFrame,
        cars: pl.DataFrame,
        models: Collection[str],
        begin: Begins,
    ) -> None:
        self.where, self.models, self.begin = where, set(models), begin
        self.model_of = dict(cars.select(ORDER, MODEL).iter_rows())
        self.days: dict[dt.date, list[str]] = {}
        for day, line in planned.select(DATE, LINE).unique().sort(DATE, LINE).iter_rows():
            self.days.setdefault(day, []).append(line)
        self.lines = planned[LINE].unique().to_list()
        self.line_of = dict(planned.select(ORDER, LINE).iter_rows())
        self.problems: list[Problem] = []
        self.first: dict[str, int] = {}
        self.taken: dict[tuple[LineDay, float], int] = {}
        self.kind: dict[LineDay, tuple[str, int]] = {}
        self.rows: list[tuple[LineDay, float, int, str, str]] = []

    def add(self, row: int, column: str, value: str, rule: str, hint: str = "") -> None:
        self.problems.append(Problem(self.where, rule, row, column, value or None, hint))

    def take(self, row: int, cells: Mapping[str, str]) -> None:
        """Take a row, or note what is wrong with it."""
        order = cells[ORDER]
        model = self.model(row, order, cells.get(MODEL, ""))
        self.first.setdefault(order, row)
        date = self.date(row, cells[DATE])
        line = self.line(row, order, cells.get(LINE, ""), date)
        day = None if date is None or line is None else LineDay(date, line)
        at = self.place(row, cells, day)
        if day is not None and at is not None and model is not None:
            self.rows.append((day, at, row, order, model))

    def model(self, row: int, order: str, given: str) -> str | None:
        """Return the model of a car; None where the car is not to be taken."""
        known = self.model_of.get(order)
        if not order:
            self.add(row, ORDER, order, "the order is missing")
        elif order in self.first:
            self.add(row, ORDER, order, f"the order stands in row {self.first[order]} already")
        elif given and given not in self.models:
            self.add(row, MODEL, given, "the hub has no such model", nearest(given, self.models))
        elif known is None and not given:
            near = nearest(order, self.model_of) if len(self.problems) < LISTED else ""
            hint = f"{near} {UNKNOWN}" if near.startswith("Did") else UNKNOWN
            self.add(row, ORDER, order, "the run has no such order", hint)
        elif known is not None and given and given != known:
            self.add(row, MODEL, given, f"order {order} of the run is for model {known}")
        else:
            return known or given
        return None

    def date(self, row: int, text: str) -> dt.date | None:
        try:
            date = dt.date.fromisoformat(text)
        except ValueError:
            self.add(row, DATE, text, "this is no date", "Write it as 2026-03-31.")
            return None
        if date in self.days:
            return date
        hint = ""
        if self.days:
            hint = f"Its days with cars lie from {min(self.days)} to {max(self.days)}."
        self.add(row, DATE, text, "the run builds no cars on this date", hint)
        return None

    def line(self, row: int, order: str, given: str, date: dt.date | None) -> str | None:
        """Return the line that built a car."""
        if given:
            if given in self.lines:
                return given
            self.add(row, LINE, given, "the run has no such line", nearest(given, self.lines))
            return None
        own = self.days.get(date, []) if date is not None else []
        line = self.line_of.get(order, own[0] if len(own) == 1 else None)
        if line is None and date is not None:
            hint = f"Name the line that built it: {', '.join(own)}."
            rule = "the car is scheduled on no line, and several build cars on this date"
            self.add(row, LINE, "", rule, hint)
        return line

    def place(self, row: int, cells: Mapping[str, str], day: LineDay | None) -> float | None:
        """Return what a car is ordered by within its day: its place, else the second."""
        column = POSITION if cells.get(POSITION) else TIME
        text = cells.get(column, "")
        if not text:
            column = POSITION if POSITION in cells else TIME
            self.add(row, column, "", "neither place nor time is given", NEEDED)
            return None
        at = self.position(row, text, day) if column == POSITION else self.time(row, text, day)
        if at is None or day is None:
            return at
        kind, first = self.kind.setdefault(day, (column, row))
        if kind != column:
            rule = f"row {first} gives the {kind} of a car of {day}, this one a {column}"
            self.add(row, column, text, rule, "Give all cars of a day the same of the two.")
            return None
        return at

    def position(self, row: int, text: str, day: LineDay | None) -> float | None:
        if not text.isdecimal() or int(text) < 1:
            self.add(row, POSITION, text, "the place must be a whole number from 1 on")
            return None
        at = float(text)
        if day is not None:
            first = self.taken.setdefault((day, at), row)
            if first != row:
                self.add(row, POSITION, text, f"the place on {day} is taken in row {first}")
                return None
        return at

    def time(self, row: int, text: str, day: LineDay | None) -> float | None:
        """Return the seconds from the begin of the production day on."""
        start = self.begin
        if not isinstance(start, dt.time):  # where the line is not known, that is told
            start = START if day is None else start.get(day, START)
        begin = _seconds(start)
        moment, time = _moment(text), _time_of_day(text)
        zone = moment.tzinfo if moment is not None else time.tzinfo if time is not None else None
        if zone is not None:
            hint = "Write it in plant time, without an offset."
            self.add(row, TIME, text, "the time has an offset from UTC", hint)
            return None
        if time is not None:
            return (_seconds(time) - begin) % DAY
        if moment is None:
            hint = "Write it as 07:45 or 2026-03-31 07:45."
            self.add(row, TIME, text, "this is no time", hint)
            return None
        if day is None:  # date or line is wrong, which is told
            return 0.0
        at = (moment - dt.datetime.combine(day.date, start)).total_seconds()
        if 0 <= at < DAY:
            return at
        own = moment.date() - dt.timedelta(days=int(_seconds(moment.time()) < begin))
        rule = f"the time belongs to the production day {own}, the row is dated {day.date}"
        of_line = "" if isinstance(self.begin, dt.time) else f" of line {day.line}"
        hint = f"A production day{of_line} lasts from {start:%H:%M} until then on the next date."
        self.add(row, TIME, text, rule, hint)
        return None

    def table(self) -> pl.DataFrame:
        """Return the cars in building order."""
        rows = [
            (day.date, at, order, model, 1, day.line)
            for at, (day, _, _, order, model) in enumerate(sorted(self.rows), start=1)
        ]
        return pl.DataFrame(rows, schema={**PLAN, LINE: pl.String}, orient="row")


def _seconds(time: dt.time) -> float:
    return time.hour * 3600 + time.minute * 60 + time.second + time.microsecond / 1e6


def _time_of_day(text: str) -> dt.time | None:
    if ":" not in text:
        return None
    try:
        return dt.time.fromisoformat(text)
    except ValueError:
        return None


def _moment(text: str) -> dt.datetime | None:
    """Return a date with its time; a date alone is none."""
    if ":" not in text:
        return None
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        return None
