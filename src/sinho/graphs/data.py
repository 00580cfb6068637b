"""What is to be loaded, and the moves that load it: frozen data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sinho.errors import DataError, Problem

GATE = 0
"""The node that cars enter and leave by; no car stands there."""


@dataclass(frozen=True)
class Demand:
    """Cars that are alike: where they come on board, and where they leave.

    Parameters
    ----------
    origin, destination : int
        Ports, counted from 0 in the order of call.
    cars : int
        How many.
    """

    origin: int
    destination: int
    cars: int

    def aboard(self, port: int) -> bool:
        """Return whether the cars are on board when the ship leaves a port."""
        return self.origin <= port < self.destination


@dataclass(frozen=True)
class DeckGraph:
    """A ship as a graph, the ports that it calls at, and the cars to carry.

    Node 0 is the gate, the only way in and out. Each other node is a place for one car. Cars drive
    along edges, both ways, through nodes that are empty.

    Parameters
    ----------
    nodes : int
        Nodes, the gate included.
    edges : tuple of (int, int)
        Pairs of nodes next to each other.
    ports : int
        Ports of call.
    demands : tuple of Demand
        The cars.
    fee : int
        Cost of a move besides its edges, of which each costs 1 (``F`` in the challenge's files).
    name : str
        What it is called in messages, such as the name of its file.

    Raises
    ------
    DataError
        When it breaks its rules; all problems at once.
    """

    nodes: int
    edges: tuple[tuple[int, int], ...]
    ports: int
    demands: tuple[Demand, ...]
    fee: int
    name: str = "graph"

    def __post_init__(self) -> None:
        problems = graph_problems(
            self.name, self.nodes, self.edges, self.ports, self.demands, self.fee
        )
        problems = problems or _unreachable(self) + _overfull(self)
        if problems:
            raise DataError(problems)

    @cached_property
    def neighbours(self) -> tuple[tuple[int, ...], ...]:
        """The nodes next to each node, in rising order."""
        beside: list[set[int]] = [set() for _ in range(self.nodes)]
        for one, other in self.edges:
            beside[one].add(other)
            beside[other].add(one)
        return tuple(tuple(sorted(nodes)) for nodes in beside)

    @cached_property
    def distances(self) -> tuple[int, ...]:
        """Edges from the gate to each node, with no car in the way."""
        return _distances(self.nodes, self.edges)

    @cached_property
    def least_cost(self) -> int:
        """Cost that no plan is below: each car as if no other stood in its way (``LB``).

        At each port the cars loaded, and likewise those unloaded, drive at least to and from the
        nearest places, one for each.
        """
        return sum(self.fee * moves + edges for moves, edges in self.least)

    @cached_property
    def least(self) -> tuple[tuple[int, int], ...]:
        """Of each port, the moves, and the edges driven over, that no plan is below."""
        near = sorted(self.distances[1:])
        found = []
        for port in range(self.ports):
            loaded = sum(one.cars for one in self.demands if one.origin == port)
            unloaded = sum(one.cars for one in self.demands if one.destination == port)
            found.append((loaded + unloaded, sum(near[:loaded]) + sum(near[:unloaded])))
        return tuple(found)


@dataclass(frozen=True)
class Move:
    """A car that is moved.

    Parameters
    ----------
    route : tuple of int
        The nodes that it drives over, first and last included.
    demand : int
        Which demand it belongs to, counted from 0.
    """

    route: tuple[int, ...]
    demand: int


Moves = tuple[tuple[Move, ...], ...]
"""Of each port, the moves in the order in which they are made."""


MOST_PORTS = 1000
"""Ports from which on a file is taken to be wrong."""

MOST_FEE = 2**31
"""The most that a move may cost, so that sums of costs are whole numbers of the machine."""


def graph_problems(
    name: str,
    nodes: int | None,
    edges: Sequence[tuple[int, int] | None],
    ports: int | None,
    demands: Sequence[Demand | None],
    fee: int | None,
) -> list[Problem]:
    """List what is wrong with a graph, its ports and demands; None is what could not be read."""
    found: list[Problem] = []

    def note(column: str, rule: str, value: object, hint: str) -> None:
        found.append(Problem(name, rule, column=column, value=str(value), hint=hint))

    if nodes is not None and nodes < 2:
        note("N", "a ship has the gate and at least one place", nodes, "Count the gate too.")
    if ports is not None and not 2 <= ports <= MOST_PORTS:
        rule = f"a ship calls at 2 to {MOST_PORTS} ports"
        note("P", rule, ports, "Give the number of ports.")
    if fee is not None and fee < 0:
        note("F", "a move costs 0 or more", fee, "Give its cost without the sign.")
    if fee is not None and fee > MOST_FEE:
        note("F", f"a move costs at most {MOST_FEE:,}", fee, "Mend the number.")
    for at, edge in enumerate(edges):
        if edge is None:
            continue
        if edge[0] == edge[1]:
            hint = "Leave it out, or mend one of its ends."
            note(f"E[{at}]", "an edge joins two different nodes", list(edge), hint)
        if nodes is not None and not all(0 <= node < nodes for node in edge):
            rule = f"nodes are numbered 0 to {nodes - 1}"
            note(f"E[{at}]", rule, list(edge), "Mend the edge, or N, which counts the gate too.")
    for at, one in enumerate(demands):
        if one is None:
            continue
        shown = [[one.origin, one.destination], one.cars]
        if ports is not None and not (0 <= one.origin < ports and 0 <= one.destination < ports):
            rule = f"ports are numbered 0 to {ports - 1}"
            note(f"K[{at}]", rule, shown, "Mend the demand, or P.")
        if one.origin >= one.destination:
            rule = "a car leaves at a port after the one where it comes on board"
            note(f"K[{at}]", rule, shown, "Give origin and destination in the order of call.")
        if one.cars < 0:
            note(f"K[{at}]", "a number of cars is 0 or more", shown, "Mend the number.")
    return found


def _distances(nodes: int, edges: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """Return the edges from the gate to each node; -1 where there is no way."""
    beside: dict[int, list[int]] = {}
    for one, other in edges:
        beside.setdefault(one, []).append(other)
        beside.setdefault(other, []).append(one)
    distance = {GATE: 0}
    queue = [GATE]
    for node in queue:
        for other in beside.get(node, ()):
            if other not in distance:
                distance[other] = distance[node] + 1
                queue.append(other)
    return tuple(distance.get(node, -1) for node in range(nodes))


def _unreachable(graph: DeckGraph) -> list[Problem]:
    """List the places that no way leads to."""
    hint = "Add the edge that leads to it, or leave the place out."
    if graph.nodes > len(graph.edges) + 1:  # else as many lines as a slip in N says there are nodes
        rule = f"{len(graph.edges)} edges cannot join {graph.nodes} nodes to the gate"
        value = str(graph.nodes)
        return [Problem(graph.name, rule, column="N", value=value, hint="Mend N, or add edges.")]
    return [
        Problem(graph.name, "no way leads from the gate to this place", None, "E", str(node), hint)
        for node, distance in enumerate(_distances(graph.nodes, graph.edges))
        if distance < 0
    ]


def _overfull(graph: DeckGraph) -> list[Problem]:
    """List the ports that the ship would leave with more cars than it has places for."""
    places = graph.nodes - 1
    found = []
    for port in range(graph.ports):
        cars = sum(one.cars for one in graph.demands if one.aboard(port))
        if cars > places:
            rule = f"leaving port {port}, more cars are on board than the {places} places"
            hint = f"Leave out {cars - places} of the cars on board there."
            found.append(Problem(graph.name, rule, column="K", value=str(cars), hint=hint))
    return found
