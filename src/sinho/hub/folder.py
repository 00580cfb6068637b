"""Finds the tables of a hub in a folder of CSV files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from sinho.errors import Problem, nearest
from sinho.hub.cells import Raw
from sinho.hub.csvfile import read_csv, read_text
from sinho.hub.grid import Input, headings_below, meant, raw_table
from sinho.hub.places import PlacedProblem, about_table
from sinho.hub.scenario import Scenario
from sinho.hub.schema import HUB, NETWORK, TABLES, Layout, fields, meaning
from sinho.hub.text import python_column
from sinho.hub.toml import key_line, read_toml

SETTINGS = "hub.toml"
TABLE_LIKE = (".csv", ".tsv", ".txt", ".xls", ".xlsx", ".ods", ".toml", ".parquet")
"""Files that are taken for tables by mistake; any other file may lie beside the tables."""
SCENARIOS = "scenarios"


def read_folder(folder: Path, layout: Layout = HUB) -> Input:
    """Read the CSV files, ``hub.toml`` and scenarios of a folder.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder.
    layout : Layout
        What it may hold; only a hub has settings in ``hub.toml``.

    Returns
    -------
    Input
        Tables as text, and the problems of the files themselves.
    """
    known = layout.tables
    raws: dict[str, Raw] = {}
    problems: list[PlacedProblem] = []
    unread: set[str] = set()
    misspelt: set[str] = set()
    if "hub" in known:
        settings, issues = _settings(folder)
        problems += issues
        if settings is None:
            unread.add("hub")
        else:
            raws["hub"] = settings
    for path in sorted(folder.iterdir()):
        name = path.stem
        if _ignored(path, layout):
            continue
        if path.suffix.lower() != ".csv" or name not in known or name == "hub":
            problems.append(about_table(name, _unknown_file(path, layout)))
            misspelt |= meant(name, [other.stem for other in folder.glob("*.csv")])
            continue
        raw, issues = _table(path, name)
        problems += issues
        if raw is None:
            unread.add(name)
        else:
            raws[name] = raw
    for name in layout.required:
        if name != "hub" and name not in raws and name not in unread:
            others = [
                p.name for p in folder.iterdir() if p.stem not in known and not _ignored(p, layout)
            ]
            near = nearest(f"{name}.csv", others)
            hint = (
                f"{near} Rename it to {name}.csv."
                if near.startswith("Did")
                else f"A {layout.what} needs it: {meaning(name)}"
            )
            problem = Problem(f"{name}.csv", "the file is missing", hint=hint)
            problems.append(about_table(name, problem))
            unread.add(name)
    scenarios, issues = _scenarios(folder / SCENARIOS)
    return Input(raws, scenarios, problems + issues, frozenset(unread | misspelt), str(folder))


def folder_tables(
    folder: Path, names: Sequence[str]
) -> tuple[dict[str, Raw], list[PlacedProblem], frozenset[str]]:
    """Read some of the CSV files of a folder and pass over the others.

    Parameters
    ----------
    folder : pathlib.Path
        An existing folder.
    names : sequence of str
        Names of tables.

    Returns
    -------
    raws : dict of str to Raw
        The tables that were found.
    problems : list of PlacedProblem
        What is wrong with their files.
    unread : frozenset of str
        Tables whose files could not be read.
    """
    raws: dict[str, Raw] = {}
    problems: list[PlacedProblem] = []
    there = [name for name in names if (folder / f"{name}.csv").exists()]
    for name in there:
        raw, issues = _table(folder / f"{name}.csv", name)
        problems += issues
        if raw is not None:
            raws[name] = raw
    return raws, problems, frozenset(there) - raws.keys()


def _ignored(path: Path, layout: Layout) -> bool:
    name = path.name.casefold()
    return (
        name.startswith((".", "~$", "readme"))
        or name in (SETTINGS, SCENARIOS, "notes.md")
        or (
            path.is_dir()
            and path.suffix.lower() not in TABLE_LIKE
            and not nearest(name, [SCENARIOS]).startswith("Did")
        )
        or (path.is_file() and path.suffix.lower() not in TABLE_LIKE)
        or (layout is NETWORK and name.endswith(".xlsx") and _may_be_hub(path))
    )


def _may_be_hub(path: Path) -> bool:
    """Return whether a plant of the network beside a workbook may name it as its hub."""
    from sinho.hub.workbook import sheet_names

    sheets = sheet_names(path)
    return path.stem not in TABLES and (not sheets or "hub" in sheets)


def _unknown_file(path: Path, layout: Layout) -> Problem:
    known, what = layout.tables, layout.what
    if path.is_dir() and path.suffix.lower() not in TABLE_LIKE:
        rule = f"there is no such folder in a {what}"
        return Problem(path.name, rule, hint="Call it 'scenarios'.")
    if path.stem == "hub" and path.suffix.lower() == ".csv":
        hint = f"Settings of the hub stand in {SETTINGS}."
    elif path.suffix.lower() in (".xlsx", ".xls", ".tsv", ".txt") and path.stem in known:
        hint = f"Save it as {path.stem}.csv (CSV UTF-8, comma delimited)."
    else:
        near = nearest(path.stem, [name for name in known if name != "hub"])
        hint = (
            near
            if near.startswith("Did")
            else f"Take it out of the folder; a {what} holds "
            f"{'hub.toml, ' if 'hub' in known else ''}CSV tables and scenarios/."
        )
    return Problem(path.name, "there is no table of this name", hint=hint)


def _settings(folder: Path) -> tuple[Raw | None, list[PlacedProblem]]:
    path = folder / SETTINGS
    if not path.exists():
        hint = (
            "A hub folder needs it, with at least name, country, start and end. "
            "`sinho new` makes a hub to start from."
        )
        return None, [about_table("hub", Problem(SETTINGS, "the file is missing", hint=hint))]
    text, issues = read_text(path)
    if issues and not text:
        return None, [about_table("hub", problem) for problem in issues]
    values, problems = read_toml(text, SETTINGS)
    found = [about_table("hub", p, p.row or 0) for p in (*issues, *problems)]
    if problems:
        return None, found
    specs = fields("hub")
    cells, lines = {}, {}
    for key, value in values.items():
        line = key_line(text, key)
        if key not in specs:
            problem = Problem(
                SETTINGS, "there is no such setting", line, key, None, nearest(key, specs)
            )
            found.append(about_table("hub", problem, line or 0))
        elif isinstance(value, dict):
            problem = Problem(SETTINGS, "must be one value", line, key, None, specs[key].meaning)
            found.append(about_table("hub", problem, line or 0))
        else:
            cells[key] = value
            lines[key] = line or 1
    missing = frozenset(name for name, spec in specs.items() if spec.required and name not in cells)
    for name in sorted(missing):
        rule = "the setting is missing"
        hint = f"Add a line {name} = ...: {specs[name].meaning}"
        found.append(about_table("hub", Problem(SETTINGS, rule, None, name, None, hint)))
    columns = [python_column(key, [value]) for key, value in cells.items()]
    frame = pl.DataFrame(columns or [pl.Series("name", [None], dtype=pl.String)])
    return Raw("hub", SETTINGS, frame, missing=missing, lines=lines), found


def _table(path: Path, name: str) -> tuple[Raw | None, list[PlacedProblem]]:
    grid, issues = read_csv(path)
    found = [about_table(name, problem, problem.row or 0) for problem in issues]
    if grid is None:
        return None, found
    below = headings_below(path.name, name, grid)
    if below is not None:
        return None, [*found, about_table(name, below, grid.head)]
    raw, problems = raw_table(name, path.name, grid)
    return raw, found + problems


def _scenarios(folder: Path) -> tuple[dict[str, Scenario], list[PlacedProblem]]:
    scenarios: dict[str, Scenario] = {}
    found: list[PlacedProblem] = []
    if not folder.is_dir():
        return scenarios, found
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "~$")) or path.suffix.lower() == ".md":
            continue
        where = f"{SCENARIOS}/{path.name}"
        if path.suffix.lower() != ".toml":
            problem = Problem(where, "this is no scenario", hint="Scenarios are files NAME.toml.")
            found.append(about_table(SCENARIOS, problem))
            continue
        text, issues = read_text(path, where)
        if issues and not text:
            found += [about_table(SCENARIOS, problem) for problem in issues]
            continue
        scenario, problems = Scenario.from_toml(text, path.stem, where)
        found += [about_table(SCENARIOS, problem) for problem in (*issues, *problems)]
        scenarios[path.stem] = scenario
    return scenarios, found
