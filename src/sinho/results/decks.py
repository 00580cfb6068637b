"""The frozen result of stowing a voyage: where each car stands, and in which order it is loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from sinho.results.status import Status, gap_of

PLACES = {
    "loaded": pl.Int64(),
    "car": pl.String(),
    "model": pl.String(),
    "market": pl.String(),
    "port": pl.String(),
    "deck": pl.String(),
    "position": pl.String(),
    "lane": pl.Int64(),
    "place": pl.Int64(),
    "discharged": pl.Int64(),
    "length": pl.Float64(),
    "width": pl.Float64(),
    "height": pl.Float64(),
    "mass": pl.Float64(),
    "area": pl.Float64(),
    "moved": pl.Int64(),
}
"""Columns of `DeckPlan.places`."""

MOVES = {
    "port": pl.String(),
    "step": pl.Int64(),
    "kind": pl.String(),
    "car": pl.String(),
    "deck": pl.String(),
    "lane": pl.Int64(),
    "place": pl.Int64(),
}
"""Columns of `DeckPlan.moves`."""

LOAD, DISCHARGE, PUT_OFF, PUT_BACK = "load", "discharge", "put off", "put back"
"""Kinds of moves."""

FILL = {
    "deck": pl.String(),
    "position": pl.String(),
    "entered_from": pl.String(),
    "cars": pl.Int64(),
    "ports": pl.String(),
    "area": pl.Float64(),
    "area_room": pl.Float64(),
    "load": pl.Float64(),
    "load_room": pl.Float64(),
    "lanes": pl.Int64(),
    "lane_length": pl.Float64(),
}
"""Columns of `DeckPlan.decks`."""

LEGS = {
    "departs": pl.String(),
    "cars": pl.Int64(),
    "mass": pl.Float64(),
    "trim": pl.Float64(),
    "least_trim": pl.Float64(),
    "largest_trim": pl.Float64(),
    "centre": pl.Float64(),
    "highest_centre": pl.Float64(),
    "held": pl.Boolean(),
}
"""Columns of `DeckPlan.balance`."""

WITHOUT = {"car": pl.String(), "model": pl.String(), "port": pl.String(), "cause": pl.String()}
"""Columns of `DeckPlan.left`."""


@dataclass(frozen=True)
class DeckPlan:
    """Where each car of a voyage stands, and the order of loading and discharge.

    Parameters
    ----------
    vessel, ship, loading : str
        Voyage, ship and port of loading.
    ports : tuple of str
        Ports of discharge, in order of call.
    places : DataFrame
        One row per car, in the order of loading: ``loaded`` (1 first), ``car``, ``model``,
        ``market``, ``port``, ``deck`` and its ``position``, ``lane`` and ``place`` (1 is the
        deepest), ``discharged`` (1 first at its port), ``length``, ``width`` and ``height`` (mm),
        ``mass`` (kg), ``area`` (m2) and ``moved`` (times it is put off for others).
    moves : DataFrame
        All drives: ``port``, ``step``, ``kind`` (load, discharge, put off, put back), ``car`` and
        its place.
    decks : DataFrame
        One row per deck: ``deck``, ``position``, ``entered_from``, ``cars``, ``ports``, ``area``
        and ``load`` with their rooms (null: no limit), ``lanes`` and ``lane_length`` (m; null: not
        known).
    balance : DataFrame
        By port from which the ship departs with cars: ``cars``, their ``mass`` (kg), ``trim`` by
        the stern and height of the ``centre`` of gravity (m; null: not reckoned), their bounds
        (null: none), and whether these are ``held``.
    left : DataFrame
        Cars without a place, and the cause.
    levels : DataFrame
        What was minimised, first comes first: ``level``, ``value``, proven ``bound`` with the
        levels before at their values, and ``gap``.
    assumed : tuple of str
        What is assumed, as tables do not tell it.
    move_count, moves_bound : int
        Cars put off for others and put back, and the fewest of any stowage by the same rules that
        is as good at the levels before.
    objective, bound : float
        As moves and their bound.
    status : str
        Why it ended, as of all results.
    seconds : float
        Wall time.
    seed : int
        Seed of the solver.
    versions : mapping of str to str
        Versions that shape the result.
    """

    vessel: str
    ship: str
    loading: str
    ports: tuple[str, ...]
    places: pl.DataFrame = field(repr=False)
    moves: pl.DataFrame = field(repr=False)
    decks: pl.DataFrame = field(repr=False)
    balance: pl.DataFrame = field(repr=False)
    left: pl.DataFrame = field(repr=False)
    levels: pl.DataFrame = field(repr=False)
    assumed: tuple[str, ...]
    move_count: int
    moves_bound: int
    objective: float
    bound: float
    status: Status
    seconds: float
    seed: int
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """Of moves and their bound (`gap_of`); each level has its own in ``levels``."""
        return gap_of(self.objective, self.bound)

    def summary(self) -> dict[str, Any]:
        """Return what identifies the plan and how good it is, ready for JSON."""
        return {
            "vessel": self.vessel,
            "ship": self.ship,
            "ports": list(self.ports),
            "cars": self.places.height,
            "left": self.left.height,
            "moves": self.move_count,
            "moves_bound": self.moves_bound,
            "balance_held": bool(self.balance["held"].all()),
            "levels": self.levels.to_dicts(),
            "assumed": list(self.assumed),
            "objective": self.objective,
            "bound": self.bound,
            "gap": self.gap,
            "status": self.status,
            "seed": self.seed,
            "seconds": round(self.seconds, 3),
            "versions": dict(self.versions),
        }
