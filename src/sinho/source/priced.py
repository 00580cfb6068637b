"""Large networks: prices on what flows share, and cuts that choose shift steps and launches.

Benders' decomposition with Lagrangian cuts (`sinho.source.cutting`). Parts of steps and launches
are chosen by all cuts (`master`) until the bound stays, then whole steps; shares of launches are
rounded (`rounding`), and the flows are sifted (`shipped`).
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from sinho.errors import Stopped
from sinho.source.counting import Counting
from sinho.source.cutting import CENTRE, Cutting
from sinho.source.data import Input
from sinho.source.dual import NEVER, Dual, Prices
from sinho.source.exact import COST, SERVED, Level, Optimum
from sinho.source.launches import Launches
from sinho.source.made import Begun, Made, worth_of
from sinho.source.master import Cuts, Master
from sinho.source.params import Params
from sinho.source.planner import Planner
from sinho.source.program import Program
from sinho.source.rounding import whole_launches
from sinho.source.shares import Shares
from sinho.source.terms import Flags
from sinho.stop import Early, Progress, Report, StopRule
from sinho.units import Floats

ENOUGH = 0.5
"""Share of the gap asked for within which whole steps are good enough for a first plan."""

HOLD, HELD = 3, 8
"""Cuts at whole steps when they are tried, and when they are the cheapest."""

ROUNDS, CHOICES = 6, 6
"""Most plans, and most choices of whole shift steps before each."""

LOSSY = 3
"""Choices of whole steps, by those that lose no more cars than they may."""

SETTLED = 20
"""Most choices of parts of shift steps."""

NEAR = 2
"""Choices of parts of steps where prices of a plan are known."""

SHARE = 0.1
"""Share of the gap asked for to which parts of the whole are solved."""

DEAR = 10.0
"""What a lost car costs, by the dearest car, where cars lost come first."""


CHOOSE = 1.0
"""Seconds that a choice of whole steps has at least."""

FINISH = 4.0
"""Seconds for the bound of a plan that is handed back with more cars lost than are proven."""

NEARLY = 1e-6
"""Share, and cars, by which as many cars are lost."""


LAST = 8.0
"""Time that the end of a plan takes, by the time that it takes to put the network down."""

PLAN = 6.0
"""Time that a plan takes, by that of the first prices."""


class Priced:
    """A network while it is decomposed."""

    def __init__(
        self,
        data: Input,
        params: Params,
        stop: StopRule,
        seed: int,
        progress: Report | None,
        begun: Begun | None = None,
    ) -> None:
        self.data, self.params, self.stop = data, params, Early(stop)
        self.gap = params.within(priced=True)
        self.progress, self.began = progress, time.monotonic()
        self.options: dict[str, Any] = {"random_seed": seed, "threads": params.threads}
        self.served = params.priorities == "lexicographic"
        self.begun = begun
        self.dual = Dual(data) if begun is None else begun.dual
        if self.served and not self.dual.big:
            dearest = max(float(cost[cost < NEVER / 2].max(initial=0.0)) for cost in self.dual.cost)
            self.dual.weigh(DEAR * max(dearest, float(self.dual.worth.max(initial=0.0)), 1.0))
        self.master = Master(data) if begun is None else begun.master
        self.launches = Launches(self.dual)
        self.scale = self._scale()
        prices = self.dual.zero() if begun is None else begun.prices
        self.cuts = Cutting(self.dual, self.launches, prices, self.scale, self.stop)
        self.missing: list[Cuts] = []
        self.counting = self.dual.counting() if self.served else None
        if self.counting is not None:
            self.groups = Counting(self.dual)
            self.uncounted = Shares(self.counting)
        # fewest cars lost or short that are proven, and that are allowed of the next choice
        self.fewest, self.allowed = 0.0, np.inf
        self.last = self.stop.reserve = LAST * (time.monotonic() - self.began)
        self.bound = -np.inf

    def _scale(self) -> float:
        """Return by how much the next best plant usually costs more."""
        gaps = []
        for cost in self.dual.cost[:: max(1, len(self.dual.cost) // 20)]:
            if cost.shape[0] > 1:
                two = np.partition(cost, 1, axis=0)[:2]
                gaps.append((two[1] - two[0])[two[1] < NEVER / 2])
        found = np.concatenate(gaps) if gaps else np.zeros(0)
        return float(np.median(found)) + 1e-6 if len(found) else 1.0

    def tell(self, best: float | None) -> None:
        """Say how far it is."""
        if self.progress is not None:
            seconds = time.monotonic() - self.began
            best, bound = None if best is None else -best, self.bound
            self.progress(
                Progress("prices", seconds, best=best, bound=-bound if bound > -np.inf else None)
            )

    def count(self, room: Floats, *, yearly: bool = False) -> bool:
        """Prove how many cars are lost at least; return whether a choice of capacity loses more.

        With limits of a year, cars short of least volumes count too.
        """
        if self.counting is None:
            return False
        if not self.missing:
            for level in np.unique(1 / self.data.load):
                self._missed(replace(self.dual.zero(), capacity=np.full(room.shape, level)))
            self.missing += self.groups.closed()
            most, yearly = self.master.most, True
            self.fewest = self._missed(self.groups.fewest(most, self.options, yearly=True)[1])
            self.allowed = self.fewest * (1 + NEARLY) + NEARLY
        lost, prices = self.groups.fewest(room, self.options, yearly=yearly)
        self._missed(prices)
        return lost > self.allowed

    def learn(self, prices: Prices) -> None:
        """Prove from the prices of a plan how many cars are lost at least."""
        levels = np.unique(np.append(1 / self.data.load, 0.0))
        share = prices.flat / self.dual.big
        at = prices.like(levels[np.searchsorted(levels, share + 1e-9, side="right") - 1])
        self.fewest = max(self.fewest, self._missed(at))
        self.allowed = max(self.allowed, self.fewest * (1 + NEARLY) + NEARLY)

    def _missed(self, at: Prices) -> float:
        """Keep a cut of cars lost or short; return how many there are with the most capacity."""
        assert self.counting is not None
        found = self.counting.cheapest(at)
        cuts = Cuts(self.cuts.yearly(at))
        part = self.uncounted.cheapest(at, self.cuts.shares)
        cuts.add(self.cuts.fixed(part.full, at), at.capacity, part.gains)
        self.missing.append(cuts)
        return float(found.monthly.sum() - self.dual.paid(at, self.cuts.limits(self.master.most)))

    def choose(
        self,
        best: Made | None,
        least: float = 0.1,
        *,
        whole: bool = True,
        held: Floats | None = None,
        between: tuple[Floats, Floats] | None = None,
    ) -> tuple[Floats | None, Floats | None]:
        """Return the cheapest steps and shares of launches by the cuts, and raise the bound."""
        about = abs(self.bound) if best is None else best.cost
        gap = self.gap * SHARE * about if np.isfinite(about) else 0.0
        x, shares, bound = self.master.choose(
            self.cuts.costs,
            self.missing,
            self.allowed,
            gap,
            self.stop,
            self.options,
            least,
            whole=whole,
            held=held,
            between=between,
        )
        if held is None and between is None:
            self.bound = max(self.bound, bound)
        self.least = bound
        return x, shares

    def settle(self, room: Floats) -> None:
        """Raise prices at parts of steps and launches until the bound stays."""
        again = True
        for _ in range(SETTLED if self.begun is None else NEAR):
            last = self.bound
            self.cuts.cut(room)
            x, shares = self.choose(None, whole=False)
            if x is None or shares is None or self.stop():
                break
            part = self.master.capacity(x)
            lossy = self.count(part)
            room = CENTRE * room + (1 - CENTRE) * part
            self.cuts.toward(shares)
            self.cuts.drop()
            if lossy or self.bound - last > self.gap * SHARE * abs(self.bound) / 4:
                again = True
            elif again:
                self.cuts.begin(room)
                again = False
            else:
                break
        self._sift()

    def _sift(self) -> None:
        self.cuts.sift()
        self.missing = [one for one in self.missing if not one.idle]

    def solve(self) -> Made:
        """Choose steps and plan until plan and bound are within the gap asked for."""
        best: Made | None = None
        x: Floats | None = None
        on = None if self.begun is None else self.begun.on
        if self.begun is not None:
            best = self.plan(self.begun.steps, on)
            if best.missing <= self.begun.allowed:
                self.bound = self.begun.bound
            if self.stop() or self._done(best):
                return best
        began = time.monotonic()
        self.cuts.begin(self.master.most)
        self.count(self.master.most)
        # a plan takes its time too
        self.stop.reserve = self.last + PLAN * (time.monotonic() - began)
        self.settle(self.master.most)
        other: Floats | None = None
        for _ in range(ROUNDS):
            found = self._steps(best, other)
            if found is None:
                break
            x = found
            made = self.plan(x, on)
            if best is None or self._rank(made) < self._rank(best):
                best = made
            if self._done(best) or self.stop():
                break
            if made.missing > self.allowed:
                self.learn(made.shipped.prices)
            other, _ = self.choose(best, CHOOSE)
            if self._done(best) or self.stop():
                break
            own = made.shipped.prices
            self.cuts.prices = replace(self.cuts.prices, capacity=own.capacity, lane=own.lane)
        if best is None:
            if x is None:
                raise Stopped("stopped before there was a plan; allow it more time")
            best = self.plan(x, on)
        if self.served and best.missing > self.allowed:
            # what is proven of plans that lose fewer is not proven of this one
            self.bound, self.allowed = -np.inf, best.missing * (1 + NEARLY) + NEARLY
            self.choose(best, FINISH)
        return best

    def _steps(self, best: Made | None, x: Floats | None) -> Floats | None:
        """Return the cheapest of some whole steps, of others first; none: there was no time."""
        tried: list[tuple[float, Floats]] = []
        for number in range(LOSSY * CHOICES):
            before = x
            if x is None or number:
                shares = self.cuts.shares
                x, _ = self.choose(best, CHOOSE, between=(shares, shares))
                if x is None and not self.stop():  # so few cars cannot be lost
                    self.allowed = np.inf if best is None else best.missing * (1 + NEARLY) + NEARLY
                    x, _ = self.choose(best, CHOOSE, between=(shares, shares))
            if x is None:
                x = before
                break
            self.tell(None if best is None else best.cost)
            if self.stop() or any(np.array_equal(x, other) for _, other in tried):
                break
            room = self.master.capacity(x)
            if self.count(room):
                continue
            tried.append((self.hold(x, HOLD), x))
            # what leaves room for the flows of a plan
            share = ENOUGH if best is None else 2 * SHARE
            near = tried[-1][0] - self.bound < self.gap * share * abs(self.bound)
            if len(tried) == CHOICES or (near and not self.count(room, yearly=True)):
                break
        for _ in range(CHOICES if tried else 0):
            at = min(range(len(tried)), key=lambda n: tried[n][0])
            least, x = tried[at]
            tried[at] = max(least, self.hold(x, HELD)), x
            if tried[at][0] <= min(one for one, _ in tried) or self.stop():
                break
        return x

    def hold(self, x: Floats, times: int) -> float:
        """Find prices and shares of launches at whole steps; return what they cost at least."""
        least, decided = -np.inf, float(self.master.program.cost @ x)
        room = self.master.capacity(x)
        for _ in range(times):
            reached = self.cuts.cut(room) + decided + float(self.master.tooling @ self.cuts.shares)
            _, shares = self.choose(None, held=x)
            if shares is None:
                break
            least = max(least, self.least)
            self.cuts.toward(shares)
            if self.stop() or abs(reached - least) < self.gap * SHARE * abs(least):
                break
        self._sift()
        return least

    def _rank(self, made: Made) -> tuple[float, float]:
        """Return what is compared of plans: cars lost, where they come first, then cost."""
        more = made.missing - self.fewest
        first = self.served and more > NEARLY * (1 + made.missing)
        return (made.missing if first else 0.0), made.cost

    def _done(self, best: Made) -> bool:
        """Return whether the gap asked for is proven at each level."""
        return all(level.gap <= self.gap for level in self.levels(best))

    def levels(self, best: Made) -> tuple[Level, ...]:
        """Return what is reached and proven by level."""
        cost = Level(COST, best.cost, min(self.bound - self.dual.big * best.missing, best.cost))
        if not self.served:
            return (cost,)
        return Level(SERVED, best.missing, min(max(self.fewest, 0.0), best.missing)), cost

    def optimum(self, best: Made) -> tuple[Program, Optimum]:
        """Return the program of the flows that a plan uses, and its solution."""
        levels = self.levels(best)
        return best.program, Optimum(
            best.x, worth_of(best, self.dual), levels, self.stop(), self.gap
        )

    def plan(self, x: Floats, on: Flags | None) -> Made:
        """Plan launches and flows with steps as chosen, from launches where there are any."""
        held = on is not None
        if on is None:

            def seek(low: Floats, high: Floats) -> tuple[Floats | None, float]:
                _, shares = self.choose(None, held=x, between=(low, high))
                return shares, self.least

            on = whole_launches(self.cuts, self.master.capacity(x), seek, self.stop)
        planner = Planner(self.dual, self.master, self.launches, self.options, self.scale)
        reserve, self.stop.reserve = self.stop.reserve, self.last
        made = planner.plan(
            x,
            self.cuts.prices,
            self.cuts.extra,
            on,
            held=held,
            gap=self.gap * SHARE,
            stop=self.stop,
            allowed=self.allowed,
            rank=self._rank,
            done=self._done,
        )
        self.stop.reserve = reserve
        return made


def minimise_priced(
    data: Input, params: Params, *, stop: StopRule, seed: int, progress: Report | None
) -> tuple[Program, Optimum]:
    """Plan a network by prices and cuts; return the program of the flows it uses, and a solution.

    Parameters
    ----------
    data : Input
        The network.
    params : Params
        What weighs what, and how hard to try; its gap is that of plan and bound.
    stop, seed, progress
        As for `sinho.source.solve`.
    """
    run = Priced(data, params, stop, seed, progress)
    return run.optimum(run.solve())
