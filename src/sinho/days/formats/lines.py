"""Reads text files line by line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sinho.days.findings import Findings
from sinho.hub.csvfile import read_text

IDLE = "the rule says nothing: in a window of so many cars it can never be broken"
"""What is told of a ratio of 1 or more."""


@dataclass(frozen=True)
class TextLine:
    """One line of a text file that is not blank.

    Parameters
    ----------
    row : int
        Its number; the first line of the file is 1.
    text : str
        The line without outer blanks.
    """

    row: int
    text: str


def read_lines(path: Path, findings: Findings) -> list[TextLine]:
    """Read the lines of a UTF-8 text file that are not blank.

    Parameters
    ----------
    path : pathlib.Path
        The file, with or without byte order mark.
    findings : Findings
        Told of a wrong encoding or an empty file.

    Returns
    -------
    list of TextLine
        Without line ends.
    """
    text, problems = read_text(path)
    text = text.rstrip("\x1a")  # ended files under DOS
    findings.extend(problems)
    lines = [
        TextLine(row, line.strip()) for row, line in enumerate(text.split("\n"), 1) if line.strip()
    ]
    if not lines and not problems:
        findings.add(path.name, "the file is empty")
    return lines


def whole_number(text: str) -> int | None:
    """Return the whole number that a cell holds, 0 or more; None where it holds none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 15 else None
