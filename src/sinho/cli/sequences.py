"""The commands that find a day's sequence and that score one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import typer

from sinho.cli.base import FileProblem, print_json
from sinho.cli.hubs import chosen
from sinho.cli.progress import wait
from sinho.cli.sequence_files import Files, print_written, unsearched, write_files
from sinho.cli.sequence_show import (
    print_day,
    print_hard,
    print_levels,
    print_outlook,
    print_rules,
    print_search,
    print_violations,
    record,
    scored,
    tell,
)
from sinho.cli.show import print_text
from sinho.errors import DataError, Problem, nearest
from sinho.sequence.day import Day
from sinho.sequence.formats import inspect_day, read_order

DEFAULT_SECONDS = 60.0
COMPILING = "compiling the search, once per machine"

NOT_FOUND = (
    "No order that keeps them was found. Give it more time (--start goes on from this order), or "
    "make one of them soft; `sinho score DAY --why` says which the day's cars can keep."
)
TO_MEND = (
    "--violations lists every place; --why says which of them the day's cars can keep; "
    "`sinho sequence DAY --start SEQUENCE` looks for an order that keeps them."
)


@dataclass(frozen=True)
class Asked:
    """Which day is asked for."""

    path: Path
    instance: str | None = None
    date: str | None = None


def day_of(asked: Asked) -> tuple[Day, tuple[Problem, ...]]:
    """Read the day that is asked for.

    Parameters
    ----------
    asked : Asked
        Path, instance and date.

    Returns
    -------
    day : Day
        The day.
    warnings : tuple of Problem
        What is odd but harmless.

    Raises
    ------
    FileProblem
        When nothing is there.
    DataError
        With every error.
    """
    path = asked.path
    if not path.exists():
        folder = path.absolute().parent
        names = [item.name for item in folder.glob("*")] if folder.is_dir() else []
        near = nearest(path.name, names)
        hint = f" {near}" if near.startswith("Did") else ""
        raise FileProblem(f"{path}: there is no such folder or file.{hint}")
    day, problems = wait(
        lambda _stop, _report: inspect_day(path, instance=asked.instance, date=date_of(asked.date)),
        f"reading {path}",
        all_or_nothing=True,
    )
    errors = [problem for problem in problems if problem.severity == "error"]
    if day is None:
        raise DataError(errors)
    return day, problems


def date_of(text: str | None) -> dt.date | None:
    """Return a date as typed; refuse what is none."""
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no date. Write it as 2026-03-31.", param_hint="--date"
        ) from None


def sequence(
    asked: Asked,
    files: Files,
    *,
    start: Path | None,
    seconds: float | None,
    iterations: int | None,
    seed: int,
    threads: int,
    as_json: bool,
) -> None:
    """Find the order of a day's cars, print what it reaches, write the files."""
    files.check()
    day, warnings = day_of(asked)
    tell(warnings, as_json=as_json)
    first = None if start is None else order_of(day, start)
    if seconds is None and iterations is None:
        seconds = DEFAULT_SECONDS
    from sinho.sequence.search import sequence_day, warm_up

    wait(lambda _stop, _report: warm_up(), COMPILING, all_or_nothing=True)
    made = wait(
        lambda stop, progress: sequence_day(
            day,
            start=first,
            stop=stop,
            iterations=iterations,
            seed=seed,
            threads=threads,
            progress=progress,
        ),
        f"sequencing {day.name}",
        seconds,
        what="sequence",
    )
    from sinho.sequence.bounds import conditional_bounds

    behind = conditional_bounds(day, made.score.totals)
    written = write_files(day, made, files, behind)
    if as_json:
        print_json(record(day, made, behind, warnings) | {"files": written})
        return
    print_day(day)
    print_levels(day, made.score, made.bounds, behind)
    print_hard(day, made.order, NOT_FOUND)
    print_search(made)
    print()
    print_written(written, "--out seq.txt (or .csv, .xlsx) writes the sequence.")


def order_of(day: Day, path: Path) -> tuple[str, ...]:
    """Read a sequence; a file that is missing is said to be so."""
    if path.is_dir():
        raise FileProblem(f"{path} is a folder; give the file of a sequence.")
    if not path.is_file():
        names = [item.name for item in path.absolute().parent.glob("*")]
        near = nearest(path.name, names)
        hint = f" {near}" if near.startswith("Did") else ""
        raise FileProblem(f"{path}: there is no such file.{hint}")
    return read_order(day, path)


def score(
    asked: Asked,
    path: Path | None,
    files: Files,
    *,
    violations: bool,
    why: bool,
    rule: str | None,
    as_json: bool,
) -> None:
    """Score a sequence apart from any search."""
    from sinho.sequence.bounds import bounds, conditional_bounds, explain_rule, rule_outlook
    from sinho.sequence.score import score_order
    from sinho.sequence.violations import broken_rules
    from sinho.sequence.violations import violations as list_violations

    files.check()
    day, warnings = day_of(asked)
    if rule is not None:
        chosen("--rule", rule, [known.name for known in day.rules], "rule")
    tell(warnings, as_json=as_json)
    order = day.idents if path is None else order_of(day, path)
    reached = score_order(day, order)
    least = bounds(day)
    behind = conditional_bounds(day, reached.totals, least)
    listed = list_violations(day, order) if violations or rule else None
    outlook = rule_outlook(day) if why and not rule else None
    explained = None if rule is None else explain_rule(day, rule)
    if rule is not None and listed is not None:
        listed = listed.filter(pl.col("rule") == rule)
    written = write_files(day, unsearched(day, order, reached, least.figures), files, behind)
    if as_json:
        found = scored(day, reached, least.figures, behind) | {
            "broken": broken_rules(day, order),
            "reasons": dict(zip(day.levels, behind.reasons, strict=True)),
            "warnings": [str(problem) for problem in warnings],
            "files": written,
        }
        if listed is not None:
            found["violations"] = listed.to_dicts()
        if outlook is not None:
            found["outlook"] = outlook.to_dicts()
        if explained is not None:
            found["why"] = explained
        print_json(found)
        return
    print_day(day)
    if path is None:
        print("The order given in the day, without a sequence file:\n")
    print_levels(day, reached, least.figures, behind)
    print_hard(day, order, TO_MEND)
    print_rules(day, reached, rule)
    if explained is not None:
        print_text(explained)
        print()
    if outlook is not None:
        for level, reason in zip(day.levels, behind.reasons, strict=True):
            print_text(reason, f"Bound of {level}: ")
        print()
        print_outlook(outlook)
    if listed is not None:
        print_violations(listed)
    if written:
        print_written(written, "")
