"""A late campaign: what the shops make of it, and which orders it hits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.hub import Hub
from sinho.hub.clock import WorkingTime
from sinho.materials.campaigns import slots_of
from sinho.materials.jobs import ShopWork, planned_work
from sinho.materials.outcome import outcome
from sinho.materials.params import Params
from sinho.materials.shops import made_parts, setup_hours
from sinho.materials.solve import Result
from sinho.results import Explanation, Needs, Supply
from sinho.results.supply import LATE


@dataclass(frozen=True)
class LateCampaign:
    """Asks what happens when a campaign starts late.

    Parameters
    ----------
    campaign : str
        Its name.
    hours : float
        Working hours of its shop by which it starts late.
    """

    campaign: str
    hours: float


@dataclass(frozen=True)
class LateExplanation(Explanation):
    """What a late campaign does; ``facts`` are the orders that it hits.

    Parameters
    ----------
    supply : Supply
        The plan with the delay.
    campaigns : polars.DataFrame
        Campaigns whose times change: ``campaign``, ``shop``, ``part``, ``start``, ``end``,
        ``new_start``, ``new_end`` (null: not made within the days) and ``units``.
    """

    supply: Supply = field(repr=False)
    campaigns: pl.DataFrame = field(repr=False)


def explain(result: Result, question: LateCampaign) -> LateExplanation:
    """Say which orders wait for their parts when a campaign starts late.

    Parameters
    ----------
    result : Result
        The plan.
    question : LateCampaign
        Which campaign, and by how much.

    Returns
    -------
    LateExplanation
        The orders hit, the campaigns that move, and the plan with the delay.

    Raises
    ------
    DataError
        When there is no such campaign, hours are below zero or none, or the plan was made with
        slots of another length.
    """
    given, plan = result.input, result.supply
    late = delay_campaign(
        given.hub,
        result.needs,
        given.clock,
        plan,
        question.campaign,
        question.hours,
        params=result.params,
    )
    orders = late_orders(result.needs, given.clock, plan, late)
    count = orders["order"].n_unique()
    hit = {0: "no order waits", 1: "1 order waits"}.get(count, f"{count:,} orders wait")
    requested = f"{question.campaign} starts {question.hours:g} working hours late"
    return LateExplanation(
        requested,
        f"{requested}: {hit} for parts because of it.",
        (),
        (),
        orders,
        late,
        _changed(plan.campaigns, late.campaigns),
    )


def _changed(before: pl.DataFrame, behind: pl.DataFrame) -> pl.DataFrame:
    """Return the campaigns whose times change, with both; null: not made within the days."""
    new = behind.select(
        "campaign", pl.col("start").alias("new_start"), pl.col("end").alias("new_end"), "units"
    )
    both = before.drop("units").join(new, on="campaign", how="left", maintain_order="left")
    same = pl.col("start").eq_missing(pl.col("new_start")) & pl.col("end").eq_missing(
        pl.col("new_end")
    )
    return both.filter(~same).select(
        "campaign", "shop", "part", "start", "end", "new_start", "new_end", "units"
    )


def delay_campaign(
    hub: Hub,
    needs: Needs,
    clock: WorkingTime,
    supply: Supply,
    campaign: str,
    hours: float,
    *,
    params: Params | None = None,
) -> Supply:
    """Let a campaign start late, and find what waits for it.

    Its shop stands so many working hours. Then it works at full rate until it has caught up with
    the plan: campaigns keep their order and their changeovers, none begins before its planned
    slot, and idle time in between takes the delay up. Shops that take what comes late wait for it
    and catch up alike. Stock is used first in, first out.

    Parameters
    ----------
    hub : Hub
        The hub.
    needs : Needs
        What the cars need.
    clock : WorkingTime
        Working time.
    supply : Supply
        The plan.
    campaign : str
        Name of the campaign.
    hours : float
        Working hours of its shop by which it starts late.
    params : Params, optional
        As the plan was made.

    Returns
    -------
    Supply
        The plan with the delay; its ``hits`` name who waits. Costs are those of the plan. What is
        not made by the end of the days is missing.

    Raises
    ------
    DataError
        When there is no such campaign, the hours are below zero, or the plan was made with other
        slots.
    """
    rows = supply.campaigns.filter(pl.col("campaign") == campaign)
    if rows.is_empty():
        hint = nearest(campaign, supply.campaigns["campaign"].to_list())
        if supply.campaigns.is_empty():
            hint = "The plan has none: no shop makes anything in it."
        raise DataError([Problem("campaigns", "no such campaign", value=campaign, hint=hint)])
    if not 0 <= hours < float("inf"):
        rule = "a campaign can be late by 0 or more hours"
        raise DataError([Problem("campaigns", rule, value=str(hours))])
    if supply.lots.is_empty():
        rule = "this plan was made by an earlier version and keeps no lots by slot"
        raise DataError([Problem("campaigns", rule, hint="Plan it again.")])
    works = _works(hub, clock, supply, params or Params())
    home = next(work for work in works if work.shop == rows["shop"][0])
    job = next(job for job in home.jobs if job.name == campaign)
    start = rows["start"].to_numpy().astype("datetime64[us]")
    job.not_before = float(home.axis.worked(start)[0]) + hours
    own = supply.lots["campaign"].unique().implode()
    come = supply.receipts.filter(~pl.col("source").is_in(own))
    return replace(supply, **outcome(hub, needs, clock, works, come))


def _works(hub: Hub, clock: WorkingTime, supply: Supply, params: Params) -> list[ShopWork]:
    """Return the campaigns of all shops as they were planned."""
    parts = {part.part: part for part in made_parts(hub, clock.line.dates[0])[0]}
    taken = set(supply.coverage["part"].unique().to_list())
    works, problems = [], []
    for shop, count in supply.shops.select("shop", "slots").iter_rows():
        own = supply.lots.filter(pl.col("shop") == shop)
        names = [name for name, part in parts.items() if part.shop == shop and name in taken]
        axis = clock.shop(shop)
        setups = setup_hours(hub, shop, names)
        slots = slots_of(axis, max(params.slot_hours, float(setups.max())))
        if len(slots.begins) != count:
            rule = f"the plan has {count} slots of shop {shop}, not {len(slots.begins)}"
            problems.append(Problem("campaigns", rule, hint="Give the parameters of the plan."))
            continue
        works.append(planned_work(shop, axis, slots, parts, own))
    if problems:
        raise DataError(problems)
    return works


def late_orders(needs: Needs, clock: WorkingTime, supply: Supply, late: Supply) -> pl.DataFrame:
    """Return the orders that a late campaign hits: that wait, or wait longer than planned.

    Parameters
    ----------
    needs : Needs
        What the cars need.
    clock : WorkingTime
        Working time.
    supply : Supply
        The plan.
    late : Supply
        The plan with the delay, of `delay_campaign`.

    Returns
    -------
    polars.DataFrame
        ``order``, ``model``, ``date`` (its working day), ``line``, ``part``, ``needed``,
        ``available`` (null: not within the days of the plan), ``hours_late`` (working hours of its
        line; null alike), ``campaign`` (or delivery) through which it waits, and ``planned``
        (until when it would wait in the plan; null: not at all), in the order of need.
    """
    key = ["order", "part"]
    cars = needs.uses.select("order", "model", "date", "line").unique("order", maintain_order=True)
    before = supply.hits.select(
        *key, pl.lit(True).alias("waits"), pl.col("available").alias("planned")
    )
    hits = late.hits.join(cars, on="order", how="inner", maintain_order="left").join(
        before, on=key, how="left", maintain_order="left"
    )
    worse = (
        pl.col("waits").is_null()
        | (pl.col("available") > pl.col("planned"))
        | (pl.col("available").is_null() & pl.col("planned").is_not_null())
    )
    hits = hits.filter(worse).sort("needed", "order", "part", maintain_order=True)
    lost = np.zeros(hits.height)
    for line, axis in clock.lines.items():
        own = (hits["line"] == line).to_numpy()
        needed, come = (
            axis.worked(hits[name].to_numpy()[own].astype("datetime64[us]"))
            for name in ("needed", "available")
        )
        lost[own] = come - needed
    late_by = pl.Series("hours_late", np.round(lost, 4), dtype=pl.Float64)
    hours = pl.when(pl.col("available").is_not_null()).then(late_by).alias("hours_late")
    return hits.with_columns(hours).select([pl.col(name).cast(kind) for name, kind in LATE.items()])
