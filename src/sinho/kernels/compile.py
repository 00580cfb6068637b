"""How functions are compiled.

Each is compiled when it is first needed, once: for whole numbers, and not again for the constants
among them.
"""

from __future__ import annotations

import functools
import gc
import logging
import warnings
from collections.abc import Callable
from typing import Any

import numba
from numba.core.types.misc import unliteral
from numba.extending import intrinsic

from sinho.kernels.cache import Kept, not_kept

LOG = logging.getLogger("sinho")
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
        requested = compiled.get_call_template

        def plain(args: Any, kws: Any) -> Any:
            named = {name: unliteral(kind) for name, kind in kws.items()}
            return requested(tuple(unliteral(kind) for kind in args), named)

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
            not_kept("")
        collects = gc.isenabled()
        gc.disable()
        try:
            return self.own.compile(args, return_type)
        finally:
            if collects:
                gc.enable()


@functools.cache
def _say_once() -> None:
    LOG.info(
        "compiling the search for this machine: some seconds, once (`sinho warm` does it ahead)"
    )
