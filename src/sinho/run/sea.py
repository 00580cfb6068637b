"""The way of a run's cars to the sea: voyages, yards and decks, planned and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import polars as pl

from sinho.hub import Hub
from sinho.parameters import SEED
from sinho.results import DeckPlan, ShipPlan
from sinho.results.yard import YardPlan
from sinho.run.keep import load, record_in
from sinho.stop import Report, StopRule

if TYPE_CHECKING:
    from sinho.run.found import DayRun
    from sinho.ship import Input

SHIP, YARD, DECK = "ship", "yard ", "deck "
"""Name of the plan of voyages among what is kept, and what names of yards and decks begin with."""


def sea_planned(hub: Hub, given: Input, seed: int, progress: Report) -> dict[str, Any]:
    """Plan voyages, the yards in which their cars wait, and the decks on which they stand.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    given : Input
        The cars with their days.
    seed : int
        Seed of all searches.
    progress : callable
        Called with how far it is.

    Returns
    -------
    dict of str to object
        The results by the names under which they are kept.
    """
    from sinho.ship import solve

    plan = solve(given, seed=seed, progress=progress)
    yards, decks = yards_and_decks(hub, plan, given.line_off, seed=seed, progress=progress)
    return {
        SHIP: plan,
        **{f"{YARD}{quote(site, ' ')}": yard for site, yard in yards.items()},
        **{f"{DECK}{quote(vessel, ' ')}": deck for vessel, deck in decks.items()},
    }


def yards_and_decks(
    hub: Hub,
    plan: ShipPlan,
    made: pl.DataFrame,
    *,
    yards: Mapping[str, YardPlan] | None = None,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> tuple[dict[str, YardPlan], dict[str, DeckPlan]]:
    """Plan where the cars of a plan of voyages stand: in the yards by site, on decks by vessel.

    Parameters
    ----------
    hub : Hub
        The hub, with the voyages of the plan.
    plan : ShipPlan
        The plan.
    made : polars.DataFrame
        ``car`` and ``moment`` of line-off, of those whose is known.
    yards : mapping of str to YardPlan, optional
        The yards, where they are planned already.
    stop, seed, progress
        As ``sinho.ship.yard.solve`` takes them.
    """
    from sinho.ship import decks, yard

    how: dict[str, Any] = {"stop": stop, "seed": seed, "progress": progress}
    if yards is None:
        yards = yard.plan_yards(yard.Input.from_plan(hub, plan, made), **how)
    return dict(yards), decks.plan_decks(decks.Input.from_plan(hub, plan), **how)


def hub_with(given: Input) -> Hub:
    """Return the hub with the voyages and calls of an input."""
    tables = {**given.hub.tables, "vessels": given.voyages, "port_calls": given.calls}
    return replace(given.hub, tables=tables)


def yards_again(
    run: DayRun,
    given: Input,
    plan: ShipPlan,
    *,
    stop: StopRule | None = None,
    progress: Report | None = None,
) -> tuple[dict[str, YardPlan], pl.DataFrame]:
    """Plan the yards of a run again for another plan of voyages; few cars get another row.

    Parameters
    ----------
    run : DayRun
        The run, with its voyages and yards.
    given : Input
        What the other plan was made of.
    plan : ShipPlan
        The other plan.
    stop, progress
        As ``sinho.ship.yard.solve`` takes them.

    Returns
    -------
    tuple of (dict of str to YardPlan, polars.DataFrame)
        The yards by site, and the cars that stand elsewhere than in the run: ``site``, ``car``,
        ``before`` and ``now`` (area and row; null: no place).
    """
    from sinho.ship import yard

    assert run.ship is not None
    before = yard.Input.from_plan(run.hub, run.ship, given.line_off)
    asked = {
        site: before[site].after(run.yards[site], run.yards[site].start, data.cars)
        if site in before and site in run.yards
        else data
        for site, data in yard.Input.from_plan(hub_with(given), plan, given.line_off).items()
    }
    found = yard.plan_yards(asked, stop=stop, seed=run.params.seed, progress=progress)
    row = pl.format("{} {}", "area", "row")
    changed = [
        run.yards[site]
        .places.select("car", "site", row.alias("before"))
        .join(one.places.select("car", row.alias("now")), on="car", maintain_order="left")
        .filter(~pl.col("before").eq_missing(pl.col("now")))
        for site, one in found.items()
        if site in run.yards
    ]
    schema = dict.fromkeys(("car", "site", "before", "now"), pl.String)
    return found, pl.concat([pl.DataFrame(schema=schema), *changed])


def sea_kept(folder: Path) -> Mapping[str, Any]:
    """Read what was kept of it.

    Parameters
    ----------
    folder : pathlib.Path
        Where the stage is kept; one that is not there is of a hub without voyages.

    Returns
    -------
    mapping of str to object
        ``ship``, ``yards`` by site and ``decks`` by vessel, as `sinho.run.found.DayRun` has them.
    """
    if not folder.exists():
        return {}
    kept = record_in(folder)["results"]
    plan = load(folder, SHIP, ShipPlan)
    sites = [unquote(name.removeprefix(YARD)) for name in kept if name.startswith(YARD)]
    vessels = {unquote(name.removeprefix(DECK)) for name in kept if name.startswith(DECK)}
    return {
        "ship": plan,
        "yards": {
            site: _with_outside(load(folder, f"{YARD}{quote(site, ' ')}", YardPlan))
            for site in sorted(sites, key=lambda site: (site != "plant", site))
        },
        "decks": {
            vessel: load(folder, f"{DECK}{quote(vessel, ' ')}", DeckPlan)
            for vessel in plan.voyages["vessel"]
            if vessel in vessels
        },
    }


def _with_outside(plan: YardPlan) -> YardPlan:
    """Return a yard with the hours outside that a release before them did not keep.

    In it a car that found no place when it came had none until it left.
    """
    there = plan.places.columns
    if "outside" in there:
        return plan
    gone = pl.col("leaves").fill_null(plan.end).clip(upper_bound=plan.end)
    waits = pl.col("place").is_null() & pl.col("stands").str.starts_with("outside")
    hours = ((gone - pl.col("enters")).dt.total_seconds() / 3600).clip(lower_bound=0)
    outside = pl.when(waits).then(hours).otherwise(0.0).alias("outside")
    at = there.index("stands") + 1
    return replace(plan, places=plan.places.select(*there[:at], outside, *there[at:]))
