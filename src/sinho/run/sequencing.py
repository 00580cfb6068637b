"""Sequences every day of a run, days side by side, each behind the true end of the day before.

A day's rules look back at the last cars of the day before, so days cannot simply be sequenced at
once. Every other day (the 1st, 3rd, ...) is sequenced first as if nothing stood before it; then
the days between them, behind ends that are known by then; then the first ones again, from their own
order, now behind the days before them, with their last cars held, as the days after them know these
already. So each day is searched with the cars that really stand before it, whichever threads do the
work, and days of one pass are searched at the same time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, as_completed
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from sinho import __version__
from sinho.errors import Infeasible
from sinho.hub import Hub
from sinho.hub.files import write_text
from sinho.hub.sealed import read_sealed, sealed
from sinho.results import Score, Sequence
from sinho.run.keep import record_in
from sinho.run.line import behind, held, line_day, reach, tail
from sinho.sequence.bounds import bounds
from sinho.sequence.contradictions import contradictions
from sinho.sequence.day import Day
from sinho.sequence.score import score_order
from sinho.sequence.search import sequence_day, warm_up
from sinho.stop import TimeLimit

Done = Callable[[str, dt.date, Sequence], None]
Cars = Mapping[dt.date, pl.DataFrame]


@dataclass(frozen=True)
class Search:
    """How long each day is searched.

    Parameters
    ----------
    iterations : int or None
        Moves tried for each day; the result then depends on the seed alone.
    seconds : float or None
        Wall time for each day instead.
    seed : int
        Seed of the first day; each later one takes the next.
    """

    iterations: int | None
    seconds: float | None
    seed: int

    def half(self) -> Search:
        """Return half of it, for a day that is searched twice."""
        return Search(
            None if self.iterations is None else max(1, self.iterations // 2),
            None if self.seconds is None else self.seconds / 2,
            self.seed,
        )


@dataclass(frozen=True)
class Job:
    """One day in one pass."""

    name: str
    date: dt.date
    day: Day
    start: tuple[str, ...] | None
    search: Search

    def run(self) -> Sequence | None:
        """Sequence the day; None where the held cars leave it no order within its hard rules."""
        seconds = self.search.seconds
        try:
            return sequence_day(
                self.day,
                start=self.start,
                iterations=None if seconds else self.search.iterations,
                stop=TimeLimit(seconds) if seconds else None,
                seed=self.search.seed,
                threads=1,
                strict=False,
            )
        except Infeasible:
            if self.start is None:
                raise
            return None


class Days:
    """The days of a run and what is known of their sequences.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    cars : mapping of datetime.date to polars.DataFrame
        Cars slotted on each day, in the order of the days.
    search : Search
        How long each day is searched.
    folder : pathlib.Path
        Where each day of each pass is kept once it is done.
    begun : polars.DataFrame, optional
        The last cars before the first day, in building order.
    frozen : mapping of datetime.date to list of str, optional
        Orders of frozen days as an earlier run sequenced them. Such days keep their sequence, less
        the orders that are gone, as far as no order is new on them and hard rules are kept.
    """

    def __init__(
        self,
        hub: Hub,
        cars: Cars,
        search: Search,
        folder: Path,
        begun: pl.DataFrame | None = None,
        frozen: Mapping[dt.date, list[str]] | None = None,
    ) -> None:
        self.hub, self.cars, self.search, self.folder = hub, cars, search, folder
        self.begun, self.frozen = begun, frozen or {}
        self.dates = list(cars)
        self.known: dict[dt.date, Sequence] = {}
        self.held: set[dt.date] = set()

    def run(self, executor: Executor, done: Done) -> dict[dt.date, Sequence]:
        """Sequence all days that are not done yet.

        Parameters
        ----------
        executor : concurrent.futures.Executor
            Does the days of a pass side by side.
        done : callable
            Hears of each day in each pass: name of the pass, date, sequence.

        Returns
        -------
        dict of datetime.date to Sequence
            By date; scored, with bounds, behind the true end of the day before.
        """
        warm_up()
        kept = self.keep(done)
        odd, even = self.dates[kept::2], self.dates[kept + 1 :: 2]
        half = self.search.half()
        first = [
            self.job("first", at, None, self.search if at == kept else half) for at in self.at(odd)
        ]
        self.go(first, executor, done)
        self.go([self.job("behind", at, None, self.search) for at in self.at(even)], executor, done)
        ends = [self.again(at, half) for at in self.at(odd) if at > kept]
        self.go(ends, executor, done)
        self.mend(executor, done)
        return {date: self.scored(at, self.known[date]) for at, date in enumerate(self.dates)}

    def keep(self, done: Done) -> int:
        """Keep the sequences of the first days that are frozen; return of how many."""
        for at, date in enumerate(self.dates):
            here = set(self.cars[date]["order"].to_list())
            order = tuple(one for one in self.frozen.get(date, []) if one in here)
            if len(order) < len(here):
                return at
            day = self.day(at)
            score = score_order(day, order)
            if not score.feasible:
                return at
            self.known[date] = Sequence(
                day=day.name,
                order=order,
                score=score,
                bounds=tuple(bounds(day).figures),
                status="given",
                seed=self.search.seed + at,
                threads=1,
                iterations=0,
                seconds=0.0,
                history=pl.DataFrame(),
                versions={"sinho": __version__},
            )
            done("kept", date, self.known[date])
        return len(self.dates)

    def at(self, dates: list[dt.date]) -> list[int]:
        """Return the places of dates."""
        return [self.dates.index(date) for date in dates]

    def before(self, at: int) -> pl.DataFrame | None:
        """Return the last cars of the day before, as far as its sequence is known.

        Days of one pass are searched at the same time, so no day before that one is looked at.
        """
        if at == 0:
            return self.begun
        date = self.dates[at - 1]
        order = self.known.get(date)
        if order is None:
            return self.cars[date].clear()
        return tail(self.cars[date], order, self.reach)

    @cached_property
    def reach(self) -> int:
        """Return how many cars before a day its rules look at."""
        return reach(line_day(self.hub, self.cars[self.dates[0]], self.dates[0]))

    def day(self, at: int) -> Day:
        """Return a day behind what is known of the day before."""
        date = self.dates[at]
        return line_day(self.hub, self.cars[date], date, self.before(at))

    def true_day(self, at: int) -> Day:
        """Return a day behind the true ends of the days before, whose sequences are known.

        Where a day has fewer cars than rules look back at, those of the day before it count too.
        """
        date = self.dates[at]
        built = [(self.cars[day], self.known[day]) for day in self.dates[:at]]
        before = behind(built, self.reach, self.begun)
        return line_day(self.hub, self.cars[date], date, before)

    def job(self, name: str, at: int, start: tuple[str, ...] | None, search: Search) -> Job:
        """Return the search of a day."""
        seeded = replace(search, seed=search.seed + at)
        return Job(name, self.dates[at], self.day(at), start, seeded)

    def again(self, at: int, search: Search) -> Job:
        """Return the second search of a day, its last cars held."""
        order = self.known[self.dates[at]].order
        job = self.job("last", at, order, search)
        if at == len(self.dates) - 1:
            return job
        self.held.add(job.date)
        return replace(job, day=held(job.day, order, self.reach))

    def go(self, jobs: list[Job], executor: Executor, done: Done) -> None:
        """Do jobs side by side; take those from the folder that are done already."""
        waiting = {}
        for job in jobs:
            path = self.folder / job.name / f"{job.date}.json"
            if path.exists():
                self.take(job, sequence_of(read_sealed(path)))
            else:
                waiting[executor.submit(job.run)] = job, path
        try:
            for future in as_completed(waiting):
                job, path = waiting[future]
                found = future.result()
                if found is None:
                    found = self.known[job.date]
                write_text(path, sealed(record_of(found)), force=True)
                self.take(job, found)
                done(job.name, job.date, found)
        finally:
            for future in waiting:
                future.cancel()

    def take(self, job: Job, found: Sequence) -> None:
        """Remember the sequence of a day."""
        self.known[job.date] = found

    def mend(self, executor: Executor, done: Done) -> None:
        """Sequence days again whose hard rules the end of the day before breaks, one by one."""
        for at in range(1, len(self.dates)):
            day, date = self.true_day(at), self.dates[at]
            if score_order(day, self.known[date].order).feasible:
                continue
            job = Job("mended", date, day, None, replace(self.search, seed=self.search.seed + at))
            self.go([job], executor, done)

    def scored(self, at: int, found: Sequence) -> Sequence:
        """Return a sequence scored and bounded behind the true end of the day before."""
        day, date = self.true_day(at), self.dates[at]
        score = score_order(day, found.order)
        # what was found with cars held, or behind another end, was bounded under other rules
        short = at > 0 and self.cars[self.dates[at - 1]].height < self.reach
        same = not short and date not in self.held and score == found.score
        return replace(
            found, score=score, bounds=found.bounds if same else tuple(bounds(day).figures)
        )

    def broken(self, found: Mapping[dt.date, Sequence]) -> list[str]:
        """Say of each day that breaks hard rules which, and whether any order could keep them."""
        said = []
        for at, (date, one) in enumerate(found.items()):
            if one.score.feasible:
                continue
            day = self.true_day(at)
            costs = dict(one.score.rules)
            rules = [rule.name for rule in day.rules if rule.hard and costs[rule.name]]
            why = "; ".join(contradictions(day))
            told = (
                f"no order of its cars keeps: {why}"
                if why
                else "no order that keeps them was found"
            )
            said.append(
                f"the sequence of {date} breaks hard rules ({', '.join(rules)}), as little as was "
                f"found: {told}. Move cars of it to other days, or ease the rule."
            )
        return said


def record_of(sequence: Sequence) -> dict[str, Any]:
    """Return a sequence ready for JSON: the same for the same search, so without its times."""
    return {
        "day": sequence.day,
        "status": sequence.status,
        "seed": sequence.seed,
        "iterations": sequence.iterations,
        "levels": dict(sequence.score.levels),
        "totals": list(sequence.score.totals),
        "rules": dict(sequence.score.rules),
        "hard": sequence.score.hard,
        "weighted": sequence.score.weighted,
        "bounds": list(sequence.bounds),
        "versions": dict(sequence.versions),
        "order": list(sequence.order),
    }


def sequence_of(record: Mapping[str, Any]) -> Sequence:
    """Return the sequence of a record."""
    return Sequence(
        day=record["day"],
        order=tuple(record["order"]),
        score=Score(
            levels=tuple(record["levels"].items()),
            totals=tuple(record["totals"]),
            rules=tuple(record["rules"].items()),
            hard=record["hard"],
            weighted=record["weighted"],
        ),
        bounds=tuple(record["bounds"]),
        status=record["status"],
        seed=record["seed"],
        threads=1,
        iterations=record["iterations"],
        seconds=0.0,
        history=pl.DataFrame(),
        versions=record["versions"],
    )


def sequences_in(folder: Path) -> dict[dt.date, Sequence]:
    """Read the sequences that a run keeps, by date."""
    kept = record_in(folder)["results"]
    return {dt.date.fromisoformat(date): sequence_of(record) for date, record in kept.items()}
