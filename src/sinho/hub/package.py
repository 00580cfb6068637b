"""Opens the parts of an Excel workbook: which sheets there are, shared texts, number formats.

A workbook is an archive of XML parts (ISO/IEC 29500-1). They are read by an XML parser, so that
prefixes, the order of attributes, quotes and the strict form of the standard make no difference.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self
from xml.parsers import expat

from sinho.hub.files import check_file
from sinho.hub.formats import NumberFormat, number_format

LARGEST_PART = 512 * 2**20
"""The most bytes of an unpacked part."""
SWOLLEN = 200
"""By how much a part larger than 32 MiB may grow when it is unpacked; sheets grow by 5 to 30."""
LONGEST_TEXT = 32767
"""The most letters of a cell, of the file format."""

_SPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")

Start = Callable[[str, Mapping[str, str]], None]
End = Callable[[str], None]


class Unreadable(Exception):
    """A workbook cannot be read; the message says why."""


@dataclass(frozen=True)
class Styles:
    """How the cells of a workbook show their numbers.

    Parameters
    ----------
    formats : tuple of NumberFormat
        Format by the number of a cell's style.
    """

    formats: tuple[NumberFormat, ...] = ()

    def of(self, style: str | None) -> NumberFormat:
        """Return the format of a cell whose style is given by its number."""
        place = int(style) if style and style.isdecimal() else 0
        return self.formats[place] if place < len(self.formats) else NumberFormat()


class _Local(dict[str, str]):
    """Names of elements without their name space; empty for one of another."""

    def __missing__(self, name: str) -> str:
        space, _, plain = name.rpartition(" ")
        self[name] = plain if space in _SPACES else ""
        return self[name]


class Package:
    """An open workbook.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Raises
    ------
    Unreadable
        When it is no workbook, or larger than any that is meant.
    """

    def __init__(self, path: Path) -> None:
        try:
            check_file(path)
            self._archive = zipfile.ZipFile(path)
        except OSError as error:
            raise Unreadable(error.strerror or str(error)) from error
        except Exception as error:  # zipfile raises errors of many kinds for damaged archives
            raise Unreadable("it is no .xlsx workbook, or it has a password") from error
        self._names = {
            name.replace("\\", "/").lstrip("/").casefold(): name
            for name in self._archive.namelist()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._archive.close()

    def parse(self, part: str, start: Start, end: End, text: Callable[[str], None]) -> None:
        """Read a part of the workbook.

        Parameters
        ----------
        part : str
            Its path in the archive.
        start, end : callable
            Called at the begin and the end of each element with its local name, empty for one of
            another name space; ``start`` with its attributes too.
        text : callable
            Called with the text between.
        """
        content = self._content(part)
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        local = _Local()

        def refuse(*_: object) -> None:
            raise Unreadable(f"{part} declares a document type, as no spreadsheet program does")

        def begin(name: str, given: Mapping[str, str]) -> None:
            start(local[name], given)

        def close(name: str) -> None:
            end(local[name])

        parser.StartDoctypeDeclHandler = refuse
        parser.StartElementHandler = begin
        parser.EndElementHandler = close
        parser.CharacterDataHandler = text
        try:
            parser.Parse(content, True)
        except (expat.ExpatError, UnicodeDecodeError, LookupError) as error:
            raise Unreadable(f"{part} is damaged: {error}") from error

    def _content(self, part: str) -> bytes:
        name = self._names.get(part.casefold())
        if name is None:
            raise Unreadable(f"the part {part} is missing")
        info = self._archive.getinfo(name)
        size, packed = info.file_size, max(info.compress_size, 1)
        if size > LARGEST_PART or (size > 2**25 and size > SWOLLEN * packed):
            raise Unreadable(
                f"{part} unpacks from {packed / 2**20:,.1f} to {size / 2**20:,.0f} MiB, "
                "more than any sheet that is meant"
            )
        try:
            return self._archive.read(info)
        except RuntimeError as error:
            raise Unreadable("it has a password") from error
        except Exception as error:  # zipfile and its decoders raise errors of many kinds
            raise Unreadable(f"{part} is damaged: {error}") from error

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """Return type and target of what a part refers to, by ident."""
        folder, name = posixpath.split(part)
        found: dict[str, tuple[str, str]] = {}
        listing = posixpath.join(folder, "_rels", f"{name}.rels")
        if listing.casefold() not in self._names:
            return found

        def start(_: str, given: Mapping[str, str]) -> None:
            if "Id" in given and given.get("TargetMode") != "External":
                target = posixpath.join("/", folder, given.get("Target", ""))
                path = posixpath.normpath(target).lstrip("/")
                found[given["Id"]] = given.get("Type", "").rpartition("/")[2], path

        self.parse(listing, start, _nothing, _nothing)
        return found

    def book(self) -> Book:
        """Return the sheets of the workbook, and what their cells refer to."""
        main = next(
            (path for kind, path in self.relations("").values() if kind == "officeDocument"),
            "xl/workbook.xml",
        )
        related = self.relations(main)
        parts: dict[str, str] = {}
        flags: set[str] = set()

        def start(name: str, given: Mapping[str, str]) -> None:
            if name == "sheet":
                ident = next((value for key, value in given.items() if key.endswith(" id")), "")
                kind, path = related.get(ident, ("", ""))
                if kind == "worksheet":
                    parts[given.get("name", "")] = path
            for flag in ("date1904", "fullCalcOnLoad"):
                if given.get(flag, "").strip() in ("1", "true"):
                    flags.add(flag)

        self.parse(main, start, _nothing, _nothing)
        shared = next((path for kind, path in related.values() if kind == "sharedStrings"), "")
        styled = next((path for kind, path in related.values() if kind == "styles"), "")
        return Book(
            parts,
            self._texts(shared) if shared.casefold() in self._names else [],
            self._styles(styled) if styled.casefold() in self._names else Styles(),
            since_1904="date1904" in flags,
            stale="fullCalcOnLoad" in flags,
        )

    def _texts(self, part: str) -> list[str]:
        """Return the texts that cells share, without the reading aids of East Asian scripts."""
        texts: list[str] = []
        pieces: list[str] = []
        inside = [False, False]  # within a text, within a reading aid

        def start(name: str, _: Mapping[str, str]) -> None:
            if name == "t":
                inside[0] = True
            elif name == "rPh":
                inside[1] = True

        def end(name: str) -> None:
            if name == "t":
                inside[0] = False
            elif name == "rPh":
                inside[1] = False
            elif name == "si":
                texts.append(plain_text("".join(pieces)))
                pieces.clear()

        def text(data: str) -> None:
            if inside == [True, False]:
                pieces.append(data)
                if len(pieces) > 1 and sum(map(len, pieces)) > LONGEST_TEXT:
                    raise Unreadable(too_long(f"text {len(texts) + 1} of {part}"))

        self.parse(part, start, end, text)
        return texts

    def _styles(self, part: str) -> Styles:
        codes: dict[int, str] = {}
        numbers: list[int] = []
        inside = [False]

        def start(name: str, given: Mapping[str, str]) -> None:
            if name == "numFmt":
                codes[_whole(given.get("numFmtId"))] = given.get("formatCode", "")
            elif name == "cellXfs":
                inside[0] = True
            elif name == "xf" and inside[0]:
                numbers.append(_whole(given.get("numFmtId")))

        def end(name: str) -> None:
            if name == "cellXfs":
                inside[0] = False

        self.parse(part, start, end, _nothing)
        known = {number: number_format(number, codes.get(number)) for number in set(numbers)}
        return Styles(tuple(known[number] for number in numbers))


@dataclass(frozen=True)
class Book:
    """What the sheets of a workbook share.

    Parameters
    ----------
    parts : dict of str to str
        The part of each sheet of cells, in the order of the workbook.
    texts : list of str
        Shared texts.
    styles : Styles
        How cells show numbers.
    since_1904 : bool
        Whether dates count from 1904 and not from 1900.
    stale : bool
        Whether its formulas are to be calculated anew when it is opened.
    """

    parts: dict[str, str]
    texts: list[str]
    styles: Styles
    since_1904: bool
    stale: bool


def plain_text(text: str) -> str:
    """Return text with the letters that stand in it as ``_x000D_``."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def too_long(what: str) -> str:
    """Say that a text is longer than a cell may hold."""
    return f"{what} holds more than the {LONGEST_TEXT:,} letters that a cell can hold"


def _nothing(*_: object) -> None:
    pass


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0
