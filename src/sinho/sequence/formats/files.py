"""Writes files that appear whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path


def write_text(path: Path, text: str, *, force: bool) -> Path:
    """Write a text file as UTF-8 with line feeds.

    Parameters
    ----------
    path : pathlib.Path
        The file; its folder is made where it is missing.
    text : str
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
    if path.is_dir():
        raise FileExistsError(f"{path} is a folder, not a file")
    if path.exists() and not force:
        raise FileExistsError(f"{path} exists already; name another file, or force")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.stem}-", dir=path.parent)
    staged = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        staged.chmod(0o644)
        staged.replace(path)
    finally:
        staged.unlink(missing_ok=True)
    return path


def write_folder(path: Path, files: Mapping[str, str], *, force: bool) -> Path:
    """Write text files into a folder; a new folder appears whole or not at all.

    Parameters
    ----------
    path : pathlib.Path
        The folder.
    files : mapping of str to str
        Content by file name.
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
    if path.exists() and not path.is_dir():
        raise FileExistsError(f"{path} is a file, not a folder")
    if path.exists() and any(path.iterdir()):
        if not force:
            raise FileExistsError(f"{path} exists already; name another folder, or force")
        for name, text in files.items():
            write_text(path / name, text, force=True)
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.absolute().parent))
    try:
        staged.chmod(0o755)
        for name, text in files.items():
            (staged / name).write_bytes(text.encode())
        if path.exists():
            path.rmdir()
        staged.rename(path)
    finally:
        if staged.exists():
            shutil.rmtree(staged)
    return path
