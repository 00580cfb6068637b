"""Flows of a large network with shifts and launches held, by sifting.

At good prices most cells of demand have one way that is cheapest by far; only those in which two
are nearly tied are put into a linear program, with what is left of all that flows share. At the
duals of that program all flows are priced at once, and those that would save are put into it.
Limits of a year are parted among its months first, as the tied cells would have it, so that months
fall apart; then the tied cells of all months are settled together.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sinho.highs import Model, by_column
from sinho.source.dual import NEVER, Cheapest, Dual, Prices, summed
from sinho.source.duties import Ints
from sinho.source.made import Shipped
from sinho.source.terms import Flags
from sinho.stop import StopRule
from sinho.units import Floats

TIED = 0.06
"""Share of the cells that begin in the program."""

MONTHLY, JOINED = 8, 8
"""Most programs in a row: by month, and of all months."""

NEARLY = 1e-3
"""What is taken beyond what there is, that is nothing."""

ROOMY = 2.0
"""What is freed for what is taken beyond what there is, by that."""

OVER = 4.0
"""Price of what is taken beyond what there is, by the dearest car."""


class Sifting:
    """Flows while they are sifted; columns are ways of cells.

    Parameters
    ----------
    dual : Dual
        All possible flows.
    on : ndarray of bool, shape (A,)
        Allocations that are launched.
    limits : Prices
        How much there is of what they share.
    prices : Prices
        Prices to begin at.
    options : dict
        Options of the solver.
    """

    def __init__(
        self, dual: Dual, on: Flags, limits: Prices, prices: Prices, options: dict[str, Any]
    ) -> None:
        self.dual, self.on, self.limits, self.prices = dual, on, limits, prices
        self.options = options
        self.real, self.rhs = dual.real, limits.flat
        found = dual.cheapest(prices, on)
        self.bound = self._proven(found)
        served = np.flatnonzero(found.way < NEVER / 2)
        self.cell, self.a = served, found.allocation[served]
        self.used = found.inside[served]
        self.x = dual.carried(found.way)[served]
        self.lost = np.where(found.way[dual.of] < dual.worth, 0.0, dual.width)
        self.value = found.way
        self._tie(found)

    def _tie(self, found: Cheapest) -> None:
        """Free the cells whose cheapest ways, loss among them, are nearest in cost."""
        dual = self.dual
        held = self.x > 0
        self.cell, self.a, self.used = self.cell[held], self.a[held], self.used[held]
        self.x = self.x[held]
        second = np.full(dual.data.demand.shape, NEVER, dtype=np.float32)
        for i in range(len(dual.cost)):
            cost = dual.priced(i, self.prices, self.on)
            if len(cost) > 1:
                second[i] = np.partition(cost, 1, axis=0)[1]
        gap = np.minimum(second.ravel()[dual.flat].astype(np.float64) - found.way, NEVER)
        np.minimum.at(gap, dual.of, np.abs(dual.worth - found.way[dual.of]))
        paid = self._held()
        gap = np.where(paid > found.way + 1e-6 * (1 + np.abs(paid)), found.way - paid, gap)
        # cars that are delivered and would rather be lost
        less = dual.worth - found.way[dual.of]
        np.minimum.at(gap, dual.of, np.where(self.lost < dual.width, less, np.inf))
        self.slack = max(float(np.quantile(gap, TIED)), 0.0) if len(gap) else 0.0
        self.free = (gap <= self.slack) | self._beyond(gap)
        reach = found.way + np.maximum(self.slack, gap * (1 + 1e-6) + 1e-6)
        below = np.where(self.free, reach, -NEVER)
        self._add(*dual.near(self.prices, self.on, below))

    def _beyond(self, gap: Floats) -> Flags:
        """Return the cells nearest in cost that make room where more is taken than there is."""
        column, row, value, _ = self._entries()
        taken = value * self.x[column]
        over = np.bincount(row, taken, len(self.rhs)) - self.rhs
        over[self.dual.least] = 0.0
        cell = self.cell[column]
        mine = np.flatnonzero((over[row] > NEARLY) & (taken > 0) & (gap[cell] < NEVER / 2))
        order = mine[np.lexsort((gap[cell[mine]], row[mine]))]
        total = np.cumsum(taken[order]) - taken[order]
        first = np.full(len(over), np.inf)
        np.minimum.at(first, row[order], total)
        free = np.zeros(len(gap), dtype=bool)
        free[cell[order[total - first[row[order]] < ROOMY * over[row[order]]]]] = True
        return free

    def _add(self, cell: Ints, a: Ints, used: Flags) -> None:
        """Add columns that are not there yet."""
        size = 2 * len(self.dual.data.model)
        mine = self.cell * size + 2 * self.a + self.used
        key, at = np.unique(cell * size + 2 * a + used, return_index=True)
        at = at[~np.isin(key, mine, assume_unique=True)]
        self.cell = np.concatenate([self.cell, cell[at]])
        self.a = np.concatenate([self.a, a[at]])
        self.used = np.concatenate([self.used, used[at]])
        self.x = np.concatenate([self.x, np.zeros(len(at))])

    def _proven(self, found: Cheapest) -> float:
        """Return the bound at the prices at hand."""
        return float(found.monthly.sum() - self.dual.paid(self.prices, self.limits))

    def _entries(self) -> tuple[Ints, Ints, Floats, Floats]:
        """Return what columns take (column, place, value), and what a car of them costs."""
        data = self.dual.data
        _, k, t = (part[self.cell] for part in self.dual.asked)
        cost = data.landed(self.a, k, t) - np.where(self.used, data.saved(self.a, k, t), 0.0)
        column, row, value = self.dual.uses(self.a, k, t, self.used)
        return column, self.real[row], value, cost

    def cost(self) -> tuple[float, Floats, Floats]:
        """Return the cost of what is at hand, what is taken beyond limits, and cars short."""
        column, row, value, cost = self._entries()
        taken = np.bincount(row, value * self.x[column], minlength=len(self.rhs))
        over, least = np.maximum(taken - self.rhs, 0.0), self.dual.least
        over[least] = 0.0
        short = np.zeros(len(over))
        short[least] = np.maximum(self.rhs - taken, 0.0)[least]
        paid = cost @ self.x + self.dual.worth @ self.lost + self.dual.penalty @ short[least]
        return float(paid), over, short

    def solve(self, gap: float, stop: StopRule, most: float = np.inf) -> None:
        """Solve and price until the cost is within a gap of what is proven.

        Parameters
        ----------
        gap : float
            The gap.
        stop : StopRule
            When to stop before.
        most : float
            Cars that may be lost or short.
        """
        if self._yearly():
            if not stop() and self._programs(None, stop):
                before = self.prices
                self._part()
                self._by_month(gap, stop)
                self.prices = before
                self._tie(self.dual.cheapest(self.prices, self.on))
                self.real, self.rhs = self.dual.real, self.limits.flat
                self._together(gap, stop, most)
            return
        self._by_month(gap, stop)

    def _yearly(self) -> bool:
        """Return whether some limit holds for more than a month."""
        rows = self.rhs[self.dual.begin["quota"] :].copy()
        own = self.dual.least
        first = own.start - self.dual.begin["quota"]
        rows[first : first + own.stop - own.start][self.rhs[own] == 0] = np.inf
        return bool((rows < np.inf).any())

    def _part(self) -> None:
        """Part limits of a year among its months, as what is at hand takes of them."""
        dual, real = self.dual, self.dual.real
        _, k, t = (part[self.cell] for part in dual.asked)
        column, row, value = dual.uses(self.a, k, t, self.used)
        taken = np.bincount(row, value * self.x[column], minlength=len(real))
        total = np.bincount(real, taken, minlength=len(real))[real]
        count = np.bincount(real, minlength=len(real))[real]
        there = self.rhs[real]
        share = np.minimum(1.0, there / np.maximum(total, 1e-12))
        self.rhs = np.where(
            there < np.inf,
            taken * share + np.maximum(there - total, 0.0) / count,
            np.inf,
        )
        self.real = np.arange(len(real))

    def _by_month(self, gap: float, stop: StopRule) -> None:
        """Solve the months each by itself."""
        again: Flags | None = None
        last = np.inf
        for _ in range(MONTHLY):
            if stop() or not self._programs(self.dual.asked[2], stop, again):
                break
            found = self.dual.cheapest(self.prices, self.on)
            if not self._yearly():
                self.bound = max(self.bound, self._proven(found))
            paid, over, _ = self.cost()
            near = min(paid - self.bound, 20 * (last - paid)) <= gap * abs(paid)
            if float(over.sum()) <= NEARLY and near:
                break
            last = paid
            again = self._grow(found)
            if not again.any():
                break

    def _together(self, gap: float, stop: StopRule, most: float) -> None:
        """Settle what is tied in all months together."""
        for _ in range(JOINED):
            if stop() or not self._programs(None, stop):
                break
            found = self.dual.cheapest(self.prices, self.on)
            self.bound = max(self.bound, self._proven(found))
            paid, _, short = self.cost()
            missing = float(self.lost.sum() + short.sum())
            if paid - self.bound <= (gap if missing <= most else 1e-6) * abs(paid):
                break
            if not self._grow(found).any():
                break

    def _held(self) -> Floats:
        """Return what each cell pays at most for a car that it has, with prices; at least 0."""
        column, row, value, cost = self._entries()
        price = self.prices.flat
        price[self.dual.least] *= -1
        paid = cost + np.bincount(column, value * price[row], minlength=len(self.cell))
        held = np.full(len(self.dual.flat), -np.inf)
        np.maximum.at(held, self.cell, np.where(self.x > 1e-9, paid, -np.inf))
        np.maximum.at(held, self.dual.of, np.where(self.lost > 1e-9, self.dual.worth, -np.inf))
        return held

    def _grow(self, found: Cheapest) -> Flags:
        """Put ways that would save at the duals into the program; return the cells that do."""
        dual = self.dual
        value = np.where(self.free, self.value, self._held())
        tolerance = 1e-6 * (1 + np.abs(value))
        saving = found.way < value - tolerance
        # a car that is delivered and would rather be lost
        dear = (self.lost < dual.width) & (value[dual.of] > (dual.worth + tolerance[dual.of]))
        saving[dual.of[dear & ~self.free[dual.of]]] = True
        below = np.where(saving, found.way + np.maximum(self.slack, tolerance), -NEVER)
        below = np.where(self.free, np.minimum(below, value - tolerance), below)
        self.free |= saving
        self._add(*dual.near(self.prices, self.on, below))
        return saving

    def _programs(self, group: Ints | None, stop: StopRule, again: Flags | None = None) -> bool:
        """Solve the program of what is free, by groups of cells; return whether it is solved."""
        if group is None:
            group = np.zeros(len(self.free), dtype=np.int64)
        column, row, value, cost = self._entries()
        free = self.free[self.cell]
        settled = np.bincount(row, np.where(free, 0.0, self.x)[column] * value, len(self.rhs))
        flat = self.prices.flat
        for at in np.unique(group[self.free if again is None else again]):
            cells = self.free & (group == at)
            mine = cells[self.cell]
            own = mine[column]
            entries = column[own], row[own], value[own]
            columns, places = np.flatnonzero(mine), np.flatnonzero(cells)
            if not self._program(columns, places, entries, cost, self.rhs - settled, flat, stop):
                return False
        # what is left over has no price, also where no free cell may use it
        left = self.rhs - np.bincount(row, value * self.x[column], len(self.rhs))
        left[self.dual.least] *= -1
        flat[left > NEARLY] = 0.0
        self.prices = self.prices.like(flat[self.real])
        return True

    def _program(
        self,
        columns: Ints,
        cells: Ints,
        entries: tuple[Ints, Ints, Floats],
        cost: Floats,
        left: Floats,
        flat: Floats,
        stop: StopRule,
    ) -> bool:
        """Solve one program; put flows, losses and duals where they belong."""
        dual, least = self.dual, self.dual.least
        place, demand = np.full(len(self.cell), -1), np.full(len(dual.flat), -1)
        place[columns], demand[cells] = np.arange(len(columns)), np.arange(len(cells))
        column, row, value = (part[self.rhs[entries[1]] < np.inf] for part in entries)
        rows = np.unique(row)
        low = (rows >= least.start) & (rows < least.stop)
        parts = np.flatnonzero(demand[dual.of] >= 0)
        highest = float(max(cost[columns].max(initial=0.0), dual.worth[parts].max(initial=0.0)))
        beyond = np.full(len(rows), OVER * (1 + highest))
        beyond[low] = dual.penalty[rows[low] - least.start]
        size, width, height = len(columns), len(parts), len(cells)
        count = size + width + len(rows)
        extra = np.arange(size + width, count)
        start, index, entry = by_column(
            count,
            np.concatenate([np.arange(size + width), place[column], extra]),
            np.concatenate(
                [
                    demand[self.cell[columns]],
                    demand[dual.of[parts]],
                    height + np.searchsorted(rows, row),
                    height + np.arange(len(rows)),
                ]
            ),
            np.concatenate([np.ones(size + width), value, np.where(low, 1.0, -1.0)]),
        )
        units = dual.units[cells]
        top = [np.full(size, np.inf), dual.width[parts], np.full(len(rows), np.inf)]
        model = Model(
            cost=np.concatenate([cost[columns], dual.worth[parts], beyond]),
            lower=np.zeros(count),
            upper=np.concatenate(top),
            row_lower=np.concatenate([units, np.where(low, left[rows], -np.inf)]),
            row_upper=np.concatenate([units, np.where(low, np.inf, left[rows])]),
            start=start,
            index=index,
            value=entry,
            **self.options,
        )
        model.limit(max(stop.seconds_left, 0.1))
        model.run()
        if not model.feasible:
            return False
        x, worth = np.maximum(model.x, 0.0), model.row_dual
        self.x[columns], self.lost[parts] = x[:size], x[size : size + width]
        self.value[cells] = worth[:height]
        flat[rows] = np.maximum(np.where(low, worth[height:], -worth[height:]), 0.0)
        return True

    def shipped(self) -> Shipped:
        """Return what is at hand, with losses in place of what is taken beyond limits."""
        dual, least = self.dual, self.dual.least
        size = len(dual.data.model)
        key, at = np.unique(self.cell * size + self.a, return_inverse=True)
        cars = summed(at.ravel(), self.x, len(key))
        inside = summed(at.ravel(), self.x * self.used, len(key))
        cell, a = key // size, key % size
        _, k, t = (part[cell] for part in dual.asked)
        # quotas first: a car beyond them pays the full duty
        column, row, value = dual.uses(a, k, t, inside > 0)
        row = dual.real[row]
        quota = (row >= dual.begin["quota"]) & (row < dual.begin["most"])
        weight = np.where(quota, inside[column], cars[column]) * value
        taken = summed(row, weight, len(dual.real))
        there = self.limits.flat
        kept = np.where(taken > there, there / np.maximum(taken, 1e-12), 1.0)
        kept[least] = 1.0
        share, within = np.ones(len(key)), np.ones(len(key))
        np.minimum.at(share, column[~quota], kept[row[~quota]])
        np.minimum.at(within, column[quota], kept[row[quota]])
        gone = summed(cell, cars * (1 - share), len(dual.flat))
        lost = self._losing(gone)
        cars, inside = cars * share, np.minimum(inside * within, cars * share)
        taken = summed(row, np.where(quota, 0.0, cars[column] * value), len(dual.real))
        short = np.maximum(there - taken, 0.0)[least]
        landed = dual.data.landed(a, k, t) @ cars - dual.data.saved(a, k, t) @ inside
        paid = float(landed + dual.worth @ lost + dual.penalty @ short)
        some = cars > 0
        return Shipped(
            cell[some], a[some], cars[some], inside[some], lost, self.prices, paid, self.bound
        )

    def _losing(self, gone: Floats) -> Floats:
        """Return losses with more cars of cells lost, of the parts that are worth least first."""
        dual = self.dual
        order = np.lexsort((dual.worth, dual.of))
        of, room = dual.of[order], (dual.width - self.lost)[order]
        before = np.cumsum(room) - room
        first = np.full(len(dual.flat), np.inf)
        np.minimum.at(first, of, before)
        more = np.clip(gone[of] - (before - first[of]), 0.0, room)
        lost = self.lost.copy()
        lost[order] += more
        return lost
