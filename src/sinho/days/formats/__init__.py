"""Reads and writes days and their sequences in the formats that people have them in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Literal, NamedTuple

from sinho.days.check import faults
from sinho.days.day import Day
from sinho.days.findings import Findings
from sinho.days.formats.csplib import instance_names, is_csplib, read_csplib
from sinho.days.formats.lines import read_lines
from sinho.days.formats.orders import order_table, read_order, write_order
from sinho.days.formats.roadef import FILES, is_roadef, read_roadef
from sinho.days.formats.tables import is_tables, read_tables
from sinho.days.formats.tables_read import CARS, RULES
from sinho.days.formats.tables_write import write_tables
from sinho.days.formats.write import csplib_text, roadef_files
from sinho.errors import Problem, nearest
from sinho.hub.files import write_folder, write_text

__all__ = [
    "FoundDay",
    "find_days",
    "inspect_day",
    "instance_names",
    "order_table",
    "read_day",
    "read_order",
    "write_day",
    "write_order",
]

Format = Literal["roadef", "csplib", "tables"]


def read_day(
    path: str | Path,
    *,
    instance: str | None = None,
    date: dt.date | None = None,
    line: str | None = None,
) -> Day:
    """Read a day to be sequenced; the format is detected.

    Parameters
    ----------
    path : str or pathlib.Path
        A folder of the ROADEF 2005 challenge, a CSPLib text file, or sinho's own tables: a folder
        of CSV files, a workbook, or a hub that holds them.
    instance : str, optional
        Which instance of a file, or of a folder of ROADEF folders, that holds several.
    date : datetime.date, optional
        Which day of tables that hold several.
    line : str, optional
        Which line of a day whose cars are of several.

    Returns
    -------
    Day
        The cars, the cars before them, and the rules.

    Raises
    ------
    DataError
        With every error of the input, by file and row.
    """
    findings = Findings()
    day = _checked(Path(path), _Which(instance, date, line), findings)
    findings.refuse()
    assert day is not None
    return day


def inspect_day(
    path: str | Path,
    *,
    instance: str | None = None,
    date: dt.date | None = None,
    line: str | None = None,
) -> tuple[Day | None, tuple[Problem, ...]]:
    """Read a day and return every error and warning.

    Parameters
    ----------
    path, instance, date, line
        As for `read_day`.

    Returns
    -------
    day : Day or None
        None where there are errors.
    problems : tuple of Problem
        In the order of the input.
    """
    findings = Findings()
    day = _checked(Path(path), _Which(instance, date, line), findings)
    return (None if findings.has_errors() else day), findings.all()


class FoundDay(NamedTuple):
    """Where a day stands.

    Parameters
    ----------
    name : str
        Its name.
    path : pathlib.Path
        Its folder or file.
    instance : str or None
        Which one of a file that holds several.
    """

    name: str
    path: Path
    instance: str | None = None


def find_days(path: str | Path) -> list[FoundDay]:
    """Find the days in a folder or file, without reading them.

    Parameters
    ----------
    path : str or pathlib.Path
        A day, a folder of days, or a CSPLib file of several.

    Returns
    -------
    list of FoundDay
        By name; the instances of a file in its order.
    """
    path = Path(path)
    if not path.is_dir():
        if is_tables(path) or not is_csplib(path):
            return [FoundDay(path.stem, path)] if is_tables(path) else []
        names = instance_names(path)
        return [FoundDay(name, path, name if len(names) > 1 else None) for name in names]
    if is_roadef(path) or is_tables(path):
        return [FoundDay(path.resolve().name, path)]
    found: list[FoundDay] = []
    for item in sorted(path.iterdir()):
        shown = not item.name.startswith((".", "~$"))
        if item.is_dir():
            if shown and (is_roadef(item) or is_tables(item)):
                found.append(FoundDay(item.name, item))
        elif shown and item.suffix.lower() in (".txt", ".xlsx", ".xlsm"):
            found += find_days(item)
    return found


def write_day(
    day: Day, path: str | Path, *, format: Format | None = None, force: bool = False
) -> Path:
    """Write a day so that `read_day` reads the same cars and rules back.

    Parameters
    ----------
    day : Day
        The day.
    path : str or pathlib.Path
        A workbook if it ends in ``.xlsx``, a CSPLib file if it ends in ``.txt``, else a folder.
    format : {"roadef", "csplib", "tables"}, optional
        By default by the path; a folder is written as tables, or as the challenge's four files
        where the day comes from these.
    force : bool
        Whether what is there is replaced.

    Returns
    -------
    pathlib.Path
        What was written; a new folder or file appears whole or not at all.

    Raises
    ------
    FileExistsError
        When it exists and ``force`` is false.
    DataError
        When the format cannot hold the day; tables hold every day.
    """
    path = Path(path)
    if format is None:
        kinds: dict[str, Format] = {".xlsx": "tables", ".txt": "csplib"}
        other: Format = "roadef" if day.source == "roadef" else "tables"
        format = kinds.get(path.suffix.lower(), other)
    if format == "roadef":
        return write_folder(path, roadef_files(day), force=force)
    if format == "csplib":
        return write_text(path, csplib_text(day), force=force)
    return write_tables(day, path, force=force)


class _Which(NamedTuple):
    """Which day is meant, where there are several."""

    instance: str | None
    date: dt.date | None
    line: str | None


def _checked(path: Path, which: _Which, findings: Findings) -> Day | None:
    """Read a day; what its rows do not show is checked as of any day."""
    day = _read(path, which, findings)
    if day is not None:
        _chosen(day, path, which, findings)
    if day is not None and day.source != "tables":
        findings.extend(fault.problem() for fault in faults(day))
    return day


def _chosen(day: Day, path: Path, which: _Which, findings: Findings) -> None:
    """Refuse an instance, a date or a line where there is but one day."""
    instance = which.instance
    rule = "there is only one day here"
    folder = path.is_dir() and not is_roadef(path) and not is_tables(path)
    if instance not in (None, day.name) and day.source != "csplib" and not folder:
        findings.add(path.name, rule, value=instance, hint="Leave the instance out.")
    for what, value in (("date", which.date), ("line", which.line)):
        if value is not None and day.source != "tables":
            hint = f"Leave the {what} out; it chooses among the days of tables."
            findings.add(path.name, rule, value=str(value), hint=hint)


def _read(path: Path, which: _Which, findings: Findings) -> Day | None:
    if not path.exists():
        near = nearest(path.name, [p.name for p in path.absolute().parent.glob("*")])
        hint = near if near.startswith("Did") else "Check the path."
        findings.add(str(path), "there is no such folder or file", hint=hint)
        return None
    if path.is_dir():
        return _read_folder(path, which, findings)
    if path.name.casefold() in FILES:
        folder = path.absolute().parent
        hint = f"Give the folder that holds it: {folder}."
        findings.add(path.name, "this is one of four files of a ROADEF folder", hint=hint)
        return None
    if is_tables(path):
        return read_tables(path, which.date, findings, which.line)
    if path.suffix.lower() == ".csv":
        hint = f"Give the folder that holds it: {path.absolute().parent}."
        findings.add(path.name, "this is one table of a day", hint=hint)
        return None
    if is_csplib(path):
        return read_csplib(path, which.instance, findings)
    if path.suffix.lower() == ".txt" and not read_lines(path, findings):
        return None
    hint = "A day is a folder of tables or a workbook, a ROADEF folder, or a CSPLib text file."
    findings.add(path.name, "this is no day to be sequenced", hint=hint)
    return None


def _read_folder(path: Path, which: _Which, findings: Findings) -> Day | None:
    instance = which.instance
    if is_roadef(path):
        return read_roadef(path, findings)
    if is_tables(path):
        return read_tables(path, which.date, findings, which.line)
    inner = {found.name: found for found in find_days(path)}
    if instance is not None and instance in inner:
        found = inner[instance]
        return _read(found.path, which._replace(instance=found.instance), findings)
    if inner:
        if instance is None:
            rule = f"the folder holds {len(inner)} days; name one of them"
            hint = nearest("", inner)
        else:
            rule, hint = "there is no such day in the folder", nearest(instance, inner)
        findings.add(path.name or str(path), rule, value=instance, hint=hint)
        return None
    needed = ", ".join(FILES)
    hint = f"It needs {CARS}.csv and {RULES}.csv, or the files of a ROADEF folder: {needed}."
    findings.add(path.name or str(path), "the folder holds no day to be sequenced", hint=hint)
    return None
