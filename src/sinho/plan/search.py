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
from contextlib import suppress
from dataclasses import dataclass, field, replace

import highspy
import numpy as np

from sinho.plan.arrays import Ints, PlanData
from sinho.plan.paths import Paths
from sinho.plan.program import INF, Program, relaxed
from sinho.plan.solve import (
    NoSolution,
    Solution,
    SolverError,
    check,
    pass_program,
    solve,
    status_of,
    watch,
)
from sinho.stop import Progress, Report, StopRule
from sinho.units import Floats

TRIALS = 8
"""Most branchings tried in one node."""
TRIAL_STEPS = 60
"""Steps of the simplex method in a trial."""
KNOWN = 8
"""Results after which the pseudo-cost of a group's branching is trusted."""
ROUND_EVERY = 5
EXACT = 1e-9
WHOLE = 1e-6
LESS_CHANGE = 0.1
"""What a change counts, in periods, where whole patterns are sought near given shares."""
_STAYS = ("pattern", "change", "stay")


@dataclass(frozen=True)
class _Node:
    """Bounds of the choice with what is known of the linear program within them."""

    bound: float
    lower: Floats
    upper: Floats
    worked: Floats
    above: Floats
    basis: highspy.HighsBasis

    def within(self, room: float) -> _Node:
        """Return the node without what is too dear for the room left."""
        dear = (self.above > room) & (self.lower < 0.5)
        return replace(self, upper=np.where(dear, 0.0, self.upper))


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


class _Relaxation:
    """The linear program with bounds on the patterns, solved again from a basis at hand."""

    def __init__(
        self, data: PlanData, program: Program, seed: int, stop: StopRule, report: Report | None
    ) -> None:
        block = program.columns["pattern"]
        self.shape = len(data.patterns), len(data.spans)
        self.stop = stop
        self._columns = np.arange(block.start, block.stop, dtype=np.int32)
        self._cost = program.cost[block.at]
        own = [program.rows[name] for name in _STAYS]
        at = np.arange(program.start[block.start], program.start[block.stop])
        row = program.index[at]
        place = np.repeat(np.arange(len(block)), np.diff(program.start)[block.at])
        shared = ~np.any([(row >= r.start) & (row < r.stop) for r in own], axis=0)
        self._place, self._row = place[shared], row[shared]
        self._value = program.value[at][shared]
        self.highs = pass_program(relaxed(program), threads=1, parallel="off", random_seed=seed)
        for name, value in (
            # weights of steepest edges would be computed anew from every basis
            ("simplex_dual_edge_weight_strategy", 1),
            ("dual_simplex_cost_perturbation_multiplier", 0.0),
        ):
            check(self.highs.setOptionValue(name, value), f"option {name}")
        watch(self.highs, "solving", time.monotonic(), stop, report)

    def run(self, lower: Floats, upper: Floats, most: float, steps: int | None = None) -> float:
        """Return the optimum within bounds, ``inf`` where it is above ``most`` or there is none.

        With ``steps``, the value after so many steps of the simplex method.
        """
        highs = self.highs
        check(
            highs.changeColsBounds(len(self._columns), self._columns, lower.ravel(), upper.ravel()),
            "bounds of patterns",
        )
        limit = 2**31 - 1 if steps is None else steps
        check(highs.setOptionValue("simplex_iteration_limit", limit), "a limit on steps")
        check(highs.setOptionValue("objective_bound", most), "a limit on the objective")
        kind = highspy.HighsModelStatus
        for again in (False, True):
            if again:
                check(highs.clearSolver(), "to begin anew")
            check(highs.run(), "to run")
            status = highs.getModelStatus()
            if status == kind.kOptimal or (steps and status == kind.kIterationLimit):
                return float(highs.getInfo().objective_function_value)
            if status in (kind.kInfeasible, kind.kObjectiveBound, kind.kUnboundedOrInfeasible):
                return INF
            if self.stop():
                raise _Stopped
        raise SolverError(f"the solver ended with {status}")

    def node(self, bound: float, lower: Floats, upper: Floats, paths: Paths) -> _Node:
        """Return the node that was solved last."""
        x, row_dual = self.solution()
        worked = x[self._columns].reshape(self.shape)
        pull = self._value * row_dual[self._row]
        net = self._cost - np.bincount(self._place, pull, minlength=len(self._cost))
        above = paths.through(net.reshape(self.shape), lower, upper)
        return _Node(bound, lower, upper, worked, above, self.highs.getBasis())

    def solution(self) -> tuple[Floats, Floats]:
        """Return the columns and the duals of the rows of what was solved last."""
        found = self.highs.getSolution()
        return np.array(found.col_value), np.array(found.row_dual)

    def back(self, node: _Node) -> None:
        """Go on from a node's basis."""
        check(self.highs.setBasis(node.basis), "a basis")


class _Stopped(Exception):
    """The stop rule came while a linear program was solved."""


@dataclass(frozen=True)
class _Best:
    """The best plan so far: its cost, patterns, columns and the duals of its rows."""

    cost: float
    worked: Floats
    x: Floats
    row_dual: Floats

    def solution(self, bound: float) -> Solution:
        """Return the plan as it stands."""
        return Solution(self.x, self.row_dual, self.cost, bound, (), "stopped", 0.0)


class _Search:
    """The state of a search; ``run`` leaves the best plan and the bound in it."""

    def __init__(
        self,
        data: PlanData,
        program: Program,
        stop: StopRule,
        gap: float,
        seed: int,
        report: Report | None,
    ) -> None:
        self.days, self.gap, self.stop, self.report = data.days, max(gap, EXACT), stop, report
        self.began = time.monotonic()
        self.lp = _Relaxation(data, program, seed, stop, report)
        block = program.columns["pattern"]
        self.lower = program.lower[block.at].reshape(self.lp.shape)
        self.upper = program.upper[block.at].reshape(self.lp.shape)
        change = np.array([p.change_cost for p in data.patterns])
        self.paths = Paths(data, change)
        self.plain = Paths(data, np.full(len(change), LESS_CHANGE))
        hours = np.array([p.shifts * p.hours for p in data.patterns])
        own = [np.flatnonzero(self.paths.group == g) for g in range(len(data.groups))]
        self.ranked = [at[np.argsort(hours[at], kind="stable")] for at in own]
        self.gains = _Gains()
        self.best: _Best | None = None
        self.pruned, self.root = INF, -INF
        self.seen: set[bytes] = set()
        self.open: list[tuple[float, int, _Node]] = []
        self.hot: highspy.HighsBasis | None = None
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
        least = self.open[0][0] if self.open else INF
        return max(self.root, min(least, self.pruned, self.cost))

    def run(self) -> None:
        """Search until the gap or the stop rule is reached."""
        try:
            value = self.lp.run(self.lower, self.upper, INF)
            if value == INF:
                raise NoSolution("the program has no feasible solution")
            self._enter(value, self.lower, self.upper)
            self.root = value
            for count in itertools.count():
                if not self.open or self.open[0][0] >= self.most or self.stop():
                    break
                self._look(self.open[0][2], rounds=count % ROUND_EVERY == 0)
        except _Stopped:
            pass

    def _look(self, node: _Node, *, rounds: bool) -> None:
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
        inner = node.within(self.cost - node.bound)
        branch = self._choose(inner)
        # the side that is likely to be better comes last: the search goes on from its basis
        for down in (branch.share < 0.5, branch.share >= 0.5):
            self._back(inner)
            lower, upper = self._halve(inner, branch, down)
            value = self.lp.run(lower, upper, self.cost)
            self.hot = None
            if value < INF:
                gain = max(value - node.bound, 0.0)
                self.gains.add(branch, down, gain, self.days[branch.group, branch.period])
                self._enter(max(value, node.bound), lower, upper)
        # only now, so that a stop between leaves the bound as it was
        self.open = [entry for entry in self.open if entry[2] is not node]
        heapq.heapify(self.open)

    def _enter(self, value: float, lower: Floats, upper: Floats) -> None:
        """Take what was solved last as a plan where it is whole, else open it as a node."""
        if value >= self.most:
            self.pruned = min(self.pruned, value)
            return
        node = self.lp.node(value, lower, upper, self.paths)
        self.hot = node.basis
        if np.minimum(node.worked, 1 - node.worked).max(initial=0.0) <= WHOLE:
            self._take(value, np.round(node.worked))
        else:
            heapq.heappush(self.open, (value, next(self.order), node))

    def _take(self, value: float, worked: Floats) -> None:
        """Keep the plan that was solved last."""
        if value < self.cost:
            self.best = _Best(value, worked, *self.lp.solution())

    def _back(self, node: _Node) -> None:
        if self.hot is not node.basis:
            self.lp.back(node)
            self.hot = node.basis

    def _round(self, node: _Node) -> None:
        """Try the whole patterns nearest to a node's shares."""
        worked = self.plain.nearest(node.worked, node.lower, node.upper)
        if worked is None or worked.tobytes() in self.seen:
            return
        self.seen.add(worked.tobytes())
        self._back(node)
        value = self.lp.run(worked, worked, self.cost)
        self.hot = None
        self._take(value, worked)

    def _halve(self, node: _Node, branch: _Branch, down: bool) -> tuple[Floats, Floats]:
        upper = node.upper.copy()
        upper[branch.high if down else branch.low, branch.period] = 0.0
        return node.lower, upper

    def _choose(self, node: _Node) -> _Branch:
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

    def _try(self, node: _Node, branch: _Branch) -> float:
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


def search(
    data: PlanData,
    program: Program,
    *,
    stop: StopRule,
    gap: float,
    seed: int = 0,
    report: Report | None = None,
) -> Solution:
    """Minimise a program by a search over its shift patterns.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    program : Program
        Its program. Whole numbers beside the patterns are left to HiGHS, once the patterns are
        chosen without them.
    stop : StopRule
        When to hand back the best plan so far.
    gap : float
        Relative gap at which a plan is good enough.
    seed : int
        Seed of the solver.
    report : callable, optional
        Called with ``Progress`` while the search runs.

    Returns
    -------
    Solution
        The best plan found.

    Raises
    ------
    NoSolution
        When there is none, or the stop rule came before the first.
    SolverError
        When HiGHS fails.
    """
    began = time.monotonic()
    state = _Search(data, program, stop, gap, seed, report)
    state.run()
    block = program.columns["pattern"]
    lower, upper, integer = program.lower.copy(), program.upper.copy(), program.integer.copy()
    integer[block.at] = False
    best, bound = state.best, state.bound
    if best is None:
        raise NoSolution("no plan was found for any of the shift patterns tried")
    lower[block.at] = upper[block.at] = best.worked.ravel()
    chosen = replace(program, lower=lower, upper=upper, integer=integer)
    found = best.solution(bound)
    if integer.any():
        found = _with_the_rest(program, chosen, bound, stop, gap, seed, report)
    elif not stop():
        # as after a search by HiGHS: of plans that are equally good, the one it comes to from here
        with suppress(NoSolution):
            anew = solve(chosen, stop=stop, seed=seed, start=best.x)
            found = found if anew.status == "stopped" else replace(anew, bound=bound)
    bound = min(found.bound, found.objective)
    status = status_of(found.objective, bound, gap)
    return replace(found, bound=bound, status=status, seconds=time.monotonic() - began)


def _with_the_rest(
    program: Program,
    chosen: Program,
    bound: float,
    stop: StopRule,
    gap: float,
    seed: int,
    report: Report | None,
) -> Solution:
    """Plan with whole numbers beside the patterns: with those chosen, then with any."""
    start = None
    with suppress(NoSolution):
        found = solve(chosen, stop=stop, gap=gap / 2, seed=seed, report=report)
        found = replace(found, bound=bound)
        if stop() or found.objective - bound <= gap * abs(found.objective):
            return found
        start = found.x
    found = solve(program, stop=stop, gap=gap, seed=seed, report=report, start=start)
    return replace(found, bound=max(bound, found.bound))
