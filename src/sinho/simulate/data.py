"""What is simulated: a plant, and the cars that are sent through it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.hub import Hub
from sinho.results import MonthPlan
from sinho.simulate.plant import Plant
from sinho.simulate.setting import Setting

COLUMNS: Mapping[str, pl.DataType] = {
    "order": pl.String(),
    "line": pl.String(),
    "model": pl.String(),
    "colour": pl.String(),
    "release": pl.Float64(),
    "due": pl.Float64(),
    "cutoff": pl.Float64(),
}
"""Columns that a stage of cars knows; those of the options of ratio rules come besides."""


@dataclass(frozen=True)
class Input:
    """A plant and its cars in the planned sequence.

    Parameters
    ----------
    plant : Plant
        The plant.
    cars : DataFrame
        ``order`` (unique), ``line``, ``model``, ``colour``, ``release`` (minutes before which it
        does not come in), ``due`` and ``cutoff`` (minutes: when it is to be off the line, and when
        its vessel closes; null: none), and a column of booleans for each option of the plant's
        ratio rules.
    setting : Setting or None
        What the minutes and nodes are, where the plant is a hub's.
    """

    plant: Plant
    cars: pl.DataFrame = field(repr=False)
    setting: Setting | None = field(default=None, repr=False)

    @classmethod
    def from_hub(
        cls,
        hub: Hub,
        days: int,
        *,
        first: dt.date | None = None,
        month: dt.date | None = None,
        mix: Mapping[str, float] | None = None,
        jph: float | None = None,
        what_if: Iterable[str] = (),
        filling: int | None = None,
    ) -> Input:
        """Send more cars through a hub's plant than it can build: what it can is its capacity.

        Parameters
        ----------
        hub : Hub
            The hub: tables ``stations``, ``station_times``, ``stops``, ``stores``, ``rework`` and
            ``skids``, else its shops; lines, loads, shifts and calendar.
        days : int
            Working days that count.
        first : datetime.date, optional
            Day from which on they are counted; by default the hub's first.
        month : datetime.date, optional
            First day of the month whose demand the cars are of; by default that of the first day.
        mix : mapping of str to float, optional
            Shares of some models of all cars; the others keep their proportions.
        jph : float, optional
            Cars an hour at which the line runs, all shops in proportion; by default the manned
            rates in force.
        what_if : iterable of str
            Changes, such as ``PBS=+50`` or ``paint.mttr=-30%``.
        filling : int, optional
            Working days before the first in which the plant fills and nothing counts; by default
            one and a half times as long as a car is on its way, and one more.

        Raises
        ------
        DataError
            When a shop never opens, the horizon is too short, nothing is asked for, or a change
            is none.
        """
        from sinho.simulate.hubs.inputs import of_hub

        plant, cars, setting = of_hub(
            hub,
            days,
            first=first,
            month=month,
            mix=mix,
            jph=jph,
            what_if=what_if,
            filling=filling,
        )
        return replace(cls.from_plant(plant, cars), setting=setting)

    @classmethod
    def from_run(
        cls,
        hub: Hub,
        cars: pl.DataFrame,
        *,
        plan: MonthPlan | None = None,
        jph: float | None = None,
        what_if: Iterable[str] = (),
    ) -> Input:
        """Send the cars of a run through its plant, in their sequences.

        Parameters
        ----------
        hub : Hub
            The hub, with its scenario applied.
        cars : polars.DataFrame
            ``order``, ``model``, ``colour``, ``options`` (names parted by ``;``), ``date`` and
            ``line`` of line-off, ``position`` (1 first), ``wanted`` (day on which it is to leave)
            and ``vessel`` (null: none).
        plan : MonthPlan, optional
            Its plan, whose hours the shops work; by default those of calendar and pattern.
        jph, what_if
            As `from_hub`.

        Raises
        ------
        DataError
            As `from_hub`.
        """
        from sinho.simulate.hubs.inputs import of_run

        plant, table, setting = of_run(hub, cars, plan=plan, jph=jph, what_if=what_if)
        return replace(cls.from_plant(plant, table), setting=setting)

    @classmethod
    def from_plant(cls, plant: Plant, cars: int | pl.DataFrame) -> Input:
        """Send cars through a plant.

        Parameters
        ----------
        plant : Plant
            The plant.
        cars : int or DataFrame
            How many cars, all alike; or the cars as of the class, in the planned sequence, of whose
            columns those may be left out that do not matter.

        Returns
        -------
        Input
            The plant and its cars.

        Raises
        ------
        DataError
            When there are no cars, a column is unknown or of another type, a line, model or colour
            is unknown to the plant where it must be known, or a time is no number.
        """
        table = _alike(cars) if isinstance(cars, int) else cars
        found = list(_faults(plant, table))
        if found:
            raise DataError(found)
        counted = (pl.int_range(pl.len()) + 1).cast(pl.String)
        given = {name: _column(table, name, kind) for name, kind in COLUMNS.items()}
        given["order"] = given["order"] if "order" in table.columns else counted
        given["release"] = given["release"].fill_null(0.0)
        options = {name: pl.col(name).fill_null(False) for name in _options(plant)}
        return cls(plant, table.select(**given, **options))


def _alike(cars: int) -> pl.DataFrame:
    return pl.DataFrame({"order": [str(n + 1) for n in range(cars)]}, schema={"order": pl.String})


def _column(table: pl.DataFrame, name: str, kind: pl.DataType) -> pl.Expr:
    if name not in table.columns:
        return pl.repeat(None, pl.len(), dtype=kind)
    return pl.col(name).cast(kind)


def _options(plant: Plant) -> list[str]:
    return sorted({rule.option for rule in plant.ratios})


def _faults(plant: Plant, cars: pl.DataFrame) -> Iterator[Problem]:
    """Yield what is wrong with cars, row by row as they are listed (1 first)."""
    options = _options(plant)
    if cars.is_empty():
        yield Problem("cars", "there are none", hint="Give one car or more.")
    for name in cars.columns:
        known = [*COLUMNS, *options]
        if name not in known:
            yield Problem("cars", "there is no such column", column=name, hint=nearest(name, known))
    for name in options:
        if cars.schema.get(name) != pl.Boolean():
            yield Problem(
                "cars", "a ratio rule needs a column of booleans", column=name,
                hint="Say of each car whether it has the option.",
            )  # fmt: skip
    for name, kind in COLUMNS.items():
        if name not in cars.columns:
            continue
        numbers = kind == pl.Float64()
        column = cars[name]
        if numbers and not (column.dtype.is_numeric() or column.dtype == pl.Null()):
            yield Problem("cars", "must be minutes", column=name, value=str(column.dtype))
        elif numbers:
            minutes = column.cast(pl.Float64)
            wrong = ~minutes.is_finite() | ((minutes < 0) & (name == "release"))
            rule = "must be a finite number" + (" of 0 or more" if name == "release" else "")
            yield from _rows(cars, name, wrong, rule)
        elif column.dtype not in (pl.String(), pl.Null(), pl.Enum, pl.Categorical()):
            yield Problem("cars", "must be names", column=name, value=str(column.dtype))
    if "order" in cars.columns:
        yield from _rows(cars, "order", cars["order"].is_null(), "must be named")
        twice = cars["order"].is_duplicated() & cars["order"].is_not_null()
        yield from _rows(cars, "order", twice, "is named twice")
    lines = [line for one in plant.entries if not one.parts for line in one.lines]
    if lines and "line" not in cars.columns:
        yield Problem(
            "cars", "say which line each car comes from", column="line",
            hint=f"The plant has lines {', '.join(lines)}.",
        )  # fmt: skip
    elif lines:
        strange = ~cars["line"].is_in(lines).fill_null(False)
        for line in cars.filter(strange)["line"].unique(maintain_order=True).to_list():
            yield Problem(
                "cars", "no entry takes this line", column="line", value=line,
                hint=nearest(line or "", lines),
            )  # fmt: skip


def _rows(cars: pl.DataFrame, column: str, wrong: pl.Series, rule: str) -> Iterator[Problem]:
    for row in wrong.fill_null(False).arg_true().to_list():
        yield Problem("cars", rule, row=row + 1, column=column, value=str(cars[column][row]))
