"""A first plan, car by car."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from sinho.graphs.data import DeckGraph
from sinho.graphs.moves import EMPTY
from sinho.stow.kernel import Ship, build, trees_of, work_of
from sinho.units import starts_of


def first_plan(graph: DeckGraph) -> NDArray[np.int64]:
    """Return the arrangements before and after each port, shape (ports + 1, nodes).

    Cars choose one after the other, and take the place that costs them and those before them the
    least. Where those that stay shortest choose first, they stand next to the gate, in the way of
    few; where the order is that of coming on board, each finds a place for all its stay. Of these
    plans the cheapest is taken.
    """
    stays = np.array([(one.origin + 1, one.destination + 1) for one in graph.demands], np.int64)
    cars = np.repeat(np.arange(len(stays)), [one.cars for one in graph.demands]).astype(np.int64)
    least, best = math.inf, np.full((graph.ports + 1, graph.nodes), EMPTY, np.int64)
    if len(cars) == 0:
        return best
    origin, length = stays[cars, 0], stays[cars, 1] - stays[cars, 0]
    for keys in ((length,), (-length, origin), (length, origin), (-length,)):
        plan = np.full_like(best, EMPTY)
        work, trees = work_of(graph.nodes), trees_of(graph.ports, graph.nodes)
        cost = build(cars[np.lexsort(keys)], stays, plan, ship_of(graph), work, trees)
        if cost < least:
            least, best = cost, plan
    return best


def ship_of(graph: DeckGraph) -> Ship:
    """Return a graph as the kernel takes it."""
    start = starts_of(np.array([len(beside) for beside in graph.neighbours]))
    ends = np.array([node for beside in graph.neighbours for node in beside], np.int64)
    return Ship(start, ends, graph.fee)
