"""Launches in common of several futures of a large network, by prices.

Each future is planned alone, which bounds the expected cost. Launches that several of them decide
are then tried in common: they are paid in every future, and each plans the rest. Where plan and
bound stay apart, futures that launch where others do not bear more of the tooling (progressive
hedging; Rockafellar and Wets 1991): their weighted shares stay 1, so that the bounds still hold.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sinho.errors import Stopped
from sinho.results.status import gap_of
from sinho.source.data import Input
from sinho.source.dual import Dual, Prices
from sinho.source.duties import Ints
from sinho.source.exact import COST, SERVED, Level, Optimum
from sinho.source.held import committed, delay
from sinho.source.made import Begun
from sinho.source.master import Master
from sinho.source.params import Params
from sinho.source.priced import NEARLY, Priced
from sinho.source.program import Program, program_of
from sinho.source.side import part_of, side_by_side
from sinho.source.terms import Flags
from sinho.stop import Headed, Report, StopRule
from sinho.units import Floats

ROUNDS = 3
"""Most times that tooling is parted anew among futures."""

Found = tuple[Program, Optimum]
"""A program, and its solution."""


@dataclass(frozen=True)
class Common:
    """Plans of several futures with launches in common, and of each alone."""

    plans: list[Found]
    own: list[Found | None]
    levels: tuple[Level, ...]
    now: float | None
    stopped: bool


@dataclass(frozen=True)
class _Made:
    """A plan of a future, and what another one may begin from."""

    program: Program
    optimum: Optimum
    steps: Floats
    on: Flags
    prices: Prices
    big: float
    bound: float
    allowed: float


@dataclass(frozen=True)
class _Tried:
    """Futures with launches in common."""

    plans: list[Found]
    missing: float
    cost: float


class _Futures:
    """Futures while launches in common are sought for them."""

    def __init__(
        self,
        data: Sequence[Input],
        shares: Sequence[float],
        params: Params,
        stop: StopRule,
        seed: int,
        progress: Report | None,
    ) -> None:
        self.data, self.shares, self.params, self.stop = data, np.array(shares), params, stop
        self.seed, self.progress = seed, progress
        self.gap = params.within(priced=True)
        self.size = len(data[0].months)

    def side(self, title: str, jobs: Sequence[tuple[Input, _Made | None]]) -> list[_Made | None]:
        """Plan networks side by side, in half of the time that is left."""
        return side_by_side(
            _planned,
            [(title, *job, 1 / (2 * len(jobs) - n)) for n, job in enumerate(jobs)],
            self.params,
            (self.seed,),
            title=title,
            stop=self.stop,
            progress=self.progress,
        )

    def dates(self, own: Sequence[_Made], known: int) -> Ints:
        """Return the months in which each future decides launches before a month (F, A)."""
        when = np.full((len(own), len(self.data[0].model)), self.size)
        for row, one in zip(when, own, strict=True):
            a, date = one.program.of["launch"]
            at = one.optimum.x[one.program.columns["launch"]] > 0.5
            row[a[at]] = date[at]
        return np.where(when < known, when, self.size)

    def candidates(self, own: Sequence[_Made], known: int) -> Iterator[Ints]:
        """Yield launches to try in common, as the month of each."""
        when = self.dates(own, known)
        launched = when < self.size
        share = self.shares @ launched
        first = when.min(axis=0)
        for on in (share >= 0.5, share > 0, *launched[np.argsort(-self.shares, kind="stable")]):
            yield np.where(on, first, self.size)

    def tried(self, when: Ints, own: Sequence[_Made], known: int) -> _Tried | None:
        """Plan all futures with launches in common; None where one was stopped before."""
        made = np.flatnonzero(when < self.size)
        jobs: list[tuple[Input, _Made | None]] = []
        for data, one in zip(self.data, own, strict=True):
            later = committed(data, made, when[made], known)
            paid = float(data.tooling[made, when[made]].sum())
            on = one.on.copy() if known < self.size else data.fixed.copy()
            on[made] = True
            jobs.append((later, replace(one, on=on, bound=one.bound - paid)))
        found = self.side("launches in common", jobs)
        if any(one is None for one in found):
            return None
        plans = [
            _restored(data, one, when, delay(data, known))
            for data, one in zip(self.data, found, strict=True)
            if one is not None
        ]
        sums = [[program.missing @ of.x, program.cost @ of.x] for program, of in plans]
        missing, cost = (self.shares @ np.array(sums)).tolist()
        return _Tried(plans, missing, cost)

    def better(self, one: _Tried, other: _Tried | None) -> bool:
        """Return whether launches are better than others."""
        if other is None:
            return True
        if self.params.priorities == "lexicographic":
            more = one.missing - other.missing
            if abs(more) > NEARLY * (1 + other.missing):
                return more < 0
        return one.cost < other.cost

    def search(self, own: Sequence[_Made], known: int, bound: float) -> tuple[_Tried | None, float]:
        """Return the best launches in common that are found, and a bound on their cost."""
        best: _Tried | None = None
        seen: set[bytes] = set()
        bearing, alone = np.ones((len(own), len(self.data[0].model))), list(own)
        for number in range(ROUNDS):
            for when in self.candidates(alone, known):
                if best is not None and (self.stop() or gap_of(best.cost, bound) <= self.gap):
                    return best, bound
                if when.tobytes() not in seen:
                    seen.add(when.tobytes())
                    made = self.tried(when, own, known)
                    if made is not None and self.better(made, best):
                        best = made
                if number:
                    break
            if best is None or self.stop() or number == ROUNDS - 1:
                break
            launched = (self.dates(alone, known) < self.size).astype(np.float64)
            bearing = np.maximum(bearing + launched - self.shares @ launched, 0.0)
            bearing /= np.maximum(self.shares @ bearing, 1e-12)
            found = self.side("tooling parted", self.parted(own, bearing, known))
            if any(one is None for one in found):
                break
            alone = [one for one in found if one is not None]
            bound = max(bound, self.bound_of(alone))
        return best, bound

    def parted(
        self, own: Sequence[_Made], bearing: Floats, known: int
    ) -> list[tuple[Input, _Made | None]]:
        """Return futures that bear shares of the tooling of launches in common."""
        jobs: list[tuple[Input, _Made | None]] = []
        for data, one, share in zip(self.data, own, bearing, strict=True):
            tooling = data.tooling.copy()
            tooling[:, :known] *= share[:, None]
            jobs.append((replace(data, tooling=tooling), replace(one, bound=-math.inf)))
        return jobs

    def bound_of(self, made: Sequence[_Made]) -> float:
        """Return the bound on the expected cost that comes of bounds of futures."""
        return float(self.shares @ [one.optimum.levels[-1].bound for one in made])


def common(
    data: Sequence[Input],
    shares: Sequence[float],
    known: int,
    params: Params,
    *,
    stop: StopRule,
    seed: int,
    progress: Report | None,
) -> Common:
    """Decide launches for several futures of a large network, by prices.

    Parameters
    ----------
    data : sequence of Input
        The futures.
    shares : sequence of float
        Their weights.
    known : int
        First month whose launches may differ.
    params, stop, seed, progress
        As for `sinho.source.solve_robust`.

    Raises
    ------
    Stopped
        Where it is stopped before there is a plan for all futures.
    """
    run = _Futures(data, shares, params, stop, seed, progress)
    found = run.side("futures alone", [(one, None) for one in data])
    own = [one for one in found if one is not None]
    if len(own) < len(data):
        raise Stopped("stopped before there was a plan for each future; allow it more time")
    best, bound = run.search(own, known, run.bound_of(own))
    if best is None:
        raise Stopped("stopped before there was a plan for all futures; allow it more time")
    now: float | None = best.cost
    if known < run.size:
        sooner = None if stop() else run.search(own, run.size, bound)[0]
        now = None if sooner is None else sooner.cost
        if sooner is not None and run.better(sooner, best):
            best = sooner
    fewest = float(run.shares @ [one.optimum.levels[0].bound for one in own])
    cost = Level(COST, best.cost, min(bound, best.cost))
    served = Level(SERVED, best.missing, min(fewest, best.missing))
    levels = (served, cost) if params.priorities == "lexicographic" else (cost,)
    return Common(best.plans, [(one.program, one.optimum) for one in own], levels, now, stop())


def _planned(
    params: Params,
    seed: int,
    title: str,
    data: Input,
    begun: _Made | None,
    part: float,
    *,
    stop: StopRule,
    progress: Report | None,
) -> _Made | None:
    """Plan a network in a part of the time left; None where there was too little."""
    report = progress and Headed(progress, f"{title}: ")
    start = None
    if begun is not None:
        dual = Dual(data)
        dual.weigh(begun.big)
        start = Begun(
            dual, Master(data), begun.prices, begun.steps, begun.on, begun.bound, begun.allowed
        )
    run = Priced(data, params, part_of(stop, part), seed, report, start)
    try:
        best = run.solve()
    except Stopped:
        return None
    program, optimum = run.optimum(best)
    prices = best.shipped.prices
    return _Made(
        program, optimum, best.steps, best.on, prices, run.dual.big, run.bound, run.allowed
    )


def _restored(data: Input, one: _Made, when: Ints, later: int) -> Found:
    """Return a plan with launches in common as a solution of the future's own program."""
    program = program_of(data, one.program.of["flow"])
    x = one.optimum.x.copy()
    own = program.columns["launch"]
    new = np.flatnonzero(~data.fixed)
    late = x[own].reshape(len(new), -1)
    launches, shift = np.zeros(late.shape), later // data.launch_period
    launches[:, shift:] = late[:, : late.shape[1] - shift]
    made = when[new] < len(data.months)
    launches[made] = 0.0
    launches[made, when[new[made]] // data.launch_period] = 1.0
    x[own] = launches.ravel()
    row, column, value = program.entries
    low, short = program.rows["least"], program.columns["short"]
    x[short] = 0.0
    used = np.bincount(row, value * x[column], minlength=len(program.row_lower))
    x[short] = np.maximum(program.row_lower[low] - used[low], 0.0)
    return program, replace(one.optimum, x=x)
