"""What no plan is below: a program over how many cars of a demand stand how far from the gate.

It knows of each place its distance alone. Let ``y`` be the cars of a demand at a distance on a leg:

- they are the demand's cars, and no more at a distance than there are places;
- a car is loaded and unloaded over as many edges as it stands away, or more;
- what leaves a distance at a port and is of that demand still moves on board or is put off, which
  costs a move more at least (``out``);
- where a car comes or goes at a distance (``open``), its route goes over a place at each smaller
  one: not all of these have cars that stay there all the time. A distance is open at a port where
  the nearer places are fewer than the cars that come, or go.

With parts of cars it is a linear program; with whole ones, the bound is that of branch and cut.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from sinho.graphs.data import DeckGraph
from sinho.highs import Model, by_column
from sinho.stop import StopRule
from sinho.units import Floats

LARGEST = 60_000
"""Columns above which the program takes too long."""

LARGEST_WHOLE = 8_000
"""Columns above which only parts of cars are looked at."""

NODES = 100
"""Branches that are looked at for whole cars: mostly none is needed."""

SLACK, LOOSE = 1e-6, 1e-3
"""What the sums that make up the bound may be off by; what the solver may be for whole cars."""


Proof = Literal["each car alone", "parts of cars", "whole cars"]
"""What a bound rests on: ``LB``, the linear program, or branch and cut."""


@dataclass(frozen=True)
class Bound:
    """A cost that no plan is below.

    Parameters
    ----------
    cost : int
        The cost; at least `DeckGraph.least_cost`.
    proof : {"each car alone", "parts of cars", "whole cars"}
        What it rests on.
    """

    cost: int
    proof: Proof


@dataclass
class _Program:
    """Columns and rows as they are gathered: least cost, columns from 0 to their upper bounds."""

    costs: list[float] = field(default_factory=list)
    uppers: list[float] = field(default_factory=list)
    entries: list[tuple[int, int, float]] = field(default_factory=list)
    lower: list[float] = field(default_factory=list)
    upper: list[float] = field(default_factory=list)

    def column(self, cost: float, upper: float) -> int:
        """Add a column; return its place."""
        self.costs.append(cost)
        self.uppers.append(upper)
        return len(self.costs) - 1

    def row(self, lower: float, upper: float, values: Iterable[tuple[int, float]]) -> None:
        """Add a row: its bounds, and columns with their coefficients."""
        self.entries += [(column, len(self.lower), value) for column, value in values]
        self.lower.append(lower)
        self.upper.append(upper)

    def model(self, stop: StopRule, *, whole: bool) -> Model:
        """Solve it, or begin to, with parts of cars or with whole ones alone."""
        start, index, value = self.matrix()
        model = Model(
            cost=np.array(self.costs),
            lower=np.zeros(len(self.costs)),
            upper=np.array(self.uppers),
            row_lower=np.array(self.lower),
            row_upper=np.array(self.upper),
            start=start,
            index=index,
            value=value,
            integer=np.full(len(self.costs), whole),
            threads=1,
            mip_max_nodes=NODES,
            mip_rel_gap=0.0,
            mip_abs_gap=0.99,
        )
        model.watch("bound", time.monotonic(), stop, None)
        model.run()
        return model

    def matrix(self) -> tuple[NDArray[np.int32], NDArray[np.int32], Floats]:
        """Return where the entries of each column begin, their rows and coefficients."""
        columns, rows, values = (np.array(part) for part in zip(*self.entries, strict=True))
        return by_column(len(self.costs), columns, rows, values)

    def relaxed(self, stop: StopRule) -> float:
        """Return what the optimum is not below, with parts of cars.

        The bound is summed up from the prices of the rows, and holds for any prices (Neumaier and
        Shcherbina 2004, Mathematical Programming 99): it does not rest on the solver's tolerances.
        """
        start, rows, values = self.matrix()
        columns = np.repeat(np.arange(len(self.costs)), np.diff(start))
        row_lower, row_upper = np.array(self.lower), np.array(self.upper)
        prices = self.model(stop, whole=False).row_dual
        if len(prices) != len(row_lower):  # stopped before there were any
            return 0.0
        prices[(prices > 0) & np.isinf(row_lower)] = 0.0
        prices[(prices < 0) & np.isinf(row_upper)] = 0.0
        side = np.where(prices > 0, row_lower, row_upper)
        side[prices == 0] = 0.0
        spent = np.bincount(columns, values * prices[rows], minlength=len(self.costs))
        reduced = np.minimum(np.array(self.costs) - spent, 0.0)
        return float((prices * side).sum() + (reduced * np.array(self.uppers)).sum())

    def whole(self, stop: StopRule) -> float:
        """Return what the optimum is not below, with whole cars, as the solver tells."""
        bound = self.model(stop, whole=True).bound
        return bound if math.isfinite(bound) else 0.0


def lower_bound(graph: DeckGraph, stop: StopRule) -> Bound:
    """Return a cost that no plan is below.

    Parameters
    ----------
    graph : DeckGraph
        The ship and its cars.
    stop : StopRule
        When to be content with less.
    """
    found = graph.least_cost
    proof: Proof = "each car alone"
    legs = [one.destination - one.origin for one in graph.demands if one.cars]
    columns = max(graph.distances) * sum(2 * number - 1 for number in legs)
    if legs and columns <= LARGEST and not stop():
        moves = sum(count for count, _ in graph.least) * graph.fee
        program = _program(graph)
        proven: list[tuple[int, Proof]] = [(found, proof)]
        proven.append((moves + math.ceil(program.relaxed(stop) - SLACK), "parts of cars"))
        if len(program.costs) <= LARGEST_WHOLE and not stop():
            proven.append((moves + math.ceil(program.whole(stop) - LOOSE), "whole cars"))
        found, proof = max(proven, key=lambda one: one[0])  # of equal ones the simplest
    if graph.fee % 2 == 0 and _two_coloured(graph):  # each car's edges lead from the gate and back
        found += found % 2
    return Bound(found, proof)


def _program(graph: DeckGraph) -> _Program:
    """Return the program."""
    program = _Program()
    places = Counter(graph.distances[1:])
    far = range(1, max(places) + 1)
    full: dict[tuple[int, int], list[tuple[int, float]]] = {}
    stay: dict[tuple[int, int], list[tuple[int, float]]] = {}
    come: dict[tuple[int, int, str], list[tuple[int, float]]] = {}
    for one in graph.demands:
        if not one.cars:
            continue
        y: dict[tuple[int, int], int] = {}  # by distance and leg
        last = one.destination - 1
        for leg in range(one.origin, one.destination):
            for at in far:
                cost = at * ((leg == one.origin) + (leg == last))
                y[at, leg] = program.column(cost, min(one.cars, places[at]))
                full.setdefault((at, leg), []).append((y[at, leg], 1.0))
            program.row(one.cars, one.cars, [(y[at, leg], 1.0) for at in far])
        for at in far:
            for port in range(one.origin + 1, one.destination):
                before, after = y[at, port - 1], y[at, port]
                out = program.column(graph.fee, min(one.cars, places[at]))
                program.row(0.0, np.inf, [(out, 1.0), (before, -1.0), (after, 1.0)])
                stay.setdefault((at, port), []).extend([(before, 1.0), (out, -1.0)])
            come.setdefault((at, one.origin, "load"), []).append((y[at, one.origin], 1.0))
            come.setdefault((at, one.destination, "unload"), []).append((y[at, last], 1.0))
    for (at, _leg), standing in full.items():
        program.row(-np.inf, places[at], standing)
    opened = {place: program.column(0.0, 1.0) for place in sorted({key[:2] for key in come})}
    for (at, port), column in opened.items():  # the nearest places do not suffice
        most = max(
            sum(one.cars for one in graph.demands if getattr(one, end) == port)
            for end in ("origin", "destination")
        )
        if sum(places[near] for near in range(1, at)) < most:
            program.row(1.0, 1.0, [(column, 1.0)])
    for (at, port, _way), moving in come.items():
        column = opened[at, port]
        program.row(-np.inf, 0.0, [*moving, (column, -places[at])])
        for car, _ in moving:
            program.row(-np.inf, 0.0, [(car, 1.0), (column, -program.uppers[car])])
        if at > 1:
            program.row(-np.inf, 0.0, [(column, 1.0), (opened[at - 1, port], -1.0)])
            staying = stay.get((at - 1, port), [])
            program.row(-np.inf, places[at - 1], [*staying, (column, 1.0)])
    return program


def _two_coloured(graph: DeckGraph) -> bool:
    """Return whether each edge joins nodes at an odd and at an even distance."""
    return all((graph.distances[one] + graph.distances[other]) % 2 for one, other in graph.edges)
