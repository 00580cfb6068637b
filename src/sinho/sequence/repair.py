"""The search behind a repair: cars around a disturbance are moved, at a price for each."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sinho.days.line import CarsInLine
from sinho.days.rules import Frozen, Pinned, Ratio, Rule, Windows
from sinho.sequence.blame import Blame, involved
from sinho.sequence.day_parts import Ints
from sinho.sequence.kernel import pool
from sinho.sequence.kernel.repair import EQUAL, guilty, scan, weigh
from sinho.sequence.under_repair import MUCH, LineUnderRepair
from sinho.stop import Progress

MANY = 40
"""Cars that break hard rules before only a part of the places is looked at for each."""
SPARSE = 5
"""Of the other places, each so-manieth is looked at when a chain of moves is begun."""
CHAIN = 5
"""Moves of a chain behind its first, at most."""
IN_VAIN = 100
"""Chains that bring nothing, in a row, before a level is left."""


class Search(LineUnderRepair):
    """A repair under way: moves of cars around the disturbance, each at a price."""

    def go(self) -> None:
        """Repair the hard rules, then each level; put back what need not have moved."""
        limit = self.left
        for stage in range(self.levels):
            # Hard rules are repaired whatever it takes; each level gets half of what is left.
            self.left = None if limit is None or not stage else limit
            self.walk(stage)
            if stage and limit is not None:
                last = stage == self.levels - 1
                self.left = limit if last else self.tries + max(0, limit - self.tries) // 2
            if stage:
                self.chains(stage)
        self.put_back()

    def walk(self, stage: int) -> None:
        """Make the best move of each car that takes part in a violation until none pays."""
        hopeless: set[int] = set()
        while not self.over() and not self.good(stage):
            blamed = [blame for blame in self.blamed(stage) if blame.car not in hopeless]
            if not blamed:
                return
            step = 1 if stage else 1 + len(blamed) // MANY
            stale: set[int] = set()
            for blame in blamed:
                if self.over() or self.good(stage):
                    return
                if isinstance(blame.rule, Windows):
                    if self.within(blame):
                        continue
                elif blame.car in stale:
                    continue
                if not self.scan(self.place(blame.car), stage, step=step):
                    hopeless.add(blame.car)
                    continue
                self.accept(blame)
                # Around the places changed, violations have to be counted anew.
                for low, high in self.disturbed(*self.found[1:].tolist()):
                    first = max(0, low - 1 - self.reach)
                    part = self.line[first : high + self.reach].tolist()
                    hopeless.difference_update(part)
                    stale.update(part)

    def within(self, blame: Blame) -> bool:
        """Say whether a car stands in its window by now."""
        if blame.rule.name not in self.windows:
            assert isinstance(blame.rule, Windows)
            self.windows[blame.rule.name] = {
                car: (early, late) for car, early, late in blame.rule.windows
            }
        early, late = self.windows[blame.rule.name][self.idents[blame.car]]
        return early <= self.position(blame.car) <= late

    def scan(self, place: int, stage: int, slack: float = 0.0, step: int = 1) -> bool:
        """Find the best move of the car at a place; say whether there is one."""
        self.tries += scan(
            self.address,
            self.own,
            place,
            stage,
            self.prices,
            self.moved,
            self.best,
            self.found,
            slack,
            step,
        )
        return bool(self.found[0] >= 0)

    def chains(self, stage: int) -> None:
        """Begin with a move that may cost something, go on with moves that pay; keep what gains."""
        price = self.prices[stage]
        if price >= MUCH:
            return
        slack = 2.0 * self.joint.whole.level_scale(stage - 1) + 2.0 * price
        near = np.flatnonzero(self.near) + self.head - 1
        vain = 0
        while vain < IN_VAIN and not self.over() and not self.good(stage):
            ready = np.intersect1d(self.guilty_places(stage, 0, len(self.m)), near)
            if not len(ready):
                return
            vain += 1
            if self.chain(stage, int(self.random.choice(ready.tolist())), slack):
                vain = 0
                near = np.flatnonzero(self.near) + self.head - 1

    def guilty_places(self, stage: int, low: int, high: int) -> Ints:
        """Return places whose cars take part in violations of a level."""
        found = guilty(self.address, self.own, stage, low, high, self.places)
        return self.places[:found].copy()

    def chain(self, stage: int, place: int, slack: float) -> bool:
        """Make a chain of moves; undo it and say so if it brings nothing."""
        before, costs, was = self.totals, self.costs.copy(), self.moved.copy()
        done: list[tuple[int, int, int]] = []
        touched: list[int] = []
        step = SPARSE + self.random.randrange(3)
        if not self.scan(place, stage, slack, step):
            return False
        while True:
            kind, a, b = self.found.tolist()
            done.append((kind, a, b))
            touched += self.cars(_touched(kind, a, b))
            self.take(kind, a, b)
            self.mark()
            if len(done) > CHAIN:
                break
            around: list[int] = []
            for at in (a, b):
                around += self.guilty_places(stage, at - self.reach, at + self.reach).tolist()
            self.random.shuffle(around)
            if not any(self.scan(at, stage, 0.0, 2) for at in around[:4]):
                break
        if self.gains(stage, before, was):
            self.explain(stage, touched, costs)
            return True
        for kind, a, b in reversed(done):
            self.take(_back(kind), a, b)
        self.moved[:] = was
        return False

    def gains(self, stage: int, before: Sequence[int], was: Ints) -> bool:
        """Say whether the order is better than one before, at the price of the cars moved."""
        more = int(self.moved.sum() - was.sum())
        for level, (then, now) in enumerate(zip(before, self.totals, strict=True)):
            change = now - then + (self.prices[level] * more if level >= stage else 0.0)
            if abs(change) > EQUAL:
                return bool(change < 0)
        return False

    def explain(self, stage: int, touched: Sequence[int], costs: Ints) -> None:
        """Write down what a chain of moves is for."""
        fallen = [
            rule for rule, was, now in zip(self.ratios, costs, self.costs, strict=True) if now < was
        ]
        own = [rule for rule in self.day.rules if rule.level == stage - 1]
        own += [one for at in self.joint.booths for one in at.rules if one.level == stage - 1]
        chosen = min(fallen, key=lambda rule: rule.level or 0) if fallen else own[0]
        for car in touched:
            at = self.position(car)
            self.disturb(at, at)
            self.why[self.idents[car]] = f"repairs {_named(chosen)} near {at:,}"

    def accept(self, blame: Blame) -> None:
        """Take the move found and write down what it is for."""
        kind, a, b = self.found.tolist()
        touched = self.cars(_touched(kind, a, b))
        before = self.costs.copy()
        self.take(kind, a, b)
        self.mark()
        for low, high in self.disturbed(a, b):
            self.disturb(low, high)
        fallen = {
            rule.name: rule
            for rule, was, now in zip(self.ratios, before, self.costs, strict=True)
            if now < was
        }
        rule = blame.rule
        if rule in self.ratios and rule.name not in fallen and fallen:
            rule = next(iter(fallen.values()))
            text = f"repairs {_named(rule)} near {self.position(blame.car):,}"
        else:
            shop = f" of {blame.shop}" if blame.shop else ""
            text = f"repairs {_named(rule)} at {_span(blame.first, blame.last)}{shop}"
        if isinstance(rule, Windows):
            text = f"makes room for {self.idents[blame.car]}"
        for car in touched:
            self.why[self.idents[car]] = text
        if self.progress is not None:
            seconds = time.perf_counter() - self.started
            self.progress(Progress(f"repair: {self.tries:,} moves compared", seconds))

    def blamed(self, stage: int) -> list[Blame]:
        """Return cars that take part in what costs at a level: near the disturbance, or anywhere.

        Hard rules are looked at anywhere.
        """
        level = stage - 1 if stage else None
        line = CarsInLine(self.day, self.order)
        # One car is blamed for one thing at a time.
        ready = self.near[1 : self.day.size + 1].copy() if stage else np.ones(self.day.size, bool)
        blamed: list[Blame] = []
        for rule in self.day.rules:
            if rule.level == level and not isinstance(rule, Frozen | Pinned):
                blamed += involved(rule, line, self.line, ready)
        blamed += self.blamed_at_booths(level, ready)
        if stage:
            self.random.shuffle(blamed)
        else:
            # From the back: a car that leaves lets those behind it move up.
            blamed.sort(key=lambda blame: -self.place(blame.car))
        return blamed

    def blamed_at_booths(self, level: int | None, ready: NDArray[np.bool_]) -> Iterator[Blame]:
        """Yield the line's cars that take part in what costs at a level at booths; not twice."""
        for at, (booth, day) in enumerate(
            zip(self.joint.booths, self.joint.booth_days, strict=True)
        ):
            rules = [rule for rule in booth.rules if rule.level == level]
            if not rules:
                continue
            owners = [line for line, _ in self.joint.entering(booth)]
            here = np.flatnonzero(np.array(owners) == self.own)
            orders = {**self.others, self.day.line: self.order}
            merged = CarsInLine(day, self.joint.booth_order(at, orders))
            cars, open_ = np.full(day.size, -1), np.zeros(day.size, dtype=np.bool_)
            cars[here], open_[here] = self.line, ready
            for rule in rules:
                for one in involved(rule, merged, cars, open_):
                    yield replace(one, shop=booth.shop)
            ready[:] = open_[here]

    def put_back(self) -> None:
        """Put cars back behind those they stood behind where little is lost by it."""
        for _ in range(2):
            done = True
            for car in np.flatnonzero(self.moved[: self.day.size]).tolist():
                if self.rank[car] < 0 or self.stop():
                    continue
                if self.try_back(car):
                    done = False
            if done:
                return

    def try_back(self, car: int) -> bool:
        """Put a car back into the old order if that pays; say whether it was."""
        rank = self.rank[car]
        line = self.line.tolist()
        here = line.index(car)
        there = 0
        for at, other in enumerate(line):
            if not self.moved[other] and self.rank[other] < rank:
                there = at + 1
        target = there - 1 if there > here else there
        if target == here:
            return False
        kind, a, b = (pool.LEFT, here, target) if here < target else (pool.RIGHT, target, here)
        pinned = self.m[pool.PINNED]
        a, b = a + self.head, b + self.head
        if self.m[pinned + b + 1] > self.m[pinned + a]:
            return False
        weigh(self.address, self.own, kind, a, b, self.change)
        self.tries += 1
        if self.change[0] > 0:
            return False
        worse = [level for level in range(self.levels) if self.change[level]]
        if worse and self.change[worse[0]] >= max(0.0, self.prices[worse[0]]):
            return False
        after = tuple(t + c for t, c in zip(self.totals, self.change.tolist(), strict=True))
        if after > self.begun:
            return False
        self.take(kind, a, b)
        self.mark()
        return True


def _touched(kind: int, a: int, b: int) -> Sequence[int]:
    """Return the places of the cars that a move moves, as they stand before it."""
    ends = {pool.SWAP: (a, b), pool.LEFT: (a,), pool.RIGHT: (b,)}
    return ends.get(kind, range(a, b + 1))


def _back(kind: int) -> int:
    """Return the kind of the move that undoes one."""
    return {pool.LEFT: pool.RIGHT, pool.RIGHT: pool.LEFT}.get(kind, kind)


def _named(rule: Rule) -> str:
    """Return a rule as the reason of a move names it."""
    return f"{rule.option} {rule.most}/{rule.window}" if isinstance(rule, Ratio) else rule.name


def _span(first: int, last: int) -> str:
    return f"{first:,}" if first == last else f"{first:,} to {last:,}"
