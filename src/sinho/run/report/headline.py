"""What a run comes to: key figures as tiles with their trend, and sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import polars as pl

from sinho.errors import counted
from sinho.report.amounts import number_text, scale_of
from sinho.report.tiles import Tile, Trend
from sinho.results import DaySlots
from sinho.run.found import DayRun
from sinho.run.report.axis import label_format
from sinho.run.report.tables import COST_UNIT, HUNDRED, daily, share, vessel_missed


def run_tiles(run: DayRun) -> list[Tile]:
    """Return the key figures of a run as tiles, with their way from day to day.

    Parameters
    ----------
    run : DayRun
        The run.
    """
    slots, supply = run.slots, run.supply
    days = (
        daily(run)
        .group_by("date", maintain_order=True)
        .agg(pl.col("built", "load", "capacity", "late").sum())
    )
    dates = days["date"].to_list()
    late = run.cars.filter(pl.col("late_days") > 0)
    missed = late.filter(vessel_missed(run)).height
    shares = (HUNDRED * days["load"] / days["capacity"]).fill_nan(0.0).fill_null(0.0)
    load, capacity = float(days["load"].sum()), float(days["capacity"].sum())
    used = HUNDRED * load / capacity if capacity > 0 else 0.0
    hard: dict[dt.date, float] = {}
    for day, one in run.sequences.items():
        hard[day.date] = hard.get(day.date, 0.0) + float(one.score.hard)
    waits = [
        f"{count:,} {what}"
        for count, what in ((slots.unslotted, "find no day"), (slots.later, "wait for a later run"))
        if count
    ]
    factor, unit = scale_of(supply.cost, run.plan.currency)
    parts = supply.shortages["part"].n_unique()
    return [
        Tile(
            "cars built",
            f"{int(days['built'].sum()):,}",
            "cars",
            f"of {run.cars.height:,} orders" + "".join(f"; {text}" for text in waits),
            _by_day(run, dates, days["built"].to_list()),
        ),
        Tile(
            ("lines'" if len(run.line_names) > 1 else "line's") + f" hours used, {run.basis}",
            f"{used:.1f}",
            "%",
            "load / capacity of all days",
            _by_day(run, dates, shares.to_list()),
        ),
        Tile(
            "cars late",
            f"{late.height:,}",
            "cars",
            f"{missed:,} of them with a later vessel" if missed else "no vessel is missed",
            _by_day(run, dates, days["late"].to_list()),
        ),
        Tile(
            "hard rules broken",
            f"{sum(hard.values()):,.0f}",
            "times",
            "in the sequences of all days",
            _by_day(run, list(hard), list(hard.values())),
        ),
        Tile(
            "parts that run out",
            f"{parts:,}",
            "parts",
            f"{supply.orders_hit:,} orders wait for them" if parts else "every car has its parts",
        ),
        Tile(
            "cost of campaigns and stock",
            number_text(supply.cost * factor),
            unit,
            f"{supply.campaigns.height:,} campaigns, gap {share(supply.gap)}",
        ),
    ]


def _by_day(run: DayRun, dates: Sequence[dt.date], values: Sequence[float]) -> Trend:
    """Return how a figure goes from day to day."""
    named = zip(dates, values, strict=True)
    return Trend(tuple((f"{day:{label_format(run)}}", float(value)) for day, value in named), "day")


def headline(run: DayRun) -> list[str]:
    """Return what a run comes to, in sentences."""
    cars, slots = run.cars, run.slots
    dated = cars["date"].drop_nulls()
    late = cars.filter(pl.col("late_days") > 0)
    missed = late.filter(vessel_missed(run))
    hard = sum(one.score.hard for one in run.sequences.values())
    first, last = run.days["date"][0], run.days["date"][-1]
    said = [
        f"{cars.height:,} orders ({run.orders.origin}), {len(dated):,} of them built on "
        f"{_days(dated.n_unique(), run.days['date'].n_unique())} from {first} to {last}"
        + (f"; {slots.unslotted:,} find no day" if slots.unslotted else "")
        + (f"; {slots.later:,} are wanted so late that they wait" if slots.later else "")
        + ".",
        *_by_line(run),
        *([f"Rates of shops: {run.demonstrated['origin']}."] if run.demonstrated else []),
        _lateness(late.height, missed.height, slots.unslotted),
        *_moved(run),
        f"Slots cost {slots.cost:,.0f} {COST_UNIT} (weights of table slotting); no slotting of "
        f"these orders costs less than {slots.bound:,.0f} (gap {share(slots.gap)}).",
        *([_broken(slots)] if slots.broken else []),
        "Every sequence keeps its hard rules."
        if hard == 0
        else f"Sequences break hard rules {hard:,} times.",
    ]
    supply = run.supply
    short = _shortness(supply.shortages["part"].n_unique(), supply.orders_hit)
    count = supply.campaigns.height
    said.append(f"{count:,} campaign{'' if count == 1 else 's'} of the own shops; {short}")
    return said


def _by_line(run: DayRun) -> list[str]:
    """Say what each of several lines builds, and on how many days."""
    if len(run.line_names) == 1:
        return []
    built = run.cars.drop_nulls("date").group_by("line").agg(pl.len(), pl.col("date").n_unique())
    known = {line: (cars, days) for line, cars, days in built.iter_rows()}
    each = []
    for line in run.line_names:
        cars, days = known.get(line, (0, 0))
        worked = run.days.filter(pl.col("line") == line).height
        each.append(f"{line} builds {cars:,} on {_days(days, worked)}")
    return ["; ".join(each) + "."]


def _moved(run: DayRun) -> list[str]:
    """Say how many orders leave the day that they had before, where any had one."""
    moved = int(run.slots.slots["moved"].sum())
    if not moved and not (run.slots.slots["zone"] == "frozen").any():
        return []
    leave = "order leaves the day that it" if moved == 1 else "orders leave the day that they"
    return [f"{moved:,} {leave} had before."]


def _days(built: int, worked: int) -> str:
    """Say on how many of the working days cars are built."""
    days = counted(worked, "working day")
    return days if built == worked else f"{built} of {days}"


def _broken(slots: DaySlots) -> str:
    """Say how many units lie beyond hard limits, and what months are short of."""
    months = slots.counters.filter(pl.col("count") < pl.col("least"))
    short = float((months["least"] - months["count"]).sum())
    said = []
    if slots.broken > short + 0.5:
        said.append(f"{slots.broken - short:,.0f} units lie beyond hard limits of the days")
    if short:
        said.append(f"months build {short:,.0f} cars less than the plan's least")
    return "; ".join(said).capitalize() + "."


def _shortness(parts: int, orders: int) -> str:
    """Say how many parts run out, and how many orders wait for them."""
    if not parts:
        return "no part runs out."
    out = "1 part runs" if parts == 1 else f"{parts:,} parts run"
    hit = "1 order is" if orders == 1 else f"{orders:,} orders are"
    return f"{out} out, {hit} hit."


def _lateness(late: int, missed: int, without: int) -> str:
    """Say how many cars leave late."""
    if not late:
        cars = "Every car that has a day" if without else "Every car"
        return f"{cars} leaves by the day wanted."
    cars = "1 car leaves" if late == 1 else f"{late:,} cars leave"
    vessels = f", {missed:,} of them with a later vessel" if missed else ""
    return f"{cars} after the day wanted{vessels}."
