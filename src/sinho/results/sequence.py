"""The frozen results of sequencing a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

import polars as pl

from sinho.hub.lines import ONE_LINE
from sinho.results.status import PROVEN, Status, gap_of


@dataclass(frozen=True, order=True)
class LineDay:
    """A day of a line, which has one sequence.

    Parameters
    ----------
    date : datetime.date
        The day.
    line : str
        The line.
    """

    date: dt.date
    line: str = ONE_LINE

    def __str__(self) -> str:
        """Return the date, and behind it the line of a plant that names its lines."""
        return str(self.date) if self.line == ONE_LINE else f"{self.date} {self.line}"

    @property
    def key(self) -> str:
        """Name of it among files and in records."""
        return str(self.date) if self.line == ONE_LINE else f"{self.date} {quote(self.line, '')}"

    @classmethod
    def of(cls, key: str) -> LineDay:
        """Return what a key names."""
        date, _, line = key.partition(" ")
        return cls(dt.date.fromisoformat(date), unquote(line) or ONE_LINE)


class _Levels:
    """Totals that are compared level by level."""

    totals: tuple[int, ...]
    hard: int

    @property
    def feasible(self) -> bool:
        """Whether all hard rules hold."""
        return self.hard == 0

    @property
    def key(self) -> tuple[int, ...]:
        """What orders are compared by, smaller is better: hard rules first, then the levels."""
        return (self.hard, *self.totals)


@dataclass(frozen=True)
class Score(_Levels):
    """What the order of a day costs by each rule and level.

    Parameters
    ----------
    levels : tuple of (str, float)
        Name and figure of each priority level, the most important first.
    totals : tuple of int
        The levels' whole-number totals, by which orders are compared.
    rules : tuple of (str, float)
        Name and figure of each rule, hard ones included, before weights.
    hard : int
        Whole-number total of the hard rules; 0 when the order is feasible.
    weighted : float or None
        Levels times the day's weights, where it has them.
    """

    levels: tuple[tuple[str, float], ...]
    totals: tuple[int, ...]
    rules: tuple[tuple[str, float], ...]
    hard: int
    weighted: float | None = None


@dataclass(frozen=True)
class JointScore(_Levels):
    """What the orders of lines that share booths cost, each by its own rules, and together.

    Parameters
    ----------
    lines : mapping of str to Score
        Each line by the rules along it.
    booths : mapping of str to Score
        Each shared shop by the rules counted there, over the merged order of its lines.
    levels : tuple of (str, float)
        Name and figure of each priority level, summed over lines and shops.
    totals : tuple of int
        The levels' whole-number totals, by which orders are compared.
    hard : int
        Whole-number total of the hard rules; 0 when the orders are feasible.
    """

    lines: Mapping[str, Score]
    booths: Mapping[str, Score]
    levels: tuple[tuple[str, float], ...]
    totals: tuple[int, ...]
    hard: int


@dataclass(frozen=True, kw_only=True)
class _Searched:
    """How orders were found, and how good they are.

    Objective and bound are those of the first level that is not proven; of the last one, where all
    are. Broken hard rules come before all levels, and none broken is as few as can be.
    """

    score: Score | JointScore
    bounds: tuple[float, ...]
    status: Status
    seed: int
    threads: int
    iterations: int
    seconds: float
    history: pl.DataFrame
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def objective(self) -> float:
        """Figure of the first level that is not proven."""
        return self._first_unproven[0]

    @property
    def bound(self) -> float:
        """Proven lower bound of that level's figure."""
        return self._first_unproven[1]

    @property
    def gap(self) -> float:
        """Gap between the two (`gap_of`)."""
        return gap_of(*self._first_unproven)

    @property
    def _first_unproven(self) -> tuple[float, float]:
        if not self.score.feasible:
            return float(self.score.hard), 0.0
        figures = (figure for _, figure in self.score.levels)
        levels = list(zip(figures, self.bounds, strict=True)) or [(0.0, 0.0)]
        return next((level for level in levels if gap_of(*level) > PROVEN), levels[-1])


@dataclass(frozen=True, kw_only=True)
class Sequence(_Searched):
    """The order found for a day's cars.

    Parameters
    ----------
    day : str
        Name of the day.
    order : tuple of str
        Idents of the day's cars in building order.
    score : Score
        What the order costs.
    bounds : tuple of float
        Proven lower bound of each level's figure, for any order that keeps the hard rules.
    status : {"optimal", "iterations", "time", "stopped", "given", "repaired"}
        Why the search ended: nothing better exists, the iteration or time limit, or a stop; or
        that there was none: the order was given, or is another one repaired.
    seed, threads : int
        Seed and number of searches side by side; 0 where there was none.
    iterations : int
        Moves evaluated, by all threads together. Moves that a search chooses but drops before it
        counts what they change (cars alike in all that counts, held cars) are not among them.
    seconds : float
        Wall time of the search, without the compilation of its kernel.
    history : DataFrame
        One row per improvement seen: ``seconds``, ``moves``, then one column per level.
    versions : mapping of str to str
        Versions of sinho and of the libraries that the search depends on.
    """

    day: str
    order: tuple[str, ...]
    score: Score

    @property
    def moves_per_second(self) -> float:
        """Moves evaluated per second of wall time; 0 where there were none."""
        return self.iterations / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True, kw_only=True)
class JointSequence(_Searched):
    """The orders found for a day's cars of lines that share booths.

    Parameters
    ----------
    day : str
        Name of the day.
    orders : mapping of str to tuple of str
        Idents of each line's cars in building order.
    score : JointScore
        What the orders cost.
    bounds : tuple of float
        Proven lower bound of each level's figure.
    status, seed, threads, iterations, seconds, history, versions
        As of a `Sequence`; iterations and seconds of the joint search alone.
    """

    day: str
    orders: Mapping[str, tuple[str, ...]]
    score: JointScore


def places(sequences: Mapping[LineDay, Sequence]) -> pl.DataFrame:
    """Return ``order``, ``date``, ``line`` and ``position`` of every car of some sequences."""
    schema = {"order": pl.String, "date": pl.Date, "line": pl.String, "position": pl.Int64}
    rows = [
        (car, day.date, day.line, at)
        for day, sequence in sequences.items()
        for at, car in enumerate(sequence.order, start=1)
    ]
    return pl.DataFrame(rows, schema=schema, orient="row")
