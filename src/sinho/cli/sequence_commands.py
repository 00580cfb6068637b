"""The commands about a day's sequence, as typed: their options, help and examples."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from sinho.cli.base import AsJson, Command, epilog

DayPath = Annotated[
    Path,
    typer.Argument(
        metavar="DAY",
        help="The day: a hub or a folder or workbook with tables cars and sequence_rules, the "
        "folder of a run, a folder of the ROADEF 2005 challenge, or a CSPLib file. The format is "
        "detected.",
    ),
]
Instance = Annotated[
    str | None,
    typer.Option(metavar="NAME", help="Which instance of a file, or day of a folder, of several."),
]
Date = Annotated[
    str | None,
    typer.Option(metavar="YYYY-MM-DD", help="Which day of a run, or of tables with several dates."),
]
Seconds = Annotated[
    float | None,
    typer.Option(
        "--time",
        metavar="SECONDS",
        min=0.01,
        help="Hand back the best sequence after so many seconds; 60 where --iterations is not "
        "given.",
    ),
]
Iterations = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=1,
        help="Moves that each thread chooses; the same seed, threads and moves give the same "
        "sequence. Fewer are evaluated: those that could change nothing are dropped.",
    ),
]
Seed = Annotated[
    int, typer.Option(metavar="N", min=0, max=2**31 - 1, help="Seed of the search; it is recorded.")
]
Threads = Annotated[
    int, typer.Option(metavar="N", min=1, max=256, help="Searches side by side; the best wins.")
]
Report = Annotated[
    Path | None, typer.Option(metavar="FILE", help="HTML page of the sequence to write.")
]
Picture = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Picture to write: .svg or .png.")
]
Force = Annotated[bool, typer.Option("--force", help="Replace files that exist.")]


def sequence(
    path: DayPath,
    instance: Instance = None,
    date: Date = None,
    time: Seconds = None,
    iterations: Iterations = None,
    seed: Seed = 1,
    threads: Threads = 1,
    start: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Sequence to go on from: .txt, .csv or .xlsx. By default one is made.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help=".txt: one ident per line (vehicles*.txt: the challenge's vehicles file). .csv: "
            "the table with positions. .xlsx: the same with levels, rules and violations. Of the "
            "day of a run also a folder: the run with this sequence, and what follows from it.",
        ),
    ] = None,
    report: Report = None,
    picture: Picture = None,
    force: Force = False,
    json: AsJson = False,
) -> None:
    """Find the order in which a day's cars are built, and say how far it is from the limit.

    Ctrl-C hands back the best sequence found so far; a second Ctrl-C gives up.
    """
    from sinho.cli import given, sequence_files, sequences

    sequences.sequence(
        given.Asked(path, instance, date),
        sequence_files.Files(out, report, picture, force),
        start=start,
        seconds=time,
        iterations=iterations,
        seed=seed,
        threads=threads,
        as_json=json,
    )


def score(
    path: DayPath,
    order: Annotated[
        Path | None,
        typer.Argument(
            metavar="[SEQUENCE]",
            help="The sequence: .txt, .csv or .xlsx. Without it: the order given in the day, of a "
            "run's day the run's own.",
        ),
    ] = None,
    instance: Instance = None,
    date: Date = None,
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
        typer.Option(
            metavar="FILE",
            help="The sequence to write: .txt and .csv as of `sinho sequence`. .xlsx: with levels, "
            "rules and violations. Of the day of a run also a folder: the run with this sequence.",
        ),
    ] = None,
    report: Report = None,
    picture: Picture = None,
    force: Force = False,
    json: AsJson = False,
) -> None:
    """Count what a sequence costs, rule by rule, apart from any search, and what is proven of it.

    A sequence that breaks hard rules is scored too; it is said that it is not feasible.
    """
    from sinho.cli import given, sequence_files, sequences

    sequences.score(
        given.Asked(path, instance, date),
        order,
        sequence_files.Files(out, report, picture, force),
        violations=violations,
        why=why,
        rule=rule,
        as_json=json,
    )


def resequence(
    path: DayPath,
    order: Annotated[
        Path | None,
        typer.Argument(
            metavar="[SEQUENCE]",
            help="The sequence that stands. Of a run's day it may be left out: the run has one.",
        ),
    ] = None,
    instance: Instance = None,
    date: Date = None,
    freeze: Annotated[
        int, typer.Option(metavar="N", min=0, help="The first N cars stay where they are.")
    ] = 0,
    rush: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CAR[@PLACE]...",
            help="Cars that have to be built by a place, or as soon as possible. A car that is "
            "not of the day yet gets its values: CAR@PLACE,colour=red,sunroof=yes; another order "
            "of a run's bank has them.",
        ),
    ] = None,
    block: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CAR[@PLACE]...",
            help="Cars that cannot be built up to a place; without one they leave the day.",
        ),
    ] = None,
    missing_part: Annotated[
        list[str] | None,
        typer.Option(
            metavar="OPTION@PLACE...",
            help="Options whose cars cannot be built up to a place, as a part is missing.",
        ),
    ] = None,
    half_rate: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RULE@FROM-TO...",
            help="Ratio rules, or options, whose station works at half its rate between places.",
        ),
    ] = None,
    keep: Annotated[
        float,
        typer.Option(
            metavar="PRICE",
            min=0.0,
            help="What a moved car costs, in units of a level such as violations; inf: nothing "
            "moves but what hard rules ask for.",
        ),
    ] = 1.0,
    seed: Seed = 1,
    time: Annotated[
        float | None,
        typer.Option(
            "--time", metavar="SECONDS", min=0.01, help="Hand back what is repaired by then."
        ),
    ] = None,
    iterations: Annotated[
        int | None,
        typer.Option(
            metavar="N",
            min=1,
            help="Moves compared at most; with the same seed and number the repair is the same. "
            "1,200,000 where neither this nor --time is given.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The new sequence to write: .txt, .csv, or .xlsx with levels, rules and "
            "violations. Of the day of a run also a folder: the run with the new sequence, its "
            "call-offs, campaigns and report.",
        ),
    ] = None,
    moved: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The moved cars with reasons to write: .csv or .xlsx."),
    ] = None,
    day_out: Annotated[
        Path | None,
        typer.Option(
            "--day",
            metavar="PATH",
            help="The day as it has become, to write as tables: a folder, or .xlsx.",
        ),
    ] = None,
    report: Report = None,
    picture: Picture = None,
    force: Force = False,
    json: AsJson = False,
) -> None:
    """Repair a sequence when something comes in between, moving few cars, and say which and why.

    Places are positions in the day, from 1. Several values may follow an option.
    """
    from sinho.cli import repairs

    repairs.resequence(
        path,
        order,
        repairs.Typed(
            freeze,
            tuple(rush or ()),
            tuple(block or ()),
            tuple(missing_part or ()),
            tuple(half_rate or ()),
        ),
        instance=instance,
        date=date,
        keep=keep,
        seed=seed,
        seconds=time,
        iterations=iterations,
        files=repairs.RepairFiles(out, report, picture, force, moved, day_out),
        as_json=json,
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
        typer.Option(
            "--time", metavar="SECONDS", min=0.01, help="Time for each instance; 20 by default."
        ),
    ] = None,
    iterations: Iterations = None,
    seed: Seed = 1,
    threads: Threads = 1,
    only: Annotated[
        str | None,
        typer.Option(metavar="PATTERN", help="Instances whose names match, such as '*RAF_EP*'."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Table to write: .csv or .xlsx.")
    ] = None,
    force: Force = False,
    json: AsJson = False,
) -> None:
    """Sequence every instance of a folder or file and put scores beside references and bounds.

    Ctrl-C ends the table with what is done.
    """
    from sinho.cli import sequence_bench

    sequence_bench.bench(
        path,
        seconds=time,
        iterations=iterations,
        seed=seed,
        threads=threads,
        only=only,
        out=out,
        force=force,
        as_json=json,
    )


def add_commands(app: typer.Typer) -> None:
    """Add the commands to the program.

    Parameters
    ----------
    app : typer.Typer
        The program.
    """
    app.command(
        cls=Command,
        epilog=epilog(
            "sinho sequence out/march --date 2026-03-04 --time 60 --threads 2 --out seq.csv",
            "sinho sequence roadef/A/022_3_4_EP_RAF_ENP --time 20 --out seq.txt",
            "sinho sequence data.txt --instance 4/72 --iterations 1000000",
            "sinho sequence mycars.xlsx --start old.csv --out new.csv --report new.html",
        ),
    )(sequence)
    app.command(
        cls=Command,
        epilog=epilog(
            "sinho score roadef/A/022_3_4_EP_RAF_ENP seq.txt --json",
            "sinho score mycars.xlsx old.csv --violations",
            "sinho score mycars.xlsx --why --rule HPRC1       can the day keep this rule at all?",
            "sinho score out/march --date 2026-03-04          the sequence of a run",
            "sinho score out/march march4.csv --date 2026-03-04 --out out/march-b",
        ),
    )(score)
    app.command(
        cls=Command,
        epilog=epilog(
            "sinho resequence mycars.xlsx old.csv --block 100020 --freeze 5 --out new.csv",
            "sinho resequence mycars.xlsx old.csv --rush 100014@12 100031@30 --keep 2",
            "sinho resequence mycars.xlsx old.csv --half-rate HPRC1@20-40 --moved moved.xlsx",
            "sinho resequence out/march --date 2026-03-04 --missing-part awd@120 --out out/b",
        ),
    )(resequence)
    bench = typer.Typer(help="Measure sinho on instances of your own or on published ones.")
    bench.command(
        "sequence",
        cls=Command,
        epilog=epilog(
            "sinho bench sequence roadef/A --time 20",
            "sinho bench sequence roadef/B --only '*RAF_EP*' --threads 2 --out table.csv",
            "sinho bench sequence csplib/data.txt --time 10",
        ),
    )(bench_sequence)
    app.add_typer(bench, name="bench", epilog=epilog("sinho bench sequence roadef/A --time 20"))
