"""Days as in CSPLib's problem 1, car sequencing: a text file of one instance or of many.

An instance is a line of cars, options and classes; for each option the most cars in a window; for
each option the window; then for each class its number, its cars and 1 or 0 for each option
(Dincbas, Simonis and Van Hentenryck 1988, ECAI 88, 290-295). A file of many instances has a comment
with ``Problem 4/72`` before each; there the two lines of ratios may be left out for the usual
five options: 1/2, 2/3, 1/3, 2/5 and 1/5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from sinho.days.day import CAR, Day
from sinho.days.findings import Findings
from sinho.days.formats.lines import IDLE, TextLine, read_lines, whole_number
from sinho.days.rules import Ratio
from sinho.errors import nearest

CLASS = "class"
LEVEL = "violations"
USUAL_RATIOS = ((1, 2), (2, 3), (1, 3), (2, 5), (1, 5))
"""The ratios of the five options where a file leaves them out."""

_HEADING = re.compile(r"^#\s*problem\s+(?P<name>\S+)", re.IGNORECASE)
_COMMENT = "#"


@dataclass(frozen=True)
class Block:
    """The lines of one instance: its name, and its lines of numbers."""

    name: str
    row: int
    lines: tuple[TextLine, ...]


def is_csplib(path: Path) -> bool:
    """Return whether a text file begins like an instance: its first numbers are three on a line."""
    findings = Findings()
    lines = read_lines(path, findings)
    if any(_HEADING.match(line.text) for line in lines):
        return True
    first = next((line for line in lines if _numbers(line)), None)
    return first is not None and len(first.text.split()) == 3


def instance_names(path: Path) -> tuple[str, ...]:
    """Return the names of a file's instances in the order of the file.

    Parameters
    ----------
    path : pathlib.Path
        The file.

    Returns
    -------
    tuple of str
        One name, that of the file without its ending, where it holds a single instance without
        a heading.
    """
    return tuple(block.name for block in _blocks(path, Findings()))


def read_csplib(path: Path, instance: str | None, findings: Findings) -> Day | None:
    """Read a day from a CSPLib file.

    Cars are named by class and number, such as ``3-1``; their class is the attribute ``class``,
    their options are ``option1``, ``option2`` and so on. Only whole windows count.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    instance : str or None
        The instance's name, such as ``4/72``; needed where the file holds several.
    findings : Findings
        Told of everything that is wrong, by row.

    Returns
    -------
    Day or None
        None where the file or the instance holds an error.
    """
    blocks = _blocks(path, findings)
    if not blocks:
        if not findings.has_errors():
            findings.add(path.name, "the file holds no instance")
        return None
    names = [block.name for block in blocks]
    if instance is None:
        if len(blocks) > 1:
            rule = f"the file holds {len(blocks)} instances; name one of them"
            findings.add(path.name, rule, hint=f"It holds {', '.join(names)}.")
            return None
        instance = names[0]
    wanted = re.sub(r"^problem\s+", "", instance.strip(), flags=re.IGNORECASE).casefold()
    block = next((block for block in blocks if block.name.casefold() == wanted), None)
    if block is None:
        findings.add(
            path.name, "there is no such instance", value=instance, hint=nearest(wanted, names)
        )
        return None
    return _day(path.name, block, findings)


def _numbers(line: TextLine) -> list[int] | None:
    """Return the whole numbers on a line; None where it holds anything else."""
    numbers = [whole_number(part) for part in line.text.split()]
    return None if None in numbers else [number for number in numbers if number is not None]


def _blocks(path: Path, findings: Findings) -> list[Block]:
    """Part a file into instances at its headings; text before the first numbers is passed over."""
    blocks: list[Block] = []
    name, row = path.stem, 1
    lines: list[TextLine] = []

    def close() -> None:
        if lines:
            blocks.append(Block(name, row, tuple(lines)))

    for line in read_lines(path, findings):
        heading = _HEADING.match(line.text)
        if heading:
            close()
            name, row, lines = heading["name"], line.row, []
        elif not line.text.startswith(_COMMENT) and (lines or _numbers(line)):
            lines.append(line)
    close()
    return blocks


def _day(where: str, block: Block, findings: Findings) -> Day | None:
    head = _numbers(block.lines[0]) or []
    if len(head) != 3:
        rule = "the first line of an instance holds three numbers: cars, options, classes"
        findings.add(where, rule, block.lines[0].row, value=block.lines[0].text[:60])
        return None
    size, width, kinds = head
    rows = []
    for line in block.lines[1:]:
        numbers = _numbers(line)
        if numbers is None:
            rule = "must hold whole numbers parted by blanks"
            findings.add(where, rule, line.row, value=line.text[:60])
        else:
            rows.append((line, numbers))
    if findings.has_errors():
        return None
    ratios, rows = _ratios(where, block, width, rows, findings)
    classes = _classes(where, width, rows, findings)
    if len(rows) != kinds:
        rule = f"{kinds} classes are announced, {len(rows)} are given"
        findings.add(where, rule, block.lines[0].row, "classes", str(kinds))
    total = sum(count for _, count, _ in classes)
    if total != size and len(classes) == len(rows):
        rule = f"{size} cars are announced, the classes hold {total}"
        findings.add(where, rule, block.lines[0].row, "cars", str(size))
    if size < 1 and not findings.has_errors():
        findings.add(where, "there are no cars", block.lines[0].row, "cars", str(size))
    if findings.has_errors():
        return None
    options = tuple(f"option{number}" for number in range(1, width + 1))
    cars = [
        (kind, number, flags) for kind, count, flags in classes for number in range(1, count + 1)
    ]
    columns = {
        CAR: pl.Series([f"{kind}-{number}" for kind, number, _ in cars], dtype=pl.String),
        CLASS: pl.Series([str(kind) for kind, _, _ in cars], dtype=pl.String),
    }
    flags = {
        name: pl.Series([flags[place] for _, _, flags in cars], dtype=pl.Boolean)
        for place, name in enumerate(options)
    }
    frame = pl.DataFrame(columns | flags)
    return Day(
        name=block.name,
        cars=frame,
        previous=frame.clear(),
        attributes=(CLASS,),
        options=options,
        rules=tuple(
            Ratio(name=name, option=name, most=most, window=window, level=0, shortened=False)
            for name, (most, window) in zip(options, ratios, strict=True)
        ),
        levels=(LEVEL,),
        weights=(1,),
        source="csplib",
    )


Rows = list[tuple[TextLine, list[int]]]


def _ratios(
    where: str, block: Block, width: int, rows: Rows, findings: Findings
) -> tuple[list[tuple[int, int]], Rows]:
    """Return the options' ratios and the rows of the classes that follow them."""
    if width == len(USUAL_RATIOS) and rows and len(rows[0][1]) == width + 2:
        return list(USUAL_RATIOS), rows
    for (line, numbers), what in zip(
        rows, ("the most cars per window", "the window"), strict=False
    ):
        if len(numbers) != width:
            rule = f"{width} options are announced, {what} is given for {len(numbers)}"
            findings.add(where, rule, line.row, value=line.text[:60])
    if len(rows) < 2:
        rule = "the lines of the options' ratios are missing"
        hint = "Give the most cars per window of each option, then the windows."
        findings.add(where, rule, block.lines[0].row, hint=hint)
    if findings.has_errors():
        return [], rows[2:]
    (_, mosts), (line, windows) = rows[:2]
    for number, (most, window) in enumerate(zip(mosts, windows, strict=True), 1):
        if not window:
            findings.add(where, "a window holds 1 car or more", line.row, f"option{number}", "0")
        elif most >= window:
            column, value = f"option{number}", f"{most}/{window}"
            findings.add(where, IDLE, line.row, column, value, severity="warning")
    return list(zip(mosts, windows, strict=True)), rows[2:]


def _classes(
    where: str, width: int, rows: Rows, findings: Findings
) -> list[tuple[int, int, list[bool]]]:
    """Return number, cars and options of each class."""
    classes = []
    first: dict[int, int] = {}
    for line, numbers in rows:
        if len(numbers) != width + 2:
            rule = f"a class has {width + 2} numbers: its number, its cars, {width} options"
            hint = f"There are {len(numbers)}."
            findings.add(where, rule, line.row, value=line.text[:60], hint=hint)
            continue
        kind, count, *options = numbers
        if kind in first:
            rule = f"the class stands in row {first[kind]} already"
            findings.add(where, rule, line.row, CLASS, str(kind), "Keep one of the two rows.")
        first.setdefault(kind, line.row)
        for number, option in enumerate(options, 1):
            if option not in (0, 1):
                rule = "must be 1 (the class has the option) or 0"
                findings.add(where, rule, line.row, f"option{number}", str(option))
        classes.append((kind, count, [option == 1 for option in options]))
    return classes
