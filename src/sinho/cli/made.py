"""Says what a file or folder is that sinho wrote itself, where a hub or a day is asked for."""

from __future__ import annotations

import re
from pathlib import Path

from sinho.errors import Problem, as_typed
from sinho.hub.schema import REQUIRED
from sinho.hub.workbook import sheet_names

BOOKS = (".xlsx", ".xlsm")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

SEQUENCE_SHEETS = {"sequence", "summary", "levels"}
"""Sheets of a workbook that holds a found sequence."""

PLAN_SHEETS = {"key figures", "what binds"}
"""Sheets of a plan's workbook."""


def is_run(path: Path) -> bool:
    """Return whether a folder is that of a run, a damaged one included, and not a hub."""
    from sinho.run.keep import WORK
    from sinho.run.state import RUN_FILE

    marks = (path / RUN_FILE, path / WORK)
    return any(mark.exists() for mark in marks) and not (path / "hub.toml").is_file()


def made_by_sinho(path: Path) -> Problem | None:
    """Say what a file or folder is that holds a result, and no hub or day to be sequenced.

    Parameters
    ----------
    path : pathlib.Path
        An existing file or folder.

    Returns
    -------
    Problem or None
        What it is, and which command takes it; None where it is none of sinho's results.
    """
    found = _folder(path) if path.is_dir() else _book(path)
    if found is None:
        return None
    what, hint = found
    return Problem(path.name, f"this is {what}, no hub and no day to be sequenced", hint=hint)


def _folder(path: Path) -> tuple[str, str] | None:
    """Return what a folder of results is, and what to do with it."""
    if (path / "hub.toml").is_file():
        return None
    name = as_typed(path)
    if is_run(path):
        return (
            "the folder of a run",
            f"`sinho trace {name} ORDER`, `sinho why`, `sinho late` and `sinho bts` read it; "
            f"`sinho score {name} --date DAY` and its like take one of its days.",
        )
    if (path / "plan.json").is_file():
        if (path / "kept").is_dir():
            return "the folder of a plan", f"`sinho why {name}` and `sinho compare` read it."
        return (
            "the folder of a plan that does not keep it",
            "Name the hub that was planned; `sinho plan HUB --out` now keeps the plan.",
        )
    if (path / "comparison.json").is_file():
        return (
            "the folder of a comparison",
            f"`sinho why` reads a plan of it, a folder in {path}; `sinho compare {name}` them all.",
        )
    return None


def _book(path: Path) -> tuple[str, str] | None:
    """Return what a workbook of results is, and what to do with it."""
    if path.suffix.lower() not in BOOKS:
        return None
    sheets = {*sheet_names(path)}
    name = as_typed(path)
    if sheets & {*REQUIRED}:
        return None
    if sheets >= SEQUENCE_SHEETS:
        return (
            "a found sequence",
            f"`sinho score DAY {name}` scores it against its day; --start goes on from it.",
        )
    if sheets >= PLAN_SHEETS:
        return "the workbook of a plan", "Name the hub that was planned."
    if "days" in sheets and any(DATE.fullmatch(name) for name in sheets):
        return (
            "the day list of a run",
            f"`sinho trace {as_typed(path.parent)} ORDER` follows a car of it.",
        )
    if sheets == {"orders"}:
        return (
            "an order bank",
            f"`sinho orders HUB --read {name}` checks it against its hub.",
        )
    return None
