"""Which cars stand on which deck: a program over classes of alike cars, level by level.

Of a deck that others are entered from, the first lane is the way there: its passage. Columns are
cars of a class aside of a deck's passage and in it, cars left, whether any car for a port stands on
a deck, whether one for a port stands behind a passage, cars that are put off there, and by how much
balance is missed. What is minimised, first comes first: cars left, balance missed, cars put off for
others, decks that the cars of a port are parted over.

A car in a passage is put off, and put back where it stood, at each port before its own at which a
car behind is discharged. In all other lanes the cars for later ports stand deeper, so that none is
in the way. Weight and centres are linear in the cars, with the ship's weight given.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from sinho.highs import INF, Ended, Model
from sinho.ship.decks.data import MM, Input
from sinho.ship.decks.hull import Deck, Fleet
from sinho.ship.decks.params import Params
from sinho.ship.decks.rule import by_rule
from sinho.ship.gather import Rows
from sinho.ship.minimise import Level
from sinho.stop import Report, StopRule
from sinho.units import Floats

LEFT, BALANCE, MOVES, PARTED = "left", "balance", "moves", "decks by port"
LEVELS = (LEFT, BALANCE, MOVES, PARTED)
TINY = 1e-6

HALF = 0.4
"""What all cars together cost in passages, where one deck more of a port costs 1."""

Counts = np.ndarray
"""Cars by class and deck, aside and in the passage: integers of shape (2, K, D)."""


@dataclass(frozen=True)
class CarsByDeck:
    """Cars by deck.

    Parameters
    ----------
    cars : ndarray of int, shape (2, K, D)
        By class and deck, aside and in the passage.
    levels : tuple of Level
        What was reached, by level.
    stopped : bool
        Whether the stop rule ended it.
    """

    cars: Counts
    levels: tuple[Level, ...]
    stopped: bool


@dataclass
class Program:
    """The program while it is gathered.

    Parameters
    ----------
    data, decks, fleet
        The problem.
    less : dict of int to float
        By deck, the length of lanes (mm) that is taken off, as cars found no room in them.
    """

    data: Input
    decks: tuple[Deck, ...]
    fleet: Fleet
    less: dict[int, float]
    rows: Rows = field(default_factory=Rows)
    upper: list[float] = field(default_factory=list)
    whole: list[bool] = field(default_factory=list)
    cost: dict[str, dict[int, float]] = field(default_factory=dict)
    stands: dict[tuple[int, int, int], int] = field(default_factory=dict)
    present: dict[tuple[int, int], int] = field(default_factory=dict)
    """Whether a car stands on a deck for a port."""
    empty: dict[int, float] = field(default_factory=dict)
    """Columns above 0 where no car stands on board."""

    def __post_init__(self) -> None:
        self.cost = {name: {} for name in LEVELS}
        self._cars()
        self._rooms()
        self._ports()
        for leg in range(len(self.data.ports)):
            self._balanced(leg)

    def column(self, upper: float, *, whole: bool, level: str = "", cost: float = 1.0) -> int:
        """Add a column from 0 on; return its number."""
        at = len(self.upper)
        self.upper.append(upper)
        self.whole.append(whole)
        if level:
            self.cost[level][at] = cost
        return at

    def _cars(self) -> None:
        """Let each car stand somewhere, or be left."""
        for k, count in enumerate(self.fleet.count.tolist()):
            own = []
            for d, deck in enumerate(self.decks):
                if self.fleet.fits[k, d]:
                    for part in range(1 + deck.passage):
                        if part or deck.aside:
                            own.append(self.column(count, whole=True))
                            self.stands[part, k, d] = own[-1]
                            if part:  # of stowages as good, the one with the ways through free
                                self.cost[PARTED][own[-1]] = HALF / self.fleet.count.sum()
            own.append(self.column(count, whole=True, level=LEFT))
            self.empty[own[-1]] = count
            self.rows.add(count, count, (own, 1.0))

    def on(self, d: int, parts: tuple[int, ...] = (0, 1)) -> tuple[list[int], list[int]]:
        """Return the columns of cars on a deck, and their classes."""
        keys = [
            (part, k)
            for part in parts
            for k in range(len(self.fleet.port))
            if (part, k, d) in self.stands
        ]
        return [self.stands[part, k, d] for part, k in keys], [k for _, k in keys]

    def _rooms(self) -> None:
        """Keep area, load and lanes of each deck."""
        fleet = self.fleet
        for d, deck in enumerate(self.decks):
            columns, k = self.on(d)
            aside, k_aside = self.on(d, (0,))
            if not columns:
                continue
            self.rows.add(-INF, deck.area + TINY, (columns, fleet.area[k]))
            if deck.through and aside and deck.lane_length == INF:
                self.rows.add(-INF, deck.aside + TINY, (aside, fleet.area[k_aside]))
            if deck.through and deck.lane_length == INF:
                inside, k_inside = self.on(d, (1,))
                most = deck.area - deck.aside + float(fleet.area[k_inside].max())
                self.rows.add(-INF, most, (inside, fleet.area[k_inside]))
            if deck.load < INF:
                self.rows.add(-INF, deck.load + TINY, (columns, fleet.mass[k]))
            if deck.lane_length < INF:
                for parts, lanes in (((0,), deck.lanes - deck.passage), ((1,), deck.passage)):
                    self._lanes(d, parts, lanes)

    def _lanes(self, d: int, parts: tuple[int, ...], lanes: int) -> None:
        """Keep the length of lanes; none holds more of the longer cars than go into it."""
        columns, k = self.on(d, parts)
        if not columns:
            return
        each, length = self.decks[d].lane_length, self.fleet.length[k]
        less = self.less.get(d, 0.0) if parts == (0,) else 0.0
        self.rows.add(-INF, max(0.0, lanes * each - less) + TINY, (columns, length))
        for shortest in sorted(set(length.tolist())):
            longer = np.flatnonzero(length >= shortest)
            most = lanes * int((each + TINY) // shortest)
            self.rows.add(-INF, most, (np.array(columns)[longer], 1.0))

    def _ports(self) -> None:
        """Count decks by port, and cars put off in passages."""
        fleet, ports = self.fleet, len(self.data.ports)
        count = fleet.count
        for d, deck in enumerate(self.decks):
            columns, k = self.on(d)
            for q in sorted({fleet.port[one] for one in k}):
                own = [c for c, one in zip(columns, k, strict=True) if fleet.port[one] == q]
                least = min(fleet.area[one] for one in k if fleet.port[one] == q)
                cars = sum(count[one] for one in set(k) if fleet.port[one] == q)
                most = min(cars, (deck.area + TINY) // least) if least > 0 else cars
                here = self.column(1.0, whole=True, level=PARTED)
                self.rows.add(-INF, 0.0, (own, 1.0), ([here], -float(most)))
                self.present[d, q] = here
        for d, deck in enumerate(self.decks):
            inside, k = self.on(d, (1,))
            for p in range(ports - 1):  # at the last port nobody stays
                stay = [c for c, one in zip(inside, k, strict=True) if fleet.port[one] > p]
                behind = [self.present[o, p] for o in deck.behind if (o, p) in self.present]
                if not stay or not behind:
                    continue
                room = sum(count[one] for one in k if fleet.port[one] > p)
                least = min(fleet.area[one] for one in k)
                most = float(min(room, (deck.area + TINY) // least) if least > 0 else room)
                off = self.column(most, whole=False, level=MOVES)
                any_behind = self.column(1.0, whole=False)
                for one in behind:
                    self.rows.add(0.0, INF, ([any_behind], 1.0), ([one], -1.0))
                self.rows.add(-most, INF, ([off], 1.0), (stay, -1.0), ([any_behind], -most))

    def _balanced(self, leg: int) -> None:
        """Hold trim and the centre of gravity on the way to a port, as far as can be."""
        trim, centre, fleet = self.data.trim, self.data.centre, self.fleet
        aboard = [(key, c) for key, c in self.stands.items() if fleet.port[key[1]] >= leg]
        columns = [c for _, c in aboard]
        mass = np.array([fleet.mass[k] for (_, k, _), _ in aboard]) / MM
        if trim is not None:
            at = np.array([self.decks[d].midship for (_, _, d), _ in aboard])
            low, high = trim.least - trim.own, trim.largest - trim.own
            self._missed(low, high, columns, trim.by(mass, at))
        if centre is not None:
            half = [fleet.height[k] / 2 / MM for (_, k, _), _ in aboard]
            at = np.array([self.decks[d].above_keel for (_, _, d), _ in aboard]) + half
            above = mass * (at - centre.highest) / centre.weight if centre.highest < INF else mass
            room = centre.highest - centre.above_keel
            self._missed(-INF, room, columns, above)

    def _missed(self, low: float, high: float, columns: list[int], values: Floats) -> None:
        """Add a row that may be missed at a cost, where it has a bound."""
        if (low, high) == (-INF, INF):
            return
        below = [] if low == -INF else [self.column(INF, whole=False, level=BALANCE)]
        above = [] if high == INF else [self.column(INF, whole=False, level=BALANCE)]
        self.empty |= dict.fromkeys(below, max(0.0, low)) | dict.fromkeys(above, max(0.0, -high))
        slack = ((below, 1.0), (above, -1.0))
        self.rows.add(low, high, (columns, values), *slack)

    def attempts(self) -> Iterator[Floats]:
        """Return upper bounds with which few moves are looked for; the last are the true ones.

        With cars for the first port alone in passages there are no moves; with those for the second
        port besides there are few.
        """
        for latest in (0, 1):
            upper = np.array(self.upper)
            for (part, k, _), column in self.stands.items():
                if part and self.fleet.port[k] > latest:
                    upper[column] = 0.0
            yield upper
        yield np.array(self.upper)

    def tidied(self) -> Iterator[tuple[Floats, Floats]]:
        """Return bounds within which few decks by port are looked for; the last are the true ones.

        First the cars stand as the plain rule has them; then they stand on its decks, and those of
        the ports of which it leaves cars on any.
        """
        rule = by_rule(self.data, self.decks, self.fleet)
        none, upper = np.zeros(len(self.upper)), np.array(self.upper)
        least, most = none.copy(), upper.copy()
        for (part, k, d), column in self.stands.items():
            least[column] = most[column] = rule[part, k, d]
        yield least, most
        left = self.fleet.count - rule.sum(axis=(0, 2))
        short = {self.fleet.port[k] for k in np.flatnonzero(left)}
        most = upper.copy()
        for (d, q), column in self.present.items():
            on_deck = rule[:, [k for k, port in enumerate(self.fleet.port) if port == q], d]
            if q not in short and not on_deck.any():
                most[column] = 0.0
        yield none, most
        yield none, upper

    def bounded(self, level: str) -> Iterator[tuple[Floats, Floats]]:
        """Return the bounds within which a level is looked at, one after another."""
        none = np.zeros(len(self.upper))
        if level == MOVES:
            yield from ((none, upper) for upper in self.attempts())
        elif level == PARTED:
            yield from self.tidied()
        else:
            yield none, np.array(self.upper)

    def model(self, params: Params, seed: int) -> Model:
        """Return the program as the solver takes it."""
        count = len(self.upper)
        start, index, value = self.rows.by_column(count)
        return Model(
            cost=np.zeros(count),
            lower=np.zeros(count),
            upper=np.array(self.upper),
            row_lower=np.array(self.rows.lower),
            row_upper=np.array(self.rows.upper),
            start=start,
            index=index,
            value=value,
            integer=np.array(self.whole),
            threads=1,
            random_seed=seed,
            mip_max_nodes=params.nodes,
            mip_rel_gap=params.gap,
        )


def minimise(
    program: Program,
    params: Params,
    *,
    stop: StopRule,
    seed: int,
    progress: Report | None,
    fewer: float = INF,
) -> CarsByDeck | None:
    """Minimise level by level; what a level reached holds for those behind it.

    Where it is stopped before there is a solution, all cars are left. None where no ``fewer`` cars
    are left than that.
    """
    cars = np.zeros((2, len(program.fleet.port), len(program.decks)), dtype=np.int64)
    if not program.upper:
        return CarsByDeck(cars, tuple(Level(name, 0.0, 0.0) for name in LEVELS), False)
    model = program.model(params, seed)
    model.watch("decks", time.monotonic(), stop, progress)
    x: Floats | None = None
    levels: list[Level] = []
    stopped = False
    for name in LEVELS:
        cost = np.zeros(len(program.upper))
        own = np.array(sorted(program.cost[name]), dtype=np.int64)
        cost[own] = [program.cost[name][at] for at in own.tolist()]
        model.set_costs(cost)
        model.set(mip_max_nodes=params.nodes if name != PARTED else params.tidy)
        bound = 0.0
        for lower, upper in program.bounded(name):
            stopped = stopped or stop()
            if x is not None and (stopped or float(cost @ x) < TINY):
                break
            model.set_bounds(lower, upper)
            if x is not None:
                model.begin_at(x)
            stopped = model.settle() == Ended.kInterrupt or stopped
            if model.feasible:
                found = np.where(program.whole, np.round(model.x), model.x)
                x = found if x is None or cost @ found < cost @ x else x
            if not lower.any() and (upper == program.upper).all():
                bound = max(0.0, model.bound)
        if name == MOVES:
            model.set_bounds(np.zeros(len(upper)), np.array(program.upper))
        if x is None:
            x = np.zeros(len(program.upper))
            x[list(program.empty)] = list(program.empty.values())
        value = float(cost @ x)
        if name != BALANCE:  # all others are whole numbers
            value, bound = (
                round(value),
                float(np.ceil(bound - (HALF if name == PARTED else 0) - 1e-4)),
            )
        if name == LEFT and value >= fewer:
            return None
        levels.append(Level(name, value, min(bound, value)))
        if len(own):
            model.add_row(-INF, value + TINY * max(1.0, value), own, cost[own])
    for (part, k, d), column in program.stands.items():
        cars[part, k, d] = round(x[column])  # type: ignore[index]
    return CarsByDeck(cars, tuple(levels), stopped)
