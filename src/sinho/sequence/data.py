"""What is sequenced, and what is found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from sinho import __version__, results
from sinho.days.changes import Change
from sinho.days.day import Day
from sinho.days.findings import Findings
from sinho.days.formats import read_day
from sinho.days.formats.tables import day_of_tables
from sinho.days.joint import JointDay, score_joint
from sinho.days.score import score_order
from sinho.errors import DataError
from sinho.hub import Hub
from sinho.hub.lines import ONE_LINE, rule_lines
from sinho.hub.schema import SEQUENCE, empty
from sinho.results import LineDay, Score
from sinho.sequence.params import Params

if TYPE_CHECKING:
    from sinho.sequence.bounds import Bounds

Orders = Mapping[str, tuple[str, ...]]
"""Idents of the cars of each line in building order."""


@dataclass(frozen=True)
class Input:
    """A day to be sequenced: of one line, or of several that share booths.

    Parameters
    ----------
    day : Day
        Its cars and rules; those of all lines where there are several.
    joint : JointDay or None
        The lines and the booths that they share; None: there is one line.
    start : mapping of str to tuple of str, optional
        The orders that stand, by line: a search goes on from them, a repair keeps to them.
    changes : tuple of change
        What has come in between: ``Freeze``, ``Rush``, ``Block``, ``MissingPart``, ``HalfRate``.
        With changes, the order that stands is repaired instead of searched anew.
    line : str
        Of several lines, the one to which the changes come; the orders of the others stay.

    Raises
    ------
    ValueError
        When changes come without an order, or to no line of the day; or when orders are not those
        of the lines.
    """

    day: Day
    joint: JointDay | None = None
    start: Orders | None = None
    changes: tuple[Change, ...] = ()
    line: str = ""

    def __post_init__(self) -> None:
        names = [line.line for line in self.lines]
        unknown = self.joint is not None and self.line not in names
        if self.changes and (self.start is None or unknown):
            raise ValueError("changes are those of a line whose order stands")
        if self.start is not None and sorted(self.start) != sorted(names):
            lines = ", ".join(map(repr, names))
            raise ValueError(f"each line needs the order that stands on it, by its name: {lines}")

    @classmethod
    def from_day(
        cls,
        day: Day | JointDay,
        *,
        start: Sequence[str] | Mapping[str, Sequence[str]] | None = None,
        changes: Change | Sequence[Change] = (),
        line: str = "",
    ) -> Input:
        """Take a day.

        Parameters
        ----------
        day : Day or JointDay
            The cars and the rules.
        start : sequence of str, or mapping of str to it, optional
            Idents in the order that stands; of several lines, by line.
        changes : change or sequence of changes
            What has come in between.
        line : str
            Of several lines, the one to which the changes come.
        """
        joint = day if isinstance(day, JointDay) else None
        whole = day.whole if isinstance(day, JointDay) else day
        orders = start if start is None or isinstance(start, Mapping) else {whole.line: start}
        return cls(
            whole,
            joint,
            None if orders is None else {line: tuple(own) for line, own in orders.items()},
            (changes,) if isinstance(changes, Change) else tuple(changes),
            line,
        )

    @classmethod
    def from_files(
        cls,
        path: str | Path,
        *,
        instance: str | None = None,
        date: dt.date | None = None,
        line: str | None = None,
    ) -> Input:
        """Read a day, as `sinho.read_day` does."""
        return cls.from_day(read_day(path, instance=instance, date=date, line=line))

    @classmethod
    def from_run(
        cls,
        hub: Hub,
        cars: pl.DataFrame,
        day: LineDay,
        before: pl.DataFrame | None = None,
        *,
        along: bool = False,
    ) -> Input:
        """Take the cars that were slotted on a day of a line, and the hub's rules.

        Parameters
        ----------
        hub : Hub
            The hub, with its scenario applied: options and rules of the sequence.
        cars : polars.DataFrame
            The day's cars: ``order``, ``brand``, ``model``, ``colour``, ``market``, ``options``.
        day : LineDay
            The day.
        before : polars.DataFrame, optional
            The last cars before the day on its line in building order, same columns. Without them
            those of the hub's table ``cars`` before the date stand there, if it has any.
        along : bool
            Whether rules that are counted at a shop that lines share are counted along this line;
            else they are left out.

        Raises
        ------
        DataError
            When the day has no cars.
        """
        own = _rows(cars, day, 1)
        if before is not None and before.height:
            known = _rows(before, day, 1 - before.height)
        else:
            known = hub["cars"].filter(pl.col("date") < day.date).select(own.columns)
        shared = {rule: lines for rule, lines in rule_lines(hub).items() if len(lines) > 1}
        elsewhere = [
            rule
            for rule, lines in rule_lines(hub).items()
            if day.line not in lines or (rule in shared and not along)
        ]
        passed = [rule for rule in elsewhere if day.line in shared.get(rule, ())]
        tables = {name: hub[name] for name in SEQUENCE}
        tables["cars"] = pl.concat([known, own])
        rules = hub["sequence_rules"]
        tables["sequence_rules"] = rules.filter(~pl.col("rule").is_in(elsewhere))
        findings = Findings()
        made = day_of_tables(
            tables,
            f"{hub.settings.name}, {day}",
            day.date,
            findings,
            where=f"cars of {day}",
            line=None if day.line == ONE_LINE else day.line,
        )
        if made is None:
            raise DataError(findings.problems)
        compared = rules.filter(pl.col("rule").is_in(passed))["attribute"].drop_nulls()
        return cls(replace(made, elsewhere=tuple(compared.unique(maintain_order=True))))

    @property
    def lines(self) -> tuple[Day, ...]:
        """The day of each line, by the rules that hold along it."""
        return (self.day,) if self.joint is None else self.joint.lines

    @property
    def days(self) -> tuple[Day, ...]:
        """The same, and what each shared booth sees."""
        return self.lines if self.joint is None else (*self.lines, *self.joint.booth_days)

    @property
    def orders(self) -> Orders:
        """The orders that stand; else those in which the days list their cars."""
        return self.start or {line.line: line.idents for line in self.lines}

    @property
    def order(self) -> tuple[str, ...]:
        """The same of a day of one line, or of the line to which changes come."""
        return self.orders[self.changing.line]

    @property
    def changing(self) -> Day:
        """The day of one line, or of the line to which changes come."""
        own = (line for line in self.lines if line.line == self.line)
        return self.day if self.joint is None else next(own)


def _rows(cars: pl.DataFrame, day: LineDay, first: int) -> pl.DataFrame:
    """Return cars as rows of the hub's table of that name, from a first place on."""
    own = cars.select(
        pl.col("order").alias("car"),
        pl.lit(day.date).alias("date"),
        pl.lit(None if day.line == ONE_LINE else day.line, pl.String).alias("line"),
        pl.Series("position", range(first, first + cars.height), dtype=pl.Int64),
        "brand",
        "model",
        "colour",
        "market",
        "options",
    )
    return pl.concat([empty("cars"), own], how="diagonal")


@dataclass(frozen=True)
class Repair:
    """What a repair did to the order that stood.

    Parameters
    ----------
    before : Score
        What that order cost by the old rules; of several lines, along the one to which changes
        come.
    unrepaired : Score
        What it would cost with the changes alone, likewise.
    moved : DataFrame
        One row per car that stands elsewhere: ``car``, positions ``before`` and ``after``,
        ``shift``, ``moved`` (whether it left the order of the others), ``why``.
    summary : tuple of str
        What has become of the sequence, in sentences.
    """

    before: Score
    unrepaired: Score
    moved: pl.DataFrame = field(repr=False)
    summary: tuple[str, ...]

    @property
    def cars_moved(self) -> int:
        """Cars that left the order of the others; those taken out or put in count."""
        return int(self.moved["moved"].sum())


@dataclass(frozen=True)
class Result:
    """The sequence of a day's cars, or those of lines that share booths, and what they are of.

    Parameters
    ----------
    input : Input
        What was sequenced; with changes, the day as they have made it.
    params : Params
        How hard.
    found : Sequence or JointSequence
        The orders, their score, and how they were found; joint where there are several lines.
    bounds : Bounds
        Proven lower bounds of rules and levels, for any order that keeps the hard rules.
    repair : Repair or None
        What a repair did; None where there were no changes.
    """

    input: Input = field(repr=False)
    params: Params = field(repr=False)
    found: results.Sequence | results.JointSequence
    bounds: Bounds = field(repr=False)
    repair: Repair | None = None

    @property
    def day(self) -> Day:
        """The day, with the rules of changes."""
        return self.input.day

    @cached_property
    def behind(self) -> Bounds:
        """Proven lower bounds for orders no worse than this one in the levels before."""
        from sinho.sequence.bounds import conditional_bounds  # loads a solver

        return conditional_bounds(self.day, self.sequence.score.totals, self.bounds)

    @property
    def orders(self) -> Orders:
        """The order of each line."""
        if isinstance(self.found, results.JointSequence):
            return self.found.orders
        return {self.day.line: self.found.order}

    @property
    def sequence(self) -> results.Sequence:
        """The sequence of a day of one line.

        Raises
        ------
        TypeError
            When there are several lines.
        """
        if isinstance(self.found, results.JointSequence):
            raise TypeError(f"{self.day.name} has several lines, with an order each")
        return self.found

    @property
    def status(self) -> results.Status:
        """Why the search ended."""
        return self.found.status

    @property
    def objective(self) -> float:
        """Figure of the first level that is not proven."""
        return self.found.objective

    @property
    def bound(self) -> float:
        """Proven lower bound of that level's figure."""
        return self.found.bound

    @property
    def gap(self) -> float:
        """Gap between the two (`sinho.results.gap_of`)."""
        return self.found.gap

    @property
    def seconds(self) -> float:
        """Wall time of the search."""
        return self.found.seconds

    @property
    def seed(self) -> int:
        """Seed of the random numbers."""
        return self.found.seed

    @property
    def versions(self) -> Mapping[str, str]:
        """Versions that shape the result."""
        return self.found.versions


def unsearched(day: Day, status: results.Status, seed: int) -> dict[str, Any]:
    """Return how an order was found, as fields of a sequence, where nothing was searched."""
    seen = {"seconds": pl.Float64(), "moves": pl.Int64()}
    figures = dict.fromkeys(day.levels, pl.Float64())
    return {
        "status": status,
        "seed": seed,
        "threads": 1,
        "iterations": 0,
        "seconds": 0.0,
        "history": pl.DataFrame(schema={**seen, **figures}),
        "versions": {"sinho": __version__},
    }


def result_of(
    input: Input,
    params: Params,
    orders: Orders,
    least: Bounds,
    how: Mapping[str, Any],
    repair: Repair | None = None,
) -> Result:
    """Return orders with their score, as they were found."""
    day, joint = input.day, input.joint
    known = {"day": day.name, "bounds": least.figures, **how}
    found: results.Sequence | results.JointSequence
    if joint is None:
        order = orders[day.line]
        found = results.Sequence(order=order, score=score_order(day, order), **known)
    else:
        found = results.JointSequence(orders=orders, score=score_joint(joint, orders), **known)
    return Result(input, params, found, least, repair)
