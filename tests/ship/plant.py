"""A small hub with its way to the sea."""

from __future__ import annotations

from typing import Any

from tests.hubs import tiny_hub
from tests.sea import sea_rows


def sea_tables(**overrides: Any) -> dict[str, Any]:
    """Return the tables of the tiny hub with its way to the sea, some of them changed."""
    return tiny_hub(**sea_rows() | overrides)


def row(table: str, at: int, **values: Any) -> dict[str, Any]:
    """Return a table of the hub above with some values of one row changed."""
    rows = [dict(one) for one in sea_tables()[table]]
    rows[at] = {name: v for name, v in {**rows[at], **values}.items() if v is not None}
    return {table: rows}


def added(table: str, at: int, **values: Any) -> dict[str, Any]:
    """Return a table of the hub above with a row like another one, but for some values."""
    rows = [dict(one) for one in sea_tables()[table]]
    return {table: [*rows, {**rows[at], **values}]}
