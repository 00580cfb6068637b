"""Finds the tables of a hub in an Excel workbook."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from sinho.errors import Problem, nearest
from sinho.hub.cells import Raw
from sinho.hub.excel import README, SCENARIO_SHEET
from sinho.hub.grid import Grid, Input, raw_table
from sinho.hub.places import Found, about_table
from sinho.hub.scenario import Scenario
from sinho.hub.schema import REQUIRED, TABLES, meaning
from sinho.hub.text import UNCOMPUTED

_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*\bt="e"[^>]*>.*?<v>([^<]*)</v>', re.DOTALL)
_UNCOMPUTED = re.compile(
    rb'<c r="([A-Z]+)(\d+)"(?![^>]*\bt="str")[^>]*>\s*'
    rb"<f(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>"
)


def read_workbook(path: Path) -> Input:
    """Read the sheets of a workbook.

    Parameters
    ----------
    path : pathlib.Path
        An existing workbook.

    Returns
    -------
    Input
        Tables as text with exact numbers, and the problems of the sheets themselves.
    """
    origin = str(path)
    grids, broken = read_grids(path)
    if broken is not None:
        unreadable = about_table("hub", broken)
        return Input({}, problems=(unreadable,), unread=frozenset(TABLES), origin=origin)
    raws: dict[str, Raw] = {}
    scenarios: dict[str, Scenario] = {}
    problems: list[Found] = []
    unread: set[str] = set()
    names = list(grids)
    for name, grid in grids.items():
        if name == SCENARIO_SHEET:
            scenarios, issues = _scenarios(grid)
            problems += issues
        elif name not in TABLES:
            if grid is not None:
                problems.append(about_table(name, _unknown_sheet(name, names)))
        elif grid is None:
            unread.add(name)
            hint = "The first row holds the headings; `sinho fields` lists them."
            rule = "the sheet is empty"
            if name in REQUIRED:
                missing = Problem(f"sheet {name}", rule, hint=hint)
                problems.append(about_table(name, missing))
        else:
            raws[name], issues = raw_table(name, f"sheet {name}", grid)
            problems += issues
    for name in REQUIRED:
        if name not in raws and name not in unread:
            strange = [n for n in names if n not in TABLES and n != README]
            near = nearest(name, strange)
            hint = (
                f"{near} Rename that sheet to {name!r}."
                if near.startswith("Did")
                else f"A hub needs it: {meaning(name)}"
            )
            problem = Problem(f"sheet {name}", "the sheet is missing", hint=hint)
            problems.append(about_table(name, problem))
            unread.add(name)
    return Input(raws, scenarios, problems, frozenset(unread), origin)


def workbook_tables(
    path: Path, names: Sequence[str]
) -> tuple[dict[str, Raw], list[Found], frozenset[str]]:
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
    problems : list of Found
        What is wrong with their sheets.
    unread : frozenset of str
        Tables that could not be read.
    """
    grids, broken = read_grids(path, names)
    if broken is not None:
        return {}, [about_table(names[0], broken)], frozenset(names)
    raws: dict[str, Raw] = {}
    problems: list[Found] = []
    for name, grid in grids.items():
        if grid is not None:
            raws[name], issues = raw_table(name, f"sheet {name}", grid)
            problems += issues
    return raws, problems, frozenset()


def sheet_names(path: Path) -> list[str]:
    """Return the names of a workbook's sheets; none where it cannot be read."""
    import fastexcel

    try:
        return list(fastexcel.read_excel(str(path)).sheet_names)
    except Exception:  # the library raises errors of many kinds for damaged files
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
    import fastexcel

    try:
        book = fastexcel.read_excel(str(path))
        marks = _marks(path)
        wanted = [name for name in book.sheet_names if not _is_note(name)]
        if names is not None:
            wanted = [name for name in wanted if name in names]
        return {name: _grid(book, name, marks.get(name, [])) for name in wanted}, None
    except Exception as error:  # the library raises errors of many kinds for damaged files
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        rule = f"the workbook cannot be read: {reason}"
        hint = "Open it in Excel and save it as .xlsx, without a password."
        return {}, Problem(path.name, rule, hint=hint)


def _is_note(sheet: str) -> bool:
    return sheet.casefold() == README.casefold() or sheet.startswith("_")


def _unknown_sheet(name: str, names: list[str]) -> Problem:
    free = [table for table in (*TABLES, SCENARIO_SHEET) if table not in names]
    near = nearest(name, free)
    hint = near if near.startswith("Did") else "Name a sheet of notes with a leading underscore."
    return Problem(f"sheet {name}", "there is no table of this name", hint=hint)


def _grid(book: Any, name: str, marks: list[tuple[int, int, str]]) -> Grid | None:
    """Return a sheet's cells as text and as numbers; None for an empty sheet."""
    whole = {"header_row": None, "skip_rows": 0}
    sheet = book.load_sheet(name, dtypes="string", **whole)
    cells: pl.DataFrame = sheet.to_polars()
    if not cells.height:
        return None
    numbers: pl.DataFrame = book.load_sheet(name, dtypes="float", **whole).to_polars()
    first = min(column.absolute_index for column in sheet.selected_columns)
    cells = _marked(cells, marks, first)
    rows = pl.Series(range(1, cells.height + 1), dtype=pl.Int64)
    filled = cells.select(
        pl.any_horizontal(pl.all().str.strip_chars().fill_null("") != "")
    ).to_series()
    cells, numbers, rows = cells.filter(filled), numbers.filter(filled), rows.filter(filled)
    if not cells.height:
        return None
    headings = [heading or "" for heading in cells.row(0)]
    return Grid(
        tuple(headings),
        cells.slice(1),
        rows.slice(1),
        exact=numbers.slice(1),
        head=int(rows[0]),
    )


def _marked(cells: pl.DataFrame, marks: list[tuple[int, int, str]], first: int) -> pl.DataFrame:
    """Put the errors of formulas into the cells, which the reading library leaves empty."""
    by_column: dict[int, dict[int, str]] = {}
    for row, column, text in marks:
        if row < cells.height and 0 <= column - first < cells.width:
            by_column.setdefault(column - first, {})[row] = text
    for column, texts in by_column.items():
        values = cells.to_series(column).scatter(list(texts), list(texts.values()))
        cells = cells.replace_column(column, values)
    return cells


def _marks(path: Path) -> dict[str, list[tuple[int, int, str]]]:
    """Return row, column (both from 0) and text of every formula without a good value, by sheet."""
    found: dict[str, list[tuple[int, int, str]]] = {}
    with zipfile.ZipFile(path) as book:
        for name, part in _parts(book).items():
            xml = book.read(part)
            marks = []
            if b't="e"' in xml:
                for cell in _CELL.finditer(xml):
                    marks.append((int(cell[2]) - 1, _number(cell[1]), cell[3].decode()))
            if b"<f" in xml:
                for cell in _UNCOMPUTED.finditer(xml):
                    marks.append((int(cell[2]) - 1, _number(cell[1]), UNCOMPUTED))
            found[name] = marks
    return found


def _parts(book: zipfile.ZipFile) -> dict[str, str]:
    """Return the file of each sheet within the workbook's archive."""
    from xml.etree import ElementTree

    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    link = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
    relations = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    targets = {item.get("Id"): item.get("Target") or "" for item in relations}
    sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).find(f"{main}sheets")
    parts = {}
    for sheet in sheets if sheets is not None else ():
        target = targets.get(sheet.get(link), "")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in book.namelist():
            parts[sheet.get("name") or ""] = part
    return parts


def _number(column: bytes) -> int:
    number = 0
    for letter in column.decode():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def _scenarios(grid: Grid | None) -> tuple[dict[str, Scenario], list[Found]]:
    """Read the scenarios; rows of the same name belong together."""
    found: list[Found] = []
    if grid is None:
        return {}, found
    where = f"sheet {SCENARIO_SHEET}"
    wanted = ("scenario", "toml")
    places = {name: place for place, name in enumerate(grid.headings)}
    for name in wanted:
        if name not in places:
            strange = [heading for heading in grid.headings if heading not in wanted]
            hint = nearest(name, strange) if strange else ""
            problem = Problem(where, "the column is missing", grid.head, name, None, hint)
            found.append(about_table(SCENARIO_SHEET, problem))
    if found:
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
