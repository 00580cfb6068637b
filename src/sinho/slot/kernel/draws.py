"""Random numbers: SplitMix64 (Steele, Lea and Flood 2014, OOPSLA), the same on every machine."""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.compiled import inner


@inner
def draw(state: Any) -> Any:
    """Return 64 random bits: SplitMix64 (Steele, Lea and Flood 2014, OOPSLA)."""
    z = state[0] + np.uint64(0x9E3779B97F4A7C15)
    state[0] = z
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@inner
def below(state: Any, bound: int) -> int:
    """Return a whole number from 0 to below ``bound``."""
    return np.int64(((draw(state) >> np.uint64(32)) * np.uint64(bound)) >> np.uint64(32))


@inner
def uniform(state: Any) -> float:
    """Return a number from 0 to below 1."""
    return np.float64(draw(state) >> np.uint64(11)) * (1.0 / 9007199254740992.0)
