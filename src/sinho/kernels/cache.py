"""What is kept on disk of compiled functions.

It has a checksum, and is found only for the same files, libraries and machine: what is damaged or
out of date is compiled anew.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import os
import pickle
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite
import numba
from numba.core.caching import FunctionCache
from numba.core.serialize import dumps

LOG = logging.getLogger("sinho")
SUM = hashlib.sha256().digest_size


class Kept(FunctionCache):  # type: ignore[misc]
    """What is kept of a function on disk, where numba would keep it.

    Parameters
    ----------
    function : callable
        The function.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        super().__init__(function)
        source = Path(function.__code__.co_filename)
        name = f"{source.stem}.{function.__qualname__}.{sys.implementation.cache_tag}"
        self._cache_file = Store(Path(self._cache_path), name, stamp(source.parent))

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled; where that fails, it is compiled in each process."""
        try:
            super().save_overload(sig, data)
        except OSError as error:
            not_kept(f" ({error.filename or self._cache_path}: {error.strerror})")


class Store:
    """Files of compiled functions, each with a checksum.

    Parameters
    ----------
    folder : pathlib.Path
        Where they lie.
    name : str
        What their names begin with.
    mark : str
        Of what they were compiled, as `stamp`; files of another mark are out of date.
    """

    def __init__(self, folder: Path, name: str, mark: str) -> None:
        self.folder, self.name, self.mark = folder, name, mark

    def path(self, key: object) -> Path:
        """Return the file of a key."""
        short = hashlib.sha256(repr(key).encode()).hexdigest()[:12]
        return self.folder / f"{self.name}-{self.mark}-{short}.nbc"

    def load(self, key: object) -> Any:
        """Return what is kept under a key; None where that is nothing, or damaged."""
        try:
            content = self.path(key).read_bytes()
        except OSError:
            return None
        if hashlib.sha256(content[SUM:]).digest() != content[:SUM]:
            return None
        return pickle.loads(content[SUM:])

    def save(self, key: object, data: object) -> None:
        """Keep something under a key, and delete what is out of date."""
        path, body = self.path(key), dumps(data)
        for file in self.folder.glob(f"{self.name}-*"):
            if not file.name.startswith(f"{self.name}-{self.mark}-"):
                _deleted(file)
        if path.is_dir():
            _deleted(path)
        handle, staged = tempfile.mkstemp(prefix=f".{self.name}-", dir=self.folder)
        try:
            with os.fdopen(handle, "wb") as content:
                content.write(hashlib.sha256(body).digest() + body)
            Path(staged).replace(path)
        finally:
            Path(staged).unlink(missing_ok=True)

    def flush(self) -> None:
        """Delete all files."""
        for file in self.folder.glob(f"{self.name}-*"):
            _deleted(file)


def _deleted(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


@functools.cache
def stamp(folder: Path) -> str:
    """Return a mark that changes with the files of a folder and of this one, and the libraries.

    A function's own file is not enough: what it calls lies in others, and is compiled into it.
    """
    files = [file for at in (Path(__file__).parent, folder) for file in sorted(at.glob("*.py"))]
    versions = f"{numba.__version__} {llvmlite.__version__}".encode()
    read = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(versions + read).hexdigest()[:12]


@functools.cache
def not_kept(why: str) -> None:
    """Warn, once, that each process compiles anew, and why."""
    LOG.warning(
        "what is compiled cannot be kept%s and is compiled anew each time; have NUMBA_CACHE_DIR "
        "name a folder that can be written to",
        why,
    )
