"""Commands run and trace: some days from the plan to the call-offs, and one car through them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sinho.cli.base import FileProblem, examples
from sinho.cli.files import print_written
from sinho.cli.inputs import chosen, load
from sinho.cli.options import (
    AsJson,
    RunFolder,
    Scenario,
    file_option,
    folder_option,
    force_option,
    number_option,
    seconds_option,
    seed_option,
    threads_option,
)
from sinho.cli.progress import staged
from sinho.cli.show import print_frame, print_json, print_problems, print_text, problem_json, say
from sinho.errors import as_typed

if TYPE_CHECKING:
    from sinho.run.days import DayRun

WHOLE_FROM = 100.0
DATE_LIKE = re.compile(r"\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
"""What a date may look like, the wrong ways to write one included."""

CALLED = {
    "unslotted": "without a day",
    "hard": "hard rules broken",
    "broken": "units beyond limits",
}
"""What figures of stages are called on a screen, where not as in ``run.json``."""


@examples(
    "sinho run myplant --from 2026-03 --days 20 --out out/march",
    "sinho run myplant --scenario polestar4 --from 2026-03 --days 20 --seed 1 --out out/p4",
    "sinho run myplant --orders orders.xlsx --from 2026-03-02 --days 10 --out out/bank",
    "sinho run --resume out/march",
)
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
    scenario: Scenario = None,
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
        file_option(
            "Order bank: .csv, .xlsx or .parquet. Without it: the hub's orders, or orders "
            "made of the plan and the take rates."
        ),
    ] = None,
    out: Annotated[Path | None, folder_option("Folder for everything that is found.")] = None,
    former: Annotated[
        Path | None,
        folder_option(
            "An earlier run: cars that it built are left out, slots start from its slots, and "
            "its call-offs are replaced. Without --orders its orders are gone on with.",
        ),
    ] = None,
    seed: Annotated[int, seed_option("Seed")] = 1,
    threads: Annotated[int, threads_option("Days sequenced side by side.", 256)] = 2,
    iterations: Annotated[int | None, number_option("Moves tried for each day's sequence.")] = None,
    slot_iterations: Annotated[
        int | None,
        number_option(
            "Moves tried when orders are given their days; 400 for each order without it."
        ),
    ] = None,
    day_seconds: Annotated[
        float | None,
        seconds_option(
            "Time for each day's sequence instead of moves; the same seed then no longer "
            "gives the same run."
        ),
    ] = None,
    resume: Annotated[
        Path | None,
        folder_option(
            "Go on with an interrupted run, as it was begun; nothing that is done is done again.",
        ),
    ] = None,
    force: Annotated[bool, force_option("Begin anew where the folder holds a run.")] = False,
    json: AsJson = False,
) -> None:
    """Plan, take or make orders, give them days, sequence each day, plan its supply, and report.

    Ctrl-C ends the run; --resume goes on with it.
    """
    from sinho.materials import not_sent
    from sinho.run.days import STAGES, resume_run

    values = {
        "scenario": scenario,
        "first": None if first is None else day_of(first),
        "days": days,
        "orders": orders,
        "seed": seed,
        "threads": threads,
        "iterations": iterations,
        "day_seconds": day_seconds,
        "slot_iterations": slot_iterations,
        "former": former,
    }
    if resume is None:
        made = _begun(path, values, out, force=force)
    else:
        typed = {name for name in context.params if _is_typed(context, name)}
        given = values | {"out": out}
        refuse_changes(resume, {name: given[name] for name in given if name in typed}, force=force)
        hub = None if path is None else load(path)
        made = staged(
            lambda progress: resume_run(resume, hub=hub, hub_path=path or "", progress=progress),
            STAGES,
            f"sinho run --resume {as_typed(resume)}",
        )
    if json:
        print_json(
            {
                "folder": made.folder,
                "revisions": made.revisions,
                "warnings": made.warnings,
                "mended": made.mended,
                "not_sent": [problem_json(problem) for problem in not_sent(made.calls)],
                "stages": dict(made.stages),
                "files": dict(made.files),
            }
        )
        return
    for file in made.mended:
        say(f"warning: {file} was damaged; it was made again.")
    print_run(made)


def _is_typed(context: typer.Context, name: str) -> bool:
    """Return whether an option was typed, or has its default."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


def refuse_changes(folder: Path, typed: Mapping[str, Any], *, force: bool) -> None:
    """Refuse options that contradict the run that is gone on with.

    Parameters
    ----------
    folder : pathlib.Path
        The run's folder.
    typed : mapping of str to object
        The options that were typed; others have their defaults.
    force : bool
        Whether it is to begin anew.
    """
    from sinho.run import BASE
    from sinho.run.params import RunParams
    from sinho.run.state import State

    kept = State.read(folder).params
    wrong = []
    for name, value in typed.items():
        if name == "out":
            given: Any = value.resolve()
            own: Any = folder.resolve()
        else:
            given, own = RunParams.value_of(name, value), getattr(kept, name)
        if given != own:
            option = {"first": "from"}.get(name, name).replace("_", "-")
            none = BASE if name == "scenario" else "none"
            wrong.append(f"--{option} {given or BASE} (the run has {own or none})")
    if force:
        wrong.append("--force (it would begin anew)")
    if wrong:
        raise typer.BadParameter(
            f"a run goes on as it was begun, which contradicts {', '.join(wrong)}. Leave that out, "
            "or begin a new run in another folder.",
            param_hint="--resume",
        )


def _begun(
    path: Path | None, values: Mapping[str, Any], out: Path | None, *, force: bool
) -> DayRun:
    """Begin a run."""
    from sinho.run import scenario_names
    from sinho.run.days import STAGES, run_days
    from sinho.run.params import RunParams

    if path is None:
        raise typer.BadParameter("name the hub, or an interrupted run.", param_hint="HUB")
    if out is None:
        raise typer.BadParameter("name the folder of the run.", param_hint="--out")
    hub = load(path)
    if values["scenario"] is not None:
        chosen("--scenario", values["scenario"], scenario_names(hub), "scenario")
    for name in ("orders", "former"):
        file = values[name]
        if file is not None and not file.exists():
            raise FileProblem(f"--{name} {file}: there is no such file or folder.")
    if values["orders"] is not None and values["orders"].is_dir():
        raise FileProblem(
            f"--orders {values['orders']} is a folder; give the file of the order bank."
        )
    first = values["first"] or hub.settings.start
    params = RunParams.load({**values, "hub": path, "first": first})
    work = partial(run_days, hub, params, out, force=force)
    return staged(work, STAGES, f"sinho run --resume {as_typed(out)}")


def day_of(text: str) -> dt.date:
    """Return a day as typed; a month stands for its first day."""
    from sinho.run.params import day_of as read

    try:
        return read(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--from") from None


def print_run(made: DayRun) -> None:
    """Print the days of a run, what each stage reached, and the files."""
    import polars as pl

    from sinho.materials import not_sent
    from sinho.run.report.headline import headline
    from sinho.run.report.tables import COST_UNIT, booth_table, days_table

    for sentence in headline(made):
        print_text(sentence)
    print()
    print_frame("Days", days_table(made).frame)
    if made.booths.height:
        print_frame("Shared shops", booth_table(made).frame)
    rows = [
        {
            "stage": name,
            "time [s]": facts.get("seconds"),
            "reached": reached(facts, COST_UNIT if name == "slot" else made.plan.currency),
        }
        for name, facts in made.stages.items()
    ]
    print_frame("Stages", pl.DataFrame(rows))
    for revision in made.revised:
        print_text(f"revised: {revision}")
    for warning in made.warnings:
        print_text(f"warning: {warning}")
    print_problems(not_sent(made.calls))
    print_written(file for name, file in made.files.items() if "/" not in name)
    print(f"\n`sinho trace {as_typed(made.folder)} ORDER` follows one car.")


def reached(facts: Mapping[str, Any], unit: str) -> str:
    """Return the key figures of a stage in words; ``unit``: that of its costs."""
    left_out = (
        "seconds",
        "solver_seconds",
        "levels",
        "bounds",
        "breaks",
        "booths",
        "params",
        "sha256",
    )
    return ", ".join(
        f"{CALLED.get(name, name.replace('_', ' '))} {figure(name, value)}"
        + (f" {unit}" if name in ("cost", "objective") else "")
        for name, value in facts.items()
        if name not in left_out
    )


def figure(name: str, value: object) -> str:
    """Write a figure of a stage: whole from a hundred on, else with four digits; gaps in %."""
    from sinho.run.report.tables import ENDED, share

    if name == "gap" and isinstance(value, float):
        return share(value)
    if name == "status":
        return ENDED.get(str(value), str(value))
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= WHOLE_FROM else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


@examples(
    "sinho trace out/march 2603-000123",
    "sinho trace out/march 2026-03-05             what the day is short of",
)
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
    from sinho.run.days import read_run
    from sinho.run.stages import short_of
    from sinho.run.trace import trace_order

    made = read_run(out)
    date = date_in(order, made)
    if date is not None:
        said = short_of(made, date)
        if json:
            print_json({"date": date, "why": said})
            return
        for line in said:
            print_text(line, "")
        return
    found = trace_order(made, order)
    if json:
        print_json(found.record())
        return
    for head, text in found.lines():
        print_text(text, f"{head:<13} ")


def date_in(text: str, made: DayRun) -> dt.date | None:
    """Return the date that a text is; None where it is none, or an order of the run.

    Raises
    ------
    typer.BadParameter
        For what looks like a date, or a month, and is no day.
    """
    if text in made.orders.table["order"] or text in made.earlier["order"]:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        if not DATE_LIKE.fullmatch(text):
            return None
    days = made.slots.days["date"]
    raise typer.BadParameter(
        f"{text!r} is no order of the run, and no day either. Write a day as {days[0]}; the run's "
        f"days are {days[0]} to {days[-1]}.",
        param_hint="ORDER|DATE",
    )
