"""The arrays of the monthly plan."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sinho.units import Floats, Period

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

MODES = ("road", "vessel", "container", "rail")
LAND = ("road", "rail")
"""Modes whose departures carry cars, whatever their size."""


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

    @property
    def daily(self) -> float:
        """Hours of a working day."""
        return self.shifts * self.hours


@dataclass(frozen=True)
class Stretch:
    """Days of a period on which a group works one pattern.

    Parameters
    ----------
    group, period : int
        Which group and period.
    start, end : datetime.date
        First and last day.
    pattern : int
        The pattern that is given; -1: the group's own one of the period.
    days : float
        Working days.
    """

    group: int
    period: int
    start: dt.date
    end: dt.date
    pattern: int
    days: float


@dataclass(frozen=True)
class Given:
    """What patterns given by date add to the own ones: G groups, T periods, P patterns.

    Parameters
    ----------
    stretches : tuple of Stretch
        The stretches of all periods, group by group, by date.
    own_days : ndarray, shape (G, T)
        Working days of the own pattern.
    hours, cost : ndarray, shape (G, T)
        Hours worked in the patterns given besides, and their labour in currency.
    change : ndarray, shape (P, T)
        Cost of the changes within the period, and to what is given after its own pattern, where
        that is the pattern.
    before : ndarray of int, shape (G, T)
        The pattern given just before the period's own one, after the period before's; -1: none.
    broken : ndarray of bool, shape (P, T)
        Whether another pattern than this is given between the own ones of the period before and
        of this one.
    """

    stretches: tuple[Stretch, ...]
    own_days: Floats
    hours: Floats
    cost: Floats
    change: Floats
    before: Ints
    broken: Bools


@dataclass(frozen=True)
class Window:
    """One window of a contract: the cars of ``pairs`` shipped in ``inside`` periods.

    ``fees`` (T,) is what a car earns by period, ``penalty`` that of its last one.
    """

    contract: str
    brand: str
    label: str
    start: dt.date
    end: dt.date
    least: float
    most: float
    penalty: float
    fees: Floats
    hard: bool
    pairs: Bools
    inside: Bools


@dataclass(frozen=True)
class PlanData:
    """Arrays of the monthly plan.

    Sizes: I models, Q routes (a model on a line that can build it), K markets, T periods, P pairs
    of model and market that have demand or backlog, S shops, G shop groups, J parts, R trade lanes.
    ``nan`` in a capacity means that none is set; ``nan`` in ``freight`` that the mode cannot be
    used.

    Parameters
    ----------
    spans : tuple of Period
        The T periods; ``fraction`` (T,) is their length in months.
    models, lines, markets, shops, groups, parts, lanes : tuple of str
        Names.
    route_model, route_line : ndarray of int, shape (Q,)
        The routes, model by model.
    route_cost, least_lot : ndarray, shape (Q,)
        Currency per car built on the line beside its material; least cars in a month in which the
        line builds any of the model (0: no limit).
    route_preferred : ndarray of bool, shape (Q,)
        Whether the model prefers the line; all of its lines where it prefers none.
    route_start : tuple of datetime.date or None, length Q
        First day on which the line can build the model (None: any).
    ceu, area, material, stock_cost : ndarray, shape (I,)
        CEU/car, m2/car, currency/car, currency/car/month.
    launch_max : ndarray, shape (Q, T)
        Most cars per period by SOP, EOP, start on the line, ramp and given full rate (``inf``: no
        limit).
    launch_days : ndarray, shape (Q, T)
        Working days, times the ramp's share, on which a model in its launch runs at the rate of
        the route's shops, as it has no full rate (``nan``: not limited so).
    model_max : ndarray, shape (I, T)
        Most cars per period over all lines, by full rate and ramp, of a model that several lines
        build (``inf``: no limit).
    stock_min, stock_max : ndarray, shape (I, T)
        Cars at the period's end (``inf``: no limit).
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
    freight, delivery : ndarray, shapes (4, I, K, T) by mode of ``MODES``, with ``delivery``; (P, T)
    cars_per_box : ndarray, shape (K, T)
        Cars in a 40 ft box.
    ceu_cap, area_cap, box_cap : ndarray, shape (R, T)
        Sailing capacity per period.
    road_cap, rail_cap : ndarray, shape (R, T)
        Cars that trucks and trains of a lane carry per period.
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
    load_route, load_part : ndarray, shapes (S, Q), (S, J)
        Units of capacity per piece started.
    patterns : tuple of Pattern
        All patterns, group by group.
    fixed : ndarray of int, shape (G, T)
        Index of the group's own pattern where it is given, -1 where the plan chooses it.
    given : Given
        What is given on some days of a period, whatever its own pattern is.
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
    lines: tuple[str, ...]
    route_model: Ints
    route_line: Ints
    route_cost: Floats
    least_lot: Floats
    route_preferred: Bools
    route_start: tuple[dt.date | None, ...]
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
    model_max: Floats
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
    delivery: Floats
    cars_per_box: Floats
    ceu_cap: Floats
    area_cap: Floats
    box_cap: Floats
    road_cap: Floats
    rail_cap: Floats
    yard_cap: Floats
    days: Floats
    shop_group: Ints
    rate: Floats
    installed_rate: Floats
    availability: Floats
    installed_year: Floats
    load_route: Floats
    load_part: Floats
    patterns: tuple[Pattern, ...]
    fixed: Ints
    given: Given
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
        """Most cars by launch of each route in each period, shape (Q, T); ``inf``: no limit.

        The rate of a shop is what holds in the period: its manned rate and availability, the
        longest pattern that may be worked, and the most overtime.
        """
        longest = self.longest_days
        own_days = np.where((self.days > 0) & (longest > 0), self.days, np.inf)
        hours = (longest + self.overtime_max / own_days)[self.shop_group]
        units = self.rate * self.availability[:, None] * hours
        limit = self.launch_max.copy()
        for q in np.flatnonzero(~np.isnan(self.launch_days).all(axis=1)):
            own = self.load_route[:, q] > 0
            full = (units[own] / self.load_route[own, q, None]).min(axis=0)
            limit[q] = np.fmin(limit[q], full * self.launch_days[q])
        return limit

    @property
    def most_units(self) -> Floats:
        """Most units of each shop in each period, shape (S, T).

        At the period's manned rate and availability, on the longest pattern that may be worked in
        it, with all overtime.
        """
        hours = self.longest_days * self.days + self.overtime_max
        found: Floats = self.rate * self.availability[:, None] * hours[self.shop_group]
        return found

    @property
    def route_max(self) -> Floats:
        """Cars of each route in each period that no plan exceeds to advantage, shape (Q, T)."""
        wanted = np.zeros(len(self.models))
        np.add.at(wanted, self.pair_model, self.demand.sum(axis=1) + self.backlog0)
        wanted += self.stock_min.max(axis=1)
        limit = np.repeat((wanted[self.route_model] + self.least_lot)[:, None], len(self.spans), 1)
        for q in range(len(self.route_model)):
            own = self.load_route[:, q] > 0
            room = self.most_units[own] / self.load_route[own, q, None]
            limit[q] = np.minimum(limit[q], room.min(axis=0, initial=np.inf))
        return np.minimum(limit, self.make_max)

    @property
    def month_begin(self) -> Ints:
        """The first period of each period's month, shape (T,)."""
        months = [span.month for span in self.spans]
        return np.array([months.index(month) for month in months], dtype=np.int64)

    def route_name(self, route: int) -> str:
        """Name the model of a route, and the line where several build it."""
        model = self.route_model[route]
        several = np.count_nonzero(self.route_model == model) > 1
        where = f" on line {self.lines[self.route_line[route]]}" if several else ""
        return f"{self.models[model]}{where}"

    @property
    def passes(self) -> Bools:
        """Whether a model loads a shop on any of its lines, shape (S, I)."""
        found = np.zeros((len(self.shops), len(self.models)), dtype=bool)
        for q, i in enumerate(self.route_model):
            found[:, i] |= self.load_route[:, q] > 0
        return found

    @property
    def pattern_group(self) -> Ints:
        """The group of each pattern, shape (P,)."""
        return np.array([p.group for p in self.patterns], dtype=np.int64)

    @property
    def pattern_daily(self) -> Floats:
        """Hours of a working day in each pattern, shape (P,)."""
        return np.array([p.daily for p in self.patterns], dtype=np.float64)

    @property
    def pattern_hours(self) -> Floats:
        """Hours of a period whose own pattern is this one, overtime aside, shape (P, T)."""
        group = self.pattern_group
        own = self.given.own_days[group] * self.pattern_daily[:, None]
        found: Floats = own + self.given.hours[group]
        return found

    @property
    def pattern_bounds(self) -> tuple[Floats, Floats]:
        """The least and the most share of each pattern in each period: 0 or 1, shapes (P, T).

        Both are 1 for a pattern that is given, that is its group's only one, or that the group is
        still bound to by the opening pattern's smallest stay; 0 and 1 for one that may be chosen.
        """
        group = self.pattern_group
        given, own = self.fixed[group], np.arange(len(group))[:, None]
        lower, upper = (given == own).astype(float), ((given == own) | (given < 0)).astype(float)
        lower[np.bincount(group, minlength=len(self.fixed))[group] == 1] = 1.0
        for p, pattern in enumerate(self.patterns):
            if pattern.opening and pattern.kept:
                # where another pattern is given a stay ends
                other = ((given[p] >= 0) & (given[p] != p)) | self.given.broken[p]
                free = (given[p] < 0) & ~np.logical_or.accumulate(other)
                lower[p, : pattern.kept][free[: pattern.kept]] = 1.0
        return lower, upper

    @property
    def longest_days(self) -> Floats:
        """Hours a day of the longest pattern that may be worked in each period, shape (G, T).

        Where several are worked in a period, the mean of its working days.
        """
        lower, upper = self.pattern_bounds
        hours = np.zeros(self.fixed.shape)
        for g in range(len(self.fixed)):
            own = self.pattern_group == g
            # a pattern that must be worked leaves no other
            allowed = np.where(lower[own].any(axis=0), lower[own], upper[own])
            hours[g] = (self.pattern_daily[own, None] * allowed).max(axis=0, initial=0.0)
        several = (self.given.own_days < self.days) & (self.days > 0)
        both = self.given.own_days * hours + self.given.hours
        return np.divide(both, self.days, out=hours, where=several)
