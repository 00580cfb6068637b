"""Simulating a plant, replication by replication."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.errors import DataError, Problem
from sinho.simulate.data import Input
from sinho.simulate.kernel import data as k
from sinho.simulate.kernel.events import JAMMED, TOO_DEEP
from sinho.simulate.pack import pack
from sinho.simulate.replica import Replica, Window


def departures(
    input: Input, *, seed: int = 0, replication: int = 0, horizon: float | None = None
) -> NDArray[np.float64]:
    """Return when each car is off the line, in one replication.

    Parameters
    ----------
    input : Input
        The plant and its cars.
    seed, replication : int
        Seed of the random numbers, and number of the replication, 0 first.
    horizon : float or None
        Minutes simulated; None: until all cars are off.

    Returns
    -------
    ndarray of float, shape (cars,)
        Minutes, in the order of the input; infinite for a car that is not off by the horizon.

    Raises
    ------
    DataError
        When no car can move any more before all are off, and there is no horizon.
    """
    replica = Replica(pack(input), Window(end=math.inf if horizon is None else horizon))
    finished(*replica.run(seed, replication))
    return replica.seen.out[: input.cars.height].copy()


def trace(
    input: Input, *, seed: int = 0, replication: int = 0, horizon: float | None = None
) -> pl.DataFrame:
    """Return every visit of a car or part to a node, in one replication.

    Parameters
    ----------
    input, seed, replication, horizon
        As of `departures`.

    Returns
    -------
    DataFrame
        ``node``, ``order``, ``part`` (whether it is a part for the order), ``entered``, ``begun``
        and ``done`` (of work; null elsewhere) and ``left`` (null: not yet), in minutes, in the
        order of entering.

    Raises
    ------
    DataError
        As of `departures`.
    """
    packed = pack(input)
    end = math.inf if horizon is None else horizon
    rows = 4 * len(packed.cars.of) * len(input.plant.nodes)
    while True:
        replica = Replica(packed, Window(end=end, traced=rows))
        how, at = replica.run(seed, replication)
        if replica.seen.row[0] <= rows:
            break
        rows = 2 * rows
    finished(how, at)
    seen = replica.seen.trace[: int(replica.seen.row[0])]
    whole = seen[:, [k.NODE, k.ENTITY]].astype(np.int64)
    height = input.cars.height
    places = packed.cars.of[whole[:, 1], k.PLACE]
    names = np.array([node.name for node in input.plant.nodes], object)
    times = {"entered": k.CAME, "begun": k.STARTED, "done": k.ENDED, "left": k.GONE}
    columns = {name: pl.Series(seen[:, at], nan_to_null=True) for name, at in times.items()}
    return pl.DataFrame(
        {
            "node": pl.Series(names[whole[:, 0]].tolist(), dtype=pl.String),
            "order": input.cars["order"].gather(places),
            "part": whole[:, 1] >= height,
            **columns,
        }
    )


def finished(how: int, at: float) -> None:
    """Refuse a plant that jams.

    Parameters
    ----------
    how : int
        How a replication ended.
    at : float
        The minute.

    Raises
    ------
    DataError
        When no car could move any more.
    """
    if how == JAMMED:
        raise DataError(
            [
                Problem(
                    "plant",
                    f"from minute {at:.1f} on no car can move any more, and not all are off",
                    hint="A loop of rework, skids or parts is full, or a calendar ends: give it "
                    "room or time, or set a horizon.",
                )
            ]
        )
    assert how != TOO_DEEP, "more moves at one moment than there is memory for"
