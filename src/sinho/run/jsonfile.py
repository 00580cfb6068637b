"""Results as JSON: what it can hold, and files that appear whole."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from sinho.hub.files import write_text


def write_json(path: Path, value: Any) -> None:
    """Write JSON to a file that appears whole or not at all; infinities and NaN become null.

    Parameters
    ----------
    path : pathlib.Path
        The file; an existing one is replaced.
    value : object
        What to write.
    """
    text = json.dumps(plain(value), indent=1, ensure_ascii=False, allow_nan=False)
    write_text(path, text + "\n", force=True)


def plain(value: Any) -> Any:
    """Turn a value into what JSON can hold.

    Parameters
    ----------
    value : object
        Numbers, text, flags, dates, paths, frames, and lists and mappings of them.

    Returns
    -------
    object
        Dates and paths as text, frames as lists of rows, infinities and NaN as None.

    Raises
    ------
    TypeError
        For anything else.
    """
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float):
        return value if abs(value) < float("inf") else None
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, pl.DataFrame):
        return [plain(row) for row in value.to_dicts()]
    if isinstance(value, Path):
        return str(value)
    if hasattr(value, "isoformat"):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
