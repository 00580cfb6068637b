"""Large networks: prices on what flows share, and cuts that choose shift steps.

Benders' decomposition with Lagrangian cuts. For a choice of shift steps the prices of capacity are
raised (`sinho.source.ascent`); what the cars of a month cost at any prices, less the priced
capacity, is a straight line below its cost: a cut. Steps are chosen by all cuts (`master`), the
launches that pay at the prices are taken, and the flows are sifted (`shipped`).
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np

from sinho.errors import Stopped
from sinho.source.ascent import ascend
from sinho.source.counting import Counting
from sinho.source.data import Input
from sinho.source.dual import NEVER, Cheapest, Dual, Prices, Singles
from sinho.source.exact import COST, SERVED, Level, Optimum
from sinho.source.launches import Launches
from sinho.source.made import Begun, Made, worth_of
from sinho.source.master import Cuts, Master
from sinho.source.params import Params
from sinho.source.planner import Planner
from sinho.source.program import Program
from sinho.source.terms import Flags
from sinho.stop import Early, Progress, Report, StopRule
from sinho.units import Floats

STEPS = 50
"""Evaluations of an ascent from afar; from near by it takes half as many."""

KEPT, TRIED = 6, 40
"""Cuts of a month that are kept of each ascent, and in all."""

ROUNDS, CHOICES = 6, 6
"""Most plans, and most choices of whole shift steps before each."""

SETTLED = 20
"""Most choices of parts of shift steps."""

CENTRE = 0.5
"""How far a choice of parts stays where it was."""

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
        self.prices = self.dual.zero() if begun is None else begun.prices
        self.extra: list[Singles] | None = None
        self.scale = self._scale()
        self.costs: list[Cuts] = []
        self.tried: list[tuple[Floats, Floats]] = []
        self.missing: list[Cuts] = []
        self.counting = self.dual.counting() if self.served else None
        if self.served:
            self.groups = Counting(self.dual)
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

    def limits(self, room: Floats) -> Prices:
        """Return what there is to share with some capacity."""
        return replace(self.dual.limits, capacity=room)

    def begin(self, room: Floats) -> None:
        """Find prices of all that is shared, and the tooling that cars bear at them.

        Cuts go together only at the same prices of what joins months, and at the same tooling:
        those that there are are priced anew.
        """
        self.prices, _ = ascend(
            self.dual,
            self.limits(room),
            self.prices,
            steps=STEPS,
            scale=self.scale,
            stop=self.stop,
            extra=self.extra,
        )
        self.extra = self.launches.borne(self.prices)
        # the first prices, found where there is no lack of capacity, often say most
        self.costs = [*self.costs[:1], Cuts(self._yearly(self.prices))]
        for capacity, lane in self.tried:
            at = replace(self.prices, capacity=capacity, lane=lane)
            self.costs[-1].add(self._fixed(self.dual.cheapest(at, None, self.extra), at), capacity)

    def _yearly(self, at: Prices) -> float:
        """Return what limits of years come to at prices."""
        limits = self.dual.limits
        none = replace(limits, capacity=0 * at.capacity, lane=0 * at.lane)
        return self.dual.paid(at, none)

    def _fixed(self, found: Cheapest, at: Prices) -> Floats:
        """Return the cost of months at prices, without any capacity."""
        room = np.minimum(self.dual.limits.lane, 1e12)
        fixed: Floats = found.monthly - np.where(at.lane > 0, at.lane * room, 0.0).sum(axis=0)
        return fixed

    def cut(self, room: Floats) -> float:
        """Raise prices of months at a choice of capacity, and keep the cuts that say most.

        Returns the most that is proven of the cost of flows with this capacity.
        """
        months = np.arange(len(self.data.months))
        seen: list[tuple[Floats, Floats, Prices]] = []

        def keep(at: Prices, found: Cheapest) -> None:
            fixed = self._fixed(found, at)
            seen.append((fixed - (at.capacity * room).sum(axis=0), fixed, at))

        self.prices, _ = ascend(
            self.dual,
            self.limits(room),
            self.prices,
            steps=STEPS // 2,
            scale=self.scale / 2,
            stop=self.stop,
            extra=self.extra,
            yearly=False,
            seen=keep,
        )
        value, fixed = (np.array([one[n] for one in seen]) for n in range(2))
        for which in np.argsort(-value, axis=0)[:KEPT]:
            capacity, lane = (
                np.stack([getattr(seen[n][2], name)[:, t] for t, n in enumerate(which)], axis=1)
                for name in ("capacity", "lane")
            )
            self.tried.append((capacity, lane))
            self.costs[-1].add(fixed[which, months], capacity)
        del self.tried[:-TRIED]
        return float(value.max(axis=0).sum()) - self.costs[-1].yearly

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
        cuts = Cuts(self._yearly(at))
        cuts.add(self._fixed(found, at), at.capacity)
        self.missing.append(cuts)
        return float(found.monthly.sum() - self.dual.paid(at, self.limits(self.master.most)))

    def choose(self, best: Made | None, least: float = 0.1, *, whole: bool = True) -> Floats | None:
        """Return the cheapest steps by the cuts, and raise the bound."""
        about = abs(self.bound) if best is None else best.cost
        gap = self.gap * SHARE * about if np.isfinite(about) else 0.0
        x, bound = self.master.choose(
            self.costs, self.missing, self.allowed, gap, self.stop, self.options, least, whole=whole
        )
        self.bound = max(self.bound, bound)
        return x

    def settle(self, room: Floats) -> Floats:
        """Raise prices at parts of steps until the bound stays; return their capacity."""
        again = True
        for _ in range(SETTLED if self.begun is None else NEAR):
            last = self.bound
            self.cut(room)
            x = self.choose(None, whole=False)
            if x is None or self.stop():
                break
            part = self.master.capacity(x)
            lossy = self.count(part)
            room = CENTRE * room + (1 - CENTRE) * part
            if lossy or self.bound - last > self.gap * SHARE * abs(self.bound) / 4:
                again = True
            elif again:
                self.begin(room)
                again = False
            else:
                break
        return room

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
        self.begin(self.master.most)
        self.count(self.master.most)
        # a plan takes its time too
        self.stop.reserve = self.last + PLAN * (time.monotonic() - began)
        room = self.settle(self.master.most)
        for _ in range(ROUNDS):
            found = self._steps(best, room)
            if found is None:
                break
            x, room = found, self.master.capacity(found)
            made = self.plan(x, on)
            if best is None or self._rank(made) < self._rank(best):
                best = made
            if self._done(best) or self.stop():
                break
            if made.missing > self.allowed:
                self.learn(made.shipped.prices)
            self.prices = made.shipped.prices
            self.begin(room)
            self.cut(room)
        if best is None:
            if x is None:
                raise Stopped("stopped before there was a plan; allow it more time")
            best = self.plan(x, on)
        if self.served and best.missing > self.allowed:
            # what is proven of plans that lose fewer is not proven of this one
            self.bound, self.allowed = -np.inf, best.missing * (1 + NEARLY) + NEARLY
            self.choose(best, FINISH)
        return best

    def _steps(self, best: Made | None, room: Floats) -> Floats | None:
        """Return whole steps that the cuts say all of; none where time is over."""
        x: Floats | None = None
        for _ in range(CHOICES):
            before, x = x, self.choose(best, CHOOSE)
            if x is None and not self.stop():  # so few cars cannot be lost
                self.allowed = np.inf if best is None else best.missing * (1 + NEARLY) + NEARLY
                x = self.choose(best)
            if x is None:
                return before
            self.tell(None if best is None else best.cost)
            if self.stop() or (before is not None and np.array_equal(x, before)):
                break
            room = self.master.capacity(x)
            if not self.count(room):
                reached = self.cut(room) + float(self.master.program.cost @ x)
                if reached - self.bound < 2 * self.gap * SHARE * abs(self.bound) and not self.count(
                    room, yearly=True
                ):
                    break
        return x

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
        planner = Planner(self.dual, self.master, self.launches, self.options, self.scale)
        reserve, self.stop.reserve = self.stop.reserve, self.last
        made = planner.plan(
            x,
            self.prices,
            self.extra,
            on,
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
