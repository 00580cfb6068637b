"""The yard as arrays: what happens one after another, and which rows admit which cars."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.ship.yard.data import Input
from sinho.ship.yard.kernel import FAR, STAYS, State, Stays
from sinho.ship.yard.params import Params

UNIT = 1_000
"""Steps of the compiled search's costs in a move that costs 1."""

STEP = 4
"""Keys from one thing that happens to the next."""

STOOD = -1_000_000
"""Keys of entering of who stands already begin here, by their places."""

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Arrays:
    """A yard for the compiled search.

    Parameters
    ----------
    stays : Stays
        Stays and rows.
    order : ndarray of int64, shape (any,)
        Cars that need a row, as they come.
    opening : ndarray of int32, shape (cars,)
        Row in which a car stands already; -1: none.
    direct : ndarray of bool, shape (cars,)
        Whether a car leaves when it comes, and needs no place.
    times : ndarray of int64, shape (happenings,)
        Minute of what happens at key ``4 k + 4``, counted from the start.
    """

    stays: Stays
    order: Ints
    opening: NDArray[np.int32]
    direct: NDArray[np.bool_]
    times: Ints

    @property
    def late(self) -> NDArray[np.bool_]:
        """Whether a car comes in after another left, and stood outside until then."""
        enter = self.stays.enter[: self.cars]
        late: NDArray[np.bool_] = (enter > 0) & (enter % 2 == 1)
        return late

    @property
    def cars(self) -> int:
        """How many cars there are."""
        return len(self.opening)

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.stays.places)

    def state(self) -> State:
        """Return an empty state, but for who stands already."""
        n, rows = self.cars, self.rows
        longest = int(self.stays.places.max(initial=1))
        most = int(min(n + 1, max(64, 4 * n / max(1, rows) + 8 * longest)))
        most = max(most, int(np.bincount(self.opening + 1, minlength=2)[1:].max(initial=0)) + 1)
        state = State(
            row=np.full(STAYS * n, -1, np.int32),
            member=np.zeros((rows, most), np.int32),
            sizes=np.zeros(rows, np.int32),
            price=np.zeros(rows, np.int64),
            spent=np.zeros((rows, most), np.int64),
            comes=np.zeros((rows, most), np.int64),
            goes=np.zeros((rows, most), np.int64),
            reach=np.zeros((rows, most), np.int64),
            head=np.zeros((rows, most), np.int32),
            depth=np.zeros((rows, most), np.int32),
            moved=np.zeros(STAYS * n, np.int32),
            first=np.zeros(STAYS * n, np.int64),
            list=np.zeros(most + 1, np.int32),
            line=np.full(longest, -1, np.int32),
            out=np.zeros(longest, np.int32),
        )
        stood = np.flatnonzero(self.opening >= 0)
        for car in stood[np.argsort(self.stays.seat[stood], kind="stable")].tolist():
            row = self.opening[car]
            state.member[row, state.sizes[row]] = car
            state.sizes[row] += 1
            state.row[car] = row
        return state


def minutes(column: pl.Series, start: dt.datetime) -> Ints:
    """Return moments as minutes from the start; `FAR` where there is none."""
    return (column - start).dt.total_minutes().fill_null(FAR).to_numpy().astype(np.int64)


def codes(*columns: pl.Series) -> NDArray[np.int32]:
    """Give different rows of some columns different numbers."""
    table = pl.DataFrame([column.rename(str(k)) for k, column in enumerate(columns)])
    return (
        table.select((pl.struct(pl.all()).rank("dense") - 1).cast(pl.Int32))
        .to_series()
        .to_numpy()
        .astype(np.int32)
    )


def number_in(rows: pl.DataFrame, area: pl.Series, row: pl.Series) -> NDArray[np.int32]:
    """Return the place of rows in the table of rows; -1 where there is none."""
    known = rows.select("area", "row").with_row_index("_at")
    requested = pl.DataFrame({"area": area, "row": row})
    found = requested.join(known, on=("area", "row"), how="left", maintain_order="left")
    return found["_at"].cast(pl.Int64).fill_null(-1).to_numpy().astype(np.int32)


def build(data: Input, params: Params) -> Arrays:
    """Return the arrays of a yard."""
    cars, rows = data.cars, data.rows
    n = cars.height
    ready, leave = minutes(cars["ready"], data.start), minutes(cars["leave"], data.start)
    stood = data.standing.join(
        cars.select("car").with_row_index("_car"), on="car", maintain_order="left"
    )
    opening, seat = np.full(n, -1, np.int32), np.full(STAYS * n, -1, np.int32)
    which = stood["_car"].to_numpy().astype(np.int64)
    opening[which] = number_in(rows, stood["area"], stood["row"])
    seat[which] = stood["place"].to_numpy() - 1
    stands = opening >= 0
    direct = (leave <= ready) & ~stands
    enter_key, leave_key, times = keys(ready, leave, cars["turn"].to_numpy(), stands | direct)
    enter_key[stands] = STOOD + seat[:n][stands]
    kind_of = codes(cars["site"], cars["purpose"], cars["length"], cars["width"])
    kinds = int(kind_of.max(initial=-1)) + 1
    one = np.full(kinds, -1, np.int64)
    one[kind_of] = np.arange(n)
    of_kind = cars[one]
    admits = np.ones((kinds, rows.height), bool)
    spare = np.zeros((kinds, rows.height), np.int32)
    length, width = (rows[f"largest_{name}"].to_numpy() for name in ("length", "width"))
    for k, car in enumerate(of_kind.iter_rows(named=True)):
        fit = rows["site"] == car["site"]
        if car["purpose"] is not None:
            fit &= (rows["purpose"] == car["purpose"]).fill_null(True)
        admits[k] = fit.to_numpy() & (length >= car["length"]) & (width >= car["width"])
        for one_length, one_width in {*zip(length[admits[k]], width[admits[k]], strict=True)}:
            larger = (length >= one_length) & (width >= one_width)
            spare[k] += larger & ((length > one_length) | (width > one_width))
    lot = codes(cars["voyage"], cars["port"])
    closed = np.full(int(lot.max(initial=-1)) + 1, -1, np.int64)
    np.maximum.at(closed, lot, enter_key)
    former = np.full(STAYS * n, -1, np.int32)
    former[:n] = number_in(rows, cars["former_area"], cars["former_row"])
    unit = (params.overflow_cost, params.move_cost, params.changed_cost)
    cost = np.array([*(max(0, round(UNIT * each)) for each in unit), 1], np.int64)
    kinds_of_all = np.tile(kind_of, STAYS)
    kinds_of_all[:n][direct] = -1
    stays = Stays(
        enter=np.concatenate([enter_key, np.zeros((STAYS - 1) * n, np.int64)]),
        leave=np.tile(leave_key, STAYS),
        kind=kinds_of_all,
        lot=np.tile(lot, STAYS),
        seat=seat,
        wish=np.full(STAYS * n, -1, np.int32),
        under=np.zeros(STAYS * n, np.int32),
        beyond=np.zeros(STAYS * n, np.int32),
        former=former,
        closed=closed,
        places=rows["places"].to_numpy().astype(np.int32),
        ends=rows["open_ends"].to_numpy().astype(np.int32),
        admits=admits,
        spare=spare,
        cost=cost,
    )
    waiting = np.flatnonzero(~stands & ~direct)
    order = waiting[np.argsort(enter_key[waiting], kind="stable")]
    return Arrays(stays, order, opening, direct, times)


def keys(ready: Ints, leave: Ints, turn: Ints, apart: NDArray[np.bool_]) -> tuple[Ints, Ints, Ints]:
    """Put what happens in order: places are freed first, and who leaves last comes in first.

    Parameters
    ----------
    ready, leave : ndarray of int64, shape (cars,)
        Minutes; `FAR`: never.
    turn : ndarray of int64, shape (cars,)
        Place in the loading sequence.
    apart : ndarray of bool, shape (cars,)
        Cars that do not come in.

    Returns
    -------
    enter, leave, times : ndarray of int64
        Keys of coming and of leaving, and the minutes of all that happens.
    """
    n = len(ready)
    pairs = np.stack([leave, turn], axis=1)
    groups, group_of = np.unique(pairs, axis=0, return_inverse=True)
    group_of = group_of.ravel()
    leaving = np.flatnonzero(groups[:, 0] < FAR)
    coming = np.flatnonzero(~apart)
    time = np.concatenate([groups[leaving, 0], ready[coming]])
    kind = np.repeat([0, 1], [len(leaving), len(coming)])
    then = np.concatenate([groups[leaving, 1], -group_of[coming]])
    order = np.lexsort((then, kind, time))
    place = np.empty(len(order), np.int64)
    place[order] = STEP * np.arange(1, len(order) + 1)
    enter, of_group = np.full(n, -1, np.int64), np.full(len(groups), FAR, np.int64)
    of_group[leaving] = place[: len(leaving)]
    enter[coming] = place[len(leaving) :]
    return enter, of_group[group_of], time[order]
