"""From the relaxation of a large part to whole cars: round down, then place the rest one by one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sinho.ship.arrays import NEVER, Sea
from sinho.ship.classes import Part
from sinho.ship.data import Input
from sinho.ship.outcome import positions_at
from sinho.ship.program import CONTRACT, COST, LATENESS, Deck, Program, entitled, space_in
from sinho.units import Floats

SMALL = 1e-6
TRIES = 60
"""Classes on a fuller voyage that are looked at for a car that may make room."""
ROUNDS = 3
"""Rounds in which cars that are late look for a better way."""


@dataclass
class Hold:
    """A voyage while cars are placed on it: what is left of its room.

    Parameters
    ----------
    ceu, most : float
        Room left.
    area, load : list of float
        Room left by deck.
    fits : list of ndarray of bool
        By deck, the models that fit in its position.
    count : dict of (int, int) to int
        Cars by deck and model.
    own, used : dict of str to float
        Space of each brand that is its own, and that it takes; empty where none is held.
    free : float
        Space that is for all.
    size : ndarray
        Space of a car, by model.
    open : bool
        Whether cars may be placed: not on a voyage whose charter is not paid.
    """

    ceu: float
    most: float
    area: list[float]
    load: list[float]
    fits: list[np.ndarray]
    count: dict[tuple[int, int], int]
    own: dict[str, float]
    used: dict[str, float]
    free: float
    size: Floats
    open: bool

    def deck_for(self, sea: Sea, m: int) -> int | None:
        """Return a deck for a car of a model; -1 where there are no decks, None without room."""
        if not self.open or self.ceu < sea.ceu[m] - SMALL or self.most < 1 - SMALL:
            return None
        if self.own:
            after = self.used | {sea.brands[m]: self.used[sea.brands[m]] + float(self.size[m])}
            over = sum(max(0.0, after[brand] - self.own[brand]) for brand in after)
            if over > self.free + SMALL:
                return None
        if not self.fits:
            return -1
        best, key = None, (10**9, NEVER)
        for d, fit in enumerate(self.fits):
            if not fit[m] or self.area[d] < sea.area[m] - SMALL:
                continue
            if self.load[d] >= sea.mass[m] - SMALL:
                now = (int(fit.sum()), self.area[d])
                if now < key:
                    best, key = d, now
        return best

    def put(self, sea: Sea, m: int, d: int, sign: int = 1) -> None:
        """Place a car of a model on a deck; with ``sign`` -1 take one away."""
        self.ceu -= sign * float(sea.ceu[m])
        self.most -= sign
        if d >= 0:
            self.area[d] -= sign * float(sea.area[m])
            self.load[d] -= sign * float(sea.mass[m])
            self.count[d, m] = self.count.get((d, m), 0) + sign
        if self.own:
            self.used[sea.brands[m]] += sign * float(self.size[m])

    def deck_of(self, m: int) -> int:
        """Return a deck with a car of a model; -1 where there are no decks."""
        return next((d for (d, own), n in self.count.items() if own == m and n > 0), -1)


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
            _hold(data, sea, program, decks, o, int(v), near) for o, v in enumerate(part.voyages)
        ]
        self.boxes: dict[tuple[int, int, str], int] = {}
        self.inside: dict[tuple[int, int, str], int] = {}

    def solution(self) -> Floats:
        """Return a solution with whole cars."""
        self._load()
        for c in np.argsort(self._urgency(), kind="stable"):
            for _ in range(int(self.count[c] - self.cars[c].sum())):
                self._place(int(c))
        for _ in range(ROUNDS):
            if not self._improve():
                break
        return self._columns()

    def _urgency(self) -> Floats:
        """Return a key by which classes are served: what waiting costs most comes first."""
        best = self.moved.min(axis=1)
        return np.asarray(best - self.moved[:, -1])

    def _key(self, o: int, c: int) -> tuple[int, int, str]:
        market = int(self.part.market[c])
        return o - self.n_v, int(self.part.model[c]), self.sea.ports[market]

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
        key = self._key(o, c)
        if self.inside.get(key, 0) < self.boxes.get(key, 0) * int(self.sea.per_box[key[1]]):
            return True
        day = sum(n for (b, _, _), n in self.boxes.items() if b == key[0])
        return day < self.part.boxes[key[0]].boxes

    def _put(self, c: int, o: int, sign: int = 1) -> None:
        """Send a car of a class a way, or take one back."""
        self.cars[c, o] += sign
        if o < self.n_v:
            hold, m = self.holds[o], int(self.part.model[c])
            d = hold.deck_for(self.sea, m) if sign > 0 else hold.deck_of(m)
            hold.put(self.sea, m, -1 if d is None else d, sign)
            self.on_board[o] += sign
        elif o < self.part.may.shape[1] - 1:
            key = self._key(o, c)
            self.inside[key] = self.inside.get(key, 0) + sign
            each = int(self.sea.per_box[key[1]])
            self.boxes[key] = -(-self.inside[key] // each)

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
            key = self._key(o, c)
            price += self.part.boxes[key[0]].cost * self.program_cost / self.sea.per_box[key[1]]
        return price

    @property
    def program_cost(self) -> float:
        """Weight of cost."""
        return _weights(self.program)[COST]

    def _place(self, c: int) -> None:
        """Send one more car of a class the best way that has room."""
        ways = sorted(np.flatnonzero(self.part.may[c]).tolist(), key=lambda o: self._price(c, o))
        self._put(c, next(o for o in ways if self._fits(c, o)))

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
            x[column] = self.boxes.get(key, 0)
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


def _hold(
    data: Input,
    sea: Sea,
    program: Program,
    decks: dict[str, tuple[Deck, ...]],
    o: int,
    v: int,
    near: Floats,
) -> Hold:
    """Return a voyage without cars."""
    held = decks.get(sea.rows[v]["ship"] or "", ())
    at = positions_at(program, near, o, held)
    share = float(sea.rows[v]["deck_share"])
    size, space = space_in(sea, v, held)
    shares = entitled(data, sea).get(v, {}) if space < NEVER else {}
    brands = sorted(set(sea.brands)) if shares else []
    return Hold(
        float(sea.ceu_room[v]),
        float(sea.most[v]),
        [share * deck.area[p] for deck, p in zip(held, at, strict=True)],
        [share * deck.load[p] for deck, p in zip(held, at, strict=True)],
        [deck.fits[p] for deck, p in zip(held, at, strict=True)],
        {},
        {brand: shares.get(brand, 0.0) * space for brand in brands},
        dict.fromkeys(brands, 0.0),
        max(0.0, 1.0 - sum(shares.values())) * space if shares else NEVER,
        size,
        o not in program.used or near[program.used[o]] > 0.5,
    )


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
