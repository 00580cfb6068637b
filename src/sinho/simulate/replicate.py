"""Replications side by side: the same result whatever carries them out, however many at once."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sinho.executors import in_order
from sinho.simulate.data import Input
from sinho.simulate.figures import Figures
from sinho.simulate.finish import finished
from sinho.simulate.kernel import data as k
from sinho.simulate.kernel.bottleneck import bottlenecks
from sinho.simulate.nodes import Station
from sinho.simulate.pack import Packed
from sinho.simulate.params import Params
from sinho.simulate.replica import Replica, Window
from sinho.simulate.tally import Tally
from sinho.stop import StopRule

BLOCKS = 64
"""Pieces into which replications are parted, whatever the number of workers."""


@dataclass(frozen=True)
class Work:
    """What a block of replications needs; it goes to other processes, too.

    Parameters
    ----------
    input : Input
        The plant and its cars.
    packed : Packed
        The same in arrays.
    window : Window
        What is looked at.
    seed : int
        Seed.
    kept, watched : int
        Replications whose times are kept, and in which the bottleneck is looked for.
    """

    input: Input
    packed: Packed
    window: Window
    seed: int
    kept: int
    watched: int


def block(work: Work, first: int, last: int) -> Tally:
    """Return what the replications from one until before another tell.

    Parameters
    ----------
    work : Work
        What they need.
    first, last : int
        Numbers of replications.

    Raises
    ------
    DataError
        When the plant jams.
    """
    figures = Figures(work.input, work.packed, work.window)
    table = work.input.cars
    cars = table.height
    due, cutoff = (table[name].fill_null(-math.inf).to_numpy() for name in ("due", "cutoff"))
    nodes = work.input.plant.nodes
    tally = Tally(figures.size, cars, len(nodes))
    flow = np.array([not (isinstance(one, Station) and one.rework) for one in nodes])
    replica = Replica(work.packed, work.window)
    watching = Replica(work.packed, work.window, active=True) if first < work.watched else replica
    for replication in range(first, last):
        watched = replication < work.watched
        one = watching if watched else replica
        how, at = one.run(work.seed, replication)
        finished(how, at, [nodes[number].name for number in one.held])
        tally.moments.add(figures.vector(one, at))
        out = one.seen.out[:cars]
        off = np.isfinite(out)
        tally.off[off] += out[off]
        tally.times += off
        tally.due += out <= due
        tally.cutoff += out <= cutoff
        tally.paths = one.paths
        if replication < work.kept:
            tally.kept.append(out.copy())
        if watched:
            begin, end = work.window.begin, min(at, work.window.end, one.known)
            periods = one.periods[flow[one.periods[:, k.ACTIVE_NODE].astype(np.int64)]]
            order = np.argsort(periods[:, k.ACTIVE_FROM], kind="stable")
            tally.bottleneck += bottlenecks(periods, order, len(nodes), begin, end)
            tally.watched += end - begin
    return tally


def blocks(replications: int) -> list[tuple[int, int]]:
    """Part replications into blocks.

    Parameters
    ----------
    replications : int
        How many.

    Returns
    -------
    list of (int, int)
        First of each, and first of the next.
    """
    each = max(1, replications // BLOCKS)
    return [(at, min(at + each, replications)) for at in range(0, replications, each)]


def replicate(work: Work, params: Params, stop: StopRule) -> Iterator[tuple[int, Tally]]:
    """Carry out blocks of replications, and yield them in their order.

    Parameters
    ----------
    work : Work
        What they need.
    params : Params
        How many, and what carries them out.
    stop : StopRule
        When to begin no more.

    Yields
    ------
    int, Tally
        Replications done with this block, and what the block tells.
    """
    pieces = blocks(params.replications)
    found = in_order(
        block,
        pieces,
        params.executor,
        shared=(work,),
        workers=params.workers,
        stop=stop,
    )
    for (_, last), tally in zip(pieces, found, strict=False):
        yield last, tally
