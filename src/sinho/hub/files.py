"""Writes files that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def staged_file(path: Path, *, force: bool, what: str = "file") -> Iterator[Path]:
    """Give an empty file beside a target to be filled, and put it in place when all went well.

    Parameters
    ----------
    path : pathlib.Path
        The target; its folder is made where it is missing.
    force : bool
        Whether an existing file is replaced.
    what : str
        What the file is called in messages.

    Yields
    ------
    pathlib.Path
        The file to fill, of the same ending.

    Raises
    ------
    FileExistsError
        When the target exists and ``force`` is false, or where a folder stands in its place.
    """
    if path.is_dir():
        raise FileExistsError(f"{path} is a folder, not a {what}")
    if path.exists() and not force:
        raise FileExistsError(f"{path} exists already; name another {what}, or force")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", suffix=path.suffix, dir=path.parent)
    os.close(handle)
    staged = Path(name)
    try:
        yield staged
        staged.chmod(0o644)
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)


def write_text(path: Path, text: str, *, force: bool) -> Path:
    """Write a text file as UTF-8 with line feeds; see `write_bytes`."""
    return write_bytes(path, text.encode(), force=force)


def write_bytes(path: Path, content: bytes, *, force: bool) -> Path:
    """Write a file.

    Parameters
    ----------
    path : pathlib.Path
        The file; its folder is made where it is missing.
    content : bytes
        The content.
    force : bool
        Whether an existing file is replaced.

    Returns
    -------
    pathlib.Path
        The file written.

    Raises
    ------
    FileExistsError
        When the file exists and ``force`` is false, or where a folder stands in its place.
    """
    with staged_file(path, force=force) as staged:
        staged.write_bytes(content)
    return path


def write_folder(path: Path, files: Mapping[str, str], *, force: bool) -> Path:
    """Write text files into a folder, all of them beside it first; a new folder appears whole.

    Parameters
    ----------
    path : pathlib.Path
        The folder.
    files : mapping of str to str
        Content by file name, which may name a folder within.
    force : bool
        Whether files in an existing folder are replaced; other files in it stay.

    Returns
    -------
    pathlib.Path
        The folder written.

    Raises
    ------
    FileExistsError
        When the folder exists, is not empty and ``force`` is false, or where a file stands in its
        place.
    """
    if path.exists():
        if not path.is_dir():
            raise FileExistsError(f"{path} is a file, not a folder")
        if any(path.iterdir()) and not force:
            raise FileExistsError(f"{path} exists already; name another folder, or force")
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.absolute().parent))
    try:
        staged.chmod(0o755)
        for name, text in files.items():
            target = staged / name
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(text.encode())
        if not path.exists():
            staged.rename(path)
            return path
        for name in files:
            (path / name).parent.mkdir(exist_ok=True)
            (staged / name).replace(path / name)
    finally:
        if staged.exists():
            shutil.rmtree(staged)
    return path
