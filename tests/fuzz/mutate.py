"""Damages files as people, programs and disks do, by a seed."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

ODD = (
    "", " ", "0", "-1", "1e309", "1e17", "9e15", "nan", "inf", "-0", "88-", "1,5", "1.234,5",
    "１２", "12 %", "=1+1", "=HYPERLINK(1)", "#N/A", "#REF!", "yes", "no", "TRUE", "2026-02-30",
    "2026-13", "1899-12-31", "9999-12-31", "2026-01", "2026-01-05 00:00:00", "46027", "A;B", ";;",
    "all", "x" * 300, '"', '""', '5" screen', "a\nb", "a\tb", "\u00a0", "\u200b", "\ufeff", "é",
    "한글", "０", "UK", "none",
)  # fmt: skip
"""Cells that are odd in one way or another."""

LETTERS = '"",;\n\r\t\x00=-+@%\'#[]{}.0eé\ufeff '

Mutation = Callable[[random.Random, str], str]


def _byte(draw: random.Random, text: str) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + draw.choice(LETTERS) + text[at:]


def _dropped(draw: random.Random, text: str) -> str:
    at = draw.randrange(len(text) or 1)
    return text[:at] + text[at + draw.choice((1, 1, 1, 7)) :]


def _replaced(draw: random.Random, text: str) -> str:
    at = draw.randrange(len(text) or 1)
    return text[:at] + draw.choice(LETTERS) + text[at + 1 :]


def _lines(draw: random.Random, text: str) -> str:
    lines = text.split("\n")
    at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    kind = draw.randrange(5)
    if kind == 0:
        lines.insert(at, lines[other])
    elif kind == 1:
        del lines[at]
    elif kind == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 3:
        lines.insert(at, draw.choice(("", " ", ",,,", "sep=,", "# note", '"')))
    else:
        lines[at] = lines[at][: draw.randrange(len(lines[at]) + 1)]
    return "\n".join(lines)


def _cell(draw: random.Random, text: str) -> str:
    lines = text.split("\n")
    at = draw.randrange(len(lines))
    cells = lines[at].split(",")
    cells[draw.randrange(len(cells))] = draw.choice(ODD)
    lines[at] = ",".join(cells)
    return "\n".join(lines)


def _column(draw: random.Random, text: str) -> str:
    lines = [line.split(",") for line in text.split("\n")]
    place = draw.randrange(max(map(len, lines)))
    for cells in lines:
        if place < len(cells):
            del cells[place]
    return "\n".join(",".join(cells) for cells in lines)


def _ends(draw: random.Random, text: str) -> str:
    return text.replace("\n", draw.choice(("\r\n", "\r", "\n\n")))


def _cut(draw: random.Random, text: str) -> str:
    return text[: draw.randrange(len(text) + 1)]


TEXT: tuple[Mutation, ...] = (
    _byte, _byte, _dropped, _replaced, _replaced, _lines, _lines, _cell, _cell, _cell, _column,
    _ends, _cut,
)  # fmt: skip


def mutated_text(draw: random.Random, text: str) -> str:
    """Return a text with one to three damages."""
    for _ in range(draw.choice((1, 1, 1, 2, 3))):
        text = draw.choice(TEXT)(draw, text)
    return text


def mutate_file(draw: random.Random, path: Path) -> None:
    """Damage a text file; now and then its encoding too."""
    text = mutated_text(draw, path.read_text(encoding="utf-8"))
    coding = draw.choice(("utf-8",) * 12 + ("utf-8-sig", "utf-16", "utf-16-le", "latin-1", "cp949"))
    data = text.encode(coding, errors="replace")
    if draw.random() < 0.03:
        data = bytes(draw.randrange(256) for _ in range(draw.randrange(60)))
    path.write_bytes(data)


CELL = re.compile(r"<c\b[^>]*?(?:/>|>.*?</c>)", re.DOTALL)
ROW = re.compile(r"<row\b[^>]*?(?:/>|>.*?</row>)", re.DOTALL)


def _one(draw: random.Random, xml: str, change: Callable[[str], str]) -> str:
    cells = list(CELL.finditer(xml))
    if not cells:
        return xml
    found = draw.choice(cells)
    return xml[: found.start()] + change(found[0]) + xml[found.end() :]


def _no_place(draw: random.Random, xml: str) -> str:
    return re.sub(r'(<c\b[^>]*?) r="[A-Z]+\d+"', r"\1", xml)


def _prefixed(draw: random.Random, xml: str) -> str:
    named = re.sub(r"<(/?)(?![?!])([A-Za-z])", r"<\1x:\2", xml)
    return re.sub(r'\bxmlns="', 'xmlns:x="', named, count=1)


def _single_quotes(draw: random.Random, xml: str) -> str:
    return re.sub(r"(<c\b[^>]*>)", lambda hit: hit[1].replace('"', "'"), xml)


def _error(draw: random.Random, xml: str) -> str:
    def change(cell: str) -> str:
        place = re.search(r'r="([A-Z]+\d+)"', cell)
        named = f' r="{place[1]}"' if place else ""
        return f"<c t=\"e\"{named} s='0'><f>1/0</f><v>#DIV/0!</v></c>"

    return _one(draw, xml, change)


def _uncomputed(draw: random.Random, xml: str) -> str:
    def change(cell: str) -> str:
        place = re.search(r'r="([A-Z]+\d+)"', cell)
        named = f' r="{place[1]}"' if place else ""
        return f"<c{named}><f>A1+1</f></c>"

    return _one(draw, xml, change)


def _styled(draw: random.Random, xml: str) -> str:
    style = draw.randrange(12)
    return _one(draw, xml, lambda cell: re.sub(r' s="\d+"', f' s="{style}"', cell, count=1))


def _valued(draw: random.Random, xml: str) -> str:
    value = draw.choice(("", "0", "1e308", "-5", "46027", "0.1", "NaN", "abc", "99999"))
    return _one(draw, xml, lambda cell: re.sub(r"<v>.*?</v>", f"<v>{value}</v>", cell))


def _typed(draw: random.Random, xml: str) -> str:
    kind = draw.choice(("s", "str", "n", "b", "inlineStr", "d", "q"))
    return _one(draw, xml, lambda cell: re.sub(r't="\w+"', f't="{kind}"', cell, count=1))


def _merged(draw: random.Random, xml: str) -> str:
    first, last = draw.randrange(1, 5), draw.randrange(5, 9)
    column = draw.choice("ABCD")
    made = f'<mergeCells count="1"><mergeCell ref="{column}{first}:{column}{last}"/></mergeCells>'
    return xml.replace("</sheetData>", "</sheetData>" + made, 1)


def _gone(draw: random.Random, xml: str) -> str:
    return _one(draw, xml, lambda cell: "")


def _twice(draw: random.Random, xml: str) -> str:
    return _one(draw, xml, lambda cell: cell + cell)


def _far(draw: random.Random, xml: str) -> str:
    place = draw.choice(("XFD3", "A1048576", "XFD1048576", "ZZ40", "A90000"))
    row = re.sub(r"[A-Z]", "", place)
    made = f'<row r="{row}"><c r="{place}"><v>1</v></c></row>'
    return xml.replace("</sheetData>", made + "</sheetData>", 1)


def _row_gone(draw: random.Random, xml: str) -> str:
    rows = list(ROW.finditer(xml))
    if not rows:
        return xml
    found = draw.choice(rows)
    return xml[: found.start()] + xml[found.end() :]


def _letters(draw: random.Random, xml: str) -> str:
    at = draw.randrange(len(xml))
    return xml[:at] + draw.choice('<>&"/x 0') + xml[at + draw.randrange(2) :]


SHEET: tuple[Mutation, ...] = (
    _no_place, _prefixed, _single_quotes, _error, _uncomputed, _styled, _valued, _valued, _typed,
    _merged, _gone, _twice, _far, _row_gone, _letters,
)  # fmt: skip


def mutate_workbook(draw: random.Random, data: bytes) -> bytes:
    """Return a workbook with one to three damages in the XML of its sheets, or of its bytes."""
    if draw.random() < 0.1:
        at = draw.randrange(len(data))
        return data[:at] + bytes([draw.randrange(256)]) + data[at + draw.randrange(3) :]
    if draw.random() < 0.05:
        return data[: draw.randrange(len(data))]
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        parts = [
            name for name in old.namelist() if name.startswith("xl/") and name.endswith(".xml")
        ]
        sheets = [name for name in parts if "/worksheets/" in name]
        hit = draw.choice(sheets if draw.random() < 0.9 else parts)
        for name in old.namelist():
            content = old.read(name)
            if name == hit:
                xml = content.decode("utf-8")
                for _ in range(draw.choice((1, 1, 2, 3))):
                    xml = draw.choice(SHEET)(draw, xml)
                content = xml.encode("utf-8")
            new.writestr(name, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
