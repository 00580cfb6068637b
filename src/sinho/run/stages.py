"""The stages of a run as calls: what each is given, and what is kept of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from sinho.errors import DataError
from sinho.hub import Hub
from sinho.results import DaySlots, LineDay, MonthPlan, Orders, Sequence
from sinho.results.sequence import places
from sinho.run import former
from sinho.run.horizon import corridor, lots_of_lines, splits_of_lines
from sinho.run.params import RunParams

if TYPE_CHECKING:
    from sinho.materials import LateExplanation
    from sinho.run.found import DayRun
    from sinho.ship import Input as ShipInput
    from sinho.simulate import Input as SimulateInput
    from sinho.slot import Input, Params


def orders(hub: Hub, made: MonthPlan, params: RunParams) -> Mapping[str, Any]:
    """Return the order bank with the days and the cars due."""
    from sinho.run.bank import bank_of

    slots = former.slots(params)
    return {**bank_of(hub, made, params), **({} if slots is None else {"former": slots})}


def slotted(
    hub: Hub,
    made: MonthPlan,
    line: pl.DataFrame,
    bank: Orders,
    due: pl.DataFrame,
    before: DaySlots | None,
    params: Params,
) -> Input:
    """Return what slotting is given: orders, days, the cars of the plan and the former slots."""
    from sinho.slot import Input, explain

    given = Input.from_hub(hub, bank, line, params=params, former=before)
    known = bank.origin != "generated" or before is not None
    wished = explain(given, "wished days") if known else None
    lots = lots_of_lines(hub, made, line)
    if known:  # a bank of other orders may have fewer than the plan
        lots = lots.with_columns(pl.lit(0.0).alias("least"))
    months = pl.concat([corridor(bank.table, due, wished), lots], how="diagonal")
    splits = splits_of_lines(hub, made, line, bank.table, due, wished)
    return replace(given, corridor=months).split(splits)


def first_params(hub: Hub, days: pl.DataFrame, before: DaySlots | None) -> Params:
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
    from sinho.slot import Params

    given = Params.from_hub(hub)
    if before is None:
        return given
    reached = days.filter(pl.col("date") <= before.days["date"].max())["date"].n_unique()
    return replace(given, frozen_days=min(given.frozen_days, reached))


def why_day(run: DayRun, order: str) -> tuple[str, ...]:
    """Say why an order is built on its day, with the parameters and former slots of the run."""
    from sinho.slot import Question, explain

    said = explain(run.slots, Question(_slotted(run), order))
    for one in reversed(run.revisions):
        if order in one["moves"]:
            day = one["moves"][order]
            how = f"put it on {day}" if day else f"took it out of {one['date']}"
            return (f"A revision of {one['date']} {how} ({one['asked']}).", *said)
    return tuple(said)


def short_of(run: DayRun, date: dt.date) -> tuple[str, ...]:
    """Say what a day is short of, and which orders would rather be built on it."""
    from sinho.run.past import of_earlier_day
    from sinho.slot import Question, explain

    gone = of_earlier_day(run, date)
    if gone is not None:
        raise DataError([gone])
    return tuple(explain(run.slots, Question(_slotted(run), date)))


def moved(run: DayRun, days: Mapping[str, LineDay | None]) -> DaySlots:
    """Return the slots of a run with some orders on other days, or on none."""
    from sinho.slot import Moves, explain

    return explain(run.slots, Moves(_slotted(run), days))


def _slotted(run: DayRun) -> Input:
    """Return what the slots of a run were made of."""
    from sinho.slot import Input, Params

    kept = run.stages.get("slot", {}).get("params")
    params = Params.from_hub(run.hub) if kept is None else Params.load(kept)
    return Input.from_slots(run.hub, run.orders, run.slots, params, run.former)


def late_campaign(run: DayRun, campaign: str, hours: float) -> LateExplanation:
    """Say what follows when a campaign of a run starts late."""
    from sinho.materials import Input, LateCampaign, Params, Result, explain

    given = Input.from_run(run.hub, run.plan, run.days, run.slots.slots)
    kept = Result(given, Params.from_hub(run.hub), run.needs, run.supply, run.calls)
    return explain(kept, LateCampaign(campaign, hours))


def shipping(
    hub: Hub,
    bank: Orders,
    slots: DaySlots,
    made: pl.DataFrame,
    params: RunParams,
    chances: pl.DataFrame | None = None,
) -> ShipInput:
    """Return the cars of a run that go overseas, with the days on which they can leave.

    Parameters
    ----------
    hub, bank, slots
        The hub, the orders and their days.
    made : polars.DataFrame
        As `line_off` gives it.
    params : RunParams
        What the run is asked for: its first day, and the run behind which it goes on.
    chances : polars.DataFrame, optional
        ``order``, ``date`` and ``chance`` of being off the line by its end, where the run's days
        are simulated.
    """
    from sinho.ship import Input

    days = slots.slots.drop_nulls("date").select("order", "date", "ready")
    cars = bank.table.select("order", "model", "market", "wanted").join(
        days, on="order", maintain_order="left"
    )
    cars = cars.join(made, on="order", how="left", maintain_order="left")
    left = former.waiting(params, params.first)
    ready = None
    if chances is not None:
        lead = pl.duration(days=int(hub.slotting["lead_days"]))
        ready = chances.select(pl.col("order").alias("car"), pl.col("date") + lead, "chance")
    return Input.from_run(hub, cars, params.first, chance=ready, waiting=left)


def line_off(
    hub: Hub, plan: MonthPlan, days: pl.DataFrame, sequences: Mapping[LineDay, Sequence]
) -> pl.DataFrame:
    """Return ``order`` and ``moment`` of line-off, by the cars' places in the sequences.

    Parameters
    ----------
    hub, plan, days
        The hub, the plan, and the days of its lines.
    sequences : mapping of LineDay to Sequence
        The order of the cars of each day.
    """
    from sinho.materials import Input

    cars = places(sequences).rename({"date": "day"})
    if cars.is_empty():
        return pl.DataFrame(schema={"order": pl.String, "moment": pl.Datetime("us")})
    clock = Input.from_run(hub, plan, days, pl.DataFrame()).clock
    return former.with_moments(clock, cars, end=True).select("order", "moment")


def simulating(
    hub: Hub,
    made: MonthPlan,
    bank: Orders,
    slots: DaySlots,
    sequences: Mapping[LineDay, Sequence],
    **more: Any,
) -> SimulateInput:
    """Return the cars of a run in their sequences, and the plant through which they go.

    Parameters
    ----------
    hub, made, bank, slots, sequences
        What the run found.
    **more
        As `sinho.simulate.Input.from_run`.
    """
    from sinho.simulate import Input

    cars = places(sequences).join(
        bank.table.select("order", "model", "colour", "options", "wanted"),
        on="order",
        maintain_order="left",
    )
    vessels = slots.slots.select("order", "vessel")
    whole = cars.join(vessels, on="order", how="left", maintain_order="left")
    return Input.from_run(hub, whole, plan=made, **more)


def as_manned(hub: Hub, basis: Mapping[str, Any]) -> Hub:
    """Return the hub of a run as it was before its shops got their demonstrated availability.

    What is simulated stops by the hub's own tables; it would stop twice.
    """
    if not basis:
        return hub
    from sinho.run.demonstrated import available

    return available(hub, {row["shop"]: row["availability"] for row in basis["rates"]})


def simulate_given(run: DayRun, **more: Any) -> SimulateInput:
    """Return what a finished run is simulated of, as `simulating`."""
    hub = as_manned(run.hub, run.demonstrated)
    return simulating(hub, run.plan, run.orders, run.slots, run.sequences, **more)


def ship_given(run: DayRun) -> ShipInput:
    """Return what the voyages of a finished run were made of."""
    made = line_off(run.hub, run.plan, run.days, run.sequences)
    return shipping(run.hub, run.orders, run.slots, made, run.params, run.chances)
