"""The arrays of the monthly plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinho.units import Floats, Period

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MODES = ("road", "vessel", "container")


@dataclass(frozen=True)
class Pattern:
    """A shift pattern of a group, with its places in the arrays.

    ``fewest`` is the number of periods for which it is kept once chosen; ``kept`` how many of
    the first periods it is still bound to by the opening pattern.
    """

    group: int
    name: str
    shifts: int
    hours: float
    people: float | None
    cost_per_day: float
    change_cost: float
    fewest: int
    opening: bool
    kept: int


@dataclass(frozen=True)
class Window:
    """One window of a contract: the cars of ``pairs`` shipped in ``inside`` periods."""

    contract: str
    brand: str
    label: str
    start: dt.date
    end: dt.date
    least: float
    most: float
    penalty: float
    fee: float
    hard: bool
    pairs: Bools
    inside: Bools


@dataclass(frozen=True)
class PlanData:
    """Arrays of the monthly plan.

    Sizes: I models, K markets, T periods, P pairs of model and market that have demand or
    backlog, S shops, G shop groups, J parts, R trade lanes. ``nan`` in a capacity means that
    none is set; ``nan`` in ``freight`` that the mode cannot be used.

    Parameters
    ----------
    spans : tuple of Period
        The T periods; ``fraction`` (T,) is their length in months.
    models, markets, shops, groups, parts, lanes : tuple of str
        Names.
    ceu, area, material, stock_cost : ndarray, shape (I,)
        CEU/car, m2/car, currency/car, currency/car/month.
    launch_max, stock_min, stock_max : ndarray, shape (I, T)
        Cars per period (``inf``: no limit); ``launch_max`` by SOP, EOP, ramp and given full rate.
    launch_days : ndarray, shape (I, T)
        Working days, times the ramp's share, on which a model in its launch runs at the rate of
        its shops, as it has no full rate (``nan``: not limited so).
    launched : ndarray of bool, shape (I, T)
        Whether the model is between SOP and EOP.
    stock0 : ndarray, shape (I,)
        Cars in stock before the first period.
    pair_model, pair_market : ndarray of int, shape (P,)
        The pairs.
    demand, price, lost_penalty, late_penalty, fee, duty : ndarray, shape (P, T)
        Cars; currency/car (late: per month; duty: import duty per car).
    backlog0 : ndarray, shape (P,)
        Cars late before the first period.
    market_lane : ndarray of int, shape (K,)
        Lane of a market, -1 for domestic ones.
    freight : ndarray, shape (3, I, R + 1, T) indexed by mode of ``MODES``
        Currency per car by lane; the last place holds the domestic markets (lane -1).
    cars_per_box : ndarray, shape (R, T)
        Cars in a 40 ft box.
    ceu_cap, area_cap, box_cap : ndarray, shape (R, T)
        Sailing capacity per period.
    yard_cap : ndarray, shape (T,)
        Cars at a period's end.
    days : ndarray, shape (G, T)
        Working days.
    shop_group : ndarray of int, shape (S,)
        Group of each shop.
    rate, installed_rate, availability : ndarray, shapes (S, T), (S,), (S,)
        Manned units/h; installed units/h; share.
    installed_year : ndarray, shape (S,)
        Nominal units per year.
    load_model, load_part : ndarray, shapes (S, I), (S, J)
        Units of capacity per piece started.
    patterns : tuple of Pattern
        All patterns, group by group.
    fixed : ndarray of int, shape (G, T)
        Index of the pattern that is given, -1 where the plan chooses.
    overtime_max, overtime_cost : ndarray, shape (G, T)
        Hours per period; currency/h.
    crew : ndarray, shape (S,)
        People per shift.
    can_make, can_buy : ndarray of bool, shape (J,)
        Supply of parts.
    make_cost, buy_cost, part_stock_cost, part_yield, lot, part_stock0 : ndarray, shape (J,)
        Currency/unit; currency/unit/month; share; units; units.
    buy_max, part_stock_max : ndarray, shapes (J, T), (J,)
        Units (``inf``: no limit).
    bom_model, bom_part : ndarray, shapes (J, I), (J, J)
        Units of part j per piece of model i, or of part (second index), started.
    windows : tuple of Window
        Windows of the contracts.
    """

    spans: tuple[Period, ...]
    fraction: Floats
    models: tuple[str, ...]
    markets: tuple[str, ...]
    shops: tuple[str, ...]
    groups: tuple[str, ...]
    parts: tuple[str, ...]
    lanes: tuple[str, ...]
    ceu: Floats
    area: Floats
    material: Floats
    stock_cost: Floats
    launch_max: Floats
    launch_days: Floats
    launched: Bools
    stock_min: Floats
    stock_max: Floats
    stock0: Floats
    pair_model: Ints
    pair_market: Ints
    demand: Floats
    price: Floats
    lost_penalty: Floats
    late_penalty: Floats
    fee: Floats
    duty: Floats
    backlog0: Floats
    market_lane: Ints
    freight: Floats
    cars_per_box: Floats
    ceu_cap: Floats
    area_cap: Floats
    box_cap: Floats
    yard_cap: Floats
    days: Floats
    shop_group: Ints
    rate: Floats
    installed_rate: Floats
    availability: Floats
    installed_year: Floats
    load_model: Floats
    load_part: Floats
    patterns: tuple[Pattern, ...]
    fixed: Ints
    overtime_max: Floats
    overtime_cost: Floats
    crew: Floats
    can_make: Bools
    can_buy: Bools
    make_cost: Floats
    buy_cost: Floats
    part_stock_cost: Floats
    part_yield: Floats
    lot: Floats
    part_stock0: Floats
    buy_max: Floats
    part_stock_max: Floats
    bom_model: Floats
    bom_part: Floats
    windows: tuple[Window, ...]

    @property
    def make_max(self) -> Floats:
        """Most cars of each model in each period by its launch, shape (I, T); ``inf``: no limit.

        The rate of a shop is what holds in the period: its manned rate and availability, the
        longest pattern that may be worked, and the most overtime.
        """
        longest = longest_days(self.patterns, self.fixed)
        own_days = np.where((self.days > 0) & (longest > 0), self.days, np.inf)
        hours = (longest + self.overtime_max / own_days)[self.shop_group]
        units = self.rate * self.availability[:, None] * hours
        limit = self.launch_max.copy()
        for i in np.flatnonzero(~np.isnan(self.launch_days).all(axis=1)):
            own = self.load_model[:, i] > 0
            full = (units[own] / self.load_model[own, i, None]).min(axis=0)
            limit[i] = np.fmin(limit[i], full * self.launch_days[i])
        return limit


def pattern_bounds(patterns: tuple[Pattern, ...], fixed: Ints) -> tuple[Floats, Floats]:
    """Return the least and the most share of each pattern in each period: 0 or 1.

    Parameters
    ----------
    patterns : tuple of Pattern
        All patterns.
    fixed : ndarray of int, shape (G, T)
        The pattern that is given, -1 where the plan chooses.

    Returns
    -------
    tuple of (ndarray, ndarray), each of shape (patterns, T)
        Both 1 for a pattern that is given, that is its group's only one, or that the group is
        still bound to by the opening pattern's smallest stay; 0 and 1 for one that may be chosen.
    """
    group = np.array([p.group for p in patterns], dtype=np.int64)
    given, own = fixed[group], np.arange(len(patterns))[:, None]
    lower, upper = (given == own).astype(float), ((given == own) | (given < 0)).astype(float)
    lower[np.bincount(group, minlength=len(fixed))[group] == 1] = 1.0
    for p, pattern in enumerate(patterns):
        if pattern.opening and pattern.kept:
            # a period in which another pattern is given ends a stay
            free = (given[p] < 0) & ~np.logical_or.accumulate((given[p] >= 0) & (given[p] != p))
            lower[p, : pattern.kept][free[: pattern.kept]] = 1.0
    return lower, upper


def longest_days(patterns: tuple[Pattern, ...], fixed: Ints) -> Floats:
    """Return the hours of the longest pattern that may be worked in each period, shape (G, T)."""
    lower, upper = pattern_bounds(patterns, fixed)
    hours = np.zeros(fixed.shape)
    for g in range(len(fixed)):
        own = [n for n, p in enumerate(patterns) if p.group == g]
        # a pattern that must be worked leaves no other
        allowed = np.where(lower[own].any(axis=0), lower[own], upper[own])
        daily = np.array([patterns[n].shifts * patterns[n].hours for n in own])
        hours[g] = (daily[:, None] * allowed).max(axis=0, initial=0.0)
    return hours
