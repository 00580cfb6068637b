"""The hub: the checked input of every stage."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from sinho.hub.schema import (
    FLOW_TABLES,
    LINE_TABLES,
    LIST_SEPARATOR,
    NETWORK_OWN,
    ORDER_TABLES,
    SEQUENCE,
    SHIP_TABLES,
    TABLES,
    fields,
)

if TYPE_CHECKING:
    from sinho.hub.scenario import Scenario

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LATER_TABLES = (
    *LINE_TABLES,
    "departures",
    "currencies",
    *SHIP_TABLES,
    *FLOW_TABLES,
    *NETWORK_OWN,
)
"""Tables that came after the first release; where they are empty they do not go into a digest."""

NO_REST = "none"
"""What ``weekend`` says where the plant works on every day of the week."""


@dataclass(frozen=True)
class HubSettings:
    """The settings of a hub.

    Parameters
    ----------
    name, country, currency : str
        Name shown in reports, ISO 3166 alpha-2 code of the plant, unit of all amounts.
    start, end : datetime.date
        First days of the first and of the last month that is planned.
    weekend : frozenset of int
        Weekdays of rest, Monday being 0.
    public_holidays : bool
        Whether the plant rests on public holidays.
    ceu_area : float
        Plan area of one car equivalent unit in square metres.
    stow_gap : float
        Clearance added to a car's length and width on deck, in millimetres.
    """

    name: str
    country: str
    currency: str
    start: dt.date
    end: dt.date
    weekend: frozenset[int]
    public_holidays: bool
    ceu_area: float
    stow_gap: float


@dataclass(frozen=True)
class Checked:
    """Tables that were checked, and which of them each rule between tables read.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        Tables by name.
    reads : mapping of callable to frozenset of str
        Names of tables by rule.
    """

    tables: Mapping[str, pl.DataFrame] = field(repr=False)
    reads: Mapping[Callable[..., Any], frozenset[str]] = field(repr=False)


@dataclass(frozen=True, eq=False)
class Hub:
    """A checked hub: plant, products, markets, contracts and port as typed tables.

    Two hubs are equal when their tables and scenarios are, wherever they were read from.

    Parameters
    ----------
    tables : mapping of str to polars.DataFrame
        Every table of ``sinho.hub.schema.TABLES``, typed, with defaults filled in; without rows
        where the input has no such table.
    scenarios : mapping of str to Scenario
        Scenarios by name.
    origin : str
        Folder or workbook from which it was read; empty for a hub made in Python.
    checked : Checked, optional
        The tables in which no error was found; a scenario checks them again only where it changes
        them. Without it a scenario checks everything.
    before : Hub or None
        The hub as it stood before a scenario was applied; None where none was.
    """

    tables: Mapping[str, pl.DataFrame] = field(repr=False)
    scenarios: Mapping[str, Scenario] = field(default_factory=dict, repr=False)
    origin: str = ""
    checked: Checked | None = field(default=None, repr=False)
    before: Hub | None = field(default=None, repr=False)

    def __getitem__(self, name: str) -> pl.DataFrame:
        return self.tables[name]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Hub):
            return NotImplemented
        return self.digest == other.digest and dict(self.scenarios) == dict(other.scenarios)

    def __hash__(self) -> int:
        return hash(self.digest)

    def __getstate__(self) -> dict[str, Any]:
        # What is checked holds rules, which no other process can be sent: it checks again.
        return {**self.__dict__, "checked": None}

    @property
    def folder(self) -> Path:
        """Folder in which it stands, from which paths in its tables lead on."""
        origin = Path(self.origin or ".")
        return origin if origin.is_dir() else origin.parent

    def beside(self, name: str) -> Path:
        """Return where a path leads that one of its tables gives, its slashes either way."""
        return self.folder / name.replace("\\", "/")

    @cached_property
    def settings(self) -> HubSettings:
        """The settings: the one row of table ``hub``."""
        row = self.tables["hub"].row(0, named=True)
        rest = (row["weekend"] or "").split(LIST_SEPARATOR)
        return HubSettings(
            name=row["name"],
            country=row["country"],
            currency=row["currency"],
            start=row["start"],
            end=row["end"],
            weekend=frozenset(WEEKDAYS.index(day) for day in rest if day in WEEKDAYS),
            public_holidays=row["public_holidays"],
            ceu_area=row["ceu_area"],
            stow_gap=row["stow_gap"],
        )

    @cached_property
    def slotting(self) -> Mapping[str, Any]:
        """The parameters of slotting: the row of table ``slotting``, or the defaults."""
        table = self.tables["slotting"]
        if table.height:
            return table.row(0, named=True)
        return {name: field.default for name, field in fields("slotting").items()}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the content of all tables, row order included, as 64 hexadecimal digits."""
        sha = hashlib.sha256()
        for name in TABLES:
            frame = self.tables[name]
            if name in (*LATER_TABLES, *SEQUENCE, *ORDER_TABLES) and frame.is_empty():
                continue
            known = fields(name)
            for column in frame.iter_columns():
                field = known[column.name]
                if field.later and {*column.unique()} <= {None, field.default}:
                    continue
                sha.update(f"{name}.{column.name}:{column.len()}\n".encode())
                sha.update(_content(column))
        return sha.hexdigest()


def _content(column: pl.Series) -> bytes:
    """Return bytes that differ where columns differ, the same on every machine."""
    text = column.dtype == pl.String
    if column.dtype in (pl.Date, pl.Boolean):
        column = column.cast(pl.Int64)
    missing = bytes(-(-column.len() // 8))
    if column.null_count():
        missing = np.packbits(column.is_null().to_numpy()).tobytes()
        column = column.fill_null("" if text else 0)
    if text:
        sizes = column.str.len_bytes().to_numpy().astype("<i8").tobytes()
        return missing + sizes + "".join(column.to_list()).encode()
    kind = "<f8" if column.dtype == pl.Float64 else "<i8"
    return missing + column.to_numpy().astype(kind).tobytes()
