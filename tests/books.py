"""Workbooks as other programs write them: the same cells in other XML."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_OFFICE = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def rewrite(path: Path, edit: Callable[[str, str], str | bytes]) -> Path:
    """Write a workbook anew, each of its XML parts as ``edit(name, text)`` returns it."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            if name.endswith((".xml", ".rels")):
                edited = edit(name, content.decode())
                content = edited if isinstance(edited, bytes) else edited.encode()
            book.writestr(name, content)
    return path


def is_sheet(name: str) -> bool:
    return name.startswith("xl/worksheets/sheet")


def prefixed(name: str, text: str) -> str:
    """Write elements of sheets as ``<x:c>``."""
    if MAIN not in text or not name.startswith("xl/"):
        return text
    text = text.replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
    return re.sub(r"<(/?)(?![?!])(?![A-Za-z0-9]+:)", r"<\1x:", text)


def without_places(name: str, text: str) -> str:
    """Leave out where cells and rows stand, where they follow each other without a gap."""
    if not is_sheet(name):
        return text

    def row(found: re.Match[str]) -> str:
        at = 0

        def cell(one: re.Match[str]) -> str:
            nonlocal at
            column = 0
            for letter in one[2]:
                column = 26 * column + ord(letter) - 64
            gap, at = column - at - 1, column
            return "<c/>" * gap + one[1].rstrip() + one[3]

        return re.sub(r'(<c\b[^>]*?) r="([A-Z]+)\d+"([^>]*>)', cell, found[0])

    return re.sub(r"<row\b.*?</row>", row, text, flags=re.DOTALL)


def turned(name: str, text: str) -> str:
    """Write the attributes of each element in turned order, and blanks around their signs."""

    def turn(found: re.Match[str]) -> str:
        given = re.findall(r'\S+="[^"]*"', found[2])
        return f"<{found[1]}\n  {'  '.join(reversed(given))} {found[3]}>"

    return re.sub(r"<(\w+)((?:\s+[\w:]+=\"[^\"]*\")+)\s*(/?)>", turn, text)


def single_quoted(name: str, text: str) -> str:
    """Write attributes in single quotes."""
    return re.sub(r'(\s[\w:]+)="([^"\']*)"', r"\1='\2'", text)


def strict(name: str, text: str) -> str:
    """Use the name spaces of the strict form of the standard."""
    return text.replace(MAIN, STRICT).replace(OFFICE, STRICT_OFFICE)


def spaced(name: str, text: str) -> str:
    """Write each element on a line of its own, as pretty printers do."""
    return re.sub(r">(<(?:row|c|v|f|is)\b|</(?:row|c|sheetData)>)", r">\n    \1", text)


def wide(name: str, text: str) -> bytes:
    """Write the XML in UTF-16."""
    return text.replace("UTF-8", "UTF-16").encode("utf-16")


FORMS: Mapping[str, Callable[[str, str], str | bytes]] = {
    "usual": lambda _, text: text,
    "prefixed": prefixed,
    "without places": without_places,
    "turned": turned,
    "single quotes": single_quoted,
    "strict": strict,
    "spaced": spaced,
    "utf-16": wide,
}
"""How programs write the same workbook."""
