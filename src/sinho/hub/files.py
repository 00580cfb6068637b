"""Writes files that appear whole or not at all, also where the power goes."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from sinho.errors import StoreError

LARGEST = 256 * 2**20
"""The most bytes of a file that is read as a whole."""


def check_file(path: Path, largest: int = LARGEST) -> None:
    """Refuse to open what is no plain file: a pipe or a device may never end.

    Parameters
    ----------
    path : pathlib.Path
        The file, or a link to it.
    largest : int
        The most bytes that it may hold.

    Raises
    ------
    OSError
        When it is missing, is a folder, pipe, device or socket, or is larger; ``strerror`` says
        why.
    """
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        kind = "a folder" if stat.S_ISDIR(found.st_mode) else "a pipe, a device or a socket"
        raise OSError(errno.EINVAL, f"it is no file but {kind}", str(path))
    if found.st_size > largest:
        reason = (
            f"it holds {found.st_size / 2**20:,.0f} MiB, more than the {largest >> 20:,} allowed"
        )
        raise OSError(errno.EFBIG, reason, str(path))


def read_bytes(path: Path, largest: int = LARGEST) -> bytes:
    """Return the content of a plain file.

    Parameters
    ----------
    path : pathlib.Path
        The file, or a link to it.
    largest : int
        The most bytes that it may hold.

    Raises
    ------
    OSError
        As `check_file` does, and when it cannot be read.
    """
    check_file(path, largest)
    return path.read_bytes()


WHY_NOT = {
    errno.ENOENT: "no folder can be made there",
    errno.ENOTDIR: "a part of the name is a file, not a folder",
    errno.EEXIST: "it is a file, not a folder",
    errno.EACCES: "you have no right to write there",
    errno.EPERM: "you have no right to write there",
    errno.EROFS: "that disk can only be read",
    errno.ENOSPC: "that disk is full",
    errno.ENAMETOOLONG: "the name is too long",
}
"""Why nothing can be written, in plain words."""


def prepared(out: str | Path) -> Path:
    """See that a folder can be written to, before its content takes its time; leave all as it was.

    Parameters
    ----------
    out : str or pathlib.Path
        The folder, there or not yet.

    Raises
    ------
    StoreError
        When it cannot.
    """
    folder = Path(out)
    made: list[Path] = []
    try:
        made = [path for path in (folder, *folder.parents) if not path.exists()]
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".sinho-"):
            return folder
    except OSError as error:
        why = WHY_NOT.get(error.errno or 0, error.strerror)
        raise StoreError(
            f"{folder} cannot be written to: {why}. Give the name of another folder."
        ) from None
    finally:
        for path in made:
            with suppress(OSError):  # it holds something
                path.rmdir()


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
        with named(path):
            yield staged
            staged.chmod(0o644)
            settle(staged)
            staged.replace(path)
            settle(path.parent)
    finally:
        staged.unlink(missing_ok=True)


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Say which file could not be written where the system says only why, as of a full disk."""
    try:
        yield
    except Exception as error:
        # libraries hand on what the system says as an argument of their own errors
        said = next((one for one in (error, *error.args) if isinstance(one, OSError)), None)
        if said is None or said.errno is None or said.filename is not None:
            raise
        raise OSError(said.errno, said.strerror, str(path)) from error


def settle(path: Path) -> None:
    """Wait until a file or folder is on the disk.

    A rename may reach the disk before what it renames does: so a file is settled before it is put
    in its place, and the folder behind that. What cannot be settled, as on some network drives, is
    left to the system.

    Parameters
    ----------
    path : pathlib.Path
        The file or folder.
    """
    if path.is_dir() and os.name == "nt":
        return  # folders cannot be opened there
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


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


def write_folder(path: Path, files: Mapping[str, str | bytes], *, force: bool) -> Path:
    """Write files into a folder, all of them beside it first; a new folder appears whole.

    Parameters
    ----------
    path : pathlib.Path
        The folder.
    files : mapping of str to str or bytes
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
        for name, content in files.items():
            target = staged / name
            with named(path / name):
                target.parent.mkdir(exist_ok=True)
                target.write_bytes(content.encode() if isinstance(content, str) else content)
                settle(target)
        for folder in {(staged / name).parent for name in files}:
            settle(folder)
        if not path.exists():
            staged.rename(path)
            settle(path.absolute().parent)
            return path
        for name in files:
            (path / name).parent.mkdir(exist_ok=True)
            (staged / name).replace(path / name)
        for folder in {(path / name).parent for name in files}:
            settle(folder)
    finally:
        if staged.exists():
            shutil.rmtree(staged)
    return path
