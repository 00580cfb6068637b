"""A first plan: who stays longest stands deepest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sinho.graphs.data import DeckGraph
from sinho.graphs.moves import EMPTY


def first_plan(graph: DeckGraph) -> NDArray[np.int64]:
    """Return the arrangements before and after each port, shape (ports + 1, nodes).

    The cars that stay longest choose first, and take the farthest place that is free all the time;
    where there is none they change places from leg to leg.
    """
    plan = np.full((graph.ports + 1, graph.nodes), EMPTY, np.int64)
    places = range(1, graph.nodes)
    deep = np.array(sorted(places, key=lambda node: (-graph.distances[node], node)), np.int64)
    demands = sorted(
        enumerate(graph.demands), key=lambda each: each[1].origin - each[1].destination
    )
    for k, one in demands:
        legs = range(one.origin + 1, one.destination + 1)
        for _ in range(one.cars):
            free = deep[(plan[legs.start : legs.stop, deep] == EMPTY).all(axis=0)]
            for leg in legs:
                plan[leg, free[0] if len(free) else deep[plan[leg, deep] == EMPTY][0]] = k
    return plan
