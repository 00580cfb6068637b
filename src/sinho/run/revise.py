"""Takes another sequence of a day into a finished run: a new run beside it, with what follows.

The run itself stays as it was. The new one has its plan and its order bank; orders that the
sequence lacks lose their day, and those of the bank that it has besides leave theirs. Slots and
sequences are scored anew, and materials, call-offs and report follow. Its call-off replaces that
of the run.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from sinho.errors import DataError, Infeasible, Problem, StoreError, nearest
from sinho.hub.lines import routes
from sinho.results import DaySlots, LineDay, Sequence
from sinho.run import folders, stages
from sinho.run.booths import SharedShops
from sinho.run.days import only_if_begun, refuse_folder
from sinho.run.figures import StageResult, sequences_found, slots_found
from sinho.run.found import DayRun
from sinho.run.keep import WORK, save
from sinho.run.kept import HUB
from sinho.run.kept_stages import OnStage, kept_facts
from sinho.run.line import by_line, with_facts
from sinho.run.pipeline import REVISED, Pipeline
from sinho.run.sequencing import Days
from sinho.run.shared import days_of_lines
from sinho.run.state import State, versions
from sinho.sequence import GIVEN, Input, solve

Moves = Mapping[str, LineDay | None]


def revise_run(
    run: DayRun,
    day: LineDay,
    found: Sequence,
    out: str | Path,
    *,
    request: str,
    force: bool = False,
    progress: OnStage | None = None,
) -> DayRun:
    """Take another sequence of a day into a run, as a new run in another folder.

    Parameters
    ----------
    run : DayRun
        The finished run.
    day : LineDay
        One of its lines' days.
    found : Sequence
        The day's new sequence: of its cars, or without some of them, or with other orders of the
        run's bank.
    out : str or pathlib.Path
        Folder to write to; made where it is missing.
    request : str
        What was asked for, in words; it is recorded.
    force : bool
        Whether an earlier run in the folder, or files of the same names, are replaced.
    progress : callable, optional
        Called with where each stage stands.

    Returns
    -------
    DayRun
        The run with the sequence, and all that follows from it.

    Raises
    ------
    DataError
        When the day is none of the run, or its cars are not orders of the run's bank, each once.
    StoreError
        When the folder is that of the run, or holds something and ``force`` is false.
    """
    folder = Path(out)
    refuse_revision(run.folder, folder, force=force)
    moves = _moves(run, day, found.order)
    slots = stages.moved(run, moves) if moves else run.slots
    began = time.perf_counter()
    days = _days(run, day, found, moves, slots)
    spent = time.perf_counter() - began
    with only_if_begun(folder):
        folders.set_aside(folder)
        pipeline = Pipeline(run.hub, _begun(run, folder, slots, days, spent), None, progress)
        revision = {
            "date": str(day),
            "of": str(run.folder.resolve()),
            "asked": request,
            "moves": {order: None if to is None else str(to) for order, to in moves.items()},
        }
        pipeline.state.record["revisions"] = [*run.revisions, revision]
        pipeline.state.write()
        pipeline.state.log(f"begun: a revision of {run.folder}, {day}: {request}")
        try:
            return pipeline.run()
        except (DataError, Infeasible, StoreError):
            folders.put_back(folder)
            raise


def refuse_revision(run: Path, out: Path, *, force: bool) -> None:
    """Refuse a folder to which no revision of a run can be written.

    Raises
    ------
    StoreError
        When it is that of the run, or holds something and ``force`` is false.
    """
    if out.resolve() == run.resolve():
        raise StoreError(
            f"{out} is the run itself, which stays as it was made. Name another folder by --out."
        )
    refuse_folder(out, force=force)


def barred(run: DayRun, day: LineDay, order: str) -> tuple[str, str] | None:
    """Say why an order of a run's bank cannot be built on a day of a line, and what to do.

    Parameters
    ----------
    run : DayRun
        The run.
    day : LineDay
        The day.
    order : str
        Number of the order.

    Returns
    -------
    tuple of (str, str) or None
        The rule and a hint; None where it can, or where the bank does not have it.
    """
    rows = run.orders.table.filter(pl.col("order") == order).to_dicts()
    if not rows:
        return None
    row, hint = rows[0], "in the order bank of a new run, or leave it there."
    if row["fixed"] not in (None, day.date):
        return f"the order is fixed on {row['fixed']}", f"Fix it on another day {hint}"
    if run.hub["lines"].is_empty():
        return None
    if row.get("line") not in (None, day.line):
        return f"the order is fixed to line {row['line']}", f"Fix it to another line {hint}"
    model, ways = row["model"], routes(run.hub).filter(pl.col("model") == row["model"])
    own = ways.filter(pl.col("line") == day.line)
    if own.is_empty():
        built = " and ".join(ways["line"])
        return f"{model} is not built on line {day.line}", f"It is built on {built}."
    start = own["start"][0]
    if start is not None and start > day.date:
        return f"{model} can be built on line {day.line} from {start} on", "Choose a later day."
    return None


def _moves(run: DayRun, day: LineDay, order: tuple[str, ...]) -> Moves:
    """Return the new day of each order that leaves its own."""
    where = f"sequence of {day}"
    if day not in run.sequences:
        days = f"The run's days with cars are {', '.join(map(str, run.sequences))}."
        raise DataError([Problem(where, "the run has no cars on this day", hint=days)])
    known = run.orders.table["order"].to_list()
    problems = [
        Problem(where, "the run's order bank has no such order", None, "car", car, hint)
        for car in order
        if car not in run.slots.slots["order"]
        for hint in [f"{nearest(car, known)} A new order belongs in the bank of a new run."]
    ]
    twice = sorted({car for car in order if order.count(car) > 1})
    problems += [Problem(where, "the car stands twice", None, "car", car) for car in twice]
    own = run.sequences[day].order
    moves: dict[str, LineDay | None] = {car: day for car in order if car not in own}
    problems += [
        Problem(where, reason[0], None, "car", car, reason[1])
        for car in moves
        if (reason := barred(run, day, car)) is not None
    ]
    if problems:
        raise DataError(problems)
    return moves | dict.fromkeys([car for car in own if car not in order])


def _days(run: DayRun, day: LineDay, found: Sequence, moves: Moves, slots: DaySlots) -> StageResult:
    """Return what the days' sequences, scored and bounded behind the days before, are kept as."""
    cars = with_facts(slots.slots, run.orders.table)
    known: dict[LineDay, Sequence] = {}
    breaks: list[str] = []
    lines = days_of_lines(run, by_line(cars))
    for days in lines.values():
        for one in days.days:
            old = run.sequences[one]
            left = tuple(car for car in old.order if car not in moves)
            days.known[one] = found if one == day else replace(old, order=left)
        for at, one in enumerate(days.days):
            days.known[one] = _scored(run, days, at)
        known |= days.known
        breaks += days.broken(days.known)
    shared = SharedShops(run.hub, run.plan, run.days, lines, run.folder / WORK, run.before)
    return sequences_found({one: known[one] for one in cars}, breaks, shared.figures())


def _scored(run: DayRun, days: Days, at: int) -> Sequence:
    """Return the sequence of a day, scored anew where it or what stands before it is another."""
    here = days.days[at]
    day, was, one = days.true_day(at), run.line_of(here), days.known[here]
    same = one.order == run.sequences[here].order and day.cars.equals(was.cars)
    if same and day.previous.equals(was.previous):
        return run.sequences[here]
    true = solve(Input.from_day(day, start=one.order), GIVEN).sequence
    return replace(one, day=day.name, score=true.score, bounds=true.bounds)


def _begun(
    run: DayRun,
    folder: Path,
    slots: DaySlots,
    sequences: StageResult,
    spent: float,
) -> State:
    """Keep what the new run begins with, whole or not at all; return its record."""
    record = State.read(run.folder).record
    facts: dict[str, Any] = {name: dict(run.stages[name]) for name in ("plan", "orders", "slot")}
    staged = Path(tempfile.mkdtemp(prefix=f".{WORK}-", dir=folder))
    try:
        staged.chmod(0o755)
        for name in (HUB, "plan", "orders"):
            shutil.copytree(run.folder / WORK / name, staged / name)
        results, figures = slots_found(slots)
        save(staged / "slot", results, {"params": facts["slot"]["params"], **figures})
        save(staged / "sequence", *sequences)
        save(staged / REVISED, {"calls": run.calls, "supply": run.supply})
        facts["slot"] |= kept_facts(staged / "slot")
        facts["sequence"] = {"seconds": round(spent, 3), **kept_facts(staged / "sequence")}
        staged.rename(folder / WORK)
    finally:
        if staged.exists():
            shutil.rmtree(staged)
    same = ("input_hash", "input", "demonstrated")
    kept = {key: record[key] for key in same if key in record}
    begun = {"status": "running", "parameters": run.params.record(), "versions": versions()}
    return State(folder, {**begun, **kept, "stages": facts})
