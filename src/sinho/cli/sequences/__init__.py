"""Commands sequence and score: find the order of a day's cars, and say what an order costs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from sinho.cli.base import examples
from sinho.cli.inputs import chosen
from sinho.cli.options import (
    AsJson,
    Date,
    DayPath,
    Instance,
    Iterations,
    Line,
    ParamsFile,
    Picture,
    ReplaceFiles,
    Report,
    SearchSeed,
    SearchThreads,
    file_option,
    params_of,
    seconds_option,
)
from sinho.cli.progress import wait
from sinho.cli.show import print_json, print_text
from sinho.parameters import SEED

DEFAULT_SECONDS = 60.0

NOT_FOUND = (
    "No order that keeps them was found. Give it more time (--start goes on from this order), or "
    "make one of them soft; `sinho score DAY --why` says which the day's cars can keep."
)
TO_MEND = (
    "--violations lists every place; --why says which of them the day's cars can keep; "
    "`sinho sequence DAY --start SEQUENCE` looks for an order that keeps them."
)


@examples(
    "sinho sequence out/march --date 2026-03-04 --time 60 --threads 2 --out seq.csv",
    "sinho sequence roadef/A/022_3_4_EP_RAF_ENP --time 20 --out seq.txt",
    "sinho sequence data.txt --instance 4/72 --iterations 1000000",
    "sinho sequence mycars.xlsx --start old.csv --out new.csv --report new.html",
)
def sequence(
    context: typer.Context,
    path: DayPath,
    instance: Instance = None,
    date: Date = None,
    line: Line = None,
    time: Annotated[
        float | None,
        seconds_option(
            "Hand back the best sequence after so many seconds; 60 where --iterations is not "
            "given.",
            "--time",
        ),
    ] = None,
    iterations: Iterations = None,
    seed: SearchSeed = SEED,
    threads: SearchThreads = 1,
    params: ParamsFile = None,
    start: Annotated[
        Path | None,
        file_option(
            "Sequence to go on from: .txt, .csv or .xlsx. By default one is made.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        file_option(
            ".txt: one ident per line (vehicles*.txt: the challenge's vehicles file). .csv: "
            "the table with positions. .xlsx: the same with levels, rules and violations. Of the "
            "day of a run also a folder: the run with this sequence, and what follows from it.",
        ),
    ] = None,
    report: Report = None,
    picture: Picture = None,
    force: ReplaceFiles = False,
    json: AsJson = False,
) -> None:
    """Find the order in which a day's cars are built, and say how far it is from the limit.

    Ctrl-C hands back the best sequence found so far; a second Ctrl-C gives up.
    """
    from sinho.cli.sequences.day import day_of, order_of
    from sinho.cli.sequences.files import Files, write_files
    from sinho.cli.sequences.revisions import hand_back, print_back
    from sinho.cli.sequences.show import (
        ended,
        print_day,
        print_hard,
        print_levels,
        print_search,
        print_shared,
        print_warnings,
        record,
        shared_record,
    )

    files = Files(out, report, picture, force)
    files.check(path)
    given = day_of(path, instance, date, line)
    day = given.day
    print_warnings(given.warnings, as_json=json)
    first = None if start is None else order_of(given, start)
    from sinho.sequence import Input, Params, solve

    requested = Input.from_day(day, start=first)
    effort = params_of(context, Params, params, seconds=time)
    if effort.iterations is None and effort.seconds is None:
        effort = replace(effort, seconds=DEFAULT_SECONDS)
    search = solve if given.shared is None else given.shared.solve
    result = wait(
        lambda stop, progress: search(requested, effort, stop=stop, seed=seed, progress=progress),
        f"sequencing {day.name}",
        what="sequence",
    )
    made = result.sequence
    limit = (
        f"--time {effort.seconds:g}"
        if effort.iterations is None
        else f"--iterations {effort.iterations}"
    )
    taken = hand_back(
        given, made, files, f"sequence {limit} --seed {seed} --threads {effort.threads}"
    )
    written = write_files(result, files)
    if json:
        found = record(result, given.warnings) | {"files": written}
        found |= shared_record(given, result)
        print_json(found if taken is None else found | {"run": taken.record()})
        ended(given, result)
        return
    print_day(day)
    print_levels(result)
    print_hard(result, NOT_FOUND)
    print_shared(given, result, "The other lines' sequences stay as they are.")
    print_search(made)
    print()
    print_back(taken, written, "--out seq.txt (or .csv, .xlsx) writes the sequence.", given)
    ended(given, result)


@examples(
    "sinho score roadef/A/022_3_4_EP_RAF_ENP seq.txt --json",
    "sinho score mycars.xlsx old.csv --violations",
    "sinho score mycars.xlsx --why --rule HPRC1       can the day keep this rule at all?",
    "sinho score out/march --date 2026-03-04          the sequence of a run",
    "sinho score out/march march4.csv --date 2026-03-04 --out out/march-b",
)
def score(
    path: DayPath,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="SEQUENCE",
            help="The sequence: .txt, .csv or .xlsx. Without it: the order given in the day, of a "
            "run's day the run's own.",
        ),
    ] = None,
    instance: Instance = None,
    date: Date = None,
    line: Line = None,
    violations: Annotated[
        bool, typer.Option("--violations", help="List each violation: where, which cars, what.")
    ] = False,
    why: Annotated[
        bool,
        typer.Option(
            "--why", help="Say for each rule whether the day's cars can keep it at all, and why."
        ),
    ] = False,
    rule: Annotated[
        str | None, typer.Option(metavar="NAME", help="List and explain this rule alone.")
    ] = None,
    out: Annotated[
        Path | None,
        file_option(
            "The sequence to write: .txt and .csv as of `sinho sequence`. .xlsx: with levels, "
            "rules and violations. Of the day of a run also a folder: the run with this sequence.",
        ),
    ] = None,
    report: Report = None,
    picture: Picture = None,
    force: ReplaceFiles = False,
    json: AsJson = False,
) -> None:
    """Count what a sequence costs, rule by rule, apart from any search, and what is proven of it.

    A sequence that breaks hard rules is scored too; it is said that it is not feasible.
    """
    import polars as pl

    from sinho.cli.sequences.day import day_of, handed, order_of
    from sinho.cli.sequences.files import Files, write_files
    from sinho.cli.sequences.revisions import hand_back, print_back
    from sinho.cli.sequences.show import (
        print_day,
        print_hard,
        print_levels,
        print_outlook,
        print_rules,
        print_shared,
        print_violations,
        print_warnings,
        refuse_shared,
        scored,
        shared_record,
    )
    from sinho.sequence import GIVEN, Input, explain, solve

    files = Files(out, report, picture, force)
    files.check(path)
    given = day_of(path, instance, date, line)
    if rule is not None:
        refuse_shared(given, rule)
        chosen("--rule", rule, [known.name for known in given.day.rules], "rule")
    order = given.order
    if file is not None and given.run is not None and files.run is not None:
        given, order = handed(given, file)
    elif file is not None:
        order = order_of(given, file)
    day, warnings = given.day, given.warnings
    print_warnings(warnings, as_json=json)
    result = solve(Input.from_day(day, start=order), GIVEN, seed=0)
    made, behind = result.sequence, result.behind
    listed = explain(result, "violations") if violations or rule else None
    outlook = explain(result, "rules") if why and not rule else None
    explained = next((explain(result, one) for one in day.rules if one.name == rule), None)
    if rule is not None and listed is not None:
        listed = listed.filter(pl.col("rule") == rule)
    whence = "its own sequence" if file is None else f"the sequence of {file.name}"
    taken = hand_back(given, made, files, whence)
    written = write_files(result, files)
    if json:
        found = (
            scored(result)
            | {
                "broken": explain(result, "broken rules"),
                "reasons": dict(zip(day.levels, behind.reasons, strict=True)),
                "warnings": [str(problem) for problem in warnings],
                "files": written,
            }
            | shared_record(given, result)
        )
        if listed is not None:
            found["violations"] = listed.to_dicts()
        if outlook is not None:
            found["outlook"] = outlook.to_dicts()
        if explained is not None:
            found["why"] = explained
        if taken is not None:
            found["run"] = taken.record()
        print_json(found)
        return
    print_day(day)
    if file is None:
        whose = "given in the day" if given.run is None else "of the run"
        print(f"The order {whose}, without a sequence file:\n")
    print_levels(result)
    print_hard(result, TO_MEND)
    print_rules(day, made.score, rule)
    print_shared(given, result, "The other lines' sequences are those of the run.")
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
    if written or taken:
        print_back(taken, written, "", given)
