"""The frozen result of slotting: which order is built on which day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from sinho.results.status import Status


@dataclass(frozen=True)
class DaySlots:
    """Orders and their days.

    Parameters
    ----------
    slots : DataFrame
        One row per order: ``order``, ``date`` (null: none in the horizon), ``ready`` (date of
        hand-over), ``vessel`` (null: by road, or behind the last vessel known), ``departs``,
        ``late_days`` (leaves so many days after the wanted date), ``early_days`` (stands ready so
        many days before it leaves or is wanted), ``moved`` (from its former day), ``zone``
        (frozen, firm or free; later: it waits for a later run) and ``cost`` (the order's own).
    days : DataFrame
        ``date``, ``hours``, ``capacity`` (car equivalents), ``built`` (cars), ``load`` (car
        equivalents), ``utilisation`` (load by capacity as given: the manned basis) and ``short``
        (what the day is short of, in words).
    mix : DataFrame
        ``date``, ``model``, ``built`` and ``target`` (even share, cars).
    options : DataFrame
        ``date``, ``option``, ``built``, ``target`` (even share), ``limit`` (what its ratio rules
        bear, or its hard limit; null: none) and ``cost``.
    colours : DataFrame
        ``date``, ``colour`` and ``built``.
    counters : DataFrame
        Every limit and target: ``kind`` (``work``: cars whose work at a station exceeds its
        takt), ``name``, ``period`` (first date), ``days``, ``count``,
        ``least`` and ``most`` (hard), ``low`` and ``high`` (without cost between), ``cost``.
    fair_share : DataFrame
        ``brand``, ``week`` (Monday), ``entitled`` (contracted slots), ``built``, ``released``
        (whether unused ones are offered to all by now) and ``offered`` (unused ones).
    costs : DataFrame
        ``term`` and ``amount``; the amounts sum to ``cost``.
    cost, bound, gap : float
        The whole cost, what no slotting can be below, and the gap between them (`gap_of`).
    broken : float
        Units beyond hard limits; 0 where all are kept.
    seconds : float
        Wall time of the search.
    seed : int
        Seed of the random numbers.
    status : {"optimal", "iterations", "time", "stopped"}
        Why the search ended.
    moves : int
        Moves tried.
    versions : mapping of str to str
        Versions that shape the result.
    """

    slots: pl.DataFrame = field(repr=False)
    days: pl.DataFrame = field(repr=False)
    mix: pl.DataFrame = field(repr=False)
    options: pl.DataFrame = field(repr=False)
    colours: pl.DataFrame = field(repr=False)
    counters: pl.DataFrame = field(repr=False)
    fair_share: pl.DataFrame = field(repr=False)
    costs: pl.DataFrame = field(repr=False)
    cost: float
    bound: float
    gap: float
    broken: float
    seconds: float
    seed: int
    status: Status
    moves: int
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def objective(self) -> float:
        """The whole cost."""
        return self.cost

    @property
    def unslotted(self) -> int:
        """Orders without a day that do not wait for a later run."""
        return int(self.slots["date"].null_count()) - self.later

    @property
    def later(self) -> int:
        """Orders wanted so long after the last day that they wait for a later run."""
        return int((self.slots["zone"] == "later").sum())

    def summary(self) -> dict[str, Any]:
        """Return what identifies the slots and how good they are, ready for JSON."""
        return {
            "orders": self.slots.height,
            "unslotted": self.unslotted,
            "later": self.later,
            "late": int((self.slots["late_days"] > 0).sum()),
            "cost": self.cost,
            "bound": self.bound,
            "gap": self.gap,
            "broken": self.broken,
            "status": self.status,
            "moves": self.moves,
            "seed": self.seed,
            "seconds": round(self.seconds, 3),
            "versions": dict(self.versions),
        }
