"""From cars to parts: needs, the campaigns and deliveries that meet them, and call-offs."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from sinho.hub import Hub
from sinho.materials.calloffs import call_offs
from sinho.materials.data import Input
from sinho.materials.explode import explode
from sinho.materials.numbers import marked, next_number
from sinho.materials.params import Params
from sinho.materials.supply import plan_campaigns
from sinho.parameters import SEED, check_seed
from sinho.results import CallOffs, Needs, Status, Supply, status_of
from sinho.results.versions import versions
from sinho.stop import NoLimit, Report, StopRule


@dataclass(frozen=True)
class Result:
    """What cars need of parts, and how it is met.

    Parameters
    ----------
    input : Input
        What it was made of.
    params : Params
        How it was made.
    needs : Needs
        What the cars need.
    supply : Supply
        Campaigns, deliveries, stock and shortages.
    calls : CallOffs
        What suppliers are asked to deliver.
    status : Status
        Why the planning of campaigns ended.
    seed : int
        Seed of search and solver.
    versions : mapping of str to str
        Versions that shape the result.
    """

    input: Input = field(repr=False)
    params: Params = field(repr=False)
    needs: Needs = field(repr=False)
    supply: Supply = field(repr=False)
    calls: CallOffs = field(repr=False)
    status: Status = "iterations"
    seed: int = SEED
    versions: Mapping[str, str] = field(default_factory=dict)

    @property
    def objective(self) -> float:
        """Cost of changeovers, stock and shortages of all shops."""
        return self.supply.cost

    @property
    def bound(self) -> float:
        """No plan of campaigns on the same slots costs less."""
        return self.supply.bound

    @property
    def gap(self) -> float:
        """Gap between objective and bound (`sinho.results.gap_of`)."""
        return self.supply.gap

    @property
    def seconds(self) -> float:
        """Wall time of planning the campaigns."""
        return self.supply.seconds


def solve(
    input: Input,
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> Result:
    """Find what cars need, plan campaigns and deliveries, and call parts off.

    Parameters
    ----------
    input : Input
        Cars, working time and stock.
    params : Params, optional
        How hard campaigns are planned and what is firm; by default the hub's.
    stop : StopRule, optional
        When to hand back the best plan so far.
    seed : int
        Seed; the same input, parameters and seed give the same result where no rule stops it.
    progress : callable, optional
        Called with `sinho.stop.Progress` before each shop.

    Returns
    -------
    Result
        Needs, supply and call-offs.

    Raises
    ------
    DataError
        When a car's model is unknown or its day has no working hours, stock is below zero or of no
        part, or the call-off cannot replace the former one.
    """
    check_seed(seed)
    hub, clock = input.hub, input.clock
    params = params or Params.from_hub(hub)
    stop = stop or NoLimit()
    began, allowed = time.monotonic(), stop.seconds_left
    first = clock.line.dates[0]
    needs = explode(hub, input.cars, clock, bought=input.bought)
    calls = call_offs(
        hub,
        input.cars,
        clock,
        number=input.number or next_number(first, input.former),
        date=first,
        former=input.former,
        needs=needs,
        stock=input.stock,
        firm_days=params.firm_days,
    )
    supply = plan_campaigns(
        hub,
        needs,
        clock,
        opening=input.stock,
        params=params,
        stop=stop,
        seed=seed,
        progress=progress,
    )
    status = status_of(
        supply.gap, stopped=stop(), seconds=time.monotonic() - began, allowed=allowed
    )
    return Result(
        input,
        params,
        needs,
        supply,
        calls if input.number else marked(calls),
        status,
        seed,
        versions("highspy", "numpy"),
    )


def plan_materials(
    hub: Hub,
    days: pl.DataFrame,
    cars: pl.DataFrame,
    params: Params | None = None,
    *,
    former: CallOffs | None = None,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> Result:
    """Plan what cars need, day by day: campaigns, deliveries and call-offs.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    days : polars.DataFrame
        ``date`` and ``hours`` of the line, by ``line`` where there are several.
    cars : polars.DataFrame
        ``order``, ``model``, ``date``, ``line`` where there are several and, where the day is
        sequenced, ``position`` on the line (1 first).
    params : sinho.materials.Params, optional
        How hard campaigns are planned and what is firm; by default the hub's.
    former : CallOffs, optional
        The call-off that the new one replaces.
    stop, seed, progress
        As of `solve`.

    Returns
    -------
    Result
        Needs, supply and call-offs.

    Raises
    ------
    DataError
        As of `solve`; and when no line works on any day.
    """
    given = Input.from_days(hub, days, cars, former=former)
    return solve(given, params, stop=stop, seed=seed, progress=progress)
