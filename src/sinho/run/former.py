"""What a run takes from the one before it: slots, call-off, and the cars that are built already."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from sinho.errors import StoreError
from sinho.results import CallOffs, DaySlots, Orders, Supply
from sinho.run.keep import load
from sinho.run.sequencing import sequence_of
from sinho.run.state import RunParameters, State

HASHED = (
    "orders/orders.table",
    "slot/slots.slots",
    "materials/calls.days",
    "materials/supply.coverage",
)
"""Tables of the earlier run that shape this one."""


@dataclass(frozen=True)
class Earlier:
    """Cars that the earlier run builds before this one begins.

    Parameters
    ----------
    built : polars.DataFrame
        Their ``order``.
    last : polars.DataFrame
        The last of them in building order, with what their orders say.
    """

    built: pl.DataFrame = field(repr=False)
    last: pl.DataFrame = field(repr=False)


def folder_of(asked: RunParameters) -> Path | None:
    """Return the stages of the earlier run; None where there is none.

    Raises
    ------
    StoreError
        When the folder holds no finished run.
    """
    if not asked.former:
        return None
    folder = Path(asked.former)
    if State.read(folder).record["status"] != "done":
        raise StoreError(f"{folder}: the earlier run is not finished")
    return folder / "stages"


def hashes(asked: RunParameters) -> dict[str, str]:
    """Return a hash of each table of the earlier run that shapes this one."""
    folder = folder_of(asked)
    if folder is None:
        return {}
    return {
        f"{name}.parquet": hashlib.sha256((folder / f"{name}.parquet").read_bytes()).hexdigest()
        for name in HASHED
    }


def slots(asked: RunParameters) -> DaySlots | None:
    """Return the slots of the earlier run."""
    folder = folder_of(asked)
    return None if folder is None else load(folder / "slot", "slots", DaySlots)


def calls(asked: RunParameters) -> CallOffs | None:
    """Return the call-off of the earlier run."""
    folder = folder_of(asked)
    return None if folder is None else load(folder / "materials", "calls", CallOffs)


def next_number(first: dt.date, replaced: CallOffs | None) -> str:
    """Return the number of a run's call-off: its first day, and a serial of two digits or more.

    The serial counts on from the call-off that is replaced, so that no two that replace each other
    have the same number, those from the same first day included.

    Parameters
    ----------
    first : datetime.date
        First day.
    replaced : CallOffs or None
        The call-off of the earlier run.
    """
    serial = 1 if replaced is None else int(replaced.number[6:]) + 1
    return f"{first:%y%m%d}{serial:02d}"


def supply(asked: RunParameters) -> Supply | None:
    """Return how the earlier run meets its needs."""
    folder = folder_of(asked)
    return None if folder is None else load(folder / "materials", "supply", Supply)


def earlier(asked: RunParameters, first: dt.date, reach: int) -> Earlier | None:
    """Return the cars that the earlier run builds before this one begins.

    Parameters
    ----------
    asked : RunParameters
        What the run is asked for.
    first : datetime.date
        Its first working day.
    reach : int
        How many cars before the first day its rules look at.
    """
    folder = folder_of(asked)
    if folder is None:
        return None
    bank = load(folder / "orders", "orders", Orders).table
    lines: list[str] = []
    for path in sorted((folder / "sequence").glob("*.json")):
        if dt.date.fromisoformat(path.stem) < first:
            lines += sequence_of(json.loads(path.read_text(encoding="utf-8"))).order
    built = pl.DataFrame({"order": lines}, schema={"order": pl.String})
    last = built.tail(reach).join(bank, on="order", how="left", maintain_order="left")
    return Earlier(built, last)
