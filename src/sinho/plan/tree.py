"""The best shift patterns: branch and bound over the plan's linear program.

A group's patterns with their changes and smallest stays are the flow of a network (``paths``), and
the rows of the program describe it without a gap; what is left between the linear program and the
plan comes from months that work a share of two patterns. The search halves the patterns of a month,
ordered by their hours, and rules out in every node what the prices of its linear program show to be
too dear along the whole horizon. Branching follows pseudo-costs, which strong branching begins
(Achterberg, Koch and Martin 2005, "Branching rules revisited", Operations Research Letters 33,
42-54).
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from sinho.errors import Stopped
from sinho.highs import INF, Basis
from sinho.plan.arrays import Ints, PlanData
from sinho.plan.bounded import Bounded, Node
from sinho.plan.minimise import NoSolution, Solution
from sinho.plan.paths import Paths
from sinho.plan.program import Program
from sinho.stop import Progress, Report, StopRule
from sinho.units import Floats

TRIALS = 8
"""Most branchings tried in one node."""
TRIAL_STEPS = 60
"""Steps of the simplex method in a trial."""
KNOWN = 8
"""Results after which the pseudo-cost of a group's branching is trusted."""
ROUND_EVERY = 5
JUDGED_EVERY = 100
JUDGED_FROM = 600
"""Nodes from which on a search is given up that is likely to need twice the nodes it may."""
EXACT = 1e-9
WHOLE = 1e-6
LESS_CHANGE = 0.1
"""What a change counts, in periods, where whole patterns are sought near given shares."""


@dataclass(frozen=True)
class Part:
    """What is known where the program is a part of a larger one.

    Parameters
    ----------
    constant : float
        Cost of what is left out.
    prove : callable
        Returns a lower bound on the whole program's cost within bounds of the patterns, from the
        duals of the part's rows; called with the bounds, the duals and the bound that is enough.
    """

    constant: float
    prove: Callable[[Floats, Floats, Floats, float], float]


@dataclass(frozen=True)
class _Branch:
    """A group's patterns in a period parted by hours: ``low`` or less, or ``high`` or more."""

    group: int
    period: int
    rank: int
    share: float
    low: Ints
    high: Ints


@dataclass
class _Gains:
    """What branchings gained so far, per working day and share ruled out."""

    total: dict[tuple[int, int, bool], float] = field(default_factory=dict)
    count: dict[tuple[int, int, bool], int] = field(default_factory=dict)
    tried: set[tuple[int, int, int]] = field(default_factory=set)

    def add(self, branch: _Branch, down: bool, gain: float, days: float) -> None:
        """Take note of a gain."""
        key = branch.group, branch.rank, down
        ruled_out = 1 - branch.share if down else branch.share
        self.total[key] = self.total.get(key, 0.0) + gain / max(ruled_out * days, 1e-6)
        self.count[key] = self.count.get(key, 0) + 1

    def trusted(self, branch: _Branch) -> bool:
        """Return whether enough is known of a branching."""
        keys = [(branch.group, branch.rank, down) for down in (False, True)]
        place = branch.group, branch.period, branch.rank
        return place in self.tried or min(self.count.get(k, 0) for k in keys) >= KNOWN

    def expected(self, branch: _Branch, days: float) -> float:
        """Return the product of the gains expected on both sides."""
        product = 1.0
        for down in (False, True):
            key = branch.group, branch.rank, down
            if key in self.total:
                each = self.total[key] / self.count[key]
            else:
                known = [self.total[k] / self.count[k] for k in self.total if k[2] == down]
                each = sum(known) / len(known) if known else 1.0
            ruled_out = 1 - branch.share if down else branch.share
            product *= max(each * ruled_out * days, EXACT)
        return product


@dataclass(frozen=True)
class Best:
    """The best plan so far: its cost, patterns, columns and the duals of its rows."""

    cost: float
    worked: Floats
    x: Floats
    row_dual: Floats

    def solution(self, bound: float) -> Solution:
        """Return the plan as it stands."""
        return Solution(self.x, self.row_dual, self.cost, bound, (), "stopped", 0.0)


class Tree:
    """The state of a search; ``run`` leaves the best plan and the bound in it."""

    def __init__(
        self,
        data: PlanData,
        program: Program,
        stop: StopRule,
        gap: float,
        seed: int,
        report: Report | None,
        part: Part | None = None,
    ) -> None:
        self.part = part
        self.days, self.gap, self.stop, self.report = data.days, max(gap, EXACT), stop, report
        self.began = time.monotonic()
        self.lp = Bounded(data, program, seed, stop, None if part else report)
        if part is not None:
            self.lp.model.set_offset(part.constant)
        block = program.columns["pattern"]
        self.lower = program.lower[block.at].reshape(self.lp.shape)
        self.upper = program.upper[block.at].reshape(self.lp.shape)
        change = np.array([p.change_cost for p in data.patterns])
        self.paths = Paths(data, change)
        self.plain = Paths(data, np.full(len(change), LESS_CHANGE))
        hours = data.pattern_daily
        own = [np.flatnonzero(self.paths.group == g) for g in range(len(data.groups))]
        self.ranked = [at[np.argsort(hours[at], kind="stable")] for at in own]
        self.gains = _Gains()
        self.best: Best | None = None
        self.pruned, self.root = INF, -INF
        self.seen: set[bytes] = set()
        self.open: list[tuple[float, int, Node]] = []
        self.hot: Basis | None = None
        self.bounds: list[float] = []
        self.order = itertools.count()

    @property
    def cost(self) -> float:
        """Cost of the best plan so far."""
        return INF if self.best is None else self.best.cost

    @property
    def most(self) -> float:
        """Cost from which on a node is not worth a look."""
        return self.cost - self.gap * abs(self.cost) if self.best else INF

    @property
    def bound(self) -> float:
        """Lower bound on the cost of any plan."""
        if self.root == -INF:
            return -INF
        least = self.open[0][0] if self.open else INF
        return max(self.root, min(least, self.pruned, self.cost))

    @property
    def unfinished(self) -> bool:
        """Whether a node is open in which there may be a better plan."""
        return bool(self.open) and self.open[0][0] < self.most

    @property
    def expected(self) -> float:
        """Nodes that the search is likely to need: the bound rises alike with every doubling."""
        looked = len(self.bounds)
        rise = self.bounds[-1] - self.bounds[looked // 2]
        if rise <= 0.0 or self.most == INF:
            return INF
        return looked * float(np.exp2(min((self.most - self.bounds[-1]) / rise, 60.0)))

    def run(self, most_nodes: int | None = None) -> None:
        """Search until the gap or the stop rule is reached, or it takes too many nodes."""
        with suppress(Stopped):
            value = self.lp.run(self.lower, self.upper, INF)
            if value == INF:
                raise NoSolution("the program has no feasible solution")
            self.root = self._enter(value, -INF, self.lower, self.upper)
            for count in itertools.count():
                if not self.open or self.open[0][0] >= self.most or count == most_nodes:
                    break
                judged = count >= JUDGED_FROM and count % JUDGED_EVERY == 0
                if judged and most_nodes and self.expected > 2 * most_nodes:
                    break
                if self.stop():
                    break
                self._look(self.open[0][2], rounds=count % ROUND_EVERY == 0)
                self.bounds.append(self.bound)

    def _look(self, node: Node, *, rounds: bool) -> None:
        """Replace the first open node by its children."""
        if self.report is not None:
            self.report(
                Progress(
                    "choosing shift patterns",
                    time.monotonic() - self.began,
                    best=-self.cost if self.best else None,
                    bound=-self.bound,
                )
            )
        if rounds:
            self._round(node)
        inner = node.within(self.cost - node.value, self.paths)
        branch = self._choose(inner)
        # the side that is likely to be better comes last: the search goes on from its basis
        for down in (branch.share < 0.5, branch.share >= 0.5):
            self._back(inner)
            lower, upper = self._halve(inner, branch, down)
            value = self.lp.run(lower, upper, self.cost)
            self.hot = None
            if value < INF:
                bound = self._enter(value, node.bound, lower, upper)
                gain = bound - node.bound
                self.gains.add(branch, down, gain, self.days[branch.group, branch.period])
            elif self.part and self.plain.nearest(node.worked, lower, upper) is not None:
                self._drop(node.bound, lower, upper)
        # only now, so that a stop between leaves the bound as it was
        self.open = [entry for entry in self.open if entry[2] is not node]
        heapq.heapify(self.open)

    def _drop(self, known: float, lower: Floats, upper: Floats) -> float:
        """Leave what was solved last out as too dear; return its bound."""
        if self.part:
            known = max(known, self.part.prove(lower, upper, self.lp.solution()[1], self.most))
        self.pruned = min(self.pruned, known)
        return known

    def _enter(self, value: float, known: float, lower: Floats, upper: Floats) -> float:
        """Take what was solved last as a plan where it is whole, else open it; return its bound."""
        if max(value, known) >= self.most:
            return self._drop(known if self.part else max(value, known), lower, upper)
        proven = value
        if self.part:
            proven = self.part.prove(lower, upper, self.lp.solution()[1], -INF)
        bound = max(proven, known)
        node = self.lp.node(bound, proven, lower, upper)
        self.hot = node.basis
        if np.minimum(node.worked, 1 - node.worked).max(initial=0.0) <= WHOLE:
            self._take(value, np.round(node.worked))
            self.pruned = min(self.pruned, bound)
        else:
            heapq.heappush(self.open, (bound, next(self.order), node))
        return bound

    def _take(self, value: float, worked: Floats) -> None:
        """Keep the plan that was solved last."""
        if value < self.cost:
            self.best = Best(value, worked, *self.lp.solution())

    def _back(self, node: Node) -> None:
        if self.hot is not node.basis:
            self.lp.back(node)
            self.hot = node.basis

    def _round(self, node: Node) -> None:
        """Try the whole patterns nearest to a node's shares."""
        worked = self.plain.nearest(node.worked, node.lower, node.upper)
        if worked is None or worked.tobytes() in self.seen:
            return
        self.seen.add(worked.tobytes())
        self._back(node)
        value = self.lp.run(worked, worked, self.cost)
        self.hot = None
        self._take(value, worked)

    def _halve(self, node: Node, branch: _Branch, down: bool) -> tuple[Floats, Floats]:
        upper = node.upper.copy()
        upper[branch.high if down else branch.low, branch.period] = 0.0
        return node.lower, upper

    def _choose(self, node: Node) -> _Branch:
        """Choose the branching that is likely to raise the bound most on both sides."""
        branches = []
        for g, own in enumerate(self.ranked):
            share = np.cumsum(node.worked[own], axis=0)[:-1]
            inside = (share > WHOLE) & (share < 1 - WHOLE)
            branches += [
                _Branch(g, int(t), int(k), float(share[k, t]), own[: k + 1], own[k + 1 :])
                for k, t in zip(*np.nonzero(inside), strict=True)
            ]
        expected = {
            place: self.gains.expected(branch, self.days[branch.group, branch.period])
            for place, branch in enumerate(branches)
        }
        best, most, trials = branches[0], -1.0, 0
        for place in sorted(expected, key=lambda place: -expected[place]):
            branch, value = branches[place], expected[place]
            if not self.gains.trusted(branch):
                if trials == TRIALS:
                    continue
                trials += 1
                value = self._try(node, branch)
            if value > most:
                best, most = branch, value
        return best

    def _try(self, node: Node, branch: _Branch) -> float:
        """Return the product of the gains of a branching after a few steps."""
        product, days = 1.0, self.days[branch.group, branch.period]
        for down in (True, False):
            self._back(node)
            value = self.lp.run(*self._halve(node, branch, down), self.cost, TRIAL_STEPS)
            self.hot = None
            room = self.cost - node.bound
            gain = max(min(value - node.bound, room), 0.0) if min(value, room) < INF else 0.0
            self.gains.add(branch, down, gain, days)
            product *= max(gain, EXACT)
        self.gains.tried.add((branch.group, branch.period, branch.rank))
        return product
