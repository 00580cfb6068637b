"""Arguments and options that several commands have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import typer

from sinho.parameters import Parameters

P = TypeVar("P", bound=Parameters)

LEAST_SECONDS = 0.01

AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document for machines and nothing else.")
]
Scenario = Annotated[
    str | None,
    typer.Option("--scenario", metavar="NAME", help="Scenario of the hub; without it: as it is."),
]
RunFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="Folder of a finished run: --out of `sinho run`.")
]


def hub_argument(name: str) -> Any:
    """Return the argument that names a hub."""
    return typer.Argument(
        metavar=name, help="The hub: a folder with hub.toml, or a workbook (.xlsx)."
    )


def seed_option(what: str) -> Any:
    """Return option ``--seed``; ``what`` it settles."""
    return typer.Option(metavar="N", min=0, max=2**31 - 1, help=f"{what}; it is recorded.")


def threads_option(what: str, most: int | None = None) -> Any:
    """Return option ``--threads``; ``what`` they do, and how many there may be."""
    return typer.Option(metavar="N", min=1, max=most, help=what)


def seconds_option(what: str, *names: str) -> Any:
    """Return an option that limits time; ``what`` is handed back then."""
    return typer.Option(*names, metavar="SECONDS", min=LEAST_SECONDS, help=what)


def number_option(what: str, least: int = 1) -> Any:
    """Return an option that takes a whole number."""
    return typer.Option(metavar="N", min=least, help=what)


def file_option(what: str, *names: str) -> Any:
    """Return an option that names a file."""
    return typer.Option(*names, metavar="FILE", help=what)


def folder_option(what: str) -> Any:
    """Return an option that names a folder."""
    return typer.Option(metavar="DIR", help=what)


def force_option(what: str) -> Any:
    """Return option ``--force``; ``what`` it replaces."""
    return typer.Option("--force", help=what)


ParamsFile = Annotated[
    Path | None,
    typer.Option(
        "--params",
        metavar="FILE",
        help="Parameters by name (.toml: name = value), those without an option too; options that "
        "are typed go before them.",
    ),
]


def typed(context: typer.Context) -> dict[str, Any]:
    """Return the arguments and options that were typed; others have their defaults."""
    sources = {name: context.get_parameter_source(name) for name in context.params}
    return {
        name: context.params[name]
        for name, source in sources.items()
        if source is not None and source.name == "COMMANDLINE"
    }


def params_of(
    context: typer.Context,
    kind: type[P],
    file: Path | None = None,
    usual: Mapping[str, Any] | None = None,
    **settled: Any,
) -> P:
    """Return parameters: as typed, else as a file has them, else as usual.

    Parameters
    ----------
    context : typer.Context
        What was typed; options are called as the parameters are.
    kind : type
        The parameters.
    file : pathlib.Path or None
        File of ``--params``.
    usual : mapping of str to object, optional
        Instead of their own defaults.
    **settled
        Parameters that are no options, or are called otherwise; None: not typed.

    Raises
    ------
    DataError
        For unknown names, and values that are none or out of bounds.
    """
    known = {one.name for one in fields(kind)}
    given = {name: value for name, value in typed(context).items() if name in known}
    given |= {name: value for name, value in settled.items() if value is not None}
    if file is None:
        return kind.load({**(usual or {}), **given})
    return kind.from_file(file, given, usual)


# Planning.

PlanTime = Annotated[
    float | None,
    seconds_option(
        "Hand back the best plan after so many seconds. By default there is no limit.", "--time"
    ),
]
Chance = Annotated[
    str | None,
    typer.Option(
        metavar="SHARE",
        help="Of the demonstrated rates those that a day holds with this probability, as 90%; "
        "without it those of the mean.",
    ),
]
Period = Annotated[Literal["month", "week"], typer.Option(help="Length of a planning period.")]
Objective = Annotated[
    Literal["contribution", "lexicographic"],
    typer.Option(
        metavar="AIM",
        help="contribution: the most. lexicographic: fewest cars short of contracts, then lost, "
        "then late, then most contribution.",
    ),
]
Method = Annotated[
    Literal["auto", "exact", "priced"],
    typer.Option(
        help="One mixed-integer program; or a decomposition with prices, for large hubs; auto "
        "chooses by size."
    ),
]
WholeCars = Annotated[
    bool, typer.Option("--whole-cars", help="Plan whole cars (slower); else volumes may be parts.")
]
Gap = Annotated[
    float | None,
    typer.Option(
        metavar="SHARE",
        min=0.0,
        max=0.99,
        help="Relative distance to the bound that is enough. By default 1e-6 where only shift "
        "patterns are whole numbers, else 1e-4.",
    ),
]
PlanSeed = Annotated[int, seed_option("Seed of the solver")]
PlanThreads = Annotated[int, threads_option("Threads of the solver.")]
NoReport = Annotated[
    bool,
    typer.Option("--no-report", help="Write the JSON record only: no HTML, workbook or pictures."),
]

# Sequencing.

DayPath = Annotated[
    Path,
    typer.Argument(
        metavar="DAY",
        help="The day: a hub or a folder or workbook with tables cars and sequence_rules, the "
        "folder of a run, a folder of the ROADEF 2005 challenge, or a CSPLib file. The format is "
        "detected.",
    ),
]
Instance = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Which instance of a file, or day of a folder, of several."),
]
Date = Annotated[
    str | None,
    typer.Option(metavar="YYYY-MM-DD", help="Which day of a run, or of tables with several dates."),
]
Line = Annotated[
    str | None, typer.Option(metavar="NAME", help="Which line of a day whose cars are of several.")
]
Iterations = Annotated[
    int | None,
    number_option(
        "Moves that each thread chooses; the same seed, threads and moves give the same "
        "sequence. Fewer are evaluated: those that could change nothing are dropped."
    ),
]
SearchSeed = Annotated[int, seed_option("Seed of the search")]
SearchThreads = Annotated[int, threads_option("Searches side by side; the best wins.", 256)]
Report = Annotated[Path | None, file_option("HTML page of the sequence to write.")]
Picture = Annotated[Path | None, file_option("Picture to write: .svg or .png.")]
ReplaceFiles = Annotated[bool, force_option("Replace files that exist.")]
