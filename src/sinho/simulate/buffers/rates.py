"""What allocations make, all with the same random numbers; each replication is simulated once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sinho.errors import Stopped
from sinho.executors import in_order
from sinho.simulate.buffers.data import Input
from sinho.simulate.buffers.params import Params
from sinho.simulate.buffers.sites import Places
from sinho.simulate.finish import finished
from sinho.simulate.kernel import data as k
from sinho.simulate.nodes import Station, destinations
from sinho.simulate.pack import Packed, pack
from sinho.simulate.params import Params as Effort
from sinho.simulate.replica import Replica, Window
from sinho.simulate.solve import window_of
from sinho.simulate.tally import student
from sinho.stop import StopRule

Floats = NDArray[np.float64]
DAY = 1440.0
PACKED = 64
"""Plants that are kept ready."""

FIRST = 4
"""Replications after which allocations are compared first."""


def outputs(
    packed: Packed, window: Window, days: float, cars: int, seed: int, first: int, last: int
) -> list[float]:
    """Return the cars a day of the replications from one until before another.

    Parameters
    ----------
    packed : Packed
        The plant and its cars.
    window : Window
        What is looked at.
    days : float
        Days in it.
    cars : int
        How many cars there are.
    seed : int
        Seed.
    first, last : int
        Numbers of replications.
    """
    replica = Replica(packed, window)
    found = []
    for replication in range(first, last):
        finished(*replica.run(seed, replication))
        found.append(_per_day(replica.seen.out[:cars], window, days))
    return found


def _per_day(out: Floats, window: Window, days: float) -> float:
    """Return cars a day: those counted, or those behind the first by the time that they took."""
    if window.end < math.inf:
        return np.count_nonzero((out > window.begin) & (out <= window.end)) / days
    off = np.sort(out)
    first = int(np.searchsorted(off, window.begin)) if window.begin > 0 else len(off) // 10
    begin = off[first - 1] if first else 0.0
    return float((len(off) - first) * DAY / (off[-1] - begin)) if off[-1] > begin else 0.0


@dataclass
class Rates:
    """What allocations make, replication by replication.

    Parameters
    ----------
    input : Input
        Line and sites.
    params : Params
        How much is simulated.
    seed : int
        Seed: replications of the same number meet the same random numbers in all allocations.
    stop : StopRule
        When to simulate no more.
    """

    input: Input
    params: Params
    seed: int
    stop: StopRule
    known: dict[Places, list[float]] = field(default_factory=dict)
    window: Window = field(init=False)
    _packed: dict[Places, Packed] = field(default_factory=dict)
    _pressed: dict[Places, Floats] = field(default_factory=dict)

    def __post_init__(self) -> None:
        params = self.params
        effort = Effort(horizon=params.horizon, warm_up=params.warm_up, samples=0)
        seen = window_of(self.input.line, effort)
        until = min(seen.until, seen.end)
        self.window = Window(seen.begin, seen.end, until, measured=False)

    def simulate(self, allocations: Iterable[Places], count: int) -> None:
        """Simulate allocations until so many replications of each are known.

        Raises
        ------
        Stopped
            When it is to stop before.
        """
        todo = [one for one in dict.fromkeys(allocations) if len(self.known.get(one, ())) < count]
        window, cars = self.window, self.input.line.cars.height
        setting = self.input.line.setting
        days = (window.end - window.begin) / DAY
        if setting is not None and self.params.horizon is None and self.params.warm_up is None:
            days = len(setting.dates)
        jobs = (
            (
                self._plant(one), window, days, cars, self.seed,
                len(self.known.get(one, ())), count,
            )
            for one in todo
        )  # fmt: skip
        done = 0
        for one, found in zip(
            todo,
            in_order(
                outputs, jobs, self.params.executor, workers=self.params.workers, stop=self.stop
            ),
            strict=False,
        ):
            self.known.setdefault(one, []).extend(found)
            done += 1
        if done < len(todo) or self.stop():
            raise Stopped("the search was stopped")

    def of(self, allocation: Places, count: int) -> Floats:
        """Return what an allocation makes in the first replications."""
        self.simulate([allocation], count)
        return np.array(self.known[allocation][:count])

    def mean(self, allocation: Places, count: int) -> float:
        """Return what an allocation makes in the mean of the first replications."""
        return float(self.of(allocation, count).mean())

    def best_of(self, allocations: Sequence[Places], most: int) -> Places:
        """Return the best of allocations by so many replications.

        All are simulated a few times first; those that are clearly worse than the best go no
        further (racing: Maron and Moore 1997, Artificial Intelligence Review 11, 193-225), by
        paired t intervals.

        Parameters
        ----------
        allocations : sequence of Places
            The allocations; of equal ones the first is best.
        most : int
            Replications.
        """
        alive, count = list(dict.fromkeys(allocations)), min(FIRST, most)
        while True:
            self.simulate(alive, count)
            best = max(alive, key=lambda one: self.mean(one, count))
            if count == most or len(alive) == 1:
                return best
            ahead = self.of(best, count)
            alive = [one for one in alive if one == best or self._near(self.of(one, count), ahead)]
            count = min(2 * count, most)

    def _near(self, one: Floats, best: Floats) -> bool:
        """Return whether one may be better than the best."""
        off = one - best
        half = student(self.params.level, len(off) - 1) * float(off.std(ddof=1))
        return float(off.mean()) + half / math.sqrt(len(off)) >= 0

    def pressure(self, allocation: Places) -> Floats:
        """Return how much each site is wanted: where cars are held up before it and lack behind it.

        One replication tells how long stations before a site are blocked by it and stations behind
        it are starved. A place more there helps when both happen, and the less the more there are.
        """
        if allocation not in self._pressed:
            line, packed, window = (
                self.input.with_places(allocation),
                self._plant(allocation),
                self.window,
            )
            replica = Replica(packed, Window(window.begin, window.end, window.until))
            finished(*replica.run(self.seed, 0))
            plan, state = packed.plan, replica.state
            names = [node.name for node in line.plant.nodes]
            all_of = {node.name: node for node in self.input.line.plant.nodes}
            place = {name: at for at, name in enumerate(names)}
            found = []
            for site, count in zip(self.input.sites, allocation, strict=True):
                blocked = starved = 0.0
                for name in site.nodes:
                    behind = destinations(all_of[name].to)
                    if name in place or behind[0] in place:
                        here = place[name if name in place else behind[0]]
                        blocked += float(state.by_way[np.asarray(plan.ways) == here].sum())
                    for other in behind:
                        station = all_of.get(other)
                        if other in place and isinstance(station, Station):
                            spent = state.spent[place[other], k.STARVED]
                            starved += float(spent) / station.servers
                found.append(math.sqrt(blocked * starved) / (count / site.unit + 1.0))
            self._pressed[allocation] = np.array(found)
        return self._pressed[allocation]

    def _plant(self, allocation: Places) -> Packed:
        """Return the plant of an allocation in arrays."""
        if allocation not in self._packed:
            if len(self._packed) >= PACKED:
                del self._packed[next(iter(self._packed))]
            self._packed[allocation] = pack(self.input.with_places(allocation))
        return self._packed[allocation]
