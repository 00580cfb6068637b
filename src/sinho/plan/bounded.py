"""The linear program of a plan, solved again and again within bounds on its shift patterns."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np

from sinho.errors import Stopped
from sinho.highs import INF, NONE, Basis, Ended, Model, SolverError
from sinho.plan.arrays import PlanData
from sinho.plan.minimise import model_of
from sinho.plan.paths import Paths
from sinho.plan.program import Program, relaxed
from sinho.stop import Report, StopRule
from sinho.units import Floats

_OWN = ("pattern", "change", "stay")


@dataclass(frozen=True)
class Node:
    """Bounds of the choice with what is known of the linear program within them.

    ``bound`` holds for every plan within; ``value`` is what the prices of its own linear program
    prove, and ``net`` what each pattern costs in each period less its hours at these prices.
    """

    bound: float
    value: float
    lower: Floats
    upper: Floats
    worked: Floats
    net: Floats
    basis: Basis

    def within(self, room: float, paths: Paths) -> Node:
        """Return the node without what is too dear for the room left along the whole horizon."""
        if room == INF:
            return self
        dear = (paths.through(self.net, self.lower, self.upper) > room) & (self.lower < 0.5)
        return replace(self, upper=np.where(dear, 0.0, self.upper))


class Bounded:
    """The program without whole numbers, solved again from a basis at hand for each node."""

    def __init__(
        self, data: PlanData, program: Program, seed: int, stop: StopRule, report: Report | None
    ) -> None:
        block = program.columns["pattern"]
        self.shape = len(data.patterns), len(data.spans)
        self.stop = stop
        self._columns = np.arange(block.start, block.stop, dtype=np.int32)
        self._cost = program.cost[block.at]
        own = [program.rows[name] for name in _OWN]
        at = np.arange(program.start[block.start], program.start[block.stop])
        row = program.index[at]
        place = np.repeat(np.arange(len(block)), np.diff(program.start)[block.at])
        shared = ~np.any([(row >= r.start) & (row < r.stop) for r in own], axis=0)
        self._place, self._row = place[shared], row[shared]
        self._value = program.value[at][shared]
        self.model: Model = model_of(
            relaxed(program),
            threads=1,
            parallel="off",
            random_seed=seed,
            # weights of steepest edges would be computed anew from every basis
            simplex_dual_edge_weight_strategy=1,
            dual_simplex_cost_perturbation_multiplier=0.0,
        )
        self.model.watch("solving", time.monotonic(), stop, report)

    def run(self, lower: Floats, upper: Floats, most: float, steps: int | None = None) -> float:
        """Return the optimum within bounds, ``inf`` where it is above ``most`` or there is none.

        With ``steps``, the value after so many steps of the simplex method.
        """
        model = self.model
        model.set_bounds(lower.ravel(), upper.ravel(), self._columns)
        limit = 2**31 - 1 if steps is None else steps
        model.set(simplex_iteration_limit=limit, objective_bound=most)
        for again in (False, True):
            if again:
                model.forget()
            status = model.run()
            if status == Ended.kOptimal or (steps and status == Ended.kIterationLimit):
                return model.objective
            if status == Ended.kObjectiveBound or status in NONE:
                return INF
            if self.stop():
                raise Stopped("stopped before the linear program was solved")
        raise SolverError(f"the solver ended with {status}")

    def node(self, bound: float, value: float, lower: Floats, upper: Floats) -> Node:
        """Return the node that was solved last."""
        x, row_dual = self.solution()
        worked = x[self._columns].reshape(self.shape)
        pull = self._value * row_dual[self._row]
        net = self._cost - np.bincount(self._place, pull, minlength=len(self._cost))
        net = net.reshape(self.shape)
        return Node(bound, value, lower, upper, worked, net, self.model.basis)

    def solution(self) -> tuple[Floats, Floats]:
        """Return the columns and the duals of the rows of what was solved last."""
        return self.model.x, self.model.row_dual

    def back(self, node: Node) -> None:
        """Go on from a node's basis."""
        self.model.basis = node.basis
