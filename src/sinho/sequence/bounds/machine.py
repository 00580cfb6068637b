"""The states of ratio rules along a line: how far back the last cars with each option lie.

A window that holds more than N cars holds a car and the N-th before it, and the number of windows
that hold both is the window less their distance. So the excess summed over windows follows from
the distances at which cars are placed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinho.days.rules import Ratio
from sinho.sequence.bounds.facts import Facts

Whole = NDArray[np.int64]
Ages = tuple[tuple[int, ...], ...]
"""Per rule, how far the last cars with the option lie before the next position, nearest first."""


@dataclass(frozen=True)
class Machine:
    """What follows when a car of a class is placed.

    Parameters
    ----------
    follows : array of int, shape (states, classes)
        The next state.
    distance : array of int, shape (states, rules)
        Distance from the next position to the N-th last car with the option; the window where it
        is as far or farther.
    fitted : array of int, shape (classes, rules)
        1 where the class has the rule's option.
    """

    follows: NDArray[np.intp]
    distance: Whole
    fitted: Whole


def already_broken(rule: Ratio, facts: Facts) -> int:
    """Return the excess of windows into the day that the cars before it bring about alone."""
    before = facts.before(rule.option)
    last = facts.size if rule.shortened else facts.size - rule.window + 1
    # The cars in the last 1, 2 and so on of the positions before the day.
    behind = np.cumsum(before[::-1])[max(0, -last) : rule.window - 1]
    return int(np.maximum(0, behind - rule.most).sum())


def begun_ages(rules: Sequence[Ratio], facts: Facts) -> Ages:
    """Return how far the last cars before the day with each rule's option lie back."""
    state = []
    for rule in rules:
        behind = facts.before(rule.option)[::-1]
        ages = (np.flatnonzero(behind)[: rule.most] + 1).tolist()
        far = [rule.window] * (rule.most - len(ages))
        state.append((*(min(age, rule.window) for age in ages), *far))
    return tuple(state)


def ratio_machine(
    rules: Sequence[Ratio], kinds: Sequence[tuple[int, ...]], begun: Ages, most: int
) -> Machine | None:
    """Return the states that can be reached and what follows them; None where they are too many."""

    def following(ages: tuple[int, ...], fitted: int, rule: Ratio) -> tuple[int, ...]:
        kept = (0, *ages)[: rule.most] if fitted else ages
        return tuple(min(age + 1, rule.window) for age in kept)

    number: dict[Ages, int] = {begun: 0}
    states = [begun]
    follows: list[list[int]] = []
    while len(follows) < len(states):
        state = states[len(follows)]
        row = []
        for kind in kinds:
            after = tuple(map(following, state, kind, rules))
            if after not in number:
                number[after] = len(states)
                states.append(after)
                if len(states) > most:
                    return None
            row.append(number[after])
        follows.append(row)
    distance = [[ages[-1] if ages else 0 for ages in state] for state in states]
    return Machine(
        np.array(follows, dtype=np.intp),
        np.array(distance, dtype=np.int64),
        np.array(kinds, dtype=np.int64),
    )
