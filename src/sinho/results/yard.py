"""The frozen result of planning the yard: where each car stands, and which cars are moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from sinho.results.status import Status


def came_in() -> pl.Expr:
    """Return when a car takes its place: when it comes, or the hours later that it was outside."""
    return pl.col("enters") + pl.duration(minutes=(60 * pl.col("outside")).round().cast(pl.Int64))


@dataclass(frozen=True)
class YardPlan:
    """Cars, their places in the yard, and what that takes.

    Parameters
    ----------
    places : DataFrame
        One row per car: ``car``, ``voyage``, ``port``, ``site``, ``purpose``, ``area``, ``row`` and
        ``place`` (null: none; place 1 is the deepest), ``enters`` and ``leaves`` (null: it stays),
        ``stands`` (in the yard; it stood there already; direct: it leaves when it comes; or why it
        has no place), ``outside`` (hours without a place, from ``enters`` on), ``moves``,
        ``changed`` (it has another row than in the former plan), ``days`` (of dwell) and ``cost``
        (of storage), and the numbers ``step_in`` and ``step_out`` of what happens in the yard, one
        after another (null: never).
    moves : DataFrame
        One row per move, in their order: ``step``, ``time``, ``car``, ``reach`` (the voyage that is
        reached), ``port``, ``area``, ``row``, ``place``, ``to_area``, ``to_row`` and ``to_place``.
    rows : DataFrame
        The rows: ``site``, ``area``, ``purpose``, ``row``, ``places``,
        ``largest_length`` and ``largest_width`` (of a car, mm), ``open_ends``.
    hours : DataFrame
        By ``site`` and ``hour``: ``inflow``, ``outflow``, ``moves``, and at its end ``standing``
        and ``overflow``, cars each.
    start, end : datetime.datetime
        First and last moment of the plan.
    overflow, overflow_bound : int
        Cars without a place when they come, and the fewest that any plan can have; some come in
        later, when one gets free.
    move_count, moves_bound : int
        Moves, and the fewest of any plan that has no more cars without a place.
    changed : int
        Cars with another row than in the former plan.
    objective, bound, gap : float
        What cars without a place, moves and changed cars cost, what no plan can be below, and
        (objective - bound) / max(1, objective).
    rounds : int
        Rounds of the search.
    seconds : float
        Wall time.
    seed : int
        Seed of the random numbers.
    status : str
        Why the search ended.
    versions : mapping of str to str
        Versions that shape the result.
    """

    places: pl.DataFrame = field(repr=False)
    moves: pl.DataFrame = field(repr=False)
    rows: pl.DataFrame = field(repr=False)
    hours: pl.DataFrame = field(repr=False)
    start: dt.datetime
    end: dt.datetime
    overflow: int
    overflow_bound: int
    move_count: int
    moves_bound: int
    changed: int
    objective: float
    bound: float
    gap: float
    rounds: int
    seconds: float
    seed: int
    status: Status
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def peak(self) -> int:
        """Most cars that stand at the end of an hour, those without a place included."""
        if not self.hours.height:
            return 0
        all_sites = self.hours.group_by("hour").agg(pl.col("standing", "overflow").sum())
        return int((all_sites["standing"] + all_sites["overflow"]).max() or 0)  # type: ignore[arg-type]

    @property
    def fullest(self) -> dt.datetime:
        """The last moment of the hour at whose end most cars stand; of several, the first."""
        if not self.hours.height:
            return self.start
        found = self.hours.group_by("hour").agg(pl.col("standing", "overflow").sum())
        ordered = found.sort(pl.col("standing") + pl.col("overflow"), -pl.col("hour").dt.epoch())
        last: dt.datetime = ordered["hour"][-1] + dt.timedelta(hours=1, microseconds=-1)
        return last

    def standing(self, at: dt.datetime) -> pl.DataFrame:
        """Return who stands where at a moment, when what happens at it has happened.

        A place is held until the last car of its voyage and port is fetched.

        Parameters
        ----------
        at : datetime.datetime
            The moment.

        Returns
        -------
        DataFrame
            ``car``, ``area``, ``row`` and ``place``.
        """
        came = (came_in() <= at) | (pl.col("step_in") == 0)
        gone = (pl.col("leaves") <= at).fill_null(False)
        last = (
            self.moves.filter(pl.col("time") <= at)
            .unique("car", keep="last", maintain_order=True)
            .select("car", "to_area", "to_row", "to_place")
        )
        return (
            self.places.filter(pl.col("place").is_not_null() & came & ~gone)
            .join(last, on="car", how="left", maintain_order="left")
            .select(
                "car",
                *(pl.coalesce(f"to_{name}", name).alias(name) for name in ("area", "row", "place")),
            )
        )

    @property
    def gate_peak(self) -> int:
        """Most cars that come in an hour."""
        return int(self.hours["inflow"].max() or 0)  # type: ignore[arg-type]

    @property
    def loading_peak(self) -> int:
        """Most cars that go in an hour."""
        return int(self.hours["outflow"].max() or 0)  # type: ignore[arg-type]

    def summary(self) -> dict[str, Any]:
        """Return what identifies the plan and how good it is, ready for JSON."""
        return {
            "cars": self.places.height,
            "places": int(self.rows["places"].sum()),
            "peak": self.peak,
            "gate_peak": self.gate_peak,
            "loading_peak": self.loading_peak,
            "storage": float(self.places["cost"].sum()),
            "overflow": self.overflow,
            "overflow_bound": self.overflow_bound,
            "outside_hours": float(self.places["outside"].sum()),
            "moves": self.move_count,
            "moves_bound": self.moves_bound,
            "changed": self.changed,
            "objective": self.objective,
            "bound": self.bound,
            "gap": self.gap,
            "status": self.status,
            "rounds": self.rounds,
            "seed": self.seed,
            "seconds": round(self.seconds, 3),
            "versions": dict(self.versions),
        }
