"""How much of a part that is made and bought is bought: the plan's share, and what is too much."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from sinho.hub import Hub
from sinho.hub.clock import WorkingTime
from sinho.materials.allot import STEP, rounded_cumulative
from sinho.materials.shops import MadePart, made_parts, setup_hours
from sinho.units import Floats

BOTH = "both"
_TINY = 1e-9

Shares = Mapping[tuple[str, dt.date], float]
"""Share of a part's units that are bought, by part and day; 0 where it is not named."""

ByDay = dict[str, Floats]
"""Units of each part on each day of work."""


def shares_of(bought: pl.DataFrame | None) -> Shares:
    """Return the shares of a table with ``part``, ``date`` and ``share``."""
    if bought is None:
        return {}
    rows = bought.select("part", "date", "share").iter_rows()
    return {(part, date): float(share) for part, date, share in rows}


def by_share(
    part: str, units: Floats, dates: Sequence[dt.date], shares: Shares, step: float
) -> Floats:
    """Return the units bought on each day as of the share; running totals are rounded.

    Parameters
    ----------
    part : str
        Part.
    units : ndarray of float, shape (D,)
        Units needed on each day.
    dates : sequence of datetime.date
        The D days.
    shares : mapping
        Shares bought.
    step : float
        What units are multiples of.
    """
    share = np.array([shares.get((part, date), 0.0) for date in dates])
    return np.minimum(rounded_cumulative(np.cumsum(units * share), step), units)


@dataclass(frozen=True)
class _Both:
    """A part of a shop that may also be bought.

    Parameters
    ----------
    part : MadePart
        The part.
    premium : float
        What buying costs more than making, for each hour of the shop that it saves.
    most : float
        Most units bought in a month.
    """

    part: MadePart
    premium: float
    most: float


def too_much(
    hub: Hub,
    clock: WorkingTime,
    shop: str,
    dates: Sequence[dt.date],
    needed: Mapping[str, Floats],
    bought: Mapping[str, Floats],
) -> ByDay:
    """Return what is bought besides as a shop cannot make it in time.

    By each day's end the shop can have made what its hours until then allow, less one mean
    changeover on each of its days where it makes several parts. What is asked for beyond that is
    bought on the day, first of the part for which an hour of the shop is bought the cheapest, up
    to the part's ``buy_max`` in a calendar month.

    Parameters
    ----------
    hub : Hub
        The hub: ``parts``, ``setups``.
    clock : WorkingTime
        Working time.
    shop : str
        Shop.
    dates : sequence of datetime.date
        The D days.
    needed : mapping of str to ndarray, shape (D,)
        Good units that are needed of each part.
    bought : mapping of str to ndarray, shape (D,)
        Units of them that are bought already.

    Returns
    -------
    dict of str to ndarray, shape (D,)
        Units bought besides; parts of which nothing is are left out.
    """
    own = [
        part
        for part in made_parts(hub, dates[0])[0]
        if part.shop == shop and part.part in needed and needed[part.part].any()
    ]
    both = _both(hub, own)
    if not both:
        return {}
    free = {part.part: needed[part.part] - bought[part.part] for part in own}
    hours = np.cumsum(sum(free[part.part] / part.rate for part in own))
    beyond = np.maximum.accumulate(np.maximum(hours - _hours(hub, clock, shop, own, dates), 0.0))
    found = {one.part.part: np.zeros(len(dates)) for one in both}
    months = [(date.year, date.month) for date in dates]
    done = 0.0
    for day in np.flatnonzero(np.diff(beyond, prepend=0.0) > _TINY).tolist():
        for one in both:
            name, step = one.part.part, STEP if one.part.continuous else 1.0
            left = float(beyond[day]) - done
            if left <= _TINY:
                break
            month = np.array([key == months[day] for key in months])
            room = one.most - float((bought[name] + found[name])[month].sum())
            wanted = np.ceil(round(left * one.part.rate / step, 6)) * step
            units = min(wanted, float(free[name][day]), max(0.0, np.floor(room / step) * step))
            found[name][day] = units
            done += units / one.part.rate
    return {name: units for name, units in found.items() if units.any()}


def _both(hub: Hub, parts: Sequence[MadePart]) -> list[_Both]:
    """Return those of a shop's parts that may also be bought, the cheapest first."""
    rows = {row["part"]: row for row in hub["parts"].to_dicts()}
    found = []
    for part in parts:
        row = rows[part.part]
        if part.bought:
            dearer = float(row["buy_cost"] or 0.0) - float(row["make_cost"]) / part.good
            most = float("inf") if row["buy_max"] is None else float(row["buy_max"])
            found.append(_Both(part, dearer * part.rate, most))
    return sorted(found, key=lambda one: (one.premium, one.part.part))


def _hours(
    hub: Hub, clock: WorkingTime, shop: str, parts: Sequence[MadePart], dates: Sequence[dt.date]
) -> Floats:
    """Return the hours in which a shop can make parts by the end of each day."""
    axis = clock.shop(shop)
    lost = 0.0
    if len(parts) > 1:
        change = setup_hours(hub, shop, [part.part for part in parts])[:-1]
        lost = float(change[~np.eye(len(parts), dtype=bool)].mean())
    days = np.array(axis.dates, dtype="datetime64[D]")
    until = np.concatenate([[0.0], np.cumsum(np.maximum(np.array(axis.hours) - lost, 0.0))])
    wanted = np.array(dates, dtype="datetime64[D]")
    return np.asarray(until[np.searchsorted(days, wanted, side="right")])


__all__ = ["BOTH", "ByDay", "Shares", "by_share", "shares_of", "too_much"]
