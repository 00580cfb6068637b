"""From the cells of a file or sheet to the columns of a table."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from sinho.errors import Problem, nearest
from sinho.hub.cells import Raw
from sinho.hub.places import SHOWN, PlacedProblem, about_table, shortened
from sinho.hub.scenario import Scenario
from sinho.hub.schema import TABLES, fields
from sinho.hub.sheetxml import letters


@dataclass(frozen=True)
class Grid:
    """The cells of a file or sheet.

    Parameters
    ----------
    headings : tuple of str
        First row; empty where a column has no heading.
    cells : polars.DataFrame
        The other rows as text, one column per heading, without empty rows.
    rows : polars.Series of int or None
        Spreadsheet row of each record; None where record n stands in row n + 2.
    broken : frozenset of int
        Positions of records with too few or too many cells.
    head : int
        Row of the headings.
    columns : tuple of int
        Column of each heading in its sheet, from 0; empty where they stand side by side.
    shown : mapping of (int, int) to str
        What cells of a sheet show, by row and column, where it is not the number they hold.
    problems : tuple of Problem
        What is wrong with the sheet itself, without its name.
    """

    headings: tuple[str, ...]
    cells: pl.DataFrame
    rows: pl.Series | None = None
    broken: frozenset[int] = frozenset()
    head: int = 1
    columns: tuple[int, ...] = ()
    shown: Mapping[tuple[int, int], str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def problems_of(self, where: str) -> list[Problem]:
        """Return what is wrong with the sheet itself, by the name that it has for people."""
        return [replace(problem, where=where) for problem in self.problems]


@dataclass(frozen=True)
class Input:
    """What was found in a folder, a workbook or Python tables, before it is checked.

    Parameters
    ----------
    raws : mapping of str to Raw
        Tables by name.
    scenarios : mapping of str to Scenario
        Scenarios by name.
    problems : list of PlacedProblem
        What is wrong with the files themselves.
    unread : frozenset of str
        Tables that are missing or could not be read.
    origin : str
        Path of the folder or workbook.
    """

    raws: Mapping[str, Raw]
    scenarios: Mapping[str, Scenario] = field(default_factory=dict)
    problems: Sequence[PlacedProblem] = ()
    unread: frozenset[str] = frozenset()
    origin: str = ""


def headings(
    table: str, where: str, given: Sequence[str], row: int = 1
) -> tuple[dict[int, str], list[PlacedProblem], frozenset[str]]:
    """Match headings to fields.

    Parameters
    ----------
    table, where : str
        The table and the file or sheet it stands in.
    given : sequence of str
        Headings as found; a unit in brackets may follow the name. Empty ones are passed over.
    row : int
        Row of the headings.

    Returns
    -------
    columns : dict of int to str
        Field by position of its heading.
    problems : list of PlacedProblem
        Unknown, doubled and missing columns, and units that differ.
    missing : frozenset of str
        Required fields without a column.
    """
    specs = fields(table)
    columns: dict[int, str] = {}
    problems: list[PlacedProblem] = []
    strange = 0

    def report(rule: str, column: str | None, value: str | None, hint: str) -> None:
        problem = Problem(where, rule, row, column, value, hint)
        problems.append(about_table(table, problem, row))

    for position, heading in enumerate(given):
        name, unit = split_heading(heading)
        if not name:
            continue
        if name not in specs:
            strange += 1
            if strange <= SHOWN:
                near = nearest(name, [n for n in specs if n not in given])
                report("there is no such column", heading, None, near or "Take the column out.")
        elif name in columns.values():
            report("the column stands twice", name, None, "Keep one of the two columns.")
        else:
            columns[position] = name
            want = specs[name].unit
            if unit is not None and unit.casefold() != want.casefold():
                hint = f"Give the figures in {want} and head the column {specs[name].heading!r}."
                report(f"the unit of this column is {want}", name, unit, hint)
    if strange > SHOWN:
        report(f"{strange - SHOWN:,} more columns are none of this table", None, None, "")
    missing = frozenset(
        name for name, spec in specs.items() if spec.required and name not in columns.values()
    )
    for name in specs:
        if name in missing:
            report("the column is missing", name, None, f"Add it: {specs[name].meaning}")
    return columns, problems, missing


def meant(name: str, given: Iterable[str]) -> set[str]:
    """Return the table that a file or sheet of no table is probably meant for, in a set.

    Parameters
    ----------
    name : str
        Name of the file or sheet.
    given : iterable of str
        Names of all of them; a table that is there is not meant by another.
    """
    free = [table for table in TABLES if table not in set(given)]
    return {table for table in free if nearest(name, [table]).startswith("Did")}


def headings_below(where: str, table: str, grid: Grid) -> Problem | None:
    """Say where the headings stand if they do not stand in the first row but soon behind it."""
    specs = fields(table)
    if any(split_heading(heading)[0] in specs for heading in grid.headings):
        return None
    for at, cells in enumerate(grid.cells.head(10).iter_rows()):
        if sum(split_heading(cell or "")[0] in specs for cell in cells) > 1:
            row = at + 2 if grid.rows is None else int(grid.rows[at])
            rule = f"the headings stand in row {row}, not in the first row"
            first = next((heading for heading in grid.headings if heading.strip()), None)
            return Problem(where, rule, grid.head, None, first, "Delete what stands above them.")
    return None


def split_heading(heading: str) -> tuple[str, str | None]:
    """Part a heading such as ``units [cars]`` into name and unit."""
    found = re.fullmatch(r"\s*(.*?)\s*(?:\[([^\]]*)\])?\s*", heading, re.DOTALL)
    assert found is not None
    return found[1], found[2].strip() if found[2] is not None else None


def raw_table(table: str, where: str, grid: Grid) -> tuple[Raw, list[PlacedProblem]]:
    """Match the columns of a grid to the fields of a table.

    Parameters
    ----------
    table, where : str
        The table and the file or sheet it stands in.
    grid : Grid
        The cells.

    Returns
    -------
    raw : Raw
        The known columns.
    problems : list of PlacedProblem
        What is wrong with the headings.
    """
    columns, problems, missing = headings(table, where, grid.headings, grid.head)
    cells = grid.cells.select([pl.nth(old).alias(new) for old, new in columns.items()])
    problems += [about_table(table, one, one.row or 0) for one in grid.problems_of(where)]
    problems += _shown(table, where, grid, columns)
    for place, heading in enumerate(grid.headings):
        if heading.strip():
            continue
        filled = [cell for cell in grid.cells.to_series(place).drop_nulls() if cell.strip()]
        if filled:
            column = grid.columns[place] if grid.columns else place
            rule = f"column {letters(column)} holds cells but has no heading"
            hint = "Give it the name of a field, or empty the column."
            problem = Problem(where, rule, grid.head, None, filled[0], hint)
            problems.append(about_table(table, problem, grid.head))
    rows, broken = grid.rows, grid.broken
    if len(columns) < len(grid.headings) and columns:
        blank = pl.all_horizontal(pl.all().fill_null("").str.strip_chars() == "")
        stray = cells.select(blank).to_series().arg_true().to_list()
        broken |= frozenset(stray)  # cells beside the table, told of already, make no record
    return Raw(table, where, cells, rows, missing, broken), problems


def _shown(table: str, where: str, grid: Grid, columns: Mapping[int, str]) -> list[PlacedProblem]:
    """Warn of names that are numbers, and that the sheet shows with other digits."""
    specs = fields(table)
    texts = {
        grid.columns[place]: name
        for place, name in columns.items()
        if grid.columns and specs[name].kind in ("text", "choice", "list")
    }
    hint = "If this is its name, format the column as text and type it anew."
    found = [
        Problem(
            where,
            f"the sheet shows {shown}, but the cell holds a number without these signs",
            row,
            texts[column],
            grid.cells.to_series(grid.columns.index(column))[_record(grid, row)],
            hint,
            "warning",
        )
        for (row, column), shown in sorted(grid.shown.items())
        if column in texts and row > grid.head
    ]
    few = shortened(found, "cells show a number with other signs than it has")
    return [about_table(table, problem, problem.row or 0) for problem in few]


def _record(grid: Grid, row: int) -> int:
    assert grid.rows is not None
    return int(grid.rows.search_sorted(row))
