"""What a run is asked for; with the input, it settles the result."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from sinho.parameters import LARGEST_SEED, SEED, Parameters, bounded
from sinho.run.jsonfile import plain
from sinho.run.scenarios import BASE
from sinho.sequence import Params

ITERATIONS = 2_000_000
"""Moves tried for each day's sequence where nothing is asked for."""

PATHS = ("hub", "orders", "former")
LATER = ("simulate", "simulation", "chance")
"""Parameters that ``run.json`` has only where they are given."""


def day_of(text: str) -> dt.date:
    """Return a day as written; a month stands for its first day.

    Raises
    ------
    ValueError
        When it is none.
    """
    try:
        return dt.date.fromisoformat(text if len(text) > len("2026-03") else f"{text}-01")
    except ValueError:
        raise ValueError(
            f"{text!r} is no day or month. Write it as 2026-03-02 or 2026-03."
        ) from None


def _day(given: Any) -> dt.date:
    return given if isinstance(given, dt.date) else day_of(str(given))


def _path(given: Any) -> Path | None:
    return Path(given).resolve() if given else None


def chance_of(given: Any) -> float:
    """Return a probability as written: ``90%`` or ``0.9``.

    Raises
    ------
    ValueError
        When it is none, or is not between 0 and 1.
    """
    try:
        text = str(given).strip()
        found = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        found = math.nan
    if not 0 < found < 1:
        raise ValueError("it must be a probability above 0 and below 1, as 90% or 0.9")
    return found


def _scenario(given: Any) -> str:
    return "" if given == BASE else str(given)


@dataclass(frozen=True, kw_only=True)
class RunParams(Parameters):
    """What a run is asked for.

    Parameters
    ----------
    hub : pathlib.Path or None
        Folder or workbook of the hub; None for a hub made in Python.
    scenario : str
        Scenario of the hub; empty: as it stands.
    first : datetime.date
        Day from which on working days are counted.
    days : int
        Working days.
    orders : pathlib.Path or None
        File of the order bank; None: that of the hub, or generated orders where it has none.
    seed : int
        Seed of every stage.
    threads : int
        Days that are sequenced side by side.
    iterations : int
        Moves tried for each day's sequence.
    day_seconds : float or None
        Wall time for each day's sequence instead: the result then depends on the machine.
    slot_iterations : int or None
        Moves tried when orders are given their days; None: 400 for each order.
    former : pathlib.Path or None
        Folder of an earlier run from whose slots and call-offs this one starts; None: none.
    simulate : int or None
        How often its days are simulated, before its cars are given voyages; None: not at all.
    simulation : pathlib.Path or None
        Folder of a simulation of the hub on whose demonstrated rates months are planned and days
        filled; None: on the manned ones.
    chance : float or None
        Of these, the rates that a day holds with this probability; None: those of the mean.
    """

    hub: Path | None = field(default=None, metadata={"read": _path})
    scenario: str = field(default="", metadata={"read": _scenario})
    first: dt.date = field(metadata={"read": _day})
    days: int = bounded(20, least=1)
    orders: Path | None = field(default=None, metadata={"read": _path})
    seed: int = bounded(SEED, least=0, most=LARGEST_SEED)
    threads: int = bounded(2, least=1)
    iterations: int = bounded(ITERATIONS, least=1)
    day_seconds: float | None = bounded(None, above=0)
    slot_iterations: int | None = bounded(None, least=1)
    former: Path | None = field(default=None, metadata={"read": _path})
    simulate: int | None = bounded(None, least=1)
    simulation: Path | None = field(default=None, metadata={"read": _path})
    chance: float | None = field(default=None, metadata={"read": chance_of})

    def _at_odds(self) -> Iterator[tuple[str, str]]:
        if self.chance is not None and self.simulation is None:
            yield "chance", "it is of the days of a simulation: give that, too"

    @property
    def each_day(self) -> Params:
        """How hard each day's sequence is searched for; with a time, moves count no longer.

        A day whose hard rules contradict each other breaks them as little as can be found.
        """
        iterations = None if self.day_seconds else self.iterations
        return Params(iterations=iterations, seconds=self.day_seconds, strict=False)

    def record(self) -> dict[str, Any]:
        """Return the parameters as ``run.json`` holds them: no path is an empty text.

        Those of `LATER` that are not given are left out.
        """
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        for name in LATER:
            if values[name] is None:
                del values[name]
        found: dict[str, Any] = plain(values)
        return found | {name: found[name] or "" for name in PATHS}
