"""The commands about orders, as typed: their options, help and examples."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sinho.cli.base import AsJson, Command, epilog


def orders(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="HUB", help="The hub: a folder with hub.toml, or a workbook (.xlsx)."
        ),
    ],
    scenario: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Scenario of the hub; without it: as it is."),
    ] = None,
    read: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Orders to check: .csv, .xlsx (sheet orders) or .parquet. Without it: the hub's "
            "own, or, where it has none or --from is given, orders made of the plan and the take "
            "rates.",
        ),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option(
            "--from", metavar="YYYY-MM", help="First month; without it the first of the hub."
        ),
    ] = None,
    months: Annotated[int, typer.Option(metavar="N", min=1, max=120, help="Months.")] = 1,
    seed: Annotated[
        int,
        typer.Option(
            metavar="N", min=0, max=2**31 - 1, help="Seed of the orders made; it is recorded."
        ),
    ] = 1,
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
        typer.Option(
            "--time",
            metavar="SECONDS",
            min=0.01,
            help="Take the best plan after so many seconds. By default there is no limit.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Order bank to write: .csv, .xlsx or .parquet, as --read takes it."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that exists.")] = False,
    json: AsJson = False,
) -> None:
    """Check an order bank row by row, or make one of the monthly plan and the take rates.

    Prints orders by model, market and week wanted, and take rates asked for against those made.
    """
    from sinho.cli import orders as commands

    commands.orders(
        path,
        commands.Asked(scenario, read, first, months, seed, vins, tuple(after or ()), time),
        out,
        force=force,
        as_json=json,
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
    from sinho.cli import orders as commands

    commands.vin(number, market, as_json=json)


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the program.

    Parameters
    ----------
    app : typer.Typer
        The program.
    """
    app.command(
        cls=Command,
        epilog=epilog(
            "sinho orders myplant --from 2026-03 --months 1 --seed 1 --out orders.csv",
            "sinho orders myplant --scenario polestar4 --from 2026-03 --vins --out march.xlsx",
            "sinho orders myplant --from 2026-04 --vins --after march.xlsx --out april.csv",
            "sinho orders myplant --read orders.csv               is the order bank in order?",
        ),
    )(orders)
    app.command(
        cls=Command,
        epilog=epilog(
            "sinho vin 1M8GDM9AXKP042788 --market US",
            "sinho vin 1M8GDM9AXKP042788 --json",
        ),
    )(vin)
