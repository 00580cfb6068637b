"""The order bank of a run: read, made of the plan, or gone on with from an earlier run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from sinho.banks import DayRoom
from sinho.errors import DataError, Problem
from sinho.hub import Hub
from sinho.hub.calendar import line_days
from sinho.hub.lines import lines_of
from sinho.hub.vin import needs_maker
from sinho.orders import Input, Params, solve
from sinho.results import DaySlots, MonthPlan, Orders
from sinho.run import former
from sinho.run.former import Earlier, Known, known_of
from sinho.run.horizon import run_dates
from sinho.run.line import windows_reach
from sinho.run.linedays import at_rest, lasting, line_capacity, unspread
from sinho.run.params import RunParams
from sinho.units import next_month

ONE_DAY = dt.timedelta(days=1)
SHOWN = 5
"""Orders that a warning names."""


def day_room(hub: Hub, days: pl.DataFrame) -> DayRoom:
    """Return what days can build, as slotting sees it.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    days : polars.DataFrame
        ``date`` and ``capacity`` [car equivalents], by ``shop`` where it is known.
    """
    from sinho.slot import Input as Slotted

    nothing = Orders(pl.DataFrame(), "read")
    given = Slotted.from_hub(hub, nothing, days)
    routes = given.routes.select("model", "line", "start", "load")
    return DayRoom(given.days, given.loads, given.limits, given.uses, given.passes, routes)


def limits_room(hub: Hub, dates: Sequence[dt.date]) -> DayRoom:
    """Return the limits of days whose capacity is not known."""
    rows = [
        (date, line.name, float("inf"))
        for line in lines_of(hub)
        for date in (line_days(hub, min(dates), max(dates), line) if dates else ())
        if date in dates
    ]
    schema = {"date": pl.Date, "line": pl.String, "capacity": pl.Float64}
    endless = pl.DataFrame(rows, schema=schema, orient="row").sort("date", maintain_order=True)
    return replace(day_room(hub, endless), planned=False)


def fixed_room(hub: Hub, made: MonthPlan | None, dates: Sequence[dt.date]) -> DayRoom:
    """Return what days can build; no more is known than their limits of those without a plan.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    made : MonthPlan or None
        Its plan.
    dates : sequence of datetime.date
        Working days; those beyond the hub's horizon have no plan.
    """
    room = limits_room(hub, dates)
    if made is None:
        return room
    planned = [date for date in dates if in_horizon(hub, date)]
    known = day_room(hub, line_capacity(hub, made, planned))
    shops = known.limits.filter(pl.col("kind") == "shop")
    return replace(known, limits=pl.concat([room.limits, shops]))


def in_horizon(hub: Hub, date: dt.date) -> bool:
    """Return whether the hub's plan has a day."""
    return hub.settings.start <= date < next_month(hub.settings.end)


def check_bank(hub: Hub, params: RunParams) -> None:
    """Refuse a bank with faults, or without orders, before the plan takes its time.

    All is looked at but the hours of the days, which need the plan: a refusal of orders says so
    where some of them are fixed.
    """
    dates = run_dates(hub, params.first, params.days)
    earlier = former.earlier(params, dates[0], windows_reach(hub))
    room = limits_room(hub, dates)
    bank = _read(hub, params, earlier, room)
    if bank is None:
        needs_maker(hub)
    else:
        solve(Input.from_bank(hub, bank, taken=_taken(earlier)), Params(vins=True))
    if earlier is None or not _goes_on(hub, params):
        return
    if dates[0] < earlier.first:
        rule = f"the run begins before the earlier one, whose orders begin on {earlier.first}"
        hint = "Begin no earlier, or name the order bank by --orders."
        raise DataError([Problem("--from", rule, value=str(params.first), hint=hint)])
    solve(Input.from_bank(hub, earlier.bank, room=room))


def bank_of(hub: Hub, made: MonthPlan, params: RunParams) -> Mapping[str, Any]:
    """Read the orders, make them, or go on with those of the earlier run.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    made : MonthPlan
        Its plan.
    params : RunParams
        What the run is asked for.

    Returns
    -------
    mapping of str to object
        ``orders``, ``known``, ``days``, ``line`` (the days by shop), ``due`` (cars of the plan
        in these days) and, behind an earlier run, ``before`` (the last cars before the first day)
        and ``lines`` (its sequences from the first day on).

    Raises
    ------
    DataError
        When orders have faults, do not fit into the days on which they are fixed, or there are
        none.
    """
    dates = run_dates(hub, params.first, params.days)
    line = line_capacity(hub, made, dates)
    earlier = former.earlier(params, dates[0], windows_reach(hub))
    planned = Input.from_plan(hub, made, dates[0], dates[-1], days=line)
    generated = solve(planned, seed=params.seed).orders
    due, room = generated.lost, day_room(hub, line)
    read = _read(hub, params, earlier, room)
    if read is not None:
        bank, reach = read, None
    elif earlier is None:
        bank, reach = generated, dates[-1]
    elif earlier.bank.origin == "read":
        bank, reach = earlier.bank, None
    else:
        reach = max(earlier.reach or dates[-1], dates[-1])
        bank = _topped_up(hub, made, earlier, dates, params.seed)
        due = _counted(due, bank.table)
    _refuse_none(bank, params, dates)
    judged = room if earlier is not None and read is None else None
    named = Input.from_bank(hub, bank, room=judged, taken=_taken(earlier))
    bank = solve(named, Params(vins=True)).orders
    warnings = [
        *former.other_scenario(params),
        *former.days_between(hub, params, dates[0]),
        *former.not_counted(hub, params, dates[0]),
        *_outside(bank.table, dates),
        *unspread(hub, made, line),
        *at_rest(hub, line),
        *lasting(hub, made, line),
    ]
    if earlier is not None and read is None and bank.origin == "read":
        warnings.append(
            f"no order bank is named: it is that of the earlier run, {len(bank):,} orders that it "
            "has not built; name a newer one by --orders"
        )
    known = Known(known_of(earlier, bank.table), reach, tuple(warnings))
    days = line.filter("point").drop("point")
    found = {"orders": bank, "known": known, "days": days, "line": line, "due": due}
    if earlier is None:
        return found
    return found | {"before": earlier.last, "lines": earlier.lines}


def _taken(earlier: Earlier | None) -> pl.DataFrame | None:
    """Return the cars whose numbers and VINs are taken."""
    return None if earlier is None else earlier.cars


def _goes_on(hub: Hub, params: RunParams) -> bool:
    """Return whether the bank is that of the earlier run."""
    return params.orders is None and hub["orders"].is_empty()


def _read(hub: Hub, params: RunParams, earlier: Earlier | None, room: DayRoom) -> Orders | None:
    """Read the orders of the file, else of the hub, but for those that are built."""
    if _goes_on(hub, params):
        return None
    bank = solve(Input.from_bank(hub, params.orders or hub, room=room)).orders
    where = params.orders.name if params.orders else "table orders"
    if not len(bank):
        hint = "Give orders, or leave the bank out: orders are then made of the plan."
        raise DataError([Problem(where, "the order bank has no orders", hint=hint)])
    if earlier is None:
        return bank
    left = bank.table.join(earlier.built, on="order", how="anti", maintain_order="left")
    if left.is_empty():
        rule = f"all {len(bank):,} orders are built before {params.first} by the earlier run"
        raise DataError([Problem(where, rule, hint="Give the orders that are to come.")])
    return replace(bank, table=left)


def _topped_up(
    hub: Hub, made: MonthPlan, earlier: Earlier, dates: Sequence[dt.date], seed: int
) -> Orders:
    """Go on with the earlier bank: make the orders of the days that it does not reach."""
    after = max(earlier.reach or dates[0] - ONE_DAY, dates[0] - ONE_DAY)
    if after >= dates[-1]:
        return earlier.bank
    periods = made.tables["periods"].filter(pl.col("start") <= dates[-1])
    whole = line_days(hub, periods["start"][0], periods["end"][-1])
    days = line_capacity(hub, made, whole)
    more = Input.from_earlier(
        hub, earlier.bank, made, days, after=after, last=dates[-1], taken=earlier.cars
    )
    return solve(more, seed=seed).orders


def _counted(due: pl.DataFrame, bank: pl.DataFrame) -> pl.DataFrame:
    """Return the cars due with the orders that the bank has for them."""
    keys = ["model", "market", "month"]
    there = bank.group_by(keys).agg(pl.len().cast(pl.Int64).alias("there"))
    return (
        due.join(there, on=keys, how="left", maintain_order="left")
        .with_columns(pl.col("there").fill_null(0).alias("orders"))
        .drop("there")
    )


def _refuse_none(bank: Orders, params: RunParams, dates: Sequence[dt.date]) -> None:
    if len(bank):
        return
    rule = f"there is no order for the days of the run, {dates[0]} to {dates[-1]}"
    hint = "The plan builds nothing in them: choose other days, or give orders by --orders."
    if params.former:
        hint = "The earlier run builds all of its own: give those that are to come by --orders."
    raise DataError([Problem("order bank", rule, hint=hint)])


def _outside(bank: pl.DataFrame, dates: Sequence[dt.date]) -> list[str]:
    """Warn of orders that are fixed on other days than those of the run."""
    fixed = bank.drop_nulls("fixed").filter(~pl.col("fixed").is_in(list(dates)))
    rule = f"fixed outside the days of the run, {dates[0]} to {dates[-1]}, and not built in it"
    return _fixed(fixed, rule)


def without_fixed_day(bank: pl.DataFrame, slots: DaySlots) -> list[str]:
    """Warn of orders that are fixed on a day of the run and found no place on it.

    Parameters
    ----------
    bank : polars.DataFrame
        The order bank.
    slots : DaySlots
        The day of each order.
    """
    homeless = slots.slots.filter(pl.col("date").is_null()).select("order")
    fixed = bank.filter(pl.col("fixed").is_in(slots.days["date"].implode()))
    lost = fixed.join(homeless, on="order", how="semi", maintain_order="left")
    rule = "fixed on a day of the run whose limits others fill, those of frozen days first, and"
    return _fixed(lost, f"{rule} not built in it (`sinho why` says what fills it)")


def taken_out(
    revisions: Sequence[Mapping[str, Any]], slots: DaySlots
) -> tuple[list[str], list[str]]:
    """Return the orders that revisions took out of their days and that have none, and warnings."""
    homeless = {*slots.slots.filter(pl.col("date").is_null())["order"]}
    day = {order: one["date"] for one in revisions for order in one["moves"] if order in homeless}
    if not day:
        return [], []
    first = ", ".join(f"{order} ({date})" for order, date in list(day.items())[:SHOWN])
    more = f" and {len(day) - SHOWN:,} more" if len(day) > SHOWN else ""
    counted = "1 order was" if len(day) == 1 else f"{len(day):,} orders were"
    return [*day], [
        f"{counted} taken out of the day by a revision and built on no day of the run: "
        f"{first}{more}; the next run gives a day to what is in its order bank"
    ]


def _fixed(orders: pl.DataFrame, rule: str) -> list[str]:
    """Return a warning of fixed orders, the first of them by their rows; none without orders."""
    if orders.is_empty():
        return []
    first = [f"{row['source']} ({row['fixed']})" for row in orders.head(SHOWN).to_dicts()]
    more = orders.height - len(first)
    listed = ", ".join(first) + (f" and {more:,} more" if more else "")
    counted = "1 order is" if orders.height == 1 else f"{orders.height:,} orders are"
    return [f"{counted} {rule}: {listed}"]
