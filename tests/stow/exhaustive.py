"""Loading by exhaustive search: all that can be done at all, from the rules alone."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from sinho.graphs import DeckGraph

State = tuple[int, tuple[int, ...], tuple[int, ...]]
"""Port; demand of the car on each node, -1 where there is none; cars on the quay, by demand."""


def least_cost(graph: DeckGraph) -> int:
    """Return the cost of the cheapest plan of all (Dijkstra 1959, over all states of the ship)."""
    begin = (0, (-1,) * graph.nodes, waiting(graph, 0))
    best: dict[State, int] = {begin: 0}
    queue: list[tuple[int, State]] = [(0, begin)]
    while queue:
        cost, state = heapq.heappop(queue)
        if cost > best[state]:
            continue
        port, deck, _ = state
        if port == graph.ports:
            return cost
        steps = [(more, after) for more, after in moved(graph, state)]
        if all(
            deck.count(k) == (one.cars if one.aboard(port) else 0)
            for k, one in enumerate(graph.demands)
        ):
            steps.append((0, (port + 1, deck, waiting(graph, port + 1))))
        for more, after in steps:
            if cost + more < best.get(after, 1 << 60):
                best[after] = cost + more
                heapq.heappush(queue, (cost + more, after))
    raise AssertionError("no plan at all")


def waiting(graph: DeckGraph, port: int) -> tuple[int, ...]:
    """Return the cars that wait on the quay when the ship comes in."""
    return tuple(one.cars if one.origin == port else 0 for one in graph.demands)


def moved(graph: DeckGraph, state: State) -> Iterator[tuple[int, State]]:
    """Yield cost and state of every move that can be made."""
    port, deck, quay = state
    for begin in range(graph.nodes):
        if begin and deck[begin] < 0:
            continue
        for end, edges in reached(graph, deck, begin):
            if begin == end:
                continue
            for k in [deck[begin]] if begin else [k for k, cars in enumerate(quay) if cars]:
                after, left = list(deck), list(quay)
                if begin:
                    after[begin] = -1
                else:
                    left[k] -= 1
                if end:
                    after[end] = k
                else:
                    left[k] += 1
                if max(left) >= 0:
                    yield graph.fee + edges, (port, tuple(after), tuple(left))


def reached(graph: DeckGraph, deck: tuple[int, ...], begin: int) -> Iterator[tuple[int, int]]:
    """Yield the nodes that a car gets to through empty ones, and the edges to them."""
    edges, queue = {begin: 0}, [begin]
    for node in queue:
        if node == 0 and begin != 0:
            continue  # a route ends at the gate
        for other in graph.neighbours[node]:
            if other not in edges and deck[other] < 0:
                edges[other] = edges[node] + 1
                queue.append(other)
    yield from edges.items()
