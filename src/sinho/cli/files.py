"""The files that commands write: what is in the way of them, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from sinho.cli.base import FileProblem
from sinho.cli.show import print_text

if TYPE_CHECKING:
    import polars as pl

PICTURES = (".png", ".svg")


def writable(option: str, path: Path | None, endings: Sequence[str], *, force: bool) -> None:
    """Refuse a file that is in the way, or whose ending says no format.

    Parameters
    ----------
    option : str
        Where the name was given.
    path : pathlib.Path or None
        The file.
    endings : sequence of str
        Endings that are known.
    force : bool
        Whether an existing file may be replaced.
    """
    from sinho.hub.files import prepared

    if path is None:
        return
    if path.suffix.lower() not in endings:
        listed = ", ".join(endings)
        raise typer.BadParameter(
            f"the name {path.name!r} ends in none of {listed}.", param_hint=option
        )
    if path.is_dir():
        raise FileProblem(f"{path} is a folder; give the name of a file.")
    if path.exists() and not force:
        raise FileProblem(f"{path} exists already. Give another name, or --force to replace it.")
    prepared(path.absolute().parent)


def apart(paths: Mapping[str, Path | None]) -> None:
    """Refuse files of one command that would overwrite each other.

    Parameters
    ----------
    paths : mapping of str to pathlib.Path or None
        What is to be written, by the option that names it.
    """
    first: dict[Path, str] = {}
    for option, path in paths.items():
        if path is not None and first.setdefault(path.resolve(), option) != option:
            raise typer.BadParameter(
                f"{path} is what {first[path.resolve()]} names too; each file needs its own name.",
                param_hint=option,
            )


def make_way(path: Path, mark: str, what: str, *, force: bool) -> None:
    """Refuse a folder or workbook that is in the way of a new one.

    Parameters
    ----------
    path : pathlib.Path
        What is to be made: a workbook if it ends in ``.xlsx``, else a folder.
    mark : str
        File by which a folder is known to hold what may be replaced.
    what : str
        What would be replaced.
    force : bool
        Whether it may be.
    """
    from sinho.hub.files import prepared

    is_book = path.suffix.lower() == ".xlsx"
    prepared(path.parent if is_book or path.is_file() else path)
    if not path.exists():
        return
    if path.is_dir() == is_book:
        kind = "a folder" if path.is_dir() else "a file"
        raise FileProblem(f"{path} is {kind}; give another name.")
    filled = is_book or any(path.iterdir())
    if filled and not is_book and not (path / mark).exists():
        raise FileProblem(f"{path} holds other files; give the name of a new folder.")
    if filled and not force:
        raise FileProblem(
            f"{path} exists already. Give another name, or --force to replace {what}."
        )


def write_table(path: Path, table: pl.DataFrame, sheet: str, *, force: bool) -> Path:
    """Write a table as CSV, or as a workbook where the name ends in ``.xlsx``.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    table : polars.DataFrame
        The table.
    sheet : str
        Name of its sheet.
    force : bool
        Whether an existing file is replaced.
    """
    from sinho.hub.csvfile import no_formulas
    from sinho.hub.files import write_text
    from sinho.hub.sheets import write_tables

    if path.suffix.lower() == ".csv":
        return write_text(path, no_formulas(table).write_csv(line_terminator="\n"), force=force)
    return write_tables(path, {sheet: table}, force=force)


def print_written(paths: Iterable[Path | str], otherwise: str = "") -> None:
    """Print the paths of files, the pictures of a folder on one line.

    Parameters
    ----------
    paths : iterable of pathlib.Path or str
        The files.
    otherwise : str
        What is said where there are none: how they would be written.
    """
    files = [Path(path) for path in paths]
    print("Written:" if files else f"Nothing was written; {otherwise}")
    pictures: dict[Path, list[Path]] = {}
    for path in files:
        if path.suffix in PICTURES:
            pictures.setdefault(path.parent, []).append(path)
    for path in files:
        beside = pictures.get(path.parent, [])
        if path not in beside or len(beside) == 1:
            print(f"  {path}")
        elif path == beside[0]:
            kinds = " and ".join(sorted({one.suffix[1:] for one in beside}))
            names = ", ".join(dict.fromkeys(one.stem for one in beside))
            print_text(f"{names} ({kinds})", f"  {path.parent}: ")
