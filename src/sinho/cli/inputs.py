"""The hub that a command is given, and names that must be known in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sinho.cli.base import FileProblem
from sinho.cli.progress import wait
from sinho.errors import nearest

if TYPE_CHECKING:
    from sinho.hub import Hub


def load(path: Path) -> Hub:
    """Read a hub; say so on a terminal where it takes long."""
    from sinho.hub import read_hub

    there(path)
    return wait(lambda _stop, _report: read_hub(path), f"reading {path}", all_or_nothing=True)


def there(path: Path) -> None:
    """Refuse a path where nothing is.

    Raises
    ------
    FileProblem
        With the nearest name beside it.
    """
    if path.exists():
        return
    beside = path.absolute().parent
    names = [item.name for item in beside.glob("*")] if beside.is_dir() else []
    near = nearest(path.name, names)
    hint = near if near.startswith("Did") else "`sinho new` makes a hub to start from."
    raise FileProblem(f"{path}: there is no such folder or workbook. {hint}")


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
        raise typer.BadParameter(f"there is no {what} {name!r}. {hint}", param_hint=option)
