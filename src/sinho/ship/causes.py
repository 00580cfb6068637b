"""Why cars do not leave in time: what each misses, and by which cause."""

from __future__ import annotations

import numpy as np
import polars as pl

from sinho.results.shipping import Cause
from sinho.ship.arrays import NEVER, Ints, Sea
from sinho.ship.classes import Fleet
from sinho.ship.data import FORMER, STOCK, Input
from sinho.ship.outcome import Room

ORDER = ("entitlement", "deck height", "no room")
"""Causes on board, the one that is lifted most easily first."""


def in_time(sea: Sea, fleet: Fleet, car: int, goal: int) -> Ints:
    """Return the voyages that would bring a car in time, wherever it stands, by departure.

    Parameters
    ----------
    sea, fleet
        The sea and all cars.
    car : int
        Row of the car.
    goal : int
        Day on which it is to leave, where it is not due in its market.
    """
    k = int(fleet.market[car])
    own = sea.of_lane(sea.lanes[k])
    arrival = sea.arrival[own, k]
    due = int(fleet.due[car])
    good = arrival <= due if due >= 0 else sea.etd[own] <= goal
    return np.asarray(own[good & (arrival < NEVER)], dtype=np.int64)


def cause_of(
    data: Input,
    sea: Sea,
    fleet: Fleet,
    rooms: dict[int, Room],
    car: int,
    taken: int,
    goal: int,
    least_chance: float,
    chances: dict[int, float],
) -> tuple[str | None, Cause]:
    """Return the voyage that a car misses, and why.

    Parameters
    ----------
    data, sea, fleet, rooms
        The problem, and what is left of the room of each voyage.
    car : int
        Row of the car.
    taken : int
        Voyage on which it leaves; below 0: none.
    goal : int
        Day on which it is to leave, where it is not due in its market.
    least_chance : float
        As of the parameters.
    chances : dict of int to float
        Chance to be ready for voyages; 1 where none is given.
    """
    k = int(fleet.market[car])
    calling = [v for v in sea.of_lane(sea.lanes[k]) if sea.arrival[v, k] < NEVER]
    if not calling:
        return None, "no voyage"
    good = in_time(sea, fleet, car, goal)
    name, origin, built = data.cars.select("car", "origin", "built").row(car)
    lead = int(data.hub.slotting["lead_days"])
    first = data.first.toordinal()
    earliest = first if origin in (STOCK, FORMER) else first + lead
    could = [int(v) for v in good if sea.cutoff[v] >= earliest]
    if not could and origin == FORMER and data.former is not None:
        missed, cause = data.former.row(by_predicate=pl.col("car") == name)[-2:]
        if cause is not None:
            return missed, cause
    if not could:
        return (sea.vessels[int(good[-1])] if len(good) else None), "order too late"
    ready = int(fleet.ready[car])
    there = [v for v in could if sea.cutoff[v] >= ready]
    if not there:
        off_line = built.toordinal() + lead if built is not None else ready
        waits = ready > off_line and any(sea.cutoff[v] >= off_line for v in could)
        return sea.vessels[could[-1]], "way to the port" if waits else "late line-off"
    sure = [v for v in there if chances.get(v, 1.0) >= least_chance]
    if not sure:
        return sea.vessels[there[-1]], "readiness"
    blocks = {v: rooms[v].blocks(sea, int(fleet.model[car])) for v in sure}
    for cause in ORDER:
        for v in reversed(sure):
            if blocks[v] == cause:
                return sea.vessels[v], cause  # type: ignore[return-value]
    bound = taken >= 0 and 0 < rooms[taken].cars <= sea.least[taken]
    return sea.vessels[sure[-1]], "booked elsewhere" if bound else "cost"


def goals(sea: Sea, fleet: Fleet, rows: Ints) -> np.ndarray:
    """Return the day on which cars are to leave: the day wanted, else the first that they can."""
    found = fleet.wanted[rows].copy()
    for at in np.flatnonzero(found < 0):
        car = int(rows[at])
        k = int(fleet.market[car])
        own = [
            v
            for v in sea.of_lane(sea.lanes[k])
            if sea.arrival[v, k] < NEVER and sea.cutoff[v] >= fleet.ready[car]
        ]
        found[at] = int(sea.etd[own].min()) if own else -1
    return found
