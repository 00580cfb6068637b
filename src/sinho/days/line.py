"""The cars along the line in building order, and the check that an order holds each car once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.days.day import CAR, Day
from sinho.days.findings import Findings
from sinho.errors import nearest
from sinho.hub.places import SHOWN

Whole = NDArray[np.int64]


@dataclass(frozen=True)
class CarsInLine:
    """The cars along the line: those before the day, then the day's in an order.

    Parameters
    ----------
    day : Day
        The day.
    order : tuple of str
        Idents of the day's cars in building order, each once.
    """

    day: Day
    order: tuple[str, ...]

    @cached_property
    def cars(self) -> pl.DataFrame:
        """Cars before the day and of the day, one row per car in building order."""
        built = self.day.cars[[self.day.row_of[car] for car in self.order]]
        return pl.concat([self.day.previous.select(built.columns), built])

    @property
    def known(self) -> int:
        """How many cars before the day are known; the last of them stands at position 0."""
        return self.day.previous.height

    @cached_property
    def position_of(self) -> dict[str, int]:
        """Position of each car of the day, from 1."""
        return {car: at for at, car in enumerate(self.order, start=1)}

    def option(self, name: str) -> Whole:
        """Return 1 per car with the option and 0 per car without, known cars first."""
        return self.cars[name].to_numpy().astype(np.int64)

    def attribute(self, name: str) -> list[str]:
        """Return the attribute's value per car, known cars first."""
        return list(self.cars[name])


def line_of(day: Day, order: Sequence[str]) -> CarsInLine:
    """Return the day's cars along the line.

    Parameters
    ----------
    day : Day
        The day.
    order : sequence of str
        Idents of the day's cars in building order, each once.

    Returns
    -------
    CarsInLine
        Known cars before the day, then the day's.

    Raises
    ------
    DataError
        With every car that is missing, unknown or stands twice, by position.
    """
    findings = Findings()
    check_cars(day, zip(order, range(1, len(order) + 1), strict=True), findings)
    findings.refuse()
    return CarsInLine(day, tuple(order))


def check_cars(
    day: Day,
    entries: Iterable[tuple[str, int]],
    findings: Findings,
    file: str = "",
    *,
    whole: bool = True,
) -> None:
    """Name every car of an order that is unknown, stands twice or is missing.

    Parameters
    ----------
    day : Day
        The day.
    entries : iterable of (str, int)
        Idents in building order, each with its row in the file, or its position where there is
        no file; an empty ident is passed over.
    findings : Findings
        Told of what is wrong.
    file : str
        Name of the file; empty where there is none.
    whole : bool
        Whether every car of the day has to be there.
    """

    def tell(rule: str, at: int, car: str | None, hint: str = "", kind: str = "") -> None:
        if file:
            findings.add(file, rule, at, CAR, car, hint, kind=kind or rule)
        else:
            findings.add("order", f"position {at}: {rule}", value=car, hint=hint, kind=kind or rule)

    known = dict.fromkeys(day.idents)
    before = set(day.previous[CAR].to_list())
    first: dict[str, int] = {}
    strangers = end = 0
    for car, at in entries:
        end = max(end, at)
        if not car:
            continue
        if car not in known:
            hint = _near(car, known, before) if strangers < SHOWN else ""
            strangers += 1
            tell("there is no such car in the day", at, car, hint)
        elif car in first:
            place = f"{'in row' if file else 'at position'} {first[car]}"
            kind = "the car stands twice"
            tell(f"the car stands {place} already", at, car, "A car is built once.", kind)
        else:
            first[car] = at
    ends = f"the {'file' if file else 'order'} ends before this {'row' if file else 'position'}"
    for car in known if whole else ():
        if car not in first:
            kind = "a car of the day is missing"
            tell(f"car {car} of the day is missing; {ends}", end + 1, None, kind=kind)


def _near(car: str, known: Iterable[str], before: set[str]) -> str:
    """Say which car was probably meant."""
    if car in before:
        return "It belongs to the day before; a sequence holds the day's cars alone."
    padded = [name for name in known if name.lstrip("0") == car]
    if len(padded) == 1:
        return f"Did you mean {padded[0]!r}? A spreadsheet drops leading zeros of numbers."
    near = nearest(car, known)
    return near if near.startswith("Did") else ""
