"""Messages of finished-vehicle logistics: filled from a plan, written and read as CSV and JSON."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from sinho.errors import DataError, Problem
from sinho.hub.csvfile import no_formulas, read_csv
from sinho.hub.files import read_bytes, write_text
from sinho.report.ship.fields import CODED_BY, EVENT, MESSAGES, Field, Kind, Message, message
from sinho.report.ship.shipped import PLANT, Shipped
from sinho.results.shipping import CONTAINER

TYPES: dict[Kind, pl.DataType] = {
    "text": pl.String(),
    "number": pl.Float64(),
    "whole": pl.Int64(),
    "day": pl.Date(),
    "time": pl.Datetime("us"),
}
SECOND = "%Y-%m-%dT%H:%M:%S"
SEA, REQUESTED, PLANNED = "1", "REQUESTED", "SCHEDULED"
ISSUED, PAYLOAD = "IssueDateTime", "APIPayload"
"""Fields of the envelope of a JSON message, as VDA 4998 names them."""


def messages_of(sea: Shipped) -> dict[str, pl.DataFrame]:
    """Return what the messages of a plan say, with our names.

    Parameters
    ----------
    sea : Shipped
        The plan, its yards and decks.

    Returns
    -------
    dict of str to polars.DataFrame
        By name of the message, a column for each of its fields; without those for which nothing is
        planned.
    """
    filled = {
        "transport-capacity-reservation": _reservations(sea),
        "dispatch-advice": _dispatched(sea),
        "gate-in": _gate_in(sea),
        "stowage-list": _stowed(sea),
    }
    return {one.name: typed(one, filled[one.name]) for one in MESSAGES if filled[one.name].height}


def typed(one: Message, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns of a message in their order and types."""
    return frame.select(pl.col(field.ours).cast(TYPES[field.kind]) for field in one.fields)


def leaving(sea: Shipped) -> pl.DataFrame:
    """Return the cars that leave, with the name of their voyage or the boxes of lane and day."""
    box = pl.format("boxes {} {}", "lane", "leaves")
    boxed = pl.col("way") == CONTAINER
    return sea.cars.filter(pl.col("leaves").is_not_null()).with_columns(
        pl.when(boxed).then(box).otherwise("vessel").alias("voyage")
    )


def _reservations(sea: Shipped) -> pl.DataFrame:
    cars = sea.cars.filter(pl.col("vessel").is_not_null()).sort("leaves", "vessel", "arrives")
    known = pl.col("mass").is_not_null().all()
    return (
        cars.group_by("vessel", "port", maintain_order=True)
        .agg(
            pl.col("cutoff", "loading", "ship").first(),
            (pl.col("length").sum() / 1000).alias("length"),
            pl.when(known).then(pl.col("mass").sum()).alias("mass"),
            pl.len().alias("cars"),
        )
        .with_columns(
            pl.concat_str("vessel", "port", separator=" to ", ignore_nulls=True).alias(
                "reservation"
            ),
            pl.lit(REQUESTED).alias("status"),
            pl.lit(sea.issued).alias("issued"),
            pl.col("vessel").alias("voyage"),
            pl.lit(SEA).alias("mode"),
        )
    )


def _dispatched(sea: Shipped) -> pl.DataFrame:
    return (
        leaving(sea)
        .with_columns(pl.lit(SEA).alias("mode"))
        .sort("ready", "leaves", "voyage", "car")
    )


def _gate_in(sea: Shipped) -> pl.DataFrame:
    columns = ("car", "site", "area", "row", "place", "enters", "step_in", "voyage")
    places = [yard.places.select(columns) for site, yard in sea.yards.items() if site != PLANT]
    if not places:
        return pl.DataFrame()
    names = sea.cars.select("car", "vin", "brand", "model", "port", "origin")
    return (
        pl.concat(places)
        .join(names, on="car", how="left", maintain_order="left")
        .filter(~sea.stood.fill_null(False))
        .sort("enters", "car")
    )


def _stowed(sea: Shipped) -> pl.DataFrame:
    names = sea.cars.select("car", "vin", "brand")
    stows = pl.format("{}/{}/{}", "deck", "lane", "place")
    cars = [
        deck.places.select(
            "car",
            "model",
            "port",
            "loaded",
            "discharged",
            "position",
            pl.lit(vessel).alias("voyage"),
            pl.lit(deck.loading).alias("loading"),
            stows.alias("stows"),
        )
        for vessel, deck in sea.decks.items()
    ]
    if not cars:
        return pl.DataFrame()
    return pl.concat(cars).join(names, on="car", how="left", maintain_order="left")


def write_messages(sea: Shipped, folder: Path) -> dict[str, Path]:
    """Write the messages of a plan as CSV and JSON; earlier ones are replaced.

    Parameters
    ----------
    sea : Shipped
        The plan, its yards and decks.
    folder : pathlib.Path
        Where to.

    Returns
    -------
    dict of str to pathlib.Path
        The files by name.
    """
    files = {}
    for name, frame in messages_of(sea).items():
        one = message(name)
        for ending, text in (
            (".csv", as_csv(one, frame)),
            (".json", as_json(one, frame, sea.issued)),
        ):
            path = folder / f"{name}{ending}"
            files[path.name] = write_text(path, text, force=True)
    return files


def as_csv(one: Message, frame: pl.DataFrame) -> str:
    """Write a message as CSV, its headings the ways of the fields."""
    headed = frame.rename({field.ours: field.theirs for field in one.fields})
    return no_formulas(headed).write_csv(datetime_format=SECOND)


def as_json(one: Message, frame: pl.DataFrame, issued: dt.date) -> str:
    """Write a message as JSON: an envelope with one payload for each row."""
    rows = []
    for row in frame.iter_rows(named=True):
        payload: dict[str, Any] = {}
        for field in one.fields:
            if row[field.ours] is not None:
                _put(payload, field, row[field.ours])
        rows.append(payload)
    head = {
        "ID": {"content": f"{one.name} {issued}"},
        ISSUED: {"content": issued.isoformat()},
        PAYLOAD: [],
    }
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return json.dumps(head, ensure_ascii=False)[:-2] + f"\n{lines}\n]}}\n"


def _steps(way: str) -> list[tuple[str, str | None]]:
    """Return the objects of a field's way, each with the code that tells it from others."""
    parts = (re.fullmatch(r"(\w+)(?:\[(\w+)\])?", part) for part in way.split("."))
    return [(part[1], part[2]) for part in parts if part]


def _coded(several: Any, step: str, code: str) -> Any:
    """Return the object of several that has a code; None where none has it."""
    objects = several if isinstance(several, list) else []
    by = CODED_BY[step]
    return next((one for one in objects if one.get(by, {}).get("content") == code), None)


def _put(payload: dict[str, Any], field: Field, value: Any) -> None:
    """Set a value at its way."""
    at = payload
    *above, (name, _) = _steps(field.theirs)
    for step, code in above:
        if code is None:
            at = at.setdefault(step, {})
            continue
        several = at.setdefault(step, [])
        found = _coded(several, step, code)
        if found is None:
            found = {CODED_BY[step]: {"content": code}}
            if step == EVENT:
                found["TypeCode"] = {"content": PLANNED}
            several.append(found)
        at = found
    text = value.isoformat() if isinstance(value, dt.date) else value
    at[name] = {"content": text} | ({"unitCode": field.unit} if field.unit else {})


def _get(payload: Mapping[str, Any], field: Field) -> Any:
    """Return the value at a way; None where it is not there."""
    at: Any = payload
    for step, code in _steps(field.theirs):
        at = at.get(step) if isinstance(at, Mapping) else None
        if code is not None:
            at = _coded(at, step, code)
    return at.get("content") if isinstance(at, Mapping) else None


def read_message(path: Path) -> pl.DataFrame:
    """Read a message that was written, by the name of its file.

    Parameters
    ----------
    path : pathlib.Path
        The file, such as ``gate-in.csv`` or ``gate-in.json``.

    Returns
    -------
    polars.DataFrame
        As `messages_of` has it.

    Raises
    ------
    DataError
        When the file is no such message, or a value in it is none of its field's.
    """
    known = {one.name: one for one in MESSAGES}
    if path.stem not in known:
        hint = f"Messages are {', '.join(known)}."
        raise DataError([Problem(path.name, "no message has the name of this file", hint=hint)])
    one = known[path.stem]
    texts = _csv_cells(one, path) if path.suffix == ".csv" else _json_cells(one, path)
    return _parsed(one, path, texts)


def _csv_cells(one: Message, path: Path) -> dict[str, list[str | None]]:
    grid, problems = read_csv(path)
    headings = () if grid is None else grid.headings
    missing = [field.theirs for field in one.fields if field.theirs not in headings]
    if grid is None or problems or missing:
        rule = f"the headings {', '.join(missing)} are missing"
        raise DataError([*problems, *([Problem(path.name, rule)] if missing else [])])
    cells = grid.cells.rename(dict(zip(grid.cells.columns, grid.headings, strict=True)))
    return {
        field.ours: [text or None for text in cells[field.theirs].to_list()] for field in one.fields
    }


def _json_cells(one: Message, path: Path) -> dict[str, list[str | None]]:
    try:
        payloads = json.load(io.BytesIO(read_bytes(path)))[PAYLOAD]
        rows = [[_get(payload, field) for field in one.fields] for payload in payloads]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        rule = f"it is no JSON with a list {PAYLOAD}: {error}"
        raise DataError([Problem(path.name, rule)]) from None
    return {
        field.ours: [None if row[at] is None else str(row[at]) for row in rows]
        for at, field in enumerate(one.fields)
    }


def _parsed(one: Message, path: Path, texts: Mapping[str, list[str | None]]) -> pl.DataFrame:
    """Return texts as what their fields hold; name every one that is not."""
    columns, problems = [], []
    first = 2 if path.suffix == ".csv" else 1  # behind the headings, or the first payload
    for field in one.fields:
        text = pl.Series(field.ours, texts[field.ours], dtype=pl.String)
        kind = TYPES[field.kind]
        if field.kind == "day":
            column = text.str.to_date("%Y-%m-%d", strict=False)
        elif field.kind == "time":
            column = text.str.to_datetime(SECOND, time_unit="us", strict=False)
        else:
            column = text.cast(kind, strict=False)
        for row in (column.is_null() & text.is_not_null()).arg_true().to_list():
            rule = f"is no {field.kind} of field {field.theirs}"
            problems.append(Problem(path.name, rule, row + first, field.theirs, text[row]))
        columns.append(column)
    if problems:
        raise DataError(problems)
    return pl.DataFrame(columns)
