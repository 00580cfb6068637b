"""What a file says, read by nothing of sinho: the csv module, tomllib and openpyxl."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import re
import tomllib
import unicodedata
import warnings
import zipfile
import zlib
from pathlib import Path
from typing import Any

import polars as pl

from sinho.hub.schema import Field, fields

EPOCH = dt.datetime(1899, 12, 30)
Rows = list[dict[str, Any]]
UNTAKEN = (
    zipfile.BadZipFile, zlib.error, ValueError, KeyError, TypeError, SyntaxError, AttributeError,
    IndexError, OSError, EOFError, OverflowError, NotImplementedError,
)  # fmt: skip
"""What openpyxl raises for a workbook that it does not take."""

UNREAD = object()
"""Stands for a cell that this reading understands no value in."""


def csv_rows(path: Path) -> Rows:
    """Read a CSV file: rows that are not blank, cells by heading."""
    text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    separator = ","
    declared = re.match(r'"?sep=(.)"?[ ,;\t]*(\n|$)', text, re.IGNORECASE)
    if declared:
        separator, text = declared[1], text[declared.end() :]
    csv.field_size_limit(10**9)
    records = list(csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=separator))
    records = [record for record in records if "".join(record).strip()]
    return _by_heading(records)


def _by_heading(records: list[list[Any]]) -> Rows:
    if not records:
        return []
    names = [re.sub(r"\s*\[[^\]]*\]\s*$", "", str(h or "")).strip() for h in records[0]]
    return [
        {name: value for name, value in zip(names, record, strict=False) if name}
        for record in records[1:]
    ]


def toml_rows(path: Path) -> Rows:
    """Read ``hub.toml`` as the one row of table ``hub``."""
    return [tomllib.loads(path.read_text(encoding="utf-8-sig"))]


def workbook_rows(path: Path) -> dict[str, Rows] | None:
    """Read the sheets of a workbook; None where openpyxl does not take it."""
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            book = openpyxl.load_workbook(path, data_only=True)
            sheets = {}
            for sheet in book.worksheets:
                if sheet.max_row * sheet.max_column > 400_000:
                    return None
                records = [list(row) for row in sheet.iter_rows(values_only=True)]
                filled = [r for r in records if any(v is not None and str(v).strip() for v in r)]
                sheets[sheet.title] = _by_heading(filled)
        except UNTAKEN:
            return None
    return sheets


def meant(value: Any, field: Field) -> Any:
    """Return what a cell means to a field; None for an empty one, `UNREAD` for nonsense."""
    if isinstance(value, list):
        value = ";".join(map(str, value))
    if isinstance(value, bool):
        return value if field.kind == "flag" else UNREAD
    if field.kind in ("number", "integer"):
        return _number(value)
    if isinstance(value, dt.datetime):
        value = value.strftime("%Y-%m-%d") if value.time() == dt.time() else str(value)
    elif isinstance(value, dt.date):
        value = value.isoformat()
    elif isinstance(value, float) and value.is_integer():
        value = str(int(value))
    text = unicodedata.normalize("NFC", str("" if value is None else value).strip())
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text:
        return None
    if field.kind == "flag":
        return {"yes": True, "true": True, "no": False, "false": False}.get(text.lower(), UNREAD)
    if field.kind == "list":
        return ";".join(part.strip() for part in text.split(";") if part.strip()) or None
    if field.kind in ("month", "date", "day"):
        return _day(text, field.kind)
    return text[:7] if field.kind == "period" else text


def _number(value: Any) -> Any:
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, dt.datetime | dt.date | dt.time | dt.timedelta):
        return UNREAD
    try:
        return float(value)
    except ValueError:
        return UNREAD


def _day(text: str, kind: str) -> Any:
    try:
        whole = kind == "month" or (kind == "day" and len(text) == 7)
        return dt.date.fromisoformat(text[:7] + "-01" if whole else text[:10])
    except ValueError:
        return UNREAD


def differences(table: str, rows: Rows, frame: pl.DataFrame) -> list[str]:
    """Return where a typed table differs from the rows that its file says."""
    found = []
    if len(rows) != frame.height:
        return [f"{table}: the file has {len(rows)} rows, the table {frame.height}"]
    known = fields(table)
    for name, field in known.items():
        if name not in frame.columns:
            continue
        for at, (row, value) in enumerate(zip(rows, frame[name].to_list(), strict=True)):
            want = meant(row.get(name), field)
            if want is None:
                want = field.default
            if not _same(want, value):
                found.append(f"{table}.{name}, record {at + 1}: {row.get(name)!r} became {value!r}")
    return found


def _same(want: Any, value: Any) -> bool:
    if want is None or value is None:
        return want is value
    if isinstance(want, float | int) and isinstance(value, float | int):
        return math.isclose(float(want), float(value), rel_tol=1e-12, abs_tol=0.0)
    return bool(want == value)
