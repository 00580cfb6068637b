"""When stations stood still in one replication, from its visits and the same random numbers."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import polars as pl

from sinho.parameters import SEED
from sinho.simulate.data import Input
from sinho.simulate.draws import draws
from sinho.simulate.nodes import Calendar, Station, Stops
from sinho.simulate.pack import pack
from sinho.simulate.plant import stream_of
from sinho.simulate.replica import Replica, Window
from sinho.simulate.tally import Floats

SCHEMA = {"station": pl.String, "stop": pl.String, "begun": pl.Float64, "ended": pl.Float64}
FEW = 64
"""Times that are drawn at once."""


def halts(
    input: Input,
    visits: pl.DataFrame,
    *,
    horizon: float,
    seed: int = SEED,
    replication: int = 0,
    since: float = 0.0,
) -> pl.DataFrame:
    """Return when stations stood still, in one replication.

    Parameters
    ----------
    input : Input
        The plant and its cars.
    visits : polars.DataFrame
        Of `sinho.simulate.trace` of the replication, from the same minute on.
    horizon : float
        Minutes simulated.
    seed, replication : int
        As of `sinho.simulate.trace`.
    since : float
        Stops that end before this minute are left out, and those of work that is in hand then.

    Returns
    -------
    polars.DataFrame
        ``station``, ``stop``, ``begun`` and ``ended`` (minutes by the clock, the repair over),
        station by station; of stations with one server, whose stops all count by work or all by
        the clock.
    """
    packed = pack(input)
    replica = Replica(packed, Window(end=since, until=since, traced=1))
    if since > 0:
        replica.run(seed, replication)
    found: list[tuple[str, str, float, float]] = []
    own = visits.drop_nulls("begun").filter(pl.col("begun") > (since if since > 0 else -1.0))
    works = {str(name): rows for (name,), rows in own.group_by("node", maintain_order=True)}
    for number, node in enumerate(input.plant.nodes):
        if not isinstance(node, Station) or node.servers > 1 or not node.stops:
            continue
        if {stop.by for stop in node.stops} == {"clock"}:
            spans = _by_clock(node, seed, replication, horizon)
        elif all(stop.by == "operating" for stop in node.stops) and node.name in works:
            server = int(np.flatnonzero(packed.plan.server_node == number)[0])
            first = int(packed.plan.server_stops[server])
            last = first + len(node.stops)
            done = replica.state.counts[first:last].tolist() if since > 0 else [0] * (last - first)
            left = replica.state.left_up[first:last].tolist() if since > 0 else None
            spans = _by_work(node, seed, replication, works[node.name], done, left)
        else:
            continue
        for name, begin, end in spans:
            times = _clock(node.calendar, begin), _clock(node.calendar, end)
            if times[1] > since and times[0] <= horizon:
                found.append((node.name, name, *times))
    return pl.DataFrame(found, schema=SCHEMA, orient="row")


def _worked(calendar: Calendar | None, minutes: Floats) -> Floats:
    """Return the working time until moments."""
    if calendar is None:
        return minutes
    if calendar.every is not None:
        return np.array([calendar.worked(float(minute)) for minute in minutes])
    bends = np.array([end for stretch in calendar.stretches for end in stretch])
    done = np.repeat(calendar.sums, 2)[1:-1]
    found: Floats = np.interp(minutes, bends, done)
    return found


def _clock(calendar: Calendar | None, working: float) -> float:
    return working if calendar is None else calendar.clock(working)


class _Drawn:
    """Times to a stop and of repairs of one stop, by the number of the stop."""

    def __init__(self, node: Station, stop: Stops, seed: int, replication: int) -> None:
        self.node, self.stop, self.seed, self.replication = node, stop, seed, replication
        self.known: dict[tuple[str, int], list[float]] = {}

    def __call__(self, what: str, number: int) -> float:
        part = number // FEW
        if (what, part) not in self.known:
            self.known[what, part] = draws(
                self.stop.up if what == "up" else self.stop.repair,
                stream=stream_of(self.node.name, f"{what} {self.stop.name}", 0),
                seed=self.seed,
                replication=self.replication,
                first=part * FEW,
                count=FEW,
            ).tolist()
        return self.known[what, part][number % FEW]


def _by_clock(
    node: Station, seed: int, replication: int, horizon: float
) -> Iterator[tuple[str, float, float]]:
    """Yield stops by the clock, in working time: they come whatever the station does."""
    until = float(_worked(node.calendar, np.array([horizon]))[0])
    for stop in node.stops:
        drawn, at = _Drawn(node, stop, seed, replication), 0.0
        for number in range(10**9):
            begin = at + drawn("up", number)
            if begin >= until:
                break
            at = begin + drawn("repair", number)
            yield stop.name, begin, at


def _by_work(
    node: Station,
    seed: int,
    replication: int,
    works: pl.DataFrame,
    done: list[int],
    left: list[float] | None,
) -> Iterator[tuple[str, float, float]]:
    """Yield stops by work, in working time: works tell how long they took, stops included."""
    drawn = [_Drawn(node, stop, seed, replication) for stop in node.stops]
    left = [one("up", 0) for one in drawn] if left is None else left
    own = works.sort("begun")
    begins, ends = (_worked(node.calendar, own[name].to_numpy()) for name in ("begun", "done"))
    for at, over in zip(begins.tolist(), ends.tolist(), strict=True):
        while True:
            due = min(left)
            if at + due >= over - 1e-9 or not math.isfinite(due):
                break
            which = left.index(due)
            repair = drawn[which]("repair", done[which])
            yield node.stops[which].name, at + due, at + due + repair
            at += due + repair
            done[which] += 1
            left = [one - due for one in left]
            left[which] = drawn[which]("up", done[which])
        left = [one - (over - at) for one in left]
