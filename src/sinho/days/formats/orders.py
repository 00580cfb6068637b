"""Reads and writes the order of a day's cars: a list of idents, a table, a vehicles file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sinho.days.day import CAR, Day
from sinho.days.findings import Findings
from sinho.days.formats.lines import read_lines, whole_number
from sinho.days.formats.roadef import VEHICLES, read_vehicles
from sinho.days.formats.write import vehicle_lines
from sinho.days.line import check_cars, line_of
from sinho.errors import nearest
from sinho.hub.csvfile import no_formulas, read_csv
from sinho.hub.files import write_text
from sinho.hub.grid import Grid, split_heading
from sinho.hub.sheets import write_tables
from sinho.hub.text import clean

POSITION = "position"
TEXT, CSV, EXCEL = ".txt", ".csv", ".xlsx"
_CAR_HEADINGS = (CAR, "ident")
_BOM = "\ufeff"


@dataclass(frozen=True)
class Entry:
    """A car of an order and the row of the file that it stands in."""

    car: str
    row: int


def read_order(day: Day, path: str | Path, *, whole: bool = True) -> tuple[str, ...]:
    """Read the order of a day's cars.

    Parameters
    ----------
    day : Day
        The day.
    path : str or pathlib.Path
        A text file of one ident per line, the vehicles file of the ROADEF 2005 challenge, or a
        table (CSV or ``.xlsx``) with a column ``car`` and perhaps one of ``position``; without
        positions, the cars are taken in the order of the rows.
    whole : bool
        Whether every car of the day has to be there.

    Returns
    -------
    tuple of str
        Idents of cars of the day in building order.

    Raises
    ------
    DataError
        With every car that is missing, unknown or stands twice, by row.
    """
    path = Path(path)
    findings = Findings()
    if not path.is_file():
        folder = path.absolute().parent
        near = nearest(path.name, [item.name for item in folder.glob("*")])
        hint = near if near.startswith("Did") else "Check the path."
        findings.add(str(path), "there is no such file", hint=hint)
        entries = None
    elif path.suffix.lower() in (CSV, EXCEL, ".xlsm"):
        entries = _table(day, path, findings)
    else:
        entries = _list(day, path, findings)
    if entries is not None:
        rows = ((entry.car, entry.row) for entry in entries)
        check_cars(day, rows, findings, path.name, whole=whole)
    findings.refuse()
    return tuple(entry.car for entry in entries or ())


def write_order(day: Day, order: Sequence[str], path: str | Path, *, force: bool = False) -> Path:
    """Write the order of a day's cars; the ending of the file's name chooses the format.

    Parameters
    ----------
    day : Day
        The day.
    order : sequence of str
        Idents of all cars of the day in building order.
    path : str or pathlib.Path
        ``.txt``: one ident per line; a name that begins with ``vehicles``: the vehicles file of
        the ROADEF 2005 challenge, the day's cars with their new ranks. ``.csv`` and ``.xlsx``: a
        table with position, car, attributes and options.
    force : bool
        Whether an existing file is replaced.

    Returns
    -------
    pathlib.Path
        The file written; it appears whole or not at all.

    Raises
    ------
    FileExistsError
        When the file exists and ``force`` is false.
    DataError
        When the order lacks a car, or the format is unknown.
    """
    path = Path(path)
    order = line_of(day, order).order
    kind = path.suffix.lower()
    if kind == EXCEL:
        return write_tables(path, {"sequence": order_table(day, order)}, force=force)
    if kind == CSV:
        flags = [pl.col(name).replace_strict({True: "yes", False: "no"}) for name in day.options]
        table = no_formulas(order_table(day, order).with_columns(flags))
        text = table.write_csv(line_terminator="\n")
        return write_text(path, text if text.isascii() else _BOM + text, force=force)
    if kind != TEXT:
        findings = Findings()
        rule = "the ending of the name says how a sequence is written: .txt, .csv or .xlsx"
        findings.add(path.name, rule)
        findings.refuse()
    if path.name.casefold().startswith(Path(VEHICLES).stem):
        lines = vehicle_lines(day, order)
    else:
        lines = list(order)
    return write_text(path, "\n".join(lines) + "\n", force=force)


def order_table(day: Day, order: Sequence[str]) -> pl.DataFrame:
    """Return an order as a table.

    Parameters
    ----------
    day : Day
        The day.
    order : sequence of str
        Idents of all cars of the day in building order.

    Returns
    -------
    polars.DataFrame
        ``position`` from 1, ``car``, then the day's attributes and options.
    """
    built = day.cars.select(CAR, *day.attributes, *day.options)[[day.row_of[car] for car in order]]
    return built.with_row_index(POSITION, offset=1).cast({POSITION: pl.Int64})


def _list(day: Day, path: Path, findings: Findings) -> list[Entry] | None:
    lines = read_lines(path, findings)
    if findings.has_errors():
        return None
    head = lines[0].text
    headings = {part.strip().casefold() for part in re.split(r"[,\t]", head)}
    if headings & {*_CAR_HEADINGS} and head not in day.row_of:
        rule = "a text file holds one ident per line and no headings"
        hint = "Take the heading out, or save a table as .csv or .xlsx."
        findings.add(path.name, rule, lines[0].row, value=head[:60], hint=hint)
        return None
    if ";" in lines[0].text:
        vehicles = read_vehicles(path, findings)
        return None if findings.has_errors() else [Entry(v.ident, v.row) for v in vehicles]
    return [Entry(line.text, line.row) for line in lines]


def _table(day: Day, path: Path, findings: Findings) -> list[Entry] | None:
    """Read the cars of a table in the order of their positions, or else of the rows."""
    grid, where = _grid(path, findings)
    if grid is None:
        return None
    names = [split_heading(heading)[0].casefold() for heading in grid.headings]
    place = next((names.index(name) for name in _CAR_HEADINGS if name in names), None)
    if place is None:
        near = nearest(CAR, [name for name in names if name])
        findings.add(where, "the column is missing", grid.head, CAR, hint=near)
        return None
    if grid.cells.is_empty():
        findings.add(where, "the file holds no cars", hint="Give one row for each car.")
        return None
    rows = grid.rows.to_list() if grid.rows is not None else range(2, grid.cells.height + 2)
    cars = clean(grid.cells.to_series(place)).to_list()
    entries = []
    for car, row in zip(cars, rows, strict=True):
        if car is None:
            findings.add(where, "must be given", row, CAR)
        entries.append(Entry(car or "", row))
    own = {CAR, POSITION, *(name.casefold() for name in (*day.attributes, *day.options))}
    for name in names:
        if POSITION not in names and name and name not in own:
            near = nearest(name, [POSITION])
            if near.startswith("Did"):
                findings.add(where, "there is no such column", grid.head, name, hint=near)
    if POSITION in names:
        texts = clean(grid.cells.to_series(names.index(POSITION))).to_list()
        entries = _placed(where, entries, texts, findings)
    return entries


def _grid(path: Path, findings: Findings) -> tuple[Grid | None, str]:
    """Read a CSV file, or the sheet of a workbook that holds cars."""
    if path.suffix.lower() == CSV:
        grid, problems = read_csv(path)
        findings.extend(problems)
        return grid, path.name
    from sinho.hub.workbook import read_grids

    grids, problem = read_grids(path)
    if problem is not None:
        findings.extend([problem])
        return None, path.name
    filled = {name: grid for name, grid in grids.items() if grid is not None}
    if not filled:
        findings.add(path.name, "the workbook is empty")
        return None, path.name
    fits = (
        name
        for name, grid in filled.items()
        if {split_heading(heading)[0].casefold() for heading in grid.headings} & {*_CAR_HEADINGS}
    )
    name = next(fits, next(iter(filled)))
    findings.extend(filled[name].problems_of(f"sheet {name}"))
    return filled[name], f"sheet {name}"


def _placed(
    where: str, entries: list[Entry], texts: list[str | None], findings: Findings
) -> list[Entry]:
    """Sort entries by their positions, each from 1 to their number once."""
    first: dict[int, int] = {}
    for place, (entry, text) in enumerate(zip(entries, texts, strict=True)):
        plain = (text or "").replace(",", "").removesuffix(".0")
        number = whole_number(plain)
        if number is None or not 1 <= number <= len(entries):
            rule = f"must be a position from 1 to {len(entries)}, one for each row"
            findings.add(where, rule, entry.row, POSITION, text)
        elif number in first:
            rule = f"row {entries[first[number]].row} has this position already"
            hint = "Each position holds one car."
            kind = "the position is given twice"
            findings.add(where, rule, entry.row, POSITION, text, hint, kind=kind)
        else:
            first[number] = place
    wrong = len(first) < len(entries)
    return entries if wrong else [entries[first[number]] for number in sorted(first)]
