"""Random numbers of a search, whose state lies in its array."""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.kernels.compile import inlined
from sinho.kernels.random import fraction, mixed, scaled, stepped
from sinho.sequence.kernel.pool import RANDOM


@inlined
def draw(m: Any) -> Any:
    """Return 64 random bits."""
    z = stepped(np.uint64(m[m[RANDOM]]))
    m[m[RANDOM]] = np.int64(z)
    return mixed(z)


@inlined
def below(m: Any, bound: int) -> int:
    """Return a whole number from 0 to below ``bound``."""
    return scaled(draw(m), bound)


@inlined
def uniform(m: Any) -> float:
    """Return a number from 0 to below 1."""
    return fraction(draw(m))
