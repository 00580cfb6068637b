"""Exact answers for small lines: their Markov chains, written down state by state and solved.

Nothing here knows the simulation. Each chain is a start and a function from a state to the moves
out of it; the states are found by walking, and the stationary shares solve a sparse linear system.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeVar

import numpy as np
import scipy.sparse as sparse
from scipy.sparse.linalg import spsolve

BLOCKED = -1
"""Phase of a station whose finished car cannot leave; 0 is an empty station."""

S = TypeVar("S", bound=Hashable)
Moves = Iterable[tuple[float, S]]


def stationary(start: S, moves: Callable[[S], Moves[S]]) -> dict[S, float]:
    """Return the share of time in each state of a chain.

    Parameters
    ----------
    start : state
        Any state of the chain's only closed class, or one that leads there.
    moves : callable
        The rates (or, for a chain in steps, the probabilities) and next states of a state.
    """
    numbers = {start: 0}
    rows, columns, values = [], [], []
    waiting = [start]
    while waiting:
        state = waiting.pop()
        here = numbers[state]
        for rate, after in moves(state):
            if after not in numbers:
                numbers[after] = len(numbers)
                waiting.append(after)
            rows += [numbers[after], here]
            columns += [here, here]
            values += [rate, -rate]
    n = len(numbers)
    balance = sparse.csc_matrix((values, (rows, columns)), shape=(n, n)).tolil()
    balance[0, :] = 1.0
    right = np.zeros(n)
    right[0] = 1.0
    shares = np.atleast_1d(spsolve(balance.tocsc(), right))
    return dict(zip(numbers, shares.tolist(), strict=True))


@dataclass(frozen=True)
class Line:
    """A line in one moment: the phase of each station, and the cars in the buffers between."""

    phases: tuple[int, ...]
    levels: tuple[int, ...]


def _settled(line: Line, room: Sequence[int], endless: bool = True) -> Line:
    """Move finished cars on and let stations begin, from the end of the line to its begin."""
    phases, levels = list(line.phases), list(line.levels)
    last = len(phases) - 1
    for j in range(last, -1, -1):
        while True:
            if phases[j] == BLOCKED and (j == last or phases[j + 1] == 0 or levels[j] < room[j]):
                phases[j] = 0
                if j < last and phases[j + 1] == 0:
                    phases[j + 1] = 1
                elif j < last:
                    levels[j] += 1
            elif phases[j] == 0 and j > 0 and levels[j - 1] > 0:
                levels[j - 1] -= 1
                phases[j] = 1
            elif phases[j] == 0 and j == 0 and endless:
                phases[j] = 1
            else:
                break
    return Line(tuple(phases), tuple(levels))


@cache
def saturated(
    rates: tuple[float, ...], room: tuple[int, ...], stages: int = 1
) -> tuple[float, tuple[float, ...]]:
    """Solve a saturated line with blocking after service.

    Parameters
    ----------
    rates : tuple of float
        Cars that each station finishes in a unit of time while it works.
    room : tuple of int
        Places between two stations.
    stages : int
        Stages of the Erlang service time; 1 is the exponential one.

    Returns
    -------
    float, tuple of float
        Cars a unit of time, and the mean level of each buffer.
    """

    def moves(line: Line) -> Moves[Line]:
        for j, phase in enumerate(line.phases):
            if phase > 0:
                done = BLOCKED if phase == stages else phase + 1
                phases = (*line.phases[:j], done, *line.phases[j + 1 :])
                yield rates[j] * stages, _settled(replace(line, phases=phases), room)

    empty = Line((0,) * len(rates), (0,) * len(room))
    shares = stationary(_settled(empty, room), moves)
    rate = sum(share for line, share in shares.items() if line.phases[-1] == stages)
    levels = [
        sum(share * line.levels[b] for line, share in shares.items()) for b in range(len(room))
    ]
    return rate * rates[-1] * stages, tuple(levels)


def stopping(
    rates: tuple[float, ...],
    room: tuple[int, ...],
    fails: tuple[float, ...],
    mends: tuple[float, ...],
    clock: bool = False,
) -> float:
    """Solve a saturated exponential line whose stations stop: cars a unit of time.

    Parameters
    ----------
    rates, room : as in `saturated`
    fails, mends : tuple of float
        Rates of failure and of repair of each station.
    clock : bool
        Whether a station fails by the clock, also where it waits, or only while it works.
    """
    n = len(rates)

    def moves(state: tuple[Line, tuple[bool, ...]]) -> Moves[tuple[Line, tuple[bool, ...]]]:
        line, up = state
        for j in range(n):
            other = (*up[:j], not up[j], *up[j + 1 :])
            if not up[j]:
                yield mends[j], (line, other)
                continue
            if line.phases[j] > 0:
                phases = (*line.phases[:j], BLOCKED, *line.phases[j + 1 :])
                yield rates[j], (_settled(replace(line, phases=phases), room), up)
            if clock or line.phases[j] > 0:
                yield fails[j], (line, other)

    empty = Line((0,) * n, (0,) * len(room))
    shares = stationary((_settled(empty, room), (True,) * n), moves)
    last = n - 1
    return rates[-1] * sum(
        s for (line, up), s in shares.items() if line.phases[last] > 0 and up[last]
    )


def in_steps(
    machines: tuple[tuple[float, float], ...], room: tuple[int, ...]
) -> tuple[float, tuple[float, ...]]:
    """Solve a line of machines with one unit of time a car and failures in whole steps.

    The rules are those of Gershwin and Schick (Operations Research 31, 1983): at a step's begin
    a machine that is down is mended with probability r; one that is up and neither starved nor
    blocked fails with probability p; then each machine that is up, with a car before it and
    room behind it as they were at the step's begin, moves one car. A buffer's room counts the car
    on which the machine behind it works.

    Parameters
    ----------
    machines : tuple of (r, p)
        Chances of repair and of failure in a step.
    room : tuple of int
        Room of each buffer.

    Returns
    -------
    float, tuple of float
        Cars a step, and the mean level of each buffer.
    """
    n = len(machines)

    def free(levels: tuple[int, ...], j: int) -> bool:
        return (j == 0 or levels[j - 1] > 0) and (j == n - 1 or levels[j] < room[j])

    def moves(
        state: tuple[tuple[int, ...], tuple[bool, ...]],
    ) -> Moves[tuple[tuple[int, ...], tuple[bool, ...]]]:
        levels, up = state
        able = [free(levels, j) for j in range(n)]
        choices = []
        for j, (mend, fail) in enumerate(machines):
            if not up[j]:
                choices.append(((mend, True), (1 - mend, False)))
            elif able[j]:
                choices.append(((1 - fail, True), (fail, False)))
            else:
                choices.append(((1.0, True),))
        for chosen in itertools.product(*choices):
            works = [able[j] and chosen[j][1] for j in range(n)]
            after = tuple(levels[b] + works[b] - works[b + 1] for b in range(n - 1))
            yield float(np.prod([c[0] for c in chosen])), (after, tuple(c[1] for c in chosen))

    shares = stationary(((0,) * (n - 1), (True,) * n), moves)
    rate = 0.0
    mend, fail = machines[-1]
    for (levels, up), share in shares.items():
        if free(levels, n - 1):
            rate += share * (1 - fail if up[-1] else mend)
    means = [sum(s * levels[b] for (levels, _), s in shares.items()) for b in range(n - 1)]
    return rate, tuple(means)


def closed(stations: int, skids: int) -> float:
    """Solve a loop of exponential stations at rate 1 with room for all: cars a unit of time."""

    def moves(at: tuple[int, ...]) -> Moves[tuple[int, ...]]:
        for j in range(stations):
            if at[j]:
                after = list(at)
                after[j] -= 1
                after[(j + 1) % stations] += 1
                yield 1.0, tuple(after)

    shares = stationary((skids, *(0,) * (stations - 1)), moves)
    return sum(share for at, share in shares.items() if at[0])
