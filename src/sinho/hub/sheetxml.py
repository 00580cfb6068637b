"""Reads the cells of one sheet of a workbook as text, with what its numbers and formulas hide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sinho.hub.formats import date_text, elapsed_text
from sinho.hub.package import LONGEST_TEXT, Book, Package, Unreadable, plain_text, too_long
from sinho.hub.text import FAILED, UNCOMPUTED

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
"""Size of a sheet."""
MOST_CELLS = 5_000_000
"""The most filled cells of a sheet that is read."""

_PLACE = re.compile(r"([A-Za-z]{1,3})([1-9][0-9]{0,6})")
_FIGURE = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")

Area = tuple[int, int, int, int]
"""First row, first column, last row and last column of a range; rows from 1, columns from 0."""


@dataclass
class Cells:
    """The filled cells of a sheet.

    Parameters
    ----------
    columns : dict of int to dict of int to str
        Text by column (from 0) and row (from 1); cells of blanks are left out.
    shown : dict of (int, int) to str
        What cells show, by row and column, where it is not the number that they hold.
    merged : list of Area
        Merged cells.
    zeros : list of (int, int)
        Row and column of every formula whose stored value is 0.
    """

    columns: dict[int, dict[int, str]] = field(default_factory=dict)
    shown: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    zeros: list[tuple[int, int]] = field(default_factory=list)


def read_cells(package: Package, book: Book, sheet: str) -> Cells:
    """Read the cells of a sheet.

    Parameters
    ----------
    package : Package
        The workbook.
    book : Book
        What its sheets share.
    sheet : str
        Name of the sheet.

    Raises
    ------
    Unreadable
        When the sheet is damaged, or larger than it may be.
    """
    reader = _Reader(book, sheet)
    package.parse(book.parts[sheet], reader.start, reader.end, reader.text)
    return reader.cells


class _Reader:
    """Takes the elements of a sheet as the parser meets them."""

    def __init__(self, book: Book, sheet: str) -> None:
        self.book, self.sheet = book, sheet
        self.cells = Cells()
        self.row, self.written, self.column, self.count = 0, "", -1, 0
        self.kind: str | None = None
        self.style: str | None = None
        self.formula = self.valued = self.aid = self.taking = False
        self.pieces: list[str] = []
        self.numbers: dict[str, int] = {}
        self.figures: dict[tuple[str, str | None], tuple[str, str | None]] = {}

    def start(self, name: str, given: Mapping[str, str]) -> None:
        if name == "c":
            self.column += 1
            if "r" in given:
                place = given["r"]
                name = place.rstrip("0123456789")
                column = self.numbers.get(name)
                if column is None or place[len(name) :] != self.written:
                    self.row, column = self.place(place)
                    self.written, self.numbers[name] = str(self.row), column
                self.column = column
            if self.column >= MOST_COLUMNS:
                raise Unreadable(f"sheet {self.sheet}, row {self.row} has too many cells")
            self.kind, self.style = given.get("t"), given.get("s")
            self.formula = self.valued = False
            self.pieces.clear()
        elif name == "v":
            self.valued = self.taking = True
        elif name == "row":
            place = given.get("r", "")
            self.row = int(place) if place.isdecimal() else self.row + 1
            self.column, self.written = -1, str(self.row)
            if not 1 <= self.row <= MOST_ROWS:
                raise Unreadable(f"sheet {self.sheet} has no row {self.row}")
        elif name == "f":
            self.formula = True
        elif name == "t":
            self.taking = self.valued = not self.aid
        elif name == "rPh":
            self.aid = True
        elif name == "mergeCell":
            first, _, last = given.get("ref", "").partition(":")
            (top, left), (bottom, right) = self.place(first), self.place(last or first)
            self.cells.merged.append((top, left, bottom, right))

    def text(self, data: str) -> None:
        if self.taking:
            self.pieces.append(data)
            if len(self.pieces) > 1 and sum(map(len, self.pieces)) > LONGEST_TEXT:
                raise Unreadable(too_long(self.named()))

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self.taking = False
        elif name == "rPh":
            self.aid = False
        elif name == "c" and (self.pieces or self.formula or self.kind == "e"):
            self.take("".join(self.pieces))

    def place(self, text: str) -> tuple[int, int]:
        """Return row and column of a place such as ``B7``."""
        found = _PLACE.fullmatch(text.replace("$", ""))
        row, column = (int(found[2]), column_number(found[1])) if found else (0, 0)
        if not 1 <= row <= MOST_ROWS or column >= MOST_COLUMNS:
            raise Unreadable(f"sheet {self.sheet} has no cell {text[:20]!r}")
        return row, column

    def named(self) -> str:
        return f"sheet {self.sheet}, cell {letters(self.column)}{self.row}"

    def take(self, raw: str) -> None:
        """Take a cell that holds a value or a formula."""
        text = self.value(raw) if raw or self.kind == "e" else ""
        if self.formula:
            # A formula whose value is an empty text has an empty element for it, or none at all.
            if not raw and not (self.kind == "str" and self.valued):
                text = UNCOMPUTED
            elif raw == "0":
                self.cells.zeros.append((self.row, self.column))
        if not text or text.isspace():
            return
        if len(text) > LONGEST_TEXT:
            raise Unreadable(too_long(self.named()))
        column = self.cells.columns.setdefault(self.column, {})
        if self.row in column:
            raise Unreadable(f"{self.named()} stands twice")
        column[self.row] = text
        self.count += 1
        if self.count > MOST_CELLS:
            raise Unreadable(f"sheet {self.sheet} has more than {MOST_CELLS:,} filled cells")

    def value(self, raw: str) -> str:
        """Return the text of a cell."""
        match self.kind:
            case "s":
                place = int(raw) if raw.strip().isdecimal() else len(self.book.texts)
                if place >= len(self.book.texts):
                    raise Unreadable(f"{self.named()} refers to a text that is not there")
                return self.book.texts[place]
            case "str" | "inlineStr":
                return plain_text(raw)
            case "b":
                return {"1": "true", "0": "false"}.get(raw.strip(), raw)
            case "e":
                return raw.strip() if re.fullmatch(FAILED, raw.strip()) else "#VALUE!"
            case "d":
                return raw.replace("T", " ").removesuffix("Z")
            case _:
                return self.figure(raw.strip())

    def figure(self, raw: str) -> str:
        """Return the text of a number: its shortest digits, or the day that it stands for."""
        key = raw, self.style
        known = self.figures.get(key)
        if known is None:
            known = self.read(raw)
            if len(self.figures) < 100_000:
                self.figures[key] = known
        text, shown = known
        if shown is not None:
            self.cells.shown[self.row, self.column] = shown
        return text

    def read(self, raw: str) -> tuple[str, str | None]:
        """Return the text of a number, and what the cell shows where that is something else."""
        if not _FIGURE.fullmatch(raw):
            return raw, None
        number = float(raw)
        shape = self.book.styles.of(self.style)
        if shape.kind == "date":
            day = date_text(number, since_1904=self.book.since_1904)
            return (raw if day is None else day), None
        if shape.kind == "elapsed":
            return elapsed_text(number), None
        text = str(int(number)) if number.is_integer() and abs(number) < 2**63 else repr(number)
        shown = shape.shown(number)
        return text, (shown if shown != text else None)


def column_number(text: str) -> int:
    """Return the number of a column from its letters: 0 for A, 26 for AA."""
    number = 0
    for letter in text.upper():
        number = 26 * number + ord(letter) - ord("A") + 1
    return number - 1


def letters(place: int) -> str:
    """Return the letters of a column as a spreadsheet shows them: A for 0, AA for 26."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(65 + rest) + text
    return text
