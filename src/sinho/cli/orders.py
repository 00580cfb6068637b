"""Commands orders and vin: check or make an order bank, and read a VIN."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sinho.cli.base import examples
from sinho.cli.files import writable
from sinho.cli.inputs import chosen, load
from sinho.cli.options import (
    AsJson,
    ReplaceFiles,
    Scenario,
    file_option,
    hub_argument,
    seconds_option,
    seed_option,
)
from sinho.cli.progress import wait
from sinho.cli.show import (
    print_frame,
    print_json,
    print_problems,
    print_rows,
    print_text,
    problem_json,
)
from sinho.errors import DataError, Infeasible, Problem, counted
from sinho.parameters import SEED

if TYPE_CHECKING:
    import polars as pl

    from sinho.banks import DayRoom
    from sinho.hub import Hub
    from sinho.orders import Result
    from sinho.results import MonthPlan

COUNTRY_LETTERS = 2
ONE_DAY = dt.timedelta(days=1)


@examples(
    "sinho orders myplant --from 2026-03 --months 1 --seed 1 --out orders.csv",
    "sinho orders myplant --scenario polestar4 --from 2026-03 --vins --out march.xlsx",
    "sinho orders myplant --from 2026-04 --vins --after march.xlsx --out april.csv",
    "sinho orders myplant --read orders.csv               is the order bank in order?",
)
def orders(
    path: Annotated[Path, hub_argument("HUB")],
    scenario: Scenario = None,
    read: Annotated[
        Path | None,
        file_option(
            "Orders to check: .csv, .xlsx (sheet orders) or .parquet. Without it: the hub's "
            "own, or, where it has none or --from is given, orders made of the plan and the take "
            "rates."
        ),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="YYYY-MM", help="First month; without it the first of the hub."
        ),
    ] = None,
    months: Annotated[int, typer.Option(metavar="N", min=1, max=120, help="Months.")] = 1,
    seed: Annotated[int, seed_option("Seed of the orders made")] = SEED,
    vins: Annotated[
        bool, typer.Option("--vins", help="Give every order without a VIN one.")
    ] = False,
    after: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="BANK",
            help="With --vins: an earlier order bank, or the folder of a run, whose VINs are "
            "taken: serial numbers go on behind them, and an order that had one gets it back. May "
            "be given several times.",
        ),
    ] = None,
    time: Annotated[
        float | None,
        seconds_option(
            "Take the best plan after so many seconds. By default there is no limit.", "--time"
        ),
    ] = None,
    out: Annotated[
        Path | None,
        file_option("Order bank to write: .csv, .xlsx or .parquet, as --read takes it."),
    ] = None,
    force: ReplaceFiles = False,
    json: AsJson = False,
) -> None:
    """Check an order bank row by row, or make one of the monthly plan and the take rates.

    Prints orders by model, market and week wanted, and take rates asked for against those made.
    """
    from sinho.banks import FORMATS, write_orders
    from sinho.hub import apply_scenario
    from sinho.orders import Input, Params, solve
    from sinho.run import BASE, scenario_names

    writable("--out", out, FORMATS, force=force)
    if after and not vins:
        raise typer.BadParameter("it says which VINs are taken: add --vins.", param_hint="--after")
    taken = _taken(after or ())
    hub = load(path)
    if scenario is not None:
        chosen("--scenario", scenario, scenario_names(hub), "scenario")
        if scenario != BASE or BASE in hub.scenarios:
            hub = apply_scenario(hub, scenario)
    if read is not None or (hub["orders"].height and first is None):
        result, warnings = _read(hub, read, time)
    else:
        result, warnings = _made(hub, first, months, seed, time), ()
    if vins:
        result = solve(Input.from_bank(hub, result.orders, taken=taken), Params(vins=True))
    written = write_orders(result.orders, out, force=force) if out is not None else None
    if json:
        record = _record(result, scenario, written)
        print_json({**record, "warnings": [problem_json(problem) for problem in warnings]})
        return
    _print(result, read)
    print_problems(warnings)
    print(
        f"Written: {written}" if written else "Nothing was written; --out FILE writes the orders."
    )


def _taken(banks: Sequence[Path]) -> pl.DataFrame | None:
    """Return the cars of earlier banks and runs, whose VINs are taken."""
    import polars as pl

    from sinho.banks import earlier_cars
    from sinho.run.former import cars_of

    found = [cars_of(path).drop("built") if path.is_dir() else earlier_cars(path) for path in banks]
    return pl.concat(found) if found else None


def _read(hub: Hub, path: Path | None, seconds: float | None) -> tuple[Result, tuple[Problem, ...]]:
    """Read the orders of a file, or the hub's own, with warnings."""
    from sinho.hub.calendar import line_days
    from sinho.orders import Input, solve
    from sinho.run.bank import limits_room
    from sinho.units import next_month

    source = path or hub
    where = str(path or "table orders")

    def read(room: DayRoom | None) -> Result:
        return wait(
            lambda _stop, _report: solve(Input.from_bank(hub, source, room=room)),
            f"reading {where}",
            all_or_nothing=True,
        )

    whole = line_days(hub, hub.settings.start, next_month(hub.settings.end) - ONE_DAY)
    found = read(limits_room(hub, whole))
    dates = found.orders.table["fixed"].drop_nulls().unique().sort().to_list()
    if not dates:
        return found, found.warnings
    room, unchecked = _room(hub, where, dates, seconds)
    found = read(room)
    return found, (*found.warnings, *unchecked)


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
    from sinho.plan import Input, solve

    return wait(
        lambda stop, report: solve(Input(hub), stop=stop, progress=report), "planning", seconds
    )


def _made(hub: Hub, begin: str | None, months: int, seed: int, seconds: float | None) -> Result:
    """Plan the hub and make orders of the plan."""
    from sinho.orders import Input, solve

    first, last = _days(hub, begin, months)
    plan = _planned(hub, seconds)
    return solve(Input.from_plan(hub, plan, first, last), seed=seed)


def _days(hub: Hub, begin: str | None, count: int) -> tuple[dt.date, dt.date]:
    """Return the first and last day of the months asked for."""
    from sinho.units import month_range, next_month

    start, end = hub.settings.start, hub.settings.end
    first = start
    if begin is not None:
        try:
            first = dt.date.fromisoformat(f"{begin}-01")
        except ValueError:
            raise typer.BadParameter(
                f"{begin!r} is no month. Write it as 2026-03.", param_hint="--from"
            ) from None
    if not start <= first <= end:
        raise typer.BadParameter(
            f"{begin} lies outside the horizon, {start:%Y-%m} to {end:%Y-%m}.",
            param_hint="--from",
        )
    months = month_range(first, end)[:count]
    if len(months) < count:
        raise typer.BadParameter(
            f"the horizon has only {counted(len(months), 'month')} from {first:%Y-%m} on.",
            param_hint="--months",
        )
    return first, next_month(months[-1]) - ONE_DAY


def _tables(result: Result) -> Mapping[str, tuple[str, pl.DataFrame]]:
    """Return the summary of an order bank: titles and tables by name."""
    import polars as pl

    from sinho.orders import explain

    share = pl.col("asked_share", "share") * 100
    names = {"asked_share": "asked [%]", "share": "made [%]"}
    tables = {}
    for name in ("models", "markets", "weeks", "rates", "colours"):
        said = explain(result, name)
        rates = "asked_share" in said.facts.columns
        shown = said.facts.with_columns(share).rename(names) if rates else said.facts
        tables[name] = (said.answer, shown)
    return tables


def _print(result: Result, read: Path | None) -> None:
    import polars as pl

    hub, bank = result.input.hub, result.orders
    how = f"read from {read or 'the hub'}"
    if bank.origin == "generated":
        how = f"generated, seed {bank.seed}"
    print_text(f"{hub.settings.name}: {counted(len(bank), 'order')}, {how}.")
    if len(bank):
        wanted = bank.table["wanted"].sort().cast(pl.String)
        print_text(f"Wanted from {wanted[0]} to {wanted[-1]}.")
    print()
    for title, frame in _tables(result).values():
        if frame.height:
            print_frame(title, frame)


def _record(result: Result, scenario: str | None, written: Path | None) -> dict[str, Any]:
    import polars as pl

    from sinho import __version__
    from sinho.orders import explain

    hub, bank = result.input.hub, result.orders
    return {
        "hub": hub.settings.name,
        "scenario": scenario,
        "orders": len(bank),
        "origin": bank.origin,
        "seed": bank.seed,
        "version": __version__,
        "input_hash": hub.digest,
        "models": explain(result, "models").facts,
        "markets": explain(result, "markets").facts,
        "weeks": explain(result, "weeks").facts,
        "rates": explain(result, "rates").facts,
        "colours": explain(result, "colours").facts,
        "lost": bank.lost.filter((pl.col("asked") - pl.col("orders")).abs() >= 1),
        "file": written,
    }


@examples(
    "sinho vin 1M8GDM9AXKP042788 --market US",
    "sinho vin 1M8GDM9AXKP042788 --json",
)
def vin(
    number: Annotated[
        str, typer.Argument(metavar="VIN", help="Vehicle identification number, 17 characters.")
    ],
    market: Annotated[
        str | None,
        typer.Option(
            metavar="CC",
            help="Country of destination (ISO 3166), such as US: some ask for the check digit.",
        ),
    ] = None,
    json: AsJson = False,
) -> None:
    """Part a VIN into what its positions say, or say why it cannot be right."""
    from sinho.hub.vin import check_vin, decode_vin

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
    if json:
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
    digit = (
        "it is the check digit" if good else f"no check digit, which would be {parts.check_wanted}"
    )
    rows = [
        ["1-3", parts.wmi, "world manufacturer identifier"],
        ["4-8", parts.descriptor, "descriptor of the vehicle"],
        ["9", parts.check, digit],
        ["10", parts.year_code, f"model year {years}" if years else "no model year"],
        ["11", parts.plant, "plant"],
        *([["12-14", parts.maker, "code of a maker of few vehicles"]] if parts.maker else []),
        ["15-17" if parts.maker else "12-17", parts.serial, "serial number"],
    ]
    print_rows(number, ["position", "characters", "meaning"], rows, [False] * 3)
