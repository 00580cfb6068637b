"""Arrays as compiled code sees them: bare addresses, read and written by place.

An array handed from function to function carries seven values, a count of its users and a check of
negative places at each access. A kernel hands on addresses instead and never counts from the end,
which makes it about twice as fast, and faster to compile.
"""

from __future__ import annotations

import ctypes
import operator
from typing import Any

import numpy as np
from llvmlite import ir
from numba import types
from numba.core.cgutils import unpack_tuple
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin, models, register_model
from numba.np.arrayobj import make_array

from sinho.kernels.compile import built_in

LONGEST = 1 << 40
"""More numbers than any memory has."""


class Memory(types.Type):
    """Type of the address of numbers of 64 bits.

    Parameters
    ----------
    element : numba type
        What they are.
    """

    def __init__(self, element: Any) -> None:
        super().__init__(name=f"Memory({element})")
        self.element = element


MEMORY = Memory(types.int64)


@register_model(Memory)
class MemoryModel(models.PrimitiveModel):
    """How the address is held: as a pointer."""

    def __init__(self, manager: Any, front: Any) -> None:
        super().__init__(manager, front, manager.lookup(front.element).get_data_type().as_pointer())


@infer_global(operator.getitem)
class ReadMemory(AbstractTemplate):
    """Type of ``m[place]``."""

    def generic(self, args: Any, _kws: Any) -> Any:
        """Return the signature where the first argument is memory."""
        if isinstance(args[0], Memory):
            return signature(args[0].element, args[0], types.int64)
        return None


@infer_global(operator.setitem)
class WriteMemory(AbstractTemplate):
    """Type of ``m[place] = value``."""

    def generic(self, args: Any, _kws: Any) -> Any:
        """Return the signature where the first argument is memory."""
        if isinstance(args[0], Memory):
            return signature(types.none, args[0], types.int64, args[0].element)
        return None


@lower_builtin(operator.getitem, Memory, types.int64)
def _read(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
    return builder.load(builder.gep(args[0], [args[1]]))


@lower_builtin(operator.setitem, Memory, types.int64, types.Number)
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


@built_in(lambda arrays: type(arrays)(*(array.reshape(-1) for array in arrays)))
def bare(_context: Any, arrays: Any) -> Any:
    """Return a named tuple of contiguous arrays as one of their addresses."""
    kinds = [Memory(array.dtype) for array in arrays]
    found = types.NamedTuple(kinds, arrays.instance_class)
    if len({kind.name for kind in kinds}) == 1:
        found = types.NamedUniTuple(kinds[0], len(kinds), arrays.instance_class)

    def code(context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        held = unpack_tuple(builder, args[0])
        pairs = zip(arrays, held, strict=True)
        data = [make_array(kind)(context, builder, one).data for kind, one in pairs]
        return context.make_tuple(builder, found, data)

    return found(arrays), code
