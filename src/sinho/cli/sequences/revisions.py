"""Hands a day's new sequence back to the run that it belongs to, or writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sinho.cli.files import print_written, write_table
from sinho.cli.progress import staged
from sinho.cli.sequences.day import DayInput
from sinho.cli.sequences.files import Files, RepairFiles, write_files
from sinho.cli.show import print_text
from sinho.errors import as_typed
from sinho.results import Sequence

if TYPE_CHECKING:
    from sinho.run.days import DayRun
    from sinho.sequence import Result


@dataclass(frozen=True)
class Revision:
    """A run with a new sequence of a day, and the run that it was before."""

    before: DayRun
    run: DayRun

    @property
    def warnings(self) -> list[str]:
        """What the planner should know that was not so before."""
        return [text for text in self.run.warnings if text not in self.before.warnings]

    @property
    def changes(self) -> tuple[int, int]:
        """Changes of the call-off by day and by takt."""
        from sinho.calloffs import compare_call_offs, compare_takts

        calls = self.before.calls, self.run.calls
        return compare_call_offs(*calls).height, compare_takts(*calls).height

    def record(self) -> dict[str, Any]:
        """Return what it is, ready for JSON."""
        days, takts = self.changes
        return {
            "folder": self.run.folder,
            "revises": self.before.folder,
            "call_off": self.run.calls.number,
            "replaces": self.run.calls.replaces,
            "changed_days": days,
            "changed_takts": takts,
            "warnings": self.warnings,
        }


def hand_back(given: DayInput, found: Sequence, files: Files, request: str) -> Revision | None:
    """Write the run with a new sequence of its day; None where that is not asked for.

    Parameters
    ----------
    given : DayInput
        The day.
    found : Sequence
        Its new sequence.
    files : Files
        What is to be written.
    request : str
        What was asked for, as it is recorded.
    """
    run, out, at = given.run, files.run, given.at
    if run is None or out is None or at is None:
        return None
    from sinho.run.pipeline import STAGES
    from sinho.run.revise import revise_run

    made = staged(
        lambda progress: revise_run(
            run, at, found, out, request=request, force=files.force, progress=progress
        ),
        STAGES,
        f"sinho run --resume {as_typed(out)}",
    )
    return Revision(run, made)


def write_repair(
    given: DayInput, result: Result, files: RepairFiles, request: str
) -> tuple[Revision | None, dict[str, str]]:
    """Write what is asked for; return the run with the repair, and the paths by kind."""
    from sinho.days.formats import write_day

    assert result.repair is not None
    taken = hand_back(given, result.sequence, files, request)
    written = write_files(result, files)
    if files.moved is not None:
        place = write_table(files.moved, result.repair.moved, "moved", force=files.force)
        written["moved"] = str(place)
    if files.day is not None:
        place = write_day(result.day, files.day, format="tables", force=files.force)
        written["day"] = str(place)
    return taken, written


def print_back(
    revision: Revision | None, written: Mapping[str, Path | str], otherwise: str, given: DayInput
) -> None:
    """Print what was written, the run with the new sequence first, or how it would be."""
    if revision is None:
        if given.run is not None:
            otherwise = f"{otherwise} --out DIR hands it back: a new run with it, in that folder."
        print_written(written.values(), otherwise)
        return
    run, before = revision.run, revision.before
    days, takts = revision.changes
    both = f"{as_typed(before.folder)} {as_typed(run.folder)}"
    print_text(
        f"{run.folder} is the run with this sequence; {before.folder} stays as it was. Call-off "
        f"{run.calls.number} replaces {run.calls.replaces}: {days:,} changes by day, {takts:,} by "
        f"takt (`sinho calloff compare {both}` lists them). The next "
        f"run goes on from it by `--former {as_typed(run.folder)}`."
    )
    for warning in revision.warnings:
        print_text(f"warning: {warning}")
    if written:
        print_written(written.values())
