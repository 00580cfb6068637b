"""From the relaxation of a large part to whole cars: round down, then place the rest one by one."""

from __future__ import annotations

import numpy as np

from sinho.ship.arrays import Sea
from sinho.ship.box_days import Key
from sinho.ship.boxes import Boxes
from sinho.ship.classes import Part
from sinho.ship.data import Input
from sinho.ship.hold import hold_of
from sinho.ship.outcome import SMALL
from sinho.ship.positions import Deck, groups_of, positions_of
from sinho.ship.program import CONTRACT, COST, LATENESS, Program
from sinho.units import Floats

TRIES = 60
"""Classes on a fuller voyage that are looked at for a car that may make room."""
ROUNDS = 3
"""Rounds in which cars that are late look for a better way."""


class Rounding:
    """Places whole cars of a part near its relaxation.

    Parameters
    ----------
    data, sea, part, program, decks
        The problem.
    near : ndarray
        Solution of the relaxation, positions of decks and charters whole.
    """

    def __init__(
        self,
        data: Input,
        sea: Sea,
        part: Part,
        program: Program,
        decks: dict[str, tuple[Deck, ...]],
        near: Floats,
    ) -> None:
        self.sea, self.part, self.program, self.near = sea, part, program, near
        self.count = part.count
        self.n_v = len(part.voyages)
        shape = part.may.shape
        whole = np.zeros(shape)
        np.add.at(whole, (program.of_class, program.way), near[program.cars])
        self.whole = whole
        self.cars = np.floor(whole + SMALL).astype(np.int64)
        self.moved, self.kept = _prices(program, shape)
        self.dead = _dead(program, self.n_v)
        self.on_board = np.zeros(self.n_v, dtype=np.int64)
        self.holds = [
            hold_of(data, sea, program, decks, o, int(v), near) for o, v in enumerate(part.voyages)
        ]
        weight = _weights(program)[COST]
        self.boxes = Boxes(
            [box.boxes for box in part.boxes],
            weight * np.array([box.cost for box in part.boxes]),
            sea.per_box,
            {key: float(near[column]) for key, column in program.boxed.items()},
        )

    def solution(self) -> Floats:
        """Return a solution with whole cars."""
        self._load()
        for c in np.argsort(self._urgency(), kind="stable"):
            self._place(int(c), int(self.count[c] - self.cars[c].sum()))
        self.boxes.close()
        for _ in range(ROUNDS):
            emptied = self._empty()
            if not self._improve() and not emptied:
                break
        return self._columns()

    def first_due_first(self) -> Floats:
        """Return a solution in which the cars that are due first take the first way with room."""
        part = self.part
        leaves = [*self.sea.etd[part.voyages], *(box.leaves for box in part.boxes), np.inf]
        late = np.where(part.may, part.late, np.inf)
        good = late <= late.min(axis=1, keepdims=True) + SMALL
        due = np.where(good, leaves, -1.0).max(axis=1)
        turn = np.argsort(leaves, kind="stable")
        for c in np.argsort(due, kind="stable").tolist():
            left = int(self.count[c])
            for o in turn[part.may[c, turn]].tolist():
                while left and self._fits(c, o):
                    self._put(c, o)
                    left -= 1
        return self._columns()

    def _urgency(self) -> Floats:
        """Return a key by which classes are served: what waiting costs most comes first."""
        best = self.moved.min(axis=1)
        return np.asarray(best - self.moved[:, -1])

    def _key(self, o: int, c: int) -> Key:
        market = int(self.part.market[c])
        b = o - self.n_v
        own = bool(self.part.ours[c, b])
        return b, int(self.part.model[c]), self.sea.ports[market], own

    def _load(self) -> None:
        """Place the cars that are whole; what does not fit for roundness is taken out again."""
        model = self.part.model
        for o, hold in enumerate(self.holds):
            own = np.flatnonzero(self.cars[:, o])
            loaded = np.bincount(
                model[own], weights=self.cars[own, o], minlength=len(self.sea.models)
            )
            left = loaded.astype(np.int64)
            for (voyage, d, m), column in self.program.stands.items():
                if voyage == o:
                    sure = min(int(self.near[column] + SMALL), int(left[m]))
                    for _ in range(sure):
                        hold.put(self.sea, m, d)
                    left[m] -= sure
            order = sorted(own.tolist(), key=lambda c: self.moved[c, o] - self.moved[c, -1])
            self.on_board[o] = int(self.cars[own, o].sum())
            for m in np.flatnonzero(left).tolist():
                for _ in range(int(left[m])):
                    free = hold.deck_for(self.sea, m)
                    if free is not None:
                        hold.put(self.sea, m, free)
                        continue
                    c = next(c for c in reversed(order) if model[c] == m and self.cars[c, o] > 0)
                    self.cars[c, o] -= 1
                    self.on_board[o] -= 1
        for o in range(self.n_v, self.part.may.shape[1] - 1):
            for c in np.flatnonzero(self.cars[:, o]).tolist():
                wanted, self.cars[c, o] = int(self.cars[c, o]), 0
                for _ in range(wanted):
                    if not self._fits(c, o):
                        break
                    self._put(c, o)

    def _fits(self, c: int, o: int) -> bool:
        """Return whether a car of a class may go a way now."""
        if not self.part.may[c, o]:
            return False
        if o == self.part.may.shape[1] - 1:
            return True
        if o < self.n_v:
            return self.holds[o].deck_for(self.sea, int(self.part.model[c])) is not None
        return self.boxes.fits(self._key(o, c))

    def _put(self, c: int, o: int, sign: int = 1) -> None:
        """Send a car of a class a way, or take one back."""
        self.cars[c, o] += sign
        if o < self.n_v:
            hold, m = self.holds[o], int(self.part.model[c])
            d = hold.deck_for(self.sea, m) if sign > 0 else hold.deck_of(m)
            hold.put(self.sea, m, -1 if d is None else d, sign)
            self.on_board[o] += sign
        elif o < self.part.may.shape[1] - 1:
            self.boxes.put(self._key(o, c), sign)

    def _price(self, c: int, o: int, sign: int = 1) -> float:
        """Return what a car of a class costs on a way: one more, or the last one."""
        number = int(self.cars[c, o]) + (sign > 0)
        same = number <= min(int(self.part.former[c, o]), int(self.count[c]))
        price = float((self.kept if same else self.moved)[c, o])
        if o < self.n_v:
            v = int(self.part.voyages[o])
            if self.on_board[o] + (sign > 0) <= self.sea.least[v]:
                price -= float(self.dead[o])
        elif o < self.part.may.shape[1] - 1:
            price += self.boxes.price(self._key(o, c), sign)
        return price

    def _place(self, c: int, cars: int) -> None:
        """Send some more cars of a class, each the best way that has room."""
        while cars:
            ways = np.flatnonzero(self.part.may[c]).tolist()
            ways = sorted(ways, key=lambda o: self._price(c, o))
            o = next(o for o in ways if self._fits(c, o))
            price = self._price(c, o)
            while cars and self._price(c, o) == price and self._fits(c, o):
                self._put(c, o)
                cars -= 1

    def _improve(self) -> bool:
        """Let cars take a better way, if need be in the place of one that can better wait."""
        better = False
        best = self.moved.min(axis=1)
        for c in np.argsort(self._urgency(), kind="stable").tolist():
            for o in np.flatnonzero(self.cars[c] > self.whole[c] + SMALL).tolist():
                while self.cars[c, o] > self.whole[c, o] + SMALL:
                    if self.moved[c, o] <= best[c] + SMALL or not self._shift(c, o):
                        break
                    better = True
        return better

    def _shift(self, c: int, o: int) -> bool:
        """Move a car of a class to a better way; return whether there was one."""
        now = self._price(c, o, -1)
        self._put(c, o, -1)
        ways = np.flatnonzero(self.part.may[c]).tolist()
        for way in sorted(ways, key=lambda one: self._price(c, one)):
            gain = now - self._price(c, way)
            if gain <= SMALL:
                break
            if self._fits(c, way) or (way < self.n_v and self._make_room(c, way, gain)):
                self._put(c, way)
                return True
        self._put(c, o)
        return False

    def _make_room(self, c: int, o: int, gain: float) -> bool:
        """Take a car off a voyage whose next way costs less than is gained; None: leave all."""
        if not self.holds[o].open:
            return False
        others = np.flatnonzero(self.cars[:, o])
        others = others[others != c]
        loss = (self.moved[others] + np.where(np.arange(self.moved.shape[1]) == o, np.inf, 0)).min(
            axis=1
        ) - self.moved[others, o]
        for at in np.argsort(loss, kind="stable")[:TRIES]:
            other = int(others[at])
            if loss[at] >= gain - SMALL:
                return False
            lost = self._price(other, o, -1)
            self._put(other, o, -1)
            ways = np.flatnonzero(self.part.may[other]).tolist()
            for way in sorted(ways, key=lambda one: self._price(other, one)):
                if self._price(other, way) - lost >= gain - SMALL:
                    break
                if way != o and self._fits(other, way) and self._fits(c, o):
                    self._put(other, way)
                    return True
            self._put(other, o)
        return False

    def _empty(self) -> bool:
        """Send the cars of boxes that are not full other ways where that saves the box."""
        better = False
        for key, cars in list(self.boxes.last()):
            o = key[0] + self.n_v
            inside = np.flatnonzero(self.cars[:, o]).tolist()
            own = [c for c in inside if self._key(o, c) == key]
            gain, moves = 0.0, []
            for _ in range(cars):
                found = [move for c in own if (move := self._best_move(c, o)) is not None]
                if not found:
                    break
                lost, c, way = min(found)
                self._put(c, o, -1)
                self._put(c, way)
                gain -= lost
                moves.append((c, way))
            if len(moves) == cars and gain > SMALL:
                better = True
                continue
            for c, way in reversed(moves):
                self._put(c, way, -1)
                self._put(c, o)
        return better

    def _best_move(self, c: int, o: int) -> tuple[float, int, int] | None:
        """Return what the best other way of a car costs more, its class, and the way."""
        if not self.cars[c, o]:
            return None
        ways = [
            (self._price(c, way), way)
            for way in np.flatnonzero(self.part.may[c]).tolist()
            if way != o and self._fits(c, way)
        ]
        price, way = min(ways)
        return price - self._price(c, o, -1), c, way

    def _columns(self) -> Floats:
        """Return the solution as columns of the program."""
        program, x = self.program, np.zeros(len(self.near))
        left = self.cars.copy()
        same = np.zeros(len(program.cars), dtype=bool)
        same[program.fresh :] = True
        for rows in (np.flatnonzero(same), np.flatnonzero(~same)):
            at = (program.of_class[rows], program.way[rows])
            taken = np.minimum(left[at], program.upper[program.cars[rows]].astype(np.int64))
            x[program.cars[rows]] = taken
            left[at] -= taken
        choices = program.whole == 2
        x[choices] = np.round(self.near[choices])
        for o, column in program.used.items():
            x[column] = float(self.on_board[o] > 0)
        for (o, d, m), column in program.stands.items():
            x[column] = self.holds[o].count.get((d, m), 0)
        for key, column in program.boxed.items():
            x[column] = self.boxes.open.get(key, 0)
        for o, column in program.short.items():
            v = int(self.part.voyages[o])
            x[column] = max(0.0, float(self.sea.least[v]) - float(self.on_board[o]))
        for (o, brand), column in program.over.items():
            hold = self.holds[o]
            x[column] = max(0.0, hold.used[brand] - hold.own[brand])
        return x


def _weights(program: Program) -> dict[str, float]:
    """Return weights by which the levels come one after the other, near enough for one car."""
    names = [name for name, _ in program.levels]
    found: dict[str, float] = {}
    weight = 1.0
    for name in reversed(names):
        found[name] = weight
        costs = dict(program.levels)[name]
        used = np.abs(costs[np.isfinite(costs)])
        weight *= 1.0 + 10.0 * float(used.max(initial=0.0))
    return {CONTRACT: 0.0, LATENESS: 0.0, **found}


def _prices(program: Program, shape: tuple[int, ...]) -> tuple[Floats, Floats]:
    """Return the weighed price of a car by class and way: moved, and as in the former plan."""
    weights = _weights(program)
    price = sum(weights[name] * costs[program.cars] for name, costs in program.levels)
    moved, kept = np.full(shape, np.inf), np.full(shape, np.inf)
    own = np.arange(len(program.cars)) < program.fresh
    moved[program.of_class[own], program.way[own]] = np.asarray(price)[own]
    kept[program.of_class[~own], program.way[~own]] = np.asarray(price)[~own]
    return moved, kept


def _dead(program: Program, n_v: int) -> Floats:
    """Return the weighed price of a car that a voyage is short of."""
    weights = _weights(program)
    found = np.zeros(n_v)
    for o, column in program.short.items():
        found[o] = sum(weights[name] * costs[column] for name, costs in program.levels)
    return found


def rounded(
    data: Input,
    sea: Sea,
    part: Part,
    program: Program,
    decks: dict[str, tuple[Deck, ...]],
    near: Floats,
) -> Floats:
    """Return a solution with whole cars near the relaxation of a part's program.

    Parameters
    ----------
    data, sea, part, program, decks
        The problem.
    near : ndarray
        Solution of the relaxation, in which positions and charters are whole.
    """
    return Rounding(data, sea, part, program, decks, near).solution()


def placed(
    data: Input,
    sea: Sea,
    part: Part,
    program: Program,
    decks: dict[str, tuple[Deck, ...]],
) -> Floats:
    """Return a solution with whole cars without any relaxation, decks at their widest.

    The cars that are due first are served first, each with the first way that has room.

    Parameters
    ----------
    data, sea, part, program, decks
        The problem.
    """
    near = np.zeros(len(program.lower))
    near[list(program.used.values())] = 1.0
    for o, v in enumerate(part.voyages.tolist()):
        held = decks.get(sea.rows[v]["ship"] or "", ())
        for g, group in enumerate(groups_of(held)):
            names = positions_of(held, group)
            area = [
                sum(held[d].area[held[d].positions.index(name)] for d in group) for name in names
            ]
            if (o, g, 0) in program.placed:
                near[program.placed[o, g, int(np.argmax(area))]] = 1.0
    return Rounding(data, sea, part, program, decks, near).first_due_first()
