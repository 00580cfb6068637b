"""Writes tables into the sheets of an Excel workbook, numbers at full precision."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter  # type: ignore[import-untyped]

from sinho.errors import DataError, Problem
from sinho.hub.files import staged_file

MOST_ROWS = 1_048_575
LONGEST_TEXT = 32_767
HEAD = {"bold": True, "bg_color": "#1F3864", "font_color": "#FFFFFF", "valign": "top"}
OPTIONAL_HEAD = HEAD | {"bg_color": "#8EA9DB", "font_color": "#000000"}
OPEN = {"font_color": "#0000FF", "bg_color": "#EAF2FB"}
"""Cells that a reader may change."""
WRAPPED = {"text_wrap": True, "valign": "top"}


class Exact(float):
    """A float that is written with all its digits, whatever format is asked for."""

    def __format__(self, spec: str) -> str:
        return repr(float(self))


def save_workbook(path: Path, fill: Callable[[Any], None], force: bool) -> Path:
    """Write a workbook that appears whole or not at all, the same bytes for the same content.

    Parameters
    ----------
    path : pathlib.Path
        The workbook to write.
    fill : callable
        Is given the open ``xlsxwriter.Workbook``.
    force : bool
        Whether an existing workbook is replaced.

    Returns
    -------
    pathlib.Path
        The workbook written.

    Raises
    ------
    FileExistsError
        When the workbook exists and ``force`` is false.
    """
    with staged_file(path, force=force, what="workbook") as staged:
        book = xlsxwriter.Workbook(str(staged))
        book.set_properties({"created": dt.datetime(2000, 1, 1), "author": "sinho"})
        try:
            fill(book)
        finally:
            book.close()
    return path


def fits_or_refuse(sheet: str, table: pl.DataFrame) -> None:
    """Refuse a table that does not fit into a sheet.

    Parameters
    ----------
    sheet : str
        Name of the sheet, for the message.
    table : polars.DataFrame
        The table.

    Raises
    ------
    DataError
        When it has too many rows, or a text is too long for a cell.
    """
    problems = []
    if table.height > MOST_ROWS:
        rule = f"{table.height:,} rows do not fit into a sheet, which holds {MOST_ROWS:,}"
        problems.append(Problem(f"sheet {sheet}", rule, hint="Write a folder of CSV files."))
    for column in table.select(pl.col(pl.String)).iter_columns():
        sizes = column.str.encode("hex").str.len_bytes() // 2
        if not (sizes > LONGEST_TEXT // 2).any():
            continue
        for row, text in enumerate(column.to_list()):
            if text is not None and len(text.encode("utf-16-le")) // 2 > LONGEST_TEXT:
                rule = f"the text is longer than {LONGEST_TEXT:,} characters, the most a cell holds"
                hint = "Shorten it, or write a folder of CSV files."
                problems.append(
                    Problem(f"sheet {sheet}", rule, row + 2, column.name, text[:40] + "…", hint)
                )
    if problems:
        raise DataError(problems)


def write_column(sheet: Any, place: int, values: pl.Series, style: Any, first: int = 1) -> None:
    """Write one column below its heading; empty cells stay empty.

    Parameters
    ----------
    sheet : xlsxwriter.worksheet.Worksheet
        The sheet.
    place : int
        Column, counted from 0.
    values : polars.Series
        Text, numbers, dates or flags.
    style : xlsxwriter format
        Style of the cells.
    first : int
        First row, counted from 0.
    """
    kind = values.dtype
    if kind.is_temporal():
        put = sheet.write_datetime
    elif kind == pl.Boolean:
        values, put = values.replace_strict({True: "yes", False: "no"}), sheet.write_string
    elif kind.is_numeric():
        put = sheet.write_number
        if kind.is_float():
            values = values.cast(pl.Float64)
    else:
        values, put = values.cast(pl.String), sheet.write_string
    for row, value in enumerate(values.to_list(), first):
        if value is None or value == "":
            continue
        if isinstance(value, float):
            if not math.isfinite(value):
                if not math.isnan(value):
                    sheet.write_string(row, place, "no limit" if value > 0 else "-inf", style)
                continue
            value = Exact(value)
        put(row, place, value, style)


def width_of(heading: str, values: Iterable[str | None], widest: int = 48) -> int:
    """Return a sensible column width in characters for a heading and some of its cells."""
    lines = [line for value in values if value for line in value.splitlines()[:1]]
    return min(widest, max([len(heading) + 4, 9, *(len(line) + 2 for line in lines)]))


def sheet_names(names: Iterable[str]) -> dict[str, str]:
    """Return a name that Excel takes for each table: at most 31 letters, no signs it refuses."""
    taken: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[\[\]:*?/\\]", "-", name).strip("'")[:31] or "sheet"
        short, number = plain, 2
        while short.casefold() in {other.casefold() for other in taken.values()}:
            short = f"{plain[: 31 - len(str(number)) - 1]}-{number}"
            number += 1
        taken[name] = short
    return taken


def headed_sheet(book: Any, name: str, columns: Sequence[str]) -> Any:
    """Add a sheet with headings that stay in sight, to be filled cell by cell.

    Parameters
    ----------
    book : xlsxwriter.Workbook
        The open workbook.
    name : str
        Name of the sheet.
    columns : sequence of str
        Headings.

    Returns
    -------
    xlsxwriter.worksheet.Worksheet
        The sheet.
    """
    sheet, head = book.add_worksheet(name), book.add_format(HEAD)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column, head)
        sheet.set_column(place, place, max(11, len(column) + 3))
    return sheet


def write_tables(
    path: str | Path,
    tables: Mapping[str, pl.DataFrame],
    *,
    notes: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    force: bool = False,
) -> Path:
    """Write tables into one workbook, a sheet each, to be read by people.

    Headings are frozen and filtered, numbers and dates formatted, columns as wide as they need.

    Parameters
    ----------
    path : str or pathlib.Path
        The workbook to write, ending in ``.xlsx``.
    tables : mapping of str to polars.DataFrame
        Tables by sheet name.
    notes : mapping of str to str, optional
        What a sheet shows, by table name: a comment on its first heading.
    units : mapping of str to str, optional
        Units by column name, or by ``table.column``; shown in the heading in brackets.
    force : bool
        Whether an existing workbook is replaced.

    Returns
    -------
    pathlib.Path
        The workbook written.

    Raises
    ------
    FileExistsError
        When the workbook exists and ``force`` is false.
    DataError
        When a table has too many rows for a sheet.
    """
    return save_workbook(
        Path(path), lambda book: add_tables(book, tables, notes=notes, units=units), force
    )


def add_tables(
    book: Any,
    tables: Mapping[str, pl.DataFrame],
    *,
    notes: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
) -> None:
    """Add a sheet for each table to an open workbook, as `write_tables` does."""
    names = sheet_names(tables)
    for name, table in tables.items():
        fits_or_refuse(names[name], table)
    notes, units = notes or {}, units or {}
    styles = {form: book.add_format({"num_format": form}) for form in _FORMATS}
    head = book.add_format(HEAD)
    for name, table in tables.items():
        sheet = book.add_worksheet(names[name])
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(table.iter_columns()):
            unit = units.get(f"{name}.{column.name}", units.get(column.name))
            unit = unit if column.dtype.is_numeric() else None
            heading = f"{column.name} [{unit}]" if unit else column.name
            sheet.write_string(0, place, heading, head)
            form = _format(column)
            cells = (
                column
                if column.dtype != pl.List
                else column.cast(pl.List(pl.String)).list.join("; ")
            )
            write_column(sheet, place, cells, styles[form])
            sample = [_sample(value, form) for value in cells.head(300).to_list()]
            sheet.set_column(place, place, width_of(heading, sample))
        if name in notes and table.width:
            sheet.write_comment(0, 0, notes[name], {"x_scale": 3, "y_scale": 1.5})
        if table.width:
            sheet.autofilter(0, 0, max(table.height, 1), table.width - 1)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.fit_to_pages(1, 0)


_FORMATS = ("General", "0", "#,##0", "#,##0.0", "#,##0.00", "0.000", "yyyy-mm-dd", "@")


def _format(column: pl.Series) -> str:
    """Choose a number format by type and size of a column's values."""
    if column.dtype.is_temporal():
        return "yyyy-mm-dd"
    if column.dtype.is_integer():
        return "0" if column.name == "year" else "#,##0"
    if not column.dtype.is_float():
        return "@"
    values = column.filter(column.is_finite().fill_null(False))
    if values.is_empty() or (values == values.round()).all():
        return "#,##0"
    top = values.abs().max()
    return "0.000" if isinstance(top, float) and top <= 10 else "#,##0.0"


def _sample(value: object, form: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:,.3f}" if form == "0.000" else f"{value:,.1f}"
    return "0000-00-00" if form == "yyyy-mm-dd" else str(value)
