"""The commands that find a day's sequence and that score one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import typer

from sinho import results
from sinho.cli.base import FileProblem, print_json, say
from sinho.cli.hubs import chosen, counted
from sinho.cli.progress import wait
from sinho.cli.show import print_frame, print_text
from sinho.errors import DataError, Problem, nearest
from sinho.sequence.day import Day
from sinho.sequence.formats import inspect_day, read_order, write_order

DEFAULT_SECONDS = 60.0
ROADEF_LEVELS = ("hprc", "lprc", "paint")
SHOWN = 40
"""Violations of one rule that are listed on a screen."""

ENDED = {
    "optimal": "nothing better exists",
    "iterations": "all moves were tried",
    "time": "the time is over",
    "stopped": "it was stopped",
}
"""Why a search ended, by its status."""


@dataclass(frozen=True)
class Asked:
    """Which day is asked for."""

    path: Path
    instance: str | None = None
    date: str | None = None


@dataclass(frozen=True)
class Files:
    """What is to be written."""

    out: Path | None = None
    report: Path | None = None
    picture: Path | None = None
    force: bool = False

    def check(self) -> None:
        """Refuse names that could not be written, before a search is spent on them."""
        writable("--out", self.out, (".txt", ".csv", ".xlsx"), force=self.force)
        writable("--report", self.report, (".html", ".htm"), force=self.force)
        writable("--picture", self.picture, (".svg", ".png"), force=self.force)


COMPILING = "compiling the search, once per machine"


def writable(option: str, path: Path | None, endings: Sequence[str], *, force: bool) -> None:
    """Refuse a file that is in the way, or whose ending says no format.

    Parameters
    ----------
    option : str
        Where the name was given.
    path : pathlib.Path or None
        The file.
    endings : sequence of str
        Endings that are known.
    force : bool
        Whether an existing file may be replaced.
    """
    if path is None:
        return
    if path.suffix.lower() not in endings:
        listed = ", ".join(endings)
        raise typer.BadParameter(
            f"the name {path.name!r} ends in none of {listed}.", param_hint=option
        )
    if path.is_dir():
        raise FileProblem(f"{path} is a folder; give the name of a file.")
    if path.exists() and not force:
        raise FileProblem(f"{path} exists already. Give another name, or --force to replace it.")


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
    written = write_files(day, made, files)
    if as_json:
        print_json(record(day, made, warnings) | {"files": written})
        return
    print_day(day)
    print_levels(day, made.score, made.bounds)
    print_search(made)
    if not written:
        print("\nNothing was written; --out seq.txt (or .csv, .xlsx) writes the sequence.")
    else:
        print("Written:")
        for path in written.values():
            print(f"  {path}")


def write_files(day: Day, made: results.Sequence, files: Files) -> dict[str, str]:
    """Write what is asked for and return the paths by kind."""
    from sinho.report.sequence import (
        write_sequence_picture,
        write_sequence_report,
        write_sequence_workbook,
    )

    written: dict[str, str] = {}
    if files.out is not None:
        if files.out.suffix.lower() == ".xlsx":
            path = write_sequence_workbook(day, made, files.out, force=files.force)
        else:
            path = write_order(day, made.order, files.out, force=files.force)
        written["out"] = str(path)
    if files.report is not None:
        path = write_sequence_report(day, made, files.report, force=files.force)
        written["report"] = str(path)
    if files.picture is not None:
        path = write_sequence_picture(day, made.order, files.picture, force=files.force)
        written["picture"] = str(path)
    return written


def order_of(day: Day, path: Path) -> tuple[str, ...]:
    """Read a sequence; a file that is missing is said to be so."""
    if not path.is_file():
        names = [item.name for item in path.absolute().parent.glob("*")]
        near = nearest(path.name, names)
        hint = f" {near}" if near.startswith("Did") else ""
        raise FileProblem(f"{path}: there is no such file.{hint}")
    return read_order(day, path)


def score(
    asked: Asked,
    path: Path | None,
    *,
    violations: bool,
    why: bool,
    rule: str | None,
    as_json: bool,
) -> None:
    """Score a sequence apart from any search."""
    from sinho.sequence.bounds import bounds, explain_rule, rule_outlook
    from sinho.sequence.score import score_order
    from sinho.sequence.violations import violations as list_violations

    day, warnings = day_of(asked)
    if rule is not None:
        chosen("--rule", rule, [known.name for known in day.rules], "rule")
    tell(warnings, as_json=as_json)
    order = day.idents if path is None else order_of(day, path)
    reached = score_order(day, order)
    least = bounds(day)
    listed = list_violations(day, order) if violations or rule else None
    outlook = rule_outlook(day) if why and not rule else None
    explained = None if rule is None else explain_rule(day, rule)
    if rule is not None and listed is not None:
        listed = listed.filter(pl.col("rule") == rule)
    if as_json:
        found = scored(day, reached, least.figures) | {
            "reasons": dict(zip(day.levels, least.reasons, strict=True)),
            "warnings": [str(problem) for problem in warnings],
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
    print_levels(day, reached, least.figures)
    print_rules(day, reached, rule)
    if explained is not None:
        print_text(explained)
        print()
    if outlook is not None:
        for level, reason in zip(day.levels, least.reasons, strict=True):
            print_text(reason, f"Bound of {level}: ")
        print()
        print_outlook(outlook)
    if listed is not None:
        print_violations(listed)


def tell(warnings: Iterable[Problem], *, as_json: bool) -> None:
    """Print warnings on standard error."""
    if not as_json:
        for problem in warnings:
            say(f"warning: {problem}")


def whole(value: float) -> float | int:
    """Return a figure as a whole number where it is one."""
    return int(value) if float(value).is_integer() else value


def scored(day: Day, reached: results.Score, bounds: Sequence[float]) -> dict[str, Any]:
    """Return what a sequence costs, ready for JSON; for days of the challenge by its names too.

    Parameters
    ----------
    day : Day
        The day.
    reached : Score
        What the sequence costs.
    bounds : sequence of float
        Proven lower bound of each level.
    """
    levels = {name: whole(figure) for name, figure in reached.levels}
    found: dict[str, Any] = {
        "day": day.name,
        "date": day.date,
        "source": day.source,
        "cars": day.size,
        "feasible": reached.feasible,
        "hard": reached.hard,
        "score": None if reached.weighted is None else whole(reached.weighted),
        "levels": levels,
        "bounds": {name: whole(b) for name, b in zip(day.levels, bounds, strict=True)},
        "rules": {name: whole(figure) for name, figure in reached.rules},
    }
    if day.levels and set(day.levels) <= set(ROADEF_LEVELS):
        found |= {name: levels.get(name, 0) for name in ROADEF_LEVELS}
    return found


def record(day: Day, made: results.Sequence, warnings: Sequence[Problem]) -> dict[str, Any]:
    """Return a sequence and how it was found, ready for JSON."""
    return scored(day, made.score, made.bounds) | {
        "status": made.status,
        "seed": made.seed,
        "threads": made.threads,
        "iterations": made.iterations,
        "seconds": round(made.seconds, 3),
        "moves_per_second": round(made.moves_per_second),
        "order": list(made.order),
        "history": made.history.to_dicts(),
        "versions": dict(made.versions),
        "warnings": [str(problem) for problem in warnings],
    }


def print_day(day: Day) -> None:
    """Print what the day is."""
    before = f", {day.previous.height:,} known before them" if day.previous.height else ""
    hard = sum(rule.hard for rule in day.rules)
    rules = counted(len(day.rules), "rule") + (f" ({hard:,} hard)" if hard else "")
    print(f"{day.name}: {counted(day.size, 'car')}{before}, {rules}\n")


def print_levels(day: Day, reached: results.Score, bounds: Sequence[float]) -> None:
    """Print figure, bound and verdict of each level, and whether the hard rules hold."""
    from sinho.report.sequence.tables import level_unit, verdict

    rows = [
        {
            "level": name,
            "figure": figure,
            "unit": level_unit(day, at),
            "bound": bound,
            "verdict": verdict(figure, bound) if reached.feasible else "hard rules are broken",
        }
        for at, ((name, figure), bound) in enumerate(zip(reached.levels, bounds, strict=True))
    ]
    if rows:
        print_frame("", pl.DataFrame(rows), keys=1)
    if reached.weighted is not None:
        print(f"Score {whole(reached.weighted):,}")
    broken = [
        rule.name
        for rule, (_, figure) in zip(day.rules, reached.rules, strict=True)
        if rule.hard and figure
    ]
    if broken:
        print_text(f"Not feasible: hard rules are broken: {', '.join(broken)}.")
    elif any(rule.hard for rule in day.rules):
        print("All hard rules hold.")


def print_search(made: results.Sequence) -> None:
    """Print how a sequence was found."""
    searches = "1 search" if made.threads == 1 else f"{made.threads:,} searches"
    print(
        f"{made.status}: {ENDED[made.status]}. {made.iterations:,} moves in {made.seconds:,.1f} s "
        f"({made.moves_per_second:,.0f}/s), {searches}, seed {made.seed}"
    )


def print_rules(day: Day, reached: results.Score, only: str | None) -> None:
    """Print the figure of each rule, or of one alone."""
    from sinho.report.sequence.tables import KINDS, subject

    rows = [
        {
            "rule": rule.name,
            "kind": KINDS[type(rule)],
            "about": subject(rule),
            "level": "hard" if rule.level is None else day.levels[rule.level],
            "figure": figure,
            "unit": rule.unit,
        }
        for rule, (_, figure) in zip(day.rules, reached.rules, strict=True)
        if only in (None, rule.name)
    ]
    if rows:
        print()
        print_frame("Rules", pl.DataFrame(rows), keys=1)


def print_outlook(outlook: pl.DataFrame) -> None:
    """Print what the day's cars allow of each rule."""
    frame = outlook.select(
        "rule",
        "cars",
        (100 * pl.col("take_rate")).alias("take rate [%]"),
        "limit",
        (100 * pl.col("utilisation")).alias("utilisation [%]"),
        pl.col("possible")
        .cast(pl.String)
        .replace({"true": "yes", "false": "no"})
        .alias("can be kept"),
        pl.col("least"),
        "unit",
        pl.col("reason").alias("why"),
    )
    print_frame("What the day's cars allow of each rule by itself", frame, keys=1)


def print_violations(listed: pl.DataFrame) -> None:
    """Print violations, the first of each rule."""
    if listed.is_empty():
        print("No rule is violated.")
        return
    shown = listed.filter(pl.int_range(pl.len()).over("rule") < SHOWN)
    frame = shown.select(
        "rule",
        pl.col("level").fill_null("hard"),
        "first",
        "last",
        "cost",
        pl.col("text").alias("what"),
    )
    more = listed.height - shown.height
    note = "Position 0 is the last car before the day."
    if more:
        note += f" {more:,} more; --json lists them all."
    print_frame("Violations", frame, keys=1, note=note)
