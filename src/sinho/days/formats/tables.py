"""Days as sinho's own tables: ``cars``, ``sequence_rules`` and what belongs to them.

The tables stand in a hub, or alone in a folder of CSV files or a workbook. ``sinho fields`` says
what each column holds.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import polars as pl

from sinho.days.check import Fault, faults
from sinho.days.day import Day
from sinho.days.findings import Findings
from sinho.days.formats.tables_read import CARS, RULES, DayReader, Tables
from sinho.hub import Hub
from sinho.hub.lines import rule_lines
from sinho.hub.read import Part, read_part
from sinho.hub.rules.sequence import of_the_day
from sinho.hub.schema import ROUTE_TABLES, SEQUENCE
from sinho.hub.workbook import sheet_names

NO_CARS = "there are no cars to be built"
NO_CARS_HINT = "Give a row for each car of the day; a run makes days of orders: `sinho run`."


def is_tables(path: Path) -> bool:
    """Return whether a folder holds one of the tables, or a file is a workbook."""
    if path.is_dir():
        return any((path / f"{name}.csv").exists() for name in (CARS, RULES))
    return path.suffix.lower() in (".xlsx", ".xlsm")


def days_of(cars: pl.DataFrame) -> list[tuple[dt.date | None, str | None]]:
    """Return dates and lines on which cars are built, the first date first.

    Parameters
    ----------
    cars : polars.DataFrame
        Table ``cars``.

    Returns
    -------
    list of (datetime.date or None, str or None)
        None for cars without a date, or without a line.
    """
    return cars.filter(of_the_day()).select("date", "line").unique().sort("date", "line").rows()


def read_tables(
    path: Path, date: dt.date | None, findings: Findings, line: str | None = None
) -> Day | None:
    """Read a day from sinho's own tables.

    Parameters
    ----------
    path : pathlib.Path
        A folder of CSV files, a workbook, or a hub of either kind.
    date : datetime.date or None
        The day; needed where the cars are of several dates.
    findings : Findings
        Told of everything that is wrong, by file or sheet and row.
    line : str, optional
        The line; needed where the date's cars are of several lines.

    Returns
    -------
    Day or None
        None where the tables hold an error.
    """
    several = (path / "lines.csv").exists() if path.is_dir() else "lines" in sheet_names(path)
    part = read_part(path, SEQUENCE, ROUTE_TABLES if several else ())
    said = {problem.where for problem in part.problems}
    for name, what in ((CARS, "the cars of a day"), (RULES, "the rules for their sequence")):
        place = f"{name}.csv" if path.is_dir() else f"sheet {name}"
        if name not in part.raws and not said & {place, path.name}:
            hint = f"It holds {what}; `sinho fields {name}` lists its columns."
            if not path.is_dir() and name in sheet_names(path):
                hint = f"The first row holds headings. {hint}"
                findings.add(place, "the sheet is empty", hint=hint)
            else:
                findings.add(place, f"the table is missing in {path.name or path}", hint=hint)
    # Where there are no cars at all, it does not help to hear of each that it is not there.
    raw = part.raws.get(CARS)
    cars = f"table {CARS}" if raw is None else raw.where
    gone = raw is None or (raw.cells.is_empty() and not said & {raw.where})
    if raw is not None and gone:
        findings.add(raw.where, NO_CARS, hint=NO_CARS_HINT)
    findings.extend(
        problem for problem in part.problems if not (gone and f"not in {cars}" in problem.rule)
    )
    if findings.has_errors():
        return None
    where, _ = part.place(CARS, None)
    if line is not None and part.tables[CARS]["line"].null_count() == part.tables[CARS].height:
        hint = "Leave the line out, or name it for each car."
        findings.add(where, "the cars have no line", column="line", value=line, hint=hint)
        return None
    day = day_of_tables(part.tables, _name(path), date, findings, where=where, line=line)
    if day is not None:
        day = _passed(part, day, findings) if several else day
        for fault in faults(day):
            _tell(part, fault, findings)
    return day


def _passed(part: Part, day: Day, findings: Findings) -> Day:
    """Leave out rules at shops that the day's line does not pass; warn of those that it shares."""
    lines = rule_lines(Hub(part.tables))
    rules = part.tables[RULES]
    shops = dict(rules.select("rule", "shop").iter_rows())
    for rule in day.rules:
        if day.line not in (passing := lines.get(rule.name, ())) or len(passing) < 2:
            continue
        where, row = part.place(RULES, rules["rule"].to_list().index(rule.name))
        findings.add(
            where,
            f"counts at {shops[rule.name]} over the cars of {' and '.join(passing)}, and of a day "
            f"read from tables along {day.line} alone",
            row,
            "shop",
            shops[rule.name],
            "The days of a run count it at the shop: `sinho sequence RUN`.",
            severity="warning",
        )
    here = (rule for rule in day.rules if day.line in lines.get(rule.name, (day.line,)))
    return replace(day, rules=tuple(here))


def _name(path: Path) -> str:
    full = path.resolve()
    return full.name if path.is_dir() else full.stem


def _tell(part: Part, fault: Fault, findings: Findings) -> None:
    """Report what only a day as a whole shows, by the row of its rule."""
    table = RULES if fault.part == "rule" else CARS
    problem = fault.problem()
    names = part.tables[RULES]["rule"].to_list()
    listed = fault.part == "rule" and fault.name in names
    where, row = part.place(table, names.index(fault.name) if listed else None)
    findings.extend([replace(problem, where=where, row=row)])


def day_of_tables(
    tables: Tables,
    name: str,
    date: dt.date | None,
    findings: Findings,
    *,
    where: str = "table cars",
    line: str | None = None,
) -> Day | None:
    """Make a day of checked tables, such as those of a hub.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        The tables of ``sinho.hub.schema.SEQUENCE``, typed and checked.
    name : str
        Name of the day, without its date.
    date : datetime.date or None
        The day; needed where the cars are of several dates.
    findings : Findings
        Told where the date is missing or unknown.
    where : str
        File or sheet of the cars, for problems.
    line : str, optional
        The line; needed where the date's cars are of several lines.

    Returns
    -------
    Day or None
        None where there is no such day. It has the rules of its line. Before its cars stand those
        of its date and line whose position is 0 or less, or else the last cars of the line on the
        dates before.
    """
    if tables[CARS].filter(of_the_day()).is_empty():
        findings.add(where, NO_CARS, hint=NO_CARS_HINT)
        return None
    days = days_of(tables[CARS])
    dates = list(dict.fromkeys(day for day, _ in days if day is not None))
    listed = ", ".join(str(day) for day in dates[:12]) + (", …" if len(dates) > 12 else "")
    if date is None and len(dates) > 1:
        rule = f"the cars are of {len(dates)} dates; name one of them"
        findings.add(where, rule, column="date", hint=f"There are {listed}.")
        return None
    if date is not None and date not in dates:
        rule = "there are no cars of this date" if dates else "the cars have no date"
        hint = f"There are {listed}." if dates else "Leave the date out."
        findings.add(where, rule, None, "date", str(date), hint)
        return None
    date = date or (dates[0] if dates else None)
    lines = [known for day, known in days if day == date and known is not None]
    if lines and line not in lines and (line is not None or len(lines) > 1):
        on = "" if date is None else f" of {date}"
        rule = f"the cars{on} are of {len(lines)} lines; name one of them"
        if line is not None:
            rule = f"no cars{on} are of this line"
        findings.add(where, rule, None, "line", line, f"There are {', '.join(lines)}.")
        return None
    line = line or (lines[0] if lines else None)
    parts = [name, *([str(date)] if len(dates) > 1 else ()), *([line] if len(lines) > 1 else ())]
    return DayReader(tables, date, line).day(" ".join(str(part) for part in parts))
