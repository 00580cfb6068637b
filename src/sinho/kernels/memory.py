"""The array of a search as compiled code sees it: a bare address, read and written by place.

An array handed from function to function carries seven values, a count of its users and a check of
negative places at each access. The kernel hands on one address instead and never counts from the
end, which makes it about twice as fast, and faster to compile.
"""

from __future__ import annotations

import ctypes
import operator
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin, models, register_model

from sinho.kernels.compile import built_in

LONGEST = 1 << 40
"""More numbers than any memory has."""


class Memory(types.Type):
    """Type of the address of whole numbers of 64 bits."""

    def __init__(self) -> None:
        super().__init__(name="Memory")


MEMORY = Memory()


@register_model(Memory)
class MemoryModel(models.PrimitiveModel):
    """How the address is held: as a pointer."""

    def __init__(self, manager: Any, front: Any) -> None:
        super().__init__(manager, front, ir.IntType(64).as_pointer())


@infer_global(operator.getitem)
class ReadMemory(AbstractTemplate):
    """Type of ``m[place]``."""

    def generic(self, args: Any, _kws: Any) -> Any:
        """Return the signature where the first argument is memory."""
        if isinstance(args[0], Memory):
            return signature(types.int64, args[0], types.int64)
        return None


@infer_global(operator.setitem)
class WriteMemory(AbstractTemplate):
    """Type of ``m[place] = value``."""

    def generic(self, args: Any, _kws: Any) -> Any:
        """Return the signature where the first argument is memory."""
        if isinstance(args[0], Memory):
            return signature(types.none, args[0], types.int64, types.int64)
        return None


@lower_builtin(operator.getitem, Memory, types.int64)
def _read(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
    return builder.load(builder.gep(args[0], [args[1]]))


@lower_builtin(operator.setitem, Memory, types.int64, types.int64)
def _write(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
    builder.store(args[2], builder.gep(args[0], [args[1]]))


def _plain(address: int) -> Any:
    """Return the memory at an address as an array, without an end, where nothing is compiled."""
    return np.ctypeslib.as_array((ctypes.c_int64 * LONGEST).from_address(address))


@built_in(_plain)
def memory_at(_context: Any, _address: Any) -> Any:
    """Return the memory at an address."""

    def code(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.inttoptr(args[0], ir.IntType(64).as_pointer())

    return MEMORY(types.int64), code
