"""Sequences every day of a run, days side by side, each behind the true end of the day before.

A day's rules look back at the last cars of the day before, so days cannot simply be sequenced at
once. Every other day (the 1st, 3rd, ...) is sequenced first as if nothing stood before it; then
the days between them, behind ends that are known by then; then the first ones again, from their own
order, now behind the days before them, with their last cars held, as the days after them know these
already. So each day is searched with the cars that really stand before it, whichever threads do the
work, and days of one pass are searched at the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import polars as pl

from sinho.days.day import Day
from sinho.days.score import score_order
from sinho.hub import Hub
from sinho.results import LineDay, Score, Sequence
from sinho.run.keep import record_in
from sinho.run.line import behind, pinned, reach, tail
from sinho.run.once import Job, each_once
from sinho.sequence import GIVEN, Input, Params, explain, solve

Done = Callable[[str, LineDay, Sequence], None]
Cars = Mapping[LineDay, pl.DataFrame]


class Days:
    """The days of a run and what is known of their sequences.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    cars : mapping of LineDay to polars.DataFrame
        Cars slotted on each day of one line, in the order of the days.
    params : Params
        How long each day is searched.
    seed : int
        Seed of the first day; each later one takes the next.
    folder : pathlib.Path
        Where each day of each pass is kept once it is done.
    begun : polars.DataFrame, optional
        The last cars before the first day, in building order.
    frozen : mapping of LineDay to list of str, optional
        Orders of frozen days as an earlier run sequenced them. Such days keep their sequence, less
        the orders that are gone, as far as no order is new on them and hard rules are kept.
    """

    def __init__(
        self,
        hub: Hub,
        cars: Cars,
        params: Params,
        seed: int,
        folder: Path,
        begun: pl.DataFrame | None = None,
        frozen: Mapping[LineDay, list[str]] | None = None,
    ) -> None:
        self.hub, self.cars, self.params, self.seed = hub, cars, params, seed
        self.folder, self.begun, self.frozen = folder, begun, frozen or {}
        self.days = list(cars)
        self.known: dict[LineDay, Sequence] = {}
        self.pinned: set[LineDay] = set()
        self.go = partial(
            each_once,
            folder=folder,
            found=lambda job, made: self.known[job.at] if made is None else made.sequence,
            read=sequence_of,
            record=record_of,
            take=lambda job, found: self.known.update({job.at: found}),
        )

    def run(self, executor: Executor, done: Done) -> dict[LineDay, Sequence]:
        """Sequence all days that are not done yet.

        Parameters
        ----------
        executor : concurrent.futures.Executor
            Does the days of a pass side by side.
        done : callable
            Hears of each day in each pass: name of the pass, day, sequence.

        Returns
        -------
        dict of LineDay to Sequence
            By day; scored, with bounds, behind the true end of the day before.
        """
        kept = self.keep(done)
        odd, even = self.days[kept::2], self.days[kept + 1 :: 2]
        half = self.params.times(0.5)
        first = [self.job("first", at, self.params if at == kept else half) for at in self.at(odd)]
        self.go(first, executor=executor, done=done)
        self.go(
            [self.job("behind", at, self.params) for at in self.at(even)],
            executor=executor,
            done=done,
        )
        ends = [self.again(at, half) for at in self.at(odd) if at > kept]
        self.go(ends, executor=executor, done=done)
        self.mend(executor, done)
        return self.scored_all()

    def scored_all(self) -> dict[LineDay, Sequence]:
        """Return the sequences known, scored and bounded behind the true ends of days before."""
        return {day: self.scored(at, self.known[day]) for at, day in enumerate(self.days)}

    def keep(self, done: Done) -> int:
        """Keep the sequences of the first days that are frozen; return of how many."""
        for at, now in enumerate(self.days):
            here = set(self.cars[now]["order"].to_list())
            order = tuple(one for one in self.frozen.get(now, []) if one in here)
            if len(order) < len(here):
                return at
            given = Input.from_day(self.day(at), start=order)
            found = solve(given, GIVEN, seed=self.seed + at).sequence
            if not found.score.feasible:
                return at
            self.known[now] = found
            done("kept", now, self.known[now])
        return len(self.days)

    def at(self, days: list[LineDay]) -> list[int]:
        """Return the places of days."""
        return [self.days.index(day) for day in days]

    def before(self, at: int) -> pl.DataFrame | None:
        """Return the last cars of the day before, as far as its sequence is known.

        Days of one pass are searched at the same time, so no day before that one is looked at.
        """
        if at == 0:
            return self.begun
        before = self.days[at - 1]
        order = self.known.get(before)
        if order is None:
            return self.cars[before].clear()
        return tail(self.cars[before], order, self.reach)

    @cached_property
    def reach(self) -> int:
        """Return how many cars before a day its rules look at."""
        return reach(Input.from_run(self.hub, self.cars[self.days[0]], self.days[0]).day)

    def day(self, at: int) -> Day:
        """Return a day behind what is known of the day before."""
        day = self.days[at]
        return Input.from_run(self.hub, self.cars[day], day, self.before(at), along=True).day

    def true_day(self, at: int, *, along: bool = False) -> Day:
        """Return a day behind the true ends of the days before, whose sequences are known.

        Rules that are counted at a shop that lines share are left out, or counted along the line.

        Where a day has fewer cars than rules look back at, those of the day before it count too.
        """
        day = self.days[at]
        built = [(self.cars[one], self.known[one]) for one in self.days[:at]]
        before = behind(built, self.reach, self.begun)
        return Input.from_run(self.hub, self.cars[day], day, before, along=along).day

    def job(self, name: str, at: int, params: Params) -> Job:
        """Return the search of a day."""
        return Job(name, self.days[at], Input(self.day(at)), params, self.seed + at)

    def again(self, at: int, params: Params) -> Job:
        """Return the second search of a day, its last cars held."""
        day, now = self.day(at), self.days[at]
        known = self.known[now]
        if at < len(self.days) - 1:
            self.pinned.add(now)
            day = pinned(day, known.order, self.reach)
        given = Input.from_day(day, start=known.order)
        return Job("last", now, given, params, self.seed + at)

    def mend(self, executor: Executor, done: Done) -> None:
        """Sequence days again whose hard rules the end of the day before breaks, one by one."""
        for at in range(1, len(self.days)):
            day, now = self.true_day(at), self.days[at]
            if score_order(day, self.known[now].order).feasible:
                continue
            day = self.true_day(at, along=True)
            self.go(
                [Job("mended", now, Input(day), self.params, self.seed + at)],
                executor=executor,
                done=done,
            )

    def scored(self, at: int, found: Sequence) -> Sequence:
        """Return a sequence scored and bounded behind the true end of the day before."""
        day = self.true_day(at)
        # what was found with cars held, or behind another end, was bounded under other rules
        short = at > 0 and self.cars[self.days[at - 1]].height < self.reach
        alone = not short and self.days[at] not in self.pinned
        if alone and score_order(day, found.order) == found.score:
            return found
        true = solve(Input.from_day(day, start=found.order), GIVEN).sequence
        return replace(found, score=true.score, bounds=true.bounds)

    def broken(self, found: Mapping[LineDay, Sequence]) -> list[str]:
        """Say of each day that breaks hard rules which, and whether any order could keep them."""
        said = []
        for at, (now, one) in enumerate(found.items()):
            if one.score.feasible:
                continue
            day = self.true_day(at)
            costs = dict(one.score.rules)
            rules = [rule.name for rule in day.rules if rule.hard and costs[rule.name]]
            why = "; ".join(explain(Input(day), "contradictions"))
            phrase = (
                f"no order of its cars keeps: {why}"
                if why
                else "no order that keeps them was found"
            )
            said.append(
                f"the sequence of {now} breaks hard rules ({', '.join(rules)}), as little as was "
                f"found: {phrase}. Move cars of it to other days, or ease the rule."
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


def sequences_in(folder: Path) -> dict[LineDay, Sequence]:
    """Read the sequences that a run keeps, by day and line."""
    kept = record_in(folder)["results"]
    return {LineDay.of(key): sequence_of(record) for key, record in kept.items()}
