"""What a run is asked for; with the input, it settles the result."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from sinho.errors import DataError, Problem, nearest
from sinho.run.jsonfile import plain
from sinho.run.scenarios import BASE
from sinho.sequence import Params

ITERATIONS = 2_000_000
"""Moves tried for each day's sequence where nothing is asked for."""

PATHS = ("hub", "orders", "former")


@dataclass(frozen=True, kw_only=True)
class RunParams:
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

    Raises
    ------
    DataError
        With every value that is out of its bounds.
    """

    hub: Path | None = None
    scenario: str = ""
    first: dt.date
    days: int = 20
    orders: Path | None = None
    seed: int = 1
    threads: int = 2
    iterations: int = ITERATIONS
    day_seconds: float | None = None
    slot_iterations: int | None = None
    former: Path | None = None

    def __post_init__(self) -> None:
        least = dict.fromkeys(("days", "threads", "iterations", "slot_iterations"), 1) | {"seed": 0}
        values = {name: getattr(self, name) for name in least}
        problems = [
            Problem("run", f"it must be {least[name]} or more", None, name, str(value))
            for name, value in values.items()
            if value is not None and value < least[name]
        ]
        if self.day_seconds is not None and not self.day_seconds > 0:
            rule, value = "it must be more than 0", str(self.day_seconds)
            problems.append(Problem("run", rule, None, "day_seconds", value))
        if problems:
            raise DataError(problems)

    @property
    def each_day(self) -> Params:
        """How hard each day's sequence is searched for; with a time, moves count no longer.

        A day whose hard rules contradict each other breaks them as little as can be found.
        """
        iterations = None if self.day_seconds else self.iterations
        return Params(iterations=iterations, seconds=self.day_seconds, strict=False)

    @classmethod
    def load(cls, values: Mapping[str, Any]) -> RunParams:
        """Return the parameters given by name, as typed or as they were recorded.

        Parameters
        ----------
        values : mapping of str to object
            Values, or the texts that stand for them; None, and what is left out, is the default.

        Raises
        ------
        DataError
            For unknown names, and values that are none.
        """
        known = [one.name for one in fields(cls)]
        problems = [
            Problem("run", "it has no such parameter", None, name, hint=nearest(name, known))
            for name in values
            if name not in known
        ]
        found: dict[str, Any] = {}
        for name in known:
            try:
                value = cls.value_of(name, values.get(name))
            except (TypeError, ValueError) as error:
                problems.append(Problem("run", str(error), None, name, str(values[name])))
                continue
            if value is not None:
                found[name] = value
        if "first" not in found and not problems:
            problems.append(Problem("run", "the first day is missing", None, "first"))
        if problems:
            raise DataError(problems)
        return cls(**found)

    @staticmethod
    def value_of(name: str, given: Any) -> Any:
        """Return the value that is given for a parameter; None: its default.

        Raises
        ------
        ValueError
            When it is none.
        """
        if given is None:
            return None
        if name in PATHS:
            return Path(given).resolve() if given else None
        if name == "scenario":
            return "" if given == BASE else str(given)
        if name == "first":
            return given if isinstance(given, dt.date) else day_of(given)
        return float(given) if name == "day_seconds" else int(given)

    def record(self) -> dict[str, Any]:
        """Return the parameters as ``run.json`` holds them: no path is an empty text."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        found: dict[str, Any] = plain(values)
        return found | {name: found[name] or "" for name in PATHS}


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
