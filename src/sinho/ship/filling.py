"""Decks filled with whole cars, voyage by voyage, near the relaxation of a part's program.

The relaxation fills decks with parts of cars, and what is rounded leaves room on each. Here one
voyage after the other is filled with whole cars: as many of each model as the relaxation has them,
and where that cannot be, so that what the relaxation says of the worth of room is lost least. The
rest of the part is solved anew behind each. Then neighbours are emptied and filled again as long
as that makes the whole better: relax and fix, and fix and optimise.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinho.highs import INF, Model, by_column
from sinho.results.status import gap_of
from sinho.ship.arrays import Ints, Sea
from sinho.ship.minimise import slack
from sinho.ship.params import Params
from sinho.ship.program import Program
from sinho.stop import Progress, Report, StopRule
from sinho.units import Floats

NODES = 10
"""Nodes of branch and bound for the decks of one voyage."""
NEAR = 0.1
"""What a car more or less than in the relaxation costs, as a share of the dearest room."""
FULL = 0.1
"""What room for a car of mean size is worth at least, in units of the level."""
MUCH = 10.0
"""How many times what a car can make of a level a unit of the one before it counts."""
TIE = 0.1
"""What all levels behind it may make of a car, at most, in units of a level."""
BETTER = 1e-6


@dataclass(frozen=True)
class _Voyage:
    """The decks of a voyage as a program of their own, positions as they stand.

    Parameters
    ----------
    columns : ndarray of int, shape (D,)
        Columns of the part's program: cars of a model on a deck.
    boarded : ndarray of int, shape (M,)
        Its rows in which cars of a model on the voyage stand on decks.
    model : ndarray of int, shape (D,)
        Place in ``boarded`` of each column.
    size : ndarray, shape (M,)
        Area of a car, as a share of the mean.
    room : ndarray, shape (R,)
        Upper bounds of the rows of decks.
    start, index, value : ndarray
        Entries by column: those of decks, and those that count cars of a model more and fewer.
    """

    columns: Ints
    boarded: Ints
    model: Ints
    size: Floats
    room: Floats
    start: NDArray[np.int32]
    index: NDArray[np.int32]
    value: Floats

    def filled(self, cars: Floats, worth: Floats, seed: int) -> Floats:
        """Return whole cars by column near those of each model, so that little worth is lost."""
        count, kinds = len(self.columns), len(self.boarded)
        worth = np.maximum(worth, FULL * self.size)
        near = NEAR * float(worth.max())
        whole = np.zeros(count + 2 * kinds, dtype=np.int64)
        whole[:count] = 1
        model = Model(
            cost=np.r_[np.zeros(count), near - worth, near + worth],
            lower=np.zeros(len(whole)),
            upper=np.full(len(whole), INF),
            row_lower=np.r_[np.full(len(self.room), -INF), cars],
            row_upper=np.r_[self.room, cars],
            start=self.start,
            index=self.index,
            value=self.value,
            integer=whole,
            threads=1,
            random_seed=seed,
            mip_max_nodes=NODES,
            mip_rel_gap=1e-3,
        )
        model.settle()
        return np.round(model.x[:count]) if model.feasible else np.zeros(count)


def filled(
    sea: Sea,
    program: Program,
    params: Params,
    stop: StopRule,
    seed: int,
    progress: Report | None,
    near: Floats,
    at: int,
    bound: float,
) -> Floats:
    """Return a solution of the relaxation in which cars on decks are whole.

    Parameters
    ----------
    sea, program
        The problem.
    params : sinho.ship.Params
        How hard to try.
    stop : StopRule
        When to leave it at what there is.
    seed : int
        Seed of the solver.
    progress : callable or None
        Told behind each voyage.
    near : ndarray
        Solution of the relaxation; its positions of decks and charters stay.
    at : int
        The level that is to be met.
    bound : float
        What is proven of that level.
    """
    fleet = _Decks(sea, program, near, at, seed)
    began = time.monotonic()

    def done() -> bool:
        value = float(program.levels[at][1] @ fleet.model.x)
        if progress is not None:
            progress(Progress("decks", time.monotonic() - began, best=-value, bound=-bound))
        return stop()

    def close() -> bool:
        return gap_of(float(program.levels[at][1] @ fleet.model.x), bound) <= params.deck_gap

    for v in range(len(fleet.voyages)):
        if done():
            return fleet.settled()
        fleet.fill(v)
    best, better = fleet.model.objective, True
    for _ in range(params.refills):
        if not better:
            break
        better = False
        for first in range(max(1, len(fleet.voyages) - 1)):
            if close() or done():
                return fleet.settled()
            pair = range(first, min(first + 2, len(fleet.voyages)))
            before = list(fleet.cars)
            for v in pair:
                fleet.limit(v, None)
            fleet.model.run()
            if fleet.model.objective < best - BETTER:
                for v in pair:
                    fleet.fill(v)
                if fleet.model.objective < best - BETTER:
                    best, better = fleet.model.objective, True
                    continue
            for v in pair:
                fleet.limit(v, before[v])
            fleet.model.run()
    return fleet.settled()


class _Decks:
    """The relaxation of a part, in which the decks of voyages hold no more than whole cars."""

    def __init__(self, sea: Sea, program: Program, near: Floats, at: int, seed: int) -> None:
        self.program, self.seed = program, seed
        choices = program.whole == 2
        self.lower, self.upper = program.lower.copy(), program.upper.copy()
        self.lower[choices] = self.upper[choices] = np.round(near[choices])
        self.voyages = _voyages(sea, program, self.lower * choices)
        self.cars: list[Floats | None] = [None] * len(self.voyages)
        self.model = Model(
            cost=_together(program, at),
            lower=self.lower,
            upper=self.upper,
            row_lower=program.row_lower,
            row_upper=program.row_upper,
            start=program.start,
            index=program.index,
            value=program.value,
            threads=1,
            random_seed=seed,
        )
        self.model.run()

    def limit(self, v: int, cars: Floats | None) -> None:
        """Let a voyage have so many cars of each model on a deck at most; None: any."""
        self.cars[v] = cars
        columns = self.voyages[v].columns
        most = self.upper[columns] if cars is None else cars
        self.model.set_bounds(self.lower[columns], most, columns)

    def fill(self, v: int) -> None:
        """Fill a voyage with whole cars near what the program has now, and solve it again."""
        voyage = self.voyages[v]
        kinds = len(voyage.boarded)
        cars = np.zeros(kinds)
        np.add.at(cars, voyage.model, self.model.x[voyage.columns])
        self.limit(v, voyage.filled(cars, -self.model.row_dual[voyage.boarded], self.seed))
        self.model.run()

    def settled(self) -> Floats:
        """Return the best by levels with these limits."""
        for _, cost in self.program.levels:
            self.model.set_costs(cost)
            self.model.run()
            own = np.flatnonzero(cost)
            self.model.add_row(
                -INF, self.model.objective + slack(self.model.objective), own, cost[own]
            )
        return self.model.x


def _together(program: Program, at: int) -> Floats:
    """Return the costs of a level together with those before and behind it."""
    level = program.levels[at][1]
    found = level.copy()
    weight = MUCH * max(1.0, float(np.abs(level).max()))
    for _, cost in reversed(program.levels[:at]):
        found += weight * cost
        weight *= MUCH * max(1.0, float(np.abs(cost).max()))
    behind = program.levels[at + 1 :]
    for _, cost in behind:
        found += TIE / len(behind) / max(1.0, float(np.abs(cost[program.cars]).max())) * cost
    return found


def _voyages(sea: Sea, program: Program, choices: Floats) -> list[_Voyage]:
    """Return the voyages with decks, each as a program of its own, at choices that stand."""
    of_entry = np.repeat(np.arange(len(program.lower)), np.diff(program.start))
    taken = np.bincount(
        program.index, program.value * choices[of_entry], minlength=len(program.row_upper)
    )
    found = []
    for o in sorted({voyage for voyage, _, _ in program.stands}):
        own = [(m, column) for (voyage, _, m), column in program.stands.items() if voyage == o]
        kinds = sorted({m for m, _ in own})
        columns = np.array([column for _, column in own])
        model = np.searchsorted(kinds, [m for m, _ in own])
        boarded = np.array([program.boarded[o, m] for m in kinds])
        here = np.isin(of_entry, columns) & ~np.isin(program.index, boarded)
        rows, row = np.unique(program.index[here], return_inverse=True)
        place = np.zeros(len(program.lower), dtype=np.int64)
        place[columns] = np.arange(len(columns))
        count, many = len(columns), len(kinds)
        start, index, value = by_column(
            count + 2 * many,
            np.r_[place[of_entry[here]], np.arange(count), count + np.arange(2 * many)],
            np.r_[row, len(rows) + model, len(rows) + np.tile(np.arange(many), 2)],
            np.r_[program.value[here], np.ones(count), -np.ones(many), np.ones(many)],
        )
        size = sea.area[kinds] / float(sea.area.mean())
        room = program.row_upper[rows] - taken[rows]
        found.append(_Voyage(columns, boarded, model, size, room, start, index, value))
    return found
