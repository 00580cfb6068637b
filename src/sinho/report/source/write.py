"""Writes what a network's plan came to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from sinho.hub.files import write_text
from sinho.hub.sheets import write_tables
from sinho.results import Sourcing
from sinho.results.sourcing import LINES


def write_sourcing(plan: Sourcing, out: Path, record: Mapping[str, Any]) -> list[Path]:
    """Write the workbook and the record of a plan into a folder.

    Parameters
    ----------
    plan : Sourcing
        The plan.
    out : pathlib.Path
        The folder.
    record : mapping
        What ``source.json`` holds.

    Returns
    -------
    list of pathlib.Path
        The files written.
    """
    text = json.dumps(record, indent=1, default=str) + "\n"
    return [
        write_tables(out / "source.xlsx", sheets(plan), units=units(plan), force=True),
        write_text(out / "source.json", text, force=True),
    ]


def sheets(plan: Sourcing) -> dict[str, pl.DataFrame]:
    """Return the tables of a plan by sheet."""
    names = ("flows", "plants", "launches", "unmet", "limits", "costs", "levels")
    return {name: getattr(plan, name) for name in names}


def units(plan: Sourcing) -> dict[str, str]:
    """Return the units of their columns."""
    amounts = [*LINES, "refund", "fixed", "labour", "changes", "tooling", "forgone", "cost"]
    cars = ("cars", "in_quota", "asked", "lost", "capacity")
    return dict.fromkeys(amounts, plan.currency) | dict.fromkeys(cars, "cars")
