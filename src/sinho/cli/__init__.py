"""The command line: parse, call, print."""

from __future__ import annotations

from typing import Annotated

import typer

from sinho import __version__
from sinho.cli import (
    bench,
    bench_simulate,
    bts,
    buffers,
    calloffs,
    demo,
    dictionary,
    hubs,
    late,
    load,
    orders,
    plans,
    quote,
    runs,
    sequences,
    ships,
    simulations,
    sources,
    warm,
    why,
)
from sinho.cli.base import EPILOGS, Command, Group, epilog
from sinho.cli.sequences.repairs import resequence

__all__ = ["app", "main"]

COMMANDS = (
    hubs.new,
    hubs.check,
    plans.plan,
    plans.compare,
    why.why,
    quote.quote,
    sequences.sequence,
    sequences.score,
    resequence,
    orders.orders,
    orders.vin,
    runs.run,
    runs.trace,
    late.late,
    buffers.buffers,
    simulations.simulate,
    ships.ship,
    sources.source,
    bts.bts,
    load.load,
    dictionary.fields,
    warm.warm,
    demo.demo,
)
"""The commands, in the order in which the help lists them."""

app = typer.Typer(
    name="sinho",
    cls=Group,
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=epilog(
        "sinho new myplant --from busan          a plant to start from",
        "sinho check myplant                     is the input in order?",
        "sinho plan myplant --out out/           plan it, with report and workbook",
        "sinho compare myplant --scenarios base polestar4",
        "sinho run myplant --from 2026-03 --days 20 --out out/march",
        "sinho sequence out/march --date 2026-03-04 --out seq.csv",
        "sinho plan --help                       options and examples of a command",
    ),
)


def _version(wanted: bool) -> None:
    if wanted:
        print(f"sinho {__version__}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Plan the output of a plant that builds several brands' cars and exports them by sea."""


def _add_commands() -> None:
    """Add the commands, and the groups of commands, to the program."""
    for command in COMMANDS:
        app.command(cls=Command, epilog=EPILOGS[command])(command)
    benches = typer.Typer(help="Measure sinho on instances of your own or on published ones.")
    benches.command("sequence", cls=Command, epilog=EPILOGS[bench.bench_sequence])(
        bench.bench_sequence
    )
    benches.command("simulate", cls=Command, epilog=EPILOGS[bench_simulate.bench_simulate])(
        bench_simulate.bench_simulate
    )
    app.add_typer(benches, name="bench", epilog=epilog("sinho bench sequence roadef/A --time 20"))
    group = typer.Typer(
        cls=Group, help="Call-offs to suppliers.", no_args_is_help=True, rich_markup_mode="rich"
    )
    group.command("compare", cls=Command, epilog=EPILOGS[calloffs.compare])(calloffs.compare)
    group.callback()(lambda: None)
    app.add_typer(
        group, name="calloff", epilog=epilog("sinho calloff compare out/monday out/tuesday")
    )


_add_commands()


def main() -> None:
    """Run the command line."""
    app(prog_name="sinho")
