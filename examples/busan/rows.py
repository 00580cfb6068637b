"""How rows of the Busan tables are written down: values, then their source and basis."""

from __future__ import annotations

from typing import Any

Row = dict[str, Any]
REPORTED, DERIVED, ASSUMED = "reported", "derived", "assumed"


def rows(basis: str, source: str, names: str, *values: tuple[Any, ...]) -> list[Row]:
    """Return rows of the same basis and source."""
    keys = names.split()
    return [{**dict(zip(keys, v, strict=True)), "source": source, "basis": basis} for v in values]
