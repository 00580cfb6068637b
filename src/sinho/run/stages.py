"""The stages of a run as calls: what each is given, and what is kept of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from sinho.errors import DataError
from sinho.hub import Hub
from sinho.results import DaySlots, LineDay, MonthPlan, Orders
from sinho.results.orders import with_former
from sinho.run import former
from sinho.run.horizon import corridor, lots_of_lines
from sinho.run.params import RunParams
from sinho.stop import Report

if TYPE_CHECKING:
    from sinho.materials import LateExplanation
    from sinho.run.found import DayRun
    from sinho.slot import SlotParams


def orders(hub: Hub, made: MonthPlan, params: RunParams) -> Mapping[str, Any]:
    """Return the order bank with the days and the cars due."""
    from sinho.run.bank import bank_of

    slots = former.slots(params)
    return {**bank_of(hub, made, params), **({} if slots is None else {"former": slots})}


def slot(
    hub: Hub,
    made: MonthPlan,
    line: pl.DataFrame,
    bank: Orders,
    due: pl.DataFrame,
    before: DaySlots | None,
    params: SlotParams,
    run_params: RunParams,
    report: Report,
) -> DaySlots:
    """Give every order its day, from the slots of the run before."""
    from sinho.slot import SlotInput, wished_days
    from sinho.slot import slot as slot_orders
    from sinho.slot.hub import hours_of

    data = SlotInput.from_hub(hub, bank, line, params=params)
    if before is not None:
        data = replace(data, orders=with_former(data.orders, before.slots))
    known = bank.origin != "generated" or before is not None
    wished = wished_days(data) if known else None
    lots = lots_of_lines(hub, made, line)
    if known:  # a bank of other orders may have fewer than the plan
        lots = lots.with_columns(pl.lit(0.0).alias("least"))
    months = pl.concat([corridor(bank.table, due, wished), lots], how="diagonal")
    return slot_orders(
        replace(data, corridor=months),
        hours=hours_of(line),
        iterations=run_params.slot_iterations,
        seed=run_params.seed,
        threads=1,
        progress=report,
    )


def first_params(hub: Hub, days: pl.DataFrame, before: DaySlots | None) -> SlotParams:
    """Return the parameters of a run's slotting: days that no earlier run reaches are not frozen.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    days : polars.DataFrame
        The ``date`` of each day of the run.
    before : DaySlots or None
        The slots of the earlier run.
    """
    given = slot_params(hub)
    if before is None:
        return given
    reached = days.filter(pl.col("date") <= before.days["date"].max())["date"].n_unique()
    return replace(given, frozen_days=min(given.frozen_days, reached))


def slot_params(hub: Hub, kept: Mapping[str, Any] | None = None) -> SlotParams:
    """Return the parameters of slotting: those that a run kept, else the hub's."""
    from sinho.slot import SlotParams

    given = (kept or {}).get("params")
    return SlotParams.from_hub(hub) if given is None else SlotParams(**given)


def why_day(run: DayRun, order: str) -> tuple[str, ...]:
    """Say why an order is built on its day, with the parameters and former slots of the run."""
    from sinho.slot import explain_order

    said = explain_order(run.hub, run.orders, run.slots, order, **_given(run))
    for one in reversed(run.revisions):
        if order in one["moves"]:
            day = one["moves"][order]
            how = f"put it on {day}" if day else f"took it out of {one['date']}"
            return (f"A revision of {one['date']} {how} ({one['asked']}).", *said)
    return tuple(said)


def short_of(run: DayRun, date: dt.date) -> tuple[str, ...]:
    """Say what a day is short of, and which orders would rather be built on it."""
    from sinho.run.past import of_earlier_day
    from sinho.slot import explain_day

    gone = of_earlier_day(run, date)
    if gone is not None:
        raise DataError([gone])
    return tuple(explain_day(run.hub, run.orders, run.slots, date, **_given(run)))


def moved(run: DayRun, days: Mapping[str, LineDay | None]) -> DaySlots:
    """Return the slots of a run with some orders on other days, or on none."""
    from sinho.slot import move_orders

    return move_orders(run.hub, run.orders, run.slots, days, **_given(run))


def _given(run: DayRun) -> dict[str, Any]:
    """Return what slotting was given besides the hub's tables."""
    return {
        "params": slot_params(run.hub, run.stages.get("slot")),
        "former": run.former,
    }


def late_campaign(run: DayRun, campaign: str, hours: float) -> LateExplanation:
    """Say what follows when a campaign of a run starts late."""
    from sinho.materials import Input, LateCampaign, Params, Result, explain

    given = Input.from_run(run.hub, run.plan, run.days, run.slots.slots)
    kept = Result(given, Params.from_hub(run.hub), run.needs, run.supply, run.calls)
    return explain(kept, LateCampaign(campaign, hours))
