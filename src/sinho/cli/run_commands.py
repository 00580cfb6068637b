"""The commands about a run of days, as typed: their options, help and examples."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from sinho.cli.base import AsJson, Command, epilog

RunFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder of a finished run: --out of `sinho run`.")
]


def run(
    context: typer.Context,
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="[HUB]",
            help="The hub: a folder with hub.toml, or a workbook. With --resume it may be left "
            "out.",
        ),
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Scenario of the hub; without it: as it is."),
    ] = None,
    first: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="YYYY-MM[-DD]",
            help="Day, or month, from which working days are counted; the hub's first month "
            "without it.",
        ),
    ] = None,
    days: Annotated[
        int, typer.Option(metavar="N", min=1, max=1000, help="Working days of the run.")
    ] = 20,
    orders: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Order bank: .csv, .xlsx or .parquet. Without it: the hub's orders, or orders "
            "made of the plan and the take rates.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for everything that is found.")
    ] = None,
    former: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="An earlier run: cars that it built are left out, slots start from its slots, and "
            "its call-offs are replaced. Without --orders its orders are gone on with.",
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(metavar="N", min=0, max=2**31 - 1, help="Seed; it is recorded.")
    ] = 1,
    threads: Annotated[
        int, typer.Option(metavar="N", min=1, max=256, help="Days sequenced side by side.")
    ] = 2,
    iterations: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="Moves tried for each day's sequence."),
    ] = None,
    slot_iterations: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Moves tried when orders are given their days; 400 for each order without it.",
        ),
    ] = None,
    day_seconds: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            min=0.01,
            help="Time for each day's sequence instead of moves; the same seed then no longer "
            "gives the same run.",
        ),
    ] = None,
    resume: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Go on with an interrupted run, as it was begun; nothing that is done is done "
            "again.",
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Begin anew where the folder holds a run.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Plan, take or make orders, give them days, sequence each day, plan its supply, and report.

    Ctrl-C ends the run; --resume goes on with it.
    """
    from sinho.cli import runs

    runs.run(
        path,
        runs.Asked(
            scenario=scenario,
            first=first,
            days=days,
            orders=orders,
            out=out,
            former=former,
            seed=seed,
            threads=threads,
            iterations=iterations,
            slot_iterations=slot_iterations,
            day_seconds=day_seconds,
        ),
        resume=resume,
        typed={name for name in context.params if _is_typed(context, name)},
        force=force,
        as_json=json,
    )


def _is_typed(context: typer.Context, name: str) -> bool:
    """Return whether an option was typed, or has its default."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def trace(
    out: RunFolder,
    order: Annotated[
        str, typer.Argument(metavar="ORDER", help="Number of an order, a VIN, or a working day.")
    ],
    json: AsJson = False,
) -> None:
    """Follow one car through a run: demand, day and why that day, place, engine, call-offs.

    For a working day (2026-03-05): what it is short of, and which orders it keeps away.
    """
    from sinho.cli import runs

    runs.trace(out, order, as_json=json)


def late(
    out: RunFolder,
    campaign: Annotated[
        str, typer.Argument(metavar="CAMPAIGN", help='Name of a campaign, such as "HR16 1".')
    ],
    hours: Annotated[
        float,
        typer.Option(
            metavar="HOURS", min=0, help="Working hours of its shop by which it starts late."
        ),
    ] = 8.0,
    json: AsJson = False,
) -> None:
    """Say which orders wait for their parts when a campaign of a run starts late.

    The shop catches up at full rate, campaigns keep their order, and shops that take what comes
    late wait for it.
    """
    from sinho.cli import late as command

    command.late(out, campaign, hours, as_json=json)


def bts(
    out: RunFolder,
    actuals: Annotated[
        Path,
        typer.Argument(
            metavar="ACTUALS",
            help="CSV file or Excel workbook of the cars built: order, date of the production day, "
            "and position or time; model for cars that the run does not know.",
        ),
    ],
    mix: Annotated[
        Literal["order", "model"],
        typer.Option(help="What makes a car one that was scheduled: its order, or its model only."),
    ] = "order",
    sequence: Annotated[
        Literal["running", "longest"],
        typer.Option(
            help="Cars in sequence: those behind all that were built before them, as the "
            "published measure counts; or as many as stand in their scheduled order."
        ),
    ] = "running",
    lots: Annotated[
        bool,
        typer.Option(
            "--lots",
            help="Take the sequence of lots, cars of one model scheduled behind each other, and "
            "not of cars.",
        ),
    ] = False,
    idle: Annotated[
        bool,
        typer.Option(
            "--idle-days",
            help="Measure the run's days without a car in the file as well, from its first day to "
            "its last.",
        ),
    ] = False,
    begin: Annotated[
        str,
        typer.Option(
            "--day-start",
            metavar="HH:MM",
            help="When a production day begins; a time before it is one after midnight.",
        ),
    ] = "07:00",
    json: AsJson = False,
) -> None:
    """Measure build to schedule: volume x mix x sequence, and where the lost points lie."""
    from sinho.cli import bts as command

    how = command.Measure(mix=mix, counting=sequence, lots=lots, idle=idle, begin=begin)
    command.bts(out, actuals, how, as_json=json)


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the program."""
    app.command(
        cls=Command,
        epilog=epilog(
            "sinho run myplant --from 2026-03 --days 20 --out out/march",
            "sinho run myplant --scenario polestar4 --from 2026-03 --days 20 --seed 1 --out out/p4",
            "sinho run myplant --orders orders.xlsx --from 2026-03-02 --days 10 --out out/bank",
            "sinho run --resume out/march",
        ),
    )(run)
    app.command(
        cls=Command,
        epilog=epilog(
            "sinho trace out/march 2603-000123",
            "sinho trace out/march 2026-03-05             what the day is short of",
        ),
    )(trace)
    app.command(
        cls=Command,
        epilog=epilog(
            'sinho late out/march "HR16 1" --hours 8',
            'sinho late out/march "AL-CASTING 1" --hours 24 --json | jq ".orders[].order"',
        ),
    )(late)
    app.command(
        cls=Command,
        epilog=epilog(
            "sinho bts out/march actuals.csv",
            "sinho bts out/march actuals.csv --json | jq .bts",
            "sinho bts out/march actuals.csv --sequence longest",
            "sinho bts out/march actuals.csv --mix model --lots",
        ),
    )(bts)
