"""The days of a run as they are sequenced: cars of the slots, rules of the hub."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from sinho import results
from sinho.days.day import Day
from sinho.days.rules import Pinned, Ratio
from sinho.hub import Hub
from sinho.results import LineDay

PINNED = "end of the day as the next day knows it"
"""Name of the rule that keeps the last cars of a day in their places."""


STANDING = ("order", "brand", "model", "colour", "market", "options")
"""What is asked of cars that stand before a day."""


def reach(day: Day) -> int:
    """Return how many cars before a day its rules look at."""
    return max([1, *(rule.window - 1 for rule in day.rules if isinstance(rule, Ratio))])


def windows_reach(hub: Hub) -> int:
    """Return how many cars before a day the rules of a hub look at, at most."""
    windows = hub["sequence_rules"]["window"].drop_nulls().to_list()
    return max([1, *(int(window) - 1 for window in windows)])


def tail(cars: pl.DataFrame, order: results.Sequence, size: int) -> pl.DataFrame:
    """Return the last cars of a sequence in building order."""
    last = pl.DataFrame({"order": list(order.order[-size:])})
    return last.join(cars, on="order", how="left", maintain_order="left")


def behind(
    built: Sequence[tuple[pl.DataFrame, results.Sequence]], size: int, begun: pl.DataFrame | None
) -> pl.DataFrame | None:
    """Return the last cars before a day in building order, of as many days as have so many.

    Parameters
    ----------
    built : sequence of (polars.DataFrame, Sequence)
        Cars and sequence of each day before it, the first first.
    size : int
        How many cars, where there are so many.
    begun : polars.DataFrame, optional
        The last cars before the first of these days.

    Returns
    -------
    polars.DataFrame or None
        None where nothing is known to stand before it.
    """
    parts: list[pl.DataFrame] = []
    for cars, order in reversed(built):
        if size <= 0:
            break
        parts.insert(0, tail(cars, order, size).select(STANDING))
        size -= parts[0].height
    if size > 0 and begun is not None:
        parts.insert(0, begun.tail(size).select(STANDING))
    return pl.concat(parts) if parts else None


def pinned(day: Day, order: Sequence[str], size: int) -> Day:
    """Return the day with its last cars held in the places that an order gives them."""
    first = max(0, len(order) - size)
    pins = tuple((car, at + 1) for at, car in enumerate(order) if at >= first)
    return day.with_rules(Pinned(name=PINNED, pins=pins))


def by_line(cars: Mapping[LineDay, pl.DataFrame]) -> dict[str, dict[LineDay, pl.DataFrame]]:
    """Return the cars of each line's days, in the order of the days."""
    found: dict[str, dict[LineDay, pl.DataFrame]] = {}
    for day, own in cars.items():
        found.setdefault(day.line, {})[day] = own
    return found


def of_line(cars: pl.DataFrame | None, line: str) -> pl.DataFrame | None:
    """Return those of the cars before a run that a line built; None where there are none."""
    own = None if cars is None else cars.filter(pl.col("line") == line)
    return None if own is None or own.is_empty() else own.drop("line")


def with_facts(slots: pl.DataFrame, orders: pl.DataFrame) -> Mapping[LineDay, pl.DataFrame]:
    """Return the cars of each day of a line with what their orders say, in the order of the slots.

    Parameters
    ----------
    slots : polars.DataFrame
        ``order``, ``date`` (null: none) and ``line``.
    orders : polars.DataFrame
        The order bank.

    Returns
    -------
    mapping of LineDay to polars.DataFrame
        By date, then by line; the first first.
    """
    dated = slots.select("order", "date", "line").drop_nulls("date")
    own = orders.drop("line", strict=False)  # what an order asks for; the slot says what it gets
    cars = dated.join(own, on="order", how="left", maintain_order="left")
    days = ["date", "line"]
    return {
        LineDay(group["date"][0], group["line"][0]): group.drop(days)
        for group in cars.sort(days, maintain_order=True).partition_by(days, maintain_order=True)
    }
