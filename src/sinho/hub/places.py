"""Where cells stand in the input, and how offending cells become problems."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from sinho.errors import Problem, Severity
from sinho.hub.schema import TABLES, fields
from sinho.hub.text import render

ROW = "row_"
"""Column that holds a record's position while tables are checked."""

SHOWN = 20
"""How many offenders of one rule in one column are listed one by one."""


@dataclass(frozen=True)
class Place:
    """Where a table was read from.

    Parameters
    ----------
    table : str
        Name of the table.
    where : str
        File or sheet.
    cells : polars.DataFrame
        The cells as typed in (text), or the typed table itself.
    rows : polars.Series of int, optional
        Spreadsheet row of each record; by default the record's position plus 2.
    notes : mapping of int to str
        Records that stand elsewhere (rows inserted by a scenario), by position.
    lines : mapping of str to int
        Line of each field, where the table is no grid (the settings in ``hub.toml``).
    """

    table: str
    where: str
    cells: pl.DataFrame
    rows: pl.Series | None = None
    notes: Mapping[int, str] = field(default_factory=dict)
    lines: Mapping[str, int] | None = None

    def row(self, index: int, column: str | None = None) -> int | None:
        """Return the spreadsheet row of a record, None where it stands in no table."""
        if index in self.notes:
            return None
        if self.lines is not None:
            return self.lines.get(column or "")
        return index + 2 if self.rows is None else int(self.rows[index])

    def file(self, index: int) -> str:
        """Return the file or sheet of a record."""
        return self.notes.get(index, self.where)

    def value(self, index: int, column: str | None) -> str | None:
        """Return a cell as typed in, None where it is empty."""
        if column is None or column not in self.cells.columns:
            return None
        cell = self.cells[column].slice(index, 1)
        if cell.dtype != pl.String:
            cell = render(cell, fields(self.table)[column])
        text: str | None = cell[0]
        return text


@dataclass(frozen=True)
class Offence:
    """The records of one table that break one rule.

    Parameters
    ----------
    table : str
        Name of the table.
    rows : sequence of int
        Positions of the offending records.
    column : str or None
        The field to change.
    rule : str or callable
        The rule in words; a callable is given the position.
    hint : str or callable
        What to do about it; a callable is given the position.
    severity : {"error", "warning"}
        Errors refuse the input.
    """

    table: str
    rows: Sequence[int]
    column: str | None
    rule: str | Callable[[int], str]
    hint: str | Callable[[int], str] = ""
    severity: Severity = "error"


@dataclass(frozen=True)
class PlacedProblem:
    """A problem with its place in the order of the input."""

    order: tuple[int, float, int]
    problem: Problem


def table_order(table: str) -> int:
    """Return the place of a table in the data dictionary; unknown names come last."""
    return list(TABLES).index(table) if table in TABLES else len(TABLES)


def about_table(table: str, problem: Problem, row: float = 0) -> PlacedProblem:
    """Place a problem that concerns a whole table, or one of its rows."""
    return PlacedProblem((table_order(table), row, 0), problem)


def shortened(problems: Sequence[Problem], more: str) -> list[Problem]:
    """Return the first `SHOWN` problems of a file, and one that counts the others.

    Parameters
    ----------
    problems : sequence of Problem
        Problems of one kind, in the order of the file.
    more : str
        What is said of those that are not listed, behind ``12 more``.
    """
    rest = problems[SHOWN:]
    if not rest:
        return list(problems)
    worst: Severity = "error" if any(p.severity == "error" for p in rest) else "warning"
    said = Problem(rest[0].where, f"{len(rest):,} more {more}", severity=worst)
    return [*problems[:SHOWN], said]


def found(offences: Iterable[Offence], places: Mapping[str, Place]) -> list[PlacedProblem]:
    """Turn offences into problems: one for each record, at most `SHOWN` for each offence.

    Parameters
    ----------
    offences : iterable of Offence
        What was found.
    places : mapping of str to Place
        Where the tables were read from, by table.
    """
    return [item for offence in offences for item in _listed(offence, places[offence.table])]


def _listed(offence: Offence, place: Place) -> list[PlacedProblem]:
    table = table_order(offence.table)
    names = list(fields(offence.table))
    column = names.index(offence.column) if offence.column in names else -1
    listed = []
    row = 0.0
    rule = ""
    for index in list(offence.rows[:SHOWN]):
        rule = offence.rule if isinstance(offence.rule, str) else offence.rule(index)
        hint = offence.hint if isinstance(offence.hint, str) else offence.hint(index)
        number = place.row(index, offence.column)
        row = float("inf") if number is None else float(number)
        problem = Problem(
            where=place.file(index),
            rule=rule,
            row=number,
            column=offence.column,
            value=place.value(index, offence.column),
            hint=hint,
            severity=offence.severity,
        )
        listed.append(PlacedProblem((table, row, column), problem))
    more = len(offence.rows) - SHOWN
    if more > 0:
        cells = "cell" if more == 1 else "cells"
        if isinstance(offence.rule, str):
            said = f"{more:,} more {cells} of this column break this rule: {rule}"
        else:
            said = f"{more:,} more {cells} of this column have the same problem"
        problem = Problem(
            where=place.where,
            rule=said,
            column=offence.column,
            severity=offence.severity,
        )
        listed.append(PlacedProblem((table, row, column), problem))
    return listed
