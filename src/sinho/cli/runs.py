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
    Chance,
    ParamsFile,
    RunFolder,
    Scenario,
    file_option,
    folder_option,
    force_option,
    number_option,
    params_of,
    seconds_option,
    seed_option,
    threads_option,
    typed,
)
from sinho.cli.progress import staged
from sinho.cli.show import print_frame, print_json, print_problems, print_text, problem_json, say
from sinho.errors import as_typed
from sinho.parameters import SEED

if TYPE_CHECKING:
    from sinho.run.days import DayRun

WHOLE_FROM = 100.0
DATE_LIKE = re.compile(r"\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
"""What a date may look like, the wrong ways to write one included."""

CALLED = {
    "unslotted": "without a day",
    "hard": "hard rules broken",
    "broken": "units beyond limits",
    "in_time": "share of orders in time",
    "for_vessel": "and for their vessel",
}
"""What figures of stages are called on a screen, where not as in ``run.json``."""


@examples(
    "sinho run myplant --from 2026-03 --days 20 --out out/march",
    "sinho run myplant --scenario polestar4 --from 2026-03 --days 20 --seed 1 --out out/p4",
    "sinho run myplant --orders orders.xlsx --from 2026-03-02 --days 10 --out out/bank",
    "sinho run myplant --from 2026-03 --days 20 --simulate 100 --out out/chances",
    "sinho simulate myplant --from 2026-03 --out out/sim    what days hold, and then:",
    "sinho run myplant --from 2026-03 --days 20 --simulation out/sim --chance 90% --out out/held",
    "sinho run --resume out/march",
)
def run(
    context: typer.Context,
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="HUB",
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
    seed: Annotated[int, seed_option("Seed")] = SEED,
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
    simulate: Annotated[
        int | None,
        number_option(
            "Simulate the days so often before cars are given voyages: how likely each order is "
            "in time, and ready for its vessel."
        ),
    ] = None,
    simulation: Annotated[
        Path | None,
        folder_option(
            "Folder of `sinho simulate HUB --out`: plan months and fill days with what its shops "
            "demonstrate, not with what they are manned for."
        ),
    ] = None,
    chance: Chance = None,
    params: ParamsFile = None,
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
    from sinho.calloffs import not_sent
    from sinho.run.days import STAGES, resume_run

    if resume is None:
        made = _begun(context, path, out, params, force=force)
    else:
        refuse_changes(resume, typed(context))
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


def refuse_changes(folder: Path, given: Mapping[str, Any]) -> None:
    """Refuse options that contradict the run that is gone on with.

    Parameters
    ----------
    folder : pathlib.Path
        The run's folder.
    given : mapping of str to object
        The options that were typed.
    """
    from sinho.run import BASE
    from sinho.run.state import State

    kept = State.read(folder).params
    wrong = []
    for name, typed_value in given.items():
        if name == "out":
            value: Any = Path(typed_value).resolve()
            own: Any = folder.resolve()
        elif name in ("path", "resume", "json"):
            continue
        elif name in ("force", "params"):
            wrong.append(f"--{name} (it would begin anew)")
            continue
        else:
            value, own = _read(name, typed_value), getattr(kept, name)
        if value != own:
            option = {"first": "from"}.get(name, name).replace("_", "-")
            none = BASE if name == "scenario" else "none"
            wrong.append(f"--{option} {value or BASE} (the run has {own or none})")
    if wrong:
        raise typer.BadParameter(
            f"a run goes on as it was begun, which contradicts {', '.join(wrong)}. Leave that out, "
            "or begin a new run in another folder.",
            param_hint="--resume",
        )


def _begun(
    context: typer.Context, path: Path | None, out: Path | None, file: Path | None, *, force: bool
) -> DayRun:
    """Begin a run."""
    from sinho.run import scenario_names
    from sinho.run.days import STAGES, run_days
    from sinho.run.params import RunParams

    if path is None:
        raise typer.BadParameter("name the hub, or an interrupted run.", param_hint="HUB")
    if out is None:
        raise typer.BadParameter("name the folder of the run.", param_hint="--out")
    first = context.params["first"]
    if first is not None:
        first = _read("first", first)
    hub = load(path)
    usual = {"first": hub.settings.start}
    params = params_of(context, RunParams, file, usual, hub=path, first=first)
    if params.scenario:
        chosen("--scenario", params.scenario, scenario_names(hub), "scenario")
    for name in ("orders", "former", "simulation"):
        own = getattr(params, name)
        if own is not None and not own.exists():
            raise FileProblem(f"--{name} {own}: there is no such file or folder.")
    if params.orders is not None and params.orders.is_dir():
        raise FileProblem(f"--orders {params.orders} is a folder; give the file of the order bank.")
    work = partial(run_days, hub, params, out, force=force)
    return staged(work, STAGES, f"sinho run --resume {as_typed(out)}")


def _read(name: str, given: Any) -> Any:
    """Return the value of an option as the parameter has it."""
    from sinho.run.params import RunParams

    try:
        return RunParams.value_of(name, given)
    except ValueError as error:
        option = {"first": "from"}.get(name, name)
        raise typer.BadParameter(str(error), param_hint=f"--{option}") from None


def print_run(made: DayRun) -> None:
    """Print the days of a run, what each stage reached, and the files."""
    import polars as pl

    from sinho.calloffs import not_sent
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
    from sinho.results import ENDED
    from sinho.run.report.tables import share

    if name == "gap" and isinstance(value, float):
        return share(value)
    if name == "status":
        words: Mapping[Any, str] = ENDED
        return words.get(value, str(value))
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
