"""The days on which generated orders are wanted."""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from sinho.hub import Hub
from sinho.hub.calendar import line_days
from sinho.hub.lines import lines_of, routes
from sinho.hub.voyages import NO_VOYAGES, Voyages
from sinho.results import MonthPlan
from sinho.results.dayparts import DayParts
from sinho.units import next_month

ONE_DAY = dt.timedelta(days=1)


def end_of(start: dt.date, *, weeks: bool) -> dt.date:
    """Return the last day of a planning period: of the month, or the Sunday of the week."""
    if weeks:
        return start + dt.timedelta(days=6 - start.weekday())
    return next_month(start) - ONE_DAY


Parts = Mapping[str, Mapping[dt.date, float]]
"""Which part of a period's cars of a model is built on each day."""


@dataclass(frozen=True)
class WorkingDays:
    """The days within some days on which a model can be built.

    Parameters
    ----------
    days : tuple of datetime.date
        Working days in order.
    parts : tuple of float
        What is built on each, as parts of one whole; empty: the same on each.
    """

    days: tuple[dt.date, ...]
    parts: tuple[float, ...] = ()

    @classmethod
    def by_model(
        cls, hub: Hub, first: dt.date, last: dt.date, parts: Parts | None = None
    ) -> dict[str, WorkingDays]:
        """Return by model the days on which a line works that builds it.

        Parameters
        ----------
        hub : Hub
            The hub.
        first, last : datetime.date
            First and last day.
        parts : mapping of str to mapping of datetime.date to float, optional
            What is built on each day; models that it does not name are built alike on each.
        """
        worked = {line.name: line_days(hub, first, last, line) for line in lines_of(hub)}
        found: dict[str, set[dt.date]] = {}
        for model, line in routes(hub).select("model", "line").iter_rows():
            found.setdefault(model, set()).update(worked[line])
        alike = {model: cls(tuple(sorted(days))) for model, days in found.items()}
        named = parts or {}
        return {
            model: own._parted(named[model]) if model in named else own
            for model, own in alike.items()
        }

    def _parted(self, parts: Mapping[dt.date, float]) -> WorkingDays:
        """Return those of the days on which a part is built."""
        own = {day: part for day in self.days if (part := parts.get(day, 0.0)) > 0}
        return WorkingDays(tuple(own), tuple(own.values()))

    def between(self, first: dt.date, last: dt.date) -> WorkingDays:
        """Return the working days from one day to another, both included."""
        inside = slice(bisect_left(self.days, first), bisect_left(self.days, last + ONE_DAY))
        return WorkingDays(self.days[inside], self.parts[inside])

    @property
    def built(self) -> float:
        """What is built on all of them: the sum of their parts, or how many they are."""
        return math.fsum(self.parts) if self.parts else len(self.days)


def parts_of(
    hub: Hub, plan: MonthPlan, first: dt.date, last: dt.date, days: pl.DataFrame | None = None
) -> Parts | None:
    """Return which part of its period's cars of a model the lines build on each day.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    plan : MonthPlan
        Its plan: the lines' shares of each model, and the patterns by date.
    first, last : datetime.date
        Days whose periods are looked at.
    days : polars.DataFrame, optional
        Days of the lines: ``line``, ``shop`` and ``point`` (whether it is the line's). Needed of a
        hub that names no lines.

    Returns
    -------
    mapping of str to mapping of datetime.date to float, or None
        By model and day: the sum over its lines of their share of the model times the day's part
        of the line's period. None where one line works one pattern in each period.
    """
    groups = {line.name: line.group for line in lines_of(hub) if line.group}
    if not groups and days is not None:
        of_shop = dict(hub["shops"].select("shop", "group").iter_rows())
        points = days.filter("point").select("line", "shop").unique().iter_rows()
        groups = {line: of_shop[shop] for line, shop in points}
    periods = plan.tables["periods"].filter((pl.col("start") <= last) & (pl.col("end") >= first))
    patterns = plan.tables["patterns"].filter(pl.col("group").is_in(list(groups.values())))
    worked = patterns.join(periods, on="period", how="semi").select("period", "group")
    if not groups or (len(groups) < 2 and not worked.is_duplicated().any()):
        return None
    by_group = DayParts(hub, plan)
    shares = plan.line_shares("period").join(periods, on="period").drop_nulls("share")
    found: dict[str, dict[dt.date, float]] = {}
    for model, line, share, begin, end in shares.select(
        "model", "line", "share", "start", "end"
    ).iter_rows():
        own = found.setdefault(model, {})
        for day in (begin + dt.timedelta(days=n) for n in range((end - begin).days + 1)):
            own[day] = own.get(day, 0.0) + share * by_group.of(day, groups[line])
    return found


def spread(cars: int, days: WorkingDays, chance: np.random.Generator) -> list[dt.date]:
    """Spread cars over days by their parts, in random order.

    Parameters
    ----------
    cars : int
        Cars n.
    days : WorkingDays
        D days, at least one.
    chance : numpy.random.Generator
        Source of random numbers.

    Returns
    -------
    list of datetime.date
        A day for each car: where days are alike, every day occurs floor(n / D) times or once more;
        else a day with part p of the whole floor(p n) times, or once or twice more.
    """
    at = np.arange(cars) + chance.random()
    if days.parts:
        ends = np.cumsum(days.parts) / math.fsum(days.parts)
        places = np.searchsorted(ends, at / max(cars, 1), side="right").astype(np.int64)
    else:
        places = np.floor(at * len(days.days) / max(cars, 1)).astype(np.int64)
    last = len(days.days) - 1
    return [days.days[place] for place in chance.permutation(np.minimum(places, last))]


def departure(voyages: Mapping[str, Voyages], lane: str | None, ready: dt.date) -> dt.date:
    """Return when a car leaves that is ready on a day: with the first vessel it can still take.

    Parameters
    ----------
    voyages : mapping of str to Voyages
        The voyages of each trade lane.
    lane : str or None
        Trade lane; None for a domestic market, whose cars leave on the day.
    ready : datetime.date
        Day on which the car is handed over at the port or to the carrier.
    """
    return ready if lane is None else voyages.get(lane, NO_VOYAGES).departure(ready)


def contracted(hub: Hub) -> pl.DataFrame:
    """Return brand, start and end of the contracts that ask for a least volume."""
    table = hub["contracts"].filter(pl.col("least") > 0)
    return table.select("brand", "start", "end", "models")
