"""Checks the days in a folder or file, whatever their format, and says what they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from sinho.days.day import Day, Source
from sinho.days.findings import Findings
from sinho.days.formats import FoundDay, find_days, inspect_day
from sinho.days.formats.csplib import is_csplib
from sinho.days.formats.roadef import is_roadef
from sinho.days.formats.tables import days_of, is_tables
from sinho.days.formats.tables_read import CARS, RULES
from sinho.errors import Problem, nearest
from sinho.hub.read import read_part
from sinho.hub.schema import REQUIRED, SEQUENCE
from sinho.hub.workbook import sheet_names

SETTINGS = "hub.toml"
BOOKS = (".xlsx", ".xlsm")
FORMATS: dict[Source, str] = {
    "roadef": "ROADEF 2005 folder",
    "csplib": "CSPLib instance",
    "tables": "tables of a day",
}
"""What people call the formats that days are read from."""
NONE = "no day to be sequenced"

Contradictions = Callable[[Day], tuple[str, ...]]


class CheckedDay(NamedTuple):
    """A day and what is wrong with it.

    Parameters
    ----------
    name : str
        Its name.
    format : str
        What it is read from, in words.
    day : Day or None
        None where there are errors.
    problems : tuple of Problem
        Errors and warnings, in the order of the input; hard rules that contradict each other.
    contradicting : bool
        Whether hard rules contradict each other.
    """

    name: str
    format: str
    day: Day | None
    problems: tuple[Problem, ...]
    contradicting: bool = False


def holds_days(path: str | Path) -> bool:
    """Return whether a path holds days to be sequenced, and no hub.

    Parameters
    ----------
    path : str or pathlib.Path
        An existing folder or file.

    Returns
    -------
    bool
        False for a hub, and for what is neither.
    """
    path = Path(path)
    if path.is_dir():
        tables = [name for name in REQUIRED if (path / f"{name}.csv").is_file()]
        if tables or (path / SETTINGS).is_file():
            return False
        return is_roadef(path) or is_tables(path) or bool(_inside(path))
    if path.suffix.lower() in BOOKS:
        sheets = {*sheet_names(path)}
        return not sheets & {*REQUIRED} and bool(sheets & {CARS, RULES})
    return path.suffix.lower() == ".txt"


def check_days(path: str | Path, contradictions: Contradictions) -> list[CheckedDay]:
    """Check every day of a folder or file as a search would before it begins.

    Parameters
    ----------
    path : str or pathlib.Path
        What `holds_days` says yes to: a ROADEF folder, tables, a CSPLib file, a folder of such.
    contradictions : callable
        Names hard rules of a day that contradict each other, as the stage that sequences it does.

    Returns
    -------
    list of CheckedDay
        One for each day, that is for each instance of a file and each date and line of tables.
    """
    path = Path(path)
    alone = not path.is_dir() or is_roadef(path) or is_tables(path)
    if alone:
        found = find_days(path) or [FoundDay(path.name, path)]
        return [checked for place in found for checked in _check(place, contradictions)]
    return [
        checked._replace(problems=tuple(_within(place.path, checked.problems)))
        for place in _inside(path)
        for checked in _check(place, contradictions)
    ]


def _within(place: Path, problems: tuple[Problem, ...]) -> Iterator[Problem]:
    """Name the folder of a day before its files, where a folder holds several."""
    for problem in problems:
        named = not place.is_dir() or problem.where == place.name
        yield problem if named else replace(problem, where=f"{place.name}/{problem.where}")


def _inside(folder: Path) -> list[FoundDay]:
    """Return the days in a folder of days; hubs are none."""
    return [found for found in find_days(folder) if holds_days(found.path)]


def _check(found: FoundDay, contradictions: Contradictions) -> Iterator[CheckedDay]:
    path = found.path
    if not is_tables(path):
        source: Source = "roadef" if path.is_dir() else "csplib"
        format = FORMATS[source] if path.is_dir() or is_csplib(path) else NONE
        read = inspect_day(path, instance=found.instance)
        yield _checked(found.name, format, *read, contradictions)
        return
    part = read_part(path, SEQUENCE)
    strange = tuple(_misnamed(path)) if path.is_dir() else ()
    broken = any(problem.severity == "error" for problem in part.problems)
    days = [] if broken or CARS not in part.tables else days_of(part.tables[CARS])
    for date, line in days if len(days) > 1 else [(None, None)]:
        named = [part for part in (date, line) if part is not None]
        name = " ".join(str(part) for part in (found.name, *named))
        day, problems = inspect_day(path, date=date, line=line)
        yield _checked(name, FORMATS["tables"], day, (*problems, *strange), contradictions)


def _checked(
    name: str,
    format: str,
    day: Day | None,
    problems: tuple[Problem, ...],
    contradictions: Contradictions,
) -> CheckedDay:
    """Add hard rules that contradict each other to what is wrong with a day."""
    clashes = contradictions(day) if day is not None else ()
    if clashes:
        rule = f"hard rules contradict each other: {'; '.join(clashes)}"
        problems = (*problems, Problem(name, rule, hint="Lift any one of them."))
    return CheckedDay(name, format, day, problems, bool(clashes))


def _misnamed(folder: Path) -> Iterator[Problem]:
    """Warn of files that are passed over, but are called nearly as a table is."""
    findings = Findings()
    there = {item.stem for item in folder.glob("*.csv")}
    absent = [name for name in SEQUENCE if name not in there]
    for item in sorted(folder.glob("*.csv")):
        near = nearest(item.stem, absent)
        if item.stem not in SEQUENCE and near.startswith("Did"):
            rule = "the file is passed over: there is no table of this name"
            findings.add(item.name, rule, hint=near, severity="warning")
    yield from findings.all()
