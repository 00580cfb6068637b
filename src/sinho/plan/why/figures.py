"""What became of the cars asked for: on time, late by how much, lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from sinho.plan.arrays import PlanData
from sinho.plan.extract import shipped_cars
from sinho.plan.program import Program
from sinho.plan.words import NEAR
from sinho.units import Floats


@dataclass(frozen=True)
class Flows:
    """Cars by pair and period, shape (P, T) each.

    Parameters
    ----------
    ship, late, lost : ndarray, shape (P, T)
        Cars shipped, late at the period's end, and lost.
    """

    ship: Floats
    late: Floats
    lost: Floats

    def on_time(self, data: PlanData) -> Floats:
        """Return the cars shipped in the period in which they were asked for, shape (P, T).

        Late cars go first, so that those late at a period's end are the newest.
        """
        return np.clip(data.demand - self.lost - self.late, 0.0, None)


def flows_of_plan(data: PlanData, tables: dict[str, pl.DataFrame]) -> Flows:
    """Return the flows that stand in the tables of a plan."""
    pair = {
        (data.models[i], data.markets[k]): p
        for p, (i, k) in enumerate(zip(data.pair_model, data.pair_market, strict=True))
    }
    period = {span.start: t for t, span in enumerate(data.spans)}

    def grid(name: str) -> Floats:
        found = np.zeros((len(pair), len(period)))
        rows = tables[name].select("model", "market", "period", "units").iter_rows()
        for model, market, start, units in rows:
            found[pair[model, market], period[start]] += units
        return found

    return Flows(grid("ship"), grid("late"), grid("lost"))


def flows_of_values(data: PlanData, program: Program, x: Floats) -> Flows:
    """Return the flows in the values of a program's columns."""
    shape = data.demand.shape
    late, lost = (program.columns[name].grid(x, *shape) for name in ("late", "lost"))
    return Flows(shipped_cars(program, x, shape), late, lost)


@dataclass(frozen=True)
class Fate:
    """What became of the cars asked for in some cells.

    Parameters
    ----------
    asked, on_time, lost : float
        Cars.
    late : dict of int to float
        Cars shipped late, by the number of periods.
    waiting : float
        Cars still late at the end of the horizon.
    """

    requested: float
    on_time: float
    late: dict[int, float]
    waiting: float
    lost: float

    @property
    def shipped_late(self) -> float:
        """Cars shipped late."""
        return sum(self.late.values())

    @property
    def short(self) -> float:
        """Cars not shipped on time."""
        return self.requested - self.on_time


def fate(data: PlanData, flows: Flows, cells: np.ndarray) -> Fate:
    """Follow the cars asked for in some cells, late cars going first.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    flows : Flows
        What is shipped, late and lost.
    cells : ndarray of bool, shape (P, T)
        The cells asked about. Where the first period is among them, so are the cars that were
        late before it.

    Returns
    -------
    Fate
        Their sums.
    """
    requested = on_time = waiting = lost = 0.0
    late: dict[int, float] = {}
    n_t = len(data.spans)
    for p in np.flatnonzero(cells.any(axis=1)):
        queue: list[list[float]] = []
        if data.backlog0[p] > 0:
            queue.append([-1, float(data.backlog0[p])])
        requested += float(data.demand[p, cells[p]].sum()) + (
            data.backlog0[p] if cells[p, 0] else 0.0
        )
        for t in range(n_t):
            queue.append([t, float(data.demand[p, t])])
            gone = float(flows.lost[p, t])
            for entry in [queue[-1], *queue[:-1]]:
                taken = min(entry[1], gone)
                entry[1] -= taken
                gone -= taken
                if cells[p, max(int(entry[0]), 0)]:
                    lost += taken
            moved = float(flows.ship[p, t])
            while queue and moved > 0:
                born, left = int(queue[0][0]), queue[0][1]
                taken = min(left, moved)
                queue[0][1] -= taken
                moved -= taken
                if taken and cells[p, max(born, 0)]:
                    if born == t:
                        on_time += taken
                    else:
                        late[t - born] = late.get(t - born, 0.0) + taken
                if queue[0][1] <= 0:
                    queue.pop(0)
        waiting += sum(left for born, left in queue if cells[p, max(int(born), 0)])
    kept = {age: units for age, units in sorted(late.items()) if units > NEAR * max(1.0, requested)}
    return Fate(requested, on_time, kept, waiting, lost)
