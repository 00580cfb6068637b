"""From cars and voyages to a plan: every car on a voyage, in a container, or staying."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import numpy as np
import polars as pl

from sinho.hub import Hub
from sinho.parameters import SEED, check_seed
from sinho.results.shipping import (
    BOXES,
    CONTAINER,
    LEVELS,
    MOVED,
    ON_DECKS,
    SHIPPED,
    STAYS,
    VOYAGE,
    VOYAGES,
    ShipPlan,
)
from sinho.results.status import ended_as, gap_of
from sinho.results.versions import versions
from sinho.ship.arrays import NEVER, Sea, sea_of
from sinho.ship.box_days import Key
from sinho.ship.causes import cause_of, goals
from sinho.ship.classes import Fleet, Part, fleet_of, parts_of
from sinho.ship.data import Input
from sinho.ship.filling import filled
from sinho.ship.minimise import Level, Optimum, minimise
from sinho.ship.outcome import Room, ended, rooms_of
from sinho.ship.params import Params
from sinho.ship.positions import Deck, decks_of
from sinho.ship.program import COST, Program, program_of
from sinho.ship.rounding import placed, rounded
from sinho.stop import Headed, NoLimit, Report, StopRule


def solve(
    input: Input,
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> ShipPlan:
    """Allocate every car to a voyage, to a container, or to stay.

    Parameters
    ----------
    input : Input
        Cars and voyages.
    params : sinho.ship.Params, optional
        What weighs what, and how hard to try.
    stop : StopRule, optional
        When to hand back the best plan so far; where that comes before there is
        another one, that of the plain rule: first due, first served, with the first way that has
        room.
    seed : int
        Seed of the solver; the same input, parameters and seed give the same plan where no rule
        stops it.
    progress : callable, optional
        Called with `sinho.stop.Progress` now and then.

    Returns
    -------
    ShipPlan
        Cars, voyages, decks, boxes, and what is proven.
    """
    check_seed(seed)
    began = time.monotonic()
    params, stop = params or Params(), stop or NoLimit()
    sea = sea_of(input)
    fleet = fleet_of(input, sea)
    decks = decks_of(input, sea)
    tables = _Tables(input, sea, fleet, decks, params)
    levels: dict[str, list[Level]] = {}
    halted = False
    parts = parts_of(input, sea, fleet, params)
    for at, part in enumerate(parts):
        program = program_of(input, sea, part, decks, params)
        report = progress and Headed(progress, f"{at + 1}/{len(parts)} {', '.join(part.lanes)}: ")
        to_cars = partial(rounded, input, sea, part, program, decks)
        fill = partial(filled, sea, program, params, stop, seed, report)
        plain = partial(placed, input, sea, part, program, decks)
        found = minimise(
            program, params, to_cars, fill, plain, stop=stop, seed=seed, progress=report
        )
        halted = halted or found.stopped
        for level in found.levels:
            levels.setdefault(level.name, []).append(level)
        tables.take(part, program, found)
    sums = [
        (name, sum(one.value for one in own), sum(one.bound for one in own))
        for name, own in levels.items()
    ]
    rows = [(name, value, bound, gap_of(value, bound)) for name, value, bound in sums]
    cost = next((row for row in rows if row[0] == COST), (COST, 0.0, 0.0, 0.0))
    worst = max((row[3] for row in rows), default=0.0)
    status = ended_as(worst, params.gap, stopped=halted, left=stop.seconds_left)
    cars = tables.cars()
    return ShipPlan(
        cars,
        tables.voyages(cars),
        pl.DataFrame(tables.standing, schema=ON_DECKS, orient="row"),
        pl.DataFrame(tables.boxed, schema=BOXES, orient="row"),
        pl.DataFrame(rows, schema=LEVELS, orient="row"),
        _moved(input, cars),
        cost[1],
        cost[2],
        status,
        time.monotonic() - began,
        seed,
        versions("highspy", "numpy"),
    )


def ship_cars(
    hub: Hub,
    cars: pl.DataFrame | None = None,
    first: dt.date | None = None,
    *,
    chance: pl.DataFrame | None = None,
    priorities: Literal["lexicographic", "cost"] = "lexicographic",
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> ShipPlan:
    """Give every car for a market overseas a voyage or a container, or say why it stays.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied: vessels, and what else is known of the way to the sea.
    cars : polars.DataFrame, optional
        ``order``, ``model``, ``market``, ``date`` (of line-off), ``ready`` (handed over at the
        port) and ``wanted`` of each; without it the demand of the months with vessels, spread over
        their working days.
    first : datetime.date, optional
        The day from which on it is planned; by default the first line-off.
    chance : polars.DataFrame, optional
        ``car``, ``date`` and ``chance`` that it is ready by then.
    priorities : {"lexicographic", "cost"}
        Cars booked, then days late, then cost; or cost alone.
    stop, seed, progress
        As `solve`.

    Returns
    -------
    ShipPlan
        Cars, voyages, decks, boxes, and what is proven.

    Raises
    ------
    DataError
        When a market or model is unknown, or the hub lists no vessels and no containers.
    """
    if cars is None:
        given = replace(Input.from_hub(hub), chance=chance)
    else:
        day = cars["date"].min() if first is None else first
        begin = day if isinstance(day, dt.date) else hub.settings.start
        given = Input.from_run(hub, cars, begin, chance=chance)
    return solve(given, Params(priorities), stop=stop, seed=seed, progress=progress)


class _Tables:
    """The tables of a plan while its parts are solved."""

    def __init__(
        self,
        data: Input,
        sea: Sea,
        fleet: Fleet,
        decks: dict[str, tuple[Deck, ...]],
        params: Params,
    ) -> None:
        self.data, self.sea, self.fleet, self.decks, self.params = data, sea, fleet, decks, params
        size = data.cars.height
        self.vessel: list[str | None] = [None] * size
        self.way = [STAYS] * size
        self.leaves: list[dt.date | None] = [None] * size
        self.arrives: list[dt.date | None] = [None] * size
        self.in_hand: list[int | None] = [None] * size
        self.late = [0] * size
        self.odds = [1.0] * size
        self.cost = [0.0] * size
        self.missed: list[str | None] = [None] * size
        self.cause: list[str | None] = [None] * size
        self.rooms: dict[int, Room] = {}
        self.standing: list[tuple[Any, ...]] = []
        self.boxed: list[tuple[Any, ...]] = []

    def take(self, part: Part, program: Program, found: Optimum) -> None:
        """Take in a part that is solved."""
        sea = self.sea
        own = rooms_of(self.data, sea, part, program, found.x, self.decks)
        self.rooms |= own
        self._on_decks(part, program, found)
        shares = self._in_boxes(part, program, found)
        ways = ended(part, program, found.x)
        goal = goals(sea, self.fleet, ways.rows)
        n_v = len(part.voyages)
        for at, (car, c, o) in enumerate(
            zip(ways.rows.tolist(), ways.of_class.tolist(), ways.way.tolist(), strict=True)
        ):
            taken = int(part.voyages[o]) if o < n_v else -1
            staying = o == part.may.shape[1] - 1
            self._leave(part, car, c, o, taken, staying, int(goal[at]), shares)
            if self.late[car] > 0 or staying:
                chances = self._chances(car)
                self.missed[car], self.cause[car] = cause_of(
                    self.data,
                    sea,
                    self.fleet,
                    own,
                    car,
                    taken,
                    int(goal[at]),
                    self.params.least_chance,
                    chances,
                )

    def _chances(self, car: int) -> dict[int, float]:
        at = int(self.fleet.chance[car])
        if at < 0:
            return {}
        days, values = self.fleet.curves[at]
        found = {}
        for v, cutoff in enumerate(self.sea.cutoff.tolist()):
            n = int(np.searchsorted(days, cutoff, side="right"))
            found[v] = float(values[n - 1]) if n else 0.0
        return found

    def _leave(
        self,
        part: Part,
        car: int,
        c: int,
        o: int,
        taken: int,
        staying: bool,
        goal: int,
        shares: dict[Key, float],
    ) -> None:
        """Write down how a car leaves."""
        sea, fleet = self.sea, self.fleet
        k, m, ready = int(fleet.market[car]), int(fleet.model[car]), int(fleet.ready[car])
        if staying:
            self.late[car], self.cost[car] = round(float(part.late[c, -1])), float(part.cost[c, -1])
            return
        if taken >= 0:
            leaves, arrives = int(sea.etd[taken]), int(sea.arrival[taken, k])
            stands = max(0.0, leaves - int(fleet.since[car]) - float(sea.free_days[taken]))
            price = float(sea.freight[taken, m, k]) + stands * float(sea.storage[taken])
            self.way[car], self.vessel[car] = VOYAGE, sea.vessels[taken]
            self.in_hand[car] = int(sea.cutoff[taken]) - ready
            self.odds[car] = self._chances(car).get(taken, 1.0)
        else:
            b = o - len(part.voyages)
            box = part.boxes[b]
            leaves, arrives = box.leaves, box.arrives
            price = shares[b, m, sea.ports[k], bool(part.ours[c, b])]
            self.way[car], self.in_hand[car] = CONTAINER, box.day - ready
        due = int(fleet.due[car])
        self.cost[car] = price + (leaves - ready) * float(sea.holding[m])
        self.late[car] = max(0, arrives - due if due >= 0 else leaves - goal)
        self.leaves[car] = dt.date.fromordinal(leaves)
        self.arrives[car] = dt.date.fromordinal(arrives)

    def _on_decks(self, part: Part, program: Program, found: Optimum) -> None:
        """Write down which cars stand on which deck."""
        sea = self.sea
        for (o, d, m), column in sorted(program.stands.items()):
            count = round(found.x[column])
            if count:
                v = int(part.voyages[o])
                deck = self.decks[sea.rows[v]["ship"]][d]
                position = self.rooms[v].positions.get(deck.name, deck.positions[0])
                area = count * float(sea.area[m])
                self.standing.append(
                    (sea.vessels[v], deck.name, position, sea.models[m], count, area)
                )

    def _in_boxes(self, part: Part, program: Program, found: Optimum) -> dict[Key, float]:
        """Write down the boxes; return what a car in each kind of them costs."""
        sea, n_v = self.sea, len(part.voyages)
        inside: dict[Key, int] = {}
        for column, c, o in zip(program.cars, program.of_class, program.way, strict=True):
            b = int(o) - n_v
            if 0 <= b < len(part.boxes):
                port, paid = sea.ports[int(part.market[c])], bool(part.ours[c, b])
                key = (b, int(part.model[c]), port, paid)
                inside[key] = inside.get(key, 0) + round(found.x[column])
        each: dict[Key, float] = {}
        for key, cars in sorted(inside.items()):
            b, m, port, paid = key
            boxes = round(found.x[program.boxed[key]])
            if cars:
                box = part.boxes[b]
                each[key] = boxes * box.cost / cars if paid else 0.0
                day = dt.date.fromordinal(box.day)
                self.boxed.append((box.lane, day, sea.models[m], port, boxes, cars))
        return each

    def cars(self) -> pl.DataFrame:
        """Return the cars, as `ShipPlan.cars`."""
        sea, fleet = self.sea, self.fleet
        due = [dt.date.fromordinal(day) if day >= 0 else None for day in fleet.due.tolist()]
        own = self.data.cars.with_columns(
            pl.Series("brand", [sea.brands[m] for m in fleet.model], dtype=pl.String),
            pl.Series("lane", [sea.lanes[k] for k in fleet.market], dtype=pl.String),
            pl.Series("port", [sea.ports[k] for k in fleet.market], dtype=pl.String),
            pl.Series("due", due, dtype=pl.Date),
            pl.Series("way", self.way, dtype=pl.String),
            pl.Series("vessel", self.vessel, dtype=pl.String),
            pl.Series("leaves", self.leaves, dtype=pl.Date),
            pl.Series("arrives", self.arrives, dtype=pl.Date),
            pl.Series("days_in_hand", self.in_hand, dtype=pl.Int64),
            pl.Series("late_days", self.late, dtype=pl.Int64),
            pl.Series("chance", self.odds, dtype=pl.Float64),
            pl.Series("cost", self.cost, dtype=pl.Float64),
            pl.Series("missed", self.missed, dtype=pl.String),
            pl.Series("cause", self.cause, dtype=pl.String),
        )
        return own.select(list(SHIPPED))

    def voyages(self, cars: pl.DataFrame) -> pl.DataFrame:
        """Return the voyages, as `ShipPlan.voyages`."""
        sea = self.sea
        missed = dict(cars.drop_nulls("missed").group_by("missed").len().iter_rows())
        slots: dict[str, float] = {}
        for car in np.flatnonzero(np.array([name is not None for name in self.vessel])).tolist():
            name = str(self.vessel[car])
            v, m, k = sea.vessels.index(name), self.fleet.model[car], self.fleet.market[car]
            slots[name] = slots.get(name, 0.0) + float(sea.freight[v, m, k])
        rows = []
        for v, name in enumerate(sea.vessels):
            room, row = self.rooms.get(v), sea.rows[v]
            limits = []
            ceu_room, most = _limit(sea.ceu_room[v]), _limit(sea.most[v])
            area_room = None if room is None else _limit(room.area_room)
            ceu, area, count = (0.0, 0.0, 0) if room is None else (room.ceu, room.area, room.cars)
            for used, limit in ((ceu, ceu_room), (area, area_room), (count, most)):
                if limit:
                    limits.append(used / limit)
            short = float(sea.least[v]) if room is None else room.short
            price = slots.get(name, 0.0) + short * float(sea.dead[v])
            price += float(sea.charter[v]) if count else 0.0
            positions = {} if room is None else room.positions
            rows.append(
                (
                    name,
                    sea.lane[v],
                    row["ship"],
                    row["cutoff"],
                    row["etd"],
                    count,
                    float(sea.least[v]),
                    most,
                    short,
                    ceu,
                    ceu_room,
                    area,
                    area_room,
                    max(limits, default=None),
                    missed.get(name, 0),
                    ", ".join(f"{deck} {position}" for deck, position in positions.items()),
                    price,
                )
            )
        return pl.DataFrame(rows, schema=VOYAGES, orient="row")


def _limit(value: float) -> float | None:
    return None if value == NEVER else float(value)


def _moved(data: Input, cars: pl.DataFrame) -> pl.DataFrame:
    """Return the cars that leave otherwise than in the former plan."""
    if data.former is None:
        return pl.DataFrame(schema=MOVED)
    now = pl.coalesce("vessel", "way").alias("now")
    both = data.former.select("car", pl.coalesce("vessel", "way").alias("before")).join(
        cars.select("car", now), on="car", maintain_order="left"
    )
    return both.filter(pl.col("before") != pl.col("now")).select(list(MOVED))
