"""Writes days as sinho's own tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from sinho.days.check import check_day
from sinho.days.day import CAR, Day
from sinho.days.rules import (
    Changeover,
    Changes,
    Forbidden,
    Frozen,
    Maximum,
    Overload,
    Pinned,
    Ratio,
    Rule,
    RunLength,
    Spread,
    Windows,
)
from sinho.errors import DataError, Problem
from sinho.hub.cells import Raw
from sinho.hub.check import check_tables
from sinho.hub.excel import write_workbook
from sinho.hub.files import write_folder
from sinho.hub.rules.sequence import ATTRIBUTES, EQUALS, attribute_names
from sinho.hub.schema import HARD, LIST_SEPARATOR, SEQUENCE, TABLES, empty, fields
from sinho.hub.write import csv_text

Row = dict[str, Any]


def write_tables(day: Day, path: Path, *, force: bool) -> Path:
    """Write a day as a workbook, or as a folder of CSV files.

    Parameters
    ----------
    day : Day
        The day.
    path : pathlib.Path
        A workbook if it ends in ``.xlsx``, else a folder.
    force : bool
        Whether what is there is replaced.

    Returns
    -------
    pathlib.Path
        What was written.

    Raises
    ------
    FileExistsError
        When it exists and ``force`` is false.
    DataError
        When a name cannot be held by a table.
    """
    tables = tables_of(day)
    if path.suffix.lower() == ".xlsx":
        return write_workbook(tables, path, scenarios=None, force=force)
    texts = {
        f"{name}.csv": csv_text(name, frame)
        for name, frame in tables.items()
        if frame.height or force
    }
    return write_folder(path, texts, force=force)


def tables_of(day: Day) -> dict[str, pl.DataFrame]:
    """Return a day as sinho's own tables.

    Parameters
    ----------
    day : Day
        The day.

    Returns
    -------
    dict of str to polars.DataFrame
        The tables of ``sinho.hub.schema.SEQUENCE``, typed, from which the same day is read.

    Raises
    ------
    DataError
        When the day is wrong by itself, or a name cannot be held by a table, such as the name of
        an option with a semicolon.
    """
    check_day(day)
    details: dict[str, list[Row]] = {"changeovers": [], "operations": [], "car_windows": []}
    rows = {
        "options": [{"option": name} for name in day.options],
        "cars": _cars(day),
        "sequence_levels": [
            {"level": level, "weight": weight}
            for level, weight in zip(
                day.levels, day.weights or [None] * len(day.levels), strict=True
            )
        ],
        "sequence_rules": [_rule(day, rule, details) for rule in day.rules],
        **details,
    }
    tables = {name: _typed(name, rows[name]) for name in SEQUENCE}
    _hold_or_refuse(tables)
    _attributes_or_refuse(day, tables["cars"])
    return tables


def _typed(name: str, rows: list[Row]) -> pl.DataFrame:
    """Return rows as a table with the columns and types of the data dictionary, and defaults."""
    columns = []
    for field in fields(name).values():
        values = [row.get(field.name, field.default) for row in rows]
        columns.append(pl.Series(field.name, values, dtype=field.dtype))
    return pl.DataFrame(columns) if rows else empty(name)


def _cars(day: Day) -> list[Row]:
    """Return the cars before the day, the last at position 0, then the day's from 1 on."""
    first = 1 - day.previous.height
    place = {"date": _date(day.date), "line": day.line or None}
    further = [name for name in day.attributes if name not in ATTRIBUTES]
    records = [
        *day.previous.iter_rows(named=True),
        *day.cars.iter_rows(named=True),
    ]
    return [
        {
            CAR: record[CAR],
            **place,
            "position": position,
            **{name: record[name] or None for name in day.attributes if name in ATTRIBUTES},
            "further": _list(f"{name}{EQUALS}{record[name]}" for name in further if record[name]),
            "options": _list(name for name in day.options if record[name]),
        }
        for position, record in enumerate(records, first)
    ]


def _list(names: Iterable[str]) -> str | None:
    return LIST_SEPARATOR.join(names) or None


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _rule(day: Day, rule: Rule, details: dict[str, list[Row]]) -> Row:
    """Return the row of a rule; what it names one by one goes into other tables."""
    level = HARD if rule.level is None else day.levels[rule.level]
    row: Row = {"rule": rule.name, "level": level, "weight": rule.weight}
    match rule:
        case Ratio():
            row |= {
                "kind": "ratio",
                "option": rule.option,
                "most": rule.most,
                "window": rule.window,
                "whole_windows": not rule.shortened,
                "from_place": rule.first,
                "to_place": rule.last,
            }
        case Changes():
            row |= {"kind": "changes", "attribute": rule.attribute}
        case RunLength():
            row |= {"kind": "run", "attribute": rule.attribute, "value": rule.value}
            row |= {"least": rule.least, "most": rule.most}
        case Spread():
            row |= {"kind": "spread", "option": rule.option}
        case Forbidden():
            row |= {"kind": "forbidden", "attribute": rule.attribute}
            details["changeovers"] += [
                {"rule": rule.name, "before": before, "behind": behind}
                for before, behind in rule.pairs
            ]
        case Changeover():
            row |= {"kind": "changeover", "attribute": rule.attribute, "cost": rule.default}
            details["changeovers"] += [
                {"rule": rule.name, "before": before, "behind": behind, "cost": cost}
                for before, behind, cost in rule.costs
            ]
        case Maximum():
            row |= {"kind": "maximum", "option": rule.option, "most": rule.most, "per": rule.per}
        case Overload():
            row |= {"kind": "overload", "base": rule.base}
            row |= {"takt": rule.takt, "length": rule.length}
            first, last = rule.slow or (None, None)
            row |= {"from_place": first, "to_place": last}
            details["operations"] += [
                {"rule": rule.name, "option": option, "minutes": minutes}
                for option, minutes in rule.times
            ]
        case Windows():
            row |= {"kind": "window"}
            details["car_windows"] += [
                {"rule": rule.name, CAR: car, "earliest": early, "latest": late}
                for car, early, late in rule.windows
            ]
        case Pinned():
            row |= {"kind": "pinned"}
            details["car_windows"] += [
                {"rule": rule.name, CAR: car, "earliest": place, "latest": place}
                for car, place in rule.pins
            ]
        case Frozen():
            row |= {"kind": "frozen", "first": rule.first}
    return row


def _hold_or_refuse(tables: dict[str, pl.DataFrame]) -> None:
    """Refuse what would be read back otherwise."""
    raws = {name: Raw(name, f"table {name}", frame) for name, frame in tables.items()}
    checked, found = check_tables(raws, frozenset(TABLES) - set(SEQUENCE))
    wrong = [item.problem for item in found if item.problem.severity == "error"]
    if not wrong:
        for name, frame in tables.items():
            for column in frame.iter_columns():
                changed = ~column.eq_missing(checked.tables[name][column.name])
                if changed.any():
                    index = int(changed.arg_true()[0])
                    rule = "a cell of a table cannot hold this name as it is"
                    hint = "Names have no outer blanks, control signs, or signs that part lists."
                    where, value = f"table {name}", str(column[index])
                    wrong.append(Problem(where, rule, index + 2, column.name, value, hint))
    if wrong:
        raise DataError(wrong)


def _attributes_or_refuse(day: Day, cars: pl.DataFrame) -> None:
    """Refuse attributes of which no car has a value: nothing in the tables would name them."""
    pinned = attribute_names(cars)
    rule = "no car has a value of this attribute, so no table can hold it"
    lost = [Problem("cars", rule, column=name) for name in day.attributes if name not in pinned]
    if lost:
        raise DataError(lost)
