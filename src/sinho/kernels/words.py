"""Bits of a 64-bit word, each by one instruction of the machine."""

from __future__ import annotations

from typing import Any

import numpy as np
from llvmlite import ir
from numba import types

from sinho.kernels.compile import built_in

WORD = 64
FULL = np.uint64(0xFFFFFFFFFFFFFFFF)


@built_in(lambda word: np.uint64(int(word).bit_count()))
def popcount(_context: Any, _word: Any) -> Any:
    """Count the bits set in a 64-bit word."""

    def code(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.ctpop(args[0])

    return types.uint64(types.uint64), code


@built_in(lambda word: np.uint64((int(word) & -int(word)).bit_length() - 1))
def lowest(_context: Any, _word: Any) -> Any:
    """Return the place of the lowest bit set in a 64-bit word other than 0."""

    def code(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.cttz(args[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), code


@built_in(lambda word: np.uint64(int(f"{int(word):064b}"[::-1], 2)))
def mirrored(_context: Any, _word: Any) -> Any:
    """Return the bits of a 64-bit word in reverse order."""

    def code(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.bitreverse(args[0])

    return types.uint64(types.uint64), code
