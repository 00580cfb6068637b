"""The campaigns of a shop as they are planned, and what each of them has done so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil, floor
from typing import Any

import numpy as np
import polars as pl

from sinho.hub.clock import Axis
from sinho.materials.allot import STEP
from sinho.materials.campaigns import Slots
from sinho.materials.lots import LotProblem, Lots, runs
from sinho.materials.shops import MadePart
from sinho.units import Floats


@dataclass(frozen=True)
class Ask:
    """What a campaign wants of a part at once.

    Units of the campaign from ``low`` to ``high`` take ``each`` of the part for every one started;
    ``before`` units of it were wanted by others before.
    """

    part: str
    each: float
    low: float
    high: float
    before: float


@dataclass
class Job:
    """A campaign as planned, and how far it is.

    Parameters
    ----------
    name : str
        Its name.
    part : MadePart
        What it makes.
    setup : float
        Hours of its changeover.
    first : int
        Slot with which it begins.
    planned : ndarray, shape (S,)
        Good units planned by the end of each slot, running.
    not_before : float
        Working hours of the shop before which it cannot begin.
    """

    name: str
    part: MadePart
    setup: float
    first: int
    planned: Floats
    not_before: float = 0.0
    made: float = field(default=0.0, init=False)
    requested: float = field(default=0.0, init=False)
    left: float = field(default=0.0, init=False)
    asks: list[Ask] = field(default_factory=list, init=False)
    rows: dict[tuple[int, Any], list[Any]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        self.left = self.setup

    @property
    def step(self) -> float:
        """What its quantities are multiples of."""
        return STEP if self.part.continuous else 1.0

    def by(self, slot: int) -> float:
        """Return the units planned by the end of a slot; none before the first slot."""
        return float(self.planned[slot]) if slot >= 0 else 0.0

    def can(self, hours: float) -> float:
        """Return the units that so many hours make."""
        return floor(self.part.rate * max(hours, 0.0) / self.step + 1e-6) * self.step

    def begun(self, units: float) -> float:
        """Return the units to start for so many good ones."""
        whole = round(units / self.part.good, 6)
        return units / self.part.good if self.part.continuous else float(ceil(whole - 1e-9))


@dataclass(frozen=True)
class ShopWork:
    """The campaigns of a shop in their order.

    Parameters
    ----------
    shop : str
        Name.
    axis : Axis
        Its working time.
    slots : Slots
        Its S slots.
    jobs : tuple of Job
        Its campaigns.
    """

    shop: str
    axis: Axis
    slots: Slots
    jobs: tuple[Job, ...]


def work_of(
    parts: Sequence[MadePart],
    problem: LotProblem,
    axis: Axis,
    slots: Slots,
    lots: Lots,
    setups: Floats,
) -> ShopWork:
    """Turn the lots of a shop's plan into campaigns.

    A campaign begins with its changeover, else with the first slot that makes something.

    Parameters
    ----------
    parts : sequence of MadePart
        The shop's P parts.
    problem : LotProblem
        The problem that was solved.
    axis : Axis
        The shop's working time.
    slots : Slots
        Its slots.
    lots : Lots
        The plan.
    setups : ndarray, shape (P + 1, P)
        Hours of the changeovers.
    """
    jobs = []
    count: dict[str, int] = {}
    before = problem.first
    for k, first, last in runs(lots.setting):
        part, own = parts[k], np.round(lots.made[k, first : last + 1], 6)
        setup, before = (float(setups[before, k]), k)
        if not own.any():
            continue
        count[part.part] = count.get(part.part, 0) + 1
        begin = first if setup > 0 else first + int(np.flatnonzero(own > 0)[0])
        planned = np.zeros(len(lots.setting))
        planned[first : last + 1] = own
        name = f"{part.part} {count[part.part]}"
        jobs.append(Job(name, part, setup, begin, _running(planned)))
    return ShopWork(parts[0].shop, axis, slots, tuple(jobs))


def planned_work(
    shop: str, axis: Axis, slots: Slots, parts: Mapping[str, MadePart], lots: pl.DataFrame
) -> ShopWork:
    """Return the campaigns of a shop from its lots, as they were planned.

    Parameters
    ----------
    shop : str
        Shop.
    axis : Axis
        Its working time.
    slots : Slots
        Its slots.
    parts : mapping of str to MadePart
        What shops make.
    lots : polars.DataFrame
        `sinho.results.Supply.lots`.
    """
    jobs = []
    own = lots.filter(pl.col("shop") == shop)
    for (name,), rows in own.group_by("campaign", maintain_order=True):
        planned = np.zeros(len(slots.begins))
        np.add.at(planned, rows["slot"].to_numpy(), rows["planned"].to_numpy())
        wanted = rows.filter((pl.col("planned") > 0) | (pl.col("setup_minutes") > 0))
        jobs.append(
            Job(
                name=str(name),
                part=parts[rows["part"][0]],
                setup=float(rows["setup_minutes"].sum()) / 60,
                first=int(wanted["slot"].to_list()[0]),
                planned=_running(planned),
            )
        )
    return ShopWork(shop, axis, slots, tuple(sorted(jobs, key=lambda job: job.first)))


def _running(units: Floats) -> Floats:
    """Return the running total of units, to the sixth digit."""
    return np.asarray(np.round(np.cumsum(units), 6), dtype=np.float64)
