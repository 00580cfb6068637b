"""Carries campaigns out: order kept, parts waited for, what is behind made up at full rate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor
from typing import Any

import numpy as np
import polars as pl

from sinho.hub.clock import Axis
from sinho.materials.allot import STEP
from sinho.materials.jobs import Ask, Job, ShopWork
from sinho.materials.stock import Draw
from sinho.results.supply import CAMPAIGNS, DRAWS, LOTS, RECEIPTS

_TINY = 1e-6
_STEP_HOURS = 1.0


@dataclass(frozen=True)
class Carried:
    """How campaigns come out.

    Parameters
    ----------
    lots, campaigns, receipts, draws : polars.DataFrame
        As in `sinho.results.Supply`; receipts are those of campaigns alone.
    """

    lots: pl.DataFrame
    campaigns: pl.DataFrame
    receipts: pl.DataFrame
    draws: pl.DataFrame


def carry_out(
    works: Sequence[ShopWork],
    bom: Sequence[Mapping[str, Any]],
    cars: Mapping[str, Draw],
    receipts: pl.DataFrame,
) -> Carried:
    """Let the shops work, hour by hour, and find what comes when.

    A shop keeps the order of its campaigns and begins none before its first slot. It makes what is
    planned by the end of the slot, at full rate where it is behind. A campaign whose parts are not
    there waits for them and holds the shop; where none of them is in sight any more, the next one
    begins. Parts go to those who want them first. What a slot makes is in stock from its end on;
    what is behind, from the end of the hour in which it is made.

    Parameters
    ----------
    works : sequence of ShopWork
        The shops; their campaigns are worked off.
    bom : sequence of mapping
        Rows of the bill of materials.
    cars : mapping of str to Draw
        What cars take of each part.
    receipts : polars.DataFrame
        What does not come from campaigns: opening stock and deliveries.

    Returns
    -------
    Carried
        Lots, campaigns, receipts and what campaigns take.
    """
    hall = _Hall(works, bom, cars, receipts)
    shops = [_Shop(work, hall) for work in works]
    steps = [
        (moment, at, slot, begin, end)
        for at, shop in enumerate(shops)
        for moment, slot, begin, end in shop.hours()
    ]
    for _, at, slot, begin, end in sorted(steps):
        shops[at].work(slot, begin, end)
    lots = [row for shop in shops for row in shop.rows()]
    return _tables(works, lots, hall.draws)


class _Hall:
    """What all shops share: parts that came, and who wanted them."""

    def __init__(
        self,
        works: Sequence[ShopWork],
        bom: Sequence[Mapping[str, Any]],
        cars: Mapping[str, Draw],
        receipts: pl.DataFrame,
    ) -> None:
        self.cars = cars
        self.children: dict[str, list[tuple[str, float]]] = {}
        made = {job.part.part for work in works for job in work.jobs}
        for row in bom:
            if row["parent"] in made:
                pair = str(row["part"]), float(row["quantity"])
                self.children.setdefault(row["parent"], []).append(pair)
        self.came: dict[str, list[tuple[np.datetime64, float]]] = {}
        for part, when, units in receipts.select("part", "available", "units").iter_rows():
            self.came.setdefault(part, []).append((np.datetime64(when, "us"), units))
        self.planned: dict[str, list[tuple[str, Job]]] = {}
        for work in works:
            for job in work.jobs:
                self.planned.setdefault(job.part.part, []).append((work.shop, job))
        self.wanted: dict[str, float] = {}
        self.draws: list[tuple[Any, ...]] = []

    def receive(self, part: str, when: np.datetime64, units: float) -> None:
        """Take units into stock."""
        self.came.setdefault(part, []).append((when, units))

    def there(self, part: str, moment: np.datetime64) -> float:
        """Return the units that came until a moment."""
        return sum(units for when, units in self.came.get(part, ()) if when <= moment)

    def in_sight(self, part: str, shop: str) -> float:
        """Return the units that came, or that other shops have yet to make."""
        there = sum(units for _, units in self.came.get(part, ()))
        rest = (job for home, job in self.planned.get(part, ()) if home != shop)
        return there + sum(float(job.planned[-1]) - job.made for job in rest)

    def ask(self, job: Job, units: float, moment: np.datetime64) -> None:
        """Let a campaign want the parts of its units up to a number."""
        for part, each in self.children.get(job.part.part, ()):
            amount = round(
                round(job.begun(units) * each, 6) - round(job.begun(job.requested) * each, 6), 6
            )
            draw = self.cars[part]
            first = int(np.searchsorted(draw.times, moment, side="right"))
            before = float(draw.units[:first].sum()) + self.wanted.get(part, 0.0)
            job.asks.append(Ask(part, each, job.requested, units, before))
            self.wanted[part] = self.wanted.get(part, 0.0) + amount
            self.draws.append((part, job.name, moment.item(), amount))
        job.requested = units


class _Shop:
    """A shop at work."""

    def __init__(self, work: ShopWork, hall: _Hall) -> None:
        self.plan, self.hall = work, hall
        self.at = 0
        self.now = 0.0
        self.busy = False

    def hours(self) -> list[tuple[np.datetime64, int, float, float]]:
        """List the hours of its slots: moment, slot, working hours before and behind."""
        found = []
        slots = self.plan.slots
        for slot, (begin, end) in enumerate(zip(slots.begins, slots.ends, strict=True)):
            count = max(1, ceil((end - begin) / _STEP_HOURS - 1e-9))
            edges = [min(float(begin) + n * _STEP_HOURS, float(end)) for n in range(count + 1)]
            found += [(slot, a, b) for a, b in pairwise(edges)]
        moments = self.plan.axis.at(np.array([begin for _, begin, _ in found]))
        return [(moment, *rest) for moment, rest in zip(moments, found, strict=True)]

    def work(self, slot: int, begin: float, end: float) -> None:
        """Work for an hour."""
        new = begin <= self.plan.slots.begins[slot] + 1e-9
        if new or not self.busy:
            self.now = begin
        self.busy = False
        while self.at < len(self.plan.jobs):
            job = self.plan.jobs[self.at]
            if job.first > slot:
                return
            self.now = max(self.now, job.not_before)
            if self.now >= end - 1e-9 or not self._work_on(job, slot, begin, end):
                return
            self.at += 1

    def _work_on(self, job: Job, slot: int, begin: float, end: float) -> bool:
        """Work on a campaign until the hour's end; return whether it is done."""
        came_to = self.now
        stop = float(self.plan.slots.ends[slot])
        want = min(job.by(slot), job.made + job.can(stop - self.now - job.left))
        moment = self._moment(max(came_to, begin))
        if want > job.requested + _TINY:
            self.hall.ask(job, want, moment)
        ready = self._set_up(job, end)
        served = self._served(job, moment)
        goal = min(want, served)
        units = round(max(0.0, min(goal - job.made, job.can(end - self.now))), 6)
        if units > 0 or ready > came_to:
            self._make(job, slot, came_to, units, end)
        done = job.made >= float(job.planned[-1]) - _TINY and job.left <= 0
        if not done:
            self.busy = job.left > 0 or job.made < goal - _TINY
        return done or (not self.busy and served < want - _TINY and self._hopeless(job))

    def _set_up(self, job: Job, end: float) -> float:
        """Change over as far as the hour allows; return the working hours then."""
        spent = min(job.left, end - self.now)
        job.left = 0.0 if job.left - spent <= 1e-9 else job.left - spent
        self.now += spent
        return self.now

    def _served(self, job: Job, moment: np.datetime64) -> float:
        """Return the units of a campaign for which parts are there; forget what is served."""
        there = {part: self.hall.there(part, moment) for part in {ask.part for ask in job.asks}}
        served = self._up_to(job, there)
        job.asks = [ask for ask in job.asks if ask.high > served + _TINY]
        return served

    def _hopeless(self, job: Job) -> bool:
        """Return whether no more of a campaign can be made with what is in sight."""
        shop = self.plan.shop
        parts = {ask.part for ask in job.asks}
        sight = {part: self.hall.in_sight(part, shop) for part in parts}
        return self._up_to(job, sight) <= job.made + _TINY

    def _up_to(self, job: Job, there: Mapping[str, float]) -> float:
        """Return the units of a campaign that so much of its parts allows."""
        best = job.requested
        for ask in job.asks:
            room = there[ask.part] - ask.before + 0.5 * STEP
            base = job.begun(ask.low) * ask.each
            if ask.low >= best or job.begun(ask.high) * ask.each - base <= room:
                continue
            started = max(0.0, (room + base) / ask.each)
            units = floor(started * job.part.good / job.step + 1e-9) * job.step
            best = min(best, max(ask.low, min(ask.high, units)))
        return best

    def _make(self, job: Job, slot: int, came_to: float, units: float, end: float) -> None:
        """Make units: what is behind is in stock from the hour's end, the rest from the slot's."""
        behind = round(min(units, max(0.0, job.by(slot - 1) - job.made)), 6)
        slots = self.plan.slots
        stop = slots.stops[slot]
        soon = self.plan.axis.at(np.array([end]), end=True)[0]
        ready = self.now
        for amount, when in ((behind, soon), (round(units - behind, 6), stop)):
            if amount <= 0 and not (when == stop and units == 0):
                continue
            self.now += amount / job.part.rate
            row = job.rows.setdefault((slot, when), [came_to, ready, self.now, 0.0])
            row[1] = ready if row[3] <= 0 else row[1]
            row[2] = self.now
            row[3] = round(row[3] + amount, 6)
            if amount > 0:
                self.hall.receive(job.part.part, when, amount)
            came_to = ready = self.now
        job.made = round(job.made + units, 6)

    def _moment(self, worked: float) -> np.datetime64:
        found: np.datetime64 = self.plan.axis.at(np.array([worked]))[0]
        return found

    def rows(self) -> list[tuple[Any, ...]]:
        """Return the lots of its campaigns, planned and made."""
        axis, slots = self.plan.axis, self.plan.slots
        found: list[tuple[Any, ...]] = []
        for job in self.plan.jobs:
            lots = np.round(np.diff(job.planned, prepend=0.0), 6)
            keys = {slot for slot, _ in job.rows} | {job.first}
            keys |= set(np.flatnonzero(lots > 0).tolist())
            for slot in sorted(keys):
                own = sorted((when, row) for (at, when), row in job.rows.items() if at == slot)
                begin = float(slots.begins[slot])
                own = own or [(slots.stops[slot], [begin, begin, begin, 0.0])]
                for n, (when, (came, ready, end, units)) in enumerate(own):
                    times = _spans(axis, came, ready, end)
                    planned = float(lots[slot]) if n == 0 else 0.0
                    setup = job.setup * 60 if slot == job.first and n == 0 else 0.0
                    head = (job.name, self.plan.shop, job.part.part, slot, setup, planned)
                    found.append((*head, *times, when.item(), units))
        return found


def _spans(axis: Axis, came: float, ready: float, end: float) -> tuple[Any, Any, Any]:
    """Return as moments when work begins, when the changeover is done, and when work ends."""
    begin = axis.at(np.array([came]))[0]
    done = axis.at(np.array([end]), end=end > came)[0]
    between = begin if ready <= came else axis.at(np.array([ready]), end=True)[0]
    return begin.item(), between.item(), done.item()


def _tables(
    works: Sequence[ShopWork], rows: Sequence[tuple[Any, ...]], draws: Sequence[tuple[Any, ...]]
) -> Carried:
    """Put lots together to campaigns and receipts."""
    lots = pl.DataFrame(rows, schema=LOTS, orient="row")
    worked = lots.filter((pl.col("units") > 0) | (pl.col("end") > pl.col("start")))
    jobs = {job.name: job for work in works for job in work.jobs}
    campaigns = []
    for (name,), own in worked.group_by("campaign", maintain_order=True):
        job = jobs[str(name)]
        units = round(float(own["units"].sum()), 6)
        if units <= 0:
            continue
        started = round(ceil(round(units / job.part.good / job.step, 6)) * job.step, 6)
        head = (job.name, job.part.shop, job.part.part)
        setup = job.setup * 60
        campaigns.append((*head, own["start"].min(), own["end"].max(), units, started, setup))
    made = lots.filter(pl.col("units") > 0)
    columns = [pl.col(name).cast(kind) for name, kind in RECEIPTS.items()]
    return Carried(
        lots=lots,
        campaigns=pl.DataFrame(campaigns, schema=CAMPAIGNS, orient="row").sort(
            "shop", "start", "part"
        ),
        receipts=made.rename({"campaign": "source"}).select(columns),
        draws=pl.DataFrame(draws, schema=DRAWS, orient="row"),
    )
