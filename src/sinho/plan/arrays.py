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
    make_max, stock_min, stock_max : ndarray, shape (I, T)
        Cars per period (``inf``: no limit).
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
    make_max: Floats
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
