"""Ratio rules that stand in each other's way: a lower bound of what several cost together.

A car with two options counts in both rules, and every position takes one car. So what each rule
could do by itself may be out of reach for all of them: where half of the cars have one option at
1/2, the others have to be spread over the places that are left.

The bound is a Lagrangian relaxation (Held and Karp 1971, Mathematical Programming 1, 6-25): every
position may take a car of any class (the options of the group that a car has), and each class has
a price for the cars that are placed beyond or short of the number that there are. For any prices
the cheapest row of classes, found by dynamic programming along the line, bounds the cost from
below. The state holds how long ago the last cars with each option were placed: a window that holds
more than N cars holds a car and the N-th before it, and the number of windows that hold both is
the window less their distance, so the excess summed over windows follows from these distances.
The prices are improved by a proximal bundle method (Lemaréchal 1978; Kiwiel 1990, Mathematical
Programming 46, 105-122). Prices are whole 4096ths, so the bound is exact arithmetic.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinho.sequence.bounds.facts import Facts
from sinho.sequence.bounds.prices import improve
from sinho.sequence.rules import Ratio

Whole = NDArray[np.int64]
Real = NDArray[np.float64]
Ages = tuple[tuple[int, ...], ...]
"""Per rule, how far the last cars with the option lie before the next position, nearest first."""

PARTS = 4096
"""Parts of a price."""
MOST_CLASSES = 16
NEVER = 1 << 50


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


@dataclass(frozen=True)
class Joint:
    """What ratio rules cost together.

    Parameters
    ----------
    rules : tuple of Ratio
        The rules.
    total : int
        Sum of weight times cost that no order avoids.
    prices : mapping of tuple of int to float
        Prices of the classes that prove it, by the options that a class has.
    """

    rules: tuple[Ratio, ...]
    total: int
    prices: Mapping[tuple[int, ...], float]


def joint_floor(
    rules: Sequence[Ratio],
    facts: Facts,
    *,
    states: int,
    rounds: int,
    known: Joint | None = None,
) -> Joint | None:
    """Return a lower bound of the weighted cost of several ratio rules together.

    Parameters
    ----------
    rules : sequence of Ratio
        The rules.
    facts : Facts
        The day's figures.
    states, rounds : int
        Most states, and most rounds of improving the prices.
    known : Joint, optional
        The bound of the first of the rules, whose prices are taken to begin with.

    Returns
    -------
    Joint or None
        The bound; None where the group has too many states.
    """
    columns = [facts.fitted(rule.option).tolist() for rule in rules]
    classes = list(zip(*columns, strict=True))
    counts = Counter(classes)
    kinds = sorted(counts)
    machine = None
    if len(kinds) <= MOST_CLASSES:
        machine = ratio_machine(rules, kinds, begun_ages(rules, facts), states)
    if machine is None:
        return None
    numbers = np.array([counts[kind] for kind in kinds], dtype=np.int64)
    held = {at: kinds.index(classes[row]) for at, row in facts.held.items()}
    row = _Row(rules, facts.size, facts.day.previous.height, machine, held)

    def value(prices: Real) -> tuple[float, Real]:
        whole = np.round(prices * PARTS).astype(np.int64)
        cost, placed = row.cheapest(whole)
        return (cost + int(whole @ numbers)) / PARTS, (numbers - placed).astype(np.float64)

    # To begin with, a car is priced at what the rules by themselves would save without it.
    first = len(known.rules) if known else 0
    slopes = [rule.weight * facts.floor(rule).slope for rule in rules[first:]]
    start = (machine.fitted[:, first:] @ np.array(slopes, dtype=np.int64)).astype(np.float64)
    if known:
        start += [known.prices[kind[:first]] for kind in kinds]
    best, prices = improve(value, start, rounds)
    # The value is a whole number of parts, which a float of this size holds exactly.
    total = math.ceil(best) + sum(rule.weight * already_broken(rule, facts) for rule in rules)
    return Joint(tuple(rules), total, dict(zip(kinds, prices.tolist(), strict=True)))


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


class _Row:
    """The cheapest row of classes along the line, for given prices."""

    def __init__(
        self,
        rules: Sequence[Ratio],
        size: int,
        known: int,
        machine: Machine,
        held: Mapping[int, int],
    ) -> None:
        self.size, self.known, self.machine = size, known, machine
        self.window = np.array([rule.window for rule in rules], dtype=np.int64)
        self.weight = np.array([rule.weight for rule in rules], dtype=np.int64)
        self.last = np.array(
            [size if rule.shortened else size - rule.window + 1 for rule in rules], dtype=np.int64
        )
        reach = int(self.window.max())
        # Where windows lie clear of both ends, a car costs the same at every position.
        clear = range(reach, size - reach + 1)
        self.plain = self._cost(reach)
        self.ends = {at: self._cost(at) for at in range(1, size + 1) if at not in clear}
        every = np.arange(len(machine.fitted))
        self.barred = {at: np.where(every == kind, 0, NEVER) for at, kind in held.items()}
        self.single = sorted({*self.ends, *held})
        # The held cars that the day begins with leave no choice.
        self.begun = self.state = self.sunk = 0
        while self.begun + 1 in held:
            self.begun += 1
            kind = held[self.begun]
            self.sunk += int(self.ends.get(self.begun, self.plain)[self.state, kind])
            self.state = int(machine.follows[self.state, kind])
        self.opening = np.bincount(
            [held[at] for at in range(1, self.begun + 1)], minlength=len(every)
        ).astype(np.int64)

    def _cost(self, position: int) -> Whole:
        """Return what a class costs in each state at a position; shape (states, classes)."""
        begin = np.maximum(position - self.window + 1, np.maximum(1 - self.known, 2 - self.window))
        end = np.minimum(position - self.machine.distance, self.last)
        both = np.maximum(0, end - begin + 1)
        cost: Whole = (both * self.weight * PARTS) @ self.machine.fitted.T
        return cost

    def cheapest(self, prices: Whole) -> tuple[int, Whole]:
        """Return the least cost less the prices of the cars placed, and the cars per class."""
        follows = self.machine.follows
        states = np.arange(len(follows))
        value = np.zeros(len(follows), dtype=np.int64)
        plain = self.plain - prices
        chosen: list[NDArray[np.intp]] = []
        choice_at = np.empty(self.size + 1, dtype=np.intp)
        seen: dict[bytes, tuple[int, int]] = {}
        position = self.size
        while position > self.begun:
            cost = plain
            if position in self.ends or position in self.barred:
                cost = self.ends.get(position, self.plain) - prices
                cost += self.barred.get(position, 0)
                seen = {}
            else:
                # Where the values repeat themselves but for a constant, so do the choices.
                level = int(value.min())
                key = (value - level).tobytes()
                if key in seen:
                    earlier, earlier_level = seen.pop(key)
                    period = earlier - position
                    times = (position - self._bottom(position)) // period
                    fresh = position - times * period
                    pattern = choice_at[position + 1 : earlier + 1]
                    choice_at[fresh + 1 : position + 1] = np.tile(pattern, times)
                    value = value + times * (level - earlier_level)
                    position = fresh
                    seen = {}
                else:
                    seen[key] = (position, level)
            options = value[follows]
            options += cost
            best = options.argmin(axis=1)
            value = options[states, best]
            choice_at[position] = len(chosen)
            chosen.append(best)
            position -= 1
        placed, state = self.opening.copy(), self.state
        for at in range(self.begun + 1, self.size + 1):
            kind = int(chosen[choice_at[at]][state])
            placed[kind] += 1
            state = int(follows[state, kind])
        total = int(value[self.state]) + self.sunk - int(prices @ self.opening)
        return total, placed

    def _bottom(self, position: int) -> int:
        """Return the lowest position from which on to another all cost the same."""
        at = bisect_left(self.single, position)
        return max(self.begun, self.single[at - 1] if at else 0) + 1
