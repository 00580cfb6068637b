"""Writes a hub as a folder of CSV files with ``hub.toml``, or as an Excel workbook."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from sinho.hub.csvfile import no_formulas
from sinho.hub.files import write_folder
from sinho.hub.hub import Hub
from sinho.hub.scenario import Scenario
from sinho.hub.schema import HUB_TABLES, NEEDED, TABLES, Field, empty, fields, layout_of
from sinho.hub.text import render
from sinho.hub.toml import toml_value

SETTINGS = "hub.toml"
SCENARIOS = "scenarios"


def write_hub(hub: Hub, path: str | Path, *, force: bool = False) -> Path:
    """Write a hub so that `read_hub` reads an equal one back.

    Parameters
    ----------
    hub : Hub
        The hub.
    path : str or pathlib.Path
        A workbook if it ends in ``.xlsx``, else a folder.
    force : bool
        Whether an existing workbook, or the hub's files in an existing folder, are replaced.
        Other files in the folder stay.

    Returns
    -------
    pathlib.Path
        What was written.

    Raises
    ------
    FileExistsError
        When the target exists and ``force`` is false.
    DataError
        When a text is too long for a cell of a workbook.

    Notes
    -----
    A new folder or workbook appears whole or not at all. The same hub gives the same bytes. Where
    a network is written into another folder, the paths to the hubs behind its plants are changed so
    that they lead there still.
    """
    path = Path(path)
    if hub["plants"].height:
        hub = _led(hub, path.parent if path.suffix.lower() == ".xlsx" else path)
    if path.suffix.lower() == ".xlsx":
        from sinho.hub.excel import write_workbook

        own = {name: hub[name] for name in layout_of(hub.tables).tables}
        return write_workbook(own, path, scenarios=hub.scenarios, force=force)
    names = [name for name in layout_of(hub.tables).tables if _is_written(hub, name)]
    files = {f"{name}.csv": csv_text(name, hub[name]) for name in names}
    if hub["hub"].height:
        files[SETTINGS] = _settings(hub["hub"])
    for name, scenario in hub.scenarios.items():
        files[f"{SCENARIOS}/{name}.toml"] = scenario.to_toml()
    return _write_folder(files, path, force)


def _led(network: Hub, folder: Path) -> Hub:
    """Return a network whose paths lead from another folder to the hubs that are there."""
    here, there = network.folder.resolve(), folder.resolve()
    if here == there:
        return network

    def led(name: Any) -> Any:
        if isinstance(name, list):
            return [led(one) for one in name]
        if not name or Path(name).is_absolute() or not network.beside(name).exists():
            return name
        try:
            return Path(os.path.relpath(network.beside(name).resolve(), there)).as_posix()
        except ValueError:  # on another drive
            return str(network.beside(name).resolve())

    def changed(row: Mapping[str, Any]) -> Mapping[str, Any]:
        return {key: led(value) if key == "hub" else value for key, value in row.items()}

    def of(scenario: Scenario) -> Scenario:
        changes = tuple(
            replace(
                one,
                where=changed(one.where),
                set=changed(one.set),
                insert=tuple(changed(row) for row in one.insert),
            )
            if one.table == "plants"
            else one
            for one in scenario.changes
        )
        return (
            scenario if changes == scenario.changes else replace(scenario, changes=changes, text="")
        )

    paths = pl.Series("hub", [led(name) for name in network["plants"]["hub"]], dtype=pl.String)
    tables = {**network.tables, "plants": network["plants"].with_columns(paths)}
    scenarios = {name: of(one) for name, one in network.scenarios.items()}
    return replace(network, tables=tables, scenarios=scenarios, checked=None)


def write_blank(path: str | Path, *, force: bool = False) -> Path:
    """Write a hub without figures: headings of every table, to be filled in.

    Parameters
    ----------
    path : str or pathlib.Path
        A workbook if it ends in ``.xlsx``, else a folder.
    force : bool
        As for `write_hub`.

    Returns
    -------
    pathlib.Path
        What was written.

    Raises
    ------
    FileExistsError
        When the target exists and ``force`` is false.
    """
    path = Path(path)
    tables = {name: empty(name) for name in HUB_TABLES}
    if path.suffix.lower() == ".xlsx":
        from sinho.hub.excel import write_workbook

        return write_workbook(tables, path, scenarios={}, force=force)
    files = {f"{name}.csv": csv_text(name, tables[name]) for name in HUB_TABLES if name != "hub"}
    files[SETTINGS] = _settings(tables["hub"])
    return _write_folder(files, path, force)


def _is_written(hub: Hub, name: str) -> bool:
    return name != "hub" and (name in NEEDED or hub[name].height > 0)


def csv_text(name: str, table: pl.DataFrame) -> str:
    """Return a table as CSV text; a byte order mark tells Excel of letters beyond ASCII.

    Parameters
    ----------
    name : str
        Name of a table of the data dictionary.
    table : polars.DataFrame
        The table, typed.

    Returns
    -------
    str
        A heading, then one line for each row.
    """
    specs = fields(name).values()
    texts = pl.DataFrame([render(table[field.name], field) for field in specs])
    named = [field.name for field in specs if field.kind in ("text", "list")]
    shielded = no_formulas(texts.select(named))
    text = texts.with_columns(shielded).write_csv(line_terminator="\n")
    return text if text.isascii() else "\ufeff" + text


def _settings(table: pl.DataFrame) -> str:
    """Return the settings as TOML, each with its meaning as a comment."""
    row = table.row(0, named=True) if table.height else {}
    lines = []
    for name, field in fields("hub").items():
        lines.append(f"# {field.meaning}{_about(field)}")
        if row.get(name) is not None:
            value = render(table[name], field)[0] if field.kind == "month" else row[name]
            lines.append(f"{name} = {toml_value(value)}")
        elif field.required and not row:
            lines.append(f'{name} = ""')
        else:
            lines.append(f"# {name} =")
    return "\n".join(lines) + "\n"


def _about(field: Field) -> str:
    parts = [] if field.unit == "-" else [field.unit]
    if field.default is not None:
        parts.append(f"default {toml_value(field.default)}")
    return f" ({', '.join(parts)})" if parts else ""


def _write_folder(files: dict[str, str], path: Path, force: bool) -> Path:
    """Write a hub's files; files of tables and scenarios that it has no more are removed."""
    write_folder(path, files, force=force)
    scenarios = path / SCENARIOS
    for old in [*path.glob("*.csv"), *scenarios.glob("*.toml")]:
        known = old.parent == scenarios or old.stem in TABLES
        if known and old.relative_to(path).as_posix() not in files:
            old.unlink()
    if scenarios.is_dir() and not any(scenarios.iterdir()):
        scenarios.rmdir()
    return path
