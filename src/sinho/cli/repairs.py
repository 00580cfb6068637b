"""The command that repairs a sequence when something comes in between."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import typer

from sinho.cli.base import make_way, print_json, writable
from sinho.cli.given import Asked, Given, car_of, day_of, order_of
from sinho.cli.progress import wait
from sinho.cli.revisions import Revision, hand_back, print_back
from sinho.cli.sequence_files import Files, unsearched, write_files
from sinho.cli.sequence_show import ended, print_day, tell, whole
from sinho.cli.sequences import COMPILING
from sinho.cli.show import counted, print_frame, print_text
from sinho.results import Score
from sinho.sequence.day import Day

if TYPE_CHECKING:
    from sinho.sequence.changes import Change
    from sinho.sequence.resequence import Resequenced

SHOWN = 40
"""Moved cars that are listed on a screen."""

NOT_REPAIRED = (
    "No repair that keeps them was found. Ask for less (a later place, fewer frozen cars), or "
    "write the day with --day and the sequence with --out, and search anew: `sinho sequence DAY "
    "--start SEQUENCE`."
)

YES, NO = ("yes", "true", "1"), ("no", "false", "0")


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


@dataclass(frozen=True)
class RepairFiles(Files):
    """What is to be written: of the new sequence, the moved cars and the day as well."""

    moved: Path | None = None
    day: Path | None = None

    def check(self, path: Path) -> None:
        """Refuse names that could not be written."""
        super().check(path)
        writable("--moved", self.moved, (".csv", ".xlsx"), force=self.force)
        if self.day is not None:
            make_way(self.day, "sequence_rules.csv", "the day", force=self.force)

    def names(self) -> dict[str, Path | None]:
        """Return what is to be written by the options that name it."""
        return super().names() | {"--moved": self.moved, "--day": self.day}


def changes_of(typed: Typed, given: Given) -> list[Change]:
    """Return the changes that are typed.

    Parameters
    ----------
    typed : Typed
        Texts such as ``CAR@200`` and ``RULE@100-200``.
    given : Given
        The day, whose options tell flags from text in the values of a new car. A further car of a
        run's day is an order of its bank, and has the values of that.

    Returns
    -------
    list of Change
        Frozen cars first.
    """
    from sinho.sequence.changes import Block, Freeze, HalfRate, MissingPart, Rush

    day = given.day
    changes: list[Change] = [Freeze(typed.freeze)] if typed.freeze else []
    for text in typed.rush:
        head, *values = text.split(",")
        car, place = parted("--rush", head)
        told = dict(value_of("--rush", item, day) for item in values)
        known = None if car in day.row_of else car_of(given, car)
        if known is not None and told:
            raise typer.BadParameter(
                f"{car} is an order of the run's bank, which has its values. Leave them out.",
                param_hint="--rush",
            )
        changes.append(Rush(car, place, told or known))
    changes += [Block(*parted("--block", text)) for text in typed.block]
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


def resequence(
    path: Path,
    order: Path | None,
    typed: Typed,
    *,
    instance: str | None,
    date: str | None,
    keep: float,
    seed: int,
    seconds: float | None,
    iterations: int | None,
    files: RepairFiles,
    as_json: bool,
) -> None:
    """Repair a sequence, print what moved and why, write the files."""
    if math.isnan(keep):
        raise typer.BadParameter("the price must be a number, 0 or more.", param_hint="--keep")
    files.check(path)
    given = day_of(Asked(path, instance, date))
    day = given.day
    tell(given.warnings, as_json=as_json)
    changes = changes_of(typed, given)
    if not changes:
        raise typer.BadParameter(
            "nothing comes in between. Give at least one of --freeze, --rush, --block, "
            "--missing-part and --half-rate.",
            param_hint="the change",
        )
    if order is None and given.run is None:
        raise typer.BadParameter(
            "name the file of the sequence that stands; the days of a run alone have their own.",
            param_hint="SEQUENCE",
        )
    old = given.order if order is None else order_of(given, order)
    from sinho.sequence.resequence import resequence as repair
    from sinho.sequence.resequence import warm_up

    wait(lambda _stop, _report: warm_up(), COMPILING, all_or_nothing=True)
    made = wait(
        lambda stop, progress: repair(
            day,
            old,
            changes,
            keep=keep,
            seed=seed,
            iterations=iterations,
            stop=None if seconds is None else stop,
            progress=progress,
        ),
        f"repairing {day.name}",
        seconds,
        what="sequence",
    )
    taken, written = write_all(given, made, files, f"resequence {typed.words()} --keep {keep:g}")
    if as_json:
        found = record(made) | {"warnings": [*map(str, given.warnings)], "files": written}
        print_json(found if taken is None else found | {"run": taken.record()})
        ended(made.score)
        return
    print_day(made.day)
    print_repair(made)
    print_back(taken, written, "--out new.csv writes the sequence.", given)
    ended(made.score)


def write_all(
    given: Given, made: Resequenced, files: RepairFiles, asked: str
) -> tuple[Revision | None, dict[str, str]]:
    """Write what is asked for; return the run with the repair, and the paths by kind."""
    from sinho.hub.csvfile import no_formulas
    from sinho.hub.files import write_text
    from sinho.hub.sheets import write_tables
    from sinho.sequence.bounds import bounds
    from sinho.sequence.formats import write_day

    taken, written = None, dict[str, str]()
    if files.out or files.report or files.picture:
        least = bounds(made.day).figures if files.proven else ()
        found = replace(
            unsearched(made.day, made.order, made.score, least),
            status="repaired",
            seed=made.seed,
            threads=1,
            iterations=made.iterations,
            seconds=made.seconds,
        )
        taken = hand_back(given, found, files, asked)
        written |= write_files(made.day, found, files)
    if files.moved is not None:
        if files.moved.suffix.lower() == ".csv":
            text = no_formulas(made.moved).write_csv(line_terminator="\n")
            written["moved"] = str(write_text(files.moved, text, force=files.force))
        else:
            tables = {"moved": made.moved}
            written["moved"] = str(write_tables(files.moved, tables, force=files.force))
    if files.day is not None:
        place = write_day(made.day, files.day, format="tables", force=files.force)
        written["day"] = str(place)
    return taken, written


def record(made: Resequenced) -> dict[str, Any]:
    """Return a repair, ready for JSON."""
    from sinho.sequence.violations import broken_rules

    def levels(score: Score) -> dict[str, Any]:
        figures = {name: whole(figure) for name, figure in score.levels}
        total = None if score.weighted is None else whole(score.weighted)
        return {"feasible": score.feasible, "score": total, "levels": figures}

    return {
        "day": made.day.name,
        "cars": made.day.size,
        "summary": list(made.summary),
        "before": levels(made.before),
        "unrepaired": levels(made.unrepaired),
        "after": levels(made.score),
        "broken": broken_rules(made.day, made.order),
        "cars_moved": made.cars_moved,
        "moved": made.moved.to_dicts(),
        "order": list(made.order),
        "keep": made.keep,
        "seed": made.seed,
        "iterations": made.iterations,
        "seconds": round(made.seconds, 3),
    }


def print_repair(made: Resequenced) -> None:
    """Print the figures before and after, and what moved and why."""
    for sentence in made.summary:
        print_text(sentence)
    print()
    moved = made.moved.filter("moved")
    around = moved.filter(pl.col("shift") == 0)
    if moved.height:
        apart = moved["shift"].null_count()
        title = f"{counted(moved.height, 'car')} moved" + (", taken out or put in" if apart else "")
        shown = moved.filter(pl.col("shift").ne_missing(0))
        shown = shown.select("car", "before", "after", "shift", "why")
        print_frame(title, shown, keys=1, most=SHOWN, as_given=True)
    if around.height:
        names = ", ".join(around["car"].head(SHOWN))
        print_text(
            f"{around.height:,} of them came to stand where they stood, as cars on both sides "
            f"changed places: {names}."
        )
    shifted = made.moved.height - moved.height
    if shifted:
        print(f"{counted(shifted, 'car')} only shifted as others moved.")
    if not made.score.feasible:
        print_text(NOT_REPAIRED)
    elif any(rule.hard for rule in made.day.rules):
        print("All hard rules hold.")
    print(f"Repaired in {made.seconds:.2f} s, {made.iterations:,} moves compared.")
