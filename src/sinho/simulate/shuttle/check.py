"""Plans of moves carried out second by second, by the rules alone: slow and obvious.

It shares nothing with the search, and says of any plan whether it can be carried out, and what its
order scores.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import polars as pl

from sinho.simulate.shuttle.data import Input
from sinho.simulate.shuttle.store import MOVES


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What an order scores, and what is wrong with the plan that leads to it.

    Parameters
    ----------
    order : tuple of str
        Cars in the order in which they reach assembly.
    gaps, blocks, returns, changes, finished
        As of a `StorePlan`.
    score : float
        100 less what these cost.
    broken : tuple of str
        Rules that are broken, each with its second and car; the plan is carried out until the first
        move that cannot be made.
    """

    order: tuple[str, ...]
    gaps: int
    blocks: int
    returns: int
    changes: int
    finished: int
    score: float
    broken: tuple[str, ...] = ()


def judged_order(input: Input, order: Sequence[str], returns: int, finished: int) -> Judged:
    """Return what an order of the cars scores.

    Parameters
    ----------
    input : Input
        Cars, store and weights.
    order : sequence of str
        Cars as they reach assembly.
    returns, finished : int
        Cars sent back, and when the last car reaches assembly.
    """
    rows = {row["car"]: row for row in input.cars.iter_rows(named=True)}
    weights = input.weights
    places = [at for at, car in enumerate(order) if rows[car]["spaced"]]
    gaps = sum(after - at - 1 != weights.apart for at, after in pairwise(places))
    drives = [rows[car]["drive"] for car in order]
    blocks = sum(2 * sum(block) != len(block) for block in blocks_of(drives))
    colours = [rows[car]["colour"] for car in order]
    changes = sum(colour != after for colour, after in pairwise(colours))
    late = max(0, finished - input.free)
    cost = weights.gap * gaps + weights.block * blocks + weights.returned * returns
    cost += weights.change * changes + weights.second * late
    return Judged(
        order=tuple(order),
        gaps=gaps,
        blocks=blocks,
        returns=returns,
        changes=changes,
        finished=finished,
        score=100.0 - cost,
    )


def blocks_of(drives: Sequence[bool]) -> list[list[bool]]:
    """Part an order of drives into blocks: one begins where it changes back to the first drive.

    Parameters
    ----------
    drives : sequence of bool
        The drive of each car.
    """
    blocks: list[list[bool]] = []
    for at, drive in enumerate(drives):
        if at == 0 or (drive == drives[0] and drives[at - 1] != drive):
            blocks.append([])
        blocks[-1].append(drive)
    return blocks


@dataclass
class _Lane:
    """Places from the exit on: who is in each or on the way to it, and when it rests there."""

    places: list[tuple[str, int] | None]

    def moved(self, now: int, pace: int) -> None:
        """Have every car go on whose next place is free."""
        for at in range(1, len(self.places)):
            here = self.places[at]
            if here is not None and here[1] <= now and self.places[at - 1] is None:
                self.places[at - 1], self.places[at] = (here[0], now + pace), None

    def resting(self, now: int) -> tuple[str, int] | None:
        """Return who rests at the exit."""
        first = self.places[0] if self.places else None
        return first if first is not None and first[1] <= now else None

    @property
    def open(self) -> bool:
        """Whether the first place is free."""
        return bool(self.places) and self.places[-1] is None


@dataclass
class _Shuttle:
    """What a shuttle is at: its car, when and where it takes and drops it, and when it is back."""

    back: int = 0
    car: str = ""
    take: int = -1
    drop: int = -1
    source: _Lane | None = None
    target: _Lane | None = None

    def works(self, now: int) -> Iterator[str]:
        """Take and drop the car when it is time; yield what cannot be."""
        if self.take == now:
            self.take = -1
            if self.source is not None:
                first = self.source.resting(now)
                if first is None or first[0] != self.car:
                    yield f"{self.car} is not at the end of its lane when it is taken"
                self.source.places[0] = None
        if self.drop == now and self.take < 0:
            self.drop = -1
            if self.target is not None and not self.target.open:
                yield f"the first place of the lane is not free when {self.car} is dropped"
            elif self.target is not None:
                self.target.places[-1] = (self.car, now)


@dataclass
class _Floor:
    """The store as it is carried out."""

    input: Input
    lanes: list[_Lane] = field(init=False)
    back: _Lane = field(init=False)
    receiving: _Shuttle = field(default_factory=_Shuttle)
    delivering: _Shuttle = field(default_factory=_Shuttle)
    coming: list[str] = field(init=False)
    broken: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        store = self.input.store
        self.lanes = [_Lane([None] * store.places) for _ in store.lanes]
        self.back = _Lane([None] * (0 if store.return_lane is None else store.return_places))
        self.coming = self.input.cars["car"].to_list()

    def settle(self, now: int) -> None:
        """Let happen what happens by itself."""
        for shuttle in (self.delivering, self.receiving):
            self.broken += [f"second {now}: {text}" for text in shuttle.works(now)]
            for lane in (*self.lanes, self.back):
                lane.moved(now, self.input.store.pace)

    def start(self, now: int, kind: str, car: str, number: int) -> None:
        """Begin a move."""
        lane = self.lanes[number - 1]
        in_order = self.input.store.in_order
        shuttle = self.receiving if kind in ("take in", "bring") else self.delivering
        home = self.back.resting(now)
        wrong = []
        if shuttle.back > now:
            wrong.append("its shuttle is not back in the middle")
        if kind == "take in":
            if self.coming[:1] != [car]:
                wrong.append("it is not the next car from paint")
            if in_order and home is not None and home[1] < now:
                wrong.append(f"{home[0]} rests at the end of the return lane and goes before it")
            self.coming = self.coming[1:]
        if kind == "bring" and (home is None or home[0] != car):
            wrong.append("it does not rest at the end of the return lane")
        if kind in ("take in", "bring") and not lane.open:
            wrong.append("the first place of its lane is not free")
        if kind in ("hand on", "send back"):
            heads = [head for one in self.lanes if (head := one.resting(now)) is not None]
            own = lane.resting(now)
            if own is None or own[0] != car:
                wrong.append("it does not rest at the end of its lane")
            elif in_order and own[1] > min(since for _, since in heads):
                wrong.append("another car rests longer at the end of its lane")
        if kind == "send back" and not self.back.open:
            wrong.append("the first place of the return lane is not free")
        if wrong:
            self.broken += [f"second {now}: {kind} {car}, but {text}" for text in wrong]
            return
        take, drop, done = self.input.store.times[MOVES.index(kind), number - 1].tolist()
        shuttle.car, shuttle.back = car, now + done
        shuttle.take, shuttle.drop = now + take, now + drop
        shuttle.source = {"take in": None, "bring": self.back}.get(kind, lane)
        shuttle.target = {"hand on": None, "send back": self.back}.get(kind, lane)
        self.settle(now)

    def idle(self, now: int) -> None:
        """Note what shuttles do not do that they have to."""
        if self.delivering.back <= now:
            heads = [head[0] for lane in self.lanes if (head := lane.resting(now)) is not None]
            if heads:
                self.broken.append(
                    f"second {now}: the delivering shuttle waits while {heads[0]} rests at the end "
                    "of its lane"
                )
        home = self.back.resting(now)
        room = any(lane.open for lane in self.lanes)
        if self.input.store.in_order and self.receiving.back <= now and home and room:
            self.broken.append(
                f"second {now}: the receiving shuttle waits while {home[0]} rests at the end of "
                "the return lane"
            )


def check(input: Input, moves: pl.DataFrame) -> Judged:
    """Carry out a plan second by second, and say what it breaks and scores.

    Parameters
    ----------
    input : Input
        Cars, store and weights.
    moves : DataFrame
        One row per move: ``start``, ``move``, ``car``, ``lane``, as of `StorePlan`. Moves of the
        same second are made in the order of the rows.

    Returns
    -------
    Judged
        Order, score and broken rules.

    Raises
    ------
    ValueError
        When a row names a move or a lane that there is not, or goes back in time.
    """
    rows = moves.select("start", "move", "car", "lane").rows()
    if rows != sorted(rows, key=lambda row: row[0]) or any(row[0] < 0 for row in rows):
        raise ValueError("moves must be in the order of their starts, from second 0 on")
    for _, kind, car, lane in rows:
        if kind not in MOVES or not 1 <= lane <= len(input.store.lanes):
            raise ValueError(
                f"{car}: {kind} with lane {lane}, but moves are {', '.join(MOVES)} and lanes 1 to "
                f"{len(input.store.lanes)}"
            )
    floor, order, finished, now, at = _Floor(input), [], 0, 0, 0
    number = input.cars.height
    while (at < len(rows) or floor.delivering.drop >= now) and not floor.broken:
        floor.settle(now)
        while at < len(rows) and rows[at][0] == now and not floor.broken:
            _, kind, car, lane = rows[at]
            floor.start(now, kind, car, lane)
            at += 1
            if kind == "hand on":
                order.append(car)
                finished = floor.delivering.back
        if len(order) < number:
            floor.idle(now)
        now += 1
    if not floor.broken and sorted(order) != sorted(input.cars["car"].to_list()):
        floor.broken.append(f"{len(order)} of {number} cars reach assembly")
    returns = sum(kind == "send back" for _, kind, _, _ in rows[:at])
    judged = judged_order(input, order, returns, finished)
    return Judged(**{**judged.__dict__, "broken": tuple(floor.broken)})
