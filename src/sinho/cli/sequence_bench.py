"""The command that sequences many instances and compares the scores."""

from __future__ import annotations

import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import polars as pl
import typer

from sinho.cli.base import FileProblem, print_json, say, writable
from sinho.cli.made import made_by_sinho
from sinho.cli.progress import wait
from sinho.cli.sequence_show import whole
from sinho.cli.show import counted, print_frame
from sinho.errors import DataError
from sinho.hub.csvfile import no_formulas, read_csv
from sinho.hub.files import write_text
from sinho.results import Sequence
from sinho.sequence.day import Day
from sinho.sequence.formats import find_days, read_day
from sinho.stop import Both, Headed, Report, StopRule, TimeLimit

SECONDS = 20.0
REFERENCE = "reference.csv"


def references(path: Path) -> dict[str, int]:
    """Return the scores to compare with, by instance, of a ``reference.csv`` beside the days.

    Parameters
    ----------
    path : pathlib.Path
        A folder or file; looked for in the folder, then in its parents up to two levels.
    """
    here = path.resolve()
    for folder in [here, *here.parents][:3]:
        file = folder / REFERENCE
        if file.is_file():
            break
    else:
        return {}
    grid, problems = read_csv(file)
    if any(problem.severity == "error" for problem in problems):
        raise DataError(problems)
    heads = grid.headings if grid is not None else ()
    place = next((n for n, x in enumerate(heads) if x.startswith(("score", "reference"))), None)
    if grid is None or place is None or "instance" not in heads:
        return {}
    instances = grid.cells.to_series(heads.index("instance"))
    scores = grid.cells.to_series(place).fill_null("").str.strip_chars()
    return {
        str(instance): int(score)
        for instance, score in zip(instances, scores, strict=True)
        if score.isdigit()
    }


def bench(
    path: Path,
    *,
    seconds: float | None,
    iterations: int | None,
    seed: int,
    threads: int,
    only: str | None,
    out: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Sequence every instance and print the table."""
    writable("--out", out, (".csv", ".xlsx"), force=force)
    result = made_by_sinho(path) if path.exists() else None
    if result is not None:
        raise DataError([result])
    if not path.exists():
        raise FileProblem(f"{path}: there is no such folder or file.")
    listed = [one for one in find_days(path) if only is None or fnmatch(one.name, only)]
    if not listed:
        what = f"no instance matches {only!r}" if only else "there are no days to be sequenced"
        raise typer.BadParameter(f"{what} in {path}.", param_hint="--only" if only else "PATH")
    known = references(path)
    if seconds is None and iterations is None:
        seconds = SECONDS
    rows: list[dict[str, Any]] = []

    def work(stop: StopRule, progress: Report) -> None:
        from sinho.sequence.search import sequence_day, warm_up

        warm_up()
        for number, found in enumerate(listed, 1):
            if stop():
                return
            head = f"{number}/{len(listed)} {found.name}"
            day = read_day(found.path, instance=found.instance)
            made = sequence_day(
                day,
                stop=stop if seconds is None else Both(stop, TimeLimit(seconds)),
                iterations=iterations,
                seed=seed,
                threads=threads,
                progress=Headed(progress, f"{head}: "),
            )
            rows.append(row(found.name, day, made, known.get(found.name)))
            if not (as_json or sys.stderr.isatty()):
                say(f"{head}: {told(made)}, {made.seconds:.1f} s")

    wait(work, "sequencing", what="table")
    table = frame(rows)
    if as_json:
        print_json({"instances": table.to_dicts(), "counts": verdicts(table)})
    else:
        print_frame(f"{path}: seed {seed}, {counted(threads, 'thread')}", table, keys=1)
        for text, count in verdicts(table).items():
            print(f"{text}: {count}")
    if len(rows) < len(listed):
        say(f"Stopped after {len(rows):,} of {len(listed):,} instances.")
    if out is not None:
        written(table, out, force=force)


def told(made: Sequence) -> str:
    """Say what was reached, level by level."""
    return ", ".join(f"{name} {whole(figure):,}" for name, figure in made.score.levels)


def row(name: str, day: Day, made: Sequence, reference: int | None) -> dict[str, Any]:
    """Return the figures of one instance."""
    score = made.score
    weights = day.weights or ()
    bound = sum(w * b for w, b in zip(weights, made.bounds, strict=False)) if weights else None
    figures = {level: whole(figure) for level, figure in score.levels}
    reached = None if score.weighted is None else whole(score.weighted)
    return {
        "instance": name,
        "cars": day.size,
        "objectives": ">".join(day.levels),
        **figures,
        "feasible": score.feasible,
        "score": reached,
        "reference": reference,
        "gap": None if reference is None or reached is None else reached - reference,
        "bound": None if bound is None else whole(bound),
        "status": made.status,
        "seconds": round(made.seconds, 2),
        "moves": made.iterations,
        "moves_per_s": round(made.moves_per_second),
    }


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Return the rows as a table; levels stand behind the objectives, in order of appearance."""
    head = ("instance", "cars", "objectives")
    tail = ("feasible", "score", "reference", "gap", "bound", "status", "seconds", "moves")
    last = (*tail, "moves_per_s")
    levels = [name for one in rows for name in one if name not in (*head, *last)]
    names = [*head, *dict.fromkeys(levels), *last]
    columns = {name: [one.get(name) for one in rows] for name in names}
    table = pl.DataFrame(columns, strict=False)
    if all(value is None for value in columns["reference"]):
        table = table.drop("reference", "gap")
    return table


def verdicts(table: pl.DataFrame) -> dict[str, int]:
    """Count instances that are better, as good or worse than their references."""
    counts = {"instances": table.height}
    if "gap" in table.columns:
        gaps = table["gap"].drop_nulls()
        counts |= {
            "better than the reference": int((gaps < 0).sum()),
            "as good": int((gaps == 0).sum()),
            "worse": int((gaps > 0).sum()),
        }
    return counts


def written(table: pl.DataFrame, path: Path, *, force: bool) -> None:
    """Write the table as CSV or workbook."""
    if path.suffix.lower() == ".csv":
        write_text(path, no_formulas(table).write_csv(line_terminator="\n"), force=force)
    else:
        from sinho.hub.sheets import write_tables

        write_tables(path, {"sequence": table}, force=force)
    say(f"written: {path}")
