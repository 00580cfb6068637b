"""What planning the yard takes: cars, rows, and what stands there already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from sinho.errors import DataError, Problem
from sinho.hub import Hub
from sinho.results import ShipPlan, YardPlan
from sinho.ship.yard.sites import tables_of

CARS = {
    "car": pl.String,
    "site": pl.String,
    "purpose": pl.String,
    "length": pl.Float64,
    "width": pl.Float64,
    "ready": pl.Datetime("us"),
    "loading": pl.Datetime("us"),
    "leave": pl.Datetime("us"),
    "voyage": pl.String,
    "port": pl.String,
    "turn": pl.Int64,
    "former_area": pl.String,
    "former_row": pl.Int64,
}
ROWS = {
    "site": pl.String,
    "area": pl.String,
    "purpose": pl.String,
    "row": pl.Int64,
    "places": pl.Int64,
    "largest_length": pl.Float64,
    "largest_width": pl.Float64,
    "open_ends": pl.Int64,
    "free_days": pl.Float64,
    "storage_cost": pl.Float64,
}
STANDING = {"car": pl.String, "area": pl.String, "row": pl.Int64, "place": pl.Int64}

NEEDED = {
    "cars": ("car", "length", "ready"),
    "rows": ("area", "row", "places"),
    "standing": ("car", "area", "row", "place"),
}
"""Columns that have to be filled."""

USUAL = {
    "site": "",
    "width": 0.0,
    "turn": 0,
    "largest_length": float("inf"),
    "largest_width": float("inf"),
    "open_ends": 1,
    "free_days": 0.0,
    "storage_cost": 0.0,
}
"""What is taken where a column is left out or empty."""


@dataclass(frozen=True)
class Input:
    """Cars that need places, rows that have them, and who stands there already.

    Parameters
    ----------
    cars : DataFrame
        One row per car: ``car``, ``site`` (where it stands; one of those of the rows), ``purpose``
        (of the areas that it may stand in; null: all), ``length`` and ``width`` (mm), ``ready``,
        ``loading`` (since when cars of its voyage and port are fetched; null: at ``leave``) and
        ``leave`` (when the last of them is fetched; null: it stays), ``voyage``, ``port``, ``turn``
        (place in the loading sequence among those that leave at a time; who has the same may change
        places),
        ``former_area`` and ``former_row`` (in a former plan; null: none).
    rows : DataFrame
        One row per row: ``site``, ``area``, ``purpose`` (null: any car), ``row`` (number in its
        area), ``places``, ``largest_length`` and ``largest_width`` (of a car, mm; null: any),
        ``open_ends`` (1: place 1 is the deepest; or 2), ``free_days`` and ``storage_cost``
        (currency per car and day after them).
    standing : DataFrame
        Cars that stand already: ``car``, ``area``, ``row`` and ``place``.
    start, end : datetime.datetime
        First and last moment of the plan.

    Raises
    ------
    DataError
        With every row that breaks a rule.
    """

    cars: pl.DataFrame = field(repr=False)
    rows: pl.DataFrame = field(repr=False)
    standing: pl.DataFrame = field(repr=False)
    start: dt.datetime
    end: dt.datetime

    @classmethod
    def from_tables(
        cls,
        cars: pl.DataFrame,
        rows: pl.DataFrame,
        standing: pl.DataFrame | None = None,
        *,
        start: dt.datetime | None = None,
        end: dt.datetime | None = None,
    ) -> Input:
        """Take tables with the columns that are needed, in any order.

        Parameters
        ----------
        cars, rows, standing : DataFrame
            As of the class. Needed are ``car``, ``length`` and ``ready``; ``area``, ``row``
            and ``places``; and all columns of those that stand.
        start, end : datetime.datetime, optional
            By default the first moment at which a car is ready, and the last one at which one is or
            leaves.

        Raises
        ------
        DataError
            When a table has a column that is unknown, or lacks one that is needed, and as the class
            does.
        """
        given: dict[str, tuple[pl.DataFrame, dict[str, Any]]] = {
            "cars": (cars, CARS),
            "rows": (rows, ROWS),
            "standing": (pl.DataFrame(schema=STANDING) if standing is None else standing, STANDING),
        }
        problems = []
        for name, (table, columns) in given.items():
            for unknown in sorted(set(table.columns) - columns.keys()):
                hint = f"The columns are {', '.join(columns)}."
                problems.append(Problem(name, "is no column", column=unknown, hint=hint))
            for lacking in sorted(set(NEEDED[name]) - set(table.columns)):
                problems.append(Problem(name, "is needed", column=lacking))
        if problems:
            raise DataError(problems)
        cars, rows, standing = (filled(table, columns) for table, columns in given.values())
        moments = [moment for name in ("ready", "leave") for moment in cars[name].drop_nulls()]
        first = start or min(moments, default=dt.datetime(2026, 1, 1))
        last = end or max(moments, default=first)
        return cls(cars, rows, standing, first, max(first, last))

    @classmethod
    def from_plan(
        cls, hub: Hub, plan: ShipPlan, made: pl.DataFrame | None = None
    ) -> dict[str, Input]:
        """Return the yards in which the cars of a plan stand, by site: the plant, then ports.

        Parameters
        ----------
        hub : Hub
            The hub: its yard areas, ports, models and the way to the port.
        plan : ShipPlan
            Which car leaves on which voyage.
        made : DataFrame, optional
            ``car`` and ``moment`` of line-off; cars that are not listed leave the line evenly
            within 16 hours from 07:00 on.

        Returns
        -------
        dict of str to sinho.ship.yard.Input
            Empty for a hub without areas for export, or a plan without cars.
        """
        return {
            site: cls.from_tables(cars, rows)
            for site, (cars, rows) in tables_of(hub, plan, made).items()
        }

    def after(self, plan: YardPlan, at: dt.datetime, cars: pl.DataFrame | None = None) -> Input:
        """Return what is left to plan at a moment of a plan.

        Who stands then stands where the plan put it. Who comes later has its row in the plan as its
        former one, and who waits outside without a place may have one from that moment on.

        Parameters
        ----------
        plan : YardPlan
            A plan of this input.
        at : datetime.datetime
            The moment. What the plan lets happen up to it has happened.
        cars : DataFrame, optional
            Cars as they are known now, as of the class; by default those of this input. A car of
            this input that has left is left out.

        Raises
        ------
        DataError
            As the class does.
        """
        standing, places = plan.standing(at), plan.places
        gone = places.filter(pl.col("leaves") <= at)["car"]
        former = places.select("car", former_area="area", former_row="row")
        known = self.cars if cars is None else filled(cars, CARS)
        waits = ~pl.col("car").is_in(standing["car"].implode())
        return Input(
            known.filter(~pl.col("car").is_in(gone.implode()))
            .drop("former_area", "former_row")
            .join(former, on="car", how="left", maintain_order="left")
            .with_columns(
                ready=pl.when(waits).then(pl.max_horizontal("ready", pl.lit(at))).otherwise("ready")
            )
            .select(list(CARS)),
            self.rows,
            standing,
            at,
            max(self.end, at, *known["leave"].drop_nulls()),
        )

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        problems = list(problems_of(self))
        if problems:
            raise DataError(problems)


def filled(table: pl.DataFrame, columns: dict[str, Any]) -> pl.DataFrame:
    """Return a table with all columns, of their types, and what is usual where one is empty."""
    return table.select(
        (
            (pl.col(name) if name in table.columns else pl.lit(None))
            .cast(kind)
            .fill_null(USUAL.get(name))
            if name in USUAL
            else (pl.col(name) if name in table.columns else pl.lit(None)).cast(kind)
        ).alias(name)
        for name, kind in columns.items()
    )


def listed(
    name: str, table: pl.DataFrame, wrong: pl.Expr, column: str, rule: str, hint: str = ""
) -> Iterator[Problem]:
    """Yield a problem for each row of a table of which an expression is true."""
    found = table.with_row_index("_at", offset=2).filter(wrong.fill_null(False))
    for row in found.iter_rows(named=True):
        value = None if row[column] is None else str(row[column])
        yield Problem(name, rule, row=row["_at"], column=column, value=value, hint=hint)


def problems_of(data: Input) -> Iterator[Problem]:
    """Yield everything that is wrong with an input."""
    cars, rows, standing = data.cars, data.rows, data.standing
    for name, table in (("cars", cars), ("rows", rows), ("standing", standing)):
        for column in NEEDED[name]:
            yield from listed(name, table, pl.col(column).is_null(), column, "is needed")
    col = pl.col
    yield from listed("cars", cars, col("car").is_duplicated(), "car", "stands there twice")
    yield from listed("cars", cars, col("length") <= 0, "length", "must be above 0 mm")
    yield from listed("cars", cars, col("width") < 0, "width", "must be 0 mm or more")
    both = pl.struct("area", "row").is_duplicated()
    yield from listed("rows", rows, both, "row", "is twice in its area")
    yield from listed("rows", rows, col("places") < 1, "places", "must be 1 or more")
    for size in ("largest_length", "largest_width"):
        yield from listed("rows", rows, col(size) <= 0, size, "must be above 0 mm")
    yield from listed("rows", rows, ~col("open_ends").is_in([1, 2]), "open_ends", "must be 1 or 2")
    for price in ("free_days", "storage_cost"):
        yield from listed("rows", rows, col(price) < 0, price, "must be 0 or more")
    early = col("leave") < col("ready")
    yield from listed("cars", cars, early, "leave", "must not be before ready")
    late = col("loading") > col("leave")
    yield from listed("cars", cars, late, "loading", "must not be behind leave")
    twice = "stands in two places"
    yield from listed("standing", standing, col("car").is_duplicated(), "car", twice)
    shared = pl.struct("area", "row", "place").is_duplicated()
    yield from listed("standing", standing, shared, "place", "holds two cars")
    found = standing.join(
        cars.unique("car").select("car", "length", "width", site_of="site", known=pl.lit(True)),
        on="car",
        how="left",
        maintain_order="left",
    ).join(rows.unique(("area", "row")), on=("area", "row"), how="left", maintain_order="left")
    unknown = col("known").is_null()
    yield from listed("standing", found, unknown, "car", "is not among the cars")
    nowhere = col("places").is_null()
    yield from listed("standing", found, nowhere, "row", "is not among the rows")
    beyond = (col("place") < 1) | (col("place") > col("places"))
    yield from listed("standing", found, beyond, "place", "is not in its row")
    larger = (col("length") > col("largest_length")) | (col("width") > col("largest_width"))
    yield from listed("standing", found, larger, "car", "is larger than its row lets stand there")
    elsewhere = col("site") != col("site_of")
    yield from listed("standing", found, elsewhere, "car", "stands at another site than its own")
