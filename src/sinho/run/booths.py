"""Sequences the days of lines that share shops together, where rules are counted there.

Each line has its sequences by then, found alone. Dates are searched side by side: the last cars of
each line are held, as the day after knows them already. Where that leaves hard rules broken, dates
are searched again one by one, behind the true ends of the days before, with nothing held.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from sinho.days.day import CAR
from sinho.days.joint import Booth, JointDay, SharedRule, Worked, merge, score_joint
from sinho.hub import Hub
from sinho.hub.lines import rule_lines
from sinho.results import LineDay, MonthPlan
from sinho.run.line import pinned
from sinho.run.linedays import line_capacity, worked_hours
from sinho.run.once import Job, each_once
from sinho.run.sequencing import Days
from sinho.sequence import Input, explain

WHOLE_DAY: Worked = ((0.0, 24.0),)
"""When a line works on a day without hours, on which cars are fixed."""

Orders = Mapping[str, tuple[str, ...]]
Done = Callable[[str, LineDay, Orders], None]


class SharedShops:
    """The dates on which lines share shops at which rules are counted.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    plan : MonthPlan
        Its plan, for when the lines work.
    days : polars.DataFrame
        Days of the lines: ``date``, ``line``, ``shop`` and ``hours``.
    lines : mapping of str to Days
        The days of each line with cars, sequenced.
    folder : pathlib.Path
        Where each date is kept once it is done.
    begun : polars.DataFrame, optional
        The last cars of each ``line`` before the first day, as they were built by the clock; else
        those of the hub's table ``cars`` stand there.
    """

    def __init__(
        self,
        hub: Hub,
        plan: MonthPlan,
        days: pl.DataFrame,
        lines: Mapping[str, Days],
        folder: Path,
        begun: pl.DataFrame | None = None,
    ) -> None:
        self.hub, self.plan, self.days = hub, plan, days
        self.lines, self.folder, self.begun = lines, folder, begun
        self.passing: dict[str, tuple[str, ...]] = {}
        self.shops: dict[str, tuple[str, ...]] = {}
        self.rules: dict[str, list[str]] = {}
        shops = dict(hub["sequence_rules"].select("rule", "shop").iter_rows())
        for rule, passing in rule_lines(hub).items():
            own = tuple(line for line in passing if line in lines)
            if len(passing) > 1 and own:
                self.passing[shops[rule]], self.shops[shops[rule]] = passing, own
                self.rules.setdefault(shops[rule], []).append(rule)
        self.dates = sorted(
            {day.date for own in self.shops.values() for line in own for day in lines[line].days}
        )

    @cached_property
    def clock(self) -> Mapping[LineDay, Worked]:
        """When each line works on each of its days with hours."""
        return worked_hours(self.hub, self.plan, self.days)

    def worked(self, days: list[LineDay]) -> list[Worked]:
        """Return when lines work on their days."""
        return [self.clock.get(day, WHOLE_DAY) for day in days]

    def groups(self, date: dt.date) -> list[list[str]]:
        """Return lines that build on a date, those together that share shops with each other."""
        found: list[set[str]] = []
        for own in self.shops.values():
            here = {line for line in own if LineDay(date, line) in self.lines[line].cars}
            for other in [one for one in found if one & here]:
                found.remove(other)
                here |= other
            if here:
                found.append(here)
        return [[line for line in self.lines if line in group] for group in found]

    def at(self, date: dt.date, line: str) -> int:
        """Return the place of a date among a line's days."""
        return self.lines[line].days.index(LineDay(date, line))

    def joint(self, date: dt.date, group: list[str], *, hold: bool = False) -> JointDay:
        """Return a date of some lines, behind the true ends of the days before."""
        days, along = [], {}
        for line in group:
            own, at = self.lines[line], self.at(date, line)
            day = own.true_day(at)
            along[line] = own.true_day(at, along=True)
            if hold:
                known = own.known[own.days[at]]
                last = at == len(own.days) - 1
                size = day.size if known.status == "given" else 0 if last else own.reach
                day = pinned(day, known.order, size) if size else day
            days.append(day)
        booths = []
        for shop, passing in self.shops.items():
            here = tuple(line for line in group if line in passing)
            if not here:
                continue
            names = self.rules[shop]
            rules = tuple(
                rule
                for rule in along[here[0]].rules
                if rule.name in names and isinstance(rule, SharedRule)
            )
            before = self.before(date, shop)
            booths.append(
                Booth(shop, here, rules, days[0].cars.clear() if before is None else before)
            )
        worked = tuple(self.worked([LineDay(date, line) for line in group]))
        return JointDay(f"{date} {', '.join(group)}", tuple(days), worked, tuple(booths))

    def before(self, date: dt.date, shop: str) -> pl.DataFrame | None:
        """Return the last car that passed a shop before a date; None where none did."""
        for earlier in reversed([one for one in self.dates if one < date]):
            passing = [
                line for line in self.shops[shop] if LineDay(earlier, line) in self.lines[line].cars
            ]
            if not passing:
                continue
            days = [LineDay(earlier, line) for line in passing]
            sizes = [self.lines[day.line].cars[day].height for day in days]
            last = merge([*sizes], self.worked(days))[-1][0]
            own = self.lines[passing[last]]
            order = own.known[days[last]].order
            return own.day(own.days.index(days[last])).cars.filter(pl.col(CAR) == order[-1])
        passed = pl.col("line").is_in(self.passing[shop])
        last_car = self.of_hub(date, shop) if self.begun is None else self.begun.filter(passed)
        if last_car.is_empty():
            last_car = self.of_hub(date, shop)
        if last_car.is_empty():
            return None
        day = LineDay(date, last_car["line"][-1])
        return Input.from_run(self.hub, last_car.tail(1).drop("line"), day, along=True).day.cars

    def of_hub(self, date: dt.date, shop: str) -> pl.DataFrame:
        """Return the cars of table ``cars`` that passed a shop last before a date, by the clock."""
        passed = (pl.col("date") < date) & pl.col("line").is_in(self.passing[shop])
        cars = self.hub["cars"].filter(passed).rename({"car": "order"})
        cars = cars.filter(pl.col("date") == pl.col("date").max())
        if cars.is_empty():
            return cars
        own = cars.sort("position", maintain_order=True).partition_by("line", maintain_order=True)
        days = [LineDay(one["date"][0], one["line"][0]) for one in own]
        clock = dict[LineDay, Worked]()
        if days[0].date >= self.hub.settings.start:
            hours = line_capacity(self.hub, self.plan, [days[0].date])
            clock = worked_hours(self.hub, self.plan, hours)
        order = merge([one.height for one in own], [clock.get(day, WHOLE_DAY) for day in days])
        return pl.concat([own[line][at] for line, at in order])

    def orders(self, date: dt.date, group: list[str]) -> Orders:
        """Return the orders of some lines on a date."""
        return {line: self.lines[line].known[LineDay(date, line)].order for line in group}

    def run(self, executor: Executor, done: Done) -> None:
        """Search all dates that are not done yet; the days of the lines then know the orders.

        Parameters
        ----------
        executor : concurrent.futures.Executor
            Does dates side by side.
        done : callable
            Called with each date: name of the pass, day of the first line, orders.
        """
        if not self.shops:
            return
        # the ends of the lines are held
        jobs = [
            self.job("joint", date, group, self.joint(date, group, hold=True))
            for date in self.dates
            for group in self.groups(date)
        ]
        self.go(jobs, executor, done)
        for date in self.dates:
            for group in self.groups(date):
                joint = self.joint(date, group)
                orders = self.orders(date, group)
                if not score_joint(joint, orders).feasible and not self.given(date, group):
                    self.go([self.job("joint mended", date, group, joint)], executor, done)

    def given(self, date: dt.date, group: list[str]) -> bool:
        """Say whether a sequence of these lines stands as an earlier run had it."""
        return any(self.lines[line].known[LineDay(date, line)].status == "given" for line in group)

    def job(self, name: str, date: dt.date, group: list[str], joint: JointDay) -> Job:
        """Return the search of a date, as long as those of its lines together."""
        own = self.lines[group[0]]
        return Job(
            name,
            LineDay(date, group[0]),
            Input.from_day(joint, start=self.orders(date, group)),
            own.params.times(len(group)),
            own.seed + self.at(date, group[0]),
        )

    def go(self, jobs: list[Job], executor: Executor, done: Done) -> None:
        """Do jobs side by side; take those from the folder that are done already."""
        each_once(
            jobs,
            self.folder,
            executor,
            found=lambda job, made: (job.input if made is None else made).orders,
            read=lambda kept: {line: tuple(own) for line, own in kept.items()},
            record=lambda found: {line: list(own) for line, own in found.items()},
            take=self.take,
            done=done,
        )

    def take(self, job: Job, found: Orders) -> None:
        """Remember the orders of a date."""
        for line, order in found.items():
            own, day = self.lines[line], LineDay(job.at.date, line)
            if own.known[day].status != "given":
                own.known[day] = replace(own.known[day], order=order, status="iterations")

    def figures(self) -> list[dict[str, Any]]:
        """Return what each shared shop's order costs on each date, and what is proven of it."""
        return [
            {"date": date.isoformat(), **row}
            for date in self.dates
            for group in self.groups(date)
            for row in booth_rows(self.joint(date, group), self.orders(date, group))
        ]


def booth_rows(joint: JointDay, orders: Orders) -> list[dict[str, Any]]:
    """Return what the orders of lines cost at each shop that they share, and what is proven.

    Parameters
    ----------
    joint : JointDay
        The lines and the shops.
    orders : mapping of str to tuple of str
        Idents of each line's cars in building order.

    Returns
    -------
    list of dict
        By shop: its name, ``lines``, ``cars``, figure of ``hard`` rules, and figures (``rules``),
        ``units`` and ``bounds`` by rule.
    """
    score, rows = score_joint(joint, orders), []
    for booth, day in zip(joint.booths, joint.booth_days, strict=True):
        own, least = score.booths[booth.shop], explain(Input(day), "bounds")
        rows.append(
            {
                "shop": booth.shop,
                "lines": list(booth.lines),
                "cars": day.size,
                "hard": own.hard,
                "rules": dict(own.rules),
                "units": {rule.name: rule.unit for rule in day.rules},
                "bounds": {
                    rule.name: bound.figure
                    for rule, bound in zip(day.rules, least.rules, strict=True)
                },
            }
        )
    return rows


def broken_at(rows: list[dict[str, Any]]) -> list[str]:
    """Say of each date and shop that breaks hard rules which."""
    return [
        f"the order in which cars pass {row['shop']} on {row['date']} breaks hard rules, as little "
        "as was found: no order that keeps them was found. Move cars to other days, or ease the "
        "rule."
        for row in rows
        if row["hard"]
    ]
