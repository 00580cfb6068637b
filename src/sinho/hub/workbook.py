"""Finds the tables of a hub in an Excel workbook."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from sinho.errors import Problem, nearest
from sinho.hub.cells import Raw
from sinho.hub.excel import README, SCENARIO_SHEET
from sinho.hub.grid import Grid, Input, headings_below, meant, raw_table
from sinho.hub.package import Package, Unreadable
from sinho.hub.places import PlacedProblem, about_table, shortened
from sinho.hub.scenario import Scenario
from sinho.hub.schema import HUB, TABLES, Layout, meaning
from sinho.hub.sheetxml import Area, Cells, letters, read_cells

MOST_USED = 1000
"""The most columns of a sheet that hold cells; no table has a tenth of them."""


def read_workbook(path: Path, layout: Layout = HUB) -> Input:
    """Read the sheets of a workbook.

    Parameters
    ----------
    path : pathlib.Path
        An existing workbook.
    layout : Layout
        What it may hold.

    Returns
    -------
    Input
        Tables as text, and the problems of the sheets themselves.
    """
    origin, known, required = str(path), layout.tables, layout.required
    grids, broken = read_grids(path)
    if broken is not None:
        unreadable = about_table(known[0], broken)
        return Input({}, problems=(unreadable,), unread=frozenset(TABLES), origin=origin)
    raws: dict[str, Raw] = {}
    scenarios: dict[str, Scenario] = {}
    problems: list[PlacedProblem] = []
    unread: set[str] = set()
    misspelt: set[str] = set()
    names = list(grids)
    for name, grid in grids.items():
        if name == SCENARIO_SHEET:
            scenarios, issues = _scenarios(grid)
            problems += issues
        elif name not in known:
            if grid is not None:
                problems.append(about_table(name, _unknown_sheet(name, names, known)))
                misspelt |= meant(name, names)
        elif grid is None:
            unread.add(name)
            hint = "The first row holds the headings; `sinho fields` lists them."
            rule = "the sheet is empty"
            if name in required:
                missing = Problem(f"sheet {name}", rule, hint=hint)
                problems.append(about_table(name, missing))
        elif below := headings_below(f"sheet {name}", name, grid):
            problems.append(about_table(name, below, grid.head))
            unread.add(name)
        else:
            raws[name], issues = raw_table(name, f"sheet {name}", grid)
            problems += issues
    for name in required:
        if name not in raws and name not in unread:
            strange = [n for n in names if n not in known and n != README]
            near = nearest(name, strange)
            hint = (
                f"{near} Rename that sheet to {name!r}."
                if near.startswith("Did")
                else f"A {layout.what} needs it: {meaning(name)}"
            )
            problem = Problem(f"sheet {name}", "the sheet is missing", hint=hint)
            problems.append(about_table(name, problem))
            unread.add(name)
    return Input(raws, scenarios, problems, frozenset(unread | misspelt), origin)


def workbook_tables(
    path: Path, names: Sequence[str]
) -> tuple[dict[str, Raw], list[PlacedProblem], frozenset[str]]:
    """Read some of the sheets of a workbook and pass over the others.

    Parameters
    ----------
    path : pathlib.Path
        An existing workbook.
    names : sequence of str
        Names of tables.

    Returns
    -------
    raws : dict of str to Raw
        The tables that were found.
    problems : list of PlacedProblem
        What is wrong with their sheets.
    unread : frozenset of str
        Tables that could not be read.
    """
    grids, broken = read_grids(path, names)
    if broken is not None:
        return {}, [about_table(names[0], broken)], frozenset(names)
    raws: dict[str, Raw] = {}
    problems: list[PlacedProblem] = []
    for name, grid in grids.items():
        if grid is not None:
            raws[name], issues = raw_table(name, f"sheet {name}", grid)
            problems += issues
    return raws, problems, frozenset()


def sheet_names(path: Path) -> list[str]:
    """Return the names of a workbook's sheets; none where it cannot be read."""
    try:
        with Package(path) as package:
            return list(package.book().parts)
    except Unreadable:
        return []


def read_grids(
    path: Path, names: Sequence[str] | None = None
) -> tuple[dict[str, Grid | None], Problem | None]:
    """Read the cells of the sheets of a workbook.

    Parameters
    ----------
    path : pathlib.Path
        An existing workbook.
    names : sequence of str, optional
        Sheets to read; by default all of them.

    Returns
    -------
    grids : dict of str to Grid or None
        Cells by sheet, in the order of the workbook; None for an empty sheet. Sheets of notes
        are passed over.
    problem : Problem or None
        Why the workbook cannot be read.
    """
    try:
        with Package(path) as package:
            book = package.book()
            wanted = [name for name in book.parts if not _is_note(name)]
            if names is not None:
                wanted = [name for name in wanted if name in names]
            return {
                name: _grid(read_cells(package, book, name), name, stale=book.stale)
                for name in wanted
            }, None
    except Unreadable as error:
        rule = f"the workbook cannot be read: {error}"
        hint = "Open it in Excel and save it as .xlsx, without a password."
        return {}, Problem(path.name, rule, hint=hint)


def _is_note(sheet: str) -> bool:
    return sheet.casefold() == README.casefold() or sheet.startswith("_")


def _unknown_sheet(name: str, names: list[str], known: Sequence[str]) -> Problem:
    free = [table for table in (*known, SCENARIO_SHEET) if table not in names]
    near = nearest(name, free)
    hint = near if near.startswith("Did") else "Name a sheet of notes with a leading underscore."
    return Problem(f"sheet {name}", "there is no table of this name", hint=hint)


def _grid(cells: Cells, name: str, *, stale: bool) -> Grid | None:
    """Return the used columns of a sheet as text; None for an empty sheet."""
    if not cells.columns:
        return None
    if len(cells.columns) > MOST_USED:
        rule = f"sheet {name} has cells in {len(cells.columns):,} columns"
        raise Unreadable(f"{rule}, more than any table")
    rows = np.unique(np.concatenate([[*column] for column in cells.columns.values()]))
    columns = sorted(cells.columns)
    made = [_column(cells.columns[column], rows) for column in columns]
    headings = tuple(column[0] or "" for column in made)
    grid = Grid(
        headings,
        pl.DataFrame([column[1:].alias(f"{place}") for place, column in enumerate(made)]),
        pl.Series(rows[1:], dtype=pl.Int64),
        head=int(rows[0]),
        columns=tuple(columns),
        shown=cells.shown,
    )
    named = {column for column, heading in zip(columns, headings, strict=True) if heading.strip()}
    merged = list(_merged(cells, named, rows))
    problems = shortened([problem for _, problem in merged], "ranges of merged cells")
    broken = {
        at
        for (top, _, bottom, _), _ in merged
        for at in range(*np.searchsorted(rows, [top, bottom + 1]))
    }
    if stale and cells.zeros:
        problems.append(_recalculated(cells.zeros))
    return replace(grid, broken=frozenset(at - 1 for at in broken if at), problems=tuple(problems))


def _column(texts: dict[int, str], rows: np.ndarray) -> pl.Series:
    """Return a column with a place for each used row of its sheet."""
    column = np.full(len(rows), None, dtype=object)
    column[np.searchsorted(rows, [*texts])] = [*texts.values()]
    return pl.Series(column.tolist(), dtype=pl.String)


def _merged(
    cells: Cells, named: Collection[int], rows: np.ndarray
) -> Iterator[tuple[Area, Problem]]:
    """Yield merged cells whose value might be meant for more than one cell of the table.

    Merged headings do no harm, nor do merged cells without a value, nor those whose other cells
    lie outside the table.
    """
    for top, left, bottom, right in cells.merged:
        value = cells.columns.get(left, {}).get(top)
        others = _others((top, left, bottom, right), named, rows)
        if value is None or not others:
            continue
        ends = f"{letters(left)}{top}:{letters(right)}{bottom}"
        rule = f"cells {ends} are merged: one value stands for {others + 1} cells of the table"
        hint = "Unmerge them and give each cell its value."
        yield (top, left, bottom, right), Problem("", rule, top, None, value, hint)


def _others(area: Area, named: Collection[int], rows: np.ndarray) -> int:
    """Return how many cells of a table's records a range has besides its first."""
    top, left, bottom, right = area
    height = int(np.count_nonzero((rows[1:] >= top) & (rows[1:] <= bottom)))
    width = sum(left <= column <= right for column in named)
    return height * width - (top > rows[0] and left in named)


def _recalculated(zeros: list[tuple[int, int]]) -> Problem:
    row, column = zeros[0]
    more = f" and {len(zeros) - 1:,} more" if len(zeros) > 1 else ""
    rule = (
        f"the formula in {letters(column)}{row}{more} may not have been calculated: its value is "
        "0, and the workbook asks for all formulas to be calculated when it is opened"
    )
    hint = "Open the workbook in Excel and save it."
    return Problem("", rule, row, hint=hint, severity="warning")


def _scenarios(grid: Grid | None) -> tuple[dict[str, Scenario], list[PlacedProblem]]:
    """Read the scenarios; rows of the same name belong together."""
    found: list[PlacedProblem] = []
    if grid is None:
        return {}, found
    where = f"sheet {SCENARIO_SHEET}"
    found += [about_table(SCENARIO_SHEET, problem) for problem in grid.problems_of(where)]
    wanted = ("scenario", "toml")
    places = {name: place for place, name in enumerate(grid.headings)}
    for name in wanted:
        if name not in places:
            strange = [heading for heading in grid.headings if heading not in wanted]
            hint = nearest(name, strange) if strange else ""
            problem = Problem(where, "the column is missing", grid.head, name, None, hint)
            found.append(about_table(SCENARIO_SHEET, problem))
    if not {*wanted} <= places.keys():
        return {}, found
    names = grid.cells.to_series(places["scenario"]).to_list()
    texts = grid.cells.to_series(places["toml"]).to_list()
    pieces: dict[str, list[str]] = {}
    for index, (name, text) in enumerate(zip(names, texts, strict=True)):
        if not (name or "").strip():
            row = int(grid.rows[index]) if grid.rows is not None else index + 2
            rule = "the scenario has no name"
            problem = Problem(where, rule, row, "scenario", None, "Name it in column scenario.")
            found.append(about_table(SCENARIO_SHEET, problem))
            continue
        pieces.setdefault(name.strip(), []).append(text or "")
    scenarios = {}
    for name, parts in pieces.items():
        toml = "\n".join(parts).replace("\r\n", "\n") + "\n"
        scenario, problems = Scenario.from_toml(toml, name, f"{where}, scenario {name}")
        scenarios[name] = scenario
        found += [about_table(SCENARIO_SHEET, problem) for problem in problems]
    return scenarios, found
