"""What a command is given: a hub, a result of sinho instead of one, and names known in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sinho.cli.base import FileProblem
from sinho.cli.progress import wait
from sinho.errors import DataError, Problem, as_typed, nearest

if TYPE_CHECKING:
    from sinho.hub import Hub

BOOKS = (".xlsx", ".xlsm")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

SEQUENCE_SHEETS = {"sequence", "summary", "levels"}
"""Sheets of a workbook that holds a found sequence."""

PLAN_SHEETS = {"key figures", "what binds"}
"""Sheets of a plan's workbook."""


def load(path: Path) -> Hub:
    """Read a hub, and nothing else that sinho made; say so on a terminal where it takes long."""
    from sinho.hub import read_hub

    there(path)
    result = made_by_sinho(path)
    if result is not None:
        raise DataError([result])
    return wait(lambda _stop, _report: read_hub(path), f"reading {path}", all_or_nothing=True)


def there(path: Path) -> None:
    """Refuse a path where no hub can be, as nothing is.

    Raises
    ------
    FileProblem
        With the nearest name beside it.
    """
    if not path.exists():
        otherwise = "`sinho new` makes a hub to start from."
        raise missing(path, "there is no such folder or workbook", otherwise)


def missing(path: Path, what: str, otherwise: str = "") -> FileProblem:
    """Return what is said of a path that is not there: the nearest name beside it.

    Parameters
    ----------
    path : pathlib.Path
        The path.
    what : str
        What is not there.
    otherwise : str
        What is said where no name is near.
    """
    beside = path.absolute().parent
    names = [item.name for item in beside.glob("*")] if beside.is_dir() else []
    near = nearest(path.name, names)
    hint = near if near.startswith("Did") else otherwise
    return FileProblem(f"{path}: {what}. {hint}".rstrip())


def chosen(
    option: str,
    name: str,
    known: Iterable[str],
    what: str,
    called: Mapping[str, str | None] | None = None,
) -> None:
    """Refuse an unknown name as a usage error, with the nearest known one.

    Parameters
    ----------
    option : str
        Where the name was given.
    name : str
        The name.
    known : iterable of str
        The names that are taken.
    what : str
        What it should name.
    called : mapping of str to str, optional
        Full names of known ones, for the hint.
    """
    names = list(dict.fromkeys(known))
    if name not in names:
        also = {text.casefold(): own for own, text in (called or {}).items() if text}
        own = also.get(name.casefold())
        hint = f"Did you mean {own!r}?" if own else nearest(name, names)
        hint = hint or f"There are no {what}s."
        if what == "month" and names:
            # the nearest in letters may be far in time
            hint = f"The months are {names[0]} to {names[-1]}."
        raise typer.BadParameter(f"there is no {what} {name!r}. {hint}", param_hint=option)


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
    if (path / "quote.json").is_file():
        return "the folder of a quote", f"`sinho why {name}` reads it."
    if (path / "simulation.json").is_file():
        return (
            "the folder of a simulation",
            f"Name the hub, or the run, that was simulated; `sinho plan HUB --basis demonstrated "
            f"--simulation {name}` plans with it.",
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
    from sinho.hub.schema import REQUIRED
    from sinho.hub.workbook import sheet_names

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
