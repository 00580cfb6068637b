"""The report of a sequence: a picture of the line, one HTML page, one workbook."""

from __future__ import annotations

from collections.abc import Sequence as Listed
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sinho.days.day import Day
    from sinho.sequence import Result

__all__ = [
    "sequence_svg",
    "write_sequence_picture",
    "write_sequence_report",
    "write_sequence_workbook",
]

PNG, SVG = ".png", ".svg"
MOST_DOTS = 16_000
"""Most dots of a PNG along one side; longer pictures are drawn coarser."""


def sequence_svg(day: Day, order: Listed[str], *, loads: bool = True) -> str:
    """Draw the order of a day's cars.

    The line is wrapped into strips; each shows its cars as painted, a row of dots for every rule
    that counts an option, and violated windows in red. Load curves stand below.

    Parameters
    ----------
    day : Day
        The day.
    order : sequence of str
        Idents of the day's cars in building order.
    loads : bool
        Whether the load curves are drawn.

    Returns
    -------
    str
        SVG that loads nothing; the same for the same day and order.

    Raises
    ------
    DataError
        When the order lacks a car of the day, repeats one or names another.
    """
    from sinho.report.sequence.picture import picture

    return picture(day, order, loads=loads)


def write_sequence_picture(
    day: Day, order: Listed[str], path: str | Path, *, loads: bool = True, force: bool = False
) -> Path:
    """Write the picture of an order as SVG or PNG.

    Parameters
    ----------
    day : Day
        The day.
    order : sequence of str
        Idents of the day's cars in building order.
    path : str or pathlib.Path
        The file, ending in ``.svg`` or ``.png``.
    loads : bool
        Whether the load curves are drawn.
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
        When the ending is another, or the order lacks a car of the day, repeats one or names
        another.
    """
    from sinho.errors import DataError, Problem
    from sinho.hub.files import write_bytes
    from sinho.report.sequence.picture import png

    path = Path(path)
    if path.suffix.lower() not in (PNG, SVG):
        rule = "the ending of the name says how a picture is written: .svg or .png"
        raise DataError([Problem(path.name, rule)])
    drawn = sequence_svg(day, order, loads=loads)
    content = drawn.encode() if path.suffix.lower() == SVG else png(drawn, MOST_DOTS)
    return write_bytes(path, content, force=force)


def write_sequence_report(result: Result, path: str | Path, *, force: bool = False) -> Path:
    """Write the page of a sequence: figures with bounds, the line, rules, loads, violations.

    The page needs nothing but a browser: no network and no other file.

    Parameters
    ----------
    result : Result
        The sequence of a day of one line.
    path : str or pathlib.Path
        The HTML file.
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
        When the sequence is none of the day's cars.
    """
    from sinho.hub.files import write_text
    from sinho.report.sequence.page import sequence_page

    return write_text(Path(path), sequence_page(result), force=force)


def write_sequence_workbook(result: Result, path: str | Path, *, force: bool = False) -> Path:
    """Write a sequence as an Excel workbook.

    Parameters
    ----------
    result : Result
        The sequence of a day of one line.
    path : str or pathlib.Path
        The workbook, ending in ``.xlsx``.
    force : bool
        Whether an existing workbook is replaced.

    Returns
    -------
    pathlib.Path
        The workbook written: sheet ``sequence`` with position, car, attributes and options, which
        `sinho.days.formats.read_order` reads back; ``summary``, ``levels``, ``rules``,
        ``allowed`` (what the day's cars allow of each rule), ``violations`` and ``history``.

    Raises
    ------
    FileExistsError
        When the workbook exists and ``force`` is false.
    DataError
        When the sequence is none of the day's cars.
    """
    from sinho.hub.sheets import write_tables
    from sinho.report.sequence.lanes import view_of
    from sinho.report.sequence.tables import sheets

    view = view_of(result.day, result.sequence.order)
    return write_tables(path, sheets(view, result), force=force)
