"""Command resequence: repair a sequence when something comes in between."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sinho.cli.base import examples
from sinho.cli.options import (
    AsJson,
    Date,
    DayPath,
    Instance,
    Line,
    ParamsFile,
    Picture,
    ReplaceFiles,
    Report,
    SearchSeed,
    file_option,
    number_option,
    params_of,
    seconds_option,
)
from sinho.cli.progress import wait
from sinho.cli.show import print_json
from sinho.parameters import SEED

if TYPE_CHECKING:
    from sinho.cli.sequences.day import DayInput
    from sinho.days.changes import Change
    from sinho.days.day import Day

YES, NO = ("yes", "true", "1"), ("no", "false", "0")


@examples(
    "sinho resequence mycars.xlsx old.csv --block 100020 --freeze 5 --out new.csv",
    "sinho resequence mycars.xlsx old.csv --rush 100014@12 100031@30 --keep 2",
    "sinho resequence mycars.xlsx old.csv --half-rate HPRC1@20-40 --moved moved.xlsx",
    "sinho resequence out/march --date 2026-03-04 --missing-part awd@120 --out out/b",
)
def resequence(
    context: typer.Context,
    path: DayPath,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="SEQUENCE",
            help="The sequence that stands. Of a run's day it may be left out: the run has one.",
        ),
    ] = None,
    instance: Instance = None,
    date: Date = None,
    line: Line = None,
    freeze: Annotated[int, number_option("The first N cars stay where they are.", least=0)] = 0,
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
    params: ParamsFile = None,
    seed: SearchSeed = SEED,
    time: Annotated[
        float | None,
        seconds_option("Hand back what is repaired by then.", "--time"),
    ] = None,
    iterations: Annotated[
        int | None,
        number_option(
            "Moves compared at most; with the same seed and number the repair is the same. "
            "1,200,000 where neither this nor --time is given."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        file_option(
            "The new sequence to write: .txt, .csv, or .xlsx with levels, rules and "
            "violations. Of the day of a run also a folder: the run with the new sequence, its "
            "call-offs, campaigns and report.",
        ),
    ] = None,
    moved: Annotated[
        Path | None,
        file_option("The moved cars with reasons to write: .csv or .xlsx."),
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
    force: ReplaceFiles = False,
    json: AsJson = False,
) -> None:
    """Repair a sequence when something comes in between, moving few cars, and say which and why.

    Places are positions in the day, from 1. Several values may follow an option.
    """
    from sinho.cli.sequences.day import day_of, order_of
    from sinho.cli.sequences.files import RepairFiles
    from sinho.cli.sequences.revisions import print_back, write_repair
    from sinho.cli.sequences.show import (
        ended,
        print_day,
        print_repair,
        print_shared,
        print_warnings,
        repair_record,
        shared_record,
    )

    if math.isnan(keep):
        raise typer.BadParameter("the price must be a number, 0 or more.", param_hint="--keep")
    files = RepairFiles(out, report, picture, force, moved, day_out)
    files.check(path)
    given = day_of(path, instance, date, line)
    day = given.day
    print_warnings(given.warnings, as_json=json)
    typed = Typed(
        freeze,
        tuple(rush or ()),
        tuple(block or ()),
        tuple(missing_part or ()),
        tuple(half_rate or ()),
    )
    changes = changes_of(typed, given)
    if not changes:
        raise typer.BadParameter(
            "nothing comes in between. Give at least one of --freeze, --rush, --block, "
            "--missing-part and --half-rate.",
            param_hint="the change",
        )
    if file is None and given.run is None:
        raise typer.BadParameter(
            "name the file of the sequence that stands; the days of a run alone have their own.",
            param_hint="SEQUENCE",
        )
    old = given.order if file is None else order_of(given, file)
    from sinho.sequence import Input, Params, solve

    requested = Input.from_day(day, start=old, changes=changes)
    effort = params_of(context, Params, params, seconds=time)
    search = solve if given.shared is None else given.shared.solve
    result = wait(
        lambda stop, progress: search(requested, effort, stop=stop, seed=seed, progress=progress),
        f"repairing {day.name}",
        what="sequence",
    )
    taken, written = write_repair(
        given, result, files, f"resequence {typed.words()} --keep {effort.keep:g}"
    )
    if json:
        found = repair_record(result) | {"warnings": [*map(str, given.warnings)], "files": written}
        found |= shared_record(given, result)
        print_json(found if taken is None else found | {"run": taken.record()})
        ended(given, result)
        return
    print_day(result.day)
    print_repair(result)
    if given.shared is not None:
        print()
    print_shared(given, result, "The other lines' sequences stay as they are.")
    print_back(taken, written, "--out new.csv writes the sequence.", given)
    ended(given, result)


@dataclass(frozen=True)
class Typed:
    """What comes in between, as typed."""

    freeze: int = 0
    rush: tuple[str, ...] = ()
    block: tuple[str, ...] = ()
    missing_part: tuple[str, ...] = ()
    half_rate: tuple[str, ...] = ()

    def words(self) -> str:
        """Return the changes as they are typed."""
        several = {
            "--rush": self.rush,
            "--block": self.block,
            "--missing-part": self.missing_part,
            "--half-rate": self.half_rate,
        }
        frozen = [f"--freeze {self.freeze}"] if self.freeze else []
        given = [f"{name} {' '.join(texts)}" for name, texts in several.items() if texts]
        return " ".join([*frozen, *given])


def changes_of(typed: Typed, given: DayInput) -> list[Change]:
    """Return the changes that are typed.

    Parameters
    ----------
    typed : Typed
        Texts such as ``CAR@200`` and ``RULE@100-200``.
    given : DayInput
        The day, whose options tell flags from text in the values of a new car. A further car of a
        run's day is an order of its bank, and has the values of that.

    Returns
    -------
    list of Change
        Frozen cars first.
    """
    from sinho.cli.sequences.day import car_of, refuse_elsewhere
    from sinho.days.changes import Block, Freeze, HalfRate, MissingPart, Rush

    day = given.day
    changes: list[Change] = [Freeze(typed.freeze)] if typed.freeze else []
    for text in typed.rush:
        head, *values = text.split(",")
        car, place = parted("--rush", head)
        values_of = dict(value_of("--rush", item, day) for item in values)
        known = None if car in day.row_of else car_of(given, car)
        if known is not None and values_of:
            raise typer.BadParameter(
                f"{car} is an order of the run's bank, which has its values. Leave them out.",
                param_hint="--rush",
            )
        changes.append(Rush(car, place, values_of or known))
    blocks = [Block(*parted("--block", text)) for text in typed.block]
    refuse_elsewhere(given, [block.car for block in blocks])
    changes += blocks
    for text in typed.missing_part:
        option, place = parted("--missing-part", text)
        if place is None:
            raise typer.BadParameter(
                f"{text!r} does not say until when. Write OPTION@PLACE, such as {option}@200.",
                param_hint="--missing-part",
            )
        changes.append(MissingPart(option, place))
    for text in typed.half_rate:
        found = re.fullmatch(r"(.+)@(\d+)-(\d+)", text)
        if found is None:
            raise typer.BadParameter(
                f"{text!r} must be written as RULE@FROM-TO, such as HPRC1@100-200.",
                param_hint="--half-rate",
            )
        changes.append(HalfRate(found[1], int(found[2]), int(found[3])))
    return changes


def parted(option: str, text: str) -> tuple[str, int | None]:
    """Part ``CAR@200`` into name and place; a name alone has no place."""
    name, sign, place = text.rpartition("@")
    if not sign:
        return text, None
    if not place.isdigit() or not name:
        raise typer.BadParameter(
            f"{text!r} must be written as NAME@PLACE, such as {name or 'CAR'}@200.",
            param_hint=option,
        )
    return name, int(place)


def value_of(option: str, text: str, day: Day) -> tuple[str, str | bool]:
    """Part ``colour=red`` into name and value; options of the day are yes or no."""
    name, sign, value = text.partition("=")
    if not sign or not name or not value:
        raise typer.BadParameter(
            f"{text!r} must be written as name=value, such as colour=red.", param_hint=option
        )
    if name not in day.options:
        return name, value
    if value.casefold() not in (*YES, *NO):
        raise typer.BadParameter(f"{name} must be yes or no, not {value!r}.", param_hint=option)
    return name, value.casefold() in YES
