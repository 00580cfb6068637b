"""The files that the commands about sequences write."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sinho.cli.files import apart, make_way, writable
from sinho.cli.inputs import is_run
from sinho.days.formats import write_order
from sinho.run.revise import refuse_revision

if TYPE_CHECKING:
    from sinho.sequence import Result


ENDINGS = (".txt", ".csv", ".xlsx")
"""Of files that hold a sequence."""


@dataclass(frozen=True)
class Files:
    """What is to be written."""

    out: Path | None = None
    report: Path | None = None
    picture: Path | None = None
    force: bool = False

    @property
    def run(self) -> Path | None:
        """Folder to which the run with the sequence is written."""
        if self.out is None or self.out.suffix.lower() in ENDINGS:
            return None
        return self.out

    def check(self, day: Path) -> None:
        """Refuse names that could not be written, before any time is spent on them.

        Parameters
        ----------
        day : pathlib.Path
            Where the day is read: one of a run can be handed back, into the folder of a new run.
        """
        if is_run(day) and self.run is not None and (self.run.is_dir() or not self.run.suffix):
            refuse_revision(day, self.run, force=self.force)
        else:
            writable("--out", self.out, ENDINGS, force=self.force)
        writable("--report", self.report, (".html", ".htm"), force=self.force)
        writable("--picture", self.picture, (".svg", ".png"), force=self.force)
        apart(self.names())

    def names(self) -> dict[str, Path | None]:
        """Return what is to be written by the options that name it."""
        return {"--out": self.out, "--report": self.report, "--picture": self.picture}


def write_files(result: Result, files: Files) -> dict[str, str]:
    """Write what is asked for and return the paths by kind."""
    from sinho.report.sequence import (
        write_sequence_picture,
        write_sequence_report,
        write_sequence_workbook,
    )

    day, order = result.day, result.sequence.order
    written: dict[str, str] = {}
    if files.out is not None and files.run is None:
        if files.out.suffix.lower() == ".xlsx":
            path = write_sequence_workbook(result, files.out, force=files.force)
        else:
            path = write_order(day, order, files.out, force=files.force)
        written["out"] = str(path)
    if files.report is not None:
        path = write_sequence_report(result, files.report, force=files.force)
        written["report"] = str(path)
    if files.picture is not None:
        path = write_sequence_picture(day, order, files.picture, force=files.force)
        written["picture"] = str(path)
    return written


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
