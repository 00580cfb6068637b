"""Checks and prices a plan by the rules alone, move by move: slow, obvious, the truth."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from sinho.errors import Problem
from sinho.graphs.data import GATE, DeckGraph, Move, Moves


@dataclass(frozen=True)
class Checked:
    """What a plan costs, and what is wrong with it.

    Parameters
    ----------
    problems : tuple of Problem
        Rules that it breaks, in the order of its moves; none where it is sound.
    cost : int
        Cost of its moves.
    above_least : int
        Cost above `DeckGraph.least_cost`.
    loaded, unloaded, put_off, relocated : int
        Moves by kind: to a place; off at the destination; off before it; from place to place.
    edges : int
        Edges driven over, by all moves together.
    """

    problems: tuple[Problem, ...]
    cost: int
    above_least: int
    loaded: int
    unloaded: int
    put_off: int
    relocated: int
    edges: int

    @property
    def sound(self) -> bool:
        """Whether the plan breaks no rule."""
        return not self.problems


def check(graph: DeckGraph, moves: Moves, name: str = "plan") -> Checked:
    """Carry out a plan move by move; say what it costs and what is wrong with it.

    A move that breaks a rule is carried out as far as that means anything, so that the faults
    listed do not follow from each other.

    Parameters
    ----------
    graph : DeckGraph
        The ship and its cars.
    moves : tuple of tuple of Move
        Of each port, the moves in their order.
    name : str
        What the plan is called in messages.
    """
    deck: dict[int, int] = {}  # the demand of the car at each place that is taken
    found: list[Problem] = []
    kinds: Counter[str] = Counter()
    for port in range(graph.ports):
        quay = Counter({k: one.cars for k, one in enumerate(graph.demands) if one.origin == port})
        for at, move in enumerate(moves[port] if port < len(moves) else ()):
            place = f"port {port}, move {at + 1}"
            problems = [
                Problem(name, rule, column=place, value=value, hint=hint)
                for rule, value, hint in _faults(graph, deck, quay, move)
            ]
            found += problems
            if move.route:
                kinds[kind_of(graph, move, port)] += 1
                _carry_out(deck, quay, move)
        found += _left(graph, deck, port, name)
    if len(moves) > graph.ports:
        rule, hint = f"the ship calls at {graph.ports} ports", "Leave out those after the last."
        found.append(Problem(name, rule, value=str(len(moves)), hint=hint))
    edges = sum(max(len(move.route) - 1, 0) for port in moves for move in port)
    cost = sum(graph.fee for port in moves for _ in port) + edges
    return Checked(
        problems=tuple(found),
        cost=cost,
        above_least=cost - graph.least_cost,
        loaded=kinds["load"],
        unloaded=kinds["unload"],
        put_off=kinds["put off"],
        relocated=kinds["relocate"],
        edges=edges,
    )


def _faults(
    graph: DeckGraph, deck: dict[int, int], quay: Counter[int], move: Move
) -> list[tuple[str, str, str]]:
    """List the rules that a move breaks: rule, value, what to do."""
    route, demand = move.route, move.demand
    shown = f"{list(route)}, {demand}"
    found = []
    if not 0 <= demand < len(graph.demands):
        rule = f"demands are numbered 0 to {len(graph.demands) - 1}"
        found.append((rule, str(demand), "Name the demand of the car that is moved."))
    if len(route) < 2:
        found.append(("a route has two nodes or more", shown, "Give all nodes that it goes over."))
        return found
    unknown = sorted({node for node in route if not 0 <= node < graph.nodes})
    if unknown:
        rule = f"nodes are numbered 0 to {graph.nodes - 1}"
        found.append((rule, f"{unknown} in {shown}", "Mend the route."))
        return found
    twice = [node for node, times in Counter(route).items() if times > 1]
    if twice:
        found.append(
            ("a route goes over no node twice", f"{twice} in {shown}", "Take a way round.")
        )
    for one, other in pairwise(route):
        if other not in graph.neighbours[one]:
            rule = f"no edge joins {one} and {other}"
            found.append((rule, shown, "Route the car over edges."))
    if GATE in route[1:-1]:
        rule = "the gate is the first or the last node of a route"
        found.append((rule, shown, "Part it into a move off the ship and one on board."))
    if route[0] == GATE and quay[demand] <= 0:
        rule = "no car of this demand stands on the quay"
        found.append((rule, shown, "Load it at its origin, or where it was put off just before."))
    if route[0] != GATE and route[0] not in deck:
        found.append((f"no car stands at {route[0]}", shown, "Begin where the car stands."))
    elif route[0] != GATE and deck[route[0]] != demand:
        rule = f"the car at {route[0]} is of demand {deck[route[0]]}"
        found.append((rule, shown, "Name its demand, or another place."))
    for node in route[1:]:
        if node in deck:
            rule = f"a car of demand {deck[node]} stands in the way at {node}"
            found.append((rule, shown, "Move that one before, or take a way round."))
    return found


def kind_of(graph: DeckGraph, move: Move, port: int) -> str:
    """Return whether a move at a port is to load, unload, put off or relocate a car."""
    if move.route[0] == GATE:
        return "load"
    if move.route[-1] != GATE:
        return "relocate"
    known = 0 <= move.demand < len(graph.demands)
    return "unload" if known and graph.demands[move.demand].destination == port else "put off"


def _carry_out(deck: dict[int, int], quay: Counter[int], move: Move) -> None:
    begin, end = move.route[0], move.route[-1]
    if begin == GATE:
        quay[move.demand] -= 1
        demand = move.demand
    else:
        demand = deck.pop(begin, move.demand)
    if end == GATE:
        quay[demand] += 1
    else:
        deck[end] = demand


def _left(graph: DeckGraph, deck: dict[int, int], port: int, name: str) -> list[Problem]:
    """List the demands that the ship leaves a port with too many or too few cars of."""
    aboard = Counter(deck.values())
    found = []
    for k, one in enumerate(graph.demands):
        wanted = one.cars if one.aboard(port) else 0
        if aboard[k] == wanted:
            continue
        cars = f"demand {k} ({one.cars} from port {one.origin} to {one.destination})"
        rule = f"the ship leaves with {aboard[k]} cars of {cars}, not with {wanted}"
        hint = "Unload those that remain." if aboard[k] > wanted else "Load those that lack."
        found.append(Problem(name, rule, column=f"port {port}", hint=hint))
    return found
