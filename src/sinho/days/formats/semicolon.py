"""Reads files whose cells are parted by semicolons, as those of the ROADEF 2005 challenge."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from sinho.days.findings import Findings
from sinho.days.formats.lines import read_lines
from sinho.errors import nearest


class Row(NamedTuple):
    """A row of a semicolon file."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Sheet:
    """A semicolon file: its headings and its rows, as wide as the headings."""

    where: str
    headings: tuple[str, ...]
    rows: tuple[Row, ...]


def read_sheet(path: Path | None, wanted: tuple[str, ...], findings: Findings) -> Sheet | None:
    """Read a semicolon file.

    Parameters
    ----------
    path : pathlib.Path or None
        The file; None where it is missing (reported already).
    wanted : tuple of str
        Headings that it must have, in any case of letters; others may follow.
    findings : Findings
        Told of everything that is wrong, by row.

    Returns
    -------
    Sheet or None
        None where the headings cannot be used.
    """
    if path is None:
        return None
    where = path.name
    lines = read_lines(path, findings)
    if not lines:
        return None
    if ";" not in lines[0].text:
        hint = f"The first row reads {';'.join(wanted)}."
        rule = "the file is not separated by semicolons"
        findings.add(where, rule, lines[0].row, value=lines[0].text[:60], hint=hint)
        return None
    headings = split_cells(lines[0].text)
    while headings and not headings[-1]:
        headings.pop()
    known = {_plain(heading): heading for heading in wanted}
    headings = [known.get(_plain(heading), heading) for heading in headings]
    row = lines[0].row
    absent = [heading for heading in wanted if heading not in headings]
    for heading in absent:
        near = nearest(heading, [given for given in headings if given and given not in wanted])
        hint = near if near.startswith("Did") else f"The first row reads {';'.join(wanted)}."
        findings.add(where, "the column is missing", row, heading, hint=hint)
    for heading, count in Counter(headings).items():
        if count > 1:
            rule = "the column stands twice" if heading else "columns have no heading"
            findings.add(where, rule, row, heading or None, hint="Each column has its own name.")
            absent.append(heading)
    if "" in headings and "" not in absent:
        place = headings.index("") + 1
        findings.add(
            where, f"column {place} has no heading", row, hint="Give it its option's name."
        )
        absent.append("")
    if absent:
        return None
    rows = [
        Row(line.row, cells)
        for line in lines[1:]
        if (cells := _fitting(line.row, split_cells(line.text), headings, where, findings))
        is not None
    ]
    return Sheet(where, tuple(headings), tuple(rows))


def _plain(heading: str) -> str:
    """Return a heading without what makes no difference: case, underscores, double blanks."""
    return " ".join(heading.replace("_", " ").casefold().split())


def split_cells(text: str) -> list[str]:
    """Return the cells of a line without blanks; the line may end with a dollar sign."""
    return [cell.strip() for cell in text.rstrip("$").split(";")]


def _fitting(
    row: int, cells: list[str], headings: list[str], where: str, findings: Findings
) -> tuple[str, ...] | None:
    """Return a row's cells, as many as headings; None where it is too short or too long."""
    count, width = len(cells), len(headings)
    extra = [cell for cell in cells[width:] if cell]
    if not any(cells):
        return None
    if count >= width and not extra:
        return tuple(cells[:width])
    while cells and not cells[-1]:
        cells.pop()
    rule = f"the row has {len(cells) if extra else count} cells under {width} headings"
    if extra:
        hint = "Take the extra cells out, or give them a heading."
        findings.add(where, rule, row, value=";".join(extra), hint=hint, kind="too many cells")
    else:
        hint = "The row is too short: add the missing cells."
        findings.add(where, rule, row, headings[count], hint=hint, kind="too few cells")
    return None
