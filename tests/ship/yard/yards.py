"""Small yards for tests."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import polars as pl

from sinho.ship.yard import Input as YardInput

START = dt.datetime(2026, 3, 2)


def hour(number: float | None) -> dt.datetime | None:
    """Return the moment some hours after the start."""
    return None if number is None else START + dt.timedelta(hours=number)


def yard(
    cars: list[tuple[float, float | None]],
    rows: list[tuple[int, int]],
    standing: list[tuple[int, int, int]] = (),  # type: ignore[assignment]
    **columns: list[Any],
) -> YardInput:
    """Return a yard of cars a, b, ... (ready, leave, hours) and rows 1, 2, ... (places, ends).

    ``standing``: car, row and place, by numbers from 0, 1 and 1 on. ``columns``: others of cars.
    """
    names = [chr(ord("a") + at) for at in range(len(cars))]
    return YardInput.from_tables(
        pl.DataFrame(
            {
                "car": names,
                "length": [4500.0] * len(cars),
                "ready": [hour(ready) for ready, _ in cars],
                "leave": [hour(leave) for _, leave in cars],
                "voyage": [f"V{leave}" for _, leave in cars],
                **columns,
            },
            schema_overrides={"leave": pl.Datetime("us"), "ready": pl.Datetime("us")},
        ),
        pl.DataFrame(
            {
                "area": ["A"] * len(rows),
                "row": list(range(1, len(rows) + 1)),
                "places": [places for places, _ in rows],
                "open_ends": [ends for _, ends in rows],
            }
        ),
        pl.DataFrame(
            {
                "car": [names[car] for car, _, _ in standing],
                "area": ["A"] * len(standing),
                "row": [row for _, row, _ in standing],
                "place": [place for _, _, place in standing],
            },
            schema={"car": pl.String, "area": pl.String, "row": pl.Int64, "place": pl.Int64},
        ),
        start=START,
    )


def drawn(seed: int, cars: int = 8) -> YardInput:
    """Return a yard of up to some cars in one to three short rows, some of which stand already."""
    draw = np.random.default_rng(seed)
    count = int(draw.integers(3, cars + 1))
    rows = [
        (int(draw.integers(2, 5)), int(draw.choice([1, 1, 2])))
        for _ in range(int(draw.integers(1, 4)))
    ]
    ready = np.sort(draw.integers(0, 10, count))
    leave = np.minimum(ready + draw.integers(1, 12, count), 12)
    standing: list[tuple[int, int, int]] = []
    for row, (places, _) in enumerate(rows, 1):
        for place in range(1, places + 1):
            if len(standing) < count and draw.random() < 0.15:
                standing.append((len(standing), row, place))
    for car, _, _ in standing:
        leave[car] = max(1, leave[car])
        ready[car] = 0
    return yard(
        [(int(a), int(b)) for a, b in zip(ready, leave, strict=True)],
        rows,
        standing,
        turn=draw.integers(0, 2, count).tolist(),
    )


def purposed(data: YardInput, seed: int) -> YardInput:
    """Return a yard with purposes drawn for its cars and rows; who stands may stand amiss."""
    draw = np.random.default_rng(seed)

    def purposes(count: int) -> pl.Series:
        kinds = draw.choice(["", "a", "b"], count, p=[0.3, 0.4, 0.3])
        return pl.Series([kind or None for kind in kinds.tolist()], dtype=pl.String)

    return YardInput(
        data.cars.with_columns(purpose=purposes(data.cars.height)),
        data.rows.with_columns(purpose=purposes(data.rows.height)),
        data.standing,
        data.start,
        data.end,
    )
