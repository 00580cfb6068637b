"""The frozen result of the stage ``source``: which plant builds what for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from sinho.results.status import Status, gap_of

LINES = ("parts", "building", "freight", "tariff", "carbon", "stock")
"""Lines of the landed cost of a car."""

FLOWS = {
    "plant": pl.String(),
    "model": pl.String(),
    "market": pl.String(),
    "month": pl.Date(),
    "lane": pl.String(),
    "cars": pl.Float64(),
    "in_quota": pl.Float64(),
    "duty": pl.Float64(),
    **dict.fromkeys(LINES, pl.Float64()),
    "refund": pl.Float64(),
}
"""Columns of `Sourcing.flows`."""

FILLED = {
    "plant": pl.String(),
    "month": pl.Date(),
    "step": pl.String(),
    "capacity": pl.Float64(),
    "load": pl.Float64(),
    "cars": pl.Float64(),
    "fill": pl.Float64(),
    "fixed": pl.Float64(),
    "labour": pl.Float64(),
    "changes": pl.Float64(),
    "worth": pl.Float64(),
}
"""Columns of `Sourcing.plants`."""

LAUNCHES = {
    "model": pl.String(),
    "plant": pl.String(),
    "decided": pl.Date(),
    "first": pl.Date(),
    "tooling": pl.Float64(),
    "cars": pl.Float64(),
}
"""Columns of `Sourcing.launches`."""

UNMET = {
    "model": pl.String(),
    "market": pl.String(),
    "month": pl.Date(),
    "asked": pl.Float64(),
    "lost": pl.Float64(),
    "forgone": pl.Float64(),
}
"""Columns of `Sourcing.unmet`."""

LIMITS = {
    "kind": pl.String(),
    "what": pl.String(),
    "when": pl.String(),
    "limit": pl.Float64(),
    "used": pl.Float64(),
    "worth": pl.Float64(),
}
"""Columns of `Sourcing.limits`."""

COSTS = {"line": pl.String(), "year": pl.Int64(), "cost": pl.Float64()}
"""Columns of `Sourcing.costs`."""

REACHED = {"level": pl.String(), "value": pl.Float64(), "bound": pl.Float64(), "gap": pl.Float64()}
"""Columns of `Sourcing.levels`."""


STRESS = {
    "kind": pl.String(),
    "lost": pl.String(),
    "cost": pl.Float64(),
    "cars": pl.Float64(),
    "months": pl.Int64(),
    "gap": pl.Float64(),
}
"""Columns of a table of losses."""

WORTH = {
    "kind": pl.String(),
    "what": pl.String(),
    "change": pl.String(),
    "near": pl.Float64(),
    "cost": pl.Float64(),
    "cars": pl.Float64(),
}
"""Columns of a table of what one thing more or less is worth."""

FUTURES = {
    "future": pl.String(),
    "weight": pl.Float64(),
    "cost": pl.Float64(),
    "best": pl.Float64(),
    "regret": pl.Float64(),
    "missing": pl.Float64(),
    "fewest": pl.Float64(),
    "gap": pl.Float64(),
}
"""Columns of `RobustSourcing.futures`."""


@dataclass(frozen=True)
class Sourcing:
    """Which plant builds what for whom, when; amounts in the network's currency.

    Parameters
    ----------
    name, currency : str
        The network's.
    flows : DataFrame
        One row for each plant, model, market and month with cars: ``lane``, ``cars`` and those of
        them ``in_quota``, ``duty`` (share of the customs value, over all of them), the cost by
        line, and ``refund`` (what they paid more than what was published later; not a cost).
    plants : DataFrame
        One row for each plant and month: shift ``step`` (empty: closed), ``capacity``, ``load`` on
        it, ``cars``, ``fill``, ``fixed`` cost, ``labour``, cost of ``changes`` and ``worth`` (what
        one more car of capacity would save).
    launches : DataFrame
        Launches: month ``decided`` and of the ``first`` car, ``tooling``, and ``cars`` built.
    unmet : DataFrame
        What is not delivered: ``asked`` cars, ``lost`` cars and ``forgone`` revenue and penalties.
    limits : DataFrame
        Quotas, lanes, volumes and shares of markets that are limited: ``limit``, ``used`` and
        ``worth`` (what one car more would save).
    costs : DataFrame
        Cost by ``line`` and ``year``.
    levels : DataFrame
        What was minimised, first comes first: ``value``, proven ``bound`` and ``gap``.
    objective, bound : float
        Whole cost, and what no plan as good at the levels before can be below.
    status : str
        Why it ended, as of all results.
    seconds : float
        Wall time.
    seed : int
        Seed of the solver.
    versions : mapping of str to str
        Versions that shape the result.
    """

    name: str
    currency: str
    flows: pl.DataFrame = field(repr=False)
    plants: pl.DataFrame = field(repr=False)
    launches: pl.DataFrame = field(repr=False)
    unmet: pl.DataFrame = field(repr=False)
    limits: pl.DataFrame = field(repr=False)
    costs: pl.DataFrame = field(repr=False)
    levels: pl.DataFrame = field(repr=False)
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
    def cars(self) -> float:
        """Cars delivered."""
        return float(self.flows["cars"].sum())

    @property
    def lost(self) -> float:
        """Cars asked for and not delivered."""
        return float(self.unmet["lost"].sum())

    def summary(self) -> dict[str, Any]:
        """Return what identifies the plan and how good it is, ready for JSON."""
        lines = self.costs.group_by("line", maintain_order=True).agg(pl.col("cost").sum())
        return {
            "name": self.name,
            "currency": self.currency,
            "cars": self.cars,
            "lost": self.lost,
            "costs": dict(lines.iter_rows()),
            "refunds": float(self.flows["refund"].sum()),
            "launches": self.launches.height,
            "levels": self.levels.to_dicts(),
            "cost": self.objective,
            "bound": self.bound,
            "gap": self.gap,
            "status": self.status,
            "seed": self.seed,
            "seconds": round(self.seconds, 3),
            "versions": dict(self.versions),
        }


@dataclass(frozen=True)
class RobustSourcing:
    """Launches for several futures with weights; amounts in the network's currency.

    Parameters
    ----------
    name, currency : str
        The network's.
    revealed : datetime.date or None
        First month in which it is known which future it is; None: launches are decided before.
    futures : DataFrame
        One row for each future: ``weight``, ``cost`` with the launches in common, ``best`` (what
        it costs where it is known from the start), ``regret`` (their difference), cars ``missing``
        (lost or short), the ``fewest`` of its own best plan, and the ``gap`` of that plan: the
        regret may be larger by as much; null where it was stopped before.
    plans, own : mapping of str to Sourcing
        Plan of each future with the launches in common, and its own best plan.
    objective, bound : float
        Expected cost, and what no choice of launches can be below.
    now : float or None
        Expected cost where all launches are decided before the future is known.
    known : float or None
        Expected cost where the future is known from the start.
    status : str
        Why it ended, as of all results.
    seconds : float
        Wall time.
    seed : int
        Seed of the solver.
    versions : mapping of str to str
        Versions that shape the result.
    """

    name: str
    currency: str
    revealed: dt.date | None
    futures: pl.DataFrame = field(repr=False)
    plans: Mapping[str, Sourcing] = field(repr=False)
    own: Mapping[str, Sourcing] = field(repr=False)
    objective: float
    bound: float
    now: float | None
    known: float | None
    status: Status
    seconds: float
    seed: int
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def gap(self) -> float:
        """Of the expected cost and its bound."""
        return gap_of(self.objective, self.bound)

    @property
    def waiting(self) -> float | None:
        """What it is worth to decide some launches only once the future is known."""
        return None if self.now is None else self.now - self.objective

    @property
    def knowledge(self) -> float | None:
        """What it would be worth to know the future from the start."""
        return None if self.known is None else self.objective - self.known

    @property
    def launches(self) -> pl.DataFrame:
        """Launches of each future, those in common in all of them."""
        return _launches(self.plans)

    @property
    def own_launches(self) -> pl.DataFrame:
        """Launches of each future's own best plan."""
        return _launches(self.own)

    def summary(self) -> dict[str, Any]:
        """Return what identifies it and how good it is, ready for JSON."""
        return {
            "name": self.name,
            "currency": self.currency,
            "expected": self.objective,
            "bound": self.bound,
            "gap": self.gap,
            "revealed": None if self.revealed is None else f"{self.revealed:%Y-%m}",
            "value_of_waiting": self.waiting,
            "value_of_knowledge": self.knowledge,
            "futures": self.futures.to_dicts(),
            "launches": self.launches.to_dicts(),
            "own_launches": self.own_launches.to_dicts(),
            "status": self.status,
            "seed": self.seed,
            "seconds": round(self.seconds, 3),
            "versions": dict(self.versions),
        }


def _launches(plans: Mapping[str, Sourcing]) -> pl.DataFrame:
    empty = pl.DataFrame(schema={**LAUNCHES, "future": pl.String()})
    made = (one.launches.with_columns(pl.lit(name).alias("future")) for name, one in plans.items())
    return pl.concat([empty, *made])
