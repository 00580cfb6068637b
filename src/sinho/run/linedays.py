"""What the lines, and the shops beside them, can build on each day of a run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl

from sinho.hub import Hub
from sinho.hub.calendar import line_days, worked_days
from sinho.hub.lines import Line, line_loads, lines_of, rule_lines
from sinho.hub.shifts import day_begin
from sinho.results import LineDay, MonthPlan
from sinho.results.dayparts import DayParts

SLACK = 1e-9
"""Share by which two shops may differ and still be full together."""

Begins = dt.time | Mapping[LineDay, dt.time]
"""When a production day begins, of all lines or of each day of a line."""

SHOWN = 5
"""Dates that a warning names."""

COLUMNS = {
    "date": pl.Date,
    "period": pl.Date,
    "line": pl.String,
    "shop": pl.String,
    "point": pl.Boolean,
    "hours": pl.Float64,
    "capacity": pl.Float64,
}


def line_capacity(hub: Hub, plan: MonthPlan, dates: Sequence[dt.date]) -> pl.DataFrame:
    """Return what each line and the other shops that cars pass through can build on each day.

    A line is filled by one shop, its point: that of table ``lines``; of a hub without it, the shop
    that the plan loads most in the days' months of those that cars pass through. Its manned
    capacity of the month (pattern hours and overtime, at its rate and availability) is shared over
    the days that its group works in the month; a day that is worked in part has its part. What
    other shops can do is shared over the days of the lines that they serve, as these load them in
    the plan: what stands between shops evens their hours out. So a shared shop gives a day on which
    one line works what that line takes of it. An own shop of a line is left out where the point,
    with every model, is full before it is.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    plan : MonthPlan
        Its monthly or weekly plan.
    dates : sequence of datetime.date
        Days on which a line works.

    Returns
    -------
    polars.DataFrame
        ``date``, ``period`` (first day of the plan's period), ``line`` (null: of a shop that lines
        share), ``shop``, ``point`` (whether it is the line's), ``hours`` (of the line) and
        ``capacity`` (the shop's units, car equivalents): the points by date and line first, then
        the other shops by date.
    """
    made = _Lines(hub, plan, dates)
    frames = [pl.DataFrame(made.points(), schema=COLUMNS)]
    frames += [pl.DataFrame(rows, schema=COLUMNS) for rows in made.beside()]
    return pl.concat(frames)


class _Lines:
    """The capacities of the shops that cars pass through, shared over the lines' days."""

    def __init__(self, hub: Hub, plan: MonthPlan, dates: Sequence[dt.date]) -> None:
        self.hub, self.dates = hub, dates
        self.parts = DayParts(hub, plan)
        self.periods = [self.parts.period(day) for day in dates]
        self.loads = line_loads(hub).filter(pl.col("load") > 0)
        hours = plan.tables["hours"].filter(pl.col("period").is_in(self.periods))
        self.of_shop: dict[tuple[str, dt.date], dict[str, Any]] = {
            (row["shop"], row["period"]): row for row in hours.iter_rows(named=True)
        }
        self.lines = [self._settled(line, hours) for line in lines_of(hub)]
        self.made = plan.tables["make_lines"].join(self.loads, on=["model", "line"])
        first, last = (dates[0], dates[-1]) if dates else (hub.settings.start, hub.settings.start)
        self.worked = {line.name: set(line_days(hub, first, last, line)) for line in self.lines}

    def _settled(self, line: Line, hours: pl.DataFrame) -> Line:
        """Return a line with its point: the most loaded of its shops where the hub names none."""
        if line.point:
            return line
        used = pl.col("utilisation_manned").fill_nan(0.0).mean().round(9)
        ranked = (
            hours.join(self.loads, on="shop", how="semi")
            .group_by("shop")
            .agg(used)
            .sort("utilisation_manned", "shop", descending=[True, False])
        )
        return Line(line.name, tuple(ranked["shop"]), (), ranked["shop"][0])

    def points(self) -> list[dict[str, Any]]:
        """Return the days of the lines' points."""
        return [
            self._row(day, period, line, line.point)
            for day, period in zip(self.dates, self.periods, strict=True)
            for line in self.lines
            if day in self.worked[line.name]
        ]

    def beside(self) -> Iterable[list[dict[str, Any]]]:
        """Return the days of other shops that can be full before the lines are, by shop."""
        for line in self.lines:
            for shop in self._tight(line):
                yield [
                    self._row(day, period, line, shop)
                    for day, period in zip(self.dates, self.periods, strict=True)
                    if day in self.worked[line.name]
                ]
        shared = dict.fromkeys(shop for line in self.lines for shop in line.shared)
        for shop in shared:
            if not self.loads.filter(pl.col("shop") == shop).is_empty():
                yield self._shared(shop)

    def _row(self, day: dt.date, period: dt.date, line: Line, shop: str) -> dict[str, Any]:
        """Return a day of a line's own shop: its part of the month, by the days of the line."""
        point = self.of_shop[line.point, period]
        part = self.parts.of(day, line.group or point["group"])
        return {
            "date": day,
            "period": period,
            "line": line.name,
            "shop": shop,
            "point": shop == line.point,
            "hours": part * (point["pattern_hours"] + point["overtime_hours"]),
            "capacity": round(part * self.of_shop[shop, period]["manned_capacity"], 6),
        }

    def _shared(self, shop: str) -> list[dict[str, Any]]:
        """Return the days of a shop that lines share: its month, as the lines load it by day."""
        lines = [line for line in self.lines if shop in line.shared]
        weights = {}
        for period in dict.fromkeys(self.periods):
            taken = self.made.filter((pl.col("period") == period) & (pl.col("shop") == shop))
            by_line = dict(
                taken.group_by("line").agg((pl.col("units") * pl.col("load")).sum()).iter_rows()
            )
            if not any(by_line.values()):
                by_line = {line.name: 1.0 for line in lines}
            weights[period] = {name: by / sum(by_line.values()) for name, by in by_line.items()}
        rows = []
        for day, period in zip(self.dates, self.periods, strict=True):
            own = [line for line in lines if day in self.worked[line.name]]
            part = sum(
                weights[period].get(line.name, 0.0) * self.parts.of(day, line.group) for line in own
            )
            row = self.of_shop[shop, period]
            rows.append(
                {
                    "date": day,
                    "period": period,
                    "line": None,
                    "shop": shop,
                    "point": False,
                    "hours": part * (row["pattern_hours"] + row["overtime_hours"]),
                    "capacity": round(part * row["manned_capacity"], 6),
                }
            )
        return rows

    def _tight(self, line: Line) -> list[str]:
        """Return the own shops of a line that can be full before its point is."""
        own = self.loads.filter(pl.col("line") == line.name)
        takes = {(row["model"], row["shop"]): row["load"] for row in own.iter_rows(named=True)}
        models = own["model"].unique().to_list()

        def tighter(shop: str, than: str) -> bool:
            return any(
                takes.get((model, shop), 0.0) * self._room(than, period)
                > takes.get((model, than), 0.0) * self._room(shop, period) * (1 + SLACK)
                for model in models
                for period in set(self.periods)
            )

        found: list[str] = []
        for shop in line.owns:
            if shop == line.point:
                continue
            if all(tighter(shop, than) for than in (line.point, *found)):
                found = [one for one in found if tighter(one, shop)] + [shop]
        return found

    def _room(self, shop: str, period: dt.date) -> float:
        """Return the manned capacity of a shop in a period."""
        return float(self.of_shop[shop, period]["manned_capacity"])


def worked_hours(
    hub: Hub, plan: MonthPlan, days: pl.DataFrame
) -> dict[LineDay, tuple[tuple[float, float], ...]]:
    """Return when each line works on each of its days with hours.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied: shifts and breaks.
    plan : MonthPlan
        Its plan: the pattern of each date.
    days : polars.DataFrame
        Days of the lines: ``date``, ``line``, ``shop`` and ``hours``.

    Returns
    -------
    dict of LineDay to tuple of (float, float)
        Begin, in hours from the date's midnight on, and length of each stretch between breaks.
    """
    from sinho.materials import Input

    lines = Input.from_run(hub, plan, days, pl.DataFrame()).clock.lines
    return {
        LineDay(date, line): axis.day(at)
        for line, axis in lines.items()
        for at, date in enumerate(axis.dates)
    }


def day_begins(hub: Hub, plan: MonthPlan, days: pl.DataFrame) -> Begins:
    """Return when the production days of a run begin.

    Parameters
    ----------
    hub, plan, days
        As `worked_hours`.

    Returns
    -------
    datetime.time or mapping of LineDay to datetime.time
        With the earliest first shift of the plant that has one line; else each day of a line with
        the line's own shift.
    """
    if days["line"].n_unique() < 2:
        return day_begin(hub)
    worked = worked_hours(hub, plan, days)
    return {day: _time(own[0][0]) for day, own in worked.items()}


def _time(hours: float) -> dt.time:
    """Return the time of day of so many hours from midnight on, to the minute."""
    minutes = round(60 * hours)
    return dt.time(minutes // 60 % 24, minutes % 60)


def unspread(hub: Hub, plan: MonthPlan, days: pl.DataFrame) -> list[str]:
    """Say what hours the plan counts on days of the run's months on which the line builds nothing.

    Such days are worked by the shops that fill a line, while others that its cars pass rest: what
    the plan counts there cannot be built on them, nor on other days.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    plan : MonthPlan
        Its plan.
    days : polars.DataFrame
        The days by shop, of `line_capacity`.

    Returns
    -------
    list of str
        A sentence for each line and period.
    """
    parts, said = DayParts(hub, plan), []
    hours = plan.tables["hours"]
    lines = {line.name: line for line in lines_of(hub)}
    points = days.filter("point").select("line", "shop", "period").unique(maintain_order=True)
    for line, shop, period in points.iter_rows():
        row = hours.row(
            by_predicate=(pl.col("period") == period) & (pl.col("shop") == shop), named=True
        )
        start, end = next((a, b) for at, a, b in parts.spans if at == period)
        builds = set(line_days(hub, start, end, lines[line]))
        month = [start + dt.timedelta(days=n) for n in range((end - start).days + 1)]
        idle = {day: parts.of(day, row["group"]) for day in month if day not in builds}
        worked = sum(idle.values()) * (row["pattern_hours"] + row["overtime_hours"])
        if worked > SLACK:
            inside = [day for day, part in idle.items() if part > 0]
            said.append(
                f"the plan counts {worked:,.1f} h of {shop} on "
                f"{', '.join(f'{day:%Y-%m-%d}' for day in inside)}, when another shop that cars "
                "pass through rests: no car is built on these days, and these hours are not spread "
                "over others; let all of its shop groups work (table calendar), or none"
            )
    return said


def at_rest(hub: Hub, days: pl.DataFrame) -> list[str]:
    """Say which shops rest on days of the run on which lines work whose cars pass through them.

    Press shops are left out: what they make is in stock.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    days : polars.DataFrame
        The days by shop, of `line_capacity`.

    Returns
    -------
    list of str
        A sentence for each shop.
    """
    points = days.filter("point").select("date", "line")
    if hub["lines"].is_empty() or points.is_empty():
        return []
    dates = points["date"].unique().sort()
    first, last = dates[0], dates[-1]
    groups = dict(hub["shops"].select("shop", "group").iter_rows())
    pressed = hub["shops"].filter(pl.col("kind") == "press")["shop"]  # its parts are in stock
    passed = line_loads(hub).filter(pl.col("load") > 0, ~pl.col("shop").is_in(pressed.implode()))
    works = worked_days(hub, sorted({*groups.values()}), first, last)
    said = []
    for shop in passed["shop"].unique(maintain_order=True):
        idle = [day for day in dates if not works[groups[shop]][(day - first).days]]
        lines = passed.filter(pl.col("shop") == shop)["line"].unique(maintain_order=True)
        there = points.filter(pl.col("date").is_in(idle) & pl.col("line").is_in(lines.implode()))
        if there.is_empty():
            continue
        when = there["date"].unique().sort().to_list()
        named = ", ".join(map(str, when[:SHOWN]))
        more = f" and {len(when) - SHOWN:,} more days" if len(when) > SHOWN else ""
        own = there["line"].unique().sort().to_list()
        who = f"{' and '.join(own)} work{'s' if len(own) == 1 else ''}"
        said.append(
            f"{shop} rests on {named}{more}, when {who}: no car passes it "
            "then, and what it can do on its own days is counted on those of its lines "
            "(stores between have to bear it); let it work too (table calendar), or let the lines "
            "rest"
        )
    return said


def lasting(hub: Hub, plan: MonthPlan, days: pl.DataFrame) -> list[str]:
    """Say where a line works on when another that shares a shop with it has begun its next day.

    Rules of shared shops are counted date by date: such a line's cars all count before.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    plan : MonthPlan
        Its plan.
    days : polars.DataFrame
        The days by shop, of `line_capacity`.

    Returns
    -------
    list of str
        A sentence for each two lines that share a shop at which rules are counted.
    """
    sharing = {lines for lines in rule_lines(hub).values() if len(lines) > 1}
    if not sharing:
        return []
    begins, ends = dict[str, list[tuple[dt.date, dt.datetime]]](), list[tuple[LineDay, Any]]()
    for day, worked in sorted(worked_hours(hub, plan, days).items()):
        midnight = dt.datetime.combine(day.date, dt.time())
        first, (last, length) = worked[0][0], worked[-1]
        begins.setdefault(day.line, []).append((day.date, midnight + dt.timedelta(hours=first)))
        ends.append((day, midnight + dt.timedelta(hours=last + length)))
    found: dict[tuple[str, str], list[str]] = {}
    for day, end in ends:
        for other in dict.fromkeys(one for lines in sharing if day.line in lines for one in lines):
            later = (begin for date, begin in begins.get(other, ()) if date > day.date)
            begin = next(later, end)
            if other != day.line and begin < end:
                text = f"{end:%Y-%m-%d %H:%M}, when {other} works since {begin:%H:%M}"
                found.setdefault((day.line, other), []).append(text)
    return [
        f"the day of {line} lasts until {told[0]}{f' (so on {len(told):,} days)' * (len(told) > 1)}"
        ": rules of shops that both share are counted date by date, so the last cars of the one "
        "count before the first of the other"
        for (line, _), told in found.items()
    ]
