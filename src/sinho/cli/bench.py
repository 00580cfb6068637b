"""Command bench sequence: sequence many instances and compare the scores."""

from __future__ import annotations

import sys
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sinho.cli.base import FileProblem, examples
from sinho.cli.files import writable, write_table
from sinho.cli.inputs import made_by_sinho
from sinho.cli.options import (
    AsJson,
    Iterations,
    ReplaceFiles,
    SearchSeed,
    SearchThreads,
    file_option,
    seconds_option,
)
from sinho.cli.progress import wait
from sinho.cli.show import print_frame, print_json, say
from sinho.errors import DataError, counted
from sinho.parameters import SEED
from sinho.stop import Headed, Report, StopRule

if TYPE_CHECKING:
    import polars as pl

    from sinho.days.day import Day
    from sinho.results import Sequence

SECONDS = 20.0
REFERENCE = "reference.csv"


def references(path: Path) -> dict[str, int]:
    """Return the scores to compare with, by instance, of a ``reference.csv`` beside the days.

    Parameters
    ----------
    path : pathlib.Path
        A folder or file; looked for in the folder, then in its parents up to two levels.
    """
    from sinho.hub.csvfile import read_csv

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


@examples(
    "sinho bench sequence roadef/A --time 20",
    "sinho bench sequence roadef/B --only '*RAF_EP*' --threads 2 --out table.csv",
    "sinho bench sequence csplib/data.txt --time 10",
)
def bench_sequence(
    path: Annotated[
        Path,
        typer.Argument(
            metavar="PATH",
            help="A folder of days, one day, or a CSPLib file. A reference.csv in the folder or "
            "beside it holds scores to compare with.",
        ),
    ],
    time: Annotated[
        float | None,
        seconds_option("Time for each instance; 20 by default.", "--time"),
    ] = None,
    iterations: Iterations = None,
    seed: SearchSeed = SEED,
    threads: SearchThreads = 1,
    only: Annotated[
        str | None,
        typer.Option(metavar="PATTERN", help="Instances whose names match, such as '*RAF_EP*'."),
    ] = None,
    out: Annotated[Path | None, file_option("Table to write: .csv or .xlsx.")] = None,
    force: ReplaceFiles = False,
    json: AsJson = False,
) -> None:
    """Sequence every instance of a folder or file and put scores beside references and bounds.

    Ctrl-C ends the table with what is done.
    """
    from sinho.days.formats import find_days

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
    seconds = time if time or iterations else SECONDS
    rows: list[dict[str, Any]] = []

    def work(stop: StopRule, progress: Report) -> None:
        from sinho.sequence import Input, Params, solve

        params = Params(iterations=iterations, seconds=seconds, threads=threads)
        for number, found in enumerate(listed, 1):
            if stop():
                return
            head = f"{number}/{len(listed)} {found.name}"
            given = Input.from_files(found.path, instance=found.instance)
            headed = Headed(progress, f"{head}: ")
            made = solve(given, params, stop=stop, seed=seed, progress=headed).sequence
            rows.append(row(found.name, given.day, made, known.get(found.name)))
            if not (json or sys.stderr.isatty()):
                say(f"{head}: {reached(made)}, {made.seconds:.1f} s")

    wait(work, "sequencing", what="table")
    table = frame(rows)
    if json:
        print_json({"instances": table.to_dicts(), "counts": verdicts(table)})
    else:
        print_frame(f"{path}: seed {seed}, {counted(threads, 'thread')}", table, keys=1)
        for text, count in verdicts(table).items():
            print(f"{text}: {count}")
    if len(rows) < len(listed):
        say(f"Stopped after {len(rows):,} of {len(listed):,} instances.")
    if out is not None:
        say(f"written: {write_table(out, table, 'sequence', force=force)}")


def reached(made: Sequence) -> str:
    """Say what was reached, level by level."""
    from sinho.cli.sequences.show import whole

    return ", ".join(f"{name} {whole(figure):,}" for name, figure in made.score.levels)


def row(name: str, day: Day, made: Sequence, reference: int | None) -> dict[str, Any]:
    """Return the figures of one instance."""
    from sinho.cli.sequences.show import whole

    score = made.score
    weights = day.weights or ()
    bound = sum(w * b for w, b in zip(weights, made.bounds, strict=False)) if weights else None
    figures = {level: whole(figure) for level, figure in score.levels}
    total = None if score.weighted is None else whole(score.weighted)
    return {
        "instance": name,
        "cars": day.size,
        "objectives": ">".join(day.levels),
        **figures,
        "feasible": score.feasible,
        "score": total,
        "reference": reference,
        "gap": None if reference is None or total is None else total - reference,
        "bound": None if bound is None else whole(bound),
        "status": made.status,
        "seconds": round(made.seconds, 2),
        "moves": made.iterations,
        "moves_per_s": round(made.moves_per_second),
    }


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Return the rows as a table; levels stand behind the objectives, in order of appearance."""
    import polars as pl

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
