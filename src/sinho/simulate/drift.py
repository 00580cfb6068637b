"""Whether a plant is settled in the days that count."""

from __future__ import annotations

import polars as pl

from sinho.results import LineRun
from sinho.simulate.data import Input
from sinho.simulate.nodes import OUT, Station, destinations
from sinho.simulate.paired import DAY, Difference, difference
from sinho.simulate.tally import Floats

SURE, FAR = 0.99, 0.01
"""How sure it is that output drifts, and by what part of it at least, before it is said."""


def drift(given: Input, result: LineRun) -> tuple[float, Difference] | None:
    """Return by how much a plant makes more or less in its last days than in its first ones.

    A plant that has not filled, or whose stocks still shrink, makes another figure in the end.

    Parameters
    ----------
    given : Input
        The plant of a hub, and more cars than it can build.
    result : LineRun
        What it makes.

    Returns
    -------
    tuple of (float, Difference) or None
        Cars an hour of work in the first half of the days, and what the last half makes more,
        compared replication by replication; None where that may be chance, is less than a
        hundredth, or where too little is known. Hours of work are those of the station behind which
        cars leave the plant.
    """
    setting = given.setting
    ends = [
        node.calendar
        for node in given.plant.nodes
        if isinstance(node, Station) and node.calendar is not None and OUT in destinations(node.to)
    ]
    if setting is None or not ends or result.kept < 3:
        return None
    days = [(date - setting.begin.date()).days for date in setting.dates]
    half = len(days) // 2

    def rates(some: list[int]) -> Floats | None:
        hours = sum(ends[0].worked((day + 1) * DAY) - ends[0].worked(day * DAY) for day in some)
        own = result.made.filter(pl.col("day").is_in(some))
        cars = own.group_by("replication").agg(pl.col("cars").sum()).sort("replication")["cars"]
        return cars.to_numpy() * 60 / hours if hours > 0 else None

    first, last = rates(days[:half]), rates(days[len(days) - half :])
    if first is None or last is None:
        return None
    told = difference(first, last, SURE)
    usual = float(first.mean())
    return (usual, told) if told.significant and abs(told.mean) > FAR * usual else None
