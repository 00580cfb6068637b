"""Among plans of equal contribution, the one that builds models on the lines they prefer."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from sinho.highs import INF
from sinho.parameters import SEED
from sinho.plan.arrays import PlanData
from sinho.plan.minimise import LEAST, Solution, model_of
from sinho.plan.program import Program
from sinho.stop import StopRule

MOVES = ("make", "open", "overtime", "stock", "made", "bought", "part stock")
"""Columns that may change; the others, such as what is shipped, late and lost, stay."""
GAIN = 1e-3
"""Cars below which none is moved."""


def on_preferred_lines(
    data: PlanData, program: Program, found: Solution, *, stop: StopRule, seed: int = SEED
) -> Solution:
    """Move cars to lines that their models prefer, where that costs nothing.

    What is shipped, late and lost stays as it is. Cars move between lines, with the overtime, lots
    and parts that go with them, and between periods where keeping them costs nothing. It is
    minimised how many are built on other lines, while all this costs no more than before.

    Parameters
    ----------
    data : PlanData
        Arrays of the plan.
    program : Program
        Its program.
    found : Solution
        The plan.
    stop : StopRule
        When to leave the plan as it is.
    seed : int
        Seed of the solver.

    Returns
    -------
    Solution
        The plan with the fewest cars on lines that are not preferred; ``found`` itself where no
        line is preferred to another or nothing can be moved.
    """
    make, x = program.columns["make"], found.x
    elsewhere = np.zeros(len(x))
    elsewhere[make.at] = ~data.route_preferred[make.index[:, 0]]
    if elsewhere @ x < GAIN or stop():
        return found
    began = time.monotonic()
    lower, upper, cost = x.copy(), x.copy(), program.cost.copy()
    # the cars of each model stay as many, and so their material, without which the sum is small
    cost[make.at] -= data.material[data.route_model][make.index[:, 0]]
    moves = np.zeros(len(x), dtype=bool)
    for name in MOVES:
        moves[program.columns[name].at] = True
    stock = program.columns["stock"]
    moves[stock.at] = stock.index[:, 1] < len(data.spans) - 1
    moving = np.flatnonzero(moves)
    lower[moving] = np.minimum(program.lower[moving], x[moving])
    upper[moving] = np.maximum(program.upper[moving], x[moving])
    activity = program.activity(x)
    restricted = replace(
        program,
        cost=elsewhere,
        lower=lower,
        upper=upper,
        integer=program.integer & (lower < upper),
        # so that the plan keeps all rows to the last digit
        row_lower=np.minimum(program.row_lower, activity),
        row_upper=np.maximum(program.row_upper, activity),
    )
    model = model_of(restricted, random_seed=seed, threads=1, parallel="off", mip_rel_gap=0.0)
    dear = moving[cost[moving] != 0]
    model.add_row(-INF, float(cost[dear] @ x[dear]), dear, cost[dear])
    model.begin_at(x)
    model.watch("moving cars to preferred lines", began, stop, None)
    model.limit(max(stop.seconds_left, LEAST))
    model.settle()
    if not model.feasible or elsewhere @ model.x > elsewhere @ x - GAIN:
        return found
    objective = float(program.cost @ model.x)
    return replace(
        found,
        x=model.x,
        objective=objective,
        bound=min(found.bound, objective),
        seconds=found.seconds + time.monotonic() - began,
    )
