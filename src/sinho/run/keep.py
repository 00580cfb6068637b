"""Keeps results in a run's folder: whole or not at all, the same bytes for the same result.

A result is a folder: ``record.json`` with its figures, and a Parquet file for each of its tables.
Wall times are left out; ``run.json`` has them.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, cast

import polars as pl

T = TypeVar("T")
RECORD = "record.json"
TIMED = ("seconds", "seconds_build", "seconds_solve")
"""Fields and columns that hold wall times."""

DAY = "date:"
"""What dates begin with in a record, so that they are read back as dates."""


def save(folder: Path, results: Mapping[str, Any]) -> None:
    """Write results into a folder that appears whole.

    Parameters
    ----------
    folder : pathlib.Path
        The folder; one that is there already is left as it is.
    results : mapping of str to object
        Frozen results by name: fields may be tables, mappings of tables, or plain values. A table
        may also stand by itself.

    Raises
    ------
    TypeError
        For a result that is neither a table nor a dataclass.
    """
    if folder.exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        staged.chmod(0o755)
        record: dict[str, Any] = {}
        for name, result in results.items():
            if isinstance(result, pl.DataFrame):
                _table(staged, name, result)
            elif is_dataclass(result):
                record[name] = _fields(staged, name, result)
            else:
                raise TypeError(f"{type(result).__name__} is no result that can be kept")
        text = json.dumps(record, indent=1, ensure_ascii=False)
        (staged / RECORD).write_text(text + "\n", encoding="utf-8")
        staged.rename(folder)
    finally:
        if staged.exists():
            shutil.rmtree(staged)


def _fields(folder: Path, name: str, result: Any) -> dict[str, Any]:
    """Write the tables of a result; return what is left of it."""
    kept: dict[str, Any] = {}
    for one in fields(result):
        value = getattr(result, one.name)
        if one.name in TIMED:
            continue
        if isinstance(value, pl.DataFrame):
            _table(folder, f"{name}.{one.name}", value)
        elif isinstance(value, Mapping) and any(
            isinstance(v, pl.DataFrame) for v in value.values()
        ):
            kept[one.name] = list(value)
            for key, table in value.items():
                _table(folder, f"{name}.{one.name}.{key}", table)
        else:
            kept[one.name] = _plain(value)
    return kept


def _plain(value: Any) -> Any:
    if isinstance(value, dt.date):
        return DAY + value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _table(folder: Path, name: str, table: pl.DataFrame) -> None:
    untimed = [column for column in table.columns if column not in TIMED]
    table.select(untimed).write_parquet(folder / f"{name}.parquet", compression="zstd")


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
    """
    if kind is pl.DataFrame:
        return cast(T, pl.read_parquet(folder / f"{name}.parquet"))
    record = json.loads((folder / RECORD).read_text(encoding="utf-8"))[name]
    values: dict[str, Any] = {}
    there = {path.name for path in folder.iterdir()}
    for one in fields(cast(Any, kind)):
        path = folder / f"{name}.{one.name}.parquet"
        if one.name in TIMED:
            values[one.name] = 0.0
        elif path.exists():
            values[one.name] = pl.read_parquet(path)
        elif one.name in record:
            value = record[one.name]
            tables = [f"{name}.{one.name}.{key}.parquet" for key in _names(value)]
            if tables and all(table in there for table in tables):
                values[one.name] = {
                    key: pl.read_parquet(folder / table)
                    for key, table in zip(value, tables, strict=True)
                }
            else:
                values[one.name] = _typed(value)
    return kind(**values)


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
            _removed(path)
        if (folder / name).is_dir():
            for path in sorted((folder / name).rglob(".*-*"), reverse=True):
                _removed(path)


def _removed(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
