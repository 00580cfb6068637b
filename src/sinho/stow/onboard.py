"""Moves cars on board instead of putting them off and loading them again, where it can be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sinho.graphs.data import GATE, DeckGraph, Move, Moves
from sinho.graphs.moves import cost_of
from sinho.stop import StopRule

Trip = tuple[int, int, int]
"""First node, last node and demand of a move."""


def moved_on_board(graph: DeckGraph, moves: Moves, stop: StopRule) -> Moves:
    """Return a plan that costs as much or less: two moves of a car at a port become one.

    Parameters
    ----------
    graph : DeckGraph
        The ship and its cars.
    moves : tuple of tuple of Move
        A sound plan: of each port, the moves in their order.
    stop : StopRule
        When to leave the rest as it is.
    """
    deck: dict[int, int] = {}
    found = []
    for port, own in enumerate(moves):
        shorter = _shortened(graph, port, deck, own, stop)
        for move in shorter:
            _carry_out(deck, (move.route[0], move.route[-1], move.demand))
        found.append(shorter)
    return tuple(found)


def _shortened(
    graph: DeckGraph, port: int, deck: dict[int, int], moves: tuple[Move, ...], stop: StopRule
) -> tuple[Move, ...]:
    """Return the moves of a port with as few as are found: the cheapest change first."""
    while not stop():
        trips = [(move.route[0], move.route[-1], move.demand) for move in moves]
        better = []
        for changed in _changes(graph, port, trips):
            plan = None if stop() else _routed(graph, deck, changed)
            if plan is not None and cost_of(graph, plan) < cost_of(graph, moves):
                better.append(plan)
        if not better:
            break
        moves = min(better, key=lambda plan: cost_of(graph, plan))
    return moves


def _changes(graph: DeckGraph, port: int, trips: Sequence[Trip]) -> Iterator[list[Trip]]:
    """Yield the trips with a car that is put off moved on board to where one like it is loaded.

    It moves when it would be put off, after all that leave, or when the other would be loaded; it
    stays where both are at one place.
    """
    for off, (begin, gate, demand) in enumerate(trips):
        if gate != GATE or graph.demands[demand].destination == port:
            continue
        for on in range(off + 1, len(trips)):
            if trips[on][0] != GATE or trips[on][2] != demand:
                continue
            others = [trip for at, trip in enumerate(trips) if at not in (off, on)]
            leaving = sum(trip[1] == GATE for trip in others)
            if trips[on][1] == begin:
                yield others
                continue
            for at in sorted({off, min(max(off, leaving), on - 1), on - 1}):
                yield [*others[:at], (begin, trips[on][1], demand), *others[at:]]


def _routed(
    graph: DeckGraph, deck: dict[int, int], trips: Sequence[Trip]
) -> tuple[Move, ...] | None:
    """Return trips with the shortest routes, in their order; None where one is blocked."""
    now = dict(deck)
    moves = []
    for begin, end, demand in trips:
        above = {begin: begin}
        queue = [begin]
        for node in queue:
            if end in above:
                break
            for other in graph.neighbours[node]:
                if other not in above and other not in now and (other != GATE or end == GATE):
                    above[other] = node
                    queue.append(other)
        if end not in above:
            return None
        route = [end]
        while route[-1] != begin:
            route.append(above[route[-1]])
        moves.append(Move(tuple(reversed(route)), demand))
        _carry_out(now, (begin, end, demand))
    return tuple(moves)


def _carry_out(deck: dict[int, int], trip: Trip) -> None:
    deck.pop(trip[0], None)
    if trip[1] != GATE:
        deck[trip[1]] = trip[2]
