"""What the commands print: JSON for machines, sentences and tables for people, never cut off."""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from sinho.errors import Problem, listed

if TYPE_CHECKING:
    import polars as pl

T = TypeVar("T")

WIDE = 10_000
"""Width of what is no terminal: a file or pipe takes any line."""

GAP = "   "
LEAST_TEXT = 24
"""A last column of text is wrapped to no less than this."""


def say(text: str) -> None:
    """Print a message for people on standard error, if it takes one."""
    try:
        print(text, file=sys.stderr, flush=True)
    except BrokenPipeError:
        raise
    except OSError:
        pass  # full or closed: what is done is done all the same


def say_error(text: str) -> None:
    """Print an error on standard error, its first word in red on a terminal."""
    red, plain = ("\033[1;31m", "\033[0m") if _coloured() else ("", "")
    say(f"{red}Error:{plain} {text}")


def _coloured() -> bool:
    return sys.stderr.isatty() and "NO_COLOR" not in os.environ


def print_json(value: Any) -> None:
    """Print one JSON document on standard output; what is not a number becomes null."""
    from sinho.run import plain

    print(json.dumps(plain(value), indent=2, ensure_ascii=False, allow_nan=False), flush=True)


def problem_json(problem: Any) -> dict[str, Any]:
    """Return a problem of the input, ready for JSON."""
    return {
        "where": problem.where,
        "row": problem.row,
        "column": problem.column,
        "value": problem.value,
        "rule": problem.rule,
        "hint": problem.hint,
        "severity": problem.severity,
    }


def print_problems(problems: Sequence[Problem]) -> None:
    """Print warnings, then errors, each on a line; of very many the first, and a count."""
    shown, more = listed(problems)
    for severity in ("warning", "error"):
        for problem in shown:
            if problem.severity == severity:
                print_text(str(problem), f"{severity}: ")
    for line in more:
        print_text(line)
    if problems:
        print()


def width() -> int:
    """Return how many characters a line of standard output may have."""
    if sys.stdout.isatty() or "COLUMNS" in os.environ:
        return max(40, shutil.get_terminal_size().columns)
    return WIDE


def print_title(text: str) -> None:
    """Print a line in bold, where standard output is a terminal."""
    bold = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print(f"\033[1m{text}\033[0m" if bold else text)


def print_text(text: str, head: str = "") -> None:
    """Print a sentence, wrapped to the terminal; further lines are indented like the head."""
    room = width()
    if room == WIDE:
        print(head + text)
        return
    hang = " " * len(head)
    print(
        textwrap.fill(
            text, room, initial_indent=head, subsequent_indent=hang, break_on_hyphens=False
        )
    )


def print_frame(
    title: str,
    frame: pl.DataFrame,
    *,
    keys: int | None = None,
    most: int | None = None,
    as_given: bool = False,
    note: str = "",
) -> None:
    """Print a frame as a table.

    Parameters
    ----------
    title : str
        Line above the table; empty: none.
    frame : polars.DataFrame
        The table; its column names are the headings, with units in brackets.
    keys : int, optional
        How many columns on the left name the row; they are repeated where the table is parted.
        By default as many texts before the first number as tell the rows apart.
    most : int, optional
        Rows to show; the others are counted.
    as_given : bool
        Whether numbers are written with all their decimals, as input is; else with as many as
        their size needs.
    note : str
        Line below the table.
    """
    from sinho.report.render import cells

    right = [dtype.is_numeric() for dtype in frame.dtypes]
    rows = [[given(v) for v in row] for row in frame.iter_rows()] if as_given else cells(frame)
    more = 0 if most is None else max(0, len(rows) - most)
    if keys is None:
        texts = right.index(True) if True in right else len(right)
        keys = next((n for n in range(1, texts) if len({*_heads(rows, n)}) == len(rows)), texts)
    print_rows(title, frame.columns, rows[: len(rows) - more], right, max(1, keys))
    if more:
        print(f"… and {more:,} more\n")
    if note:
        print(note + "\n")


def _heads(rows: Sequence[Sequence[str]], count: int) -> list[tuple[str, ...]]:
    return [tuple(row[:count]) for row in rows]


def given(value: object) -> str:
    """Write a value of the input: numbers with thousands separators and all their decimals."""
    if value is None:
        return "–"
    if isinstance(value, float):
        text = f"{value:,.6f}"
        return text.rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) else str(value)


def print_rows(
    title: str,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: Sequence[bool],
    keys: int = 1,
) -> None:
    """Print a table; where the terminal is too narrow, in several parts below each other.

    Parameters
    ----------
    title : str
        Line above the table; empty: none.
    headings : sequence of str
        Headings; a unit in brackets stands on a line of its own.
    rows : sequence of sequence of str
        Cells.
    right : sequence of bool
        Which columns are aligned to the right.
    keys : int
        How many columns on the left are repeated in each part.
    """
    room = width()
    if title:
        print_title(title)
    heads = [heading.replace(" [", "\n[").split("\n") for heading in headings]
    wide = [
        max(_len(text) for text in (*heads[at], *(row[at] for row in rows)))
        for at in range(len(headings))
    ]
    while keys > 1 and sum(wide[:keys]) + len(GAP) * keys > room * 2 // 3:
        keys -= 1
    if wide and not right[-1]:
        wide[-1] = _wrapped_width(wide, keys, room)
    for columns in parts(wide, keys, room):

        def line(texts: Sequence[str], columns: Sequence[int] = columns) -> str:
            padded = (
                " " * (wide[at] - _len(text)) + text
                if right[at]
                else text + " " * (wide[at] - _len(text))
                for at, text in zip(columns, texts, strict=True)
            )
            return GAP.join(padded).rstrip()

        for level in range(max(len(head) for head in _at(heads, columns))):
            print(line([head[level] if level < len(head) else "" for head in _at(heads, columns)]))
        print("─" * (sum(wide[at] for at in columns) + len(GAP) * (len(columns) - 1)))
        for row in rows:
            texts = list(_at(row, columns))
            lines = [texts[-1]]
            if not right[columns[-1]] and _len(texts[-1]) > wide[columns[-1]]:
                lines = textwrap.wrap(texts[-1], wide[columns[-1]], break_on_hyphens=False)
            print(line([*texts[:-1], lines[0]]))
            for more in lines[1:]:
                print(line([*("" for _ in texts[:-1]), more]))
        print()


def _at(values: Sequence[T], places: Sequence[int]) -> list[T]:
    return [values[at] for at in places]


def _len(text: str) -> int:
    """Return how many columns of the terminal a text takes; Korean letters take two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _wrapped_width(wide: Sequence[int], keys: int, room: int) -> int:
    """Return the width of a last column of text: what is left of the line, if that is enough."""
    before = sum(wide[:-1]) + len(GAP) * (len(wide) - 1)
    if before + wide[-1] <= room:
        return wide[-1]
    if before + LEAST_TEXT <= room:
        return min(wide[-1], room - before)
    beside_keys = sum(wide[:keys]) + len(GAP) * keys
    return min(wide[-1], max(LEAST_TEXT, room - beside_keys))


def parts(wide: Sequence[int], keys: int, room: int) -> list[list[int]]:
    """Part the columns of a table so that each part fits the room.

    Parameters
    ----------
    wide : sequence of int
        Widths of the columns.
    keys : int
        Columns on the left that every part begins with.
    room : int
        Characters in a line.

    Returns
    -------
    list of list of int
        Places of the columns of each part.
    """
    head = list(range(min(keys, len(wide))))
    base = sum(wide[at] + len(GAP) for at in head)
    result: list[list[int]] = []
    used = 0
    for at in range(len(head), len(wide)):
        if not result or used + wide[at] > room:
            result.append([*head])
            used = base
        result[-1].append(at)
        used += wide[at] + len(GAP)
    return result or [head]
