"""The decomposition with prices: ascent, restricted program, repair.

1. Prices of the shared rows are raised by ascent on the dual function (``ascent``).
2. The plan restricted to ways that are nearly cheapest at these prices is solved as a small linear
   program; its duals are better prices, and prove a better bound (``restricted``).
3. Where fixed cars overfill a row, the cars on that row may also be lost or take any near way,
   while all other cars keep theirs: the repaired plan is feasible for the whole program.

The last two steps are repeated with more ways and a wider box until the gap is small enough.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from sinho.plan.arrays import Ints, PlanData
from sinho.plan.priced.arcs import NEVER
from sinho.plan.priced.ascent import ascend
from sinho.plan.priced.dual import Dual
from sinho.plan.priced.patterns import choose_patterns
from sinho.plan.priced.restricted import (
    LOST,
    SHIP,
    Restricted,
    expand,
    near_best,
    prices_of,
    restrict,
)
from sinho.plan.program import Program, relaxed
from sinho.plan.solve import NoSolution, Solution, solve
from sinho.results import Status
from sinho.stop import NoLimit, Progress, Report, StopRule
from sinho.units import Floats

STEPS = 500
"""Steps of the first ascent."""
SLACK = 0.002
"""Ways that are kept cost at most this share of a served car's worth more than the cheapest."""
REACH = 0.05
"""First half width of the box of prices, as a share of ``Dual.scale``."""
FAR = 60.0
"""Half width of the box in a repair: exceeding a row costs more than losing any car."""
WIDER = 3.0
ROUNDS = 8
TOLERANCE = 1e-6


@dataclass(frozen=True)
class _Found:
    """A feasible plan, its cost, and the restricted program's duals."""

    x: Floats
    cost: float


class _Watch:
    """Tells how far the method is, at most five times a second."""

    def __init__(self, report: Report | None) -> None:
        self._report, self.began, self._last = report, time.monotonic(), 0.0
        self.best: float | None = None
        self.bound = -np.inf

    @property
    def seconds(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self.began

    def __call__(self, stage: str, done: float | None = None) -> None:
        now = time.monotonic()
        if self._report is None or now - self._last < 0.2:
            return
        self._last = now
        bound = -self.bound if np.isfinite(self.bound) else None
        best = -self.best if self.best is not None else None
        self._report(Progress(stage, self.seconds, best=best, bound=bound, done=done))


def applies(program: Program) -> bool:
    """Return whether the decomposition can plan a program: not where cars are whole numbers."""
    cars = [block for name, block in program.columns.items() if name.startswith("ship ")]
    cars.append(program.columns["make"])
    return not any(program.integer[block.at].any() for block in cars)


def solve_priced(
    data: PlanData,
    program: Program,
    *,
    stop: StopRule | None = None,
    gap: float = 1e-4,
    seed: int = 0,
    report: Report | None = None,
) -> Solution:
    """Minimise a plan's program by decomposition with prices.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    program : Program
        Its program, to which ``applies`` says yes.
    stop : StopRule, optional
        When to hand back the best plan so far. Whenever it says so, one feasible plan is made.
    gap : float
        Relative gap to the bound at which a plan is good enough.
    seed : int
        Seed of the solver of the restricted programs.
    report : callable, optional
        Called with ``Progress``.

    Returns
    -------
    Solution
        The best plan, with the proven bound on its cost. ``row_dual`` holds the prices of the
        shared rows; those of demand rows are left at 0.

    Raises
    ------
    NoSolution
        When no plan keeps all hard rules.

    Notes
    -----
    The bound is the Lagrangian one at the best prices seen, and holds for the whole program. Shift
    patterns are chosen first, by cuts from the priced plan (``choose_patterns``), then kept; lots
    are whole numbers in the repaired plan only.
    """
    stop = stop or NoLimit()
    watch = _Watch(report)
    dual = Dual(data, program)
    first = ascend(
        dual,
        np.clip(np.zeros(len(dual.low)), dual.low, dual.high),
        steps=STEPS,
        stop=stop,
        watch=lambda step, bound: _tell(watch, step, bound),
    )
    center, watch.bound = first.prices, first.bound
    if program.integer[dual.rest.columns].any():
        choice = choose_patterns(
            dual, first, gap=gap, stop=stop, seed=seed, watch=lambda *_: watch("choosing patterns")
        )
        dual, center, watch.bound = choice.dual, choice.prices, choice.bound
    # with the patterns chosen, the box steps have a bound of their own
    inner, _ = dual.evaluate(center)
    proven = not program.integer[dual.rest.columns].any()
    ways = dual.ways(center)
    slack, reach = SLACK, REACH
    keys = near_best(dual, ways, slack * dual.value)
    best: _Found | None = None
    row_dual = np.zeros(len(program.row_lower))
    for _ in range(ROUNDS):
        watch("solving the restricted plan")
        small = restrict(dual, keys, center, ways.car, reach)
        found = solve(relaxed(small.program), seed=seed)
        prices = prices_of(dual, small, found.row_dual)
        bound, _ = dual.evaluate(prices)
        if bound > inner:
            inner, center = bound, prices
            row_dual = _row_duals(program, small, found.row_dual)
        if proven:
            watch.bound = inner
        watch("repairing the plan")
        repaired = _repair(dual, small, keys, center, found.x, gap, seed)
        if repaired is not None and (best is None or repaired.cost < best.cost):
            best = repaired
            watch.best = best.cost
        if best is not None and (stop() or best.cost - inner <= gap / 2 * max(1.0, abs(best.cost))):
            break
        own = near_best(dual, dual.ways(prices), TOLERANCE * dual.value)
        ways = dual.ways(center)
        slack, reach = 2 * slack, WIDER * reach
        keys = np.union1d(np.union1d(keys, own), near_best(dual, ways, slack * dual.value))
    if best is None:
        raise NoSolution("the decomposition found no plan that keeps all hard rules")
    bound = min(watch.bound, best.cost)
    left = (best.cost - bound) / max(1.0, abs(best.cost))
    status: Status = "optimal" if left <= 1e-9 else "within gap" if left <= gap else "stopped"
    return Solution(best.x, row_dual, best.cost, bound, (), status, watch.seconds)


def _tell(watch: _Watch, step: int, bound: float) -> None:
    watch.bound = bound
    watch("pricing shops and ships", step / STEPS)


def _row_duals(program: Program, small: Restricted, own: Floats) -> Floats:
    """Return the duals of the program's rows from those of the restricted program."""
    duals = np.zeros(len(program.row_lower))
    n = len(duals) - small.first_row
    duals[small.first_row :] = own[:n]
    return duals


def _repair(
    dual: Dual, small: Restricted, keys: Ints, center: Floats, x: Floats, gap: float, seed: int
) -> _Found | None:
    """Return a plan that keeps all rows, near a solution of the restricted program.

    Cars on rows that are exceeded may take any way allowed or be lost; all other cars keep the way
    that they have.
    """
    over = np.flatnonzero(x[small.first_excess :] > TOLERANCE)
    if not len(over) and not small.program.integer.any():
        return _checked(dual, expand(dual, small, x))
    cells = _cells_on(dual, small, keys, over)
    n_codes = dual.arcs.n_codes
    losable = cells[dual.arcs.lost.ravel()[cells] < NEVER]
    more = np.union1d(keys, losable * n_codes + LOST)
    wide = restrict(dual, more, center, dual.ways(center).car, FAR)
    place = np.searchsorted(small.ways, wide.ways)
    place[place == len(small.ways)] = 0
    known = small.ways[place] == wide.ways if len(small.ways) else np.zeros(len(place), dtype=bool)
    hold = known & ~np.isin(wide.ways // n_codes, cells)
    at = np.maximum(x[len(small.own) + place[hold]], 0.0)
    column = len(wide.own) + np.flatnonzero(hold)
    lower, upper = wide.program.lower.copy(), wide.program.upper.copy()
    # a little room, so that rounding does not set the ways kept against their cells
    lower[column], upper[column] = np.maximum(at - TOLERANCE, 0.0), at + TOLERANCE
    try:
        found = solve(
            replace(wide.program, lower=lower, upper=upper), gap=gap / 4, seed=seed, duals=False
        )
    except NoSolution:
        return None
    return _checked(dual, expand(dual, wide, found.x))


def _cells_on(dual: Dual, small: Restricted, keys: Ints, over: Ints) -> Ints:
    """Return the cells with a way on a row that is exceeded."""
    arcs = dual.arcs
    start = small.program.start
    rows = small.program.index[start[small.first_excess + over]] + small.first_row
    n_p = arcs.shape[1]
    stock = dual.program.rows["stock"]
    marked = np.zeros(arcs.n_rows + 1, dtype=bool)
    shared = rows[(rows >= arcs.first) & (rows < arcs.first + arcs.n_rows)] - arcs.first
    marked[shared] = True
    # rows that no way touches itself (shops, yard, stock): every car of the models that do
    models = np.zeros(len(dual.data.models), dtype=bool)
    own = rows[(rows >= stock.start) & (rows < stock.stop)] - stock.start
    models[dual.program.rows["stock"].index[own, 0]] = True
    shops = dual.program.rows["shop"]
    for row in shared + arcs.first:
        if shops.start <= row < shops.stop:
            shop = shops.index[row - shops.start, 0]
            models |= dual.data.load_model[shop] > 0
            models |= (dual.data.load_part[shop] @ dual.data.bom_model) > 0
    yard = dual.program.rows["yard"]
    if np.any((shared + arcs.first >= yard.start) & (shared + arcs.first < yard.stop)):
        models[:] = True
    cell, code = np.divmod(keys, arcs.n_codes)
    ship = code >= SHIP
    period, mode = np.divmod(code[ship] - SHIP, len(arcs.modes))
    place = period * n_p + cell[ship] % n_p
    hit = models[arcs.model[cell[ship] % n_p]]
    for m, one in enumerate(arcs.modes):
        here = mode == m
        for at in one.rows:
            hit[here] |= marked[at.ravel()[place[here]]]
    return np.unique(cell[ship][hit])


def _checked(dual: Dual, x: Floats) -> _Found | None:
    """Return the plan when it keeps every row and bound to a small tolerance."""
    program = dual.program
    x = np.clip(x, program.lower, program.upper)
    activity = program.activity(x)
    allowed = 1e-6 * np.maximum(1.0, np.abs(activity)) + 1e-4
    if np.any(activity > program.row_upper + allowed) or np.any(
        activity < program.row_lower - allowed
    ):
        return None
    return _Found(x, float(dual.cost @ x))
