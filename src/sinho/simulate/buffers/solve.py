"""The search of where places make most."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from sinho.errors import Stopped
from sinho.parameters import SEED, check_seed
from sinho.results.status import gap_of, status_of
from sinho.results.versions import versions
from sinho.simulate.buffers.data import Allocation, Input
from sinho.simulate.buffers.params import Params
from sinho.simulate.buffers.rates import Floats, Rates
from sinho.simulate.buffers.sites import Places
from sinho.simulate.tally import student
from sinho.stop import NoLimit, Progress, Report, StopRule

SIDE_BY_SIDE = 8
"""Moves that race against each other."""

FINAL = 3
"""How many times as many replications the best allocations go through in the end."""

FINALISTS = 4


def solve(
    input: Input,
    params: Params | None = None,
    *,
    stop: StopRule | None = None,
    seed: int = SEED,
    progress: Report | None = None,
) -> Allocation:
    """Search where places make most.

    Allocations are simulated with the same random numbers (replication by replication, so that they
    differ by their places alone). From the most promising of several starts (today's places where
    there are no fewer, today's proportions, even, by how often stations before a site are blocked
    and those behind it starved, and at random) places are moved from one site to another, many at
    first and single ones in the end; of the moves those come first that take them from where
    stations are seldom blocked and starved to where they often are. Moves race against each other:
    what is clearly worse after a few replications goes no further. What is best is never worse
    than today's places where there are no fewer.

    Parameters
    ----------
    input : Input
        Line, sites and places.
    params : Params, optional
        How hard.
    stop : StopRule, optional
        When to stop; the best allocation so far is returned.
    seed : int
        Seed of the random numbers. The same input, parameters and seed give the same allocation,
        unless the stop rule ends it, whatever the number of workers.
    progress : callable, optional
        Called with `sinho.stop.Progress`.

    Returns
    -------
    Allocation
        Places of each site, and what the line makes with them.

    Raises
    ------
    DataError
        When no car can move any more before all are off, and there is no horizon.
    Stopped
        When it is stopped before the first allocations are simulated.
    ValueError
        When nothing is counted by the input's setting, or the seed is none.
    """
    params, stop = params or Params(), stop or NoLimit()
    check_seed(seed)
    began, allowed = time.monotonic(), stop.seconds_left
    search = _Search(input, params, Rates(input, params, seed, stop), began, progress)
    search.begin()
    stopped = False
    try:
        search.go(np.random.default_rng(seed))
    except Stopped:
        stopped = True
    return search.result(stopped, allowed, seed)


@dataclass
class _Search:
    input: Input
    params: Params
    rates: Rates
    began: float
    progress: Report | None
    best: Places = ()
    bound: float = math.inf
    now: Places = ()
    even: Places = ()
    history: list[tuple[float, int, float]] = field(default_factory=list)

    @property
    def most(self) -> int:
        return self.params.replications

    def begin(self) -> None:
        """Simulate what others are compared with."""
        sites = self.input.sites
        self.now = tuple(site.now for site in sites)
        self.even = self.parted([float(site.unit) for site in sites])
        self.best = self.even
        self.rates.simulate([self.even, self.now], self.most)
        self.bound = self.rates.mean(tuple(self._all(n) for n in range(len(sites))), self.most)
        self.better(self.even)
        if self.fits(self.now):
            self.better(self.now)

    def go(self, chance: np.random.Generator) -> None:
        """Move places, from one start after another; then compare the best ones at length."""
        starts = list(dict.fromkeys(self.starts(chance)))
        for _ in range(min(self.params.starts, len(starts))):
            start = self.rates.best_of(starts, self.most)
            starts.remove(start)
            self.descend(start)
        whole = [one for one, known in self.rates.known.items() if len(known) >= self.most]
        own = [one for one in whole if self.fits(one)]
        own.sort(key=lambda one: -self.rates.mean(one, self.most))
        self.rates.simulate([self.now, self.even], FINAL * self.most)
        self.best = self.rates.best_of(own[:FINALISTS], FINAL * self.most)

    def fits(self, allocation: Places) -> bool:
        """Return whether it has no more places than there are."""
        return sum(allocation) <= self.input.places

    def starts(self, chance: np.random.Generator) -> Iterator[Places]:
        """Yield allocations to start from."""
        sites = self.input.sites
        yield self.even
        if self.fits(self.now):
            yield self.now
        yield self.parted([float(one.now - one.least) for one in sites])
        wanted = self.rates.pressure(self.even) * np.array([one.unit for one in sites])
        if wanted.sum() > 0:
            even = np.array(self.even) / max(1, sum(self.even))
            for share in (0.3, 0.6):
                yield self.parted(list(share * wanted / wanted.sum() + (1 - share) * even))
        for _ in range(self.params.starts):
            yield self.parted(list(chance.dirichlet(np.ones(len(sites)))))

    def parted(self, weights: Sequence[float]) -> Places:
        """Part all places by weights: whole units, the largest remainders first."""
        sites = self.input.sites
        places = [site.least for site in sites]
        left = self.input.places - sum(places)
        whole = sum(weights) or 1.0
        wanted = [left * weight / whole for weight in weights]
        for at, site in enumerate(sites):
            more = int(wanted[at] // site.unit) * site.unit
            places[at] += more
            left -= more
        order = sorted(
            range(len(sites)), key=lambda at: -(wanted[at] % sites[at].unit) / sites[at].unit
        )
        while fitting := [at for at in order if sites[at].unit <= left]:
            for at in fitting:
                if sites[at].unit <= left:
                    places[at] += sites[at].unit
                    left -= sites[at].unit
        return tuple(places)

    def _all(self, at: int) -> int:
        """Return the places of a site when all are there."""
        site = self.input.sites[at]
        return max(-(-self.input.places // site.unit) * site.unit, site.now)

    def descend(self, start: Places) -> None:
        """Move places while that makes more, ever fewer of them."""
        at = start
        step = 1 << max(0, int(math.log2(max(1, self.input.places // (2 * len(start))))))
        self.better(at)
        while step:
            moved = self.moved(at, step)
            if moved is None:
                step //= 2
            else:
                at = moved
                self.better(at)

    def moved(self, at: Places, step: int) -> Places | None:
        """Return the best of some moves of places that makes more; None: none does."""
        moves = self.moves(at, step)[: self.params.tries]
        reached = self.rates.mean(at, self.most)
        for first in range(0, len(moves), SIDE_BY_SIDE):
            best = self.rates.best_of([at, *moves[first : first + SIDE_BY_SIDE]], self.most)
            self.say()
            if best != at and self.rates.mean(best, self.most) > reached:
                return best
        return None

    def moves(self, at: Places, step: int) -> list[Places]:
        """Return what comes of moving places from a site to another, the most promising first."""
        sites, wanted = self.input.sites, self.rates.pressure(at)
        found = []
        for giver, gives in enumerate(sites):
            for taker, takes in enumerate(sites):
                each = math.lcm(gives.unit, takes.unit)
                count = max(1, step // each) * each
                if giver != taker and at[giver] - count >= gives.least:
                    places = list(at)
                    places[giver] -= count
                    places[taker] += count
                    found.append((float(wanted[giver] - wanted[taker]), tuple(places)))
        found.sort()
        return [places for _, places in found]

    def better(self, allocation: Places) -> None:
        """Keep an allocation where it is the best so far."""
        rate = self.rates.mean(allocation, self.most)
        if not self.history or rate > self.history[-1][2]:
            self.best = allocation
            self.history.append((time.monotonic() - self.began, len(self.rates.known), rate))
            self.say()

    def say(self) -> None:
        """Tell where the search stands."""
        if self.progress is not None:
            words = f"{len(self.rates.known):,} allocations tried"
            seconds = time.monotonic() - self.began
            self.progress(Progress(words, seconds, self.history[-1][2], self.bound))

    def result(self, stopped: bool, allowed: float, seed: int) -> Allocation:
        """Return the best allocation beside others."""
        sites, known = self.input.sites, self.rates.known
        count = min(len(known[one]) for one in (self.now, self.even, self.best))
        # a search that was cut short, or was lucky with few replications, hands back no worse one
        rivals = [one for one in (self.best, self.now, self.even) if self.fits(one)]
        best = max(rivals, key=lambda one: math.fsum(known[one][:count]))
        named = {"now": self.now, "even": self.even, "best": best}
        made = {name: np.array(known[one][:count]) for name, one in named.items()}
        columns = {name: list(places) for name, places in named.items()}
        rows = [
            {
                "allocation": name,
                "places": sum(named[name]),
                **_interval(made[name], self.params.level, ("per_day", "low", "high")),
                **_interval(
                    made[name] - made["now"],
                    self.params.level,
                    ("more", "more_low", "more_high"),
                ),
            }
            for name in named
        ]
        objective = float(made["best"].mean())
        bound = max(self.bound, objective)
        seconds = time.monotonic() - self.began
        gap = gap_of(objective, bound)
        return Allocation(
            sites=pl.DataFrame({"site": [site.name for site in sites], **columns}),
            outputs=pl.DataFrame(rows),
            history=pl.DataFrame(
                self.history, schema=["seconds", "tried", "per_day"], orient="row"
            ),
            tried=len(known),
            replications=count,
            level=self.params.level,
            objective=objective,
            bound=bound,
            gap=gap,
            seconds=seconds,
            seed=seed,
            # A bound of sampled output proves nothing of the plant itself.
            status=status_of(math.inf, stopped=stopped, seconds=seconds, allowed=allowed),
            versions=versions("numba", "numpy"),
        )


def _interval(values: Floats, level: float, names: tuple[str, str, str]) -> dict[str, float]:
    """Return the mean of figures of replications, and its confidence interval."""
    mean = float(values.mean())
    half = student(level, len(values) - 1) * float(values.std(ddof=1)) / math.sqrt(len(values))
    return dict(zip(names, (mean, mean - half, mean + half), strict=True))
