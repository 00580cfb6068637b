"""The lot-sizing problem of one shop, and what a given order of campaigns costs."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sinho.units import Floats

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class LotProblem:
    """Which part a shop is set up for in each slot of its working time, and how much it makes.

    P parts, S slots. In each slot the shop is set up for one part; it changes at a slot's
    beginning. What a slot makes is in stock from the slot's end on: interval s lasts from the end
    of slot s to the end of slot s + 1.

    Parameters
    ----------
    need : ndarray, shape (P, S)
        Units used in each interval; the first also holds what is used before.
    opening : ndarray, shape (P,)
        Units in stock at the beginning.
    safety : ndarray, shape (P, S)
        Stock wanted at the end of each interval.
    made : ndarray, shape (P + 1, P, S)
        Good units that a slot can make of a part when the shop was set up for another before
        (or the same; last: for nothing).
    change : ndarray, shape (P + 1, P)
        Cost of each change.
    hold, thin, short : ndarray, shape (P, S)
        Cost of a unit in stock, missing to the safety stock, and missing to the need, for the
        length of the interval.
    least : ndarray, shape (P,)
        Smallest lot; the last campaign may go on behind the horizon and may be smaller.
    first : int
        Part that the shop is set up for at the beginning; P: none.
    """

    need: Floats
    opening: Floats
    safety: Floats
    made: Floats
    change: Floats
    hold: Floats
    thin: Floats
    short: Floats
    least: Floats
    first: int

    @property
    def shape(self) -> tuple[int, int]:
        """Parts and slots."""
        return self.need.shape[0], self.need.shape[1]


def first_slots(problem: LotProblem, count: int) -> LotProblem:
    """Return the problem of the first slots alone; no plan of all slots costs less than its best.

    Parameters
    ----------
    problem : LotProblem
        The problem.
    count : int
        Slots kept, at least one.
    """
    kept = slice(0, max(1, count))
    return replace(
        problem,
        need=problem.need[:, kept],
        safety=problem.safety[:, kept],
        made=problem.made[:, :, kept],
        hold=problem.hold[:, kept],
        thin=problem.thin[:, kept],
        short=problem.short[:, kept],
    )


@dataclass(frozen=True)
class Lots:
    """A plan of campaigns on the slots of a shop.

    Parameters
    ----------
    setting : ndarray of int, shape (S,)
        Part that the shop is set up for in each slot.
    made : ndarray, shape (P, S)
        Good units made.
    setups, stock, thin, short : float
        The parts of its cost.
    """

    setting: Ints
    made: Floats
    setups: float
    stock: float
    thin: float
    short: float

    @property
    def cost(self) -> float:
        """The sum of its costs."""
        return self.setups + self.stock + self.thin + self.short


def cost_of(problem: LotProblem, setting: Ints, made: Floats) -> Lots:
    """Count what a plan costs.

    Parameters
    ----------
    problem : LotProblem
        The problem.
    setting : ndarray of int, shape (S,)
        Part set up in each slot.
    made : ndarray, shape (P, S)
        Good units made.

    Returns
    -------
    Lots
        The plan with its costs.
    """
    stock = problem.opening[:, None] + np.cumsum(made - problem.need, axis=1)
    there = np.maximum(stock, 0.0)
    before = np.concatenate([[problem.first], setting[:-1]])
    return Lots(
        setting=setting,
        made=made,
        setups=float(problem.change[before, setting].sum()),
        stock=float((problem.hold * there).sum()),
        thin=float((problem.thin * np.maximum(problem.safety - there, 0.0)).sum()),
        short=float((problem.short * np.maximum(-stock, 0.0)).sum()),
    )


def capacity(problem: LotProblem, setting: Ints) -> Floats:
    """Return the units that each slot can make of each part, shape (P, S)."""
    n_parts, n_slots = problem.shape
    slots = np.arange(n_slots)
    before = np.concatenate([[problem.first], setting[:-1]])
    room = np.zeros((n_parts, n_slots))
    room[setting, slots] = problem.made[before, setting, slots]
    return room


def runs(setting: Ints) -> list[tuple[int, int, int]]:
    """Return the campaigns of a setting: part, first and last slot."""
    breaks = np.flatnonzero(np.diff(setting)) + 1
    starts = np.concatenate([[0], breaks])
    ends = np.concatenate([breaks, [len(setting)]]) - 1
    return [(int(setting[a]), int(a), int(b)) for a, b in zip(starts, ends, strict=True)]


def fill(problem: LotProblem, setting: Ints) -> Floats | None:
    r"""Return what to make in the slots of a given setting: as late as the needs allow.

    For each part by itself: the running total that needs and safety stock ask for by the end of
    slot s is :math:`R_s`, the capacity :math:`C_s`. Going back from the last slot, at least
    :math:`N_s = C_s + \max_{t \ge s} (R_t - C_t)` must have been made by s; the total made is
    :math:`\min(C_s, N_s)`, so that a part that cannot be on time is made without a break.
    Campaigns below the smallest lot are filled up to it.

    Parameters
    ----------
    problem : LotProblem
        The problem.
    setting : ndarray of int, shape (S,)
        Part set up in each slot.

    Returns
    -------
    ndarray, shape (P, S), or None
        Good units made; None where a campaign is too short for the smallest lot.
    """
    room = np.cumsum(capacity(problem, setting), axis=1)
    requested = np.cumsum(problem.need, axis=1) + problem.safety - problem.opening[:, None]
    requested = np.maximum.accumulate(np.maximum(requested, 0.0), axis=1)
    total = _late(room, requested)
    if problem.least.any():
        for part, start, end in runs(setting)[:-1]:
            least = problem.least[part]
            if least <= 0 or (start == 0 and part == problem.first):
                continue
            base = total[part, start - 1] if start else 0.0
            if total[part, end] - base >= least - 1e-9:
                continue
            if room[part, end] - (room[part, start - 1] if start else 0.0) < least - 1e-9:
                return None
            requested[part, end:] = np.maximum(requested[part, end:], base + least)
            total[part] = _late(room[part][None], requested[part][None])[0]
    return np.diff(total, axis=1, prepend=0.0)


def _late(room: Floats, requested: Floats) -> Floats:
    """Return the least running totals that reach what is asked wherever capacity allows."""
    ahead = np.maximum.accumulate((requested - room)[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(np.maximum(room + np.minimum(ahead, 0.0), 0.0), dtype=np.float64)


def plan_of(problem: LotProblem, setting: Ints) -> Lots | None:
    """Return the plan that a setting gives, filled as late as possible; None: lots too small."""
    made = fill(problem, setting)
    return None if made is None else cost_of(problem, setting, made)
