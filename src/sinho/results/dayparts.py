"""Which part of a period's work falls on each of its days, and the hours of every shop."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from sinho.hub import Hub
from sinho.hub.calendar import worked_days
from sinho.results.plan import MonthPlan
from sinho.units import Floats


class DayParts:
    """Which part of a period's work falls on each of its days, by shop group.

    Days share it as they are worked; where a group works several patterns in a period, by the hours
    of the pattern on each date, with overtime as on every other day.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    plan : MonthPlan
        Its plan.
    """

    def __init__(self, hub: Hub, plan: MonthPlan) -> None:
        self.hub = hub
        self.spans: list[tuple[dt.date, dt.date, dt.date]] = (
            plan.tables["periods"].select("period", "start", "end").rows()
        )
        self.known: dict[tuple[dt.date, str], dict[dt.date, float]] = {}
        self.patterns = plan.tables["patterns"]
        self.overtime = {
            (period, group): hours
            for period, group, hours in plan.tables["overtime"]
            .select("period", "group", "hours")
            .iter_rows()
        }

    def period(self, day: dt.date) -> dt.date:
        """Return the period in which a day lies."""
        return next(period for period, start, end in self.spans if start <= day <= end)

    def of(self, day: dt.date, group: str) -> float:
        """Return the day's part of its period; 0 for a day of rest."""
        start, end = next((a, b) for _, a, b in self.spans if a <= day <= b)
        key = start, group
        if key not in self.known:
            worked = worked_days(self.hub, [group], start, end)[group]
            worked = worked * self._daily(group, start, worked)
            self.known[key] = {
                start + dt.timedelta(days=n): float(share / worked.sum())
                for n, share in enumerate(worked)
                if share > 0
            }
        return self.known[key].get(day, 0.0)

    def _daily(self, group: str, start: dt.date, worked: Floats) -> Floats:
        """Return the hours of each day of a period that is worked whole; 1 where all are alike."""
        period = self.period(start)
        rows = self.patterns.filter((pl.col("period") == period) & (pl.col("group") == group))
        daily = np.ones(len(worked))
        if (rows["shifts"] * rows["hours"]).n_unique() < 2:
            return daily
        over = self.overtime.get((period, group), 0.0) / worked.sum()
        for first, last, shifts, hours in rows.select(
            "start", "end", "shifts", "hours"
        ).iter_rows():
            daily[(first - start).days : (last - start).days + 1] = shifts * hours + over
        return daily


def shop_hours(hub: Hub, plan: MonthPlan, first: dt.date, last: dt.date) -> pl.DataFrame:
    """Return the hours that every shop works on each day, as the plan mans it.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    plan : MonthPlan
        Its plan.
    first, last : datetime.date
        First and last day, within the plan's horizon.

    Returns
    -------
    polars.DataFrame
        ``shop``, ``date`` and ``hours``: the period's pattern hours and overtime, shared over its
        working days; only days with hours.
    """
    parts = DayParts(hub, plan)
    dates = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    rows = [
        (row["shop"], day, parts.of(day, row["group"]) * hours)
        for day in dates
        for row in plan.tables["hours"]
        .filter(pl.col("period") == parts.period(day))
        .iter_rows(named=True)
        if (hours := row["pattern_hours"] + row["overtime_hours"]) > 0
    ]
    schema = {"shop": pl.String, "date": pl.Date, "hours": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row").filter(pl.col("hours") > 0)
