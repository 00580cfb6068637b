"""The tables of a yard plan: places, moves and hours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.results.yard import came_in
from sinho.ship.yard.arrays import STEP, Arrays, Ints, minutes
from sinho.ship.yard.data import Input
from sinho.ship.yard.kernel import BEFORE, FAR, IN, OUT, STAYS, State, recorded
from sinho.units import Floats

HOUR, DAY = 60, 24 * 60
"""Minutes."""


@dataclass(frozen=True)
class Tables:
    """The tables, as `sinho.results.YardPlan` has them, and which cars find no place at first."""

    places: pl.DataFrame
    moves: pl.DataFrame
    hours: pl.DataFrame
    without: NDArray[np.bool_]


def tables(data: Input, arrays: Arrays, state: State) -> Tables:
    """Return the tables of a plan."""
    y, n = arrays.stays, arrays.cars
    recorded(y, state, np.zeros((1, 5), np.int64))
    # a car comes in and leaves once in each of its stays, and is moved out and back besides
    log = np.zeros((2 * STAYS * n + 2 * int(state.moved.sum()) + 1, 5), np.int64)
    lines = recorded(y, state, log)
    first, moves = parted(log[1 : lines + 1], state, n)
    without = (state.row[:n] < 0) & ~arrays.direct
    outside = outside_of(data, arrays, without)
    places = places_of(data, arrays, state, first, moves, outside)
    moved = moves_of(data, arrays, state, moves)
    lost = without | arrays.late
    return Tables(places, moved, hours_of(data, places, moved, lost), lost)


def outside_of(data: Input, arrays: Arrays, without: NDArray[np.bool_]) -> Floats:
    """Return the hours for which each car stands outside."""
    y, n = arrays.stays, arrays.cars
    ready = minutes(data.cars["ready"], data.start)
    known = minutes(pl.Series([data.end]), data.start)[0]
    gone = np.minimum(minutes(data.cars["leave"], data.start), known)
    late = arrays.late
    gone[late] = minute_of(arrays, y.enter[:n][late] - 1)
    hours: Floats = np.where(without | late, np.maximum(0, gone - ready), 0) / HOUR
    return hours


def minute_of(arrays: Arrays, steps: Ints) -> Ints:
    """Return the minutes of steps: those of what leaves at them, or comes right behind them."""
    return arrays.times[(steps + BEFORE) // STEP - 1]


def parted(log: Ints, state: State, n: int) -> tuple[Ints, Ints]:
    """Part a log into the first place of each car, and moves.

    Returns
    -------
    first : ndarray of int64, shape (cars,)
        Place in which a car stands first; -1: none.
    moves : ndarray of int64, shape (moves, 6)
        Key, car, row and place left, row and place taken, in the order in which they are put back.
    """
    first, row, place, out, came = (np.full(n, -1, np.int64) for _ in range(5))
    moves: dict[tuple[int, int], tuple[int, ...]] = {}
    # At a key all that are driven out come first. Who goes into another row is put back after it.
    # Who is driven out again for a car that comes has stayed outside until then: it moves once;
    # who has just come itself comes in behind that car, and is not moved.
    step = log[:, 0] - log[:, 0] % 2
    order = np.lexsort((log[:, 0], log[:, 4] != OUT, step))
    for key, (_, stay, old, new, what) in zip(
        step[order].tolist(), log[order].tolist(), strict=True
    ):
        car = stay % n
        if what == OUT and out[car] != key:
            row[car], place[car], out[car] = state.row[stay], old, key
        elif stay < n and (what == IN or (what != OUT and came[car] == key)):
            first[car], came[car] = new, key
        elif what != OUT:
            moves.pop((key, car), None)
            moves[key, car] = (key, car, row[car], place[car], state.row[stay], new)
    return first, np.array(list(moves.values()), np.int64).reshape(-1, 6)


def places_of(
    data: Input,
    arrays: Arrays,
    state: State,
    first: Ints,
    moves: Ints,
    outside: Floats,
) -> pl.DataFrame:
    """Return the table of places."""
    y, n, cars, rows = arrays.stays, arrays.cars, data.cars, data.rows
    row = state.row[:n].astype(np.int64)
    at = pl.Series(row).set(pl.Series(row < 0), None)
    enter, leave = y.enter[:n], y.leave[-n:]
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
        pl.Series("stands", stands(data, arrays, row < 0, outside), dtype=pl.String),
        pl.Series("outside", outside, dtype=pl.Float64),
        pl.Series("moves", np.bincount(moves[:, 1], minlength=n), dtype=pl.Int64),
        pl.Series("changed", (former >= 0) & (row != former), dtype=pl.Boolean),
        pl.Series("days", days, dtype=pl.Float64),
        pl.Series("cost", np.ceil(np.maximum(0.0, days - free)) * price, dtype=pl.Float64),
        number("step_in", np.maximum(enter - enter % 2, 0), row < 0),
        number("step_out", leave, (row < 0) | (leave >= FAR)),
    )


def number(name: str, values: Ints, empty: NDArray[np.bool_]) -> pl.Series:
    """Return a column of whole numbers, some of them null."""
    return pl.Series(name, values, dtype=pl.Int64).set(pl.Series(empty), None)


def stands(data: Input, arrays: Arrays, nowhere: NDArray[np.bool_], outside: Floats) -> list[str]:
    """Say of each car how it stands, or why it has no place."""
    y, site = arrays.stays, data.cars["site"].to_list()
    said: list[str] = np.where(
        arrays.opening >= 0, "it stood there already", "in the yard"
    ).tolist()
    for car in np.flatnonzero(arrays.direct).tolist():
        said[car] = "direct: it leaves when it comes"
    for car in np.flatnonzero((nowhere & ~arrays.direct) | arrays.late).tolist():
        why = "all rows for it are full"
        if not y.admits[y.kind[car]].any():
            why = "no row of its purpose is large enough"
        if not nowhere[car]:
            why = f"{why} for {outside[car]:.1f} h, then in the yard"
        said[car] = f"outside the rows of {site[car]}: {why}" if site[car] else f"outside: {why}"
    return said


def moves_of(data: Input, arrays: Arrays, state: State, moves: Ints) -> pl.DataFrame:
    """Return the table of moves."""
    y, n, cars, rows = arrays.stays, arrays.cars, data.cars, data.rows
    last = state.row[:n].copy()
    for row in state.row[n:].reshape(STAYS - 1, n):
        last = np.where(row >= 0, row, last)
    reached = (
        cars.select(reach="voyage", reach_port="port")
        .with_columns(pl.Series("step", y.leave[-n:]), pl.Series("_row", last, dtype=pl.Int64))
        .unique(("step", "_row"), keep="first", maintain_order=True)
    )
    columns = {
        "step": moves[:, 0],
        "time": minute_of(arrays, moves[:, 0]),
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
    data: Input, places: pl.DataFrame, moves: pl.DataFrame, lost: NDArray[np.bool_]
) -> pl.DataFrame:
    """Return what comes, goes and stands by site and hour.

    The cars of a voyage and port go at even steps from the begin to the end of their loading.
    """
    cars = places.select(
        "car",
        "site",
        "enters",
        "fetched",
        "leaves",
        pl.Series("late", lost) & pl.col("place").is_not_null(),
        comes_in=came_in(),
        came=(~pl.Series("lost", lost)).cast(pl.Int64),
        held=(pl.col("place").is_not_null() | ~pl.Series("lost", lost)).cast(pl.Int64),
    ).with_columns(stood=pl.col("car").is_in(data.standing["car"].implode()))
    group = ("site", "fetched", "leaves")
    share = (pl.int_range(pl.len()).over(group) + 0.5) / pl.len().over(group)
    goes = pl.col("fetched") + (pl.col("leaves") - pl.col("fetched")) * share
    # some come while others of their voyage and port are loaded
    goes = pl.max_horizontal(goes, pl.when("late").then("comes_in").otherwise("enters"))
    comes = pl.when("stood").then(pl.lit(data.start)).otherwise("enters")
    begin = data.start.replace(minute=0, second=0, microsecond=0)
    happens = pl.concat(
        [
            cars.select(
                "site",
                hour=comes.cast(pl.Datetime("us")),
                inflow=(~pl.col("stood")).cast(pl.Int64),
                standing="came",
                overflow=1 - pl.col("came"),
            ),
            cars.filter("late").select(
                "site",
                hour="comes_in",
                standing=pl.lit(1, pl.Int64),
                overflow=pl.lit(-1, pl.Int64),
            ),
            cars.drop_nulls("leaves").select(
                "site",
                hour=goes.cast(pl.Datetime("us")),
                outflow=pl.lit(1, pl.Int64),
                standing=-pl.col("held"),
                overflow=pl.col("held") - 1,
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
