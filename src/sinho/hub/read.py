"""Reads a hub from a folder, a workbook or Python tables, and reports every problem at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.hub.apply import applied
from sinho.hub.cells import Raw
from sinho.hub.check import check_tables
from sinho.hub.folder import folder_tables, read_folder
from sinho.hub.grid import Input, headings
from sinho.hub.hub import Hub
from sinho.hub.places import PlacedProblem, about_table, table_order
from sinho.hub.scenario import Scenario, scenario_problems
from sinho.hub.schema import HUB, NETWORK, TABLES, Layout, empty
from sinho.hub.text import python_column

TableLike = pl.DataFrame | Sequence[Mapping[str, Any]] | Mapping[str, Any]


def read_hub(path: str | Path) -> Hub:
    """Read a hub from a folder of CSV files with ``hub.toml``, or from an Excel workbook.

    Parameters
    ----------
    path : str or pathlib.Path
        The folder, or the workbook ending in ``.xlsx``.

    Returns
    -------
    Hub
        With every table typed and checked.

    Raises
    ------
    DataError
        With every error of the input; `check_hub` lists the warnings too.
    """
    return _without_errors(*_read(Path(path)))


def read_network(path: str | Path) -> Hub:
    """Read a network of plants from a folder of CSV files or from an Excel workbook.

    Parameters
    ----------
    path : str or pathlib.Path
        The folder, or the workbook ending in ``.xlsx``.

    Returns
    -------
    Hub
        Without the tables of a hub; with those of `sinho.hub.schema.NETWORK_TABLES` and the
        scenarios, which are applied as those of a hub.

    Raises
    ------
    DataError
        With every error of the input.
    """
    return doubted_network(path)[0]


def doubted_network(path: str | Path) -> tuple[Hub, tuple[Problem, ...]]:
    """Read a network as `read_network` does, and return its warnings with it."""
    network, problems = _read(Path(path), NETWORK)
    return _without_errors(network, problems), problems


def holds_network(path: Path) -> bool:
    """Return whether a folder or workbook is that of a network of plants."""
    return _holds(path, "network", "plants")


def _holds(path: Path, *tables: str) -> bool:
    """Return whether a folder or workbook has one of some tables."""
    if path.is_dir():
        return any(
            (path / f"{name}{end}").is_file() for name in tables for end in (".csv", ".toml")
        )
    if path.suffix.lower() not in (".xlsx", ".xlsm"):
        return False
    from sinho.hub.workbook import sheet_names

    return bool({*tables} & {*sheet_names(path)})


def _mistaken(path: Path, layout: Layout) -> Problem | None:
    """Say that a hub was given for a network, or the other way round."""
    hub, network = _holds(path, "hub"), holds_network(path)
    if layout is NETWORK and hub and not network:
        rule = "this is a hub, not a network of plants"
        hint = "`sinho plan` plans it; `sinho new DIR --from alliances` makes a network."
    elif layout is HUB and network and not hub:
        rule = "this is a network of plants, not a hub"
        hint = "`sinho source` plans it; `sinho new` makes a hub."
    else:
        return None
    return Problem(path.name or str(path), rule, hint=hint)


def _without_errors(hub: Hub | None, problems: Sequence[Problem]) -> Hub:
    if hub is None:
        raise DataError(errors_of(problems))
    return hub


@dataclass(frozen=True)
class Part:
    """Some tables of a folder or workbook.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        Every table of the data dictionary; without rows where it was not read.
    problems : tuple of Problem
        All errors and warnings, in the order of the input.
    raws : mapping of str to Raw
        The tables that were found, as they were found.
    """

    tables: Mapping[str, pl.DataFrame]
    problems: tuple[Problem, ...]
    raws: Mapping[str, Raw]

    def place(self, table: str, index: int | None) -> tuple[str, int | None]:
        """Return the file or sheet of a record, and its row as a spreadsheet numbers it."""
        raw = self.raws.get(table)
        if raw is None or index is None:
            return (f"table {table}" if raw is None else raw.where), None
        return raw.where, index + 2 if raw.rows is None else int(raw.rows[index])


def read_part(path: Path, names: Sequence[str], beside: Sequence[str] = ()) -> Part:
    """Read some tables of a folder or workbook, whatever else it holds.

    Parameters
    ----------
    path : pathlib.Path
        An existing folder of CSV files, or a workbook ending in ``.xlsx``.
    names : sequence of str
        Names of tables of the data dictionary.
    beside : sequence of str
        Names of tables by which these are judged; what is wrong with them is not told here.

    Returns
    -------
    Part
        The tables, checked by themselves and against each other.
    """
    wanted = [*names, *beside]
    if path.is_dir():
        raws, problems, unread = folder_tables(path, wanted)
    else:
        from sinho.hub.workbook import workbook_tables

        raws, problems, unread = workbook_tables(path, wanted)
    others = frozenset(TABLES) - set(wanted)
    checked, issues = check_tables(raws, unread | others)
    own = {table_order(name) for name in TABLES} - {table_order(name) for name in beside}
    said = [item for item in (*problems, *issues) if item.order[0] in own]
    found = sorted(said, key=lambda item: item.order)
    return Part(checked.tables, tuple(dict.fromkeys(item.problem for item in found)), raws)


def check_hub(path: str | Path) -> tuple[Hub | None, tuple[Problem, ...]]:
    """Read a hub, apply each of its scenarios, and return every error and warning.

    Parameters
    ----------
    path : str or pathlib.Path
        The folder, or the workbook ending in ``.xlsx``; or those of a network of plants.

    Returns
    -------
    hub : Hub or None
        None where there are errors in the hub itself.
    problems : tuple of Problem
        In the order of the input; those of scenarios last.
    """
    path = Path(path)
    hub, problems = _read(path, NETWORK if holds_network(path) else HUB)
    if hub is None:
        return None, problems
    known = {(problem.rule, problem.column, problem.value) for problem in problems}
    more: dict[Problem, None] = {}
    for name in hub.scenarios:
        try:
            _, found = applied(hub, name)
        except DataError as error:
            found = list(error.problems)
        for problem in found:
            new = (problem.rule, problem.column, problem.value) not in known
            if problem.severity == "error" or new:
                more[problem] = None
    return hub, (*problems, *more)


def hub_from_tables(
    tables: Mapping[str, TableLike], scenarios: Mapping[str, Scenario | str] | None = None
) -> Hub:
    """Make a hub of tables held in Python; defaults are filled in and every rule is checked.

    Parameters
    ----------
    tables : mapping of str to table
        By name, each a Polars frame, a list of dicts (rows), or a dict of lists (columns); table
        ``hub`` may be a plain dict of settings. Months may be dates or text such as ``2026-03``.
    scenarios : mapping of str to Scenario or str, optional
        Scenarios, or their TOML text, by name.

    Returns
    -------
    Hub
        The checked hub.

    Raises
    ------
    DataError
        With every error; rows are counted as a spreadsheet would (the heading is row 1).
    """
    return _from_tables(tables, scenarios, HUB)


def network_from_tables(
    tables: Mapping[str, TableLike], scenarios: Mapping[str, Scenario | str] | None = None
) -> Hub:
    """Make a network of plants of tables held in Python, as `hub_from_tables` makes a hub.

    Raises
    ------
    DataError
        With every error.
    """
    return _from_tables(tables, scenarios, NETWORK)


def _from_tables(
    tables: Mapping[str, TableLike],
    scenarios: Mapping[str, Scenario | str] | None,
    layout: Layout,
) -> Hub:
    raws: dict[str, Raw] = {}
    problems: list[PlacedProblem] = []
    for name, table in tables.items():
        if name not in layout.tables:
            if name in TABLES and not len(table):
                continue
            near = nearest(name, layout.tables)
            problem = Problem(f"table {name}", "there is no such table", hint=near)
            problems.append(about_table(name, problem))
            continue
        where = f"table {name}"
        frame = _frame(table)
        if not frame.width:
            frame = empty(name)
        columns, issues, missing = headings(name, where, frame.columns)
        problems += issues
        cells = frame.select([pl.nth(old).alias(new) for old, new in columns.items()])
        raws[name] = Raw(name, where, cells, missing=missing)
    for name in layout.required:
        if name not in tables:
            problem = Problem(f"table {name}", "the table is missing", hint=f"Give table {name!r}.")
            problems.append(about_table(name, problem))
    made: dict[str, Scenario] = {}
    for name, scenario in (scenarios or {}).items():
        if isinstance(scenario, str):
            scenario, issues_ = Scenario.from_toml(scenario, name)
        else:
            scenario = replace(scenario, name=name)
            issues_ = scenario_problems(scenario)
        problems += [about_table("scenarios", issue) for issue in issues_]
        made[name] = scenario
    missing_tables = frozenset(name for name in layout.required if name not in tables)
    given = Input(raws, made, problems, missing_tables, "")
    return _without_errors(*_assemble(given, layout))


def errors_of(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Return the problems that refuse the input."""
    return tuple(problem for problem in problems if problem.severity == "error")


def _frame(table: TableLike) -> pl.DataFrame:
    if isinstance(table, pl.DataFrame):
        return table
    columns: dict[str, list[object]] = {}
    if isinstance(table, Mapping):
        one = not any(isinstance(value, list | tuple | pl.Series) for value in table.values())
        columns = {str(key): [v] if one else list(v) for key, v in table.items()}
    else:
        names = dict.fromkeys(str(key) for row in table for key in row)
        columns = {name: [row.get(name) for row in table] for name in names}
    return pl.DataFrame([python_column(name, values) for name, values in columns.items()])


def _read(path: Path, layout: Layout = HUB) -> tuple[Hub | None, tuple[Problem, ...]]:
    where = path.name or str(path)
    mistaken = _mistaken(path, layout)
    if mistaken is not None:
        return None, (mistaken,)
    if path.is_dir():
        return _assemble(read_folder(path, layout), layout)
    if not path.exists():
        near = nearest(path.name, [p.name for p in path.absolute().parent.glob("*")])
        hint = near if near.startswith("Did") else "Check the path; `sinho new` makes a hub."
        return None, (Problem(str(path), "there is no such folder or workbook", hint=hint),)
    if path.suffix.lower() in (".xlsx", ".xlsm"):
        from sinho.hub.workbook import read_workbook

        return _assemble(read_workbook(path, layout), layout)
    first = "hub.toml" if layout is HUB else "network.csv"
    hint = f"Give a folder with {first} and CSV files, or one workbook ending in .xlsx."
    if path.name == "hub.toml" or path.suffix.lower() == ".csv":
        hint = f"Give the folder that holds it: {path.parent}."
    if path.suffix.lower() == ".xls":
        hint = "Save the workbook as .xlsx (Excel Workbook)."
    return None, (Problem(where, "this is neither a folder nor an .xlsx workbook", hint=hint),)


def _assemble(given: Input, layout: Layout) -> tuple[Hub | None, tuple[Problem, ...]]:
    others = frozenset(TABLES) - frozenset(layout.tables)
    checked, issues = check_tables(given.raws, given.unread | others)
    problems = tuple(
        dict.fromkeys(
            item.problem for item in sorted([*given.problems, *issues], key=lambda f: f.order)
        )
    )
    if any(problem.severity == "error" for problem in problems):
        return None, problems
    return Hub(checked.tables, given.scenarios, given.origin, checked), problems
