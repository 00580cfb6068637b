"""A line's day of a run behind the shops that it shares, the other lines' sequences as they are."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import polars as pl

from sinho.days.day import Day
from sinho.days.joint import JointDay
from sinho.days.violations import broken_rules
from sinho.parameters import SEED
from sinho.results import LineDay
from sinho.run.booths import Orders, SharedShops, booth_rows
from sinho.run.keep import WORK
from sinho.run.line import of_line
from sinho.run.sequencing import Days
from sinho.sequence import GIVEN, Input, Params, Result, solve
from sinho.stop import Report, StopRule

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from sinho.run.found import DayRun


def days_of_lines(
    run: DayRun, cars: Mapping[str, Mapping[LineDay, pl.DataFrame]]
) -> dict[str, Days]:
    """Return the days of a run's lines, with nothing known of their sequences.

    Parameters
    ----------
    run : DayRun
        The run.
    cars : mapping of str to mapping of LineDay to polars.DataFrame
        The cars of each line's days.
    """
    params, folder = run.params, run.folder / WORK
    return {
        line: Days(run.hub, own, params.each_day, params.seed, folder, of_line(run.before, line))
        for line, own in cars.items()
    }


@dataclass(frozen=True)
class SharedDay:
    """A line's day of a run, and the lines with which it shares shops on that date.

    Parameters
    ----------
    line : str
        The line.
    lines : JointDay
        The date of all of them, behind the true ends of the days before.
    orders : mapping of str to tuple of str
        Their sequences in the run.
    """

    line: str
    lines: JointDay = field(repr=False)
    orders: Orders = field(repr=False)

    def around(self, day: Day) -> tuple[JointDay, Orders]:
        """Return the date with a day of the line, the other lines' cars held, and their orders.

        Parameters
        ----------
        day : Day
            The line's day; cars of it that another line had leave that one.
        """
        return self.lines.beside(day, self.orders)

    def rows(self, day: Day, order: tuple[str, ...]) -> list[dict[str, Any]]:
        """Return what an order of the line's day costs at each shared shop, and what is proven.

        Parameters
        ----------
        day : Day
            The day.
        order : tuple of str
            The order of its cars.

        Returns
        -------
        list of dict
            ``shop``, ``lines``, ``cars``, ``rule``, ``level`` (hard, or its name), ``unit``,
            ``figure`` and ``bound`` (no order of the cars has less) by shop and rule.
        """
        joint, orders = self.around(day)
        return [
            {
                **{name: row[name] for name in ("shop", "lines", "cars")},
                "rule": rule.name,
                "level": "hard" if rule.level is None else day.levels[rule.level],
                "unit": rule.unit,
                "figure": row["rules"][rule.name],
                "bound": row["bounds"][rule.name],
            }
            for row, booth in zip(
                booth_rows(joint, {**orders, self.line: order}), joint.booths, strict=True
            )
            for rule in booth.rules
        ]

    def of_run(self) -> list[dict[str, Any]]:
        """Return the same of the line's day and sequence in the run."""
        (own,) = (day for day in self.lines.lines if day.line == self.line)
        return self.rows(own, self.orders[self.line])

    def broken(self, day: Day, order: tuple[str, ...]) -> list[str]:
        """Say which hard rules an order of the line's day breaks at shared shops, and where."""
        joint, orders = self.around(day)
        whole = {**orders, self.line: order}
        return [
            f"{booth.shop}: {sentence}"
            for at, (booth, own) in enumerate(zip(joint.booths, joint.booth_days, strict=True))
            for sentence in broken_rules(own, joint.booth_order(at, whole))
        ]

    def solve(
        self,
        given: Input,
        params: Params,
        *,
        stop: StopRule | None = None,
        seed: int = SEED,
        progress: Report | None = None,
    ) -> Result:
        """Find the order of the line's cars by the rules of line and shared shops, or repair it.

        Parameters
        ----------
        given : Input
            The line's day, the order to go on from, and what comes in between.
        params, stop, seed, progress
            As `sinho.sequence.solve`.

        Returns
        -------
        Result
            The line's sequence, scored and bounded by the rules that hold along it.
        """
        joint, orders = self.around(given.day)
        start = None if given.start is None else {**orders, self.line: given.order}
        requested = Input.from_day(joint, start=start, changes=given.changes, line=self.line)
        both = solve(requested, params, stop=stop, seed=seed, progress=progress)
        day = given.day if both.repair is None else both.input.changing
        found = solve(Input.from_day(day, start=both.orders[self.line]), GIVEN)
        how = both.found
        sequence = replace(
            found.sequence,
            status=how.status,
            seed=seed,
            threads=how.threads,
            iterations=how.iterations,
            seconds=how.seconds,
            versions=how.versions,
        )
        return replace(found, params=params, found=sequence, repair=both.repair)


@dataclass(frozen=True)
class Passage:
    """The cars of a date in the order in which they pass a shop that lines share.

    Parameters
    ----------
    date : datetime.date
        The date.
    shop : str
        The shop.
    lines : tuple of str
        The lines that build cars on the date which pass it.
    day : Day
        These cars, and the rules that are counted there.
    order : tuple of str
        Their order.
    """

    date: dt.date
    shop: str
    lines: tuple[str, ...]
    day: Day = field(repr=False)
    order: tuple[str, ...] = field(repr=False)


def passages(run: DayRun, date: dt.date | None = None) -> Iterator[Passage]:
    """Yield what passes each shared shop at which rules are counted, date by date.

    Parameters
    ----------
    run : DayRun
        The run.
    date : datetime.date, optional
        One date alone.
    """
    shops = _shops(run)
    for each in shops.dates if date is None else [date]:
        for group in shops.groups(each):
            joint, orders = shops.joint(each, group), shops.orders(each, group)
            for at, (booth, day) in enumerate(zip(joint.booths, joint.booth_days, strict=True)):
                order = joint.booth_order(at, orders)
                day = replace(day, elsewhere=day.attributes)  # other levels do not count there
                yield Passage(each, booth.shop, booth.lines, day, order)


def _shops(run: DayRun) -> SharedShops:
    """Return the shared shops of a run, its sequences known."""
    lines = days_of_lines(run, run.by_line)
    for days in lines.values():
        days.known = {day: run.sequences[day] for day in days.days}
    return SharedShops(run.hub, run.plan, run.days, lines, run.folder / WORK, run.before)


def shared_day(run: DayRun, at: LineDay) -> SharedDay | None:
    """Return a line's day of a run behind shared shops at which rules are counted.

    Parameters
    ----------
    run : DayRun
        The run.
    at : LineDay
        The day.

    Returns
    -------
    SharedDay or None
        None where the line passes no such shop.
    """
    shops = _shops(run)
    for group in shops.groups(at.date):
        if at.line in group:
            return SharedDay(at.line, shops.joint(at.date, group), shops.orders(at.date, group))
    return None
