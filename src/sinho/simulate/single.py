"""One replication of a plant, car by car."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sinho.parameters import SEED
from sinho.simulate.data import Input
from sinho.simulate.finish import finished
from sinho.simulate.kernel import data as k
from sinho.simulate.pack import pack
from sinho.simulate.replica import Replica, Window


def departures(
    input: Input, *, seed: int = SEED, replication: int = 0, horizon: float | None = None
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
    end = math.inf if horizon is None else horizon
    replica = Replica(pack(input), Window(end=end, until=end, measured=False))
    finished(*replica.run(seed, replication))
    return replica.seen.out[: input.cars.height].copy()


def trace(
    input: Input,
    *,
    seed: int = SEED,
    replication: int = 0,
    horizon: float | None = None,
    since: float = 0.0,
) -> pl.DataFrame:
    """Return every visit of a car or part to a node, in one replication.

    Parameters
    ----------
    input, seed, replication, horizon
        As of `departures`.
    since : float
        Visits that end before this minute are left out.

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
    rows = 1
    while True:  # the first time they are counted
        replica = Replica(packed, Window(end=end, until=end, traced=rows))
        how, at = replica.run(seed, replication)
        if replica.seen.row[0] <= rows:
            break
        rows = int(replica.seen.row[0])
    finished(how, at)
    seen = replica.seen.trace[: int(replica.seen.row[0])]
    if since > 0:
        seen = seen[~(seen[:, k.GONE] < since)]
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
