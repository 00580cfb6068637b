"""How functions are compiled, and what is kept of them on disk.

Each is compiled when it is first needed, once: for whole numbers, and not again for the constants
among them. What is kept of it has a checksum, and is found only for the same files, libraries and
machine: what is damaged or out of date is compiled anew.
"""

from __future__ import annotations

import functools
import gc
import hashlib
import logging
import os
import pickle
import shutil
import sys
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import llvmlite
import numba
from numba.core.caching import FunctionCache
from numba.core.serialize import dumps
from numba.core.types.misc import unliteral
from numba.extending import intrinsic

LOG = logging.getLogger("sinho")
SUM = hashlib.sha256().digest_size
QUICKLY: dict[str, Any] = {"nogil": True, "no_cfunc_wrapper": True, "no_rewrites": True}
"""Compiled without the interpreter's lock, and without what nobody here calls or needs."""

Function = Callable[..., Any]

if numba.config.DISABLE_JIT:  # the sums of random numbers go round on purpose, as compiled ones do
    warnings.filterwarnings("ignore", "overflow", RuntimeWarning, r"sinho\..*kernel")


def entry(function: Function) -> Function:
    """Compile a function that is called from Python; it is kept on disk with all that it calls."""
    compiled = numba.njit(**QUICKLY)(function)
    if not numba.config.DISABLE_JIT:
        compiled._compiler = _Compiler(compiled._compiler)
        try:
            compiled._cache = Kept(function)
        except RuntimeError:  # there is no folder to write to
            compiled._compiler.kept = False
    return compiled  # type: ignore[no-any-return]


def inner(function: Function) -> Function:
    """Compile a function that is called from compiled ones alone."""
    return _once(numba.njit(no_cpython_wrapper=True, **QUICKLY)(function))


def inlined(function: Function) -> Function:
    """Do the same with a small one that belongs into its callers."""
    return _once(numba.njit(forceinline=True, no_cpython_wrapper=True, **QUICKLY)(function))


def merged(function: Function) -> Function:
    """Do the same with a larger one with one caller, made part of it before either is compiled."""
    return numba.njit(nogil=True, inline="always")(function)  # type: ignore[no-any-return]


def built_in(plain: Function) -> Callable[[Function], Function]:
    """Make a function of machine instructions; with NUMBA_DISABLE_JIT, a plain one in its place.

    Parameters
    ----------
    plain : callable
        What does the same in Python.
    """
    return lambda code: plain if numba.config.DISABLE_JIT else intrinsic(code)


def _once(compiled: Any) -> Function:
    """Have a function compiled for numbers of a kind, not again for constants among them."""
    if not numba.config.DISABLE_JIT:
        asked = compiled.get_call_template

        def plain(args: Any, kws: Any) -> Any:
            named = {name: unliteral(kind) for name, kind in kws.items()}
            return asked(tuple(unliteral(kind) for kind in args), named)

        compiled.get_call_template = plain
    return compiled  # type: ignore[no-any-return]


class _Compiler:
    """Compiles for a function called from Python; says so, as it takes seconds.

    Parameters
    ----------
    own : object
        Numba's compiler of the function.
    """

    def __init__(self, own: Any) -> None:
        self.own, self.kept = own, True

    def __getattr__(self, name: str) -> Any:
        return getattr(self.own, name)

    def compile(self, args: Any, return_type: Any) -> Any:
        """Compile for types of arguments; without collecting garbage, which takes a sixth."""
        _say_once()
        if not self.kept:
            _not_kept("")
        collects = gc.isenabled()
        gc.disable()
        try:
            return self.own.compile(args, return_type)
        finally:
            if collects:
                gc.enable()


class Kept(FunctionCache):  # type: ignore[misc]
    """What is kept of a function on disk, where numba would keep it.

    Parameters
    ----------
    function : callable
        The function.
    """

    def __init__(self, function: Function) -> None:
        super().__init__(function)
        source = Path(function.__code__.co_filename)
        name = f"{source.stem}.{function.__qualname__}.{sys.implementation.cache_tag}"
        self._cache_file = Store(Path(self._cache_path), name, stamp(source.parent))

    def save_overload(self, sig: Any, data: Any) -> None:
        """Keep what was compiled; where that fails, it is compiled in each process."""
        try:
            super().save_overload(sig, data)
        except OSError as error:
            _not_kept(f" ({error.filename or self._cache_path}: {error.strerror})")


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
    """Return a mark that changes with a folder's files, this one, and the compiling libraries.

    A function's own file is not enough: what it calls lies in others, and is compiled into it.
    """
    files = [Path(__file__), *sorted(folder.glob("*.py"))]
    versions = f"{numba.__version__} {llvmlite.__version__}".encode()
    read = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(versions + read).hexdigest()[:12]


@functools.cache
def _say_once() -> None:
    LOG.info(
        "compiling the search for this machine: some seconds, once (`sinho warm` does it ahead)"
    )


@functools.cache
def _not_kept(why: str) -> None:
    LOG.warning(
        "what is compiled cannot be kept%s and is compiled anew each time; have NUMBA_CACHE_DIR "
        "name a folder that can be written to",
        why,
    )
