"""The plan by prices: a decomposition for hubs that are too large for one program.

1. Prices on the shared rows are raised until the bound stands (``ascent``, on ``dual``).
2. Shift patterns are chosen by branch and bound (``patterns``), where there is a choice.
3. Cars whose way is clear take it; the others are planned together with production, parts and
   patterns by HiGHS, which also sharpens the prices (``polish``, on ``restricted``).

The bound is that of the Lagrangian dual, evaluated on the whole program, and the plan keeps every
row of it: what is returned is proven, whatever the way there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sinho.highs import INF
from sinho.parameters import SEED
from sinho.plan.arrays import PlanData
from sinho.plan.minimise import NoSolution, Solution, how_proven, minimise
from sinho.plan.priced.ascent import ascend
from sinho.plan.priced.dual import Dual
from sinho.plan.priced.patterns import choose_patterns
from sinho.plan.priced.polish import Polished, polish
from sinho.plan.priced.restricted import near_best, restrict, solution_of
from sinho.plan.program import Program
from sinho.stop import NoLimit, Progress, Report, StopRule
from sinho.units import Floats

STEPS = 1000
"""Steps of the ascent; each costs about as much as reading the program once."""
TIME_SHARE = 0.4
"""Share of a time limit that the ascent may take."""
TOLERANCE = 1e-6


@dataclass(frozen=True)
class _Teller:
    """Tells how far the work is, at most five times a second."""

    report: Report | None
    began: float

    def __call__(self, stage: str, best: float, bound: float, done: float | None = None) -> None:
        if self.report is not None:
            self.report(
                Progress(
                    stage,
                    time.monotonic() - self.began,
                    best=-best if abs(best) < INF else None,
                    bound=-bound if abs(bound) < INF else None,
                    done=done,
                )
            )


def applies(program: Program) -> bool:
    """Return whether the decomposition can plan a program.

    Not where cars are whole numbers, nor where a line builds a least lot of a model or none.
    """
    cars = [block for name, block in program.columns.items() if name.startswith("ship ")]
    cars += [program.columns["make"], program.columns["open"]]
    return not any(program.integer[block.at].any() for block in cars)


def _steps(dual: Dual, stop: StopRule) -> int:
    """Return the number of steps: always the same, unless a time limit asks for fewer."""
    if stop.seconds_left == INF:
        return STEPS
    began = time.monotonic()
    none = np.zeros(len(dual.low))
    dual.evaluate(none)
    dual.evaluate(none)
    each = (time.monotonic() - began) / 2
    return int(np.clip(TIME_SHARE * stop.seconds_left / max(each, 1e-9), 20, STEPS))


def solve_priced(
    data: PlanData,
    program: Program,
    *,
    stop: StopRule | None = None,
    gap: float = 1e-4,
    seed: int = SEED,
    report: Report | None = None,
) -> Solution:
    """Minimise a plan's program by prices on what its models share.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    program : Program
        Its program, as ``sinho.plan.build.build`` makes it.
    stop : StopRule, optional
        When to hand back the best plan so far. Without it, the same input gives the same plan.
    gap : float
        Relative gap between plan and bound at which the plan is good enough.
    seed : int
        Seed of the solver.
    report : callable, optional
        Called with ``Progress``.

    Returns
    -------
    Solution
        The best plan, its cost, and a lower bound on the cost of any plan. The duals of the rows
        of single cells (demand, late cars) are left at 0.

    Raises
    ------
    NoSolution
        When no plan was found. That proves nothing: ask ``minimise``.
    """
    stop = stop or NoLimit()
    began = time.monotonic()
    tell = _Teller(report, began)
    if not any(name.startswith("ship ") for name in program.columns):
        raise NoSolution("there is nothing to ship")
    dual = Dual(data, program)
    steps = _steps(dual, stop)
    ended = ascend(
        dual,
        np.zeros(len(dual.low)),
        steps=steps,
        stop=stop,
        watch=_paced(lambda step, bound: tell("pricing", INF, bound, step / steps)),
    )
    bound = ended.bound
    if dual.program.integer[dual.rest.columns].any():
        choice = choose_patterns(dual, ended.prices, gap=gap, stop=stop, seed=seed, report=report)
        dual, plan, bound = choice.dual, choice.plan, max(bound, choice.bound)
    else:
        plan = polish(
            dual,
            ended.prices,
            gap=gap / 2,
            stop=stop,
            seed=seed,
            watch=lambda best, low: tell("planning", best, low),
        )
        bound = max(bound, plan.bound)
    x, objective, row_dual = plan.x, plan.objective, plan.row_dual
    if x is None:
        raise NoSolution("no plan was found")
    if dual.program.integer.any():
        x, objective = _whole(dual, plan, stop, gap, seed)
    _require_feasible(program, x)
    bound = min(bound, objective)
    return Solution(
        x=x,
        row_dual=row_dual,
        objective=objective,
        bound=bound,
        levels=(),
        status=how_proven(objective, bound, gap),
        seconds=time.monotonic() - began,
    )


def _paced(call: Callable[[int, float], None]) -> Callable[[int, float], None]:
    """Let a call through at most five times a second."""
    last = [0.0]

    def paced(step: int, bound: float) -> None:
        now = time.monotonic()
        if now - last[0] >= 0.2:
            last[0] = now
            call(step, bound)

    return paced


def _whole(
    dual: Dual, plan: Polished, stop: StopRule, gap: float, seed: int
) -> tuple[Floats, float]:
    """Plan again with whole lots and cars, on the ways that are known to matter."""
    ways = dual.ways(plan.prices)
    keys = np.union1d(plan.ways, near_best(dual, ways, 0.0))
    small = restrict(dual, keys, plan.prices, ways.car, 0.0)
    strict = replace(small.program, upper=small.program.upper.copy())
    strict.upper[small.first_excess :] = 0.0
    found = minimise(strict, stop=stop, gap=gap / 2, seed=seed, duals=False)
    return solution_of(dual, small, found.x), found.objective + small.constant


def _require_feasible(program: Program, x: Floats) -> None:
    """Check the plan against every row and bound of the whole program."""
    activity = program.activity(x)
    size = np.maximum(1.0, np.abs(activity))
    off = np.maximum(program.row_lower - activity, activity - program.row_upper) / size
    out = np.maximum(program.lower - x, x - program.upper) / np.maximum(1.0, np.abs(x))
    if max(float(off.max()), float(out.max())) > TOLERANCE:
        raise NoSolution("the plan found breaks a rule by more than rounding")
