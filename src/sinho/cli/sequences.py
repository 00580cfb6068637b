"""The commands that find a day's sequence and that score one."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from sinho.cli.base import print_json
from sinho.cli.given import Asked, day_of, handed, order_of
from sinho.cli.inputs import chosen
from sinho.cli.progress import wait
from sinho.cli.revisions import hand_back, print_back
from sinho.cli.sequence_files import Files, unsearched, write_files
from sinho.cli.sequence_show import (
    ended,
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
    files.check(asked.path)
    given = day_of(asked)
    day = given.day
    tell(given.warnings, as_json=as_json)
    first = None if start is None else order_of(given, start)
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
    effort = f"--iterations {iterations}" if iterations else f"--time {seconds:g}"
    taken = hand_back(given, made, files, f"sequence {effort} --seed {seed} --threads {threads}")
    written = write_files(day, made, files, behind)
    if as_json:
        found = record(day, made, behind, given.warnings) | {"files": written}
        print_json(found if taken is None else found | {"run": taken.record()})
        ended(made.score)
        return
    print_day(day)
    print_levels(day, made.score, made.bounds, behind)
    print_hard(day, made.order, NOT_FOUND)
    print_search(made)
    print()
    print_back(taken, written, "--out seq.txt (or .csv, .xlsx) writes the sequence.", given)
    ended(made.score)


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

    files.check(asked.path)
    given = day_of(asked)
    if rule is not None:
        chosen("--rule", rule, [known.name for known in given.day.rules], "rule")
    order = given.order
    if path is not None and given.run is not None and files.run is not None:
        given, order = handed(given, path)
    elif path is not None:
        order = order_of(given, path)
    day, warnings = given.day, given.warnings
    tell(warnings, as_json=as_json)
    reached = score_order(day, order)
    least = bounds(day)
    behind = conditional_bounds(day, reached.totals, least)
    listed = list_violations(day, order) if violations or rule else None
    outlook = rule_outlook(day) if why and not rule else None
    explained = None if rule is None else explain_rule(day, rule)
    if rule is not None and listed is not None:
        listed = listed.filter(pl.col("rule") == rule)
    scored_order = unsearched(day, order, reached, least.figures)
    whence = "its own sequence" if path is None else f"the sequence of {path.name}"
    taken = hand_back(given, scored_order, files, whence)
    written = write_files(day, scored_order, files, behind)
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
        if taken is not None:
            found["run"] = taken.record()
        print_json(found)
        return
    print_day(day)
    if path is None:
        whose = "given in the day" if given.run is None else "of the run"
        print(f"The order {whose}, without a sequence file:\n")
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
    if written or taken:
        print_back(taken, written, "", given)
