"""The tables of a yard plan: places, moves and hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.ship.yard.arrays import STEP, Arrays, Ints, minutes
from sinho.ship.yard.data import Input
from sinho.ship.yard.kernel import BEFORE, FAR, IN, OUT, State, recorded

DAY = 24 * 60
"""Minutes."""


@dataclass(frozen=True)
class Tables:
    """The tables, as `sinho.results.YardPlan` has them, and which cars have no place."""

    places: pl.DataFrame
    moves: pl.DataFrame
    hours: pl.DataFrame
    without: NDArray[np.bool_]


def tables(data: Input, arrays: Arrays, state: State) -> Tables:
    """Return the tables of a plan."""
    y, n = arrays.stays, arrays.cars
    recorded(y, state, np.zeros((1, 5), np.int64))
    # a car comes in and leaves once in each of its two stays, and is moved out and back besides
    log = np.zeros((4 * n + 2 * int(state.moved.sum()) + 1, 5), np.int64)
    lines = recorded(y, state, log)
    first, moves = parted(log[1 : lines + 1], state, n)
    without = (state.row[:n] < 0) & ~arrays.direct
    places = places_of(data, arrays, state, first, moves, without)
    moved = moves_of(data, arrays, state, moves)
    return Tables(places, moved, hours_of(data, places, moved, without), without)


def parted(log: Ints, state: State, n: int) -> tuple[Ints, Ints]:
    """Part a log into the first place of each car, and moves.

    Returns
    -------
    first : ndarray of int64, shape (cars,)
        Place in which a car stands first; -1: none.
    moves : ndarray of int64, shape (moves, 6)
        Key, car, row and place left, row and place taken, in the order in which they are put back.
    """
    first, row, place = (np.full(n, -1, np.int64) for _ in range(3))
    moves = []
    # At a key all that are driven out come first. Who goes into another row is put back after it.
    step = log[:, 0] - log[:, 0] % 2
    order = np.lexsort((log[:, 4] != OUT, step))
    for key, (_, stay, old, new, what) in zip(
        step[order].tolist(), log[order].tolist(), strict=True
    ):
        car = stay % n
        if what == OUT:
            row[car], place[car] = state.row[stay], old
        elif what == IN and stay < n:
            first[car] = new
        else:
            moves.append((key, car, row[car], place[car], state.row[stay], new))
    return first, np.array(moves, np.int64).reshape(-1, 6)


def places_of(
    data: Input,
    arrays: Arrays,
    state: State,
    first: Ints,
    moves: Ints,
    without: NDArray[np.bool_],
) -> pl.DataFrame:
    """Return the table of places."""
    y, n, cars, rows = arrays.stays, arrays.cars, data.cars, data.rows
    row = state.row[:n].astype(np.int64)
    at = pl.Series(row).set(pl.Series(row < 0), None)
    enter, leave = y.enter[:n], y.leave[n:]
    known = minutes(pl.Series([data.end]), data.start)[0]
    dwell = np.minimum(minutes(cars["leave"], data.start), known)
    days = np.maximum(0, dwell - minutes(cars["ready"], data.start)) / DAY
    free, price = (
        rows[name].gather(at).fill_null(0.0).to_numpy() for name in ("free_days", "storage_cost")
    )
    former = y.former[:n]
    return cars.select("car", "voyage", "port", "site", "purpose").with_columns(
        rows["area"].gather(at).alias("area"),
        rows["row"].gather(at).alias("row"),
        number("place", first + 1, first < 0),
        cars["ready"].alias("enters"),
        cars["loading"].fill_null(cars["leave"]).alias("fetched"),
        cars["leave"].alias("leaves"),
        pl.Series("stands", stands(data, arrays, without), dtype=pl.String),
        pl.Series("moves", np.bincount(moves[:, 1], minlength=n), dtype=pl.Int64),
        pl.Series("changed", (former >= 0) & (row != former), dtype=pl.Boolean),
        pl.Series("days", days, dtype=pl.Float64),
        pl.Series("cost", np.ceil(np.maximum(0.0, days - free)) * price, dtype=pl.Float64),
        number("step_in", np.maximum(enter, 0), row < 0),
        number("step_out", leave, (row < 0) | (leave >= FAR)),
    )


def number(name: str, values: Ints, empty: NDArray[np.bool_]) -> pl.Series:
    """Return a column of whole numbers, some of them null."""
    return pl.Series(name, values, dtype=pl.Int64).set(pl.Series(empty), None)


def stands(data: Input, arrays: Arrays, without: NDArray[np.bool_]) -> list[str]:
    """Say of each car how it stands, or why it has no place."""
    y, site = arrays.stays, data.cars["site"].to_list()
    said: list[str] = np.where(
        arrays.opening >= 0, "it stood there already", "in the yard"
    ).tolist()
    for car in np.flatnonzero(arrays.direct).tolist():
        said[car] = "direct: it leaves when it comes"
    for car in np.flatnonzero(without).tolist():
        why = "all rows for it are full"
        if not y.admits[y.kind[car]].any():
            why = "no row of its purpose is large enough"
        said[car] = f"outside the rows of {site[car]}: {why}" if site[car] else f"outside: {why}"
    return said


def moves_of(data: Input, arrays: Arrays, state: State, moves: Ints) -> pl.DataFrame:
    """Return the table of moves."""
    y, n, cars, rows = arrays.stays, arrays.cars, data.cars, data.rows
    last = np.where(state.row[n:] >= 0, state.row[n:], state.row[:n])
    reached = (
        cars.select(reach="voyage", reach_port="port")
        .with_columns(pl.Series("step", y.leave[n:]), pl.Series("_row", last, dtype=pl.Int64))
        .unique(("step", "_row"), keep="first", maintain_order=True)
    )
    columns = {
        "step": moves[:, 0],
        "time": arrays.times[(moves[:, 0] + BEFORE) // STEP - 1],
        "_car": moves[:, 1],
        "_row": moves[:, 2],
        "place": moves[:, 3] + 1,
        "_to": moves[:, 4],
        "to_place": moves[:, 5] + 1,
    }
    found = pl.DataFrame({name: pl.Series(each, dtype=pl.Int64) for name, each in columns.items()})
    begin = pl.lit(data.start, dtype=pl.Datetime("us"))
    return found.join(reached, on=("step", "_row"), how="left", maintain_order="left").select(
        "step",
        (begin + pl.duration(minutes=pl.col("time"))).alias("time"),
        cars["car"].gather(found["_car"]).alias("car"),
        "reach",
        "reach_port",
        rows["area"].gather(found["_row"]).alias("area"),
        rows["row"].gather(found["_row"]).alias("row"),
        "place",
        rows["area"].gather(found["_to"]).alias("to_area"),
        rows["row"].gather(found["_to"]).alias("to_row"),
        "to_place",
    )


def hours_of(
    data: Input, places: pl.DataFrame, moves: pl.DataFrame, without: NDArray[np.bool_]
) -> pl.DataFrame:
    """Return what comes, goes and stands by site and hour.

    The cars of a voyage and port go at even steps from the begin to the end of their loading.
    """
    standing = pl.Series("held", ~without).cast(pl.Int64)
    cars = places.select(
        "car", "site", "enters", "fetched", "leaves", standing, lost=1 - standing
    ).with_columns(stood=pl.col("car").is_in(data.standing["car"].implode()))
    group = ("site", "fetched", "leaves")
    share = (pl.int_range(pl.len()).over(group) + 0.5) / pl.len().over(group)
    goes = pl.col("fetched") + (pl.col("leaves") - pl.col("fetched")) * share
    comes = pl.when("stood").then(pl.lit(data.start)).otherwise("enters")
    begin = data.start.replace(minute=0, second=0, microsecond=0)
    happens = pl.concat(
        [
            cars.select(
                "site",
                hour=comes.cast(pl.Datetime("us")),
                inflow=(~pl.col("stood")).cast(pl.Int64),
                standing="held",
                overflow="lost",
            ),
            cars.drop_nulls("leaves").select(
                "site",
                hour=goes.cast(pl.Datetime("us")),
                outflow=pl.lit(1, pl.Int64),
                standing=-pl.col("held"),
                overflow=-pl.col("lost"),
            ),
            moves.join(cars.select("car", "site"), on="car").select(
                "site", hour="time", moves=pl.lit(1, pl.Int64)
            ),
        ],
        how="diagonal",
    ).with_columns(pl.col("hour").clip(begin, data.end).dt.truncate("1h"))
    sums = happens.group_by("site", "hour").sum()
    hours = pl.datetime_range(begin, data.end, "1h", time_unit="us", eager=True).alias("hour")
    grid = cars.select("site").unique().sort("site").join(hours.to_frame(), how="cross")
    now = pl.col("standing", "overflow").cum_sum().over("site")
    return (
        grid.join(sums, on=("site", "hour"), how="left", maintain_order="left")
        .fill_null(0)
        .with_columns(now)
        .select("site", "hour", "inflow", "outflow", "moves", "standing", "overflow")
    )
