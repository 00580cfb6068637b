"""Ratio rules and changes of an attribute together: what one costs while the other is kept low.

Where a ratio rule is to be kept, a value whose cars mostly have its option cannot be built in one
batch: within a batch the option fills more windows than the rule allows. The relaxation lets every
position take any car, however many of them there are, but it knows the value of the car before: a
batch either goes on, or ends, and a car of another value begins the next. Each car is priced,
and so is each batch that a value needs, and each violation and change that the levels before leave.

The prices come from a linear program over flows along the line (HiGHS): how often each state is
left by each car, wherever on the line. They are rounded to whole 4096ths, and the cheapest row of
cars at these prices is found by dynamic programming from the last position to the first, in whole
numbers. That is a Lagrangian relaxation (Geoffrion 1974, Mathematical Programming Study 2,
82-114): it bounds the cost from below whatever the prices are, so no tolerance of the linear
program matters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sinho.days.rules import Ratio
from sinho.sequence.bounds.facts import Facts
from sinho.sequence.bounds.flow import Flow, Real
from sinho.sequence.bounds.machine import (
    Machine,
    Whole,
    already_broken,
    begun_ages,
    ratio_machine,
)

PARTS = 4096
"""Parts of a price."""
BARRED = 1 << 40
"""Cost of a violation that is not allowed, in parts."""
FAR = BARRED << 10
"""Cost of what cannot be, in parts."""
LARGEST = 1e6
"""Largest price, so that no sum of prices leaves the range of whole numbers."""
PLACES = 1000
"""Most states of a value whose batches are counted car by car."""
NEARLY = 1e-4
"""Part of a unit by which a value of the linear program may be too low."""


@dataclass(frozen=True)
class Term:
    """A sum that is counted along a row of cars.

    Parameters
    ----------
    violations : tuple of int, shape (rules,)
        What a violation of each rule counts.
    entries : tuple of int, shape (values,)
        What a batch of each value counts; one that the cars before the day began does not count.
    spared : int
        What the first batch counts too much where no car stands before the day.
    """

    violations: tuple[int, ...]
    entries: tuple[int, ...]
    spared: int = 0


@dataclass(frozen=True)
class Prices:
    """Prices that prove a bound.

    Parameters
    ----------
    cars : array of float, shape (pairs,)
        Price of a car per value and class.
    needs : array of float, shape (values,)
        Price of a batch that a value needs.
    limits : array of float, shape (limits,)
        Price of a unit of each limited sum.
    value : float
        What the linear program promises.
    """

    cars: Real
    needs: Real
    limits: Real
    value: float


class Painted:
    """The states of a line: how far back cars with the options are, and the value of the last car.

    Parameters
    ----------
    rules : sequence of Ratio
        The ratio rules that are looked at.
    machine : Machine
        Their states.
    kinds : sequence of tuple of int
        The machine's classes of cars, by the options of the rules.
    values : sequence of str
        Value of each car of the day.
    last : str or None
        Value of the last car before the day.
    facts : Facts
        The day's figures.
    longest : mapping of str to int
        Longest batches, of those values whose batches are counted car by car.
    """

    def __init__(
        self,
        rules: Sequence[Ratio],
        machine: Machine,
        kinds: Sequence[tuple[int, ...]],
        values: Sequence[str],
        last: str | None,
        facts: Facts,
        longest: Mapping[str, int],
    ) -> None:
        self.rules, self.machine, self.size = tuple(rules), machine, facts.size
        self.stop = facts.stop
        self.known = facts.day.previous.height
        self.values = sorted(set(values))
        self.last = None if last is None else self.values.index(last) if last in values else -1
        columns = [facts.fitted(rule.option).tolist() for rule in rules]
        place = {kind: at for at, kind in enumerate(kinds)}
        classes = [place[kind] for kind in zip(*columns, strict=True)] if rules else [0] * self.size
        cars = list(zip(map(self.values.index, values), classes, strict=True))
        counts = Counter(cars)
        pairs = sorted(counts)
        self.value = np.array([value for value, _ in pairs], dtype=np.intp)
        self.kind = np.array([kind for _, kind in pairs], dtype=np.intp)
        self.count = np.array([counts[pair] for pair in pairs], dtype=np.int64)
        self.pinned = {at: pairs.index(cars[row]) for at, row in facts.pinned.items()}
        self._lay(longest)
        self.window = np.array([rule.window for rule in rules], dtype=np.int64)
        shortened = np.array([rule.shortened for rule in rules], dtype=bool)
        self.end = np.where(shortened, self.size, self.size - self.window + 1)
        self.broken = tuple(already_broken(rule, facts) for rule in rules)

    def _lay(self, longest: Mapping[str, int]) -> None:
        """Lay out the places in a batch: one of each value, or one for each of its cars.

        A batch that the cars before the day began begins anew: its cars are counted from 0.
        """
        first: list[int] = []
        after: list[int] = []
        before: list[int] = []
        steps: list[tuple[int, int]] = []
        for at, value in enumerate(self.values):
            pairs = np.flatnonzero(self.value == at).tolist()
            begin, most = len(after), longest.get(value)
            if most is None:
                first.append(begin)
                after.append(begin)
                before.append(begin)
            else:
                fresh = int(at == self.last)
                first.append(begin + fresh)
                end = begin + fresh + most
                after += [*range(begin + 1, end), -1]
                before += [-1, *range(begin, end - 1)]
            if at == self.last:
                self.begin = begin
            steps += [(place, pair) for place in range(first[-1], len(after)) for pair in pairs]
        self.first, self.after, self.before = (
            np.array(places, dtype=np.intp) for places in (first, after, before)
        )
        # Where a car leads to, and which; place by place.
        self.to, self.pair = np.array(steps, dtype=np.intp).reshape(-1, 2).T

    def bound(
        self,
        goal: Term,
        limits: Sequence[tuple[Term, int]],
        barred: Sequence[bool],
        needs: Whole,
        known: int,
    ) -> int:
        """Return a lower bound of a sum.

        Parameters
        ----------
        goal : Term
            The sum to be least.
        limits : sequence of (Term, int)
            Sums that are limited, and how much they may be.
        barred : sequence of bool, shape (rules,)
            Whether a rule may not be violated at all.
        needs : array of int, shape (values,)
            Batches of each value that begin within the day, at least.
        known : int
            What is known to be no more than the sum can be.

        Returns
        -------
        int
            The bound, at least what is known.
        """
        if not self.size or self.stop():
            return known
        prices = self._prices(goal, limits, barred, needs)
        if prices is None or prices.value + self._sunk(goal) <= known + NEARLY:
            return known
        return max(known, self._least(prices, goal, limits, barred, needs))

    def _prices(
        self, goal: Term, limits: Sequence[tuple[Term, int]], barred: Sequence[bool], needs: Whole
    ) -> Prices | None:
        """Return the best prices by a linear program over flows; None where it has no optimum."""
        follows = self.machine.follows
        states, values, pairs = len(follows), len(self.values), len(self.count)
        both = np.maximum(0, self.window - self.machine.distance)
        # Per state and class: whether the car is allowed.
        free = self._both(both, barred) == 0
        places = len(self.after)
        hub = states * places
        car, need, limit = hub + states, hub + states + pairs, hub + states + pairs + values
        rows = limit + len(limits)
        state = np.repeat(np.arange(states), len(self.to))
        step = np.tile(np.arange(len(self.to)), states)
        open_ = free[state, self.kind[self.pair[step]]]
        state, step = state[open_], step[open_]
        pair, to = self.pair[step], self.to[step]
        value = self.value[pair]
        at, after = state * places + self.before[to], follows[state, self.kind[pair]] * places + to
        every = np.arange(hub)
        terms = [goal, *(term for term, _ in limits)]
        placed = [self._both(both, term.violations)[state, self.kind[pair]] for term in terms]
        entered = [
            more + np.array(term.entries, dtype=np.int64)[value]
            for more, term in zip(placed, terms, strict=True)
        ]
        program = Flow(rows)
        # The batch goes on (one of two ways); another begins; a batch ends; the day ends.
        goes_on = self.before[to] >= 0
        for some in (goes_on & (at == after), goes_on & (at != after)):
            block = [(car + pair[some], 1.0)]
            if (at != after)[some].any():
                block += [(at[some], -1.0), (after[some], 1.0)]
            block += [(limit + row, more[some]) for row, more in enumerate(placed[1:])]
            program.add(placed[0][some], block)
        some = to == self.first[value]
        block = [(hub + state[some], -1.0), (after[some], 1.0)]
        block += [(car + pair[some], 1.0), (need + value[some], 1.0)]
        block += [(limit + row, more[some]) for row, more in enumerate(entered[1:])]
        program.add(entered[0][some], block)
        program.add(np.zeros(hub), [(every, -1.0), (hub + every // places, 1.0)])
        program.add(np.zeros(hub), [(every, -1.0)])
        low = np.zeros(rows)
        low[hub if self.last in (None, -1) else self.begin] = -1.0
        low[car:need] = self.count
        low[need:limit] = needs
        high = low.copy()
        high[need:limit] = np.inf
        for row, (term, most) in enumerate(limits):
            low[limit + row] = -np.inf
            high[limit + row] = most - self._sunk(term)
        found = program.solve(low, high)
        if found is None:
            return None
        dual, reached = found
        # A limit's price counts as often as its sum weighs a violation or a batch.
        often = np.ones(rows)
        often[limit:] = [max(1, *term.violations, *term.entries) for term, _ in limits]
        if not np.abs(dual * often).max() < LARGEST:
            return None
        return Prices(dual[car:need], dual[need:limit], -dual[limit:], reached)

    def _both(self, both: Whole, weight: Sequence[int] | Whole) -> Whole:
        """Return the weighted windows that a car of each class overfills in each state."""
        cost: Whole = both @ (self.machine.fitted * np.array(weight, dtype=np.int64)).T
        return cost

    def _sunk(self, term: Term) -> int:
        """Return what a sum counts that no row of cars of the day changes."""
        begun = sum(w * n for w, n in zip(term.violations, self.broken, strict=True))
        return begun - (term.spared if self.last is None else 0)

    def _least(
        self,
        prices: Prices,
        goal: Term,
        limits: Sequence[tuple[Term, int]],
        barred: Sequence[bool],
        needs: Whole,
    ) -> int:
        """Return the bound that prices prove; 0 where no row of cars keeps the barred rules."""
        cars, batches = _parts(prices.cars), np.maximum(0, _parts(prices.needs))
        tolls = np.maximum(0, _parts(prices.limits)).tolist()
        weight = PARTS * np.array(goal.violations, dtype=np.int64)
        enter = PARTS * np.array(goal.entries, dtype=np.int64) - batches
        total = int(cars @ self.count) + int(batches @ needs)
        total += PARTS * self._sunk(goal)
        for toll, (term, most) in zip(tolls, limits, strict=True):
            weight += toll * np.array(term.violations, dtype=np.int64)
            enter += toll * np.array(term.entries, dtype=np.int64)
            total -= toll * (most - self._sunk(term))
        weight += BARRED * np.array(barred, dtype=np.int64)
        row = self._cheapest(weight, enter, cars)
        if row > BARRED // 2:
            return 0
        return -((-total - row) // PARTS)

    def _cheapest(self, weight: Whole, enter: Whole, cars: Whole) -> int:
        """Return the cost of the cheapest row of cars, less the prices of the cars."""
        states, places = len(self.machine.follows), len(self.after)
        # Where a car leads from each state, in a table of places and states.
        leads = self.to[:, None] * states + self.machine.follows.T[self.kind[self.pair]]
        targets, firsts = np.unique(self.to, return_index=True)
        reach = int(self.window.max(initial=1))
        plain = (self._cost(reach, weight) - cars[:, None])[self.pair]
        ahead = np.zeros((places, states), dtype=np.int64)
        # What follows a car that is put at a place; the last row, behind a full batch, is barred.
        best = np.full((places + 1, states), FAR, dtype=np.int64)
        begun = ahead[0]
        for position in range(self.size, 0, -1):
            cost = plain
            if not reach <= position <= self.size - reach:
                cost = (self._cost(position, weight) - cars[:, None])[self.pair]
            placed = ahead.ravel()[leads]
            placed += cost
            pinned = self.pinned.get(position)
            if pinned is not None:
                placed[self.pair != pinned] = FAR
            best[targets] = np.minimum.reduceat(placed, firsts, axis=0)
            begun = (best[self.first] + enter[:, None]).min(axis=0)
            ahead = np.minimum(best[self.after], begun)
        if self.last is None or self.last < 0 or not self.size:
            return int(begun[0])
        return int(ahead[self.begin, 0])

    def _cost(self, position: int, weight: Whole) -> Whole:
        """Return what a car costs in each state at a position; shape (pairs, states)."""
        begin = np.maximum(position - self.window + 1, np.maximum(1 - self.known, 2 - self.window))
        end = np.minimum(position - self.machine.distance, self.end)
        both = np.maximum(0, end - begin + 1)
        cost: Whole = self._both(both, weight)[:, self.kind].T
        return cost


def painted(
    rules: Sequence[Ratio],
    values: Sequence[str],
    last: str | None,
    facts: Facts,
    states: int,
    longest: tuple[str, int] | None = None,
) -> Painted | None:
    """Return the states of a line; None where there are too many.

    Parameters
    ----------
    rules : sequence of Ratio
        The ratio rules.
    values : sequence of str
        Value of each car of the day.
    last : str or None
        Value of the last car before the day.
    facts : Facts
        The day's figures.
    states : int
        Most states of the rules.
    longest : tuple of str and int, optional
        A value and its longest batch; left out of account where there would be too many states.
    """
    found = states_of(rules, facts, states)
    if found is None:
        return None
    fits = longest is not None and len(found[0].follows) * longest[1] <= PLACES
    return Painted(rules, *found, values, last, facts, dict([longest] if longest and fits else []))


def states_of(
    rules: Sequence[Ratio], facts: Facts, states: int
) -> tuple[Machine, list[tuple[int, ...]]] | None:
    """Return the states of ratio rules and the classes of cars; None where there are too many."""
    columns = [facts.fitted(rule.option).tolist() for rule in rules]
    kinds: list[tuple[int, ...]] = sorted(set(zip(*columns, strict=True))) or [()]
    machine = ratio_machine(rules, kinds, begun_ages(rules, facts), states)
    return None if machine is None else (machine, kinds)


def _parts(prices: Real) -> Whole:
    return np.round(prices * PARTS).astype(np.int64)
