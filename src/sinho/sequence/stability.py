"""How much an order has changed: which cars kept their order, and which moved."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence

import polars as pl

COLUMNS: dict[str, type[pl.DataType]] = {
    "car": pl.String,
    "before": pl.Int64,
    "after": pl.Int64,
    "shift": pl.Int64,
    "moved": pl.Boolean,
    "why": pl.String,
}
"""Columns of the table of moved cars."""
STAYS = "came to stand where it stood, as cars on both sides changed places"


def kept_cars(
    old: Sequence[str], new: Sequence[str], moved: Collection[str] = ()
) -> frozenset[str]:
    """Return cars that kept their order: a longest common subsequence of two orders.

    Of several, one with as many as possible of the cars that stand where they stood, and of these
    one with as few as possible of certain cars.

    Parameters
    ----------
    old, new : sequence of str
        Idents in building order, each once; not all cars need stand in both.
    moved : collection of str
        Cars that rather count as moved.

    Returns
    -------
    frozenset of str
        Cars that stand in both orders and behind each other alike.
    """
    rank = {car: at for at, car in enumerate(old)}
    cars = [car for car in new if car in rank]
    stays = {car for car, other in zip(old, new, strict=False) if car == other}
    # A heaviest rising part: each car weighs much, a little more if it stands where it stood, and
    # a trifle more if it is not to be moved.
    most = len(cars) + 1
    ends: list[int] = []
    weights: list[int] = []
    at_end: list[int] = []
    before = [-1] * len(cars)
    avoided = frozenset(moved)
    for at, car in enumerate(cars):
        value = rank[car]
        place = bisect_left(ends, value)
        weight = most * (most + (car in stays)) + (car not in avoided)
        weight += weights[place - 1] if place else 0
        if place:
            before[at] = at_end[place - 1]
        # Entries rise in value and in weight; those that are no better than the new one go.
        stop = max(place, bisect_right(weights, weight))
        ends[place:stop] = [value]
        weights[place:stop] = [weight]
        at_end[place:stop] = [at]
    kept = []
    at = at_end[-1] if at_end else -1
    while at >= 0:
        kept.append(cars[at])
        at = before[at]
    return frozenset(kept)


def moved_table(old: Sequence[str], new: Sequence[str], why: Mapping[str, str]) -> pl.DataFrame:
    """Return what has become of each car whose position differs.

    Parameters
    ----------
    old, new : sequence of str
        Idents in building order, each once.
    why : mapping of str to str
        Why cars were moved.

    Returns
    -------
    DataFrame
        One row per car that stands elsewhere, was taken out or put in: ``car``, positions
        ``before`` and ``after`` (null where it was not or is no longer there), ``shift``
        (positive: later), ``moved`` (whether it left the order of the others, by a longest common
        subsequence of both orders), ``why``. In the new order; cars taken out come first.
    """
    kept = kept_cars(old, new, why.keys())
    before = {car: at for at, car in enumerate(old, start=1)}
    after = {car: at for at, car in enumerate(new, start=1)}
    rows: list[tuple[str, int | None, int | None, int | None, bool, str]] = [
        (car, at, None, None, True, why.get(car, "taken out"))
        for car, at in before.items()
        if car not in after
    ]
    for car, at in after.items():
        was = before.get(car)
        if was is None:
            rows.append((car, None, at, None, True, why.get(car, "put in")))
        elif car not in kept:
            reason = STAYS if at == was else why.get(car, "makes room")
            rows.append((car, was, at, at - was, True, reason))
        elif at != was:
            rows.append((car, was, at, at - was, False, "shifted by cars that moved"))
    return pl.DataFrame(rows, schema=COLUMNS, orient="row")
