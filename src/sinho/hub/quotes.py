"""Finds double quotes of a CSV text that do not belong where they stand."""

from __future__ import annotations

import re

from sinho.errors import Problem

_QUOTED = re.compile(r'"[^"]*+(?:""[^"]*+)*+"')
_OPEN = "the quote that opens here is not closed in its row: it would take in the rows behind it"
_BEHIND = "text stands behind the quote that closes the cell"
_WITHIN = "a quote within a cell and one behind it take in what stands between cells"
_ROWS = "the quoted cell takes in {} that read like further rows"
_HINT = (
    "A cell with a quote in it stands in quotes, each quote in it doubled, such as "
    '"5"" screen"; else take the quote out.'
)


def mend_quotes(text: str, separator: str, where: str) -> tuple[str, list[Problem]]:
    """Find the quotes that would move text between cells or rows, and take them out.

    A quote may open a cell, close it, and stand doubled within a quoted cell (RFC 4180, 2.5 to
    2.7); blanks around a quoted cell do no harm, nor does an inch sign in one that is not quoted.

    Parameters
    ----------
    text : str
        A CSV text with line feeds as line ends.
    separator : str
        What parts the cells.
    where : str
        The file, for problems.

    Returns
    -------
    text : str
        The same rows without the quotes of those that are wrong, so that the others can be read.
    problems : list of Problem
        One for each row with a wrong quote, by the row in which the quote opens; warnings for
        quoted cells that read like several rows.
    """
    mended: list[str] = []
    kept = 0
    problems: list[Problem] = []
    width = text.lstrip("\n").partition("\n")[0].count(separator)
    row, begin, done = 1, 0, 0
    text += "\n" * (not text.endswith("\n"))
    while (at := text.find('"', done)) >= 0:
        ends = text.count("\n", done, at)
        if ends:
            row, begin = row + ends, text.rfind("\n", done, at) + 1
        cell = max(text.rfind(separator, done, at) + 1, begin, done)
        rule = ""
        if text[cell:at].strip(" "):
            line = text[cell : _end(text, at)]
            first, _, rest = line.partition(separator)
            done = cell + len(first)
            inner = rest.partition('"')[0].rpartition(separator)[2]
            if first.count('"') % 2 == 0 or '"' not in rest or not inner.strip(" "):
                continue
            rule = _WITHIN
        elif (quoted := _QUOTED.match(text, at)) is None:
            rule = _OPEN
        elif text[done := _behind(text, quoted.end())] not in ("\n", separator):
            rule = _OPEN if "\n" in quoted[0] else _BEHIND
        elif width and (rows := _rows(text, quoted, separator, width)):
            said = _ROWS.format("a line" if rows == 1 else f"{rows} lines")
            hint = "If a closing quote is missing, set it; else this is fine."
            shown = _shown(quoted[0].partition("\n")[0])
            problems.append(Problem(where, said, row, None, shown, hint, "warning"))
        if rule:
            end = _end(text, at)
            problems.append(Problem(where, rule, row, None, _shown(text[cell:end]), _HINT))
            mended += text[kept:cell], text[cell:end].replace('"', "")
            kept = done = end
    return "".join((*mended, text[kept:])), problems


def _end(text: str, at: int) -> int:
    """Return the end of the line of a place."""
    return text.index("\n", at)


def _behind(text: str, at: int) -> int:
    """Return the place of the first letter from a place on that is no blank."""
    while text[at] == " ":
        at += 1
    return at


def _rows(text: str, quoted: re.Match[str], separator: str, width: int) -> int:
    """Return how many lines within a quoted cell have as many cells as the headings."""
    lines = quoted[0].split("\n")[1:]
    if lines and separator in lines[-1]:
        lines[-1] += text[quoted.end() : _end(text, quoted.end())]
    return sum(line.count(separator) == width for line in lines)


def _shown(text: str) -> str:
    return text[:60] + "…" if len(text) > 60 else text
