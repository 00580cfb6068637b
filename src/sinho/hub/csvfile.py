"""Reads one CSV file as text, and says what is wrong with its encoding and shape."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from sinho.errors import Problem
from sinho.hub.files import read_bytes
from sinho.hub.grid import Grid
from sinho.hub.places import shortened
from sinho.hub.quotes import mend_quotes
from sinho.hub.text import FORMULA

SAVE_AS = "In Excel: Save As, file type 'CSV UTF-8 (comma delimited)'."
_SAVE_TEXT = "In the editor: Save As, encoding UTF-8."
_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
"""Byte order marks of text that is not UTF-8."""
_HEADING = re.compile(r"\s*([a-z_]+(\s*\[.*\])?)?\s*")
"""A cell of a row that looks like headings."""
_DECLARED = re.compile(r'"?sep=([^\w\s"]|\t)"?[ ,;\t]*(\n|\Z)', re.IGNORECASE)
"""The first line by which Excel is told the separator; it is no row of the sheet."""


def read_text(path: Path, where: str | None = None) -> tuple[str, list[Problem]]:
    """Read a text file as UTF-8; text in another encoding is a problem, and is guessed at.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    where : str, optional
        Its name in problems.

    Returns
    -------
    text : str
        The content, with line feeds as line ends.
    problems : list of Problem
        At most one; the text can still be checked for further problems.
    """
    where = where or path.name
    try:
        data = read_bytes(path)
    except OSError as error:
        reason = error.strerror or str(error)
        return "", [Problem(where, f"the file cannot be read: {reason[:1].lower()}{reason[1:]}")]
    text, problem = _decode(data, where)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, [problem] if problem else []


def _decode(data: bytes, where: str) -> tuple[str, Problem | None]:
    hint = _SAVE_TEXT if where.endswith(".toml") else SAVE_AS
    wide = _wide(data)
    if wide:
        rule = f"the file is saved as {wide[:6].upper()} ('Unicode Text'), not as UTF-8"
        text = data.decode(wide, errors="replace").removeprefix("\ufeff")
        return text, Problem(where, rule, hint=hint)
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        start = error.start
    korean = _is_korean(data)
    text = data.decode("cp949" if korean else "latin-1", errors="replace")
    before = data[:start].decode("utf-8-sig", errors="replace")
    row = before.count("\n") + 1
    line = text.split("\n")[row - 1].strip("\r")
    value = line[:60] + "…" if len(line) > 60 else line
    if korean:
        rule = "the file is not UTF-8: it was saved in a Korean Windows encoding (cp949)"
    else:
        rule = "the file is not UTF-8: it was saved in another encoding (Windows 1252 perhaps)"
        text = data.decode("utf-8-sig", errors="replace")  # so that no wrong letter is judged
    return text, Problem(where, rule, row=row, value=value, hint=hint)


def _wide(data: bytes) -> str:
    """Return the encoding of text with two or four bytes a letter, or an empty text.

    Without a byte order mark it is known by the zero bytes beside its Latin letters.
    """
    for mark, name in _MARKS.items():
        if data.startswith(mark):
            return name
    head = data[:4096]
    even, odd = head[::2].count(0), head[1::2].count(0)
    if even + odd < max(2, len(head) // 8):
        return ""
    if not even or odd > 8 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 8 * odd else ""


def _is_korean(data: bytes) -> bool:
    """Return whether bytes read well as Korean text: most foreign letters are common Hangul."""
    try:
        text = data.decode("cp949")
    except UnicodeDecodeError:
        return False
    foreign = [letter for letter in text if ord(letter) > 127]
    hangul = sum("가" <= letter <= "힣" and len(_euc_kr(letter)) == 2 for letter in foreign)
    return hangul * 2 > len(foreign)


def _euc_kr(letter: str) -> bytes:
    return letter.encode("euc_kr", errors="ignore")


def read_csv(path: Path) -> tuple[Grid | None, list[Problem]]:
    """Read a CSV file as text.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    grid : Grid or None
        The cells; None where the file holds nothing that could be read.
    problems : list of Problem
        Wrong encoding, wrong separator, rows that are too short or too long.
    """
    where = path.name
    text, problems = read_text(path)
    if not text.strip():
        if not problems:
            problems = [Problem(where, "the file is empty", hint="The first row holds headings.")]
        return None, problems
    text, separator, wrong = _separated(text, where)
    problems += wrong
    grid = _plain(text, separator)
    if grid is None:
        grid, problems = _careful(text, separator, where, problems)
    if grid is not None and "'" in text:
        cells = grid.cells.with_columns(pl.all().str.replace(f"^'({FORMULA})", "${1}"))
        heads = (re.sub(f"^'({FORMULA})", r"\1", heading) for heading in grid.headings)
        grid = replace(grid, headings=tuple(heads), cells=cells)
    return grid, problems


def no_formulas(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table for a CSV file whose texts no spreadsheet takes for formulas.

    An apostrophe is set before a text that begins like one, and before one that begins with
    apostrophes and then like one; `read_csv` takes it away.

    Parameters
    ----------
    table : polars.DataFrame
        Any table; numbers, dates and flags stay as they are.
    """
    texts = pl.col(pl.String).str.replace(f"^({FORMULA})", "'${1}")
    heads = {name: re.sub(f"^({FORMULA})", r"'\1", name) for name in table.columns}
    return table.with_columns(texts).rename(heads)


def _separated(text: str, where: str) -> tuple[str, str, list[Problem]]:
    """Return the text below a line that names the separator, the separator, and what is wrong."""
    declared = _DECLARED.match(text)
    separator = declared[1] if declared else ","
    if declared:
        text = text[declared.end() :]
    heading = text.lstrip("\n").partition("\n")[0]
    for other, name in _SEPARATORS.items():
        if separator not in heading and other in heading:
            said = f"the first line says {separator!r}" if declared else "not by commas"
            rule = f"the file is separated by {name}, {said}"
            hint = "Take the line that begins with sep= out." if declared else SAVE_AS
            return text, other, [Problem(where, rule, row=1, value=heading, hint=hint)]
    return text, separator, []


def _plain(text: str, separator: str) -> Grid | None:
    """Read text whose rows all have as many cells as the first, none empty; None for any other."""
    if text.startswith("\n"):
        return None
    data = text.rstrip("\n").encode() + b"\n"
    letters = np.frombuffer(data, dtype=np.uint8)
    quotes = np.flatnonzero(letters == ord('"'))
    if quotes.size % 2:
        return None
    # Beside a quoted cell stand separators or line ends, and no line ends within it.
    beside = np.frombuffer(b'\n"' + separator.encode(), "u1")
    before = letters[quotes[::2] - 1]  # of a quote that begins the text, the last line feed
    if not (np.isin(before, beside).all() and np.isin(letters[quotes[1::2] + 1], beside).all()):
        return None
    breaks = np.flatnonzero(letters == 10)
    ends, marks = (
        places[np.searchsorted(quotes, places) % 2 == 0]
        for places in (breaks, np.flatnonzero(letters == ord(separator)))
    )
    if len(ends) < len(breaks):
        return None
    counts = np.diff(np.searchsorted(marks, ends), prepend=0)
    if len(ends) < 2 or counts[0] == 0 or np.any(counts != counts[0]):
        return None
    try:
        frame = pl.read_csv(data, has_header=False, infer_schema=False, separator=separator)
    except pl.exceptions.ComputeError:
        return None
    blank = pl.all().fill_null("").str.strip_chars() == ""
    empty = frame.select(pl.all_horizontal(blank)).to_series()
    if frame.shape != (len(ends), counts[0] + 1) or empty.any():
        return None
    return Grid(tuple(cell or "" for cell in frame.row(0)), frame.slice(1))


def _careful(
    text: str, separator: str, where: str, problems: list[Problem]
) -> tuple[Grid | None, list[Problem]]:
    """Read any CSV text row by row."""
    text, strays = mend_quotes(text, separator, where)
    wrong = {stray.row for stray in strays if stray.severity == "error"}
    problems = problems + shortened(strays, "rows have a quote that does not belong there")
    csv.field_size_limit(2**31 - 1)
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=True)
    records: list[list[str]] = []
    rows: list[int] = []
    heading: list[str] | None = None
    width, first, title = 0, 0, ""
    ragged: list[Problem] = []
    broken: set[int] = set()
    for number, record in enumerate(reader, 1):
        if not "".join(record).strip():
            continue
        if title:
            if sum(bool(cell.strip()) for cell in record) > 1 and all(
                map(_HEADING.fullmatch, record)
            ):
                rule = f"the headings stand in row {number}, not in the first row"
                hint = "Delete what stands above them."
                return None, [*problems, Problem(where, rule, first, None, title, hint)]
            title = ""
        if heading is None:
            width, first = len(record), number
            title = "".join(record) if sum(bool(cell.strip()) for cell in record) == 1 else ""
            while record and not record[-1].strip():
                record.pop()
            heading = record
            continue
        if number in wrong:
            broken.add(len(records))
            record = (record + [""] * len(heading))[: len(heading)]
        elif len(record) != len(heading):
            if len(record) != width or any(cell.strip() for cell in record[len(heading) :]):
                ragged.append(_ragged(record, heading, where, number))
                broken.add(len(records))
            record = (record + [""] * len(heading))[: len(heading)]
        records.append(record)
        rows.append(number)
    if heading is None:
        return None, [*problems, Problem(where, "the file has no headings")]
    problems += shortened(ragged, "rows have too few or too many cells")
    columns = list(zip(*records, strict=True)) if records else [()] * len(heading)
    cells = pl.DataFrame(
        [pl.Series(f"{n}", list(column), dtype=pl.String) for n, column in enumerate(columns)]
    )
    return Grid(tuple(heading), cells, pl.Series(rows, dtype=pl.Int64), frozenset(broken)), problems


def _ragged(record: list[str], heading: list[str], where: str, row: int) -> Problem:
    """Say what is wrong with a row that is longer or shorter than the headings."""
    extra = record[len(heading) :]
    if len(record) > len(heading):
        rule = f"the row has {len(record)} cells under {len(heading)} headings"
        hint = (
            "Text with a comma stands in double quotes; the decimal sign is a point, and numbers "
            "have no thousands separators."
        )
        return Problem(where, rule, row, None, ",".join(extra), hint)
    last = heading[len(record)] if record else heading[0]
    rule = f"the row has {len(record)} cells under {len(heading)} headings"
    return Problem(
        where, rule, row, last, None, "Add the missing cells; empty ones need commas too."
    )
