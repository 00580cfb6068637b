"""A first plan: who stays longest stands deepest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sinho.stow.data import DeckGraph
from sinho.stow.moves import EMPTY


def first_plan(graph: DeckGraph) -> NDArray[np.int64]:
    """Return the arrangements before and after each port, shape (ports + 1, nodes).

    The cars that stay longest choose first, and take the farthest place that is free all the time;
    where there is none they change places from leg to leg.
    """
    plan = np.full((graph.ports + 1, graph.nodes), EMPTY, np.int64)
    deep = sorted(range(1, graph.nodes), key=lambda node: (-graph.distances[node], node))
    demands = sorted(
        enumerate(graph.demands), key=lambda each: each[1].origin - each[1].destination
    )
    for k, one in demands:
        stay = slice(one.origin + 1, one.destination + 1)
        for _ in range(one.cars):
            free = [node for node in deep if (plan[stay, node] == EMPTY).all()]
            if free:
                plan[stay, free[0]] = k
                continue
            for leg in range(one.origin + 1, one.destination + 1):
                plan[leg, next(node for node in deep if plan[leg, node] == EMPTY)] = k
    return plan
