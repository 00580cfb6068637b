"""Bit sets over places: windows that are full or over their limit, places with an option.

A rule's windows are numbered by their first place. Two bit sets say which windows hold at least
as many cars as allowed (one car more costs) and which hold more (one car less gains), so that the
change of a rule's cost by a move is a population count over the windows touched.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.kernels.compile import inlined, inner
from sinho.kernels.words import FULL, WORD, lowest, mirrored, popcount


@inlined
def chunk(m: Any, row: int, start: int, length: int) -> Any:
    """Return the ``length`` (1 to 64) bits from ``start`` on of the bit set at ``row``."""
    at = row + (start >> 6)
    shift = np.uint64(start & 63)
    # The next word is shifted in two steps: a shift by 64 is not defined.
    bits = (np.uint64(m[at]) >> shift) | (
        (np.uint64(m[at + 1]) << np.uint64(1)) << (np.uint64(63) - shift)
    )
    return bits & (FULL >> np.uint64(WORD - length))


@inlined
def backwards(m: Any, row: int, start: int, length: int) -> Any:
    """Return the same bits as ``chunk``, the last one first."""
    return mirrored(chunk(m, row, start, length)) >> np.uint64(WORD - length)


@inner
def count_long(m: Any, row: int, start: int, stop: int) -> int:
    """Count the bits from ``start`` to before ``stop``, however many."""
    total = 0
    while start < stop:
        length = min(WORD, stop - start)
        total += np.int64(popcount(chunk(m, row, start, length)))
        start += length
    return total


@inlined
def count(m: Any, row: int, start: int, stop: int) -> int:
    """Count the bits from ``start`` to before ``stop``."""
    length = stop - start
    if length <= 0:
        return 0
    if length <= WORD:
        return np.int64(popcount(chunk(m, row, start, length)))
    return count_long(m, row, start, stop)


@inner
def count_both(
    m: Any, row: int, start: int, other: int, begin: int, length: int, unlike: Any
) -> int:
    """Count the places where both bit sets hold, or the first holds and not the second.

    Parameters
    ----------
    m : ndarray of int64
        The array of the search.
    row, other : int
        Where the bit sets lie.
    start, begin : int
        Where to begin in each.
    length : int
        Places compared.
    unlike : uint64
        0, or all ones to count where ``other`` does not hold.
    """
    total = 0
    while length > 0:
        part = min(WORD, length)
        total += np.int64(
            popcount(chunk(m, row, start, part) & (chunk(m, other, begin, part) ^ unlike))
        )
        start += part
        begin += part
        length -= part
    return total


@inlined
def test(m: Any, row: int, place: int) -> int:
    """Return 1 where the bit is set, else 0."""
    return (m[row + (place >> 6)] >> (place & 63)) & 1


@inlined
def assign(m: Any, row: int, place: int, value: bool) -> None:
    """Set or clear one bit."""
    bit = np.int64(1) << np.int64(place & 63)
    if value:
        m[row + (place >> 6)] |= bit
    else:
        m[row + (place >> 6)] &= ~bit


@inner
def next_bit(m: Any, row: int, start: int, words: int) -> int:
    """Return the next place with its bit set from ``start`` on, around the end; -1 for none."""
    word = start >> 6
    bits = np.uint64(m[row + word]) & (FULL << np.uint64(start & 63))
    for _ in range(words + 1):
        if bits:
            return word * WORD + np.int64(lowest(bits))
        word += 1
        if word == words:
            word = 0
        bits = np.uint64(m[row + word])
    return -1
