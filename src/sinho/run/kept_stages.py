"""The stages of a run, each done once and kept: what is there is read back."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import polars as pl

from sinho.errors import Damaged, StoreError
from sinho.hub.sealed import sealed
from sinho.results import (
    DaySlots,
    LineDay,
    MonthPlan,
    Orders,
    Sequence,
)
from sinho.run.figures import StageResult
from sinho.run.keep import WORK, check, deleted, load, record_in, save, tables_in
from sinho.run.kept import kept_plan
from sinho.run.sequencing import sequences_in
from sinho.run.simulated import SIMULATE
from sinho.run.state import State
from sinho.stop import Progress, Report

T = TypeVar("T")

MADE_AGAIN = ("materials", SIMULATE, "ship")
"""Stages that a revision does again."""

DAYS = "days"
"""Folder, within that of the work, of each day's sequences while they are searched."""

SUM = "sha256"
"""Key of the checksum of what a stage found, in what is recorded of it."""

OnStage = Callable[[str, Progress], None]
"""Called with the name of a stage and its progress."""


def kept_facts(folder: Path) -> dict[str, Any]:
    """Return the figures that a stage kept with its result, and the checksum of both."""
    record = record_in(folder)
    return {**record["facts"], SUM: hashlib.sha256(sealed(record).encode()).hexdigest()}


class KeptStages:
    """The results of a run's stages: made where they are not there and whole, read where they are.

    Parameters
    ----------
    state : State
        The record of the run.
    progress : callable or None
        Called with where each stage stands.
    """

    def __init__(self, state: State, progress: OnStage | None) -> None:
        self.state, self.progress = state, progress
        self.params, self.folder = state.params, state.folder
        self.work = state.folder / WORK
        self.mended: list[Path] = []
        self.known: dict[str, Any] = {}
        self.makers: dict[str, Callable[[], StageResult]] = {}

    def once(self, stage: str) -> None:
        """Do a stage, unless its result is there and whole."""
        seconds, facts = 0.0, {"note": "found done; its time was not recorded"}
        whole = self.intact(stage)
        if not whole:
            self.say(stage, None)
            self.state.log(f"{stage}: begun")
            began = time.perf_counter()
            results, facts = self.makers[stage]()
            save(self.work / stage, results, facts)
            self.known.pop(stage, None)
            seconds = time.perf_counter() - began
        kept = kept_facts(self.work / stage)
        same = self.state.record["stages"].get(stage, {}).get(SUM) == kept[SUM]
        if not same:  # new, another result than before, or killed before that was recorded
            self.forget_behind(stage)
        if not (same and whole):
            self.state.finished(stage, seconds, {**facts, **kept})
        self.say(stage, 1.0)

    def intact(self, name: str) -> bool:
        """Return whether a result is there and whole; one that is damaged is taken away.

        Raises
        ------
        StoreError
            Where it is not, and belongs to a revision, which does not find it anew.
        """
        revisions = self.state.record.get("revisions")
        if revisions and name in self.makers and name not in MADE_AGAIN:
            try:
                check(self.work / name)
            except Damaged as error:
                raise StoreError(
                    f"{error.path} is damaged, and nothing finds the revised day again: revise "
                    f"{revisions[-1]['of']} anew"
                ) from error
            return True
        if not (self.work / name).exists():
            return False
        try:
            check(self.work / name)
        except Damaged as error:
            self.mend(error.path, self.work / name)
            return False
        return True

    def mend(self, damaged: Path, kept: Path) -> None:
        """Take away what has a damaged file, so that it is made again; say so."""
        self.mended.append(damaged)
        self.state.log(f"{damaged.relative_to(self.folder)} is damaged: made again")
        deleted(kept)

    def forget_behind(self, stage: str) -> None:
        """Take away what was found behind a stage whose result is another one now."""
        order = list(self.makers)
        for later in order[order.index(stage) + 1 :]:
            deleted(self.work / later)
        if order.index(stage) < order.index("sequence"):
            deleted(self.work / DAYS)
        self.state.record["status"] = "running"

    def say(self, stage: str, done: float | None, text: str = "") -> None:
        """Say where a stage stands."""
        if self.progress is not None:
            self.progress(stage, Progress(text or stage, 0.0, done=done))

    def reporter(self, stage: str) -> Report:
        """Return what passes a stage's own progress on."""
        return lambda progress: None if self.progress is None else self.progress(stage, progress)

    def kept(self, stage: str, table: str) -> bool:
        """Return whether a stage kept a table."""
        return table in tables_in(record_in(self.work / stage))

    def table(self, stage: str, name: str) -> pl.DataFrame:
        """Return a table that a stage kept."""
        return load(self.work / stage, name, pl.DataFrame)

    def once_read(self, stage: str, read: Callable[[], T]) -> T:
        """Return the result of a stage, read when it is asked for first."""
        if stage not in self.known:
            self.known[stage] = read()
        return cast(T, self.known[stage])

    def plan(self) -> MonthPlan:
        """Return the monthly plan."""
        return self.once_read("plan", lambda: kept_plan(self.work))

    def orders(self) -> Orders:
        """Return the order bank."""
        return self.once_read("orders", lambda: load(self.work / "orders", "orders", Orders))

    def slots(self) -> DaySlots:
        """Return the slots."""
        return self.once_read("slot", lambda: load(self.work / "slot", "slots", DaySlots))

    def sequences(self) -> dict[LineDay, Sequence]:
        """Return the sequences of the lines' days."""
        return sequences_in(self.work / "sequence")
