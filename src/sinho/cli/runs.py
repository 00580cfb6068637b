"""The commands about a run of days: run, trace a car."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import typer

from sinho.cli.base import FileProblem, print_json, problem_json, say
from sinho.cli.inputs import chosen, load
from sinho.cli.progress import staged
from sinho.cli.show import print_frame, print_problems, print_text
from sinho.errors import as_typed
from sinho.run import BASE, scenario_names

if TYPE_CHECKING:
    from sinho.run.days import DayRun, Tell

ITERATIONS = 2_000_000
"""Moves tried for each day's sequence where nothing is asked for."""

WHOLE_FROM = 100.0
DATE_LIKE = re.compile(r"\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}")
"""What a date may look like, the wrong ways to write one included."""

CALLED = {
    "unslotted": "without a day",
    "hard": "hard rules broken",
    "broken": "units beyond limits",
}
"""What figures of stages are called on a screen, where not as in ``run.json``."""


@dataclass(frozen=True)
class Asked:
    """What a run is asked for, as typed."""

    scenario: str | None
    first: str | None
    days: int
    orders: Path | None
    out: Path | None
    former: Path | None
    seed: int
    threads: int
    iterations: int | None
    slot_iterations: int | None
    day_seconds: float | None


def run(
    path: Path | None,
    asked: Asked,
    *,
    resume: Path | None,
    typed: Collection[str],
    force: bool,
    as_json: bool,
) -> None:
    """Run the days, or go on with a run, and print what was found."""
    from sinho.run.days import STAGES, resume_run

    if resume is not None:
        folder = resume
        refuse_changes(folder, asked, typed)
        hub = None if path is None else load(path)
        made = staged(
            lambda tell: resume_run(folder, hub=hub, hub_path=path or "", tell=tell),
            STAGES,
            f"sinho run --resume {as_typed(resume)}",
        )
    else:
        made = begun(path, asked, force=force)
    if as_json:
        from sinho.run.report import not_sent

        print_json(
            {
                "folder": made.folder,
                "revisions": made.revisions,
                "warnings": made.warnings,
                "mended": made.mended,
                "not_sent": [problem_json(problem) for problem in not_sent(made)],
                "stages": dict(made.stages),
                "files": dict(made.files),
            }
        )
        return
    for file in made.mended:
        say(f"warning: {file} was damaged; it was made again.")
    print_run(made)


def refuse_changes(folder: Path, asked: Asked, typed: Collection[str]) -> None:
    """Refuse options that contradict the run that is gone on with.

    Parameters
    ----------
    folder : pathlib.Path
        The run's folder.
    asked : Asked
        What was typed.
    typed : collection of str
        Names of the options that were typed; others have their defaults.
    """
    from sinho.run.state import State

    kept: dict[str, object] = asdict(State.read(folder).asked) | {"out": str(folder.resolve())}
    given: dict[str, object] = asdict(asked)
    given["scenario"] = "" if asked.scenario in (None, BASE) else asked.scenario
    for name, path in (("orders", asked.orders), ("former", asked.former), ("out", asked.out)):
        given[name] = "" if path is None else str(path.resolve())
    if asked.first is not None:
        given["first"] = date_of(asked.first).isoformat()
    names = {"first": "from"}
    wrong = [
        f"--{names.get(name, name).replace('_', '-')} {value or BASE} (the run has "
        f"{kept[name] or (BASE if name == 'scenario' else 'none')})"
        for name, value in given.items()
        if name in typed and value != kept[name]
    ]
    if "force" in typed:
        wrong.append("--force (it would begin anew)")
    if wrong:
        raise typer.BadParameter(
            f"a run goes on as it was begun, which contradicts {', '.join(wrong)}. Leave that out, "
            "or begin a new run in another folder.",
            param_hint="--resume",
        )


def begun(path: Path | None, asked: Asked, *, force: bool) -> DayRun:
    """Begin a run."""
    from sinho.run.days import STAGES, run_days
    from sinho.run.state import RunParameters

    if path is None:
        raise typer.BadParameter("name the hub, or an interrupted run.", param_hint="HUB")
    if asked.out is None:
        raise typer.BadParameter("name the folder of the run.", param_hint="--out")
    hub = load(path)
    if asked.scenario is not None:
        chosen("--scenario", asked.scenario, scenario_names(hub), "scenario")
    for option, file in (("--orders", asked.orders), ("--former", asked.former)):
        if file is not None and not file.exists():
            raise FileProblem(f"{option} {file}: there is no such file or folder.")
    if asked.orders is not None and asked.orders.is_dir():
        raise FileProblem(f"--orders {asked.orders} is a folder; give the file of the order bank.")
    out = asked.out
    parameters = RunParameters(
        hub=str(path.resolve()),
        scenario="" if asked.scenario in (None, BASE) else str(asked.scenario),
        first=(hub.settings.start if asked.first is None else date_of(asked.first)).isoformat(),
        days=asked.days,
        orders="" if asked.orders is None else str(asked.orders.resolve()),
        seed=asked.seed,
        threads=asked.threads,
        iterations=asked.iterations or ITERATIONS,
        day_seconds=asked.day_seconds,
        slot_iterations=asked.slot_iterations,
        former="" if asked.former is None else str(asked.former.resolve()),
    )

    def work(tell: Tell) -> DayRun:
        return run_days(hub, parameters, out, force=force, tell=tell)

    return staged(work, STAGES, f"sinho run --resume {as_typed(out)}")


def date_of(text: str) -> dt.date:
    """Return a day as typed; a month stands for its first day."""
    try:
        return dt.date.fromisoformat(text if len(text) > 7 else f"{text}-01")
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no day or month. Write it as 2026-03-02 or 2026-03.", param_hint="--from"
        ) from None


def print_run(made: DayRun) -> None:
    """Print the days of a run, what each stage reached, and the files."""
    from sinho.report.run.headline import headline
    from sinho.report.run.tables import COST_UNIT, days_table
    from sinho.run.report import not_sent, revised, view_of_run

    view = view_of_run(made)
    for sentence in headline(view):
        print_text(sentence)
    print()
    print_frame("Days", days_table(view).frame)
    rows = [
        {
            "stage": name,
            "time [s]": facts.get("seconds"),
            "reached": reached(facts, COST_UNIT if name == "slot" else made.plan.currency),
        }
        for name, facts in made.stages.items()
    ]
    print_frame("Stages", pl.DataFrame(rows))
    for told in revised(made):
        print_text(f"revised: {told}")
    for warning in made.warnings:
        print_text(f"warning: {warning}")
    print_problems(not_sent(made))
    print("Written:")
    for name, file in made.files.items():
        if "/" not in name:
            print(f"  {file}")
    print(f"\n`sinho trace {as_typed(made.folder)} ORDER` follows one car.")


def reached(facts: Mapping[str, Any], unit: str) -> str:
    """Return the key figures of a stage in words; ``unit``: that of its costs."""
    left_out = ("seconds", "solver_seconds", "levels", "bounds", "breaks", "params", "sha256")
    return ", ".join(
        f"{CALLED.get(name, name.replace('_', ' '))} {figure(name, value)}"
        + (f" {unit}" if name in ("cost", "objective") else "")
        for name, value in facts.items()
        if name not in left_out
    )


def figure(name: str, value: object) -> str:
    """Write a figure of a stage: whole from a hundred on, else with four digits; gaps in %."""
    from sinho.report.run.tables import ENDED, share

    if name == "gap" and isinstance(value, float):
        return share(value)
    if name == "status":
        return ENDED.get(str(value), str(value))
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= WHOLE_FROM else f"{value:.4g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def trace(out: Path, order: str, *, as_json: bool) -> None:
    """Print the life of one car, or what a day is short of where a date is given."""
    from sinho.run.days import read_run
    from sinho.run.stages import short_of
    from sinho.run.trace import trace_order

    made = read_run(out)
    date = date_in(order, made)
    if date is not None:
        said = short_of(made, date)
        if as_json:
            print_json({"date": date, "why": said})
            return
        for line in said:
            print_text(line, "")
        return
    found = trace_order(made, order)
    if as_json:
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
