"""Writes a hub as an Excel workbook that explains itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from sinho.hub.dictionary import COLUMNS, default_text, dictionary_rows
from sinho.hub.scenario import Scenario
from sinho.hub.schema import NEEDED, TABLES, Field, fields, meaning
from sinho.hub.sheets import (
    HEAD,
    OPTIONAL_HEAD,
    WRAPPED,
    fits_or_refuse,
    save_workbook,
    width_of,
    write_column,
    write_tables,
)
from sinho.hub.text import render

__all__ = ["README", "SCENARIO_SHEET", "write_tables", "write_workbook"]

README = "README"
SCENARIO_SHEET = "scenarios"
CELL_TEXT = 30_000
ROWS_TO_FILL = 1000
FORMATS = {
    "text": "@",
    "choice": "@",
    "list": "@",
    "period": "@",
    "flag": "@",
    "number": "General",
    "integer": "0",
    "month": "yyyy-mm",
    "date": "yyyy-mm-dd",
    "day": "yyyy-mm-dd",
}
GUIDE = (
    "This workbook is a hub: one sheet for each table, to be checked with `sinho check` and "
    "planned with `sinho plan`.",
    "Fill in the sheets from left to right. Dark headings have to be filled, light ones may stay "
    "empty: an empty cell means the default.",
    "Point at a heading to see what it means; its unit stands in brackets. Cells with a choice "
    "have a drop-down list. Amounts are in the currency of sheet 'hub'.",
    "Sheets that are not needed may be emptied or deleted. Do not rename sheets or headings. "
    "Own notes belong into a sheet whose name begins with an underscore, or onto this one.",
    "The columns source and basis say where a row's figures come from, and whether they are "
    "reported, derived or assumed.",
    "Lists of names are parted by semicolons. Months are typed as 2026-03, dates as 2026-03-31.",
)

DAY_GUIDE = (
    "This workbook is a day: its cars and the rules for their sequence, one sheet for each table, "
    "to be checked with `sinho check` and sequenced with `sinho sequence`.",
    "Fill in cars and sequence_rules; options names the options that rules speak of, "
    "sequence_levels the priority levels, the most important first. A rule without a level is "
    "hard. The other sheets are needed by some rules only and may stay empty or be deleted.",
    "Point at a heading to see what it means; its unit stands in brackets. Dark headings have to "
    "be filled, light ones may stay empty: an empty cell means the default. Cells with a choice "
    "have a drop-down list.",
    "Do not rename sheets or headings. Own notes belong into a sheet whose name begins with an "
    "underscore, or onto this one.",
    "Cars at position 0 or less stand before the day, the last of them at 0. Lists of names, such "
    "as the options of a car, are parted by semicolons; dates are typed as 2026-03-31.",
)


def write_workbook(
    tables: Mapping[str, pl.DataFrame],
    path: Path,
    *,
    scenarios: Mapping[str, Scenario] | None,
    force: bool = False,
) -> Path:
    """Write a hub's tables and scenarios as a workbook, or some tables without scenarios.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        Tables of the data dictionary; a hub's workbook holds all of them.
    path : pathlib.Path
        The workbook to write.
    scenarios : mapping of str to Scenario or None
        Scenarios by name; None: no hub, and no sheet of scenarios.
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
        When a table does not fit into a sheet.
    """
    names = [name for name in TABLES if name in tables]
    for name in names:
        fits_or_refuse(name, tables[name])
    lines = _scenario_lines(scenarios or {})
    fits_or_refuse(SCENARIO_SHEET, lines)

    def fill(book: Any) -> None:
        styles = {form: book.add_format({"num_format": form}) for form in set(FORMATS.values())}
        heads = {True: book.add_format(HEAD), False: book.add_format(OPTIONAL_HEAD)}
        _readme(book, heads[True], names, hub=scenarios is not None)
        for name in names:
            _sheet(book, name, tables[name], styles, heads)
        if scenarios is not None:
            _scenarios(book, lines, heads[True])

    return save_workbook(path, fill, force)


def _sheet(
    book: Any, name: str, table: pl.DataFrame, styles: dict[str, Any], heads: dict[bool, Any]
) -> None:
    """Write one table with headings, meanings and drop-down lists."""
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, sum(field.key for field in fields(name).values()))
    if name in NEEDED:
        sheet.set_tab_color(HEAD["bg_color"])
    last = max(table.height, ROWS_TO_FILL)
    for place, field in enumerate(fields(name).values()):
        style = styles[FORMATS[field.kind]]
        sheet.write_string(0, place, field.heading, heads[field.required])
        note = {"x_scale": 2.5, "y_scale": 1.2 + 0.2 * (len(_note(field)) // 60)}
        sheet.write_comment(0, place, _note(field), note)
        sample = render(table[field.name].head(300), field).to_list()
        sheet.set_column(place, place, width_of(field.heading, sample), style)
        write_column(sheet, place, table[field.name], style)
        rule = _validation(field)
        if rule:
            sheet.data_validation(1, place, last, place, rule)
    sheet.autofilter(0, 0, max(table.height, 1), table.width - 1)


def _note(field: Field) -> str:
    """Return what a heading's comment says."""
    kinds = {
        "month": "A month, such as 2026-03.",
        "date": "A date, such as 2026-03-31.",
        "day": "A date or a month, such as 2026-03-16 or 2026-03.",
        "period": "A year or a month, such as 2026 or 2026-03.",
        "list": "Names parted by semicolons.",
    }
    refers = " or ".join(f"sheet {table}" for table, _ in field.refers)
    parts = [
        field.meaning,
        kinds.get(field.kind, ""),
        f"Bounds: {field.bounds}." if field.bounds and not field.choices else "",
        f"Choices: {', '.join(field.choices)}." if field.choices else "",
        f"A name from {refers}." if refers and field.kind != "list" else "",
        f"Names from {refers}." if refers and field.kind == "list" else "",
        f"Empty: {default_text(field)}." if field.default is not None else "",
        "Has to be filled in." if field.required else "",
    ]
    return " ".join(part for part in parts if part)


def _validation(field: Field) -> dict[str, Any] | None:
    """Return the drop-down list of a field: its choices, yes and no, or the names it refers to."""
    shown = {"input_title": field.name[:32], "error_title": field.name[:32]}
    if field.choices or field.kind == "flag":
        source = list(field.choices) or ["yes", "no"]
        said = f"Choose one of: {', '.join(source)}."
        return {"validate": "list", "source": source, "error_message": said[:255], **shown}
    if len(field.refers) == 1 and field.kind != "list":
        table, column = field.refers[0]
        letter = chr(ord("A") + list(fields(table)).index(column))
        names = f"'{table}'!${letter}"
        source_ = f"=OFFSET({names}$2,0,0,MAX(1,COUNTA({names}:${letter})-1),1)"
        return {
            "validate": "list",
            "source": source_,
            "error_type": "warning",
            "error_message": f"This name is not in sheet {table} yet.",
            **shown,
        }
    return None


def _readme(book: Any, head: Any, names: Sequence[str], *, hub: bool) -> None:
    """Write how the workbook is used, and the data dictionary."""
    sheet = book.add_worksheet(README)
    wrapped = book.add_format(WRAPPED)
    bold = book.add_format({"bold": True, "font_size": 14})
    sheet.write_string(0, 0, "A hub for sinho" if hub else "A day for sinho", bold)
    guide = GUIDE if hub else DAY_GUIDE
    for row, line in enumerate(guide, 1):
        sheet.merge_range(row, 0, row, len(COLUMNS) - 1, line, wrapped)
        sheet.set_row(row, 30)
    row = len(guide) + 2
    for place, (column, width) in enumerate(
        zip(COLUMNS, (16, 18, 9, 19, 8, 34, 12, 80), strict=True)
    ):
        sheet.set_column(place, place, width)
        sheet.write_string(row, place, column, head)
    for name in names:
        row += 1
        sheet.write_string(row, 0, name, book.add_format({"bold": True}))
        sheet.write_string(row, 1, meaning(name))
        for entry in dictionary_rows(name):
            row += 1
            for place, column in enumerate(COLUMNS):
                sheet.write_string(row, place, entry[column], wrapped)


def _scenario_lines(scenarios: Mapping[str, Scenario]) -> pl.DataFrame:
    """Return scenarios as rows of name and text; long texts are cut at line ends."""
    rows = []
    for name, scenario in scenarios.items():
        piece = ""
        for line in scenario.to_toml().rstrip("\n").split("\n"):
            if piece and len(piece) + len(line) > CELL_TEXT:
                rows.append((name, piece))
                piece = ""
            piece = f"{piece}\n{line}" if piece else line
        rows.append((name, piece))
    schema = {"scenario": pl.String, "toml": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _scenarios(book: Any, lines: pl.DataFrame, head: Any) -> None:
    sheet = book.add_worksheet(SCENARIO_SHEET)
    wrapped = book.add_format(WRAPPED | {"num_format": "@"})
    sheet.freeze_panes(1, 1)
    for place, (name, width) in enumerate((("scenario", 24), ("toml", 100))):
        sheet.write_string(0, place, name, head)
        sheet.set_column(place, place, width, wrapped)
        write_column(sheet, place, lines[name], wrapped)
    sheet.write_comment(0, 0, "Name of the scenario; further rows of the same name go on with it.")
    sheet.write_comment(0, 1, "Changes over the hub as TOML text, as in a file NAME.toml.")
