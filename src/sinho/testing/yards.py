"""Yards made up for tests and benchmarks, by a size and a seed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.parameters import SEED
from sinho.ship.yard import Input

START = dt.datetime(2026, 3, 2)

LENGTHS = (4300, 4600, 4900)
"""Lengths of cars, mm."""

SHARES = (0.4, 0.4, 0.2)
"""Shares of the lengths among cars."""

STREAM = 12
"""Cars drawn for each that stands at the fullest hour; those that are too many are left out."""


def generate_yard(
    places: int = 10_000,
    *,
    days: int = 30,
    fill: float = 0.9,
    lanes: int = 8,
    ports: int = 3,
    through: float = 0.0,
    seed: int = SEED,
) -> Input:
    """Make up the yard of a port and a month of cars that wait there for their ships.

    Cars come in the working hours, those of a lane at their share. On each lane a ship leaves every
    4 to 7 days; it takes the cars that came until a day before, port by port in twelve hours. Rows
    have 8 to 16 places; those for the longest cars are as many as these need. The stream of cars is
    as large as the fullest hour allows.

    Parameters
    ----------
    places : int
        Places.
    days : int
        Days on which cars come.
    fill : float
        Share of the places that is taken at the fullest hour.
    lanes, ports : int
        Lanes, and ports of discharge of each.
    through : float
        Share of the rows that are open at both ends.
    seed : int
        Seed of the random numbers.

    Returns
    -------
    Input
        What `sinho.ship.yard.solve` takes.
    """
    draw = np.random.default_rng(seed)
    wanted = round(places * fill)
    begin = STREAM * wanted
    minute = np.sort(draw.integers(0, days * 24 * 60, begin))
    minute = minute // (24 * 60) * 24 * 60 + 6 * 60 + minute % (24 * 60) * 16 // 24
    lane = draw.choice(lanes, begin, p=draw.dirichlet(np.full(lanes, 4.0)))
    leave, voyage = np.zeros(begin, np.int64), np.zeros(begin, np.int64)
    for k in range(lanes):
        gap = float(draw.uniform(4, 7))
        etd = (np.arange(0, days + 14, gap) + draw.uniform(0, gap)) * 24 * 60
        mine = lane == k
        voyage[mine] = np.searchsorted(etd, minute[mine] + 24 * 60)
        leave[mine] = etd[voyage[mine]].astype(np.int64)
    port = draw.integers(0, ports, begin)
    hours = 12 * 60 // ports
    loading = leave + port * hours
    gone = loading + hours
    kept = np.sort(draw.permutation(begin)[: fullest(minute, gone, wanted)])
    length = draw.choice(LENGTHS, begin, p=SHARES)
    moment = pl.lit(START)
    cars = pl.DataFrame(
        {
            "car": [f"C{at:06d}" for at in range(len(kept))],
            "length": length[kept],
            "ready": minute[kept],
            "loading": loading[kept],
            "leave": gone[kept],
            "voyage": [f"L{a + 1} {b + 1}" for a, b in zip(lane[kept], voyage[kept], strict=True)],
            "port": [f"L{a + 1} P{b + 1}" for a, b in zip(lane[kept], port[kept], strict=True)],
        }
    ).with_columns(
        (moment + pl.duration(minutes=pl.col(name))).alias(name)
        for name in ("ready", "loading", "leave")
    )
    return Input.from_tables(cars, generate_rows(places, through, draw), start=START)


def fullest(minute: NDArray[np.int64], gone: NDArray[np.int64], wanted: int) -> int:
    """Return how many of the cars, drawn evenly, make so many stand at the fullest hour."""
    times = np.concatenate([minute, gone])
    step = np.repeat([1, -1], len(minute))
    peak = int(np.cumsum(step[np.lexsort((step, times))]).max())
    return min(len(minute), len(minute) * wanted // peak)


def generate_rows(places: int, through: float, draw: np.random.Generator) -> pl.DataFrame:
    """Make up rows with so many places in all."""
    sizes: list[int] = []
    while sum(sizes) < places:
        sizes.append(min(int(draw.integers(8, 17)), places - sum(sizes)))
    long = np.arange(len(sizes)) % 10 < 3
    return pl.DataFrame(
        {
            "area": [f"A{at // 40 + 1:02d}" for at in range(len(sizes))],
            "row": [at % 40 + 1 for at in range(len(sizes))],
            "places": sizes,
            "largest_length": np.where(long, LENGTHS[2], LENGTHS[1]),
            "open_ends": 1 + (np.arange(len(sizes)) < through * len(sizes)),
        }
    )
