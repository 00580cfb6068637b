"""The days on which generated orders are wanted."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.hub import Hub
from sinho.hub.calendar import line_days
from sinho.hub.lines import lines_of, routes
from sinho.hub.voyages import NO_VOYAGES, Voyages
from sinho.units import next_month

ONE_DAY = dt.timedelta(days=1)


def end_of(start: dt.date, *, weeks: bool) -> dt.date:
    """Return the last day of a planning period: of the month, or the Sunday of the week."""
    if weeks:
        return start + dt.timedelta(days=6 - start.weekday())
    return next_month(start) - ONE_DAY


@dataclass(frozen=True)
class WorkingDays:
    """The days within some days on which a model can be built.

    Parameters
    ----------
    days : tuple of datetime.date
        Working days in order.
    """

    days: tuple[dt.date, ...]

    @classmethod
    def by_model(cls, hub: Hub, first: dt.date, last: dt.date) -> dict[str, WorkingDays]:
        """Return by model the days on which a line works that builds it."""
        worked = {line.name: line_days(hub, first, last, line) for line in lines_of(hub)}
        found: dict[str, set[dt.date]] = {}
        for model, line in routes(hub).select("model", "line").iter_rows():
            found.setdefault(model, set()).update(worked[line])
        return {model: cls(tuple(sorted(days))) for model, days in found.items()}

    def between(self, first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
        """Return the working days from one day to another, both included."""
        return self.days[bisect_left(self.days, first) : bisect_left(self.days, last + ONE_DAY)]


def spread(cars: int, days: Sequence[dt.date], chance: np.random.Generator) -> list[dt.date]:
    """Spread cars evenly over days, in random order.

    Parameters
    ----------
    cars : int
        Cars n.
    days : sequence of datetime.date
        D days, at least one.
    chance : numpy.random.Generator
        Source of random numbers.

    Returns
    -------
    list of datetime.date
        A day for each car: every day occurs floor(n / D) times or once more.
    """
    places: NDArray[np.int64] = np.floor(
        (np.arange(cars) + chance.random()) * len(days) / max(cars, 1)
    ).astype(np.int64)
    return [days[place] for place in chance.permutation(np.minimum(places, len(days) - 1))]


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
