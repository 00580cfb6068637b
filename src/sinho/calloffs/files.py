"""Call-offs as files: CSV and JSON to read, EDIFACT to send; and back."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import polars as pl

from sinho.calloffs.edifact import write_delfor, write_deljit
from sinho.calloffs.edifact_read import read_edifact
from sinho.calloffs.interchange import decoded
from sinho.calloffs.sendable import number_problems, suppliers_to_send
from sinho.errors import DataError, Problem
from sinho.hub import Hub
from sinho.hub.csvfile import no_formulas
from sinho.hub.files import read_bytes, write_folder
from sinho.hub.lines import ONE_LINE
from sinho.hub.sealed import SEAL, read_sealed, sealed
from sinho.results import CallOffs
from sinho.results.supply import DAYS, PROGRESS, TAKTS

DOCUMENT = "call-off.json"
DAYS_FILE = "call-off-days.csv"
TAKTS_FILE = "call-off-takts.csv"
OF_A_RUN = "calloffs"
"""Folder of call-offs in that of a run."""


def call_offs_text(call_offs: CallOffs) -> str:
    """Return a call-off as one JSON document, with a checksum of what it says.

    Parameters
    ----------
    call_offs : CallOffs
        The call-off.
    """
    document = {
        "number": call_offs.number,
        "date": call_offs.date.isoformat(),
        "replaces": call_offs.replaces,
        "first": call_offs.horizon[0].isoformat(),
        "last": call_offs.horizon[1].isoformat(),
        "progress": call_offs.progress.with_columns(pl.col("date").cast(pl.String)).to_dicts(),
        "days": call_offs.days.with_columns(pl.col("date").cast(pl.String)).to_dicts(),
        "takts": call_offs.takts.with_columns(
            pl.col("date").cast(pl.String), pl.col("time").dt.strftime("%Y-%m-%dT%H:%M")
        ).to_dicts(),
    }
    return sealed(document)


def write_call_offs(
    call_offs: CallOffs, hub: Hub, folder: Path, *, edifact: bool = True, force: bool = False
) -> Path:
    """Write a call-off into a folder: JSON, two CSV files, and EDIFACT messages by supplier.

    What no message can carry is in the JSON and CSV files alone; `not_sent` lists it.

    Parameters
    ----------
    call_offs : CallOffs
        The call-off.
    hub : Hub
        The hub: its name is the buyer, units are those of its parts.
    folder : pathlib.Path
        The folder.
    edifact : bool
        Whether ``delfor-SUPPLIER.edi`` and ``deljit-SUPPLIER.edi`` are written too.
    force : bool
        Whether files that are there are replaced.

    Returns
    -------
    pathlib.Path
        The folder written.

    Raises
    ------
    DataError
        When its number cannot stand in an EDIFACT message; nothing is written then.
    FileExistsError
        When the folder has files and ``force`` is false.
    """
    files = {
        DOCUMENT: call_offs_text(call_offs),
        DAYS_FILE: no_formulas(call_offs.days).write_csv(),
        TAKTS_FILE: no_formulas(call_offs.takts).write_csv(datetime_format="%Y-%m-%dT%H:%M"),
    }
    if edifact:
        problems = number_problems(call_offs)
        if problems:
            raise DataError(problems)
        for message, write in (("DELFOR", write_delfor), ("DELJIT", write_deljit)):
            suppliers = suppliers_to_send(call_offs, message)
            for supplier, name in zip(suppliers, _file_names(suppliers), strict=True):
                files[f"{message.lower()}-{name}.edi"] = write(call_offs, supplier, hub)
    return write_folder(folder, files, force=force)


def _file_names(suppliers: list[str]) -> list[str]:
    """Return names of suppliers that can stand in a file's name, no two the same."""
    names: list[str] = []
    for supplier in suppliers:
        plain = re.sub(r"[^A-Za-z0-9._-]+", "-", supplier).strip("-.") or "supplier"
        name, count = plain, 2
        while name.casefold() in {other.casefold() for other in names}:
            name, count = f"{plain}-{count}", count + 1
        names.append(name)
    return names


def read_call_offs(path: Path) -> CallOffs:
    """Read a call-off.

    Parameters
    ----------
    path : pathlib.Path
        A folder with ``call-off.json``, that of a run, or one with ``.edi`` files; or such a file.

    Returns
    -------
    CallOffs
        The call-off.

    Raises
    ------
    DataError
        When the files are missing, no call-offs or of different ones.
    Damaged
        When a ``call-off.json`` is not as it was written.
    FileNotFoundError
        When there is no such file or folder.
    """
    if not path.exists():
        raise FileNotFoundError(f"there is no file or folder {path}")
    if path.is_dir():
        if (path / DOCUMENT).exists():
            return read_call_offs(path / DOCUMENT)
        if (path / OF_A_RUN / DOCUMENT).exists():
            return read_call_offs(path / OF_A_RUN)
        messages = sorted(path.glob("*.edi"))
        if not messages:
            rule = f"the folder holds neither {DOCUMENT} nor .edi files"
            raise DataError([Problem(path.name, rule)])
        return read_edifact([(file.name, _text(file)) for file in messages])
    if path.suffix.casefold() == ".edi":
        return read_edifact([(path.name, _text(path))])
    if path.suffix.casefold() == ".json":
        return _from_json(path)
    rule = "a call-off is a folder, a .json file or an .edi file"
    raise DataError([Problem(path.name, rule)])


def _text(path: Path) -> str:
    try:
        return decoded(read_bytes(path))
    except DataError as error:
        raise DataError([Problem(path.name, p.rule) for p in error.problems]) from error


def _day(document: dict[str, Any], key: str) -> dt.date | None:
    """Return a day of a document; earlier versions wrote none."""
    return dt.date.fromisoformat(document[key]) if key in document else None


def _from_json(path: Path) -> CallOffs:
    hint = f"Write it again; or take its {SEAL} out, if it was changed on purpose."
    document = read_sealed(path, hint, must=False)
    try:
        days, progress = (
            pl.DataFrame(
                [{**row, "date": dt.date.fromisoformat(row["date"])} for row in document[name]],
                schema=schema,
            )
            for name, schema in (("days", DAYS), ("progress", PROGRESS))
        )
        takts = pl.DataFrame(
            [
                {
                    "line": ONE_LINE,
                    **row,
                    "date": dt.date.fromisoformat(row["date"]),
                    "time": dt.datetime.fromisoformat(row["time"]),
                }
                for row in document["takts"]
            ],
            schema=TAKTS,
        )
        return CallOffs(
            days=days,
            takts=takts,
            number=str(document["number"]),
            date=dt.date.fromisoformat(document["date"]),
            replaces=document["replaces"],
            first=_day(document, "first"),
            last=_day(document, "last"),
            progress=progress,
        )
    except (KeyError, TypeError, ValueError, pl.exceptions.PolarsError) as error:
        rule = f"the document is no call-off: {type(error).__name__}: {error}"
        raise DataError([Problem(path.name, rule)]) from error
