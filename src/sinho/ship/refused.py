"""What of cars and chances is refused before anything is planned, all of it at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from sinho.errors import DataError, Problem, nearest
from sinho.hub import Hub

CHANCE = {"car": pl.String(), "date": pl.Date(), "chance": pl.Float64()}
"""Columns of chances."""
SHOWN = 20
"""Cars that are named for each rule."""


def refuse(
    hub: Hub,
    cars: pl.DataFrame,
    columns: Mapping[str, pl.DataType],
    chance: pl.DataFrame | None = None,
) -> None:
    """Refuse cars and chances that mean nothing.

    Parameters
    ----------
    hub : Hub
        The hub, whose models and markets they may name.
    cars : polars.DataFrame
        The cars.
    columns : mapping of str to polars.DataType
        Columns that they need, with their types.
    chance : polars.DataFrame, optional
        ``car``, ``date`` and ``chance``.

    Raises
    ------
    DataError
        With every fault; or when the hub lists no vessels and no containers.
    """
    problems = [*_hub(hub), *_columns("cars", cars, columns)]
    if chance is not None:
        problems += _columns("chance", chance, CHANCE)
    if problems:
        raise DataError(problems)
    problems = [*_cars(hub, cars), *([] if chance is None else _chances(chance))]
    if problems:
        raise DataError(problems)


def _hub(hub: Hub) -> Iterator[Problem]:
    if hub["vessels"].is_empty() and hub["containers"].is_empty():
        rule = "no voyage is listed, so no car can be shipped"
        hint = "Fill table vessels: vessel, lane, cutoff and etd of each voyage."
        yield Problem("vessels", rule, hint=hint)


def _columns(
    where: str, frame: pl.DataFrame, columns: Mapping[str, pl.DataType]
) -> Iterator[Problem]:
    for name, kind in columns.items():
        if name not in frame.columns:
            yield Problem(
                where, "the column is missing", None, name, None, nearest(name, frame.columns)
            )
            continue
        try:
            frame[name].cast(kind)
        except pl.exceptions.InvalidOperationError:
            rule = f"must be of type {kind}, and is of type {frame[name].dtype}"
            yield Problem(where, rule, None, name)


def _cars(hub: Hub, cars: pl.DataFrame) -> Iterator[Problem]:
    for column, table in (("model", "models"), ("market", "markets")):
        known = hub[table][column].to_list()
        strange = cars.filter(~pl.col(column).is_in(known)).unique(column, maintain_order=True)
        for car, name in strange.select("car", column).iter_rows():
            rule = f"car {car} has a {column} that is not in table {table}"
            yield Problem("cars", rule, None, column, name, nearest(str(name), known))
    twice = cars.filter(pl.col("car").is_duplicated())["car"]
    for car in twice.unique(maintain_order=True):
        yield Problem("cars", "the car is listed twice", None, "car", str(car))
    for column in ("car", "model", "market", "ready"):
        if column in cars.columns:
            for car in cars.filter(pl.col(column).is_null())["car"].head(SHOWN):
                yield Problem("cars", f"car {car} has no {column}", None, column)


def _chances(chance: pl.DataFrame) -> Iterator[Problem]:
    inside = pl.col("chance").is_between(0, 1).fill_null(False)
    for row in chance.filter(~inside).head(SHOWN).iter_rows(named=True):
        rule = f"car {row['car']}, {row['date']}: a chance is 0 to 1"
        yield Problem("chance", rule, None, "chance", str(row["chance"]))
    twice = chance.filter(pl.struct("car", "date").is_duplicated()).unique(
        ["car", "date"], maintain_order=True
    )
    for row in twice.head(SHOWN).iter_rows(named=True):
        rule = f"car {row['car']} has two chances for {row['date']}"
        yield Problem("chance", rule, None, "date")
