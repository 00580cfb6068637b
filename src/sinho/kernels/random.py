"""Random numbers: SplitMix64 (Steele, Lea and Flood 2014, OOPSLA), the same on every machine.

The state is one word. Each search keeps it where it keeps the rest of its state.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.kernels.compile import inlined, inner


@inlined
def stepped(state: Any) -> Any:
    """Return the state that follows a state, a word."""
    return state + np.uint64(0x9E3779B97F4A7C15)


@inlined
def mixed(state: Any) -> Any:
    """Return the 64 random bits of a state."""
    z = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


@inlined
def scaled(bits: Any, bound: int) -> int:
    """Return the whole number from 0 to below ``bound`` that random bits stand for."""
    return np.int64(((bits >> np.uint64(32)) * np.uint64(bound)) >> np.uint64(32))


@inlined
def fraction(bits: Any) -> float:
    """Return the number from 0 to below 1 that random bits stand for."""
    return np.float64(bits >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inner
def draw(state: Any) -> Any:
    """Return 64 random bits; ``state`` is an array of one word."""
    state[0] = stepped(state[0])
    return mixed(state[0])


@inner
def below(state: Any, bound: int) -> int:
    """Return a whole number from 0 to below ``bound``."""
    return scaled(draw(state), bound)


@inner
def uniform(state: Any) -> float:
    """Return a number from 0 to below 1."""
    return fraction(draw(state))
