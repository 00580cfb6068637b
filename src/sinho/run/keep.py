"""Keeps results in a run's folder: whole or not at all, the same bytes for the same result.

A result is a folder: ``record.json`` with its figures and a checksum of each of its files, and a
Parquet file for each of its tables. What is read is what was kept, or `Damaged` names the file.
Wall times are left out; ``run.json`` has them.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import polars as pl

from sinho.errors import Damaged, as_typed
from sinho.hub.files import write_folder
from sinho.hub.lines import ONE_LINE
from sinho.hub.sealed import read_bytes, read_sealed, sealed
from sinho.results.orders import ORDER_SCHEMA

T = TypeVar("T")
WORK, KEPT, RECORD = "stages", "kept", "record.json"
"""The folders of what a run and a plan keep, and the file of each result's figures."""

TIMED = ("seconds", "seconds_build", "seconds_solve", "solver_seconds")
"""Fields, columns and figures that hold wall times."""

OF_LINE = {
    **{"days": "date", "before": "order", "lines": "date"},
    **{
        f"{slots}.{table}": beside
        for slots in ("slots", "former")
        for beside, tables in (
            ("date", ("slots", "days", "mix", "options", "colours")),
            ("period", ("counters",)),
        )
        for table in tables
    },
    **dict.fromkeys(("needs.uses", "calls.takts", "replaced.takts"), "date"),
}
"""Tables of a run that name a line, and a column beside which they do. Where a release before
lines were known kept them, they are of its one line."""

OF_ANY_LINE = {"slots.fair_share": "week", "former.fair_share": "week"}
"""The same of tables that then speak of no line."""

BANK = "orders.table"
"""The order bank: its orders may ask for a line."""

DAY, MOMENT = "date:", "time:"
"""What dates and moments begin with in a record, so that they are read back as such."""


def save(folder: Path, results: Mapping[str, Any], facts: Mapping[str, Any] | None = None) -> None:
    """Write results into a folder that appears whole.

    Parameters
    ----------
    folder : pathlib.Path
        The folder; one that is there already is left as it is.
    results : mapping of str to object
        Frozen results by name: fields may be tables, mappings of tables, or plain values. A table
        may also stand by itself, and a mapping of plain values.
    facts : mapping of str to object, optional
        Key figures of how it was found.

    Raises
    ------
    TypeError
        For a result that is none of these.
    """
    if folder.exists():
        return
    record: dict[str, Any] = {}
    tables: dict[str, bytes] = {}
    for name, result in results.items():
        if isinstance(result, pl.DataFrame):
            tables[name] = _parquet(result)
        elif isinstance(result, Mapping):
            record[name] = _plain(result)
        elif is_dataclass(result):
            record[name] = _fields(tables, name, result)
        else:
            raise TypeError(f"{type(result).__name__} is no result that can be kept")
    files = {f"{name}.parquet": content for name, content in tables.items()}
    document = {
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
        "facts": {name: _plain(fact) for name, fact in (facts or {}).items() if name not in TIMED},
        "results": record,
    }
    write_folder(folder, {**files, RECORD: sealed(document)}, force=False)


def _fields(tables: dict[str, bytes], name: str, result: Any) -> dict[str, Any]:
    """Add the tables of a result; return what is left of it."""
    kept: dict[str, Any] = {}
    for one in fields(result):
        value = getattr(result, one.name)
        if one.name in TIMED:
            continue
        if isinstance(value, pl.DataFrame):
            tables[f"{name}.{one.name}"] = _parquet(value)
        elif isinstance(value, Mapping) and any(
            isinstance(v, pl.DataFrame) for v in value.values()
        ):
            kept[one.name] = list(value)
            for key, table in value.items():
                tables[f"{name}.{one.name}.{key}"] = _parquet(table)
        else:
            kept[one.name] = _plain(value)
    return kept


def _plain(value: Any) -> Any:
    if isinstance(value, dt.datetime):
        return MOMENT + value.isoformat()
    if isinstance(value, dt.date):
        return DAY + value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _parquet(table: pl.DataFrame) -> bytes:
    untimed = [column for column in table.columns if column not in TIMED]
    content = io.BytesIO()
    table.select(untimed).write_parquet(content, compression="zstd")
    return content.getvalue()


def load(folder: Path, name: str, kind: type[T]) -> T:
    """Read a result back.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of `save`.
    name : str
        Name of the result.
    kind : type
        Its class.

    Returns
    -------
    object
        The result; its wall times are 0.

    Raises
    ------
    Damaged
        When a file of it is missing, or is not as it was written.
    """
    record = record_in(folder)
    if kind is pl.DataFrame:
        return cast(T, _table(folder, record, name))
    kept = record["results"][name]
    values: dict[str, Any] = {}
    there = tables_in(record)
    for one in fields(cast(Any, kind)):
        if one.name in TIMED:
            values[one.name] = 0.0
        elif f"{name}.{one.name}" in there:
            values[one.name] = _table(folder, record, f"{name}.{one.name}")
        elif one.name in kept:
            value = kept[one.name]
            tables = [f"{name}.{one.name}.{key}" for key in _names(value)]
            if tables and there.issuperset(tables):
                values[one.name] = {
                    key: _table(folder, record, table)
                    for key, table in zip(value, tables, strict=True)
                }
            else:
                values[one.name] = _typed(value)
    return kind(**values)


def tables_in(record: Mapping[str, Any]) -> set[str]:
    """Return the names of the tables that a record has."""
    return {name.removesuffix(".parquet") for name in record["files"]}


def record_in(folder: Path) -> dict[str, Any]:
    """Read the record of a kept result: ``files`` with checksums, ``facts``, ``results``.

    Raises
    ------
    Damaged
        When it is missing, or is not as it was written.
    """
    record: dict[str, Any] = read_sealed(folder / RECORD, _hint(folder))
    return record


def content_of(folder: Path, record: Mapping[str, Any], table: str) -> bytes:
    """Read the file of a table as it was kept.

    Raises
    ------
    Damaged
        When it is missing, or is not as it was written.
    """
    name = f"{table}.parquet"
    content = read_bytes(folder / name, _hint(folder))
    if hashlib.sha256(content).hexdigest() != record["files"].get(name):
        how = "its content is not what was written (the checksum differs)"
        raise Damaged(folder / name, how, _hint(folder))
    return content


def check(folder: Path) -> None:
    """Read all files of a kept result.

    Raises
    ------
    Damaged
        Naming one that is missing, or is not as it was written.
    """
    record = record_in(folder)
    for table in sorted(tables_in(record)):
        content_of(folder, record, table)


def _table(folder: Path, record: Mapping[str, Any], name: str) -> pl.DataFrame:
    return _with_line(name, pl.read_parquet(io.BytesIO(content_of(folder, record, name))))


def _with_line(name: str, table: pl.DataFrame) -> pl.DataFrame:
    """Return a table with the columns of lines that a release before them did not keep."""
    there = table.columns
    if name == BANK and "order" in there and not {"line", "former_line"} <= {*there}:
        lacks = [pl.lit(None, ORDER_SCHEMA[one]).alias(one) for one in ("line", "former_line")]
        return table.with_columns(lacks).select(list(ORDER_SCHEMA))
    for tables, line in ((OF_LINE, ONE_LINE), (OF_ANY_LINE, None)):
        if tables.get(name) in there and "line" not in there:
            return table.with_columns(pl.lit(line, pl.String).alias("line"))
    return table


def _hint(folder: Path) -> str:
    """Say what to do where a kept file is damaged."""
    runs = [path.parent for path in (folder, *folder.parents) if path.name == WORK]
    if runs:
        return f"`sinho run --resume {as_typed(runs[0])}` makes it again."
    plans = [path.parent for path in (folder, *folder.parents) if path.name == KEPT]
    return f"`sinho plan HUB --out {as_typed(plans[0])}` makes it again." if plans else ""


def _names(value: Any) -> list[str]:
    listed = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return value if listed else []


def _typed(value: Any) -> Any:
    """Turn lists back into tuples and marked text into dates."""
    if isinstance(value, list):
        return tuple(_typed(item) for item in value)
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items()}
    if isinstance(value, str) and value.startswith(DAY):
        return dt.date.fromisoformat(value[len(DAY) :])
    if isinstance(value, str) and value.startswith(MOMENT):
        return dt.datetime.fromisoformat(value[len(MOMENT) :])
    return value


def swept(folder: Path, names: Iterable[str]) -> None:
    """Remove what a killed run left half written.

    Parameters
    ----------
    folder : pathlib.Path
        The run's folder.
    names : iterable of str
        Files and folders in it that the run writes; what else is hidden there stays.
    """
    for name in names:
        stem = re.escape(Path(name).stem)
        half = re.compile(rf"\.{stem}-[a-z0-9_]{{8}}(\.\w+)?")
        for path in [path for path in folder.iterdir() if half.fullmatch(path.name)]:
            deleted(path)
        if (folder / name).is_dir():
            for path in sorted((folder / name).rglob(".*-*"), reverse=True):
                deleted(path)


def deleted(path: Path) -> None:
    """Delete a file, or a folder with all that is in it."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
