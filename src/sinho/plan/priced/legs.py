"""Legs of the ways of cars in a restricted program."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sinho.plan.arrays import Ints
from sinho.plan.priced.dual import Dual
from sinho.units import Floats

LOST, STAY, SHIP = 0, 1, 2
"""Codes of ways: lost, late to the end, and from here on shipped in a period by a mode."""


@dataclass(frozen=True)
class Legs:
    """Ways taken apart.

    Parameters
    ----------
    cell, code : ndarray of int, shape (n,)
        Cell and code.
    shipped : ndarray of int
        Places of the ways that end on a ship (or road).
    place, mode : ndarray of int
        For these: cell in which they are shipped, and mode.
    cost : ndarray, shape (n,)
        Cost per car, apart from the car itself and the shared rows.
    """

    cell: Ints
    code: Ints
    shipped: Ints
    place: Ints
    mode: Ints
    cost: Floats

    def entries(self, dual: Dual) -> tuple[Ints, Ints, Floats]:
        """Return the entries in stock and shared rows: place of the way, row, value per car."""
        arcs = dual.arcs
        n_t, n_p = arcs.shape
        stock = dual.program.rows["stock"].start
        period, pair = np.divmod(self.place, n_p)
        way = [self.shipped]
        row = [stock + arcs.model[pair] * n_t + period]
        value = [np.full(len(self.shipped), -1.0)]
        for m, one in enumerate(arcs.modes):
            here = np.flatnonzero(self.mode == m)
            for rows, coefficients in zip(one.rows, one.coefficients, strict=True):
                at = rows.ravel()[self.place[here]].astype(np.int64)
                real = at < arcs.n_rows
                way.append(self.shipped[here][real])
                row.append(arcs.first + at[real])
                value.append(coefficients.ravel()[self.place[here]][real])
        return np.concatenate(way), np.concatenate(row), np.concatenate(value)


def legs_of(dual: Dual, keys: Ints) -> Legs:
    """Take keys of ways apart."""
    arcs = dual.arcs
    n_t, n_p = arcs.shape
    cell, code = np.divmod(keys, arcs.n_codes)
    shipped = np.flatnonzero(code >= SHIP)
    period, mode = np.divmod(code[shipped] - SHIP, len(arcs.modes))
    place = period * n_p + cell[shipped] % n_p
    carried = np.zeros((n_t + 1, n_p))
    np.cumsum(arcs.carried, axis=0, out=carried[1:])
    late = np.zeros((n_t + 1, n_p))
    np.cumsum(arcs.late, axis=0, out=late[1:])
    cost = np.where(
        code == LOST, arcs.lost.ravel()[cell], late[-1][cell % n_p] - late.ravel()[cell]
    )
    own = np.empty(len(shipped))
    for m, one in enumerate(arcs.modes):
        own[mode == m] = one.cost.ravel()[place[mode == m]]
    cost[shipped] = own + carried.ravel()[place] - carried.ravel()[cell[shipped]]
    return Legs(cell, code, shipped, place, mode, cost)
