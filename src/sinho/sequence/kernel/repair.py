"""Repair of a sequence: the best move of the car at a place, at a price for each car moved."""

from __future__ import annotations

from typing import Any

from sinho.sequence.kernel.bits import entry
from sinho.sequence.kernel.memory import memory_at
from sinho.sequence.kernel.moves import apply, level_change
from sinho.sequence.kernel.pool import (
    ACTIVE,
    GROUP,
    HEAD,
    HELD,
    LEFT,
    LINE,
    RIGHT,
    SIZE,
    SWAP,
    TOTAL,
    CARS,
)

EQUAL = 1e-6
"""Figures nearer than this are equal; totals are whole, prices may be fractions."""


@entry
def scan(
    address: int, place: int, stage: int, prices: Any, moved: Any, best: Any, found: Any
) -> int:
    """Find the best move of the car at a place: a swap, or a car taken out and put in elsewhere.

    Moves are compared by what they change, level by level, hard rules first; from the level
    ``stage`` on each change is raised by the level's price for each car that the move adds to
    those moved, at most. A move has to better the order so priced, and to break no hard rule.

    Parameters
    ----------
    address : int
        Where the array of the search lies.
    place : int
        The place.
    stage : int
        The first level at which moved cars are priced, 0 for the hard rules.
    prices : ndarray of float64, shape (levels,)
        Price of a moved car in units of each level's total.
    moved : ndarray of int64, shape (cars,)
        1 for cars that are moved already, else 0.
    best : ndarray of float64, shape (2, levels)
        Room to work in; the first row holds the priced changes of the move found.
    found : ndarray of int64, shape (3,)
        Is set to the kind and the two places of the move; the kind is -1 where there is none.

    Returns
    -------
    int
        Moves compared.
    """
    m = memory_at(address)
    levels, line, held, head = m[ACTIVE], m[LINE], m[HELD], m[HEAD]
    size, group = m[SIZE], m[GROUP] + m[ACTIVE] * m[CARS]
    broken = m[m[TOTAL]] > 0
    found[0] = -1
    best[:, :] = 0.0
    tries = 0
    if m[held + place + 1] > m[held + place]:
        return 0
    x = m[line + place]
    for reach in range(2, 2 * size):
        # The nearest places first, in front and behind in turn; of equal moves the first is taken.
        other = place + (reach // 2 if reach % 2 else -(reach // 2))
        if other < head or other >= head + size:
            continue
        y = m[line + other]
        a, b = min(place, other), max(place, other)
        if m[held + other + 1] > m[held + other]:
            continue
        for family in range(3):
            if family == 0:
                if m[group + x] == m[group + y]:
                    continue
                kind = SWAP
                cars = 2 - moved[x] - moved[y]
                if b == a + 1 and cars > 0:
                    cars -= 1
            elif b == a + 1 or m[held + b + 1] > m[held + a]:
                break
            elif family == 1:
                kind = LEFT if place < other else RIGHT
                cars = 1 - moved[x]
            else:
                kind = RIGHT if place < other else LEFT
                cars = 1 - moved[y]
            tries += 1
            verdict = 0
            for step in range(levels):
                level = step if broken else (step + 1) % levels
                value = float(level_change(m, level, kind, a, b))
                if level == 0 and not broken:
                    if value > 0.0:
                        verdict = 1
                    break
                if level >= stage:
                    value += prices[level] * cars
                best[1, level] = value
                if verdict == 0:
                    if value > best[0, level] + EQUAL:
                        verdict = 1
                        break
                    if value < best[0, level] - EQUAL:
                        verdict = -1
            if verdict < 0:
                best[0, :] = best[1, :]
                found[0], found[1], found[2] = kind, a, b
    return tries


@entry
def weigh(address: int, kind: int, a: int, b: int, change: Any) -> None:
    """Write the change of each level by a move into ``change``, shape (levels,)."""
    m = memory_at(address)
    for level in range(m[ACTIVE]):
        change[level] = level_change(m, level, kind, a, b)


@entry
def take(address: int, kind: int, a: int, b: int) -> None:
    """Take a move and keep all books."""
    apply(memory_at(address), kind, a, b)
