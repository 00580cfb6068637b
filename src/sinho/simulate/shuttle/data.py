"""What the control of a store takes, and what it returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.results.status import Status, gap_of
from sinho.results.versions import versions
from sinho.simulate.shuttle.store import MOVES, ShuttleStore, Weights

CARS = {"car": pl.String, "spaced": pl.Boolean, "drive": pl.Boolean, "colour": pl.String}
COLOUR = "colour"
PLAN: dict[str, Any] = {
    "start": pl.Int64,
    "move": pl.Enum(MOVES),
    "car": pl.String,
    "lane": pl.Int64,
}


@dataclass(frozen=True)
class Input:
    """The cars that come from paint, the store, and what counts.

    Parameters
    ----------
    cars : DataFrame
        One row per car, in the order in which they come: ``car``, ``spaced``, ``drive``,
        ``colour``, as `from_cars` makes them.
    store : ShuttleStore
        The store.
    weights : Weights
        What counts of the order that leaves it.
    """

    cars: pl.DataFrame
    store: ShuttleStore = field(default_factory=ShuttleStore)
    weights: Weights = field(default_factory=Weights)

    @classmethod
    def from_cars(
        cls,
        cars: pl.DataFrame,
        store: ShuttleStore | None = None,
        weights: Weights | None = None,
        *,
        spaced: str = "hybrid",
        drive: str = "four_wheel",
        colour: str = COLOUR,
    ) -> Input:
        """Take the cars of a table, in its order.

        Parameters
        ----------
        cars : DataFrame
            One row per car: its name in ``car``, and the columns named below.
        store : ShuttleStore, optional
            The store; usually that of the contest.
        weights : Weights, optional
            What counts; usually as in the contest.
        spaced, drive : str
            Columns that say (true or false) whether a car is to be spaced, and which of two drives
            it has.
        colour : str
            Column of the colour; the usual one may be missing.

        Raises
        ------
        DataError
            When a column is missing, has gaps or other values, or a car is there twice.
        """
        wanted = {"car": "car", "spaced": spaced, "drive": drive, "colour": colour}
        if colour == COLOUR and colour not in cars.columns:
            cars = cars.with_columns(pl.lit("").alias(colour))
        problems = [
            Problem(
                where="cars",
                column=name,
                rule="the column is missing",
                hint=nearest(name, cars.columns),
            )
            for name in wanted.values()
            if name not in cars.columns
        ]
        if not problems:
            problems = _faults(cars, wanted)
        if problems:
            raise DataError(problems)
        found = cars.select(pl.col(name).alias(own) for own, name in wanted.items())
        return cls(found.cast({"car": pl.String, "colour": pl.String}), *_usual(store, weights))

    @property
    def free(self) -> int:
        """Seconds that cost nothing: as long as one lane straight through would take."""
        return self.store.pace * (self.cars.height + self.store.places - 2)


def _usual(store: ShuttleStore | None, weights: Weights | None) -> tuple[ShuttleStore, Weights]:
    return store or ShuttleStore(), weights or Weights()


def _faults(cars: pl.DataFrame, wanted: Mapping[str, str]) -> list[Problem]:
    """List what is wrong with the values of the cars."""
    found = [
        Problem(where="cars", column=name, rule="it must be true or false for every car")
        for own, name in wanted.items()
        if own in ("spaced", "drive")
        and (cars[name].dtype != pl.Boolean or cars[name].null_count())
    ]
    found += [
        Problem(where="cars", column=name, rule="it must be filled for every car")
        for own, name in wanted.items()
        if own in ("car", "colour") and cars[name].null_count()
    ]
    twice = cars["car"].filter(cars["car"].is_duplicated()).unique(maintain_order=True)
    found += [
        Problem(where="cars", column="car", value=car, rule="the car is there more than once")
        for car in twice.to_list()
    ]
    return found or ([] if cars.height else [Problem(where="cars", rule="there are no cars")])


@dataclass(frozen=True, kw_only=True)
class StorePlan:
    """The moves of both shuttles, and the order that leaves the store.

    Parameters
    ----------
    moves : DataFrame
        One row per move: ``start`` (seconds from when the first car can be taken), ``move`` (one of
        "take in", "bring", "hand on", "send back"), ``car``, ``lane`` (from 1).
    order : tuple of str
        Cars in the order in which they reach assembly.
    gaps, blocks, returns, changes : int
        Spaced cars not as far apart as wanted, blocks with unlike shares of the drives, cars sent
        back, changes of colour.
    finished : int
        Second at which the last car reaches assembly.
    score : float
        100 less what these cost (`Weights`).
    bound : float
        No control has a higher score.
    status : {"optimal", "iterations", "time", "stopped", "given"}
        Why the search ended; "given": a rule was played.
    rounds, seed : int
        Rounds of the search, and its seed.
    seconds : float
        Wall time of the search, without compiling.
    history : DataFrame
        One row per improvement: ``seconds``, ``round``, ``score``.
    versions : mapping of str to str
        Versions of sinho and of the libraries used.
    """

    moves: pl.DataFrame
    order: tuple[str, ...]
    gaps: int
    blocks: int
    returns: int
    changes: int
    finished: int
    score: float
    bound: float
    status: Status
    rounds: int
    seed: int
    seconds: float
    history: pl.DataFrame
    versions: Mapping[str, str] = field(default_factory=lambda: versions("numba", "numpy"))

    @property
    def objective(self) -> float:
        """The score."""
        return self.score

    @property
    def gap(self) -> float:
        """Gap between score and bound (`sinho.results.gap_of`)."""
        return gap_of(self.score, self.bound)
