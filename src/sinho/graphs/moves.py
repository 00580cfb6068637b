"""Turns arrangements of cars into moves: slow and obvious beside `sinho.stow.kernel.price`.

An arrangement says of each node the demand of the car there, -1 where there is none.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sinho.graphs.data import GATE, DeckGraph, Move, Moves

EMPTY = -1
Arrangement = Sequence[int]


@dataclass(frozen=True)
class _Reach:
    """Where cars get to from the gate round those that stay: distances, and the node before."""

    distance: dict[int, int]
    above: dict[int, int]

    def way(self, node: int) -> tuple[int, ...]:
        """Return the nodes from the gate to one."""
        nodes = [node]
        while nodes[-1] != GATE:
            nodes.append(self.above[nodes[-1]])
        return tuple(reversed(nodes))


def moves_of(
    graph: DeckGraph,
    plan: Sequence[Arrangement],
    turn: Sequence[int] | None = None,
    off: Sequence[Collection[int]] | None = None,
) -> Moves:
    """Return the moves that bring about a plan.

    Parameters
    ----------
    graph : DeckGraph
        The ship and its cars.
    plan : sequence of sequence of int
        The arrangement before the first port, after it, and so on; the first and the last empty.
    turn : sequence of int, optional
        Of each node, when it is unloaded, and the reverse of when it is loaded; it rises along the
        ways of a graph that is a tree. By default the distance from the gate.
    off : sequence of collection of int, optional
        Of each port, nodes whose cars are put off and loaded again; others are where they have to.
    """
    return tuple(
        tuple(port_moves(graph, plan[port], plan[port + 1], turn, () if off is None else off[port]))
        for port in range(graph.ports)
    )


def port_moves(
    graph: DeckGraph,
    before: Arrangement,
    after: Arrangement,
    turn: Sequence[int] | None = None,
    off: Collection[int] = (),
) -> list[Move]:
    """Return the moves of a port: off the ship nearest first, then onto it farthest first.

    Cars that stay and are in the way are put off and loaded again at their places.
    """
    places = range(1, graph.nodes)
    stays = {node for node in places if before[node] == after[node] != EMPTY}.difference(off)
    leave = {node for node in places if before[node] != EMPTY} - stays
    enter = {node for node in places if after[node] != EMPTY} - stays
    if not leave and not enter:
        return []
    while True:
        reach = _reach(graph, stays)
        if leave | enter <= reach.distance.keys():
            break
        taken = _in_the_way(graph, stays, leave | enter)
        stays -= taken
        leave |= taken
        enter |= taken
    when = reach.distance if turn is None else turn
    near = sorted(leave, key=lambda node: (when[node], node))
    far = sorted(enter, key=lambda node: (-when[node], node))
    return [
        *(Move(tuple(reversed(reach.way(node))), before[node]) for node in near),
        *(Move(reach.way(node), after[node]) for node in far),
    ]


def cost_of(graph: DeckGraph, moves: Sequence[Move]) -> int:
    """Return what moves cost."""
    return sum(graph.fee + len(move.route) - 1 for move in moves)


def _reach(graph: DeckGraph, stays: set[int]) -> _Reach:
    distance, above = {GATE: 0}, {GATE: GATE}
    queue = [GATE]
    for node in queue:
        for other in graph.neighbours[node]:
            if other not in distance and other not in stays:
                distance[other], above[other] = distance[node] + 1, node
                queue.append(other)
    return _Reach(distance, above)


def _in_the_way(graph: DeckGraph, stays: set[int], ends: set[int]) -> set[int]:
    """Return the fewest staying cars that stand between the gate and a node that cars go to.

    Nodes are looked at in the order of the cars in the way, then as they are come to.
    """
    above = {GATE: GATE}
    now, blocked = [GATE], list[int]()
    out_of_reach = ends - _reach(graph, stays).distance.keys()
    while True:
        for node in now:
            for other in graph.neighbours[node]:
                if other in above:
                    continue
                above[other] = node
                if other in out_of_reach:
                    way = [other]
                    while way[-1] != GATE:
                        way.append(above[way[-1]])
                    return stays & set(way)
                (blocked if other in stays else now).append(other)
        now, blocked = blocked, []
