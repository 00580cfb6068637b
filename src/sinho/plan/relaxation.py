"""The linear program of a plan, solved again and again within bounds on its shift patterns."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import highspy
import numpy as np

from sinho.errors import Stopped
from sinho.plan.arrays import PlanData
from sinho.plan.paths import Paths
from sinho.plan.program import INF, Program, relaxed
from sinho.plan.solve import SolverError, check, pass_program, watch
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
    basis: highspy.HighsBasis

    def within(self, room: float, paths: Paths) -> Node:
        """Return the node without what is too dear for the room left along the whole horizon."""
        if room == INF:
            return self
        dear = (paths.through(self.net, self.lower, self.upper) > room) & (self.lower < 0.5)
        return replace(self, upper=np.where(dear, 0.0, self.upper))


class Relaxation:
    """The linear program with bounds on the patterns, solved again from a basis at hand."""

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
                raise Stopped("stopped before the linear program was solved")
        raise SolverError(f"the solver ended with {status}")

    def node(self, bound: float, value: float, lower: Floats, upper: Floats) -> Node:
        """Return the node that was solved last."""
        x, row_dual = self.solution()
        worked = x[self._columns].reshape(self.shape)
        pull = self._value * row_dual[self._row]
        net = self._cost - np.bincount(self._place, pull, minlength=len(self._cost))
        net = net.reshape(self.shape)
        return Node(bound, value, lower, upper, worked, net, self.highs.getBasis())

    def solution(self) -> tuple[Floats, Floats]:
        """Return the columns and the duals of the rows of what was solved last."""
        found = self.highs.getSolution()
        return np.array(found.col_value), np.array(found.row_dual)

    def back(self, node: Node) -> None:
        """Go on from a node's basis."""
        check(self.highs.setBasis(node.basis), "a basis")
