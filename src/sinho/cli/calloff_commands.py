"""The commands about call-offs, as typed: their options, help and examples."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sinho.cli.base import Command, Group, epilog

KINDS = (
    "the folder of a run or of its call-offs, a call-off.json, an .edi file, or a folder of these."
)


def compare(
    old: Annotated[Path, typer.Argument(metavar="OLD", help=f"The earlier call-off: {KINDS}")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help=f"The later one: {KINDS}")],
    json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document for machines and nothing else.")
    ] = False,
) -> None:
    """Compare two call-offs: which days and cars change, by supplier and part."""
    from sinho.cli import calloffs

    calloffs.compare(old, new, as_json=json)


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the command line.

    Parameters
    ----------
    app : typer.Typer
        The command line.
    """
    group = typer.Typer(
        cls=Group, help="Call-offs to suppliers.", no_args_is_help=True, rich_markup_mode="rich"
    )
    group.command(
        "compare",
        cls=Command,
        epilog=epilog(
            "sinho calloff compare out/monday out/tuesday",
            "sinho calloff compare old/delfor-S-1001.edi new/delfor-S-1001.edi",
            "sinho calloff compare out/monday out/tuesday --json | jq .days",
        ),
    )(compare)
    group.callback()(lambda: None)
    app.add_typer(
        group, name="calloff", epilog=epilog("sinho calloff compare out/monday out/tuesday")
    )
