"""The commands that check or make an order bank, and that read a VIN."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import typer

from sinho.cli.base import print_json, problem_json, writable
from sinho.cli.inputs import chosen, load
from sinho.cli.progress import wait
from sinho.cli.show import counted, print_frame, print_problems, print_rows, print_text
from sinho.errors import DataError, Infeasible, Problem
from sinho.hub.calendar import line_days
from sinho.orders import (
    DayRoom,
    assign_vins,
    by_week,
    cars_by_market,
    check_vin,
    colours_table,
    count_by,
    decode_vin,
    earlier_cars,
    generate_orders,
    rates_table,
    write_orders,
)
from sinho.orders.read import orders_and_warnings
from sinho.orders.vin import TAKEN_SCHEMA
from sinho.orders.write import FORMATS
from sinho.run import BASE, scenario_names
from sinho.units import month_range, next_month

if TYPE_CHECKING:
    from sinho.hub import Hub
    from sinho.results import MonthPlan, Orders

COUNTRY_LETTERS = 2
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """What orders are asked for, as typed."""

    scenario: str | None
    read: Path | None
    first: str | None
    months: int
    seed: int
    vins: bool
    after: tuple[Path, ...]
    seconds: float | None


def orders(path: Path, asked: Asked, out: Path | None, *, force: bool, as_json: bool) -> None:
    """Check or make orders, print what they are, and write them."""
    from sinho.hub import apply_scenario

    writable("--out", out, FORMATS, force=force)
    if asked.after and not asked.vins:
        raise typer.BadParameter("it says which VINs are taken: add --vins.", param_hint="--after")
    taken = _taken(asked.after)
    hub = load(path)
    if asked.scenario is not None:
        chosen("--scenario", asked.scenario, scenario_names(hub), "scenario")
        if asked.scenario != BASE or BASE in hub.scenarios:
            hub = apply_scenario(hub, asked.scenario)
    warnings: tuple[Problem, ...] = ()
    if asked.read is not None or (hub["orders"].height and asked.first is None):
        bank, warnings = _read(hub, asked.read, asked.seconds)
    else:
        bank = _made(hub, asked)
    if asked.vins:
        bank = assign_vins(hub, bank, taken=taken)
    written = write_orders(bank, out, force=force) if out is not None else None
    if as_json:
        record = _record(hub, bank, asked, written)
        print_json({**record, "warnings": [problem_json(problem) for problem in warnings]})
        return
    _print(hub, bank, asked)
    print_problems(warnings)
    print(
        f"Written: {written}" if written else "Nothing was written; --out FILE writes the orders."
    )


def _taken(banks: tuple[Path, ...]) -> pl.DataFrame | None:
    """Return the cars of earlier banks and runs, whose VINs are taken."""
    from sinho.run.former import cars_of

    found = [
        cars_of(path).select(list(TAKEN_SCHEMA)) if path.is_dir() else earlier_cars(path)
        for path in banks
    ]
    return pl.concat(found) if found else None


def _read(hub: Hub, path: Path | None, seconds: float | None) -> tuple[Orders, tuple[Problem, ...]]:
    """Read the orders of a file, or the hub's own, with warnings."""
    from sinho.run.bank import limits_room

    source = path or hub
    where = str(path or "table orders")

    def read(room: DayRoom | None) -> tuple[Orders, tuple[Problem, ...]]:
        return wait(
            lambda _stop, _report: orders_and_warnings(source, hub, capacity=room),
            f"reading {where}",
            all_or_nothing=True,
        )

    whole = line_days(hub, hub.settings.start, next_month(hub.settings.end) - ONE_DAY)
    bank, warnings = read(limits_room(hub, whole))
    dates = bank.table["fixed"].drop_nulls().unique().sort().to_list()
    if not dates:
        return bank, warnings
    room, unchecked = _room(hub, where, dates, seconds)
    bank, warnings = read(room)
    return bank, (*warnings, *unchecked)


def _room(
    hub: Hub, where: str, dates: list[dt.date], seconds: float | None
) -> tuple[DayRoom, list[Problem]]:
    """Return what the days can build on which orders are fixed, and what is not known of them."""
    from sinho.run.bank import fixed_room, in_horizon

    unchecked: list[Problem] = []
    beyond = [date for date in dates if not in_horizon(hub, date)]
    if beyond:
        rule = (
            "orders are fixed on days beyond the hub's horizon, whose capacity is not known: "
            f"{counted(len(beyond), 'day')} from {beyond[0]} to {beyond[-1]}"
        )
        unchecked.append(Problem(where, rule, column="fixed", severity="warning"))
    plan = None
    if len(beyond) < len(dates):
        try:
            plan = _planned(hub, seconds)
        except Infeasible as error:
            rule = "the months cannot be planned, so it was not checked whether the days can "
            rule += f"build the orders fixed on them: {'; '.join(error.rules)}"
            unchecked.append(Problem(where, rule, column="fixed", severity="warning"))
    return fixed_room(hub, plan, dates), unchecked


def _planned(hub: Hub, seconds: float | None) -> MonthPlan:
    """Plan the months of a hub."""
    from sinho.plan import plan_months

    return wait(
        lambda stop, report: plan_months(hub, stop=stop, progress=report), "planning", seconds
    )


def _made(hub: Hub, asked: Asked) -> Orders:
    """Plan the hub and make orders of the plan."""
    first, last = _days(hub, asked)
    plan = _planned(hub, asked.seconds)
    made = cars_by_market(plan.tables["make"], plan.tables["ship"])
    return generate_orders(hub, made, first=first, last=last, seed=asked.seed)


def _days(hub: Hub, asked: Asked) -> tuple[dt.date, dt.date]:
    """Return the first and last day of the months asked for."""
    start, end = hub.settings.start, hub.settings.end
    first = start
    if asked.first is not None:
        try:
            first = dt.date.fromisoformat(f"{asked.first}-01")
        except ValueError:
            raise typer.BadParameter(
                f"{asked.first!r} is no month. Write it as 2026-03.", param_hint="--from"
            ) from None
    if not start <= first <= end:
        raise typer.BadParameter(
            f"{asked.first} lies outside the horizon, {start:%Y-%m} to {end:%Y-%m}.",
            param_hint="--from",
        )
    months = month_range(first, end)[: asked.months]
    if len(months) < asked.months:
        raise typer.BadParameter(
            f"the horizon has only {counted(len(months), 'month')} from {first:%Y-%m} on.",
            param_hint="--months",
        )
    return first, next_month(months[-1]) - ONE_DAY


def _tables(hub: Hub, bank: Orders) -> Mapping[str, tuple[str, pl.DataFrame]]:
    """Return the summary of an order bank: titles and tables by name."""
    share = pl.col("asked_share", "share") * 100
    names = {"asked_share": "asked [%]", "share": "made [%]"}
    return {
        "models": ("Orders by model", count_by(bank, "brand", "model")),
        "markets": ("Orders by market", count_by(bank, "market")),
        "weeks": ("Orders by week wanted", by_week(bank)),
        "rates": (
            "Take rates, asked for and made",
            rates_table(hub, bank).with_columns(share).rename(names),
        ),
        "colours": (
            "Colours, asked for and made",
            colours_table(hub, bank).with_columns(share).rename(names),
        ),
    }


def _print(hub: Hub, bank: Orders, asked: Asked) -> None:
    how = f"read from {asked.read or 'the hub'}"
    if bank.origin == "generated":
        how = f"generated, seed {bank.seed}"
    print_text(f"{hub.settings.name}: {counted(len(bank), 'order')}, {how}.")
    if len(bank):
        wanted = bank.table["wanted"].sort().cast(pl.String)
        print_text(f"Wanted from {wanted[0]} to {wanted[-1]}.")
    print()
    for title, frame in _tables(hub, bank).values():
        if frame.height:
            print_frame(title, frame)


def _record(hub: Hub, bank: Orders, asked: Asked, written: Path | None) -> dict[str, Any]:
    from sinho import __version__

    rates, colours = rates_table(hub, bank), colours_table(hub, bank)
    return {
        "hub": hub.settings.name,
        "scenario": asked.scenario,
        "orders": len(bank),
        "origin": bank.origin,
        "seed": bank.seed,
        "version": __version__,
        "input_hash": hub.digest,
        "models": count_by(bank, "brand", "model"),
        "markets": count_by(bank, "market"),
        "weeks": by_week(bank),
        "rates": rates,
        "colours": colours,
        "lost": bank.lost.filter((pl.col("asked") - pl.col("orders")).abs() >= 1),
        "file": written,
    }


def vin(number: str, market: str | None, *, as_json: bool) -> None:
    """Print what the positions of a VIN say, or refuse it with the reason."""
    country = (market or "").upper()
    if market is not None and not (len(country) == COUNTRY_LETTERS and country.isalpha()):
        raise typer.BadParameter(
            f"{market!r} is no country code of two letters, such as US.", param_hint="--market"
        )
    reason = check_vin(number, country)
    if reason is not None:
        raise DataError([Problem("VIN", reason, value=number)])
    parts = decode_vin(number)
    years = " or ".join(str(year) for year in parts.years)
    good = parts.check == parts.check_wanted
    if as_json:
        print_json(
            {
                "vin": number,
                "market": country or None,
                "wmi": parts.wmi,
                "descriptor": parts.descriptor,
                "check": parts.check,
                "check_digit": parts.check_wanted,
                "check_holds": good,
                "year_code": parts.year_code,
                "years": list(parts.years),
                "plant": parts.plant,
                "maker": parts.maker or None,
                "serial": parts.serial,
            }
        )
        return
    told = (
        "it is the check digit" if good else f"no check digit, which would be {parts.check_wanted}"
    )
    rows = [
        ["1-3", parts.wmi, "world manufacturer identifier"],
        ["4-8", parts.descriptor, "descriptor of the vehicle"],
        ["9", parts.check, told],
        ["10", parts.year_code, f"model year {years}" if years else "no model year"],
        ["11", parts.plant, "plant"],
        *([["12-14", parts.maker, "code of a maker of few vehicles"]] if parts.maker else []),
        ["15-17" if parts.maker else "12-17", parts.serial, "serial number"],
    ]
    print_rows(number, ["position", "characters", "meaning"], rows, [False] * 3)
