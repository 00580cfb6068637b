"""The frozen result of the stage ``ship``: which car leaves on which voyage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from sinho.results.status import Status, gap_of

Cause = Literal[
    "late line-off",
    "way to the port",
    "no room",
    "deck height",
    "entitlement",
    "order too late",
    "readiness",
    "booked elsewhere",
    "cost",
    "no voyage",
]
"""Why a car does not leave in time, as `ShipPlan.cars` names it."""

SHIPPED = {
    "car": pl.String(),
    "model": pl.String(),
    "brand": pl.String(),
    "market": pl.String(),
    "lane": pl.String(),
    "port": pl.String(),
    "origin": pl.String(),
    "built": pl.Date(),
    "ready": pl.Date(),
    "since": pl.Date(),
    "wanted": pl.Date(),
    "due": pl.Date(),
    "way": pl.String(),
    "vessel": pl.String(),
    "leaves": pl.Date(),
    "arrives": pl.Date(),
    "days_in_hand": pl.Int64(),
    "late_days": pl.Int64(),
    "chance": pl.Float64(),
    "cost": pl.Float64(),
    "missed": pl.String(),
    "cause": pl.String(),
}
"""Columns of `ShipPlan.cars`."""

VOYAGES = {
    "vessel": pl.String(),
    "lane": pl.String(),
    "ship": pl.String(),
    "cutoff": pl.Date(),
    "etd": pl.Date(),
    "cars": pl.Int64(),
    "booked_least": pl.Float64(),
    "booked_most": pl.Float64(),
    "short": pl.Float64(),
    "ceu": pl.Float64(),
    "ceu_room": pl.Float64(),
    "area": pl.Float64(),
    "area_room": pl.Float64(),
    "fill": pl.Float64(),
    "missed": pl.Int64(),
    "positions": pl.String(),
    "cost": pl.Float64(),
}
"""Columns of `ShipPlan.voyages`."""

ON_DECKS = {
    "vessel": pl.String(),
    "deck": pl.String(),
    "position": pl.String(),
    "model": pl.String(),
    "cars": pl.Int64(),
    "area": pl.Float64(),
}
"""Columns of `ShipPlan.decks`."""

BOXES = {
    "lane": pl.String(),
    "date": pl.Date(),
    "model": pl.String(),
    "port": pl.String(),
    "boxes": pl.Int64(),
    "cars": pl.Int64(),
}
"""Columns of `ShipPlan.boxes`."""

LEVELS = {"level": pl.String(), "value": pl.Float64(), "bound": pl.Float64(), "gap": pl.Float64()}
"""Columns of `ShipPlan.levels`."""

MOVED = {"car": pl.String(), "before": pl.String(), "now": pl.String()}
"""Columns of `ShipPlan.moved`."""

VOYAGE, CONTAINER, STAYS = "voyage", "container", "stays"


@dataclass(frozen=True)
class ShipPlan:
    """Which car leaves on which voyage, in a container, or stays.

    Parameters
    ----------
    cars : DataFrame
        One row per car: ``car``, ``model``, ``brand``, ``market``, ``lane``, ``port`` (of
        discharge), ``origin`` (run, former, stock or plan), ``built``, ``ready`` (handed over at
        the port of loading), ``since`` (from when on it stands there), ``wanted``, ``due`` (at the
        port of discharge), ``way`` (voyage, container or
        stays), ``vessel`` (null: none), ``leaves`` (it stands in the yard from ``ready`` until
        then; null: it stays), ``arrives``, ``days_in_hand`` (from the ready day to the cut-off, or
        to the loading of its box), ``late_days`` (behind the day due, else behind the day wanted;
        a car that stays is taken to leave one interval behind the lane's last voyage), ``chance``
        (that it is ready in time; 1 where none is given), ``cost`` (freight, storage and stock in
        the hub's currency), ``missed`` (the last voyage that would have been in time; null where it
        is in time or there was none) and ``cause``.
    voyages : DataFrame
        One row per voyage: ``cars`` on it, ``booked_least``, ``booked_most``, ``short`` (of the
        least), ``ceu`` and ``area`` used with their rooms (null: no limit), ``fill`` (the fullest
        of them and of the cars booked), ``missed`` (cars that miss it), ``positions`` (of its
        movable decks) and ``cost`` (slots, charter and dead freight).
    decks : DataFrame
        Cars by ``vessel``, ``deck``, its ``position`` and ``model``, with their stowed ``area``.
    boxes : DataFrame
        Containers by ``lane``, day of loading, ``model`` and ``port``, and the cars in them.
    levels : DataFrame
        What was minimised, first comes first: ``level``, ``value``, proven ``bound`` with the
        levels before at their values, and ``gap``.
    moved : DataFrame
        Cars that leave otherwise than in the former plan: ``car``, ``before`` and ``now``.
    objective, bound : float
        The whole cost, and what no plan as good at the levels before can be below.
    status : str
        Why it ended, as of all results.
    seconds : float
        Wall time.
    seed : int
        Seed of the solver.
    versions : mapping of str to str
        Versions that shape the result.
    """

    cars: pl.DataFrame = field(repr=False)
    voyages: pl.DataFrame = field(repr=False)
    decks: pl.DataFrame = field(repr=False)
    boxes: pl.DataFrame = field(repr=False)
    levels: pl.DataFrame = field(repr=False)
    moved: pl.DataFrame = field(repr=False)
    objective: float
    bound: float
    status: Status
    seconds: float
    seed: int
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """Of the cost and its bound (`gap_of`); each level has its own in ``levels``."""
        return gap_of(self.objective, self.bound)

    @property
    def missed(self) -> int:
        """Cars that are late or stay behind."""
        return int(self.cars["cause"].is_not_null().sum())

    def summary(self) -> dict[str, Any]:
        """Return what identifies the plan and how good it is, ready for JSON."""
        ways = dict(self.cars.group_by("way").len().iter_rows())
        return {
            "cars": self.cars.height,
            **{way: int(ways.get(way, 0)) for way in (VOYAGE, CONTAINER, STAYS)},
            "missed": self.missed,
            "causes": dict(
                self.cars.drop_nulls("cause").group_by("cause").len().sort("cause").iter_rows()
            ),
            "levels": self.levels.to_dicts(),
            "cost": self.objective,
            "bound": self.bound,
            "gap": self.gap,
            "status": self.status,
            "seed": self.seed,
            "seconds": round(self.seconds, 3),
            "versions": dict(self.versions),
        }
