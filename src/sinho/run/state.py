"""What a run keeps of itself: ``run.json`` (parameters, input, times, scores) and ``run.log``."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import platform
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import sinho
from sinho.errors import DataError, Problem, StoreError
from sinho.hub import Hub
from sinho.hub.files import read_bytes, write_text
from sinho.hub.sealed import read_sealed, sealed
from sinho.run.jsonfile import plain
from sinho.run.params import RunParams

RUN_FILE, LOG_FILE = "run.json", "run.log"
LIBRARIES = ("highspy", "numba", "numpy", "polars")


def input_hashes(hub: Hub, orders: Path | None) -> dict[str, str]:
    """Return a hash of every table of the input that has rows, and of the file of orders.

    Parameters
    ----------
    hub : Hub
        The hub, with its scenario applied.
    orders : pathlib.Path or None
        The file.

    Returns
    -------
    dict of str to str
        SHA-256 by table.
    """
    found = {
        name: hashlib.sha256(table.write_csv().encode()).hexdigest()
        for name, table in hub.tables.items()
        if not table.is_empty()
    }
    if orders is not None:
        found[orders.name] = hashlib.sha256(read_bytes(orders, 2**30)).hexdigest()
    return found


def versions() -> dict[str, str]:
    """Return the versions that shape a run's result."""
    found = {"sinho": sinho.__version__, "python": platform.python_version()}
    return found | {name: version(name) for name in LIBRARIES}


class State:
    """The record of a run in its folder.

    Parameters
    ----------
    folder : pathlib.Path
        The run's folder.
    record : mapping of str to object
        What ``run.json`` holds.
    """

    def __init__(self, folder: Path, record: Mapping[str, Any]) -> None:
        self.folder = folder
        self.record: dict[str, Any] = dict(record)

    @classmethod
    def begin(
        cls,
        folder: Path,
        params: RunParams,
        hashes: Mapping[str, str],
        demonstrated: Mapping[str, Any] | None = None,
    ) -> State:
        """Begin the record of a new run; ``demonstrated``: the rates on which it stands."""
        whole = hashlib.sha256(json.dumps(dict(hashes), sort_keys=True).encode()).hexdigest()
        state = cls(
            folder,
            {
                "status": "running",
                "parameters": params.record(),
                "versions": versions(),
                "input_hash": whole,
                "input": dict(hashes),
                "stages": {},
                **({"demonstrated": dict(demonstrated)} if demonstrated else {}),
            },
        )
        state.write()
        state.log(f"begun: {params.days} working days from {params.first}, seed {params.seed}")
        return state

    @classmethod
    def read(cls, folder: Path) -> State:
        """Read the record of a run.

        Raises
        ------
        StoreError
            When the folder holds none, or one that is damaged.
        """
        path = folder / RUN_FILE
        if not path.exists():
            raise StoreError(f"{folder}: there is no run in this folder ({RUN_FILE} is missing)")
        hint = "What the run was asked for is not known any more: begin it anew with --force."
        record = read_sealed(path, hint)
        try:
            RunParams.load(record["parameters"])
        except (KeyError, TypeError, AttributeError, DataError) as error:
            raise StoreError(f"{path} is no record of a run: {error}") from error
        return cls(folder, record)

    @property
    def params(self) -> RunParams:
        """What the run was asked for."""
        return RunParams.load(self.record["parameters"])

    def write(self) -> None:
        """Write ``run.json``; it appears whole."""
        write_text(self.folder / RUN_FILE, sealed(plain(self.record)), force=True)

    def log(self, text: str) -> None:
        """Add a line to ``run.log``, with the time."""
        now = dt.datetime.now().astimezone().isoformat(timespec="milliseconds")
        with (self.folder / LOG_FILE).open("a", encoding="utf-8") as file:
            file.write(f"{now} {text}\n")

    def finished(self, stage: str, seconds: float, facts: Mapping[str, Any]) -> None:
        """Record that a stage is done."""
        known = self.record["stages"].get(stage, {})
        total = known.get("seconds", 0.0) + seconds
        self.record["stages"][stage] = {"seconds": round(total, 3), **facts}
        self.write()
        self.log(f"{stage}: done in {seconds:.2f} s")

    def same_input(self, hashes: Mapping[str, str], hub: str = "") -> None:
        """Refuse to go on with another input, or another version, than the run began with.

        Parameters
        ----------
        hashes : mapping of str to str
            A hash of every table of the input.
        hub : str
            Where the hub is read from, if that is said.

        Raises
        ------
        DataError
            Naming each table that changed.
        """
        before = self.record["input"]
        changed = [
            name for name in sorted({*before, *hashes}) if before.get(name) != hashes.get(name)
        ]
        problems = list(dict.fromkeys(self._changed(name, hub) for name in changed))
        now = versions()
        problems += [
            Problem(
                RUN_FILE,
                f"the run was begun with {name} {given}, and this is {now.get(name, 'none')}",
                hint="Another version may find other days for the same cars: begin a new run.",
            )
            for name, given in self.record["versions"].items()
            if now.get(name) != given
        ]
        if problems:
            raise DataError(problems)

    def _changed(self, name: str, hub: str) -> Problem:
        """Say that a table, a file of orders or the earlier run is not what the run began with."""
        own = self.params.hub
        if name.endswith(".parquet") and "/" in name:
            where, back = f"earlier run {self.params.former}", "Put that run back"
        elif "." in name:
            where, back = name, "Put it back"
        elif hub and own and Path(hub).resolve() != own:
            there = own.exists()
            back = "Leave it out, and the run goes on with its own" if there else "Give that one"
            return Problem(
                f"table {name}",
                f"hub {hub} is another one than that with which the run began, {own}",
                hint=f"{back}, or begin a new run with this one in another folder.",
            )
        else:
            where, back = f"table {name}", "Put it back"
        return Problem(
            where,
            "the input changed since the run began",
            hint=f"{back} as it was, or begin a new run: in another folder, or here with --force.",
        )
